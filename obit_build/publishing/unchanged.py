"""A site for which there is nothing to do: all that it was made from is as it was, and nobody was at it.

A build leaves a note of what it was made from: a digest of the files and of the program, the asked options, the
ledger's last event and the digest of each of its files, what there was to say, and until when time changes nothing.
Where all of it is as noted, a build would make the same bytes and say the same; so nothing is parsed, and no
large library is imported. Every event of the ledger, every credential and every file of the site is looked at.
Only for ledgers in a folder: to ask for a branch takes longer than to make a page.

What does not fit, can't be read or is not understood is no error here: then the build goes its long way, which
finds words for it. The note is a part of the site's manifest; it holds digests, figures, and findings as they are shown.
"""

import dataclasses
import datetime
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from obit_build.centre.census import Census, sha256_of
from obit_build.centre.names import ELSEWHERE
from obit_build.durable import TEMPORARY
from obit_build.errors import PublishError
from obit_build.fingerprint import fingerprint
from obit_build.git.head import is_shallow
from obit_build.ledger.watch import Seal, Watch
from obit_build.problems import Location, Problem, Report
from obit_build.publishing.manifest import DamagedError, peek
from obit_build.publishing.publish import manifest_of, open_stage, state_of
from obit_build.publishing.site_folder import read_plain
from obit_build.publishing.summary import Summary
from obit_build.setting import Setting

NOTE = "note"
_AT_ONCE = 1 << 15
"""Bytes; most files of a ledger are smaller, and are read with one call."""
_HeldFile = tuple[str, str]
"""Path in the ledger and SHA-256; an empty one for a file that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a build saw, and what it said."""

    circumstances: str
    """See :func:`circumstances`."""
    files: str
    """The census."""
    people: str
    """Where the people list is, if it is kept apart."""
    people_sha256: str
    """Empty where it was not at hand."""
    since: datetime.datetime
    until: datetime.datetime
    """From which time, and before which, checks and verifiers say the same."""
    ledger: str
    """Its folder."""
    seal: Seal
    """Since when nobody was at it, for all that was known then."""
    size: int
    head: str
    held: str
    """Digest of the list of its other files (:meth:`obit_build.publishing.manifest.Manifest.held`)."""
    elsewhere: str
    """A folder that would be the ledger if it held one."""
    report: Report
    read: int
    """How many files the checks were about."""
    summary: Summary

    def sources(self, root: Path) -> dict[str, bytes]:
        """Read the files that the report speaks of, and that are in the centre's folder."""
        paths = {problem.location.path for problem in self.report.problems}
        return {path: data for path in sorted(paths) if (data := read_plain(str(root / path)))}


def circumstances(setting: Setting) -> str:
    """Digest what a run was asked for, and what Git and the environment tell it."""
    return fingerprint(
        str(setting.root.resolve()),
        (setting.preview, setting.ledger, setting.at, setting.commit),
        setting.environment.get(ELSEWHERE),
        bool(setting.commit) and is_shallow(setting.root),
    )


def unchanged(setting: Setting, target: Path, census: Census) -> Note | None:
    """Return what the last build noted if a build would now leave the site as it is, and say the same."""
    if not target.is_dir() or not state_of(target).is_dir():
        return None
    text = peek(manifest_of(target), NOTE)
    note = _read(text)
    if note is None or not _is_made_from_the_same(setting, note, census):
        return None
    try:
        watch = Watch(setting.root / note.ledger, note.seal)
        with open_stage(target) as stage:
            if (
                stage.manifest.about().get(NOTE) != text
                or not _ledger_is_the_same(watch, setting.root, note, stage.manifest.held())
                or stage.doubtful
            ):
                return None
            if stage.was_touched:
                with stage.manifest.change():
                    stage.seal()
            return note
    except (PublishError, DamagedError):
        return None


def _is_made_from_the_same(setting: Setting, note: Note, census: Census) -> bool:
    return (
        note.since <= setting.now < note.until
        and note.files == census.total
        and note.circumstances == circumstances(setting)
        and not (note.people and note.people_sha256 != sha256_of(Path(note.people)))
        and not (note.elsewhere and (setting.root / note.elsewhere / "log").exists())
    )


def _ledger_is_the_same(watch: Watch, root: Path, note: Note, held: Iterable[_HeldFile]) -> bool:
    try:
        folder = os.open(root / note.ledger, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        return (
            watch.holds_events(note.size, note.head) or _events_are(folder, note.size, note.head)
        ) and _files_are(watch, folder, note.held, held)
    except OSError:
        return False
    finally:
        os.close(folder)


def _events_are(folder: int, size: int, head: str) -> bool:
    """Tell whether the chain has so many events and leads to this one: each names the digest of the one before."""
    names = [f"{number:08d}.json" for number in range(1, size + 1)]
    log = os.open("log", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        with os.scandir(log) as entries:
            found = [entry.name for entry in entries if not entry.name.startswith(TEMPORARY)]
        if sorted(found) != names:
            return False
        before = b""
        for name in names:
            data = _bytes(name, log)
            if before not in data:
                return False
            before = b'"prev":"%s"' % hashlib.sha256(data).hexdigest().encode()
        return before == b'"prev":"%s"' % head.encode()
    finally:
        os.close(log)


def _files_are(watch: Watch, folder: int, digest: str, held: Iterable[_HeldFile]) -> bool:
    """Tell whether the list of files is the one that was noted, and each file has its digest."""
    total = hashlib.sha256()
    for path, sha256 in held:
        total.update(_line(path, sha256))
        try:
            is_same = watch.holds(path) or (
                hashlib.sha256(_bytes(path, folder)).hexdigest() == sha256
            )
        except FileNotFoundError:
            is_same = not sha256
        if not is_same:
            return False
    return total.hexdigest() == digest


def held_digest(held: Iterable[_HeldFile]) -> str:
    """Digest a list of the ledger's files, as it is compared later."""
    total = hashlib.sha256()
    for path, sha256 in held:
        total.update(_line(path, sha256))
    return total.hexdigest()


def _line(path: str, sha256: str) -> bytes:
    return f"{path}\0{sha256}\n".encode()


def _bytes(name: str, folder: int) -> bytes:
    """Read a file with few calls; where the system gives less than there is, its digest is another one."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        data = part = os.read(descriptor, _AT_ONCE)
        while len(part) == _AT_ONCE:
            part = os.read(descriptor, _AT_ONCE)
            data += part
        return data
    finally:
        os.close(descriptor)


def written(note: Note) -> str:
    """Write a note as text, with its own sum."""
    document: dict[str, Any] = {
        **{field.name: getattr(note, field.name) for field in dataclasses.fields(note)},
        "since": note.since.isoformat(),
        "until": note.until.isoformat(),
        "report": [_row(problem) for problem in note.report.problems],
        "summary": dataclasses.asdict(note.summary),
    }
    text = json.dumps(document)
    return f"{_sum(text)}{text}"


def _row(problem: Problem) -> list[object]:
    at = problem.location
    place = [at.path, at.line, at.column, at.length]
    return [place, problem.check, problem.message, problem.fix, problem.level]


def _sum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _read(text: str) -> Note | None:
    """Read a note; None if nobody wrote it so."""
    told, text = text[:32], text[32:]
    if not text or told != _sum(text):
        return None
    try:
        document = json.loads(text)
        problems = tuple(
            Problem(location=Location(*place), check=check, message=message, fix=fix, level=level)
            for place, check, message, fix, level in document.pop("report")
        )
        summary = document.pop("summary")
        summary["languages"] = tuple(summary["languages"])
        document["seal"] = tuple(document["seal"])
        for name in ("since", "until"):
            document[name] = datetime.datetime.fromisoformat(document[name])
        return Note(**document, report=Report(problems), summary=Summary(**summary))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
