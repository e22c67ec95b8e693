"""What a site was made from, and what is still to be done to it: a small database beside the site.

One row for each unit: the digests of its inputs, its files with their SHA-256, what it claimed and
under which circumstances its award was verified. What the ledger held then. The journal holds what a run has decided and not yet done; it is written in one
transaction with the rows, so both are there or neither.

A database of another format, or a damaged one, is thrown away: then everything is made again and
compared with what is there. A row that was altered does not match its own sum; then none is believed.
"""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from obit_build.errors import PublishError
from obit_build.remembered import Remembered


class DamagedError(Exception):
    """The manifest says what nobody wrote; :meth:`Manifest.begin_again` helps."""


FORMAT = "4"
FIX = "free some space or give write permission, then build again"

_TABLES = """
create table if not exists about (name text primary key, value text) without rowid;
create table if not exists unit (
  name text primary key, number integer, bytes integer, images integer, certificates integer, sum text,
  inputs text, proven text, claims text, turns text, files text, digests text
) without rowid;
create table if not exists held (path text primary key, sha256 text) without rowid;
create table if not exists remembered (name text primary key, made_from text, sum text, value text) without rowid;
create table if not exists journal (path text primary key, act text) without rowid;
"""


_COUNTED = """select (select count(*) from unit)
= (select coalesce((select cast(value as integer) from about where name = 'units'), 0))"""
_ALL = "select name, inputs, proven, claims, turns, files, digests, images, certificates, sum from unit"
_REMEMBERED = "select made_from, sum, value from remembered"
_Content = tuple[str, str, str, str, str, str, str, int, int]
"""What a row's sum is made of."""


Columns = tuple[object, ...]
"""A row as the table has it."""


class FileRow(NamedTuple):
    """A file as it was made."""

    path: str
    size: int
    sha256: str


class UnitRow(NamedTuple):
    """A unit as it was made."""

    name: str
    inputs: str
    files: tuple[FileRow, ...]
    claims: str = ""
    """What an award claimed (:class:`obit_build.website.files.Claim`), as JSON; or nothing."""
    turns: str = ""
    """The times at which its files may become others by themselves, in ISO 8601, with spaces between."""
    proven: str = ""
    """Digest of all that its verification depended on; nothing if there was none to do."""
    images: int = 0
    """How many images were found to hold exactly their credential."""
    certificates: int = 0
    """How many certificates were."""

    def _content(self) -> _Content:
        files = " ".join([f"{size} {path}" for path, size, _ in self.files])
        digests = " ".join([sha256 for _, _, sha256 in self.files])
        said = self.name, self.inputs, self.proven, self.claims, self.turns
        return *said, files, digests, self.images, self.certificates

    def columns(self) -> Columns:
        """Return the row of the table."""
        content = self._content()
        counts = len(self.files), sum(x.size for x in self.files), self.images, self.certificates
        return self.name, *counts, _sum(content), *content[1:7]


def _sum(content: tuple[str | int, ...]) -> str:
    return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()


def peek(path: Path, name: str) -> str:
    """Return what a manifest keeps about the site under a name, without any other look at it; or nothing."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("select value from about where name = ?", (name,)).fetchone()
    except sqlite3.Error:
        return ""
    return str(found[0]) if found else ""


@contextlib.contextmanager
def remembering(path: Path, program: str) -> Iterator[Remembered]:
    """Recall, while the context lasts, what a manifest remembers for a program; a row that was altered is none."""

    def former(name: str) -> tuple[str, str] | None:
        try:
            rows = database.execute(f"{_REMEMBERED} where name = ?", (name,)).fetchall()
        except sqlite3.Error:
            return None
        for made_from, total, value in rows:
            if _sum((name, made_from, value)) == total:
                return made_from, value
        return None

    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
    except sqlite3.Error:  # there is no manifest yet
        yield Remembered(program)
        return
    with contextlib.closing(database):
        yield Remembered(program, former)


class Manifest:
    """The database of one site; opened by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._open()
        except sqlite3.DatabaseError:
            self.begin_again()

    def _open(self) -> None:
        self._database = sqlite3.connect(self._path, isolation_level=None)
        self._database.executescript(_TABLES)
        known = self.about().get("format")
        if known not in (None, FORMAT) or not self._is_whole():
            raise sqlite3.DatabaseError("of another format, or damaged")
        if known is None:
            self.set_about({"format": FORMAT})

    def _is_whole(self) -> bool:
        checks = (("pragma quick_check(1)", "ok"), (_COUNTED, 1))
        return all(self._database.execute(ask).fetchone() == (said,) for ask, said in checks)

    def begin_again(self) -> None:
        """Throw the database away: nothing is known any more, and nothing will be believed."""
        with contextlib.suppress(sqlite3.Error, AttributeError):
            self._database.close()
        for path in (self._path, self._path.with_name(self._path.name + "-journal")):
            path.unlink(missing_ok=True)
        self._open()

    def close(self) -> None:
        """Close the database; what was not committed is gone."""
        self._database.close()

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Keep all changes of the context, or none; raise PublishError if the disk refuses."""
        try:
            self._database.execute("begin immediate")
            yield
            self._database.execute("commit")
        except sqlite3.Error as error:
            self._undo()
            raise PublishError(f"the manifest can't be written: {error}", fix=FIX) from error
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._database.execute("rollback")

    def about(self) -> dict[str, str]:
        """Return what is kept about the whole site."""
        return dict(self._database.execute("select name, value from about"))

    def set_about(self, values: Mapping[str, str]) -> None:
        """Keep something about the whole site."""
        self._database.executemany("insert or replace into about values (?, ?)", values.items())

    def known(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield name, inputs, proven and turns of all units."""
        yield from self._database.execute("select name, inputs, proven, turns from unit")

    def claims(self) -> dict[str, str]:
        """Return what units claimed, by name; those that claimed nothing are left out."""
        return dict(self._database.execute("select name, claims from unit where claims <> ''"))

    def unit(self, name: str) -> UnitRow | None:
        """Return a unit's row, or None if there is none; raise DamagedError if it was altered."""
        found = self._database.execute(f"{_ALL} where name = ?", (name,)).fetchone()
        return _row(found) if found else None

    def units(self) -> Iterator[UnitRow]:
        """Yield all rows; raise DamagedError for one that was altered."""
        return map(_row, self._database.execute(_ALL).fetchall())

    def put_unit(self, row: UnitRow) -> None:
        """Write the row of a unit, over its former one."""
        self.put([row.columns()])

    def put(self, rows: Iterable[Columns]) -> None:
        """Write the rows of units as :meth:`UnitRow.columns` gives them."""
        self._database.executemany(
            "insert or replace into unit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )

    def drop_unit(self, row: UnitRow) -> None:
        """Forget a unit."""
        self._database.execute("delete from unit where name = ?", (row.name,))

    def count_units(self) -> None:
        """Keep how many rows there are, so that one that is lost is missed."""
        self._database.execute("insert or replace into about select 'units', count(*) from unit")

    def totals(self) -> tuple[int, int, int, int]:
        """Count files, bytes, verified images and verified certificates of the site."""
        asked = "select total(number), total(bytes), total(images), total(certificates) from unit"
        number, size, images, certificates = map(int, self._database.execute(asked).fetchone())
        return number, size, images, certificates

    def kept(self) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        """Yield each unit's name, and path and size of its files; raise DamagedError for what nobody wrote."""
        for name, files in self._database.execute("select name, files from unit"):
            yield name, _files(files)

    def digest(self, name: str, path: str) -> str:
        """Return the SHA-256 of one file of a unit; raise DamagedError if the unit was altered."""
        unit = self.unit(name)
        return next((x.sha256 for x in unit.files if x.path == path), "") if unit else ""

    def held(self) -> Iterator[tuple[str, str]]:
        """Yield path and SHA-256 of files that the ledger held, by path."""
        yield from self._database.execute("select path, sha256 from held order by path")

    def set_held(self, files: Iterable[tuple[str, str]]) -> None:
        """Keep what the ledger holds."""
        self._database.execute("delete from held")
        self._database.executemany("insert into held values (?, ?)", files)

    def remember(self, remembered: Remembered) -> None:
        """Keep what a run has worked out and what it has recalled; forget what it did not ask for."""
        names = remembered.names()
        known = self._database.execute("select name from remembered").fetchall()
        gone = [row for row in known if row[0] not in names]
        self._database.executemany("delete from remembered where name = ?", gone)
        self._database.executemany(
            "insert or replace into remembered values (?, ?, ?, ?)",
            ((name, of, _sum((name, of, value)), value) for name, of, value in remembered.rows()),
        )

    def journal(self) -> list[tuple[str, str]]:
        """Return what is still to be done: path and act."""
        return list(self._database.execute("select path, act from journal order by path"))

    def is_busy(self) -> bool:
        """Whether something is still to be done, or nobody can tell."""
        try:
            return bool(self.journal())
        except sqlite3.Error:
            return True

    def put_journal(self, entries: Iterable[tuple[str, str]]) -> None:
        """Write down what is about to be done."""
        self._database.executemany("insert or replace into journal values (?, ?)", entries)

    def clear_journal(self) -> None:
        """Note that all of it is done."""
        self._database.execute("delete from journal")


def _files(text: str) -> list[tuple[str, int]]:
    """Read sizes and paths; no path of a site has a space in it."""
    words = text.split(" ") if text else []
    try:
        return list(zip(words[1::2], map(int, words[::2]), strict=True))
    except ValueError:
        raise DamagedError("a row of the manifest was altered") from None


def _row(found: tuple[str, str, str, str, str, str, str, int, int, str]) -> UnitRow:
    content: _Content = found[:9]
    if _sum(content) != found[9]:
        raise DamagedError("a row of the manifest was altered")
    name, inputs, proven, claims, turns, files, digests, images, certificates = content
    return UnitRow(
        name=name,
        inputs=inputs,
        proven=proven,
        claims=claims,
        turns=turns,
        files=tuple(FileRow(*x, y) for x, y in zip(_files(files), digests.split(), strict=True)),
        images=images,
        certificates=certificates,
    )
