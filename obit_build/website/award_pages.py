"""What an award's page shows: the signed credential, the badge in the reader's language, the state.

The page says what was true when it was made and never "verified": a copied page would say so too.
A name appears only through :attr:`Recipient.public_name`, and never in titles or previews that
other services keep.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import segno
from markupsafe import Markup

from obit_build import addresses, documents
from obit_build.ledger import IssuedAward
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, Decision
from obit_build.model.profile import Profile
from obit_build.website.editions import (
    Edition,
    EndorsementView,
    Fact,
    Link,
    Words,
    outside,
    web_address,
)
from obit_build.website.pages import LINKEDIN_ID, BadgeView, IssuerView
from obit_build.website.states import AwardState, StateName, instant_of

LINKEDIN = "https://www.linkedin.com/profile/add"
_ICONS: Mapping[StateName, str] = {
    "valid": "seal",
    "expiring": "clock",
    "expired": "clock",
    "suspended": "pause",
    "revoked": "cross",
    "replaced": "swap",
    "withdrawn": "cross",
    "not-yet-valid": "clock",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSource:
    """What the pages of one award are made of, whatever their language."""

    issued: IssuedAward
    document: Mapping[str, Any]
    state: AwardState
    award: Award | None
    """Its entry in the repository, if it is still there."""
    holder: str | None
    """The name, only if its publication was agreed to."""
    achievement: Achievement
    """The badge as it was when this was issued."""
    issuer: Profile
    listed: bool
    language: str
    """Of the credential."""
    preview: bool
    """Whether nothing was issued: a test key signed."""
    qr: Markup


@dataclass(frozen=True, slots=True)
class Band:
    """The state in words: what happened, and what it means for the reader."""

    state: StateName
    icon: str
    label: str
    headline: str
    detail: str
    reason: Words | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result: a level on a scale, or a value."""

    name: Words
    value: Words | str
    rank: int = 0
    """Which level from below, counting from 1; 0 if there is no scale."""
    of: int = 0
    needed: str = ""

    @property
    def steps(self) -> tuple[bool, ...]:
        """One per level of the scale, lowest first: whether it was reached."""
        return tuple(step <= self.rank for step in range(1, self.of + 1))


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence."""

    name: Words | None
    description: Words | None
    narrative: Words | None
    genre: str
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardView:
    """An award's page in one edition."""

    id: str
    folder: str
    """Path of its files on the site."""
    url: str
    band: Band
    badge: BadgeView
    issuer: IssuerView
    holder: str | None
    """The name, where it may be shown; consent to show a badge is none to show its loss."""
    counts: bool
    """Whether results and evidence still say something."""
    offers_copies: bool
    hashed: bool
    """Whether the credential holds a salted hash of the holder's e-mail address."""
    host: str
    """The host that a reader should see in the address bar."""
    listed: bool
    facts: tuple[Fact, ...]
    more: tuple[Fact, ...]
    narrative: Words | None
    results: tuple[ResultView, ...]
    achieved: tuple[tuple[str, str], ...]
    """(criterion, level reached), by our own names: the key of the rubric's rendering."""
    evidence: tuple[EvidenceView, ...]
    file_stem: str
    token: bool
    linkedin: str
    """The link that fills in LinkedIn's form; none in a preview."""
    mailto: str
    qr: Markup
    endorsements: tuple[EndorsementView, ...] = ()
    """What was said about this very award."""


def qr_code(address: str) -> Markup:
    """Draw an address as a QR code (inline SVG, level M), black on the page's own white."""
    # A fixed mask: choosing the best of eight takes eight times as long and no reader needs it.
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=3)
    drawn = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by segno from modules, holds no text


def award_view(
    source: AwardSource,
    edition: Edition,
    badge: BadgeView,
    issuer: IssuerView,
    at: datetime.datetime,
) -> AwardView:
    """Show one award in one edition; ``at`` is the time of publication."""
    issued, document = source.issued, source.document
    subject = documents.member(document, "credentialSubject")
    folder = addresses.award_page(issued.id)
    url = addresses.url(edition.settings, folder)
    # What is revoked or replaced no longer says anything about the person.
    counts = not source.state.is_final
    narrative = documents.string(subject, "narrative")
    return AwardView(
        id=issued.id,
        folder=folder,
        url=url,
        band=_band(source, edition, issuer, at),
        badge=badge,
        issuer=issuer,
        holder=source.holder if source.state.offers_copies else None,
        counts=counts,
        offers_copies=source.state.offers_copies,
        hashed=any(x.get("hashed") is True for x in documents.members(subject, "identifier")),
        host=urlsplit(edition.settings.site).netloc,
        listed=source.listed,
        facts=tuple(_facts(source, edition, subject)),
        more=tuple(_more(source, edition, subject)),
        narrative=edition.words(narrative, source.language) if narrative and counts else None,
        results=tuple(_results(source, edition, subject)) if counts else (),
        achieved=_achieved(subject) if counts else (),
        evidence=tuple(_evidence(source, edition)) if counts else (),
        file_stem=f"{issued.issued.isoformat()}-{issued.badge}",
        token=issued.token_sha256 is not None,
        linkedin="" if source.preview else _linkedin(source, badge, issuer, url),
        mailto=_mailto(edition, badge, url),
        qr=source.qr,
    )


def _achieved(subject: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            documents.fragment(documents.string(result, "resultDescription")),
            documents.fragment(level),
        )
        for result in documents.members(subject, "result")
        if (level := documents.string(result, "achievedLevel"))
    )


def _band(source: AwardSource, edition: Edition, issuer: IssuerView, at: datetime.datetime) -> Band:
    t, date, state = edition.phrases.phrase, edition.phrases.date, source.state
    name = state.name
    day = date(state.day or at.date())
    key = {"issuer": issuer.name, "date": date(source.issued.issued)}
    issued = t("status.preview_line", **key) if source.preview else t("status.issued_line", **key)
    calm = t("status.not_revoked", date=date(at.date()))
    said = {
        "valid": (t("status.issued"), issued, calm),
        "expiring": (t("status.expiring"), t("status.expires_on", date=day), f"{issued} {calm} {t('status.expiring_detail')}"),
        "expired": (t("status.expired"), t("status.expired_on", date=day), f"{issued} {t('status.expired_detail')}"),
        "suspended": (t("status.suspended"), t("status.suspended_on", date=day), t("status.suspended_detail")),
        "revoked": (t("status.revoked"), t("status.revoked_on", date=day), t("status.revoked_detail")),
        "replaced": (t("status.superseded"), t("status.replaced_on", date=day), t("status.replaced_detail")),
        "withdrawn": (t("status.withdrawn"), t("status.withdrawn_on", date=day), t("status.withdrawn_detail")),
        "not-yet-valid": (t("status.not_yet_valid"), t("status.valid_from", date=day), f"{issued} {t('status.not_yet_detail')}"),
    }  # fmt: skip
    label, headline, detail = said[name]
    follower = source.issued.replaced_by
    link = (
        Link(addresses.award_page(follower), t("status.replaced_by"))
        if follower and name in ("replaced", "revoked")
        else None
    )
    if source.preview:
        label = f"{t('site.preview')} · {label}"
    return Band(name, _ICONS[name], label, headline, detail, _reason(source, edition), link)


def _reason(source: AwardSource, edition: Edition) -> Words | None:
    """Say the public reason that the award's entry gives for the present state."""
    decision: Decision | None = None
    if source.award is not None and source.state.name in ("revoked", "replaced"):
        decision = source.award.revoked
    elif source.award is not None and source.state.name == "suspended":
        decision = source.award.suspended
    return edition.maybe(decision.reason) if decision else None


def _facts(source: AwardSource, edition: Edition, subject: Mapping[str, Any]) -> Iterable[Fact]:
    """Give the facts that everybody looks for first."""
    t, issued = edition.phrases.phrase, source.issued
    yield Fact(t("award.issued_on"), edition.date(issued.issued))
    start = instant_of(source.document, "validFrom")
    if start is not None and start.date() != issued.issued:
        yield Fact(t("award.valid_from"), edition.date(start.date()))
    end = instant_of(source.document, "validUntil")
    until = edition.date(end.date()) if end else t("badge.validity_none")
    yield Fact(t("award.valid_until") if end else t("badge.validity"), until)
    assessor = documents.member(subject, "source")
    if name := documents.string(assessor, "name"):
        yield Fact(t("award.assessed_by"), edition.words(name, source.language))


def _more(source: AwardSource, edition: Edition, subject: Mapping[str, Any]) -> Iterable[Fact]:
    t = edition.phrases.phrase
    first = instant_of(subject, "activityStartDate")
    last = instant_of(subject, "activityEndDate")
    if first and last:
        period = t(
            "award.period",
            first=edition.phrases.date(first.date()),
            last=edition.phrases.date(last.date()),
        )
        yield Fact(t("award.activity"), period)
    elif first or last:
        day = first or last
        assert day is not None  # noqa: S101 - one of the two is there
        yield Fact(t("award.activity"), edition.date(day.date()))
    for label, name in ((t("award.role"), "role"), (t("award.term"), "term")):
        if value := documents.string(subject, name):
            yield Fact(label, edition.words(value, source.language))
    earned = documents.decimal(subject.get("creditsEarned"))
    if earned is not None:
        yield Fact(t("award.credits"), edition.number(earned))
    if licence := documents.string(subject, "licenseNumber"):
        yield Fact(t("award.licence"), licence)


def _results(
    source: AwardSource, edition: Edition, subject: Mapping[str, Any]
) -> Iterable[ResultView]:
    t = edition.phrases.phrase
    described = {x.id: x for x in source.achievement.result_description}
    for result in documents.members(subject, "result"):
        name = documents.fragment(documents.string(result, "resultDescription"))
        entry = described.get(name)  # type: ignore[call-overload]  # a Slug is its text
        title = edition.say(entry.name) if entry else Words(name)
        levels = entry.rubric_criterion_level if entry else ()
        reached = documents.fragment(documents.string(result, "achievedLevel"))
        rank = next((i for i, x in enumerate(levels, start=1) if x.id == reached), 0)
        if rank:
            yield ResultView(title, edition.say(levels[rank - 1].name), rank, len(levels))
            continue
        value = documents.string(result, "value")
        if status := documents.string(result, "status"):
            value = value or t(f"result.status.{status}")
        needed = entry.required_value if entry else None
        yield ResultView(
            title,
            value or reached,
            needed=t("badge.value_required", value=needed) if needed else "",
        )


def _evidence(source: AwardSource, edition: Edition) -> Iterable[EvidenceView]:
    def said(entry: Mapping[str, Any], name: str) -> Words | None:
        text = documents.string(entry, name)
        return edition.words(text, source.language) if text else None

    for entry in documents.members(source.document, "evidence"):
        address = web_address(documents.string(entry, "id"))
        name = said(entry, "name")
        yield EvidenceView(
            name,
            said(entry, "description"),
            said(entry, "narrative"),
            documents.string(entry, "genre"),
            outside(address, name) if address else None,
        )


def _linkedin(source: AwardSource, badge: BadgeView, issuer: IssuerView, url: str) -> str:
    """Fill in LinkedIn's "Add to profile" form: a plain link, nothing is sent before the click."""
    organization = next(
        (
            entry.identifier
            for entry in source.issuer.other_identifier
            if entry.identifier_type == LINKEDIN_ID
        ),
        None,
    )
    end = instant_of(source.document, "validUntil")
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": str(badge.name),
        "organizationId": organization,
        "organizationName": None if organization else str(issuer.name),
        "issueYear": source.issued.issued.year,
        "issueMonth": source.issued.issued.month,
        "expirationYear": end.year if end else None,
        "expirationMonth": end.month if end else None,
        "certUrl": url,
        "certId": source.issued.id,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return f"{LINKEDIN}?{urlencode(given, quote_via=quote, safe='')}"


def _mailto(edition: Edition, badge: BadgeView, url: str) -> str:
    subject = edition.phrases.phrase("award.mail_subject", name=badge.name)
    body = edition.phrases.phrase("award.mail_body", url=url)
    return f"mailto:?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
