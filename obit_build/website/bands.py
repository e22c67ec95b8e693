"""The band on an award's page: where it stands, in a word, a headline and what it means.

It says what was true when the page was made, and never "verified": a copied page would say so too.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from obit_build import addresses
from obit_build.ledger.ledger import IssuedAward
from obit_build.website import spacing
from obit_build.website.editions import Edition, Link, Words
from obit_build.website.states import AwardState, StateName

_ICONS: Mapping[StateName, str] = {
    "valid": "seal",
    "expiring": "hourglass",
    "expired": "clock",
    "suspended": "pause",
    "revoked": "cross",
    "replaced": "swap",
    "withdrawn": "eye",
    "not-yet-valid": "calendar",
}


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
    preview: bool = False
    """Whether nothing was issued: then no state looks good."""
    made: Link | None = None
    """Where it is told when the site was last published, if the words speak of it."""


def band(
    issued: IssuedAward,
    state: AwardState,
    edition: Edition,
    *,
    issuer: Words | str,
    reason: Words | None = None,
    preview: bool = False,
) -> Band:
    """Say where an award stands; ``reason`` is the public one.

    No word of it depends on when the site is made, so that a page stays as it is while its award does.
    """
    t = edition.phrases.phrase
    name, day = state.name, _whole(edition, state.day) if state.day else ""
    given = _given(edition, issued, issuer, preview=preview)
    calm = t("status.not_revoked")
    said: tuple[str, str, str]
    match name:
        case "valid":
            said = t("status.issued"), given, calm
        case "expiring":
            detail = _together(given, calm, t("status.expiring_detail"))
            said = t("status.expiring"), t("status.expires_on", date=day), detail
        case "expired":
            detail = _together(given, t("status.expired_detail"))
            said = t("status.expired"), t("status.expired_on", date=day), detail
        case "not-yet-valid":
            detail = _together(given, t("status.not_yet_detail"))
            said = t("status.not_yet_valid"), t("status.valid_from", date=day), detail
        case "suspended":
            detail = t("status.suspended_detail")
            said = t("status.suspended"), t("status.suspended_on", date=day), detail
        case "revoked":
            detail = t("status.revoked_detail")
            said = t("status.revoked"), t("status.revoked_on", date=day), detail
        case "replaced":
            again = issued.reissued_as is not None
            detail = t("status.reissued_detail") if again else t("status.replaced_detail")
            said = t("status.superseded"), t("status.replaced_on", date=day), detail
        case "withdrawn":
            detail = t("status.withdrawn_detail")
            said = t("status.withdrawn"), t("status.withdrawn_on", date=day), detail
    label, headline, detail = said
    follower = issued.replaced_by if name in ("replaced", "revoked") else None
    link = Link(addresses.award_page(follower), t("status.replaced_by")) if follower else None
    if preview:
        label = f"{t('site.preview')} · {label}"
    made = Link(addresses.PUBLICATION, t("status.when")) if name in ("valid", "expiring") else None
    return Band(name, _ICONS[name], label, headline, detail, reason, link, preview, made)


def _together(*sentences: str) -> str:
    """Join sentences; one that is Markup (with the issuer's name in its own language) makes all of it so."""
    is_html = any(isinstance(said, Markup) for said in sentences)
    return Markup(" ").join(sentences) if is_html else " ".join(sentences)


def _whole(edition: Edition, day: datetime.date) -> str:
    """Write a day so that no line of the narrow band ends between ``16`` and ``mars``."""
    return edition.phrases.date(day).replace(" ", spacing.FIXED, 1)


def _given(edition: Edition, issued: IssuedAward, issuer: Words | str, *, preview: bool) -> str:
    t, day = edition.phrases.phrase, _whole(edition, issued.issued)
    name = issuer.inline if isinstance(issuer, Words) and issuer.language else issuer
    if preview:
        return t("status.preview_line", issuer=name, date=day)
    return t("status.issued_line", issuer=name, date=day)
