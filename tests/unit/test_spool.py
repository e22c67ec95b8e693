import errno
import gc
import os
import random
from pathlib import Path

import pytest

from obit_build.errors import PublishError
from obit_build.spool import Shelf, Spool


def test_what_was_kept_is_read_back_in_the_order_of_the_first_writing():
    with Spool() as spool:
        spool["b"] = b"one"
        assert spool["b"] == b"one"
        spool["a"] = b""
        spool["b"] = b"two, and longer"
        spool["c"] = bytes(3 << 20)

        assert list(spool.items()) == [("b", b"two, and longer"), ("a", b""), ("c", bytes(3 << 20))]
        assert len(spool) == 3


def test_what_was_taken_back_is_not_there():
    with Spool() as spool:
        spool["a"] = b"one"

        assert spool.pop("a") == b"one"
        assert spool.pop("a", None) is None
        assert "a" not in spool
        with pytest.raises(KeyError):
            spool["a"]


def test_very_many_files_are_found_again_whatever_was_changed_in_between():
    # given
    draw, plain = random.Random(7), dict[str, bytes]()

    with Spool() as spool:
        # when
        for number in range(6000):
            path = f"log/{draw.randrange(4000)}.json"
            spool[path] = plain[path] = b"%d" % number
            other = f"log/{draw.randrange(4000)}.json"
            if number % 3 == 0:
                assert spool.pop(other, None) == plain.pop(other, None)

        # then
        assert list(spool.items()) == list(plain.items())
        assert len(spool) == len(plain)
        assert [f"log/{n}.json" in spool for n in range(4000)] == [
            f"log/{n}.json" in plain for n in range(4000)
        ]


def test_two_paths_that_look_the_same_in_the_table_are_two_files(monkeypatch):
    monkeypatch.setattr("obit_build.spool.hash", lambda _path: 5, raising=False)

    with Spool() as spool:
        spool["a"], spool["b"] = b"one", b"two"
        del spool["a"]

        assert dict(spool) == {"b": b"two"}


def test_the_file_has_no_name(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with Spool() as spool:
        spool["a"] = b"signed" * 1_000_000

        assert list(tmp_path.iterdir()) == []
        assert spool["a"] == b"signed" * 1_000_000


def test_bytes_on_a_shelf_are_read_back_whole_and_in_parts():
    # given
    shelf = Shelf()

    # when
    one, none, two = shelf.put(b"one and more"), shelf.put(b""), shelf.put(bytes(3 << 20) + b"end")

    # then
    assert (one.part(), none.part(), two.part(3 << 20)) == (b"one and more", b"", b"end")
    assert (one.part(4, 7), one.part(4), one.part(4, 99)) == (b"and", b"and more", b"and more")
    assert one.part(5, 5) == b""


def test_a_shelf_outlives_its_owner_as_long_as_something_of_it_is_held():
    one = Shelf().put(b"one")

    gc.collect()

    assert one.part() == b"one"


def test_a_shelf_on_a_full_disk_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("obit_build.spool.os.pwrite", full)
    monkeypatch.setattr("obit_build.spool.tempfile.tempdir", str(tmp_path))

    with pytest.raises(PublishError) as refused:
        Shelf().put(b"one")

    assert refused.value.message == (
        f"the award files can't be kept in {tmp_path}: No space left on device"
    )
    assert refused.value.fix == "free some space there, or set TMPDIR to a folder on another disk"
