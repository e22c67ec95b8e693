"""Issuing: carry out a plan. The only step that asks a signer.

Each new credential is composed, signed and read back by our own verifier before its bytes are
kept; then its event is appended, which is the moment at which it exists. Whatever stops the
process, the next run with the same inputs continues and ends with the same ledger, because ids,
salts, status indexes and times are functions of the inputs. Status lists are signed last, and
only when their bits changed or a refresh was asked for.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from obit_build import addresses
from obit_build.credentials.credential import Allocation
from obit_build.credentials.digests import award_bytes
from obit_build.errors import CanonicalizationError, CredentialError, LedgerError
from obit_build.issuing.drafts import Draft, again
from obit_build.issuing.keys import (
    active_signer,
    change_key,
    publish_key,
    signer_of,
    signing_keys,
    token_key_of,
    token_signer,
)
from obit_build.issuing.ledger_documents import UNREADABLE, refuse_malformed
from obit_build.issuing.press import Press
from obit_build.issuing.run import Circumstances, Store, commit
from obit_build.issuing.signing import sign_token
from obit_build.ledger.ledger import Ledger, reissue_id
from obit_build.ledger.replay import Replay
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.planning.plan import Action, Plan
from obit_build.problems import Location
from obit_build.securing.keys import did_for, encode_multikey


def open_signers(plan: Plan, repository: Repository, run: Circumstances) -> None:
    """Open every signer that the plan needs, so that a missing or wrong key stops it beforehand."""
    successors = {change.issuer for change in plan.keys if change.succeeds}
    for issuer in sorted(_issuers(plan, repository)):
        signing_keys(run, repository, issuer)
    for issuer in sorted(successors & run.signers.keys()):
        signer_of(run, issuer)


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
        commit(store, replay, genesis)
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
    """Change what keys are, then do what the plan says, one event after the other."""
    for change in plan.keys:
        change_key(store, replay, run, change)
    for issuer in sorted(_issuers(plan, repository)):
        for use, key in signing_keys(run, repository, issuer):
            publish_key(store, replay, run, issuer, key, use)
    press = Press(repository)
    for action in plan.actions:
        if action.kind == "issue":
            with _told_where(action.award.location):
                _issue(store, replay, repository, run, action, press)
        elif action.kind == "re-issue":
            _reissue(store, replay, repository, run, action, press)
        else:
            _decide(store, replay, run, action)
        progress(action)
    _drop_withdrawn(store, replay)


@contextlib.contextmanager
def _told_where(place: Location) -> Iterator[None]:
    """Say which award it is that can't become a credential."""
    try:
        yield
    except (CanonicalizationError, CredentialError) as error:
        raise CredentialError(f"{place}: {error.message}", fix=error.fix) from error


def _drop_withdrawn(store: Store, replay: Replay) -> None:
    """Drop the bytes of all that was withdrawn; also what an interrupted run left."""
    for award in replay.ledger().awards.values():
        if award.state == "withdrawn":
            store.drop_credential(award.id)


def _issuers(plan: Plan, repository: Repository) -> set[str]:
    return {
        str(issuer.slug)
        for action in plan.actions
        if (issuer := repository.issuer_of(repository.achievements[action.award.key.badge]))
    }


def _place(
    store: Store, replay: Replay, run: Circumstances, issuer: str, award_id: str
) -> tuple[int, int]:
    place = replay.allocate(issuer, award_id)
    if place is None:
        number = replay.ledger().lists.get(issuer, 0) + 1
        event = replay.next_event("list-create", run.at, run.main, issuer=issuer, list=number)
        commit(store, replay, event)
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
    draft = press.drafts.draft(badge, award, given, issuer=issuer, preview=run.mode == "preview")
    about: dict[str, Any] = {
        "badge": str(badge.slug),
        "version": award.key.version,
        "issued": award.key.issued.isoformat(),
        "content": ledger.keyed("award-content", award_bytes(award)).hex(),
        "definition": ledger.keyed("badge-definition", press.drafts.definition(badge)).hex(),
        "approvals": run.approvals.get(award.key),
    }
    _record(store, replay, repository, run, _Issue(issuer, draft, given, about), press)


def _reissue(
    store: Store,
    replay: Replay,
    repository: Repository,
    run: Circumstances,
    action: Action,
    press: Press,
) -> None:
    """Sign an award again that a revoked key had signed: the same content, a new id and index."""
    ledger = replay.ledger()
    former = ledger.awards[action.former_id or ""]
    if former.reissued_as:  # a run was stopped after the first of the two events
        _decide(store, replay, run, replace(action, kind="replace"))
        return
    issuer = repository.profiles.get(former.issuer)
    if issuer is None:
        raise CredentialError(
            f'the issuer "{former.issuer}" of an award to be signed again is gone',
            fix=f"put issuers/{former.issuer}/issuer.yaml back",
        )
    award_id = reissue_id(ledger.salt, former.id)
    number, index = _place(store, replay, run, issuer.slug, award_id)
    # Whoever the first credential was made out to is who this one is made out to.
    first = allocation(ledger, ledger.all_ids(former.id)[0], number, index)
    given = replace(first, id=award_id)
    signed = store.credential(former.id, former.sha256)
    try:
        draft = again(repository.settings, json.loads(signed), issuer.slug, given)
    except UNREADABLE:
        refuse_malformed([former], lambda _id: signed)
        raise
    about = {
        "badge": former.badge,
        "version": former.version,
        "issued": former.issued.isoformat(),
        "content": former.content,
        "definition": former.definition,
        "reissues": former.id,
    }
    _record(store, replay, repository, run, _Issue(issuer, draft, given, about), press)
    _decide(store, replay, run, replace(action, kind="replace", award_id=award_id))


@dataclass(frozen=True, slots=True)
class _Issue:
    """A credential that is about to be issued, and what its event will say of it."""

    issuer: Profile
    draft: Draft
    given: Allocation
    about: Mapping[str, Any]


def _record(
    store: Store,
    replay: Replay,
    repository: Repository,
    run: Circumstances,
    issue: _Issue,
    press: Press,
) -> None:
    """Sign a credential, keep its bytes, then append its event: now it exists."""
    ledger, issuer, given = replay.ledger(), issue.issuer, issue.given
    signer = active_signer(run, ledger, issuer.slug)
    did = did_for(ledger.site, issuer.slug)
    text = press.sign(issue.draft, did, signer, run.at, second_proof=issuer.second_proof)
    store.put_credential(given.id, text)
    token_key = token_key_of(run, ledger, issuer)
    token = _token(issue.draft, given.subject, issuer, repository.settings, run)
    if token is not None:
        store.put_token(given.id, token)
    event = replay.next_event(
        "issue",
        run.at,
        run.main,
        id=given.id,
        issuer=str(issuer.slug),
        list=given.list_number,
        index=given.index,
        key=encode_multikey(signer.public_key),
        sha256=hashlib.sha256(text).hexdigest(),
        token_key=token_key,
        token_sha256=hashlib.sha256(token).hexdigest() if token else None,
        **issue.about,
    )
    commit(store, replay, event)


def _token(
    draft: Draft, subject: str, issuer: Profile, settings: Settings, run: Circumstances
) -> bytes | None:
    """Return the credential as a token, for issuers that issue tokens too."""
    if issuer.token is None:
        return None
    signer = token_signer(run, issuer.slug)
    home = addresses.url(settings, addresses.issuer_page(issuer.slug))
    return sign_token(draft.document(), signer, issuer.token, subject, home, run.at)


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
    current = ledger.award_id(action.award.key)
    events: list[dict[str, Any]] = [{"id": current}]
    if action.kind == "replace":
        events = [{"id": action.former_id, "by": action.award_id}]
    elif action.kind == "withdraw":  # with what it was before its key was revoked; that first
        events = [
            {"id": x} for x in ledger.all_ids(current) if ledger.awards[x].state != "withdrawn"
        ]
    day = action.date.isoformat() if action.date else None
    consent = {"approvals": run.approvals.get(action.award.key)}
    for members in events:
        event = replay.next_event(action.kind, run.at, run.main, date=day, **members, **consent)
        commit(store, replay, event)
