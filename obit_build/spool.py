"""Files that wait to be written, kept in one temporary file instead of in memory.

A run keeps all that it signs until the last of it is sound: of a hundred thousand awards that is
half a gigabyte. The temporary file has no name, so nobody else can open it, and it is gone with the process.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Self

from obit_build.durable import FIX
from obit_build.errors import PublishError

_AT_ONCE = 1 << 20
_LENGTH_BITS = 32


def _refused(error: OSError) -> PublishError:
    return PublishError(f"what is being signed can't be written: {error.strerror}", fix=FIX)


class Spool(MutableMapping[str, bytes]):
    """Path → bytes, in the order in which the paths were first written; close it after use."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=_AT_ONCE)  # noqa: SIM115 - __exit__ closes it
        self._end = self._written = 0
        self._places: dict[str, int] = {}
        """Where each file begins and how long it is, as one number, of which there are very many."""

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
        start, length = divmod(self._places[path], 1 << _LENGTH_BITS)
        try:
            if start + length > self._written:
                self._file.flush()
                self._written = self._end
            return os.pread(self._file.fileno(), length, start)
        except OSError as error:
            raise _refused(error) from error

    def __setitem__(self, path: str, data: bytes) -> None:
        """Keep a file; one that is kept again leaves a gap. Raise PublishError if the disk is full."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _refused(error) from error
        self._places[path] = self._end << _LENGTH_BITS | len(data)
        self._end += len(data)

    def __delitem__(self, path: str) -> None:
        """Forget a file."""
        del self._places[path]

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
