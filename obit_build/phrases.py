"""The words of the pages, per language: catalogue files, never text in templates or code.

A catalogue is YAML: flat keys, one sentence each, ``{name}`` where a value goes, ``_one`` and
``_other`` for counts, and a ``dates`` map. A centre overrides single sentences, or adds a whole
language, in ``templates/locale/<language>.yaml``. A sentence that is missing is taken from English.
"""

import datetime
import functools
import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from decimal import Decimal

from markupsafe import Markup, escape

from obit_build.errors import RenderError
from obit_build.package import PACKAGE
from obit_build.reading.nodes import Mapping, Node, Scalar, Sequence, compose

LOCALE = PACKAGE / "locale"
SHIPPED = tuple(
    sorted(path.stem for path in LOCALE.glob("*.yaml") if not path.stem.startswith("verify."))
)
"""The languages that have a catalogue: adding one is adding its file."""
FALLBACK = "en"
DATES = "dates"
"""The key below which a catalogue says how days are written."""
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

# Languages in which everything below two is singular (Unicode CLDR, cardinal plural rules).
_BELOW_TWO_IS_ONE = {"fr", "pt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One language's sentences and the way it writes a day."""

    texts: Map[str, str]
    months: tuple[str, ...] = ()
    pattern: str = ""
    first_day: str = ""

    def over(self, other: "Catalogue") -> "Catalogue":
        """Return this catalogue with ``other`` filling what it leaves out."""
        return Catalogue(
            texts={**other.texts, **self.texts},
            months=self.months or other.months,
            pattern=self.pattern or other.pattern,
            first_day=self.first_day or ("" if self.pattern else other.first_day),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The sentences of one language; English stands in for what is missing."""

    language: str
    own: Catalogue
    fallback: Catalogue
    _days: dict[datetime.date, str] = field(default_factory=dict, repr=False, compare=False)

    def has(self, key: str) -> bool:
        """Tell whether there is such a phrase, here or in English."""
        return key in self.own.texts or key in self.fallback.texts

    def phrase(self, key: str, **values: object) -> str:
        """Return a sentence with ``{name}`` replaced by the value called ``name``.

        A value that is Markup (words of another language, in an element of their own) makes the
        sentence Markup: everything else in it is escaped.
        """
        text = self.own.texts.get(key)
        if text is None:
            text = self.fallback.texts.get(key)
        if text is None:
            raise RenderError(
                f'no catalogue has the phrase "{key}"',
                fix=f'add "{key}: ..." to templates/locale/{self.language}.yaml',
            )
        if "{" not in text:
            return text
        if any(type(value) is Markup for value in values.values()):
            html = PLACEHOLDER.sub(
                lambda found: escape(values.get(found[1], found[0])), escape(text)
            )
            return Markup(html)  # noqa: S704 - text and values were escaped one by one
        return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)

    def count(self, key: str, n: Decimal | int, /, **values: object) -> str:
        """Return the sentence for ``n`` things: ``<key>_one`` or ``<key>_other``.

        ``{n}`` is ``n`` unless ``values`` say how to write it.
        """
        one = n < 2 if self.language.split("-")[0] in _BELOW_TWO_IS_ONE else n == 1
        return self.phrase(f"{key}_{'one' if one else 'other'}", **{"n": n, **values})

    def date(self, day: datetime.date) -> str:
        """Write a day as this language does: ``14 mars 2026``."""
        if day not in self._days:  # most awards of a session are of one day
            self._days[day] = self._written(day)
        return self._days[day]

    @property
    def calendar(self) -> Catalogue:
        """The catalogue by which days are written."""
        return self.own if self.own.months else self.fallback

    def _written(self, day: datetime.date) -> str:
        words = self.calendar
        number = words.first_day if day.day == 1 and words.first_day else str(day.day)
        parts = {"day": number, "month": words.months[day.month - 1], "year": str(day.year)}
        return PLACEHOLDER.sub(lambda found: parts.get(found[1], found[0]), words.pattern)


def phrases_for(language: str, overrides: Map[str, str] | None = None) -> Phrases:
    """Load the sentences of one language.

    ``overrides`` maps paths below ``templates/`` to text; ``locale/<language>.yaml`` counts.
    ``nl-BE`` uses ``nl`` where it has no catalogue of its own.
    """
    files = overrides or {}
    own = Catalogue(texts={})
    for tag in dict.fromkeys((language, language.split("-", maxsplit=1)[0])):
        own = own.over(_from(files, tag)).over(shipped(tag))
    return Phrases(
        language=language, own=own, fallback=_from(files, FALLBACK).over(shipped(FALLBACK))
    )


@functools.cache
def shipped(tag: str) -> Catalogue:
    """Return the catalogue that obit brings along for a language; an empty one if there is none."""
    if tag not in SHIPPED:
        return Catalogue(texts={})
    return read_catalogue((LOCALE / f"{tag}.yaml").read_bytes(), f"obit_build/locale/{tag}.yaml")


def _from(files: Map[str, str], tag: str) -> Catalogue:
    text = files.get(f"locale/{tag}.yaml")
    if text is None:
        return Catalogue(texts={})
    return read_catalogue(text.encode(), f"templates/locale/{tag}.yaml")


def read_catalogue(data: bytes, path: str) -> Catalogue:
    """Read a catalogue; RenderError names file, line and remedy."""
    node, problems = compose(data, path)
    if problems:
        first = problems[0]
        raise RenderError(f"{first.location}: {first.message}", fix=first.fix)
    if node is None:
        return Catalogue(texts={})
    if not isinstance(node, Mapping):
        raise _wrong(node, "a catalogue is a map of phrases", "write lines like site.home: Home")
    texts: dict[str, str] = {}
    dates: dict[str, Node] = {}
    for key, value in node.items:
        if key.value == DATES and isinstance(value, Mapping):
            dates = {name.value: item for name, item in value.items}
        elif isinstance(value, Scalar):
            texts[key.value] = value.value
        else:
            raise _wrong(value, f'"{key.value}" is not a phrase', "write one sentence on one line")
    return Catalogue(
        texts=texts,
        months=_months(dates.get("months")),
        pattern=_line(dates.get("date")),
        first_day=_line(dates.get("first")),
    )


def _months(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    names = node.items if isinstance(node, Sequence) else ()
    words = tuple(name.value for name in names if isinstance(name, Scalar))
    if len(words) != 12:
        raise _wrong(node, f"{len(words)} months are named", "name all twelve, January first")
    return words


def _line(node: Node | None) -> str:
    if node is None:
        return ""
    if not isinstance(node, Scalar):
        raise _wrong(node, "a date is written by one pattern", 'write date: "{day} {month} {year}"')
    return node.value


def _wrong(node: Node, message: str, fix: str) -> RenderError:
    return RenderError(f"{node.location}: {message}", fix=fix)
