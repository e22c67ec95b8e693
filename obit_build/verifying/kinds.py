"""The kinds of values that a credential holds, and what is wrong with one that isn't of its kind.

A kind is a function from a value and its path to the flaws it finds. Classes are *closed*: every
term that our packaged contexts define has its place in a class, and a term in another place is
refused. This is a matter of security, not of tidiness: two spellings of one RDF graph carry the
same signature, so whoever could move ``credentialStatus`` into another object with the same id,
or write it under its full address, would hide a revocation without breaking the signature.
"""

import datetime
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from obit_build.harmless import shown
from obit_build.strict_json import JsonObject
from obit_build.verifying.words import say

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
MAX_INSTANT = 40
"""Characters; the longest instant has 35."""
_LANGUAGE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", re.ASCII)
_EXTENSION = re.compile(r"ext:[A-Za-z0-9._:-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One way in which a document is not what the standard describes."""

    reason: str
    message: str


Kind = Callable[[Any, str], Iterable[Flaw]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """One class of the standard: its fields, which of them it needs, how it writes its type."""

    name: str
    fields: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    """Fields of which at least one must be there."""
    types: tuple[tuple[str, ...], ...] = ()
    """Groups of names; ``type`` holds one of each group. Empty: the type may be left out."""
    plain_type: bool = False
    """``type`` is a text, not an array."""


def instant(value: Any) -> datetime.datetime | None:
    """Read an XSD dateTimeStamp (the offset is mandatory); None if it is not one."""
    return _instant(value) if isinstance(value, str) and len(value) <= MAX_INSTANT else None


@functools.lru_cache(maxsize=1024)
def _instant(value: str) -> datetime.datetime | None:
    if not _INSTANT.fullmatch(value):
        return None
    # Python 3.11 reads up to six decimals; what is beyond a microsecond changes no verdict.
    text = re.sub(r"(\.\d{6})\d+", r"\1", value)
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def as_list(value: Any) -> list[Any]:
    """Return the value as a list: JSON-LD writes a single value with or without brackets."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def flaw(reason: str, key: str, /, **values: str) -> Flaw:
    """Build a flaw whose sentence has the key ``flaw.<key>``."""
    return Flaw(reason, say(f"flaw.{key}", **values))


def _unless(*, good: bool, path: str, what: str) -> Iterable[Flaw]:
    return () if good else (flaw("form.value", "not", path=path, what=say(f"kind.{what}")),)


def text(value: Any, path: str) -> Iterable[Flaw]:
    """Accept a plain text."""
    return _unless(good=isinstance(value, str), path=path, what="text")


def uri(value: Any, path: str) -> Iterable[Flaw]:
    """Accept a complete address of any scheme."""
    good = isinstance(value, str) and bool(_URI.fullmatch(value))
    return _unless(good=good, path=path, what="address")


def date_time(value: Any, path: str) -> Iterable[Flaw]:
    """Accept a date and time with its offset from UTC."""
    good = instant(value) is not None
    return _unless(good=good, path=path, what="date-time")


def number(value: Any, path: str) -> Iterable[Flaw]:
    """Accept a JSON number."""
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return _unless(good=good, path=path, what="number")


def boolean(value: Any, path: str) -> Iterable[Flaw]:
    """Accept true or false."""
    return _unless(good=isinstance(value, bool), path=path, what="boolean")


def language(value: Any, path: str) -> Iterable[Flaw]:
    """Accept a language tag of the form that Open Badges asks for (BCP 47, a subset)."""
    good = isinstance(value, str) and bool(_LANGUAGE.fullmatch(value))
    return _unless(good=good, path=path, what="language")


def texts(value: Any, path: str) -> Iterable[Flaw]:
    """Accept a list of texts."""
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return _unless(good=good, path=path, what="texts")


def text_or_texts(value: Any, path: str) -> Iterable[Flaw]:
    """Accept one text or a list of them."""
    return (texts if isinstance(value, list) else text)(value, path)


def typed_objects(value: Any, path: str) -> Iterator[Flaw]:
    """Accept one object or a list of them, each with one type; a later step looks closer."""
    for item in as_list(value):
        good = isinstance(item, dict) and isinstance(item.get("type"), str)
        yield from _unless(good=good, path=path, what="typed")


def anything(_value: Any, _path: str) -> Iterator[Flaw]:
    """Accept any value; another step looks at it."""
    return iter(())


def term(*words: str, extensible: bool = True) -> Kind:
    """Build the kind of one word of a vocabulary, or ``ext:`` and one's own."""

    def check(value: Any, path: str) -> Iterable[Flaw]:
        known = isinstance(value, str) and value in words
        own = extensible and isinstance(value, str) and bool(_EXTENSION.fullmatch(value))
        return _unless(good=known or own, path=path, what="term")

    return check


def one(of: Callable[[], Class]) -> Kind:
    """Build the kind of one object of a class."""

    def check(value: Any, path: str) -> Iterable[Flaw]:
        return flaws_of(of(), value, path)

    return check


def many(of: Callable[[], Class]) -> Kind:
    """Build the kind of a list of objects of a class."""

    def check(value: Any, path: str) -> Iterator[Flaw]:
        if not isinstance(value, list):
            yield flaw("form.value", "not", path=path, what=say("kind.list"))
            return
        for index, item in enumerate(value):
            yield from flaws_of(of(), item, f"{path}[{index}]")

    return check


def one_or_many(of: Callable[[], Class]) -> Kind:
    """Build the kind of an object of a class, or a list of them (compaction, OB 3.0 since 1.3)."""
    single, several = one(of), many(of)

    def check(value: Any, path: str) -> Iterable[Flaw]:
        return (several if isinstance(value, list) else single)(value, path)

    return check


def uri_or(of: Callable[[], Class]) -> Kind:
    """Build the kind of an address that stands for an object, or the object itself."""
    single = one(of)

    def check(value: Any, path: str) -> Iterable[Flaw]:
        return (uri if isinstance(value, str) else single)(value, path)

    return check


def flaws_of(kind: Class, value: Any, path: str) -> Iterator[Flaw]:
    """Compare an object with its class, field by field."""
    where = f'"{path}"' if path else say("flaw.the-credential")
    if not isinstance(value, dict):
        yield flaw("form.value", "no-object", where=where)
        return
    if not _is_of_one_type(kind, value):
        yield from _type_flaws(kind, value, where)
    for name in kind.required:
        if name not in value:
            yield flaw("form.missing", "missing", where=where, name=name)
    if kind.any_of and not any(name in value for name in kind.any_of):
        one_name, other = kind.any_of
        yield flaw("form.missing", "neither", where=where, one=one_name, other=other)
    for name, item in value.items():
        if name in kind.fields:
            yield from kind.fields[name](item, f"{path}.{name}" if path else name)
        elif name != "type":
            yield flaw("form.field", "field", where=where, name=shown(name, 60))


def _is_of_one_type(kind: Class, value: JsonObject) -> bool:
    """Tell at a glance whether an object names the one type of its class, as most do, and as it has to."""
    if not kind.types:
        return "type" not in value
    given = value.get("type")
    names = [given] if kind.plain_type else given
    return (
        isinstance(names, list)
        and len(names) == len(kind.types) == 1
        and isinstance(names[0], str)
        and names[0] in kind.types[0]
    )


def _type_flaws(kind: Class, value: JsonObject, where: str) -> Iterator[Flaw]:
    given = value.get("type")
    if not kind.types:
        if kind.name and "type" in value and given not in (kind.name, [kind.name]):
            yield flaw("form.type", "type", where=where, type=kind.name)
        return
    names = as_list(given)
    if kind.plain_type and isinstance(given, list):
        yield flaw("form.type", "type-list", where=where)
    if not all(isinstance(name, str) for name in names) or len(names) != len(set(names)):
        yield flaw("form.type", "types", where=where)
        return
    for group in kind.types:
        if not any(name in group for name in names):
            first, *others = group
            if others:
                yield flaw("form.type", "type-of", where=where, one=first, other=others[0])
            else:
                yield flaw("form.type", "type", where=where, type=first)
    known = {name for group in kind.types for name in group}
    for name in names:
        # A second class of ours would bring its own fields along; a foreign address brings none.
        if name not in known and ":" not in name:
            yield flaw("form.type", "type-too", where=where, type=shown(name, 60))


def spelling_flaws(document: JsonObject) -> Iterable[Flaw]:
    """Refuse, anywhere: null, empty lists, JSON-LD keywords, terms written as addresses."""
    return () if _is_spelled_well(document) else _spelling_flaws(document)


def _is_spelled_well(document: JsonObject) -> bool:
    """Tell at a glance, since most documents are, and each has hundreds of places to look at."""
    rest: list[Any] = [document]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            if any(":" in key or (key[:1] == "@" and key != "@context") for key in item):
                return False
            inner = item.values()
        else:
            inner = item
        for value in inner:
            if not isinstance(value, str):
                if value is None or value == []:
                    return False
                if isinstance(value, dict | list):
                    rest.append(value)
    return True


def _spelling_flaws(document: JsonObject) -> Iterator[Flaw]:
    rest: list[tuple[str, Any]] = [("", document)]
    while rest:
        name, item = rest.pop()
        if item is None:
            yield flaw("form.null", "null", name=shown(name, 60))
        elif item == []:
            yield flaw("form.empty", "empty", name=shown(name, 60))
        elif isinstance(item, list):
            rest.extend((name, inner) for inner in item)
        elif isinstance(item, dict):
            for key, value in item.items():
                if (key.startswith("@") and key != "@context") or ":" in key:
                    yield flaw("form.field", "term", name=shown(key, 60))
                rest.append((key, value))
