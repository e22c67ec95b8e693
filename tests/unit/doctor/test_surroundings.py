"""What is found out about a real clone, real files and what is installed."""

import datetime
import os
import subprocess

import pytest

from obit_build.doctor import surroundings
from obit_build.doctor.facts import BuiltSite, Clone, KeyFile

WHEN = "2026-11-20T08:00:00+00:00"
NOBODY = {
    "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@t", "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@t", "GIT_AUTHOR_DATE": WHEN, "GIT_COMMITTER_DATE": WHEN,
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder, *arguments):
    subprocess.run(
        ["git", "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, **NOBODY},
    )


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "centre"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "obit.yaml").write_text("site: https://a.example/\n")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    return root


def test_a_clean_clone_on_a_branch(repository):
    git(repository, "remote", "add", "origin", "https://jo:secret@github.com/centre/badges.git")

    found = surroundings.clone_of(repository)

    assert found.version >= (2, 30)
    assert found == Clone(
        version=found.version,
        committed=datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC),
        branch="main",
        remote="https://github.com/centre/badges.git",
    )


def test_a_shallow_detached_and_changed_clone(repository, tmp_path):
    (repository / "recipients.csv").write_text("code\n")
    (repository / "build").mkdir()
    (repository / "build" / "x").write_text("x")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), "copy")
    copy = tmp_path / "copy"
    git(copy, "checkout", "-q", "--detach")
    (copy / "obit.yaml").write_text("changed")

    found = surroundings.clone_of(copy)

    assert (found.is_shallow, found.branch, found.is_clean) == (True, None, False)
    assert found.tracked == {"build", "recipients.csv"}


def test_a_folder_that_is_no_repository(tmp_path):
    found = surroundings.clone_of(tmp_path)

    assert (found.is_repository, found.committed, found.branch) == (False, None, None)


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("git@github.com:centre/badges.git", "github.com:centre/badges.git"),
        ("ssh://git@github.com/centre/badges", "ssh://github.com/centre/badges"),
        ("https://x:token@forge.example/a.git", "https://forge.example/a.git"),
        ("../bare.git", "../bare.git"),
        ("https://[broken", ""),
    ],
)
def test_no_password_is_kept_of_a_remotes_address(repository, remote, expected):
    git(repository, "remote", "add", "origin", remote)

    assert surroundings.clone_of(repository).remote == expected


def test_what_is_installed_is_held_against_the_lock_file(tree):
    root = tree(
        {
            "requirements/run.lock": "Click==0.0.1 \\\n    --hash=sha256:00\n    # via obit\n"
            "resvg_py==0.9 ; python_version > '3'\n"
        }
    )

    found = surroundings.tools_here(root)

    assert found.locked == {"click": "0.0.1", "resvg-py": "0.9"}
    assert found.installed.keys() >= {"click", "resvg-py", "pyyaml"}
    assert found.drawing == ""


def test_key_files_are_told_apart_and_not_opened(repository):
    key, program = repository / "key.pem", repository / "sign"
    key.write_text("not a key at all")
    key.chmod(0o000)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    git(repository, "add", "sign")

    found = {uri: surroundings.key_file(repository, uri) for uri in (
        "file:key.pem", f"exec:{program}", "file:gone.pem", "env:NAME",
    )}  # fmt: skip

    assert found["file:key.pem"] == KeyFile(exists=True, mode=0o000)
    assert found[f"exec:{program}"] == KeyFile(exists=True, is_tracked=True, mode=0o700)
    assert found["file:gone.pem"] == KeyFile(exists=False)
    assert found["env:NAME"] is None


def test_workflows_are_read_as_texts_and_odd_ones_are_named(tree):
    root = tree(
        {
            ".github/workflows/a.yml": "on: push\njobs: {b: {steps: [{uses: x@y, with: {c: true}}]}}",
            ".github/workflows/b.yaml": "on: &x push\nother: *x\n",
            ".github/workflows/c.yml": "- a list\n",
            ".github/workflows/d.txt": "no workflow",
            ".forgejo/workflows/f.yml": "on: push\n",
            ".gitea/workflows/g.yml": "on: pull_request\n",
        }
    )
    (root / ".github/workflows/e.yml").symlink_to(root / ".github/workflows/a.yml")

    good, bad = surroundings.workflows_of(root)

    only, *elsewhere = good
    assert [workflow.path for workflow in elsewhere] == [
        ".forgejo/workflows/f.yml",
        ".gitea/workflows/g.yml",
    ]
    assert only.content["on"] == "push"
    assert only.steps == ({"uses": "x@y", "with": {"c": "true"}},)
    assert bad == (
        ".github/workflows/b.yaml",
        ".github/workflows/c.yml",
        ".github/workflows/e.yml",
    )
    assert surroundings.workflows_of(root / "nowhere") == ((), ())


def test_owners_and_cname_are_read_where_forges_look(tree):
    root = tree({"docs/CODEOWNERS": "b", "CODEOWNERS": "a", "CNAME": " Badges.Centre.eu\n"})

    assert surroundings.code_owners_of(root) == "a"
    assert surroundings.cname_of(root) == "badges.centre.eu"
    assert surroundings.code_owners_of(root / "docs") == "b"
    assert surroundings.cname_of(root / "docs") is None
    (root / "docs/CODEOWNERS").rename(root / "elsewhere")
    (root / "CODEOWNERS").unlink()
    for folder in (".gitea", ".forgejo", ".gitlab"):
        (root / folder).mkdir()
        (root / folder / "CODEOWNERS").write_text(folder)
        assert surroundings.code_owners_of(root) == folder


def test_a_built_site_is_measured(tree):
    root = tree({"a/b.png": "123", "c": "1"})

    assert surroundings.built_site(root) == BuiltSite(
        bytes=4, files=2, largest=3, largest_path="a/b.png"
    )
    assert surroundings.built_site(root / "nowhere") is None


def test_github_is_not_asked_without_a_token(repository):
    assert surroundings.ask_forge({}, surroundings.clone_of(repository), (), "") is None
