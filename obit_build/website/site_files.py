"""The files of a site that belong to no single award: theme, documents of issuers and badges, pages, lists."""

from collections.abc import Iterator

from obit_build import addresses
from obit_build.credentials.achievements import achievement_document, achievement_languages
from obit_build.credentials.issuer_keys import did_json, hosted_key, thumbprint, to_jwk
from obit_build.credentials.profiles import profile_document
from obit_build.credentials.twins import Twins
from obit_build.hosting.security_txt import PATH as SECURITY_TXT
from obit_build.hosting.security_txt import security_txt
from obit_build.hosting.settings import headers_file
from obit_build.pictures import colours
from obit_build.website import legal_pages, listings, pathways, skills, web_app
from obit_build.website.award_screens import AwardScreens
from obit_build.website.catalogue import Catalogue
from obit_build.website.editions import Edition
from obit_build.website.feed import feeds
from obit_build.website.files import OutputFile, json_file, text_file, text_files
from obit_build.website.former import picture_files
from obit_build.website.issuer_pages import logo_source
from obit_build.website.posters import posters
from obit_build.website.shared import Shared

OWN_RULES = "assets/own.css"


def host_files(shared: Shared) -> Iterator[OutputFile]:
    """Yield what tells hosts how to serve the site, and finders of a weakness whom to tell."""
    settings = shared.repository.settings
    yield OutputFile(".nojekyll", b"")
    yield text_file("_headers", headers_file(settings.languages))
    if (text := security_txt(settings, shared.inputs.at)) is not None:
        yield text_file(SECURITY_TXT, text)


def assets(shared: Shared) -> Iterator[OutputFile]:
    """Yield the theme's files: ours in the centre's colours, the centre's own as they are."""
    repository, theme = shared.repository, shared.repository.settings.theme
    for path, data in shared.theme.assets():
        if path == "assets/style.css":
            more = colours.style(theme) + shared.theme.files.get(OWN_RULES, "")
            yield OutputFile(path, data + more.encode())
        elif path == OWN_RULES:
            continue  # they are in the style sheet, after ours
        elif path == web_app.PAGE_ICON:
            yield OutputFile(path, web_app.page_icon(shared.theme, repository))
        else:
            yield OutputFile(path, data)
    for path, data in sorted(repository.files.items()):
        if path.startswith("templates/assets/") and path.endswith(".png"):
            yield OutputFile(path.removeprefix("templates/"), data)


def issuer_files(shared: Shared, twins: Twins, slug: str) -> Iterator[OutputFile]:
    """Yield an issuer's documents and logo."""
    repository, settings = shared.repository, shared.repository.settings
    profile = repository.profiles[slug]
    known = did_json(shared.ledger, slug, also_known_as=twins.identity(slug))
    yield json_file(addresses.did_file(slug), known, "did")
    for key in shared.ledger.published(slug):  # where readers of tokens look for a key
        path = addresses.jwk_file(slug, thumbprint(to_jwk(key.public_key_multibase)))
        yield json_file(path, hosted_key(key), "jwk")
    document = profile_document(repository, profile, settings.default_language)
    yield json_file(addresses.profile_file(slug), document, "profile")
    yield from text_files(twins.of_issuer(slug))
    logo = repository.files.get(logo_source(profile))
    if profile.image and logo is not None:
        yield OutputFile(addresses.logo_file(slug, profile.image.file), logo)


def badge_files(shared: Shared, twins: Twins, slug: str) -> Iterator[OutputFile]:
    """Yield a badge's documents, pictures and posters."""
    repository, badge = shared.repository, shared.badges[slug]
    languages = achievement_languages(repository.settings, badge)
    for language in languages:
        document = achievement_document(repository, badge, language)
        own = addresses.achievement_file(slug, badge.version, language)
        yield json_file(own, document, "achievement")
        if language == languages[0]:  # the default language, where the badge has it
            yield json_file(addresses.achievement_file(slug, badge.version), document)
        yield from text_files(twins.of_badge(badge, language))
    yield from picture_files(shared, slug, badge.version)
    yield from posters(shared, slug)


def pages(shared: Shared, edition: Edition) -> Iterator[OutputFile]:
    """Yield the pages of one edition, but those of awards and holders."""
    badges = [shared.badge_view(badge, edition) for badge in shared.badges.values()]
    issuers = [shared.issuer_view(slug, edition) for slug in sorted(shared.repository.profiles)]
    yield from text_files(shared.screens.pages(edition, badges, issuers))
    yield text_file(*Catalogue(shared).page(edition))
    yield from text_files(skills.pages(shared, edition))
    yield from text_files(pathways.pages(shared, edition))
    yield from text_files(legal_pages.pages(shared, edition))
    yield text_file(*AwardScreens(shared.screens).use(edition))


def listed_pages(shared: Shared) -> Iterator[str]:
    """Yield the neutral paths of :func:`pages` that search engines may know."""
    yield ""
    for slug, badge in shared.badges.items():
        if badge.status != "draft":
            yield addresses.badge_page(slug)
    yield addresses.ISSUERS
    yield from map(addresses.issuer_page, sorted(shared.repository.profiles))
    yield from (addresses.VERIFY, addresses.ACCESSIBILITY, addresses.BADGES)
    frameworks = shared.skills.frameworks
    if frameworks:
        yield addresses.FRAMEWORKS
    for framework in frameworks:
        yield framework.page
        yield from (entry.page for entry in framework.entries)
    if shared.repository.pathways:
        yield addresses.PATHWAYS
    yield from map(addresses.pathway_page, shared.repository.pathways)
    yield from (addresses.PRIVACY, addresses.LEGAL, addresses.PUBLICATION, addresses.USE)


def listing_files(shared: Shared) -> Iterator[OutputFile]:
    """Yield what machines read about the whole site."""
    settings, badges = shared.repository.settings, list(shared.badges.values())
    public = [x for x in shared.ledger.awards.values() if shared.is_public(x)]
    yield json_file("catalog.json", listings.catalog(shared.repository, badges, public))
    paths = [*listed_pages(shared), *(addresses.award_page(x.id) for x in public)]
    yield from text_files(listings.sitemaps(settings, paths))
    yield text_file("robots.txt", listings.robots(settings))
    yield from text_files(feeds(shared))
