"""Write a site: stage what changed beside it, decide, put it in place file by file.

What did not change is not touched. Nothing of a change is visible before all of it was made and
found good; then a journal says what is to be done, and each file is renamed into place: new ones
first, lists and checkpoint after them, removals last. A run that was stopped before the decision
leaves the site as it was; one that was stopped after it is finished by the next. A site that was not
there appears with a single rename. Only a folder that obit made is ever changed, by one run at a
time.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath

from obit_build.errors import PublishError
from obit_build.publishing.manifest import FileRow, Manifest, UnitRow
from obit_build.publishing.site_folder import (
    holds,
    make_all,
    make_first,
    read_plain,
    remove,
    write_new,
)
from obit_build.publishing.site_look import Looked, look

MANY_FOLDERS = 1024
MARKS = ("catalog.json", ".nojekyll")
"""Files that every site of ours has; nothing on a site lists its unlisted pages."""

FIX_DISK = (
    "free some space or give write permission, then build again; the former site is untouched"
)
FIX_GO_ON = "free some space or give write permission, then build again: that goes on from here"
WHOLE, BLOCKING, NEW, GONE = "whole", "blocking", "new", "gone"
"""What the journal says of a path: put the staged site there; remove what lies where a folder is
needed; put the staged file there; remove it."""
SEALED = "sealed"
"""What the manifest calls the instant since which nobody was at the site; and a file that tells the time."""
_LAST = ("status/", "log/")


def is_site(folder: Path) -> bool:
    """Tell whether a folder is a site that obit made."""
    return all((folder / name).is_file() for name in MARKS)


def state_of(target: Path) -> Path:
    """Return the folder in which we keep what belongs to a site and is not published."""
    return target.with_name(f".{target.name}.obit")


def manifest_of(target: Path) -> Path:
    """Return the file that holds what is known of a site."""
    return state_of(target) / "manifest.sqlite"


@contextlib.contextmanager
def open_stage(target: Path) -> Iterator["Stage"]:
    """Open a site for one run; finish what a former run had decided, forget what it had not.

    Raises PublishError if another run is at it, for a folder that obit did not make, and for a disk
    that refuses.
    """
    _refuse_strange(target)
    state = state_of(target)
    try:
        descriptor = _locked(target, state)
        try:
            manifest = Manifest(manifest_of(target))
            try:
                stage = Stage(target, manifest)
                yield stage
            finally:
                if not manifest.is_busy():  # else the next run needs what is staged
                    shutil.rmtree(state / "new", ignore_errors=True)
                manifest.close()
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _wrong(target.name, error) from error


def _refuse_strange(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise PublishError(
            f"{target.name} is not a folder", fix="move it away, or choose another --out"
        )
    if target.exists() and not is_site(target) and any(target.iterdir()):
        raise PublishError(
            f"{target.name}/ holds files that obit did not make",
            fix="move them away, or choose another --out",
        )


def _locked(target: Path, state: Path) -> int:
    """Keep other runs out; return what to close at the end."""
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o700)  # it knows the addresses of unlisted pages
    ignored = state / ".gitignore"
    if not ignored.exists():
        ignored.write_text("*\n")
    descriptor = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise PublishError(
            f"another obit is building into {target.name}/", fix="wait until it has finished"
        ) from None
    return descriptor


def _wrong(name: str, error: OSError, fix: str = FIX_DISK) -> PublishError:
    return PublishError(f"{name} can't be written: {error.strerror}", fix=fix)


def _impossible(path: str) -> PublishError:
    return PublishError(f"{path[:200]} can't be a file of the site", fix="report this as a bug")


class Stage:
    """A site and what one run changes in it."""

    def __init__(self, target: Path, manifest: Manifest) -> None:
        self.target, self.manifest = target, manifest
        self.folder = state_of(target) / "new"
        self.number = 0
        """How many files were made that differ from what is there."""
        self._changed: set[str] = set()
        """Their paths, if there was a site before; of a new one the folder holds nothing else."""
        self.gone: frozenset[str] = frozenset()
        """Paths that the site will not have any more."""
        self._looked: Looked | None = None
        self._seal = 0
        """The instant at which the looking began, in nanoseconds."""
        self._real: dict[str, bool] = {}
        self._made: set[str] = set()
        """Folders of the stage that were made lately."""
        self._new, self._target = str(self.folder), str(target)  # as texts: paths are slow to join
        self._keeps_modes: bool | None = None
        """Whether files of the stage have the modes that they are made with; None before the first."""
        self._finish_former()
        self._is_new = not target.is_dir()
        self._begin()

    def _begin(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.number = 0
        self._changed.clear()
        self._made.clear()
        self._keeps_modes = None
        self._looked = None

    @property
    def doubtful(self) -> frozenset[str]:
        """Folders that are not as a run left them: nothing is taken for granted there."""
        return self._look().doubtful

    @property
    def was_touched(self) -> bool:
        """Whether somebody was at the site since it was sealed, even if all is as it was."""
        return self._look().was_touched

    @property
    def written(self) -> AbstractSet[str]:
        """Paths of the files that were made and differ from what was there."""
        if not self._is_new:
            return self._changed
        root = self.folder if self.folder.is_dir() else self.target
        return {x.relative_to(root).as_posix() for x in root.rglob("*") if not x.is_dir()}

    def note(self, paths: Collection[str]) -> None:
        """Note files that were staged, maybe by another process."""
        self.number += len(paths)
        if not self._is_new:
            self._changed.update(paths)

    def start_over(self) -> None:
        """Forget what the manifest says, which can't be believed, and what was staged."""
        self.manifest.begin_again()
        self._begin()

    def _finish_former(self) -> None:
        """Carry out what a run that was stopped had decided."""
        journal = self.manifest.journal()
        if journal:
            self._carry_out(journal)

    def _look(self) -> Looked:
        """Compare the site with what belongs there; once, since that takes a while for a large one."""
        if self._looked is None:
            self._seal = self._instant()
            sealed = int(self.manifest.about().get(SEALED, "0"))
            self._looked = look(self.target, self.manifest.kept(), sealed, self.manifest.digest)
        return self._looked

    def _instant(self) -> int:
        """Return the present time (nanoseconds) as the disk tells it, by which files are judged."""
        note = self.folder.with_name(SEALED)
        note.write_bytes(b"")
        return note.stat().st_ctime_ns

    def disturbed(self) -> Iterator[str]:
        """Yield the names of units of which a file lies in a doubtful folder."""
        for row in self.manifest.units() if self.doubtful else ():
            if any(_folder_of(file.path) in self.doubtful for file in row.files):
                yield row.name

    def files_of(
        self, files: Iterable[tuple[str, bytes]], former: UnitRow | None
    ) -> tuple[tuple[FileRow, ...], list[str]]:
        """Stage those files of a unit that differ from what is there.

        Returns all files as they are now, and the paths of what was staged (:meth:`note`).
        """
        known = {file.path: file for file in former.files} if former else {}
        rows, staged = [], []
        for path, data in files:
            row = FileRow(path, len(data), hashlib.sha256(data).hexdigest())
            rows.append(row)
            if self._is_new or not self._is_there(row, known.get(path), data):
                self._write(path, data)
                staged.append(path)
        return tuple(rows), staged

    def _is_there(self, row: FileRow, known: FileRow | None, data: bytes) -> bool:
        folder = _folder_of(row.path)
        if known is not None and folder not in self.doubtful:
            return known == row
        return self._is_ours(folder) and holds(self.target / row.path, data)

    def _is_ours(self, folder: str) -> bool:
        """Whether a folder of the site is there, and no link leads to it."""
        if self._is_new:
            return False
        if folder not in self._real:
            there = (self.target / folder).resolve()
            self._real[folder] = there == self.target.resolve() / folder
        return self._real[folder]

    def _write(self, path: str, data: bytes) -> None:
        folder = path[: path.rfind("/") + 1]
        known = folder in self._made
        if _is_odd(path[len(folder) :]) or (not known and any(map(_is_odd, path.split("/")))):
            raise _impossible(path)
        try:
            if not known:
                self._make(folder)
            write_new(f"{self._new}/{path}", data, chmod=not self._keeps_modes)
            if not self._is_new:
                self._changed.add(path)
        except FileExistsError:
            raise _impossible(path) from None
        except OSError as error:
            raise _wrong(path, error) from error

    def _make(self, folder: str) -> None:
        """Make a folder of the stage, given with ``/`` at its end; files of one mostly follow each other."""
        if self._keeps_modes is None:
            self._keeps_modes = make_first(self._new)
        make_all(f"{self._new}/{folder[:-1]}", chmod=not self._keeps_modes)
        if len(self._made) >= MANY_FOLDERS:
            self._made.clear()
        self._made.add(folder)

    def read(self, path: str) -> bytes | None:
        """Return a file of the site as it will be, or None; links are not followed."""
        if path in self.gone:
            return None
        staged = self._is_new or path in self._changed
        return read_plain(f"{self._new if staged else self._target}/{path}")

    def foreign(self) -> Iterator[str]:
        """Yield what lies in doubtful folders and belongs to no unit; ask when all rows are written."""
        if not self.doubtful:
            return
        ours = {
            file.path
            for row in self.manifest.units()
            for file in row.files
            if _folder_of(file.path) in self.doubtful
        }
        for folder in sorted(self.doubtful):
            with contextlib.suppress(OSError), os.scandir(self.target / folder) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    path = f"{folder}/{entry.name}".lstrip("/")
                    if not entry.is_dir(follow_symlinks=False) and path not in ours:
                        yield path

    def decide(self) -> list[tuple[str, str]]:
        """Write down what is to be done to the site, in the manifest's open transaction."""
        if self._is_new or not any(self.target.iterdir()):
            journal = [(".", WHOLE)]
        else:
            above = {str(x) for path in self._changed for x in PurePosixPath(path).parents}
            journal = [(path, BLOCKING if path in above else GONE) for path in self.gone]
            journal += [(path, NEW) for path in self._changed]
        self.manifest.count_units()
        if journal or self.doubtful:
            os.sync()
            self.manifest.put_journal(journal)
        if journal or self.was_touched:
            self.seal()
        return journal

    def seal(self) -> None:
        """Note since when nobody has been at the site but this run, whose own files are looked into again.

        Of a new site that is the present; else the time at which this run began to look.
        """
        seal = self._instant() if self._is_new else self._seal
        self.manifest.set_about({SEALED: str(seal)})

    def carry_out(self, journal: list[tuple[str, str]]) -> None:
        """Do what was decided."""
        if journal:
            self._carry_out(journal)

    def _carry_out(self, journal: list[tuple[str, str]]) -> None:
        try:
            for path, act in sorted(journal, key=_turn):
                if act == WHOLE:
                    self._appear()
                elif act in (BLOCKING, GONE):
                    remove(self.target / path, self.target)
                else:
                    self._put(path)
            os.sync()
        except OSError as error:
            raise _wrong(self.target.name, error, FIX_GO_ON) from error
        with self.manifest.change():
            self.manifest.clear_journal()

    def _appear(self) -> None:
        if self.folder.exists():
            self.folder.rename(self.target)

    def _put(self, path: str) -> None:
        new, place = self.folder / path, self.target / path
        if new.exists():  # else it was put before the run was stopped
            make_all(str(place.parent))
            new.replace(place)


def _turn(entry: tuple[str, str]) -> tuple[int, str]:
    """Put new pages and files first, the lists that speak of them after them, removals last."""
    path, act = entry
    if act in (BLOCKING, GONE):
        return (0 if act == BLOCKING else 3), path
    return (2 if path.startswith(_LAST) else 1), path


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def _is_odd(name: str) -> bool:
    return name in ("", ".", "..") or "\\" in name
