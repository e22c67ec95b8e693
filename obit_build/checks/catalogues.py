"""What is checked in a centre's own catalogues: templates/locale/*.yaml."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator, Mapping

from obit_build.checks.finding import Finding, place_of, suggestion
from obit_build.model.repository import Repository
from obit_build.phrases import DATES, FALLBACK, PLACEHOLDER, SHIPPED, shipped
from obit_build.problems import Location
from obit_build.reading.nodes import Mapping as Lines
from obit_build.reading.nodes import Scalar, compose
from obit_build.translations import is_of_a_centre, status
from obit_build.verifying.words import ENGLISH, REPORT_CATALOGUE, sentences

FOLDER, ENDING = "locale/", ".yaml"


def _english(name: str) -> Mapping[str, str]:
    """Return what the catalogue of this file name translates."""
    of_reports = name.startswith(REPORT_CATALOGUE)
    return sentences(ENGLISH) if of_reports else shipped(FALLBACK).texts


def _catalogues(repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield the names of a centre's catalogues, and their texts."""
    for path, text in sorted(repository.templates.items()):
        if path.startswith(FOLDER) and path.endswith(ENDING):
            yield path.removeprefix(FOLDER), text


def _phrases(repository: Repository) -> Iterator[tuple[str, Scalar, Scalar]]:
    """Yield each phrase of each catalogue that can be read: file name, key, sentence."""
    for name, text in _catalogues(repository):
        read, _ = compose(text.encode(), f"templates/{FOLDER}{name}")
        for key, value in read.items if isinstance(read, Lines) else ():
            if isinstance(value, Scalar) and key.value != DATES:
                yield name, key, value


def catalogue_can_be_read(repository: Repository) -> Iterator[Finding]:
    """A catalogue in templates/locale/ is YAML, with one sentence for each key.

    Pages can't be made without it.
    """
    for name, text in _catalogues(repository):
        path = f"templates/{FOLDER}{name}"
        read, problems = compose(text.encode(), path)
        for problem in problems[:1]:
            yield Finding(problem.location, problem.message, problem.fix)
        if read is not None and not isinstance(read, Lines):
            yield Finding(
                Location(path),
                "a catalogue is a map of phrases",
                "write lines like site.home: Home",
            )


def phrase_is_known(repository: Repository) -> Iterator[Finding]:
    """A phrase in a centre's catalogue is one that pages or reports say.

    Another one is never shown: it is misspelt, or this version of obit says something else there.
    """
    for name, key, _ in _phrases(repository):
        known = _english(name)
        if key.value not in known and not is_of_a_centre(key.value):
            yield Finding(
                key.location,
                f'nothing on the site says the phrase "{key.value}"',
                suggestion(key.value, known, "remove it; obit i18n status tells what is there"),
                "warning",
            )


def phrase_has_the_values_of_its_place(repository: Repository) -> Iterator[Finding]:
    """A phrase has places for values that are filled in there.

    `{date}` stands for a value. Under another name it would be shown as it is typed, braces and all.
    """
    for name, key, value in _phrases(repository):
        given = set(PLACEHOLDER.findall(_english(name).get(key.value, value.value)))
        for place in sorted(set(PLACEHOLDER.findall(value.value)) - given):
            offered = ", ".join(f"{{{one}}}" for one in sorted(given)) or "no values"
            yield Finding(
                value.location,
                f'nothing is filled in for "{{{place}}}" in this phrase',
                f"there are {offered} here" if not given else f"it can hold {offered}",
            )


def catalogue_is_whole(repository: Repository) -> Iterator[Finding]:
    """A language that obit does not bring along is translated completely.

    What is missing is said in English, in the middle of the other language. Whoever listens to the
    page hears it in the wrong voice.
    """
    settings = repository.settings
    added = [x for x in settings.languages if x not in SHIPPED and x.split("-")[0] not in SHIPPED]
    if not added:
        return
    pages, reports = status(repository).phrases
    for row in (pages, reports):
        for language in added:
            done = row.done[language]
            if done == row.total or not pages.done[language]:
                continue  # without any catalogue it is another rule's matter
            file = f"{REPORT_CATALOGUE}{language}" if row is reports else language
            yield Finding(
                place_of(settings, "languages"),
                f'{done * 100 // row.total} % of the {row.name} exist in "{language}"; the others are said in English',
                f"add them to templates/locale/{file}.yaml; obit i18n status lists them",
                "warning",
            )
