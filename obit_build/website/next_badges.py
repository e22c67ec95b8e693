"""Which badges come after a badge: along its pathways, and those that ask for it first.

Of a step whose badges are earned in any order the others of that step come next; otherwise the one
after it, then the next step, then the milestone. No class of a standard.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from obit_build import addresses
from obit_build.model.pathway import Pathway
from obit_build.model.repository import Repository
from obit_build.website.editions import Edition, Words

MOST = 3


@dataclass(frozen=True, slots=True)
class NextBadge:
    """A badge that one may earn next, as a small card shows it."""

    slug: str
    name: Words
    image: str
    """Path of the picture on the site."""
    pathway: Words | None
    """The name of the pathway that leads there; none if it only asks for this badge first."""


def next_badges(repository: Repository, slug: str, edition: Edition) -> tuple[NextBadge, ...]:
    """List the badges that come after ``slug``: at most three, each once, only those in use."""
    found: dict[str, Words | None] = {}
    for _, pathway in sorted(repository.pathways.items()):
        for other in _along(pathway, slug):
            found.setdefault(other, edition.say(pathway.name))
    for other, badge in sorted(repository.achievements.items()):
        if slug in badge.prerequisites:
            found.setdefault(other, None)
    found.pop(slug, None)
    shown = (
        NextBadge(
            other,
            edition.say(repository.achievements[other].name),
            addresses.badge_image(other, repository.achievements[other].version, "png"),
            pathway,
        )
        for other, pathway in found.items()
        if other in repository.achievements and repository.achievements[other].status == "active"
    )
    return tuple(shown)[:MOST]


def _along(pathway: Pathway, slug: str) -> Iterator[str]:
    """Yield what follows a badge on one pathway."""
    steps = [*pathway.steps]
    for index, step in enumerate(steps):
        if slug not in step.badges:
            continue
        place = step.badges.index(slug)
        rest = (
            tuple(x for x in step.badges if x != slug)
            if step.any_order
            else step.badges[place + 1 :]
        )
        yield from rest
        if step.any_order or not rest:
            following = steps[index + 1].badges if index + 1 < len(steps) else ()
            yield from following or ((pathway.milestone,) if pathway.milestone else ())
