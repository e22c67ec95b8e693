"""The scripts in the workflows: their syntax, the programs they call, and what the small ones do."""

import hashlib
import json
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
from forge_actions import a_commit_of, a_reviewed_pull_request
from workflow_files import FORGEJO, GITHUB, GITLAB, Step, read, scripts_of_gitlab

from obit_build.planning.forge_reviews import read_reviews
from obit_build.planning.pages import MARKER

STEPS = {
    f"{path.stem} {step.name}": step for path in GITHUB for step in read(path).steps() if step.run
}
SCRIPTS = {
    **{name: step.run for name, step in STEPS.items()},
    **{f"forgejo {s.name}": s.run for path in FORGEJO for s in read(path).steps()},
    **{f"gitlab {n}": text for n, text in scripts_of_gitlab(GITLAB.read_text()).items()},
}
PROGRAMS = {
    *(
        "[",
        "base64",
        "cat",
        "cp",
        "cut",
        "echo",
        "exit",
        "export",
        "gh",
        "git",
        "gzip",
        "head",
        "make",
    ),
    *("mkdir", "printf", "python3", "sha256sum", "sleep", "sudo", "tar", "test", "true"),
    *(".venv/bin/obit", ".venv/bin/python"),
}
"""What a runner of any forge has; ``gh`` and ``sudo`` are for jobs of GitHub alone."""


@pytest.mark.parametrize("shell", ["sh", "bash"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_plain_shell(name: str, shell: str):
    done = subprocess.run(
        [shell, "-n"], input=SCRIPTS[name], text=True, stderr=subprocess.PIPE, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_calls_programs_that_every_runner_has(name: str):
    assert programs_of(SCRIPTS[name]) - PROGRAMS == set()


@pytest.mark.parametrize("name", [name for name in SCRIPTS if "gh " in SCRIPTS[name]])
def test_only_jobs_without_obit_call_githubs_own_program(name: str):
    assert ".venv" not in SCRIPTS[name]
    assert not name.startswith(("forgejo", "gitlab"))


def programs_of(script: str) -> set[str]:
    """Return the first word of every command, however roughly."""
    plain = re.sub(r"'[^']*'", "TEXT", script)
    inside = re.findall(r"\$\(([^()]*)\)", plain)
    outside = re.sub(r'"[^"]*"', "TEXT", re.sub(r"\$\([^()]*\)", "TEXT", plain))
    inside = [re.sub(r'"[^"]*"', "TEXT", each) for each in inside]
    commands = re.split(r"\n|;|\|\||&&|\||\{ ", "\n".join([outside, *inside]))
    words = set()
    for command in commands:
        text = re.sub(r"^\s*(?:if|then|else|elif|do|while)\s+", "", command.strip())
        text = re.sub(r"^\s*(?:\w+=\S*\s*)+", "", text).strip()
        first = text.split(" ")[0]
        if first and first not in {"fi", "done", "else", "then", "do", "{", "}", "TEXT", "for"}:
            words.add(first)
    return words


def test_a_program_that_is_not_everywhere_would_be_noticed():
    assert programs_of('if [ -n "$A" ]; then jq . < "$(mktemp)"; fi') - PROGRAMS == {"jq", "mktemp"}


def perform(step: Step, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step's script as GitHub does, with stand-ins from ``folder/bin``."""
    script = folder / "step.sh"
    script.write_text(step.run, encoding="utf-8")
    return subprocess.run(
        ["bash", "-e", script],
        cwd=folder,
        env={"PATH": f"{folder / 'bin'}:/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def stand_in(folder: Path, program: str, script: str) -> None:
    path = folder / program
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_the_packed_site_has_its_hidden_files_and_prints_no_path(tmp_path: Path):
    for path in (
        "build/site/.nojekyll",
        "build/site/.well-known/did.json",
        "build/site/index.html",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    done = perform(STEPS["publish build: Pack the site, hidden files too"], tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with tarfile.open(tmp_path / "build" / "artifact.tar") as archive:
        files = sorted(member.name for member in archive if member.isfile())
    assert files == ["./.nojekyll", "./.well-known/did.json", "./index.html"]


COMMENT = STEPS["check comment: Write the comment"]
GH = 'echo "$*" >> calls; case "$*" in *--paginate*) printf "%s" "$FORMER";; esac'


@pytest.mark.parametrize(
    ("former", "call"),
    [
        ("", "api --silent --method POST repos/o/r/issues/7/comments"),
        ("41", "api --silent --method PATCH repos/o/r/issues/comments/41"),
        ("41\n42", "api --silent --method PATCH repos/o/r/issues/comments/41"),
    ],
)
def test_a_pull_request_has_one_comment(tmp_path: Path, former: str, call: str):
    stand_in(tmp_path, "bin/gh", GH)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "plan.md").write_text("as obit wrote it, its mark on top\n")

    done = perform(COMMENT, tmp_path, GH_REPO="o/r", NUMBER="7", FORMER=former)

    assert done.returncode == 0, done.stderr
    asked, written = (tmp_path / "calls").read_text().splitlines()
    assert asked.startswith("api --paginate repos/o/r/issues/7/comments --jq ")
    assert f'startswith("{MARKER}")' in asked
    assert written == f"{call} --field body=@build/plan.md"


@pytest.mark.parametrize("file", ["publish", "audit"])
@pytest.mark.parametrize(("former", "verb"), [("", "issue create"), ("12", "issue comment 12")])
def test_a_failure_opens_one_issue(tmp_path: Path, file: str, former: str, verb: str):
    stand_in(
        tmp_path,
        "bin/gh",
        f'case "$*" in *list*) printf "%s" "{former}";; *) echo "$*" >> calls;; esac',
    )
    step = STEPS[f"{file} report: Open an issue, or add to the open one"]

    done = perform(step, tmp_path, TITLE=step.env["TITLE"], RUN="https://forge.example/run/1")

    assert done.returncode == 0, done.stderr
    (call,) = (tmp_path / "calls").read_text().splitlines()
    assert call.startswith(verb)
    assert "https://forge.example/run/1" in call


REVIEWS = STEPS["publish reviews: Ask who approved what was merged"]
ANSWER = '{"data": {"repository": {"pullRequests": {"nodes": []}}}}'


def test_what_the_forge_says_about_reviews_reaches_obit_whole(tmp_path: Path):
    stand_in(tmp_path, "bin/gh", f"echo \"$*\" >> calls; printf '%s' '{ANSWER}'")
    stand_in(tmp_path, "bin/git", "exit 1")
    stand_in(tmp_path, ".venv/bin/obit", 'echo "$*" >> obit-calls')

    asked = perform(REVIEWS, tmp_path, GH_REPO="o/r", QUERY="query { x }")
    (line,) = (tmp_path / "build/outputs.txt").read_text().splitlines()
    told = line.removeprefix("reviews=")
    planned = perform(STEPS["publish plan: Plan"], tmp_path, REVIEWS=told)

    assert (asked.returncode, planned.returncode) == (0, 0), planned.stderr
    assert (tmp_path / "calls").read_text() == (
        "api graphql --raw-field owner=o --raw-field name=r --raw-field query=query { x }\n"
    )
    assert (tmp_path / "build/reviews.json").read_text() == ANSWER
    assert read_reviews(ANSWER.encode()) == ()
    assert "--reviews build/reviews.json" in (tmp_path / "obit-calls").read_text()
    assert "reviews of squashed pull requests can't be read" in planned.stdout


def test_a_long_answer_of_the_forge_fits_into_a_variable(tmp_path: Path):
    """Twenty pull requests of fifty commits: Linux starts no program with a variable above 128 KiB."""
    ids = (hashlib.sha256(str(n).encode()).hexdigest()[:40] for n in range(1000))
    commits = list(map(a_commit_of, ids))
    pulls = [
        {**a_reviewed_pull_request("a" * 40, "trainer-x", "marie-d"), "commits": page}
        for start in range(0, 1000, 50)
        if (page := {"totalCount": 50, "nodes": commits[start : start + 50]})
    ]
    (tmp_path / "answer").write_text(
        json.dumps({"data": {"repository": {"pullRequests": {"nodes": pulls}}}})
    )
    stand_in(tmp_path, "bin/gh", "cat answer")
    stand_in(tmp_path, "bin/git", "exit 0")
    stand_in(tmp_path, ".venv/bin/obit", "true")

    asked = perform(REVIEWS, tmp_path, GH_REPO="o/r", QUERY="query { x }")
    told = (tmp_path / "build/outputs.txt").read_text().strip().removeprefix("reviews=")
    planned = perform(STEPS["publish plan: Plan"], tmp_path, REVIEWS=told)

    assert (asked.returncode, planned.returncode) == (0, 0), planned.stderr
    assert len((tmp_path / "answer").read_bytes()) > 256 * 1024
    assert len(told) < 128 * 1024
    assert len(read_reviews((tmp_path / "build/reviews.json").read_bytes())) == 20


def test_the_query_asks_for_all_that_is_read():
    for name in (
        "headRefOid",
        "mergeCommit",
        "author",
        "login",
        "commits",
        "totalCount",
        "signature",
        "isValid",
        "signer",
        "authors",
        "user",
        "associatedPullRequests",
        "latestOpinionatedReviews",
        "state",
        "oid",
    ):
        assert name in REVIEWS.env["QUERY"]


PLAN_AGAIN = STEPS["publish issue: Plan again, and compare with the plan that was shown"]
DIGEST = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"  # of "hello\n"


@pytest.mark.parametrize(("shown", "code"), [(DIGEST, 0), ("0" * 64, 1), ("", 1)])
def test_only_the_plan_that_was_shown_is_carried_out(tmp_path: Path, shown: str, code: int):
    stand_in(tmp_path, ".venv/bin/obit", "echo hello > build/plan.json")

    done = perform(PLAN_AGAIN, tmp_path, SHOWN=shown)

    assert done.returncode == code
    assert ("run the workflow again" in done.stdout) == (code == 1)


AUDIT = STEPS["publish audit: Look at the site from outside"]


@pytest.mark.parametrize(("good_after", "code"), [(1, 0), (3, 0), (9, 1)])
def test_an_audit_waits_for_old_copies_to_go(tmp_path: Path, good_after: int, code: int):
    stand_in(
        tmp_path,
        ".venv/bin/obit",
        f'echo "$*" >> calls; [ "$(grep -c . calls)" -ge {good_after} ]',
    )
    (tmp_path / "build").mkdir()
    tarfile.open(tmp_path / "build" / "artifact.tar", "w").close()

    done = perform(AUDIT, tmp_path, WAITS="0 0 0 0", SITE="")

    assert done.returncode == code
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls == ["audit --built build/site"] * min(good_after, 4)


def test_a_site_that_is_not_there_yet_is_not_audited(tmp_path: Path):
    stand_in(tmp_path, ".venv/bin/obit", 'echo "$*" >> calls')
    (tmp_path / "build").mkdir()
    tarfile.open(tmp_path / "build" / "artifact.tar", "w").close()

    done = perform(AUDIT, tmp_path, WAITS="0", SITE="none")

    assert done.returncode == 0
    assert not (tmp_path / "calls").exists()
