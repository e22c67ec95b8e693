"""What is checked in a badge's file: whom it refers to, its version, its length of validity."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import re
from collections.abc import Iterator
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from obit_build import durations
from obit_build.checks.finding import (
    Finding,
    Record,
    badge_slugs,
    issuer_slugs,
    place_of,
    repeated,
    suggestion,
)
from obit_build.credentials.achievements import achievement_languages
from obit_build.model.achievement import Achievement
from obit_build.model.repository import Repository
from obit_build.model.words import Duration, Slug
from obit_build.problems import Location
from obit_build.reading.kinds import VERSION

HIGHEST_EQF_LEVEL = 8
LONGEST_YEARS = 100
# Names with a meaning of their own for Windows, web servers or Git (threat T34).
RESERVED = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        "index",
        "default",
        "static",
        "assets",
        "git",
        "github",
        "well-known",
        "new",
        "none",
        "null",
        "undefined",
    ]
) | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
_HTML = re.compile(r"<(?!https?://|mailto:)/?[A-Za-z][^<>]{0,200}>|<!--")
_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`", re.DOTALL)


def name_is_not_reserved(repository: Repository) -> Iterator[Finding]:
    """A badge's, issuer's, pathway's or framework's name is not one that computers keep.

    A folder named `con` or `aux` can't be made on Windows; `index` would hide the list of all
    badges.
    """
    for slug in badge_slugs(repository):
        if slug in RESERVED:
            yield Finding(
                Location(f"badges/{slug}/badge.yaml"),
                f'a badge can\'t be called "{slug}"',
                "rename its folder",
            )
    for slug in issuer_slugs(repository):
        if slug in RESERVED:
            yield Finding(
                Location(f"issuers/{slug}/issuer.yaml"),
                f'an issuer can\'t be called "{slug}"',
                "rename its folder",
            )
    for slug in sorted(repository.pathways):
        if slug in RESERVED:
            yield Finding(
                Location(f"pathways/{slug}.yaml"),
                f'a pathway can\'t be called "{slug}"',
                "rename its file",
            )
    for slug in sorted(repository.frameworks):
        if slug in RESERVED:
            yield Finding(
                Location(f"frameworks/{slug}.yaml"),
                f'a framework can\'t be called "{slug}"',
                "rename its file",
            )


def badge_has_an_issuer(repository: Repository) -> Iterator[Finding]:
    """A badge has exactly one issuer.

    Where there are several, each badge names its own, or obit.yaml names the default.
    """
    known = issuer_slugs(repository)
    for badge in repository.achievements.values():
        if badge.issuer or repository.settings.defaults.issuer or len(known) == 1:
            continue
        if known:
            message = f"there are {len(known)} issuers and the badge names none"
            fix = f"add a line issuer: ... with one of: {', '.join(known)}"
        else:
            message, fix = "there is no issuer", "add issuers/<name>/issuer.yaml"
        yield Finding(badge.location, message, fix)


def badge_names_a_known_issuer(repository: Repository) -> Iterator[Finding]:
    """The issuer that a badge names is a folder of issuers/.

    Only an issuer with a page and a key can sign.
    """
    known = issuer_slugs(repository)
    for badge in repository.achievements.values():
        if badge.issuer is not None and badge.issuer not in known:
            yield Finding(
                place_of(badge, "issuer"),
                f'there is no issuer "{badge.issuer}"',
                suggestion(badge.issuer, known, f"add issuers/{badge.issuer}/issuer.yaml"),
            )


def creator_is_known(repository: Repository) -> Iterator[Finding]:
    """The creator that a badge names is a folder of issuers/.

    An organisation that issues nothing here is written as a map: `creator: {name: ...}`.
    """
    known = issuer_slugs(repository)
    for badge in repository.achievements.values():
        if isinstance(badge.creator, Slug) and badge.creator not in known:
            yield Finding(
                place_of(badge, "creator"),
                f'there is no issuer "{badge.creator}"',
                suggestion(
                    badge.creator,
                    known,
                    f"write creator: {{name: {badge.creator}}} for an organisation that issues nothing here",
                ),
            )


def prerequisite_is_known(repository: Repository) -> Iterator[Finding]:
    """A prerequisite is a badge of this repository.

    Its page links to it.
    """
    known = badge_slugs(repository)
    for badge in repository.achievements.values():
        for slug in badge.prerequisites:
            if slug not in known:
                yield Finding(
                    place_of(badge, "prerequisites"),
                    f'there is no badge "{slug}"',
                    suggestion(
                        slug, known, f"add badges/{slug}/badge.yaml, or remove it from the list"
                    ),
                )


def prerequisites_run_in_no_circle(repository: Repository) -> Iterator[Finding]:
    """Prerequisites don't run in a circle.

    Nobody could begin with a badge that, in the end, asks for itself.
    """
    badges = repository.achievements
    graph = {slug: sorted(set(badge.prerequisites) & set(badges)) for slug, badge in badges.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1][:-1]  # the last is the first again; each is needed by the next
        start = circle.index(min(circle))
        path = list(reversed(circle[start + 1 :] + circle[: start + 1]))
        yield Finding(
            place_of(badges[path[0]], "prerequisites"),
            f"these prerequisites run in a circle: {' needs '.join([*path, path[0]])}",
            "remove one of them",
        )


def version_is_plain(repository: Repository) -> Iterator[Finding]:
    """A version is plain.

    It becomes part of an address: letters, digits, dots, hyphens and underscores, at most 32,
    beginning with a letter or a digit.
    """
    versioned: list[tuple[Record, str]] = [
        (badge, badge.version) for badge in repository.achievements.values()
    ]
    odd = {v for v in {a.key.version for a in repository.awards} if not VERSION.fullmatch(v)}
    of_files = (award for award in repository.awards if award.key.version in odd)
    versioned += [(award, award.key.version) for award in of_files if "version" in award.locations]
    for record, version in versioned:
        if not VERSION.fullmatch(version):
            yield Finding(
                place_of(record, "version"),
                "this version can't be part of an address",
                "write it like 1, 2.0 or 2026-09",
            )


def related_badge_is_named(repository: Repository) -> Iterator[Finding]:
    """A related badge is named by its version or its address.

    `related: ["1"]` names a former version of this badge; `url` names a badge of another site.
    """
    for badge in repository.achievements.values():
        for related in badge.related:
            if related.version is None and related.url is None:
                yield Finding(
                    related.location,
                    "this does not say which badge is related",
                    "add version, or url for a badge of another site",
                )


def former_version_is_a_former_one(repository: Repository) -> Iterator[Finding]:
    """A former version of a badge is not its present one.

    It is written as it was written then, since it is part of an address.
    """
    for badge in repository.achievements.values():
        for related in badge.related:
            version, at = related.version, place_of(related, "version")
            if version is None or related.url is not None:
                continue
            if version == badge.version:
                yield Finding(
                    at,
                    f'"{version}" is the present version of this badge',
                    "name a former version, or remove the line",
                )
            elif not VERSION.fullmatch(version):
                yield Finding(
                    at,
                    "this can't have been a version of the badge",
                    "write it as it was, like 1, 2.0 or 2026-09",
                )


def eqf_level_exists(repository: Repository) -> Iterator[Finding]:
    """An EQF level is a number from 1 to 8.

    The European Qualifications Framework has eight levels.
    """
    for badge in repository.achievements.values():
        if badge.eqf_level is not None and not 1 <= badge.eqf_level <= HIGHEST_EQF_LEVEL:
            yield Finding(
                place_of(badge, "eqf_level"),
                f"the European Qualifications Framework has no level {badge.eqf_level}",
                "write a number from 1 to 8, or remove the field",
            )


def _keywords(repository: Repository, badge: Achievement) -> Iterator[list[str]]:
    """Yield a badge's keywords as each of its languages has them."""
    default = repository.settings.default_language
    for language in achievement_languages(repository.settings, badge):
        yield [tag.text(language, language.split("-")[0], default) for tag in badge.tag]


def tags_sort_alike(repository: Repository) -> Iterator[Finding]:
    """Keywords sort alike in every program.

    What is signed is sorted first. Widespread programs put emoji before rare letter forms, the
    standard puts them after, so that a signature over both would fail elsewhere.
    """
    for badge in repository.achievements.values():
        if any(
            sorted(tags) != sorted(tags, key=lambda tag: tag.encode("utf-16-be"))
            for tags in _keywords(repository, badge)
        ):
            yield Finding(
                place_of(badge, "tag"),
                "programs would sort these keywords differently",
                "leave the emoji out, or write the other keyword with ordinary letters",
            )


def tag_is_given_once(repository: Repository) -> Iterator[Finding]:
    """A keyword is given once.

    Capitals don't make another keyword.
    """
    for badge in repository.achievements.values():
        twice = {
            tags[position]: None
            for tags in _keywords(repository, badge)
            for position in repeated(tag.casefold() for tag in tags)
        }
        for tag in twice:
            yield Finding(
                place_of(badge, "tag"),
                f'the keyword "{tag}" is given twice',
                "remove one of the two",
                "warning",
            )


def amount_is_not_negative(repository: Repository) -> Iterator[Finding]:
    """An amount is not negative.

    Hours, credits and weights count from nought.
    """
    for badge in repository.achievements.values():
        for name in ("hours", "credits_available"):
            value: Decimal | None = getattr(badge, name)
            if value is not None and value < 0:
                yield Finding(
                    place_of(badge, name), f"{name} is {value}", "write a number from 0 up"
                )
        for description in badge.result_description:
            if description.weight is not None and description.weight < 0:
                yield Finding(
                    place_of(description, "weight"),
                    f"weight is {description.weight}",
                    "write a number from 0 up",
                )
    for pathway in repository.pathways.values():
        if pathway.hours is not None and pathway.hours < 0:
            yield Finding(
                place_of(pathway, "hours"), f"hours is {pathway.hours}", "write a number from 0 up"
            )
    for award in repository.awards:
        if award.credits_earned is not None and award.credits_earned < 0:
            yield Finding(
                place_of(award, "credits_earned"),
                f"credits_earned is {award.credits_earned}",
                "write a number from 0 up",
            )


def duration_is_sensible(repository: Repository) -> Iterator[Finding]:
    """A duration is between a day and a hundred years.

    `P0D` would make a badge that is never valid. For a badge that never expires, leave
    `expires` out.
    """
    settings = repository.settings
    given: list[tuple[Location, Duration | None]] = [
        (settings.defaults.location, settings.defaults.expires),
        (settings.privacy.location, settings.privacy.retention),
    ]
    given += [
        (place_of(badge, "expires"), badge.expires) for badge in repository.achievements.values()
    ]
    for at, duration in given:
        if duration is None:
            continue
        length = durations.parts(duration)
        days = length["weeks"] * 7 + length["days"] + length["hours"] // 24
        years = length["years"] + length["months"] / 12 + days / 365.25
        if not days and not years:
            yield Finding(
                at,
                f"{duration} is less than a day",
                "write P3Y for three years, or remove the field",
            )
        elif years > LONGEST_YEARS:
            yield Finding(
                at,
                f"{duration} is more than a hundred years",
                "remove the field for a badge that never expires",
            )


def markdown_has_no_html(repository: Repository) -> Iterator[Finding]:
    """Markdown holds no HTML.

    HTML is shown as it was typed, because what it does can't be trusted. Markdown has headings,
    lists, tables, links, **bold** and *italic*.
    """
    for badge in repository.achievements.values():
        texts = badge.criteria.narrative.by_language
        if any(_HTML.search(_CODE.sub("", text)) for text in texts.values()):
            yield Finding(
                place_of(badge, "criteria"),
                "the criteria hold HTML, which is shown as it is typed",
                "write it in Markdown; code goes between backticks",
                "warning",
            )
