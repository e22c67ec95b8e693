"""The installed command, on copies of real repositories."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from warm import program


@dataclass(frozen=True)
class Done:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


def run(
    folder: Path, *arguments: str, obit: Path | None = None, umask: int = -1, **environment: str
) -> Done:
    """Run obit in ``folder``; variables given by name are added to a clean environment."""
    base = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [str(obit or program()), "-C", str(folder), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**base, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        umask=umask,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file of a folder: path → (mode, bytes)."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode & 0o777, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
