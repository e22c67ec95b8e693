"""Alignments → skills: which entries of which frameworks the badges lead to.

An alignment belongs to a framework by its address, if that is one of this site's own pages, else by
the framework's name; a file in ``frameworks/`` adds source, licence, languages, and entries that no
badge leads to yet. A framework that only alignments speak of is made from what they say.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from obit_build import addresses
from obit_build.model.achievement import Achievement, Alignment
from obit_build.model.framework import Framework, FrameworkEntry
from obit_build.model.repository import Repository
from obit_build.model.words import Text
from obit_build.reading.kinds import slug_like

MAX_READABLE = 24
"""Longer codes are shown nowhere: they are UUIDs and the like, and the address says them too."""

At = tuple[str, str]
"""Framework and code, as they stand in an address."""


@dataclass(frozen=True, slots=True)
class SkillOf:
    """A badge that leads to an entry, and at which levels of the entry, if it says so."""

    badge: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a framework, with the badges that lead to it."""

    framework: str
    code: str
    """As it stands in the address."""
    shown_code: str
    """As the framework writes it; nothing where the framework has no codes."""
    name: Text
    description: Text | None
    official: tuple[str, ...]
    """Its addresses outside this site."""
    badges: tuple[SkillOf, ...]

    @property
    def page(self) -> str:
        """Path of its page."""
        return addresses.entry_page(self.framework, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFramework:
    """A framework with its entries: those of its file in their order, then the others by code."""

    slug: str
    name: str
    file: Framework | None
    versions: tuple[str, ...]
    """The editions that its file and the alignments name."""
    entries: tuple[Entry, ...]

    @property
    def page(self) -> str:
        """Path of its page."""
        return addresses.framework_page(self.slug)

    @property
    def covered(self) -> tuple[Entry, ...]:
        """The entries that a badge leads to."""
        return tuple(entry for entry in self.entries if entry.badges)


@dataclass(slots=True)
class _Found:
    """What is known of one entry so far."""

    listed: FrameworkEntry | None = None
    said: list[Alignment] = field(default_factory=list)
    levels: dict[str, list[str]] = field(default_factory=dict)


class Skills:
    """All entries of all frameworks that a site's badges or its files name."""

    def __init__(self, repository: Repository, badges: Iterable[Achievement]) -> None:
        """Gather the entries; ``badges`` are those that the site shows, in their order."""
        self._settings = repository.settings
        self._files = repository.frameworks
        self._slugs = {file.name.casefold(): slug for slug, file in self._files.items()}
        found: dict[str, dict[str, _Found]] = {}
        for slug, file in self._files.items():
            found[slug] = {entry.code: _Found(listed=entry) for entry in file.entries}
        for badge in badges:
            for alignment in alignments_of(badge):
                if at := self.at(alignment):
                    one = found.setdefault(at[0], {}).setdefault(at[1], _Found())
                    one.said.append(alignment)
                    levels = one.levels.setdefault(badge.slug, [])
                    if alignment.target_level and alignment.target_level not in levels:
                        levels.append(alignment.target_level)
        self.frameworks = tuple(self._framework(slug, found[slug]) for slug in sorted(found))
        self._entries: dict[At | None, Entry] = {
            (entry.framework, entry.code): entry
            for framework in self.frameworks
            for entry in framework.entries
        }

    def entry_of(self, alignment: Alignment) -> Entry | None:
        """Return the entry that an alignment leads to, if it has a page."""
        return self._entries.get(self.at(alignment))

    def entries_of(self, badge: Achievement) -> tuple[Entry, ...]:
        """Return the entries that a badge leads to, each once."""
        at = dict.fromkeys(self.at(alignment) for alignment in alignments_of(badge))
        return tuple(self._entries[one] for one in at if one in self._entries)

    def at(self, alignment: Alignment) -> At | None:
        """Return where an alignment belongs; nothing if it names no framework."""
        own = addresses.entry_at(self._settings, alignment.target_url)
        if own is not None:
            return own
        framework = alignment.target_framework
        if not framework:
            return None
        slug = self._slugs.get(framework.casefold()) or slug_like(framework) or _digest(framework)
        return slug, self._code(slug, alignment)

    def _code(self, slug: str, alignment: Alignment) -> str:
        if alignment.target_code:
            return in_address(alignment.target_code)
        names = [_from_name(name) for name in alignment.target_name.by_language.values()]
        listed = {entry.code for entry in self._files[slug].entries} if slug in self._files else ()
        known = next((name for name in names if name in listed), None)
        return known or _from_name(alignment.target_name.text("en"))

    def _framework(self, slug: str, found: dict[str, _Found]) -> ListedFramework:
        file = self._files.get(slug)
        said = [alignment for one in found.values() for alignment in one.said]
        versions = [file.version] if file else []
        versions += [x.target_version for x in said if x.target_version]
        listed = [code for code, one in found.items() if one.listed]
        others = sorted(found.keys() - set(listed), key=lambda code: (code.casefold(), code))
        name = file.name if file else next((x.target_framework for x in said), None)
        return ListedFramework(
            slug=slug,
            name=name or slug,
            file=file,
            versions=tuple(dict.fromkeys(versions)),
            entries=tuple(self._entry(slug, code, found[code]) for code in (*listed, *others)),
        )

    def _entry(self, slug: str, code: str, one: _Found) -> Entry:
        names = _together(
            [one.listed.name] if one.listed else [], (x.target_name for x in one.said)
        )
        descriptions = _together(
            [one.listed.description] if one.listed else [], (x.target_description for x in one.said)
        )
        written = next((x.target_code for x in one.said if x.target_code), None)
        shown = written or (one.listed.code if one.listed else "")
        if shown in {slug_like(name) for name in names.values()}:
            shown = ""  # made from the name, for a framework without codes
        shown = readable(shown)
        addresses_elsewhere = [one.listed.url] if one.listed and one.listed.url else []
        addresses_elsewhere += [x.target_url for x in one.said if not self._is_own(x.target_url)]
        return Entry(
            framework=slug,
            code=code,
            shown_code=shown,
            name=Text(names),
            description=Text(descriptions) if descriptions else None,
            official=tuple(dict.fromkeys(addresses_elsewhere)),
            badges=tuple(SkillOf(badge, tuple(levels)) for badge, levels in one.levels.items()),
        )

    def _is_own(self, address: str) -> bool:
        return addresses.is_of_frameworks(self._settings, address)


def readable(code: str) -> str:
    """Return a code as people are shown it: nothing where it is for machines alone, as a UUID is."""
    return code if len(code) <= MAX_READABLE else ""


def alignments_of(badge: Achievement) -> Iterator[Alignment]:
    """Yield a badge's alignments, and those of what it measures."""
    yield from badge.alignment
    for description in badge.result_description:
        yield from description.alignment
        for level in description.rubric_criterion_level:
            yield from level.alignment


def in_address(code: str) -> str:
    """Return a code as it stands in an address: itself, or something plain that is its alone."""
    if addresses.PLAIN_CODE.fullmatch(code):
        return code
    return "-".join(part for part in (slug_like(code), _digest(code)) if part)


def _from_name(name: str) -> str:
    return in_address(slug_like(name) or name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _together(first: Iterable[Text | None], more: Iterable[Text | None]) -> dict[str, str]:
    """Lay texts over each other; the first that knows a language says it."""
    known: dict[str, str] = {}
    for text in (*first, *more):
        if text is not None:
            for language, words in text.by_language.items():
                known.setdefault(language, words)
    return known
