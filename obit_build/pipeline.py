"""check · plan · issue · build, each a straight line of calls.

Nothing here prints, asks the clock or decides an exit code; the command line does. What a run
depends on besides the files comes in as a :class:`Setting`.
"""

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from obit_build import addresses, issuing
from obit_build.bake import kind_of
from obit_build.checks import run_checks
from obit_build.errors import LedgerError, ObitError
from obit_build.inspect_site import verify_site
from obit_build.ledger import IssuedAward, Ledger, Mode
from obit_build.ledger_store import FolderStore
from obit_build.load import load_repository
from obit_build.model.achievement import Achievement
from obit_build.model.repository import Repository
from obit_build.plan import Action, Plan, make_plan
from obit_build.png import measure, without_metadata
from obit_build.previews import is_outdated
from obit_build.problems import Problem, Report
from obit_build.publish import Stage
from obit_build.raster import to_png
from obit_build.render import Theme
from obit_build.signers.opening import open_signer, preview_signer, preview_token_signer
from obit_build.signers.signer import Signer
from obit_build.signing import refuse_other_key
from obit_build.site import Pictures, SiteInputs, plan_site
from obit_build.strict_json import JsonObject
from obit_build.svg import wrap_png
from obit_build.theme import default_theme

LIVE_LEDGER = ".obit/ledger"
PREVIEW_LEDGER = ".obit/preview"
OWN_KEY = ("EdDSA",)
"""Kinds of token that an issuer signs with the key of its credentials."""


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
    if ledger and ledger.mode == "preview" and _is_outdated(store, ledger, repository):
        ledger = None  # issuing would start over
    made = make_plan(repository, ledger)
    _refuse(made.problems, repository)
    return made, checked


def repository_of(checked: Checked) -> Repository:
    """Return the repository of a check that found no error."""
    if checked.repository is None:  # pragma: no cover - sound() has raised
        raise ProblemsFoundError(checked.report, checked.files)
    return checked.repository


def _refuse(problems: tuple[Problem, ...], repository: Repository) -> None:
    report = Report.of(problems)
    if report.errors:
        raise ProblemsFoundError(report, repository.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What an issuing run did."""

    plan: Plan
    ledger: Ledger
    lists_signed: int
    mode: Mode


def issue(
    setting: Setting, repository: Repository, *, refresh: bool = False, progress: Progress = silent
) -> Issued:
    """Carry out the plan: the only step with a key."""
    mode = mode_of(setting, repository)
    store = store_of(setting, mode)
    with store.lock():
        entropy = setting.entropy
        if mode == "preview":
            entropy = _start_over_if_outdated(store, repository, entropy)
        replay = store.replay()
        known = None if replay.is_empty else replay.ledger()
        first = make_plan(repository, known)
        _refuse(first.problems, repository)
        run = issuing.Circumstances(
            at=max(setting.at, known.last_at) if known else setting.at,
            main=setting.commit,
            mode=mode,
            signers=signers_of(setting, repository, mode),
            token_signers=_token_signers(setting, repository, mode),
            entropy=entropy,
        )
        issuing.open_signers(first, repository, run)
        ledger = issuing.begin(store, replay, repository, run)
        made = make_plan(repository, ledger)
        done = 0

        def count(_action: Action) -> None:
            nonlocal done
            done += 1
            progress("signing", done, len(made.actions))

        issuing.carry_out(made, store, replay, repository, run, count)
        ledger = replay.ledger()
        signed = issuing.sign_lists(store, ledger, repository, run, refresh=refresh)
    return Issued(plan=made, ledger=ledger, lists_signed=signed, mode=mode)


def _start_over_if_outdated(
    store: FolderStore, repository: Repository, entropy: Callable[[int], bytes]
) -> Callable[[int], bytes]:
    """Empty a preview ledger that the files have left behind; return the source of its new salt."""
    if not store.exists():
        return entropy
    ledger = store.replay().ledger()
    if ledger.mode != "preview" or not _is_outdated(store, ledger, repository):
        return entropy
    store.empty()
    return lambda _size: ledger.salt


def _is_outdated(store: FolderStore, ledger: Ledger, repository: Repository) -> bool:
    def document(award: IssuedAward) -> JsonObject:
        found: JsonObject = json.loads(store.credential(award.id, award.sha256))
        return found

    return is_outdated(ledger, repository, document)


class _OnDemand(dict[str, Signer]):
    """Opens a signer when it is first asked for: a run without change needs no key."""

    def __init__(self, setting: Setting, repository: Repository, use: str) -> None:
        super().__init__()
        self._setting = setting
        self._declared = {str(k.issuer): k for k in repository.settings.keys if k.use == use}
        if use != "credentials":  # tokens of the kind EdDSA are signed with the issuer's own key
            own = {slug for slug, p in repository.profiles.items() if p.token in OWN_KEY}
            self._declared |= {
                str(k.issuer): k
                for k in repository.settings.keys
                if k.use == "credentials" and k.issuer in own
            }

    def __contains__(self, issuer: object) -> bool:
        return issuer in self._declared

    def __missing__(self, issuer: str) -> Signer:
        declared = self._declared[issuer]
        signer = open_signer(
            declared.signer, environment=self._setting.environment, root=self._setting.root
        )
        refuse_other_key(signer, declared)
        self[issuer] = signer
        return signer


def signers_of(setting: Setting, repository: Repository, mode: Mode) -> Mapping[str, Signer]:
    """Return issuer → signer: the declared ones, opened on demand, or this clone's preview key."""
    if mode == "live":
        return _OnDemand(setting, repository, "credentials")
    signer = preview_signer(setting.root / ".obit", setting.entropy)
    return dict.fromkeys(repository.profiles, signer)


def _token_signers(setting: Setting, repository: Repository, mode: Mode) -> Mapping[str, Signer]:
    if mode == "live":
        return _OnDemand(setting, repository, "tokens")
    folder = setting.root / ".obit"
    return {
        slug: preview_token_signer(folder, profile.token, setting.entropy)
        for slug, profile in sorted(repository.profiles.items())
        if profile.token
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made and how it was judged."""

    repository: Repository
    ledger: Ledger
    issued: Issued | None
    """None when the ledger was only rendered."""
    report: Report
    files: int
    bytes: int
    unchanged: int
    verified: int
    """Credentials that verify, each in the state that the ledger says."""
    images: int
    """Images that hold exactly their credential's bytes."""


def build(setting: Setting, target: Path, *, progress: Progress = silent) -> Built:
    """Make the site; with a live ledger no key is used, for a preview this clone's own.

    The site is staged, verified as a whole, and only then put in place.
    """
    checked = sound(setting)
    repository = repository_of(checked)
    mode = mode_of(setting, repository)
    done = issue(setting, repository, progress=progress) if mode == "preview" else None
    store = store_of(setting, mode)
    ledger = done.ledger if done else complete_ledger(store, repository)
    inputs = SiteInputs(
        repository=repository,
        ledger=ledger,
        credential=lambda award_id: store.credential(award_id, ledger.awards[award_id].sha256),
        token=lambda award_id: store.token(award_id, ledger.awards[award_id].token_sha256 or ""),
        status_lists=_status_lists(store, ledger),
        pictures={slug: _pictures(repository, badge) for slug, badge in _badges(repository)},
        theme=Theme(default_theme()),
        at=setting.at,
        commit=setting.commit,
    )
    stage = Stage(target)
    try:
        for file in plan_site(inputs):
            stage.add(file.path, file.data)
            progress("writing", stage.count, _about(inputs))
        images = verify_site(stage.folder, ledger, setting.now, progress)
        stage.swap()
    except BaseException:
        stage.discard()
        raise
    return Built(
        repository=repository,
        ledger=ledger,
        issued=done,
        report=checked.report,
        files=stage.count,
        bytes=stage.bytes,
        unchanged=stage.reused,
        verified=sum(award.state != "withdrawn" for award in ledger.awards.values()),
        images=images,
    )


def complete_ledger(store: FolderStore, repository: Repository) -> Ledger:
    """Read a live ledger that is fit to be rendered: issued to the end, nothing contradicted."""
    if not store.exists():
        raise LedgerError(
            "there is no ledger yet, so there is nothing to publish",
            fix="run obit issue first, or build a preview with obit build --preview",
        )
    ledger = store.replay().ledger()
    made = make_plan(repository, ledger)
    _refuse(made.problems, repository)
    if any(issuing.stale_lists(store, ledger)):
        raise LedgerError(
            "a status list does not say what the ledger says", fix="run obit issue again"
        )
    return ledger


def _status_lists(store: FolderStore, ledger: Ledger) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for issuer, newest in sorted(ledger.lists.items()):
        for number in range(1, newest + 1):
            for path in (
                addresses.status_list(issuer, number),
                addresses.suspension_list(issuer, number),
            ):
                text = store.status(path)
                if text is None:  # pragma: no cover - stale_lists comes first
                    raise LedgerError(f"{path} was never signed", fix="run obit issue again")
                found[path] = text
    return found


def _badges(repository: Repository) -> list[tuple[str, Achievement]]:
    return sorted(repository.achievements.items())


def _pictures(repository: Repository, badge: Achievement) -> Pictures:
    """Make both forms of a badge's picture from the one that its folder holds."""
    data = repository.files[f"badges/{badge.slug}/{badge.image.file}"]
    title = badge.name.text(repository.settings.default_language)
    if kind_of(data) == "svg":
        return Pictures(svg=data, png=to_png(data))
    png = without_metadata(data)
    return Pictures(svg=wrap_png(png, max(measure(png)), title), png=png)


def _about(inputs: SiteInputs) -> int:
    """Guess the number of files, for the progress bar."""
    editions = len(inputs.repository.settings.languages) + 1
    pages = (
        len(inputs.ledger.awards)
        + len(inputs.repository.achievements)
        + len(inputs.repository.profiles)
    )
    return pages * (editions + 3)
