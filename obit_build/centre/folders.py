"""A folder to read from: the disk's, or another place that has files and folders.

Nothing here follows a link or waits for a pipe; what to read, and what to say about the rest, is
decided by :mod:`obit_build.centre.load`.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

_NO_FOLLOW = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


@dataclass(slots=True)
class Names:
    """What a folder holds, hidden names left out."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted((*self.files, *self.folders, *self.refused)))


class Folder(Protocol):
    """What reading a centre asks of the place where its files are. Paths have ``/``; "" is the top."""

    def listing(self, path: str) -> list[str]:
        """Return the names in a folder, in any order; raise OSError if it can't be read."""

    def mode(self, path: str) -> int:
        """Return what a name stands for, as ``st_mode``, links not followed; raise OSError."""

    def read(self, path: str, limit: int) -> bytes | None:
        """Return at most ``limit`` + 1 bytes of a file, None if it is none; raise OSError."""


@dataclass(frozen=True, slots=True)
class DiskFolder:
    """A folder of this computer."""

    root: Path

    def listing(self, path: str) -> list[str]:
        """Return the names in a folder."""
        return [entry.name for entry in (self.root / path).iterdir()]

    def mode(self, path: str) -> int:
        """Return what a name stands for."""
        return os.lstat(self.root / path).st_mode

    def read(self, path: str, limit: int) -> bytes | None:
        """Return the beginning of a file, unless it has become something else since."""
        handle = os.open(self.root / path, os.O_RDONLY | _NO_FOLLOW)
        with open(handle, "rb") as file:  # noqa: PTH123 - opened above without following links
            return file.read(limit + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else None


def is_plain_file(folder: Folder, path: str) -> bool:
    """Tell whether there is a file, of which neither itself nor a folder on the way is a link."""
    above = PurePosixPath(path).parents[:-1]  # without the top, which is what was opened
    try:
        all_folders = all(stat.S_ISDIR(folder.mode(str(parent))) for parent in above)
        return all_folders and stat.S_ISREG(folder.mode(path))
    except OSError:
        return False
