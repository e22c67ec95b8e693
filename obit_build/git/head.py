"""What Git knows about the repository: the commit that is published and its time.

Runs ``git`` with hooks, replace refs, optional locks and every protocol off; reads, never writes.
"""

import datetime
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "safe.directory=*",
    "-c", "protocol.allow=never", "-c", "core.quotePath=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that is checked out."""

    commit: str
    """Its id, 40 or 64 hex digits."""
    at: datetime.datetime
    """When it was committed (UTC)."""


def head(root: Path) -> Head | None:
    """Return the commit that is checked out in ``root``; None without Git, repository or commit."""
    said = ask(root, "log", "-1", "--format=%H %ct")
    if said is None:
        return None
    commit, _, seconds = said.decode("ascii", "replace").strip().partition(" ")
    if not seconds.isdigit():
        return None
    return Head(commit, datetime.datetime.fromtimestamp(int(seconds), datetime.UTC))


def is_clean(root: Path) -> bool:
    """Whether the work tree says exactly what its commit says."""
    return ask(root, "status", "--porcelain", "--untracked-files=normal") == b""


def commit_at(root: Path, ref: str) -> str | None:
    """Return the commit that a ref names in the clone at ``root``, if there is such a ref."""
    said = ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    return said.decode("ascii", "replace").strip() if said else None


def is_shallow(root: Path) -> bool:
    """Whether the clone's history is cut off."""
    return ask(root, "rev-parse", "--is-shallow-repository") == b"true\n"


def is_tracked(file: Path) -> bool:
    """Whether a file is part of a Git repository, so that former commits may hold what it said."""
    return ask(file.parent, "ls-files", "--error-unmatch", "--", file.name) is not None


def is_part_of(root: Path, commit: str, whole: str) -> bool | None:
    """Whether ``commit`` is in the history of ``whole``; None if the clone knows one of them not."""
    if not all(commit_at(root, one) for one in (commit, whole)):
        return None
    return ask(root, "merge-base", "--is-ancestor", commit, whole) is not None


def ask(root: Path, *arguments: str, feed: bytes = b"") -> bytes | None:
    """Run ``git`` in ``root`` and return what it prints; None if it can't, fails or never ends.

    ``feed`` is its standard input. Neither the caller's settings nor its variables count.
    """
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
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
            input=feed,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
