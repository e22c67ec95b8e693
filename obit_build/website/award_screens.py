"""The pages of awards: the award's own, the small one for frames, what is left of a withdrawn one.

A site may have many thousands of awards and few badges: what all awards of a badge say alike is
rendered once per edition.
"""

from dataclasses import dataclass, field

from markupsafe import Markup

from obit_build import addresses, prose
from obit_build.website.award_pages import AwardView
from obit_build.website.bands import Band
from obit_build.website.editions import Edition, Link, Meta, way_to_root
from obit_build.website.pages import BadgeView
from obit_build.website.screens import MAX_DESCRIPTION, Screens, Values

AWARDS = "awards"
_DEPTH = "awards/x/"


@dataclass(frozen=True, slots=True)
class _Way:
    """The ways from a page that has no head: to the site's files, and to its pages."""

    root: str
    here: str


@dataclass(slots=True)
class AwardScreens:
    """Renders the pages of awards within the frame of the site."""

    screens: Screens
    _abouts: dict[tuple[str, int, bool], tuple[BadgeView, Markup]] = field(
        init=False, default_factory=dict
    )

    def award(self, edition: Edition, award: AwardView, *, has_page: bool) -> tuple[str, str]:
        """Render an award's page; ``has_page`` tells whether the badge has a page to link to."""
        _, all_badges, _ = self.screens.trail(edition)
        badge = award.badge
        own = (Link(addresses.badge_page(badge.slug), badge.name),) if has_page else ()
        meta = Meta(
            path=award.folder,
            title=badge.name,
            description=prose.to_words(str(badge.description), MAX_DESCRIPTION),
            section=AWARDS,
            crumbs=(all_badges, *own),
            picture=badge.link_picture,
            listed=award.listed,
        )
        values: Values = {
            "award": award,
            "badge": badge,
            "about": self._about(edition, award, has_page=has_page),
            "results": self._shown(edition, award, has_page=has_page) if award.results else "",
        }
        shared = (badge, award.issuer)
        return self.screens.like_others(edition, "award.html", meta, values, shared)

    def _about(self, edition: Edition, award: AwardView, *, has_page: bool) -> Markup:
        """Render what all award pages say about a badge, once per edition.

        The whole rubric stands on the badge's page; where there is none, here.
        """
        badge = award.badge
        key = (edition.prefix, id(badge), has_page)
        if key not in self._abouts:
            values: Values = {"badge": badge, "has_page": has_page}
            about = self._part(edition, "partials/about-badge.html", values)
            self._abouts[key] = (badge, about)  # holding the badge keeps its id from being reused
        return self._abouts[key][1]

    def _shown(self, edition: Edition, award: AwardView, *, has_page: bool) -> Markup:
        """Render results, and link to the whole rubric."""
        page = addresses.badge_page(award.badge.slug) + "#rubric"
        rubric = page if has_page and award.badge.rubrics else ""
        frame, way = self._around(edition)
        values: Values = {"page": way, "results": award.results, "rubric": rubric}
        said = f"award pages ({edition.language})"
        html = self.screens.stamper.render("partials/results.html", frame, values, (), page=said)
        return Markup(html)  # noqa: S704 - an autoescaped template's output

    def _part(self, edition: Edition, template: str, values: Values) -> Markup:
        frame, way = self._around(edition)
        said = f"award pages ({edition.language})"
        shown = {**frame, "page": way, **values}
        return self.screens.renderer.fragment(template, shown, page=said)

    def _around(self, edition: Edition) -> tuple[Values, _Way]:
        """Return the frame of award pages, and the ways from them."""
        root = way_to_root(edition.path(_DEPTH))
        return self.screens.frame(edition, root, AWARDS), _Way(root, root + edition.prefix)

    def embed(self, edition: Edition, folder: str, band: Band, badge: BadgeView | None) -> str:
        """Render the small page that other sites show in a frame; without ``badge`` it is gone."""
        root = way_to_root(_DEPTH)
        frame = self.screens.frame(edition, root, AWARDS)
        values: Values = {
            "page": _Way(root, root),
            "url": addresses.url(edition.settings, folder),
            "band": band,
            "badge": badge,
        }
        shared = () if badge is None else (badge,)
        said = f"the pages for frames ({edition.language})"
        return self.screens.stamper.render("embed.html", frame, values, shared, page=said)

    def withdrawn(self, edition: Edition, folder: str, band: Band) -> tuple[str, str]:
        """Render what is left of an award that was taken down at its holder's request."""
        t = edition.phrases.phrase
        meta = Meta(
            path=folder,
            title=t("status.withdrawn"),
            description=t("error.gone"),
            section=AWARDS,
            crumbs=self.screens.trail(edition)[:1],
            listed=False,
        )
        return self.screens.page(edition, "withdrawn.html", meta, {"band": band})

    def use(self, edition: Edition) -> tuple[str, str]:
        """Render the page that tells holders what they can do with a badge."""
        t = edition.phrases.phrase
        crumbs = self.screens.trail(edition)[:1]
        meta = Meta(
            path=addresses.USE, title=t("use.title"), description=t("use.lead"), crumbs=crumbs
        )
        values: Values = {"certificates": edition.settings.certificates}
        return self.screens.page(edition, "use.html", meta, values)
