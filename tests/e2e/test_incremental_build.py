"""A build writes what changed, says why, and is not disturbed by another one."""

import fcntl
import os
import sqlite3

from running import tree
from sample import AT

BADGE = "badges/tableur-1/badge.yaml"


def times(folder):
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in (folder, *folder.rglob("*"))
    }


def test_an_edited_word_is_written_where_it_is_shown_and_nowhere_else(obit, small):
    first = obit(small, "build", "--at", AT, "--explain", "badges/tableur-1/")
    assert first.code == 0, first.err
    assert first.out == (
        "badges/tableur-1/index.html: written (part of pages/neutral)\n"
        "  nothing was known about this part of the site: it is new, or this is the first build\n"
    )
    before = times(small / "build")

    again = obit(small, "build", "--at", AT, "--explain", str(small / "build/badges/tableur-1"))
    assert again.out == (
        "badges/tableur-1/index.html: unchanged (part of pages/neutral)\n"
        "  nothing that it is made from has changed\n"
    )
    idle = obit(small, "build", "--at", AT)
    assert "0 signed now, 2 unchanged\n2 awards in the ledger\n" in idle.err
    assert idle.err.splitlines()[-3:] == again.err.splitlines()[-3:]
    assert times(small / "build") == before

    text = (small / BADGE).read_text()
    (small / BADGE).write_text(f"{text}hours: 14\n")
    edited = obit(small, "build", "--at", AT, "--explain", "build/badges/tableur-1/index.html")
    assert edited.out == (
        "badges/tableur-1/index.html: written (part of pages/neutral)\n"
        "  changed: a badge, a pathway, a framework or an endorsement\n"
    )
    written = {path for path, when in times(small / "build").items() if before.get(path) != when}
    assert {"badges/tableur-1/index.html", "fr/badges/tableur-1/index.html"} <= written
    assert not written & {
        "issuers/index.html",
        "verify/index.html",
        "robots.txt",
        "badges/filters.css",
    }


def test_an_edited_credential_is_noticed_where_nothing_else_changed(obit, small):
    assert obit(small, "build", "--at", AT).code == 0
    before = times(small / "build")
    edited = min((small / ".obit/preview/issued").rglob("*.json"))
    edited.write_bytes(edited.read_bytes().replace(b"Tableur", b"Tabelle"))

    done = obit(small, "build", "--at", AT)

    assert done.code == 1
    assert f"the credential {edited.stem} was changed after it was issued\n" in done.err
    assert times(small / "build") == before


def test_a_glance_says_what_the_long_way_says(obit, small):
    """Warnings with the lines that they are about, figures, everything: the note of a build holds it."""
    settings = small / "obit.yaml"
    settings.write_text(settings.read_text().replace("[fr]", "[fr, nl]"))
    assert obit(small, "build", "--at", AT).code == 0

    glance = obit(small, "build", "--at", AT)
    with sqlite3.connect(small / ".build.obit/manifest.sqlite") as database:
        assert database.execute("delete from about where name = 'note'").rowcount == 1
    database.close()
    long_way = obit(small, "build", "--at", AT)

    assert "text-is-in-every-language" in glance.err
    assert "Sait construire un tableau." in glance.err
    assert glance == long_way


def test_a_file_that_is_not_of_the_site_is_told_so_and_what_lay_there_is_removed(obit, small):
    assert obit(small, "build", "--at", AT).code == 0
    (small / "build/notes.txt").write_text("mine")

    removed = obit(small, "build", "--at", AT, "--explain", "notes.txt")
    never = obit(small, "build", "--at", AT, "--explain", "notes.txt")

    assert removed.out == "notes.txt: removed, because no part of the site has it any more\n"
    assert never.out == "notes.txt: no part of the site, neither before nor now\n"


def test_a_second_build_at_the_same_time_is_refused(obit, small):
    assert obit(small, "build", "--at", AT).code == 0
    site = tree(small / "build")
    lock = os.open(small / ".build.obit/lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)

    second = obit(small, "build", "--at", AT)
    os.close(lock)

    assert second.code == 4
    assert second.err == (
        "error: another obit is building into build/\n  fix: wait until it has finished\n"
    )
    assert tree(small / "build") == site
