"""Pathway: a way through several badges, step by step, perhaps to a milestone badge.

No class of a standard: Open Badges 3.0 knows single achievements. In a learner record (CLR 2.0) a
pathway becomes the associations between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from obit_build.model.words import Slug, Text, declare, place, places
from obit_build.problems import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayStep:
    """One step: badges that belong together."""

    title: Text = declare("Its title.", example="Protéger")
    badges: tuple[Slug, ...] = declare(
        "Its badges: folders of badges/.", least=1, example="[gestion-de-pare-feu]"
    )
    any_order: bool = declare(
        "false if its badges are earned one after the other, as listed.", default=True
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """A way through several badges: ``pathways/<slug>.yaml``."""

    name: Text = declare("The pathway's name.", example="Analyste cybersécurité")
    description: Text = declare("One or two sentences: where it leads.")
    steps: tuple[PathwayStep, ...] = declare(
        "Its steps; each comes before the next.",
        least=1,
    )
    audience: Text | None = declare("For whom it is.", default=None)
    milestone: Slug | None = declare(
        "The badge that crowns it: a folder of badges/. It may also be the last step.", default=None
    )
    optional: tuple[Slug, ...] = declare("Badges that go with it and are not needed.", default=())
    rule: Literal["all", "any", "min"] = declare(
        "Which badges of the steps are needed: all, any one, or a minimum number.", default="all"
    )
    minimum: int | None = declare("How many are needed, with the rule min.", default=None)
    hours: Decimal | None = declare("Estimated workload in hours.", default=None)
    slug: Slug = Slug("")
    location: Location = place()
    locations: Mapping[str, Location] = places()

    @property
    def badges(self) -> tuple[Slug, ...]:
        """The badges on the way, in order, without the milestone and the optional ones."""
        on_the_way = (badge for step in self.steps for badge in step.badges)
        return tuple(badge for badge in on_the_way if badge != self.milestone)
