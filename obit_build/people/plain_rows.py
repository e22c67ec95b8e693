"""A people list without quotes and without mistakes → recipients, row by row.

Quotes, and all that :mod:`obit_build.people.recipients` would report, are a :class:`Doubt`; the list is then read by
the one that knows places and remedies.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence, ValuesView
from typing import Any

from obit_build.model.award import Recipient
from obit_build.model.on_demand import defaults_of, filed
from obit_build.numbering import Numbers
from obit_build.people.rows import FORMULA, MAX_ROWS
from obit_build.problems import Location
from obit_build.reading.kinds import NotThis
from obit_build.reading.places import CellSpot, CellSpots, Source
from obit_build.reading.plain_yaml import Doubt

Converter = Callable[[str], object]

KEPT = 16_384
"""How many people of a list are kept as they were read; in a longer one a line is read when somebody asks for it."""
_LINE_END = re.compile(b"\n")


def plain_recipients(
    source: Source,
    text: str,
    columns: Sequence[str],
    first: int,
    converters: Mapping[str, Converter],
) -> Mapping[str, Recipient]:
    """Return the people of the lines from ``first`` on, by code; raise Doubt at what is wrong or quoted.

    ``text`` is the whole list; ``columns`` are the names in its header, ``code`` among them.
    """
    lines = text.replace("\r\n", "\n")
    if '"' in lines or "\r" in lines:
        raise Doubt
    table = _Table(source, tuple(columns), converters)
    addresses = Numbers()  # of their hashes: two that are one by chance are no more than a doubt
    kept, shelved = dict[str, Recipient](), _People(table)
    people = kept if lines.count("\n") <= KEPT else shelved
    for number, line in enumerate(lines.split("\n")[first - 1 :], start=first):
        values = _values(line, table.readers)
        if not values:
            continue
        code, address = str(values["code"]), str(values.get("email", "")).casefold()
        if code in people or (address and hash(address) in addresses):
            raise Doubt
        if people is kept:
            kept[code] = table.filed(number, values)
        else:
            shelved.add(code, number)
        if address:
            addresses.add(hash(address))
    if len(people) >= MAX_ROWS:
        raise Doubt
    return people


class _People(Mapping[str, Recipient]):
    """The people of a long list: where each stands, and who it is when somebody asks."""

    def __init__(self, table: "_Table") -> None:
        self._table = table
        self._numbers, self._lines = Numbers(), array("I")

    def add(self, code: str, line: int) -> None:
        """Note on which line somebody stands."""
        self._numbers.add(hash(code))
        self._lines.append(line)

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[str]:
        """Yield the codes, in the order of the list."""
        for line in self._lines:
            yield self._table.person(line).code

    def __getitem__(self, code: str) -> Recipient:
        """Read who has a code; raise KeyError if nobody does."""
        for number in self._numbers.find(hash(code)):
            person = self._table.person(self._lines[number])
            if person.code == code:
                return person
        raise KeyError(code)

    def values(self) -> ValuesView[Recipient]:
        """Return all people, each read when the turn comes."""
        return _All(self)

    def all(self) -> Iterator[Recipient]:
        """Read one after the other."""
        return map(self._table.person, self._lines)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as a dictionary, since hashes differ there."""
        return dict, (dict(self),)


class _All(ValuesView[Recipient]):
    def __init__(self, people: _People) -> None:
        super().__init__(people)
        self._people = people

    def __iter__(self) -> Iterator[Recipient]:
        return self._people.all()


class _Table:
    """The lines of a list, of which each is read again when somebody asks what it says."""

    __slots__ = ("columns", "readers", "shapes", "shared", "source", "starts")

    def __init__(
        self, source: Source, columns: tuple[str, ...], converters: Mapping[str, Converter]
    ) -> None:
        self.source, self.columns = source, columns
        self.readers = [(name, converters[name]) for name in columns]
        self.shared = defaults_of(Recipient)
        self.shapes: dict[tuple[str, ...], tuple[str, ...]] = {}
        ends = [found.end() for found in _LINE_END.finditer(source.data)]
        self.starts = array("I", [0, *ends, len(source.data) + 1])

    def person(self, at: int) -> Recipient:
        """Read who is on a line (from 1)."""
        data = self.source.data[self.starts[at - 1] : self.starts[at] - 1]
        return self.filed(at, _values(data.decode().removesuffix("\r"), self.readers))

    def filed(self, at: int, values: dict[str, object]) -> Recipient:
        """Make the record of a line of what it says."""
        code = values.pop("code")
        names = tuple(values)
        shape = self.shapes.setdefault(names, names)
        return filed(Recipient, self, at, shape, tuple(values.values()), code=code)

    def own(self, _at: int) -> tuple[Any, ...]:
        """Return nothing: who was read has it."""
        return ()

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
