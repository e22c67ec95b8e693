"""The YAML that people mostly write, read line by line: text → maps, lists and texts.

For most files this takes a tenth of the time of :mod:`obit_build.reading.nodes`, which reads all of what is
allowed and finds places and words for what is not. This module knows a part of the language that
means the same to every reader: one field or item a line, texts that end with their line or stand below a ``|``, ``[…]`` and
``{…}`` that close where they open. Whatever else it meets, right or wrong, is a :class:`Doubt`:
it never guesses, it only leaves the file to the other reader.
"""

import re

from obit_build.reading.nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES

Plain = dict[str, "Plain"] | list["Plain"] | str | None
"""A value without its place: every scalar is the text that was typed, ``None`` if nothing was."""


class Doubt(Exception):  # noqa: N818 - no error: the other reader decides
    """What was met is for the reader that knows all of the language."""


# Tabs, carriage returns, controls and the line ends of other alphabets mean something to YAML.
_ODD = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NULLS = frozenset(("~", "null", "Null", "NULL"))
_KEY = r"(?!(?:null|Null|NULL):)[A-Za-z_][A-Za-z0-9_-]{0,63}+"
_FIRST = r"[^\s\-?:,\[\]{}\#&*!|>'\"%@`]"
_QUOTED = r"""'(?:[^'\n]|'')*+'|"[^"\\\n]*+\""""
_LINE = re.compile(
    rf"""^(\ *+)((?:-\ ++)?)(?:({_KEY}):(?:\ ++|$))?  # 1 indentation, 2 sign of an item, 3 field
    (?:({_FIRST}(?:[^\n:\#]++|:(?=[^ \n])|(?<=[^ ])\#)*+)  # 4 a text without quotes
      |({_QUOTED})\ *+                                 # 5 a text in quotes, nothing escaped
      |([\[{{][^\n]*+)                                 # 6 a list or a map in brackets
      |(\|-?(?:\n(?:\1\ ++[^\n]*+|(?=\n)))++)          # 7 a text on the lines below
    )?
    (?:(?:(?<=[ ])|(?<=^))\#[^\n]*+)?$                 # a remark
    |(.+)$                                             # 8 anything else""",
    re.MULTILINE | re.VERBOSE,
)
_IN_BRACKETS = rf"{_FIRST}(?:[^\n:\#,\[\]{{}}?]++|:(?=[^\ \n,\[\]{{}}?:\#]))*+"
_TOKEN = re.compile(rf" *+(?:({_KEY}):\ ++)?(?:({_IN_BRACKETS})|({_QUOTED})|([\[{{]))")
_AFTER = re.compile(r" *+([,\]}])")
_CLOSED = re.compile(r" *+[\]}]")
_END = re.compile(r"(?: ++#.*| *+)$")
_CLOSING = {"[": "]", "{": "}"}


def read_plain(data: bytes) -> dict[str, Plain]:
    """Read a file that is one map; raise Doubt if it is, or may be, anything else."""
    if len(data) > MAX_BYTES:
        raise Doubt
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Doubt from None
    if _ODD.search(text) or ("|" in text and text[-1] != "\n"):
        raise Doubt
    lines = _Lines()
    lines.read(text)
    if lines.root is None or lines.count > MAX_NODES:
        raise Doubt
    return lines.root


class _Lines:
    """What was read so far: the open maps and lists, innermost last, with their columns."""

    def __init__(self) -> None:
        self.root: dict[str, Plain] | None = None
        self.count = 0
        """How many values there are, names of fields, maps and lists included."""
        self.open: list[tuple[int, dict[str, Plain] | list[Plain]]] = []

    def read(self, text: str) -> None:
        """Read all lines."""
        column = -1
        here: dict[str, Plain] | list[Plain] = {}
        waiting = ""  # the field whose value may begin on the next line
        for indentation, item, name, *value, else_ in _LINE.findall(text):
            if else_:
                raise Doubt
            said = any(value)
            if not (said or name or item):
                continue  # nothing, or a remark
            at = len(indentation)
            if at > column or (waiting and item and at == column):
                column, here = at, self.begin(at, waiting, item)
            elif at < column or (not item and type(here) is list):
                column, here = self.back_to(at, item)
            waiting = "" if said else name
            if item and name:
                column, here = self.begin_item(at + len(item), here)
            if name and type(here) is dict and name not in here:
                here[name] = self.value(column, *value)
                self.count += 1
            elif item and said and type(here) is list:
                here.append(self.value(column, *value))
            else:
                raise Doubt

    def begin(self, column: int, waiting: str, item: str) -> dict[str, Plain] | list[Plain]:
        """Begin the file's map, or what the last line left open."""
        inner: dict[str, Plain] | list[Plain] = [] if item else {}
        if waiting and isinstance(self.open[-1][1], dict):
            self.open[-1][1][waiting] = inner
            self.count -= 1  # it was counted as nothing
        elif self.root is None and isinstance(inner, dict):
            self.root = inner
        else:
            raise Doubt
        self.opened(column, inner)
        return inner

    def begin_item(
        self, column: int, items: dict[str, Plain] | list[Plain]
    ) -> tuple[int, dict[str, Plain]]:
        """Begin a map as an item of a list."""
        if isinstance(items, dict):
            raise Doubt
        inner: dict[str, Plain] = {}
        items.append(inner)
        self.opened(column, inner)
        return column, inner

    def opened(self, column: int, inner: dict[str, Plain] | list[Plain]) -> None:
        self.open.append((column, inner))
        self.count += 1
        if len(self.open) > MAX_DEPTH or self.count > MAX_NODES:
            raise Doubt

    def back_to(self, column: int, item: str) -> tuple[int, dict[str, Plain] | list[Plain]]:
        """Close what is indented further; the items of a list may stand below its field."""
        while self.open and (
            self.open[-1][0] > column
            or (self.open[-1][0] == column and not item and isinstance(self.open[-1][1], list))
        ):
            self.open.pop()
        if not self.open or self.open[-1][0] != column:
            raise Doubt
        return self.open[-1]

    def value(self, column: int, bare: str, quoted: str, brackets: str, below: str) -> Plain:
        """Read what stands on one line, or below it."""
        if brackets:
            value, end = self.in_brackets(brackets, 0, len(self.open) + 1)
            if not _END.match(brackets, end):
                raise Doubt
            return value
        self.count += 1
        return _text_below(below, column) if below else _scalar(bare, quoted)

    def in_brackets(self, text: str, start: int, depth: int) -> tuple[Plain, int]:
        """Read a list or a map that closes on its line; return it, and where it ends."""
        if depth > MAX_DEPTH:
            raise Doubt
        self.count += 1
        fields: dict[str, Plain] = {}
        items: list[Plain] = []
        is_map = text[start] == "{"
        closed = _CLOSED.match(text, start + 1)
        if closed is not None and closed.group()[-1] == _CLOSING[text[start]]:
            return (fields if is_map else items), closed.end()
        sign, at = ",", start + 1
        while sign == ",":
            found = _TOKEN.match(text, at)
            if found is None:
                raise Doubt
            name, bare, quoted, inner = found.groups()
            at = found.end()
            if (name is not None) != is_map or name in fields:
                raise Doubt
            if inner:
                value, at = self.in_brackets(text, at - 1, depth + 1)
            else:
                value = _scalar(bare, quoted)
                self.count += 1
            after = _AFTER.match(text, at)
            if after is None:
                raise Doubt
            if is_map:
                fields[name] = value
                self.count += 1
            else:
                items.append(value)
            sign, at = after[1], after.end()
        if sign != _CLOSING[text[start]]:
            raise Doubt
        return (fields if is_map else items), at


def _scalar(bare: str | None, quoted: str | None) -> str | None:
    if quoted:
        return quoted[1:-1].replace("''", "'") if quoted[0] == "'" else quoted[1:-1]
    if not bare:
        return None
    text = bare.rstrip(" ")
    return None if text in _NULLS else text


def _text_below(said: str, column: int) -> str:
    """Take off the indentation of the lines below a ``|`` that stands in a map or list at ``column``."""
    sign, *lines = said.split("\n")
    first = next(filter(None, lines), "")
    width = len(first) - len(first.lstrip(" "))
    margin = " " * width
    if width <= column or any(line and not line.startswith(margin) for line in lines):
        raise Doubt
    if any(line.isspace() for line in lines):
        raise Doubt  # it may be shorter or longer than the margin
    text = "\n".join([line[width:] for line in lines]).rstrip("\n")
    return text if sign == "|-" else text + "\n"
