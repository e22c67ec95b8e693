"""Achievements as Open Badges 3.0 JSON: one document per version and language (section 8).

Its ids are addresses of the site: ``achievement.<lang>.json``, and ``#name`` within it for what
is measured and its levels.
"""

from collections.abc import Sequence

from obit_build import addresses
from obit_build.credentials.profiles import (
    CONTEXT,
    Speaker,
    has_openbadges2,
    identifiers,
    image,
    number,
    somebody,
    without_empty,
)
from obit_build.model.achievement import Achievement, Alignment, ResultDescription
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.strict_json import JsonObject

BADGE_CLASS = "https://w3id.org/openbadges#BadgeClass"


def achievement_languages(settings: Settings, achievement: Achievement) -> tuple[str, ...]:
    """Return the site's languages in which the badge has a name and a description; never empty."""
    both = set(achievement.name.by_language) & set(achievement.description.by_language)
    return tuple(x for x in settings.languages if x in both) or (settings.default_language,)


def _alignment(alignment: Alignment, say: Speaker) -> JsonObject:
    framework = " ".join(x for x in (alignment.target_framework, alignment.target_version) if x)
    description = [x for x in (say(alignment.target_description), alignment.target_level) if x]
    return without_empty(
        {
            "type": ["Alignment"],
            "targetName": say(alignment.target_name),
            "targetUrl": alignment.target_url,
            "targetFramework": framework,
            "targetCode": alignment.target_code,
            "targetDescription": " · ".join(description),
            "targetType": alignment.target_type,
        }
    )


def alignments(entries: Sequence[Alignment], say: Speaker) -> list[JsonObject]:
    """Write Alignment objects."""
    return [_alignment(entry, say) for entry in entries]


def _result_description(at: str, described: ResultDescription, say: Speaker) -> JsonObject:
    levels = [
        without_empty(
            {
                "id": f"{at}#{level.id}",
                "type": ["RubricCriterionLevel"],
                "name": say(level.name),
                "level": level.level,
                "points": level.points,
                "description": say(level.description),
                "alignment": alignments(level.alignment, say),
            }
        )
        for level in described.rubric_criterion_level
    ]
    return without_empty(
        {
            "id": f"{at}#{described.id}",
            "type": ["ResultDescription"],
            "name": say(described.name),
            "resultType": described.result_type,
            "allowedValue": list(described.allowed_value),
            "valueMin": described.value_min,
            "valueMax": described.value_max,
            "requiredValue": described.required_value,
            "requiredLevel": f"{at}#{described.required_level}"
            if described.required_level
            else None,
            "rubricCriterionLevel": levels,
            "alignment": alignments(described.alignment, say),
        }
    )


def achievement_id(settings: Settings, achievement: Achievement, language: str) -> str:
    """Return the Achievement's id: one per version and language."""
    path = addresses.achievement_file(achievement.slug, achievement.version, language)
    return addresses.url(settings, path)


def _former(settings: Settings, achievement: Achievement, language: str) -> list[JsonObject]:
    """Name what the badge's file names: its own former versions, and its like elsewhere."""
    return [
        without_empty(
            {
                "id": former.url
                or addresses.url(
                    settings,
                    addresses.achievement_file(
                        achievement.slug, former.version or "", former.in_language or language
                    ),
                ),
                "type": ["Related"],
                "inLanguage": former.in_language or (None if former.url else language),
                "version": former.version,
            }
        )
        for former in achievement.related
    ]


def _older_edition(
    repository: Repository, achievement: Achievement, language: str
) -> list[JsonObject]:
    """Name the badge's Open Badges 2.0 document (implementation guide of 3.0, "Achievements")."""
    settings = repository.settings
    if not has_openbadges2(settings, repository.issuer_of(achievement)):
        return []
    path = addresses.badge_class_file(achievement.slug, achievement.version, language)
    return [
        {
            "id": addresses.url(settings, path),
            "type": ["Related", BADGE_CLASS],
            "inLanguage": language,
            "version": "Open Badges v2p0",
        }
    ]


def achievement_node(repository: Repository, achievement: Achievement, language: str) -> JsonObject:
    """Write the Achievement in one language, as it stands inside a credential."""
    settings, say = repository.settings, Speaker(repository.settings, language)
    at = achievement_id(settings, achievement, language)
    picture = addresses.badge_image(achievement.slug, achievement.version, "png")
    return without_empty(
        {
            "id": at,
            "type": ["Achievement"],
            "achievementType": achievement.achievement_type,
            "name": say(achievement.name),
            "description": say(achievement.description),
            "criteria": without_empty(
                {
                    "id": achievement.criteria.url
                    or addresses.url(settings, addresses.badge_page(achievement.slug)),
                    "narrative": say(achievement.criteria.narrative),
                }
            ),
            "image": image(addresses.url(settings, picture), say(achievement.image.caption)),
            "creator": somebody(repository, achievement.creator, say),
            "inLanguage": language,
            "version": achievement.version,
            "humanCode": achievement.human_code,
            "fieldOfStudy": say(achievement.field_of_study),
            "specialization": say(achievement.specialization),
            "creditsAvailable": number(achievement.credits_available),
            "tag": [say(tag) for tag in achievement.tag],
            "alignment": alignments(achievement.alignment, say),
            "resultDescription": [
                _result_description(at, described, say)
                for described in achievement.result_description
            ],
            "otherIdentifier": identifiers(achievement.other_identifier),
            "related": [
                {
                    "id": achievement_id(settings, achievement, other),
                    "type": ["Related"],
                    "inLanguage": other,
                    "version": achievement.version,
                }
                for other in achievement_languages(settings, achievement)
                if other != language
            ]
            + _former(settings, achievement, language)
            + _older_edition(repository, achievement, language),
        }
    )


def achievement_document(
    repository: Repository, achievement: Achievement, language: str
) -> JsonObject:
    """Write the stand-alone Achievement document."""
    return {"@context": CONTEXT, **achievement_node(repository, achievement, language)}
