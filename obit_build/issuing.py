"""Issuing: carry out a plan. The only step that asks a signer.

Each new credential is composed, signed and read back by our own verifier before its bytes are
kept; then its event is appended, which is the moment at which it exists. Whatever stops the
process, the next run with the same inputs continues and ends with the same ledger, because ids,
salts, status indexes and times are functions of the inputs. Status lists are signed last, and
only when their bits changed or a refresh was asked for.
"""

import datetime
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from obit_build import addresses
from obit_build.credential import Allocation, open_badge_credential
from obit_build.digests import achievement_bytes, award_bytes
from obit_build.errors import CredentialError, LedgerError, SigningError
from obit_build.keys import (
    did_for,
    encode_multikey,
)
from obit_build.ledger import Ledger, Mode
from obit_build.ledger_replay import Event, Replay, event_bytes
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.plan import Action, Plan
from obit_build.press import Press
from obit_build.signing import Signer, key_of_token, sign_token
from obit_build.strict_json import JsonObject


class Store(Protocol):
    """What issuing needs of a ledger's store."""

    def append(self, number: int, event: bytes) -> None:
        """Commit one event."""

    def put_credential(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential."""

    def put_token(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential's token."""

    def drop_credential(self, award_id: str) -> None:
        """Remove the bytes of a withdrawn credential and of its token, if they are there."""

    def put_status(self, path: str, text: bytes) -> None:
        """Keep a signed status list."""

    def status(self, path: str) -> bytes | None:
        """Return a signed status list, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything about a run that is not in the repository."""

    at: datetime.datetime
    main: str
    """The commit that is published, or an empty string."""
    mode: Mode
    signers: Mapping[str, Signer] = field(repr=False)
    """Issuer → signer."""
    token_signers: Mapping[str, Signer] = field(default_factory=dict, repr=False)
    """Issuer → signer of its tokens, for issuers that issue tokens too."""
    entropy: Callable[[int], bytes] = field(repr=False)


def open_signers(plan: Plan, repository: Repository, run: Circumstances) -> None:
    """Open every signer that the plan needs, so that a missing or wrong key stops it beforehand."""
    for issuer in sorted(_issuers(plan, repository)):
        _keys(run, repository, issuer)


def begin(store: Store, replay: Replay, repository: Repository, run: Circumstances) -> Ledger:
    """Open the ledger for this run, writing its first event if there is none."""
    if replay.is_empty:
        genesis = replay.next_event(
            "genesis",
            run.at,
            run.main,
            format=1,
            mode=run.mode,
            site=repository.settings.base,
            salt=run.entropy(32).hex(),
        )
        _commit(store, replay, genesis)
    ledger = replay.ledger()
    if ledger.mode != run.mode:
        raise LedgerError(
            f"this ledger is for {ledger.mode} credentials, not for {run.mode} ones",
            fix="use another folder with --ledger",
        )
    return ledger


def carry_out(
    plan: Plan,
    store: Store,
    replay: Replay,
    repository: Repository,
    run: Circumstances,
    progress: Callable[[Action], None] = lambda _: None,
) -> None:
    """Publish keys that are new, then do what the plan says, one event after the other."""
    for issuer in sorted(_issuers(plan, repository)):
        for key in _keys(run, repository, issuer):
            _publish_key(store, replay, issuer, key, run)
    endorsers = {endorsement.endorser for endorsement in repository.endorsements}
    for declared in sorted(repository.settings.keys, key=lambda key: key.issuer):
        # A key that takes another's place signs status lists even if there is no new award, and
        # an issuer that only endorses has to be recognised too.
        used = replay.ledger().keys_of(declared.issuer)
        endorses = did_for(replay.ledger().site, declared.issuer) in endorsers
        if run.mode == "live" and (used or endorses):
            _publish_key(store, replay, declared.issuer, declared.public_key_multibase, run)
    press = Press(repository)
    for action in plan.actions:
        if action.kind == "issue":
            _issue(store, replay, repository, run, action, press)
        else:
            _decide(store, replay, run, action)
        progress(action)
    _drop_withdrawn(store, replay)


def _drop_withdrawn(store: Store, replay: Replay) -> None:
    """Drop the bytes of all that was withdrawn; also what an interrupted run left."""
    for award in replay.ledger().awards.values():
        if award.state == "withdrawn":
            store.drop_credential(award.id)


def _commit(store: Store, replay: Replay, event: Event) -> None:
    """Try the event on the replay, then make it durable: a bad event never reaches the disk."""
    data = event_bytes(event)
    replay.apply(data)
    store.append(event["seq"], data)


def _issuers(plan: Plan, repository: Repository) -> set[str]:
    return {
        str(issuer.slug)
        for action in plan.actions
        if (issuer := repository.issuer_of(repository.achievements[action.award.key.badge]))
    }


def signer_of(run: Circumstances, issuer: str) -> Signer:
    """Return the issuer's signer; raise SigningError if none is declared."""
    if issuer not in run.signers:
        raise SigningError(
            f'there is no signing key for the issuer "{issuer}"',
            fix="declare it under keys: in obit.yaml",
        )
    return run.signers[issuer]


def _keys(run: Circumstances, repository: Repository, issuer: str) -> list[str]:
    """Return the public keys that this issuer signs with in this run."""
    keys = [encode_multikey(signer_of(run, issuer).public_key)]
    algorithm = repository.profiles[issuer].token
    if algorithm is not None:
        token_key = key_of_token(_token_signer(run, issuer), algorithm, issuer)
        keys += [token_key] if token_key not in keys else []
    return keys


def _token_signer(run: Circumstances, issuer: str) -> Signer:
    if issuer not in run.token_signers:
        raise SigningError(
            f'there is no key for the tokens of "{issuer}"',
            fix="declare one under keys: in obit.yaml with use: tokens",
        )
    return run.token_signers[issuer]


def _publish_key(store: Store, replay: Replay, issuer: str, key: str, run: Circumstances) -> None:
    if key not in replay.ledger().keys_of(issuer):
        event = replay.next_event(
            "key-add", run.at, run.main, issuer=issuer, public_key_multibase=key
        )
        _commit(store, replay, event)


def _place(
    store: Store, replay: Replay, run: Circumstances, issuer: str, award_id: str
) -> tuple[int, int]:
    place = replay.allocate(issuer, award_id)
    if place is None:
        number = replay.ledger().lists.get(issuer, 0) + 1
        event = replay.next_event("list-create", run.at, run.main, issuer=issuer, list=number)
        _commit(store, replay, event)
        place = replay.allocate(issuer, award_id)
    if place is None:  # pragma: no cover - a new list has room
        raise LedgerError("a new status list has no room", fix="report this as a bug")
    return place


def _issue(
    store: Store,
    replay: Replay,
    repository: Repository,
    run: Circumstances,
    action: Action,
    press: Press,
) -> None:
    ledger, award = replay.ledger(), action.award
    badge = repository.achievements[award.key.badge]
    issuer = repository.issuer_of(badge)
    if issuer is None:  # pragma: no cover - the checks come first
        raise CredentialError(f'"{badge.slug}" has no issuer', fix="run obit check")
    award_id = ledger.award_id(award.key)
    number, index = _place(store, replay, run, issuer.slug, award_id)
    given = allocation(ledger, award_id, number, index)
    document = open_badge_credential(
        repository,
        badge,
        award,
        given,
        issuer=issuer,
        preview=run.mode == "preview",
        parts=press.parts,
    )
    signer = signer_of(run, issuer.slug)
    did = did_for(ledger.site, issuer.slug)
    text = press.sign(document, did, signer, run.at, second_proof=issuer.second_proof)
    store.put_credential(award_id, text)
    token = _token(document, given.subject, issuer, repository.settings, run)
    if token is not None:
        store.put_token(award_id, token)
    event = replay.next_event(
        "issue",
        run.at,
        run.main,
        id=award_id,
        issuer=issuer.slug,
        badge=badge.slug,
        version=award.key.version,
        issued=award.key.issued.isoformat(),
        list=number,
        index=index,
        key=encode_multikey(signer.public_key),
        sha256=hashlib.sha256(text).hexdigest(),
        token_sha256=hashlib.sha256(token).hexdigest() if token else None,
        content=ledger.keyed("award-content", award_bytes(award)).hex(),
        definition=ledger.keyed("badge-definition", achievement_bytes(badge)).hex(),
    )
    _commit(store, replay, event)


def _token(
    document: JsonObject, subject: str, issuer: Profile, settings: Settings, run: Circumstances
) -> bytes | None:
    """Return the credential as a token, for issuers that issue tokens too."""
    if issuer.token is None:
        return None
    signer = _token_signer(run, issuer.slug)
    home = addresses.url(settings, addresses.issuer_page(issuer.slug))
    return sign_token(document, signer, issuer.token, subject, home, run.at)


def allocation(ledger: Ledger, award_id: str, number: int, index: int) -> Allocation:
    """Derive everything unguessable in a credential from the ledger's salt."""
    return Allocation(
        id=award_id,
        list_number=number,
        index=index,
        salt=ledger.keyed("identity-salt", award_id.encode(), 16).hex(),
        subject=ledger.keyed_uuid("subject", award_id.encode()),
    )


def _decide(store: Store, replay: Replay, run: Circumstances, action: Action) -> None:
    """Record a decision about an award that is in the ledger by now."""
    ledger = replay.ledger()
    members: dict[str, Any] = {"id": ledger.award_id(action.award.key)}
    former = action.award.replaced_key
    if action.kind == "replace" and former is not None:
        members = {"id": ledger.award_id(former), "by": members["id"]}
    day = action.date.isoformat() if action.date else None
    _commit(store, replay, replay.next_event(action.kind, run.at, run.main, date=day, **members))
