"""A ledger in a folder: ``log/`` events, ``issued/`` credentials, ``state/`` status lists.

The event file is the commit point: a credential without its event does not exist and is written
again, with the same bytes, by the next run. One run at a time holds the lock.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from obit_build import durable
from obit_build.errors import LedgerError, PublishError
from obit_build.ledger import FIX
from obit_build.ledger_replay import Replay

_EVENT = re.compile(r"[0-9]{8}\.json")
_ID = re.compile(r"[a-z2-7]{32}")
_STATUS = re.compile(r"status/[a-z0-9-]+/[0-9]+(-suspension)?\.json")


class FolderStore:
    """Reads and appends to a ledger below ``root``; creates nothing until something is appended."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def exists(self) -> bool:
        """Whether there is a first event."""
        return (self.root / "log" / "00000001.json").is_file()

    def replay(self) -> Replay:
        """Read and verify the whole chain; raise LedgerError where it is broken."""
        total = Replay()
        for data in self._events():
            total.apply(data)
        return total

    def _events(self) -> Iterator[bytes]:
        folder = self.root / "log"
        if not folder.is_dir():
            return
        names = sorted(p.name for p in folder.iterdir() if not p.name.startswith(durable.TEMPORARY))
        for number, name in enumerate(names, start=1):
            if not _EVENT.fullmatch(name) or int(name[:8]) != number:
                raise LedgerError(f"the ledger has {name} where event {number} belongs", fix=FIX)
            yield self._read(folder / name)

    def _read(self, path: Path) -> bytes:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as file:
                return file.read()
        except OSError as error:
            raise LedgerError(
                f"{path.name} of the ledger can't be read: {error.strerror}", fix=FIX
            ) from error

    def append(self, number: int, event: bytes) -> None:
        """Commit one event as number ``number`` (from 1)."""
        path = self.root / "log" / f"{number:08d}.json"
        try:
            durable.write(path, event, new=True)
        except FileExistsError:
            raise LedgerError(
                f"event {number} was written by another run", fix="run the command again"
            ) from None

    def empty(self) -> None:
        """Throw a preview away. A ledger of real credentials is never emptied."""
        if self.replay().ledger().mode != "preview":
            raise LedgerError("only a preview can start over", fix="leave the ledger as it is")
        discarded = self.root / ".discarded"
        shutil.rmtree(discarded, ignore_errors=True)
        (self.root / "log").rename(discarded)  # all events at once, so that no half chain is left
        for folder in (discarded, self.root / "issued", self.root / "state"):
            shutil.rmtree(folder, ignore_errors=True)

    def _credential_path(self, award_id: str, suffix: str = "json") -> Path:
        if not _ID.fullmatch(award_id):
            raise LedgerError("the ledger names an award with a malformed id", fix=FIX)
        return self.root / "issued" / award_id[:2] / f"{award_id}.{suffix}"

    def put_credential(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential; its event makes it count."""
        durable.write(self._credential_path(award_id), text)

    def put_token(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential's token; the award's event makes it count."""
        durable.write(self._credential_path(award_id, "jwt"), text)

    def credential(self, award_id: str, sha256: str) -> bytes:
        """Return the bytes of an issued credential; they must have the hash that its event says."""
        return self._issued(award_id, sha256, "json")

    def token(self, award_id: str, sha256: str) -> bytes:
        """Return the bytes of an issued token; they must have the hash that its event says."""
        return self._issued(award_id, sha256, "jwt")

    def _issued(self, award_id: str, sha256: str, suffix: str) -> bytes:
        data = self._read(self._credential_path(award_id, suffix))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LedgerError(f"the credential {award_id} was changed after it was issued", fix=FIX)
        return data

    def _status_path(self, path: str) -> Path:
        if not _STATUS.fullmatch(path):
            raise LedgerError("the ledger names a status list with a malformed address", fix=FIX)
        return self.root / "state" / path

    def put_status(self, path: str, text: bytes) -> None:
        """Keep a signed status list under its path on the site."""
        durable.write(self._status_path(path), text)

    def status(self, path: str) -> bytes | None:
        """Return a signed status list, or None if it was never signed."""
        file = self._status_path(path)
        return self._read(file) if file.is_file() else None

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
