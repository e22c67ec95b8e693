"""The pages about skills: frameworks, their entries, and which badge leads to which of them."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obit_build import addresses, prose
from obit_build.centre.frameworks import Entry, ListedFramework
from obit_build.website.editions import Edition, Fact, Link, Meta, Words, outside, web_address
from obit_build.website.pages import BadgeView
from obit_build.website.shared import Shared

MAX_DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class BadgeFor:
    """A badge that leads to an entry, and at which levels of it."""

    badge: BadgeView
    levels: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry of a framework, as lists and pages show it."""

    page: str
    code: str
    name: Words
    description: Words | None
    names: tuple[tuple[str, Words], ...]
    """Its name in the other languages: (the language's own name, name)."""
    official: tuple[Link, ...]
    badges: tuple[BadgeFor, ...]
    levels: Mapping[str, str]
    """Its row in the table: badge → the levels, empty where none is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkView:
    """A framework, as lists and pages show it."""

    page: str
    name: str
    title: Words | None
    description: Words | None
    facts: tuple[Fact, ...]
    link: Link | None
    entries: tuple[EntryView, ...]

    @property
    def covered(self) -> tuple[EntryView, ...]:
        """The entries that a badge leads to."""
        return tuple(entry for entry in self.entries if entry.badges)

    @property
    def gaps(self) -> tuple[EntryView, ...]:
        """The entries that no badge leads to."""
        return tuple(entry for entry in self.entries if not entry.badges)


def pages(shared: Shared, edition: Edition) -> Iterator[tuple[str, str]]:
    """Render the pages about skills: (path of the file, HTML); none where no framework is named."""
    views = [framework_view(shared, edition, x) for x in shared.skills.frameworks]
    if not views:
        return
    t, screens = edition.phrases.phrase, shared.screens
    home, all_skills = Link("", t("site.home")), Link(addresses.FRAMEWORKS, t("site.skills"))
    yield screens.page(
        edition,
        "frameworks.html",
        Meta(
            path=addresses.FRAMEWORKS,
            title=t("site.skills"),
            description=t("skill.lead"),
            section="skills",
            crumbs=(home,),
        ),
        {"frameworks": views, "columns": _columns(shared, edition)},
    )
    for view in views:
        meta = Meta(
            path=view.page,
            title=view.name,
            description=_short(str(view.description or view.title or view.name)),
            section="skills",
            crumbs=(home, all_skills),
        )
        yield screens.page(edition, "framework.html", meta, {"framework": view})
        for entry in view.entries:
            name = " · ".join(x for x in (entry.code, str(entry.name)) if x)
            meta = Meta(
                path=entry.page,
                title=dataclasses.replace(entry.name, text=f"{name} ({view.name})"),
                description=_short(str(entry.description or entry.name)),
                section="skills",
                crumbs=(home, all_skills, Link(view.page, view.name)),
            )
            yield screens.page(edition, "skill.html", meta, {"framework": view, "skill": entry})


def _columns(shared: Shared, edition: Edition) -> tuple[BadgeView, ...]:
    """List the badges that lead to any entry: the columns of the table of all skills."""
    leading = {b.badge for x in shared.skills.frameworks for e in x.entries for b in e.badges}
    badges = (badge for slug, badge in shared.badges.items() if slug in leading)
    return tuple(shared.badge_view(badge, edition) for badge in badges)


def framework_view(shared: Shared, edition: Edition, framework: ListedFramework) -> FrameworkView:
    """Show a framework with its entries and the badges that lead to them."""
    file = framework.file
    official = web_address(file.url) if file else None
    return FrameworkView(
        page=framework.page,
        name=framework.name,
        title=edition.maybe(file.title) if file else None,
        description=edition.maybe(file.description) if file else None,
        facts=tuple(_facts(framework, edition)),
        link=outside(official, edition.phrases.phrase("skill.official")) if official else None,
        entries=tuple(_entry_view(shared, edition, entry) for entry in framework.entries),
    )


def _facts(framework: ListedFramework, edition: Edition) -> Iterator[Fact]:
    t, file = edition.phrases.phrase, framework.file
    if file:
        yield Fact(t("skill.publisher"), edition.say(file.publisher))
    if framework.versions:
        yield Fact(t("skill.edition"), ", ".join(framework.versions))
    if file:
        address, licence = web_address(file.licence_url), edition.say(file.licence)
        yield Fact(t("skill.licence"), licence, outside(address) if address else None)


def _entry_view(shared: Shared, edition: Edition, entry: Entry) -> EntryView:
    levels = {one.badge: ", ".join(one.levels) for one in entry.badges}
    name = edition.say(entry.name)
    shown = name.language or edition.language
    others = {
        language: edition.words(text, language)
        for language, text in entry.name.by_language.items()
        if language != shown
    }
    names = shared.surroundings.names
    official = (web_address(address) for address in entry.official)
    return EntryView(
        page=entry.page,
        code=entry.shown_code,
        name=name,
        description=edition.maybe(entry.description),
        names=tuple((names.get(language, language), words) for language, words in others.items()),
        official=tuple(outside(address) for address in official if address),
        badges=tuple(
            BadgeFor(shared.badge_view(shared.badges[slug], edition), said)
            for slug, said in levels.items()
        ),
        levels=levels,
    )


def _short(text: str) -> str:
    return prose.to_words(text, MAX_DESCRIPTION)
