"""What the live site says of its ledger: read before anything else, so that a roll-back is noticed.

``none`` asks nobody, a folder is a site that was built, an address is asked over https as a
stranger's would be (:mod:`obit_build.network.fetch`). Plain http is for this computer alone.
"""

from pathlib import Path

from obit_build.addresses import CHECKPOINT
from obit_build.errors import FetchError, NotThereError
from obit_build.harmless import shown
from obit_build.network.fetch import WebFetcher
from obit_build.network.http_answers import NOT_FOUND
from obit_build.network.web import Web, own_server
from obit_build.securing.signed_note import MAX_BYTES, Checkpoint, read_checkpoint

NOBODY = "none"
FIX = (
    "try again later; if there is no live site yet, or none can be asked from here, add --live none"
)


def live_checkpoint(where: str, root: Path) -> Checkpoint | None:
    """Return what the site at ``where`` has published; None if it has published nothing.

    Raises FetchError if it can't be asked, LedgerError if what it answers is no checkpoint. The
    signatures are not looked at: a false answer can only stop a run, which silence can, too.
    """
    if where == NOBODY:
        return None
    try:
        return read_checkpoint(_asked(where.rstrip("/"), root))
    except NotThereError:
        return None
    except FetchError as error:
        raise FetchError(f"the live site was not asked: {error.message}", fix=FIX) from error


def _asked(where: str, root: Path) -> bytes:
    if "://" not in where:
        return _read(root / where / CHECKPOINT)
    if own := own_server(where):
        return _from_this_computer(f"{where}/{CHECKPOINT}", own)
    return WebFetcher()(f"{where}/{CHECKPOINT}")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NotThereError(f"{shown(path.name)} is not there", fix=FIX) from None
    except OSError as error:
        raise FetchError(f"{shown(path.name)} can't be read: {error.strerror}", fix=FIX) from error


def _from_this_computer(url: str, site: str) -> bytes:
    answer = Web(own=site, max_bytes=MAX_BYTES).get(url)
    if answer.status == NOT_FOUND:
        raise NotThereError(f"{shown(site)} answers with the error 404", fix=FIX)
    if not answer.is_there:
        raise FetchError(f"{shown(site)} answers with the error {answer.status}", fix=FIX)
    return answer.body
