"""Records of which most is looked up when somebody asks for it.

A hundred thousand awards as full records are a quarter of a gigabyte, and nearly all of it stands in
the centre's files already. A record of this kind is a dataclass to whoever makes, compares, replaces or
prints it. What it holds are its own fields, and where the values of the others are.
"""

import dataclasses
import operator
import typing
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from obit_build.model.words import declare, place, places

T = TypeVar("T")


class Said(Protocol):
    """What knows the values of the fields of many records, which have numbers from 0."""

    @property
    def shared(self) -> Mapping[str, Any]:
        """Field → its value in a record that says nothing of its own there; for all but places."""

    def own(self, at: int) -> tuple[Any, ...]:
        """Return what a record says itself, in the order of the fields in which it does."""

    def place(self, at: int, names: tuple[str, ...], name: str) -> Any:
        """Return one of the places of a record that says something in the fields ``names``."""


class Defaults:
    """What records say that were made in memory: what they were given is theirs, all else are the defaults."""

    __slots__ = ("shared",)

    def __init__(self, shared: Mapping[str, Any]) -> None:
        self.shared = shared

    def own(self, _at: int) -> tuple[Any, ...]:
        """Return nothing: who asks has it."""
        return ()

    def place(self, _at: int, _names: tuple[str, ...], name: str) -> Any:
        """Return that nobody knows where."""
        return self.shared[name]


@typing.dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(declare, place, places)
)
def on_demand(*own: str) -> Callable[[type[T]], type[T]]:
    """Declare a frozen dataclass, made by keyword, that holds the fields ``own`` and looks up the others."""

    def made(declared: type[T]) -> type[T]:
        described = dataclasses.dataclass(frozen=True, kw_only=True, init=False)(declared)
        fields = dataclasses.fields(described)  # type: ignore[arg-type]  # it is one by now
        body = {
            name: value
            for name, value in vars(described).items()
            if name not in ("__dict__", "__weakref__", *own)
        }
        body["__slots__"] = (*own, "_said", "_at", "_names", "_own")
        for field in fields:
            if field.name not in own:
                is_place = "place" in field.metadata or "places" in field.metadata
                body[field.name] = property((_found if is_place else _looked_up)(field.name))
        metaclass: Any = type(described)
        kind: Any = metaclass(described.__name__, described.__bases__, body)
        kind.__init__ = _initialiser(kind, fields, own)
        kind.__reduce__ = _reducer(own)
        return typing.cast("type[T]", kind)

    return made


def filed(
    kind: type[T],
    said: Said,
    at: int,
    names: tuple[str, ...],
    values: tuple[Any, ...] | None,
    **own: Any,
) -> T:
    """Make the record number ``at`` of those that ``said`` knows.

    ``names`` are the fields in which it says something itself, ``values`` is what it says there; None if
    ``said`` is to be asked for that.
    """
    record: Any = object.__new__(kind)
    put = object.__setattr__
    for name, value in own.items():
        put(record, name, value)
    put(record, "_said", said)
    put(record, "_at", at)
    put(record, "_names", names)
    put(record, "_own", values)
    return typing.cast("T", record)


def defaults_of(kind: Any) -> dict[str, Any]:
    """Return field → the value of one that is not given, for fields that have one."""
    fields = dataclasses.fields(kind)
    made = {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}
    factories = [(f.name, f.default_factory) for f in fields]
    return made | {name: make() for name, make in factories if make is not dataclasses.MISSING}


# ruff: noqa: SLF001 - below, the slots are those that were made above


def _looked_up(name: str) -> Callable[[Any], Any]:
    def value(record: Any) -> Any:
        names = record._names
        if name not in names:
            return record._said.shared[name]
        own = record._own
        if own is None:
            own = record._said.own(record._at)
        return own[names.index(name)]

    return value


def _found(name: str) -> Callable[[Any], Any]:
    def value(record: Any) -> Any:
        names = record._names
        if name in names:
            return record._own[names.index(name)]
        return record._said.place(record._at, names, name)

    return value


def _initialiser(
    kind: type, fields: tuple[dataclasses.Field[Any], ...], own: tuple[str, ...]
) -> Callable[..., None]:
    """Return the ``__init__`` of a record that is made in memory."""
    defaults = defaults_of(kind)
    said = Defaults(defaults)
    put, shapes = object.__setattr__, dict[tuple[str, ...], tuple[str, ...]]()

    def init(self: object, **given: Any) -> None:
        if len({**defaults, **given}) != len(fields):
            raise TypeError(f"{kind.__name__} has other fields")
        for name in own:
            put(self, name, given.pop(name) if name in given else defaults[name])
        names = tuple(given)
        put(self, "_said", said)
        put(self, "_at", 0)
        put(self, "_names", shapes.setdefault(names, names))
        put(self, "_own", tuple(given.values()))

    return init


def _reducer(own: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    held = operator.attrgetter("_said", "_at", "_names", "_own", *own)

    def reduce(record: Any) -> tuple[Any, ...]:
        """Travel to another process together with what knows the values."""
        return _again, (type(record), own, *held(record))

    return reduce


def _again(
    kind: type[T],
    own: tuple[str, ...],
    said: Said,
    at: int,
    names: tuple[str, ...],
    values: tuple[Any, ...] | None,
    *held: Any,
) -> T:
    return filed(kind, said, at, names, values, **dict(zip(own, held, strict=True)))
