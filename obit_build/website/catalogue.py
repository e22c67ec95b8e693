"""The catalogue of badges: cards, filters that need no script, and what the search looks through.

A filter is a ``select``. Which cards a chosen value leaves is said by a style sheet that is made
with the site, one rule for each value: so it works where scripts are off, and several filters
narrow each other down. Each value with a meaning of its own (skill, issuer, pathway) also has a
page; the catalogue makes none for mere combinations (decision 0024).
"""

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from obit_build import addresses
from obit_build.centre.frameworks import Entry, in_address
from obit_build.model.achievement import Achievement
from obit_build.strict_json import JsonObject
from obit_build.website.editions import Edition, Link, Meta, Words
from obit_build.website.files import OutputFile, json_file, text_file
from obit_build.website.pages import BadgeView, type_name
from obit_build.website.shared import Shared

_LETTERS = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ł": "l"})


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter, and how many badges have it."""

    value: str
    label: Words
    count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: its values in groups, each with a title or none."""

    name: str
    label: str
    groups: tuple[tuple[str, tuple[Option, ...]], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A card of the catalogue: ``marks`` are the values that it has, as in the style sheet."""

    badge: BadgeView
    marks: str


def marks_of(shared: Shared, badge: Achievement) -> tuple[str, ...]:
    """Return the values of all filters that a badge has: ``level=5``; the same in every language."""
    repository = shared.repository
    issuer = repository.issuer_of(badge)
    pathways = [
        pathway.slug
        for pathway in repository.pathways.values()
        if badge.slug in (*pathway.badges, *pathway.optional, pathway.milestone)
    ]
    languages = [tag for tag, _ in shared.badge_view(badge, shared.editions[0]).languages]
    marks = [f"skill={e.framework}/{e.code}" for e in shared.skills.entries_of(badge)]
    marks += [f"level={badge.eqf_level}"] if badge.eqf_level is not None else []
    marks += [f"type={in_address(badge.achievement_type.removeprefix('ext:'))}"]
    marks += [f"language={tag}" for tag in languages]
    marks += [f"issuer={issuer.slug}"] if issuer else []
    marks += [f"pathway={slug}" for slug in pathways]
    return tuple(marks)


class Catalogue:
    """The catalogue of one site."""

    def __init__(self, shared: Shared) -> None:
        """Work out which badge has which values."""
        self._shared = shared
        self._marks = {slug: marks_of(shared, badge) for slug, badge in shared.badges.items()}
        self._counts: dict[str, int] = {}
        for marks in self._marks.values():
            for mark in marks:
                self._counts[mark] = self._counts.get(mark, 0) + 1

    def page(self, edition: Edition) -> tuple[str, str]:
        """Render the catalogue: (path of the file, HTML)."""
        t, screens = edition.phrases.phrase, self._shared.screens
        meta = Meta(
            path=addresses.BADGES,
            title=t("site.badges"),
            description=t("catalog.lead"),
            section="badges",
            crumbs=(Link("", t("site.home")),),
        )
        values: dict[str, object] = {
            "listed": self.cards(edition),
            "filters": self.filters(edition),
            "styles": addresses.FILTERS,
            "words": addresses.search_file(edition.language),
        }
        return screens.page(edition, "badges.html", meta, values)

    def cards(self, edition: Edition) -> tuple[Listed, ...]:
        """List the badges by name, those that are no longer issued last."""
        views = [self._shared.badge_view(badge, edition) for badge in self._shared.badges.values()]
        views.sort(key=lambda view: (view.status == "retired", plain(str(view.name)), view.slug))
        return tuple(Listed(view, " ".join(self._marks[view.slug])) for view in views)

    def filters(self, edition: Edition) -> tuple[Filter, ...]:
        """List the filters that have a value."""
        t, shared = edition.phrases.phrase, self._shared
        repository = shared.repository
        skills = [
            (
                framework.name,
                [(f"{e.framework}/{e.code}", _entry(e, edition)) for e in framework.covered],
            )
            for framework in shared.skills.frameworks
        ]
        levels = [(str(n), Words(t("catalog.level_value", n=n))) for n in range(1, 9)]
        types = {
            in_address(x.achievement_type.removeprefix("ext:")): Words(
                type_name(x.achievement_type, edition)
            )
            for x in shared.badges.values()
        }
        issuers = {slug: edition.say(x.name) for slug, x in repository.profiles.items()}
        pathways = {slug: edition.say(x.name) for slug, x in repository.pathways.items()}
        languages = [
            (str(tag), edition.words(name, tag)) for tag, name in shared.surroundings.names.items()
        ]
        all_filters = (
            self._filter("skill", t("catalog.skill"), skills),
            self._filter("level", t("badge.eqf"), [("", levels)]),
            self._filter("type", t("catalog.type"), [("", _by_name(types))]),
            self._filter("issuer", t("issuer.issuer"), [("", _by_name(issuers))]),
            self._filter("pathway", t("pathway.pathway"), [("", _by_name(pathways))]),
            self._filter("language", t("site.language"), [("", languages)]),
        )
        return tuple(one for one in all_filters if one.groups)

    def _filter(
        self, name: str, label: str, groups: Sequence[tuple[str, Sequence[tuple[str, Words]]]]
    ) -> Filter:
        found = (
            (
                title,
                tuple(
                    Option(f"{name}={value}", text, self._counts[f"{name}={value}"])
                    for value, text in values
                    if f"{name}={value}" in self._counts
                ),
            )
            for title, values in groups
        )
        return Filter(name, label, tuple((title, options) for title, options in found if options))

    def files(self) -> Iterator[OutputFile]:
        """Yield the filters' style sheet, and what the search looks through, per language."""
        yield text_file(addresses.FILTERS, style_sheet(self._counts))
        for edition in {e.language: e for e in self._shared.editions}.values():
            yield json_file(
                addresses.search_file(edition.language), self.index(edition), "search-index"
            )

    def index(self, edition: Edition) -> JsonObject:
        """Gather the words by which each badge is found in one language."""
        return {
            "language": str(edition.language),
            "badges": {
                slug: self._words(badge, edition) for slug, badge in self._shared.badges.items()
            },
        }

    def _words(self, badge: Achievement, edition: Edition) -> str:
        view = self._shared.badge_view(badge, edition)
        entries = self._shared.skills.entries_of(badge)
        texts: list[object] = [view.name, view.description, view.type, *view.tags]
        texts += [view.issuer.name, view.issuer.place or ""] if view.issuer else []
        texts += [place.pathway.text for place in view.pathways]
        texts += [x for e in entries for x in (edition.say(e.name), _short(e.shown_code))]
        texts += [group.name for group in view.frameworks]
        words = plain(" ".join(map(str, texts))).split()
        return " ".join(dict.fromkeys(words))


def style_sheet(marks: Iterable[str]) -> str:
    """Write one rule for each value: choosing it hides the cards that do not have it."""
    rules = (
        f'.filters:has([value="{mark}"]:checked)~.cards>:not([data-marks~="{mark}"])'
        for mark in sorted(marks)
    )
    return "".join(f"{rule}{{display:none}}\n" for rule in rules)


def plain(text: str) -> str:
    """Reduce a text to what the search compares: small letters and digits, no accents, single spaces.

    The script does the same to what is typed (``templates/assets/search.js``).
    """
    letters = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    kept = (
        c if unicodedata.category(c)[0] in "LN" else " "
        for c in letters
        if unicodedata.category(c)[0] != "M"
    )
    return " ".join("".join(kept).split())


def _by_name(values: dict[str, Words]) -> list[tuple[str, Words]]:
    return sorted(values.items(), key=lambda item: (plain(str(item[1])), item[0]))


def _entry(entry: Entry, edition: Edition) -> Words:
    """Name an entry of a framework with its code."""
    name = edition.say(entry.name)
    code = _short(entry.shown_code)
    return dataclasses.replace(name, text=f"{name} · {code}") if code else name


def _short(code: str) -> str:
    """Leave out codes that only machines can read."""
    longest = 12
    return code if len(code) <= longest else ""
