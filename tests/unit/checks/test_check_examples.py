"""Every rule has an example that breaks it, and the words that its author reads.

``tests/examples/base`` is a small repository without mistakes; ``tests/examples/invalid/<rule>/repo``
holds the files that differ from it, ``expected.txt`` what ``obit check`` then says.
"""

import datetime
import re
import runpy
import shutil
from pathlib import Path

import pytest
from example_makers import MAKERS

from obit_build.centre.load import load_repository
from obit_build.checks import catalogue, run_checks
from obit_build.findings import to_text
from obit_build.problems import Report

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "tests" / "examples"
INVALID = EXAMPLES / "invalid"
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
RULES = sorted(path.name for path in INVALID.iterdir())


def check(root: Path) -> str:
    repository, problems = load_repository(root)
    if repository is not None:
        problems += run_checks(repository, at=AT)
    return to_text(Report.of(problems), repository.files if repository else {}, color=False)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def make(rule: str) -> Path:
        root = tmp_path / "repo"
        shutil.copytree(EXAMPLES / "base", root)
        if (INVALID / rule / "repo").is_dir():
            shutil.copytree(INVALID / rule / "repo", root, dirs_exist_ok=True)
        if rule in MAKERS:
            MAKERS[rule](root, monkeypatch)
        return root

    return make


def test_the_base_repository_has_no_mistakes():
    assert check(EXAMPLES / "base") == "no errors, no warnings in 6 files\n"


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_reported_in_these_words(rule: str, copy):
    expected = (INVALID / rule / "expected.txt").read_text(encoding="utf-8")

    said = check(copy(rule))

    assert said == expected
    assert f"  {rule}\n" in said


def test_every_rule_has_an_example_and_no_example_is_left_over():
    assert sorted(catalogue()) == RULES


def test_the_reference_page_is_what_its_script_writes():
    script = runpy.run_path(str(ROOT / "scripts" / "write_check_reference.py"))

    written = script["page"]()

    assert (ROOT / "docs" / "reference" / "checks.md").read_text(encoding="utf-8") == written
    assert sorted(re.findall(r"^### (.+)$", written, re.MULTILINE)) == RULES


def test_every_rule_is_a_sentence_with_a_reason():
    for rule, text in catalogue().items():
        first, _, rest = text.partition("\n\n")
        assert first.endswith("."), rule
        assert "\n" not in first, rule
        assert rest.strip(), rule
