"""The ledger in Git, from the command line: issue, build, issue again, several at once."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import AT, IDENTITY, a_centre, git, program
from warm import INSTALLED

NEXT_DAY = "2026-11-22T12:00:00Z"


def test_the_first_run_begins_the_ledger_and_says_what_to_pin(centre):
    done = centre.issue()

    first = git(centre.remote, "cat-file", "blob", "obit-ledger:log/00000001.json")
    genesis = hashlib.sha256(first.encode() + b"\n").hexdigest()
    assert done.code == 0
    assert done.err == (
        "the ledger has begun; write this into obit.yaml, so that no other is taken for it:\n"
        f"ledger:\n  at: git:origin\n  genesis: {genesis}\n"
        "done: 2 to issue, 0 unchanged\n1 status list signed; 2 awards in the ledger\n"
    )
    assert git(centre.remote, "log", "--format=%an %ae %at %cn %ct %s", "obit-ledger") == (
        "obit obit@localhost 1795262400 obit 1795262400 Events 1 to 5"
    )


def test_what_was_issued_in_git_is_built_without_a_key(begun):
    built = begun.build("--out", "build")

    site = begun.root / "build"
    assert built.code == 0, built.err
    assert "2 credentials and 4 images verified" in built.err
    checkpoint = (site / "log/checkpoint").read_text()
    assert checkpoint.startswith("badges.example.org/log\n5\n")
    assert json.loads((site / "log/provenance.json").read_text())["ledger"]["commit"] == begun.tip


def test_a_run_without_a_change_signs_nothing_and_pushes_nothing(begun):
    before = begun.tip

    done = begun.issue(OBIT_KEY="")

    assert done.code == 0, done.err
    assert begun.tip == before


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_both_kinds_of_object_names_will_do(tmp_path, object_format):
    centre = a_centre(tmp_path, object_format=object_format)

    assert centre.issue().code == 0
    assert centre.build().code == 0
    assert len(centre.tip) == {"sha1": 40, "sha256": 64}[object_format]


@pytest.mark.invariant(6)
@pytest.mark.parametrize("many", [2, 6])
def test_runs_at_the_same_time_end_like_one_run(begun, tmp_path, many):
    begun.award("p0q9r8s7", "7f3k9m2q")
    git(begun.remote, "fetch", "-q", str(begun.root), "main")
    alone = begun.clone(tmp_path / "alone")
    git(tmp_path, "clone", "-q", "--mirror", str(begun.remote), "spare.git")
    git(alone.root, "remote", "set-url", "origin", str(tmp_path / "spare.git"))
    assert alone.issue().code == 0
    expected = git(tmp_path / "spare.git", "rev-parse", "obit-ledger")
    clones = [begun.clone(tmp_path / f"runner-{number}") for number in range(many)]

    started = [
        subprocess.Popen(
            [str(INSTALLED), "-C", str(one.root), "issue", "--live", "none", "--at", AT],
            env={**os.environ, **IDENTITY, "OBIT_KEY": begun.pem},
            stderr=subprocess.PIPE,
            text=True,
        )
        for one in clones
    ]
    ended = [(process.communicate(timeout=300)[1], process.returncode) for process in started]

    assert [code for _, code in ended] == [0] * many, ended
    assert begun.tip == expected
    assert len(begun.events()) == 7


def test_a_refresh_signs_the_lists_again_and_adds_no_event(begun):
    before, events = begun.tip, begun.events()

    done = begun.issue("--refresh", "--at", NEXT_DAY)

    changed = git(begun.remote, "diff", "--name-status", before, "obit-ledger").splitlines()
    assert done.code == 0, done.err
    assert begun.events() == events
    assert changed == ["M\tstate/status/centre/1-suspension.json", "M\tstate/status/centre/1.json"]
    assert (
        git(begun.remote, "log", "-1", "--format=%s", "obit-ledger")
        == "Sign the status lists again"
    )
    assert begun.build("--at", NEXT_DAY).code == 0


def test_plans_and_records_are_made_from_the_branch(begun):
    begun.award("p0q9r8s7")

    planned = begun.obit("plan", "--at", AT)
    exported = begun.obit(
        "people", "export", "7f3k9m2q", "--as", "centre", "-o", "r.json", "--at", AT
    )

    assert planned.out.startswith("1 to issue, 2 unchanged\n"), planned.err
    assert exported.code == 0, exported.err
    assert "1 badge in r.json, signed by centre" in exported.err


def test_a_folder_of_the_repository_can_be_the_ledger_by_the_same_rules(centre):
    settings = centre.root / "obit.yaml"
    settings.write_text(settings.read_text().replace("git:origin", "records"))

    begun = centre.issue()
    genesis = hashlib.sha256((centre.root / "records/log/00000001.json").read_bytes()).hexdigest()
    assert begun.err.startswith(
        "the ledger has begun; write this into obit.yaml, so that no other is taken for it:\n"
        f"ledger:\n  at: records\n  genesis: {genesis}\n"
    )
    settings.write_text(
        settings.read_text().replace("at: records\n", f"at: records\n  genesis: {genesis}\n")
    )
    assert centre.build().code == 0
    (centre.root / "records").rename(centre.root / "lost")

    for done in (centre.issue(), centre.build(), centre.obit("plan")):
        assert done.code == 1
        assert done.err.startswith(
            "error: the ledger is not there, but obit.yaml says that it has begun\n"
        )


def test_a_ledger_that_moves_from_a_folder_into_a_branch_goes_on(centre, tmp_path):
    assert centre.issue("--ledger", "records").code == 0
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(centre.remote), work.name)
    git(work, "checkout", "-q", "--orphan", "obit-ledger")
    git(work, "rm", "-qrf", ".")
    for name in ("log", "issued", "state"):
        shutil.copytree(centre.root / "records" / name, work / name)
    git(work, "add", "-A")
    git(work, "commit", "-qm", "Move")
    git(work, "push", "-q", "origin", "obit-ledger")
    centre.award("p0q9r8s7")

    done = centre.issue()

    assert done.code == 0, done.err
    assert "1 to issue, 2 unchanged" in done.err
    assert centre.build().code == 0


def overtaking(folder: Path, remote: Path, times: int) -> str:
    """A search path on which somebody else writes to the ledger right before each push."""
    real = shutil.which("git")
    text = (
        f"n=$(cat {folder}/count 2>/dev/null || echo 0)\n"
        'for word; do if [ "$word" = push ] && [ $n -lt ' + str(times) + " ]; then\n"
        f"  echo $((n + 1)) > {folder}/count\n"
        f"  old=$({real} -C {remote} rev-parse obit-ledger)\n"
        f"  new=$({real} -C {remote} -c user.name=x -c user.email=x@x commit-tree $old^{{tree}} -p $old -m other)\n"
        f"  {real} -C {remote} update-ref refs/heads/obit-ledger $new $old\n"
        f'fi; done\nexec {real} "$@"\n'
    )
    program(folder / "git", text)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_whoever_comes_second_plans_again_on_what_came_first(begun, tmp_path):
    begun.award("p0q9r8s7")

    done = begun.issue(PATH=overtaking(tmp_path / "bin", begun.remote, 2))

    subjects = git(begun.remote, "log", "--format=%s", "obit-ledger").splitlines()
    assert done.code == 0, done.err
    assert subjects == ["Event 6", "other", "other", "Events 1 to 5"]
    assert begun.build().code == 0


def test_whoever_is_always_second_gives_up_after_twenty_times(begun, tmp_path):
    begun.award("p0q9r8s7")

    done = begun.issue(PATH=overtaking(tmp_path / "bin", begun.remote, 1000))

    assert done.code == 1
    assert done.err == (
        "error: other runs were faster 20 times\n  fix: run the command again when they have ended\n"
    )
    assert (tmp_path / "bin/count").read_text() == "20\n"
    assert len(begun.events()) == 5
