"""Whether anybody was at the files of a ledger in a folder since a run held all of them.

Each file and each folder is asked for the time at which the system last noted a change of it (``ctime``, which no
program can put back), as is done with a site. A folder that was touched may hold files from elsewhere, and one that is
another folder by now holds nothing else: then nothing is taken for granted. The events' last one is read, so that
what is said of one ledger is never believed of another.
"""

import contextlib
import hashlib
import os
import time
from pathlib import Path

LOG, ISSUED = "log", "issued"
LOCK = ".lock"
"""A file in the ledger's folder; touching it tells the time as its disk does."""
TICK, TICKS = 0.001, 20
"""Seconds, and how often to ask: a system counts time in steps of some thousandths."""
Seal = tuple[int, ...]
"""An instant (nanoseconds), then device and number of the folder of events and of that of credentials."""


def instant(root: Path) -> int | None:
    """Return the present time (nanoseconds) as the ledger's disk tells it, by which its files are judged."""
    lock = f"{root}/{LOCK}"
    try:
        os.utime(lock, follow_symlinks=False)
        return os.lstat(lock).st_ctime_ns
    except OSError:  # a copy, or a disk that can only be read
        return None


def next_instant(root: Path) -> int | None:
    """Wait until the ledger's disk tells a later time than that of what was just written; return it."""
    first = last = instant(root)
    for _ in range(TICKS):
        if last is None or last != first:
            break
        time.sleep(TICK)
        last = instant(root)
    return last


def sealed(root: Path, since: int | None) -> Seal:
    """Seal a ledger of which a run has held all files, itself, after the instant ``since``; or say that nobody can."""
    try:
        return (since, *_named(str(root))) if since else ()
    except OSError:
        return ()


class Watch:
    """Tells of the files of one ledger whether they are as they were when it was sealed."""

    def __init__(self, root: Path, seal: Seal) -> None:
        self._root = str(root)
        self._at, self._named = (seal[0], seal[1:]) if seal else (0, ())
        self._is_calm: bool | None = None

    @property
    def is_calm(self) -> bool:
        """Whether the folders are the same, and no file came, went or was exchanged."""
        if self._is_calm is None:
            self._is_calm = bool(self._at) and self._folders_are()
        return self._is_calm

    def _folders_are(self) -> bool:
        try:
            if _named(self._root) != self._named:
                return False
            with os.scandir(f"{self._root}/{ISSUED}") as found:
                below = [f"{ISSUED}/{entry.name}" for entry in found]
            return all(map(self._is_as_it_was, (LOG, ISSUED, *below)))
        except OSError:
            return False

    def holds(self, path: str) -> bool:
        """Whether this is a credential or a token that is there and that nobody was at; others are soon read."""
        return self.is_calm and path.startswith(f"{ISSUED}/") and self._is_as_it_was(path)

    def holds_events(self, size: int, head: str) -> bool:
        """Whether there are ``size`` events, the last has the SHA-256 ``head``, and nobody was at any."""
        if not self.is_calm:
            return False
        names = [f"{number:08d}.json" for number in range(1, size + 1)]
        at = self._at
        with contextlib.suppress(OSError):
            log = os.open(f"{self._root}/{LOG}", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                for name in names:
                    if os.lstat(name, dir_fd=log).st_ctime_ns >= at:
                        return False
            finally:
                os.close(log)
            last = Path(f"{self._root}/{LOG}/{names[-1]}").read_bytes()
            return hashlib.sha256(last).hexdigest() == head
        return False

    def _is_as_it_was(self, path: str) -> bool:
        try:
            return os.lstat(f"{self._root}/{path}").st_ctime_ns < self._at
        except OSError:
            return False


def _named(root: str) -> Seal:
    log, issued = os.lstat(f"{root}/{LOG}"), os.lstat(f"{root}/{ISSUED}")
    return log.st_dev, log.st_ino, issued.st_dev, issued.st_ino
