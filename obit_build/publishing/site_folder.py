"""The files and folders of a site on a disk: written, read, compared and removed in one way.

No link is followed; kinds and modes are the same whatever the umask says.
"""

import contextlib
import os
import stat
from pathlib import Path

from obit_build.durable import write_all

AT_ONCE = 1 << 16
"""Bytes of a file that are read at a stretch."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE, _FOLDER = 0o644, 0o755
"""Modes, whatever the umask says: same input, same tree."""
REGULAR = stat.S_IFREG | _FILE
"""Kind and mode of each file of a site."""


def write_new(path: str, data: bytes, *, chmod: bool = True) -> None:
    """Write a file that is not there yet; without ``chmod`` only where modes are kept (:func:`make_first`)."""
    descriptor = os.open(path, _NEW_FILE, _FILE)
    try:
        if chmod:
            os.fchmod(descriptor, _FILE)
        write_all(descriptor, data)
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


def make_first(folder: str) -> bool:
    """Make a folder; tell whether what is made in it keeps the modes that it is made with, as this one did.

    A umask may take some of a mode away, and so may rules of the folder above, which those in it inherit.
    Where neither touched a folder's mode, which holds all that a file's does, they touch none.
    """
    make_all(folder, chmod=False)
    kept = os.lstat(folder).st_mode == stat.S_IFDIR | _FOLDER
    if not kept:
        os.chmod(folder, _FOLDER)  # noqa: PTH101 - as below
    return kept


def make_all(folder: str, *, chmod: bool = True) -> None:
    """Make a folder, and those above it where they are missing; another process may be at the same.

    Without ``chmod`` only where modes are kept (:func:`make_first`).
    """
    try:
        os.mkdir(folder, _FOLDER)  # noqa: PTH102 - four for each award, and a Path for each costs as much again
    except FileExistsError:
        return
    except FileNotFoundError:
        make_all(str(Path(folder).parent), chmod=chmod)
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, _FOLDER)  # noqa: PTH102 - see above
    if chmod:
        os.chmod(folder, _FOLDER)  # noqa: PTH101 - see above


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
