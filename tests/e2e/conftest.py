"""Repositories for the installed command to work on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from running import Done, run
from sample import copy_sample


@pytest.fixture
def obit() -> Callable[..., Done]:
    return run


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
