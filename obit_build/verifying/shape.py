"""The classes of Open Badges 3.0: what a badge, an endorsement and a status list are made of.

Open Badges 3.0, data model, with Verifiable Credentials 2.0 or 1.1: contexts by address, in order
and from our own copies; classes with their required fields; nothing else. What a term means is
JSON-LD's matter and is looked at again, in safe mode, when the signature is checked.
"""

from collections.abc import Iterator
from typing import Any

from obit_build.model.achievement import ACHIEVEMENT_TYPES, RESULT_TYPES, TARGET_TYPES
from obit_build.model.profile import IDENTIFIER_TYPES
from obit_build.securing.canonical import CREDENTIALS_V2
from obit_build.verifying.contexts import CREDENTIALS_V1, badge_contexts, is_model_1, list_contexts
from obit_build.verifying.kinds import (
    Class,
    Flaw,
    Kind,
    anything,
    boolean,
    date_time,
    flaw,
    flaws_of,
    language,
    many,
    number,
    one,
    one_or_many,
    term,
    text,
    text_or_texts,
    texts,
    typed_objects,
    uri,
    uri_or,
)
from obit_build.verifying.words import say

RESULT_STATUSES = (
    "Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew",
)  # fmt: skip


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


def endorsement_class(document: Any) -> Class:
    """Return the class of an endorsement of the document's data model."""
    return ENDORSEMENT_CREDENTIAL_1 if is_model_1(document) else ENDORSEMENT_CREDENTIAL


def _endorsements(value: Any, path: str) -> Iterator[Flaw]:
    if not isinstance(value, list):
        yield flaw("form.value", "not", path=path, what=say("kind.list"))
        return
    for index, item in enumerate(value):
        yield from flaws_of(endorsement_class(item), item, f"{path}[{index}]")


_ENDORSEMENTS: dict[str, Kind] = {
    "endorsement": _endorsements,
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
        # "email" is not a word of the standard, but its own implementation guide writes it.
        "identityType": term(*IDENTIFIER_TYPES, "email"),
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
        # Not the standard's, but widespread, and defined by the contexts for any object.
        **dict.fromkeys(("name", "description"), text),
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
    "id": uri,
    "name": text,
    "description": text,
    "image": one(lambda: IMAGE),
    "awardedDate": date_time,
    "credentialSchema": one_or_many(lambda: SERVICE),
    "credentialStatus": typed_objects,
    "refreshService": one_or_many(lambda: SERVICE),
    "termsOfUse": one_or_many(lambda: TERMS_OF_USE),
    "relatedResource": one_or_many(lambda: RELATED_RESOURCE),
    "proof": anything,
}


def _model_fields(base: str, begins: str, ends: str) -> dict[str, Kind]:
    """Return the fields that the two data models name differently."""
    return {"@context": badge_contexts(base), begins: date_time, ends: date_time}


_MODEL_2 = _model_fields(CREDENTIALS_V2, "validFrom", "validUntil")
_MODEL_1 = _model_fields(CREDENTIALS_V1, "issuanceDate", "expirationDate")
_REQUIRED_2 = ("@context", "issuer", "validFrom", "credentialSubject")
_REQUIRED_1 = ("@context", "issuer", "issuanceDate", "credentialSubject")
_BADGE_FIELDS: dict[str, Kind] = {
    **_CREDENTIAL_FIELDS,
    "issuer": uri_or(lambda: PROFILE),
    "credentialSubject": one(lambda: ACHIEVEMENT_SUBJECT),
    "evidence": many(lambda: EVIDENCE),
    **_ENDORSEMENTS,
}
_BADGE_TYPES = (("VerifiableCredential",), ("OpenBadgeCredential", "AchievementCredential"))
OPEN_BADGE_CREDENTIAL: Class = Class(
    name="OpenBadgeCredential",
    types=_BADGE_TYPES,
    required=("id", *_REQUIRED_2),
    fields={**_BADGE_FIELDS, **_MODEL_2},
)
OPEN_BADGE_CREDENTIAL_1: Class = Class(
    name="OpenBadgeCredential",
    types=_BADGE_TYPES,
    required=("id", *_REQUIRED_1),
    fields={**_BADGE_FIELDS, **_MODEL_1},
)
ENDORSEMENT_SUBJECT: Class = Class(
    name="EndorsementSubject",
    types=(("EndorsementSubject",),),
    required=("id",),
    fields={"id": uri, "endorsementComment": text},
)
_ENDORSEMENT_FIELDS: dict[str, Kind] = {
    **_CREDENTIAL_FIELDS,
    "issuer": uri_or(lambda: PROFILE),
    "credentialSubject": one(lambda: ENDORSEMENT_SUBJECT),
}
_ENDORSEMENT_TYPES = (("VerifiableCredential",), ("EndorsementCredential",))
ENDORSEMENT_CREDENTIAL: Class = Class(
    name="EndorsementCredential",
    types=_ENDORSEMENT_TYPES,
    required=("id", *_REQUIRED_2, "name"),
    fields={**_ENDORSEMENT_FIELDS, **_MODEL_2},
)
ENDORSEMENT_CREDENTIAL_1: Class = Class(
    name="EndorsementCredential",
    types=_ENDORSEMENT_TYPES,
    required=_REQUIRED_1,
    fields={**_ENDORSEMENT_FIELDS, **_MODEL_1},
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
_LIST_FIELDS: dict[str, Kind] = {
    "id": uri,
    "name": text,
    "description": text,
    "issuer": uri_or(lambda: STATUS_LIST_ISSUER),
    "credentialSubject": one(lambda: BITSTRING_STATUS_LIST),
    "relatedResource": one_or_many(lambda: RELATED_RESOURCE),
    "proof": anything,
}
_LIST_TYPES = (("VerifiableCredential",), ("BitstringStatusListCredential",))
BITSTRING_STATUS_LIST_CREDENTIAL: Class = Class(
    name="BitstringStatusListCredential",
    types=_LIST_TYPES,
    required=("@context", "id", "issuer", "credentialSubject"),
    fields={**_LIST_FIELDS, **_MODEL_2, "@context": list_contexts(CREDENTIALS_V2)},
)
BITSTRING_STATUS_LIST_CREDENTIAL_1: Class = Class(
    name="BitstringStatusListCredential",
    types=_LIST_TYPES,
    required=("@context", "id", "issuer", "issuanceDate", "credentialSubject"),
    fields={**_LIST_FIELDS, **_MODEL_1, "@context": list_contexts(CREDENTIALS_V1)},
)
