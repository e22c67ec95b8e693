"""Which files the site has, one after the other: a pure function of repository and ledger.

Every file is a pair of path and bytes; they stream, so that a large site never stands in memory
as a whole. No key, no clock, no network: the time is the commit's, the credentials are the
ledger's, byte for byte.
"""

from collections.abc import Iterator

from obit_build import addresses, colours, schemas
from obit_build.achievements import achievement_document, achievement_languages
from obit_build.host_settings import headers_file
from obit_build.issuer_keys import did_json, hosted_key, thumbprint, to_jwk
from obit_build.profiles import profile_document
from obit_build.twins import Twins
from obit_build.website import legal_pages, listings, pathways, skills
from obit_build.website.award_files import AwardFiles, picture_files
from obit_build.website.catalogue import Catalogue
from obit_build.website.files import OutputFile, json_file, refuse_odd, text_file, text_files
from obit_build.website.gallery import Gallery
from obit_build.website.holder_pages import HolderPages
from obit_build.website.issuer_pages import logo_source
from obit_build.website.shared import Shared, SiteInputs

OWN_RULES = "assets/own.css"


def plan_site(inputs: SiteInputs) -> Iterator[OutputFile]:
    """Yield every file of the site, each path once.

    Raises RenderError for a template that can't be rendered, BakingError for a picture.
    """
    shared = Shared(inputs)
    for file in _files(shared):
        refuse_odd(file.path)
        yield file


def _files(shared: Shared) -> Iterator[OutputFile]:
    inputs = shared.inputs
    twins = Twins(
        repository=shared.repository,
        ledger=shared.ledger,
        awards=shared.awards,
        is_public=shared.is_public,
        phrases={str(edition.language): edition.phrases for edition in shared.editions},
    )
    yield OutputFile(".nojekyll", b"")
    yield text_file("_headers", headers_file(shared.repository.settings.languages))
    yield from _assets(shared)
    for path in sorted(inputs.status_lists):
        yield OutputFile(path, inputs.status_lists[path])
    for path in sorted(inputs.log):
        yield OutputFile(path, inputs.log[path])
    for path, data in (*schemas.published(), *shared.endorsed.files()):
        yield OutputFile(path, data)
    yield from _issuer_files(shared, twins)
    yield from _badge_files(shared, twins)
    yield from _pages(shared)
    awards = AwardFiles(shared, twins)
    yield from text_files(awards.screens.use(edition) for edition in shared.editions)
    yield from awards.files()
    yield from HolderPages(awards).files()
    if shared.ledger.mode == "preview":
        yield from Gallery(shared, awards.screens).files()
    yield from _listings(shared)


def _assets(shared: Shared) -> Iterator[OutputFile]:
    """Yield the theme's files: ours in the centre's colours, the centre's own as they are."""
    repository, theme = shared.repository, shared.repository.settings.theme
    for path, data in shared.theme.assets():
        own = path in repository.templates
        if path == "assets/style.css":
            more = colours.style(theme) + shared.theme.files.get(OWN_RULES, "")
            yield OutputFile(path, data + more.encode())
        elif path == OWN_RULES:
            continue  # they are in the style sheet, after ours
        elif path == "assets/icon.svg" and theme.accent and not own:
            drawn = data.decode().replace(colours.LIGHT["accent"], theme.accent)
            yield OutputFile(path, drawn.encode())
        else:
            yield OutputFile(path, data)
    for path, data in sorted(repository.files.items()):
        if path.startswith("templates/assets/") and path.endswith(".png"):
            yield OutputFile(path.removeprefix("templates/"), data)


def _issuer_files(shared: Shared, twins: Twins) -> Iterator[OutputFile]:
    repository, settings = shared.repository, shared.repository.settings
    for slug, profile in sorted(repository.profiles.items()):
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


def _badge_files(shared: Shared, twins: Twins) -> Iterator[OutputFile]:
    repository, settings = shared.repository, shared.repository.settings
    for slug, badge in shared.badges.items():
        languages = achievement_languages(settings, badge)
        for language in languages:
            document = achievement_document(repository, badge, language)
            own = addresses.achievement_file(slug, badge.version, language)
            yield json_file(own, document, "achievement")
            if language == languages[0]:  # the default language, where the badge has it
                yield json_file(addresses.achievement_file(slug, badge.version), document)
            yield from text_files(twins.of_badge(badge, language))
        yield from picture_files(shared, slug, badge.version)


def _pages(shared: Shared) -> Iterator[OutputFile]:
    catalogue = Catalogue(shared)
    yield from catalogue.files()
    for edition in shared.editions:
        badges = [shared.badge_view(badge, edition) for badge in shared.badges.values()]
        issuers = [shared.issuer_view(slug, edition) for slug in sorted(shared.repository.profiles)]
        yield from text_files(shared.screens.pages(edition, badges, issuers))
        yield text_file(*catalogue.page(edition))
        yield from text_files(skills.pages(shared, edition))
        yield from text_files(pathways.pages(shared, edition))
        yield from text_files(legal_pages.pages(shared, edition))
    yield text_file("404.html", shared.screens.not_found())


def _listings(shared: Shared) -> Iterator[OutputFile]:
    settings, badges = shared.repository.settings, list(shared.badges.values())
    public = [x for x in shared.ledger.awards.values() if shared.is_public(x)]
    yield json_file("catalog.json", listings.catalog(shared.repository, badges, public))
    pages = [*shared.screens.paths, *(addresses.award_page(x.id) for x in public)]
    yield text_file("sitemap.xml", listings.sitemap(settings, pages))
    yield text_file("robots.txt", listings.robots(settings))
