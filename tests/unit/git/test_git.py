import datetime
import os
import subprocess

import pytest

from obit_build.git import head as git

AUTHOR = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00+05:00",
    "GIT_COMMITTER_DATE": "2026-03-14T10:00:00+02:00",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def run(folder, *arguments):
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**os.environ, **AUTHOR}, check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip


@pytest.fixture
def repository(tmp_path):
    run(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "obit.yaml").write_text("site: https://a.example/\n")
    run(tmp_path, "add", ".")
    run(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def test_the_commit_and_its_time_in_utc(repository):
    head = git.head(repository)

    assert head == git.Head(
        run(repository, "rev-parse", "HEAD"),
        datetime.datetime(2026, 3, 14, 8, 0, tzinfo=datetime.UTC),
    )
    assert len(head.commit) == 40


def test_a_subfolder_belongs_to_its_repository(repository):
    (repository / "badges").mkdir()

    assert git.head(repository / "badges") == git.head(repository)


def test_without_a_repository_or_a_commit_there_is_no_head(tmp_path):
    assert git.head(tmp_path) is None
    assert not git.is_clean(tmp_path)
    run(tmp_path, "init", "-q")
    assert git.head(tmp_path) is None


def test_a_folder_that_is_not_there_has_no_head(tmp_path):
    assert git.head(tmp_path / "missing") is None


def test_without_git_there_is_no_head_and_no_traceback(repository, monkeypatch):
    def missing(*_, **__):
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", missing)

    assert git.head(repository) is None
    assert not git.is_clean(repository)


def test_a_git_that_never_answers_is_given_up(repository, monkeypatch):
    def hang(*_, timeout, **__):
        raise subprocess.TimeoutExpired("git", timeout)

    monkeypatch.setattr(subprocess, "run", hang)

    assert git.head(repository) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "obit.yaml").write_text("site: https://b.example/\n"),
        lambda root: (root / "new.yaml").write_text(""),
        lambda root: (root / "obit.yaml").unlink(),
    ],
)
def test_a_work_tree_is_clean_only_if_it_says_what_its_commit_says(repository, change):
    assert git.is_clean(repository)

    change(repository)

    assert not git.is_clean(repository)


def test_what_is_ignored_does_not_make_it_unclean(repository):
    (repository / ".git" / "info" / "exclude").write_text("build/\n")
    (repository / "build").mkdir()
    (repository / "build" / "index.html").write_text("")

    assert git.is_clean(repository)


def test_hooks_and_settings_of_the_repository_run_nothing(repository):
    trap = repository / ".git" / "trap"
    hook = repository / ".git" / "hooks" / "fsmonitor"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{trap}'\n")
    hook.chmod(0o755)
    run(repository, "config", "core.fsmonitor", str(hook))
    run(repository, "config", "core.pager", f"touch '{trap}'")

    git.head(repository)
    git.is_clean(repository)

    assert not trap.exists()


def test_looking_writes_nothing(repository):
    index = repository / ".git" / "index"
    os.utime(repository / "obit.yaml")  # a refresh of the index would be due
    before = index.read_bytes(), index.stat().st_mtime_ns

    git.is_clean(repository)

    assert (index.read_bytes(), index.stat().st_mtime_ns) == before


def test_the_callers_git_variables_do_not_lead_elsewhere(repository, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path_factory.mktemp("other")))

    assert git.head(repository) is not None


def test_a_log_that_shows_more_is_not_misread(repository):
    run(repository, "config", "log.showSignature", "true")
    run(repository, "config", "log.decorate", "full")

    assert git.head(repository) is not None


def test_a_replaced_commit_is_not_believed(repository, monkeypatch):
    first = run(repository, "rev-parse", "HEAD")
    monkeypatch.setitem(AUTHOR, "GIT_COMMITTER_DATE", "2026-03-15T10:00:00+02:00")
    run(repository, "commit", "-q", "--allow-empty", "-m", "second")
    before = git.head(repository)

    run(repository, "replace", before.commit, first)

    assert git.head(repository) == before
