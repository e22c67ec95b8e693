"""Repositories on disk: the project's own sample, copied and built; and a centre that is quick to build."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warm import program

from obit_build.ledger.folder import FolderStore

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


def made_once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder of this name, which all workers of a run share; the first to ask makes it.

    Nobody may change what is in it: who has to, copies it.
    """
    own = folders.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared" / name
    folder.parent.mkdir(exist_ok=True)
    made = folder.with_suffix(".made")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            made.touch()
    return folder


def told_once(folders: pytest.TempPathFactory, name: str, tell: Callable[[], Any]) -> Any:
    """Return what ``tell`` returns, in the form of JSON; of all workers only the first to ask calls it."""

    def write(folder: Path) -> None:
        told = json.dumps(tell())
        folder.mkdir()
        (folder / "told.json").write_text(told, encoding="utf-8")

    return json.loads((made_once(folders, name, write) / "told.json").read_bytes())


def built_sample(folders: pytest.TempPathFactory) -> Path:
    """Return the sample's repository with its preview in ``build/``, for everybody to read."""
    return made_once(folders, "sample", lambda folder: build(copy_sample(folder)))


def small_centre(root: Path, *people: str) -> Path:
    """Write one issuer and one badge, awarded on one day to each of these lines of recipients.csv."""
    codes = "".join(f"  - {line.partition(',')[0]}\n" for line in people)
    files = {
        "obit.yaml": "site: https://badges.example.org/\nlanguages: [fr]\n",
        "issuers/centre/issuer.yaml": "name: Centre d'essai\n",
        "badges/tableur-1/badge.yaml": "name: Tableur 1\ndescription: Sait construire un tableau.\n"
        "criteria: Réussir l'épreuve.\nimage: image.svg\n",
        "badges/tableur-1/image.svg": '<svg xmlns="http://www.w3.org/2000/svg" '
        'viewBox="0 0 600 600"><circle cx="300" cy="300" r="280" fill="#0a5"/></svg>\n',
        "badges/tableur-1/awards/2026-03-14.yaml": f"issued: 2026-03-14\nto:\n{codes}",
        "recipients.csv": "\n".join(
            ["code,name,email,language,show_name,consent_date", *people, ""]
        ),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def build(root: Path) -> Path:
    """Build a preview as of a fixed day; return the site's folder."""
    command = [str(program()), "-q", "-C", str(root), "build", "--at", AT]
    subprocess.run(command, check=True, capture_output=True, env=dict(os.environ))
    return root / "build"


def awards_by_state(root: Path) -> dict[str, str]:
    """Return state → the id of an award in that state, of a preview that was built."""
    ledger = FolderStore(root / ".obit" / "preview").replay().ledger()
    return {award.state: award.id for award in ledger.awards.values()}
