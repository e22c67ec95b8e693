"""The bytes of a centre's files: in memory, but for the award files of a centre that has very many.

Of a hundred thousand awards the files are 22 MB, and they are wanted a line at a time. Beyond some
size they lie on a shelf: whoever asks for a file, or for a piece of it, gets it from there.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from obit_build.reading.places import Kept

AWARD_FILE = re.compile(r"badges/([^/]+)/awards/[^/]+\.yaml")
MOST_IN_MEMORY = 4 << 20
"""Bytes of award files, of some 16 000 awards; if there are more, none of them is in memory."""


class Files(Mapping[str, bytes]):
    """Path → bytes, in the order in which they were added; ``shelf`` takes those that are not to be in memory."""

    def __init__(self, shelf: Callable[[bytes], Kept], most: int = MOST_IN_MEMORY) -> None:
        self._kept: dict[str, bytes | Kept] = {}
        self._shelf, self._room = shelf, most

    def add(self, path: str, data: bytes) -> None:
        """Add a file; raise PublishError if the shelf is full."""
        self._kept[path] = data
        if not AWARD_FILE.fullmatch(path):
            return
        if 0 <= self._room < len(data):  # from now on there is none
            for former in filter(AWARD_FILE.fullmatch, self._kept):
                self._kept[former] = self._shelf(self[former])
        elif self._room < 0:
            self._kept[path] = self._shelf(data)
        self._room -= len(data)

    def kept(self, path: str) -> bytes | Kept:
        """Return a file as it is kept."""
        return self._kept[path]

    def __getitem__(self, path: str) -> bytes:
        """Return a file's bytes; raise PublishError if they can't be read from the shelf."""
        kept = self._kept[path]
        return kept if isinstance(kept, bytes) else kept.part()

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)
