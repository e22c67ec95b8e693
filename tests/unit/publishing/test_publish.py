"""A site is changed file by file, and never half: whatever stops a run, the next one mends it."""

import contextlib
import errno
import os
import sqlite3
import stat

import pytest
from staged import MARKED, SITE, content, publish, stage_files

from obit_build.errors import PublishError
from obit_build.publishing.manifest import DamagedError
from obit_build.publishing.publish import FIX_DISK, FIX_GO_ON, open_stage, state_of


@pytest.fixture
def target(tmp_path):
    return tmp_path / "build"


def test_a_site_appears_whole_and_nothing_lists_its_unlisted_files(target, tmp_path):
    written = publish(target, SITE)

    assert content(target) == SITE
    assert written == SITE.keys()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".build.obit", "build"]


def test_what_is_kept_beside_a_site_is_private_and_no_matter_for_git(target):
    publish(target, SITE)

    state = state_of(target)
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert (state / ".gitignore").read_text() == "*\n"
    assert not (state / "new").exists()


def test_nothing_is_visible_before_the_decision(target):
    with open_stage(target) as stage, stage.manifest.change():
        stage_files(stage, SITE)

        assert not target.exists()
        assert content(stage.folder) == SITE
        assert stage.read("index.html") == b"<p>one"


def test_the_new_site_holds_only_its_own_files_and_no_empty_folder(target):
    publish(target, SITE)

    assert publish(target, {**MARKED, "index.html": b"<p>two"}) == {"index.html"}

    assert content(target) == {**MARKED, "index.html": b"<p>two"}
    assert [p for p in target.rglob("*") if p.is_dir()] == []


def times(folder):
    return {p: (p.stat().st_ino, p.stat().st_mtime_ns) for p in (folder, *folder.rglob("*"))}


def test_what_did_not_change_is_the_same_file_with_its_time(target):
    publish(target, SITE)
    before = times(target)

    assert publish(target, {**SITE, "index.html": b"<p>new"}) == {"index.html"}

    after = times(target)
    assert {p for p in before if before[p] != after[p]} == {target, target / "index.html"}


def test_the_same_site_again_changes_nothing_at_all(target):
    publish(target, SITE)
    before = times(target)

    assert publish(target, SITE) == set()

    assert times(target) == before


def test_the_site_does_not_depend_on_the_order_of_adding(tmp_path):
    publish(tmp_path / "a", SITE)
    publish(tmp_path / "b", dict(reversed(SITE.items())))

    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.parametrize("umask", [0, 0o077])
def test_modes_do_not_depend_on_the_umask(target, umask):
    old = os.umask(umask)
    try:
        publish(target, SITE)
        publish(target, {**SITE, "awards/b/index.html": b"<p>b"})
    finally:
        os.umask(old)

    modes = {stat.S_IMODE(p.stat().st_mode) for p in target.rglob("*") if p.is_dir()}
    assert modes | {stat.S_IMODE(target.stat().st_mode)} == {0o755}
    assert {stat.S_IMODE(p.stat().st_mode) for p in target.rglob("*") if p.is_file()} == {0o644}


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "a\\b", "index.html"])
def test_a_file_of_the_site_stays_in_it_and_comes_once(target, tmp_path, path):
    with open_stage(target) as stage:
        stage.files_of([("index.html", b"")], None)

        with pytest.raises(PublishError) as caught:
            stage.files_of([(path, b"x")], None)

        assert caught.value.message == f"{path} can't be a file of the site"
        assert content(stage.folder) == {"index.html": b""}
    assert not target.exists()


def test_a_folder_that_obit_did_not_make_is_left_alone(target, tmp_path):
    target.mkdir()
    (target / "thesis.docx").write_bytes(b"years of work")

    with pytest.raises(PublishError) as caught:
        publish(target, SITE)

    assert caught.value.message == "build/ holds files that obit did not make"
    assert caught.value.fix == "move them away, or choose another --out"
    assert content(tmp_path) == {"build/thesis.docx": b"years of work"}


def test_an_empty_folder_may_be_used(target):
    target.mkdir()

    publish(target, SITE)

    assert content(target) == SITE


def test_a_file_or_a_link_in_place_of_the_folder_is_left_alone(target, tmp_path):
    target.write_text("notes")
    with pytest.raises(PublishError) as caught:
        publish(target, SITE)
    assert caught.value.message == "build is not a folder"
    target.unlink()

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target.symlink_to(elsewhere)
    with pytest.raises(PublishError, match="build is not a folder"):
        publish(target, SITE)


def test_a_site_of_a_former_obit_that_left_no_manifest_is_brought_up_to_date(target):
    for path, data in {**SITE, "old.html": b"gone"}.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)

    assert publish(target, {**SITE, "index.html": b"<p>new"}) == {"index.html"}

    assert content(target) == {**SITE, "index.html": b"<p>new"}


# What others do to the site


def altered(path):
    path.write_bytes(b"<p>two")  # as long as what was there


def touched_back(path):
    path.write_bytes(b"<p>longer")
    os.utime(path, ns=(1, 1))


def altered_and_nothing_tells(path):
    before = path.stat()
    path.write_bytes(b"<p>two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def swapped_for_a_link(path):
    outside = path.parent.parent / "outside"
    outside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(outside)


@pytest.mark.parametrize(
    "change",
    [
        altered,
        touched_back,
        altered_and_nothing_tells,
        swapped_for_a_link,
        os.unlink,
        lambda path: path.chmod(0o600),
    ],
    ids=["altered", "another time", "its former size and time", "link", "removed", "mode"],
)
def test_a_file_that_somebody_changed_is_put_right(target, change):
    publish(target, SITE)
    change(target / "index.html")

    assert publish(target, SITE) == {"index.html"}

    assert content(target) == SITE
    assert not (target / "index.html").is_symlink()
    assert publish(target, SITE) == set()


def test_a_file_that_was_only_touched_is_looked_at_once_and_not_written(target):
    publish(target, SITE)
    (target / "index.html").touch()

    assert publish(target, SITE) == set()

    with open_stage(target) as stage:
        assert stage.doubtful == frozenset()


def test_a_folder_that_somebody_moved_away_is_made_again(target, tmp_path):
    publish(target, SITE)
    (target / "awards").rename(tmp_path / "elsewhere")

    publish(target, SITE)

    assert content(target) == SITE


def test_files_that_are_not_ours_are_removed_from_a_site_of_ours(target):
    publish(target, SITE)
    publish(target, SITE)
    folder = target / "awards/a"
    before = folder.stat()
    (folder / "badge.png").write_bytes(b"left over")
    os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    (target / "new/folder").mkdir(parents=True)
    (target / "new/folder/x.html").write_bytes(b"x")

    publish(target, SITE)

    assert content(target) == SITE
    assert not (target / "new").exists()


def test_a_link_in_place_of_a_folder_is_never_written_through(target, tmp_path):
    publish(target, SITE)
    elsewhere = tmp_path / "elsewhere"
    (target / "awards").rename(elsewhere)
    (target / "awards").symlink_to(elsewhere)

    publish(target, {**SITE, "awards/a/index.html": b"<p>new"})

    assert content(target) == {**SITE, "awards/a/index.html": b"<p>new"}
    assert not (target / "awards").is_symlink()
    assert (elsewhere / "a/index.html").read_bytes() == b"<p>a"


# What is known about the site


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b"no database"),
        lambda file: file.write_bytes(b""),
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:5000]),
        lambda file: said(file, "update unit set files = replace(files, 'index', 'outdex')"),
        lambda file: said(file, "update about set value = '0' where name = 'format'"),
        lambda file: said(file, "delete from unit"),
        lambda file: said(file, "drop table unit"),
    ],
    ids=["text", "empty", "gone", "cut off", "altered", "other format", "no rows", "no units"],
)
def test_a_manifest_that_can_not_be_believed_costs_time_and_nothing_else(target, spoil):
    publish(target, {**SITE, "awards/b/index.html": b"<p>b"})
    spoil(state_of(target) / "manifest.sqlite")

    before = times(target)
    with open_stage(target) as stage:
        pass
    try:
        publish(target, SITE)
    except DamagedError:
        with open_stage(target) as stage:
            stage.start_over()
        publish(target, SITE)

    assert content(target) == SITE
    assert {p for p in times(target) if times(target)[p] != before[p]} == {target / "awards"}


def said(file, statement):
    with sqlite3.connect(file) as database:
        database.execute(statement)
    database.close()


def test_two_runs_at_once_are_refused(target):
    publish(target, SITE)

    with open_stage(target), pytest.raises(PublishError) as caught:
        publish(target, {**SITE, "index.html": b"<p>two"})

    assert caught.value.message == "another obit is building into build/"
    assert caught.value.fix == "wait until it has finished"
    assert content(target) == SITE


# What stops a run


class Killed(BaseException):
    """The process is gone: nothing of it tidies up."""


@pytest.fixture
def killed_at(monkeypatch):
    """Return a function that ends a run at the given call of a function of ``os``."""

    def kill(name, number):
        real, calls = getattr(os, name), []

        def call(*arguments, **named):
            calls.append(arguments)
            if len(calls) > number:
                raise Killed
            return real(*arguments, **named)

        monkeypatch.setattr(os, name, call)

    return kill


NEXT = {
    **MARKED,
    "index.html": b"<p>two",
    "awards/b/index.html": b"<p>b",
    "status/centre/1.json": b"[1]",
    "log/checkpoint": b"2",
}


@pytest.mark.parametrize("number", range(3))
def test_a_run_that_is_stopped_before_it_has_decided_leaves_the_site_as_it_was(
    target, killed_at, monkeypatch, number
):
    publish(target, SITE)
    before = times(target)

    killed_at("write", number)
    with pytest.raises(Killed):
        publish(target, NEXT)
    monkeypatch.undo()

    assert times(target) == before
    with open_stage(target):
        assert content(target) == SITE
    assert publish(target, NEXT) == {"index.html", "awards/b/index.html", *LISTS}
    assert content(target) == NEXT


LISTS = {"status/centre/1.json", "log/checkpoint"}


@pytest.mark.parametrize("name", ["replace", "unlink", "rmdir"])
@pytest.mark.parametrize("number", range(4))
def test_a_run_that_is_stopped_after_it_has_decided_is_finished_by_the_next(
    target, killed_at, monkeypatch, name, number
):
    publish(target, SITE)

    killed_at(name, number)
    with contextlib.suppress(Killed):  # it may need fewer calls
        publish(target, NEXT)
    monkeypatch.undo()

    found = content(target)
    assert all(data in (SITE.get(path), NEXT.get(path)) for path, data in found.items())
    assert found["status/centre/1.json"] == b"[0]" or found["index.html"] == b"<p>two"
    assert "awards/a/index.html" in found or found["log/checkpoint"] == b"2"
    with open_stage(target):
        assert content(target) == NEXT
    assert publish(target, NEXT) == set()


def test_a_first_site_is_there_as_a_whole_or_not_at_all(target, killed_at, monkeypatch):
    killed_at("rename", 0)
    with pytest.raises(Killed):
        publish(target, SITE)
    monkeypatch.undo()
    assert not target.exists()

    with open_stage(target):
        assert content(target) == SITE


def refusing(code):
    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    ("function", "code", "name", "words"),
    [
        ("write", errno.ENOSPC, "index.html", "No space left on device"),
        ("mkdir", errno.EROFS, "awards/b/index.html", "Read-only file system"),
    ],
)
def test_a_disk_that_refuses_leaves_the_former_site(
    target, monkeypatch, function, code, name, words
):
    publish(target, SITE)
    before = times(target)

    with open_stage(target) as stage:
        monkeypatch.setattr(os, function, refusing(code))
        with pytest.raises(PublishError) as caught:
            stage.files_of([(name, b"<p>two")], None)
        monkeypatch.undo()

    assert caught.value.message == f"{name} can't be written: {words}"
    assert caught.value.fix == FIX_DISK
    assert times(target) == before


def test_a_disk_that_refuses_after_the_decision_is_told_so_and_the_next_run_goes_on(
    target, monkeypatch
):
    publish(target, SITE)

    monkeypatch.setattr(os, "replace", refusing(errno.ENOSPC))
    with pytest.raises(PublishError) as caught:
        publish(target, NEXT)
    monkeypatch.undo()

    assert caught.value.message == "build can't be written: No space left on device"
    assert caught.value.fix == FIX_GO_ON
    assert publish(target, NEXT) == set()
    assert content(target) == NEXT


def test_a_read_only_place_is_a_sentence(target, monkeypatch):
    monkeypatch.setattr(os, "mkdir", refusing(errno.EROFS))

    with pytest.raises(PublishError) as caught:
        publish(target, SITE)

    assert caught.value.message == "build can't be written: Read-only file system"
