"""Compact records of which there are very many: a row of bytes for each, and a record only while somebody looks at it.

The ledger of a hundred thousand awards takes 37 MB as records in a dictionary, and 13 as rows.
"""

import itertools
import operator
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, ValuesView
from typing import Any, NamedTuple, TypeVar

from obit_build.model.compact import maker, parts
from obit_build.numbering import Keys, key_of, name_of

T = TypeVar("T")

_KEY, _NONE, _FIRST = 0, 1, 2
"""Where things are beside a row that was taken apart."""


class _Form(NamedTuple):
    """What all rows of one form have in common."""

    row: struct.Struct
    """What a record holds itself, but for its key and what is None."""
    order: Callable[[tuple[Any, ...]], tuple[Any, ...]]
    """Takes the key, None and what stands in the row; returns what is the record's own."""
    texts: tuple[int, ...]
    """Which of these are text."""
    alike: tuple[Any, ...]
    """What the records share (:mod:`obit_build.model.compact`)."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process by the spelling of the row."""
        return _spelt_form, (self.row.format, *self[1:])


def _spelt_form(row: str, *others: Any) -> _Form:
    return _Form(struct.Struct(row), *others)


class Packed(Mapping[str, T]):
    """Key → compact record, in the order in which the keys first came.

    The key is the first of the record's own fields, a text of at most 32 bytes; there is one more at least.
    """

    def __init__(self, kind: type[T], *, room: int = 0) -> None:
        """Begin a table; up to ``room`` records are kept beside their rows once somebody has made them."""
        self._kind, self._made, self._room = kind, maker(kind), room
        self._known: dict[str, T] = {}
        self._keys, self._rows, self._starts = Keys(), bytearray(), array("Q")
        self._of = array("I")
        """Number of each row → number of its form."""
        self._forms: list[_Form] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        """What is said of a form → its number."""

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        """Yield the keys."""
        return map(name_of, self._keys)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._keys.find(key_of(key)) is not None

    def __getitem__(self, key: str) -> T:
        """Make the record of a key; raise KeyError if there is none."""
        if key in self._known:
            return self._known[key]
        number = self._keys.find(key_of(key))
        if number is None:
            raise KeyError(key)
        return self._record(number, key)

    def values(self) -> ValuesView[T]:
        """Return all records, each made when its turn comes."""
        return _Records(self)

    def records(self) -> Iterator[T]:
        """Make one record after the other."""
        known = self._known
        for number, key in enumerate(self):
            yield known[key] if key in known else self._record(number, key)

    def put(self, record: T) -> None:
        """Keep a record under its key, over its former one; raise ValueError for a key of more than 32 bytes."""
        (key, *own), alike = parts(record)
        values = [value.encode() if type(value) is str else value for value in own]
        of = self._form(own, values, alike)
        row = self._forms[of].row.pack(*[value for value in values if value is not None])
        self._known.pop(key, None)
        number = self._keys.find(key_of(key))
        if number is None:
            self._keys.add(key_of(key))
            self._starts.append(len(self._rows))
            self._of.append(of)
            self._rows += row
            self._keep(key, record)
            return
        start, size = self._starts[number], self._forms[self._of[number]].row.size
        self._of[number] = of
        if size == len(row):
            self._rows[start : start + size] = row
        else:
            self._starts[number] = len(self._rows)
            self._rows += row

    def copy(self) -> "Packed[T]":
        """Return another table with the same records."""
        other = Packed(self._kind, room=self._room)
        other._keys, other._rows, other._starts = self._keys.copy(), self._rows[:], self._starts[:]
        other._of, other._forms, other._numbers = self._of[:], self._forms[:], dict(self._numbers)
        return other

    def __getstate__(self) -> dict[str, Any]:
        """Travel to another process as rows."""
        return {
            name: value for name, value in vars(self).items() if name not in ("_made", "_known")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _made=maker(state["_kind"]), _known={})

    def _form(self, own: list[Any], values: list[Any], alike: tuple[Any, ...]) -> int:
        """Return the number of the form that a row has."""
        sizes = [len(value) if type(value) is bytes else None for value in values]
        said = (alike, *map(type, own), *sizes)
        number = self._numbers.get(said)
        if number is None:
            number = self._numbers[said] = len(self._forms)
            self._forms.append(_new_form(own, sizes, alike))
        return number

    def _record(self, number: int, key: str) -> T:
        form = self._forms[self._of[number]]
        own = form.order((key, None, *form.row.unpack_from(self._rows, self._starts[number])))
        if form.texts:
            own = tuple([x.decode() if at in form.texts else x for at, x in enumerate(own)])
        record = self._made(own, form.alike)
        if self._room:
            self._keep(key, record)
        return record

    def _keep(self, key: str, record: T) -> None:
        if len(self._known) < self._room:
            self._known[key] = record


def _new_form(own: list[Any], sizes: list[int | None], alike: tuple[Any, ...]) -> _Form:
    spelt, order, here = "<", [_KEY], itertools.count(_FIRST)
    for value, size in zip(own, sizes, strict=True):
        order.append(_NONE if value is None else next(here))
        spelt += "" if value is None else "q" if size is None else f"{size}s"
    texts = tuple(at for at, value in enumerate(own, start=1) if type(value) is str)
    return _Form(struct.Struct(spelt), operator.itemgetter(*order), texts, alike)


class _Records(ValuesView[T]):
    """The records of a table: none is looked for by its key."""

    def __init__(self, table: Packed[T]) -> None:
        super().__init__(table)
        self._table = table

    def __iter__(self) -> Iterator[T]:
        return self._table.records()


def packed(kind: type[T], records: Iterable[T]) -> Packed[T]:
    """Keep records of a compact kind as rows."""
    table = Packed(kind)
    for record in records:
        table.put(record)
    return table
