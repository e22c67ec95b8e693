"""What comes before issuing: read the repository, check it, plan. No key is asked."""

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from obit_build.checks import run_checks
from obit_build.errors import ObitError
from obit_build.ledger import IssuedAward, Ledger, Mode
from obit_build.ledger_store import FolderStore
from obit_build.load import load_repository
from obit_build.model.repository import Repository
from obit_build.plan import Plan, make_plan
from obit_build.previews import is_outdated
from obit_build.problems import Problem, Report
from obit_build.strict_json import JsonObject

LIVE_LEDGER = ".obit/ledger"
PREVIEW_LEDGER = ".obit/preview"


class ProblemsFoundError(ObitError):
    """The user's files hold errors; carries all of them."""

    exit_code = 1

    def __init__(self, report: Report, files: Mapping[str, bytes]) -> None:
        super().__init__("the files hold errors", fix="mend them and run the command again")
        self.report = report
        self.files = files


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a run depends on besides the repository's files."""

    root: Path
    now: datetime.datetime
    """The clock, read once by the command line."""
    at: datetime.datetime
    """The time of what is published: the commit's, never the clock's."""
    commit: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    entropy: Callable[[int], bytes] = field(default=bytes, repr=False)
    ledger: Path | None = None
    preview: bool | None = None
    """True or False as asked for; None: a preview unless there is a ledger or a key."""


Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and how much there is."""


def silent(_what: str, _done: int, _all: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A repository and everything that was found in it."""

    repository: Repository | None
    report: Report
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def check(setting: Setting) -> Checked:
    """Read the repository and run every check."""
    repository, problems = load_repository(setting.root)
    if repository is None:
        return Checked(repository=None, report=Report.of(problems))
    found = [*problems, *run_checks(repository, at=setting.now)]
    return Checked(repository=repository, report=Report.of(found), files=repository.files)


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
    live = FolderStore(setting.ledger or setting.root / LIVE_LEDGER)
    return "live" if live.exists() or repository.settings.keys else "preview"


def store_of(setting: Setting, mode: Mode) -> FolderStore:
    """Return the ledger's store for a mode."""
    default = setting.root / (LIVE_LEDGER if mode == "live" else PREVIEW_LEDGER)
    return FolderStore(setting.ledger or default)


def plan(setting: Setting) -> tuple[Plan, Checked]:
    """Return what issuing would do now."""
    checked = sound(setting)
    repository = repository_of(checked)
    store = store_of(setting, mode_of(setting, repository))
    ledger = store.replay().ledger() if store.exists() else None
    if ledger and ledger.mode == "preview" and left_behind(store, ledger, repository):
        ledger = None  # issuing would start over
    made = make_plan(repository, ledger)
    refuse(made.problems, repository)
    return made, checked


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


def left_behind(store: FolderStore, ledger: Ledger, repository: Repository) -> bool:
    """Whether a preview shows what the files no longer say."""

    def document(award: IssuedAward) -> JsonObject:
        found: JsonObject = json.loads(store.credential(award.id, award.sha256))
        return found

    return is_outdated(ledger, repository, document)
