"""A site for which there is nothing to do: the same files, the same ledger, and nobody was at it.

What the last build saw is kept as two digests in the manifest. Where both are the same, the checks
have just passed again, the ledger holds what was issued and the folder is as it was left, a build would
make the same bytes. Nothing but time can have changed what a verifier says, so each status list is
verified again. Only for ledgers in a folder: to ask for a branch twice takes longer than to make a page.
"""

from pathlib import Path

from obit_build.fingerprint import fingerprint
from obit_build.inspect_site import Inspector
from obit_build.ledger import Ledger, Mode
from obit_build.ledger_address import FolderPlace
from obit_build.ledger_files import LedgerReader
from obit_build.manifest import Manifest
from obit_build.model.repository import Repository
from obit_build.pipeline.before import Setting, place_of, replay_of, store_of
from obit_build.pipeline.making import verify_lists
from obit_build.publish import open_stage, state_of
from obit_build.sources import PEOPLE

FILES, LEDGER = "seen.files", "seen.ledger"
Totals = tuple[int, int, int, int]


def standing(
    setting: Setting, repository: Repository, mode: Mode, tool: str, target: Path
) -> tuple[Ledger, Totals] | None:
    """Return the ledger and what the manifest counts if the site is as a build would leave it.

    Raises CredentialError if a status list has run out since, LedgerError if a credential was changed.
    """
    in_folder = isinstance(place_of(setting, repository, mode), FolderPlace)
    if not in_folder or not target.is_dir() or not state_of(target).is_dir():
        return None
    with open_stage(target) as stage:
        about = stage.manifest.about()
        if about.get(FILES) != seen_files(setting, repository, mode, tool):
            return None
        with store_of(setting, repository, mode) as store:
            replay = replay_of(store, repository, mode)
            if replay.is_empty:
                return None
            ledger = replay.ledger()
            if ledger.mode != mode or about.get(LEDGER) != seen_ledger(store, ledger):
                return None
            for award in ledger.awards.values():
                store.hold(award)
        if stage.doubtful:
            return None
        verify_lists(Inspector(stage.read, ledger, setting.now), ledger, stage.manifest)
        return ledger, stage.manifest.totals()


def seen_files(setting: Setting, repository: Repository, mode: Mode, tool: str) -> str:
    """Digest everything but the ledger that a build is made from."""
    elsewhere = None if PEOPLE in repository.files else repository.recipients
    return fingerprint(
        (tool, mode, setting.at, setting.commit, repository.people_absent),
        sorted(repository.files.items()),
        sorted(repository.templates.items()),
        elsewhere,
    )


def seen_ledger(store: LedgerReader, ledger: Ledger) -> str:
    """Digest the ledger, whose last event stands for all, and what is signed again from time to time."""
    paths = [
        f"status/{issuer}/{number}{suffix}.json"
        for issuer, newest in sorted(ledger.lists.items())
        for number in range(1, newest + 1)
        for suffix in ("", "-suspension")
    ]
    return fingerprint(
        ledger.size, ledger.head, [store.status(path) for path in paths], store.checkpoint()
    )


def remember(manifest: Manifest, files: str, ledger: str) -> None:
    """Keep what this build saw, in the manifest's open transaction."""
    seen = {FILES: files, LEDGER: ledger}
    if not seen.items() <= manifest.about().items():
        manifest.set_about(seen)
