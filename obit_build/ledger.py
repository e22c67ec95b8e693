"""The ledger: append-only, hash-chained events, and what they add up to.

An event is canonical JSON (sorted keys, no spaces, UTF-8, one line feed at the end) in a file
``log/00000001.json``; ``prev`` is the SHA-256 of the file before. Events hold ids, indexes and
hashes, never names, addresses or recipient codes. Replaying them gives a :class:`Ledger`;
an event that contradicts the ones before it is refused, so that issued credentials stay, a
revocation is final and a status index is used once (invariants 1 to 3 of the threat model).
"""

import base64
import dataclasses
import datetime
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from obit_build.errors import LedgerError
from obit_build.model.award import AwardKey

FORMAT = 1
LIST_LENGTH = 131_072
GENESIS_PREV = "0" * 64

Mode = Literal["live", "preview"]
State = Literal["active", "suspended", "revoked", "replaced", "withdrawn"]
Event = Mapping[str, Any]

FIX = "restore the ledger from its last good copy; never edit it by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
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
    token_sha256: str | None = None
    """Of the token's bytes, in hex, if there is one."""
    state: State = "active"
    state_date: datetime.date | None = None
    """The day of the decision that led to ``state``."""
    replaced_by: str | None = None
    replaces: str | None = None

    @property
    def bit_is_set(self) -> bool:
        """Whether its bit in the revocation list says: do not rely on this (decision 0004)."""
        return self.state != "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerKey:
    """A public key that an issuer has published; none is ever taken out (INV-9)."""

    issuer: str
    public_key_multibase: str


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
    keys: tuple[IssuerKey, ...] = ()
    lists: Mapping[str, int] = field(default_factory=dict)
    """Issuer → number of its newest status list."""
    awards: Mapping[str, IssuedAward] = field(default_factory=dict)
    """Award id → award, in the order of issuing."""

    def award_id(self, key: AwardKey) -> str:
        """Derive the award's unguessable id: base32 of 160 bits of HMAC-SHA256 (32 characters)."""
        return award_id(self.salt, key)

    def keyed(self, purpose: str, message: bytes, size: int = 32) -> bytes:
        """Derive ``size`` bytes for one purpose from the ledger's salt."""
        return _keyed(self.salt, purpose, message)[:size]

    def keyed_uuid(self, purpose: str, message: bytes) -> str:
        """Derive a ``urn:uuid:`` that looks random (RFC 9562, version 4) for one purpose."""
        drawn = bytearray(self.keyed(purpose, message, 16))
        drawn[6] = drawn[6] & 0x0F | 0x40  # the version and variant bits
        drawn[8] = drawn[8] & 0x3F | 0x80
        return uuid.UUID(bytes=bytes(drawn)).urn

    def keys_of(self, issuer: str) -> tuple[str, ...]:
        """Return the issuer's public keys as Multikeys, oldest first."""
        return tuple(k.public_key_multibase for k in self.keys if k.issuer == issuer)

    def on_list(self, issuer: str, number: int) -> tuple[IssuedAward, ...]:
        """Return the awards whose status is on this list."""
        return tuple(
            a for a in self.awards.values() if (a.issuer, a.list_number) == (issuer, number)
        )

    def replaced_for(self, award: IssuedAward) -> IssuedAward | None:
        """Return the award that took this one's place."""
        return self.awards.get(award.replaced_by) if award.replaced_by else None


def _keyed(salt: bytes, purpose: str, message: bytes) -> bytes:
    return hmac.digest(salt, purpose.encode() + b"\0" + message, "sha256")


def award_id(salt: bytes, key: AwardKey) -> str:
    """Derive an award's id from the ledger's salt and the award's key; lower case, no padding."""
    text = "\0".join((key.badge, key.version, key.recipient, key.issued.isoformat(), str(key.n)))
    return base64.b32encode(_keyed(salt, "award-id", text.encode())[:20]).decode().lower()


def event_bytes(event: Event) -> bytes:
    """Write an event as the canonical bytes that the chain hashes."""
    text = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() + b"\n"


def instant(at: datetime.datetime) -> str:
    """Write a time as ``YYYY-MM-DDThh:mm:ssZ`` (UTC, whole seconds)."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime.datetime:
    """Read what :func:`instant` writes."""
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC)


class Replay:
    """Adds events up, one after the other; the running total is :meth:`ledger`."""

    def __init__(self) -> None:
        self._genesis: Event = {}
        self._size = 0
        self._head = GENESIS_PREV
        self._last_at = datetime.datetime.min.replace(tzinfo=datetime.UTC)
        self._keys: list[IssuerKey] = []
        self._lists: dict[str, int] = {}
        self._awards: dict[str, IssuedAward] = {}
        self._taken: dict[tuple[str, int], set[int]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there was no event yet."""
        return self._size == 0

    def ledger(self) -> Ledger:
        """Return the total so far; it shares its tables with the replay."""
        if not self._genesis:
            raise LedgerError("the ledger has no first event", fix=FIX)
        return Ledger(
            mode=self._genesis["mode"],
            site=self._genesis["site"],
            salt=bytes.fromhex(self._genesis["salt"]),
            size=self._size,
            head=self._head,
            last_at=self._last_at,
            keys=tuple(self._keys),
            lists=self._lists,
            awards=self._awards,
        )

    def next_event(self, kind: str, at: datetime.datetime, main: str, **members: Any) -> Event:
        """Compose the event that would come next; times never go back."""
        return {
            "seq": self._size + 1,
            "prev": self._head,
            "at": instant(max(at, self._last_at)),
            "main": main,
            "type": kind,
            **{name: value for name, value in members.items() if value is not None},
        }

    def apply(self, data: bytes) -> None:
        """Add one event, given as the bytes of its file; raise LedgerError if it doesn't fit."""
        event = _parse_event(data, self._size + 1)
        if event.get("prev") != self._head:
            raise self._wrong("does not follow from the one before it")
        try:
            at = parse_instant(event["at"])
            self._handle(event, at)
        except (KeyError, TypeError, ValueError):
            raise self._wrong("lacks a member or holds one of another kind") from None
        self._size, self._head, self._last_at = self._size + 1, hashlib.sha256(data).hexdigest(), at

    def _handle(self, event: Event, at: datetime.datetime) -> None:
        if at < self._last_at:
            raise self._wrong("is dated before the one before it")
        handler = _HANDLERS.get(event["type"])
        if handler is None:
            raise LedgerError(
                f'event {self._size + 1} of the ledger has the unknown type "{event["type"]}"',
                fix="use the newest version of obit",
            )
        if (event["type"] == "genesis") != (self._size == 0):
            raise self._wrong("is not where the chain begins")
        handler(self, event)

    def _wrong(self, what: str) -> LedgerError:
        return LedgerError(f"event {self._size + 1} of the ledger {what}", fix=FIX)

    def _genesis_event(self, event: Event) -> None:
        if event["format"] != FORMAT:
            raise LedgerError(
                f"the ledger has format {event['format']}; this obit reads format {FORMAT}",
                fix="use the version of obit that wrote the ledger, or a newer one",
            )
        if event["mode"] not in ("live", "preview") or len(bytes.fromhex(event["salt"])) != 32:
            raise ValueError
        self._genesis = event

    def _key_add(self, event: Event) -> None:
        key = IssuerKey(issuer=event["issuer"], public_key_multibase=event["public_key_multibase"])
        if key in self._keys:
            raise self._wrong("adds a key that is there already")
        self._keys.append(key)

    def _list_create(self, event: Event) -> None:
        issuer, number = event["issuer"], event["list"]
        if number != self._lists.get(issuer, 0) + 1:
            raise self._wrong("creates a status list out of turn")
        self._lists[issuer] = number
        self._taken[issuer, number] = set()

    def _issue(self, event: Event) -> None:
        place, index = (event["issuer"], event["list"]), event["index"]
        if event["id"] in self._awards:
            raise self._wrong("issues an award that is there already")
        if place not in self._taken or index in self._taken[place] or not 0 <= index < LIST_LENGTH:
            raise self._wrong("uses a status index that is not free")
        self._taken[place].add(index)
        self._awards[event["id"]] = IssuedAward(
            id=event["id"],
            issuer=event["issuer"],
            badge=event["badge"],
            version=event["version"],
            issued=datetime.date.fromisoformat(event["issued"]),
            list_number=event["list"],
            index=index,
            sha256=event["sha256"],
            content=event["content"],
            definition=event["definition"],
            token_sha256=event.get("token_sha256"),
        )

    def _award(self, event: Event, *states: State) -> IssuedAward:
        award = self._awards.get(event["id"])
        if award is None:
            raise self._wrong("is about an award that was never issued")
        if award.state not in states:
            raise self._wrong(f"can't {event['type']} an award that is {award.state}")
        return award

    def _set(self, award: IssuedAward, **changes: Any) -> None:
        self._awards[award.id] = dataclasses.replace(award, **changes)

    def _revoke(self, event: Event) -> None:
        award = self._award(event, "active", "suspended", "replaced")
        self._set(award, state="revoked", state_date=_date(event))

    def _suspend(self, event: Event) -> None:
        self._set(self._award(event, "active"), state="suspended", state_date=_date(event))

    def _reinstate(self, event: Event) -> None:
        self._set(self._award(event, "suspended"), state="active", state_date=_date(event))

    def _replace(self, event: Event) -> None:
        award = self._award(event, "active", "suspended", "revoked")
        by = self._awards.get(event["by"])
        if by is None or by.id == award.id or award.replaced_by:
            raise self._wrong("names a replacement that can't be one")
        state = award.state if award.state == "revoked" else "replaced"
        day = award.state_date if award.state == "revoked" else _date(event)
        self._set(award, state=state, state_date=day, replaced_by=by.id)
        self._set(by, replaces=award.id)

    def _withdraw(self, event: Event) -> None:
        award = self._award(event, "active", "suspended", "revoked", "replaced")
        self._set(award, state="withdrawn", state_date=_date(event))

    def allocate(self, issuer: str, award_id: str) -> tuple[int, int] | None:
        """Find (list, index) for a new award: keyed, so it tells nothing; None if a new list is due."""
        number = self._lists.get(issuer, 0)
        taken = self._taken.get((issuer, number))
        if taken is None or len(taken) * 2 >= LIST_LENGTH:
            return None
        salt = bytes.fromhex(self._genesis["salt"])
        for attempt in range(LIST_LENGTH):
            text = f"{issuer}/{number}/{award_id}/{attempt}"
            drawn = int.from_bytes(_keyed(salt, "status-index", text.encode())[:8], "big")
            if drawn % LIST_LENGTH not in taken:
                return number, drawn % LIST_LENGTH
        raise LedgerError("no free status index was found", fix=FIX)  # pragma: no cover


_HANDLERS: Mapping[str, Callable[[Replay, Event], None]] = {
    "genesis": Replay._genesis_event,  # noqa: SLF001 - the table belongs to the class
    "key-add": Replay._key_add,  # noqa: SLF001
    "list-create": Replay._list_create,  # noqa: SLF001
    "issue": Replay._issue,  # noqa: SLF001
    "revoke": Replay._revoke,  # noqa: SLF001
    "suspend": Replay._suspend,  # noqa: SLF001
    "reinstate": Replay._reinstate,  # noqa: SLF001
    "replace": Replay._replace,
    "withdraw": Replay._withdraw,  # noqa: SLF001
}


def _date(event: Event) -> datetime.date:
    return datetime.date.fromisoformat(event["date"])


def _parse_event(data: bytes, number: int) -> Event:
    try:
        event = json.loads(data)
        canonical = isinstance(event, dict) and event_bytes(event) == data
    except (ValueError, RecursionError):
        canonical = False
    if not canonical or event.get("seq") != number:
        raise LedgerError(f"event {number} of the ledger is damaged", fix=FIX)
    known: Event = event
    return known


def replay(events: Iterable[bytes]) -> Replay:
    """Add up all events of a ledger, in order."""
    total = Replay()
    for data in events:
        total.apply(data)
    return total
