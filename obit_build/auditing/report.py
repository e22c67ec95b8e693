"""What an audit found: steps with findings, each a plain sentence and what to do about it.

Addresses of unlisted awards are capabilities, and the logs of a public project are public: no
finding carries an award's whole id.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from obit_build.counting import several

Outcome = Literal["passed", "info", "skipped", "warning", "unknown", "failed"]

OUTCOMES: tuple[Outcome, ...] = ("skipped", "info", "passed", "warning", "unknown", "failed")
"""From what says least to the worst: a step is what the last of its outcomes is."""

LABELS = {
    "site": "site",
    "keys": "keys",
    "checkpoint": "checkpoint",
    "lists": "status lists",
    "awards": "awards",
    "register": "register",
    "types": "types",
    "readers": "other sites",
    "missing": "not found",
    "hidden": "hidden files",
    "headers": "headers",
    "files": "files",
}
"""Step → what it is called in front of people."""

_SIGNS: dict[Outcome, tuple[str, str, int]] = {
    "passed": ("✓", "good", 32),
    "info": ("i", "note", 2),
    "skipped": ("-", "not done", 2),
    "warning": ("!", "warning", 33),
    "unknown": ("?", "not known", 33),
    "failed": ("✗", "wrong", 31),
}
_AWARD = re.compile(r"\b([a-z2-7]{8})[a-z2-7]{24}\b")


def unlisted(text: str) -> str:
    """Shorten the ids of awards in a text, so that nobody can go to their pages by it."""
    return _AWARD.sub(r"\1…", text)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    outcome: Outcome
    message: str
    fix: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the finding's members in the JSON report."""
        return {"outcome": self.outcome, "message": self.message, "fix": self.fix}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the audit with its findings, in the order in which they were made."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of its findings; what was not done or is only told counts least."""
        return max((f.outcome for f in self.findings), key=OUTCOMES.index, default="skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """All steps of one audit."""

    asked: str
    """The address that was asked, with its last slash."""
    steps: tuple[Step, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of all steps; steps that were not done don't count."""
        return max((s.outcome for s in self.steps), key=OUTCOMES.index, default="unknown")

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong and nothing that was asked stayed unknown."""
        return self.outcome not in ("failed", "unknown")

    def count(self, outcome: Outcome) -> int:
        """Return how many findings have this outcome."""
        return sum(f.outcome == outcome for step in self.steps for f in step.findings)


def summary(report: AuditReport) -> str:
    """Sum up in a few words: ``2 wrong, 1 warning``."""
    counts = (
        (report.count("failed"), "wrong", "wrong"),
        (report.count("unknown"), "not known", "not known"),
        (report.count("warning"), "warning", "warnings"),
    )
    parts = [several(*count) for count in counts if count[0]]
    return ", ".join(parts) or "nothing is wrong"


def to_text(report: AuditReport, *, color: bool = False) -> str:
    """Render a report as a ladder: a line for each finding, its remedy below it."""
    lines = [f"{report.asked}: {_painted(report.outcome, summary(report), color=color)}", ""]
    width = max(map(len, LABELS.values()))
    words = max(len(word) for _, word, _ in _SIGNS.values())
    for step in report.steps:
        label = LABELS[step.name]
        for finding in step.findings:
            sign, word, _ = _SIGNS[finding.outcome]
            mark = _painted(finding.outcome, f"{sign} {word:<{words}}", color=color)
            lines.append(f" {label:<{width}}  {mark}  {finding.message}")
            if finding.fix:
                lines.append(" " * (width + words + 7) + f"fix: {finding.fix}")
            label = ""
    return "\n".join(lines) + "\n"


def to_json(report: AuditReport) -> str:
    """Render a report as one JSON object that ends with a line feed."""
    document: dict[str, Any] = {
        "obit": 1,
        "command": "audit",
        "ok": report.is_fine,
        "summary": summary(report),
        "asked": report.asked,
        "steps": [
            {
                "name": step.name,
                "outcome": step.outcome,
                "findings": [finding.to_dict() for finding in step.findings],
            }
            for step in report.steps
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _painted(outcome: Outcome, text: str, *, color: bool) -> str:
    return f"\x1b[{_SIGNS[outcome][2]}m{text}\x1b[0m" if color else text
