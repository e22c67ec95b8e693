"""When a preview begins again: at once where files say something else, and without reading it all each time."""

from pathlib import Path

import pytest
from builders import NOON
from centre import fixed_entropy
from sample import small_centre

from obit_build.centre.load import load_repository
from obit_build.ledger.folder import SHOWN, FolderStore
from obit_build.pipeline.before import PREVIEW_LEDGER, Setting
from obit_build.pipeline.issue import issue

BADGE = "badges/tableur-1/badge.yaml"
AWARDS = "badges/tableur-1/awards/2026-03-14.yaml"


@pytest.fixture
def root(tmp_path) -> Path:
    return small_centre(tmp_path, "7f3k9m2q,,,,,", "2m8qa4xd,,,,,")


def issued(root: Path, monkeypatch) -> int:
    """Issue a preview; return how many of its credentials were read."""
    read = []
    credential = FolderStore.credential
    monkeypatch.setattr(
        FolderStore, "credential", lambda *given: read.append(given[1]) or credential(*given)
    )
    repository, problems = load_repository(root)
    assert repository is not None, problems
    setting = Setting(root=root, now=NOON, at=NOON, entropy=fixed_entropy, preview=True)
    issue(setting, repository)
    monkeypatch.undo()
    return len(read)


def names(root: Path) -> set[str]:
    ledger = FolderStore(root / PREVIEW_LEDGER).replay().ledger()
    return {award.sha256 for award in ledger.awards.values()}


def test_what_it_shows_is_not_read_again_while_nothing_around_the_awards_changed(root, monkeypatch):
    issued(root, monkeypatch)
    first = names(root)
    awards = root / AWARDS
    awards.write_text(
        awards.read_text().replace("  - 2m8qa4xd\n", "  - id: 2m8qa4xd\n    visibility: public\n")
    )

    assert issued(root, monkeypatch) == 0
    assert names(root) == first


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (BADGE, "Tableur 1", "Tableur 2"),
        (AWARDS, "  - 2m8qa4xd\n", "  - id: 2m8qa4xd\n    narrative: Très bien.\n"),
        ("recipients.csv", "7f3k9m2q,,", "7f3k9m2q,,quux@example.org"),
        ("issuers/centre/issuer.yaml", "Centre d'essai", "Un autre centre"),
    ],
)
def test_it_begins_again_where_the_files_say_something_else(root, monkeypatch, path, old, new):
    issued(root, monkeypatch)
    first = names(root)
    file = root / path
    file.write_text(file.read_text().replace(old, new))

    issued(root, monkeypatch)

    assert len(names(root)) == 2
    assert names(root) != first


def test_a_note_that_says_something_else_is_not_believed(root, monkeypatch):
    issued(root, monkeypatch)
    note = root / PREVIEW_LEDGER / SHOWN
    kept = note.read_text()
    note.write_text("0" * 32)

    assert issued(root, monkeypatch) == 2
    assert note.read_text() == kept
