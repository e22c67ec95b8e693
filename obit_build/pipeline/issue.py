"""Issue: the only step of the pipeline with a key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from obit_build import issuing, status_lists
from obit_build.ledger import Ledger, Mode
from obit_build.ledger_store import FolderStore
from obit_build.model.repository import Repository
from obit_build.pipeline.before import (
    Progress,
    Setting,
    left_behind,
    mode_of,
    refuse,
    silent,
    store_of,
)
from obit_build.plan import Action, Plan, make_plan
from obit_build.signers.opening import open_signer, preview_signer, preview_token_signer
from obit_build.signers.signer import Signer
from obit_build.signing import refuse_other_key

OWN_KEY = ("EdDSA",)
"""Kinds of token that an issuer signs with the key of its credentials."""


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
        refuse(first.problems, repository)
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
        signed = status_lists.sign_lists(store, ledger, repository, run, refresh=refresh)
    return Issued(plan=made, ledger=ledger, lists_signed=signed, mode=mode)


def _start_over_if_outdated(
    store: FolderStore, repository: Repository, entropy: Callable[[int], bytes]
) -> Callable[[int], bytes]:
    """Empty a preview ledger that the files have left behind; return the source of its new salt."""
    if not store.exists():
        return entropy
    ledger = store.replay().ledger()
    if ledger.mode != "preview" or not left_behind(store, ledger, repository):
        return entropy
    store.empty()
    return lambda _size: ledger.salt


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
