"""Step 3, form: tell an Open Badge (an endorsement, a status list) from anything else.

Open Badges 3.0, data model, with Verifiable Credentials 2.0: contexts by address, in order and
from our own copies; classes with their required fields; nothing else. What a term means is
JSON-LD's matter and is looked at again, in safe mode, when the signature is checked.
"""

from collections.abc import Iterator
from typing import Any

from obit_build.canonical import CREDENTIALS_V2, OPEN_BADGES_3_EXTENSIONS, packaged_contexts
from obit_build.model.achievement import ACHIEVEMENT_TYPES, RESULT_TYPES, TARGET_TYPES
from obit_build.model.profile import IDENTIFIER_TYPES
from obit_build.strict_json import JsonObject
from obit_build.verify_kinds import (
    Class,
    Flaw,
    Kind,
    anything,
    boolean,
    date_time,
    flaws_of,
    instant,
    language,
    many,
    number,
    one,
    one_or_many,
    spelling_flaws,
    term,
    text,
    text_or_texts,
    texts,
    typed_objects,
    uri,
    uri_or,
)
from obit_build.verify_report import VerificationError, shown

FIX = "ask the issuer for an intact copy of the badge"
_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3."
RESULT_STATUSES = (
    "Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew",
)  # fmt: skip


def contexts(value: Any, path: str) -> Iterator[Flaw]:
    """Accept the contexts of a badge or endorsement: VC 2.0, Open Badges 3.0.x, perhaps its extensions."""
    yield from _context_flaws(value, path, open_badges=True)


def list_contexts(value: Any, path: str) -> Iterator[Flaw]:
    """Accept the contexts of a status list: VC 2.0 first."""
    yield from _context_flaws(value, path, open_badges=False)


def _context_flaws(value: Any, path: str, *, open_badges: bool) -> Iterator[Flaw]:
    badges = [url for url in packaged_contexts() if url.startswith(_OPEN_BADGES)]
    known = [CREDENTIALS_V2, *badges, OPEN_BADGES_3_EXTENSIONS]
    if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
        yield Flaw("form.context-inline", f'"{path}" is not a list of addresses')
        return
    for url in value:
        if url not in known:
            yield Flaw(
                "form.context-unknown",
                f'"{path}" names "{shown(url, 100)}", which obit does not know',
            )
            return
    second = value[1:2] if open_badges else value[:1]
    wanted = badges if open_badges else [CREDENTIALS_V2]
    if value[:1] != [CREDENTIALS_V2] or not second or second[0] not in wanted:
        yield Flaw("form.context-order", f'"{path}" does not begin as the standard asks')
    elif len(value) != len(set(value)) or any(u != OPEN_BADGES_3_EXTENSIONS for u in value[2:]):
        yield Flaw("form.context-order", f'"{path}" names more than the standard asks')


IMAGE: Class = Class(
    name="Image",
    types=(("Image",),),
    plain_type=True,
    required=("id",),
    fields={"id": uri, "caption": text},
)
IDENTIFIER_ENTRY: Class = Class(
    name="IdentifierEntry",
    types=(("IdentifierEntry",),),
    plain_type=True,
    required=("identifier", "identifierType"),
    fields={"identifier": text, "identifierType": term(*IDENTIFIER_TYPES)},
)
GEO_COORDINATES: Class = Class(
    name="GeoCoordinates",
    types=(("GeoCoordinates",),),
    plain_type=True,
    required=("latitude", "longitude"),
    fields={"latitude": number, "longitude": number},
)
_ADDRESS_TEXTS = (
    "addressCountry", "addressCountryCode", "addressRegion", "addressLocality", "streetAddress",
    "postOfficeBoxNumber", "postalCode",
)  # fmt: skip
ADDRESS: Class = Class(
    name="Address",
    types=(("Address",),),
    fields={**dict.fromkeys(_ADDRESS_TEXTS, text), "geo": one(lambda: GEO_COORDINATES)},
)
_ENDORSEMENTS: dict[str, Kind] = {
    "endorsement": many(lambda: ENDORSEMENT_CREDENTIAL),
    "endorsementJwt": texts,
}
_PROFILE_TEXTS = (
    "name", "email", "phone", "description", "official", "familyName", "givenName",
    "additionalName", "patronymicName", "honorificPrefix", "honorificSuffix", "familyNamePrefix",
    "dateOfBirth",
)  # fmt: skip
PROFILE: Class = Class(
    name="Profile",
    types=(("Profile",),),
    required=("id",),
    fields={
        "id": uri,
        **dict.fromkeys(_PROFILE_TEXTS, text),
        "url": uri,
        "image": one(lambda: IMAGE),
        "address": one(lambda: ADDRESS),
        "otherIdentifier": many(lambda: IDENTIFIER_ENTRY),
        "parentOrg": one(lambda: PROFILE),
        **_ENDORSEMENTS,
    },
)
CRITERIA: Class = Class(
    name="Criteria", any_of=("id", "narrative"), fields={"id": uri, "narrative": text}
)
RELATED: Class = Class(
    name="Related",
    types=(("Related",),),
    required=("id",),
    fields={"id": uri, "inLanguage": language, "version": text},
)
ALIGNMENT: Class = Class(
    name="Alignment",
    types=(("Alignment",),),
    required=("targetName", "targetUrl"),
    fields={
        "targetName": text,
        "targetUrl": uri,
        "targetFramework": text,
        "targetCode": text,
        "targetDescription": text,
        "targetType": term(*TARGET_TYPES),
    },
)
_ALIGNMENTS = many(lambda: ALIGNMENT)
RUBRIC_CRITERION_LEVEL: Class = Class(
    name="RubricCriterionLevel",
    types=(("RubricCriterionLevel",),),
    required=("id", "name"),
    fields={
        "id": uri,
        "name": text,
        "level": text,
        "points": text,
        "description": text,
        "alignment": _ALIGNMENTS,
    },
)
RESULT_DESCRIPTION: Class = Class(
    name="ResultDescription",
    types=(("ResultDescription",),),
    required=("id", "name", "resultType"),
    fields={
        "id": uri,
        "name": text,
        "resultType": term(*RESULT_TYPES),
        "allowedValue": texts,
        "valueMin": text,
        "valueMax": text,
        "requiredValue": text,
        "requiredLevel": uri,
        "rubricCriterionLevel": many(lambda: RUBRIC_CRITERION_LEVEL),
        "alignment": _ALIGNMENTS,
    },
)
ACHIEVEMENT: Class = Class(
    name="Achievement",
    types=(("Achievement",),),
    required=("id", "name", "description", "criteria"),
    fields={
        "id": uri,
        "name": text,
        "description": text,
        "criteria": one(lambda: CRITERIA),
        "image": one(lambda: IMAGE),
        "achievementType": term(*ACHIEVEMENT_TYPES),
        "creator": one(lambda: PROFILE),
        "alignment": _ALIGNMENTS,
        "tag": texts,
        "inLanguage": language,
        "version": text,
        "related": many(lambda: RELATED),
        "humanCode": text,
        "fieldOfStudy": text,
        "specialization": text,
        "creditsAvailable": number,
        "resultDescription": many(lambda: RESULT_DESCRIPTION),
        "otherIdentifier": many(lambda: IDENTIFIER_ENTRY),
        **_ENDORSEMENTS,
    },
)
IDENTITY_OBJECT: Class = Class(
    name="IdentityObject",
    types=(("IdentityObject",),),
    plain_type=True,
    required=("hashed", "identityHash", "identityType"),
    fields={
        "hashed": boolean,
        "identityHash": text,
        "identityType": term(*IDENTIFIER_TYPES),
        "salt": text,
    },
)
RESULT: Class = Class(
    name="Result",
    types=(("Result",),),
    fields={
        "resultDescription": uri,
        "value": text,
        "status": term(*RESULT_STATUSES, extensible=False),
        "achievedLevel": uri,
        "alignment": _ALIGNMENTS,
    },
)
ACHIEVEMENT_SUBJECT: Class = Class(
    name="AchievementSubject",
    types=(("AchievementSubject",),),
    required=("achievement",),
    any_of=("id", "identifier"),
    fields={
        "id": uri,
        "identifier": many(lambda: IDENTITY_OBJECT),
        "achievement": one(lambda: ACHIEVEMENT),
        "activityStartDate": date_time,
        "activityEndDate": date_time,
        "creditsEarned": number,
        "image": one(lambda: IMAGE),
        "licenseNumber": text,
        "narrative": text,
        "result": many(lambda: RESULT),
        "role": text,
        "term": text,
        "source": one(lambda: PROFILE),
    },
)
EVIDENCE: Class = Class(
    name="Evidence",
    types=(("Evidence",),),
    fields={
        "id": uri,
        **dict.fromkeys(("narrative", "name", "description", "genre", "audience"), text),
    },
)
TERMS_OF_USE: Class = Class(name="", fields={"id": uri, "type": text_or_texts}, required=("type",))
SERVICE: Class = Class(name="", fields={"id": uri, "type": text_or_texts}, required=("id", "type"))
RELATED_RESOURCE: Class = Class(
    name="",
    required=("id",),
    any_of=("digestSRI", "digestMultibase"),
    fields=dict.fromkeys(("mediaType", "digestSRI", "digestMultibase"), text_or_texts)
    | {"id": uri},
)
_CREDENTIAL_FIELDS = {
    "@context": contexts,
    "id": uri,
    "name": text,
    "description": text,
    "image": one(lambda: IMAGE),
    "awardedDate": date_time,
    "validFrom": date_time,
    "validUntil": date_time,
    "credentialSchema": one_or_many(lambda: SERVICE),
    "credentialStatus": typed_objects,
    "refreshService": one_or_many(lambda: SERVICE),
    "termsOfUse": one_or_many(lambda: TERMS_OF_USE),
    "relatedResource": one_or_many(lambda: RELATED_RESOURCE),
    "proof": anything,
}
_CREDENTIAL_REQUIRED = ("@context", "id", "issuer", "validFrom", "credentialSubject")
OPEN_BADGE_CREDENTIAL: Class = Class(
    name="OpenBadgeCredential",
    types=(("VerifiableCredential",), ("OpenBadgeCredential", "AchievementCredential")),
    required=_CREDENTIAL_REQUIRED,
    fields={
        **_CREDENTIAL_FIELDS,
        "issuer": uri_or(lambda: PROFILE),
        "credentialSubject": one(lambda: ACHIEVEMENT_SUBJECT),
        "evidence": many(lambda: EVIDENCE),
        **_ENDORSEMENTS,
    },
)
ENDORSEMENT_SUBJECT: Class = Class(
    name="EndorsementSubject",
    types=(("EndorsementSubject",),),
    required=("id",),
    fields={"id": uri, "endorsementComment": text},
)
ENDORSEMENT_CREDENTIAL: Class = Class(
    name="EndorsementCredential",
    types=(("VerifiableCredential",), ("EndorsementCredential",)),
    required=(*_CREDENTIAL_REQUIRED, "name"),
    fields={
        **_CREDENTIAL_FIELDS,
        "issuer": uri_or(lambda: PROFILE),
        "credentialSubject": one(lambda: ENDORSEMENT_SUBJECT),
    },
)
BITSTRING_STATUS_LIST: Class = Class(
    name="BitstringStatusList",
    types=(("BitstringStatusList",),),
    required=("statusPurpose", "encodedList"),
    fields={"id": uri, "statusPurpose": text_or_texts, "encodedList": text, "ttl": number},
)
STATUS_LIST_ISSUER: Class = Class(
    name="Profile", required=("id",), fields={"id": uri, "name": text}
)
BITSTRING_STATUS_LIST_CREDENTIAL: Class = Class(
    name="BitstringStatusListCredential",
    types=(("VerifiableCredential",), ("BitstringStatusListCredential",)),
    required=("@context", "id", "issuer", "credentialSubject"),
    fields={
        "@context": list_contexts,
        "id": uri,
        "name": text,
        "description": text,
        "issuer": uri_or(lambda: STATUS_LIST_ISSUER),
        "validFrom": date_time,
        "validUntil": date_time,
        "credentialSubject": one(lambda: BITSTRING_STATUS_LIST),
        "relatedResource": one_or_many(lambda: RELATED_RESOURCE),
        "proof": anything,
    },
)


def check_form(kind: Class, document: JsonObject, *, what: str = "an Open Badge") -> None:
    """Raise VerificationError with the first flaw and the number of others."""
    found = [*flaws_of(kind, document, ""), *spelling_flaws(document), *_date_flaws(document)]
    if not found:
        return
    # Contexts first: without them, no other field means anything.
    first, *rest = sorted(found, key=lambda flaw: not flaw.reason.startswith("form.context"))
    others = len({flaw.message for flaw in rest} - {first.message})
    more = f" ({others} more)" if others else ""
    raise VerificationError(
        first.reason,
        f"This is not {what} as the standard describes it: {first.message}{more}.",
        fix=FIX,
    )


def _date_flaws(document: JsonObject) -> Iterator[Flaw]:
    start, end = instant(document.get("validFrom")), instant(document.get("validUntil"))
    if start and end and end < start:
        yield Flaw("form.dates", '"validUntil" lies before "validFrom"')
