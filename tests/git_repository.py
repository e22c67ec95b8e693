"""Git repositories for tests: made by the real program, with nobody's settings."""

import os
import subprocess
from pathlib import Path

SETTINGS = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-03-14T10:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder: Path, *arguments: str, feed: str = "", **environment: str) -> str:
    """Run git in a folder and return what it prints."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**os.environ, **SETTINGS, **environment},
        input=feed,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path, message: str = "a change", *options: str, **environment: str) -> str:
    """Commit everything in the work tree and return the commit's id."""
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", message, *options, **environment)
    return git(folder, "rev-parse", "HEAD")


def begin(folder: Path) -> str:
    """Make a repository of a folder, with one commit on main."""
    git(folder, "init", "-q", "-b", "main")
    return commit(folder, "first")
