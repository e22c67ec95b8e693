"""Reports → words for a terminal, and JSON.

A sign (✓ ✗ ? -) never stands alone: the word beside it says the same, and colour only repeats
both. Text from a credential is shown as its own words ("says"), never as ours.
"""

import json
from collections.abc import Sequence

from obit_build.verify_report import Outcome, State, StepResult, VerificationReport, shown

_SIGNS: dict[Outcome, str] = {"passed": "✓", "failed": "✗", "unknown": "?", "skipped": "-"}
_WORDS: dict[Outcome, str] = {
    "passed": "good",
    "failed": "failed",
    "unknown": "unknown",
    "skipped": "not done",
}
_COLORS: dict[Outcome, int] = {"passed": 32, "failed": 31, "unknown": 33, "skipped": 2}
_STATE_WORDS: dict[State, str] = {
    "valid": "valid",
    "expired": "expired",
    "revoked": "revoked",
    "suspended": "suspended",
    "not-yet-valid": "not yet valid",
    "invalid": "not valid",
    "unknown": "could not be checked",
}
PREVIEW, SPECIMEN = "preview", "specimen"
_ALL_WORDS = (*_STATE_WORDS.values(), PREVIEW, SPECIMEN)
_OUTCOMES: dict[str, Outcome] = {
    "valid": "passed",
    "could not be checked": "unknown",
    PREVIEW: "unknown",
    SPECIMEN: "unknown",
}
_LABELS = {
    "size": "file",
    "reading": "reading",
    "version": "version",
    "form": "form",
    "signature": "signature",
    "refresh": "newer version",
    "status": "revocation",
    "dates": "dates",
    "recipient": "recipient",
    "endorsements": "endorsements",
    "image": "picture",
}
_LABEL_WIDTH = max(len(label) for label in _LABELS.values())
_WORD_WIDTH = max(len(word) for word in _WORDS.values())


def headline(report: VerificationReport, *, color: bool = False) -> str:
    """Say the verdict in one or two words, with its sign; a preview is never called valid."""
    words = _words(report)
    outcome = _OUTCOMES.get(words, "failed")
    return _painted(f"{_SIGNS[outcome]} {words}", outcome, color=color)


def one_line(report: VerificationReport, *, color: bool = False) -> str:
    """Render a report as one line, for a folder of badges."""
    line = f"{headline(report, color=color)}  {shown(report.source, 300)}"
    if not report.passed:
        return f"{line}  {report.decisive.message} [{report.decisive.reason}]"
    return f"{line}  {report.notices[0]}" if report.notices else line


def batch(reports: Sequence[VerificationReport], *, color: bool = False) -> str:
    """Render many reports: a line for each that is not valid, then the counts."""
    lines = [one_line(r, color=color) for r in reports if not r.passed]
    notices = sorted({notice for report in reports for notice in report.notices})
    return "\n".join([*lines, *notices, counts(reports)])


def counts(reports: Sequence[VerificationReport]) -> str:
    """Count the reports by state, in words: ``41 checked: 40 valid, 1 revoked``."""
    found = [_words(report) for report in reports]
    parts = [f"{found.count(words)} {words}" for words in _ALL_WORDS if words in found]
    return f"{len(reports)} checked: {', '.join(parts)}" if parts else "nothing was checked"


def _words(report: VerificationReport) -> str:
    if report.passed and report.preview:
        return PREVIEW
    if report.passed and report.specimen:
        return SPECIMEN
    return _STATE_WORDS[report.state]


def ladder(report: VerificationReport, *, color: bool = False) -> str:
    """Render a report in full: verdict, what the badge says, every step, what to do."""
    lines = [f"{shown(report.source, 300)}: {headline(report, color=color)}"]
    lines += [f"  {notice}" for notice in report.notices]
    lines += _says(report)
    lines += ["", *(_step_line(step, color=color) for step in report.steps)]
    if not report.passed and report.decisive.fix:
        lines += ["", f"What to do: {report.decisive.fix}."]
    return "\n".join(lines)


def to_json(reports: Sequence[VerificationReport]) -> str:
    """Render reports as one JSON object that ends with a line feed."""
    document = {
        "obit": 1,
        "command": "verify",
        "ok": bool(reports) and all(report.passed for report in reports),
        "summary": counts(reports),
        "reports": [report.to_dict() for report in reports],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _says(report: VerificationReport) -> list[str]:
    """Show what the badge claims; only a good signature makes it its issuer's word."""
    said = report.summary
    rows = (
        ("badge", said.achievement_name or said.name),
        (
            "issuer",
            f"{said.issuer_name} ({said.issuer_id})" if said.issuer_name else said.issuer_id,
        ),
        ("awarded", (said.awarded_date or said.valid_from)[:10]),
        ("id", said.credential_id),
    )
    lines = [f"  {label:<8}{value}" for label, value in rows if value]
    if not lines:
        return []
    confirmed = any(step.name == "signature" and step.outcome == "passed" for step in report.steps)
    title = "The badge:" if confirmed else "What it says of itself, which is not confirmed:"
    return ["", title, *lines]


def _step_line(step: StepResult, *, color: bool) -> str:
    mark = f"{_SIGNS[step.outcome]} {_WORDS[step.outcome]:<{_WORD_WIDTH}}"
    reason = f" [{step.reason}]" if step.outcome in ("failed", "unknown") else ""
    label = f"{_LABELS[step.name]:<{_LABEL_WIDTH}}"
    return f"{step.number:>2} {label}  {_painted(mark, step.outcome, color=color)}  {step.message}{reason}"


def _painted(text: str, outcome: Outcome, *, color: bool) -> str:
    return f"\x1b[{_COLORS[outcome]}m{text}\x1b[0m" if color else text
