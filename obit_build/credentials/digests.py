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
from collections.abc import Iterable
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
    kind: type = type(value)
    if kind is str or value is None:
        return value
    if kind is tuple:
        return [_plain(item, without) for item in value]
    if isinstance(value, Text):
        return dict(value.by_language)
    members = _members(kind, without)
    if members is not None:
        said = [(name, getattr(value, name)) for name in members]
        bare = _bare(kind)
        return {
            name: _plain(_words_of(item) if name in bare else item, without)
            for name, item in said
            if item not in (None, ())
        }
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


@functools.cache
def _bare(kind: type) -> frozenset[str]:
    """Name the fields whose texts count as their words where they exist in one language only.

    Once they had no language; what was issued and approved then is still the same.
    """
    fields = dataclasses.fields(kind)
    return frozenset(x.name for x in fields if not x.metadata.get("translated", True))


def _words_of(value: Any) -> Any:
    if type(value) is tuple:
        return tuple([_words_of(item) for item in value])
    if isinstance(value, Text) and len(value.by_language) == 1:
        return next(iter(value.by_language.values()))
    return value


@functools.cache
def _members(kind: type, without: tuple[str, ...]) -> tuple[str, ...] | None:
    """Name the fields of a kind of record that count: none says where in a file something stands."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(
        field.name
        for field in dataclasses.fields(kind)
        if field.name not in without
        and not (field.metadata.get("place") or field.metadata.get("places"))
    )
