"""What goes into awards' credentials, and status lists (Open Badges 3.0, VC 2.0).

One language per credential: Open Badges 3.0 texts are plain strings. No document here carries
a proof; everything random or timed is an argument.
"""

import datetime
import functools
import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from obit_build import durations
from obit_build.credentials.achievements import achievement_languages
from obit_build.credentials.profiles import without_empty
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, Recipient
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.securing.canonical import CREDENTIALS_V2
from obit_build.strict_json import JsonObject

PREVIEW_TERMS = "urn:x-obit:preview"
SPECIMEN_TERMS = "urn:x-obit:specimen"
PREVIEW_NAME = "PREVIEW · "


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What the ledger derives for one award."""

    id: str
    list_number: int
    index: int
    salt: str
    """Of the hashed e-mail address: 32 hex digits."""
    subject: str
    """``urn:uuid:…`` for a holder without e-mail address."""


def language_of(repository: Repository, achievement: Achievement, award: Award) -> str:
    """Choose the credential's language: the award's, the recipient's, the site's."""
    recipient = repository.recipients.get(award.key.recipient)
    known = achievement_languages(repository.settings, achievement)
    return language_among(known, award.language, recipient.language if recipient else None)


def language_among(known: Sequence[str], *wished: str | None) -> str:
    """Return the first of the wished languages that is known, else the first that is known."""
    for wish in filter(None, wished):
        for language in (wish, wish.split("-")[0]):
            if language in known:
                return str(language)
    return known[0]


def needs_recipient(repository: Repository, achievement: Achievement, award: Award) -> bool:
    """Tell whether a credential says something that only the recipient's row knows."""
    hashed = repository.settings.privacy.identity == "hashed-email"
    languages = achievement_languages(repository.settings, achievement)
    return hashed or (award.language is None and len(languages) > 1)


@functools.lru_cache(maxsize=1024)  # one session's awards have the same days
def day(date: datetime.date) -> str:
    """Write a calendar day as the instant at which it begins (UTC)."""
    return f"{date.isoformat()}T00:00:00Z"


@functools.lru_cache(maxsize=1024)
def end_of(date: datetime.date) -> str:
    """Write a calendar day as its last second (UTC)."""
    return f"{date.isoformat()}T23:59:59Z"


def valid_from(award: Award) -> datetime.date:
    """Return the first day of validity."""
    return award.valid_from or award.key.issued


def valid_until(settings: Settings, achievement: Achievement, award: Award) -> datetime.date | None:
    """Return the last day of validity: the award's own, else the badge's or the site's duration."""
    if award.expires == "never":
        return None
    if award.expires is not None:
        return award.expires
    duration = achievement.expires or settings.defaults.expires
    return durations.add(valid_from(award), duration) if duration else None


def normalized_email(email: str) -> str:
    """Return the e-mail address as it is hashed: trimmed, NFC, lower case."""
    composed = unicodedata.normalize("NFC", email.strip())
    return unicodedata.normalize("NFC", composed.lower())  # lower() may take letters apart again


def identity_hash(identifier: str, salt: str) -> str:
    """Return ``sha256$`` and the hex SHA-256 of identifier then salt (OB 3.0, IdentityHash)."""
    return "sha256$" + hashlib.sha256((identifier + salt).encode("utf-8")).hexdigest()


def identity_texts(
    settings: Settings, recipient: Recipient | None, *, salt: str, subject: str
) -> dict[Any, str]:
    """Return what ties a credential to its holder: a salted hash of the e-mail address, or ``subject``."""
    hashed = settings.privacy.identity == "hashed-email"
    email = recipient.email if hashed and recipient else None
    if not email:
        return {"subject": subject}
    return {"identityHash": identity_hash(normalized_email(email), salt), "salt": salt}


def written_identity(texts: Mapping[Any, str]) -> JsonObject:
    """Write what :func:`identity_texts` returns as members of a subject."""
    if "subject" in texts:
        return {"id": texts["subject"]}
    return {
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": texts["identityHash"],
                "identityType": "emailAddress",
                "salt": texts["salt"],
            }
        ]
    }


def holder_identity(
    settings: Settings, recipient: Recipient | None, *, salt: str, subject: str
) -> JsonObject:
    """Tie a credential to its holder: a salted hash of the e-mail address, or a random number."""
    return written_identity(identity_texts(settings, recipient, salt=salt, subject=subject))


def status_entry(status_list: str, *, entry: str, index: str) -> JsonObject:
    """Write the one BitstringStatusListEntry that the schema allows."""
    return {
        "id": entry,
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": status_list,
    }


def status_list_credential(
    *,
    url: str,
    issuer: str,
    purpose: str,
    encoded: str,
    at: str,
    until: str | None,
    related: JsonObject | None = None,
) -> JsonObject:
    """Write an unsigned BitstringStatusListCredential (Bitstring Status List 1.0)."""
    return without_empty(
        {
            "@context": [CREDENTIALS_V2],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": at,
            "validUntil": until,
            "relatedResource": [related] if related else [],
            "credentialSubject": {
                "id": f"{url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose,
                "encodedList": encoded,
            },
        }
    )
