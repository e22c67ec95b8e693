"""Files that wait to be written, kept in one temporary file instead of in memory.

A run keeps all that it signs until the last of it is sound: of a hundred thousand awards that is
half a gigabyte. The temporary file has no name, so nobody else can open it, and it is gone with the process.
The paths are in it, too: in memory there are some thirty bytes for each file, by which it is found again.
"""

import contextlib
import os
import struct
import tempfile
import weakref
from array import array
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Self

from obit_build.durable import FIX
from obit_build.errors import PublishError
from obit_build.numbering import Numbers

_AT_ONCE = 1 << 20
_LENGTH_BITS = 32
MAX_PATH = 255
_HEADER = struct.Struct("<B")
"""The length of a path, which comes next; then the file."""
_DROPPED = (1 << 64) - 1


def _refused(error: OSError) -> PublishError:
    return PublishError(f"what is being signed can't be written: {error.strerror}", fix=FIX)


class Shelf:
    """Takes bytes, and gives back what reads them again; its file is there as long as anybody may ask."""

    def __init__(self) -> None:
        self._descriptor: int | None = None
        self._end = 0

    def put(self, data: bytes) -> "Shelved":
        """Keep some bytes; raise PublishError if the disk is full."""
        try:
            if self._descriptor is None:
                self._descriptor = _nameless()
                weakref.finalize(self, os.close, self._descriptor)
            start, view = self._end, memoryview(data)
            while view:
                written = os.pwrite(self._descriptor, view, self._end)
                self._end += written
                view = view[written:]
        except OSError as error:
            raise _not_kept(error) from error
        return Shelved(self, start, len(data))

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes between two places; raise PublishError if the disk refuses."""
        if self._descriptor is None:
            return b""
        try:
            return os.pread(self._descriptor, end - start, start)
        except OSError as error:
            raise _not_kept(error) from error


class Shelved:
    """Some bytes on a shelf."""

    __slots__ = ("_end", "_shelf", "_start")

    def __init__(self, shelf: Shelf, start: int, length: int) -> None:
        self._shelf, self._start, self._end = shelf, start, start + length

    def part(self, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes from ``start`` up to ``end``, or to their end."""
        last = self._end if end is None else min(self._start + end, self._end)
        return self._shelf.read(self._start + start, last)


def _nameless() -> int:
    """Open a temporary file that nobody else can, and that is gone with the process."""
    with tempfile.TemporaryFile(buffering=0) as file:
        return os.dup(file.fileno())


def _not_kept(error: OSError) -> PublishError:
    return PublishError(
        f"the award files can't be kept in {tempfile.gettempdir()}: {error.strerror}",
        fix="free some space there, or set TMPDIR to a folder on another disk",
    )


class Spool(MutableMapping[str, bytes]):
    """Path → bytes, in the order in which the paths were first written; close it after use."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=_AT_ONCE)  # noqa: SIM115 - __exit__ closes it
        self._end = self._written = 0
        self._numbers = Numbers()
        self._places = array("Q")
        """Where each file's record begins and how long it is, as one number; or that it was dropped."""
        self._dropped = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # what was not written by now, nobody will read
            self._file.close()

    def __getitem__(self, path: str) -> bytes:
        """Read a file back; raise PublishError if the disk refuses."""
        return self._found(path)[1]

    def _found(self, path: str) -> tuple[int, bytes]:
        """Return the number of a path, and its file."""
        name = path.encode()
        end = _HEADER.size + len(name)
        for number in self._numbers.find(hash(path)):
            if self._places[number] != _DROPPED:
                record = self._read(number)
                if record[_HEADER.size : end] == name and record.startswith(
                    _HEADER.pack(len(name))
                ):
                    return number, record[end:]
        raise KeyError(path)

    def _path(self, number: int) -> str:
        start = self._read(number, _HEADER.size + MAX_PATH)
        return start[_HEADER.size :][: _HEADER.unpack_from(start)[0]].decode()

    def _read(self, number: int, most: int = 1 << _LENGTH_BITS) -> bytes:
        """Read a record, or how it begins."""
        start, length = divmod(self._places[number], 1 << _LENGTH_BITS)
        try:
            if start + length > self._written:
                self._file.flush()
                self._written = self._end
            return os.pread(self._file.fileno(), min(length, most), start)
        except OSError as error:
            raise _refused(error) from error

    def __setitem__(self, path: str, data: bytes) -> None:
        """Keep a file; one that is kept again leaves a gap. Raise PublishError if the disk is full.

        A path has at most MAX_PATH bytes.
        """
        name = path.encode()
        record = _HEADER.pack(len(name)) + name + data
        try:
            self._file.write(record)
        except OSError as error:
            raise _refused(error) from error
        place = self._end << _LENGTH_BITS | len(record)
        self._end += len(record)
        try:
            self._places[self._found(path)[0]] = place
        except KeyError:
            self._numbers.add(hash(path))
            self._places.append(place)

    def __delitem__(self, path: str) -> None:
        """Forget a file."""
        self._places[self._found(path)[0]] = _DROPPED
        self._dropped += 1

    def __contains__(self, path: object) -> bool:
        return any(
            self._places[number] != _DROPPED and self._path(number) == path
            for number in self._numbers.find(hash(path))
        )

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        for number in range(len(self._places)):
            if self._places[number] != _DROPPED:
                yield self._path(number)

    def __len__(self) -> int:
        return len(self._places) - self._dropped
