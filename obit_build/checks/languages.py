"""What is checked in texts: the languages they exist in."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator

from obit_build.checks.finding import Finding, place_of
from obit_build.model.achievement import Achievement
from obit_build.model.repository import Repository
from obit_build.translations import Told, records_of, texts_of


def _named(texts: list[Told]) -> str:
    names = list(dict.fromkeys(told.field for told in texts))
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
    for record in records_of(repository):
        texts = list(texts_of(record))
        for language in repository.settings.languages:
            missing = [t for t in texts if language not in t.text.by_language]
            if language == repository.settings.default_language and isinstance(record, Achievement):
                needed = ("name", "description", "criteria")
                missing = [t for t in missing if t.field not in needed]
            if missing:
                verb = "is" if len(missing) == 1 else "are"
                yield Finding(
                    missing[0].location,
                    f'{_named(missing)} {verb} missing in "{language}"',
                    f"add {language}: ... beside the other languages",
                    "warning",
                )


def text_is_in_a_language_of_the_site(repository: Repository) -> Iterator[Finding]:
    """A text's languages are languages of the site.

    A text in another language is never shown.
    """
    known = repository.settings.languages
    for record in records_of(repository):
        texts = list(texts_of(record))
        others = {tag: None for t in texts for tag in t.text.by_language if tag not in known}
        for tag in others:
            concerned = [t for t in texts if tag in t.text.by_language]
            yield Finding(
                concerned[0].location,
                f'{_named(concerned)} has a text in "{tag}", which is not a language of the site',
                f"add {tag} to languages in obit.yaml, or remove the text",
                "warning",
            )
