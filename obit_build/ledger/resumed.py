"""What a ledger adds up to, from one run to the next: written down, and gone on from without adding up again.

That is believed for one last event alone, whose digest stands for all before it; whether the files still are what was
added up is :mod:`obit_build.ledger.watch`'s to say.
"""

import datetime
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from obit_build.ledger.keys import IssuerKey
from obit_build.ledger.ledger import IssuedAward, Ledger, instant, parse_instant
from obit_build.model.compact import as_bytes, maker, parts
from obit_build.model.packed import Packed
from obit_build.remembered import Remembered

TOTAL = "ledger"
"""What the total is remembered as; its awards are beside it, some at a time."""
AT_ONCE = 1000
ROOM = 1 << 14
"""How many of a recalled ledger's awards are kept as records once somebody looked at them."""
_award = maker(IssuedAward)


class Resumed:
    """The total that the run before has left."""

    def __init__(self, said: Any, remembered: Remembered) -> None:
        self.seal: tuple[int, ...] = tuple(said["seal"])
        self.size: int = said["size"]
        self.head: str = said["head"]
        self._said, self._remembered = said, remembered

    def ledger(self) -> Ledger | None:
        """Return the ledger; None if a part of it can't be recalled."""
        said = self._said
        awards = Packed(IssuedAward, room=ROOM)
        for number in range(said["parts"]):
            part = self._remembered.recall(_part(number), self.head)
            if part is None:
                return None
            for award in _awards(part):
                awards.put(award)
        return Ledger(
            mode=said["mode"],
            site=said["site"],
            salt=bytes.fromhex(said["salt"]),
            size=self.size,
            head=self.head,
            last_at=parse_instant(said["last_at"]),
            main=said["main"],
            keys=tuple(map(_key, said["keys"])),
            lists=said["lists"],
            awards=awards,
        )


def resumed(remembered: Remembered) -> Resumed | None:
    """Recall the total of the ledger that the run before had; None if there is none."""
    said = remembered.recall(TOTAL, "")
    return Resumed(said, remembered) if said else None


def leave(ledger: Ledger, seal: tuple[int, ...], remembered: Remembered) -> None:
    """Remember what a ledger adds up to, and when it was sealed."""
    parts = range(-(-len(ledger.awards) // AT_ONCE))
    said = {
        "seal": seal,
        "size": ledger.size,
        "head": ledger.head,
        "mode": ledger.mode,
        "site": ledger.site,
        "salt": ledger.salt.hex(),
        "last_at": instant(ledger.last_at),
        "main": ledger.main,
        "keys": list(map(_of_key, ledger.keys)),
        "lists": ledger.lists,
        "parts": len(parts),
    }
    remembered.remember(TOTAL, "", lambda: said)
    awards = iter(ledger.awards.values())
    for number in parts:
        remembered.remember(_part(number), ledger.head, lambda: _of_awards(islice(awards, AT_ONCE)))


def _part(number: int) -> str:
    return f"{TOTAL}/{number}"


def _of_awards(awards: Iterator[IssuedAward]) -> Any:
    """Write some awards: what is their own, and once what several of them share."""
    shared: dict[tuple[Any, ...], int] = {}
    rows = [
        (x.id, x.index, x.sha256, x.content, x.token_sha256, shared.setdefault(parts(x)[1], len(shared)))
        for x in awards
    ]  # fmt: skip
    return {"alike": [list(map(_plain, values)) for values in shared], "awards": rows}


def _awards(part: Any) -> Iterator[IssuedAward]:
    shared = [tuple(map(_read, values)) for values in part["alike"]]
    for name, index, sha256, content, token_sha256, which in part["awards"]:
        digests = map(as_bytes, (sha256, content, token_sha256))
        yield _award((name, index, *digests), shared[which])


def _plain(value: object) -> object:
    """Write a date as a map, so that it is told from a text that looks like one."""
    return {"day": value.isoformat()} if isinstance(value, datetime.date) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.date.fromisoformat(value["day"])
    return tuple(value) if isinstance(value, list) else value


def _of_key(key: IssuerKey) -> Sequence[str | None]:
    since = instant(key.since) if key.since else None
    revoked = key.revoked.isoformat() if key.revoked else None
    return key.issuer, key.public_key_multibase, key.use, key.state, since, revoked


def _key(said: Any) -> IssuerKey:
    issuer, key, use, state, since, revoked = said
    return IssuerKey(
        issuer=issuer,
        public_key_multibase=key,
        use=use,
        state=state,
        since=parse_instant(since) if since else None,
        revoked=datetime.date.fromisoformat(revoked) if revoked else None,
    )
