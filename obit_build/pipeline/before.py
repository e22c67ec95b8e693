"""What comes before issuing: read the repository, check it, plan. No key is asked."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from obit_build.centre.load import load_repository
from obit_build.centre.names import ELSEWHERE, SETTINGS
from obit_build.checks import run_checks
from obit_build.errors import ArgumentError
from obit_build.issuing.ledger_documents import UNREADABLE, refuse_malformed
from obit_build.issuing.previews import is_outdated
from obit_build.ledger.address import FolderPlace, GitPlace, Place, read_place
from obit_build.ledger.branch import GitStore, open_git_store
from obit_build.ledger.files import LedgerReader
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.guards import refuse_other_ledger
from obit_build.ledger.ledger import IssuedAward, Ledger, Mode
from obit_build.ledger.replay import Replay
from obit_build.model.repository import Repository
from obit_build.planning.plan import Plan
from obit_build.problems import Problem, ProblemsFoundError, Report
from obit_build.setting import Setting
from obit_build.strict_json import JsonObject

LIVE_LEDGER = ".obit/ledger"
PREVIEW_LEDGER = ".obit/preview"

Store = FolderStore | GitStore
"""A ledger that is open, wherever it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A repository and everything that was found in it."""

    repository: Repository | None
    report: Report
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def check(setting: Setting) -> Checked:
    """Read the repository and run every check."""
    repository, problems = load_repository(
        setting.root, setting.environment.get(ELSEWHERE), setting.remembered
    )
    if repository is None:
        return Checked(repository=None, report=Report.of(problems))
    found = [*problems, *run_checks(repository, at=setting.now, remembered=setting.remembered)]
    return Checked(repository=repository, report=Report.of(found), files=repository.files)


def lenient(root: Path) -> Repository:
    """Read the files for the settings alone: only a mistake in obit.yaml raises ProblemsFoundError."""
    repository, problems = load_repository(root)
    own = [p for p in problems if p.location.path == SETTINGS and p.level == "error"]
    if repository is None or own:
        raise ProblemsFoundError(Report.of(own or problems), repository.files if repository else {})
    return repository


def read(setting: Setting) -> Repository:
    """Read the repository without checking it; raise ProblemsFoundError for what can't be read."""
    repository, problems = load_repository(setting.root)
    report = Report.of(problems)
    if repository is None or report.errors:
        raise ProblemsFoundError(report, repository.files if repository else {})
    return repository


def sound(setting: Setting) -> Checked:
    """Check, and raise ProblemsFoundError if there is any error."""
    checked = check(setting)
    if checked.report.errors or checked.repository is None:
        raise ProblemsFoundError(checked.report, checked.files)
    return checked


def mode_of(setting: Setting, repository: Repository) -> Mode:
    """Decide between live and preview: as asked; else live once there is a ledger or a key."""
    if setting.preview is not None:
        return "preview" if setting.preview else "live"
    if repository.settings.keys or repository.settings.ledger:
        return "live"
    place = place_of(setting, repository, "live")
    if isinstance(place, GitPlace) or FolderStore(setting.root / place.path).exists():
        return "live"
    return "preview"


def place_of(setting: Setting, repository: Repository, mode: Mode) -> Place:
    """Return where the ledger of a mode is: as asked, else as obit.yaml says, else below .obit."""
    declared = repository.settings.ledger
    if setting.ledger is not None:
        place = read_place(setting.ledger)
    elif mode == "live" and declared is not None:
        place = read_place(declared.at)
    else:
        place = FolderPlace(LIVE_LEDGER if mode == "live" else PREVIEW_LEDGER)
    if mode == "preview" and isinstance(place, GitPlace):
        raise ArgumentError(
            "the ledger of a preview is a folder", fix="leave --ledger out, or name a folder"
        )
    return place


@contextmanager
def store_of(
    setting: Setting, repository: Repository, mode: Mode, *, seen: str | None = None
) -> Iterator[Store]:
    """Open the ledger of a mode while the context lasts.

    ``seen`` is a commit of its branch that this run has read before.
    """
    with opened(setting, place_of(setting, repository, mode), seen=seen) as store:
        yield store


@contextmanager
def opened(setting: Setting, place: Place, *, seen: str | None = None) -> Iterator[Store]:
    """Open the ledger at a place while the context lasts."""
    if isinstance(place, FolderPlace):
        yield FolderStore(setting.root / place.path, setting.remembered)
        return
    with open_git_store(place, setting.root, setting.environment, seen=seen) as store:
        yield store


def replay_of(store: LedgerReader, repository: Repository, mode: Mode) -> Replay:
    """Read and verify a ledger's whole chain, which has to be the one that obit.yaml pins."""
    if mode == "live" and repository.settings.ledger is not None:
        refuse_other_ledger(store, repository.settings.ledger.genesis)
    return store.replay()


def present_ledger(setting: Setting, repository: Repository) -> Ledger | None:
    """Return what the ledger of this setting's mode holds now; None if it has not begun."""
    mode = mode_of(setting, repository)
    with store_of(setting, repository, mode) as store:
        replay = replay_of(store, repository, mode)
    return None if replay.is_empty else replay.ledger()


def repository_of(checked: Checked) -> Repository:
    """Return the repository of a check that found no error."""
    if checked.repository is None:  # pragma: no cover - sound() has raised
        raise ProblemsFoundError(checked.report, checked.files)
    return checked.repository


def refuse(problems: tuple[Problem, ...], repository: Repository) -> None:
    """Raise ProblemsFoundError if there is an error among the problems."""
    report = Report.of(problems)
    if report.errors:
        raise ProblemsFoundError(report, repository.files)


def left_behind(
    store: LedgerReader,
    ledger: Ledger,
    repository: Repository,
    plan: Plan,
    *,
    only_awards: bool = False,
) -> bool:
    """Whether a preview shows what the files no longer say (:func:`obit_build.issuing.previews.is_outdated`)."""

    def document(award: IssuedAward) -> JsonObject:
        found: JsonObject = json.loads(store.credential(award.id, award.sha256))
        return found

    try:
        return is_outdated(ledger, repository, document, plan, only_awards=only_awards)
    except UNREADABLE:
        refuse_malformed(
            ledger.awards.values(), lambda name: store.credential(name, ledger.awards[name].sha256)
        )
        raise
