"""Published credentials → the model's records, for pages that show what was signed.

A badge changes; what an earlier version promised stands in the credentials that were issued for
it. Reading those back into the model lets one set of pages show both. The documents come from the
ledger, where each was checked before it was signed, so a member of the wrong kind is left out
here, not reported.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from obit_build.model.achievement import (
    Achievement,
    Alignment,
    Criteria,
    ResultDescription,
    RubricCriterionLevel,
)
from obit_build.model.profile import ImageFile, Profile
from obit_build.model.words import FileName, Slug, Term, Text, Url

Json = Mapping[str, Any]

UNNAMED = "…"


def member(document: Json, name: str) -> Json:
    """Return an object-valued member, or an empty object."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def members(document: Json, name: str) -> Iterator[Json]:
    """Yield the objects of a member that may hold one or several."""
    value = document.get(name)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def string(document: Json, name: str) -> str:
    """Return a text-valued member, or an empty text."""
    value = document.get(name)
    return value if isinstance(value, str) else ""


def fragment(identifier: str) -> str:
    """Return what stands behind ``#``: our name for a criterion or a level."""
    return identifier.rpartition("#")[2]


def language_of(document: Json, default: str) -> str:
    """Return the language in which a credential is written."""
    achievement = member(member(document, "credentialSubject"), "achievement")
    return string(achievement, "inLanguage") or default


def achievement_of(document: Json, slug: str, version: str, language: str) -> Achievement:
    """Read the Achievement inside a credential."""
    node = member(member(document, "credentialSubject"), "achievement")
    credits_available = node.get("creditsAvailable")
    tags = node.get("tag")
    return Achievement(
        slug=Slug(slug),
        version=version,
        name=_text(node, "name", language) or Text({language: slug}),
        description=_text(node, "description", language) or Text({language: ""}),
        criteria=Criteria(
            narrative=_text(member(node, "criteria"), "narrative", language) or Text({language: ""})
        ),
        image=ImageFile(
            file=FileName("image.png"), caption=_text(member(node, "image"), "caption", language)
        ),
        achievement_type=Term(string(node, "achievementType") or "Badge"),
        tag=tuple(Text({language: x}) for x in tags if isinstance(x, str))
        if isinstance(tags, list)
        else (),
        alignment=tuple(_alignment(x, language) for x in members(node, "alignment")),
        result_description=tuple(
            _described(x, language) for x in members(node, "resultDescription")
        ),
        human_code=string(node, "humanCode") or None,
        field_of_study=_text(node, "fieldOfStudy", language),
        specialization=_text(node, "specialization", language),
        credits_available=decimal(credits_available),
    )


def profile_of(document: Json, slug: str, language: str) -> Profile:
    """Read the issuer inside a credential: its name and site."""
    node = member(document, "issuer")
    url = string(node, "url")
    return Profile(
        slug=Slug(slug),
        name=_text(node, "name", language) or Text({language: slug}),
        url=Url(url) if url else None,
        description=_text(node, "description", language),
    )


def decimal(value: object) -> Decimal | None:
    """Read a JSON number as it was written."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return None


def _text(node: Json, name: str, language: str) -> Text | None:
    value = string(node, name)
    return Text({language: value}) if value else None


def _alignment(node: Json, language: str) -> Alignment:
    return Alignment(
        target_name=_text(node, "targetName", language) or Text({language: UNNAMED}),
        target_url=Url(string(node, "targetUrl")),
        target_framework=string(node, "targetFramework") or None,
        target_code=string(node, "targetCode") or None,
        target_description=_text(node, "targetDescription", language),
    )


def _described(node: Json, language: str) -> ResultDescription:
    required = fragment(string(node, "requiredLevel"))
    values = node.get("allowedValue")
    return ResultDescription(
        id=Slug(fragment(string(node, "id"))),
        name=_text(node, "name", language) or Text({language: UNNAMED}),
        result_type=Term(string(node, "resultType") or "Result"),
        allowed_value=tuple(str(x) for x in values) if isinstance(values, list) else (),
        value_min=string(node, "valueMin") or None,
        value_max=string(node, "valueMax") or None,
        required_value=string(node, "requiredValue") or None,
        required_level=Slug(required) if required else None,
        rubric_criterion_level=tuple(
            RubricCriterionLevel(
                id=Slug(fragment(string(level, "id"))),
                name=_text(level, "name", language) or Text({language: UNNAMED}),
                level=string(level, "level") or None,
                description=_text(level, "description", language),
            )
            for level in members(node, "rubricCriterionLevel")
        ),
    )
