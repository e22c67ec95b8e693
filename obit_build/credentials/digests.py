"""What an award and a badge say, as bytes: tells later whether they were edited.

What was signed must stay as it is (``award_bytes``, ``achievement_bytes``). What is reviewed and
approved is more: the whole line with the decisions about it, and for whom and where it counts
(``review_digests``).
"""

import dataclasses
import datetime
import functools
import hashlib
import json
import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.model.words import Text

# Decisions and display come after the award; they may change without touching what was signed.
_LATER = ("revoked", "suspended", "withdrawn", "visibility", "replaces")
_DISPLAY = ("status", "hours", "participation", "assessment", "supervision", "quality_assurance",
            "prerequisites", "recognition", "eqf_level", "expires", "weight", "approvers", "approvals",
            "approvers_hold_badge")  # fmt: skip
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)
"""One for all records: making it takes as long as writing one."""


def award_bytes(award: Award) -> bytes:
    """Return everything that the credential takes from the award."""
    return _bytes(award, _LATER)


def achievement_bytes(achievement: Achievement) -> bytes:
    """Return everything that the credential takes from the badge."""
    return _bytes(achievement, _DISPLAY)


def review_digests(repository: Repository, awards: Iterable[Award]) -> dict[AwardKey, str]:
    """Return what somebody who reviews these awards agrees to, as SHA-256 in hex, for each.

    It binds the site, the issuer, the badge with its version and text, the recipient's code and
    all that the award's line says, decisions included. Nothing in it is secret.
    """
    shared: dict[str, dict[str, Any]] = {}
    found: dict[AwardKey, str] = {}
    for award in awards:
        slug = award.key.badge
        if slug not in shared:
            badge = repository.achievements[slug]
            issuer = repository.issuer_of(badge)
            shared[slug] = {
                "format": "obit-approval/1",
                "site": repository.settings.base,
                "issuer": issuer.slug if issuer else "",
                "definition": hashlib.sha256(achievement_bytes(badge)).hexdigest(),
            }
        said = {**shared[slug], "award": _plain(award, ())}
        found[award.key] = hashlib.sha256(_ENCODER.encode(said).encode("ascii")).hexdigest()
    return found


def _bytes(record: Any, without: tuple[str, ...]) -> bytes:
    return _ENCODER.encode(_plain(record, without)).encode("ascii")


def _plain(value: Any, without: tuple[str, ...]) -> Any:
    if value is None or type(value) is str:
        return value
    kind: type = type(value)
    written = _writer(kind, without)
    return written(value) if written else value


@functools.cache
def _writer(kind: type, without: tuple[str, ...]) -> Callable[[Any], Any] | None:
    """Return what makes values of a kind plain; None if they are."""
    if kind is tuple:
        return lambda items: [_plain(item, without) for item in items]
    if issubclass(kind, Text):
        return lambda text: dict(text.by_language)
    if dataclasses.is_dataclass(kind):
        return _record_writer(kind, without)
    if issubclass(kind, datetime.date):
        return operator.methodcaller("isoformat")
    return str if issubclass(kind, Decimal) else None


def _record_writer(kind: Any, without: tuple[str, ...]) -> Callable[[Any], dict[str, Any]]:
    """Write the fields of a record that count: none says where in a file something stands."""
    fields = [
        field
        for field in dataclasses.fields(kind)
        if field.name not in without
        and not (field.metadata.get("place") or field.metadata.get("places"))
    ]
    names = [field.name for field in fields]
    # Once these texts had no language; what was issued and approved then is still the same.
    bare = frozenset(x.name for x in fields if not x.metadata.get("translated", True))
    # One name more, which is left out again: of one alone there would be no tuple.
    said = operator.attrgetter(*names, names[0])

    def written(record: Any) -> dict[str, Any]:
        return {
            name: _plain(_words_of(item) if name in bare else item, without)
            for name, item in zip(names, said(record), strict=False)
            if item is not None and item != ()
        }

    return written


def _words_of(value: Any) -> Any:
    """Return a text that exists in one language only as its words."""
    if type(value) is tuple:
        return tuple([_words_of(item) for item in value])
    if isinstance(value, Text) and len(value.by_language) == 1:
        return next(iter(value.by_language.values()))
    return value
