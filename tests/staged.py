"""Publish a few files as one run would: made, decided, put in place."""

from obit_build.publishing.manifest import UnitRow
from obit_build.publishing.publish import MARKS, open_stage

MARKED = dict.fromkeys(MARKS, b"")
SITE = {
    **MARKED,
    "index.html": b"<p>one",
    "awards/a/index.html": b"<p>a",
    "awards/a/credential.json": b"{}",
    "status/centre/1.json": b"[0]",
    "log/checkpoint": b"1",
}


def content(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def stage_files(stage, files):
    """Stage a site of one unit, and note what it no longer has."""
    former = stage.manifest.unit("all")
    rows, staged = stage.files_of(files.items(), former)
    stage.note(staged)
    stage.manifest.put_unit(UnitRow(name="all", inputs="", files=rows))
    old = {file.path for file in former.files} if former else set()
    stage.gone = frozenset(old - files.keys()) | frozenset(stage.foreign())


def publish(target, files):
    """Bring a site up to date; return the paths that were written."""
    with open_stage(target) as stage:
        with stage.manifest.change():
            stage_files(stage, files)
            journal = stage.decide()
        stage.carry_out(journal)
        return stage.written
