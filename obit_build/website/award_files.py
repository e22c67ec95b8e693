"""The files of one award after the other: credential, token, twin, pictures, pages.

An issued credential is published byte for byte. What was withdrawn leaves a page that says so.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from obit_build import addresses
from obit_build.credentials import documents
from obit_build.ledger.ledger import IssuedAward
from obit_build.pictures import bake, qr_codes
from obit_build.pictures.png import measure
from obit_build.strict_json import JsonObject
from obit_build.website.award_languages import spoken_otherwise
from obit_build.website.award_pages import AwardSource, AwardView, award_view, decision_of
from obit_build.website.award_screens import AwardScreens
from obit_build.website.award_sheets import Sheets
from obit_build.website.bands import band
from obit_build.website.certificates import Certificates
from obit_build.website.credential_kinds import CredentialKinds
from obit_build.website.editions import Edition
from obit_build.website.files import Output, OutputFile, Turn, json_file, text_file, text_files
from obit_build.website.former import Former
from obit_build.website.issuer_pages import issuer_view
from obit_build.website.pages import BadgeView
from obit_build.website.shared import Shared
from obit_build.website.sharing import oembed
from obit_build.website.states import AwardState, state_of, turns_of


@dataclass(slots=True)
class AwardFiles:
    """The awards of one site."""

    shared: Shared
    former: Former
    screens: AwardScreens = field(init=False)
    kinds: CredentialKinds = field(init=False, default_factory=CredentialKinds)
    sheets: Sheets = field(init=False)
    certificates: Certificates = field(init=False)
    _blanks: dict[str, tuple[tuple[str, bake.Blank], ...]] = field(init=False, default_factory=dict)
    """Badge slug → (file name, picture made ready for many credentials)."""
    _sizes: dict[str, tuple[int, int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.screens = AwardScreens(self.shared.screens)
        self.sheets = Sheets(self._shown, self.shared.screens.stamper)
        self.certificates = Certificates(self.shared)

    def of(self, issued: IssuedAward) -> Iterator[Output]:
        """Yield the files of one award, and what it claims that others may claim as well."""
        if issued.state == "withdrawn":
            yield from self._withdrawn(issued)
            return
        data = self.shared.inputs.credential(issued.id)
        own = self.kinds.own(data)
        document = json.loads(data) if own is None else own.kind.document
        source = self._source(issued, document)
        yield OutputFile(addresses.credential_file(issued.id), data)
        if issued.token_sha256:
            yield OutputFile(addresses.token_file(issued.id), self.shared.inputs.token(issued.id))
        yield from map(Turn, turns_of(issued, document))

        def whole() -> AwardSource:
            """Return the award with its credential read, where it was not."""
            return source if own is None else replace(source, document=json.loads(data))

        twin = self._twin(whole()) if self.former.twins.has(issued.issuer) else None
        if twin:
            yield twin
        if not source.state.is_final:
            yield from self._baked(issued, data, twin)
        yield OutputFile(f"{source.folder}qr.svg", qr_codes.draw(self._url(source.folder)))
        if own is None or source.has_certificate or self.shared.endorsed.about_award(issued.id):
            yield from self._shown(whole(), data)
        else:
            yield from self.sheets.of(source, own, whole)
        yield from self.former.claims(issued, document, source.language)

    def _shown(self, source: AwardSource, data: bytes = b"") -> Iterator[OutputFile]:
        """Yield the files that show an award: its pages, certificates, and the one for frames."""
        for edition in self.shared.editions:
            view = self._view(source, edition)
            has_page = source.issued.badge in self.shared.badges
            yield text_file(*self.screens.award(edition, view, has_page=has_page))
            if source.has_certificate and edition.prefix:  # once per language
                path = addresses.certificate_file(source.issued.id, edition.language)
                yield OutputFile(path, self.certificates.made(source, view, edition, data))
            if edition is self._own_edition(source.language):
                yield from self._embedded(edition, view)

    def view_of(self, issued: IssuedAward, edition: Edition) -> AwardView:
        """Show an award that is on the site, for another page that lists it."""
        document = json.loads(self.shared.inputs.credential(issued.id))
        return self._view(self._source(issued, document), edition)

    def turns_of(self, issued: IssuedAward) -> Iterator[Turn]:
        """Yield when the state of an award that is on the site changes by itself."""
        document = json.loads(self.shared.inputs.credential(issued.id))
        yield from map(Turn, turns_of(issued, document))

    def copies_of(self, issued: IssuedAward) -> Iterator[tuple[str, bytes]]:
        """Yield ending and bytes of an award's files, as its own page offers them."""
        data = self.shared.inputs.credential(issued.id)
        yield "json", data
        if issued.token_sha256:
            yield "jwt", self.shared.inputs.token(issued.id)
        document = json.loads(data)
        source = self._source(issued, document)
        if source.has_certificate:
            edition = self._own_edition(source.language)
            view = self._view(source, edition)
            yield "pdf", self.certificates.made(source, view, edition, data)
        if source.state.offers_copies and self._blanks_of(issued):
            for file in self._baked(issued, data, self._twin(source)):
                yield file.path.rpartition(".")[2], file.data

    def _twin(self, source: AwardSource) -> OutputFile | None:
        """Write the award's Assertion, which names the picture in PNG if there is one."""
        image = f"{source.folder}badge.png" if self._blanks_of(source.issued) else None
        twin = self.former.twins.of_award(source.issued, source.document, image)
        return text_file(*twin) if twin else None

    def _source(self, issued: IssuedAward, document: JsonObject) -> AwardSource:
        settings = self.shared.repository.settings
        language = documents.language_of(document, settings.default_language)
        award = self.shared.awards.get(issued.id)
        badge = self.shared.badges.get(issued.badge)
        if badge is None or badge.version != issued.version:
            badge = documents.achievement_of(document, issued.badge, issued.version, language)
        recipient = self.shared.repository.recipients.get(award.key.recipient) if award else None
        profile = self.shared.repository.profiles.get(issued.issuer)
        state = state_of(issued, document, self.shared.inputs.at)
        return AwardSource(
            issued=issued,
            document=document,
            state=state,
            folder=addresses.award_page(issued.id),
            reason=decision_of(award, state),
            holder=recipient.public_name if recipient else None,
            achievement=badge,
            issuer=profile or documents.profile_of(document, issued.issuer, language),
            listed=self.shared.is_public(issued),
            language=language,
            spoken=spoken_otherwise(award, language, settings.default_language) if award else (),
            preview=self.shared.ledger.mode == "preview",
            has_certificate=self.certificates.are_offered(state),
        )

    def _blanks_of(self, issued: IssuedAward) -> tuple[tuple[str, bake.Blank], ...]:
        """Make the pictures of an award's badge ready for many credentials, once."""
        if issued.badge not in self._blanks:
            pictures = self.shared.inputs.pictures.get(issued.badge)
            found = {"png": pictures.png, "svg": pictures.svg} if pictures else {}
            self._blanks[issued.badge] = tuple(
                (f"badge.{kind}", bake.prepare(image, both=True))
                for kind, image in found.items()
                if image
            )
        return self._blanks[issued.badge]

    def _baked(
        self, issued: IssuedAward, data: bytes, twin: OutputFile | None
    ) -> Iterator[OutputFile]:
        folder, text = addresses.award_page(issued.id), data.decode()
        for name, blank in self._blanks_of(issued):
            both = (
                blank.with_both(text, twin.data.decode()) if twin else blank.with_credential(text)
            )
            yield OutputFile(folder + name, both)

    def _url(self, folder: str) -> str:
        return addresses.url(self.shared.repository.settings, folder)

    def _own_edition(self, language: str) -> Edition:
        """Return the edition in a credential's own language: that of its small page."""
        editions = self.shared.editions
        return next((x for x in editions if x.language == language), editions[0])

    def _view(self, source: AwardSource, edition: Edition) -> AwardView:
        current = source.achievement is self.shared.badges.get(source.issued.badge)
        badge = self.shared.awarded_badge_view(
            source.achievement, edition, "" if current else source.language
        )
        issuer = (
            self.shared.issuer_view(source.issuer.slug, edition)
            if source.issuer.slug in self.shared.repository.profiles
            else issuer_view(self.shared.repository, self.shared.ledger, source.issuer, edition)
        )
        view = award_view(source, edition, badge, issuer)
        return self.shared.endorsed.award(view, edition)

    def _embedded(self, edition: Edition, view: AwardView) -> Iterator[OutputFile]:
        """Yield the small page for frames and the oEmbed answer that leads to it."""
        page = self.screens.embed(edition, view.folder, view.band, view.badge)
        yield text_file(f"{view.folder}embed.html", page)
        answer = oembed(
            edition,
            url=view.url,
            badge=str(view.badge.name),
            issuer=str(view.issuer.name),
            picture=self._thumbnail(view.badge),
        )
        yield json_file(f"{view.folder}oembed.json", answer, "oembed")

    def _thumbnail(self, badge: BadgeView) -> tuple[str, int, int] | None:
        """Return the badge's picture and its size, which is measured once."""
        pictures = self.shared.inputs.pictures.get(badge.slug)
        if pictures is None:
            return None
        if badge.slug not in self._sizes:
            self._sizes[badge.slug] = measure(pictures.png)
        return badge.image_png, *self._sizes[badge.slug]

    def _withdrawn(self, issued: IssuedAward) -> Iterator[OutputFile]:
        """Leave a page that says so, also in frames elsewhere, and nothing of what was there."""
        yield from text_files(self.former.twins.of_withdrawn(issued))
        folder = addresses.award_page(issued.id)
        state = AwardState(name="withdrawn", day=issued.state_date)
        for edition in self.shared.editions:
            said = band(issued, state, edition, issuer="")
            yield text_file(*self.screens.withdrawn(edition, folder, said))
            if edition is self.shared.editions[0]:
                yield text_file(
                    f"{folder}embed.html", self.screens.embed(edition, folder, said, None)
                )
