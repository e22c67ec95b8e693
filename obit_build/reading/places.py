"""Where values stand in a file, looked up when somebody asks.

Places are for messages, and most files give rise to none. A :class:`Spot` remembers by which fields and
items one gets to a value; asked for its line, it composes the file and goes there. So a place that is
looked up is exactly the one that :mod:`obit_build.reading.nodes` tells. A :class:`CellSpot` counts in its line of a people list.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from obit_build.problems import Location
from obit_build.reading.nodes import Mapping as MapNode
from obit_build.reading.nodes import Node, Sequence, compose


class Kept(Protocol):
    """The bytes of a file that is not in memory."""

    def part(self, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes from ``start`` up to ``end``, or to the end of the file."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be composed."""

    path: str
    kept: bytes | Kept = field(repr=False)

    @property
    def is_in_memory(self) -> bool:
        """Whether reading it again is a matter of memory alone."""
        return isinstance(self.kept, bytes)

    @property
    def data(self) -> bytes:
        """All of its bytes."""
        return self.part()

    def part(self, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes from ``start`` up to ``end``, or to the end of the file."""
        kept = self.kept
        return kept[start:end] if isinstance(kept, bytes) else kept.part(start, end)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process with what is in the file."""
        return (Source, (self.path, self.data))


class Sought(Location):
    """A location that is looked up when one of its parts is asked for."""

    __slots__ = ()

    def source(self) -> Source:
        """Return the file that it is in."""
        raise NotImplementedError

    def look_up(self) -> Location:
        """Find the place."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> object:
        """Fill in what is not known yet: nothing but the parts of a location is ever missing."""
        if name == "path":
            _set(self, "path", self.source().path)
        elif name in ("line", "column", "length"):
            found = self.look_up()
            for part in ("line", "column", "length"):
                _set(self, part, getattr(found, part))
        else:
            raise AttributeError(name)
        return getattr(self, name)


_set = object.__setattr__


class Spot(Sought):
    """The place of a record of a YAML file, or of the value of one of its fields.

    ``above`` is the record that holds the value, or the file if this is the whole of it; ``name`` the
    field; ``index`` counts the items of a list from 0.
    """

    __slots__ = ("above", "index", "name")

    above: "Spot | Source"
    name: str
    index: int | None

    def __init__(self, above: "Spot | Source", name: str = "", index: int | None = None) -> None:
        _set(self, "above", above)
        _set(self, "name", name)
        _set(self, "index", index)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process without having been looked up."""
        return (Spot, (self.above, self.name, self.index))

    def source(self) -> Source:
        """Return the file that it is in."""
        return self.above if isinstance(self.above, Source) else self.above.source()

    def look_up(self) -> Location:
        """Find the place among the nodes of the file."""
        return self.node().location

    def node(self) -> Node:
        """Compose the file and go to the value."""
        if isinstance(self.above, Source):
            return _composed(self.above)
        node = self.above.node()
        if isinstance(node, MapNode):  # else the record is written as its main field alone
            node = next((value for key, value in node.items if key.value == self.name), node)
        if self.index is not None and isinstance(node, Sequence):
            return node.items[self.index]
        return node


class Spots(Mapping[str, Location]):
    """Field → where its value stands, for the fields of one record.

    ``general`` has the places of what the file says for everybody.
    """

    __slots__ = ("general", "names", "record")

    def __init__(
        self, record: Spot, names: tuple[str, ...], general: "Spots | None" = None
    ) -> None:
        self.record, self.names, self.general = record, names, general

    def __getitem__(self, name: str) -> Location:
        """Return where a field's value stands."""
        if name in self.names:
            return Spot(self.record, name)
        if self.general is None:
            raise KeyError(name)
        return self.general[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names, the general ones first."""
        return iter(dict.fromkeys((*(self.general or ()), *self.names)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def merged(
    general: Mapping[str, Location], particular: Mapping[str, Location]
) -> Mapping[str, Location]:
    """Return both; where both say something, what is particular."""
    if isinstance(general, Spots) and isinstance(particular, Spots):
        return Spots(particular.record, particular.names, general)
    return {**general, **particular}


class CellSpot(Sought):
    """The place of a cell of a people list without quotes; lines count from 1, columns from 0."""

    __slots__ = ("cell", "file", "row")

    file: Source
    row: int
    cell: int

    def __init__(self, file: Source, row: int, cell: int) -> None:
        _set(self, "file", file)
        _set(self, "row", row)
        _set(self, "cell", cell)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process without having been looked up."""
        return (CellSpot, (self.file, self.row, self.cell))

    def source(self) -> Source:
        """Return the file that it is in."""
        return self.file

    def look_up(self) -> Location:
        """Count the characters before the cell."""
        cells = _lines(self.file)[self.row - 1].split(",")
        before = sum(len(cell) + 1 for cell in cells[: self.cell])
        return Location(self.file.path, self.row, before + 1, max(1, len(cells[self.cell])))


class CellSpots(Mapping[str, Location]):
    """Column → where a row's cell stands."""

    __slots__ = ("columns", "file", "row")

    def __init__(self, file: Source, row: int, columns: tuple[str, ...]) -> None:
        self.file, self.row, self.columns = file, row, columns

    def __getitem__(self, name: str) -> Location:
        """Return where the cell of a column stands."""
        if name not in self.columns:
            raise KeyError(name)
        return CellSpot(self.file, self.row, self.columns.index(name))

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the columns."""
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


@functools.lru_cache(maxsize=2)
def _composed(source: Source) -> Node:
    node, _ = compose(source.data, source.path)
    if node is None:
        raise AssertionError("a file that could be read can be composed")
    return node


@functools.lru_cache(maxsize=1)
def _lines(source: Source) -> list[str]:
    return source.data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
