"""What a holder does with an award: take the files, add it to a profile, send it, embed it.

All are plain links that send nothing before they are clicked. LinkedIn documents the parameters of
its form no longer; these are the ones that other badge software has used for years. Embedding is a
page for a frame, and oEmbed 1.0 by discovery: a static answer at an address that the award's page
names, the same whatever width a consumer asks for (section 2.3.4.2 lets it be smaller).
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from obit_build import addresses
from obit_build.model.profile import Profile
from obit_build.strict_json import JsonObject
from obit_build.website.editions import Edition
from obit_build.website.issuer_pages import LINKEDIN_ID

LINKEDIN_PROFILE = "https://www.linkedin.com/profile/add"
LINKEDIN_POST = "https://www.linkedin.com/sharing/share-offsite/"
_NUMBER = re.compile("[0-9]+")
"""What LinkedIn knows organisations by; anything else would leave the entry without a name."""
EMBED_WIDTH = 480
EMBED_HEIGHT = 220


@dataclass(frozen=True, slots=True)
class Download:
    """A file beside an award's page; ``name`` is what it is called on the holder's disk."""

    href: str
    """Path on the site."""
    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Ways to show an award elsewhere."""

    profile: str
    """The link that fills in LinkedIn's "Add to profile" form."""
    post: str
    mail: str


def linkedin_profile(
    *,
    badge: str,
    issuer: Profile,
    issuer_name: str,
    issued: tuple[int, int],
    expires: tuple[int, int] | None,
    url: str,
    award_id: str,
) -> str:
    """Fill in LinkedIn's form; ``issued`` and ``expires`` are (year, month 1-12).

    An organisation that is known there by its number gets its logo beside the entry.
    """
    organization = next(
        (
            x.identifier
            for x in issuer.other_identifier
            if x.identifier_type == LINKEDIN_ID and _NUMBER.fullmatch(x.identifier)
        ),
        None,
    )
    fields: Mapping[str, object] = {
        "startTask": "CERTIFICATION_NAME",
        "name": badge,
        "organizationId": organization,
        "organizationName": None if organization else issuer_name,
        "issueYear": issued[0],
        "issueMonth": issued[1],
        "expirationYear": expires[0] if expires else None,
        "expirationMonth": expires[1] if expires else None,
        "certUrl": url,
        "certId": award_id,
    }
    given = {name: value for name, value in fields.items() if value not in (None, "")}
    return f"{LINKEDIN_PROFILE}?{_query(given)}"


def linkedin_post(url: str) -> str:
    """Return the link that begins a post about a page."""
    return f"{LINKEDIN_POST}?{_query({'url': url})}"


def mail(edition: Edition, badge: str, url: str) -> str:
    """Return the link that begins an e-mail about a page, to nobody yet."""
    subject = edition.phrases.phrase("award.mail_subject", name=badge)
    body = edition.phrases.phrase("award.mail_body", url=url)
    return f"mailto:?{_query({'subject': subject, 'body': body})}"


def _query(fields: Mapping[str, object]) -> str:
    return "&".join([f"{name}={_quoted(str(value))}" for name, value in fields.items()])


@functools.lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    return quote(text, safe="")


def frame(url: str, title: str) -> str:
    """Return the HTML that shows an award's small page on another site."""
    escaped = Markup(
        '<iframe src="{}embed.html" title="{}" width="{}" height="{}" loading="lazy"></iframe>'
    ).format(url, title, EMBED_WIDTH, EMBED_HEIGHT)
    return str(escaped)


def oembed(
    edition: Edition, *, url: str, badge: str, issuer: str, picture: tuple[str, int, int] | None
) -> JsonObject:
    """Write the oEmbed answer of an award; ``picture`` is a path on the site, width and height.

    The holder's name is no part of it: consumers keep what they fetched.
    """
    settings, t = edition.settings, edition.phrases.phrase
    shown: JsonObject = {
        "version": "1.0",
        "type": "rich",
        "title": badge,
        "author_name": issuer,
        "provider_name": str(edition.maybe(settings.title) or t("site.default_title")),
        "provider_url": addresses.url(settings, ""),
        "html": frame(url, badge),
        "width": EMBED_WIDTH,
        "height": EMBED_HEIGHT,
        "cache_age": 86400,
    }
    if picture:
        path, width, height = picture
        shown["thumbnail_url"] = addresses.url(settings, path)
        shown["thumbnail_width"], shown["thumbnail_height"] = width, height
    return shown


def downloads(
    edition: Edition,
    folder: str,
    stem: str,
    *,
    copies: bool,
    svg: bool,
    token: bool,
    certificate: bool = False,
) -> Iterator[Download]:
    """List an award's files, the most useful first; pictures only while ``copies`` are offered.

    A kind of file that is added to an award's folder is listed here, and shows on its page.
    """
    t = edition.phrases.phrase
    if copies:
        yield Download(f"{folder}badge.png", f"{stem}.png", t("award.file_png"))
        if svg:
            yield Download(f"{folder}badge.svg", f"{stem}.svg", t("award.file_svg"))
        if certificate:
            name = f"{folder}certificate.{edition.language}.pdf"
            yield Download(name, f"{stem}.pdf", t("award.file_pdf"))
    yield Download(f"{folder}credential.json", f"{stem}.json", t("award.file_json"))
    if token:
        yield Download(f"{folder}credential.jwt", f"{stem}.jwt", t("award.file_jwt"))
