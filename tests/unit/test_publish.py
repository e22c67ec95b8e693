import errno
import os
import stat

import pytest

from obit_build.errors import PublishError
from obit_build.publish import FIX_DISK, MARKS, Stage


def content(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def publish(target, files):
    stage = Stage(target)
    for path, data in files.items():
        stage.add(path, data)
    stage.swap()
    return stage


MARKED = dict.fromkeys(MARKS, b"")
SITE = {
    **MARKED,
    "index.html": b"<p>one",
    "awards/a/index.html": b"<p>a",
    "awards/a/credential.json": b"{}",
}


@pytest.fixture
def target(tmp_path):
    return tmp_path / "build"


def test_a_site_appears_whole_and_nothing_lists_its_unlisted_files(target, tmp_path):
    stage = publish(target, SITE)

    assert content(target) == SITE
    assert stage.count == 5
    assert [p.name for p in tmp_path.iterdir()] == ["build"]


def test_nothing_is_visible_before_the_swap(target, tmp_path):
    stage = Stage(target)
    stage.add("index.html", b"x")

    assert not target.exists()
    assert content(stage.folder) == {"index.html": b"x"}
    assert stage.folder.parent == tmp_path


def test_the_new_site_holds_only_its_own_files(target):
    publish(target, SITE)
    publish(target, {**MARKED, "index.html": b"<p>two"})

    assert content(target).keys() == {"index.html", *MARKS}
    assert (target / "index.html").read_bytes() == b"<p>two"


def test_what_did_not_change_is_the_same_file_with_its_time(target):
    publish(target, SITE)
    before = (target / "awards/a/credential.json").stat()

    stage = publish(target, {**SITE, "index.html": b"<p>new"})

    after = (target / "awards/a/credential.json").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert stage.reused == 4
    assert (target / "index.html").stat().st_nlink == 1


def test_the_same_files_give_the_same_tree_twice(target):
    publish(target, SITE)
    first = content(target)
    publish(target, dict(reversed(SITE.items())))

    assert content(target) == first


def test_the_site_does_not_depend_on_the_order_of_adding(tmp_path):
    publish(tmp_path / "a", SITE)
    publish(tmp_path / "b", dict(reversed(SITE.items())))

    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.parametrize("umask", [0, 0o077])
def test_modes_do_not_depend_on_the_umask(target, umask):
    old = os.umask(umask)
    try:
        publish(target, SITE)
    finally:
        os.umask(old)

    modes = {stat.S_IMODE(p.stat().st_mode) for p in target.rglob("*") if p.is_dir()}
    assert modes | {stat.S_IMODE(target.stat().st_mode)} == {0o755}
    assert {stat.S_IMODE(p.stat().st_mode) for p in target.rglob("*") if p.is_file()} == {0o644}


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a\\b", "index.html"])
def test_a_file_of_the_site_stays_in_it_and_comes_once(target, tmp_path, path):
    stage = Stage(target)
    stage.add("index.html", b"")

    with pytest.raises(PublishError) as caught:
        stage.add(path, b"x")

    assert caught.value.message == f"{path} can't be a file of the site"
    assert content(tmp_path) == {".build.new/index.html": b""}


def test_a_folder_that_obit_did_not_make_is_left_alone(target):
    target.mkdir()
    (target / "thesis.docx").write_bytes(b"years of work")

    with pytest.raises(PublishError) as caught:
        Stage(target)

    assert caught.value.message == "build/ holds files that obit did not make"
    assert caught.value.fix == "move them away, or choose another --out"
    assert content(target) == {"thesis.docx": b"years of work"}


def test_an_empty_folder_may_be_used(target):
    target.mkdir()

    publish(target, SITE)

    assert (target / "index.html").exists()


def test_a_file_or_a_link_in_place_of_the_folder_is_left_alone(target, tmp_path):
    target.write_text("notes")
    with pytest.raises(PublishError) as caught:
        Stage(target)
    assert caught.value.message == "build is not a folder"
    target.unlink()

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target.symlink_to(elsewhere)
    with pytest.raises(PublishError, match="build is not a folder"):
        Stage(target)


def test_a_stage_that_is_thrown_away_leaves_the_former_site(target, tmp_path):
    publish(target, SITE)
    before = content(target)

    stage = Stage(target)
    stage.add("index.html", b"<p>broken")
    stage.discard()

    assert content(target) == before
    assert [p.name for p in tmp_path.iterdir()] == ["build"]


def test_an_interrupted_stage_is_begun_again(target):
    publish(target, SITE)
    killed = Stage(target)
    killed.add("half.html", b"x")
    del killed

    publish(target, {**MARKED, "index.html": b"<p>two"})

    assert content(target).keys() == {"index.html", *MARKS}


def test_an_interruption_between_the_two_renames_is_mended(target, tmp_path, monkeypatch):
    publish(target, SITE)
    before = content(target)
    killed = Stage(target)
    killed.add("index.html", b"<p>two")
    target.rename(tmp_path / ".build.old")  # the first rename of the swap, and then the power fails

    Stage(target)

    assert content(target) == before


def test_an_interruption_after_the_second_rename_is_tidied(target, tmp_path):
    publish(target, SITE)
    (tmp_path / ".build.old").mkdir()
    (tmp_path / ".build.old" / "index.html").write_bytes(b"old")

    publish(target, SITE)

    assert [p.name for p in tmp_path.iterdir()] == ["build"]


def refusing(code):
    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    ("function", "code", "name", "said"),
    [
        ("fchmod", errno.ENOSPC, "index.html", "No space left on device"),
        ("mkdir", errno.EROFS, "awards/b/index.html", "Read-only file system"),
    ],
)
def test_a_disk_that_refuses_leaves_the_former_site(
    target, monkeypatch, function, code, name, said
):
    publish(target, SITE)
    before = content(target)
    stage = Stage(target)

    monkeypatch.setattr(os, function, refusing(code))
    with pytest.raises(PublishError) as caught:
        stage.add(name, b"<p>two")
    monkeypatch.undo()

    assert caught.value.message == f"{name} can't be written: {said}"
    assert caught.value.fix == FIX_DISK
    assert content(target) == before


def test_a_swap_that_fails_half_way_puts_the_former_site_back(target, monkeypatch):
    publish(target, SITE)
    before = content(target)
    stage = Stage(target)
    stage.add("index.html", b"<p>two")
    real, calls = os.rename, []

    def second_fails(*arguments, **named):
        calls.append(arguments)
        if len(calls) == 2:
            refusing(errno.ENOSPC)()
        return real(*arguments, **named)

    monkeypatch.setattr(os, "rename", second_fails)
    with pytest.raises(PublishError) as caught:
        stage.swap()
    monkeypatch.undo()

    assert caught.value.message == "build can't be written: No space left on device"
    assert content(target) == before


def test_a_read_only_place_is_a_sentence(target, monkeypatch):
    monkeypatch.setattr(os, "mkdir", refusing(errno.EROFS))

    with pytest.raises(PublishError) as caught:
        Stage(target)

    assert caught.value.message == "build can't be written: Read-only file system"


def test_a_former_file_that_is_a_link_is_not_reused(target, tmp_path):
    publish(target, SITE)
    (tmp_path / "outside").write_bytes(SITE["index.html"])
    (target / "index.html").unlink()
    (target / "index.html").symlink_to(tmp_path / "outside")

    publish(target, SITE)

    assert not (target / "index.html").is_symlink()
    assert (target / "index.html").read_bytes() == SITE["index.html"]
