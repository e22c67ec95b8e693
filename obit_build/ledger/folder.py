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
from obit_build.ledger.files import (
    LedgerReader,
    LedgerWriter,
    Staged,
    credential_file,
    event_file,
    in_turn,
    taken,
)
from obit_build.ledger.ledger import FIX, IssuedAward, Ledger
from obit_build.ledger.replay import Replay
from obit_build.ledger.resumed import TOTAL, leave, resumed
from obit_build.ledger.watch import LOCK, Seal, Watch, instant, next_instant, sealed
from obit_build.remembered import Remembered

SHOWN = ".shown"
"""A note beside a preview's ledger: what it was last seen to show."""
_AT_ONCE = 1 << 20


class FolderStore(LedgerWriter):
    """Reads and appends to a ledger below ``root``; creates nothing until something is appended."""

    tip: str | None = None
    """A folder has no commits."""

    def __init__(self, root: Path, remembered: Remembered | None = None) -> None:
        self.root = root
        self._remembered = remembered or Remembered()
        self._former = resumed(self._remembered)
        self._watch = Watch(root, self._former.seal if self._former else ())
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

    def replay(self) -> Replay:
        """Read and verify the whole chain, unless nobody was at it since the run before did; raise LedgerError."""
        self._remembered.since = instant(self.root)
        if self._former and self._watch.holds_events(self._former.size, self._former.head):
            ledger = self._former.ledger()
            if ledger:
                return Replay.of(ledger)
        return super().replay()

    def hold(self, award: IssuedAward) -> None:
        """Raise LedgerError unless credential and token of an award are what was issued, as far as anybody was at them."""
        holds = self._watch.holds
        is_held = holds(credential_file(award.id)) and (
            award.token_sha256 is None or holds(credential_file(award.id, "jwt"))
        )
        if not is_held:
            super().hold(award)

    def leave(self, ledger: Ledger) -> Seal:
        """Remember for the next run what a ledger adds up to of which this run has held all files; return its seal."""
        former, remembered = self._former, self._remembered
        is_as_before = former and former.head == ledger.head and self._watch.is_calm
        if former and is_as_before and remembered.has(f"{TOTAL}/0"):
            return former.seal
        seal = sealed(self.root, remembered.since)
        leave(ledger, seal, remembered)
        return seal

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
        begins = event_file(1) in self._prepared
        for path, data in self._prepared.items():
            self.write(path, data, new=path.startswith("log/"))
        for path in self._gone:
            self.remove(path)
        if begins:  # all of it is this run's own
            self._remembered.since = next_instant(self.root)

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
            descriptor = os.open(self.root / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
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
