"""What other people's linters say of the workflows, offline and at their strictest."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workflow_files import FORGEJO, GITHUB, GITLAB, PROJECT

TOOLS = Path(sys.executable).parent
BAD = """\
name: bad
on: pull_request_target
jobs:
  bad:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: echo "${{ github.event.pull_request.title }}"
      - run: echo "${{ github.token_of_nobody }}"
"""


def lint(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program, *rest = arguments
    return subprocess.run(
        [TOOLS / program, *rest], capture_output=True, text=True, check=False, timeout=120
    )


def zizmor(folder: Path) -> list[dict[str, object]]:
    done = lint("zizmor", "--offline", "--persona", "auditor", "--format", "json", folder)
    return json.loads(done.stdout)


def a_repository_with(folder: Path, text: str) -> Path:
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "bad.yml").write_text(text, encoding="utf-8")
    return folder


def test_zizmor_finds_nothing_as_an_auditor(tmp_path: Path):
    shutil.copytree(PROJECT / ".github", tmp_path / ".github")

    assert zizmor(tmp_path) == []


def test_no_finding_of_zizmor_is_silenced():
    assert [*PROJECT.glob("zizmor.y*ml"), *PROJECT.glob(".github/zizmor.y*ml")] == []
    assert [path for path in GITHUB if "zizmor:" in path.read_text(encoding="utf-8")] == []


def test_zizmor_finds_what_is_wrong_with_a_bad_workflow(tmp_path: Path):
    found = {finding["ident"] for finding in zizmor(a_repository_with(tmp_path, BAD))}

    assert {
        "dangerous-triggers",
        "excessive-permissions",
        "template-injection",
        "unpinned-uses",
        "artipacked",
    } <= found


@pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
def test_actionlint_finds_nothing(path: Path):
    done = lint("actionlint", path)

    assert (done.stdout, done.returncode) == ("", 0)


def test_actionlint_finds_what_is_wrong_with_a_bad_workflow(tmp_path: Path):
    done = lint("actionlint", a_repository_with(tmp_path, BAD) / ".github/workflows/bad.yml")

    assert done.returncode == 1
    assert "potentially untrusted" in done.stdout
    assert "token_of_nobody" in done.stdout


def schema(name: str, *arguments: str | Path) -> str:
    done = lint("check-jsonschema", "--builtin-schema", f"vendor.{name}", *arguments)
    return done.stdout.strip()


@pytest.mark.parametrize("path", [*GITHUB, *FORGEJO], ids=lambda path: path.name)
def test_a_workflow_has_the_published_shape(path: Path):
    assert schema("github-workflows", path) == "ok -- validation done"


def test_dependabots_file_has_the_published_shape():
    assert schema("dependabot", PROJECT / ".github" / "dependabot.yml") == "ok -- validation done"


def test_gitlabs_recipe_has_the_published_shape():
    assert schema("gitlab-ci", "--data-transform", "gitlab-ci", GITLAB) == "ok -- validation done"


def test_a_recipe_with_a_misspelt_word_is_found(tmp_path: Path):
    bad = tmp_path / "gitlab-ci.yml"
    bad.write_text(GITLAB.read_text(encoding="utf-8").replace("resource_group", "resource-group"))

    assert "resource-group" in schema("gitlab-ci", "--data-transform", "gitlab-ci", bad)
