"""Issuing: carry out a plan. The only step that asks a signer.

Each new credential is composed, signed and read back by our own verifier before its bytes are
kept; then its event is appended, which is the moment at which it exists. Whatever stops the
process, the next run with the same inputs continues and ends with the same ledger, because ids,
salts, status indexes and times are functions of the inputs. Status lists are signed last, and
only when their bits changed or a refresh was asked for.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from obit_build import addresses, durations, schemas, status
from obit_build.credential import Allocation, open_badge_credential, status_list_credential
from obit_build.digests import achievement_bytes, award_bytes
from obit_build.errors import CredentialError, LedgerError, SigningError
from obit_build.keys import (
    did_for,
    encode_base58,
    encode_multikey,
    method_id,
)
from obit_build.ledger import (
    LIST_LENGTH,
    Event,
    Ledger,
    Mode,
    Replay,
    event_bytes,
    instant,
    parse_instant,
)
from obit_build.model.repository import Repository
from obit_build.plan import Action, Plan
from obit_build.proof import add_proof
from obit_build.signing import Signer, key_of_token, sign_credential, sign_token, written
from obit_build.strict_json import JsonObject


class Store(Protocol):
    """What issuing needs of a ledger's store."""

    def append(self, number: int, event: bytes) -> None:
        """Commit one event."""

    def put_credential(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential."""

    def put_token(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential's token."""

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
    for action in plan.actions:
        if action.kind == "issue":
            _issue(store, replay, repository, run, action)
        else:
            _decide(store, replay, run, action)
        progress(action)


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
    store: Store, replay: Replay, repository: Repository, run: Circumstances, action: Action
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
        repository, badge, award, given, issuer=issuer, preview=run.mode == "preview"
    )
    signer = signer_of(run, issuer.slug)
    did = did_for(ledger.site, issuer.slug)
    text = sign_credential(document, did, signer, run.at, second_proof=issuer.second_proof)
    store.put_credential(award_id, text)
    token = None
    if issuer.token is not None:
        token_signer = _token_signer(run, issuer.slug)
        home = addresses.url(repository.settings, addresses.issuer_page(issuer.slug))
        token = sign_token(document, token_signer, issuer.token, given.subject, home, run.at)
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


def wanted_bits(ledger: Ledger, issuer: str, number: int) -> tuple[bytes, bytes]:
    """Return the bitstrings of the revocation list and of the suspension list (decision 0004)."""
    awards = ledger.on_list(issuer, number)
    revoked = status.bitstring((a.index for a in awards if a.bit_is_set), LIST_LENGTH)
    suspended = (a.index for a in awards if a.state == "suspended")
    return revoked, status.bitstring(suspended, LIST_LENGTH)


def stale_lists(store: Store, ledger: Ledger) -> Iterator[tuple[str, int]]:
    """List the status lists whose signed copies are missing or say something else."""
    for issuer, newest in sorted(ledger.lists.items()):
        for number in range(1, newest + 1):
            paths = addresses.status_list(issuer, number), addresses.suspension_list(issuer, number)
            revocations, suspensions = (store.status(path) for path in paths)
            wanted = wanted_bits(ledger, issuer, number)
            if (
                revocations is None
                or suspensions is None
                or (_bits(revocations), _bits(suspensions)) != wanted
                # An interrupted refresh leaves a list that names the other one's former copy.
                or digest_multibase(suspensions) not in revocations.decode()
            ):
                yield issuer, number


def _bits(text: bytes) -> bytes:
    return status.decode(json.loads(text)["credentialSubject"]["encodedList"])


def sign_lists(
    store: Store, ledger: Ledger, repository: Repository, run: Circumstances, *, refresh: bool
) -> int:
    """Sign the status lists that need it, or all with ``refresh``; return how many pairs."""
    every = [
        (issuer, number)
        for issuer, newest in sorted(ledger.lists.items())
        for number in range(1, newest + 1)
    ]
    due = every if refresh else list(stale_lists(store, ledger))
    for issuer, number in due:
        _sign_pair(store, ledger, repository, run, (issuer, number))
    return len(due)


def _sign_pair(
    store: Store, ledger: Ledger, repository: Repository, run: Circumstances, which: tuple[str, int]
) -> None:
    """Sign the suspension list, then the revocation list, which names it by its digest."""
    issuer, number = which
    did = did_for(ledger.site, issuer)
    paths = addresses.status_list(issuer, number), addresses.suspension_list(issuer, number)
    at = _after(store.status(paths[0]), run.at)
    until = None
    if run.mode == "live":
        until = instant(durations.after(at, repository.settings.status_valid_for))
    revoked, suspended = wanted_bits(ledger, issuer, number)
    related: JsonObject | None = None
    for path, purpose, bits in (
        (paths[1], "suspension", suspended),
        (paths[0], "revocation", revoked),
    ):
        url = f"{ledger.site}/{path}"
        document = status_list_credential(
            url=url,
            issuer=did,
            purpose=purpose,
            encoded=status.encode_bits(bits),
            at=instant(at),
            until=until,
            related=related,
        )
        schemas.check_unsigned("status-list-credential", document)
        signer = signer_of(run, issuer)
        method = method_id(did, encode_multikey(signer.public_key))
        text = written(
            add_proof(document, sign=signer.sign, verification_method=method, created=at)
        )
        related = {
            "id": url,
            "digestMultibase": digest_multibase(text),
            "mediaType": "application/vc",
        }
        store.put_status(path, text)


def _after(former: bytes | None, at: datetime.datetime) -> datetime.datetime:
    """Return ``at``, or one second after the former list's time: it strictly increases (INV-16)."""
    if former is None:
        return at
    last = parse_instant(json.loads(former)["validFrom"])
    return max(at, last + datetime.timedelta(seconds=1))


def digest_multibase(data: bytes) -> str:
    """Return ``z`` + base58btc of the SHA-256 multihash of ``data`` (VC Data Model 2.0, 5.3)."""
    return "z" + encode_base58(b"\x12\x20" + hashlib.sha256(data).digest())
