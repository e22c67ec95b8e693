"""Write a site: stage it beside the target, then swap.

Nothing of a site is visible before all of it is. The former site stays until the new one is in
place, and an interruption between the two renames is mended by the next run. Only a folder that
obit made is ever replaced.
"""

import contextlib
import os
import shutil
from pathlib import Path, PurePosixPath

from obit_build.errors import PublishError

MARKS = ("catalog.json", ".nojekyll")
"""Files that every site of ours has; nothing on a site lists its unlisted pages."""

FIX_DISK = (
    "free some space or give write permission, then build again; the former site is untouched"
)


def is_site(folder: Path) -> bool:
    """Tell whether a folder is a site that obit made."""
    return all((folder / mark).is_file() for mark in MARKS)


class Stage:
    """A site that is being written beside ``target``; :meth:`swap` puts it in place."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(f".{target.name}.new")
        self._former = target.with_name(f".{target.name}.old")
        self._paths: set[str] = set()
        self.bytes = 0
        self.reused = 0
        self._guard()

    @property
    def count(self) -> int:
        """How many files were added."""
        return len(self._paths)

    def _guard(self) -> None:
        try:
            if self._former.exists() and not self.target.exists():
                self._former.rename(self.target)  # the last run stopped between its two renames
            if self.target.is_symlink() or (self.target.exists() and not self.target.is_dir()):
                raise PublishError(
                    f"{self.target.name} is not a folder",
                    fix="move it away, or choose another --out",
                )
            ours = is_site(self.target)
            if self.target.exists() and not ours and any(self.target.iterdir()):
                raise PublishError(
                    f"{self.target.name}/ holds files that obit did not make",
                    fix="move them away, or choose another --out",
                )
            for leftover in (self.folder, self._former):
                shutil.rmtree(leftover, ignore_errors=False) if leftover.exists() else None
            self._make(self.folder)
        except OSError as error:
            raise self._wrong(self.target.name, error) from error

    def _wrong(self, name: str, error: OSError) -> PublishError:
        return PublishError(f"{name} can't be written: {error.strerror}", fix=FIX_DISK)

    def _make(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # whatever the umask says: same input, same tree

    def add(self, path: str, data: bytes) -> None:
        """Add one file; ``path`` is relative, with ``/``."""
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in path or path in self._paths:
            raise PublishError(
                f"{path[:200]} can't be a file of the site", fix="report this as a bug"
            )
        self._paths.add(path)
        self.bytes += len(data)
        try:
            self._write(self.folder / pure, self.target / pure, data)
        except OSError as error:
            raise self._wrong(path, error) from error

    def _write(self, new: Path, former: Path, data: bytes) -> None:
        if not new.parent.is_dir():
            for parent in reversed(new.parent.relative_to(self.folder).parents):
                self._make(self.folder / parent)
            self._make(new.parent)
        if _holds(former, data) and _linked(former, new):
            self.reused += 1
            return
        with new.open("xb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(data)

    def swap(self) -> None:
        """Put the finished site in place of the former one."""
        try:
            os.sync()
            if self.target.exists():
                self.target.rename(self._former)
            self.folder.rename(self.target)
            shutil.rmtree(self._former, ignore_errors=True)
        except OSError as error:
            if self._former.exists() and not self.target.exists():
                with contextlib.suppress(OSError):  # the next run tries again
                    self._former.rename(self.target)
            raise self._wrong(self.target.name, error) from error

    def discard(self) -> None:
        """Throw the stage away; the former site stays as it is."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _linked(former: Path, new: Path) -> bool:
    """Keep an unchanged file with its time; some disks know no second name for a file."""
    try:
        os.link(former, new)
    except OSError:
        return False
    return True


def _holds(path: Path, data: bytes) -> bool:
    try:
        if (
            path.is_symlink()
            or path.stat().st_size != len(data)
            or path.stat().st_mode & 0o777 != 0o644
        ):
            return False
        return path.read_bytes() == data
    except OSError:
        return False
