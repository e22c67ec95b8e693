"""What stands around a badge: pathways, what it leads to, languages, former versions, how often awarded.

Numbers of awards are rounded down, and left out while they are so small that they could point at
people.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from obit_build import addresses
from obit_build.credentials.achievements import achievement_languages
from obit_build.ledger.ledger import Ledger
from obit_build.model.achievement import Achievement
from obit_build.model.pathway import Pathway
from obit_build.model.repository import Repository
from obit_build.website.editions import Edition, Link, outside, web_address
from obit_build.website.pages import BadgeView, PathwayPlace

STEP_OF_COUNTS = 10
"""Awards are counted in tens; fewer are not told."""
_COUNTED = frozenset({"active", "suspended"})


@dataclass(slots=True, kw_only=True)
class Surroundings:
    """What one site knows around its badges."""

    repository: Repository
    ledger: Ledger
    badges: Mapping[str, Achievement]
    """Those that the site shows."""
    names: Mapping[str, str]
    """Language → its own name."""
    _counts: dict[str, int] = field(init=False, default_factory=dict)
    _versions: dict[str, set[str]] = field(init=False, default_factory=dict)
    _after: dict[str, list[str]] = field(init=False, default_factory=dict)
    """Badge → the badges that ask for it first."""

    def __post_init__(self) -> None:
        for award in self.ledger.awards.values():
            if award.state in _COUNTED:
                self._counts[award.badge] = self._counts.get(award.badge, 0) + 1
            if award.state != "withdrawn":
                self._versions.setdefault(award.badge, set()).add(award.version)
        for slug, badge in self.badges.items():
            for first in badge.prerequisites:
                self._after.setdefault(first, []).append(slug)

    def badge(self, view: BadgeView, badge: Achievement, edition: Edition) -> BadgeView:
        """Add to a badge what stands around it."""
        settings = self.repository.settings
        return dataclasses.replace(
            view,
            leads_to=self._links(self._after.get(view.slug, ()), edition),
            related=tuple(
                outside(address) for one in badge.related if (address := web_address(one.url))
            ),
            pathways=tuple(self._places(view.slug, edition)),
            languages=tuple(
                (str(tag), self.names.get(tag, tag))
                for tag in achievement_languages(settings, badge)
            ),
            former=tuple(self._former(view, edition)),
            awarded=self._awarded(view.slug, edition),
        )

    def _links(self, slugs: Iterable[str], edition: Edition) -> tuple[Link, ...]:
        return tuple(
            Link(addresses.badge_page(slug), edition.say(self.badges[slug].name))
            for slug in slugs
            if slug in self.badges
        )

    def _former(self, view: BadgeView, edition: Edition) -> Iterator[Link]:
        for version in sorted(self._versions.get(view.slug, set()) - {view.version}):
            text = f"{edition.phrases.phrase('badge.version')} {version}"
            yield Link(addresses.achievement_file(view.slug, version), text)

    def versions(self) -> list[tuple[str, list[str]]]:
        """Return the versions of each badge that was awarded, as the ledger knows them."""
        return [(slug, sorted(found)) for slug, found in sorted(self._versions.items())]

    def counts(self) -> list[tuple[str, int]]:
        """Return about how often each badge was awarded: what its page tells, and no award's."""
        return [(slug, self._tens(slug)) for slug in sorted(self._versions)]

    def _tens(self, slug: str) -> int:
        return self._counts.get(slug, 0) // STEP_OF_COUNTS * STEP_OF_COUNTS

    def _awarded(self, slug: str, edition: Edition) -> str:
        tens = self._tens(slug)
        return edition.phrases.phrase("badge.awarded_times", n=tens) if tens else ""

    def _places(self, slug: str, edition: Edition) -> Iterator[PathwayPlace]:
        for pathway in self.repository.pathways.values():
            found = self._place(pathway, slug, edition)
            if found is not None:
                yield found

    def _place(self, pathway: Pathway, slug: str, edition: Edition) -> PathwayPlace | None:
        t = edition.phrases.phrase
        link = Link(addresses.pathway_page(pathway.slug), edition.say(pathway.name))
        if slug == pathway.milestone:
            return PathwayPlace(pathway=link, position=t("pathway.milestone"))
        if slug in pathway.optional:
            return PathwayPlace(pathway=link, position=t("pathway.optional"))
        steps = [step for step in pathway.steps if set(step.badges) - {pathway.milestone}]
        for number, step in enumerate(steps):
            if slug in step.badges:
                place, after = step.badges.index(slug), steps[number + 1 :]
                beside = tuple(x for x in step.badges if x != slug) if step.any_order else ()
                rest = () if step.any_order else step.badges[place + 1 : place + 2]
                crown = (pathway.milestone,) if pathway.milestone else ()
                then = rest or (after[0].badges if after else crown)
                return PathwayPlace(
                    pathway=link,
                    position=t("pathway.position", n=number + 1, total=len(steps)),
                    beside=self._links(beside, edition),
                    then=self._links(then, edition),
                )
        return None
