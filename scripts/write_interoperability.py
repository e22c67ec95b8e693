"""Write docs/reference/interoperability.md from a run of all judges.

    .venv/bin/python scripts/write_interoperability.py

Runs tests/interop (a few minutes). Nothing is written if a test fails: a difference that nobody
explained is a failing test. A test compares the page's implementations and versions with the locks.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests" / "interop"
PAGE = ROOT / "docs" / "reference" / "interoperability.md"
TALLY = "OBIT_INTEROP_TALLY"

PACKAGES = {
    "@digitalbazaar/vc": "verifies credentials; Digital Bazaar, JavaScript",
    "@digitalbazaar/vc-bitstring-status-list": "reads status lists; Digital Bazaar, JavaScript",
    "@digitalcredentials/verifier-core": "the engine of VerifierPlus and of the Learner Credential Wallet; Digital Credentials Consortium, JavaScript",
    "openbadgeslib": "issues and verifies Open Badges 3.0; Python",
    "openvc-core": "issues and verifies credentials; Python",
    "openbadges": "1EdTech's own validator of Open Badges 2.0, of 2018; Python",
    "openbadges-bakery": "bakes and un-bakes Open Badges 2.0; Python",
    "rdf-canonize": "RDF Dataset Canonicalization; Digital Bazaar, JavaScript",
    "jsonld": "JSON-LD with its safe mode; Digital Bazaar, JavaScript",
    "pyoxigraph": "RDF Dataset Canonicalization; Rust. obit uses it too, through `obit_build/securing/canonical.py`",
    "pypng": "reads PNG; Python",
    "pngjs": "reads PNG; JavaScript",
    "lxml": "reads SVG (libxml2); C",
}
"""What each implementation is, in the order of the page."""

INTRODUCTION = """\
# Interoperability

What programs that others wrote make of obit's output, and obit of theirs. All of them run in the test
suite (`tests/interop/`), over the sample site and over a site that uses every field
(`tests/interop/everything/`), and over what is generated from these. None can reach a network: keys,
status lists and contexts come from the built site and from packages. A difference that this page does not
explain is a failing test.

This page is written by `scripts/write_interoperability.py`, which runs the judges; versions are those of
`tests/interop/package-lock.json` and `requirements/judges.lock`.

## Verdicts

| implementation | version | what was compared | cases | agreed | differed, explained below |
| -- | -- | -- | -- | -- | -- |
"""

NOT_RUN = """
## Not run here

- **1EdTech's public validator** (vc.1ed.tech): a service on the web, whose program is in no package
  registry. What it checks is kept as rules: see the [standards map](standards-map.md).
- **1EdTech's JSON Schemas** for Open Badges 3.0: in no package registry. obit applies schemas of its own
  before anything is signed.
- **Java ImageIO**: the tests need no Java. Three other programs read every baked picture.
- **Wallets and backpacks**: services and apps; what their engines are made of is above, where it is
  published as a package.
"""

Line = dict[str, Any]


def versions() -> dict[str, str]:
    """Return package → version, from the locks of the judges and of obit itself."""
    lock = json.loads((TESTS / "package-lock.json").read_text("utf-8"))
    found = {
        name.removeprefix("node_modules/"): held["version"]
        for name, held in lock["packages"].items()
        if name.count("node_modules/") == 1
    }
    for name in ("run.lock", "judges.lock"):
        text = (ROOT / "requirements" / name).read_text("utf-8")
        found |= dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))
    return found


def verdicts() -> list[Line]:
    """Run the judges; return what they said, one line per test."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:randomly",
                "-n",
                "2",
                "--ignore",
                str(TESTS / "test_interoperability_page.py"),
                str(TESTS),
            ],
            cwd=ROOT,
            env={**os.environ, TALLY: folder},
            check=False,
        )
        if done.returncode:
            sys.exit("the judges do not agree; the page was left as it is")
        files = sorted(Path(folder).glob("*.jsonl"))
        return [json.loads(line) for f in files for line in f.read_text("utf-8").splitlines()]


def page(lines: Iterable[Line]) -> str:
    """Return the whole page."""
    cases: dict[tuple[str, str], int] = defaultdict(int)
    reasons: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    differed: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        package, what = line["package"], line["what"]
        cases[package, what] += line["cases"]
        for sentence, count in line["explained"].items():
            reasons[package][sentence] += count
            differed[package, what] += count
    known = versions()
    parts = [INTRODUCTION]
    for package in PACKAGES:
        for (name, what), count in sorted(cases.items()):
            if name == package:
                other = differed[package, what]
                parts.append(
                    f"| {package} | {known[package]} | {what} | {count} | {count - other} | {other or ''} |\n"
                )
    parts.append("\n## What they are, and the differences\n")
    for package, about in PACKAGES.items():
        parts.append(f"\n**{package}**: {about}.\n")
        parts.extend(f"\n- It {_counted(s, n)}.\n" for s, n in sorted(reasons[package].items()))
    return "".join(parts) + NOT_RUN


def _counted(sentence: str, count: int) -> str:
    return f"{sentence} ({count} {'case' if count == 1 else 'cases'})" if count else sentence


if __name__ == "__main__":
    PAGE.write_text(page(verdicts()), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
