"""The files of a commit → a Repository, by the rules that hold for a folder on disk.

Only Git's objects are read: nothing is checked out, so a link is seen as a link and a submodule is
not entered. The people list is left out, because nobody asks who somebody was; of pictures only
the names are kept.
"""

import re
import stat
from pathlib import Path, PurePosixPath

from obit_build.centre.load import MAX_PICTURE_BYTES, PICTURE_SUFFIXES, load_folder
from obit_build.centre.names import KINDS_AT_THE_TOP, PEOPLE
from obit_build.errors import GitError
from obit_build.git.history import TreeEntry, blobs, tree_of
from obit_build.model.repository import Repository
from obit_build.problems import Problem

_AWARDS = re.compile(r"(?:badges/[^/]+/awards|approvals)/")
MAX_TOTAL_BYTES = 512 * 1024 * 1024


def load_commit(
    root: Path, commit: str, *, with_awards: bool = True
) -> tuple[Repository | None, list[Problem]]:
    """Read the centre in ``root`` as it was in ``commit``; None if it had no obit.yaml yet.

    Without the awards it is quick, however many there are.
    """
    return load_folder(CommitFolder(root, commit, with_awards=with_awards))


class CommitFolder:
    """The files of one commit, read from Git's objects in one go."""

    def __init__(self, root: Path, commit: str, *, with_awards: bool = True) -> None:
        names = tuple(name for name in KINDS_AT_THE_TOP if name != PEOPLE)
        entries = [
            entry
            for entry in tree_of(root, commit, names)
            if with_awards or not _AWARDS.match(entry.path)
        ]
        self._modes = {entry.path: entry.mode for entry in entries}
        self._sizes = {entry.path: entry.size for entry in entries}
        self._inside: dict[str, set[str]] = {"": set()}
        for entry in entries:
            self._place(PurePosixPath(entry.path))
        wanted = [entry for entry in entries if _is_read(entry)]
        if sum(entry.size for entry in wanted) > MAX_TOTAL_BYTES:
            raise GitError(
                f"the files of {commit[:12]} have more than {MAX_TOTAL_BYTES} bytes",
                fix="compare with another commit",
            )
        contents = blobs(root, [entry.blob for entry in wanted])
        self._contents = {e.path: data for e, data in zip(wanted, contents, strict=True)}

    def _place(self, path: PurePosixPath) -> None:
        for inner, outer in zip((path, *path.parents), path.parents, strict=False):
            folder = "" if str(outer) == "." else str(outer)
            self._inside.setdefault(folder, set()).add(inner.name)
            if folder:
                self._modes.setdefault(folder, stat.S_IFDIR)

    def listing(self, path: str) -> list[str]:
        """Return the names in a folder."""
        return list(self._inside.get(path, ()))

    def mode(self, path: str) -> int:
        """Return what a name stands for; a submodule is neither a file nor a folder."""
        if path not in self._modes:
            raise FileNotFoundError(path)
        return self._modes[path]

    def read(self, path: str, limit: int) -> bytes | None:
        """Return a file; of one that is too large as many zeros, of a picture nothing."""
        if self._sizes[path] > limit:
            return bytes(limit + 1)
        return self._contents.get(path, b"")


def _is_read(entry: TreeEntry) -> bool:
    is_picture = PurePosixPath(entry.path).suffix.lower() in PICTURE_SUFFIXES
    return stat.S_ISREG(entry.mode) and entry.size <= MAX_PICTURE_BYTES and not is_picture
