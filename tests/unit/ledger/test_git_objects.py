"""Commits and files by plumbing, against real Git."""

import datetime
import os
import subprocess

import pytest

from obit_build.errors import GitError, LedgerError
from obit_build.ledger.git_objects import AT_ONCE, ObjectReader, changes, commit_of, listing
from obit_build.ledger.git_runner import Git
from obit_build.spread.processes import spread

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
FILES = {"log/00000001.json": b'{"seq":1}\n', "state/status/citc/1.json": b"\xff\x00\r\n"}


@pytest.fixture(params=["sha1", "sha256"])
def git(tmp_path, request):
    bare = tmp_path / "bare.git"
    subprocess.run(
        ["git", "init", "-q", "--bare", f"--object-format={request.param}", str(bare)], check=True
    )
    return Git(bare, {"PATH": os.environ["PATH"]})


@pytest.fixture
def reader(git):
    reader = ObjectReader(git)
    yield reader
    reader.close()


def test_a_commit_is_a_function_of_what_is_given(git):
    first = commit_of(git, None, FILES, NOON, "Begin\n")
    later = NOON + datetime.timedelta(seconds=1)

    assert commit_of(git, None, dict(reversed(FILES.items())), NOON, "Begin\n") == first
    assert commit_of(git, None, FILES, later, "Begin\n") != first
    assert git.ask("cat-file", "commit", first).decode().partition("\n")[2] == (
        "author obit <obit@localhost> 1795262400 +0000\n"
        "committer obit <obit@localhost> 1795262400 +0000\n\nBegin\n"
    )


def test_files_come_back_byte_for_byte(git, reader):
    commit = commit_of(git, None, FILES, NOON, "Begin\n")

    found = listing(git, commit)

    assert found.keys() == FILES.keys()
    assert {path: reader.one(name) for path, name in found.items()} == FILES


def test_many_files_are_read_in_order(git, reader):
    files = {f"log/{number:08d}.json": b"%d\n" % number for number in range(3 * AT_ONCE + 1)}
    found = listing(git, commit_of(git, None, files, NOON, "Many\n"))

    names = [found[path] for path in sorted(files)]

    assert list(reader.many(names)) == [files[path] for path in sorted(files)]
    next(reader.many(names))  # whoever stops in the middle leaves nothing behind
    assert reader.one(names[-1]) == b"%d\n" % (3 * AT_ONCE)


def test_a_commit_adds_to_the_one_before(git):
    first = commit_of(git, None, FILES, NOON, "Begin\n")
    second = commit_of(git, first, {"log/00000002.json": b"{}\n"}, NOON, "More\n")

    assert listing(git, second).keys() == {*FILES, "log/00000002.json"}
    assert changes(git, first, second).keys() == {"log/00000002.json"}


@pytest.mark.parametrize("name", ["0" * 40, "HEAD^{tree}", "nonsense", "{commit}"])
def test_what_is_no_file_is_not_made_up(git, reader, name):
    commit = commit_of(git, None, FILES, NOON, "Begin\n")

    with pytest.raises(GitError) as caught:
        reader.one(name.format(commit=commit) if name == "{commit}" else name)
    assert caught.value.message == "git did not give a file of the ledger"


@pytest.mark.parametrize(
    ("mode", "what"), [("120000", "a link"), ("160000", "a submodule"), ("100755", "a program")]
)
def test_only_plain_files_belong_into_a_ledger(git, mode, what):
    commit = commit_of(git, None, FILES, NOON, "Begin\n")
    name = (
        commit
        if mode == "160000"
        else git.ask("rev-parse", f"{commit}:log/00000001.json").decode().strip()
    )
    kind = "commit" if mode == "160000" else "blob"
    odd = git.ask("mktree", data=f"{mode} {kind} {name}\todd\x1b\n".encode()).decode().strip()

    with pytest.raises(LedgerError) as caught:
        listing(git, odd)
    assert caught.value.message == f"odd\ufffd of the ledger is {what}"


def test_a_commit_that_can_t_be_written_is_a_sentence(git):
    with pytest.raises(GitError) as caught:
        commit_of(git, "1" * 40, FILES, NOON, "x\n")
    assert caught.value.message.startswith("the ledger's next commit can't be written: ")
    assert caught.value.exit_code == 4


def test_processes_that_read_at_once_get_their_own_answers(git, reader):
    files = {f"log/{number:08d}.json": b"%d" % number * 9000 for number in range(1, 60)}
    names = dict(listing(git, commit_of(git, None, files, NOON, "Begin\n")))
    reader.one(names["log/00000001.json"])

    found = spread(lambda path: (path, reader.one(names[path])), sorted(files), jobs=4)

    assert dict(found) == files
