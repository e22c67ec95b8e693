"""The site's pages, one after the other: which template, which title, which way back.

Everything that is the same on many pages is worked out once: the site's frame per edition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from obit_build import addresses, prose
from obit_build.pictures.colours import light_colours
from obit_build.website.editions import (
    Edition,
    Link,
    Meta,
    SiteView,
    Words,
    direction_of,
    head,
    names_of,
)
from obit_build.website.issuer_pages import IssuerView
from obit_build.website.pages import BadgeView
from obit_build.website.proposals import proposal
from obit_build.website.render import Renderer
from obit_build.website.stamped_pages import PageStamper
from obit_build.website.statements import state_in_words, statement
from obit_build.website.verify_page import known_issuers, sentences_for

ON_THE_HOME_PAGE = 12
MAX_DESCRIPTION = 200

Values = dict[str, object]


@dataclass(slots=True)
class Screens:
    """Renders the pages of one site."""

    renderer: Renderer
    editions: tuple[Edition, ...]
    preview: bool = field(kw_only=True)
    sections: frozenset[str] = field(kw_only=True, default=frozenset())
    has_icons: bool = field(kw_only=True, default=False)
    stamper: PageStamper = field(init=False)
    _frames: dict[tuple[str, str, str], Values] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.stamper = PageStamper(self.renderer)

    def frame(self, edition: Edition, root: str, section: str) -> Values:
        """Return what stands around the content of all pages of a section at one depth."""
        key = (edition.prefix, root, section)
        if key not in self._frames:
            site = self._site(edition)
            values: Values = {
                "t": edition.phrases.phrase,
                "count": edition.phrases.count,
                "language": edition.language,
                "direction": direction_of(edition.language),
                "locales": self._locales(edition),
                "site": site,
            }
            page = {"root": root, "here": root + edition.prefix, "section": section}
            said = f"the frame of the site ({edition.language})"
            for name in ("strips", "menu", "footer"):
                template = f"partials/{name}.html"
                values[name] = self.renderer.fragment(template, {**values, "page": page}, page=said)
            self._frames[key] = values
        return self._frames[key]

    def _locales(self, edition: Edition) -> tuple[str, ...]:
        """Return the locales of Open Graph that the pages exist in: this edition's own first."""
        every = (x.phrases.phrase("site.og_locale") for x in (edition, *self.editions))
        return tuple(dict.fromkeys(every))

    def title(self, edition: Edition) -> Words | str:
        """Return the site's name."""
        named = edition.maybe(edition.settings.title)
        return named or edition.phrases.phrase("site.default_title")

    def _site(self, edition: Edition) -> SiteView:
        settings = edition.settings
        logo, emblem = settings.theme.logo, settings.funding_logo
        return SiteView(
            url=addresses.url(settings, ""),
            title=self.title(edition),
            tagline=edition.maybe(settings.tagline),
            languages=names_of(self.editions),
            specimen=settings.specimen,
            preview=self.preview,
            logo=f"assets/{logo.file}" if logo else "assets/icon.svg",
            funder=f"assets/{emblem.file}" if emblem else "",
            funder_alt=edition.maybe(emblem.caption) if emblem else None,
            disclaimer=edition.maybe(settings.disclaimer),
            funding=edition.maybe(settings.funding_notice),
            attributions=tuple(edition.say(line) for line in settings.attributions),
            contact=settings.privacy.contact,
            accessibility=state_in_words(edition),
            sections=self.sections,
            colour=light_colours(settings.theme)["accent"],
            has_icons=self.has_icons,
        )

    def page(
        self,
        edition: Edition,
        template: str,
        meta: Meta,
        values: Values,
        at_root: str | None = None,
    ) -> tuple[str, str]:
        """Render one page: (path of its file, HTML); ``at_root`` as in :func:`head`."""
        top = head(edition, meta, at_root=at_root)
        shown = {**self.frame(edition, top.root, meta.section), "page": top, **values}
        page = f"{meta.title} ({edition.language})"
        html = self.renderer.render(template, shown, page=page)
        return f"{edition.path(meta.path)}index.html", html

    def like_others(
        self, edition: Edition, template: str, meta: Meta, values: Values, shared: Sequence[object]
    ) -> tuple[str, str]:
        """Render a page of which there may be thousands; ``shared`` as in :class:`PageStamper`."""
        top = head(edition, meta)
        frame = self.frame(edition, top.root, meta.section)
        page = f"{meta.title} ({edition.language})"
        varying = {"page": top, **values}
        html = self.stamper.render(template, frame, varying, shared, page=page)
        return f"{edition.path(meta.path)}index.html", html

    def pages(
        self, edition: Edition, badges: Sequence[BadgeView], issuers: Sequence[IssuerView]
    ) -> Iterator[tuple[str, str]]:
        """Render the pages that every site has: (path of the file, HTML)."""
        t = edition.phrases.phrase
        site = self._site(edition)
        title, about = site.title, str(site.tagline or t("home.intro"))
        home, all_badges, all_issuers = self.trail(edition)
        lists: Values = {"badges": badges, "issuers": issuers}
        meta = Meta(path="", title=title, description=about, section="home")
        yield self.page(edition, "home.html", meta, {**lists, "shown": ON_THE_HOME_PAGE})
        for badge in badges:
            crumbs = (home, all_badges)
            shown: Values = {"badge": badge, "proposal": proposal(edition, badge)}
            yield self.page(edition, "badge.html", _badge_meta(badge, crumbs), shown)
        meta = Meta(
            path=addresses.ISSUERS,
            title=t("site.issuers"),
            description=about,
            section="issuers",
            crumbs=(home,),
        )
        yield self.page(edition, "issuers.html", meta, lists)
        for issuer in issuers:
            meta = Meta(
                path=addresses.issuer_page(issuer.slug),
                title=issuer.name,
                description=_short(str(issuer.description or issuer.name)),
                section="issuers",
                crumbs=(home, all_issuers),
            )
            own = [x for x in badges if x.issuer is not None and x.issuer.slug == issuer.slug]
            yield self.page(edition, "issuer.html", meta, {"issuer": issuer, "badges": own})
        yield self._verify(edition, issuers)
        meta = Meta(
            path=addresses.ACCESSIBILITY,
            title=t("access.title"),
            description=state_in_words(edition),
            crumbs=(home,),
        )
        yield self.page(edition, "accessibility.html", meta, {"statement": statement(edition)})

    def _verify(self, edition: Edition, issuers: Sequence[IssuerView]) -> tuple[str, str]:
        """Render the page that checks badges, with all that it says."""
        t = edition.phrases.phrase
        meta = Meta(
            path=addresses.VERIFY,
            title=t("verify.title"),
            description=t("verify.lead"),
            section="verify",
            crumbs=self.trail(edition)[:1],
        )
        values: Values = {
            "issuers": issuers,
            "sentences": sentences_for(str(edition.language), self.renderer.theme.files),
            "calendar": edition.phrases.calendar,
            "known": tuple(known_issuers(edition.settings, issuers)),
        }
        return self.page(edition, "verify.html", meta, values)

    def trail(self, edition: Edition) -> tuple[Link, Link, Link]:
        """Link to the home page, the badges and the issuers: the first crumbs of many pages."""
        t = edition.phrases.phrase
        return (
            Link("", t("site.home")),
            Link("badges/", t("site.badges")),
            Link(addresses.ISSUERS, t("site.issuers")),
        )

    def not_found(self) -> str:
        """Render the page for wrong addresses: all languages in one, links from the host's root."""
        edition = self.editions[0]
        t = edition.phrases.phrase
        root = urlsplit(edition.settings.base).path.rstrip("/") + "/"
        meta = Meta(path="", title=t("error.404"), description=t("error.404"), listed=False)
        languages = [
            {"tag": e.language, "direction": direction_of(e.language), "t": e.phrases.phrase}
            for e in self.editions[1:]
        ]
        return self.page(edition, "404.html", meta, {"languages": languages}, root)[1]


def _badge_meta(badge: BadgeView, crumbs: tuple[Link, ...]) -> Meta:
    return Meta(
        path=addresses.badge_page(badge.slug),
        title=badge.name,
        description=_short(str(badge.description)),
        section="badges",
        crumbs=crumbs,
        picture=badge.link_picture,
        listed=badge.status != "draft",
    )


def _short(text: str) -> str:
    return prose.to_words(text, MAX_DESCRIPTION)
