"""Awards → the credentials that are signed, and status lists (Open Badges 3.0, VC 2.0).

One language per credential: Open Badges 3.0 texts are plain strings. No document here carries
a proof; everything random or timed is an argument.
"""

import datetime
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from obit_build import addresses, durations
from obit_build.achievements import (
    achievement_id,
    achievement_languages,
    achievement_node,
    alignments,
)
from obit_build.canonical import CREDENTIALS_V2
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, Evidence, Recipient, Result
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.profiles import (
    CONTEXT,
    Speaker,
    image,
    number,
    profile_node,
    somebody,
    without_empty,
)
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


class Parts:
    """What the credentials of one repository have in common, each part written once.

    The same object comes back for the same badge or issuer and language, so that whoever compares
    credentials may stop at it; ``shared`` names these objects by their ``id()``.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._kept: dict[tuple[str, ...], JsonObject] = {}
        self.shared: dict[int, str] = {}

    def issuer(self, profile: Profile, language: str) -> JsonObject:
        """Return an issuer's Profile as it stands inside a credential."""
        key = ("issuer", profile.slug, language)
        if key not in self._kept:
            self._keep(key, profile_node(self._repository, profile, language))
        return self._kept[key]

    def achievement(self, achievement: Achievement, language: str) -> JsonObject:
        """Return a badge's Achievement in one language."""
        key = ("achievement", achievement.slug, achievement.version, language)
        if key not in self._kept:
            self._keep(key, achievement_node(self._repository, achievement, language))
        return self._kept[key]

    def _keep(self, key: tuple[str, ...], node: JsonObject) -> None:
        self._kept[key] = node
        self.shared[id(node)] = " ".join(key)


def language_of(repository: Repository, achievement: Achievement, award: Award) -> str:
    """Choose the credential's language: the award's, the recipient's, the site's."""
    recipient = repository.recipients.get(award.key.recipient)
    wished = [award.language, recipient.language if recipient else None]
    known = achievement_languages(repository.settings, achievement)
    for wish in wished:
        for language in (wish, (wish or "").split("-")[0]):
            if language in known:
                return str(language)
    return known[0]


def needs_recipient(repository: Repository, achievement: Achievement, award: Award) -> bool:
    """Tell whether a credential says something that only the recipient's row knows."""
    hashed = repository.settings.privacy.identity == "hashed-email"
    languages = achievement_languages(repository.settings, achievement)
    return hashed or (award.language is None and len(languages) > 1)


def day(date: datetime.date) -> str:
    """Write a calendar day as the instant at which it begins (UTC)."""
    return f"{date.isoformat()}T00:00:00Z"


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


def holder_identity(
    settings: Settings, recipient: Recipient | None, *, salt: str, subject: str
) -> JsonObject:
    """Tie a credential to its holder: a salted hash of the e-mail address, or a random number."""
    hashed = settings.privacy.identity == "hashed-email"
    if not hashed or recipient is None or not recipient.email:
        return {"id": subject}
    return {
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(normalized_email(recipient.email), salt),
                "identityType": "emailAddress",
                "salt": salt,
            }
        ]
    }


def _result(at: str, result: Result, say: Speaker) -> JsonObject:
    return without_empty(
        {
            "type": ["Result"],
            "resultDescription": f"{at}#{result.result_description}",
            "value": result.value,
            "status": result.status,
            "achievedLevel": f"{at}#{result.achieved_level}" if result.achieved_level else None,
            "alignment": alignments(result.alignment, say),
        }
    )


def _evidence(evidence: Evidence, say: Speaker) -> JsonObject:
    return without_empty(
        {
            "id": evidence.url,
            "type": ["Evidence"],
            "name": say(evidence.name),
            "description": say(evidence.description),
            "narrative": say(evidence.narrative),
            "genre": evidence.genre,
            "audience": evidence.audience,
        }
    )


def _subject(
    repository: Repository,
    achievement: Achievement,
    award: Award,
    given: Allocation,
    say: Speaker,
    parts: Parts,
) -> JsonObject:
    at = achievement_id(repository.settings, achievement, say.language)
    recipient = repository.recipients.get(award.key.recipient)
    start, end = award.activity_start_date, award.activity_end_date
    return without_empty(
        {
            **holder_identity(
                repository.settings, recipient, salt=given.salt, subject=given.subject
            ),
            "type": ["AchievementSubject"],
            "activityStartDate": day(start) if start else None,
            "activityEndDate": end_of(end) if end else None,
            "creditsEarned": number(award.credits_earned),
            "licenseNumber": award.license_number,
            "narrative": say(award.narrative),
            "role": say(award.role),
            "term": say(award.term),
            "source": somebody(repository, award.source, say),
            "result": [_result(at, result, say) for result in award.results],
            "achievement": parts.achievement(achievement, say.language),
        }
    )


def status_entry(settings: Settings, issuer: str, given: Allocation) -> JsonObject:
    """Write the one BitstringStatusListEntry that the schema allows."""
    at = addresses.url(settings, addresses.status_list(issuer, given.list_number))
    return {
        "id": f"{at}#{given.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(given.index),
        "statusListCredential": at,
    }


def open_badge_credential(
    repository: Repository,
    achievement: Achievement,
    award: Award,
    given: Allocation,
    *,
    issuer: Profile,
    preview: bool,
    parts: Parts | None = None,
) -> JsonObject:
    """Write the unsigned OpenBadgeCredential of one award; ``parts`` saves time over many awards."""
    settings, parts = repository.settings, parts or Parts(repository)
    say = Speaker(settings, language_of(repository, achievement, award))
    until = valid_until(settings, achievement, award)
    picture = addresses.badge_image(achievement.slug, achievement.version, "png")
    terms = [PREVIEW_TERMS] if preview else []
    terms += [SPECIMEN_TERMS] if settings.specimen else []
    name = say(achievement.name) or ""
    return without_empty(
        {
            "@context": CONTEXT,
            "id": addresses.url(settings, addresses.credential_file(given.id)),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": (PREVIEW_NAME if preview else "") + name,
            "description": say(achievement.description),
            "image": image(addresses.url(settings, picture), say(achievement.image.caption)),
            "issuer": parts.issuer(issuer, say.language),
            "awardedDate": day(award.key.issued),
            "validFrom": day(valid_from(award)),
            "validUntil": end_of(until) if until else None,
            "credentialSubject": _subject(repository, achievement, award, given, say, parts),
            "evidence": [_evidence(evidence, say) for evidence in award.evidence],
            "credentialStatus": status_entry(settings, issuer.slug, given),
            "termsOfUse": [{"type": term} for term in terms],
        }
    )


def again(
    settings: Settings, signed: Mapping[str, Any], issuer: str, given: Allocation
) -> JsonObject:
    """Write a signed credential anew, unsigned: the same content under another id and index."""
    document = {name: value for name, value in signed.items() if name != "proof"}
    return {
        **document,
        "id": addresses.url(settings, addresses.credential_file(given.id)),
        "credentialStatus": status_entry(settings, issuer, given),
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
