"""The kinds of value that a field can hold, and how a field is declared.

Each class below is text that passed one test (made in ``parse``); a field's type says which.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NewType

from obit_build.problems import Location

NOWHERE = Location("(made in memory)")


class Slug(str):
    """A name in an address: lower-case letters, digits and single hyphens, at most 64."""

    __slots__ = ()


class Url(str):
    """An absolute http(s) address."""

    __slots__ = ()


class EmailAddress(str):
    """An e-mail address."""

    __slots__ = ()


class Language(str):
    """A language tag as Open Badges 3.0 allows it: ``fr``, ``nl-BE``, ``zh-Hant-TW``."""

    __slots__ = ()


class Duration(str):
    """An ISO 8601 duration in years, months, weeks, days or hours: ``P3Y``, ``P18M``, ``PT35H``."""

    __slots__ = ()


class FileName(str):
    """The name of a file in the same folder as the file that mentions it."""

    __slots__ = ()


class Term(str):
    """A member of one of the standard's vocabularies, or ``ext:`` and a name of one's own."""

    __slots__ = ()


class Colour(str):
    """A colour as a style sheet takes it: ``#0b5563``, in lower case."""

    __slots__ = ()


class PublicKeyMultibase(str):
    """A public key as Multikey text: ``z6Mk…`` (Ed25519)."""

    __slots__ = ()


Code = NewType("Code", str)
"""A recipient's code: 3 to 64 letters, digits, dots, hyphens or underscores; no meaning. A text and no more:
there are very many, and a class of one's own doubles what each takes."""


class OneLanguage(Mapping[str, str]):
    """A text in one language, as most are: a dictionary of one takes four times as much memory."""

    __slots__ = ("language", "said")

    def __init__(self, language: str, said: str) -> None:
        self.language, self.said = language, said

    def __getitem__(self, language: str) -> str:
        """Return the text, if it is in this language."""
        if language != self.language:
            raise KeyError(language)
        return self.said

    def __contains__(self, language: object) -> bool:
        return language == self.language

    def __iter__(self) -> Iterator[str]:
        """Yield the language."""
        yield self.language

    def __len__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True)
class Text:
    """Human text in one or several languages (``{language: text}``, in the order given)."""

    by_language: Mapping[str, str]

    def languages(self) -> tuple[str, ...]:
        """Return the languages that this text exists in."""
        return tuple(self.by_language)

    def find(self, *languages: str) -> tuple[str, str]:
        """Return (text, its language): the first of ``languages`` that exists, else the first given."""
        if type(self.by_language) is OneLanguage:
            return self.by_language.said, self.by_language.language
        for language in languages:
            if language in self.by_language:
                return self.by_language[language], language
        language, text = next(iter(self.by_language.items()))
        return text, language

    def text(self, *languages: str) -> str:
        """Return only the text of :meth:`find`."""
        return self.find(*languages)[0]


def declare(
    about: str,
    *,
    default: Any = dataclasses.MISSING,
    shorthand: bool = False,
    terms: tuple[str, ...] = (),
    least: int = 0,
    example: str = "",
    translated: bool = True,
) -> Any:
    """Declare a field of the repository's files.

    ``about`` is its line in the reference; ``shorthand`` means that the whole record may be
    written as this field's value alone; ``terms`` closes the vocabulary of a :class:`Term`;
    ``least`` is the least number of items in a list; ``example`` is YAML for the reference.
    ``translated`` is False for a :class:`Text` that nobody has to translate: a name, an address, a
    quotation, a keyword. It may exist in several languages, and one is enough.
    """
    metadata = {
        "about": about,
        "shorthand": shorthand,
        "terms": terms,
        "least": least,
        "example": example,
        "translated": translated,
    }
    return dataclasses.field(default=default, metadata=metadata)


def place() -> Any:
    """Declare where a record was read; not part of its value."""
    return dataclasses.field(default=NOWHERE, compare=False, repr=False, metadata={"place": True})


def places() -> Any:
    """Declare where each field of a record was read; not part of its value."""
    return dataclasses.field(
        default_factory=dict, compare=False, repr=False, metadata={"places": True}
    )
