"""Replay: add up a ledger's events, one after the other, and refuse what contradicts itself.

An event is canonical JSON (sorted keys, no spaces, UTF-8, one line feed at the end) in a file
``log/00000001.json``; ``prev`` is the SHA-256 of the file before. Events hold ids, indexes and
hashes, never names, addresses or recipient codes. Refused is what would break a promise: issued
credentials stay, a revocation is final, a status index is used once (invariants 1 to 3 of the
threat model), a key never goes back (9), and only a key in use signs.
"""

import dataclasses
import datetime
import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from obit_build.errors import LedgerError
from obit_build.ledger.event_forms import refuse_other_kinds
from obit_build.ledger.keys import KeyRing, KeyStepError
from obit_build.ledger.ledger import (
    FIX,
    FORMAT,
    LIST_LENGTH,
    IssuedAward,
    Ledger,
    State,
    Taken,
    instant,
    keyed,
    parse_instant,
    reissue_id,
)
from obit_build.model.packed import Packed, packed
from obit_build.reading.kinds import NotThis, to_url

GENESIS_PREV = "0" * 64

Event = Mapping[str, Any]

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)
"""One for all events: making it takes as long as writing one."""


_day = functools.lru_cache(maxsize=4096)(datetime.date.fromisoformat)


def event_bytes(event: Event) -> bytes:
    """Write an event as the canonical bytes that the chain hashes."""
    return _ENCODER.encode(event).encode() + b"\n"


class Replay:
    """Adds events up, one after the other; the running total is :meth:`ledger`."""

    def __init__(self) -> None:
        self._genesis: Event = {}
        self._size = 0
        self._head = GENESIS_PREV
        self._last_at = datetime.datetime.min.replace(tzinfo=datetime.UTC)
        self._main = ""
        self._keys = KeyRing()
        self._lists: dict[str, int] = {}
        self._awards = Packed(IssuedAward)
        self._taken: dict[tuple[str, int], Taken] = {}
        self._same: dict[str, str] = {}
        """What many events say alike, so that it is in memory once."""
        self._total: Ledger | None = None

    @classmethod
    def of(cls, ledger: Ledger) -> "Replay":
        """Return a replay that goes on from a total, whose tables it shares from now on."""
        replay = cls()
        salt = ledger.salt.hex()
        replay._genesis = {"mode": ledger.mode, "site": ledger.site, "salt": salt}
        replay._size, replay._head = ledger.size, ledger.head
        replay._last_at, replay._main = ledger.last_at, ledger.main
        replay._keys = KeyRing(ledger.keys)
        replay._lists = dict(ledger.lists)
        awards = ledger.awards
        shared = awards if isinstance(awards, Packed) else packed(IssuedAward, awards.values())
        replay._awards = shared
        for issuer, newest in ledger.lists.items():
            replay._taken |= {(issuer, number): Taken() for number in range(1, newest + 1)}
        for award in ledger.awards.values():
            replay._taken[award.issuer, award.list_number].add(award.index)
        return replay

    @property
    def is_empty(self) -> bool:
        """Whether there was no event yet."""
        return self._size == 0

    def fork(self) -> "Replay":
        """Return a replay that goes on from here by itself."""
        other = Replay()
        other._genesis, other._size = self._genesis, self._size
        other._head, other._last_at, other._main = self._head, self._last_at, self._main
        other._keys, other._lists = self._keys.copy(), dict(self._lists)
        other._awards = self._awards.copy()
        other._taken = {place: taken.copy() for place, taken in self._taken.items()}
        return other

    def ledger(self) -> Ledger:
        """Return the total so far; it shares its tables with the replay."""
        if not self._genesis:
            raise LedgerError("the ledger has no first event", fix=FIX)
        if self._total is None or self._total.size != self._size:
            self._total = self._ledger()
        return self._total

    def _ledger(self) -> Ledger:
        return Ledger(
            mode=self._genesis["mode"],
            site=self._genesis["site"],
            salt=bytes.fromhex(self._genesis["salt"]),
            size=self._size,
            head=self._head,
            last_at=self._last_at,
            main=self._main,
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

    def append(self, event: Event) -> bytes:
        """Add an event that was composed here; return the bytes of its file, and raise as :meth:`apply`."""
        data = event_bytes(event)
        self._follow(event, data)
        return data

    def apply(self, data: bytes) -> None:
        """Add one event, given as the bytes of its file; raise LedgerError if it doesn't fit."""
        self._follow(self._parsed(data), data)

    def _follow(self, event: Event, data: bytes) -> None:
        if event.get("prev") != self._head:
            raise self._wrong("does not follow from the one before it")
        try:
            at, main = parse_instant(event["at"]), event["main"]
            self._handle(event, at)
        except KeyStepError as refused:
            raise self._wrong(str(refused)) from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._wrong("lacks a member or holds one of another kind") from None
        self._size, self._head, self._last_at = self._size + 1, hashlib.sha256(data).hexdigest(), at
        self._main = main

    def _parsed(self, data: bytes) -> Event:
        try:
            event: Event = json.loads(data.decode())
            canonical = isinstance(event, dict) and event_bytes(event) == data
        except (ValueError, RecursionError):
            canonical = False
        if not canonical or event.get("seq") != self._size + 1:
            raise self._wrong("is damaged")
        return event

    def _handle(self, event: Event, at: datetime.datetime) -> None:
        if at < self._last_at:
            raise self._wrong("is dated before the one before it")
        refuse_other_kinds(event)
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
        try:
            to_url(event["site"])
        except NotThis as wrong:
            raise ValueError from wrong
        self._genesis = event

    def _key_add(self, event: Event) -> None:
        self._keys.add(*_key(event), state=event.get("state"), use=event.get("use"))

    def _key_activate(self, event: Event) -> None:
        self._keys.activate(*_key(event))

    def _key_retire(self, event: Event) -> None:
        self._keys.retire(*_key(event))

    def _key_revoke(self, event: Event) -> None:
        self._keys.revoke(*_key(event), _date(event))

    def _list_create(self, event: Event) -> None:
        issuer, number = event["issuer"], event["list"]
        if number != self._lists.get(issuer, 0) + 1:
            raise self._wrong("creates a status list out of turn")
        self._lists[issuer] = number
        self._taken[issuer, number] = Taken()

    def _issue(self, event: Event) -> None:
        place, index = (event["issuer"], event["list"]), event["index"]
        if event["id"] in self._awards:
            raise self._wrong("issues an award that is there already")
        if place not in self._taken or index in self._taken[place] or not 0 <= index < LIST_LENGTH:
            raise self._wrong("uses a status index that is not free")
        award = IssuedAward(
            id=event["id"],
            issuer=self._shared(event["issuer"]),
            badge=self._shared(event["badge"]),
            version=self._shared(event["version"]),
            issued=_day(event["issued"]),
            list_number=event["list"],
            index=index,
            sha256=event["sha256"],
            content=event["content"],
            definition=self._shared(event["definition"]),
            key=self._shared(event["key"]),
            token_sha256=event.get("token_sha256"),
            token_key=self._token_key(event),
            reissues=event.get("reissues"),
            approved_by=tuple(str(one["by"]) for one in event.get("approvals", ())),
        )
        for key in (award.key, award.token_key):
            self._refuse_idle(award.issuer, key)
        self._taken[place].add(index)
        self._awards.put(self._again(award) if award.reissues else award)

    def _shared(self, text: str) -> str:
        return self._same.setdefault(text, text)

    def _token_key(self, event: Event) -> str | None:
        """Return the token's key; older ledgers name it only where it is the credential's."""
        if event.get("token_sha256") is None or "token_key" in event:
            return event.get("token_key")
        apart = self._keys.active(event["issuer"], "tokens")
        return apart.public_key_multibase if apart else event["key"]

    def _refuse_idle(self, issuer: str, key: str | None) -> None:
        known = self._keys.find(issuer, key) if key else None
        if key and (known is None or known.state != "active"):
            raise self._wrong("issues an award with a key that is not in use")

    def _again(self, award: IssuedAward) -> IssuedAward:
        """Return an award that is issued anew; its former credential keeps its state for now."""
        former = self._awards.get(award.reissues or "")
        same = former and all(
            getattr(former, name) == getattr(award, name)
            for name in ("issuer", "badge", "version", "issued", "content", "definition")
        )
        if (
            former is None
            or not same
            or former.reissued_as
            or former.state not in ("active", "suspended")
            or award.id != reissue_id(bytes.fromhex(self._genesis["salt"]), former.id)
            or self.ledger().revoked_key(former) is None
        ):
            raise self._wrong("re-issues an award that can't be re-issued")
        self._set(former, reissued_as=award.id)
        return dataclasses.replace(award, replaces=former.replaces)

    def _award(self, event: Event, *states: State) -> IssuedAward:
        award = self._awards.get(event["id"])
        if award is None:
            raise self._wrong("is about an award that was never issued")
        if award.state not in states:
            raise self._wrong(f"can't {event['type']} an award that is {award.state}")
        return award

    def _set(self, award: IssuedAward, **changes: Any) -> None:
        self._awards.put(dataclasses.replace(award, **changes))

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
        if by is None or award.replaced_by or award.id in self._followers(by):
            raise self._wrong("names a replacement that can't be one")
        state = award.state if award.state == "revoked" else "replaced"
        day = award.state_date if award.state == "revoked" else _date(event)
        self._set(award, state=state, state_date=day, replaced_by=by.id)
        if by.reissues != award.id:
            self._set(by, replaces=award.id)
        elif award.replaces:  # what it had replaced points to the new credential from now on
            self._set(self._awards[award.replaces], replaced_by=by.id)

    def _followers(self, award: IssuedAward) -> Iterator[str]:
        """Yield an award's id and those of all that took its place since."""
        last: IssuedAward | None = award
        while last is not None:
            yield last.id
            last = self._awards.get(last.replaced_by or "")

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
            drawn = int.from_bytes(keyed(salt, "status-index", text.encode())[:8], "big")
            if drawn % LIST_LENGTH not in taken:
                return number, drawn % LIST_LENGTH
        raise LedgerError("no free status index was found", fix=FIX)  # pragma: no cover


_HANDLERS: Mapping[str, Callable[[Replay, Event], None]] = {
    "genesis": Replay._genesis_event,  # noqa: SLF001 - the table belongs to the class
    "key-add": Replay._key_add,  # noqa: SLF001
    "key-activate": Replay._key_activate,  # noqa: SLF001
    "key-retire": Replay._key_retire,  # noqa: SLF001
    "key-revoke": Replay._key_revoke,  # noqa: SLF001
    "list-create": Replay._list_create,  # noqa: SLF001
    "issue": Replay._issue,  # noqa: SLF001
    "revoke": Replay._revoke,  # noqa: SLF001
    "suspend": Replay._suspend,  # noqa: SLF001
    "reinstate": Replay._reinstate,  # noqa: SLF001
    "replace": Replay._replace,
    "withdraw": Replay._withdraw,  # noqa: SLF001
}


def _key(event: Event) -> tuple[str, str, datetime.datetime]:
    """Return whose key an event is about, which, and when."""
    return event["issuer"], event["public_key_multibase"], parse_instant(event["at"])


def _date(event: Event) -> datetime.date:
    return datetime.date.fromisoformat(event["date"])


def replay(events: Iterable[bytes]) -> Replay:
    """Add up all events of a ledger, in order."""
    total = Replay()
    for data in events:
        total.apply(data)
    return total
