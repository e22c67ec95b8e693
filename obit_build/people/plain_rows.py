"""A people list without quotes and without mistakes → recipients, row by row.

Quotes, and all that :mod:`obit_build.people.recipients` would report, are a :class:`Doubt`; the list is then read by
the one that knows places and remedies.
"""

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from obit_build.model.award import Recipient
from obit_build.model.on_demand import defaults_of, filed
from obit_build.people.rows import FORMULA, MAX_ROWS
from obit_build.problems import Location
from obit_build.reading.kinds import NotThis
from obit_build.reading.places import CellSpot, CellSpots, Source
from obit_build.reading.plain_yaml import Doubt

Converter = Callable[[str], object]

KEPT = 8192
"""How many people of a list are kept as they were read; of the others the line is read again when it is asked for."""
_LINE_END = re.compile(b"\n")


def plain_recipients(
    source: Source,
    text: str,
    columns: Sequence[str],
    first: int,
    converters: Mapping[str, Converter],
) -> dict[str, Recipient]:
    """Return the people of the lines from ``first`` on, by code; raise Doubt at what is wrong or quoted.

    ``text`` is the whole list; ``columns`` are the names in its header, ``code`` among them.
    """
    lines = text.replace("\r\n", "\n")
    if '"' in lines or "\r" in lines:
        raise Doubt
    table = _Table(source, tuple(columns), converters)
    rows, listed, shapes = 0, 0, dict[tuple[str, ...], tuple[str, ...]]()
    addresses: set[int] = set()  # their hashes: two that are one by chance are no more than a doubt
    found: dict[str, Recipient] = {}
    for number, line in enumerate(lines.split("\n")[first - 1 :], start=first):
        values = _values(line, table.readers)
        if not values:
            continue
        code, names = values.pop("code"), tuple(values)
        kept = tuple(values.values()) if rows < KEPT else None
        recipient = filed(
            Recipient, table, number, shapes.setdefault(names, names), kept, code=code
        )
        rows += 1
        found[recipient.code] = recipient
        if address := values.get("email"):
            addresses.add(hash(str(address).casefold()))
            listed += 1
    if rows >= MAX_ROWS or len(found) < rows or len(addresses) < listed:
        raise Doubt
    return found


class _Table:
    """The lines of a list, of which each is read again when somebody asks what it says."""

    __slots__ = ("columns", "readers", "shared", "source", "starts")

    def __init__(
        self, source: Source, columns: tuple[str, ...], converters: Mapping[str, Converter]
    ) -> None:
        self.source, self.columns = source, columns
        self.readers = [(name, converters[name]) for name in columns]
        self.shared = defaults_of(Recipient)
        ends = [found.end() for found in _LINE_END.finditer(source.data)]
        self.starts = array("I", [0, *ends, len(source.data) + 1])

    def own(self, at: int) -> tuple[Any, ...]:
        """Read a line (from 1) again."""
        data = self.source.data[self.starts[at - 1] : self.starts[at] - 1]
        values = _values(data.decode().removesuffix("\r"), self.readers)
        return tuple([value for name, value in values.items() if name != "code"])

    def place(self, at: int, _names: tuple[str, ...], name: str) -> Location | CellSpots:
        """Return where a line's code stands, or all its cells."""
        if name == "location":
            return CellSpot(self.source, at, self.columns.index("code"))
        return CellSpots(self.source, at, self.columns)


def _values(line: str, readers: list[tuple[str, Converter]]) -> dict[str, object]:
    """Read a line's cells by column, empty ones left out."""
    cells = line.split(",")
    values: dict[str, object] = {}
    if len(cells) != len(readers) and not line.isspace() and line:
        raise Doubt
    for (name, convert), cell in zip(readers, cells, strict=False):
        value = cell.strip()
        if not value:
            continue
        if value.startswith(FORMULA):
            raise Doubt
        try:
            values[name] = convert(value)
        except NotThis:
            raise Doubt from None
    if values and "code" not in values:
        raise Doubt
    return values
