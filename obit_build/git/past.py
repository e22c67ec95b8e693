"""Everything that Git keeps of a repository's past: each version of each file, and each message.

All branches, tags and remote branches of the clone count. Objects are read by plumbing, in
portions, so that a long history never stands in memory as a whole. What is larger than the cap is
counted and not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from obit_build.errors import GitError
from obit_build.git.head import ask, is_shallow
from obit_build.git.history import blobs

MAX_OBJECTS = 2_000_000
MAX_BYTES = 2 * 1024 * 1024
"""Of one object: no file that obit reads as text is larger."""
PORTION = 16 * 1024 * 1024
_FIX = "see that git fsck finds no fault"


@dataclass(frozen=True, slots=True)
class Former:
    """One version of a file, or a message: a commit's or a tag's."""

    name: str
    """The object's id."""
    path: str
    """Empty for a message."""
    data: bytes


@dataclass(slots=True)
class Past:
    """The past of the clone around a folder."""

    root: Path
    too_large: int = 0
    """How many objects were not read."""

    def objects(self) -> Iterator[Former]:
        """Yield every version of every file once, and every message.

        Raises GitError without a repository, or with a history that is cut off.
        """
        portion: list[tuple[str, str, bool]] = []
        size = 0
        for name, path, kind, length in self._listed():
            if kind not in ("blob", "commit", "tag"):
                continue
            if length > MAX_BYTES:
                self.too_large += 1
                continue
            portion.append((name, path, kind == "blob"))
            size += length
            if size >= PORTION:
                yield from self._read(portion)
                portion, size = [], 0
        yield from self._read(portion)

    def _listed(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield id, path, kind and size of everything that can be reached."""
        if is_shallow(self.root):
            raise GitError(
                "the history here is cut off",
                fix="fetch the whole history: git fetch --unshallow (fetch-depth: 0 in a workflow)",
            )
        said = ask(self.root, "rev-list", "--all", "--objects")
        if said is None:
            raise GitError(
                "there is no history here: Git knows no repository", fix="run it in a clone"
            )
        rows = said.splitlines()
        if len(rows) > MAX_OBJECTS:
            raise GitError(
                f"the history has more than {MAX_OBJECTS} objects", fix="look through parts of it"
            )
        names = [row.partition(b" ") for row in rows]
        feed = b"".join(name + b"\n" for name, _, _ in names)
        sizes = ask(self.root, "cat-file", "--batch-check=%(objecttype) %(objectsize)", feed=feed)
        answers = (sizes or b"").decode("ascii", "replace").splitlines()
        if len(answers) != len(names):
            raise GitError("Git can't read its own history", fix=_FIX)
        for (name, _, path), answer in zip(names, answers, strict=True):
            kind, _, length = answer.partition(" ")
            if not length.isdigit():
                raise GitError("Git can't read its own history", fix=_FIX)
            yield name.decode(), path.decode("utf-8", "surrogateescape"), kind, int(length)

    def _read(self, portion: list[tuple[str, str, bool]]) -> Iterator[Former]:
        contents = blobs(self.root, [name for name, _, _ in portion]) if portion else []
        for (name, path, is_file), data in zip(portion, contents, strict=True):
            # What stands above a message names its author, as every commit does.
            yield (
                Former(name, path, data)
                if is_file
                else Former(name, "", data.partition(b"\n\n")[2])
            )

    def commit_with(self, blob: str) -> str:
        """Return the first twelve digits of the latest commit that brought or removed a blob."""
        said = ask(
            self.root, "log", "--all", "-1", "--no-show-signature", "--format=%H", f"--find-object={blob}",
            "-m", "--no-ext-diff", "--no-textconv",
        )  # fmt: skip
        return (said or b"").decode("ascii", "replace").strip()[:12]
