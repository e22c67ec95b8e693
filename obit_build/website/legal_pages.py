"""The privacy page and the legal notice: written from obit.yaml, and from what the site really holds.

The privacy page claims nothing that the settings don't bear out: it tells of hashed addresses only
where there are any, of a host only where one is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from obit_build import addresses
from obit_build.website.editions import Edition, Fact, Link, Meta, Words, outside, web_address
from obit_build.website.shared import Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes the site: as obit.yaml says, else the issuers, with their pages."""

    name: Words | None
    issuers: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyView:
    """What the site holds about people, in one language."""

    controller: Words | None
    publisher: Publisher
    contact: str | None
    is_hashed: bool
    """Whether credentials hold a salted hash of the e-mail address."""
    is_public: bool
    """Whether awards are listed unless somebody wishes otherwise."""
    kept: str
    """For how long, in words; empty if it is not decided."""
    host: Words | None
    basis: Words | None
    logs: Words | None
    more: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalView:
    """The legal notice in one language."""

    publisher: Publisher
    facts: tuple[Fact, ...]
    contact: str | None
    more: Words | None


def pages(shared: Shared, edition: Edition) -> Iterator[tuple[str, str]]:
    """Render both pages in one edition: (path of the file, HTML)."""
    t = edition.phrases.phrase
    crumbs = shared.screens.trail(edition)[:1]
    meta = Meta(
        path=addresses.PRIVACY,
        title=t("privacy.title"),
        description=t("privacy.lead"),
        crumbs=crumbs,
    )
    yield shared.screens.page(
        edition, "privacy.html", meta, {"privacy": privacy_view(shared, edition)}
    )
    meta = Meta(
        path=addresses.LEGAL, title=t("legal.title"), description=t("legal.lead"), crumbs=crumbs
    )
    yield shared.screens.page(edition, "legal.html", meta, {"legal": legal_view(shared, edition)})


def _publisher(shared: Shared, edition: Edition) -> Publisher:
    repository = shared.repository
    named = repository.settings.legal.publisher
    default = repository.settings.defaults.issuer
    slugs = [default] if default in repository.profiles else sorted(repository.profiles)
    issuers = tuple(
        Link(addresses.issuer_page(slug), edition.say(repository.profiles[slug].name))
        for slug in slugs
        if slug is not None
    )
    return Publisher(name=edition.maybe(named), issuers=() if named else issuers)


def privacy_view(shared: Shared, edition: Edition) -> PrivacyView:
    """Say what the site holds about people and what they can do about it."""
    settings = shared.repository.settings
    said = settings.privacy
    return PrivacyView(
        controller=edition.maybe(said.controller),
        publisher=_publisher(shared, edition),
        contact=said.contact,
        is_hashed=said.identity == "hashed-email",
        is_public=said.visibility == "public",
        kept=edition.duration(said.retention) if said.retention else "",
        host=edition.maybe(settings.legal.host),
        basis=edition.maybe(said.basis),
        logs=edition.maybe(said.logs),
        more=edition.maybe(said.text),
    )


def legal_view(shared: Shared, edition: Edition) -> LegalView:
    """Say who publishes the site, who answers for it and where it is hosted."""
    settings, t = shared.repository.settings, edition.phrases.phrase
    said = settings.legal
    rows = (
        (t("legal.address"), edition.maybe(said.address)),
        (t("legal.number"), said.number),
        (t("legal.responsible"), edition.maybe(said.responsible)),
    )
    facts = [Fact(label, value) for label, value in rows if value]
    if host := edition.maybe(said.host):
        site = web_address(said.host_url)
        facts.append(Fact(t("legal.host"), host, outside(site, host) if site else None))
    return LegalView(
        publisher=_publisher(shared, edition),
        facts=tuple(facts),
        contact=settings.privacy.contact,
        more=edition.maybe(said.text),
    )
