"""What the pages about badges and issuers show: views made of the repository, per edition.

A view holds texts that are chosen, dates that are written and addresses that are joined; the
templates only arrange them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from obit_build import addresses
from obit_build.keys import did_for
from obit_build.ledger import Ledger
from obit_build.model.achievement import Achievement, Alignment
from obit_build.model.profile import Address, Profile
from obit_build.model.repository import Repository
from obit_build.website.editions import (
    Edition,
    EndorsementView,
    Fact,
    Link,
    Words,
    outside,
    web_address,
)
from obit_build.website.next_badges import NextBadge, next_badges
from obit_build.website.rubrics import Rubric, measures, rubrics

LINKEDIN_ID = "ext:LinkedIn:organizationId"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerView:
    """An issuer, as cards and pages show it."""

    slug: str
    name: Words
    description: Words | None = None
    logo: str = ""
    """Path of the logo on the site, or nothing."""
    logo_alt: str = ""
    place: str = ""
    number: str = ""
    """What an authority registered it under: the first of its identifiers."""
    website: Link | None = None
    email: str | None = None
    did: str = ""
    keys: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    endorsements: tuple[EndorsementView, ...] = ()


@dataclass(frozen=True, slots=True)
class Skill:
    """An entry of a competency framework."""

    name: Words
    link: Link | None
    code: str
    description: Words | None


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework and its entries that a badge points to."""

    name: str
    skills: tuple[Skill, ...]


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
    image_alt: str
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
    frameworks: tuple[Framework, ...] = ()
    rubrics: tuple[Rubric, ...] = ()
    measures: tuple[Fact, ...] = ()
    """What is measured without levels: name, and the value that is needed."""
    tags: tuple[str, ...] = ()
    prerequisites: tuple[Link, ...] = ()
    next: tuple[NextBadge, ...] = ()
    """The badges that one earns after it."""
    endorsements: tuple[EndorsementView, ...] = ()


def issuer_view(
    repository: Repository, ledger: Ledger, profile: Profile, edition: Edition
) -> IssuerView:
    """Show an issuer in one edition."""
    name, t = edition.say(profile.name), edition.phrases.phrase
    address = web_address(profile.url)
    has_logo = logo_source(profile) in repository.files
    caption = profile.image.caption if profile.image else None
    return IssuerView(
        slug=profile.slug,
        name=name,
        description=edition.maybe(profile.description),
        logo=addresses.logo_file(profile.slug, profile.image.file)
        if profile.image and has_logo
        else "",
        logo_alt=str(edition.say(caption)) if caption else t("issuer.logo_alt", name=name),
        place=_town(profile.address),
        number=next(
            (x.identifier for x in profile.other_identifier if x.identifier_type != LINKEDIN_ID), ""
        ),
        website=outside(address) if address else None,
        email=profile.email,
        did=did_for(edition.settings.base, profile.slug),
        keys=ledger.keys_of(profile.slug),
        facts=tuple(_issuer_facts(profile, edition)),
    )


def logo_source(profile: Profile) -> str:
    """Return the path of the issuer's logo in the repository."""
    return f"issuers/{profile.slug}/{profile.image.file}" if profile.image else ""


def _town(address: Address | None) -> str:
    if address is None:
        return ""
    town = address.address_locality or address.address_region
    country = address.address_country_code or address.address_country
    return ", ".join(part for part in (town, country) if part)


def _issuer_facts(profile: Profile, edition: Edition) -> Iterable[Fact]:
    t, a = edition.phrases.phrase, profile.address
    if a is not None:
        box = a.post_office_box_number
        town = " ".join(part for part in (a.postal_code, a.address_locality) if part)
        country = a.address_country or a.address_country_code
        lines = (a.street_address, box, town, a.address_region, country)
        yield Fact(t("issuer.address"), ", ".join(line for line in lines if line))
    if profile.phone:
        yield Fact(t("issuer.phone"), profile.phone)
    if profile.official:
        yield Fact(t("issuer.official"), profile.official)
    if profile.parent_org:
        parent = edition.say(profile.parent_org.name)
        address = web_address(profile.parent_org.url)
        link = outside(address, parent) if address else None
        yield Fact(t("issuer.parent"), parent, link)
    for entry in profile.other_identifier:
        if entry.identifier_type == LINKEDIN_ID:
            continue  # for the link that fills in a form, of no use to a reader
        kind = entry.identifier_type.removeprefix("ext:")
        yield Fact(t("issuer.identifier") if kind == "identifier" else kind, entry.identifier)
    if profile.quality_assurance:
        yield Fact(t("badge.quality"), edition.say(profile.quality_assurance))


def badge_view(
    repository: Repository,
    ledger: Ledger,
    achievement: Achievement,
    edition: Edition,
    *,
    svg: bool,
) -> BadgeView:
    """Show a badge in one edition; ``svg`` tells whether its picture exists as SVG."""
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
        image_alt=str(edition.say(caption)) if caption else t("badge.image_alt", name=name),
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
        frameworks=_frameworks(achievement.alignment, edition),
        rubrics=rubrics(achievement.result_description, edition),
        measures=tuple(measures(achievement.result_description, edition)),
        tags=achievement.tag,
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
        kind = entry.identifier_type.removeprefix("ext:")
        yield Fact(t("issuer.identifier") if kind == "identifier" else kind, entry.identifier)
    yield Fact(t("badge.version"), badge.version)


def _creator(repository: Repository, badge: Achievement, edition: Edition) -> Fact:
    label, who = edition.phrases.phrase("badge.designed_by"), badge.creator
    if isinstance(who, str):
        profile = repository.profiles.get(who)
        return Fact(label, edition.say(profile.name) if profile else who)
    assert who is not None  # noqa: S101 - the caller asked
    name, address = edition.say(who.name), web_address(who.url)
    return Fact(label, name, outside(address, name) if address else None)


def _frameworks(alignments: Sequence[Alignment], edition: Edition) -> tuple[Framework, ...]:
    groups: dict[str, list[Skill]] = {}
    for entry in alignments:
        parts = (entry.target_framework, entry.target_version)
        name = " ".join(part for part in parts if part)
        title, address = edition.say(entry.target_name), web_address(entry.target_url)
        code = " · ".join(part for part in (entry.target_code, entry.target_level) if part)
        skill = Skill(
            title,
            outside(address, title) if address else None,
            code,
            edition.maybe(entry.target_description),
        )
        groups.setdefault(name, []).append(skill)
    return tuple(Framework(name, tuple(skills)) for name, skills in groups.items())


def published_badges(repository: Repository, ledger: Ledger) -> list[Achievement]:
    """List the badges that the site shows: drafts only in a preview; retired ones last."""
    shown = (
        badge
        for badge in repository.achievements.values()
        if badge.status != "draft" or ledger.mode == "preview"
    )
    return sorted(shown, key=lambda badge: (badge.status == "retired", badge.slug))
