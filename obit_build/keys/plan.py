"""Plan for keys: what becomes of each issuer's keys, from obit.yaml and the ledger; needs no key.

obit.yaml says where each key should stand, the ledger where it stands. A key goes forward only:
*next*, *active*, then *retired* or *revoked*. What would take it back is a problem, not a change.
"""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from obit_build.centre.names import SETTINGS
from obit_build.ledger.keys import IssuerKey, KeyState, KeyUse
from obit_build.ledger.ledger import Ledger
from obit_build.model.settings import KeyDeclaration
from obit_build.problems import Location, Problem

KeyStep = Literal["revoke", "retire", "publish", "activate"]
STEPS: tuple[KeyStep, ...] = ("revoke", "retire", "publish", "activate")
"""In the order in which a run takes them, so that never two keys sign for one use."""
WAIT = datetime.timedelta(hours=48)
"""How long a key is published before it signs: copies of did.json are kept for hours."""
LIFE: tuple[KeyState, ...] = ("next", "active", "retired", "revoked")

RULES: dict[str, str] = {
    "key-goes-forward": "A key goes forward: next, active, retired or revoked.\n\nA retired key may have been destroyed, and a revoked one may be in other hands. Write what the ledger has (`obit key list`); to sign again, make a new key.",
    "key-is-published-before-it-signs": "A key is published before it signs.\n\nOthers keep copies of did.json for some hours and do not find a new key in them. Declare it with `state: next`, publish, and let it sign two days later. If the former key was stolen, there is no time for that: ignore this.",
    "published-key-is-known": "A published key is known: obit.yaml declares it, or it has signed an award.\n\nWhoever may write to the ledger, but has no key and no review, could otherwise publish a key of his own and sign in the issuer's name. A key of yours that you took out of obit.yaml before it signed anything is declared again with `state: retired`.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """One step in the life of a key."""

    step: KeyStep
    issuer: str
    key: str
    """As a Multikey."""
    use: KeyUse
    date: datetime.date | None = None
    """The day of the decision, of a revocation."""
    signs: bool = False
    """For ``publish``: whether it signs at once."""
    succeeds: bool = False
    """Whether it takes another key's place: then status lists are signed again."""

    @property
    def is_final(self) -> bool:
        """Whether it can't be taken back."""
        return self.step in ("revoke", "retire")

    @property
    def is_first(self) -> bool:
        """Whether the issuer had no key for this use before, and signs with this one."""
        return self.signs and not self.succeeds


def key_changes(declared: Sequence[KeyDeclaration], ledger: Ledger | None) -> tuple[KeyChange, ...]:
    """List the steps that take the ledger's keys to where obit.yaml declares them, in order."""
    found = [change for key in declared for change in _changes_of(key, ledger)]
    found += _succeeded(declared, ledger)
    return tuple(sorted(found, key=lambda x: (STEPS.index(x.step), x.issuer, x.use, x.key)))


def _known(ledger: Ledger | None, declared: KeyDeclaration) -> IssuerKey | None:
    return ledger.key(declared.issuer, declared.public_key_multibase) if ledger else None


def _changes_of(declared: KeyDeclaration, ledger: Ledger | None) -> Iterator[KeyChange]:
    known, wanted = _known(ledger, declared), declared.standing
    others = ledger.published(declared.issuer) if ledger else ()
    succeeds = wanted == "active" and any(key.use == declared.use for key in others)
    change = KeyChange(
        step="publish",
        issuer=str(declared.issuer),
        key=str(declared.public_key_multibase),
        use=known.use if known else declared.use,
        succeeds=succeeds,
    )
    if known is None:
        if wanted in ("next", "active"):  # what never signed here is neither retired nor revoked
            yield dataclasses.replace(change, signs=wanted == "active")
    elif LIFE.index(wanted) > LIFE.index(known.state):
        if declared.revoked:
            yield dataclasses.replace(change, step="revoke", date=declared.revoked.date)
        else:
            yield dataclasses.replace(change, step="activate" if wanted == "active" else "retire")


def _succeeded(declared: Sequence[KeyDeclaration], ledger: Ledger | None) -> Iterator[KeyChange]:
    """Retire the keys that are no longer declared and whose place another one takes."""
    signing = {(str(k.issuer), k.use) for k in declared if k.standing == "active"}
    named = {(str(k.issuer), str(k.public_key_multibase)) for k in declared}
    for key in ledger.keys if ledger else ():
        if (
            key.state == "active"
            and (key.issuer, key.use) in signing
            and (key.issuer, key.public_key_multibase) not in named
        ):
            yield KeyChange(
                step="retire", issuer=key.issuer, key=key.public_key_multibase, use=key.use
            )


def hasty(
    changes: Sequence[KeyChange], ledger: Ledger | None, at: datetime.datetime
) -> tuple[KeyChange, ...]:
    """Return the keys that would sign at ``at`` (aware) although they were published only just before.

    Issuing does not refuse it (decision 0018). After a revocation there is no time to wait.
    """
    urgent = {change.issuer for change in changes if change.step == "revoke"}
    return tuple(
        change
        for change in changes
        if change.step == "activate"
        and change.issuer not in urgent
        and ledger is not None
        and (known := ledger.key(change.issuer, change.key)) is not None
        and known.since is not None
        and at < known.since + WAIT
    )


def disowned(
    declared: Sequence[KeyDeclaration], ledger: Ledger
) -> Mapping[tuple[str, str], datetime.date]:
    """Return the published keys that are revoked, or are about to be: (issuer, key) → day."""
    days = {
        (key.issuer, key.public_key_multibase): key.revoked for key in ledger.keys if key.revoked
    }
    for key in declared:
        if key.revoked and _known(ledger, key):
            days.setdefault((str(key.issuer), str(key.public_key_multibase)), key.revoked.date)
    return days


def key_problems(declared: Sequence[KeyDeclaration], ledger: Ledger) -> Iterator[Problem]:
    """Find what obit.yaml can't ask of a key any more, what it should not, and keys unknown to it."""
    yield from _strangers(declared, ledger)
    revoked = {change.issuer for change in key_changes(declared, ledger) if change.step == "revoke"}
    for key in declared:
        known = _known(ledger, key)
        if known and LIFE.index(key.standing) < LIFE.index(known.state):
            yield _backwards(key, known)
        elif (
            known is None
            and key.standing == "active"
            and key.issuer not in revoked
            and any(other.use == key.use for other in ledger.published(key.issuer))
        ):
            yield Problem(
                location=key.location,
                check="key-is-published-before-it-signs",
                message=f'this key of "{key.issuer}" would sign before anybody has seen it',
                fix="write state: next, publish, and make it active two days later; "
                "if the former key was stolen, ignore this",
                level="warning",
            )


def _strangers(declared: Sequence[KeyDeclaration], ledger: Ledger) -> Iterator[Problem]:
    """Find published keys for which nothing speaks but the ledger itself."""
    known = {(str(key.issuer), str(key.public_key_multibase)) for key in declared}
    for award in ledger.awards.values():
        known |= {(award.issuer, key) for key in (award.key, award.token_key) if key}
    for key in ledger.keys:
        name = (key.issuer, key.public_key_multibase)
        if ledger.mode == "live" and key.state != "revoked" and name not in known:
            yield Problem(
                location=Location(SETTINGS),
                check="published-key-is-known",
                message=f'the ledger publishes a key of "{key.issuer}" that obit.yaml does not '
                f"declare and that signed no award: {key.public_key_multibase}",
                fix="if it is yours, declare it with state: retired; if not, somebody else wrote to the "
                "ledger: bring it back from its last good copy",
                level="warning",
            )


def _backwards(declared: KeyDeclaration, known: IssuerKey) -> Problem:
    fix = {
        "active": "write state: active, or make a new key with `obit key new`",
        "retired": "write state: retired; to sign again, make a new key with `obit key new`",
        "revoked": "put its revoked: lines back; to sign again, make a new key with `obit key new`",
    }
    return Problem(
        location=declared.locations.get("state", declared.location),
        check="key-goes-forward",
        message=f"this key is {known.state} in the ledger; it can't become {declared.standing} again",
        fix=fix[known.state],
    )
