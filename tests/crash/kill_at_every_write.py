"""Issue into a ledger; kill the process at every point at which it touches the disk.

    python kill_at_every_write.py FOLDER SCENARIO

For each point a child process runs up to it and sends itself SIGKILL; another child then runs to
the end. Prints JSON: how many points there were, and at which ones the ledger could not be read
after the kill or differed from an undisturbed one after the second run. Product code knows
nothing of this: the functions of ``os`` are wrapped here.
"""

import builtins
import datetime
import io
import json
import os
import shutil
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from centre import (
    ISSUED,
    NOON,
    a_centre,
    an_award,
    decided,
    issue,
    ledger_files,
    replacing,
    signers_of,
)

from obit_build.ledger.folder import FolderStore

LATER = ISSUED + datetime.timedelta(days=30)
TOUCHING = ("fsync", "link", "replace", "unlink", "mkdir", "fchmod")


def first_run(store):
    """Two issuers, two awards, one of them suspended at once."""
    issue(a_centre([START[1], START[3]]), store, signers_of())


def prepared(store):
    issue(a_centre(START), store, signers_of())


def second_run(store):
    """Every kind of decision and two new awards, into a ledger that has begun."""
    awards = [
        an_award(revoked=decided()),  # active before
        an_award("2m8qa4xd", suspended=decided(), revoked=decided(LATER)),  # suspended before
        an_award("p0q9r8s7"),  # suspended before, reinstated now
        an_award(badge="reseaux"),  # replaced now
        an_award(badge="reseaux", issued=LATER, replaces=replacing()),
        an_award("2m8qa4xd", badge="reseaux", suspended=decided()),
    ]
    issue(a_centre(awards), store, signers_of(), at=NOON + datetime.timedelta(days=1))


def third_run(store):
    """A suspension becomes a revocation: the bits of the second list stay as they are."""
    awards = [
        START[0],
        an_award("2m8qa4xd", suspended=decided(), revoked=decided(LATER)),
        *START[2:],
    ]
    issue(a_centre(awards), store, signers_of(), at=NOON + datetime.timedelta(days=1))


START = [
    an_award(),
    an_award("2m8qa4xd", suspended=decided()),
    an_award("p0q9r8s7", suspended=decided()),
    an_award(badge="reseaux"),
]
SCENARIOS = {
    "first": (None, first_run),
    "second": (prepared, second_run),
    "third": (prepared, third_run),
}


class HalfWriter:
    """A file whose write stops in the middle if that is the point."""

    def __init__(self, file, point):
        self._file, self._point = file, point

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def write(self, data):
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        self._point()
        self._file.write(data[len(data) // 2 :])


def writing_halves(point):
    """Return ``os.write`` as it stops before it begins, or in the middle, if that is the point."""
    write = os.write

    def call(descriptor, data):
        point()
        begun = write(descriptor, data[: len(data) // 2])
        point()
        return begun + write(descriptor, data[begun:])

    return call


def count_points(kill_at):
    """Wrap what touches the disk; kill this process at the point ``kill_at``. Return the counter."""
    seen = {"points": 0}

    def point():
        if seen["points"] == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        seen["points"] += 1

    def wrapped(function):
        def call(*arguments, **named):
            point()  # nothing touches the disk between one call's end and the next one's beginning
            return function(*arguments, **named)

        return call

    def half(opening):
        def opened(file, mode="r", *arguments, **named):
            found = opening(file, mode, *arguments, **named)
            return HalfWriter(found, point) if set(mode) & set("wxa") else found

        return opened

    for name in TOUCHING:
        setattr(os, name, wrapped(getattr(os, name)))
    os.write = writing_halves(point)
    io.open = builtins.open = half(io.open)  # Path.write_bytes goes through the first
    return seen


def in_child(work):
    """Run ``work`` in a process of its own; return how it ended and the number it wrote."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(work()).encode())
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
    os.close(writing)
    _, ended = os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return os.waitstatus_to_exitcode(ended), pipe.read()


def main(folder, scenario):
    # A killed process loses nothing that it has written; only a power cut needs the real fsync.
    os.fsync = lambda _: None
    prepare, run = SCENARIOS[scenario]
    start, end = folder / "start", folder / "end"
    if prepare:
        prepare(FolderStore(start))
        shutil.copytree(start, end)
    run(FolderStore(end))
    undisturbed = ledger_files(FolderStore(end))

    def fresh(name):
        target = folder / name
        if prepare:
            shutil.copytree(start, target)
        return FolderStore(target)

    def counted(store, kill_at):
        seen = count_points(kill_at)
        run(store)
        return seen["points"]

    _, points = in_child(lambda: counted(fresh("count"), None))
    unreadable, different, survived = [], [], []
    for number in range(int(points)):
        store = fresh(f"{number}")
        ended, _ = in_child(lambda store=store, number=number: counted(store, number))
        if ended != -signal.SIGKILL:
            survived.append(number)
        if not readable(store):
            unreadable.append(number)
        in_child(lambda store=store: run(store))
        if ledger_files(store) != undisturbed:
            different.append(number)
        shutil.rmtree(store.root)
    print(
        json.dumps(
            {
                "points": int(points),
                "files": len(undisturbed),
                "not killed": survived,
                "unreadable after the kill": unreadable,
                "different after the next run": different,
            }
        )
    )


def readable(store):
    """Whether the chain holds and every issued credential is there with its bytes."""
    try:
        replay = store.replay()
        if not replay.is_empty:
            for award in replay.ledger().awards.values():
                store.credential(award.id, award.sha256)
    except Exception as error:
        sys.stderr.write(f"{error}\n")
        return False
    return True


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
