"""Whatever happens between two builds, a glance that finds nothing to do is right.

Things are done to a small centre at random: its files are edited, touched, put back; the site is tampered with;
time passes. After each, the folder has to be, byte for byte, what a build makes anew from the same files and the same
ledger, whether the build took its long way or not; and where nothing was done, it must not have.
OBIT_EDITS says how many things are done.
"""

import dataclasses
import datetime
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sample import small_centre
from staged import content

from obit_build import pipeline
from obit_build.centre.census import take
from obit_build.publishing.unchanged import unchanged
from obit_build.setting import Setting

EDITS = int(os.environ.get("OBIT_EDITS", "10")) // 2
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
PEOPLE = ("7f3k9m2q,Zebedee Quux,zq-7f3a@example.org,fr,no,", "2m8qa4xd,,,,,")
BADGE = "badges/tableur-1"
ENTROPY = bytes(range(32))

Deed = Callable[[random.Random, Path], None]


def quietly(path: Path, data: bytes) -> None:
    """Write a file and put its time back."""
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def a_word(draw: random.Random, root: Path) -> None:
    """Exchange a word of a badge or of the issuer for one that is as long."""
    path = root / draw.choice((f"{BADGE}/badge.yaml", "issuers/centre/issuer.yaml"))
    text = path.read_text()
    other = text.replace("Tableur", "Tabelle").replace("essai", "atout")
    if other == text:
        other = text.replace("Tabelle", "Tableur").replace("atout", "essai")
    quietly(path, other.encode())


def who_may_see(draw: random.Random, root: Path) -> None:
    path = root / BADGE / "awards/2026-03-14.yaml"
    code = draw.choice(("7f3k9m2q", "2m8qa4xd"))
    shown, plain = f"  - {{id: {code}, visibility: public}}\n", f"  - {code}\n"
    text = path.read_text()
    path.write_text(text.replace(shown, plain) if shown in text else text.replace(plain, shown))


def a_template(draw: random.Random, root: Path) -> None:
    path = root / "templates/assets/ours.css"
    if path.exists():
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"/* {draw.random()} */\n")


def consent(_draw: random.Random, root: Path) -> None:
    path = root / "recipients.csv"
    text = path.read_text()
    yes, no = "fr,yes,2026-01-01", "fr,no,"
    path.write_text(text.replace(yes, no) if yes in text else text.replace(no, yes))


def one_page(draw: random.Random, root: Path) -> Path:
    return draw.choice(sorted((root / "build").rglob("*.html")))


def a_page(draw: random.Random, root: Path) -> None:
    page = one_page(draw, root)
    quietly(page, page.read_bytes().replace(b"a", b"e"))


def no_page(draw: random.Random, root: Path) -> None:
    one_page(draw, root).unlink()


def a_stray(draw: random.Random, root: Path) -> None:
    (one_page(draw, root).parent / f"{draw.random()}.html").write_text("mine")


def a_touch(draw: random.Random, root: Path) -> None:
    draw.choice((one_page(draw, root), root / "obit.yaml", root / "recipients.csv")).touch()


def nothing(_draw: random.Random, _root: Path) -> None:
    pass


IDLE = (a_touch, nothing)
DEEDS: tuple[Deed, ...] = (
    a_word, who_may_see, a_template, consent, a_page, no_page, a_stray, *IDLE
)  # fmt: skip


def built(run: Setting) -> bool:
    """Bring the site up to date as the command does; return whether that took the long way."""
    census = take(run.root)
    assert census is not None
    if unchanged(run, run.root / "build", census):
        return False
    pipeline.build(run, run.root / "build", census=census)
    return True


@pytest.mark.parametrize("seed", [20261122])
def test_a_glance_is_right_whatever_happened(tmp_path, seed, monkeypatch):
    monkeypatch.setattr(os, "sync", lambda: None)  # nothing is unplugged here
    draw = random.Random(seed)
    root = small_centre(tmp_path / "centre", *PEOPLE)
    run = Setting(root=root, now=AT, at=AT, entropy=lambda size: ENTROPY[:size])
    assert built(run)

    for number in range(EDITS):
        deed = draw.choice(DEEDS)
        deed(draw, root)
        later = run.at + datetime.timedelta(hours=draw.choice((0, 0, 0, 1, 40)))
        passed, run = later > run.at, dataclasses.replace(run, at=later, now=later)

        took_the_long_way = built(run)

        anew = tmp_path / f"anew-{number}"
        pipeline.build(run, anew)
        assert content(root / "build") == content(anew), deed.__name__
        assert took_the_long_way == (passed or deed not in IDLE), deed.__name__
        assert not built(run), deed.__name__
