"""The pages about pathways: the steps, which badges they need, and what crowns them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from obit_build import addresses, prose
from obit_build.model.pathway import Pathway
from obit_build.website.editions import Edition, Link, Meta, Words
from obit_build.website.pages import BadgeView
from obit_build.website.shared import Shared

MAX_DESCRIPTION = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a pathway."""

    title: Words
    note: str
    """Whether its badges come in an order; nothing for one badge."""
    badges: tuple[BadgeView, ...]
    in_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayView:
    """A pathway, as its page and the list of pathways show it."""

    page: str
    name: Words
    description: Words
    audience: Words | None
    hours: str
    rule: str
    """Which of the badges are needed."""
    steps: tuple[StepView, ...]
    milestone: BadgeView | None
    optional: tuple[BadgeView, ...]
    issuers: tuple[Link, ...]
    """Who issues the badges on the way."""
    needed: int
    """How many badges stand on the way."""


def pages(shared: Shared, edition: Edition) -> Iterator[tuple[str, str]]:
    """Render the pages about pathways: (path of the file, HTML); none where there is no pathway."""
    views = [pathway_view(shared, edition, x) for x in shared.repository.pathways.values()]
    if not views:
        return
    t, screens = edition.phrases.phrase, shared.screens
    home = Link("", t("site.home"))
    meta = Meta(
        path=addresses.PATHWAYS,
        title=t("site.pathways"),
        description=t("pathway.lead"),
        section="pathways",
        crumbs=(home,),
    )
    yield screens.page(edition, "pathways.html", meta, {"pathways": views})
    for view in views:
        meta = Meta(
            path=view.page,
            title=view.name,
            description=prose.to_words(str(view.description), MAX_DESCRIPTION),
            section="pathways",
            crumbs=(home, Link(addresses.PATHWAYS, t("site.pathways"))),
        )
        yield screens.page(edition, "pathway.html", meta, {"pathway": view})


def pathway_view(shared: Shared, edition: Edition, pathway: Pathway) -> PathwayView:
    """Show a pathway; a badge that the site does not show (a draft) is left out."""
    steps = [step for step in pathway.steps if set(step.badges) - {pathway.milestone}]
    crown = _views(shared, edition, (pathway.milestone,) if pathway.milestone else ())
    every = (*_views(shared, edition, pathway.badges), *crown)
    issuers = {
        badge.issuer.slug: Link(addresses.issuer_page(badge.issuer.slug), badge.issuer.name)
        for badge in every
        if badge.issuer
    }
    return PathwayView(
        page=addresses.pathway_page(pathway.slug),
        name=edition.say(pathway.name),
        description=edition.say(pathway.description),
        audience=edition.maybe(pathway.audience),
        hours=edition.phrases.count(
            "badge.hours_value", pathway.hours, n=edition.number(pathway.hours)
        )
        if pathway.hours
        else "",
        rule=_rule(pathway, edition),
        steps=tuple(
            StepView(
                title=edition.say(step.title),
                note=_order(len(step.badges), edition, any_order=step.any_order),
                badges=_views(shared, edition, step.badges),
                in_order=not step.any_order,
            )
            for step in steps
        ),
        milestone=crown[0] if crown else None,
        optional=_views(shared, edition, pathway.optional),
        issuers=tuple(issuers.values()),
        needed=len(pathway.badges),
    )


def _views(shared: Shared, edition: Edition, slugs: Iterable[str]) -> tuple[BadgeView, ...]:
    return tuple(
        shared.badge_view(shared.badges[slug], edition) for slug in slugs if slug in shared.badges
    )


def _order(badges: int, edition: Edition, *, any_order: bool) -> str:
    if badges == 1:
        return ""
    t = edition.phrases.phrase
    return t("pathway.any_order") if any_order else t("pathway.in_order")


def _rule(pathway: Pathway, edition: Edition) -> str:
    if pathway.rule == "any":
        return edition.phrases.phrase("pathway.needed_any")
    if pathway.rule == "min":
        return edition.phrases.count("pathway.needed_min", pathway.minimum or 0)
    return edition.phrases.phrase("pathway.needed_all")
