"""Revisions, what changed since one, and a repository as it was."""

import datetime
import os
import shutil
from pathlib import Path

import pytest
from git_repository import begin, commit, git

from obit_build.centre import load_commit as commits
from obit_build.centre.load import load_repository
from obit_build.centre.load_commit import load_commit
from obit_build.errors import GitError
from obit_build.git.history import (
    before_last_change,
    changed_since,
    commit_of,
    commits_that_changed,
    first_parent,
    folder_in_repository,
    last_changes,
    merge_base,
)

BASE = Path(__file__).parents[2] / "examples" / "base"
AWARDS = "badges/tableur-1/awards"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    centre = shutil.copytree(BASE, tmp_path / "centre")
    begin(centre)
    return centre


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_a_commit_is_read_as_the_folder_was_but_without_people_and_pictures(root):
    then, problems = load_repository(root)
    first = git(root, "rev-parse", "HEAD")
    write(root, "obit.yaml", "site: https://other.example/\n")
    commit(root)

    read, found = load_commit(root, first)

    assert problems == found == []
    assert read.settings == then.settings
    assert read.awards == then.awards
    assert [a.location for a in read.awards] == [a.location for a in then.awards]
    assert read.achievements == then.achievements
    assert read.recipients == {}
    assert read.files["badges/tableur-1/image.svg"] == b""
    assert "recipients.csv" not in read.files


def test_a_centre_in_a_folder_of_the_repository_is_found_there(root, tmp_path):
    whole = tmp_path / "whole"
    whole.mkdir()
    shutil.copytree(BASE, whole / "centre é")
    begin(whole)

    read, problems = load_commit(whole / "centre é", git(whole, "rev-parse", "HEAD"))

    assert problems == []
    assert len(read.awards) == 2
    assert folder_in_repository(whole / "centre é") == "centre é/"
    assert folder_in_repository(whole) == ""


def test_before_the_centre_was_there_is_no_repository(tmp_path):
    (tmp_path / "README").write_text("x")
    first = begin(tmp_path)
    shutil.copytree(BASE, tmp_path / "centre")

    assert load_commit(tmp_path / "centre", first) == (None, [load_commit(tmp_path, first)[1][0]])
    assert load_commit(tmp_path, first)[1][0].check == "settings-are-there"


def test_a_link_of_a_commit_is_seen_as_a_link_and_not_followed(root, tmp_path):
    (tmp_path / "secret.yaml").write_text("issued: 2026-01-01\nto: [7f3k9m2q]\n")
    (root / AWARDS / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    shutil.rmtree(root / "issuers")
    (root / "issuers").symlink_to("/etc")

    read, problems = load_commit(root, commit(root))

    assert [(p.location.path, p.check) for p in problems] == [
        ("issuers", "file-is-not-a-link"),
        (f"{AWARDS}/link.yaml", "file-is-not-a-link"),
    ]
    assert len(read.awards) == 2


def test_a_submodule_is_not_entered(root):
    tree = git(root, "rev-parse", "HEAD")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{tree},badges/other")
    git(root, "commit", "-q", "-m", "a submodule")

    read, problems = load_commit(root, git(root, "rev-parse", "HEAD"))

    assert [(p.location.path, p.check) for p in problems] == [
        ("badges/other", "file-is-a-regular-file")
    ]
    assert list(read.achievements) == ["tableur-1"]


def test_filters_attributes_and_replaced_objects_change_nothing(root):
    write(root, ".gitattributes", "*.yaml filter=evil diff=evil\n")
    first = commit(root)
    trap = root / ".git" / "trap"
    for name in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "diff.external"):
        git(root, "config", name, f"touch '{trap}'; cat #")
    write(root, "obit.yaml", "site: https://other.example/\n")
    second = git(
        root,
        "-c",
        "filter.evil.clean=cat",
        "-c",
        "diff.external=",
        "hash-object",
        "-w",
        "obit.yaml",
    )
    trap.unlink(missing_ok=True)
    git(root, "replace", git(root, "rev-parse", f"{first}:obit.yaml"), second)

    read, _ = load_commit(root, first)

    assert read.settings.site == "https://badges.example.org/"
    assert not trap.exists()


def test_a_file_that_is_too_large_is_told_and_not_read(root):
    write(root, f"{AWARDS}/big.yaml", "# " + "x" * 1_100_000)

    _, problems = load_commit(root, commit(root))

    assert [(p.location.path, p.check) for p in problems] == [
        (f"{AWARDS}/big.yaml", "file-is-small-enough")
    ]


def test_a_commit_with_too_much_in_it_is_refused(root, monkeypatch):
    monkeypatch.setattr(commits, "MAX_TOTAL_BYTES", 10)

    with pytest.raises(GitError, match="have more than 10 bytes"):
        load_commit(root, git(root, "rev-parse", "HEAD"))


def test_a_name_that_is_no_utf_8_is_told_and_does_no_harm(root):
    name = os.fsencode(root / AWARDS) + b"/\xff.yaml"
    Path(os.fsdecode(name)).write_bytes(b"issued: 2026-01-01\nto: [7f3k9m2q]\n")

    _, problems = load_commit(root, commit(root))

    assert [p.check for p in problems] == ["file-name-is-plain"]


def test_an_object_that_is_missing_is_an_error_and_no_empty_file(root):
    blob = git(root, "rev-parse", "HEAD:obit.yaml")
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(GitError) as caught:
        load_commit(root, git(root, "rev-parse", "HEAD"))

    assert caught.value.message == f"the file {blob[:12]} is missing from Git's objects"


@pytest.mark.parametrize(
    "name", ["v1", "feature/x;touch-y", "$(touch-y)", "-q", "--output=y", "é", "a`b`"]
)
def test_a_revision_is_a_name_and_nothing_else(root, name):
    first = git(root, "rev-parse", "HEAD")
    git(root, "update-ref", f"refs/heads/{name}", first)

    assert commit_of(root, name) == first
    assert not (root / "y").exists()


@pytest.mark.parametrize(
    "name", ["nowhere", "--all", "-h", "", "HEAD:obit.yaml", "a..b", "\x1b[2J", "\n"]
)
def test_an_unknown_revision_is_told(root, name):
    with pytest.raises(GitError) as caught:
        commit_of(root, name)

    assert caught.value.message.startswith('Git knows no revision "')
    assert caught.value.message.isprintable()
    assert caught.value.exit_code == 4


def test_a_change_begins_where_it_left_the_branch_that_it_is_for(root):
    first = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "change")
    write(root, f"{AWARDS}/new.yaml", "issued: 2026-06-01\nto: [7f3k9m2q]\n")
    commit(root)
    git(root, "checkout", "-q", "main")
    write(root, "README", "x")
    commit(root)
    git(root, "checkout", "-q", "change")

    assert merge_base(root, "main") == first
    assert changed_since(root, first) == {f"{AWARDS}/new.yaml"}


def test_what_is_not_committed_yet_has_changed_too(root):
    write(root, "badges/tableur-1/awards/été 1.yaml", "x")
    write(root, "obit.yaml", "x")
    write(root, "secret", "x")
    write(root, ".git/info/exclude", "secret\n")
    (root / "recipients.csv").unlink()

    assert changed_since(root, git(root, "rev-parse", "HEAD")) == {
        "badges/tableur-1/awards/été 1.yaml",
        "obit.yaml",
        "recipients.csv",
    }


def test_histories_with_nothing_in_common_are_told(root):
    git(root, "checkout", "-q", "--orphan", "other")
    commit(root)

    with pytest.raises(GitError) as caught:
        merge_base(root, "main")

    assert caught.value.message == (
        'the history here does not reach back to what it has in common with "main"'
    )


def test_the_first_commit_has_none_before_it_and_a_cut_history_is_not_taken_for_one(root, tmp_path):
    first = git(root, "rev-parse", "HEAD")
    second = commit(root)
    git(tmp_path, "clone", "-q", "--depth=1", root.as_uri(), "shallow")

    assert first_parent(root, first) is None
    assert first_parent(root, second) == first
    with pytest.raises(GitError) as caught:
        first_parent(tmp_path / "shallow", second)
    assert caught.value.message == f"the commit before {second[:12]} is not here"
    assert "git fetch --unshallow" in caught.value.fix


def test_the_commits_that_changed_a_file_are_found_behind_merges_too(root):
    first = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "side")
    write(root, f"{AWARDS}/new.yaml", "issued: 2026-06-01\nto: [7f3k9m2q]\n")
    added = commit(root)
    git(root, "checkout", "-q", "main")
    commit(root)
    git(root, "merge", "-q", "--no-ff", "-m", "plain", "side")

    assert commits_that_changed(root, first, f"{AWARDS}/new.yaml") == (added,)

    git(root, "checkout", "-q", "side")
    commit(root)
    git(root, "checkout", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "--no-commit", "side")
    write(root, f"{AWARDS}/new.yaml", "issued: 2026-06-01\nto: [7f3k9m2q, 2m8qa4xd]\n")
    evil = commit(root, "evil")

    assert commits_that_changed(root, first, f"{AWARDS}/new.yaml") == (evil, added)
    assert commits_that_changed(root, first, "*") == ()


def test_what_came_before_the_last_change_of_a_file_is_found_on_the_branch_itself(root):
    first = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "side")
    write(root, f"{AWARDS}/new.yaml", "issued: 2026-06-01\nto: [7f3k9m2q]\n")
    commit(root)
    git(root, "checkout", "-q", "main")
    before = commit(root)
    git(root, "merge", "-q", "--no-ff", "-m", "plain", "side")
    commit(root)

    assert before_last_change(root, f"{AWARDS}/new.yaml") == before
    assert before_last_change(root, "obit.yaml") == ""
    assert before_last_change(root, "nothing") == ""
    assert first != before


def test_outside_of_git_everything_is_told_in_words(tmp_path):
    for ask in (
        lambda: commit_of(tmp_path, "main"),
        lambda: changed_since(tmp_path, "0" * 40),
        lambda: commits_that_changed(tmp_path, "0" * 40, "x"),
        lambda: first_parent(tmp_path, "0" * 40),
        lambda: load_commit(tmp_path, "0" * 40),
    ):
        with pytest.raises(GitError):
            ask()
    assert folder_in_repository(tmp_path) == ""


def day_of(number: int) -> dict[str, str]:
    return {"GIT_COMMITTER_DATE": f"2026-03-{number:02}T10:00:00Z"}


def test_when_each_badge_was_last_changed_is_known_from_the_commits(root):
    write(root, "badges/reseaux-1/badge.yaml", "name: Réseaux\n")
    commit(root, **day_of(2))
    write(root, f"{AWARDS}/2026-03-03.yaml", "issued: 2026-03-03\n")
    write(root, "badges/tableur-1/badge.yaml", "name: Tableur\n")
    commit(root, **day_of(3))
    git(root, "switch", "-q", "-c", "other", "HEAD~1")
    write(root, "badges/reseaux-1/badge.yaml", "name: Réseaux IP\n")
    commit(root, **day_of(4))
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "merged", "other", **day_of(5))

    found = last_changes(root, "badges/*/badge.yaml")

    assert found == {
        "badges/reseaux-1/badge.yaml": datetime.datetime(2026, 3, 5, 10, tzinfo=datetime.UTC),
        "badges/tableur-1/badge.yaml": datetime.datetime(2026, 3, 3, 10, tzinfo=datetime.UTC),
    }


def test_a_history_that_is_cut_off_tells_no_times_of_changes(root, tmp_path):
    commit(root)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{root}", "part")

    assert last_changes(tmp_path / "part", "badges/*/*") == {}
    assert last_changes(tmp_path, "badges/*/*") == {}
