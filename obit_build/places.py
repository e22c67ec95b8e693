"""Where values stand in a file, looked up when somebody asks.

Places are for messages, and most files give rise to none. A :class:`Spot` remembers by which fields and
items one gets to a value; asked for its line, it composes the file and goes there. So a place that is
looked up is exactly the one that :mod:`obit_build.nodes` tells.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from obit_build.nodes import Mapping as MapNode
from obit_build.nodes import Node, Sequence, compose
from obit_build.problems import Location


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be composed."""

    path: str
    data: bytes = field(repr=False)


class Spot(Location):
    """A location that is looked up when one of its parts is asked for.

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

    def __getattr__(self, name: str) -> object:
        """Fill in what is not known yet: nothing but the parts of a location is ever missing."""
        if name == "path":
            _set(self, "path", _source(self).path)
        elif name in ("line", "column", "length"):
            found = _node(self).location
            for part in ("line", "column", "length"):
                _set(self, part, getattr(found, part))
        else:
            raise AttributeError(name)
        return getattr(self, name)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process unasked."""
        return (Spot, (self.above, self.name, self.index))


_set = object.__setattr__


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


def _source(spot: Spot) -> Source:
    while isinstance(spot.above, Spot):
        spot = spot.above
    return spot.above


def _node(spot: Spot) -> Node:
    if isinstance(spot.above, Source):
        return _composed(spot.above)
    node = _node(spot.above)
    if isinstance(node, MapNode):  # else the record is written as its main field alone
        node = next((value for key, value in node.items if key.value == spot.name), node)
    if spot.index is not None and isinstance(node, Sequence):
        return node.items[spot.index]
    return node


@functools.lru_cache(maxsize=2)
def _composed(source: Source) -> Node:
    node, _ = compose(source.data, source.path)
    if node is None:
        raise AssertionError("a file that could be read can be composed")
    return node
