"""Verify a badge: bytes in, a report of eleven steps out; nothing is believed on its own word.

Open Badges 3.0, "Verification", in the order of the standards reference, section 16, with the
checks of the threat model (T25 to T30) added. :func:`verify` never raises for what is in the
bytes. It reads no clock and opens no file or socket: the time and the way to fetch the issuer's
keys and lists are arguments.

    report = verify(data, name="badge.png", at=now, fetch=site_folder)
    report.passed, report.state, report.decisive.message
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from obit_build.bake import kind_of, take_out
from obit_build.credential import PREVIEW_TERMS, SPECIMEN_TERMS
from obit_build.errors import BakingError, CanonicalizationError, FetchError
from obit_build.strict_json import JsonObject, parse
from obit_build.verify_endorsements import check_endorsements
from obit_build.verify_key import Fetch, site_of
from obit_build.verify_kinds import as_list, instant
from obit_build.verify_proof import check_proof, issuer_of
from obit_build.verify_recipient import check_recipient, kind_of_recipient
from obit_build.verify_report import (
    STEP_NAMES,
    Outcome,
    StepResult,
    Summary,
    VerificationError,
    VerificationReport,
    shown,
)
from obit_build.verify_shape import OPEN_BADGE_CREDENTIAL, check_form
from obit_build.verify_status import check_status

MAX_BYTES = 2 * 1024 * 1024
SIGNATURE = 4
FIX_COPY = "ask the holder or the issuer for the original file"
FIX_OTHER = "use a verifier that knows this format"

PREVIEW_NOTICE = "This is a preview: it proves nothing."
SPECIMEN_NOTICE = "This is a specimen: it shows what a badge looks like and proves nothing."
BARE_KEY_NOTICE = (
    "The issuer is a bare key: nothing shows whose it is. Its name is only what the badge says."
)

_BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")
_OTHER_DOCUMENTS = {
    "BitstringStatusListCredential": "a status list",
    "EndorsementCredential": "an endorsement",
    "ClrCredential": "a learner record",
    "Achievement": "the description of a badge",
    "BadgeClass": "the description of a badge",
    "Profile": "the profile of an issuer",
}
_BLOCKED = (
    "the file could not be taken in",
    "no badge could be read from the file",
    "it is not a badge of a version that obit checks",
    "the badge is not well-formed",
    "the signature is not confirmed",
)

StepOutcome = tuple[Outcome, str, str]
"""Outcome, sentence, reason."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """One verification under way: what came in, and the document once it is read."""

    data: bytes
    at: datetime.datetime
    fetch: Fetch
    recipient: str | None
    document: JsonObject = field(default_factory=dict)


def verify(
    data: bytes, *, name: str, at: datetime.datetime, fetch: Fetch, recipient: str | None = None
) -> VerificationReport:
    """Check a credential as JSON or baked into a PNG or SVG; ``at`` is aware, ``name`` its source."""
    run = _Run(data=data, at=at, fetch=_once(fetch), recipient=recipient)
    results: list[StepResult] = []
    blocked = ""
    for number, step in enumerate(_STEPS):
        result = _skipped(number, blocked) if blocked else _taken(number, step, run)
        results.append(result)
        if number <= SIGNATURE and result.outcome != "passed" and not blocked:
            blocked = _BLOCKED[number]
    terms = _terms(run.document)
    return VerificationReport(
        source=name,
        steps=tuple(results),
        summary=_summary(run.document),
        preview=PREVIEW_TERMS in terms,
        specimen=SPECIMEN_TERMS in terms,
        notices=_notices(run.document, terms),
    )


def _once(fetch: Fetch) -> Fetch:
    """Fetch each address once, so that all steps see the same keys and lists."""
    seen: dict[str, bytes | FetchError] = {}

    def fetch_once(url: str) -> bytes:
        if url not in seen:
            try:
                seen[url] = fetch(url)
            except FetchError as error:
                seen[url] = error
        found = seen[url]
        if isinstance(found, FetchError):
            raise found
        return found

    return fetch_once


def _taken(number: int, step: Callable[[_Run], StepOutcome], run: _Run) -> StepResult:
    fix = ""
    try:
        outcome, message, reason = step(run)
    except VerificationError as error:
        outcome, message, reason, fix = error.outcome, error.message, error.reason, error.fix
    return StepResult(
        number=number,
        name=STEP_NAMES[number],
        outcome=outcome,
        message=message,
        fix=fix,
        reason=reason,
    )


def _skipped(number: int, because: str) -> StepResult:
    return StepResult(
        number=number,
        name=STEP_NAMES[number],
        outcome="skipped",
        message=f"Not looked at, because {because}.",
        reason="blocked",
    )


def _size(run: _Run) -> StepOutcome:  # 0
    if not run.data:
        raise VerificationError("size.empty", "The file is empty.", fix=FIX_COPY)
    if len(run.data) > MAX_BYTES:
        raise VerificationError(
            "size.too-large",
            "The file is larger than 2 MiB, more than any badge needs.",
            fix=FIX_COPY,
        )
    return "passed", "The file has a reasonable size.", ""


def _reading(run: _Run) -> StepOutcome:  # 1
    text, where = _credential_text(run.data)
    try:
        run.document = parse(text)
    except CanonicalizationError as error:
        raise VerificationError(
            "reading.json", f"The badge can't be read: {error.message}.", fix=FIX_COPY
        ) from error
    return "passed", f"A credential was found in {where}.", ""


def _credential_text(data: bytes) -> tuple[bytes | str, str]:
    """Take the credential out of whatever file this is."""
    kind = kind_of(data)
    if kind == "json":
        return data, "the JSON file"
    if data.startswith(b"%PDF-"):
        raise _not_yet("reading.pdf", "A credential inside a PDF")
    if kind == "jwt":
        raise _not_yet("reading.jwt", "A credential in the form of a JWT")
    if kind not in ("png", "svg"):
        raise VerificationError(
            "reading.format",
            "This is neither a badge image (PNG, SVG) nor a credential in JSON.",
            fix=FIX_COPY,
        )
    try:
        found = take_out(data)
    except BakingError as error:
        raise VerificationError(
            "reading.image", f"No badge can be read from the image: {error.message}.", fix=error.fix
        ) from error
    if kind_of(found.text.encode("utf-8", "replace")) == "json":
        return found.text, f"the {kind.upper()} image"
    if found.version == "2.0":
        raise _not_yet("version.open-badges-2.0", "An Open Badges 2.0 assertion")
    raise _not_yet("reading.jwt", "A credential in the form of a JWT")


def _not_yet(reason: str, what: str) -> VerificationError:
    return VerificationError(
        reason, f"{what} can't be checked by obit yet.", fix=FIX_OTHER, outcome="unknown"
    )


def _version(run: _Run) -> StepOutcome:  # 2
    contexts, types = (as_list(run.document.get(name)) for name in ("@context", "type"))
    if "https://www.w3.org/2018/credentials/v1" in contexts:
        raise _not_yet("version.vcdm-1.1", "A badge of the older data model 1.1")
    if "https://w3id.org/openbadges/v2" in contexts or types == ["Assertion"]:
        raise _not_yet("version.open-badges-2.0", "An Open Badges 2.0 assertion")
    if any(kind in types for kind in _BADGE_TYPES):
        return "passed", "It is an Open Badges 3.0 credential.", ""
    other = [words for kind, words in _OTHER_DOCUMENTS.items() if kind in types]
    message = f"This is {other[0]}, not a badge." if other else "This is not an Open Badge."
    raise VerificationError("version.not-a-badge", message, fix=FIX_COPY)


def _form(run: _Run) -> StepOutcome:  # 3
    check_form(OPEN_BADGE_CREDENTIAL, run.document)
    return "passed", "It has everything that the standard asks of a badge, and nothing else.", ""


def _signature(run: _Run) -> StepOutcome:  # 4
    others = check_proof(run.document, run.at, run.fetch)
    site, name = site_of(issuer_of(run.document)), _issuer_name(run.document)
    who = f"{name} ({site})" if name else site
    message = f"The signature is good: nothing was changed since the key of {who} signed it."
    if others:
        message += f" Another signature was not looked at ({', '.join(others)})."
    return "passed", message, ""


def _refresh(run: _Run) -> StepOutcome:  # 5
    if "refreshService" not in run.document:
        return "skipped", "The badge names no place with newer versions of it.", "refresh.none"
    return (
        "skipped",
        "Whether there is a newer version of the badge was not looked at.",
        "refresh.not-done",
    )


def _status(run: _Run) -> StepOutcome:  # 6
    message, reason = check_status(run.document, run.at, run.fetch)
    return "passed", message, reason


def _dates(run: _Run) -> StepOutcome:  # 7
    begins: str = run.document["validFrom"]
    ends: str | None = run.document.get("validUntil")
    start, end = instant(begins), instant(ends)
    if start is None or start > run.at:
        raise VerificationError(
            "dates.not-yet-valid",
            f"It is not valid yet: it begins on {begins[:10]}.",
            fix="come back on that day",
        )
    if ends is not None and end is not None and end < run.at:
        raise VerificationError(
            "dates.expired",
            f"It has expired: it was valid until {ends[:10]}.",
            fix="ask the holder for a renewed badge",
        )
    until = f"until {ends[:10]}" if ends else "without an end date"
    return "passed", f"It is valid since {begins[:10]}, {until}.", ""


def _recipient(run: _Run) -> StepOutcome:  # 8
    if run.recipient is None:
        return "skipped", "Whose badge it is was not asked.", "recipient.not-asked"
    return "passed", check_recipient(run.document["credentialSubject"], run.recipient), ""


def _endorsements(run: _Run) -> StepOutcome:  # 9
    return check_endorsements(run.document, run.at, run.fetch)


def _image(_run: _Run) -> StepOutcome:  # 10
    return (
        "skipped",
        "The picture itself is not signed; only the data in it is.",
        "image.not-signed",
    )


_STEPS = (
    _size, _reading, _version, _form, _signature, _refresh, _status, _dates, _recipient,
    _endorsements, _image,
)  # fmt: skip


def _terms(document: JsonObject) -> list[str]:
    terms = [item for item in as_list(document.get("termsOfUse")) if isinstance(item, dict)]
    return [kind for term in terms for kind in as_list(term.get("type")) if isinstance(kind, str)]


def _notices(document: JsonObject, terms: list[str]) -> tuple[str, ...]:
    notices = []
    if PREVIEW_TERMS in terms:
        notices.append(PREVIEW_NOTICE)
    if SPECIMEN_TERMS in terms:
        notices.append(SPECIMEN_NOTICE)
    if issuer_of(document).startswith("did:key:"):
        notices.append(BARE_KEY_NOTICE)
    return tuple(notices)


def _issuer_name(document: JsonObject) -> str:
    issuer = document.get("issuer")
    return shown(issuer.get("name"), 80) if isinstance(issuer, dict) else ""


def _summary(document: JsonObject) -> Summary:
    """Collect what the document says of itself, whatever its form."""
    subject = document.get("credentialSubject")
    subject = subject if isinstance(subject, dict) else {}
    achievement = subject.get("achievement")
    achievement = achievement if isinstance(achievement, dict) else {}
    return Summary(
        credential_id=shown(document.get("id"), 300),
        name=shown(document.get("name")),
        achievement_name=shown(achievement.get("name")),
        achievement_id=shown(achievement.get("id"), 300),
        issuer_id=shown(issuer_of(document), 300),
        issuer_name=_issuer_name(document),
        valid_from=shown(document.get("validFrom"), 40),
        valid_until=shown(document.get("validUntil"), 40),
        awarded_date=shown(document.get("awardedDate"), 40),
        recipient_kind=shown(kind_of_recipient(subject), 60),
    )
