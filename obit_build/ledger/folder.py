"""A ledger in a folder: ``log/`` events, ``issued/`` credentials, ``state/`` what is signed again.

The event file is the commit point: a credential without its event does not exist and is written
again, with the same bytes, by the next run. One run at a time holds the lock.
"""

import datetime
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from obit_build import durable
from obit_build.errors import LedgerError, PublishError
from obit_build.ledger.files import LedgerReader, LedgerWriter, Staged, in_turn, taken
from obit_build.ledger.ledger import FIX

SHOWN = ".shown"
"""A note beside a preview's ledger: what it was last seen to show."""
_AT_ONCE = 1 << 20


class FolderStore(LedgerWriter):
    """Reads and appends to a ledger below ``root``; creates nothing until something is appended."""

    tip: str | None = None
    """A folder has no commits."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prepared: Mapping[str, bytes] = {}
        self._gone: tuple[str, ...] = ()

    def events(self) -> Iterator[bytes]:
        """Yield the bytes of all events in order; raise LedgerError where one is missing."""
        folder = self.root / "log"
        if not folder.is_dir():
            return
        found = os.listdir(folder)  # noqa: PTH208 - a Path for each takes as long as reading the file
        names = (name for name in found if not name.startswith(durable.TEMPORARY))
        for name in in_turn(names):
            yield _read(f"{folder}/{name}")

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is no such file; links are not followed."""
        try:
            return _bytes(f"{self.root}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise _unreadable(path, error) from error

    def write(self, path: str, data: bytes, *, new: bool = False) -> None:
        """Write a file so that it is whole or not there; an event is never written over."""
        try:
            durable.write(self.root / path, data, new=new)
        except FileExistsError:
            raise taken(path) from None

    def remove(self, path: str) -> None:
        """Remove a file and what an interrupted run left of it."""
        durable.remove(self.root / path)

    def prepare(self, staged: Staged, at: datetime.datetime) -> LedgerReader:
        """Take what a run adds; return the ledger as it will be."""
        del at  # files have no date of their own
        self._prepared, self._gone = staged.files, staged.gone
        return staged

    def publish(self) -> None:
        """Write what was prepared in the order in which it was made, an event after its credential.

        What was withdrawn goes last, when its event is there.
        Whatever stops it, the next run goes on from there.
        """
        for path, data in self._prepared.items():
            self.write(path, data, new=path.startswith("log/"))
        for path in self._gone:
            self.remove(path)

    def empty(self) -> None:
        """Throw a preview away. A ledger of real credentials is never emptied."""
        if self.replay().ledger().mode != "preview":
            raise LedgerError("only a preview can start over", fix="leave the ledger as it is")
        discarded = self.root / ".discarded"
        shutil.rmtree(discarded, ignore_errors=True)
        (self.root / "log").rename(discarded)  # all events at once, so that no half chain is left
        for folder in (discarded, self.root / "issued", self.root / "state"):
            shutil.rmtree(folder, ignore_errors=True)

    def shown(self) -> str:
        """Return the digest of what this preview was last seen to show; nothing if there is none."""
        try:
            return (self.root / SHOWN).read_text("ascii")
        except (OSError, ValueError):
            return ""

    def note_shown(self, digest: str) -> None:
        """Keep a digest of what this preview shows: a note that saves time, and no part of the ledger."""
        if digest != self.shown():
            with suppress(OSError):
                (self.root / SHOWN).write_text(digest, "ascii")
                (self.root / SHOWN).chmod(0o644)  # whatever the umask says

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out; raise LedgerError at once if one is in."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        except OSError as error:
            raise PublishError(
                f"the ledger can't be written: {error.strerror}", fix=durable.FIX
            ) from error
        try:
            self._take(descriptor)
            for folder in (self.root / "log", self.root / "state"):
                durable.clear_leftovers(folder)
            yield
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LedgerError(
                "another obit is issuing into this ledger", fix="wait until it has finished"
            ) from None


def _read(path: str) -> bytes:
    try:
        return _bytes(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _bytes(path: str) -> bytes:
    """Read a whole file, and not through a link; with few calls, since a ledger has very many files."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        parts = [os.read(descriptor, os.fstat(descriptor).st_size + 1)]
        while parts[-1]:
            parts.append(os.read(descriptor, _AT_ONCE))
    finally:
        os.close(descriptor)
    return b"".join(parts)


def _unreadable(path: str, error: OSError) -> LedgerError:
    name = path.rpartition("/")[2]
    return LedgerError(f"{name} of the ledger can't be read: {error.strerror}", fix=FIX)
