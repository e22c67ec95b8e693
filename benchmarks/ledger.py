"""Time a large ledger beside Git: python benchmarks/ledger.py [SIZE...] [--json].

A ledger of SIZE awards (50 000 unless told) with decisions among them is written into a temporary
folder, read back by what `obit issue` and `obit build` use, and added to; then the same in a branch of
a Git repository. Beside the figures stands what Git needs by itself for the same bytes: its own check of
all objects, a clone, and a commit of the new files. Signatures are left out: see bench.py for those.
All figures are CPU seconds of this machine, children included.
"""

import argparse
import datetime
import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from obit_build.ledger.address import GitPlace, read_place
from obit_build.ledger.branch import GitStore, open_git_store
from obit_build.ledger.files import LedgerWriter, Staged
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import Ledger
from obit_build.ledger.replay import Replay, event_bytes
from obit_build.model.award import AwardKey

Store = FolderStore | GitStore
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
MAIN = "c0ffee" + "0" * 34
SALT = bytes(range(32))
SITE = "https://badges.example.org"
KEY = "z6MktmXvk3xGW5oBJyXARPDBNsDGScjHBU9XqqpckN9cWXBr"
ISSUERS = ("citc", "technocite", "ideta", "cefo")
ADDED = 50
CREDENTIAL_BYTES = 3_400
"""What a credential of the sample has."""


class Writer:
    """Adds awards and decisions to a ledger, as issuing does, but for the signatures."""

    def __init__(self, store: LedgerWriter, replay: Replay) -> None:
        self.store, self.replay = store, replay

    def event(self, kind: str, at: datetime.datetime, **members: object) -> None:
        """Add one event."""
        event = self.replay.next_event(kind, at, MAIN, **members)
        data = event_bytes(event)
        self.replay.apply(data)
        self.store.append(event["seq"], data)

    def begin(self) -> None:
        """Write the first event, and a key and a status list for each issuer."""
        self.event("genesis", AT, format=1, mode="live", site=SITE, salt=SALT.hex())
        for issuer in ISSUERS:
            self.event("key-add", AT, issuer=issuer, public_key_multibase=KEY, state="active")
            self.event("list-create", AT, issuer=issuer, list=1)

    def issue(self, number: int) -> str:
        """Issue award ``number``; return its id."""
        issuer = ISSUERS[number % len(ISSUERS)]
        day = AT.date() - datetime.timedelta(days=number % 700)
        ledger = self.replay.ledger()
        key = AwardKey(f"badge-{number % 40}", "1", f"r{number:07d}", day)
        name = ledger.award_id(key)
        place = self.replay.allocate(issuer, name)
        if place is None:
            self.event("list-create", AT, issuer=issuer, list=ledger.lists[issuer] + 1)
            place = self.replay.allocate(issuer, name)
        assert place is not None
        text = credential(name, place)
        self.store.put_credential(name, text)
        self.event(
            "issue",
            AT + datetime.timedelta(seconds=number),
            id=name,
            issuer=issuer,
            badge=key.badge,
            version=key.version,
            issued=day.isoformat(),
            list=place[0],
            index=place[1],
            key=KEY,
            sha256=hashlib.sha256(text).hexdigest(),
            content=ledger.keyed("award-content", name.encode()).hex(),
            definition=ledger.keyed("badge-definition", key.badge.encode()).hex(),
        )
        return name


def credential(name: str, place: tuple[int, int]) -> bytes:
    """Write a document as large as a credential, with an id of its own and a signature that is none."""
    start = f'{{"id": "{SITE}/awards/{name}/credential.json", "index": "{place[1]}", "proof": "'
    noise = hashlib.shake_256(name.encode()).hexdigest(CREDENTIAL_BYTES // 5)
    filler = "Sait construire un tableau, filtrer et présenter des données. " * 60
    return (start + noise + '", "text": "' + filler)[: CREDENTIAL_BYTES - 2].encode() + b'"}'


def write_ledger(root: Path, size: int) -> None:
    """Write a ledger of ``size`` awards; some are suspended, reinstated, revoked or replaced."""
    draw = random.Random(size)
    writer = Writer(Unsynced(root), Replay())
    writer.begin()
    names = []
    for number in range(size):
        names.append(writer.issue(number))
        if draw.random() < 0.02:
            late = AT + datetime.timedelta(seconds=number)
            writer.event("suspend", late, id=names[-1], date="2026-11-21")
            kind = draw.choice(("reinstate", "revoke"))
            writer.event(kind, late, id=names[-1], date="2026-11-21")


class Unsynced(FolderStore):
    """A folder that is written without fsync: only what is read afterwards is timed."""

    def write(self, path: str, data: bytes, *, new: bool = False) -> None:
        """Write a file, and trust that it was not there."""
        del new
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def cpu() -> float:
    """Return the CPU seconds of this process and of its children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def timed(work: Callable[[], object]) -> float:
    """Return the CPU seconds of ``work``."""
    before = cpu()
    work()
    return cpu() - before


def git(root: Path, *arguments: str) -> None:
    """Run Git in ``root``, alone with its own settings."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": "2026-11-21T12:00:00Z", "GIT_COMMITTER_DATE": "2026-11-21T12:00:00Z",
        "GIT_AUTHOR_NAME": "o", "GIT_AUTHOR_EMAIL": "o@example.org",
        "GIT_COMMITTER_NAME": "o", "GIT_COMMITTER_EMAIL": "o@example.org",
    }  # fmt: skip
    subprocess.run(
        ["git", "-c", "gc.auto=0", *arguments],
        cwd=root, env=environment, check=True, capture_output=True,
    )  # fmt: skip


def figures(size: int, folder: Path) -> Iterator[tuple[str, float]]:
    """Yield what each step takes in CPU seconds, and what stands beside it."""
    root = folder / "ledger"
    write_ledger(root, size)
    yield from in_folder(FolderStore(root), size)
    shutil.rmtree(root)
    write_ledger(root, size)
    git(root, "init", "-q", "-b", "obit-ledger")
    git(root, "add", "log", "issued")
    git(root, "commit", "-qm", "Events")
    bare = folder / "remote.git"
    git(folder, "clone", "-q", "--bare", str(root), str(bare))
    git(bare, "gc", "-q")  # as a forge keeps it
    yield from in_branch(bare, size)
    clone = ("clone", "-q", "--bare", f"file://{bare}", "clone.git")
    yield "  git clone of the branch", timed(lambda: git(folder, *clone))
    yield "  git fsck --full of the same files", timed(lambda: git(root, "fsck", "--full"))
    store = FolderStore(root)
    replay = store.replay()
    append(store, replay, size)

    def commit() -> None:
        git(root, "add", "log", "issued")
        git(root, "commit", "-qm", "More")

    yield "  git add and git commit of the new files", timed(commit)


def in_folder(store: FolderStore, size: int) -> Iterator[tuple[str, float]]:
    """Time a ledger in a folder."""
    replay = Replay()
    yield "folder: read and replay the chain", timed(lambda: add_up(store, replay))
    ledger = replay.ledger()
    yield "folder: hold every credential against its hash", timed(lambda: hashes(store, ledger))
    yield f"folder: append {ADDED} awards", timed(lambda: append(store, replay, size))


def in_branch(remote: Path, size: int) -> Iterator[tuple[str, float]]:
    """Time a ledger in a branch, as it is fetched, read and pushed."""
    place = read_place(f"git:{remote}#obit-ledger")
    assert isinstance(place, GitPlace)
    replay, before = Replay(), cpu()
    with open_git_store(place, remote, dict(os.environ)) as store:
        yield "branch: fetch it", cpu() - before
        yield "branch: read and replay the chain", timed(lambda: add_up(store, replay))
        yield (
            f"branch: append {ADDED} awards, commit and push",
            timed(lambda: append(store, replay, size)),
        )


def add_up(store: Store, replay: Replay) -> None:
    """Do what LedgerReader.replay does, into a replay that is used further."""
    for data in store.events():
        replay.apply(data)


def hashes(store: Store, ledger: Ledger) -> None:
    """Read every credential and compare its hash."""
    for award in ledger.awards.values():
        store.credential(award.id, award.sha256)


def append(store: Store, replay: Replay, size: int) -> None:
    """Add awards by way of the stage that issuing uses."""
    staged = Staged(store)
    writer = Writer(staged, replay)
    for number in range(size, size + ADDED):
        writer.issue(number)
    store.prepare(staged, AT)
    store.publish()


def main() -> None:
    """Measure the sizes that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[50_000])
    parser.add_argument("--json", action="store_true")
    wishes = parser.parse_args()
    found = {}
    for size in wishes.sizes:
        folder = Path(tempfile.mkdtemp(prefix="obit-ledger-bench-"))
        try:
            found[size] = dict(figures(size, folder))
        finally:
            shutil.rmtree(folder)
    if wishes.json:
        json.dump(found, sys.stdout, indent=2)
        return
    for size, steps in found.items():
        print(f"{size} awards")
        for name, seconds in steps.items():
            print(f"  {seconds:8.2f} s  {name}")


if __name__ == "__main__":
    main()
