"""The files and folders of a site on a disk: written, read, compared and removed in one way.

No link is followed; kinds and modes are the same whatever the umask says.
"""

import contextlib
import os
import stat
from pathlib import Path

AT_ONCE = 1 << 16
"""Bytes of a file that are read at a stretch."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
REGULAR = stat.S_IFREG | 0o644
"""Kind and mode of each file of a site."""


def write_new(path: str, data: bytes) -> None:
    """Write a file that is not there yet."""
    descriptor = os.open(path, _NEW_FILE, 0o644)
    try:
        os.fchmod(descriptor, 0o644)  # whatever the umask says: same input, same tree
        rest = data
        while rest := rest[os.write(descriptor, rest) :]:
            pass  # the system may take a part of it
    finally:
        os.close(descriptor)


def read_plain(path: str) -> bytes | None:
    """Return a file's bytes, or None if there is none that can be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        parts = []
        while part := os.read(descriptor, AT_ONCE):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def make_all(folder: str) -> None:
    """Make a folder, and those above it where they are missing; another process may be at the same."""
    try:
        os.mkdir(folder)  # noqa: PTH102 - four for each award, and a Path for each costs as much again
    except FileExistsError:
        return
    except FileNotFoundError:
        make_all(str(Path(folder).parent))
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder)  # noqa: PTH102 - see above
    os.chmod(folder, 0o755)  # noqa: PTH101, S103 - see above; whatever the umask says: same input, same tree


def remove(path: Path, root: Path) -> None:
    """Remove a file, and the folders that it leaves empty."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    for folder in path.relative_to(root).parents[:-1]:
        try:
            (root / folder).rmdir()
        except OSError:
            return


def holds(path: Path, data: bytes) -> bool:
    """Tell whether a file is there as it would be written: kind, mode and bytes."""
    try:
        found = path.lstat()
        if found.st_mode != REGULAR or found.st_size != len(data):
            return False
        return path.read_bytes() == data
    except OSError:
        return False
