"""The ledger: what was issued, where each credential stands, and what derives from its salt.

It is the sum of the events that :mod:`obit_build.ledger.replay` adds up; nothing here changes one.
"""

import datetime
import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from obit_build.ledger.keys import IssuerKey, KeyUse
from obit_build.model.award import AwardKey
from obit_build.model.compact import compact

FORMAT = 1
LIST_LENGTH = 131_072

Mode = Literal["live", "preview"]
State = Literal["active", "suspended", "revoked", "replaced", "withdrawn"]

BLOCK = 64
"""Bytes that SHA-256 takes at a time."""

FIX = "restore the ledger from its last good copy; never edit it by hand"


@compact("id", "index", digests=("sha256", "content", "token_sha256"))
class IssuedAward:
    """One issued credential and where it stands now."""

    id: str
    issuer: str
    badge: str
    version: str
    issued: datetime.date
    list_number: int
    index: int
    sha256: str
    """Of the credential's bytes, in hex."""
    content: str
    """Keyed digest of the award's content: tells an edit after issuing."""
    definition: str
    """Keyed digest of the badge's content when this was issued."""
    key: str = ""
    """The public key that signed it (Multikey)."""
    token_sha256: str | None = None
    """Of the token's bytes, in hex, if there is one."""
    token_key: str | None = None
    """The public key that signed the token."""
    approved_by: tuple[str, ...] = ()
    """The short names of those who approved it; none where nobody had to."""
    state: State = "active"
    state_date: datetime.date | None = None
    """The day of the decision that led to ``state``."""
    replaced_by: str | None = None
    replaces: str | None = None
    """The award of another line, or day, whose place it took."""
    reissues: str | None = None
    """The former id of this very award, signed with a key that was revoked."""
    reissued_as: str | None = None

    @property
    def bit_is_set(self) -> bool:
        """Whether its bit in the revocation list says: do not rely on this (decision 0004)."""
        return self.state != "active"


class Taken:
    """The indexes of one status list that were given to an award: a bit for each, since there are so many."""

    __slots__ = ("_bits", "_number")

    def __init__(self, indexes: Iterable[int] = ()) -> None:
        self._bits, self._number = bytearray(LIST_LENGTH // 8), 0
        for index in indexes:
            self.add(index)

    def add(self, index: int) -> None:
        """Take an index, of 0 to LIST_LENGTH - 1."""
        self._number += index not in self
        self._bits[index >> 3] |= 1 << (index & 7)

    def __contains__(self, index: int) -> bool:
        """Tell whether an index is taken; none outside of the list is."""
        return 0 <= index < LIST_LENGTH and bool(self._bits[index >> 3] >> (index & 7) & 1)

    def __len__(self) -> int:
        return self._number

    def copy(self) -> "Taken":
        """Return another one with the same indexes."""
        other = Taken()
        other._bits[:], other._number = self._bits, self._number
        return other


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What all events add up to."""

    mode: Mode
    site: str
    salt: bytes = field(repr=False)
    size: int
    head: str
    """SHA-256 of the last event's bytes, in hex."""
    last_at: datetime.datetime
    main: str = ""
    """The commit of the main branch that the last event was written for, if there was one."""
    keys: tuple[IssuerKey, ...] = ()
    lists: Mapping[str, int] = field(default_factory=dict)
    """Issuer → number of its newest status list."""
    awards: Mapping[str, IssuedAward] = field(default_factory=dict)
    """Award id → award, in the order of issuing."""

    def award_id(self, key: AwardKey) -> str:
        """Return the id under which an award is, or would be, issued; see :func:`award_id`.

        An award that was re-issued has several; this is the newest.
        """
        found = award_id(self.salt, key)
        known = self.awards.get(found)
        return self.newest(known).id if known else found

    def newest(self, award: IssuedAward) -> IssuedAward:
        """Return what an award is issued as now: itself, or what it was issued again as."""
        while award.reissued_as:
            award = self.awards[award.reissued_as]
        return award

    def all_ids(self, award_id: str) -> tuple[str, ...]:
        """Return the ids under which an award was issued until now, oldest first."""
        ids = [award_id]
        while (known := self.awards.get(ids[0])) and known.reissues:
            ids.insert(0, known.reissues)
        return tuple(ids)

    def keyed(self, purpose: str, message: bytes, size: int = 32) -> bytes:
        """Derive ``size`` bytes for one purpose from the ledger's salt."""
        return keyed(self.salt, purpose, message)[:size]

    def keyed_uuid(self, purpose: str, message: bytes) -> str:
        """Derive a ``urn:uuid:`` that looks random (RFC 9562, version 4) for one purpose."""
        text = self.keyed(purpose, message, 16).hex()
        variant = "89ab"[int(text[16], 16) & 3]
        return f"urn:uuid:{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"

    def keys_of(self, issuer: str) -> tuple[str, ...]:
        """Return the issuer's public keys as Multikeys, oldest first."""
        return tuple(key.public_key_multibase for key in self.published(issuer))

    def published(self, issuer: str) -> tuple[IssuerKey, ...]:
        """Return the issuer's keys and where each stands, oldest first."""
        return tuple(key for key in self.keys if key.issuer == issuer)

    def key(self, issuer: str, public_key_multibase: str) -> IssuerKey | None:
        """Return one key of an issuer, if it was published."""
        named = (issuer, public_key_multibase)
        return next((k for k in self.keys if (k.issuer, k.public_key_multibase) == named), None)

    def active_key(self, issuer: str, use: KeyUse = "credentials") -> str | None:
        """Return the key with which the issuer signs now, if there is one."""
        wanted = (use, "active")
        found = [k for k in self.published(issuer) if (k.use, k.state) == wanted]
        return found[-1].public_key_multibase if found else None

    def revoked_key(self, award: IssuedAward) -> IssuerKey | None:
        """Return the revoked key that signed an award or its token, if one did."""
        signed = (award.key, award.token_key)
        return next(
            (
                key
                for key in self.published(award.issuer)
                if key.state == "revoked" and key.public_key_multibase in signed
            ),
            None,
        )

    def on_list(self, issuer: str, number: int) -> Iterator[IssuedAward]:
        """Yield the awards whose status is on this list."""
        for award in self.awards.values():
            if (award.issuer, award.list_number) == (issuer, number):
                yield award

    def replaced_for(self, award: IssuedAward) -> IssuedAward | None:
        """Return the award that took this one's place."""
        return self.awards.get(award.replaced_by) if award.replaced_by else None


def keyed(salt: bytes, purpose: str, message: bytes) -> bytes:
    """Return the 32 bytes that belong to one purpose and one message.

    They are HMAC-SHA256 of the purpose, a zero byte and the message.
    """
    begun, outer = _begun(salt, purpose)
    inner, whole = begun.copy(), outer.copy()
    inner.update(message)
    whole.update(inner.digest())
    return whole.digest()


@functools.lru_cache(maxsize=64)  # a ledger has one salt and about ten purposes
def _begun(salt: bytes, purpose: str) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """Return HMAC's two hashes (RFC 2104, 2) as they stand before the message."""
    key = salt.ljust(BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in key)) for pad in (0x36, 0x5C))
    inner.update(purpose.encode() + b"\0")
    return inner, outer


@functools.lru_cache(maxsize=1 << 14)  # a run asks for each award's several times
def award_id(salt: bytes, key: AwardKey) -> str:
    """Derive an award's id from the ledger's salt and the award's key; lower case, no padding."""
    text = "\0".join((key.badge, key.version, key.recipient, key.issued.isoformat(), str(key.n)))
    return _base32(keyed(salt, "award-id", text.encode()))


def reissue_id(salt: bytes, former: str) -> str:
    """Derive the id under which an award is issued again from its former id."""
    return _base32(keyed(salt, "reissue-id", former.encode()))


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)


def _base32(data: bytes) -> str:
    """Write the first 20 bytes in base 32 (RFC 4648), small letters: each award's id is, in every run."""
    number = int.from_bytes(data[:20])
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(150, -1, -10)])


_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@functools.lru_cache(maxsize=256)  # all that a run does has one time
def instant(at: datetime.datetime) -> str:
    """Write a time as ``YYYY-MM-DDThh:mm:ssZ`` (UTC, whole seconds)."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@functools.lru_cache(maxsize=256)
def parse_instant(text: str) -> datetime.datetime:
    """Read what :func:`instant` writes; raise ValueError for any other spelling of a time."""
    if not _INSTANT.fullmatch(text):
        raise ValueError(text)
    return datetime.datetime.fromisoformat(text)
