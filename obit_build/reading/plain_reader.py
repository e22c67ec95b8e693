"""Plain values → dataclasses, by their declared fields: what :mod:`obit_build.reading.reader` does, without words.

For each kind of record a function is put together once. What it makes of a file without mistakes equals what the
reader makes; for anything that the reader would report it raises :class:`Doubt`, and the file is
read again by the one that knows places and remedies.
"""

import dataclasses
import datetime
import functools
import re
import types
import typing
from collections.abc import Callable
from decimal import Decimal

from obit_build.model.words import Colour, Duration, Language, OneLanguage, Slug, Term, Text
from obit_build.reading.kinds import CONVERTERS, LANGUAGE, NotThis
from obit_build.reading.places import Source, Spot, Spots
from obit_build.reading.plain_yaml import Doubt, Plain, read_plain
from obit_build.reading.reader import fields_of, hints_of

T = typing.TypeVar("T")
Above = Spot | Source
Read = Callable[[Plain, Above, str, "int | None"], typing.Any]
"""(value, what holds it, its field there, which item) → the value as its declared type."""

OFTEN_THE_SAME = frozenset((bool, datetime.date, Decimal, Duration, int, Language, Slug))
"""Kinds of which a file repeats a few values: each is converted once, and all share it."""
SHARED_VALUES = 4096


def read_record(
    source: Source, kind: type[T], default_language: str, part: bytes | None = None
) -> T:
    """Read a whole file as ``kind``; raise Doubt if anything in it is wrong or unusual.

    ``part`` is what to read if that is a part of it that can be read alone; places are looked up in the file.
    """
    try:
        read = _record(typing.cast(type, kind), default_language)
        found: T = read(read_plain(source.data if part is None else part), source, "", None)
    except NotThis:
        raise Doubt from None
    return found


def read_item(
    data: bytes, kind: type[T], default_language: str, above: Spot, name: str, index: int
) -> T:
    """Read the lines of one item of the list ``name`` again, which stood in a file that could be read."""
    items = typing.cast("list[Plain]", read_plain(b"%s:\n%s" % (name.encode(), data))[name])
    found: T = _record(typing.cast(type, kind), default_language)(items[0], above, name, index)
    return found


class _Record:
    """Reads records of one kind; what their fields need is looked up once."""

    def __init__(self, kind: type, language: str) -> None:
        declared, hints = fields_of(kind), hints_of(kind)
        self.kind = kind
        self.readers = {
            name: _value(hints[name], f.metadata, language) for name, f in declared.items()
        }
        self.needed = {n for n, f in declared.items() if f.default is dataclasses.MISSING}
        self.may_be_nothing = {
            n for n in declared if n not in self.needed and Colour not in typing.get_args(hints[n])
        }
        own = [f.metadata for f in dataclasses.fields(kind)]
        self.has_place = any("place" in metadata for metadata in own)
        self.has_places = any("places" in metadata for metadata in own)
        self.short = next((n for n, f in declared.items() if f.metadata["shorthand"]), "")
        self.short_is_text = bool(self.short) and hints[self.short] is Text
        self.shapes: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self, value: Plain, above: Above, name: str, index: int | None) -> typing.Any:
        """Read one record: its fields, or its main field alone."""
        spot = Spot(above, name, index)
        if isinstance(value, dict) and not (self.short_is_text and self.is_text(value)):
            given: dict[str, typing.Any] = {}
            for key, item in value.items():
                reader = self.readers.get(key)
                if reader is None:
                    raise Doubt
                if item is not None or key not in self.may_be_nothing:
                    given[key] = reader(item, spot, key, None)
        elif self.short and not isinstance(value, list):
            given = {self.short: self.readers[self.short](value, above, name, index)}
        else:
            raise Doubt
        if not self.needed <= given.keys():
            raise Doubt
        return self.built(given, spot)

    def is_text(self, value: dict[str, Plain]) -> bool:
        """Whether these are the languages of a text, not fields."""
        return (
            bool(value)
            and not value.keys() & self.readers.keys()
            and all(map(LANGUAGE.fullmatch, value))
        )

    def built(self, given: dict[str, typing.Any], spot: Spot) -> typing.Any:
        """Make the record; records with the same fields share the list of their names."""
        names = tuple(given)
        if self.has_place:
            given["location"] = spot
        if self.has_places:
            given["locations"] = Spots(spot, self.shapes.setdefault(names, names))
        return self.kind(**given)


@functools.cache
def _record(kind: type, language: str) -> Read:
    return _Record(kind, language).read


def _value(kind: typing.Any, metadata: typing.Mapping[str, typing.Any], language: str) -> Read:
    """Put together the function that reads a value of a declared type."""
    origin = typing.get_origin(kind)
    if isinstance(kind, types.UnionType) or origin is typing.Union:
        kinds = [k for k in typing.get_args(kind) if k is not types.NoneType]
        return _union(kinds, metadata, language)
    if origin is tuple:
        return _items(typing.get_args(kind)[0], metadata, language)
    if origin is typing.Literal:
        return _choice(typing.get_args(kind))
    if kind is Text:
        return _text(language)
    if dataclasses.is_dataclass(kind):
        return _record(typing.cast(type, kind), language)
    if kind is Term:
        return _term(metadata.get("terms", ()))
    return _scalar(kind)


def _scalar(kind: type) -> Read:
    _, convert = CONVERTERS[kind]
    if kind in OFTEN_THE_SAME:
        convert = functools.lru_cache(SHARED_VALUES)(convert)

    def read(value: Plain, _above: Above, _name: str, _index: int | None) -> object:
        if not isinstance(value, str):
            raise Doubt
        return convert(value)

    return read


def _union(
    kinds: list[typing.Any], metadata: typing.Mapping[str, typing.Any], language: str
) -> Read:
    """Choose by shape, as the reader does: a map is a record, a listed word is that word."""
    records = [k for k in kinds if dataclasses.is_dataclass(k) and k is not Text]
    plain = [k for k in kinds if k not in records]
    words = {
        word: word for k in plain if typing.get_origin(k) is typing.Literal
        for word in typing.get_args(k)
    }  # fmt: skip
    others = [k for k in plain if typing.get_origin(k) is not typing.Literal]
    main = _value((others or plain or records)[0], metadata, language)
    if len(kinds) == 1:
        return main
    record = _value(records[0], metadata, language) if records else main

    def read(value: Plain, above: Above, name: str, index: int | None) -> object:
        if isinstance(value, dict):
            return record(value, above, name, index)
        if isinstance(value, str) and value in words:
            return words[value]
        return main(value, above, name, index)

    return read


def _items(kind: typing.Any, metadata: typing.Mapping[str, typing.Any], language: str) -> Read:
    item = _value(kind, metadata, language)
    least = metadata.get("least", 0)
    one_needs_no_list = kind in (str, Text, Language, Slug)

    def read(value: Plain, above: Above, name: str, _index: int | None) -> object:
        if one_needs_no_list and isinstance(value, str):
            return (item(value, above, name, None),)
        if not isinstance(value, list) or len(value) < least:
            raise Doubt
        return tuple([item(said, above, name, at) for at, said in enumerate(value)])

    return read


def _choice(choices: tuple[str, ...]) -> Read:
    words = {choice: choice for choice in choices}

    def read(value: Plain, _above: Above, _name: str, _index: int | None) -> object:
        if not isinstance(value, str) or value not in words:
            raise Doubt
        return words[value]

    return read


def _term(terms: tuple[str, ...]) -> Read:
    text = _scalar(str)

    def read(value: Plain, above: Above, name: str, index: int | None) -> object:
        word = text(value, above, name, index)
        if word not in terms and not re.fullmatch(r"ext:[A-Za-z0-9._:-]+", word):
            raise Doubt
        return Term(word)

    return read


def _text(language: str) -> Read:
    text = _scalar(str)

    def read(value: Plain, above: Above, name: str, index: int | None) -> object:
        if isinstance(value, str):
            return Text(OneLanguage(language, text(value, above, name, index)))
        if not isinstance(value, dict) or not value or not all(map(LANGUAGE.fullmatch, value)):
            raise Doubt
        return Text({tag: text(said, above, tag, None) for tag, said in value.items()})

    return read
