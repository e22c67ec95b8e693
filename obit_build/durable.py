"""Files that are either whole or not there: temporary file, fsync, rename, fsync of the folder."""

import contextlib
import os
from pathlib import Path

from obit_build.errors import PublishError

TEMPORARY = ".tmp-"
FIX = "free some space or give write permission, then run the command again; nothing was changed"


def write(path: Path, data: bytes, *, new: bool = False, mode: int = 0o644) -> None:
    """Write ``data`` to ``path`` so that a crash leaves the old file or the new one.

    With ``new``, an existing file is an error (FileExistsError). Raises PublishError if the disk
    refuses.
    """
    folder, name = str(path.parent), path.name
    temporary = f"{folder}/{TEMPORARY}{name}"
    try:
        descriptor = _opened(temporary, folder, mode)
        try:
            os.fchmod(descriptor, mode)
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if new:
            os.link(temporary, path)  # fails if somebody else was first
            os.unlink(temporary)  # noqa: PTH108 - a Path for each step costs as much as writing the file
        else:
            os.replace(temporary, path)  # noqa: PTH105 - same
        _sync_folder(folder)
    except OSError as error:
        _discard(temporary)
        if isinstance(error, FileExistsError) and error.filename2 is not None:  # the link's target
            raise
        raise PublishError(f"{path.name} can't be written: {error.strerror}", fix=FIX) from error


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data`` into an open file: the system may take a part at a time."""
    rest = data
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _opened(temporary: str, folder: str, mode: int) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        return os.open(temporary, flags, mode)
    except FileNotFoundError:  # the folder is hardly ever missing
        Path(folder).mkdir(parents=True, exist_ok=True)
        return os.open(temporary, flags, mode)


def remove(path: Path) -> None:
    """Remove a file and what an interrupted run left of it, durably; nothing happens if it is gone."""
    present = [
        p for p in (path.with_name(TEMPORARY + path.name), path) if p.is_symlink() or p.exists()
    ]
    try:
        for file in present:
            file.unlink(missing_ok=True)
        if present:
            _sync_folder(str(path.parent))
    except OSError as error:
        raise PublishError(f"{path.name} can't be removed: {error.strerror}", fix=FIX) from error


def _discard(temporary: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(temporary)  # noqa: PTH108 - see write()


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_leftovers(folder: Path) -> None:
    """Remove temporary files that an interrupted run left in ``folder``."""
    for leftover in folder.glob(TEMPORARY + "*"):
        _discard(str(leftover))
