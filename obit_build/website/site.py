"""Which files the site has, one after the other: a pure function of repository and ledger.

Every file is a pair of path and bytes; they stream, so that a large site never stands in memory
as a whole. No key, no clock, no network: the time is the commit's, the credentials are the
ledger's, byte for byte.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from obit_build import addresses, bake, documents, keys, schemas
from obit_build.achievements import achievement_document, achievement_languages
from obit_build.errors import RenderError
from obit_build.issuer_keys import document_of, thumbprint, to_jwk
from obit_build.ledger import IssuedAward, Ledger
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award
from obit_build.model.repository import Repository
from obit_build.profiles import CONTEXT, profile_document
from obit_build.strict_json import JsonObject
from obit_build.twins import Twins
from obit_build.website import listings
from obit_build.website.award_pages import AwardSource, award_view, qr_code
from obit_build.website.editions import Edition, editions
from obit_build.website.endorsement_pages import Endorsed
from obit_build.website.pages import (
    BadgeView,
    IssuerView,
    badge_view,
    issuer_view,
    logo_source,
    published_badges,
)
from obit_build.website.render import Renderer, Theme
from obit_build.website.screens import Screens
from obit_build.website.states import state_of

_SAFE_PATH = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9._~+-]+(?:/[A-Za-z0-9._~+-]+)*")


@dataclass(frozen=True, slots=True)
class Pictures:
    """A badge's picture, checked and without a credential in it."""

    svg: bytes | None
    png: bytes


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file of the site; ``path`` is relative, with ``/``."""

    path: str
    data: bytes


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


def plan_site(inputs: SiteInputs) -> Iterator[OutputFile]:
    """Yield every file of the site, each path once.

    Raises RenderError for a template that can't be rendered, BakingError for a picture.
    """
    site = _Site(inputs)
    for file in site.files():
        _refuse_odd(file.path)
        yield file


def _refuse_odd(path: str) -> None:
    if not _SAFE_PATH.fullmatch(path):
        raise RenderError(
            f'the site can\'t have a file at "{path[:80]}"',
            fix="use plain letters, digits, dots and hyphens in versions and file names",
        )


def _text(path: str, text: str) -> OutputFile:
    return OutputFile(path, text.encode())


def _texts(files: Iterable[tuple[str, str]]) -> Iterator[OutputFile]:
    return (_text(*file) for file in files)


def _json(path: str, document: JsonObject, kind: schemas.Kind | None = None) -> OutputFile:
    """Write a document that fits its schema; old ones, which were signed so, are not asked."""
    _refuse_odd(path)
    if kind is not None:
        schemas.check(kind, document)
    return _text(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")


@dataclass(slots=True)
class _Site:
    inputs: SiteInputs
    repository: Repository = field(init=False)
    ledger: Ledger = field(init=False)
    editions: tuple[Edition, ...] = field(init=False)
    screens: Screens = field(init=False)
    badges: dict[str, Achievement] = field(init=False)
    awards: dict[str, Award] = field(init=False)
    blanks: dict[str, tuple[tuple[str, bake.Blank], ...]] = field(init=False, default_factory=dict)
    """Badge slug → (file name, picture made ready for many credentials)."""
    views: dict[tuple[str, str, str, str], BadgeView] = field(init=False, default_factory=dict)
    issuers: dict[tuple[str, str], IssuerView] = field(init=False, default_factory=dict)
    twins: Twins = field(init=False)
    endorsed: Endorsed = field(init=False)

    def __post_init__(self) -> None:
        self.repository, self.ledger = self.inputs.repository, self.inputs.ledger
        settings, templates = self.repository.settings, self.repository.templates
        self.editions = editions(settings, templates)
        self.screens = Screens(
            Renderer(self.inputs.theme.with_overrides(templates)),
            self.editions,
            preview=self.ledger.mode == "preview",
            at=self.inputs.at,
            commit=self.inputs.commit,
        )
        self.badges = {x.slug: x for x in published_badges(self.repository, self.ledger)}
        self.awards = {self.ledger.award_id(x.key): x for x in self.repository.awards}
        self.endorsed = Endorsed(
            repository=self.repository,
            ledger=self.ledger,
            at=self.inputs.at,
            status_lists=self.inputs.status_lists,
        )
        self.twins = Twins(
            repository=self.repository,
            ledger=self.ledger,
            awards=self.awards,
            is_public=self.is_public,
            phrases={str(edition.language): edition.phrases for edition in self.editions},
        )

    def files(self) -> Iterator[OutputFile]:
        theme = self.inputs.theme.with_overrides(self.repository.templates)
        yield OutputFile(".nojekyll", b"")
        for path, data in theme.assets():
            yield OutputFile(path, data)
        for path in sorted(self.inputs.status_lists):
            yield OutputFile(path, self.inputs.status_lists[path])
        for path, data in (*schemas.published(), *self.endorsed.files()):
            yield OutputFile(path, data)
        yield from self.issuer_files()
        yield from self.badge_files()
        yield from self.pages()
        yield from self.award_files()
        yield from self.listings()

    def issuer_files(self) -> Iterator[OutputFile]:
        settings = self.repository.settings
        for slug, profile in sorted(self.repository.profiles.items()):
            did, multikeys = keys.did_for(settings.base, slug), self.ledger.keys_of(slug)
            known = document_of(did, multikeys, also_known_as=self.twins.identity(slug))
            yield _json(addresses.did_file(slug), known, "did")
            for key in multikeys:  # the form in which readers of tokens look for a key
                jwk = to_jwk(key)
                yield _json(addresses.jwk_file(slug, thumbprint(jwk)), jwk, "jwk")
            document = profile_document(self.repository, profile, settings.default_language)
            yield _json(addresses.profile_file(slug), document, "profile")
            yield from _texts(self.twins.of_issuer(slug))
            logo = self.repository.files.get(logo_source(profile))
            if profile.image and logo is not None:
                yield OutputFile(addresses.logo_file(slug, profile.image.file), logo)

    def badge_files(self) -> Iterator[OutputFile]:
        settings = self.repository.settings
        for slug, badge in self.badges.items():
            languages = achievement_languages(settings, badge)
            for language in languages:
                document = achievement_document(self.repository, badge, language)
                own = addresses.achievement_file(slug, badge.version, language)
                yield _json(own, document, "achievement")
                if language == languages[0]:  # the default language, where the badge has it
                    yield _json(addresses.achievement_file(slug, badge.version), document)
                yield from _texts(self.twins.of_badge(badge, language))
            yield from self.picture_files(slug, badge.version)

    def picture_files(self, slug: str, version: str) -> Iterator[OutputFile]:
        pictures = self.inputs.pictures.get(slug)
        if pictures is not None:
            yield OutputFile(addresses.badge_image(slug, version, "png"), pictures.png)
            if pictures.svg is not None:
                yield OutputFile(addresses.badge_image(slug, version, "svg"), pictures.svg)

    def issuer_view(self, slug: str, edition: Edition) -> IssuerView:
        key = (slug, edition.prefix)
        if key not in self.issuers:
            profile = self.repository.profiles[slug]
            view = issuer_view(self.repository, self.ledger, profile, edition)
            self.issuers[key] = self.endorsed.issuer(view, edition)
        return self.issuers[key]

    def badge_view(self, badge: Achievement, edition: Edition, language: str = "") -> BadgeView:
        """Show a badge; ``language`` tells apart what several credentials of old said."""
        key = (badge.slug, badge.version, edition.prefix, language)
        if key not in self.views:
            pictures = self.inputs.pictures.get(badge.slug)
            has_svg = pictures is not None and pictures.svg is not None
            view = badge_view(self.repository, self.ledger, badge, edition, svg=has_svg)
            self.views[key] = self.endorsed.badge(view, edition)
        return self.views[key]

    def pages(self) -> Iterator[OutputFile]:
        for edition in self.editions:
            badges = [self.badge_view(badge, edition) for badge in self.badges.values()]
            issuers = [self.issuer_view(slug, edition) for slug in sorted(self.repository.profiles)]
            for path, html in self.screens.pages(edition, badges, issuers):
                yield _text(path, html)
        yield _text("404.html", self.screens.not_found())

    def award_files(self) -> Iterator[OutputFile]:
        old: dict[str, JsonObject] = {}
        for issued in self.ledger.awards.values():
            if issued.state == "withdrawn":
                yield from self.withdrawn(issued)
                continue
            data = self.inputs.credential(issued.id)
            document = json.loads(data)
            source = self.source(issued, document)
            yield OutputFile(addresses.credential_file(issued.id), data)
            if issued.token_sha256:
                yield OutputFile(addresses.token_file(issued.id), self.inputs.token(issued.id))
            image = (
                addresses.award_page(issued.id) + "badge.png" if self.blanks_of(issued) else None
            )
            twin = list(_texts(self.twins.of_award(issued, document, image)))
            yield from twin
            if not source.state.is_final:
                yield from self.baked(issued, data, twin[-1].data if twin else None)
            for edition in self.editions:
                yield _text(*self.award_page(source, edition))
            if source.achievement is not self.badges.get(issued.badge):
                self.remember(old, issued, document, source.language)
        for path in sorted(old):
            yield _json(path, old[path])
        yield from self.old_pictures()

    def source(self, issued: IssuedAward, document: JsonObject) -> AwardSource:
        settings = self.repository.settings
        language = documents.language_of(document, settings.default_language)
        award = self.awards.get(issued.id)
        badge = self.badges.get(issued.badge)
        if badge is None or badge.version != issued.version:
            badge = documents.achievement_of(document, issued.badge, issued.version, language)
        recipient = self.repository.recipients.get(award.key.recipient) if award else None
        profile = self.repository.profiles.get(issued.issuer)
        address = addresses.url(settings, addresses.award_page(issued.id))
        return AwardSource(
            issued=issued,
            document=document,
            state=state_of(issued, document, self.inputs.at),
            award=award,
            holder=recipient.public_name if recipient else None,
            achievement=badge,
            issuer=profile or documents.profile_of(document, issued.issuer, language),
            listed=self.is_public(issued),
            language=language,
            preview=self.ledger.mode == "preview",
            qr=qr_code(address),
        )

    def is_public(self, issued: IssuedAward) -> bool:
        award = self.awards.get(issued.id)
        wished = award.visibility if award else None
        default = self.repository.settings.privacy.visibility
        return issued.state != "withdrawn" and (wished or default) == "public" and award is not None

    def blanks_of(self, issued: IssuedAward) -> tuple[tuple[str, bake.Blank], ...]:
        """Make the pictures of an award's badge ready for many credentials, once."""
        if issued.badge not in self.blanks:
            pictures = self.inputs.pictures.get(issued.badge)
            found = {"png": pictures.png, "svg": pictures.svg} if pictures else {}
            self.blanks[issued.badge] = tuple(
                (f"badge.{kind}", bake.prepare(image, both=True))
                for kind, image in found.items()
                if image
            )
        return self.blanks[issued.badge]

    def baked(self, issued: IssuedAward, data: bytes, twin: bytes | None) -> Iterator[OutputFile]:
        folder, text = addresses.award_page(issued.id), data.decode()
        for name, blank in self.blanks_of(issued):
            both = blank.with_both(text, twin.decode()) if twin else blank.with_credential(text)
            yield OutputFile(folder + name, both)

    def award_page(self, source: AwardSource, edition: Edition) -> tuple[str, str]:
        current = source.achievement is self.badges.get(source.issued.badge)
        badge = self.badge_view(source.achievement, edition, "" if current else source.language)
        issuer = (
            self.issuer_view(source.issuer.slug, edition)
            if source.issuer.slug in self.repository.profiles
            else issuer_view(self.repository, self.ledger, source.issuer, edition)
        )
        view = award_view(source, edition, badge, issuer, self.inputs.at)
        view = self.endorsed.award(view, edition)
        return self.screens.award(edition, view, has_page=source.issued.badge in self.badges)

    def withdrawn(self, issued: IssuedAward) -> Iterator[OutputFile]:
        """Leave a page that says so, and nothing of what was there."""
        yield from _texts(self.twins.of_withdrawn(issued))
        for edition in self.editions:
            yield _text(*self.screens.withdrawn(edition, issued))

    def remember(
        self, old: dict[str, JsonObject], issued: IssuedAward, document: JsonObject, language: str
    ) -> None:
        """Keep the documents of earlier versions at their addresses, as they were signed."""
        node = documents.member(documents.member(document, "credentialSubject"), "achievement")
        settings, at = self.repository.settings, (issued.badge, issued.version)
        path = addresses.achievement_file(*at, language)
        if node.get("id") == addresses.url(settings, path):
            said = {"@context": CONTEXT, **node}
            old.setdefault(path, said)
            if language == settings.default_language:
                old[addresses.achievement_file(*at)] = old[path]
            old.setdefault(addresses.achievement_file(*at), said)

    def old_pictures(self) -> Iterator[OutputFile]:
        """Keep the pictures' addresses of earlier versions; they show the present picture."""
        versions = {
            (x.badge, x.version) for x in self.ledger.awards.values() if x.state != "withdrawn"
        }
        for slug, version in sorted(versions):
            if slug not in self.badges or self.badges[slug].version != version:
                yield from self.picture_files(slug, version)

    def listings(self) -> Iterator[OutputFile]:
        settings, badges = self.repository.settings, list(self.badges.values())
        public = [x for x in self.ledger.awards.values() if self.is_public(x)]
        yield _json("catalog.json", listings.catalog(self.repository, badges, public))
        pages = [*self.screens.paths, *(addresses.award_page(x.id) for x in public)]
        yield _text("sitemap.xml", listings.sitemap(settings, pages))
        yield _text("robots.txt", listings.robots(settings))
