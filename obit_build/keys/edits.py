"""Edits of the keys in obit.yaml that change the lines they mean and no other.

People review obit.yaml line by line: a step in a key's life is one line, a new key is one entry. Each
edit is read again and compared with what was meant; one that would change anything else, or that
the file's form does not allow, is not made.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass

from obit_build.model.settings import KeyDeclaration, Settings
from obit_build.model.words import Language
from obit_build.problems import Location
from obit_build.reading.nodes import Mapping as MapNode
from obit_build.reading.nodes import Node, Scalar, Sequence, compose
from obit_build.reading.reader import Reader

PATH = "obit.yaml"
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class KeyEdit:
    """Fields of one key to write: YAML values on one line. A key that is not there is added."""

    key: str
    """As a Multikey."""
    fields: Mapping[str, str]

    def lines(self) -> list[str]:
        """Write the entry as somebody would who does it by hand."""
        named = {"public_key_multibase": self.key, **self.fields}
        order = ("issuer", "public_key_multibase", "signer", "use", "state", "revoked")
        rows = [f"{name}: {named[name]}" for name in order if name in named]
        return [f"  - {rows[0]}", *(f"    {row}" for row in rows[1:])]


def edited(data: bytes, edits: tuple[KeyEdit, ...]) -> bytes | None:
    """Return obit.yaml with all ``edits``; None if there is no safe way."""
    crlf = data.count(b"\r\n")
    if data.count(b"\r") != crlf or crlf not in (0, data.count(b"\n")):
        return None
    bom = data.startswith(_BOM.encode())
    text: str | None = data.decode("utf-8-sig", "strict").replace("\r\n", "\n")
    for edit in edits:
        text = _edit(text, edit) if text is not None else None
    if text is None:
        return None
    return ((_BOM if bom else "") + (text.replace("\n", "\r\n") if crlf else text)).encode()


def _edit(text: str, edit: KeyEdit) -> str | None:
    root, problems = compose(text.encode(), PATH)
    if problems or not isinstance(root, MapNode):
        return None
    keys = next((value for key, value in root.items if key.value == "keys"), None)
    if keys is None:
        after = (text if text.endswith("\n") or not text else text + "\n") + "keys:\n"
        return _checked(text, "".join([after, *(f"{row}\n" for row in edit.lines())]), edit)
    if not isinstance(keys, Sequence) or not keys.items:
        return None
    lines = text.split("\n")
    entry = next((node for node in keys.items if _key_of(node) == edit.key), None)
    if entry is None:
        done = _add(lines, keys, edit)
    else:
        done = isinstance(entry, MapNode) and all(
            _set(lines, entry, name, value) for name, value in edit.fields.items()
        )
    return _checked(text, "\n".join(lines), edit) if done else None


def _key_of(node: Node) -> str | None:
    found = _fields(node).get("public_key_multibase")
    return found.value if isinstance(found, Scalar) else None


def _fields(node: Node) -> dict[str, Node]:
    return {key.value: value for key, value in node.items} if isinstance(node, MapNode) else {}


def _add(lines: list[str], keys: Sequence, edit: KeyEdit) -> bool:
    """Add an entry below the last one, dashed and indented as that one is."""
    last = keys.items[-1]
    dashed = re.match(r" *- *", lines[last.location.line - 1])
    if not isinstance(last, MapNode) or not dashed or dashed.end() != last.location.column - 1:
        return False
    rows = [row[4:] for row in edit.lines()]
    added = [dashed.group() + rows[0], *(" " * dashed.end() + row for row in rows[1:])]
    lines[_last_line(last) : _last_line(last)] = added
    return True


def _set(lines: list[str], entry: MapNode, name: str, value: str) -> bool:
    """Write one field of an entry: over its value, else on a line below the signer or the key."""
    fields = _fields(entry)
    if name in fields:
        place = fields[name].location
        row, begin = lines[place.line - 1], place.column - 1
        lines[place.line - 1] = row[:begin] + value + row[begin + place.length :]
        return isinstance(fields[name], Scalar)
    above = fields.get("state") or fields.get("signer") or fields["public_key_multibase"]
    column = entry.items[0][0].location.column - 1
    lines.insert(above.location.line, " " * column + f"{name}: {value}")
    return True


def _last_line(node: Node) -> int:
    """Return the number of the line on which a value ends."""
    if isinstance(node, MapNode) and node.items:
        return max(_last_line(value) for _, value in node.items)
    if isinstance(node, Sequence) and node.items:
        return max(_last_line(item) for item in node.items)
    place: Location = node.location
    return place.line


def _checked(before: str, after: str, edit: KeyEdit) -> str | None:
    """Return the new text if it says what was meant and nothing else is different."""
    old, new = _read(before), _read(after)
    if old is None or new is None:
        return None
    if dataclasses.replace(old, keys=()) != dataclasses.replace(new, keys=()):
        return None
    is_there = any(key.public_key_multibase == edit.key for key in old.keys)
    if len(new.keys) != len(old.keys) + (not is_there):
        return None
    for position, key in enumerate(new.keys):
        former = old.keys[position] if position < len(old.keys) else None
        if key.public_key_multibase == edit.key:
            if not _as_meant(former, key, edit):
                return None
        elif key != former:
            return None
    return after


def _as_meant(former: KeyDeclaration | None, key: KeyDeclaration, edit: KeyEdit) -> bool:
    """Whether the fields that were to change have their new values, and the others their old ones."""
    rows = "".join(f"{row}\n" for row in edit.lines())
    if former is None:
        said = _read(f"site: https://a.example/\nkeys:\n{rows}")
        return said is not None and said.keys == (key,)
    kept = {name: getattr(key, name) for name in edit.fields}
    if key != dataclasses.replace(former, **kept):
        return False
    names = {"issuer": former.issuer, "signer": "env:X", **edit.fields}
    alone = "".join(f"{row}\n" for row in KeyEdit(edit.key, names).lines())
    said = _read(f"site: https://a.example/\nkeys:\n{alone}")
    return said is not None and all(
        _plain(getattr(said.keys[0], name)) == _plain(value) for name, value in kept.items()
    )


def _plain(value: object) -> object:
    """Take the languages out of a decision's reason: they depend on the site's."""
    reason = getattr(value, "reason", None)
    return (getattr(value, "date", value), list(reason.by_language.values()) if reason else None)


def _read(text: str) -> Settings | None:
    node, problems = compose(text.encode(), PATH)
    if problems or node is None:
        return None
    return Reader(PATH, Language("en")).read(node, Settings)
