import random

import pytest

from obit_build.spool import Spool


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
