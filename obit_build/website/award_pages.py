"""What an award's page shows: the signed credential, the badge in the reader's language, the state.

A name appears only through :attr:`Recipient.public_name`, and never in titles or previews that
other services keep.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from obit_build import addresses
from obit_build.credentials import documents
from obit_build.ledger.ledger import IssuedAward
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, Decision
from obit_build.model.profile import Profile
from obit_build.website import sharing
from obit_build.website.award_languages import Spoken
from obit_build.website.bands import Band, band
from obit_build.website.editions import (
    Edition,
    EndorsementView,
    Fact,
    Link,
    Words,
    outside,
    side_by_side,
    web_address,
)
from obit_build.website.issuer_pages import IssuerView
from obit_build.website.pages import BadgeView
from obit_build.website.rubrics import in_words, value_needed
from obit_build.website.sharing import Download, Sharing
from obit_build.website.states import AwardState, instant_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSource:
    """What the pages of one award are made of, whatever their language."""

    issued: IssuedAward
    document: Mapping[str, Any]
    state: AwardState
    folder: str
    """Path of its page and files on the site."""
    reason: Decision | None
    """The public decision behind its state, if the repository still holds one."""
    holder: str | None
    """The name, only if its publication was agreed to."""
    achievement: Achievement
    """The badge as it was when this was issued."""
    issuer: Profile
    listed: bool
    language: str
    """Of the credential."""
    spoken: Spoken = ()
    """What of it is in another language all the same."""
    preview: bool
    """Whether nothing was issued: a test key signed."""
    has_certificate: bool = False
    """Whether there is a certificate in each language."""

    def language_of(self, place: str) -> str:
        """Return the language of one of the award's texts."""
        return next((language for where, language in self.spoken if where == place), self.language)


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result: a level on a scale, or a value."""

    name: Words
    value: Words | str
    text: Words | None = None
    """What the level means, in the rubric's words."""
    scale: str = ""
    """A square per level, lowest first, filled as far as was reached; nothing for a value."""
    needed: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence."""

    name: Words | None
    description: Words | None
    narrative: Words | None
    genre: Words | None
    link: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardView:
    """An award's page in one edition."""

    id: str
    folder: str
    """Path of its files on the site."""
    url: str
    credential: str
    """Path of the signed file; none on a page that only shows what awards look like."""
    qr: str
    """Path of the QR code that leads to the page."""
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
    assessment: tuple[Fact, ...]
    """Who assessed, and how."""
    more: tuple[Fact, ...]
    narrative: Words | None
    results: tuple[ResultView, ...]
    evidence: tuple[EvidenceView, ...]
    files: tuple[Download, ...]
    sharing: Sharing | None
    """How to show it elsewhere; none in a preview, and none of what can't be relied on."""
    endorsements: tuple[EndorsementView, ...] = ()
    """What was said about this very award."""


def award_view(
    source: AwardSource,
    edition: Edition,
    badge: BadgeView,
    issuer: IssuerView,
) -> AwardView:
    """Show one award in one edition."""
    issued, document, copies = source.issued, source.document, source.state.offers_copies
    subject = documents.member(document, "credentialSubject")
    url = addresses.url(edition.settings, source.folder)
    # What is revoked or replaced no longer says anything about the person.
    counts = not source.state.is_final
    narrative = documents.string(subject, "narrative")
    reason = edition.maybe(source.reason.reason) if source.reason else None
    return AwardView(
        id=issued.id,
        folder=source.folder,
        url=url,
        credential=f"{source.folder}credential.json",
        qr=f"{source.folder}qr.svg",
        band=band(
            issued, source.state, edition,
            issuer=issuer.name, reason=reason, preview=source.preview,
        ),
        badge=badge,
        issuer=issuer,
        holder=source.holder if copies else None,
        counts=counts,
        offers_copies=copies,
        hashed=any(x.get("hashed") is True for x in documents.members(subject, "identifier")),
        host=urlsplit(edition.settings.site).netloc,
        listed=source.listed,
        facts=tuple(_facts(source, edition)),
        assessment=(*_assessors(source, edition, subject), *badge.assessed),
        more=tuple(_more(source, edition, subject)),
        narrative=edition.words(narrative, source.language_of("narrative"))
        if narrative and counts
        else None,
        results=tuple(_results(source, edition, subject)) if counts else (),
        evidence=tuple(_evidence(source, edition)) if counts else (),
        files=tuple(_files(source, edition, badge)),
        sharing=_sharing(source, edition, badge, issuer) if copies and not source.preview else None,
    )  # fmt: skip


def decision_of(award: Award | None, state: AwardState) -> Decision | None:
    """Find the decision in an award's entry that gives the public reason for its state."""
    if award is None:
        return None
    if state.name in ("revoked", "replaced"):
        return award.revoked
    return award.suspended if state.name == "suspended" else None


def _files(source: AwardSource, edition: Edition, badge: BadgeView) -> Iterable[Download]:
    return sharing.downloads(
        edition,
        source.folder,
        f"{source.issued.issued.isoformat()}-{source.issued.badge}",
        copies=source.state.offers_copies,
        svg=badge.has_svg,
        token=source.issued.token_sha256 is not None,
        certificate=source.has_certificate,
    )


def _sharing(
    source: AwardSource, edition: Edition, badge: BadgeView, issuer: IssuerView
) -> Sharing:
    name, issued = str(badge.name), source.issued.issued
    end = instant_of(source.document, "validUntil")
    url = addresses.url(edition.settings, source.folder)
    return Sharing(
        profile=sharing.linkedin_profile(
            badge=name,
            issuer=source.issuer,
            issuer_name=str(issuer.name),
            issued=(issued.year, issued.month),
            expires=(end.year, end.month) if end else None,
            url=url,
            award_id=source.issued.id,
        ),
        post=sharing.linkedin_post(url),
        mail=sharing.mail(edition, name, url),
    )


def _facts(source: AwardSource, edition: Edition) -> Iterable[Fact]:
    """Give the dates, which everybody looks for first."""
    t, issued = edition.phrases.phrase, source.issued
    yield Fact(t("award.issued_on"), edition.date(issued.issued))
    start = instant_of(source.document, "validFrom")
    if start is not None and start.date() != issued.issued:
        yield Fact(t("award.valid_from"), edition.date(start.date()))
    end = instant_of(source.document, "validUntil")
    until = edition.date(end.date()) if end else t("badge.validity_none")
    yield Fact(t("award.valid_until") if end else t("badge.validity"), until)


def _assessors(source: AwardSource, edition: Edition, subject: Mapping[str, Any]) -> Iterable[Fact]:
    if name := documents.string(documents.member(subject, "source"), "name"):
        label = edition.phrases.phrase("award.assessed_by")
        yield Fact(label, edition.words(name, source.language_of("source")))
    if edition.settings.show_approvers and source.issued.approved_by:
        people = (*source.issuer.approvers, *source.achievement.approvers)
        titles = {str(p.id): edition.say(p.title) for p in people if p.title}
        names = (titles.get(by, by) for by in source.issued.approved_by)
        yield Fact(edition.phrases.phrase("award.approved_by"), side_by_side(names, ", "))


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
            yield Fact(label, edition.words(value, source.language_of(name)))
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
        reached = documents.fragment(documents.string(result, "achievedLevel"))
        levels = entry.rubric_criterion_level if entry else ()
        rank = next((i for i, x in enumerate(levels) if x.id == reached), None)
        if rank is not None:
            level, above = levels[rank], len(levels) - rank - 1
            scale = "■" * (rank + 1) + "□" * above
            said = edition.maybe(level.description)
            yield ResultView(title, edition.say(level.name), said, scale)
            continue
        value: Words | str = documents.string(result, "value")
        if value and entry and in_words(entry):
            value = edition.words(str(value), edition.settings.default_language)
        if status := documents.string(result, "status"):
            value = value or t(f"result.status.{status}")
        needed = value_needed(entry, edition) if entry else ""
        yield ResultView(title, value or reached, needed=needed)


def _evidence(source: AwardSource, edition: Edition) -> Iterable[EvidenceView]:
    for n, entry in enumerate(documents.members(source.document, "evidence")):
        address = web_address(documents.string(entry, "id"))
        name, description, narrative, genre = (
            edition.words(text, source.language_of(f"evidence/{n}/{part}")) if text else None
            for part in ("name", "description", "narrative", "genre")
            for text in (documents.string(entry, part),)
        )
        yield EvidenceView(
            name,
            description,
            narrative,
            genre,
            outside(address, name) if address else None,
        )
