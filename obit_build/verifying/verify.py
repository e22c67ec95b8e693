"""Verify a badge: bytes in, a report of eleven steps out; nothing is believed on its own word.

Open Badges, "Verification", in the order of the standards reference, section 16, with the
checks of the threat model (T25 to T30) added. :func:`verify` never raises for what is in the
bytes. It reads no clock and opens no file or socket: the time and the way to fetch the issuer's
keys and lists are arguments.

    report = verify(data, name="badge.png", at=now, fetch=site_folder)
    report.passed, report.state, report.decisive.message
"""

import datetime

from obit_build.credentials.credential import PREVIEW_TERMS, SPECIMEN_TERMS
from obit_build.network.http_answers import asked_once
from obit_build.strict_json import JsonObject
from obit_build.verifying.claims import is_open_badges_2
from obit_build.verifying.clr import CLR_2_0, with_parts
from obit_build.verifying.contexts import is_model_1
from obit_build.verifying.key import Fetch
from obit_build.verifying.kinds import as_list
from obit_build.verifying.openbadges2 import OPEN_BADGES_2
from obit_build.verifying.openbadges3 import OPEN_BADGES_3
from obit_build.verifying.reading import read_credential
from obit_build.verifying.report import (
    STEP_NAMES,
    StepResult,
    VerificationError,
    VerificationReport,
    refusal,
)
from obit_build.verifying.run import Generation, Run, Step, StepOutcome
from obit_build.verifying.words import say

MAX_BYTES = 2 * 1024 * 1024
SIGNATURE = 4

_BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")
_OTHER_DOCUMENTS = {
    "BitstringStatusListCredential": "list",
    "EndorsementCredential": "endorsement",
    "Achievement": "achievement",
    "BadgeClass": "achievement",
    "Profile": "profile",
}


def verify(
    data: bytes, *, name: str, at: datetime.datetime, fetch: Fetch, recipient: str | None = None
) -> VerificationReport:
    """Check a badge in JSON, as a token, or inside a PNG, SVG or PDF.

    ``at`` is aware; ``name`` is what the report calls the source; ``recipient`` is an e-mail
    address, or another identifier, to compare the holder with.
    """
    # Each address is asked once, so that all steps see the same keys and lists.
    run = Run(data=data, at=at, fetch=asked_once(fetch), recipient=recipient)
    results: list[StepResult] = []
    blocked = False
    for number in range(len(STEP_NAMES)):
        result = _skipped(number, results) if blocked else _taken(number, run)
        results.append(result)
        blocked = blocked or (number <= SIGNATURE and result.outcome != "passed")
    terms = _terms(run.document)
    report = VerificationReport(
        source=name,
        steps=tuple(results),
        summary=(_generation(run) or OPEN_BADGES_3).summary(run.document),
        preview=PREVIEW_TERMS in terms,
        specimen=SPECIMEN_TERMS in terms,
        notices=(*_term_notices(terms), *run.notices),
    )
    if _generation(run) is not CLR_2_0:
        return report

    def verify_part(part: bytes, source: str) -> VerificationReport:
        return verify(part, name=source, at=at, fetch=run.fetch, recipient=recipient)

    return with_parts(report, run, verify_part)


def _taken(number: int, run: Run) -> StepResult:
    fix = ""
    try:
        outcome, message, reason = _step(number, run)(run)
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


def _skipped(number: int, earlier: list[StepResult]) -> StepResult:
    first = next(step for step in earlier if step.outcome != "passed")
    why = say(f"blocked.{first.name}")
    return StepResult(
        number=number,
        name=STEP_NAMES[number],
        outcome="skipped",
        message=say("blocked", why=why),
        reason="blocked",
    )


def _step(number: int, run: Run) -> Step:
    if number < len(_FIRST):
        return _FIRST[number]
    step: Step = getattr(_generation(run) or OPEN_BADGES_3, STEP_NAMES[number])
    return step


def _size(run: Run) -> StepOutcome:  # 0
    if not run.data:
        raise refusal("size.empty", "fix.original")
    if len(run.data) > MAX_BYTES:
        raise refusal("size.too-large", "fix.original")
    return "passed", say("size.passed"), ""


def _generation(run: Run) -> Generation | None:
    """Tell which generation of badges a document claims to be; None if it is no badge.

    Every step asks; the answer holds as long as no step reads another document.
    """
    if run.judged is None or run.judged[0] is not run.document:
        run.judged = (run.document, _claimed(run))
    return run.judged[1]


def _claimed(run: Run) -> Generation | None:
    if run.address or is_open_badges_2(run.document):
        return OPEN_BADGES_2
    types = as_list(run.document.get("type"))
    if "ClrCredential" in types:
        return CLR_2_0
    return OPEN_BADGES_3 if any(kind in types for kind in _BADGE_TYPES) else None


def _version(run: Run) -> StepOutcome:  # 2
    generation = _generation(run)
    if generation is OPEN_BADGES_3 and is_model_1(run.document):
        return "passed", say("version.passed.vcdm-1"), ""
    if generation is not None:
        return "passed", say(generation.words), ""
    types = as_list(run.document.get("type"))
    other = [words for kind, words in _OTHER_DOCUMENTS.items() if kind in types]
    if not other:
        raise refusal("version.not-a-badge", "fix.original")
    what = say(f"what.{other[0]}")
    raise refusal("version.not-a-badge", "fix.original", as_key="version.other", what=what)


_FIRST: tuple[Step, ...] = (_size, read_credential, _version)
"""How the steps are done that come before anybody knows the generation."""


def _terms(document: JsonObject) -> list[str]:
    terms = [item for item in as_list(document.get("termsOfUse")) if isinstance(item, dict)]
    return [kind for term in terms for kind in as_list(term.get("type")) if isinstance(kind, str)]


def _term_notices(terms: list[str]) -> list[str]:
    notices = {PREVIEW_TERMS: "notice.preview", SPECIMEN_TERMS: "notice.specimen"}
    return [say(key) for term, key in notices.items() if term in terms]
