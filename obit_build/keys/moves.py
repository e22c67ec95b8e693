"""Moves in the life of a key, as a person asks for them: rotate, retire, revoke, and the list of all.

A move says which lines of obit.yaml to write; it is reviewed, merged and issued like any other change.
Refused: what the ledger would refuse later, and what would leave an issuer without a key that signs.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from obit_build.centre.award_edits import decision_text
from obit_build.counting import several
from obit_build.credentials.issuer_keys import thumbprint, to_jwk
from obit_build.errors import ArgumentError
from obit_build.keys.edits import KeyEdit
from obit_build.keys.plan import WAIT
from obit_build.ledger.keys import ED25519, KeyUse
from obit_build.ledger.ledger import Ledger
from obit_build.model.repository import Repository
from obit_build.model.settings import KeyDeclaration
from obit_build.reading.reader import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What to write into obit.yaml, and what to do next."""

    edits: tuple[KeyEdit, ...]
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One key in the list."""

    issuer: str
    key: str
    fingerprint: str
    """SHA-256 thumbprint of its JWK (RFC 7638): the name of its file on the site."""
    use: KeyUse
    state: str
    since: datetime.datetime | None
    """None while it is not in the ledger."""
    awards: int
    """Awards that it signed, or whose tokens it signed."""
    becomes: str = ""
    """What obit.yaml declares, where the ledger does not say it yet."""


def rows_of(repository: Repository, ledger: Ledger | None) -> list[KeyRow]:
    """List all keys by issuer: the ledger's, oldest first, then those that are only declared."""
    declared = {(str(k.issuer), str(k.public_key_multibase)): k for k in repository.settings.keys}
    rows = []
    for key in ledger.keys if ledger else ():
        name = (key.issuer, key.public_key_multibase)
        wanted = declared.pop(name).standing if name in declared else key.state
        rows.append(
            KeyRow(
                issuer=key.issuer,
                key=key.public_key_multibase,
                fingerprint=fingerprint(key.public_key_multibase),
                use=key.use,
                state=key.state,
                since=key.since,
                awards=_signed(ledger, *name),
                becomes=wanted if wanted != key.state else "",
            )
        )
    for (issuer, text), entry in declared.items():
        rows.append(
            KeyRow(
                issuer=issuer,
                key=text,
                fingerprint=fingerprint(text),
                use=entry.use,
                state="new",
                since=None,
                awards=0,
                becomes=entry.standing,
            )
        )
    return sorted(rows, key=lambda row: (row.issuer, row.use))


def fingerprint(key: str) -> str:
    """Return a key's thumbprint (RFC 7638)."""
    return thumbprint(to_jwk(key))


def _signed(ledger: Ledger | None, issuer: str, key: str) -> int:
    awards = ledger.awards.values() if ledger else ()
    return sum(a.issuer == issuer and key in (a.key, a.token_key) for a in awards)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that somebody has made: its public part, and where the signer finds the private one."""

    key: str
    signer: str
    use: KeyUse = "credentials"

    def entry(self, issuer: str, state: str) -> KeyEdit:
        """Write its declaration; the active state needs no word."""
        fields = {"issuer": issuer, "signer": self.signer}
        fields |= {"use": "tokens"} if self.use == "tokens" else {}
        fields |= {"state": state} if state != "active" else {}
        return KeyEdit(self.key, fields)


def rotate(
    repository: Repository,
    ledger: Ledger | None,
    issuer: str,
    new: NewKey,
    *,
    at: datetime.datetime,
    now: bool = False,
) -> Move:
    """Let ``new`` take the place of the issuer's key: first next, then active; at once with ``now``."""
    keys = _declared(repository, issuer)
    known = next((key for key in keys if key.public_key_multibase == new.key), None)
    active = _active(keys, new.use)
    if known and known.standing not in ("next", "active"):
        raise ArgumentError(
            f"this key is {known.standing}; it does not sign again",
            fix="make a new one with obit key new",
        )
    if known and known.use != new.use:
        raise ArgumentError(
            f"this key is declared for {known.use}",
            fix=f"add --use {known.use}, or make another key",
        )
    _refuse_other_kind(new)
    if known and known is active:
        raise ArgumentError(
            f'"{issuer}" signs with this key already', fix="name the key that is to follow it"
        )
    if active and not now and known is None:
        return Move(
            edits=(new.entry(issuer, "next"),),
            then=(
                "have it reviewed and merged, issue and publish: then did.json shows the new key",
                "two days later, run this command again: then the new key signs",
            ),
        )
    if active and not now:
        _refuse_early(ledger, issuer, new.key, at)
    retired = (KeyEdit(active.public_key_multibase, {"state": "retired"}),) if active else ()
    return Move(
        edits=(*retired, _let_sign(new, issuer, is_declared=known is not None)),
        then=(
            "have it reviewed and merged, and give obit issue the new key",
            "the new key signs from then on, also the status lists; what the former one signed stays good",
            "when the site is published, destroy the private part of the former key",
        )
        if active
        else ("have it reviewed and merged, and give obit issue the key",),
    )


def _refuse_other_kind(new: NewKey) -> None:
    if new.use == "credentials" and not new.key.startswith(ED25519):
        raise ArgumentError(
            "badges are signed with Ed25519 keys only",
            fix="make one with obit key new; for a key of tokens, add --use tokens",
        )


def _let_sign(new: NewKey, issuer: str, *, is_declared: bool) -> KeyEdit:
    return KeyEdit(new.key, {"state": "active"}) if is_declared else new.entry(issuer, "active")


def _refuse_early(ledger: Ledger | None, issuer: str, key: str, at: datetime.datetime) -> None:
    """Raise ArgumentError unless the key has been published for two days."""
    known = ledger.key(issuer, key) if ledger else None
    since = known.since if known else None
    if since is None:
        raise ArgumentError(
            "this key is not published yet",
            fix="issue, publish the site and wait two days; or, after a theft, add --now",
        )
    if at < since + WAIT:
        ready = (since + WAIT).strftime("%Y-%m-%d %H:%M")
        raise ArgumentError(
            f"this key is published since {since:%Y-%m-%d %H:%M} UTC only, and others keep copies",
            fix=f"wait until {ready} UTC; or, after a theft, add --now",
        )


def retire(repository: Repository, issuer: str, key: str, *, close: bool = False) -> Move:
    """Let a key sign nothing more; the issuer's last one only with ``close``."""
    keys = _declared(repository, issuer)
    found = _named(keys, key)
    if found.standing in ("retired", "revoked"):
        raise ArgumentError(
            f"this key is {found.standing} already", fix="see obit key list for the others"
        )
    if found is _active(keys, found.use) and not close:
        raise ArgumentError(
            f'"{issuer}" signs with this key, and would sign nothing more',
            fix=f"change it with obit key rotate {issuer}; or, if the issuer closes, add --close",
        )
    return Move(
        edits=(KeyEdit(found.public_key_multibase, {"state": "retired"}),),
        then=("have it reviewed and merged, then issue and publish; what it signed stays good",),
    )


def revoke(
    repository: Repository,
    ledger: Ledger | None,
    issuer: str,
    key: str,
    *,
    day: datetime.date,
    reason: str | None = None,
    successor: NewKey | None = None,
) -> Move:
    """Disown a key; if it is the one that signs, ``successor`` or the key that is next takes over."""
    keys = _declared(repository, issuer)
    published = [k.public_key_multibase for k in ledger.published(issuer)] if ledger else []
    text = _one(sorted({str(k.public_key_multibase) for k in keys} | set(published)), key)
    found = next((k for k in keys if k.public_key_multibase == text), None)
    if found and found.revoked:
        raise ArgumentError(
            "this key is revoked already", fix="issue again if it is not in did.json yet"
        )
    fields = {"revoked": decision_text(day, reason)}
    edits = [KeyEdit(text, fields if found else {"issuer": issuer, **fields})]
    use = found.use if found else "credentials"
    if found and found is _active(keys, use):
        edits.append(_successor(keys, issuer, use, successor))
    signed = _signed(ledger, issuer, text)
    again = f"; {several(signed, 'award is', 'awards are')} signed again" if signed else ""
    return Move(
        edits=tuple(edits),
        then=(
            f"have it merged at once, issue and publish: from then on the key counts for nothing{again}",
            "then follow docs/how-to/leaked-key.md",
        ),
    )


def _successor(
    keys: Sequence[KeyDeclaration], issuer: str, use: KeyUse, successor: NewKey | None
) -> KeyEdit:
    """Return the edit that lets another key sign in the place of one that is revoked."""
    if successor:
        if successor.use != use:
            raise ArgumentError(
                f"the other key is for {successor.use}, this one for {use}",
                fix="name a key of the same kind with --to",
            )
        known = next((k for k in keys if k.public_key_multibase == successor.key), None)
        if known and known.standing != "next":
            raise ArgumentError(
                f"the other key is {known.standing}", fix="make a new one with obit key new"
            )
        return _let_sign(successor, issuer, is_declared=known is not None)
    waiting = [key for key in keys if (key.use, key.standing) == (use, "next")]
    if not waiting:
        raise ArgumentError(
            f'"{issuer}" signs with this key, and has no other one',
            fix="make one with obit key new, and name its signer with --to",
        )
    return KeyEdit(waiting[0].public_key_multibase, {"state": "active"})


def _declared(repository: Repository, issuer: str) -> list[KeyDeclaration]:
    if issuer not in repository.profiles:
        near = nearest(issuer, repository.profiles)
        known = ", ".join(sorted(repository.profiles))
        raise ArgumentError(
            f'there is no issuer "{issuer[:64]}"',
            fix=f'did you mean "{near}"?' if near else f"name one of: {known}",
        )
    return [key for key in repository.settings.keys if key.issuer == issuer]


def _active(keys: Sequence[KeyDeclaration], use: KeyUse) -> KeyDeclaration | None:
    return next((key for key in keys if (key.use, key.standing) == (use, "active")), None)


def _named(keys: Sequence[KeyDeclaration], text: str) -> KeyDeclaration:
    found = _one([str(key.public_key_multibase) for key in keys], text)
    return next(key for key in keys if key.public_key_multibase == found)


def _one(keys: Sequence[str], text: str) -> str:
    """Return the key that begins, or whose fingerprint begins, with ``text``."""
    found = [key for key in keys if key.startswith(text) or fingerprint(key).startswith(text)]
    if len(found) == 1:
        return found[0]
    raise ArgumentError(
        "more than one key begins like this" if found else "the issuer has no key like this",
        fix="give more of it" if found else "see obit key list for its keys",
    )
