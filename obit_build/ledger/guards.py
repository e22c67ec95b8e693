"""What has to hold before anything is added to a ledger; each rule refuses with its reason.

A ledger that was lost, exchanged, cut off or put back to an earlier state looks like any other
from within. What gives it away is known elsewhere: the pin in obit.yaml, the checkpoint that the
live site shows, the history of the main branch, the clock (security reference, T20, T40, T41).
"""

import datetime
import hashlib

from obit_build.counting import several
from obit_build.errors import LedgerError
from obit_build.ledger.files import LedgerReader, event_file
from obit_build.ledger.ledger import instant
from obit_build.securing.signed_note import Checkpoint, origin_of

AHEAD = datetime.timedelta(minutes=10)
"""How far a commit's clock may run ahead of this computer's."""
FIX_COPY = "bring the ledger back from its last good copy; docs/how-to/ledger-in-git.md says how"


def genesis_of(store: LedgerReader) -> str:
    """Return the SHA-256 of the ledger's first event, in hex: what obit.yaml pins."""
    return hashlib.sha256(store.event(1)).hexdigest()


def refuse_other_ledger(store: LedgerReader, pinned: str | None) -> None:
    """Raise LedgerError unless the ledger is the one that obit.yaml pins."""
    if pinned is None:
        return
    if store.read(event_file(1)) is None:
        raise LedgerError(
            "the ledger is not there, but obit.yaml says that it has begun", fix=FIX_COPY
        )
    if genesis_of(store) != pinned:
        raise LedgerError(
            "this is another ledger than the one that obit.yaml pins",
            fix=f"look at ledger: in obit.yaml, or {FIX_COPY}",
        )


def refuse_rollback(store: LedgerReader, live: Checkpoint | None, site: str) -> None:
    """Raise LedgerError unless what the live site shows is a beginning of this ledger."""
    if live is None:
        return
    if live.origin != origin_of(site):
        raise LedgerError(
            "the live site shows the checkpoint of another site", fix="look at site: and --live"
        )
    if store.read(event_file(1)) is None:
        raise LedgerError(
            f"the ledger is not there, but the live site shows one of {several(live.size, 'event')}",
            fix=FIX_COPY,
        )
    last = store.read(event_file(live.size))
    if last is None:
        raise LedgerError(
            f"the live site shows {several(live.size, 'event')}; the ledger has fewer", fix=FIX_COPY
        )
    if hashlib.sha256(last).hexdigest() != live.head:
        raise LedgerError(
            f"the ledger and the live site tell different stories up to event {live.size}",
            fix=FIX_COPY,
        )


def refuse_rewound_main(*, within: bool | None) -> None:
    """Raise LedgerError if the ledger was written for a commit that is not in what is published.

    ``within`` says whether that commit is part of its history; None if this clone can't tell.
    """
    if within is False:
        raise LedgerError(
            "the ledger was last written for a commit that is not part of this one",
            fix="publish the newest commit of the main branch; if it was put back, bring it forward again",
        )


def refuse_cut_off(*, shallow: bool) -> None:
    """Raise LedgerError for a clone without its history."""
    if shallow:
        raise LedgerError(
            "this clone's history is cut off (a shallow clone)",
            fix="fetch it whole: git fetch --unshallow, or fetch-depth: 0 in the workflow",
        )


def refuse_ahead_of_time(last_at: datetime.datetime, now: datetime.datetime) -> None:
    """Raise LedgerError for a ledger whose last event is dated more than ten minutes from now.

    Times never go back, so everything would be signed as of then, and count for nobody until then.
    """
    if last_at > now + AHEAD:
        raise LedgerError(
            f"the ledger's last event is dated {instant(last_at)}, and it is {instant(now)} now",
            fix=f"set this computer's clock; if it is right, {FIX_COPY}",
        )


def refuse_future(at: datetime.datetime, now: datetime.datetime) -> None:
    """Raise LedgerError for a commit that is dated more than ten minutes from now."""
    if at > now + AHEAD:
        raise LedgerError(
            f"the commit is dated {instant(at)}, and it is {instant(now)} now",
            fix="set the clock of the computer that made the commit, and commit again",
        )
