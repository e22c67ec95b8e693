"""The protocol by which a ledger changes: one straight line, the same for a folder and for Git.

Before the push (or, in a folder, the first file) nothing is visible; after it everything that is
needed is durable. A run that is stopped anywhere, or whose answer is lost, is simply run again:
the same inputs give the same bytes. Of several runs at once one comes first and the others plan
again (security reference, 3.5; decision 0017).
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from obit_build.centre.around import around
from obit_build.errors import LedgerError
from obit_build.fingerprint import fingerprint
from obit_build.git import head as git
from obit_build.issuing import checkpoints
from obit_build.issuing.run import Circumstances
from obit_build.ledger import guards as ledger_guards
from obit_build.ledger.address import GitPlace
from obit_build.ledger.branch import OvertakenError
from obit_build.ledger.files import LedgerReader, Staged
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import Ledger, Mode
from obit_build.ledger.replay import Replay
from obit_build.model.repository import Repository
from obit_build.pipeline.before import Store, left_behind, place_of, replay_of, store_of
from obit_build.pipeline.signers import signers_of, token_signers_of
from obit_build.planning.plan import Plan, make_plan
from obit_build.publishing.live import NOBODY, live_checkpoint
from obit_build.securing.signed_note import Checkpoint
from obit_build.setting import Setting
from obit_build.spool import Spool
from obit_build.tool import tool_digest

TRIES = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A ledger that is open for a change, and everything that the change may use."""

    repository: Repository
    store: Staged
    """Reads the ledger and what was added to it; nothing is kept before the work is done."""
    replay: Replay
    known: Ledger | None
    """The ledger before the change; None if it has not begun."""
    run: Circumstances
    planned: Plan | None = None
    """What the repository wants of the known ledger, where that has been asked already."""

    @property
    def plan(self) -> Plan:
        """What the repository wants of the ledger before the change."""
        return self.planned or make_plan(self.repository, self.known)

    @property
    def genesis(self) -> str:
        """The SHA-256 of the first event, in hex."""
        return hashlib.sha256(self.store.event(1)).hexdigest()


def change_ledger(
    setting: Setting, repository: Repository, mode: Mode, work: Callable[[Change], T]
) -> T:
    """Do ``work`` on the ledger, all of it or nothing; again from the start if another run was faster.

    Raises LedgerError for a ledger that is not what it should be, GitError or FetchError for one,
    or a live site, that can't be reached; then nothing was changed.
    """
    if mode == "live":
        _refuse_this_clone(setting)
    seen: str | None = None
    for _ in range(TRIES):
        live = _on_the_live_site(setting, repository, mode)  # before the ledger: it may only lag
        with store_of(setting, repository, mode, seen=seen) as store, store.lock():
            seen = store.tip
            try:
                return _attempt(setting, repository, mode, store, live, work)
            except OvertakenError:
                continue
    raise LedgerError(
        f"other runs were faster {TRIES} times", fix="run the command again when they have ended"
    )


def _attempt(
    setting: Setting,
    repository: Repository,
    mode: Mode,
    store: Store,
    live: Checkpoint | None,
    work: Callable[[Change], T],
) -> T:
    replay, entropy = replay_of(store, repository, mode), setting.entropy
    shown = _around(repository) if mode == "preview" else ""
    plan: Plan | None = None
    if mode == "preview" and isinstance(store, FolderStore) and not replay.is_empty:
        plan = make_plan(repository, replay.ledger(), setting.remembered)
        if _is_left_behind(store, replay.ledger(), repository, plan, shown):
            entropy, plan = _same_salt(replay.ledger()), None
            store.empty()
            replay = replay_of(store, repository, mode)
    known = None if replay.is_empty else replay.ledger()
    if mode == "live":
        _refuse_false_ledger(setting, repository, store, known, live)
    at = max(setting.at, known.last_at) if known else setting.at
    run = Circumstances(
        at=at,
        now=setting.now,
        main=setting.commit,
        mode=mode,
        signers=signers_of(setting, repository, mode),
        token_signers=token_signers_of(setting, repository, mode),
        entropy=entropy,
    )
    with Spool() as spool:
        staged = Staged(store, spool)
        change = Change(
            repository=repository, store=staged, replay=replay, known=known, run=run, planned=plan
        )
        done = work(change)
        checkpoints.sign_checkpoint(staged, replay.ledger(), run)
        if staged.files or staged.gone:
            _read_back(store.prepare(staged, at), staged)
            store.publish()
    if mode == "preview" and isinstance(store, FolderStore):
        store.note_shown(fingerprint(replay.ledger().head, shown))
    return done


def _refuse_this_clone(setting: Setting) -> None:
    """Refuse to publish from a clone without history, or what is dated in the future."""
    ledger_guards.refuse_cut_off(shallow=git.is_shallow(setting.root))
    ledger_guards.refuse_future(setting.at, setting.now)


def _on_the_live_site(setting: Setting, repository: Repository, mode: Mode) -> Checkpoint | None:
    """Read what the live site shows; nobody is asked about a ledger in a folder of one's own."""
    in_git = isinstance(place_of(setting, repository, mode), GitPlace)
    default = repository.settings.base if in_git else NOBODY
    return live_checkpoint(setting.live or default, setting.root) if mode == "live" else None


def _refuse_false_ledger(
    setting: Setting,
    repository: Repository,
    store: Store,
    known: Ledger | None,
    live: Checkpoint | None,
) -> None:
    """Refuse a ledger that was put back, exchanged or lost, and a main branch that was put back."""
    ledger_guards.refuse_rollback(store, live, repository.settings.base)
    if known is not None:
        if setting.now != setting.at:  # with --at, nobody has looked at the clock
            ledger_guards.refuse_ahead_of_time(known.last_at, setting.now)
        last = json.loads(store.event(known.size)).get("main")
        within = git.is_part_of(setting.root, last, setting.commit) if last else None
        ledger_guards.refuse_rewound_main(within=within)


def _read_back(prepared: LedgerReader, staged: Staged) -> None:
    """Read what is about to be published where it will be read: every file, byte for byte.

    The events were tried on the chain and the credentials verified as these very bytes.
    """
    for path, data in chain(staged.files.items(), ((path, None) for path in staged.gone)):
        if prepared.read(path) != data:
            raise LedgerError(
                f"{path} of the ledger is not what was written",
                fix="look at the disk, then try again",
            )


def _is_left_behind(
    store: FolderStore, ledger: Ledger, repository: Repository, plan: Plan, shown: str
) -> bool:
    """Whether this is a preview that the files have left behind, so that it has to begin again."""
    known = store.shown() == fingerprint(ledger.head, shown)
    return ledger.mode == "preview" and left_behind(
        store, ledger, repository, plan, only_awards=known
    )


def _same_salt(ledger: Ledger) -> Callable[[int], bytes]:
    """Return where a preview that begins again has its salt from: pages keep their addresses."""
    return lambda _size: ledger.salt


def _around(repository: Repository) -> str:
    """Digest all that a preview's credentials are made from but the awards themselves."""
    return fingerprint(tool_digest({}), around(repository))
