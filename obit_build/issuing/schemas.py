"""Our own JSON Schemas: the gate that a document passes before any key is touched.

One schema for each kind of document that the site publishes (``schemas/``, JSON Schema draft
2020-12), as strict as what we write: no unknown member, addresses and times really looked at.
They are published below ``/schemas/``; whoever reads our documents may rely on them.
"""

import functools
import json
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from obit_build.errors import CredentialError
from obit_build.package import PACKAGE
from obit_build.reading.kinds import EMAIL, IRI_FORBIDDEN, NotThis, to_date
from obit_build.securing.stamp import form_of
from obit_build.securing.template import InDoubtError
from obit_build.strict_json import JsonObject
from obit_build.verifying.kinds import instant

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError

Kind = Literal[
    "achievement",
    "catalog",
    "clr-credential",
    "did",
    "endorsement-credential",
    "jwk",
    "ob2-assertion",
    "ob2-badge-class",
    "ob2-issuer",
    "ob2-revocation-list",
    "oembed",
    "open-badge-credential",
    "profile",
    "provenance",
    "search-index",
    "status-list-credential",
]
SUFFIX = ".schema.json"
FIX = "run obit check; if it finds nothing, report this as a bug"
SCHEMAS = {
    path.name: path.read_bytes() for path in sorted((PACKAGE / "schemas").glob(f"*{SUFFIX}"))
}
"""Every schema: file name → bytes. Read at import, so that nothing later touches the disk."""
_STAND_IN: JsonObject = {
    "id": "https://x/badges/x/v1/achievement.en.json",
    "type": ["Achievement"],
    "achievementType": "Badge",
    "name": "x",
    "description": "x",
    "criteria": {"id": "https://x/", "narrative": "x"},
    "image": {"id": "https://x/", "type": "Image"},
    "inLanguage": "en",
    "version": "1",
}
FORMATS = ("date-time", "date", "uri", "email")
MAX_FITTED = 1024
_FITTED: set[Hashable] = set()
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")


def published() -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each schema on the site."""
    return ((f"schemas/{name}", data) for name, data in SCHEMAS.items())


def check(kind: Kind, document: JsonObject) -> None:
    """Raise CredentialError, with the place and what is wrong there, unless a document fits.

    A document that looks like one that fitted is not asked about again (:func:`_looks`).
    """
    looks = _looks(kind, document)
    if looks in _FITTED:
        return
    _check(f"{kind}{SUFFIX}", kind, document)
    if looks is not None:
        if len(_FITTED) >= MAX_FITTED:
            _FITTED.clear()
        _FITTED.add(looks)


def check_unsigned(kind: Kind, document: JsonObject) -> None:
    """Do the same for a credential that is about to be signed and has no proof yet."""
    _check(f"{kind}{SUFFIX}#/$defs/unsigned", kind, document)


def fits_unsigned(kind: Kind, document: JsonObject) -> bool:
    """Whether a credential without proof fits; it takes a tenth of what finding the place takes."""
    return bool(_validator(f"{kind}{SUFFIX}#/$defs/unsigned").is_valid(_abridged(document)))


@dataclass(frozen=True, slots=True)
class Opinions:
    """What a schema says about single texts, wherever in the document."""

    patterns: tuple[re.Pattern[str], ...]
    words: frozenset[str]
    """Words of which some members have to be one."""
    lengths: tuple[int, ...]
    """From how many characters on the answer is another."""


@functools.cache
def opinions(kind: Kind) -> Opinions:
    """Gather the patterns and the listed words of a schema."""
    patterns: set[str] = set()
    words: set[str] = set()
    lengths: set[int] = set()
    rest: list[Any] = [json.loads(SCHEMAS[f"{kind}{SUFFIX}"])]
    while rest:
        item = rest.pop()
        if isinstance(item, dict):
            patterns |= {item["pattern"]} if isinstance(item.get("pattern"), str) else set()
            listed = [*item.get("enum", ()), item.get("const")]
            words |= {word for word in listed if isinstance(word, str)}
            given = (item.get("minLength"), item.get("maxLength"))
            lengths |= {n + more for more, n in enumerate(given) if isinstance(n, int)}
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)
    return Opinions(
        tuple(_compiled(x) for x in sorted(patterns)), frozenset(words), tuple(sorted(lengths))
    )


def _looks(kind: Kind, document: JsonObject) -> Hashable:
    """Return all that a schema can see of a document; None if that can't be said.

    Names, numbers and how things are nested are its form; of a text, our schemas see patterns, formats,
    lengths, listed words, and which other text is the same.
    """
    try:
        form, values = form_of(document)
    except InDoubtError:
        return None
    places: dict[str, int] = {}
    alike = tuple([places.setdefault(value, place) for place, value in enumerate(values)])
    return kind, form, alike, tuple([_look(kind, value) for value in places])


@functools.lru_cache(maxsize=4096)
def _look(kind: Kind, value: str) -> Hashable:
    seen = opinions(kind)
    formats = _formats()
    return (
        tuple([bool(pattern.search(value)) for pattern in seen.patterns]),
        tuple([formats.conforms(value, name) for name in FORMATS]),
        tuple([len(value) >= length for length in seen.lengths]),
        value if value in seen.words else None,
    )


def _check(reference: str, kind: Kind, document: JsonObject) -> None:
    validator = _validator(reference)
    if validator.is_valid(_abridged(document)):
        return
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - only when something is wrong

    error = best_match(validator.iter_errors(document))
    where, said = _told(error) if error else ("/", "unexpected")
    raise CredentialError(
        f"the document ({kind.replace('-', ' ')}) is not what obit publishes: {said} at {where}",
        fix=FIX,
    )


def _abridged(document: JsonObject) -> JsonObject:
    """Put a stand-in for an Achievement that fits: many awards hold the same, and it is most of them."""
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("achievement"), dict):
        return document
    if not _is_an_achievement(json.dumps(subject["achievement"])):
        return document
    return {**document, "credentialSubject": {**subject, "achievement": _STAND_IN}}


@functools.lru_cache(maxsize=512)
def _is_an_achievement(text: str) -> bool:
    return bool(_validator(f"achievement{SUFFIX}#/$defs/Achievement").is_valid(json.loads(text)))


def _told(error: "ValidationError") -> tuple[str, str]:
    """Return the JSON pointer (RFC 6901) and what is wrong; never a value, which may be personal."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path]
    pointer = "".join(f"/{part}" for part in parts) or "/"
    wanted: Any = error.validator_value
    if error.validator == "required" and isinstance(error.instance, dict):
        missing = next((name for name in wanted if name not in error.instance), "")
        return pointer, f'"{missing}" is missing'
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        foreign = next((name for name in error.instance if name not in known), "")
        return pointer, f'"{foreign[:60]}" does not belong there'
    words = {
        "format": f"not a correct {wanted}",
        "type": f"not of the type {wanted}",
        "pattern": "not written as it has to be",
    }
    return pointer, words.get(str(error.validator), f'"{error.validator}" does not hold')


@functools.cache
def _validator(reference: str) -> "Draft202012Validator":
    from jsonschema import (  # noqa: PLC0415 - a tenth of a second that obit check does without
        Draft202012Validator,
        validators,
    )

    strict = validators.extend(  # type: ignore[no-untyped-call]  # the stubs leave it out
        Draft202012Validator, {"pattern": _pattern}
    )
    made: Draft202012Validator = strict(_referred(reference), format_checker=_formats())
    return made


@functools.cache
def _referred(reference: str) -> Any:
    """Return the part of a schema that a reference names, with all its own references put in.

    None of ours refers to itself, and following references while checking takes most of the time.
    """
    name, _, pointer = reference.partition("#")
    part = json.loads(SCHEMAS[name])
    for step in pointer.split("/")[1:]:
        part = part[step]
    return _with_references(part, name)


def _with_references(part: Any, name: str) -> Any:
    if isinstance(part, list):
        return [_with_references(item, name) for item in part]
    if not isinstance(part, dict):
        return part
    members = {
        key: _with_references(value, name)
        for key, value in part.items()
        if key not in ("$ref", "$defs", "$id")
    }
    if "$ref" not in part:
        return members
    reference = part["$ref"]
    target = _referred(name + reference if reference.startswith("#") else reference)
    return {**members, "allOf": [target]} if members else target


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
    """Match as ECMA-262 does, where ``$`` is the very end; Python lets a line feed follow."""
    from jsonschema import ValidationError  # noqa: PLC0415 - see above

    if isinstance(value, str) and not _compiled(pattern).search(value):
        yield ValidationError("does not match")


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern), re.ASCII)


@functools.cache
def _formats() -> "FormatChecker":
    """Build the checker of formats, which JSON Schema leaves out unless asked."""
    from jsonschema import FormatChecker  # noqa: PLC0415 - see above

    formats = FormatChecker(formats=())
    formats.checks("date-time")(lambda value: not isinstance(value, str) or bool(instant(value)))
    formats.checks("date", raises=NotThis)(
        lambda value: not isinstance(value, str) or bool(to_date(value))
    )
    formats.checks("uri")(lambda value: not isinstance(value, str) or _is_uri(value))
    formats.checks("email")(
        lambda value: not isinstance(value, str) or bool(EMAIL.fullmatch(value))
    )
    return formats


def _is_uri(value: str) -> bool:
    return bool(_URI.fullmatch(value)) and not IRI_FORBIDDEN.search(value)
