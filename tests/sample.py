"""The repository's own sample: copied, and built by the installed command."""

import os
import shutil
import subprocess
from pathlib import Path

from warm import program

from obit_build.ledger_store import FolderStore

PROJECT = Path(__file__).parents[1]
SOURCES = ("obit.yaml", "issuers", "badges", "pathways", "frameworks", "recipients.csv")
AT = "2026-11-21T12:00:00Z"


def copy_sample(target: Path, *leaving_out: str) -> Path:
    """Copy the sample's content, but for folders and files of these names."""
    target.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns(*leaving_out))
        else:
            shutil.copy(source, target / name)
    return target


def build(root: Path) -> Path:
    """Build a preview as of a fixed day; return the site's folder."""
    command = [str(program()), "-q", "-C", str(root), "build", "--at", AT]
    subprocess.run(command, check=True, capture_output=True, env=dict(os.environ))
    return root / "build"


def awards_by_state(root: Path) -> dict[str, str]:
    """Return state → the id of an award in that state, of a preview that was built."""
    ledger = FolderStore(root / ".obit" / "preview").replay().ledger()
    return {award.state: award.id for award in ledger.awards.values()}
