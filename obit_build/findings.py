"""Findings in five forms: for people, for programs, for a job's summary, for GitHub's and GitLab's reviews.

What is shown of a file can't do anything to a terminal or to a CI system's log: control and
direction characters are replaced. Lines of recipients.csv are never shown, and neither is a line
in which a person, or perhaps a private key, was found.
"""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from obit_build import __version__
from obit_build.counting import several
from obit_build.harmless import code_span, harmless, in_markdown
from obit_build.problems import Location, Problem, Report

ANNOTATIONS = 10
"""GitHub shows ten errors and ten warnings of a step, and drops the rest in silence."""
MAX_SUMMARY_BYTES = 900_000
"""GitHub takes 1 MiB for all that a step writes into its job's summary."""
WIDEST_LINE = 96
_PRIVATE_FILES = frozenset(("recipients.csv",))
_PRIVATE_CHECKS = frozenset(
    ("code-is-plain", "history-names-no-person", "public-files-name-no-person", "signer-is-known")
)
_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COLORS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "place": "\x1b[1m",
    "dim": "\x1b[2m",
    "fix": "\x1b[32m",
}
_PLAIN = "\x1b[0m"
_ZERO_WIDTH = frozenset(("Mn", "Me"))


def to_text(
    report: Report, files: Mapping[str, bytes], *, color: bool, read: int | None = None
) -> str:
    """Write the findings for people: place, message, the source with a caret, and the fix.

    ``files`` is ``{path: bytes}``; a finding in a file that is not there has no source lines. ``read`` is
    how many files were read, if ``files`` does not have all of them.
    """
    private = {(p.location.path, p.location.line) for p in report.problems if _is_private(p)}
    lines = _SourceLines(files, private)
    parts = [_block(problem, lines, color=color) for problem in report.problems]
    parts.append(_summary(report, len(files) if read is None else read))
    return "\n".join(parts)


def _block(problem: Problem, lines: "_SourceLines", *, color: bool) -> str:
    def paint(text: str, name: str) -> str:
        return f"{_COLORS[name]}{text}{_PLAIN}" if color else text

    place = paint(harmless(str(problem.location)), "place")
    rows = [f"{place}  {paint(problem.level, problem.level)}  {problem.check}"]
    rows.append(f"    {harmless(problem.message)}")
    if not _is_private(problem):
        for gutter, text, is_caret in lines.around(problem.location):
            shown = paint(text, problem.level) if is_caret else text
            rows.append(f"{paint(gutter + ' │', 'dim')} {shown}".rstrip())
    rows.append(f"    {paint('fix:', 'fix')} {harmless(problem.fix)}")
    return "\n".join(rows) + "\n"


def _is_private(problem: Problem) -> bool:
    return problem.location.path in _PRIVATE_FILES or problem.check in _PRIVATE_CHECKS


def _summary(report: Report, files: int) -> str:
    concerned = len({problem.location.path for problem in report.problems})
    counts = f"{several(len(report.errors), 'error', none='no')}, {several(len(report.warnings), 'warning', none='no')}"
    if not report.problems:
        return f"no errors, no warnings in {several(files, 'file', none='no')}\n"
    return f"{counts} in {concerned} of {several(max(files, concerned), 'file')}\n"


class _SourceLines:
    """The lines of files, decoded when first needed; those in ``private`` are left out."""

    def __init__(self, files: Mapping[str, bytes], private: AbstractSet[tuple[str, int]]) -> None:
        self.files = files
        self.private = private
        self.lines: dict[str, list[str]] = {}

    def of(self, path: str) -> list[str]:
        if path not in self.lines:
            data = self.files.get(path, b"")
            text = data.decode("utf-8-sig", "replace") if b"\0" not in data else ""
            self.lines[path] = _LINE_ENDS.split(text)
        return self.lines[path]

    def around(self, place: Location) -> Iterator[tuple[str, str, bool]]:
        """Yield (number, text, whether it is the caret's) for a line and its neighbours."""
        lines = self.of(place.path)
        if place.line > len(lines) or not any(lines):
            return
        first, last = max(1, place.line - 1), min(len(lines), place.line + 1)
        width = max(3, len(str(last)))
        skipped = (
            max(0, place.column - 1 - WIDEST_LINE // 2) if place.column > WIDEST_LINE - 16 else 0
        )
        for number in range(first, last + 1):
            line = lines[number - 1]
            is_empty_neighbour = number != place.line and not line.strip()
            if is_empty_neighbour or (place.path, number) in self.private:
                continue
            begin = skipped if number == place.line else 0
            yield f"{number:>{width + 1}}", _window(line, begin), False
            if number == place.line:
                indent, length = _caret(line, place, begin)
                yield " " * (width + 1), " " * indent + "^" * length, True


def _window(line: str, begin: int) -> str:
    text = harmless(line[begin : begin + WIDEST_LINE])
    return ("…" if begin else "") + text + ("…" if len(line) > begin + WIDEST_LINE else "")


def _caret(line: str, place: Location, begin: int) -> tuple[int, int]:
    """Return the width before the caret and of the caret, in cells of a terminal."""
    start = place.column - 1
    indent = sum(map(_width, harmless(line[begin:start]))) + (1 if begin else 0)
    end = min(start + place.length, begin + WIDEST_LINE, max(len(line), start + 1))
    return indent, max(1, sum(map(_width, harmless(line[start:end]))))


def _width(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def to_json(report: Report) -> str:
    """Write the findings for programs: one object, keys in a fixed order."""
    document = {
        "obit": __version__,
        "command": "check",
        "ok": not report.errors,
        "summary": {"errors": len(report.errors), "warnings": len(report.warnings)},
        "diagnostics": [
            {
                "code": problem.check,
                "level": problem.level,
                "file": problem.location.path,
                "line": problem.location.line,
                "column": problem.location.column,
                "end_column": problem.location.column + problem.location.length,
                "message": problem.message,
                "fix": problem.fix,
            }
            for problem in report.problems
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def changed_first(report: Report, changed: AbstractSet[str]) -> list[Problem]:
    """Order the findings so that those in changed files come first, each part by place."""
    return sorted(report.problems, key=lambda problem: problem.location.path not in changed)


def in_folder(report: Report, folder: str) -> Report:
    """Return the report with its paths as seen from where Git's repository begins.

    ``folder`` is empty or ends in a slash; GitHub and GitLab know no other place.
    """
    return Report.of(replace(p, location=p.location.below(folder)) for p in report.problems)


def to_github(
    report: Report, changed: AbstractSet[str] = frozenset(), *, rest: str = "run obit check"
) -> str:
    """Write the findings as workflow commands that GitHub shows beside the lines.

    Those in ``changed`` files come first; ``rest`` says where the others are that GitHub would drop.
    """
    rows: list[str] = []
    found = changed_first(report, changed)
    for level in ("error", "warning"):
        problems = [problem for problem in found if problem.level == level]
        shown = len(problems) if len(problems) <= ANNOTATIONS else ANNOTATIONS - 1
        rows += [_annotation(problem) for problem in problems[:shown]]
        if problems[shown:]:
            noun = several(len(problems) - shown, f"more {level}")
            rows.append(f"::{level} title=obit check::… {noun}: {rest}")
    return "".join(row + "\n" for row in rows)


def to_markdown(report: Report, files: int, changed: AbstractSet[str] = frozenset()) -> str:
    """Write all findings for a job's summary, those in changed files first; below 1 MB."""
    found = changed_first(report, changed)
    parts = [f"### obit check: {_summary(report, files)}\n"]
    room = MAX_SUMMARY_BYTES
    for number, problem in enumerate(found):
        entry = _entry(problem)
        room -= len(entry.encode())
        if room < 0:
            parts.append(f"- … {several(len(found) - number, 'more finding')}: run obit check\n")
            break
        parts.append(entry)
    return "".join(parts)


def _entry(problem: Problem) -> str:
    icon = "❌" if problem.level == "error" else "⚠️"
    return (
        f"- {icon} {code_span(str(problem.location))} {problem.level}: "
        f"{in_markdown(problem.message)} ({problem.check})\n"
        f"  <br>fix: {in_markdown(problem.fix)}\n"
    )


def _annotation(problem: Problem) -> str:
    place = problem.location
    properties = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "title": problem.check,
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{_visible(problem.message)}\nfix: {_visible(problem.fix)}"
    return f"::{problem.level} {given}::{_data(message)}"


def _visible(text: str) -> str:
    return "\n".join(harmless(line) for line in _LINE_ENDS.split(text))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    escaped = _data(text).replace(":", "%3A").replace(",", "%2C")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in escaped)


def to_gitlab(report: Report) -> str:
    """Write the findings as a Code Quality report.

    A finding keeps its fingerprint when lines above it change: it is made of file, rule and
    message, and a number for repetitions.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    entries = []
    for problem in report.problems:
        what = (problem.location.path, problem.check, problem.message)
        text = "\0".join((*what, str(seen[what])))
        seen[what] += 1
        entries.append(
            {
                "description": harmless(f"{problem.message}; fix: {problem.fix}"),
                "check_name": problem.check,
                "fingerprint": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
                "severity": "major" if problem.level == "error" else "minor",
                "location": {
                    "path": problem.location.path,
                    "lines": {"begin": problem.location.line},
                },
            }
        )
    return json.dumps(entries, indent=2) + "\n"
