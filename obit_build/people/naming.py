"""Where a text names a person of the people list, or holds what looks like an e-mail address.

Names count whatever their accents and capitals, as whole words, in any rotation (``Ada Marie
Exemple``, ``Exemple, Ada Marie``); a single word is no name. Nothing here repeats what it found:
only places leave this module.
"""

import bisect
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from obit_build.model.profile import Organization
from obit_build.model.repository import Repository
from obit_build.problems import Location

Span = tuple[int, int]

_WORD = re.compile("(?:[^\\W\\d_][\u0300-\u036f]*)+")  # a letter, and accents typed apart
_EMAIL = re.compile(
    r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.([a-z]{2,24})\b", re.IGNORECASE
)
_NO_DOMAIN = frozenset(
    ("avif", "css", "gif", "html", "jpeg", "jpg", "js", "json", "mjs", "png", "svg", "webp", "woff")
)
"""Endings of file names such as ``logo@2x.png``, which are no domains."""


def plain(text: str) -> str:
    """Return a text without accents and capitals, for comparing only."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


_plain_word = functools.lru_cache(maxsize=65_536)(plain)  # a text repeats its words


@dataclass(frozen=True, slots=True)
class Persons:
    """What must not stand where everybody can read it."""

    names: dict[str, set[tuple[str, ...]]] = field(repr=False)
    """First word → names that begin with it, in every rotation."""
    addresses: frozenset[str] = field(repr=False)
    contacts: frozenset[str] = field(repr=False)
    """Addresses that are meant to be public."""

    def names_in(self, text: str) -> Iterator[Span]:
        """Yield where a listed name stands."""
        if not self.names:
            return
        if self.names.keys().isdisjoint(map(_plain_word, set(_WORD.findall(text)))):
            return
        words = list(_WORD.finditer(text))
        plains = [_plain_word(word.group()) for word in words]
        for position, word in enumerate(plains):
            for name in self.names.get(word, ()):
                last = position + len(name) - 1
                if tuple(plains[position : last + 1]) == name:
                    yield words[position].start(), words[last].end()

    def addresses_in(self, text: str, *, listed: bool = False) -> Iterator[Span]:
        """Yield where an address stands that is nobody's public contact; ``listed``: only recipients'."""
        if "@" not in text:
            return
        for found in _EMAIL.finditer(text):
            address = plain(found.group())
            if found[1].lower() in _NO_DOMAIN or address in self.contacts:
                continue
            if not listed or address in self.addresses:
                yield found.span()


def persons_of(repository: Repository) -> Persons:
    """Gather the people of a repository, and the contacts that may be named."""
    addresses = frozenset(plain(p.email) for p in repository.recipients.values() if p.email)
    return Persons(
        names=_names(repository),
        addresses=addresses,
        contacts=frozenset(_contacts(repository, addresses)),
    )


def _names(repository: Repository) -> dict[str, set[tuple[str, ...]]]:
    official = {
        _words(said)
        for profile in repository.profiles.values()
        for said in (profile.official.by_language.values() if profile.official else ())
    }
    index: dict[str, set[tuple[str, ...]]] = {}
    for person in repository.recipients.values():
        words = _words(person.name or "")
        if len(words) > 1 and words not in official:
            for turn in range(len(words)):
                order = words[turn:] + words[:turn]
                index.setdefault(order[0], set()).add(order)
    return index


def _words(text: str) -> tuple[str, ...]:
    return tuple(plain(word) for word in _WORD.findall(text))


def _contacts(repository: Repository, private: Iterable[str]) -> Iterator[str]:
    """Yield the addresses that are meant to be public; of an assessor only if it is no recipient's."""
    settings = repository.settings
    official = {settings.privacy.contact, settings.accessibility.contact, settings.security.contact}
    for profile in repository.profiles.values():
        official |= {profile.email, profile.parent_org.email if profile.parent_org else None}
    yield from (plain(address) for address in official if address)
    bodies: list[object] = [badge.creator for badge in repository.achievements.values()]
    bodies += [award.source for award in repository.awards]
    for body in bodies:
        if isinstance(body, Organization) and body.email and plain(body.email) not in private:
            yield plain(body.email)


class Places:
    """Turns offsets in a file's text into lines and columns."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def of(self, span: Span) -> Location:
        """Return the place of a part of the text."""
        line = bisect.bisect_right(self._starts, span[0])
        return Location(self._path, line, span[0] - self._starts[line - 1] + 1, span[1] - span[0])
