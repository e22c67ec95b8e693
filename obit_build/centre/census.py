"""Digests of all that a build is made from but the ledger: the centre's files and the program itself.

Taken before anything is parsed, and generously: what obit would not read counts as well, if it lies in one of
its folders. Where a file is not a plain one there is no census, and nobody can rely on it.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from obit_build.centre.folders import DiskFolder, Folder, is_plain_file
from obit_build.centre.names import CODEOWNERS, KINDS_AT_THE_TOP, name_meant
from obit_build.fingerprint import fingerprint
from obit_build.package import PACKAGE
from obit_build.theme import FOLDER

MAX_BYTES = 64 * 1024 * 1024
"""Of one file; obit reads no larger ones."""


@dataclass(frozen=True, slots=True)
class Census:
    """What was there when a run began."""

    files: dict[str, str] = field(repr=False)
    """Path → SHA-256; an empty one for a folder, and for a name at the top that was meant to be one of ours."""
    program: str

    @property
    def total(self) -> str:
        """Return one digest of everything."""
        return fingerprint(self.program, sorted(self.files.items()))


class _OddError(Exception):
    """Something is neither a file nor a folder, or too large."""


def take(root: Path) -> Census | None:
    """Take the census of a centre's folder and of this program; None if that is not possible."""
    try:
        return Census(dict(_centre(DiskFolder(root))), _program())
    except (OSError, _OddError):
        return None


def sha256_of(path: Path) -> str | None:
    """Return the digest of a file, wherever links lead to; empty if there is none, None if it can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
    except OSError:
        return None


def _centre(folder: Folder) -> Iterator[tuple[str, str]]:
    for name in sorted(folder.listing("")):
        if name in KINDS_AT_THE_TOP:
            yield from _entry(folder, name)
        elif name_meant(name, KINDS_AT_THE_TOP):
            yield name, ""
    for path in CODEOWNERS:
        if is_plain_file(folder, path):
            yield path, _digest(folder, path)


def _entry(folder: Folder, path: str) -> Iterator[tuple[str, str]]:
    """Yield a file, or a folder and all below it; hidden names are nobody's matter."""
    mode = folder.mode(path)
    if stat.S_ISDIR(mode):
        yield f"{path}/", ""
        for name in sorted(folder.listing(path)):
            if not name.startswith("."):
                yield from _entry(folder, f"{path}/{name}")
    elif stat.S_ISREG(mode):
        yield path, _digest(folder, path)
    else:
        raise _OddError


def _digest(folder: Folder, path: str) -> str:
    data = folder.read(path, MAX_BYTES)
    if data is None or len(data) > MAX_BYTES:
        raise _OddError
    return hashlib.sha256(data).hexdigest()


def _program() -> str:
    """Digest Python, the files of this package and its theme, and the names of what is installed beside it.

    Tells more programs from each other than :func:`obit_build.tool.tool_digest`, and needs less time.
    """
    total = hashlib.sha256(sys.version.encode())
    for place in sys.path:
        for name in _installed(place or "."):
            total.update(f"{name}\0".encode())
    for name, path in own_files():
        total.update(f"{name}\0".encode())
        total.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return total.hexdigest()


def own_files() -> Iterator[tuple[str, str]]:
    """Yield name and path of each file of this program: all of the package, and the theme."""
    for folder in (str(PACKAGE), str(FOLDER)):
        for path in _files(folder):
            yield path.removeprefix(folder), path


def _installed(folder: str) -> list[str]:
    """Return the names of a folder that tell a library and its version."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    except OSError:  # an archive, or nothing
        return []
    return sorted(name for name in names if name.endswith((".dist-info", ".egg-info")))


def _files(folder: str) -> Iterator[str]:
    """Yield the files below a folder in a fixed order, but for what Python compiled."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir():
            yield from _files(entry.path)
        elif not entry.name.endswith(".pyc"):
            yield entry.path
