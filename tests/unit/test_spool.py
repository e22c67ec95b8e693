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


def test_the_file_has_no_name(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with Spool() as spool:
        spool["a"] = b"signed" * 1_000_000

        assert list(tmp_path.iterdir()) == []
        assert spool["a"] == b"signed" * 1_000_000
