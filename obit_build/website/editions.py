"""An edition: the site in one language at one address, and how it says things.

Every page exists at a neutral address (in the default language) and below ``/<language>/``. Links
inside the site are relative: the same files work at a host's root, below a path, in a preview and
from a disk, whatever ``site`` says. Only what other machines read (canonical, hreflang, Open Graph)
is absolute.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from obit_build import addresses, durations, prose
from obit_build.model.settings import Settings
from obit_build.model.words import Duration, Text
from obit_build.phrases import Phrases, phrases_for
from obit_build.website import spacing

MAX_TITLE = 70
HAS_WORDS = re.compile(r"[^\W\d_]{3}")
"""What tells a value that is said in a language from a number or a letter."""
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def direction_of(language: str) -> str:
    """Return the direction in which a language is written: ``ltr`` or ``rtl``."""
    return "rtl" if language.split("-", maxsplit=1)[0].lower() in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Words:
    """A text on a page; ``language`` only where it differs from the page's.

    Pages show it with spaces that keep lines whole; ``str()`` gives it as it was typed.
    """

    text: str
    language: str | None = None
    direction: str = ""
    """Only where the text runs in another direction than the page."""

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> Markup:
        return escape(self.shown)

    @property
    def shown(self) -> str:
        """The text as pages show it, not yet escaped."""
        return spacing.unbroken(self.text)

    @property
    def attr(self) -> Markup:
        """The attributes ``lang`` and ``dir`` that the element around the text needs, or nothing."""
        if not self.language:
            return Markup("")
        turned = Markup(' dir="{}"').format(self.direction) if self.direction else ""
        return Markup(' lang="{}"{}').format(self.language, turned)

    @property
    def inline(self) -> Markup:
        """The text for a place among other words: in an element of its own where that is needed."""
        if not self.language:
            return escape(self)
        return Markup("<span{}>{}</span>").format(self.attr, self)

    @property
    def html(self) -> Markup:
        """The text as sanitised Markdown."""
        return spacing.unbroken_html(prose.to_html(self.text))

    @property
    def lead(self) -> Markup:
        """The same right below the page's title: its headings are one level higher."""
        return spacing.unbroken_html(prose.to_html(self.text, below=1))


def side_by_side(parts: Iterable[Words | str], between: str) -> Words | Markup:
    """Join texts; one language for the whole where those that have a language have the same.

    What is plain (a number, a code) takes no part in that.
    """
    given = [part for part in parts if str(part)]
    said = {(x.language, x.direction) for x in given if isinstance(x, Words)}
    if len(said) <= 1:
        language, direction = said.pop() if said else (None, "")
        return Words(between.join(map(str, given)), language, direction)
    pieces = (x.inline if isinstance(x, Words) else x for x in given)
    return Markup(between).join(pieces)  # noqa: S704 - a comma or the like, from code


@dataclass(frozen=True, slots=True)
class Link:
    """A link; ``host`` is shown where it leads to another site."""

    href: str
    text: Words | str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a list of facts."""

    label: Words | str
    value: Words | str | Markup
    link: Link | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementView:
    """What another body says, as pages show it."""

    endorser: str
    """The endorser's own name for itself, made safe to show; may be empty."""
    did: str
    is_bare_key: bool
    """Whether nothing but a key stands behind the name."""
    comment: Words | None
    date: Markup
    until: Markup | None
    checked: bool
    """Whether the signature could be checked when the page was made."""
    file: str
    """Path of the signed file on the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One language of the site at one address."""

    settings: Settings
    phrases: Phrases
    language: str
    prefix: str
    """``""`` for the neutral address, else ``"<language>/"``."""
    _days: dict[datetime.date, Markup] = field(default_factory=dict, repr=False, compare=False)

    def say(self, text: Text) -> Words:
        """Choose the text in this language, else the default language's, marked as such."""
        chosen, language = text.find(
            self.language, self.language.split("-")[0], self.settings.default_language
        )
        return self.words(chosen, language)

    def maybe(self, text: Text | None) -> Words | None:
        """Choose like :meth:`say`, where there may be no text."""
        return self.say(text) if text else None

    def words(self, text: str, language: str | None) -> Words:
        """Mark a text of a known language if it is not this page's."""
        if language in (self.language, self.language.split("-")[0], None):
            return Words(text)
        direction = direction_of(language)
        return Words(text, language, "" if direction == direction_of(self.language) else direction)

    def as_written(self, value: str) -> Words | str:
        """Mark what stands in the repository as a mere value, if it has words: they are in its own language."""
        own = self.settings.default_language
        return self.words(value, own) if HAS_WORDS.search(value) else value

    def path(self, page: str) -> str:
        """Return the path of a page (given by its neutral path) in this edition."""
        return self.prefix + page

    def address(self, page: str) -> str:
        """Return the absolute address under which others shall know a page in this language."""
        return addresses.in_language(self.settings, page, self.language)

    def number(self, value: Decimal) -> str:
        """Write a number with this language's decimal mark."""
        plain = f"{value.normalize():f}"
        return plain.replace(".", self.phrases.phrase("number.decimal"))

    def duration(self, length: Duration) -> str:
        """Write a duration: ``3 ans``, ``1 year, 6 months``."""
        given = durations.parts(length)
        names = ("years", "months", "weeks", "days", "hours", "minutes")
        shown = [self.phrases.count(f"duration.{n}", given[n]) for n in names if given[n]]
        return ", ".join(shown)

    def date(self, day: datetime.date) -> Markup:
        """Write a day as a ``time`` element."""
        if day not in self._days:
            self._days[day] = self._element(day)
        return self._days[day]

    def _element(self, day: datetime.date) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(
            day.isoformat(), self.phrases.date(day)
        )


def editions(settings: Settings, templates: Mapping[str, str]) -> tuple[Edition, ...]:
    """List the site's editions: the neutral one, then one per language."""
    phrases: dict[str, Phrases] = {
        str(language): phrases_for(language, templates) for language in settings.languages
    }
    neutral = (settings.default_language, "")
    wanted = (neutral, *((language, f"{language}/") for language in settings.languages))
    return tuple(
        Edition(settings=settings, phrases=phrases[language], language=language, prefix=prefix)
        for language, prefix in wanted
    )


def web_address(address: str | None) -> str | None:
    """Let an address through if a browser may be sent there (http or https)."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def host_of(address: str) -> str:
    """Return the host of an address that :func:`web_address` let through."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def outside(address: str, text: Words | str | None = None) -> Link:
    """Link to another site, with its host in sight; without ``text`` the address is shown bare."""
    shown = text or address.split("://", 1)[-1].rstrip("/")
    return Link(address, shown, host_of(address) if text else "")


@dataclass(frozen=True, slots=True)
class LinkPicture:
    """The picture that other services show beside a link to a page."""

    href: str
    """Path on the site."""
    alt: str
    is_poster: bool = False
    """Whether it was made for that: wide, with the badge's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the head of a page says about it."""

    path: str
    """The neutral path, ``""`` for the home page."""
    title: Words | str
    description: str
    section: str = ""
    """Which entry of the navigation it belongs to."""
    crumbs: tuple[Link, ...] = ()
    picture: LinkPicture | None = None
    listed: bool = True
    """Whether search engines and catalogues may know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A page's head, and the ways from it: ``root`` to the site's files, ``here`` to its pages."""

    path: str
    title: str
    title_attr: Markup
    """The title's language, where it is not the page's."""
    window_title: str
    """With the site's name, where both are short enough for a tab and a list of results."""
    description: str
    section: str
    crumbs: tuple[Link, ...]
    picture: LinkPicture | None
    """With an absolute address."""
    listed: bool
    root: str
    here: str
    canonical: str
    alternates: tuple[tuple[str, str], ...]
    """(language or ``x-default``, address) of each edition that search engines shall know."""


def _window_title(edition: Edition, meta: Meta) -> str:
    """Return the text of ``<title>``, at most ``MAX_TITLE`` characters as they are written in HTML.

    It can have one language only: a title in another one than the page's stands alone.
    """
    named = edition.maybe(edition.settings.title)
    site = str(named or edition.phrases.phrase("site.default_title"))
    if meta.section == "home":
        return site
    title, is_foreign = str(meta.title), bool(_language_of(meta.title))
    both, short = f"{title} · {site}", title[:MAX_TITLE]
    if len(escape(both)) <= MAX_TITLE and not is_foreign:
        return both
    while len(escape(short)) > MAX_TITLE - (short != title):
        short = short[:-1]
    return short if short == title else f"{short}…"


def _language_of(title: Words | str) -> str | None:
    return title.language if isinstance(title, Words) else None


def way_to_root(path: str) -> str:
    """Return the relative way from a page (given by its own path) to the site's root."""
    return "../" * path.count("/") or "./"


def head(edition: Edition, meta: Meta, *, at_root: str | None = None) -> Head:
    """Work out the addresses that a page's frame shows.

    ``at_root`` replaces the relative way to the site's root (for 404.html, which a host serves at
    any address).
    """
    settings, picture = edition.settings, meta.picture
    if picture is not None:
        picture = replace(picture, href=addresses.url(settings, picture.href))
    root = way_to_root(edition.path(meta.path)) if at_root is None else at_root
    at = {str(x): addresses.in_language(settings, meta.path, x) for x in settings.languages}
    return Head(
        path=meta.path,
        title=str(meta.title),
        title_attr=meta.title.attr if isinstance(meta.title, Words) else Markup(""),
        window_title=_window_title(edition, meta),
        description=meta.description,
        section=meta.section,
        crumbs=meta.crumbs,
        picture=picture,
        listed=meta.listed,
        root=root,
        here=root + edition.prefix,
        canonical=at[edition.language],
        alternates=(*at.items(), ("x-default", addresses.url(settings, meta.path))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """What every page of an edition shows around its content."""

    url: str
    """Where the site says that it is."""
    title: Words | str
    tagline: Words | None
    languages: tuple[tuple[str, str], ...]
    """(tag, the language's own name)."""
    specimen: bool
    preview: bool
    logo: str
    """Path of the mark beside the site's name."""
    funder: str
    """Path of the emblem of those who paid, or nothing."""
    funder_alt: Words | None
    disclaimer: Words | None
    funding: Words | None
    attributions: tuple[Words, ...]
    contact: str | None
    accessibility: str
    """The site's state of accessibility in a few words, for the link to the statement."""
    sections: frozenset[str]
    """Which parts of the site there are besides the ones that each site has."""
    colour: str
    """The theme's colour, for a browser's own frame around the page."""
    has_icons: bool
    """Whether the site's mark could be drawn for home screens."""


def names_of(editions: Iterable[Edition]) -> tuple[tuple[str, str], ...]:
    """Return (tag, the language's own name) of each language."""
    return tuple({e.language: e.phrases.phrase("site.language_name") for e in editions}.items())
