"""Write docs/reference/checks.md from the checks' own words and their examples.

    .venv/bin/python scripts/write_check_reference.py

A test compares the page with what this script would write.
"""

from pathlib import Path

from obit_build.checks import CHECKS, DATED_CHECKS, catalogue, check_id

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "tests" / "examples" / "invalid"
PAGE = ROOT / "docs" / "reference" / "checks.md"

CHAPTERS = {
    "file": "Files and values",
    "settings": "obit.yaml",
    "issuers": "Issuers",
    "badges": "Badges",
    "alignments": "Links to competency frameworks",
    "frameworks": "Frameworks",
    "measures": "What a badge measures",
    "pathways": "Pathways",
    "languages": "Languages",
    "awards": "Awards",
    "results": "Results of awards",
    "replacements": "Awards that replace others",
    "endorsements": "Endorsements",
    "endorsement": "Endorsements",
    "people": "People",
    "image": "Pictures",
    "svg": "Pictures",
}

INTRODUCTION = """\
# Checks

What `obit check` holds the files of a repository to: {count} rules. Each finding names its rule, its
place and a remedy. Each example is what `obit check` says about a small repository in which this rule is
broken; its files lie in `tests/examples/invalid/`.

An error stops everything else; a warning does not. Lines of `recipients.csv` are never shown.

This page is written by `scripts/write_check_reference.py`; to change it, change the check.
"""


def chapters() -> dict[str, list[str]]:
    """Sort the rules into chapters, in the order in which somebody meets them."""
    checks = {check_id(check): check for check in (*CHECKS, *DATED_CHECKS)}
    found: dict[str, list[str]] = {title: [] for title in CHAPTERS.values()}
    for rule in catalogue():
        if rule in checks:
            module = checks[rule].__module__.rsplit(".", 1)[1]
        else:
            module = rule.split("-", 1)[0]
        found[CHAPTERS.get(module, "Files and values")].append(rule)
    return found


def page() -> str:
    """Return the whole page."""
    rules = catalogue()
    parts = [INTRODUCTION.format(count=len(rules))]
    for title, names in chapters().items():
        parts.append(f"## {title}\n")
        for name in names:
            example = (EXAMPLES / name / "expected.txt").read_text(encoding="utf-8")
            findings = example.rsplit("\n\n", 1)[0]
            parts.append(f"### {name}\n\n{rules[name]}\n\n```text\n{findings}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
