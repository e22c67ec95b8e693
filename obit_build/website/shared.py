"""What all the pages of one site share: the inputs, the editions, the views that many pages show.

A view is made once per edition, however many pages show it.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from obit_build import addresses
from obit_build.centre.frameworks import Skills
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award
from obit_build.model.repository import Repository
from obit_build.numbering import Register
from obit_build.website.editions import Edition, editions, names_of
from obit_build.website.endorsement_pages import Endorsed
from obit_build.website.issuer_pages import IssuerView, issuer_view
from obit_build.website.lettering import Typesetter
from obit_build.website.pages import BadgeView, badge_view, published_badges
from obit_build.website.render import Renderer, Theme
from obit_build.website.screens import Screens
from obit_build.website.structured import badge_data, issuer_data
from obit_build.website.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Pictures:
    """A badge's picture, checked and without a credential in it."""

    svg: bytes | None
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteInputs:
    """Everything that the site is made of."""

    repository: Repository
    ledger: Ledger
    credential: Callable[[str], bytes]
    """Award id → the published credential's exact bytes."""
    status_lists: Mapping[str, bytes]
    """Path on the site → bytes."""
    pictures: Mapping[str, Pictures]
    """Badge slug → its pictures."""
    theme: Theme
    """The default theme; the repository's own templates are laid over it."""
    at: datetime.datetime
    commit: str
    token: Callable[[str], bytes] = lambda _award_id: b""
    """Award id → its token's exact bytes, for awards that have one."""
    typesetter: Typesetter | None = None
    """Sets certificates, where the site has them."""
    tool: str = ""
    """A digest of the program that makes the site, its default theme and its catalogues."""
    log: Mapping[str, bytes] = field(default_factory=dict)
    """The ledger's checkpoint and what the site was made from: path → bytes."""
    changed: Mapping[str, datetime.datetime] = field(default_factory=dict)
    """Badge slug → when a commit last changed it; what is not known here changed at ``at``."""
    mark: bytes = b""
    """The site's logo as a PNG; empty if it could not be drawn."""


@dataclass(slots=True)
class Shared:
    """One site in the making."""

    inputs: SiteInputs
    repository: Repository = field(init=False)
    ledger: Ledger = field(init=False)
    theme: Theme = field(init=False)
    editions: tuple[Edition, ...] = field(init=False)
    screens: Screens = field(init=False)
    badges: dict[str, Achievement] = field(init=False)
    """The badges that the site shows, by slug, in the order of its lists."""
    awards: Mapping[str, Award] = field(init=False)
    """Award id → what the repository says of it."""
    endorsed: Endorsed = field(init=False)
    skills: Skills = field(init=False)
    surroundings: Surroundings = field(init=False)
    _views: dict[tuple[str, str, str, str], BadgeView] = field(init=False, default_factory=dict)
    _awarded: dict[tuple[str, str, str, str], BadgeView] = field(init=False, default_factory=dict)
    _issuers: dict[tuple[str, str], IssuerView] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.repository, self.ledger = self.inputs.repository, self.inputs.ledger
        settings, templates = self.repository.settings, self.repository.templates
        self.theme = self.inputs.theme.with_overrides(templates)
        self.editions = editions(settings, templates)
        self.badges = {x.slug: x for x in published_badges(self.repository, self.ledger)}
        self.skills = Skills(self.repository, self.badges.values())
        self.screens = Screens(
            Renderer(self.theme),
            self.editions,
            preview=self.ledger.mode == "preview",
            sections=frozenset(self._sections()),
            has_icons=bool(self.inputs.mark),
        )
        ids = (self.ledger.award_id(award.key) for award in self.repository.awards)
        self.awards = Register(ids, self.repository.awards)
        self.endorsed = Endorsed(
            repository=self.repository,
            ledger=self.ledger,
            at=self.inputs.at,
            status_lists=self.inputs.status_lists,
        )
        self.surroundings = Surroundings(
            repository=self.repository,
            ledger=self.ledger,
            badges=self.badges,
            names=dict(names_of(self.editions)),
        )

    def _sections(self) -> Iterator[str]:
        if self.skills.frameworks:
            yield "skills"
        if self.repository.pathways:
            yield "pathways"

    def is_public(self, issued: IssuedAward) -> bool:
        """Tell whether lists and search engines may know an award."""
        award = self.awards.get(issued.id)
        wished = award.visibility if award else None
        default = self.repository.settings.privacy.visibility
        return issued.state != "withdrawn" and (wished or default) == "public" and award is not None

    def issuer_view(self, slug: str, edition: Edition) -> IssuerView:
        """Show an issuer of the repository."""
        key = (slug, edition.prefix)
        if key not in self._issuers:
            profile = self.repository.profiles[slug]
            view = issuer_view(self.repository, self.ledger, profile, edition)
            view = replace(view, data=issuer_data(view, edition))
            self._issuers[key] = self.endorsed.issuer(view, edition)
        return self._issuers[key]

    def badge_view(self, badge: Achievement, edition: Edition, language: str = "") -> BadgeView:
        """Show a badge; ``language`` tells apart what several credentials of old said."""
        key = (badge.slug, badge.version, edition.prefix, language)
        if key not in self._views:
            pictures = self.inputs.pictures.get(badge.slug)
            has_svg = pictures is not None and pictures.svg is not None
            view = badge_view(
                self.repository, self.ledger, badge, edition, svg=has_svg, skills=self.skills
            )
            view = self.surroundings.badge(view, badge, edition)
            if badge is self.badges.get(badge.slug):
                at = (badge.slug, badge.version, edition.language)
                poster = addresses.poster(*at) if pictures else ""
                view = replace(view, poster=poster, data=badge_data(badge, view, edition))
            self._views[key] = self.endorsed.badge(view, edition)
        return self._views[key]

    def awarded_badge_view(
        self, badge: Achievement, edition: Edition, language: str = ""
    ) -> BadgeView:
        """Show a badge on an award's page, which says nothing of other awards: not even how many."""
        key = (badge.slug, badge.version, edition.prefix, language)
        if key not in self._awarded:
            self._awarded[key] = replace(self.badge_view(badge, edition, language), awarded="")
        return self._awarded[key]
