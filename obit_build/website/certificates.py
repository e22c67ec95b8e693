"""An award's certificate: what the sheet says, and with which pictures.

It shows what the award's page shows, never more: a name only where the page has it. It is a
snapshot and says so; its QR code leads to the page, which knows the state of today. So it depends on
the award, the badge and the settings alone, and not on the day of the build. There is one only while
the award's page offers copies: none of what was revoked, replaced, suspended or withdrawn.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from obit_build.credentials import documents
from obit_build.pictures import colours, qr_codes
from obit_build.pictures.bake import kind_of
from obit_build.strict_json import JsonObject
from obit_build.website.award_pages import AwardSource, AwardView
from obit_build.website.editions import Edition, Words
from obit_build.website.issuer_pages import logo_source
from obit_build.website.lettering import Lettering, Typesetter
from obit_build.website.shared import Shared
from obit_build.website.states import AwardState, instant_of

MAX_SKILLS = 8
MAX_TITLE = 300
MAX_LEAD = 240
MAX_CRITERIA = 420
MAX_SKILL = 90
MAX_NOTE = 260
ASSETS = "templates/assets/"
_COLOURS = ("accent", "ink", "soft")


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of one site."""

    shared: Shared

    def are_offered(self, state: AwardState) -> bool:
        """Tell whether an award in this state has certificates."""
        return self.shared.inputs.typesetter is not None and state.offers_copies

    def made(
        self, source: AwardSource, view: AwardView, edition: Edition, credential: bytes
    ) -> bytes:
        """Set the certificate of an award in one language, with its credential attached."""
        typesetter = self.shared.inputs.typesetter
        assert typesetter is not None  # noqa: S101 - the caller asked whether they are offered
        sheet = _Sheet(self.shared, typesetter, source, view, edition)
        return typesetter.certificate(sheet.given(), credential, sheet.pictures)


@dataclass(slots=True)
class _Sheet:
    shared: Shared
    typesetter: Typesetter
    source: AwardSource
    view: AwardView
    edition: Edition
    pictures: dict[str, bytes] = field(init=False, default_factory=dict)
    """Name in the sheet → PNG or SVG."""
    _letters: Lettering = field(init=False)

    def __post_init__(self) -> None:
        self._letters = Lettering(self.typesetter)

    def given(self) -> JsonObject:
        """Return what the template shows (docs/how-to/certificates.md lists it)."""
        t, badge, issued = self.edition.phrases.phrase, self.view.badge, self.source.issued
        theme = self.edition.settings.theme
        language, _, region = self.edition.language.partition("-")
        light = colours.light_colours(theme)
        given: JsonObject = {
            "language": language,
            "region": region if len(region) == 2 else None,
            "issued": [issued.issued.year, issued.issued.month, issued.issued.day],
            "document": {"title": str(badge.name), "author": str(self.view.issuer.name)},
            "attached": t("certificate.attached"),
            "colours": {name: light[name] for name in _COLOURS},
            "kind": f"{t('badge.open_badge')} · {badge.type}",
            "title": self._named(badge.name, issued.badge),
            "lead": self._letters.text(badge.description, MAX_LEAD),
            "picture": {"file": self._picture(self._badge()), "alt": str(badge.image_alt)},
            "holder": self._holder(),
            "issuer": self._issuer(),
            "facts": list(self._facts()),
            "criteria": {
                "label": t("badge.criteria"),
                "text": self._letters.text(badge.criteria, MAX_CRITERIA),
            },
            "skills": self._skills(),
            "check": self._check(),
            "stamp": self._stamp(),
            "emblem": self._emblem(),
        }
        return {**given, "notes": list(self._notes())}

    def _badge(self) -> bytes | None:
        """Return the badge's present picture; none of a badge that is there no more."""
        repository, slug = self.shared.repository, self.source.issued.badge
        badge = repository.achievements.get(slug)
        return repository.files.get(f"badges/{slug}/{badge.image.file}") if badge else None

    def _named(self, name: Words, slug: str) -> JsonObject:
        """Show a name that the sheet can't do without: where it has no letters for it, its slug."""
        shown = self._letters.plain(str(name)[:MAX_TITLE], name.language)
        return shown or {"text": slug, "language": None, "direction": "ltr"}

    def _holder(self) -> JsonObject:
        t, name = self.edition.phrases.phrase, self.view.holder
        shown = Lettering(self.typesetter).plain(name) if name else None
        note = ""
        if name and not shown:
            note = t("certificate.name_elsewhere")
        elif not name:
            more = t("certificate.compare") if self.view.hashed else ""
            note = f"{t('award.name_not_shown')} {more}".strip()
        return {
            "label": t("award.awarded_to"),
            "name": shown,
            "unnamed": t("certificate.holder"),
            "note": note,
        }

    def _issuer(self) -> JsonObject:
        view, profile = self.view.issuer, self.source.issuer
        known = (str(view.place or ""), view.number)
        about = self._letters.plain(" · ".join(part for part in known if part))
        return {
            "label": self.edition.phrases.phrase("award.issued_by"),
            "name": self._named(view.name, profile.slug),
            "about": about["text"] if about else "",
            "logo": self._picture(self.shared.repository.files.get(logo_source(profile))),
        }

    def _facts(self) -> Iterator[JsonObject]:
        t, date = self.edition.phrases.phrase, self.edition.phrases.date
        issued, document = self.source.issued.issued, self.source.document
        start, end = instant_of(document, "validFrom"), instant_of(document, "validUntil")
        yield _fact(t("award.issued_on"), date(issued))
        if start is not None and start.date() != issued:
            yield _fact(t("award.valid_from"), date(start.date()))
        if end is not None:
            yield _fact(t("award.valid_until"), date(end.date()))
        for fact in self.view.badge.size:
            yield _fact(str(fact.label), str(fact.value), fact.note)
        subject = documents.member(document, "credentialSubject")
        earned = documents.decimal(subject.get("creditsEarned"))
        if earned is not None:
            yield _fact(t("award.credits"), self.edition.number(earned))

    def _skills(self) -> JsonObject:
        """Name each skill once, however many frameworks have it."""
        phrases, groups = self.edition.phrases, self.view.badge.frameworks
        found = {str(skill.name): skill.name for group in groups for skill in group.skills}
        first: Sequence[Words] = list(found.values())[:MAX_SKILLS]
        rest = len(found) - len(first)
        return {
            "label": phrases.phrase("badge.skills"),
            "names": self._letters.texts(first, MAX_SKILL),
            "more": phrases.count("certificate.more_skills", rest) if rest else "",
        }

    def _check(self) -> JsonObject:
        t = self.edition.phrases.phrase
        return {
            "title": t("certificate.check"),
            "text": t("certificate.check_text"),
            "url": self.view.url,
            "qr": qr_codes.draw(self.view.url).decode(),
            "alt": t("certificate.qr_alt"),
        }

    def _stamp(self) -> str:
        t = self.edition.phrases.phrase
        if self.source.preview:
            return t("site.preview")
        return t("site.specimen") if self.edition.settings.specimen else ""

    def _emblem(self) -> JsonObject:
        picture = self.edition.settings.funding_logo
        data = self.shared.repository.files.get(ASSETS + picture.file) if picture else None
        alt = self.edition.maybe(picture.caption) if picture else None
        return {"file": self._picture(data), "alt": str(alt or "")}

    def _notes(self) -> Iterator[JsonObject]:
        """Say what the sheet is not; last what is missing on it, which must be known by then."""
        settings, t = self.edition.settings, self.edition.phrases.phrase
        said: list[Words | str | None] = [
            t("certificate.preview") if self.source.preview else None,
            t("site.sample_banner") if settings.specimen else None,
            self.edition.maybe(settings.disclaimer) or t("badge.not_diploma"),
            self.edition.maybe(settings.funding_notice),
        ]
        for words in said:
            if note := self._letters.text(words, MAX_NOTE):
                yield note
        if not self._letters.complete:
            yield from self._letters.texts([Words(t("certificate.letters"))], MAX_NOTE)

    def _picture(self, data: bytes | None) -> str:
        """Add a picture under a name that follows from its bytes; return the name, or nothing."""
        if data is None:
            return ""
        name = f"pictures/{hashlib.sha256(data).hexdigest()[:24]}.{kind_of(data)}"
        self.pictures[name] = data
        return name


def _fact(label: str, value: str, note: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "note": note}
