"""What is checked in a pathway: its badges, its milestone, the rule for completing it."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator

from obit_build.checks.finding import Finding, Record, badge_slugs, place_of, repeated, suggestion
from obit_build.counting import several
from obit_build.model.pathway import Pathway
from obit_build.model.repository import Repository
from obit_build.model.words import Slug


def _listed(pathway: Pathway) -> Iterator[tuple[Record, str, Slug]]:
    """Yield every badge of a pathway's lists: (record, its field, badge)."""
    for step in pathway.steps:
        for badge in step.badges:
            yield step, "badges", badge
    for badge in pathway.optional:
        yield pathway, "optional", badge


def pathway_names_known_badges(repository: Repository) -> Iterator[Finding]:
    """The badges of a pathway are badges of this repository.

    A step that nobody can take would leave the pathway without an end.
    """
    known = badge_slugs(repository)
    for pathway in repository.pathways.values():
        for record, field, badge in _listed(pathway):
            if badge not in known:
                yield Finding(
                    place_of(record, field),
                    f'there is no badge "{badge}"',
                    suggestion(
                        badge, known, f"add badges/{badge}/badge.yaml, or remove it from the list"
                    ),
                )


def pathway_milestone_is_known(repository: Repository) -> Iterator[Finding]:
    """The milestone of a pathway is a badge of this repository.

    It is the badge that says: this person has gone the whole way.
    """
    known = badge_slugs(repository)
    for pathway in repository.pathways.values():
        badge = pathway.milestone
        if badge is not None and badge not in known:
            yield Finding(
                place_of(pathway, "milestone"),
                f'there is no badge "{badge}"',
                suggestion(badge, known, f"add badges/{badge}/badge.yaml, or remove the line"),
            )


def pathway_names_a_badge_once(repository: Repository) -> Iterator[Finding]:
    """A pathway names a badge once.

    In two steps, a badge would come before itself; needed and optional, it would be both.
    """
    for pathway in repository.pathways.values():
        listed = list(_listed(pathway))
        for position in repeated(badge for _, _, badge in listed):
            record, field, badge = listed[position]
            yield Finding(
                place_of(record, field),
                f'the pathway names the badge "{badge}" twice',
                "remove one of the two",
            )


def pathway_milestone_comes_last(repository: Repository) -> Iterator[Finding]:
    """A milestone that is also a step is the last one, alone.

    It crowns the others. A pathway whose milestone stands in no step says the same.
    """
    for pathway in repository.pathways.values():
        for position, step in enumerate(pathway.steps, start=1):
            alone_at_the_end = position == len(pathway.steps) and len(step.badges) == 1
            if pathway.milestone in step.badges and not alone_at_the_end:
                yield Finding(
                    place_of(step, "badges"),
                    f'the milestone "{pathway.milestone}" stands among the badges that lead to it',
                    "give it a last step of its own, or remove it from the steps",
                )
        if pathway.milestone is not None and pathway.milestone in pathway.optional:
            yield Finding(
                place_of(pathway, "optional"),
                f'the milestone "{pathway.milestone}" stands among the optional badges',
                "remove it from the list",
            )


def pathway_has_badges_on_the_way(repository: Repository) -> Iterator[Finding]:
    """A pathway has a badge besides its milestone.

    A way of one badge is just that badge.
    """
    for pathway in repository.pathways.values():
        if not pathway.badges:
            yield Finding(
                place_of(pathway, "steps"),
                "the pathway has no badge but its milestone",
                "add a step with the badges that lead to it",
            )


def pathway_rule_is_possible(repository: Repository) -> Iterator[Finding]:
    """A pathway can be completed by its own rule.

    `rule: min` needs `minimum`, from 1 to the number of badges in the steps (the milestone not
    counted); with another rule, `minimum` would say nothing.
    """
    for pathway in repository.pathways.values():
        if pathway.rule != "min":
            if pathway.minimum is not None:
                yield Finding(
                    place_of(pathway, "minimum"),
                    f"minimum has no meaning with the rule {pathway.rule}",
                    "write rule: min, or remove the line",
                )
        elif pathway.minimum is None:
            yield Finding(
                place_of(pathway, "rule"),
                "the rule min needs to know how many",
                "add a line minimum: ...",
            )
        elif not 1 <= pathway.minimum <= len(pathway.badges):
            yield Finding(
                place_of(pathway, "minimum"),
                f"the minimum is {pathway.minimum}, but the steps hold {several(len(pathway.badges), 'badge')}",
                f"write a number from 1 to {len(pathway.badges)}",
            )
