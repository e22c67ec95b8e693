"""What Git knows about the repository: the commit that is published and its time.

Runs ``git`` with hooks, replace refs and optional locks off; reads, never writes.
"""

import datetime
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "safe.directory=*")


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that is checked out."""

    commit: str
    """Its id, 40 or 64 hex digits."""
    at: datetime.datetime
    """When it was committed (UTC)."""


def head(root: Path) -> Head | None:
    """Return the commit that is checked out in ``root``; None without Git, repository or commit."""
    said = _git(root, "log", "-1", "--format=%H %ct")
    if said is None:
        return None
    commit, _, seconds = said.strip().partition(" ")
    if not seconds.isdigit():
        return None
    return Head(commit, datetime.datetime.fromtimestamp(int(seconds), datetime.UTC))


def is_clean(root: Path) -> bool:
    """Whether the work tree says exactly what its commit says."""
    return _git(root, "status", "--porcelain", "--untracked-files=normal") == ""


def _git(root: Path, *arguments: str) -> str | None:
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell
            ["git", *_SAFE, "-C", str(root), *arguments],  # noqa: S607 - found on a fixed PATH
            capture_output=True,
            check=False,
            env=environment,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
