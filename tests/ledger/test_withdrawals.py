"""Withdrawing from a ledger in Git: the bytes leave the tree, and the history if one wants it."""

import json

from conftest import git

LATER = "2026-11-21T13:00:00Z"


def credentials(centre, commit="obit-ledger"):
    return git(centre.remote, "ls-tree", "-r", "--name-only", commit, "issued/").split()


def withdrawn(begun):
    """Withdraw one of two awards, and issue; return the run and the path of what went."""
    before = credentials(begun)
    said = begun.obit("withdraw", "7f3k9m2q", "--date", "2026-05-01")
    assert said.code == 0, said.err
    begun.commit("Withdraw")
    done = begun.obit("issue", "--live", "none", "--at", LATER)
    (gone,) = set(before) - set(credentials(begun))
    return done, gone


def test_the_next_commit_of_the_ledger_holds_the_event_and_no_longer_the_bytes(begun):
    former = begun.tip

    done, gone = withdrawn(begun)

    assert done.code == 0, done.err
    assert "done: 1 to withdraw, 1 unchanged" in done.err
    changed = git(begun.remote, "diff-tree", "-r", "--name-status", former, "obit-ledger").split()
    assert changed[changed.index(gone) - 1] == "D"
    (event,) = [path for path in changed if path.startswith("log/")]
    said = json.loads(git(begun.remote, "cat-file", "blob", f"obit-ledger:{event}"))
    assert (said["type"], said["date"]) == ("withdraw", "2026-05-01")
    assert begun.obit("build", "--at", LATER).code == 0


def test_the_same_run_again_changes_nothing(begun):
    withdrawn(begun)
    tip = begun.tip

    done = begun.obit("issue", "--live", "none", "--at", LATER, OBIT_KEY="")

    assert done.code == 0, done.err
    assert begun.tip == tip


def test_a_history_without_the_bytes_is_still_the_same_chain(begun, tmp_path):
    """The steps of docs/how-to/forget-a-person.md, with what Git itself brings along."""
    _, gone = withdrawn(begun)
    mirror = tmp_path / "mirror"
    git(tmp_path, "clone", "-q", "--branch", "obit-ledger", str(begun.remote), mirror.name)
    git(
        mirror, "filter-branch", "-f", "--index-filter",
        f"git rm -q --cached --ignore-unmatch {gone}", "obit-ledger",
        FILTER_BRANCH_SQUELCH_WARNING="1",
    )  # fmt: skip
    git(mirror, "push", "-q", "--force", "origin", "obit-ledger")
    git(begun.root, "fetch", "-q", "origin", "+obit-ledger:refs/remotes/origin/obit-ledger")

    begun.award("p0q9r8s7")
    issued = begun.obit("issue", "--live", "none", "--at", LATER)
    built = begun.obit("build", "--at", LATER)

    past = git(begun.remote, "log", "--format=%H", "obit-ledger").split()
    assert all(gone not in credentials(begun, commit) for commit in past)
    assert issued.code == 0, issued.err
    assert built.code == 0, built.err
    assert "2 credentials and 4 images verified" in built.err
