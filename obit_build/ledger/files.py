"""A ledger as files: what lies where, read and appended to the same way in a folder and in Git.

``log/`` holds events, ``issued/`` credentials, ``state/`` status lists and the checkpoint. A
subclass says how one file is read; names that don't belong are refused before they are used.
"""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, MutableMapping

from obit_build.errors import LedgerError
from obit_build.ledger.ledger import FIX, IssuedAward
from obit_build.ledger.replay import Replay

CHECKPOINT = "state/checkpoint"
_EVENT = re.compile(r"[0-9]{8}\.json")
_ID = re.compile(r"[a-z2-7]{32}")
_STATUS = re.compile(r"status/[a-z0-9-]+/[0-9]+(-suspension)?\.json")


def event_file(number: int) -> str:
    """Path of event ``number`` (from 1)."""
    return f"log/{number:08d}.json"


def credential_file(award_id: str, suffix: str = "json") -> str:
    """Path of a credential (``json``) or its token (``jwt``); raise LedgerError for a malformed id."""
    if not _ID.fullmatch(award_id):
        raise LedgerError("the ledger names an award with a malformed id", fix=FIX)
    return f"issued/{award_id[:2]}/{award_id}.{suffix}"


def status_file(path: str) -> str:
    """Path of the status list that the site has at ``path``; raise LedgerError for another path."""
    if not _STATUS.fullmatch(path):
        raise LedgerError("the ledger names a status list with a malformed address", fix=FIX)
    return f"state/{path}"


def in_turn(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of ``log/`` in order; raise LedgerError where one is not the next event's."""
    for number, name in enumerate(sorted(names), start=1):
        if not _EVENT.fullmatch(name) or int(name[:8]) != number:
            raise LedgerError(f"the ledger has {name[:80]} where event {number} belongs", fix=FIX)
        yield name


class LedgerReader(ABC):
    """Reads a ledger, wherever its files are."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is no such file."""

    @abstractmethod
    def events(self) -> Iterator[bytes]:
        """Yield the bytes of all events in order; raise LedgerError where one is missing."""

    def exists(self) -> bool:
        """Whether there is a first event."""
        return self.read(event_file(1)) is not None

    def replay(self) -> Replay:
        """Read and verify the whole chain; raise LedgerError where it is broken."""
        total = Replay()
        for data in self.events():
            total.apply(data)
        return total

    def event(self, number: int) -> bytes:
        """Return the bytes of event ``number`` (from 1)."""
        return self._there(event_file(number))

    def _there(self, path: str) -> bytes:
        data = self.read(path)
        if data is None:
            name = path.rpartition("/")[2]
            raise LedgerError(
                f"{name} of the ledger can't be read: No such file or directory", fix=FIX
            )
        return data

    def credential(self, award_id: str, sha256: str) -> bytes:
        """Return the bytes of an issued credential; they must have the hash that its event says."""
        return self._issued(award_id, sha256, "json")

    def token(self, award_id: str, sha256: str) -> bytes:
        """Return the bytes of an issued token; they must have the hash that its event says."""
        return self._issued(award_id, sha256, "jwt")

    def hold(self, award: IssuedAward) -> None:
        """Raise LedgerError unless credential and token of an award are what was issued."""
        if award.state != "withdrawn":
            self.credential(award.id, award.sha256)
            if award.token_sha256:
                self.token(award.id, award.token_sha256)

    def _issued(self, award_id: str, sha256: str, suffix: str) -> bytes:
        data = self._there(credential_file(award_id, suffix))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LedgerError(f"the credential {award_id} was changed after it was issued", fix=FIX)
        return data

    def status(self, path: str) -> bytes | None:
        """Return a signed status list, or None if it was never signed."""
        return self.read(status_file(path))

    def checkpoint(self) -> bytes | None:
        """Return the signed checkpoint, or None if there is none yet."""
        return self.read(CHECKPOINT)


class LedgerWriter(LedgerReader):
    """Appends to a ledger as well."""

    @abstractmethod
    def write(self, path: str, data: bytes, *, new: bool = False) -> None:
        """Keep a file; with ``new``, raise LedgerError if there is one."""

    @abstractmethod
    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""

    def append(self, number: int, event: bytes) -> None:
        """Add one event as number ``number`` (from 1)."""
        self.write(event_file(number), event, new=True)

    def put_credential(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential; its event makes it count."""
        self.write(credential_file(award_id), text)

    def put_token(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential's token; the award's event makes it count."""
        self.write(credential_file(award_id, "jwt"), text)

    def drop_credential(self, award_id: str) -> None:
        """Remove the bytes of a withdrawn credential and of its token; the chain holds hashes only."""
        for suffix in ("json", "jwt"):
            self.remove(credential_file(award_id, suffix))

    def put_status(self, path: str, text: bytes) -> None:
        """Keep a signed status list under its path on the site."""
        self.write(status_file(path), text)

    def put_checkpoint(self, text: bytes) -> None:
        """Keep the signed checkpoint."""
        self.write(CHECKPOINT, text)


def taken(path: str) -> LedgerError:
    """Return the error for an event that somebody else wrote first."""
    number = int(path.removeprefix("log/").removesuffix(".json"))
    return LedgerError(f"event {number} was written by another run", fix="run the command again")


class Staged(LedgerWriter):
    """A ledger and what a run changes in it, before anything of it is kept.

    ``files`` is where that waits, in memory unless told.
    """

    def __init__(self, base: LedgerReader, files: MutableMapping[str, bytes] | None = None) -> None:
        self._base = base
        self._files: MutableMapping[str, bytes] = {} if files is None else files
        self._gone: dict[str, None] = {}
        self._newest: int | None = None
        """The number of the last event that was put on the stage."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """What was added or written again: path → bytes, in the order in which it was first written."""
        return self._files

    @property
    def gone(self) -> tuple[str, ...]:
        """The files of the ledger that are removed."""
        return tuple(self._gone)

    def read(self, path: str) -> bytes | None:
        """Return a file of the stage, else of the ledger."""
        if path in self._gone:
            return None
        staged = self._files.get(path)
        return self._base.read(path) if staged is None else staged

    def events(self) -> Iterator[bytes]:
        """Yield the ledger's events, then those of the stage."""
        yield from self._base.events()
        for path in sorted(self._files):
            if path.startswith("log/"):
                yield self._files[path]

    def append(self, number: int, event: bytes) -> None:
        """Put one event on the stage; where the one before it was free in the ledger, this one is."""
        if number - 1 == self._newest:
            self.write(event_file(number), event)
        else:
            super().append(number, event)
        self._newest = number

    def write(self, path: str, data: bytes, *, new: bool = False) -> None:
        """Put a file on the stage."""
        if new and self.read(path) is not None:
            raise taken(path)
        self._files[path] = data
        self._gone.pop(path, None)

    def remove(self, path: str) -> None:
        """Take a file off the stage and off the ledger."""
        self._files.pop(path, None)
        if self._base.read(path) is not None:
            self._gone[path] = None
