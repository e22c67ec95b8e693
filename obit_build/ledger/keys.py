"""The keys of a ledger: which key an issuer has published, and where in its life it stands.

A key is *next* (published, signs nothing yet), then *active* (signs), then *retired* (what it signed
stays good) or *revoked* (nothing it signed counts any more, whatever the date in the signature: a
thief writes any date). It never goes back, and none is ever taken out (INV-9). Refused: a second
active key of one issuer for one use, and every step that is not on this way.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

KeyState = Literal["next", "active", "retired", "revoked"]
KeyUse = Literal["credentials", "tokens"]

ED25519 = "z6Mk"


class KeyStepError(Exception):
    """A key can't take this step; the words complete "event 7 of the ledger …"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerKey:
    """A public key that an issuer has published."""

    issuer: str
    public_key_multibase: str
    use: KeyUse = "credentials"
    state: KeyState = "active"
    since: datetime.datetime | None = None
    """When it came into its state (aware)."""
    revoked: datetime.date | None = None
    """The day of the decision, if it is revoked."""

    @property
    def revoked_at(self) -> datetime.datetime | None:
        """The instant that did.json names: the beginning of that day, never after it was recorded."""
        if self.revoked is None:
            return None
        midnight = datetime.datetime.combine(self.revoked, datetime.time(), datetime.UTC)
        return min(midnight, self.since) if self.since else midnight


class KeyRing:
    """All keys of a ledger, in the order in which they were published."""

    def __init__(self, keys: Iterable[IssuerKey] = ()) -> None:
        self._keys = {(key.issuer, key.public_key_multibase): key for key in keys}

    def __iter__(self) -> Iterator[IssuerKey]:
        return iter(self._keys.values())

    def copy(self) -> "KeyRing":
        """Return a ring with the same keys that changes by itself."""
        return KeyRing(self)

    def find(self, issuer: str, key: str) -> IssuerKey | None:
        """Return an issuer's key, if it was published."""
        return self._keys.get((issuer, key))

    def active(self, issuer: str, use: KeyUse) -> IssuerKey | None:
        """Return the key that signs for this use; the newest, in ledgers that knew no states."""
        found = [k for k in self if (k.issuer, k.use, k.state) == (issuer, use, "active")]
        return found[-1] if found else None

    def add(
        self,
        issuer: str,
        key: str,
        at: datetime.datetime,
        *,
        state: str | None,
        use: str | None,
    ) -> None:
        """Publish a key. Without ``state`` it is an event of older ledgers: active beside others."""
        if self.find(issuer, key):
            raise KeyStepError("adds a key that is there already")
        if state not in (None, "next", "active") or use not in (None, "credentials", "tokens"):
            raise ValueError
        kind: KeyUse = "credentials" if key.startswith(ED25519) else "tokens"
        if use is not None:
            kind = "tokens" if use == "tokens" else "credentials"
        if state == "active":
            self._refuse_second(issuer, kind)
        self._keys[issuer, key] = IssuerKey(
            issuer=issuer,
            public_key_multibase=key,
            use=kind,
            state="next" if state == "next" else "active",
            since=at,
        )

    def activate(self, issuer: str, key: str, at: datetime.datetime) -> None:
        """Let a published key sign from now on; the former one was retired or revoked before."""
        known = self._known(issuer, key, "next")
        self._refuse_second(issuer, known.use)
        self._move(known, "active", at)

    def retire(self, issuer: str, key: str, at: datetime.datetime) -> None:
        """Let a key sign nothing more; what it signed stays good."""
        self._move(self._known(issuer, key, "next", "active"), "retired", at)

    def revoke(self, issuer: str, key: str, at: datetime.datetime, day: datetime.date) -> None:
        """Disown a key and everything that was ever signed with it, for good."""
        known = self._known(issuer, key, "next", "active", "retired")
        self._move(known, "revoked", at, revoked=day)

    def _known(self, issuer: str, key: str, *states: KeyState) -> IssuerKey:
        known = self.find(issuer, key)
        if known is None:
            raise KeyStepError("is about a key that was never published")
        if known.state not in states:
            raise KeyStepError(f"is about a key that is {known.state} already")
        return known

    def _refuse_second(self, issuer: str, use: KeyUse) -> None:
        if self.active(issuer, use):
            raise KeyStepError("lets a second key sign beside the active one")

    def _move(
        self,
        known: IssuerKey,
        state: KeyState,
        at: datetime.datetime,
        revoked: datetime.date | None = None,
    ) -> None:
        self._keys[known.issuer, known.public_key_multibase] = dataclasses.replace(
            known, state=state, since=at, revoked=revoked
        )
