"""Repositories for the installed command to work on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from running import Done, run
from sample import copy_sample, small_centre


@pytest.fixture
def obit() -> Callable[..., Done]:
    return run


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return copy_sample(tmp_path / "sample")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """One issuer, one badge, two recipients: quick to build."""
    return small_centre(
        tmp_path / "small",
        "7f3k9m2q,Zebedee Quux,zq-7f3a@example.org,fr,no,",
        "2m8qa4xd,,,,,",
    )
