"""The feed of badges, for whoever wants to hear of new ones: Atom (RFC 4287), one per language.

Badges that can be earned, newest change first; never an award. Ids are addresses of this site that no
later choice of a default language changes, and times are those of commits: a site that is built
again has the same feed, and readers announce nothing twice.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from obit_build import addresses, prose
from obit_build.ledger.ledger import instant
from obit_build.website.editions import Edition, Words, web_address
from obit_build.website.pages import BadgeView
from obit_build.website.shared import Shared

ATOM = "http://www.w3.org/2005/Atom"
MOST = 100
"""Entries; a reader that comes after more changes than that finds the rest in the catalogue."""
MAX_SUMMARY = 500
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feeds(shared: Shared) -> Iterator[tuple[str, str]]:
    """Write the feed of each edition: (path, XML)."""
    at, changed = shared.inputs.at, changes(shared)
    earned = [shared.badges[slug] for slug in changed]
    newest = sorted(earned, key=lambda badge: (-changed[badge.slug].timestamp(), badge.slug))
    for edition in shared.editions:
        views = [shared.badge_view(badge, edition) for badge in newest[:MOST]]
        title = shared.screens.title(edition)
        yield edition.path(addresses.FEED), _feed(edition, title, views, changed, at)


def changes(shared: Shared) -> dict[str, datetime.datetime]:
    """Return when each badge that can be earned was last changed, as far as the commit knows."""
    times, at = shared.inputs.changed, shared.inputs.at
    earned = [str(slug) for slug, badge in shared.badges.items() if badge.status == "active"]
    return {slug: min(times.get(slug, at), at) for slug in earned}


def _feed(
    edition: Edition,
    title: Words | str,
    views: Sequence[BadgeView],
    changed: Mapping[str, datetime.datetime],
    at: datetime.datetime,
) -> str:
    catalogue, phrase = edition.address(addresses.BADGES), edition.phrases.phrase
    updated = max(changed.values(), default=at)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<feed xmlns={quoteattr(ATOM)} xml:lang={quoteattr(edition.language)}>",
            f"<id>{_text(_id(edition, addresses.BADGES))}</id>",
            f"<title>{_text(phrase('site.feed_title', title=title))}</title>",
            f"<updated>{instant(updated)}</updated>",
            _link("self", edition.address(addresses.FEED), "application/atom+xml"),
            _link("alternate", catalogue, "text/html"),
            f"<author><name>{_text(str(title))}</name></author>",
            "<generator>obit</generator>",
            *(_entry(view, edition, changed[view.slug]) for view in views),
            "</feed>",
            "",
        ]
    )


def _entry(view: BadgeView, edition: Edition, updated: datetime.datetime) -> str:
    settings, page = edition.settings, addresses.badge_page(view.slug)
    summary = prose.to_words(str(view.description), MAX_SUMMARY)
    definition = addresses.url(settings, addresses.achievement_file(view.slug, view.version))
    lines = [
        "<entry>",
        f"<id>{_text(_id(edition, page))}</id>",
        f"<title{_tongue(view.name)}>{_text(str(view.name))}</title>",
        f"<updated>{instant(updated)}</updated>",
        _link("alternate", edition.address(page), "text/html", edition.language),
        _link("related", definition, "application/json"),
        f"<summary{_tongue(view.description)}>{_text(summary)}</summary>",
        *_author(view),
        *(f"<category term={_attribute(str(tag))}/>" for tag in view.tags),
        "</entry>",
    ]
    return "\n".join(lines)


def _author(view: BadgeView) -> Iterator[str]:
    if view.issuer is not None:
        address = web_address(view.issuer.website.href) if view.issuer.website else None
        uri = f"<uri>{_text(address)}</uri>" if address else ""
        yield f"<author{_tongue(view.issuer.name)}><name>{_text(str(view.issuer.name))}</name>{uri}</author>"


def _id(edition: Edition, path: str) -> str:
    """Return the address below the language's own folder, which every site has."""
    return addresses.url(edition.settings, f"{edition.language}/{path}")


def _link(rel: str, href: str, kind: str, language: str = "") -> str:
    tongue = f" hreflang={quoteattr(language)}" if language else ""
    return f'<link rel="{rel}" type="{kind}" href={_attribute(href)}{tongue}/>'


def _tongue(words: Words) -> str:
    return f" xml:lang={quoteattr(words.language)}" if words.language else ""


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("", text))
