"""Records of which there are very many: each holds what is its own; the rest is in memory once for all that say the same.

A ledger of a hundred thousand awards says a few hundred different things of when, by whom and for what
they were issued. A compact record is a dataclass to whoever makes, compares, replaces or prints it; only
its memory differs: its own fields are slots, all others are one tuple that it shares.
"""

import dataclasses
import functools
import operator
import typing
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

MAX_SHARED = 65_536
"""Different tuples that are known; where there are more, the later ones are shared less."""


@typing.dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,)
)
def compact(*own: str, digests: tuple[str, ...] = ()) -> Callable[[type[T]], type[T]]:
    """Declare a frozen dataclass, made by keyword, whose fields are shared but for ``own`` and ``digests``.

    ``digests`` are texts, or None, that mostly are bytes in hex, and are kept as bytes.
    """

    def made(declared: type[T]) -> type[T]:
        described = dataclasses.dataclass(frozen=True, kw_only=True, init=False)(declared)
        fields = dataclasses.fields(described)  # type: ignore[arg-type]  # it is one by now
        alike = tuple(f.name for f in fields if f.name not in (*own, *digests))
        kept = {name: f"_{name}" for name in digests}
        body = {
            name: value
            for name, value in vars(described).items()
            if name not in ("__dict__", "__weakref__", *own)
        }
        body["__slots__"] = (*own, *kept.values(), "_alike")
        for name, slot in kept.items():
            body[name] = property(functools.partial(_in_hex, operator.attrgetter(slot)))
        for at, name in enumerate(alike):
            body[name] = property(_shared(at))
        metaclass: Any = type(described)
        kind: Any = metaclass(described.__name__, described.__bases__, body)
        kind.__init__ = _initialiser(kind, fields, own, kept, alike)
        kind.__reduce__ = _reducer(body["__slots__"])
        return typing.cast("type[T]", kind)

    return made


def alike(record: Any) -> tuple[Any, ...]:
    """Return the values that a compact record shares with others, in the order of their fields."""
    shared: tuple[Any, ...] = record._alike  # noqa: SLF001 - the slot was made above
    return shared


def maker(kind: type[T], own: tuple[str, ...], digests: tuple[str, ...]) -> Callable[..., T]:
    """Return what makes records of a compact kind of the values of ``own``, of ``digests``, and of what they share."""
    slots: Any = kind
    setters = [getattr(slots, name).__set__ for name in (*own, "_alike")]
    coders = [getattr(slots, f"_{name}").__set__ for name in digests]

    def made(values: Sequence[Any], hexes: Sequence[str | None], shared: tuple[Any, ...]) -> T:
        record = object.__new__(kind)
        for put, value in zip(setters, (*values, shared), strict=True):
            put(record, value)
        for put, text in zip(coders, hexes, strict=True):
            put(record, _as_bytes(text))
        return record

    return made


def _shared(at: int) -> Callable[[Any], Any]:
    def value(record: Any) -> Any:
        return record._alike[at]  # noqa: SLF001 - the slot was made above

    return value


def _in_hex(kept: Callable[[Any], Any], record: Any) -> Any:
    value = kept(record)
    return value.hex() if type(value) is bytes else value


def _as_bytes(text: str | None) -> bytes | str | None:
    """Return the bytes that a text spells in hex; the text itself if it would come back as another one."""
    if text is None:
        return None
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return text
    return data if data.hex() == text else text


def _initialiser(
    kind: Any,
    fields: tuple[dataclasses.Field[Any], ...],
    own: tuple[str, ...],
    digests: dict[str, str],
    alike: tuple[str, ...],
) -> Callable[..., None]:
    """Return the record's ``__init__``; a ledger makes one for each award, so it looks up little."""
    defaults = {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}
    setters = [(name, getattr(kind, name).__set__) for name in own]
    coders = [(name, getattr(kind, slot).__set__) for name, slot in digests.items()]
    share, what = kind._alike.__set__, operator.itemgetter(*alike)  # noqa: SLF001 - made by us
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def init(self: object, **given: Any) -> None:
        values = {**defaults, **given}
        if len(values) != len(fields):
            raise TypeError(f"{kind.__name__} has other fields")
        for name, put in setters:
            put(self, values[name])
        for name, put in coders:
            put(self, _as_bytes(values[name]))
        said = what(values)
        if len(known) >= MAX_SHARED:
            known.clear()
        share(self, known.setdefault(said, said))

    return init


def _reducer(slots: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    kept = operator.attrgetter(*slots)

    def reduce(record: Any) -> tuple[Any, ...]:
        """Travel to another process as it is kept; what is shared is shared there, too."""
        return _made_again, (type(record), *kept(record))

    return reduce


def _made_again(kind: type[T], *kept: Any) -> T:
    record: Any = object.__new__(kind)
    put, slots = object.__setattr__, typing.cast("Any", kind).__slots__
    for slot, value in zip(slots, kept, strict=True):
        put(record, slot, value)
    return typing.cast("T", record)
