"""Steps 3 to 10 for Open Badges 2.0, hosted or signed as a JWS (IMS Open Badges 2.0, "Verification").

What is taken back answers ``410 Gone``, or a body with ``revoked``, or stands on the Issuer's list;
what can't be fetched leaves the verdict open. From step 4 on, a run's document is the assertion
that counts, with its BadgeClass and its Issuer written out in place of their addresses.
"""

from typing import Any

from obit_build.credentials.credential import PREVIEW_NAME, PREVIEW_TERMS, SPECIMEN_TERMS
from obit_build.credentials.openbadges2 import SPECIMEN_NAME
from obit_build.errors import GoneError
from obit_build.harmless import shown
from obit_build.strict_json import JsonObject
from obit_build.verifying.key import Fetch
from obit_build.verifying.kinds import as_list
from obit_build.verifying.openbadges2_proof import (
    check_kind,
    check_shape,
    fetched,
    hosted_badge,
    signed_badge,
    site,
)
from obit_build.verifying.openbadges2_shape import (
    ASSERTION,
    CONTEXT,
    HOSTED,
    REVOCATION_LIST,
    SIGNED,
    address_of,
    kinds_of,
    moment,
    normal,
)
from obit_build.verifying.recipient import check_recipient
from obit_build.verifying.report import Summary, VerificationError, refusal
from obit_build.verifying.run import Generation, Run, StepOutcome
from obit_build.verifying.words import detail, say

CONTEXT_1 = "https://w3id.org/openbadges/v1"
_ADDRESS_ONLY = {"@context", "type", "id"}
_OTHERS = {"BadgeClass": "achievement", "Issuer": "profile", "Profile": "profile"}


def _form(run: Run) -> StepOutcome:  # 3
    if run.address:
        run.document = {"@context": CONTEXT, "type": "Assertion", "id": run.address}
    run.document = found = normal(run.document)
    _refuse_others(found)
    verification = found.get("verification")
    if run.token and not kinds_of(verification) & HOSTED:
        check_kind(verification, SIGNED)
        check_shape(ASSERTION, found, "assertion")
        return "passed", say("form.passed.signed"), ""
    run.token = None  # a hosted badge is what its address serves, not what somebody signed
    if kinds_of(verification) & SIGNED:
        raise refusal("signed.missing", "fix.original")
    check_kind(verification, HOSTED)
    if found.get("revoked") is True:  # nobody says so of a badge that counts
        raise _taken_back("", found)
    if found.keys() - _ADDRESS_ONLY:
        check_shape(ASSERTION, found, "assertion")
    return "passed", say("form.passed.hosted"), ""


def _refuse_others(document: JsonObject) -> None:
    if CONTEXT_1 in as_list(document.get("@context")):
        raise refusal("version.open-badges-1", "fix.other-verifier", outcome="unknown")
    for kind, words in _OTHERS.items():
        if kind in kinds_of(document):
            raise refusal(
                "version.not-a-badge",
                "fix.original",
                as_key="version.other",
                what=say(f"what.{words}"),
            )


def _signature(run: Run) -> StepOutcome:  # 4
    found = run.document
    if run.token:
        run.document = _marked(signed_badge(found, run.token, run.fetch))
        return "passed", say("signature.passed", who=_who(run.document)), ""
    at = address_of(found)
    served = hosted_badge(at, run.fetch)
    run.document = _marked(served)
    if served.get("revoked") is True:
        return "passed", say("hosted.answers", site=site(at)), ""
    if found.keys() - _ADDRESS_ONLY and found != _as_served(served, found):
        run.notices.append(say("hosted.differs", site=site(at)))
    return "passed", say("hosted.passed", who=_who(run.document)), ""


def _as_served(served: JsonObject, found: JsonObject) -> JsonObject:
    """Write the badge as the file does, if it names the same: by its address, or written out."""
    same = address_of(found.get("badge")) == address_of(served["badge"])
    return {**served, "badge": found["badge"]} if same else served


def _marked(document: JsonObject) -> JsonObject:
    """Say of a preview or specimen that it is one, as 3.0 would: our twins say so in their names."""
    name = _member(document, "badge").get("name")
    marks = {PREVIEW_NAME: PREVIEW_TERMS, SPECIMEN_NAME: SPECIMEN_TERMS}
    found = [kind for begin, kind in marks.items() if str(name).startswith(begin)]
    return {**document, "termsOfUse": [{"type": kind} for kind in found]}


def _who(document: JsonObject) -> str:
    issuer = _issuer(document)
    return f"{shown(issuer.get('name'), 80)} ({site(address_of(issuer))})"


def _refresh(_run: Run) -> StepOutcome:  # 5
    return "skipped", say("refresh.none"), "refresh.none"


def _status(run: Run) -> StepOutcome:  # 6
    issuer = _issuer(run.document)
    home = site(address_of(issuer) or address_of(run.document))
    if run.document.get("revoked") is True:
        raise _taken_back(home, run.document)
    url = address_of(issuer.get("revocationList"))
    if url:
        _look_up(run, _list_at(url, issuer, run.fetch), home)
        return "passed", say("status.passed", site=home), ""
    if run.token:
        return "passed", say("status.none"), "status.none"
    return "passed", say("status.passed.hosted", site=home), ""


def _list_at(url: str, issuer: JsonObject, fetch: Fetch) -> JsonObject:
    try:
        document = fetched(url, "revocation-list", fetch)
    except GoneError as error:
        why = say("status.unavailable.why", url=shown(url, 200), detail=detail(error.message))
        raise refusal(
            "status.unavailable",
            "fix.publish-again",
            as_key="status.not-checked",
            outcome="unknown",
            why=why,
        ) from error
    check_shape(REVOCATION_LIST, document, "revocation-list")
    owner = address_of(document.get("issuer", address_of(issuer)))
    if owner != address_of(issuer):
        what = say("status.list-issuer.what", site=site(owner))
        raise refusal("status.list-issuer", "fix.issuer", as_key="status.unreliable", what=what)
    return document


def _look_up(run: Run, document: JsonObject, home: str) -> None:
    for entry in as_list(document["revokedAssertions"]):
        # "uid" is what badges had before 2.0.
        uid = entry.get("uid") if isinstance(entry, dict) else None
        if address_of(entry) == address_of(run.document) or (
            isinstance(uid, str) and uid == run.document.get("uid")
        ):
            raise _taken_back(home, entry)


def _taken_back(home: str, said: Any) -> VerificationError:
    """Build the error for a badge that counts no more; ``home`` is empty if the file says so."""
    reason = said.get("revocationReason") if isinstance(said, dict) else None
    text = shown(reason, 300).strip()
    who, fix = ("", "fix.ask-reason") if home else (".file", "fix.current-copy")
    key = f"status.revoked{who}{'.why' if text else ''}"
    return refusal("status.revoked", fix, as_key=key, site=home, text=text)


def _nothing_left() -> StepOutcome:
    return "skipped", say("blocked", why=say("blocked.revoked")), "blocked"


def _dates(run: Run) -> StepOutcome:  # 7
    if run.document.get("revoked") is True:
        return _nothing_left()
    first, last = run.document["issuedOn"], run.document.get("expires")
    start, end = moment(first), moment(last)
    if start is None or start > run.at:
        raise refusal("dates.not-yet-valid", "fix.come-back", begin=first[:10])
    if last is None:
        return "passed", say("dates.passed.open", begin=first[:10]), ""
    if end is None or end < run.at:
        raise refusal("dates.expired", "fix.renewed", end=last[:10])
    return "passed", say("dates.passed", begin=first[:10], end=last[:10]), ""


def _recipient(run: Run) -> StepOutcome:  # 8
    if run.recipient is None:
        return "skipped", say("recipient.not-asked"), "recipient.not-asked"
    if run.document.get("revoked") is True:
        return _nothing_left()
    given = run.document["recipient"]
    identity = {
        "hashed": given["hashed"],
        "identityHash": given["identity"],
        "identityType": "emailAddress" if given["type"] == "email" else given["type"],
        "salt": given.get("salt", ""),
    }
    return "passed", check_recipient({"identifier": [identity]}, run.recipient), ""


def _endorsements(run: Run) -> StepOutcome:  # 9
    parts = (run.document, _member(run.document, "badge"), _issuer(run.document))
    if any("endorsement" in part for part in parts):
        return "skipped", say("endorsements.not-done"), "endorsements.not-done"
    return "skipped", say("endorsements.none"), "endorsements.none"


def _image(_run: Run) -> StepOutcome:  # 10
    return "skipped", say("image.not-signed"), "image.not-signed"


def _member(document: JsonObject, name: str) -> JsonObject:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _issuer(document: JsonObject) -> JsonObject:
    return _member(_member(document, "badge"), "issuer")


def _kind_of_recipient(recipient: JsonObject) -> str:
    how = "hashed" if recipient.get("hashed") is True else "plain"
    kind = recipient.get("type")
    said = f"{how} {kind if isinstance(kind, str) else 'identifier'}"
    return shown(said, 60) if recipient else ""


def _summary(document: JsonObject) -> Summary:
    """Collect what the document says of itself, whatever its form."""
    badge, issuer = _member(document, "badge"), _issuer(document)
    return Summary(
        credential_id=shown(document.get("id"), 300),
        name=shown(badge.get("name")),
        achievement_name=shown(badge.get("name")),
        achievement_id=shown(address_of(document.get("badge")), 300),
        issuer_id=shown(address_of(badge.get("issuer")), 300),
        issuer_name=shown(issuer.get("name"), 80),
        valid_from=shown(document.get("issuedOn"), 40),
        valid_until=shown(document.get("expires"), 40),
        awarded_date=shown(document.get("issuedOn"), 40),
        recipient_kind=_kind_of_recipient(_member(document, "recipient")),
    )


OPEN_BADGES_2 = Generation(
    words="version.passed.open-badges-2",
    form=_form,
    signature=_signature,
    refresh=_refresh,
    status=_status,
    dates=_dates,
    recipient=_recipient,
    endorsements=_endorsements,
    image=_image,
    summary=_summary,
)
