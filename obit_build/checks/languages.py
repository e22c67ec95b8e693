"""What is checked in texts: the languages they exist in."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import dataclasses
from collections.abc import Iterator

from obit_build.checks.finding import Finding, place_of
from obit_build.model.achievement import Achievement, Alignment
from obit_build.model.framework import Framework, FrameworkEntry
from obit_build.model.pathway import Pathway
from obit_build.model.profile import Address, Organization, Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Text
from obit_build.problems import Location

Told = tuple[str, Text, Location]
# Titles of framework entries exist in the framework's languages; names of organisations in their own.
_APART = (Alignment, Address, FrameworkEntry, Organization)


def _texts(record: object, path: str = "") -> Iterator[Told]:
    """Walk through a record's texts: (name of the field, text, where it stands)."""
    places = getattr(record, "locations", {})
    for declared in dataclasses.fields(record):  # type: ignore[arg-type]  # only records come here
        value = getattr(record, declared.name)
        name = f"{path}{declared.name}".removesuffix(".narrative")
        at = places.get(declared.name) or getattr(record, "location")  # noqa: B009 - every record has one
        if isinstance(value, Text):
            yield name, value, at
        elif isinstance(value, tuple):
            for item in value:
                if dataclasses.is_dataclass(item) and not isinstance(item, _APART):
                    yield from _texts(item, f"{name}.")
        elif dataclasses.is_dataclass(value) and not isinstance(value, (*_APART, Location)):
            yield from _texts(value, f"{name}.")


def _records(repository: Repository) -> Iterator[tuple[object, list[Told]]]:
    records: tuple[Settings | Profile | Achievement | Pathway | Framework, ...] = (
        repository.settings,
        *repository.profiles.values(),
        *repository.achievements.values(),
        *repository.pathways.values(),
        *repository.frameworks.values(),
    )
    for record in records:
        texts = list(_texts(record))
        yield record, [t for t in texts if not (isinstance(record, Profile) and t[0] == "name")]


def _named(texts: list[Told]) -> str:
    names = list(dict.fromkeys(name for name, _, _ in texts))
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def badge_is_in_the_default_language(repository: Repository) -> Iterator[Finding]:
    """A badge's name, description and criteria exist in the site's default language.

    The neutral addresses, the catalogue and the credentials of people without a preference use it.
    """
    language = repository.settings.default_language
    for badge in repository.achievements.values():
        texts = (
            ("name", badge.name),
            ("description", badge.description),
            ("criteria", badge.criteria.narrative),
        )
        for name, text in texts:
            if language not in text.by_language:
                yield Finding(
                    place_of(badge, name),
                    f'{name} is missing in "{language}", the default language of the site',
                    f"add {language}: ...",
                )


def text_is_in_every_language(repository: Repository) -> Iterator[Finding]:
    """A text exists in every language of the site.

    Where a translation is missing, pages show the text of the default language, marked as such.
    """
    for record, texts in _records(repository):
        for language in repository.settings.languages:
            missing = [t for t in texts if language not in t[1].by_language]
            if language == repository.settings.default_language and isinstance(record, Achievement):
                needed = ("name", "description", "criteria")
                missing = [t for t in missing if t[0] not in needed]
            if missing:
                verb = "is" if len(missing) == 1 else "are"
                yield Finding(
                    missing[0][2],
                    f'{_named(missing)} {verb} missing in "{language}"',
                    f"add {language}: ... beside the other languages",
                    "warning",
                )


def text_is_in_a_language_of_the_site(repository: Repository) -> Iterator[Finding]:
    """A text's languages are languages of the site.

    A text in another language is never shown.
    """
    known = repository.settings.languages
    for _, texts in _records(repository):
        others = {tag: None for _, text, _ in texts for tag in text.by_language if tag not in known}
        for tag in others:
            concerned = [t for t in texts if tag in t[1].by_language]
            yield Finding(
                concerned[0][2],
                f'{_named(concerned)} has a text in "{tag}", which is not a language of the site',
                f"add {tag} to languages in obit.yaml, or remove the text",
                "warning",
            )
