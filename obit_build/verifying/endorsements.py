"""Step 9, endorsements: check that those whose support a badge carries really signed it.

Open Badges 3.0, "Endorsement". Each EndorsementCredential, embedded or as a token
(``endorsementJwt``), is checked as it stands: its own signature, what it is about, its status and
dates. Its endorser's own endorsements are not followed. A forged one makes the badge invalid,
since the issuer presents it; one that has ended or can't be checked does not count, and leaves
the badge itself alone.
"""

import datetime
from typing import Any

from obit_build.errors import CanonicalizationError
from obit_build.strict_json import JsonObject
from obit_build.verifying.form import begins, check_form, ends
from obit_build.verifying.key import Fetch, site_of
from obit_build.verifying.kinds import as_list, instant
from obit_build.verifying.proof import issuer_of
from obit_build.verifying.report import Outcome, VerificationError, refusal
from obit_build.verifying.secured import Secured, check_signature, read_secured
from obit_build.verifying.shape import endorsement_class
from obit_build.verifying.status import check_status
from obit_build.verifying.words import Sentence, detail, say

MAX_ENDORSEMENTS = 8
MAX_BYTES = 200_000
_ENDED = {"status.revoked", "status.suspended", "endorsements.date"}


def check_endorsements(
    document: JsonObject, at: datetime.datetime, fetch: Fetch
) -> tuple[Outcome, str, str]:
    """Return outcome, sentence and reason for all endorsements of a well-formed badge together.

    Raise VerificationError for the worst of those that don't count.
    """
    found = _endorsements(document)
    if not found:
        return "skipped", say("endorsements.none"), "endorsements.none"
    bad: list[VerificationError] = []
    sites: set[str] = set()
    for endorsement in found[:MAX_ENDORSEMENTS]:
        try:
            secured = _read(endorsement)
            _check_subject(secured.document, document)
            check_signature(secured, at, fetch)
            check_status(secured.document, at, fetch)
            _check_dates(secured.document, at)
            sites.add(site_of(issuer_of(secured.document)))
        except VerificationError as error:
            bad.append(error)
    if bad:
        raise _worst(bad)
    unseen = len(found) - MAX_ENDORSEMENTS
    if unseen > 0:
        raise _unknown("endorsements.unsupported", "fix.other-verifier-these", n=str(unseen))
    return "passed", say("endorsements.passed", sites=", ".join(sorted(sites))), ""


def _endorsements(document: JsonObject) -> list[Any]:
    """List the endorsements of badge, achievement and issuer: objects, and tokens as texts."""
    issuer, achievement = document["issuer"], document["credentialSubject"]["achievement"]
    holders = [holder for holder in (document, achievement, issuer) if isinstance(holder, dict)]
    names = ("endorsement", "endorsementJwt")
    return [item for name in names for holder in holders for item in as_list(holder.get(name))]


def _read(endorsement: Any) -> Secured:
    """Take an embedded endorsement, whose form was checked with the badge's, or open a token."""
    if isinstance(endorsement, dict):
        return Secured(document=endorsement)
    try:
        secured = read_secured(endorsement, limit=MAX_BYTES)
    except CanonicalizationError as error:
        raise refusal("endorsements.token", "fix.issuer", detail=detail(error.message)) from error
    what = say("what.endorsement")
    check_form(endorsement_class(secured.document), secured.document, what=what)
    return secured


def _check_subject(endorsement: JsonObject, document: JsonObject) -> None:
    achievement: Any = document["credentialSubject"]["achievement"]
    related = [item["id"] for item in as_list(achievement.get("related"))]
    about = [document["id"], issuer_of(document), achievement["id"], *related]
    if endorsement["credentialSubject"]["id"] not in about:
        raise refusal("endorsements.subject", "fix.issuer")


def _check_dates(endorsement: JsonObject, at: datetime.datetime) -> None:
    start, end = instant(begins(endorsement)), instant(ends(endorsement))
    if (start and start > at) or (end and end < at):
        raise refusal("endorsements.date")


def _worst(errors: list[VerificationError]) -> VerificationError:
    forged = [e for e in errors if e.outcome == "failed" and e.reason not in _ENDED]
    if forged:
        reason = forged[0].reason
        if not reason.startswith("endorsements."):
            reason = "endorsements.signature"
        return refusal(reason, "fix.issuer", as_key="endorsements.forged", why=forged[0].message)
    if any(error.reason in _ENDED for error in errors):
        return _unknown("endorsements.ended", "fix.renewed-endorsement")
    first = errors[0]
    fix = first.fix if isinstance(first.fix, Sentence) else detail(first.fix)
    return _unknown("endorsements.unavailable", fix, why=first.message)


def _unknown(reason: str, fix: str, /, **values: str) -> VerificationError:
    return refusal(reason, fix, outcome="unknown", **values)
