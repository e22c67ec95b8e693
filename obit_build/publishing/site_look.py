"""Look at a site's folder: whether all of it is as the last run left it.

Each file that belongs there is asked for its kind, mode and size, and each folder and file for the time at
which the system last noted a change of it (``ctime``, which no program can put back). What was touched since the
seal is looked into: a folder for names that don't belong there, a file for its SHA-256.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from obit_build.publishing.site_folder import REGULAR, read_plain

Kept = tuple[str, Iterable[tuple[str, int]]]
"""A part of what belongs to the site: its name, and path and size of its files."""
Digest = Callable[[str, str], str]
"""Tells the SHA-256 of a file by the name of its part and its path."""
NOWHERE = 1 << 80
"""When a folder that is not there was touched: later than any seal."""


class Looked(NamedTuple):
    """What was seen."""

    doubtful: frozenset[str]
    """Folders that are not as they were left: nothing is taken for granted there."""
    was_touched: bool
    """Whether anything was touched since the seal, even if it is as it was."""


def look(root: Path, kept: Iterable[Kept], seal: int, digest: Digest) -> Looked:
    """Compare what lies in the folder ``root`` with what belongs there, ``kept``, in parts.

    ``digest`` is asked about what was touched. ``seal`` is an instant (nanoseconds) before which nothing was changed since.
    """
    try:
        top = os.open(root, os.O_RDONLY | os.O_DIRECTORY)  # long paths take the system longer
    except OSError:
        folders = {path.rpartition("/")[0] for _, files in kept for path, _ in files}
        return Looked(frozenset(folders), was_touched=True)
    try:
        return _looked(root, top, kept, seal, digest)
    finally:
        os.close(top)


def _looked(root: Path, top: int, kept: Iterable[Kept], seal: int, digest: Digest) -> Looked:
    folders: dict[str, int] = {}
    _add(top, "", folders)
    doubtful: set[str] = set()
    names: dict[str, set[str]] = {}  # what belongs into folders that were touched
    was_touched = False
    for part, files in kept:
        for path, size in files:
            folder = path.rpartition("/")[0]
            if (folders.get(folder) or _add(top, folder, folders)) >= seal:
                names.setdefault(folder, set()).add(path)
            try:
                found = os.lstat(path, dir_fd=top)
            except OSError:
                doubtful.add(folder)
                continue
            if found.st_mode != REGULAR or found.st_size != size:
                doubtful.add(folder)
            elif found.st_ctime_ns >= seal:
                was_touched = True
                if not _has(f"{root}/{path}", digest(part, path)):
                    doubtful.add(folder)
    if NOWHERE in folders.values():
        doubtful.update(_astray(folders))
    newer = [folder for folder, touched in folders.items() if touched >= seal]
    if newer:
        doubtful.update(_crowded(root, newer, folders.keys(), names))
    return Looked(frozenset(doubtful), was_touched or bool(newer))


def _add(top: int, folder: str, folders: dict[str, int]) -> int:
    """Note when a folder was touched, and each above it; return its own time."""
    above = folder
    while above not in folders:
        try:
            found = os.lstat(above or ".", dir_fd=top)
            is_folder = stat.S_ISDIR(found.st_mode)
        except OSError:
            is_folder = False
        folders[above] = found.st_ctime_ns if is_folder else NOWHERE
        above = above.rpartition("/")[0]
    return folders[folder]


def _astray(folders: Mapping[str, int]) -> Iterator[str]:
    """Yield the folders that are not there or are behind a link, and what such a link lies in."""
    for folder, touched in folders.items():
        above = folder
        while above and folders[above] != NOWHERE:
            above = above.rpartition("/")[0]
        if folders[above] == NOWHERE:
            yield folder
        if touched == NOWHERE:
            yield folder.rpartition("/")[0]


def _crowded(
    root: Path, newer: list[str], folders: AbstractSet[str], names: Mapping[str, AbstractSet[str]]
) -> Iterator[str]:
    """Yield folders, among those that were touched and below, that hold what does not belong there."""
    waiting = newer
    while waiting:
        folder = waiting.pop()
        for name, is_folder in _entries(f"{root}/{folder}"):
            path = f"{folder}/{name}".lstrip("/")
            if not is_folder and path not in names.get(folder, ()):
                yield folder
            elif is_folder and path not in folders:
                waiting.append(path)


def _entries(folder: str) -> list[tuple[str, bool]]:
    """Return names in a folder, each with whether it is a folder; nothing if it is none itself."""
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            return []
        with os.scandir(folder) as entries:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        return []


def _has(path: str, sha256: str) -> bool:
    data = read_plain(path)
    return data is not None and hashlib.sha256(data).hexdigest() == sha256
