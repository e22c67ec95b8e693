"""Learner records: a ClrCredential, and every credential inside it (CLR 2.0).

The record's own signature says that its issuer put these credentials together. What each of them
says is its own issuer's word, so each is verified as if it had come alone, with the signature it
brought along: a good record never makes a bad badge good. A record is valid only if all of its
badges are, and its report names the others (standards reference, sections 16 and 20).

CLR 2.0 puts what it holds into one graph with itself. So whatever record and badges say of one
thing, such as their common issuer, is signed as said by both; who said it inside, only the badge's
own signature tells.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any

from obit_build.harmless import shown
from obit_build.securing.canonical import (
    CLR_2,
    CREDENTIALS_V2,
    OPEN_BADGES_3_EXTENSIONS,
    packaged_contexts,
)
from obit_build.verifying.contexts import UNKNOWN
from obit_build.verifying.form import check_form
from obit_build.verifying.kinds import (
    Class,
    Flaw,
    as_list,
    boolean,
    flaw,
    many,
    one,
    term,
    uri,
)
from obit_build.verifying.openbadges3 import OPEN_BADGES_3
from obit_build.verifying.report import (
    PARTS,
    Outcome,
    StepResult,
    Verdict,
    VerificationError,
    VerificationReport,
    refusal,
)
from obit_build.verifying.run import Run, StepOutcome
from obit_build.verifying.shape import ACHIEVEMENT, IDENTITY_OBJECT, OPEN_BADGE_CREDENTIAL
from obit_build.verifying.words import Sentence, say

MAX_PARTS = 100
MAX_NAMED = 5
ASSOCIATION_TYPES = (
    "exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes",
    "replacedBy",
)  # fmt: skip
_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3."

VerifyPart = Callable[[bytes, str], VerificationReport]
"""Verify one credential of a record: its bytes, and what its report calls it."""


def _contexts(value: Any, path: str) -> Iterator[Flaw]:
    """Accept the contexts of a record: VC 2.0 first, then CLR 2.0 and Open Badges 3.0.x."""
    if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
        yield flaw("form.context-inline", "context-inline", path=path)
        return
    badges = [url for url in packaged_contexts() if url.startswith(_OPEN_BADGES)]
    known = {CREDENTIALS_V2, CLR_2, *badges, OPEN_BADGES_3_EXTENSIONS}
    foreign = [url for url in value if url not in known]
    if foreign:
        yield flaw(UNKNOWN, "context-unknown", path=path, url=shown(foreign[0], 100))
    elif value[:1] != [CREDENTIALS_V2] or CLR_2 not in value or not set(badges) & set(value):
        yield flaw("form.context-order", "context-order", path=path)
    elif len(value) != len(set(value)) or len(set(badges) & set(value)) > 1:
        yield flaw("form.context-order", "context-more", path=path)


def _credentials(value: Any, path: str) -> Iterator[Flaw]:
    """Accept a list of objects; each is looked at closely when it is verified by itself."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        yield flaw("form.value", "not", path=path, what=say("kind.list"))


ASSOCIATION: Class = Class(
    name="Association",
    types=(("Association",),),
    required=("associationType", "sourceId", "targetId"),
    fields={
        "associationType": term(*ASSOCIATION_TYPES, extensible=False),
        "sourceId": uri,
        "targetId": uri,
    },
)
CLR_SUBJECT: Class = Class(
    name="ClrSubject",
    types=(("ClrSubject",),),
    required=("verifiableCredential",),
    any_of=("id", "identifier"),
    fields={
        "id": uri,
        "identifier": many(lambda: IDENTITY_OBJECT),
        "verifiableCredential": _credentials,
        "achievement": many(lambda: ACHIEVEMENT),
        "association": many(lambda: ASSOCIATION),
    },
)
CLR_CREDENTIAL: Class = Class(
    name="ClrCredential",
    types=(("VerifiableCredential",), ("ClrCredential",)),
    required=("@context", "id", "name", "issuer", "validFrom", "credentialSubject"),
    fields={
        **OPEN_BADGE_CREDENTIAL.fields,
        "@context": _contexts,
        "partial": boolean,
        "credentialSubject": one(lambda: CLR_SUBJECT),
    },
)


def _form(run: Run) -> StepOutcome:  # 3
    check_form(CLR_CREDENTIAL, run.document, what=say("what.record"))
    return "passed", say("form.passed.record"), ""


def _status(run: Run) -> StepOutcome:  # 6
    if "credentialStatus" not in run.document:
        return "passed", say("status.none.record"), "status.none"
    return OPEN_BADGES_3.status(run)


def _endorsements(run: Run) -> StepOutcome:  # 9
    names = ("endorsement", "endorsementJwt")
    count = sum(len(as_list(run.document.get(name))) for name in names)
    if count:
        raise refusal(
            "endorsements.unsupported", "fix.other-verifier-these", outcome="unknown", n=str(count)
        )
    return "skipped", say("endorsements.none"), "endorsements.none"


CLR_2_0 = dataclasses.replace(
    OPEN_BADGES_3,
    words="version.passed.record",
    form=_form,
    status=_status,
    endorsements=_endorsements,
)
"""A record is signed, dated and named like a badge; what it holds is another matter."""


def with_parts(report: VerificationReport, run: Run, verify_part: VerifyPart) -> VerificationReport:
    """Add what is found in a record's credentials to its report, as a step of its own.

    They are not looked at unless the record's form and signature are good, like anything else.
    """
    early = next((s for s in report.steps if s.number <= 4 and s.outcome != "passed"), None)
    if early is not None:
        blocked = say("blocked", why=say(f"blocked.{early.name}"))
        return _with(report, ("skipped", blocked, "blocked"), "", ())
    parts: tuple[VerificationReport, ...] = ()
    try:
        parts = _parts(run, report.source, verify_part)
        return _with(report, _judged(parts), "", parts)
    except VerificationError as error:
        return _with(report, (error.outcome, error.message, error.reason), error.fix, parts)


def _parts(run: Run, source: str, verify_part: VerifyPart) -> tuple[VerificationReport, ...]:
    found = run.document["credentialSubject"]["verifiableCredential"]
    if len(found) > MAX_PARTS:
        raise refusal("badges.many", "fix.one-by-one", outcome="unknown", most=str(MAX_PARTS))
    return tuple(
        verify_part(json.dumps(credential).encode(), f"{source} [{number}]")
        for number, credential in enumerate(found, start=1)
    )


def _judged(parts: tuple[VerificationReport, ...]) -> StepOutcome:
    """Sum up: fine only if all are; the worst decides, and is named."""
    for verdict, reason in (("invalid", "badges.invalid"), ("unverifiable", "badges.unknown")):
        found = [part for part in parts if _weight(part) == verdict]
        if found:
            outcome: Outcome = "failed" if verdict == "invalid" else "unknown"
            raise refusal(reason, "fix.one-by-one", outcome=outcome, names=_named(found))
    return "passed", say("badges.passed", n=str(len(parts))), ""


def _weight(part: VerificationReport) -> Verdict:
    """Return a part's verdict; a credential of another kind is none that we could call false."""
    foreign = part.decisive.reason == "version.not-a-badge"
    return "unverifiable" if foreign else part.verdict


def _named(parts: list[VerificationReport]) -> str:
    """Name the badges and their states: ``Pare-feu (expired), Réseaux (revoked)``."""
    named: Sentence | None = None
    for number, part in enumerate(parts[:MAX_NAMED], start=1):
        said = part.summary
        name = shown(said.achievement_name or said.name, 60) or say("badges.unnamed", n=str(number))
        one_part = say("badges.named", name=name, state=say(f"state.{part.state}"))
        named = one_part if named is None else say("badges.list", first=named, second=one_part)
    others = len(parts) - MAX_NAMED
    if named is not None and others > 0:
        named = say("badges.and-more", named=named, n=str(others))
    return named or ""


def _with(
    report: VerificationReport,
    found: StepOutcome,
    fix: str,
    parts: tuple[VerificationReport, ...],
) -> VerificationReport:
    outcome, message, reason = found
    step = StepResult(
        number=PARTS, name="badges", outcome=outcome, message=message, fix=fix, reason=reason
    )
    notices = (notice for one_report in (report, *parts) for notice in one_report.notices)
    return dataclasses.replace(
        report,
        steps=(*report.steps, step),
        parts=parts,
        # A preview inside a record would make the whole record look like more than it is.
        preview=report.preview or any(part.preview for part in parts),
        specimen=report.specimen or any(part.specimen for part in parts),
        notices=tuple(dict.fromkeys(notices)),
    )
