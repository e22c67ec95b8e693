"""What Git knows about the past: revisions, what changed since one, and its files.

Everything is read from Git's objects and none is checked out, so that filters, hooks and links of
a contributor's branch do nothing (threats T2, T35). A history that was fetched in part is refused
where an answer would depend on the rest of it.
"""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from obit_build.errors import GitError
from obit_build.git.head import ask, is_shallow

MAX_TREE_BYTES = 64 * 1024 * 1024
"""Of the list of a commit's files."""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DEEPEN = "fetch the whole history: git fetch --unshallow (fetch-depth: 0 in a workflow)"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file of a commit; its name is as Git keeps it, bytes that are no UTF-8 included."""

    path: str
    mode: int
    """As ``st_mode``: a regular file, a link, or 0o160000 for a submodule."""
    blob: str
    size: int


def commit_of(root: Path, revision: str) -> str:
    """Return the id of the commit that a branch, a tag or an id stands for."""
    said = ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    commit = (said or b"").decode("ascii", "replace").strip()
    if not _COMMIT.fullmatch(commit):
        if ask(root, "rev-parse", "--git-dir") is None:
            raise GitError(
                "this folder is not in a Git repository, so there is nothing to compare with",
                fix="run obit in a clone of the centre's repository, or leave --base out",
            )
        raise GitError(
            f"Git knows no revision {_quoted(revision)} here",
            fix="fetch it first, or write another branch, tag or commit",
        )
    return commit


def merge_base(root: Path, revision: str) -> str:
    """Return the last commit that the checked-out one and ``revision`` have in common."""
    said = ask(root, "merge-base", "HEAD", commit_of(root, revision))
    commit = (said or b"").decode("ascii", "replace").strip()
    if not _COMMIT.fullmatch(commit):
        raise GitError(
            f"the history here does not reach back to what it has in common with {_quoted(revision)}",
            fix=_DEEPEN,
        )
    return commit


def first_parent(root: Path, commit: str) -> str | None:
    """Return the commit before this one on its own branch; None for the very first.

    Raises GitError where the history is cut off there: the first of what was fetched is not the first.
    """
    raw = commit_object(root, commit)
    found = re.search(rb"^parent ([0-9a-f]{40,64})$", raw.partition(b"\n\n")[0], re.MULTILINE)
    if found is None:
        return None
    parent = found[1].decode()
    if ask(root, "cat-file", "-e", parent) is None:
        raise GitError(f"the commit before {commit[:12]} is not here", fix=_DEEPEN)
    return parent


def is_here(root: Path, commit: str) -> bool:
    """Tell whether the clone holds this commit."""
    return ask(root, "cat-file", "-e", commit + "^{commit}") is not None


def commit_object(root: Path, commit: str) -> bytes:
    """Return a commit as Git keeps it: headers, its signature among them, and message."""
    raw = ask(root, "cat-file", "commit", commit)
    if raw is None:
        raise GitError(f"the commit {_quoted(commit[:12])} is not here", fix=_DEEPEN)
    return raw


def folder_in_repository(root: Path) -> str:
    """Return where ``root`` lies in its Git repository: empty, or a path that ends in a slash."""
    said = ask(root, "rev-parse", "--show-prefix")
    return (said or b"").decode("utf-8", "surrogateescape").removesuffix("\n")


def changed_since(root: Path, commit: str) -> frozenset[str]:
    """Return the files of ``root`` that are not as they were in ``commit``, new ones included."""
    different = ask(
        root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--ignore-submodules=all", "--relative", commit, "--",
    )  # fmt: skip
    unknown = ask(root, "ls-files", "-z", "--others", "--exclude-standard")
    if different is None or unknown is None:
        raise GitError(f"Git can't compare the files with {commit[:12]}", fix=_DEEPEN)
    names = (different + unknown).decode("utf-8", "surrogateescape")
    return frozenset(name for name in names.split("\0") if name)


def commits_that_changed(root: Path, base: str, path: str) -> tuple[str, ...]:
    """Return the commits since ``base``, or ever, that changed this file of ``root``, newest first.

    A merge counts if its file is like none of its parents': it holds what no branch held.
    """
    said = ask(
        root, "log", "--full-history", "--no-show-signature", "--format=%H %P",
        f"{base}..HEAD" if base else "HEAD", "--", f":(literal){path}",
    )  # fmt: skip
    if said is None:
        raise GitError(
            f"Git can't tell what changed since {base[:12] or 'the beginning'}", fix=_DEEPEN
        )
    found = [line.split() for line in said.decode("ascii").splitlines()]
    full_path = folder_in_repository(root) + path
    return tuple(
        commit
        for commit, *parents in found
        if len(parents) < 2
        or _blob(root, commit, full_path) not in {_blob(root, p, full_path) for p in parents}
    )


def before_last_change(root: Path, path: str) -> str:
    """Return the commit before the one that last changed this file on the branch itself.

    A merge is one change of the branch. Empty if the file was there from the first commit on.
    """
    said = ask(
        root, "log", "--first-parent", "-1", "--no-show-signature", "--format=%H", "HEAD", "--",
        f":(literal){path}",
    )  # fmt: skip
    commit = (said or b"").decode("ascii", "replace").strip()
    return (first_parent(root, commit) or "") if commit else ""


def last_changes(root: Path, pattern: str) -> dict[str, datetime.datetime]:
    """Return when the branch last changed each file of ``root`` that fits a pattern, by its path.

    A merge is one change of the branch. Empty without a history, or with one that is cut off: its
    first commit would seem to have changed everything. Files that are gone are among the answers.
    """
    if is_shallow(root):
        return {}
    said = ask(
        root, "log", "--first-parent", "--no-renames", "--no-show-signature", "--no-ext-diff",
        "--format=%x01%ct", "--name-only", "-z", "--relative", "HEAD", "--", f":(glob){pattern}",
    )  # fmt: skip
    found: dict[str, datetime.datetime] = {}
    at: datetime.datetime | None = None
    for part in (said or b"").decode("utf-8", "surrogateescape").split("\0"):
        text = part.removeprefix("\n")
        if text.startswith("\x01"):
            at = datetime.datetime.fromtimestamp(int(text[1:]), datetime.UTC)
        elif text and at is not None:
            found.setdefault(text, at)  # the newest comes first
    return found


def _blob(root: Path, commit: str, full_path: str) -> bytes | None:
    return ask(root, "rev-parse", "--verify", "--quiet", f"{commit}:{full_path}")


def tree_of(root: Path, commit: str, names: tuple[str, ...]) -> list[TreeEntry]:
    """List the files of ``root`` in a commit, below the given names at its top."""
    tree = f"{commit}:{folder_in_repository(root)}"
    if ask(root, "cat-file", "-e", tree) is None:
        commit_object(root, commit)  # refuses a commit that is not here
        return []
    said = ask(root, "ls-tree", "-r", "-l", "-z", "--full-tree", tree, *names)
    if said is None or len(said) > MAX_TREE_BYTES:
        raise GitError(
            f"the list of files of {commit[:12]} can't be read",
            fix="see that git fsck finds no fault",
        )
    entries = []
    for row in said.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        about, _, path = row.partition("\t")
        mode, _, blob, size = about.split()
        entries.append(TreeEntry(path, int(mode, 8), blob, int(size) if size.isdigit() else 0))
    return entries


def blobs(root: Path, names: list[str]) -> list[bytes]:
    """Return the contents of Git's objects, in the order in which they are named."""
    said = ask(root, "cat-file", "--batch", feed="".join(f"{name}\n" for name in names).encode())
    found: list[bytes] = []
    rest = memoryview(said or b"")
    for name in names:
        header, newline, _ = bytes(rest[:120]).partition(b"\n")
        words = header.split()
        if not newline or len(words) != 3 or words[0].decode() != name:
            raise GitError(
                f"the file {name[:12]} is missing from Git's objects",
                fix="see that git fsck finds no fault",
            )
        begin, size = len(header) + 1, int(words[2])
        found.append(bytes(rest[begin : begin + size]))
        rest = rest[begin + size + 1 :]
    return found


def _quoted(text: str) -> str:
    """Show what somebody typed, with nothing in it that acts on a terminal."""
    return '"' + "".join(c if c.isprintable() else "?" for c in text[:80]) + '"'
