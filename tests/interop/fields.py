"""Every field of Open Badges 3.0 for a badge, and every field of a repository's files."""

import dataclasses
import typing
from collections.abc import Iterator

from obit_build.model.words import Text

# Open Badges 3.0, the classes that a badge is made of.
_WORDS = """
    @context id type name description image awardedDate issuer validFrom validUntil credentialSubject
    evidence endorsement endorsementJwt credentialSchema credentialStatus refreshService termsOfUse proof
    identifier achievement activityStartDate activityEndDate creditsEarned licenseNumber narrative result
    role term source criteria achievementType creator alignment tag inLanguage version related humanCode
    fieldOfStudy specialization creditsAvailable resultDescription otherIdentifier caption identifierType
    addressCountry addressCountryCode addressRegion addressLocality streetAddress postOfficeBoxNumber
    postalCode geo latitude longitude url email phone official address parentOrg dateOfBirth familyName
    givenName additionalName patronymicName honorificPrefix honorificSuffix familyNamePrefix genre audience
    targetName targetUrl targetFramework targetCode targetDescription targetType resultType allowedValue
    valueMin valueMax requiredValue requiredLevel rubricCriterionLevel level points value status
    achievedLevel hashed identityHash identityType salt
    """
FIELDS = set(_WORDS.split())
PERSON = "describes people, whom no credential of obit describes"
NOT_WRITTEN = {
    "endorsement": "published beside the credential, so that it may come later",
    "endorsementJwt": "unknown to older copies of the context",
    "credentialSchema": "would ask for a third context",
    "refreshService": "would ask for a third context",
    **dict.fromkeys(
        ("dateOfBirth", "familyName", "givenName", "additionalName", "patronymicName",
         "honorificPrefix", "honorificSuffix", "familyNamePrefix"), PERSON),
}  # fmt: skip


def fields_below(record) -> Iterator[dataclasses.Field]:
    """All fields that files declare of a record and of the records inside it."""
    for field in dataclasses.fields(record):
        if "about" in field.metadata:
            yield field
            for inner in inside(typing.get_type_hints(record)[field.name]):
                yield from fields_below(inner)


def inside(kind) -> Iterator[type]:
    if dataclasses.is_dataclass(kind) and kind is not Text:
        yield kind
    for argument in typing.get_args(kind):
        if not isinstance(argument, str):
            yield from inside(argument)
