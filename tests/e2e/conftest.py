"""The installed command, on copies of real repositories."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SOURCES = ("obit.yaml", "issuers", "badges", "recipients.csv")
AT = "2026-11-21T12:00:00Z"
OBIT = Path(sys.executable).with_name("obit")


@dataclass(frozen=True)
class Done:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


def run(folder: Path, *arguments: str, umask: int = -1, **environment: str) -> Done:
    """Run obit in ``folder``; variables given by name are added to a clean environment."""
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [str(OBIT), "-C", str(folder), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**base, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        umask=umask,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def obit() -> Callable[..., Done]:
    return run


def copy_sample(target: Path) -> Path:
    """Copy this repository's own sample content."""
    target.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target / name)
    return target


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return copy_sample(tmp_path / "sample")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """One issuer, one badge, two recipients: quick to build."""
    root = tmp_path / "small"
    (root / "issuers" / "centre").mkdir(parents=True)
    (root / "badges" / "tableur-1" / "awards").mkdir(parents=True)
    (root / "obit.yaml").write_text("site: https://badges.example.org/\nlanguages: [fr]\n")
    (root / "issuers" / "centre" / "issuer.yaml").write_text("name: Centre d'essai\n")
    (root / "badges" / "tableur-1" / "badge.yaml").write_text(
        "name: Tableur 1\ndescription: Sait construire un tableau.\n"
        "criteria: Réussir l'épreuve.\nimage: image.svg\n"
    )
    (root / "badges" / "tableur-1" / "image.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600">'
        '<circle cx="300" cy="300" r="280" fill="#0a5"/></svg>\n'
    )
    (root / "badges" / "tableur-1" / "awards" / "2026-03-14.yaml").write_text(
        "issued: 2026-03-14\nto:\n  - 7f3k9m2q\n  - 2m8qa4xd\n"
    )
    (root / "recipients.csv").write_text(
        "code,name,email,language,show_name,consent_date\n"
        "7f3k9m2q,Zebedee Quux,zq-7f3a@example.org,fr,no,\n2m8qa4xd,,,,,\n"
    )
    return root


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file of a folder: path → (mode, bytes)."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mode & 0o777, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
