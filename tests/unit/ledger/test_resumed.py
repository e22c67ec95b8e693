"""A ledger whose total is recalled is the one that its events add up to; what somebody was at is read as ever."""

import dataclasses
import hashlib
import os
import shutil
from pathlib import Path

import pytest
from centre import a_centre, an_award, issue, signers_of

from obit_build.errors import LedgerError
from obit_build.ledger.files import credential_file
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import Ledger
from obit_build.ledger.replay import Replay
from obit_build.ledger.watch import LOCK, next_instant
from obit_build.remembered import Remembered

FIRST = an_award("7f3k9m2q")
ALL = (FIRST, an_award("2m8qa4xd"))


class Memory:
    """What one run leaves for the next, without a manifest."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, str]] = {}

    def run(self) -> Remembered:
        return Remembered("this obit", self.rows.get)

    def keep(self, remembered: Remembered) -> None:
        new = {name: (made_from, value) for name, made_from, value in remembered.rows()}
        self.rows = {name: new.get(name) or self.rows[name] for name in remembered.names()}


@pytest.fixture
def root(tmp_path) -> Path:
    """A ledger with two awards, long issued."""
    issue(a_centre(ALL), FolderStore(tmp_path / "ledger"), signers_of())
    assert next_instant(tmp_path / "ledger")
    return tmp_path / "ledger"


@pytest.fixture
def memory(root) -> Memory:
    """What a run has left that has read the whole ledger."""
    memory = Memory()
    looked(root, memory)
    return memory


def looked(root: Path, memory: Memory) -> Ledger:
    """Do what a build does with a ledger: add it up, hold its awards, and leave the total."""
    remembered = memory.run()
    store = FolderStore(root, remembered)
    ledger = store.replay().ledger()
    for award in ledger.awards.values():
        store.hold(award)
    store.leave(ledger)
    memory.keep(remembered)
    return ledger


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The names of the ledger's files that are read from now on."""
    names: list[str] = []
    events, plain = FolderStore.events, FolderStore.read
    monkeypatch.setattr(FolderStore, "events", lambda self: names.append("log") or events(self))
    monkeypatch.setattr(
        FolderStore, "read", lambda self, path: names.append(path) or plain(self, path)
    )
    return names


def test_where_nobody_was_at_it_nothing_is_read(root, memory, read):
    assert looked(root, memory) == FolderStore(root).replay().ledger()
    assert read == ["log"]  # the second of the two


def test_what_goes_on_from_a_recalled_total_goes_on_from_the_events(root, memory):
    more = a_centre((*ALL, an_award("p0q9r8s7")))
    other = root.with_name("other")
    shutil.copytree(root, other)

    issue(more, FolderStore(root, memory.run()), signers_of())
    issue(more, FolderStore(other), signers_of())

    assert FolderStore(root).replay().ledger() == FolderStore(other).replay().ledger()


def test_what_was_added_is_read(root, memory, read):
    issue(a_centre((*ALL, an_award("p0q9r8s7"))), FolderStore(root), signers_of())
    del read[:]

    ledger = looked(root, memory)

    assert len(ledger.awards) == 3
    assert "log" in read
    assert looked(root, memory) == ledger


def test_the_total_counts_for_one_last_event(root, memory):
    said = memory.rows["ledger"]
    head = FolderStore(root).replay().ledger().head
    memory.rows["ledger"] = (said[0], said[1].replace(head, hashlib.sha256(b"").hexdigest()))

    assert looked(root, memory).head == head


def test_a_total_of_which_a_part_is_gone_is_added_up(root, memory, read):
    del memory.rows["ledger/0"]

    assert len(looked(root, memory).awards) == 2
    assert read[0] == "log"


def test_where_the_time_can_not_be_asked_nothing_is_believed(root, memory, read):
    (root / LOCK).unlink()
    shutil.move(root, root.with_name("moved"))
    shutil.copytree(root.with_name("moved"), root)

    looked(root, memory)
    looked(root, memory)

    assert read.count("log") == 2


def quietly(path: Path, data: bytes) -> None:
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def credential_of(root: Path) -> Path:
    ledger = FolderStore(root).replay().ledger()
    return root / credential_file(next(iter(ledger.awards)))


def test_an_event_that_was_edited_quietly_is_noticed(root, memory):
    event = root / "log" / "00000002.json"
    quietly(event, event.read_bytes().replace(b"citc", b"cite"))

    with pytest.raises(
        LedgerError, match="event 3 of the ledger does not follow from the one before it"
    ):
        looked(root, memory)


def test_a_credential_that_was_edited_quietly_is_noticed(root, memory):
    path = credential_of(root)
    quietly(path, path.read_bytes().replace(b"7f3k", b"7f3l").replace(b"name", b"mane"))

    with pytest.raises(LedgerError, match="was changed after it was issued"):
        looked(root, memory)


def test_folders_of_an_older_copy_are_noticed_although_nobody_was_at_their_files(root, memory):
    copy = root.with_name("copy")
    shutil.copytree(root / "issued", copy)
    path = copy / credential_of(root).relative_to(root / "issued")
    path.write_bytes(b"{}")
    memory = Memory()
    assert next_instant(root)
    looked(root, memory)  # which seals the ledger later than the copy was made
    shutil.rmtree(root / "issued")
    copy.rename(root / "issued")

    with pytest.raises(LedgerError, match="was changed after it was issued"):
        looked(root, memory)


def test_a_replay_that_begins_with_a_total_knows_which_indexes_are_taken(root):
    whole = FolderStore(root).replay()
    resumed = Replay.of(dataclasses.replace(whole.ledger()))

    assert resumed.allocate("citc", "x" * 32) == whole.allocate("citc", "x" * 32)
    assert resumed.fork().ledger() == whole.ledger()
