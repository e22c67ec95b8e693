"""YAML text → nodes that know their place (YAML 1.2 core schema, the safe part).

Every scalar stays the text that was typed; a field's type converts it later, so ``NO``, ``012``
and ``1:30`` mean what they say. Refused, with a place and a remedy: duplicate keys, anchors and
aliases, tags, several documents, control characters, keys that are not text, and whatever
exceeds the caps. Nodes are composed from parser events in a loop: the C composer recurses and
crashes the process on deep nesting.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from obit_build.problems import Location, Problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 50_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What RDFC-1.0 implementations escape differently, so that signatures would not carry over
# (standards reference, section 6.3), and what is not a character at all.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

RULES: dict[str, str] = {
    "file-is-utf-8": "A file is UTF-8 text.\n\nOther encodings turn accents into other letters without anybody noticing. Save the file as UTF-8.",
    "file-is-small-enough": "A file is at most 1 MiB, 32 levels deep and 50 000 values long.\n\nThe caps stop a file that was made to exhaust the machine. Split a large session into several award files.",
    "text-has-no-control-characters": "Text holds no control characters.\n\nThey are invisible, and signing programs disagree about how to write them, so a signature would fail elsewhere. Delete them; tabs and line ends are fine.",
    "yaml-is-well-formed": "A file is well-formed YAML.\n\nThe commonest causes: a tab instead of spaces, a missing space after a colon, and a text with a colon in it that needs quotes.",
    "yaml-is-one-document": "A file holds one document.\n\nA second document after `---` would be ignored by most programs. Put it in a file of its own.",
    "yaml-has-no-anchors": "A file uses no anchors and no aliases.\n\nThey make a line mean what another line says, so that a reviewer can't see it in a diff. Write the value out.",
    "yaml-has-no-tags": "A file uses no tags.\n\nTags such as `!!python/object` ask a program to build objects. Every value here is plain text, a list or a map.",
    "yaml-has-no-duplicate-keys": "A field is given once.\n\nMost programs keep the last value in silence. Keep one of the two.",
    "yaml-keys-are-text": "A field's name is plain text.\n\nWrite `name: value`.",
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as typed; ``plain`` if it had no quotes."""

    value: str
    plain: bool
    location: Location

    @property
    def is_null(self) -> bool:
        """Whether nothing was typed (YAML 1.2 core: empty, ``~`` or ``null``)."""
        return self.plain and self.value in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: "tuple[Node, ...]"
    location: Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names and values, in the order of the file."""

    items: "tuple[tuple[Scalar, Node], ...]"
    location: Location


Node = Scalar | Sequence | Mapping


class _Refused(Exception):  # noqa: N818 - carries a problem, never leaves this module
    def __init__(self, location: Location, check: str, message: str, fix: str) -> None:
        self.problem = Problem(location=location, check=check, message=message, fix=fix)


def decode(data: bytes, path: str) -> tuple[str, list[Problem]]:
    """Decode a text file of the repository, a byte order mark aside."""
    where = Location(path)
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes; at most {MAX_BYTES} are allowed"
        return "", [
            Problem(
                location=where,
                check="file-is-small-enough",
                message=message,
                fix="split it into several files",
            )
        ]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [
            Problem(
                location=Location(path, line),
                check="file-is-utf-8",
                message="the file is not UTF-8 text",
                fix='save it as "UTF-8" in your editor',
            )
        ]
    return text, list(_control_characters(text, path))


def _control_characters(text: str, path: str) -> Iterator[Problem]:
    found = _FORBIDDEN.search(text)
    if found:
        before = text[: found.start()]
        place = Location(path, before.count("\n") + 1, found.start() - before.rfind("\n"))
        yield _control_problem(found.group(), place)


def _control_problem(character: str, place: Location) -> Problem:
    return Problem(
        location=place,
        check="text-has-no-control-characters",
        message=f"the text holds the control character U+{ord(character):04X}",
        fix="delete it; it may be invisible in your editor",
    )


def compose(data: bytes, path: str) -> tuple[Node | None, list[Problem]]:
    """Read one YAML document; ``None`` if it is empty or has problems."""
    text, problems = decode(data, path)
    if problems:
        return None, problems
    try:
        return _Composer(path, text).compose(), []
    except _Refused as refused:
        return None, [refused.problem]
    except yaml.MarkedYAMLError as error:
        return None, [_syntax_problem(error, path, text)]
    except (yaml.YAMLError, ValueError) as error:  # reader errors carry a position, not a mark
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
        return None, [_malformed(Location(path, line), "the text can't be read as YAML")]


def _malformed(
    place: Location, message: str, fix: str = "compare with the lines around it"
) -> Problem:
    return Problem(location=place, check="yaml-is-well-formed", message=message, fix=fix)


def _syntax_problem(error: yaml.MarkedYAMLError, path: str, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return _malformed(Location(path), "the text can't be read as YAML")
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    place = Location(path, mark.line + 1, mark.column + 1)
    said = error.problem or ""
    if "\t" in line[: mark.column + 1] or "\\t" in said:
        return _malformed(place, "a tab stands where spaces are needed", "indent with spaces")
    if "mapping values are not allowed" in said:
        return _malformed(
            place,
            "a second colon makes this line ambiguous",
            'put the text in quotes: name: "Excel: level 1"',
        )
    if "could not find expected ':'" in said:
        return _malformed(place, 'a ":" is missing after a field name', "write name: value")
    if "expected <block end>" in said or "did not find expected key" in said:
        return _malformed(
            place,
            "the indentation does not fit the lines above",
            "align the line with the other fields, and quote texts that begin with a quote",
        )
    if "found unexpected end of stream" in said or "while scanning a quoted scalar" in str(
        error.context
    ):
        return _malformed(place, "a quotation mark is never closed", "close it")
    if "cannot start any token" in said:
        return _malformed(
            place, "a text can't begin with this character", "put the whole text in quotes"
        )
    return _malformed(place, "this line is not well-formed YAML")


class _Composer:
    """Builds nodes from parser events with a stack of its own."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.events = yaml.parse(text, Loader=_LOADER)
        self.nodes = 0
        self.stack: list[tuple[str, Location, list[Node]]] = []

    def compose(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(
                        self.at(event),
                        "yaml-is-one-document",
                        "a second document begins here",
                        'remove the line "---" or move what follows to a file of its own',
                    )
            node = self.take(event)
            if node is not None:
                root = node
        return None if isinstance(root, Scalar) and root.is_null else root

    def at(self, event: yaml.Event) -> Location:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:  # pragma: no cover - the parser always marks its events
            return Location(self.path)
        length = end.column - start.column if end.line == start.line else 1
        return Location(self.path, start.line + 1, start.column + 1, max(1, length))

    def take(self, event: yaml.Event) -> Node | None:
        """Add one event; return the root once it is complete."""
        if isinstance(event, yaml.NodeEvent):
            self.refuse_what_points_elsewhere(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.add(self.scalar(event))
        if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
            self.stack.append((kind, self.at(event), []))
            if len(self.stack) > MAX_DEPTH:
                raise _Refused(
                    self.at(event),
                    "file-is-small-enough",
                    f"values are nested more than {MAX_DEPTH} levels deep",
                    "flatten the structure",
                )
        if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            kind, location, children = self.stack.pop()
            if kind == "map":
                return self.add(self.mapping(location, children))
            return self.add(Sequence(tuple(children), location))
        return None

    def add(self, node: Node) -> Node | None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Refused(
                node.location,
                "file-is-small-enough",
                f"the file holds more than {MAX_NODES} values",
                "split it into several files",
            )
        if not self.stack:
            return node
        self.stack[-1][2].append(node)
        return None

    def refuse_what_points_elsewhere(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _Refused(
                self.at(event),
                "yaml-has-no-anchors",
                f'"{"*" if isinstance(event, yaml.AliasEvent) else "&"}{event.anchor}" refers to another place',
                "write the value out; a text that begins with & or * needs quotes",
            )
        tag = getattr(event, "tag", None)
        if tag is not None and not (isinstance(event, yaml.ScalarEvent) and tag == "!"):
            raise _Refused(
                self.at(event),
                "yaml-has-no-tags",
                f'the tag "{tag}" is not allowed',
                "remove it; a text that begins with ! needs quotes",
            )

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        place = self.at(event)
        found = _FORBIDDEN.search(event.value)
        if found:  # written as an escape, so decode() could not see it
            problem = _control_problem(found.group(), place)
            raise _Refused(place, problem.check, problem.message, problem.fix)
        return Scalar(event.value, plain=event.style in (None, ""), location=place)

    def mapping(self, location: Location, children: list[Node]) -> Mapping:
        items: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar) or key.is_null:
                raise _Refused(
                    key.location,
                    "yaml-keys-are-text",
                    "a field needs a name before the colon",
                    "write name: value",
                )
            if key.value in seen:
                raise _Refused(
                    key.location,
                    "yaml-has-no-duplicate-keys",
                    f'"{key.value}" is given twice',
                    "keep one of them",
                )
            seen.add(key.value)
            items.append((key, value))
        return Mapping(tuple(items), location)
