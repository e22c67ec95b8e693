"""Builds by the installed command, and what they leave."""

import subprocess
import sys
from pathlib import Path

from sample import AT


def begun(root: Path, *arguments: str) -> subprocess.Popen:
    """Begin a build as of a fixed day."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "obit_build",
            "-C",
            str(root),
            "-q",
            "build",
            "--at",
            AT,
            *arguments,
        ],
        stderr=subprocess.PIPE,
        text=True,
    )


def build(root: Path, *arguments: str) -> tuple[int, str]:
    """Build and return the exit code and what was said."""
    process = begun(root, *arguments)
    _, words = process.communicate(timeout=300)
    return process.returncode, words


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
