"""The ledger, for commands that can do without: named, or the centre's own if it is about this site."""

from collections.abc import Iterator
from contextlib import contextmanager

from obit_build.errors import LedgerError
from obit_build.harmless import shown
from obit_build.ledger.address import read_place
from obit_build.ledger.files import LedgerReader
from obit_build.ledger.guards import refuse_other_ledger
from obit_build.model.repository import Repository
from obit_build.pipeline.before import opened, place_of
from obit_build.setting import Setting


@contextmanager
def known_store(
    run: Setting, repository: Repository | None, *, is_own: bool
) -> Iterator[LedgerReader | None]:
    """Open the ledger that was named, or the centre's own if it is about this site; else None."""
    if run.ledger is not None:
        place = read_place(run.ledger)
    elif repository is not None and is_own:
        place = place_of(run, repository, "live")
    else:
        yield None
        return
    pinned = repository.settings.ledger if repository and run.ledger is None else None
    with opened(run, place) as store:
        if pinned is not None:
            refuse_other_ledger(store, pinned.genesis)
        if run.ledger is not None and not store.exists():
            raise LedgerError(
                f"there is no ledger in {shown(run.ledger)}", fix="name the place that holds log/"
            )
        yield store if store.exists() else None
