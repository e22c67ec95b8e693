"""The sentences of reports: English at first sight, other languages on request.

A :class:`Sentence` *is* its English text, so that programs, tests and logs need nothing else; it
also keeps its key in ``locale/verify.<language>.yaml`` and the values that go into it, and can say
itself in another language. Reasons given by other modules (what is wrong with a JSON text, why
a fetch failed) come as plain English; :func:`detail` recognises them by the ``detail.`` entries of
the English catalogue. What no catalogue knows stays in English rather than being left out.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Self

from obit_build.package import PACKAGE
from obit_build.phrases import PLACEHOLDER, read_catalogue

ENGLISH = "en"
REPORT_CATALOGUE = "verify."
"""How the file names of these catalogues begin."""
MAX_DETAIL = 600
"""Longer details are not compared with the catalogue, only shown."""

_LOCALE = PACKAGE / "locale"
LANGUAGES = (
    ENGLISH,
    *sorted(
        path.name.split(".")[1]
        for path in _LOCALE.glob("verify.*.yaml")
        if path.name != f"verify.{ENGLISH}.yaml"
    ),
)
"""The languages that have a catalogue, English first."""


class Sentence(str):
    """An English text that knows how to say itself in other languages."""

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, str]

    def __new__(cls, text: str, key: str, values: Mapping[str, str]) -> Self:
        """Keep what the text was made of; use :func:`say` or :func:`detail`."""
        sentence = super().__new__(cls, text)
        sentence.key = key
        sentence.values = values
        return sentence

    def __reduce__(self) -> tuple[Any, ...]:
        return Sentence, (str(self), self.key, dict(self.values))


@functools.cache
def sentences(language: str) -> Mapping[str, str]:
    """Return one language's catalogue: key → sentence with ``{name}`` where a value goes."""
    path = _LOCALE / f"verify.{language}.yaml"
    return read_catalogue(path.read_bytes(), path.name).texts


def sentences_in(language: str) -> Mapping[str, str]:
    """Return what a language says itself: ``nl-BE`` says what ``nl`` does, others nothing."""
    tag = language.split("-", maxsplit=1)[0]
    return sentences(tag) if tag in LANGUAGES else {}


def sentences_with(language: str, templates: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a language says, a centre's own ``templates/locale/verify.<language>.yaml`` first.

    ``templates`` maps paths below ``templates/`` to text. RenderError names what can't be read.
    """
    said = dict(sentences_in(language))
    for tag in dict.fromkeys((language.split("-", maxsplit=1)[0], language)):
        name = f"locale/{REPORT_CATALOGUE}{tag}.yaml"
        if name in templates:
            said |= read_catalogue(templates[name].encode(), f"templates/{name}").texts
    return said


def say(key: str, /, **values: str) -> Sentence:
    """Make the sentence of this key; values that are sentences follow it into other languages."""
    if not values:
        return _said(key)
    return Sentence(_filled(sentences(ENGLISH)[key], values, ENGLISH), key, values)


@functools.cache
def _said(key: str) -> Sentence:
    return Sentence(sentences(ENGLISH)[key], key, {})


def detail(text: str) -> Sentence:
    """Make a sentence of what another module said in English."""
    return Sentence(text, "", {})


def joined(*parts: str) -> str:
    """Put sentences one after the other."""
    whole, *rest = parts
    for part in rest:
        whole = say("words.two", first=whole, second=part)
    return whole


def translated(text: str, language: str) -> str:
    """Say a sentence in another language; a plain text stays as it is."""
    if language == ENGLISH or not isinstance(text, Sentence):
        return str(text)
    if not text.key:
        return _translated_detail(str(text), language)
    template = sentences(language).get(text.key) or sentences(ENGLISH)[text.key]
    return _filled(template, text.values, language)


def _filled(template: str, values: Mapping[str, str], language: str) -> str:
    if "{" not in template:
        return template
    return PLACEHOLDER.sub(
        lambda found: translated(values[found[1]], language) if found[1] in values else found[0],
        template,
    )


@functools.cache
def _details() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of all details, those with more words of their own first."""
    known = [(key, text) for key, text in sentences(ENGLISH).items() if key.startswith("detail.")]
    known.sort(key=lambda item: -len(PLACEHOLDER.sub("", item[1])))
    return tuple((key, re.compile(_pattern(text), re.DOTALL)) for key, text in known)


def _pattern(template: str) -> str:
    return "".join(_pattern_parts(template))


def _pattern_parts(template: str) -> Iterator[str]:
    # re.split with a group gives words and names of placeholders in turn.
    for number, part in enumerate(PLACEHOLDER.split(template)):
        yield f"(?P<{part}>.*?)" if number % 2 else re.escape(part)


def _translated_detail(text: str, language: str) -> str:
    if len(text) > MAX_DETAIL:
        return text
    for key, pattern in _details():
        found = pattern.fullmatch(text)
        if found:
            return _filled(sentences(language).get(key, text), found.groupdict(), language)
    return text
