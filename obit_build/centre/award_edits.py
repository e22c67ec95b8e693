"""Edits of award files that change one person's entry and nothing else.

People review award files line by line, so an edit adds or removes as little text as it can: order,
comments and quotes of all other lines stay. Each edit is read again and compared with what was
meant; one that would change anything else, or that the file's form does not allow, is not made.
"""

import dataclasses
import datetime
import json
from dataclasses import dataclass
from typing import Any

from obit_build.model.award import AwardEntry, AwardFile
from obit_build.problems import Location
from obit_build.reading.nodes import Mapping, Node, Scalar, Sequence, compose
from obit_build.reading.reader import Reader

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Entry:
    """Which line of an award file is meant."""

    code: str
    n: int = 1


def decision_text(day: datetime.date, reason: str | None) -> str:
    """Write a decision as a YAML value on one line."""
    if reason is None:
        return day.isoformat()
    return f"{{date: {day.isoformat()}, reason: {json.dumps(reason, ensure_ascii=False)}}}"


def with_field(data: bytes, entry: Entry, name: str, value: str, language: str) -> bytes | None:
    """Give an entry one more field; None if there is no safe way.

    ``value`` is YAML on one line, ``language`` the site's default language.
    """
    found = _Found.of(data, entry)
    if found is None:
        return None
    line = f"{name}: {value}"
    node = found.node
    if isinstance(node, Scalar):
        start = found.offset(node.location)
        typed = found.text[start : start + node.location.length]
        if found.before(node.location).strip() == "-":
            below = "\n" + " " * (node.location.column - 1) + line
            end = found.line_end(start)
            rest = found.text[start + len(typed) : end]
            edited = found.text[:start] + f"id: {typed}{rest}{below}" + found.text[end:]
        else:
            edited = (
                found.text[:start] + f"{{id: {typed}, {line}}}" + found.text[start + len(typed) :]
            )
    else:
        key, code = next((k, v) for k, v in node.items if k.value == "id")
        end = found.offset(code.location) + code.location.length
        if found.is_flow(node):
            edited = found.text[:end] + f", {line}" + found.text[end:]
        else:
            end = found.line_end(end)
            edited = (
                found.text[:end] + "\n" + " " * (key.location.column - 1) + line + found.text[end:]
            )
    return found.checked(edited, {name: value}, language)


def without_field(data: bytes, entry: Entry, name: str, language: str) -> bytes | None:
    """Take a field away from an entry; None if there is no safe way."""
    found = _Found.of(data, entry)
    if found is None or not isinstance(found.node, Mapping):
        return None
    pair = next(((k, v) for k, v in found.node.items if k.value == name), None)
    if pair is None:
        return None
    key, value = pair
    start = found.offset(key.location)
    if not found.is_flow(found.node):
        if found.before(key.location).strip():
            return None  # it shares its line with the dash
        begin = start - (key.location.column - 1)
        end = found.block_end(key.location.line, key.location.column)
        return found.checked(found.text[:begin] + found.text[end:], {name: None}, language)
    end = found.flow_end(value)
    head = found.text[:start].rstrip()
    if head.endswith(","):
        edited = head[:-1] + found.text[end:]
    else:
        edited = found.text[:start] + found.text[end:].lstrip().removeprefix(",").lstrip()
    return found.checked(edited, {name: None}, language)


def bare_withdrawal(data: bytes, entry: Entry, day: datetime.date, language: str) -> bytes | None:
    """Leave of an entry nothing but its code and the day on which it was withdrawn."""
    found = _Found.of(data, entry)
    if found is None:
        return None
    if isinstance(found.node, Scalar):
        return with_field(data, entry, "withdrawn", day.isoformat(), language)
    code = next(v for k, v in found.node.items if k.value == "id")
    at = found.offset(code.location)
    fields = [f"id: {found.text[at : at + code.location.length]}"]
    fields += [f"n: {entry.n}"] if entry.n != 1 else []
    fields += [f"withdrawn: {day.isoformat()}"]
    place = found.node.location
    start = found.offset(place)
    if found.is_flow(found.node):
        edited = (
            found.text[:start]
            + "{"
            + ", ".join(fields)
            + "}"
            + found.text[found.flow_end(found.node) :]
        )
    else:
        margin = "\n" + " " * (place.column - 1)
        end = found.block_end(place.line, place.column - 1)
        edited = found.text[:start] + margin.join(fields) + "\n" + found.text[end:]
    return found.checked(edited, None, language)


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry in its text."""

    text: str
    """With line feeds alone."""
    bom: bool
    crlf: bool
    entry: Entry
    node: Scalar | Mapping
    starts: tuple[int, ...]
    """Offsets at which lines begin."""

    @classmethod
    def of(cls, data: bytes, entry: Entry) -> "_Found | None":
        root, problems = compose(data, "")
        node = _entry_node(root, entry)
        crlf = data.count(b"\r\n")
        if (
            problems
            or node is None
            or data.count(b"\r") != crlf
            or crlf not in (0, data.count(b"\n"))
        ):
            return None
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        starts = (0, *(i + 1 for i, c in enumerate(text) if c == "\n"))
        return cls(text, data.startswith(_BOM.encode()), crlf > 0, entry, node, starts)

    def offset(self, at: Location) -> int:
        return self.starts[at.line - 1] + at.column - 1

    def before(self, at: Location) -> str:
        """Return what stands on the line before a place."""
        return self.text[self.starts[at.line - 1] : self.offset(at)]

    def line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def is_flow(self, node: Node) -> bool:
        return self.text[self.offset(node.location)] in "{["

    def block_end(self, line: int, column: int) -> int:
        """Return where the lines end that belong to what begins at (line, column).

        Blank lines, and comments further left, stay with what follows.
        """
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        for start in self.starts[line:]:
            row = self.text[start : self.line_end(start)]
            if row.strip() and len(row) - len(row.lstrip(" ")) < column:
                break
            if row.strip():
                end = min(self.line_end(start) + 1, len(self.text))
        return end

    def flow_end(self, node: Node) -> int:
        """Return where a value in braces, in brackets or on one line ends."""
        start = self.offset(node.location)
        if isinstance(node, Scalar):
            return start + node.location.length
        depth, quote, at = 0, "", start
        while at < len(self.text):
            character = self.text[at]
            if quote:
                at += character == "\\" and quote == '"'
                quote = "" if character == quote else quote
            elif character in "\"'":
                quote = character
            elif character in "{[":
                depth += 1
            elif character in "}]":
                depth -= 1
                if depth == 0:
                    return at + 1
            at += 1
        return len(self.text)

    def checked(
        self, edited: str, changed: dict[str, str | None] | None, language: str
    ) -> bytes | None:
        """Return the new bytes if they say what was meant and nothing else is different.

        ``changed`` names the fields that were to change; None: all but code and number were to go.
        """
        before, after = _read(self.text, language), _read(edited, language)
        if before is None or after is None or len(before.to) != len(after.to):
            return None
        if dataclasses.replace(before, to=()) != dataclasses.replace(after, to=()):
            return None
        is_edited = False
        for old, new in zip(before.to, after.to, strict=True):
            if (old.id, old.n) == (self.entry.code, self.entry.n) and not is_edited:
                is_edited = _as_meant(old, new, changed)
            elif old != new:
                return None
        if not is_edited:
            return None
        lines = edited.replace("\n", "\r\n") if self.crlf else edited
        return ((_BOM if self.bom else "") + lines).encode()


def _as_meant(old: AwardEntry, new: AwardEntry, changed: dict[str, str | None] | None) -> bool:
    if changed is None:
        bare = AwardEntry(id=old.id, n=old.n, withdrawn=new.withdrawn)
        return new == bare and new.withdrawn is not None
    kept: dict[str, Any] = {name: getattr(new, name) for name in changed}
    given = all((kept[name] is None) == (value is None) for name, value in changed.items())
    return given and new == dataclasses.replace(old, **kept)


def _entry_node(root: Node | None, entry: Entry) -> Scalar | Mapping | None:
    if not isinstance(root, Mapping):
        return None
    listed = next((value for key, value in root.items if key.value == "to"), None)
    for node in listed.items if isinstance(listed, Sequence) else ():
        if isinstance(node, Scalar):
            if (node.value, 1) == (entry.code, entry.n):
                return node
        elif isinstance(node, Mapping):
            said = {key.value: item for key, item in node.items}
            code, n = said.get("id"), said.get("n")
            number = n.value if isinstance(n, Scalar) else "1"
            if isinstance(code, Scalar) and (code.value, number) == (entry.code, str(entry.n)):
                return node
    return None


def _read(text: str, language: str) -> AwardFile | None:
    node, problems = compose(text.encode(), "")
    reader = Reader("", language)
    return None if problems else reader.read(node, AwardFile)
