"""Records of which there are very many: each holds what is its own; the rest is in memory once for all that say the same.

A ledger of a hundred thousand awards says a few hundred different things of when, by whom and for what
they were issued. A compact record is a dataclass to whoever makes, compares, replaces or prints it; only
its memory differs: its own fields are one tuple, all others another, which it shares.
"""

import dataclasses
import functools
import operator
import typing
from collections.abc import Callable
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
        body = {
            name: value
            for name, value in vars(described).items()
            if name not in ("__dict__", "__weakref__")
        }
        body["__slots__"] = ("_alike", "_own")
        for at, name in enumerate((*own, *digests)):
            body[name] = property((_in_hex if name in digests else _own)(at))
        for at, name in enumerate(alike):
            body[name] = property(_shared(at))
        metaclass: Any = type(described)
        kind: Any = metaclass(described.__name__, described.__bases__, body)
        kind.__init__ = _initialiser(kind, fields, own, digests, alike)
        kind.__reduce__ = _reduce
        return typing.cast("type[T]", kind)

    return made


# ruff: noqa: SLF001 - below, the slots are those that were made above


def parts(record: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return what a compact record holds: what is its own, digests as bytes; and what it shares."""
    return record._own, record._alike


def maker(kind: type[T]) -> Callable[[tuple[Any, ...], tuple[Any, ...]], T]:
    """Return what makes a record of a compact kind from its :func:`parts`, quickly."""
    new: Any = functools.partial(object.__new__, kind)
    own, share = kind._own.__set__, kind._alike.__set__  # type: ignore[attr-defined]  # made above

    def made(held: tuple[Any, ...], alike: tuple[Any, ...]) -> T:
        record: T = new()
        own(record, held)
        share(record, alike)
        return record

    return made


def _own(at: int) -> Callable[[Any], Any]:
    def value(record: Any) -> Any:
        return record._own[at]

    return value


def _shared(at: int) -> Callable[[Any], Any]:
    def value(record: Any) -> Any:
        return record._alike[at]

    return value


def _in_hex(at: int) -> Callable[[Any], Any]:
    def value(record: Any) -> Any:
        kept = record._own[at]
        return kept.hex() if type(kept) is bytes else kept

    return value


def as_bytes(text: str | None) -> bytes | str | None:
    """Return a digest as a compact record keeps it: the bytes that a text spells in hex; the text itself if it would come back as another one."""
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
    digests: tuple[str, ...],
    alike: tuple[str, ...],
) -> Callable[..., None]:
    """Return the record's ``__init__``; a ledger makes one for each award, so it looks up little."""
    defaults = {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}
    hold, share, what = kind._own.__set__, kind._alike.__set__, operator.itemgetter(*alike)
    known: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def init(self: object, **given: Any) -> None:
        values = {**defaults, **given}
        if len(values) != len(fields):
            raise TypeError(f"{kind.__name__} has other fields")
        kept = [as_bytes(values[name]) for name in digests]
        hold(self, (*[values[name] for name in own], *kept))
        said = what(values)
        if len(known) >= MAX_SHARED:
            known.clear()
        share(self, known.setdefault(said, said))

    return init


def _reduce(record: Any) -> tuple[Any, ...]:
    """Travel to another process as it is kept; what is shared is shared there, too."""
    return _made_again, (type(record), *parts(record))


def _made_again(kind: type[T], held: tuple[Any, ...], alike: tuple[Any, ...]) -> T:
    return maker(kind)(held, alike)
