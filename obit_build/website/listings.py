"""What machines read about the whole site: catalogue, site map, robots.

Badges and issuers only; an award is named here only if it is public.
"""

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from obit_build import addresses
from obit_build.centre.endorsements import subject_of
from obit_build.ledger.ledger import IssuedAward
from obit_build.model.achievement import Achievement, Alignment
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Text
from obit_build.securing.keys import did_for
from obit_build.strict_json import JsonObject

SITEMAP = "sitemap.xml"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 20_000
"""In one map. The protocol allows 50 000 and 50 MB, which the names of languages would reach first."""
XHTML = "http://www.w3.org/1999/xhtml"
_XML = '<?xml version="1.0" encoding="UTF-8"?>'


def _texts(text: Text | None) -> dict[str, str] | None:
    return dict(text.by_language) if text else None


def _present(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if value not in (None, [], "")}


def catalog(
    repository: Repository, badges: Sequence[Achievement], awards: Iterable[IssuedAward]
) -> JsonObject:
    """Build ``catalog.json``; ``awards`` are the public ones only."""
    settings = repository.settings
    return _present(
        {
            "format": 1,
            "site": addresses.url(settings, ""),
            "title": _texts(settings.title),
            "languages": list(settings.languages),
            "specimen": settings.specimen,
            "issuers": [
                _issuer(repository, repository.profiles[slug])
                for slug in sorted(repository.profiles)
            ],
            "badges": [_badge(repository, badge) for badge in badges],
            "awards": [_award(settings, award) for award in awards],
        }
    )


def _endorsements(repository: Repository, page: str) -> list[str]:
    """List the signed files about an issuer or badge; those about awards are theirs alone."""
    settings = repository.settings
    return [
        addresses.url(settings, addresses.endorsement_file(page, endorsement.name))
        for endorsement in repository.endorsements
        if f"{endorsement.folder}/" == page
        and (subject := subject_of(settings, endorsement.subject)) is not None
        and subject.kind != "award"
    ]


def _issuer(repository: Repository, profile: Profile) -> JsonObject:
    settings = repository.settings
    return _present(
        {
            "id": did_for(settings.base, profile.slug),
            "slug": profile.slug,
            "name": _texts(profile.name),
            "description": _texts(profile.description),
            "url": profile.url,
            "endorsements": _endorsements(repository, addresses.issuer_page(profile.slug)),
            "page": addresses.url(settings, addresses.issuer_page(profile.slug)),
            "profile": addresses.url(settings, addresses.profile_file(profile.slug)),
        }
    )


def _badge(repository: Repository, badge: Achievement) -> JsonObject:
    settings, issuer = repository.settings, repository.issuer_of(badge)
    return _present(
        {
            "id": addresses.url(settings, addresses.achievement_file(badge.slug, badge.version)),
            "slug": badge.slug,
            "version": badge.version,
            "status": badge.status,
            "name": _texts(badge.name),
            "description": _texts(badge.description),
            "type": str(badge.achievement_type),
            "issuer": did_for(settings.base, issuer.slug) if issuer else None,
            "hours": str(badge.hours) if badge.hours is not None else None,
            "eqfLevel": badge.eqf_level,
            "expires": badge.expires,
            "tags": [tag.text(settings.default_language) for tag in badge.tag],
            "alignment": [_alignment(entry) for entry in badge.alignment],
            "prerequisites": list(badge.prerequisites),
            "endorsements": _endorsements(repository, addresses.badge_page(badge.slug)),
            "image": addresses.url(
                settings, addresses.badge_image(badge.slug, badge.version, "png")
            ),
            "page": addresses.url(settings, addresses.badge_page(badge.slug)),
        }
    )


def _alignment(entry: Alignment) -> JsonObject:
    return _present(
        {
            "targetName": _texts(entry.target_name),
            "targetUrl": entry.target_url,
            "targetFramework": entry.target_framework,
            "targetVersion": entry.target_version,
            "targetCode": entry.target_code,
        }
    )


def _award(settings: Settings, award: IssuedAward) -> JsonObject:
    return {
        "badge": award.badge,
        "version": award.version,
        "issuer": did_for(settings.base, award.issuer),
        "issued": award.issued.isoformat(),
        "page": addresses.url(settings, addresses.award_page(award.id)),
        "credential": addresses.url(settings, addresses.credential_file(award.id)),
    }


def sitemaps(settings: Settings, pages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Build ``sitemap.xml`` from neutral paths: (path, XML); each language names all the others.

    A site with more addresses than a map may have gets several, and ``sitemap.xml`` lists them.
    """
    size = max(1, MOST_ADDRESSES // len(settings.languages))
    parts = [pages[start : start + size] for start in range(0, len(pages), size)]
    if len(parts) <= 1:
        yield SITEMAP, _sitemap(settings, pages)
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        yield name, _sitemap(settings, part)
    listed = (f"<sitemap><loc>{escape(addresses.url(settings, x))}</loc></sitemap>" for x in names)
    yield (
        SITEMAP,
        "\n".join([_XML, f'<sitemapindex xmlns="{SITEMAPS}">', *listed, "</sitemapindex>", ""]),
    )


def _sitemap(settings: Settings, pages: Iterable[str]) -> str:
    lines = [_XML, f'<urlset xmlns="{SITEMAPS}" xmlns:xhtml="{XHTML}">']
    for page in pages:
        at = {x: addresses.in_language(settings, page, x) for x in settings.languages}
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(x)} href={quoteattr(there)}/>'
            for x, there in (*at.items(), ("x-default", addresses.url(settings, page)))
        )
        lines += [f"<url><loc>{escape(there)}</loc>{links}</url>" for there in at.values()]
    lines.append("</urlset>")
    return "\n".join(lines) + "\n"


def robots(settings: Settings) -> str:
    """Build ``robots.txt``: all may read. Unlisted pages say ``noindex`` themselves.

    A line that forbade them would only advertise them, and keep robots from seeing ``noindex``.
    """
    return f"User-agent: *\nAllow: /\n\nSitemap: {addresses.url(settings, SITEMAP)}\n"
