"""Reports → words for a terminal, JSON, and CSV, in the reader's language.

A sign (✓ ✗ ? -) never stands alone: the word beside it says the same, and colour only repeats
both. Text from a credential is shown as its own words ("says"), never as ours. Whether the issuer
is one that the reader recognises stands on a line of its own and changes no verdict.
"""

import csv
import io
import json
from collections.abc import Sequence

from obit_build.harmless import shown
from obit_build.verifying.report import STEP_NAMES, Outcome, State, StepResult, VerificationReport
from obit_build.verifying.words import ENGLISH, say, translated

Kind = State | str
"""A state, or ``preview`` or ``specimen`` in place of *valid*."""

_SIGNS: dict[Outcome, str] = {"passed": "✓", "failed": "✗", "unknown": "?", "skipped": "-"}
_COLORS: dict[Outcome, int] = {"passed": 32, "failed": 31, "unknown": 33, "skipped": 2}
PREVIEW, SPECIMEN = "preview", "specimen"
KINDS: tuple[Kind, ...] = (
    "valid", "expired", "revoked", "suspended", "not-yet-valid", "invalid", "unknown", PREVIEW,
    SPECIMEN,
)  # fmt: skip
_OUTCOMES: dict[Kind, Outcome] = {
    "valid": "passed",
    "unknown": "unknown",
    PREVIEW: "unknown",
    SPECIMEN: "unknown",
}
COLUMNS = (
    "source", "verdict", "state", "reason", "message", "fix", "badge", "issuer_name", "issuer_id",
    "awarded", "valid_until", "trust",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width forms


def kind_of(report: VerificationReport) -> Kind:
    """Return the state to show; a preview or specimen is never called valid."""
    if report.passed and report.preview:
        return PREVIEW
    if report.passed and report.specimen:
        return SPECIMEN
    return report.state


def headline(report: VerificationReport, *, color: bool = False, language: str = ENGLISH) -> str:
    """Say the verdict in one or two words, with its sign; a preview is never called valid."""
    kind = kind_of(report)
    outcome = _OUTCOMES.get(kind, "failed")
    words = _say(f"state.{kind}", language)
    return _painted(f"{_SIGNS[outcome]} {words}", outcome, color=color)


def one_line(report: VerificationReport, *, color: bool = False, language: str = ENGLISH) -> str:
    """Render a report as one line, for a folder of badges."""
    line = f"{headline(report, color=color, language=language)}  {shown(report.source, 300)}"
    if not report.passed:
        message = translated(report.decisive.message, language)
        return f"{line}  {message} [{report.decisive.reason}]"
    return f"{line}  {translated(report.notices[0], language)}" if report.notices else line


def batch(
    reports: Sequence[VerificationReport], *, color: bool = False, language: str = ENGLISH
) -> str:
    """Render many reports: a line for each that is not valid, then the counts."""
    lines = [one_line(r, color=color, language=language) for r in reports if not r.passed]
    notices = sorted({translated(n, language) for report in reports for n in report.notices})
    strangers = sorted(
        {
            translated(report.trust.message, language)
            for report in reports
            if report.trust and report.passed and not report.trust.recognised
        }
    )
    return "\n".join([*lines, *notices, *strangers, counts(reports, language=language)])


def counts(reports: Sequence[VerificationReport], *, language: str = ENGLISH) -> str:
    """Count the reports by state, in words: ``41 checked: 40 valid, 1 revoked``."""
    found = [kind_of(report) for report in reports]
    parts = [f"{found.count(k)} {_say(f'state.{k}', language)}" for k in KINDS if k in found]
    if not parts:
        return _say("report.nothing", language)
    return _say("report.counts", language, n=str(len(reports)), parts=", ".join(parts))


def ladder(report: VerificationReport, *, color: bool = False, language: str = ENGLISH) -> str:
    """Render a report in full: verdict, what the badge says, every step, what to do."""
    first = headline(report, color=color, language=language)
    lines = [f"{shown(report.source, 300)}: {first}"]
    lines += [f"  {translated(notice, language)}" for notice in report.notices]
    if report.trust:
        lines.append(f"  {translated(report.trust.message, language)}")
    lines += _says(report, language)
    width = max(len(_say(f"label.{name}", language)) for name in STEP_NAMES)
    lines += ["", *(_step_line(step, width, language, color=color) for step in report.steps)]
    if report.parts:
        parts = enumerate(report.parts, start=1)
        lines += ["", *(_part_line(n, part, language, color=color) for n, part in parts)]
    if not report.passed and report.decisive.fix:
        fix = translated(report.decisive.fix, language)
        lines += ["", _say("report.to-do", language, fix=fix)]
    return "\n".join(lines)


def to_json(reports: Sequence[VerificationReport], *, language: str = ENGLISH) -> str:
    """Render reports as one JSON object that ends with a line feed."""
    document = {
        "obit": 1,
        "command": "verify",
        "ok": bool(reports) and all(report.passed for report in reports),
        "summary": counts(reports, language=language),
        "reports": [report.to_dict(language) for report in reports],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def to_csv(reports: Sequence[VerificationReport], *, language: str = ENGLISH) -> str:
    """Render reports as CSV (RFC 4180, UTF-8), one line each, safe to open in a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for report in reports:
        table.writerow(_harmless(cell) for cell in _row(report, language))
    return written.getvalue()


def _row(report: VerificationReport, language: str) -> tuple[str, ...]:
    said, step = report.summary, report.decisive
    trust = "" if report.trust is None else ("known" if report.trust.recognised else "unknown")
    return (
        report.source,
        report.verdict,
        kind_of(report),
        "" if report.passed else step.reason,
        "" if report.passed else translated(step.message, language),
        "" if report.passed else translated(step.fix, language),
        said.achievement_name or said.name,
        said.issuer_name,
        said.issuer_id,
        (said.awarded_date or said.valid_from)[:10],
        said.valid_until[:10],
        trust,
    )


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    text = shown(cell, 1000)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _says(report: VerificationReport, language: str) -> list[str]:
    """Show what the badge claims; only a good signature makes it its issuer's word."""
    said = report.summary
    issuer = f"{said.issuer_name} ({said.issuer_id})" if said.issuer_name else said.issuer_id
    rows = (
        ("badge", said.achievement_name or said.name),
        ("issuer", issuer),
        ("awarded", (said.awarded_date or said.valid_from)[:10]),
        ("id", said.credential_id),
    )
    names = {name: _say(f"says.{name}", language) for name, _ in rows}
    width = max(len(name) for name in names.values()) + 1
    lines = [f"  {names[name]:<{width}}{value}" for name, value in rows if value]
    if not lines:
        return []
    confirmed = any(step.name == "signature" and step.outcome == "passed" for step in report.steps)
    return ["", _say("says.confirmed" if confirmed else "says.unconfirmed", language), *lines]


def _step_line(step: StepResult, width: int, language: str, *, color: bool) -> str:
    words = {outcome: _say(f"outcome.{outcome}", language) for outcome in _SIGNS}
    word = f"{words[step.outcome]:<{max(map(len, words.values()))}}"
    mark = _painted(f"{_SIGNS[step.outcome]} {word}", step.outcome, color=color)
    reason = f" [{step.reason}]" if step.outcome in ("failed", "unknown") else ""
    label = f"{_say(f'label.{step.name}', language):<{width}}"
    return f"{step.number:>2} {label}  {mark}  {translated(step.message, language)}{reason}"


def _part_line(number: int, part: VerificationReport, language: str, *, color: bool) -> str:
    """Render one credential of a learner record; what it says of itself comes after its state."""
    said = part.summary
    names = [name for name in (said.achievement_name or said.name, said.issuer_name) if name]
    line = f"{number:>4}  {headline(part, color=color, language=language)}  {' · '.join(names)}"
    if part.passed:
        return line
    return f"{line}  {translated(part.decisive.message, language)} [{part.decisive.reason}]"


def _say(key: str, language: str, **values: str) -> str:
    return translated(say(key, **values), language)


def _painted(text: str, outcome: Outcome, *, color: bool) -> str:
    return f"\x1b[{_COLORS[outcome]}m{text}\x1b[0m" if color else text
