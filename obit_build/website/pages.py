"""What the pages about badges show: views made of the repository, per edition.

A view holds texts that are chosen, dates that are written and addresses that are joined; the
templates only arrange them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from obit_build import addresses
from obit_build.centre.frameworks import Skills, readable
from obit_build.ledger.ledger import Ledger
from obit_build.model.achievement import Achievement, Alignment
from obit_build.model.repository import Repository
from obit_build.strict_json import JsonObject
from obit_build.website.editions import (
    Edition,
    EndorsementView,
    Fact,
    Link,
    LinkPicture,
    Words,
    outside,
    web_address,
)
from obit_build.website.issuer_pages import IssuerView, issuer_view, kind_of_identifier
from obit_build.website.next_badges import NextBadge, next_badges
from obit_build.website.rubrics import Rubric, measures, rubrics


@dataclass(frozen=True, slots=True)
class Skill:
    """An entry of a competency framework."""

    name: Words
    link: Link | None
    """Its official page."""
    code: str
    description: Words | None
    page: str = ""
    """Path of its page on this site, if it has one."""


@dataclass(frozen=True, slots=True)
class SkillGroup:
    """A framework and its entries that a badge points to."""

    name: str
    skills: tuple[Skill, ...]
    page: str = ""
    """Path of the framework's page on this site, if it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayPlace:
    """Where a badge stands on a pathway, and what comes beside and after it."""

    pathway: Link
    position: str
    beside: tuple[Link, ...] = ()
    """The other badges of its step, where their order is free."""
    then: tuple[Link, ...] = ()
    """The badges that come next; none after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeView:
    """A badge, as cards, badge pages and award pages show it."""

    slug: str
    version: str
    name: Words
    description: Words
    image: str
    """Path of the picture on the site, or nothing."""
    image_png: str = ""
    has_svg: bool = False
    image_alt: Words
    poster: str = ""
    """Path of its poster; only the present version has one."""
    data: JsonObject | None = None
    """What its page says to search engines."""
    type: str
    status: str = "active"
    issuer: IssuerView | None = None
    hours: str = ""
    criteria: Words | None = None
    criteria_link: Link | None = None
    claimed: bool = False
    assessed: tuple[Fact, ...] = ()
    """How it is assessed: what an employer asks first."""
    size: tuple[Fact, ...] = ()
    """Its workload, level and credits."""
    facts: tuple[Fact, ...] = ()
    frameworks: tuple[SkillGroup, ...] = ()
    rubrics: tuple[Rubric, ...] = ()
    measures: tuple[Fact, ...] = ()
    """What is measured without levels: name, and the value that is needed."""
    tags: tuple[Words, ...] = ()
    prerequisites: tuple[Link, ...] = ()
    next: tuple[NextBadge, ...] = ()
    """The badges that one earns after it."""
    endorsements: tuple[EndorsementView, ...] = ()
    leads_to: tuple[Link, ...] = ()
    """The badges that ask for this one first."""
    related: tuple[Link, ...] = ()
    """Its like on other sites."""
    pathways: tuple[PathwayPlace, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    """(tag, own name) of each language in which the badge exists."""
    former: tuple[Link, ...] = ()
    """The definitions of earlier versions that awards were made in: machine files."""
    awarded: str = ""
    """About how often it was awarded; nothing where the number could point at people."""

    @property
    def link_picture(self) -> LinkPicture:
        """What stands for the badge beside links to it: its poster, else its picture."""
        if not self.poster:
            return LinkPicture(self.image_png, str(self.image_alt))
        said = (self.name, self.issuer.name if self.issuer else "")
        return LinkPicture(self.poster, " · ".join(str(x) for x in said if x), is_poster=True)


def badge_view(
    repository: Repository,
    ledger: Ledger,
    achievement: Achievement,
    edition: Edition,
    *,
    svg: bool,
    skills: Skills,
) -> BadgeView:
    """Show a badge in one edition; ``svg`` tells whether its picture exists as SVG.

    ``skills`` knows which entries of frameworks have pages.
    """
    t = edition.phrases.phrase
    name, version = edition.say(achievement.name), achievement.version
    issuer = repository.issuer_of(achievement)
    caption = achievement.image.caption
    criteria_url = web_address(achievement.criteria.url)
    return BadgeView(
        slug=achievement.slug,
        version=version,
        name=name,
        description=edition.say(achievement.description),
        image=addresses.badge_image(achievement.slug, version, "svg" if svg else "png"),
        image_png=addresses.badge_image(achievement.slug, version, "png"),
        has_svg=svg,
        image_alt=edition.say(caption) if caption else Words(t("badge.image_alt", name=name)),
        type=type_name(achievement.achievement_type, edition),
        status=achievement.status,
        issuer=issuer_view(repository, ledger, issuer, edition) if issuer else None,
        hours=_hours(achievement, edition),
        criteria=edition.say(achievement.criteria.narrative),
        criteria_link=outside(criteria_url) if criteria_url else None,
        claimed=achievement.recognition == "claimed",
        assessed=tuple(_assessment(achievement, edition)),
        size=tuple(_size(achievement, edition)),
        facts=tuple(_badge_facts(repository, achievement, edition)),
        frameworks=_frameworks(achievement.alignment, edition, skills),
        rubrics=rubrics(achievement.result_description, edition),
        measures=tuple(measures(achievement.result_description, edition)),
        tags=tuple(edition.say(tag) for tag in achievement.tag),
        prerequisites=tuple(_prerequisites(repository, achievement, edition)),
        next=next_badges(repository, achievement.slug, edition),
    )


def _hours(achievement: Achievement, edition: Edition) -> str:
    hours = achievement.hours
    if not hours:
        return ""
    return edition.phrases.count("badge.hours_value", hours, n=edition.number(hours))


def type_name(term: str, edition: Edition) -> str:
    """Say an achievement type: a word of the standard, or what follows ``ext:``."""
    key = f"badge.type.{term}"
    if term.startswith("ext:") and not edition.phrases.has(key):
        return term.removeprefix("ext:")
    return edition.phrases.phrase(key)


def _prerequisites(
    repository: Repository, achievement: Achievement, edition: Edition
) -> Iterable[Link]:
    for slug in achievement.prerequisites:
        other = repository.achievements.get(slug)
        if other is not None:
            yield Link(addresses.badge_page(slug), edition.say(other.name))


def _assessment(badge: Achievement, edition: Edition) -> Iterable[Fact]:
    t = edition.phrases.phrase
    if badge.assessment:
        yield Fact(t("badge.how_assessed"), edition.say(badge.assessment))
    if badge.supervision:
        yield Fact(t("badge.supervision"), edition.say(badge.supervision))


def _size(badge: Achievement, edition: Edition) -> Iterable[Fact]:
    t = edition.phrases.phrase
    if hours := _hours(badge, edition):
        yield Fact(t("badge.hours"), hours)
    if badge.eqf_level is not None:
        yield Fact(t("badge.eqf"), str(badge.eqf_level), note=t("badge.eqf_indicative"))
    if badge.credits_available is not None:
        yield Fact(t("badge.ects"), edition.number(badge.credits_available))


def _badge_facts(repository: Repository, badge: Achievement, edition: Edition) -> Iterable[Fact]:
    t = edition.phrases.phrase
    duration = badge.expires or edition.settings.defaults.expires
    yield Fact(
        t("badge.validity"), edition.duration(duration) if duration else t("badge.validity_none")
    )
    texts = (
        (t("badge.participation_form"), badge.participation),
        (t("badge.quality"), badge.quality_assurance),
        (t("badge.field_of_study"), badge.field_of_study),
        (t("badge.specialization"), badge.specialization),
    )
    for label, text in texts:
        if text:
            yield Fact(label, edition.say(text))
    if badge.human_code:
        yield Fact(t("badge.course_code"), badge.human_code)
    if badge.creator:
        yield _creator(repository, badge, edition)
    for entry in badge.other_identifier:
        yield Fact(kind_of_identifier(entry.identifier_type, edition), entry.identifier)
    yield Fact(t("badge.version"), badge.version)


def _creator(repository: Repository, badge: Achievement, edition: Edition) -> Fact:
    label, who = edition.phrases.phrase("badge.designed_by"), badge.creator
    if isinstance(who, str):
        profile = repository.profiles.get(who)
        return Fact(label, edition.say(profile.name) if profile else who)
    assert who is not None  # noqa: S101 - the caller asked
    name, address = edition.say(who.name), web_address(who.url)
    return Fact(label, name, outside(address, name) if address else None)


def _frameworks(
    alignments: Sequence[Alignment], edition: Edition, skills: Skills
) -> tuple[SkillGroup, ...]:
    groups: dict[tuple[str, str], list[Skill]] = {}
    for alignment in alignments:
        parts = (alignment.target_framework, alignment.target_version)
        name = " ".join(part for part in parts if part)
        entry = skills.entry_of(alignment)
        page = addresses.framework_page(entry.framework) if entry else ""
        groups.setdefault((name, page), []).append(
            _skill(alignment, edition, entry.page if entry else "")
        )
    return tuple(SkillGroup(name, tuple(found), page) for (name, page), found in groups.items())


def _skill(alignment: Alignment, edition: Edition, page: str) -> Skill:
    title, address = edition.say(alignment.target_name), web_address(alignment.target_url)
    is_ours = addresses.is_of_frameworks(edition.settings, alignment.target_url)
    parts = (readable(alignment.target_code or ""), alignment.target_level)
    code = " · ".join(part for part in parts if part)
    return Skill(
        title,
        outside(address, title) if address and not (page and is_ours) else None,
        code,
        edition.maybe(alignment.target_description),
        page,
    )


def published_badges(repository: Repository, ledger: Ledger) -> list[Achievement]:
    """List the badges that the site shows: drafts only in a preview; retired ones last."""
    shown = (
        badge
        for badge in repository.achievements.values()
        if badge.status != "draft" or ledger.mode == "preview"
    )
    return sorted(shown, key=lambda badge: (badge.status == "retired", badge.slug))
