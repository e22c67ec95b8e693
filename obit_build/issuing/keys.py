"""Keys in an issuing run: which key signs, and the events of their life.

A signer is refused unless the ledger has published its key and lets it sign: a key that is next,
retired or revoked signs nothing, whoever holds it.
"""

from dataclasses import replace
from typing import Any

from obit_build.errors import SigningError
from obit_build.issuing.run import Circumstances, Store, commit
from obit_build.issuing.signing import Signer, key_of_token
from obit_build.keys.plan import KeyChange
from obit_build.ledger.keys import KeyUse
from obit_build.ledger.ledger import Ledger
from obit_build.ledger.replay import Replay
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.securing.keys import encode_multikey


def signer_of(run: Circumstances, issuer: str) -> Signer:
    """Return the issuer's signer; raise SigningError if none is declared."""
    if issuer not in run.signers:
        raise SigningError(
            f'there is no signing key for the issuer "{issuer}"',
            fix="declare it under keys: in obit.yaml",
        )
    return run.signers[issuer]


def active_signer(run: Circumstances, ledger: Ledger, issuer: str) -> Signer:
    """Return the issuer's signer; raise SigningError unless its key is the one that signs now."""
    signer = signer_of(run, issuer)
    _refuse_idle(ledger, issuer, encode_multikey(signer.public_key), "credentials")
    return signer


def _refuse_idle(ledger: Ledger, issuer: str, key: str, use: KeyUse) -> None:
    known = ledger.key(issuer, key)
    if known is None:
        raise SigningError(
            f'the key of "{issuer}" is not published yet',
            fix="issue a badge of this issuer first: that publishes its key",
        )
    if known.state != "active":
        raise SigningError(
            f'the key of "{issuer}" is {known.state}, so it can\'t sign',
            fix="give the signer the key that obit key list shows as active"
            if ledger.active_key(issuer, use)
            else "declare another key in obit.yaml and let it sign",
        )


def signing_keys(
    run: Circumstances, repository: Repository, issuer: str
) -> list[tuple[KeyUse, str]]:
    """Return the public keys that this issuer signs with in this run, and for what."""
    key = encode_multikey(signer_of(run, issuer).public_key)
    algorithm = repository.profiles[issuer].token
    if algorithm is None:
        return [("credentials", key)]
    token_key = key_of_token(token_signer(run, issuer), algorithm, issuer)
    apart: list[tuple[KeyUse, str]] = [("tokens", token_key)] if token_key != key else []
    return [("credentials", key), *apart]


def token_signer(run: Circumstances, issuer: str) -> Signer:
    """Return the signer of the issuer's tokens; raise SigningError if none is declared."""
    if issuer not in run.token_signers:
        raise SigningError(
            f'there is no key for the tokens of "{issuer}"',
            fix="declare one under keys: in obit.yaml with use: tokens",
        )
    return run.token_signers[issuer]


def token_key_of(run: Circumstances, ledger: Ledger, issuer: Profile) -> str | None:
    """Return the key of the issuer's tokens, if it makes any; raise SigningError if it may not sign."""
    if issuer.token is None:
        return None
    key = key_of_token(token_signer(run, issuer.slug), issuer.token, issuer.slug)
    _refuse_idle(ledger, issuer.slug, key, "tokens")
    return key


def change_key(store: Store, replay: Replay, run: Circumstances, change: KeyChange) -> None:
    """Record one step in the life of a key."""
    members: dict[str, Any] = {"issuer": change.issuer, "public_key_multibase": change.key}
    if change.step == "publish":
        members["state"] = "active" if change.signs else "next"
        members["use"] = change.use if change.use == "tokens" else None
    if change.date:
        members["date"] = change.date.isoformat()
    kind = "key-add" if change.step == "publish" else f"key-{change.step}"
    commit(store, replay, replay.next_event(kind, run.at, run.main, **members))


def publish_key(
    store: Store, replay: Replay, run: Circumstances, issuer: str, key: str, use: KeyUse
) -> None:
    """Publish a key that signs in this run and is declared nowhere, such as that of a preview."""
    ledger = replay.ledger()
    if ledger.key(issuer, key):
        return
    change = KeyChange(step="publish", issuer=issuer, key=key, use=use, signs=True)
    for known in ledger.published(issuer):
        if (known.use, known.state) == (use, "active"):
            former = replace(change, step="retire", key=known.public_key_multibase)
            change_key(store, replay, run, former)
    change_key(store, replay, run, change)
