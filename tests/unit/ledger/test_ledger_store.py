import errno
import hashlib
import os

import pytest

from obit_build.errors import LedgerError, PublishError
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import FIX
from obit_build.ledger.replay import Replay, event_bytes

ID = "a2" * 16


def genesis(replay):
    from centre import NOON

    return event_bytes(
        replay.next_event(
            "genesis", NOON, "", format=1, mode="live", site="https://a.example", salt="00" * 32
        )
    )


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "ledger")


@pytest.fixture
def begun(store):
    store.append(1, genesis(Replay()))
    return store


def grow(store, issuers):
    from centre import NOON

    total = store.replay()
    for issuer in issuers:
        event = total.next_event("list-create", NOON, "", issuer=issuer, list=1)
        total.apply(event_bytes(event))
        store.append(event["seq"], event_bytes(event))
    return total.ledger()


def test_looking_at_a_ledger_that_is_not_there_makes_nothing(store):
    assert not store.exists()
    assert store.replay().is_empty
    assert store.status("status/citc/1.json") is None
    assert not store.root.exists()


def test_what_is_appended_is_read_back(begun):
    ledger = grow(begun, ["citc", "ideta", "technocite"])

    assert begun.exists()
    assert begun.replay().ledger() == ledger
    assert sorted(p.name for p in (begun.root / "log").iterdir()) == [
        "00000001.json", "00000002.json", "00000003.json", "00000004.json",
    ]  # fmt: skip


def test_an_event_is_never_written_over(begun):
    before = (begun.root / "log" / "00000001.json").read_bytes()

    with pytest.raises(LedgerError) as caught:
        begun.append(1, b"{}\n")

    assert caught.value.message == "event 1 was written by another run"
    assert caught.value.fix == "run the command again"
    assert (begun.root / "log" / "00000001.json").read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda log: (log / "00000002.json").unlink(), "the ledger has 00000003.json where event 2 belongs"),
        (lambda log: (log / "00000001.json").unlink(), "the ledger has 00000002.json where event 1 belongs"),
        (lambda log: (log / "notes.txt").write_text(""), "the ledger has notes.txt where event 5 belongs"),
        (lambda log: (log / "00000003.json~").write_text(""), "the ledger has 00000003.json~ where event 4 belongs"),
        (lambda log: (log / "00000009.json").write_text("{}\n"), "the ledger has 00000009.json where event 5 belongs"),
        (lambda log: (log / "00000002.json").write_text("{}\n"), "event 2 of the ledger is damaged"),
        (lambda log: (log / "00000004.json").write_bytes(b""), "event 4 of the ledger is damaged"),
        (lambda log: (log / "00000003.json").rename(log / "00000005.json"), "the ledger has 00000004.json where event 3 belongs"),
    ],
)  # fmt: skip
def test_any_tampering_with_the_log_is_noticed(begun, damage, message):
    grow(begun, ["citc", "ideta", "technocite"])

    damage(begun.root / "log")

    with pytest.raises(LedgerError) as caught:
        begun.replay()
    assert caught.value.message == message
    assert caught.value.fix == FIX


def test_an_event_that_is_a_link_or_a_folder_is_not_read(begun, tmp_path):
    event = begun.root / "log" / "00000001.json"
    elsewhere = tmp_path / "elsewhere.json"
    event.rename(elsewhere)

    event.symlink_to(elsewhere)
    with pytest.raises(LedgerError, match=r"^00000001\.json of the ledger can't be read: "):
        begun.replay()
    event.unlink()
    event.mkdir()
    with pytest.raises(LedgerError, match=r"^00000001\.json of the ledger can't be read: "):
        begun.replay()


def test_a_temporary_file_of_an_interrupted_run_is_not_an_event(begun):
    (begun.root / "log" / ".tmp-00000002.json").write_bytes(b"half an ev")

    assert begun.replay().ledger().size == 1
    with begun.lock():
        pass
    assert [p.name for p in (begun.root / "log").iterdir()] == ["00000001.json"]


def test_a_credential_is_given_back_only_with_the_hash_of_its_event(store):
    text = "é{}\n".encode()
    store.put_credential(ID, text)

    assert store.credential(ID, hashlib.sha256(text).hexdigest()) == text
    with pytest.raises(LedgerError) as caught:
        store.credential(ID, hashlib.sha256(b"other").hexdigest())
    assert caught.value.message == f"the credential {ID} was changed after it was issued"


def test_a_credential_that_is_gone_is_a_sentence(store):
    with pytest.raises(LedgerError) as caught:
        store.credential(ID, "0" * 64)

    assert (
        caught.value.message == f"{ID}.json of the ledger can't be read: No such file or directory"
    )


@pytest.mark.parametrize(
    "award_id", ["", "..", "a" * 31, "A" * 32, "a" * 31 + "/", "../" + "a" * 32, "a" * 32 + "\n"]
)
def test_an_award_id_never_leads_out_of_the_ledger(store, award_id):
    for use in (
        lambda: store.put_credential(award_id, b""),
        lambda: store.credential(award_id, ""),
    ):
        with pytest.raises(LedgerError) as caught:
            use()
        assert caught.value.message == "the ledger names an award with a malformed id"


def test_a_status_list_is_kept_under_its_path_on_the_site(store):
    store.put_status("status/citc/1.json", b"one")
    store.put_status("status/citc/1-suspension.json", b"other")
    store.put_status("status/citc/1.json", b"two")

    assert store.status("status/citc/1.json") == b"two"
    assert store.status("status/citc/1-suspension.json") == b"other"
    assert (store.root / "state" / "status" / "citc" / "1.json").read_bytes() == b"two"


@pytest.mark.parametrize(
    "path", ["", "../x.json", "status/../1.json", "status/citc/x.json", "/status/citc/1.json", "status/citc/1.json/"]
)  # fmt: skip
def test_a_status_path_never_leads_out_of_the_ledger(store, path):
    with pytest.raises(LedgerError) as caught:
        store.put_status(path, b"")
    assert caught.value.message == "the ledger names a status list with a malformed address"


def test_one_run_at_a_time(store):
    with store.lock():
        with pytest.raises(LedgerError) as caught, FolderStore(store.root).lock():
            pytest.fail("two runs were let in")
        assert caught.value.message == "another obit is issuing into this ledger"
        assert caught.value.fix == "wait until it has finished"
    with store.lock():  # free again
        pass


def test_the_lock_is_given_back_after_an_error(store):
    for error in (ZeroDivisionError, BlockingIOError):
        with pytest.raises(error), store.lock():
            raise error

    with store.lock():
        pass


def test_a_ledger_that_can_not_be_written_is_a_sentence(store, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PublishError) as caught, store.lock():
        pytest.fail("the lock was taken")

    assert caught.value.message == "the ledger can't be written: Read-only file system"


def test_a_file_in_the_place_of_the_ledger_is_a_sentence(store):
    store.root.write_text("not a folder")

    with pytest.raises(PublishError, match=r"^the ledger can't be written: "), store.lock():
        pytest.fail("the lock was taken")
    assert store.replay().is_empty


def test_an_empty_folder_is_no_ledger_yet(store):
    (store.root / "log").mkdir(parents=True)

    assert not store.exists()
    assert store.replay().is_empty
