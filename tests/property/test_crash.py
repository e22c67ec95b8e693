"""The process dies, the disk is full, the folder is read-only: what then?"""

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from centre import a_centre, an_award, decided, issue, ledger_files, signers_of

from obit_build.errors import PublishError
from obit_build.ledger.folder import FolderStore

DRIVER = Path(__file__).parent.parent / "crash" / "kill_at_every_write.py"


@pytest.mark.parametrize("scenario", ["first", "second", "third"])
def test_a_kill_at_any_write_and_a_second_run_give_the_same_ledger(tmp_path, scenario):
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(tmp_path), scenario],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("points") >= 20
    assert found.pop("files") > 12
    assert found == {
        "not killed": [],
        "unreadable after the kill": [],
        "different after the next run": [],
    }, done.stderr


AWARDS = [an_award(), an_award("2m8qa4xd", suspended=decided())]


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # what is tested does not need the real disk
    return FolderStore(tmp_path / "ledger")


@pytest.fixture
def undisturbed(tmp_path):
    store = FolderStore(tmp_path / "undisturbed")
    issue(a_centre(AWARDS), store, signers_of())
    return ledger_files(store)


def failing(function, code, number):
    """Return ``function`` with its call ``number`` (from 0) and all later ones refused."""
    calls = 0

    def call(*arguments, **named):
        nonlocal calls
        calls += 1
        if calls > number:
            raise OSError(code, os.strerror(code))
        return function(*arguments, **named)

    return call


@pytest.mark.parametrize("name", ["fsync", "link", "replace", "mkdir", "fchmod"])
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_disk_that_fills_up_leaves_a_good_ledger_and_the_next_run_goes_on(
    store, undisturbed, monkeypatch, name, number
):
    monkeypatch.setattr(os, name, failing(getattr(os, name), errno.ENOSPC, number))
    try:
        issue(a_centre(AWARDS), store, signers_of())
    except PublishError as error:
        assert error.message.endswith("can't be written: No space left on device")
        assert error.exit_code == 4
        assert "give write permission" in error.fix
    else:  # this run needed fewer calls than were let through
        assert name == "mkdir"
    monkeypatch.undo()

    found = ledger_files(store)
    assert {path: undisturbed[path] for path in found} == found  # a part, and no piece of a file
    assert not store.replay().is_empty or found == {}
    issue(a_centre(AWARDS), store, signers_of())
    assert ledger_files(store) == undisturbed


def test_a_file_that_outgrows_what_the_system_allows_is_a_sentence(store):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(PublishError) as caught:
            issue(a_centre(AWARDS), store, signers_of())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert caught.value.message == "00000001.json can't be written: File too large"
    assert ledger_files(store) == {}


def test_a_read_only_ledger_is_a_sentence_and_stays_as_it_was(store, monkeypatch):
    issue(a_centre(AWARDS), store, signers_of())
    before = ledger_files(store)
    real = os.open

    def read_only(path, flags, *arguments, **named):
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *arguments, **named)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(PublishError) as caught:
        issue(a_centre([*AWARDS, an_award("p0q9r8s7")]), store, signers_of())
    monkeypatch.undo()

    assert caught.value.message == "the ledger can't be written: Read-only file system"
    assert ledger_files(store) == before
