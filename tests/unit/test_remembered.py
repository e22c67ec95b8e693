"""What one run leaves for the next counts for the same program, made from the same, as it was written."""

import sqlite3
from pathlib import Path

import pytest

from obit_build.publishing.manifest import Manifest, remembering
from obit_build.remembered import Remembered


@pytest.fixture
def manifest(tmp_path) -> Path:
    """A manifest that remembers one thing of one program."""
    path = tmp_path / "manifest.sqlite"
    known = Remembered("this obit")
    known.remember("lines/a", "the same file", lambda: {"codes": ["7f3k9m2q"], "end": 12})
    keep(path, known)
    return path


def keep(path: Path, remembered: Remembered) -> None:
    database = Manifest(path)
    with database.change():
        database.remember(remembered)
    database.close()


def recalled(path: Path, program: str = "this obit", made_from: str = "the same file") -> object:
    with remembering(path, program) as known:
        return known.recall("lines/a", made_from)


def test_what_was_made_from_the_same_by_the_same_program_is_recalled(manifest):
    assert recalled(manifest) == {"codes": ["7f3k9m2q"], "end": 12}


def test_what_was_made_from_something_else_is_not(manifest):
    assert recalled(manifest, made_from="another file") is None


def test_another_program_recalls_nothing(manifest):
    assert recalled(manifest, program="another obit") is None


def test_without_a_digest_of_the_program_nothing_is_recalled_or_remembered(manifest):
    with remembering(manifest, "") as known:
        assert known.recall("lines/a", "the same file") is None
        known.remember("lines/b", "", lambda: 1)

    assert known.names() == frozenset()


def test_there_is_nothing_to_recall_where_no_site_was_built(tmp_path):
    assert recalled(tmp_path / "manifest.sqlite") is None


@pytest.mark.parametrize(
    "statement",
    [
        "update remembered set value = replace(value, '12', '13')",
        "update remembered set made_from = replace(made_from, 'same', 'other')",
        "update remembered set sum = ''",
        "update remembered set value = null",
        "delete from remembered",
        "drop table remembered",
    ],
)
def test_what_was_altered_is_not_recalled(manifest, statement):
    with sqlite3.connect(manifest) as database:
        database.execute(statement)
    database.close()

    assert recalled(manifest) is None


def test_a_manifest_that_is_none_is_no_error(manifest):
    manifest.write_bytes(b"no database" * 1000)

    assert recalled(manifest) is None


def test_what_nobody_asked_for_is_forgotten(manifest):
    with remembering(manifest, "this obit") as known:
        known.remember("lines/b", "", lambda: [1])
    keep(manifest, known)

    assert recalled(manifest) is None
    with remembering(manifest, "this obit") as known:
        assert known.recall("lines/b", "") == [1]


def test_what_was_recalled_stays(manifest):
    with remembering(manifest, "this obit") as known:
        known.recall("lines/a", "the same file")
    keep(manifest, known)

    assert recalled(manifest) == {"codes": ["7f3k9m2q"], "end": 12}
