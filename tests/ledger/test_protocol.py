"""The ledger in Git, from the command line: issue, build, issue again, several at once."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import AT, IDENTITY, a_centre, git

OBIT = Path(sys.executable).with_name("obit")


def test_the_first_run_begins_the_ledger_and_says_what_to_pin(centre):
    done = centre.issue()

    first = git(centre.remote, "cat-file", "blob", "obit-ledger:log/00000001.json")
    genesis = hashlib.sha256(first.encode() + b"\n").hexdigest()
    assert done.code == 0
    assert done.err == (
        "the ledger has begun; write this into obit.yaml, so that no other is taken for it:\n"
        f"ledger:\n  at: git:origin\n  genesis: {genesis}\n"
        "done: 2 to issue, 0 unchanged\n1 status lists signed; 2 awards in the ledger\n"
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
            [str(OBIT), "-C", str(one.root), "issue", "--live", "none", "--at", AT],
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
