"""The centre's folder → bytes: the only reader of the files that people write.

It opens nothing but regular files below the folder that stand where obit looks for them, in
sorted order, each up to its cap. Links are never followed, at any level, so that no file of the
machine can end up on the site (threat T35); names that mean something else on another computer
are refused (threat T34). What can't be read is left out and reported, so that all mistakes show
at once.
"""

import os
import re
import stat
import unicodedata
from pathlib import Path, PurePosixPath

from obit_build.centre.endorsements import MAX_BYTES as MAX_ENDORSEMENT_BYTES
from obit_build.centre.files import Files
from obit_build.centre.folders import DiskFolder, Folder, Names, is_plain_file
from obit_build.centre.names import CODEOWNERS, KINDS_AT_THE_TOP, PEOPLE, SETTINGS, name_meant
from obit_build.centre.people_list import people_list
from obit_build.centre.sources import read_sources
from obit_build.model.repository import Repository
from obit_build.people.rows import MAX_BYTES as MAX_PEOPLE_BYTES
from obit_build.problems import Level, Location, Problem
from obit_build.reading.kinds import NotThis, shown, slug_like, to_slug
from obit_build.reading.nodes import MAX_BYTES
from obit_build.remembered import Remembered
from obit_build.spool import Shelf

MAX_PICTURE_BYTES = 8 * 1024 * 1024
MAX_TEMPLATE_DEPTH = 8
MAX_NAME_BYTES = 200
INNER = {
    "approvals": (".txt", MAX_BYTES, "an approval"),
    "awards": (".yaml", MAX_BYTES, "an award file"),
    "endorsements": (".json", MAX_ENDORSEMENT_BYTES, "an endorsement"),
    "frameworks": (".yaml", MAX_BYTES, "a framework"),
    "pathways": (".yaml", MAX_BYTES, "a pathway"),
}
TEMPLATE_SUFFIXES = frozenset((".css", ".html", ".js", ".svg", ".typ", ".yaml"))
PICTURE_SUFFIXES = frozenset((".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"))
LOOKS_LIKE_OURS = frozenset((".csv", ".json", ".ods", ".toml", ".txt", ".xlsx", ".yaml", ".yml"))

_REFUSED_IN_NAMES = re.compile(r'[<>:"|?*\\]|[. ]$')
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def load_repository(
    root: Path, elsewhere: str | None = None, remembered: Remembered | None = None
) -> tuple[Repository | None, list[Problem]]:
    """Read a centre's folder; return what could be read of it, and what is wrong.

    ``elsewhere`` is the path of the people list, if the environment names one; ``remembered`` what the
    run before has worked out. The repository is
    complete only if no problem is an error; it is ``None`` if obit.yaml is missing or can't be
    opened.
    """
    loader = _Loader(DiskFolder(root), remembered)
    loader.walk()
    loader.look_for_people(root, elsewhere)
    return loader.repository()


def load_folder(folder: Folder) -> tuple[Repository | None, list[Problem]]:
    """Read a centre from any kind of folder, as it is there: no people list is looked for elsewhere."""
    loader = _Loader(folder)
    loader.walk()
    return loader.repository()


class _Loader:
    """One walk through one folder. Paths are relative to it, with ``/``."""

    def __init__(self, folder: Folder, remembered: Remembered | None = None) -> None:
        self.folder, self.remembered = folder, remembered
        self.files = Files(Shelf().put)
        self.left_out: set[str] = set()
        self.problems: list[Problem] = []
        self.people_absent = False

    def repository(self) -> tuple[Repository | None, list[Problem]]:
        if SETTINGS not in self.files:
            return None, self.problems
        left_out = frozenset(self.left_out)
        repository, problems = read_sources(
            self.files, left_out, people_absent=self.people_absent, remembered=self.remembered
        )
        return repository, self.problems + problems

    def walk(self) -> None:
        top = self.names_at_the_top()
        for name in (SETTINGS, PEOPLE):
            if name in top.files:
                self.read(name, MAX_BYTES if name == SETTINGS else MAX_PEOPLE_BYTES)
        for name, main in (("issuers", "issuer.yaml"), ("badges", "badge.yaml")):
            if name in top.folders:
                self.read_folders(name, main)
        for name in ("approvals", "frameworks", "pathways"):
            if name in top.folders:
                self.read_inner(name)
        if "templates" in top.folders:
            self.read_templates("templates", 1)
        for path in CODEOWNERS:
            if is_plain_file(self.folder, path):
                self.read(path, MAX_BYTES)

    def look_for_people(self, root: Path, elsewhere: str | None) -> None:
        """Read the people list where it is kept apart; codes in the repository stand in for it."""
        place = people_list(root, self.files, elsewhere)
        self.problems += place.problems
        self.people_absent = place.is_absent
        if place.is_apart and not place.is_absent:
            path = place.path.resolve()  # its owner may keep it behind a link
            self.read(PEOPLE, MAX_PEOPLE_BYTES, (DiskFolder(path.parent), path.name))

    def wrong(self, path: str, check: str, message: str, fix: str, level: Level = "error") -> None:
        at = Location(path)
        self.problems.append(
            Problem(location=at, check=check, message=message, fix=fix, level=level)
        )
        self.left_out.add(path)

    def names_at_the_top(self) -> Names:
        found = Names()
        for name in sorted(self.listing("")):
            if name in KINDS_AT_THE_TOP:
                self.sort_in(found, name, name)
        for name, kind in KINDS_AT_THE_TOP.items():
            if name in (found.folders if kind == "file" else found.files):
                self.wrong(
                    name,
                    "file-is-a-regular-file",
                    f"this is not a {kind}",
                    f"put a {kind} in its place",
                )
        present = set(found)
        for name in sorted(self.listing("")):
            meant = name_meant(name, [n for n in KINDS_AT_THE_TOP if n not in present])
            if meant == SETTINGS:
                self.wrong(
                    SETTINGS,
                    "settings-are-there",
                    "there is no obit.yaml here",
                    f'rename "{shown(name)}" to obit.yaml',
                )
                return found
            if meant:
                self.wrong(
                    name,
                    "file-is-in-its-place",
                    "obit does not read a file of this name",
                    f'if it is meant for obit, rename it to "{meant}"',
                    "warning",
                )
        if SETTINGS not in present:
            self.wrong(
                SETTINGS,
                "settings-are-there",
                "there is no obit.yaml here",
                "run obit in the folder that holds obit.yaml, or give it with -C",
            )
        return found

    def read_folders(self, parent: str, main: str) -> None:
        """Read issuers/ or badges/: one folder each, with its main file."""
        names = self.names(parent)
        for name in names.files:
            if PurePosixPath(name).suffix.lower() in LOOKS_LIKE_OURS:
                self.wrong(
                    f"{parent}/{name}",
                    "file-is-in-its-place",
                    f"obit does not read files directly in {parent}/",
                    f"move it to {parent}/{slug_like(PurePosixPath(name).stem) or 'name'}/{main}",
                    "warning",
                )
        for name in names.folders:
            if self.is_slug(f"{parent}/{name}", name):
                self.read_folder(f"{parent}/{name}", main)

    def is_slug(self, path: str, name: str, *, what: str = "folder", suffix: str = "") -> bool:
        try:
            to_slug(name)
        except NotThis as no:
            plain = slug_like(name)
            fix = f'rename it to "{plain}{suffix}"' if plain else no.fix
            self.wrong(
                path, no.check, f'the {what}\'s name "{shown(name)}" is not a plain name', fix
            )
            return False
        return True

    def is_slug_file(self, path: str, name: str) -> bool:
        return self.is_slug(path, PurePosixPath(name).stem, what="file", suffix=".yaml")

    def read_folder(self, path: str, main: str) -> None:
        names = self.names(path)
        if main in names.files:
            self.read(f"{path}/{main}", MAX_BYTES)
        elif main not in names.refused and any(names):
            near = next((n for n in names.files if name_meant(n, [main])), None)
            fix = (
                f'rename "{shown(near)}" to {main}' if near else f"add {main}, or remove the folder"
            )
            self.wrong(path, "folder-has-its-file", f"the folder has no {main}", fix)
        for name in names.files:
            suffix = PurePosixPath(name).suffix.lower()
            if suffix in PICTURE_SUFFIXES:
                self.read(f"{path}/{name}", MAX_PICTURE_BYTES)
            elif name != main and suffix in LOOKS_LIKE_OURS and main in names.files:
                inner = {".json": "endorsements"}.get(suffix, "awards")
                fix = f"move it to {path}/{inner}/"
                if inner == "awards" and main != "badge.yaml":
                    fix = "remove it"
                self.wrong(
                    f"{path}/{name}",
                    "file-is-in-its-place",
                    f"obit reads only {main} and pictures here",
                    fix,
                    "warning",
                )
        known = ["awards", "endorsements"] if main == "badge.yaml" else ["endorsements"]
        for name in names.folders:
            if name in known:
                self.read_inner(f"{path}/{name}")
            elif meant := name_meant(name, known):
                self.wrong(
                    f"{path}/{name}",
                    "file-is-in-its-place",
                    "obit does not read a folder of this name",
                    f'rename it to "{meant}"',
                    "warning",
                )

    def read_inner(self, path: str) -> None:
        """Read a folder of files of one kind: approvals, awards, endorsements, frameworks or pathways."""
        folder = PurePosixPath(path).name
        wanted, limit, what = INNER[folder]
        names_a_page = folder in ("frameworks", "pathways")
        is_well_named = self.is_slug_file if names_a_page else self.is_plain
        names = self.names(path)
        for name in names.files:
            at, suffix = f"{path}/{name}", PurePosixPath(name).suffix
            if suffix == wanted:
                if is_well_named(at, name):
                    self.read(at, limit)
            elif suffix.lower() in LOOKS_LIKE_OURS:
                self.wrong(
                    at,
                    "file-is-in-its-place",
                    f"obit reads only files that end in {wanted} here",
                    f'if it is {what}, rename it to "{shown(PurePosixPath(name).stem)}{wanted}"',
                    "warning",
                )
        for name in names.folders:
            self.wrong(
                f"{path}/{name}",
                "file-is-in-its-place",
                "obit does not look into folders here",
                "move its files one level up",
                "warning",
            )

    def is_plain(self, path: str, name: str) -> bool:
        if (
            not name.isprintable()
            or _REFUSED_IN_NAMES.search(name)
            or _WINDOWS_DEVICE.fullmatch(name)
            or len(os.fsencode(name)) > MAX_NAME_BYTES
        ):
            self.wrong(
                path,
                "file-name-is-plain",
                "this name does not work on every computer",
                "rename it, for instance to its date and place: 2026-03-14-lille.yaml",
            )
            return False
        return True

    def read_templates(self, path: str, depth: int) -> None:
        names = self.names(path)
        for name in names.files:
            suffix = PurePosixPath(name).suffix
            if suffix in TEMPLATE_SUFFIXES:
                self.read(f"{path}/{name}", MAX_BYTES)
            elif suffix == ".png" and path == "templates/assets":
                self.read(f"{path}/{name}", MAX_PICTURE_BYTES)
        for name in names.folders:
            if depth < MAX_TEMPLATE_DEPTH:
                self.read_templates(f"{path}/{name}", depth + 1)

    # The disk itself

    def listing(self, path: str) -> list[str]:
        try:
            return self.folder.listing(path)
        except OSError as error:
            self.wrong(
                path or SETTINGS,
                "file-is-readable",
                f"the folder can't be read: {_said(error)}",
                "check its permissions",
            )
            return []

    def names(self, path: str) -> Names:
        """Sort a folder's names by what they are; report links, devices and colliding names."""
        found = Names()
        seen: dict[str, str] = {}
        for name in sorted(self.listing(path)):
            if name.startswith("."):
                continue
            self.sort_in(found, name, f"{path}/{name}")
            twin = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
            if twin != name:
                self.wrong(
                    f"{path}/{name}",
                    "names-differ-by-more-than-case",
                    f'on Windows and macOS this is the same name as "{shown(twin)}"',
                    "rename one of the two",
                )
        return found

    def unreadable(self, path: str, error: OSError) -> None:
        self.wrong(
            path,
            "file-is-readable",
            f"the file can't be read: {_said(error)}",
            "check its permissions",
        )

    def sort_in(self, found: Names, name: str, path: str) -> None:
        try:
            mode = self.folder.mode(path)
        except OSError as error:
            self.unreadable(path, error)
            found.refused.append(name)
            return
        if stat.S_ISLNK(mode):
            self.wrong(
                path,
                "file-is-not-a-link",
                "this is a link to another place",
                "put a copy of the file or folder here",
            )
            found.refused.append(name)
        elif stat.S_ISDIR(mode):
            found.folders.append(name)
        elif stat.S_ISREG(mode):
            found.files.append(name)
        else:
            self.wrong(
                path,
                "file-is-a-regular-file",
                "this is a pipe, a socket or a device",
                "put a file in its place",
            )
            found.refused.append(name)

    def read(self, path: str, limit: int, place: tuple[Folder, str] | None = None) -> None:
        """Read one file, unless it exceeds ``limit`` bytes or has become something else since.

        ``place`` says where it is, if not at ``path``.
        """
        folder, name = place or (self.folder, path)
        try:
            data = folder.read(name, limit)
        except OSError as error:
            self.unreadable(path, error)
            return
        if data is None:
            self.wrong(
                path, "file-is-a-regular-file", "this is not a file", "put a file in its place"
            )
        elif len(data) > limit:
            self.wrong(
                path,
                "file-is-small-enough",
                f"the file has more than {limit} bytes",
                "make it smaller, or split it into several files",
            )
        else:
            self.files.add(path, data)


def _said(error: OSError) -> str:
    text = error.strerror or type(error).__name__
    return text[:1].lower() + text[1:]
