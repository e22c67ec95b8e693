"""A build that has nothing to do says so at a glance, and never where anything at all is different."""

import dataclasses
import datetime
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sample import small_centre

from obit_build import pipeline
from obit_build.centre.census import Census, own_files, take
from obit_build.errors import ObitError
from obit_build.package import PACKAGE
from obit_build.publishing.manifest import Manifest
from obit_build.publishing.publish import state_of
from obit_build.publishing.unchanged import Note, unchanged
from obit_build.setting import Setting
from obit_build.theme import FOLDER

AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
PEOPLE = ("7f3k9m2q,Zebedee Quux,zq-7f3a@example.org,fr,no,", "2m8qa4xd,,,,,")
BADGE = "badges/tableur-1"
LEDGER = ".obit/preview"
ENTROPY = bytes(range(32))


def setting_of(root: Path) -> Setting:
    return Setting(root=root, now=AT, at=AT, entropy=lambda size: ENTROPY[:size])


def built(root: Path) -> Path:
    """Build a centre's preview and return its folder."""
    pipeline.build(setting_of(root), root / "build", census=take(root))
    return root


@pytest.fixture(scope="module")
def centre(tmp_path_factory) -> Path:
    return built(small_centre(tmp_path_factory.mktemp("unchanged") / "centre", *PEOPLE))


def seen(root: Path, **other: object) -> Note | None:
    """Look at a centre, under the circumstances of its build or others."""
    census = take(root)
    run = dataclasses.replace(setting_of(root), **other)
    return unchanged(run, root / "build", census) if census else None


@pytest.fixture
def kept(centre, tmp_path):
    """Whatever a test does to the centre is undone, and then nothing has changed again."""
    copy = tmp_path / "copy"
    shutil.copytree(centre, copy, symlinks=True)
    yield centre
    for path in sorted(centre.rglob("*"), reverse=True):
        twin = copy / path.relative_to(centre)
        if path.is_dir() and not path.is_symlink():
            if not twin.exists():
                path.rmdir()
        elif path.name != "manifest.sqlite" and not same(path, twin):
            path.unlink()
    for twin in sorted(copy.rglob("*")):
        path = centre / twin.relative_to(copy)
        if twin.is_dir():
            path.mkdir(exist_ok=True)
        elif not path.exists() or path.name == "manifest.sqlite":
            shutil.copy2(twin, path)
    assert seen(centre) is not None


def same(path: Path, twin: Path) -> bool:
    return (
        not path.is_symlink()
        and twin.exists()
        and path.stat().st_mode == twin.stat().st_mode
        and path.read_bytes() == twin.read_bytes()
    )


def test_a_site_that_is_as_it_was_left_is_known_at_a_glance(centre):
    note = seen(centre)

    assert note is not None
    assert note.summary.signed == 0
    assert note.summary.unchanged == note.summary.verified == 2
    assert note.summary.as_before == note.summary.files == len(list(files_of(centre / "build")))


def test_the_note_names_nobody(centre):
    text = Manifest(state_of(centre / "build") / "manifest.sqlite").about()["note"]

    for said in ("Zebedee", "zq-7f3a", "7f3k9m2q", "2m8qa4xd"):
        assert said not in text


def files_of(folder: Path):
    return (path for path in folder.rglob("*") if path.is_file())


# What people, programs and accidents do to files -------------------------------------------------


def first(root: Path, pattern: str) -> Path:
    return min(path for path in root.glob(pattern) if path.is_file())


def edited(pattern: str) -> Callable[[Path], None]:
    """Change one byte of a file, and leave its size and its time."""

    def edit(root: Path) -> None:
        path = first(root, pattern)
        before, data = path.stat(), path.read_bytes()
        path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return edit


def removed(pattern: str) -> Callable[[Path], None]:
    return lambda root: first(root, pattern).unlink()


def added(path: str) -> Callable[[Path], None]:
    def add(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x\n")

    return add


def renamed(pattern: str, name: str) -> Callable[[Path], None]:
    def rename(root: Path) -> None:
        path = first(root, pattern)
        path.rename(path.with_name(name))

    return rename


def linked(pattern: str) -> Callable[[Path], None]:
    def link(root: Path) -> None:
        path = first(root, pattern)
        outside = root.parent / "outside"
        outside.write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(outside)

    return link


EDITS: dict[str, Callable[[Path], None]] = {
    "settings": edited("obit.yaml"),
    "people": edited("recipients.csv"),
    "issuer": edited("issuers/*/issuer.yaml"),
    "badge": edited("badges/*/badge.yaml"),
    "picture": edited("badges/*/image.*"),
    "award": edited("badges/*/awards/*.yaml"),
    "award file more": added(f"{BADGE}/awards/2026-05-01.yaml"),
    "award file gone": removed("badges/*/awards/*.yaml"),
    "award file renamed": renamed("badges/*/awards/*.yaml", "other.yaml"),
    "award file behind a link": linked("badges/*/awards/*.yaml"),
    "folder more": lambda root: (root / BADGE / "award").mkdir(),
    "template": added("templates/award.html"),
    "phrases": added("templates/locale/fr.yaml"),
    "pathway": added("pathways/one.yaml"),
    "owners": added(".github/CODEOWNERS"),
    "slip of a name": added("pathway/one.yaml"),
    "event": edited(f"{LEDGER}/log/00000003.json"),
    "last event": edited(f"{LEDGER}/log/*[5-9].json"),
    "event more": added(f"{LEDGER}/log/00000099.json"),
    "event gone": removed(f"{LEDGER}/log/00000002.json"),
    "event renamed": renamed(f"{LEDGER}/log/00000002.json", "2.json"),
    "credential": edited(f"{LEDGER}/issued/*/*.json"),
    "credential gone": removed(f"{LEDGER}/issued/*/*.json"),
    "credential behind a link": linked(f"{LEDGER}/issued/*/*.json"),
    "status list": edited(f"{LEDGER}/state/status/*/1.json"),
    "status list gone": removed(f"{LEDGER}/state/status/*/1-suspension.json"),
    "ledger of the live site": added(".obit/ledger/log/00000001.json"),
    "page": edited("build/badges/*/index.html"),
    "page gone": removed("build/badges/*/index.html"),
    "page's mode": lambda root: first(root, "build/badges/*/index.html").chmod(0o600),
    "page behind a link": linked("build/badges/*/index.html"),
    "page more": added("build/badges/notes.html"),
    "folder of pages more": added("build/mine/folder/notes.html"),
}


@pytest.mark.parametrize("what", EDITS)
def test_nothing_that_somebody_changed_is_missed(kept, what):
    EDITS[what](kept)

    assert seen(kept) is None


@pytest.mark.parametrize(
    "what",
    [what for what in EDITS if what.split()[0] in ("event", "last", "credential", "status")],
)
def test_where_there_is_something_to_do_the_ledger_is_not_believed_either(kept, what):
    award = kept / BADGE / "awards/2026-03-14.yaml"
    shown = b"  - {id: 7f3k9m2q, visibility: public}"
    award.write_bytes(award.read_bytes().replace(b"  - 7f3k9m2q", shown))
    EDITS[what](kept)

    assert outcome(kept, take(kept)) == outcome(kept, None)


def outcome(root: Path, census: Census | None) -> str:
    """Return what a build refuses, or nothing; ``census`` lets it recall what the one before has left."""
    try:
        pipeline.build(setting_of(root), root / "build", census=census)
    except ObitError as error:
        return f"{error.message}: {error.fix}"
    return ""


@pytest.mark.parametrize(
    "pattern",
    ["build/index.html", "recipients.csv", f"{LEDGER}/log/00000003.json"],
    ids=["page", "people", "event"],
)
def test_what_was_only_touched_costs_a_look(kept, pattern):
    first(kept, pattern).touch()

    assert seen(kept) is not None


# Circumstances -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        {"at": AT + datetime.timedelta(seconds=1)},
        {"now": AT - datetime.timedelta(seconds=1)},
        {"now": AT + datetime.timedelta(hours=22)},
        {"commit": "0" * 40},
        {"preview": True},
        {"ledger": ".obit/other"},
        {"environment": {"OBIT_RECIPIENTS": "recipients.csv"}},
    ],
    ids=["time", "earlier", "another day", "commit", "mode", "ledger", "people"],
)
def test_under_other_circumstances_nothing_is_known(centre, other):
    assert seen(centre, **other) is None


def test_later_on_the_same_day_nothing_has_changed(centre):
    assert seen(centre, now=AT + datetime.timedelta(hours=21, minutes=59)) is not None


def test_every_file_of_the_program_counts():
    counted = {Path(path) for _, path in own_files()}

    of_the_package = {
        path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    of_the_theme = {path for path in FOLDER.rglob("*") if path.is_file()}
    assert counted == of_the_package | of_the_theme
    assert PACKAGE / "website" / "render.py" in counted


def test_another_program_knows_nothing(centre):
    census = take(centre)
    other = dataclasses.replace(census, program="another obit, Python or library")

    assert unchanged(setting_of(centre), centre / "build", census) is not None
    assert unchanged(setting_of(centre), centre / "build", other) is None


def test_when_an_award_runs_out_it_is_looked_at_again(tmp_path):
    root = small_centre(tmp_path / "centre", *PEOPLE)
    badge = root / BADGE / "badge.yaml"
    badge.write_text(f"{badge.read_text()}expires: P8M7D\n")
    built(root)

    assert seen(root, now=AT + datetime.timedelta(hours=11, minutes=59)) is not None
    assert seen(root, now=AT + datetime.timedelta(hours=12)) is None


def test_a_people_list_that_is_kept_apart_counts(tmp_path):
    root = small_centre(tmp_path / "centre", *PEOPLE)
    apart = tmp_path / "people.csv"
    (root / "recipients.csv").rename(apart)
    settings = (root / "obit.yaml").read_text()
    (root / "obit.yaml").write_text(f"{settings}recipients: ../people.csv\n")
    built(root)

    assert seen(root) is not None
    apart.write_bytes(apart.read_bytes().replace(b",no,", b",yes,"))
    assert seen(root) is None
    apart.unlink()
    assert seen(root) is None


def test_a_clone_that_learns_its_past_is_built_again(tmp_path):
    root = small_centre(tmp_path / "centre", *PEOPLE)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x")
    commit = git(root, "rev-parse", "HEAD").strip()
    run = dataclasses.replace(setting_of(root), commit=commit)
    pipeline.build(run, root / "build", census=take(root))

    assert seen(root, commit=commit) is not None
    (root / ".git/shallow").write_text(f"{commit}\n")
    assert seen(root, commit=commit) is None


def git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    said = subprocess.run(
        ["git", "-C", str(root), *who, *arguments], check=True, capture_output=True, text=True
    )
    return said.stdout


# What a build remembers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "update about set value = substr(value, 1, 200) where name = 'note'",
        "update about set value = replace(value, 'active', 'revoked') where name = 'note'",
        "update about set value = '' where name = 'note'",
        "delete from about where name = 'note'",
        "delete from held where path like 'state/%'",
        "delete from unit where name like 'badge/%'",
        "update unit set files = replace(files, 'index', 'outdex')",
        "update unit set files = 'x'",
    ],
    ids=["cut off", "altered", "empty", "gone", "files of the ledger", "rows", "files", "no list"],
)
def test_a_note_that_can_not_be_believed_is_none(kept, statement):
    with sqlite3.connect(state_of(kept / "build") / "manifest.sqlite") as database:
        database.execute(statement)
    database.close()

    assert seen(kept) is None


def test_what_another_site_remembers_is_not_believed(kept, tmp_path):
    other = built(small_centre(tmp_path / "other", PEOPLE[1]))
    state = state_of(kept / "build")
    shutil.copy(state_of(other / "build") / "manifest.sqlite", state / "manifest.sqlite")

    assert seen(kept) is None


def test_a_file_that_changed_while_it_was_read_is_not_relied_on(tmp_path):
    root = small_centre(tmp_path / "centre", *PEOPLE)
    census = take(root)
    badge = first(root, "badges/*/badge.yaml")
    before = badge.read_bytes()
    badge.write_bytes(before + b"hours: 14\n")
    pipeline.build(setting_of(root), root / "build", census=census)
    badge.write_bytes(before)

    assert seen(root) is None


def test_a_build_that_takes_no_census_leaves_no_note(kept):
    pipeline.build(setting_of(kept), kept / "build")

    assert seen(kept) is None
    built(kept)
