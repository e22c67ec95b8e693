import errno
import os
import stat
from pathlib import Path

import pytest

from obit_build import durable
from obit_build.errors import PublishError


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_file_is_written_whole_with_its_folders_and_nothing_beside_it(tmp_path):
    path = tmp_path / "a" / "b" / "c.json"

    durable.write(path, b"one")
    durable.write(path, b"two")

    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["c.json"]


def test_a_name_without_a_folder_is_written_where_one_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    durable.write(Path("a"), b"one")
    durable.write(Path("b"), b"two", new=True)

    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == {
        "a": b"one",
        "b": b"two",
    }


@pytest.mark.parametrize("umask", [0, 0o077, 0o777])
def test_the_mode_does_not_depend_on_the_umask(tmp_path, umask):
    old = os.umask(umask)
    try:
        durable.write(tmp_path / "a", b"")
        durable.write(tmp_path / "secret", b"", mode=0o600)
    finally:
        os.umask(old)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_new_file_never_takes_the_place_of_another(tmp_path):
    durable.write(tmp_path / "a", b"first", new=True)

    with pytest.raises(FileExistsError):
        durable.write(tmp_path / "a", b"second", new=True)

    assert (tmp_path / "a").read_bytes() == b"first"
    assert names(tmp_path) == ["a"]


def test_what_an_interrupted_run_left_is_written_over(tmp_path):
    (tmp_path / ".tmp-a").write_bytes(b"a long piece of an older file")

    durable.write(tmp_path / "a", b"whole")

    assert (tmp_path / "a").read_bytes() == b"whole"
    assert names(tmp_path) == ["a"]


def test_a_link_in_place_of_the_temporary_file_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    (tmp_path / ".tmp-a").symlink_to(victim)

    with pytest.raises(PublishError):
        durable.write(tmp_path / "a", b"attack")

    assert victim.read_bytes() == b"untouched"


@pytest.mark.parametrize(
    ("function", "code", "said"),
    [
        ("open", errno.EROFS, "Read-only file system"),
        ("open", errno.EACCES, "Permission denied"),
        ("fchmod", errno.EPERM, "Operation not permitted"),
        ("fsync", errno.ENOSPC, "No space left on device"),
        ("fsync", errno.EIO, "Input/output error"),
        ("replace", errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_disk_that_refuses_is_a_sentence_and_leaves_the_old_file(
    tmp_path, monkeypatch, function, code, said
):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, function, refuse)
    with pytest.raises(PublishError) as caught:
        durable.write(path, b"new")
    monkeypatch.undo()

    assert caught.value.message == f"a.json can't be written: {said}"
    assert caught.value.fix == (
        "free some space or give write permission, then run the command again; nothing was changed"
    )
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


def test_a_file_in_the_place_of_a_folder_is_a_sentence(tmp_path):
    (tmp_path / "log").write_text("")

    with pytest.raises(PublishError, match=r"^1\.json can't be written: "):
        durable.write(tmp_path / "log" / "1.json", b"")


def test_the_data_is_on_disk_before_the_name_and_the_name_before_the_return(tmp_path, monkeypatch):
    calls = []
    real = {name: getattr(os, name) for name in ("fsync", "replace", "link")}
    for name, function in real.items():

        def record(*arguments, _name=name, _function=function, **named):
            calls.append(_name)
            return _function(*arguments, **named)

        monkeypatch.setattr(os, name, record)

    durable.write(tmp_path / "a", b"x")
    durable.write(tmp_path / "b", b"x", new=True)

    assert calls == ["fsync", "replace", "fsync", "fsync", "link", "fsync"]


def test_leftovers_are_cleared_and_nothing_else(tmp_path):
    for name in (".tmp-1.json", ".tmp-", "1.json", "x.tmp-"):
        (tmp_path / name).write_text("")

    durable.clear_leftovers(tmp_path)
    durable.clear_leftovers(tmp_path / "missing")

    assert names(tmp_path) == ["1.json", "x.tmp-"]
