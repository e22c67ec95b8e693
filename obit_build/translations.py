"""What is translated and what is not: a centre's own texts, and the phrases around them.

Left out are texts that exist in somebody else's languages: titles of framework entries, names of
issuers and organisations, addresses, and whatever the model declares as not translated.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obit_build.model.achievement import Achievement, Alignment
from obit_build.model.framework import Framework, FrameworkEntry
from obit_build.model.pathway import Pathway
from obit_build.model.profile import Address, Organization, Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Text
from obit_build.phrases import Phrases, phrases_for
from obit_build.problems import Location
from obit_build.verifying.words import ENGLISH, sentences, sentences_with

Record = Settings | Profile | Achievement | Pathway | Framework
_APART = (Alignment, Address, FrameworkEntry, Organization)
PAGES, REPORTS = "phrases of the pages", "sentences of the verifier"


@dataclass(frozen=True, slots=True)
class Told:
    """One text of a record: the field it stands in, and where."""

    field: str
    text: Text
    location: Location


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """A text that does not exist in a language: a field of a file, or the key of a phrase."""

    place: str
    field: str
    language: str


@dataclass(frozen=True, slots=True)
class Row:
    """How many texts of one file, or phrases of one kind, exist in each language."""

    name: str
    total: int
    done: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Status:
    """Which texts and phrases of a site are translated."""

    languages: tuple[str, ...]
    files: tuple[Row, ...]
    phrases: tuple[Row, ...]
    missing: tuple[Missing, ...]

    @property
    def texts(self) -> Row:
        """The centre's own texts, all files together."""
        total = sum(row.total for row in self.files)
        done = {x: sum(row.done[x] for row in self.files) for x in self.languages}
        return Row("your texts", total, done)

    def percent(self, language: str) -> int:
        """Return the smallest share, rounded down, of texts and of phrases in a language."""
        rows = [row for row in (self.texts, *self.phrases) if row.total]
        return min((row.done[language] * 100 // row.total for row in rows), default=100)


def texts_of(record: object, path: str = "") -> Iterator[Told]:
    """Walk through a record's texts that a centre translates."""
    places = getattr(record, "locations", {})
    for declared in dataclasses.fields(record):  # type: ignore[arg-type]  # only records come here
        if not declared.metadata.get("translated", True):
            continue
        value = getattr(record, declared.name)
        name = f"{path}{declared.name}".removesuffix(".narrative")
        at = places.get(declared.name) or getattr(record, "location")  # noqa: B009 - every record has one
        if isinstance(value, Text):
            if not (isinstance(record, Profile) and declared.name == "name"):
                yield Told(name, value, at)
        elif isinstance(value, tuple):
            for item in value:
                if dataclasses.is_dataclass(item) and not isinstance(item, _APART):
                    yield from texts_of(item, f"{name}.")
        elif dataclasses.is_dataclass(value) and not isinstance(value, (*_APART, Location)):
            yield from texts_of(value, f"{name}.")


def records_of(repository: Repository) -> tuple[Record, ...]:
    """List the records that hold texts: settings, issuers, badges, pathways, frameworks."""
    return (
        repository.settings,
        *repository.profiles.values(),
        *repository.achievements.values(),
        *repository.pathways.values(),
        *repository.frameworks.values(),
    )


def status(repository: Repository) -> Status:
    """Count what is translated into each language of the site."""
    languages = tuple(map(str, repository.settings.languages))
    missing: list[Missing] = []
    files = []
    for record in records_of(repository):
        told = list(texts_of(record))
        done = {x: sum(x in one.text.by_language for one in told) for x in languages}
        if told:
            files.append(Row(record.location.path, len(told), done))
        missing += [
            Missing(record.location.path, one.field, language)
            for one in told
            for language in languages
            if language not in one.text.by_language
        ]
    tables = {language: phrases_for(language, repository.templates) for language in languages}
    pages = next(iter(tables.values())).fallback.texts
    said = {x: sentences_with(x, repository.templates) for x in languages}
    rows = (
        _phrases(PAGES, pages, {x: _own(table) for x, table in tables.items()}, missing),
        _phrases(REPORTS, sentences(ENGLISH), said, missing),
    )
    return Status(languages, tuple(files), rows, tuple(sorted(missing)))


def is_of_a_centre(key: str) -> bool:
    """Tell whether a phrase names a kind of badge that a centre has made up (``ext:…``)."""
    return key.startswith("badge.type.ext:")


def _own(table: Phrases) -> Mapping[str, str]:
    """Return what a language says itself; English is its own stand-in."""
    is_english = table.language.split("-")[0] == ENGLISH
    return table.fallback.texts if is_english else table.own.texts


def _phrases(
    name: str,
    wanted: Mapping[str, str],
    known: Mapping[str, Mapping[str, str]],
    missing: list[Missing],
) -> Row:
    for language, texts in known.items():
        missing += [Missing(name, key, language) for key in wanted if key not in texts]
    done = {x: sum(key in texts for key in wanted) for x, texts in known.items()}
    return Row(name, len(wanted), done)


def to_text(found: Status) -> str:
    """Write the table of what is translated, and the list of what is missing."""
    rows = (*found.files, found.texts, *found.phrases)
    widths = [max(len(row.name) for row in rows), *(_width(rows, x) for x in found.languages)]
    head = " " * widths[0] + "".join(
        f"  {x:>{width}}" for x, width in zip(found.languages, widths[1:], strict=True)
    )
    lines = [head.rstrip(), *(_line(row, found.languages, widths) for row in found.files), ""]
    lines += [_line(row, found.languages, widths) for row in (found.texts, *found.phrases)]
    if found.missing:
        lines += ["", "missing:"]
        lines += [f"  {x.language}  {x.place}: {x.field}" for x in found.missing]
    else:
        lines += ["", "nothing is missing"]
    return "\n".join(lines) + "\n"


def _width(rows: tuple[Row, ...], language: str) -> int:
    return max(len(language), *(len(f"{row.done[language]}/{row.total}") for row in rows))


def _line(row: Row, languages: tuple[str, ...], widths: list[int]) -> str:
    cells = (
        f"  {f'{row.done[language]}/{row.total}':>{width}}"
        for language, width in zip(languages, widths[1:], strict=True)
    )
    return f"{row.name:<{widths[0]}}" + "".join(cells)


def to_json(found: Status) -> str:
    """Write the same for programs."""
    document = {
        "format": 1,
        "languages": list(found.languages),
        "percent": {language: found.percent(language) for language in found.languages},
        "files": [dataclasses.asdict(row) for row in found.files],
        "phrases": [dataclasses.asdict(row) for row in found.phrases],
        "missing": [dataclasses.asdict(one) for one in found.missing],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
