"""Open Badges 2.0: a hosted twin of each award, for backpacks that know nothing newer.

Nothing is signed here. An Assertion counts because the issuer's site serves it at its own id, so
every document's id is its address. What the twin says is taken from the signed credential; what
2.0 has no place for (results, credits, roles) is left out. A holder without a hashed e-mail
address has no twin: a backpack could not tell whose it is. A revoked Assertion keeps its id and
nothing else, since readers overlook ``revoked`` in a complete one (decision 0014).
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from obit_build import addresses
from obit_build.credentials import documents
from obit_build.credentials.credential import PREVIEW_NAME
from obit_build.credentials.profiles import Speaker, without_empty
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.pictures.bake import embeddable
from obit_build.strict_json import JsonObject

CONTEXT = "https://w3id.org/openbadges/v2"
SPECIMEN_NAME = "SPECIMEN · "
ACHIEVEMENT = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement"
"""The type of the 3.0 document that a BadgeClass names (1EdTech's implementation guide, 3.0)."""

_EVIDENCE = ("id", "name", "description", "narrative", "genre", "audience")
_ALIGNMENT = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")
_TELEPHONE = re.compile(r"\+?[1-9][0-9]{1,14}")  # E.164, which 2.0 asks for


def text_of(document: JsonObject) -> str:
    """Write a document as the text that is both published and baked."""
    return embeddable(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def mark_of(settings: Settings, ledger: Ledger) -> str:
    """Return what a badge's name begins with where it proves nothing: 2.0 has no terms of use."""
    if ledger.mode == "preview":
        return PREVIEW_NAME
    return SPECIMEN_NAME if settings.specimen else ""


def assertion_id(settings: Settings, award_id: str) -> str:
    """Return an Assertion's id, which is where it is served."""
    return addresses.url(settings, addresses.assertion_file(award_id))


def issuer_id(settings: Settings, slug: str) -> str:
    """Return an Issuer's id, which is where it is served."""
    return addresses.url(settings, addresses.issuer_file(slug))


def badge_class_id(settings: Settings, slug: str, version: str, language: str) -> str:
    """Return a BadgeClass's id: one per version and language."""
    return addresses.url(settings, addresses.badge_class_file(slug, version, language))


def _recipient(document: Mapping[str, Any]) -> JsonObject | None:
    """Carry the credential's hash and salt over: 2.0 computes them alike."""
    for identity in documents.members(
        documents.member(document, "credentialSubject"), "identifier"
    ):
        if identity.get("hashed") is True and identity.get("identityType") == "emailAddress":
            return without_empty(
                {
                    "type": "email",
                    "hashed": True,
                    "identity": identity.get("identityHash"),
                    "salt": identity.get("salt"),
                }
            )
    return None


def _chosen(node: Mapping[str, Any], names: Iterable[str]) -> JsonObject:
    return {name: node[name] for name in names if node.get(name)}


def assertion(
    settings: Settings, issued: IssuedAward, document: Mapping[str, Any], *, image: str | None
) -> JsonObject | None:
    """Write the Assertion of an award in force, or None if 2.0 can't say whose it is.

    ``document`` is the signed credential, ``image`` the path of the baked picture. 2.0 knows no
    beginning of validity, so one that lies after the day of the award takes its place.
    """
    recipient = _recipient(document)
    if recipient is None:
        return None
    language = documents.language_of(document, settings.default_language)
    awarded, begins = (documents.string(document, x) for x in ("awardedDate", "validFrom"))
    subject = documents.member(document, "credentialSubject")
    evidence = [_chosen(item, _EVIDENCE) for item in documents.members(document, "evidence")]
    return without_empty(
        {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": assertion_id(settings, issued.id),
            "recipient": recipient,
            "badge": badge_class_id(settings, issued.badge, issued.version, language),
            "verification": {"type": "HostedBadge"},
            "issuedOn": max(awarded, begins),  # both as we write them: UTC, to the second
            "expires": documents.string(document, "validUntil"),
            "image": addresses.url(settings, image) if image else None,
            "narrative": documents.string(subject, "narrative"),
            "evidence": [item for item in evidence if item],
            "@language": language,
        }
    )


def revoked_assertion(
    settings: Settings, award_id: str, *, reason: str | None = None
) -> JsonObject:
    """Write what is left of an Assertion that no longer counts, for now or for good."""
    return without_empty(
        {
            "@context": CONTEXT,
            "type": "Assertion",
            "id": assertion_id(settings, award_id),
            "revoked": True,
            "revocationReason": reason,
        }
    )


def badge_class(
    settings: Settings, issued: tuple[str, str, str], achievement: Mapping[str, Any], *, mark: str
) -> JsonObject:
    """Write the BadgeClass of an Achievement (3.0, JSON).

    ``issued`` names issuer, badge and version; ``mark`` goes before the name.
    """
    issuer_slug, slug, version = issued
    language = documents.string(achievement, "inLanguage") or settings.default_language
    twin = documents.string(achievement, "id")
    related: list[JsonObject] = [
        {
            "id": badge_class_id(settings, slug, version, other),
            "@language": other,
            "version": version,
        }
        for other in _other_languages(achievement)
    ]
    related += [{"type": [ACHIEVEMENT], "id": twin, "version": "Open Badges v3p0"}] if twin else []
    return without_empty(
        {
            "@context": CONTEXT,
            "type": "BadgeClass",
            "id": badge_class_id(settings, slug, version, language),
            "name": mark + documents.string(achievement, "name"),
            "description": documents.string(achievement, "description"),
            "image": documents.string(documents.member(achievement, "image"), "id"),
            "criteria": _chosen(documents.member(achievement, "criteria"), ("id", "narrative")),
            "issuer": issuer_id(settings, issuer_slug),
            "alignment": [
                _chosen(item, _ALIGNMENT) for item in documents.members(achievement, "alignment")
            ],
            "tags": achievement.get("tag"),
            "related": related,
            "@language": language,
            "version": version,
        }
    )


def _other_languages(achievement: Mapping[str, Any]) -> list[str]:
    """List the languages of the Achievement's other editions, of the same version."""
    return [
        language
        for item in documents.members(achievement, "related")
        if item.get("type") == ["Related"]
        and item.get("version") == achievement.get("version")
        and (language := documents.string(item, "inLanguage"))
    ]


def issuer(repository: Repository, profile: Profile) -> JsonObject:
    """Write the Issuer, with the addresses below which its Assertions lie."""
    settings = repository.settings
    say = Speaker(settings, settings.default_language)
    # "(0)" is dialled within the country only.
    telephone = re.sub(r"\(0\)|[ ./()-]", "", profile.phone or "")
    page = addresses.url(settings, addresses.issuer_page(profile.slug))
    logo = addresses.logo_file(profile.slug, profile.image.file) if profile.image else None
    return without_empty(
        {
            "@context": CONTEXT,
            "type": "Issuer",
            "id": issuer_id(settings, profile.slug),
            "name": say(profile.name),
            "url": str(profile.url or page),
            "email": profile.email,
            "telephone": telephone if _TELEPHONE.fullmatch(telephone) else None,
            "description": say(profile.description),
            "image": addresses.url(settings, logo) if logo else None,
            "verification": without_empty(
                {
                    "type": "VerificationObject",
                    "verificationProperty": "id",
                    "startsWith": addresses.url(settings, "awards/"),
                    "allowedOrigins": _host(settings),
                }
            ),
            "revocationList": addresses.url(settings, addresses.revocation_file(profile.slug)),
            "@language": settings.default_language,
        }
    )


def _host(settings: Settings) -> str | None:
    """Return the site's host; None if readers would not take it for one, as they then do without."""
    host = urlsplit(settings.site).netloc
    return host if "." in host and ":" not in host else None


def revocation_list(
    settings: Settings, slug: str, revoked: Iterable[tuple[str, str | None]]
) -> JsonObject:
    """Write an issuer's RevocationList from pairs of award id and public reason.

    It repeats what the Assertions say, for readers that hold only a copy of one. The caller leaves
    out awards that nobody may find without their link: this list would give all their links away.
    """
    return {
        "@context": CONTEXT,
        "type": "RevocationList",
        "id": addresses.url(settings, addresses.revocation_file(slug)),
        "issuer": issuer_id(settings, slug),
        "revokedAssertions": [
            without_empty({"id": assertion_id(settings, award_id), "revocationReason": reason})
            for award_id, reason in revoked
        ],
    }
