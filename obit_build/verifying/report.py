"""What a verification found: eleven steps, a verdict that follows from them, a few facts.

The steps are those of Open Badges 3.0, "Verification", in the order of the standards reference,
section 16. The verdict can't be set: it is *valid* only if every step that matters passed, so
a step that is missing, skipped or unknown never looks like a good one. A report has no truth
value; ask :attr:`VerificationReport.passed`.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, NoReturn

from obit_build.errors import ObitError
from obit_build.verifying.words import ENGLISH, Sentence, say, translated

Outcome = Literal["passed", "failed", "unknown", "skipped"]
Verdict = Literal["valid", "invalid", "unverifiable"]
State = Literal["valid", "expired", "revoked", "suspended", "not-yet-valid", "invalid", "unknown"]

STEP_NAMES = (
    "size", "reading", "version", "form", "signature", "refresh", "status", "dates", "recipient",
    "endorsements", "image",
)  # fmt: skip
MANDATORY = frozenset({0, 1, 2, 3, 4, 6, 7})
RECIPIENT = 8
PARTS = 11
"""Learner records only: the credentials inside, each verified by itself."""
_ASKED = frozenset({RECIPIENT, PARTS})
"""Steps that count once they are taken."""

_STATES: dict[str, State] = {
    "status.revoked": "revoked",
    "status.suspended": "suspended",
    "dates.expired": "expired",
    "dates.not-yet-valid": "not-yet-valid",
}


class VerificationError(ObitError):
    """A step refuses (``failed``) or can't tell (``unknown``); never leaves :func:`verify`."""

    exit_code = 1

    def __init__(self, reason: str, message: str, *, fix: str, outcome: Outcome = "failed") -> None:
        super().__init__(message, fix=fix)
        self.reason = reason
        self.outcome: Outcome = outcome


def refusal(
    reason: str,
    fix: str = "fix.copy",
    /,
    *,
    as_key: str = "",
    outcome: Outcome = "failed",
    **values: str,
) -> VerificationError:
    """Build the error of a step from the catalogue.

    The sentence has the key ``as_key``, else the reason itself; ``fix`` is a key, or a sentence.
    """
    message = say(as_key or reason, **values)
    advice = fix if isinstance(fix, Sentence) else say(fix)
    return VerificationError(reason, message, fix=advice, outcome=outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One step: what came out, in a sentence for people and a code for programs."""

    number: int
    name: str
    outcome: Outcome
    message: str
    fix: str = ""
    reason: str = ""
    """Stable code, such as ``proof.signature``; empty when there is nothing to add."""

    def to_dict(self, language: str = ENGLISH) -> dict[str, Any]:
        """Return the members of this step in the JSON report."""
        return {
            "number": self.number,
            "name": self.name,
            "outcome": self.outcome,
            "reason": self.reason,
            "message": translated(self.message, language),
            "fix": translated(self.fix, language),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the credential says of itself; true only if the report passed."""

    credential_id: str = ""
    name: str = ""
    achievement_name: str = ""
    achievement_id: str = ""
    issuer_id: str = ""
    issuer_name: str = ""
    valid_from: str = ""
    valid_until: str = ""
    awarded_date: str = ""
    recipient_kind: str = ""
    """How it names its holder, never who that is: ``hashed emailAddress``, ``id`` …"""

    def to_dict(self) -> dict[str, str]:
        """Return the members that have a value."""
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whether the issuer is one that the asker recognises; the signature's verdict stands apart."""

    recognised: bool
    message: str
    name: str = ""
    """What the asker calls this issuer."""

    def to_dict(self, language: str = ENGLISH) -> dict[str, Any]:
        """Return the members in the JSON report."""
        return {
            "recognised": self.recognised,
            "name": self.name,
            "message": translated(self.message, language),
        }


class Judgement(NamedTuple):
    """What came out of all steps and what follows from it, without whose they were: many may share it."""

    steps: tuple[StepResult, ...]
    state: State
    decisive: StepResult


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """All steps of one verification, and what follows from them."""

    source: str
    steps: tuple[StepResult, ...]
    summary: Summary = field(default_factory=Summary)
    preview: bool = False
    specimen: bool = False
    notices: tuple[str, ...] = ()
    parts: tuple["VerificationReport", ...] = ()
    """The reports of the credentials inside a learner record."""
    trust: Trust | None = None
    """None if nobody said which issuers are recognised."""

    def __bool__(self) -> NoReturn:
        raise TypeError("a verification report has no truth value; ask report.passed")

    @property
    def verdict(self) -> Verdict:
        """Invalid if any step failed, valid if all that matter passed, else unverifiable."""
        if any(step.outcome == "failed" for step in self.steps):
            return "invalid"
        passed = {step.number for step in self.steps if step.outcome == "passed"}
        asked = {s.number for s in self.steps if s.number in _ASKED and s.outcome != "skipped"}
        return "valid" if passed >= MANDATORY | asked else "unverifiable"

    @property
    def state(self) -> State:
        """Where the badge stands, in one word."""
        if self.verdict == "valid":
            return "valid"
        failed = [step.reason for step in self.steps if step.outcome == "failed"]
        if not failed:
            return "unknown"
        others = [reason for reason in failed if reason not in _STATES]
        return "invalid" if others else next(_STATES[r] for r in _STATES if r in failed)

    @property
    def passed(self) -> bool:
        """Whether the verdict is *valid*. A preview may pass; see :attr:`preview`."""
        return self.verdict == "valid"

    @property
    def decisive(self) -> StepResult:
        """The step that explains the verdict: the first failed, else the first unknown, else proof."""
        for outcome in ("failed", "unknown"):
            for step in self.steps:
                counts = outcome == "failed" or step.number in MANDATORY | _ASKED
                if step.outcome == outcome and counts:
                    return step
        return self.steps[4]

    @property
    def judgement(self) -> Judgement:
        """The steps, the state and the step that explains it."""
        return Judgement(self.steps, self.state, self.decisive)

    def require(self) -> None:
        """Raise :class:`VerificationError` unless the verdict is *valid*."""
        if not self.passed:
            step = self.decisive
            raise VerificationError(step.reason, step.message, fix=step.fix, outcome=step.outcome)

    def to_dict(self, language: str = ENGLISH) -> dict[str, Any]:
        """Return the JSON form of the report, its sentences in this language."""
        written: dict[str, Any] = {
            "source": self.source,
            "verdict": self.verdict,
            "state": self.state,
            "preview": self.preview,
            "specimen": self.specimen,
            "notices": [translated(notice, language) for notice in self.notices],
            "says": self.summary.to_dict(),
            "steps": [step.to_dict(language) for step in self.steps],
        }
        if self.parts:
            written["parts"] = [part.to_dict(language) for part in self.parts]
        if self.trust:
            written["trust"] = self.trust.to_dict(language)
        return written
