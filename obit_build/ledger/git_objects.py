"""Git's objects: what a commit's tree holds, the bytes of its files, and a new commit on top.

Plumbing only: filters, attributes, hooks and the index take no part, and the time, the author and
the message of a commit are given, so that its id follows from what is in it.
"""

import datetime
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO

from obit_build.errors import GitError, LedgerError
from obit_build.harmless import shown
from obit_build.ledger.git_runner import FIX_DISK, LOCAL_SECONDS, Git, end, reason
from obit_build.ledger.ledger import FIX

AUTHOR = "obit <obit@localhost>"
AT_ONCE = 256
"""How many objects are asked for before the first is read: fewer than a pipe holds."""
MAX_OBJECT = 16 * 1024 * 1024
_ENTRY = re.compile(rb"([0-7]{6}) [a-z]+ ([0-9a-f]{40,64})\t(.+)", re.DOTALL)
_CHANGE = re.compile(rb":[0-7]{6} ([0-7]{6}) [0-9a-f]+ ([0-9a-f]{40,64}) [A-Z][0-9]*", re.DOTALL)
_KINDS = {"120000": "a link", "160000": "a submodule", "100755": "a program"}


def listing(git: Git, commit: str) -> dict[str, str]:
    """Return path → object id of every file of a commit.

    Raises LedgerError for links, submodules and whatever else is not a plain file.
    """
    found: dict[str, str] = {}
    for raw in git.ask("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        entry = _ENTRY.fullmatch(raw)
        if entry is not None:
            found[_plain(entry[1], entry[3])] = entry[2].decode()
    return found


def changes(git: Git, former: str, commit: str) -> dict[str, str]:
    """Return path → object id of every file that ``commit`` adds to ``former`` or changes.

    Raises LedgerError for what is not a plain file; a file that is gone has only zeros as its id.
    """
    said = git.ask("diff-tree", "-r", "-z", "--no-renames", "--raw", former, commit).split(b"\0")
    found: dict[str, str] = {}
    for raw, path in zip(said[::2], said[1::2], strict=False):
        change = _CHANGE.fullmatch(raw)
        if change is not None:
            found[_plain(change[1], path)] = change[2].decode()
    return found


def _plain(mode: bytes, raw: bytes) -> str:
    path = raw.decode("utf-8", "replace")
    if mode not in (b"100644", b"000000"):
        what = _KINDS.get(mode.decode(), "no plain file")
        raise LedgerError(f"{shown(path)} of the ledger is {what}", fix=FIX)
    return path


class ObjectReader:
    """Reads objects through one ``git cat-file`` that stays open until :meth:`close`.

    A process that was forked starts one of its own: two readers would get each other's answers.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._start()

    def _start(self) -> None:
        self._process = self._git.start("cat-file", "--batch")
        self._reader = os.getpid()

    def close(self) -> None:
        """End the command."""
        end(self._process)

    def one(self, name: str) -> bytes:
        """Return the bytes of one object; raise GitError if it is not there."""
        return next(self.many((name,)))

    def many(self, names: Iterable[str]) -> Iterator[bytes]:
        """Yield the bytes of objects, in the order of their ids."""
        wanted = iter(names)
        while asked := list(islice(wanted, AT_ONCE)):
            yield from self._answers(asked)

    def _answers(self, asked: list[str]) -> list[bytes]:
        """Ask for some objects; all are read before the first is used, so that none is left over."""
        if self._reader != os.getpid():
            self._start()
        sending, receiving = self._process.stdin, self._process.stdout
        if sending is None or receiving is None:  # pragma: no cover - both are pipes
            raise GitError("git has no pipes", fix="report this as a bug")
        try:
            sending.write("".join(f"{name}\n" for name in asked).encode())
            sending.flush()
            return [_object(receiving) for _ in asked]
        except (OSError, ValueError, IndexError) as error:
            raise GitError("git did not give a file of the ledger", fix=FIX) from error


def _object(receiving: IO[bytes]) -> bytes:
    _, kind, size = receiving.readline().split()  # "<id> missing" is too short, and refused so
    if kind != b"blob" or int(size) > MAX_OBJECT:
        raise ValueError
    data = receiving.read(int(size) + 1)
    if len(data) != int(size) + 1:
        raise ValueError
    return data[:-1]


def commit_of(
    git: Git,
    parent: str | None,
    files: Mapping[str, bytes],
    at: datetime.datetime,
    message: str,
    *,
    gone: Iterable[str] = (),
) -> str:
    """Make a commit that adds, replaces or removes files on top of ``parent``; return its id.

    ``at`` is its date, as author's and as committer's. Nothing refers to it but this repository.
    """
    process = git.start("fast-import", "--force", "--quiet", "--done", "--date-format=raw")
    try:
        if process.stdin is not None:
            for part in _instructions(parent, files, at, message, gone):
                process.stdin.write(part)
        out, err = process.communicate(timeout=LOCAL_SECONDS)
    except BrokenPipeError:
        out, err = process.communicate(timeout=LOCAL_SECONDS)
    finally:
        end(process)
    if process.returncode != 0:
        said = reason(err.decode("utf-8", "replace"))
        raise GitError(f"the ledger's next commit can't be written: {said}", fix=FIX_DISK)
    return out.decode().strip()


def _instructions(
    parent: str | None,
    files: Mapping[str, bytes],
    at: datetime.datetime,
    message: str,
    gone: Iterable[str],
) -> Iterator[bytes]:
    """Write what ``git fast-import`` is told."""
    when = f"{AUTHOR} {int(at.timestamp())} +0000"
    yield b"commit refs/obit/next\nmark :1\n"
    yield f"author {when}\ncommitter {when}\n".encode()
    yield _data(message.encode())
    if parent is not None:
        yield f"from {parent}\n".encode()
    for path in sorted(gone):
        yield f"D {path}\n".encode()
    for path in sorted(files):
        yield f"M 100644 inline {path}\n".encode()
        yield _data(files[path])
    yield b"get-mark :1\ndone\n"


def _data(data: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(data), data)
