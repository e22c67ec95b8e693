"""The bytes of a centre's files → a Repository, as far as they can be read.

Every file is composed once. A file with mistakes is left out and its problems are kept; where
only some fields of obit.yaml are wrong, the others count, so that the other files are still
read in the right language. The rules about files and their names are written here, for the
reader of the disk as well.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from obit_build.approving.files import is_approval, read_approval
from obit_build.centre.awards import awards_of, lines_of
from obit_build.centre.endorsements import is_endorsement, read_endorsement
from obit_build.centre.files import AWARD_FILE, Files
from obit_build.centre.known_lines import recall, remember
from obit_build.centre.names import PEOPLE, SETTINGS
from obit_build.model.achievement import Achievement
from obit_build.model.approval import Approval
from obit_build.model.award import Award, AwardFile, Recipient
from obit_build.model.endorsement import Endorsement
from obit_build.model.framework import Framework
from obit_build.model.pathway import Pathway
from obit_build.model.profile import ImageFile, Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Slug, Url
from obit_build.people.recipients import read_recipients
from obit_build.problems import Location, Problem
from obit_build.reading.kinds import LANGUAGE
from obit_build.reading.nodes import Mapping as MappingNode
from obit_build.reading.nodes import Node, Scalar, Sequence, compose, decode
from obit_build.reading.places import Source
from obit_build.reading.plain_reader import read_record
from obit_build.reading.plain_yaml import Doubt
from obit_build.reading.reader import Reader, nearest
from obit_build.remembered import Remembered

NO_SITE_YET = Url("https://obit.invalid/")
"""Stands for the site's address while obit.yaml has none that can be read."""

RULES: dict[str, str] = {
    "settings-are-there": "The folder holds obit.yaml.\n\nIt says where the site is published and in which languages. Run obit in the folder that holds it, or name that folder with `-C`. A new one needs one line, such as `site: https://badges.example.org/`; folders beside it hold issuers and badges. The tutorial, `docs/tutorial/first-badge.md`, goes through it in ten minutes.",
    "file-is-not-a-link": "A file or folder is not a link.\n\nA link could publish any file of the machine that builds the site, its secrets included. Put a copy in its place.",
    "file-is-a-regular-file": "A file is a file, and a folder is a folder.\n\nReading a pipe or a device would hang or never end.",
    "file-is-readable": "A file can be read.\n\nCheck its permissions and the disk.",
    "file-name-is-plain": "An award file's name works on every computer.\n\nNo control characters, none of `<>:\"|?*\\`, no dot or space at the end, none of the names that Windows keeps for itself. Apart from that it is free.",
    "names-differ-by-more-than-case": "Two names in a folder differ by more than capitals.\n\nWindows and macOS take them for one file, and one of the two would be lost.",
    "file-is-in-its-place": "A file stands where obit looks for it.\n\nA file elsewhere is not read: an award in it would not be issued, and nobody would notice.",
    "folder-has-its-file": "A folder of badges/ holds a badge.yaml, a folder of issuers/ an issuer.yaml.\n\nWithout it, awards in the folder belong to no badge.",
    "image-file-is-there": "A picture that is mentioned lies beside the file that mentions it.\n\nCapitals count: `Image.svg` is not `image.svg`.",
    "people-list-is-a-file": "The people list is a file on this computer.\n\nIt may be kept in another folder, a private repository for instance, and `recipients:` in obit.yaml or the variable OBIT_RECIPIENTS says where. obit doesn't fetch it: whoever may see it puts it there.",
    "public-people-list-has-codes-alone": "A people list in the repository names nobody if the real one is kept elsewhere.\n\n`recipients:` in obit.yaml says that names and addresses are somewhere else. Beside it there may be a list with the single column `code`, against which codes are checked where the real list is not at hand.",
    "file-has-no-conflict-marks": "A file holds no marks of an unfinished merge.\n\nGit writes `<<<<<<<` and `>>>>>>>` around two versions of the same lines. Keep the right lines and delete the marks.",
}

_CONFLICT = re.compile(rb"^(?:<{7}|>{7}) .*$", re.MULTILINE)
_PATHWAY_FILE = re.compile(r"pathways/([^/]+)\.yaml")
_FRAMEWORK_FILE = re.compile(r"frameworks/([^/]+)\.yaml")
_T = TypeVar("_T", Settings, Profile, Achievement, AwardFile, Pathway, Framework)


def read_sources(
    files: Mapping[str, bytes],
    left_out: frozenset[str] = frozenset(),
    *,
    people_absent: bool = False,
    remembered: Remembered | None = None,
) -> tuple[Repository, list[Problem]]:
    """Read ``{path: bytes}``, obit.yaml among them, as a repository.

    ``left_out`` names files that exist but were refused before; they are not reported again.
    ``people_absent`` says that the people list is kept elsewhere and is not among the files.
    ``remembered`` is what the run before knew of award files that are as they were.
    """
    sources = _Sources(files, left_out, remembered or Remembered())
    repository = sources.repository()
    return dataclasses.replace(repository, people_absent=people_absent), sources.problems


def named_people_list(data: bytes) -> Scalar | None:
    """Find what obit.yaml says under ``recipients:``, before the whole file is read."""
    node, _ = compose(data, SETTINGS)
    items = node.items if isinstance(node, MappingNode) else ()
    named = next((value for key, value in items if key.value == "recipients"), None)
    return named if isinstance(named, Scalar) and not named.is_null else None


class _Sources:
    """One reading; what is wrong gathers in ``problems``."""

    def __init__(
        self, files: Mapping[str, bytes], left_out: frozenset[str], remembered: Remembered
    ) -> None:
        self.files = files
        self.remembered = remembered
        self.award_files: dict[str, range] = {}
        self.left_out = left_out
        self.problems: list[Problem] = []
        self.language = "en"

    def repository(self) -> Repository:
        settings = self.settings()
        if settings is None:  # in which language to read the rest is not known
            nothing = Settings(site=NO_SITE_YET)
            return Repository(
                settings=nothing, profiles={}, achievements={}, awards=(), recipients={},
                files={SETTINGS: self.files[SETTINGS]},
            )  # fmt: skip
        self.language = settings.default_language
        profiles = dict(self.profiles())
        achievements = dict(self.achievements())
        recipients = self.recipients()
        codes = {x: x for x in recipients} if isinstance(recipients, dict) else {}
        return Repository(
            settings=settings,
            profiles=profiles,
            achievements=achievements,
            awards=tuple(self.awards(achievements, codes)),
            award_files=self.award_files,
            recipients=recipients,
            files=self.files,
            endorsements=tuple(self.endorsements()),
            approvals=tuple(self.approvals()),
            pathways=dict(self.pathways()),
            frameworks=dict(self.frameworks()),
            templates=dict(self.templates()),
        )

    def wrong(self, at: Location, check: str, message: str, fix: str) -> None:
        self.problems.append(Problem(location=at, check=check, message=message, fix=fix))

    def has_conflict_marks(self, path: str) -> bool:
        found = _CONFLICT.search(self.files[path])
        if found is None:
            return False
        at = Location(path, self.files[path].count(b"\n", 0, found.start()) + 1, 1, 7)
        self.wrong(
            at,
            "file-has-no-conflict-marks",
            "a merge was left unfinished here",
            "keep the right lines and delete the lines with <<<<<<<, ======= and >>>>>>>",
        )
        return True

    def node(self, path: str) -> tuple[Node | None, bool]:
        """Compose a file; return its node and whether it can be read on."""
        if self.has_conflict_marks(path):
            return None, False
        node, problems = compose(self.files[path], path)
        self.problems.extend(problems)
        return node, not problems

    def read(self, path: str, kind: type[_T]) -> _T | None:
        """Read a file the quick way; if that is in doubt, the way that finds words for mistakes."""
        try:
            return read_record(self.source(path), kind, self.language)
        except Doubt:
            pass
        node, fine = self.node(path)
        if not fine:
            return None
        reader = Reader(path, self.language)
        value = reader.read(node, kind)
        self.problems.extend(reader.problems)
        return value

    def source(self, path: str) -> Source:
        files = self.files
        return Source(path, files.kept(path) if isinstance(files, Files) else files[path])

    def settings(self) -> Settings | None:
        """Read obit.yaml; without its faulty fields if it has any, ``None`` if nothing is left."""
        node, fine = self.node(SETTINGS)
        if not fine:
            return None
        language = _default_language(node)
        reader = Reader(SETTINGS, language or "en")
        settings = reader.read(node, Settings)
        self.problems.extend(reader.problems)
        if settings is None and language and isinstance(node, MappingNode):
            return _what_is_right(node, language)
        return settings

    def profiles(self) -> Iterator[tuple[str, Profile]]:
        for path in sorted(self.files):
            if path.startswith("issuers/") and path.endswith("/issuer.yaml"):
                profile = self.read(path, Profile)
                if profile:
                    slug = Slug(path.split("/")[1])
                    self.look_for_image(path, profile.image)
                    yield slug, dataclasses.replace(profile, slug=slug)

    def achievements(self) -> Iterator[tuple[str, Achievement]]:
        for path in sorted(self.files):
            if path.startswith("badges/") and path.endswith("/badge.yaml"):
                achievement = self.read(path, Achievement)
                if achievement:
                    slug = Slug(path.split("/")[1])
                    self.look_for_image(path, achievement.image)
                    yield slug, dataclasses.replace(achievement, slug=slug)

    def look_for_image(self, path: str, image: ImageFile | None) -> None:
        if image is None:
            return
        folder = path.rsplit("/", 1)[0]
        wanted = f"{folder}/{image.file}"
        if wanted in self.files or wanted in self.left_out:
            return
        beside = [
            p.rsplit("/", 1)[1]
            for p in self.files
            if p.rsplit("/", 1)[0] == folder and not p.endswith(".yaml")
        ]
        near = nearest(image.file, beside)
        fix = f'did you mean "{near}"?' if near else f"put a picture of this name into {folder}/"
        at = image.locations.get("file", image.location)
        self.wrong(
            at, "image-file-is-there", f'there is no file "{image.file}" beside this one', fix
        )

    def awards(
        self, achievements: Mapping[str, Achievement], codes: dict[str, str]
    ) -> Iterator[Award]:
        """Read the award files; awards of a badge that can't be read are left out."""
        before = 0
        for path in sorted(self.files):
            found = AWARD_FILE.fullmatch(path)
            if found is None:
                continue
            awards = self.awards_of(path, achievements.get(found[1]), codes)
            yield from awards
            self.award_files[path] = range(before, before + len(awards))
            before += len(awards)

    def awards_of(self, path: str, badge: Achievement | None, codes: dict[str, str]) -> list[Award]:
        """Read one award file; if it is as it was, no more of it than is needed."""
        source = self.source(path)
        known = recall(self.remembered, source, self.language) if badge else None
        if badge and known:
            return list(known.awards_of(badge, codes))
        file = self.read(path, AwardFile)
        if file is None or badge is None:
            return []
        lines = lines_of(file, self.language)
        remember(self.remembered, source, self.language, file, lines)
        return list(awards_of(badge, file, lines, codes=codes))

    def pathways(self) -> Iterator[tuple[str, Pathway]]:
        for path in sorted(self.files):
            found = _PATHWAY_FILE.fullmatch(path)
            pathway = self.read(path, Pathway) if found else None
            if found and pathway:
                yield found[1], dataclasses.replace(pathway, slug=Slug(found[1]))

    def frameworks(self) -> Iterator[tuple[str, Framework]]:
        for path in sorted(self.files):
            found = _FRAMEWORK_FILE.fullmatch(path)
            framework = self.read(path, Framework) if found else None
            if found and framework:
                yield found[1], dataclasses.replace(framework, slug=Slug(found[1]))

    def recipients(self) -> Mapping[str, Recipient]:
        if PEOPLE not in self.files or self.has_conflict_marks(PEOPLE):
            return {}
        recipients, problems = read_recipients(self.files[PEOPLE], PEOPLE)
        self.problems.extend(problems)
        return recipients

    def endorsements(self) -> Iterator[Endorsement]:
        for path in sorted(self.files):
            if is_endorsement(path) and not self.has_conflict_marks(path):
                endorsement, problems = read_endorsement(path, self.files[path])
                self.problems.extend(problems)
                if endorsement:
                    yield endorsement

    def approvals(self) -> Iterator[Approval]:
        for path in sorted(self.files):
            if is_approval(path) and not self.has_conflict_marks(path):
                approval, problems = read_approval(path, self.files[path])
                self.problems.extend(problems)
                if approval:
                    yield approval

    def templates(self) -> Iterator[tuple[str, str]]:
        for path in sorted(self.files):
            if not path.startswith("templates/") or path.endswith(".png"):
                continue
            if not self.has_conflict_marks(path):
                text, problems = decode(self.files[path], path)
                self.problems.extend(problems)
                if not problems:
                    yield path.removeprefix("templates/"), text


def _default_language(node: Node | None) -> str | None:
    """Find the first language before the whole file is read; ``en`` if none is given."""
    if not isinstance(node, MappingNode):
        return None
    given = next((value for key, value in node.items if key.value == "languages"), None)
    if given is None:
        return "en"
    first = given.items[0] if isinstance(given, Sequence) and given.items else given
    if isinstance(first, Scalar) and LANGUAGE.fullmatch(first.value):
        return first.value
    return None


def _what_is_right(node: MappingNode, language: str) -> Settings | None:
    """Read obit.yaml field by field and keep the good ones."""
    site = (
        Scalar("site", plain=True, location=node.location),
        Scalar(NO_SITE_YET, plain=True, location=node.location),
    )
    good = []
    for key, value in node.items:
        alone = ((key, value),) if key.value == "site" else ((key, value), site)
        reader = Reader(SETTINGS, language)
        reader.read(MappingNode(alone, node.location), Settings)
        if not reader.problems:
            good.append((key, value))
    if not any(key.value == "site" for key, _ in good):
        good.append(site)
    return Reader(SETTINGS, language).read(MappingNode(tuple(good), node.location), Settings)
