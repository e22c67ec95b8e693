"""A digest of values: the same for equal values, in any run and on any machine.

Knows what our records are made of. A value of any other kind is refused, since leaving it out would
make different things look alike. Fields that don't count for equality (places in files) don't count.
"""

import dataclasses
import datetime
import hashlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any


def fingerprint(*values: object) -> str:
    """Return 128 bits in hex that tell these values from others; raise TypeError for a strange kind."""
    total = hashlib.blake2b(digest_size=16)
    for value in values:
        for part in _parts(value):
            total.update(part)
    return total.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    """Yield bytes that no other value yields: kind, length, content."""
    match value:
        case None | bool() | int() | float() | Decimal() | datetime.date():
            yield _said(type(value).__name__, repr(value).encode())
        case str():
            yield _said("str", value.encode("utf-8", "surrogatepass"))
        case bytes():
            yield _said("bytes", value)
        case tuple() | list():
            yield _said("list", b"%d" % len(value))
            for item in value:
                yield from _parts(item)
        case Mapping():
            yield _said("map", b"%d" % len(value))
            for key in value:
                yield from _parts(key)
                yield from _parts(value[key])
        case set() | frozenset():
            yield _said("set", repr(sorted(fingerprint(item) for item in value)).encode())
        case _:
            yield from _record(value)


def _record(value: Any) -> Iterator[bytes]:
    kind: Callable[..., Any] = type(value)
    names = _fields(kind)
    yield _said(kind.__qualname__, b"%d" % len(names))
    for name in names:
        yield from _parts(getattr(value, name))


@cache
def _fields(kind: Callable[..., Any]) -> tuple[str, ...]:
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind} has no fingerprint")
    return tuple(field.name for field in dataclasses.fields(kind) if field.compare)


def _said(kind: str, content: bytes) -> bytes:
    return b"%s:%d:%s" % (kind.encode(), len(content), content)
