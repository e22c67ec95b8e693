"""Where an issued award stands at a given time, in the words that its page uses.

A decision of the issuer (revoked, replaced, withdrawn, suspended) comes from the ledger and weighs
more than the dates in the credential. ``valid`` means: nothing spoke against it when the page was
made; only checking the signature and the status list says more.
"""

import contextlib
import datetime
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from obit_build.ledger.ledger import IssuedAward

StateName = Literal[
    "valid", "expiring", "expired", "suspended", "revoked", "replaced", "withdrawn", "not-yet-valid"
]
EXPIRING = datetime.timedelta(days=90)
_REMEMBERED = 1024

_FINAL = frozenset({"revoked", "replaced", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardState:
    """A state and the day that belongs to it (decision, expiry or start), if there is one."""

    name: StateName
    day: datetime.date | None = None

    @property
    def is_final(self) -> bool:
        """Whether it will never be good again: no fresh copies are handed out."""
        return self.name in _FINAL

    @property
    def offers_copies(self) -> bool:
        """Whether its page hands out images and links to share (an expired badge may be shown)."""
        return not self.is_final and self.name != "suspended"


def state_of(award: IssuedAward, document: Mapping[str, Any], at: datetime.datetime) -> AwardState:
    """Tell the award's state at ``at`` (aware).

    ``document`` is the published credential; only ``validFrom`` and ``validUntil`` are read, and
    an instant that can't be read counts as absent.
    """
    if award.state != "active":
        return AwardState(name=award.state, day=award.state_date)
    start, end = instant_of(document, "validFrom"), instant_of(document, "validUntil")
    if end is not None and at > end:
        return AwardState(name="expired", day=end.date())
    if start is not None and at < start:
        return AwardState(name="not-yet-valid", day=start.date())
    if end is not None and end - at < EXPIRING:
        return AwardState(name="expiring", day=end.date())
    return AwardState(name="valid")


def turns_of(award: IssuedAward, document: Mapping[str, Any]) -> tuple[datetime.datetime, ...]:
    """Return the times at which :func:`state_of` begins to say something else, if nothing is decided."""
    if award.state != "active":
        return ()
    start, end = instant_of(document, "validFrom"), instant_of(document, "validUntil")
    soon = None
    with contextlib.suppress(OverflowError):  # the first days that a calendar can tell
        soon = end - EXPIRING if end is not None else None
    return tuple(sorted(at for at in (start, soon, end) if at is not None))


def instant_of(document: Mapping[str, Any], name: str) -> datetime.datetime | None:
    """Read an instant of a credential, in UTC; one without a zone counts as UTC."""
    value = document.get(name)
    return _read(value) if isinstance(value, str) else None


@functools.lru_cache(maxsize=_REMEMBERED)
def _read(value: str) -> datetime.datetime | None:
    try:
        read = datetime.datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
