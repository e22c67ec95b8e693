"""Step 9, endorsements: check that those whose support a badge carries really signed it.

Open Badges 3.0, "Endorsement". Each embedded EndorsementCredential is checked as it stands: its
own signature, what it is about, its status and dates. Its endorser's own endorsements are not
followed. A forged one makes the badge invalid, since the issuer presents it; one that has ended
or can't be checked does not count, and leaves the badge itself alone.
"""

import datetime
from typing import Any

from obit_build.strict_json import JsonObject
from obit_build.verify_key import FIX_ISSUER, Fetch, site_of
from obit_build.verify_kinds import as_list, instant
from obit_build.verify_proof import check_proof, issuer_of
from obit_build.verify_report import Outcome, VerificationError
from obit_build.verify_status import check_status

MAX_ENDORSEMENTS = 8
_ENDED = {"status.revoked", "status.suspended", "endorsements.date"}


def check_endorsements(
    document: JsonObject, at: datetime.datetime, fetch: Fetch
) -> tuple[Outcome, str, str]:
    """Return outcome, sentence and reason for all endorsements of a well-formed badge together.

    Raise VerificationError for the worst of those that don't count.
    """
    found, tokens = _endorsements(document)
    if not found and not tokens:
        return "skipped", "It carries no endorsements.", "endorsements.none"
    bad: list[VerificationError] = []
    for endorsement in found[:MAX_ENDORSEMENTS]:
        try:
            _check_subject(endorsement, document)
            check_proof(endorsement, at, fetch)
            check_status(endorsement, at, fetch)
            _check_dates(endorsement, at)
        except VerificationError as error:
            bad.append(error)
    if bad:
        raise _worst(bad)
    unseen = tokens + max(0, len(found) - MAX_ENDORSEMENTS)
    if unseen:
        message = f"{unseen} of its endorsements could not be checked."
        raise _unknown("endorsements.unsupported", message, "use a verifier that knows them")
    sites = sorted({site_of(issuer_of(endorsement)) for endorsement in found})
    return "passed", f"Its endorsements are signed by {', '.join(sites)}.", ""


def _endorsements(document: JsonObject) -> tuple[list[JsonObject], int]:
    """Find the embedded endorsements, and count those that came as tokens."""
    issuer, achievement = document["issuer"], document["credentialSubject"]["achievement"]
    holders = [holder for holder in (document, achievement, issuer) if isinstance(holder, dict)]
    found = [item for holder in holders for item in as_list(holder.get("endorsement"))]
    return found, sum(len(as_list(holder.get("endorsementJwt"))) for holder in holders)


def _check_subject(endorsement: JsonObject, document: JsonObject) -> None:
    achievement: Any = document["credentialSubject"]["achievement"]
    related = [item["id"] for item in as_list(achievement.get("related"))]
    about = [document["id"], issuer_of(document), achievement["id"], *related]
    if endorsement["credentialSubject"]["id"] not in about:
        raise VerificationError(
            "endorsements.subject", "It is about something else.", fix=FIX_ISSUER
        )


def _check_dates(endorsement: JsonObject, at: datetime.datetime) -> None:
    start, end = instant(endorsement["validFrom"]), instant(endorsement.get("validUntil"))
    if (start and start > at) or (end and end < at):
        raise VerificationError("endorsements.date", "An endorsement does not count today.", fix="")


def _worst(errors: list[VerificationError]) -> VerificationError:
    forged = [e for e in errors if e.outcome == "failed" and e.reason not in _ENDED]
    if forged:
        reason = forged[0].reason
        if not reason.startswith("endorsements."):
            reason = "endorsements.signature"
        message = f"One of its endorsements can't be relied on. {forged[0].message}"
        return VerificationError(reason, message, fix=FIX_ISSUER)
    if any(error.reason in _ENDED for error in errors):
        message = "One of its endorsements no longer counts; the badge itself is not affected."
        return _unknown("endorsements.ended", message, "ask the holder for a renewed endorsement")
    message = f"One of its endorsements could not be checked. {errors[0].message}"
    return _unknown("endorsements.unavailable", message, errors[0].fix)


def _unknown(reason: str, message: str, fix: str) -> VerificationError:
    return VerificationError(reason, message, fix=fix, outcome="unknown")
