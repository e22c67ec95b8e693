"""Each award is verified once on its way to the site, as soon as all that a verifier reads is there."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from centre import NOON, fixed_entropy
from sample import small_centre

from obit_build import pipeline
from obit_build.errors import CredentialError
from obit_build.ledger.ledger import IssuedAward
from obit_build.pictures.bake import bake
from obit_build.pipeline import making
from obit_build.publishing.inspect_site import Inspector
from obit_build.website.award_files import AwardFiles

PEOPLE = [f"r{number:07d},,r{number}@example.org,fr,no," for number in range(7)]


@pytest.fixture
def centre(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(making, "BATCH", 2)
    return small_centre(tmp_path / "centre", *PEOPLE)


@pytest.fixture
def seen(tmp_path, monkeypatch):
    """Return what reads by which process each award was verified, and whether former files were there."""
    notes, look = tmp_path / "notes", Inspector.award

    def award(self, issued: IssuedAward, paths):
        with notes.open("a") as file:  # other processes write there, too
            file.write(f"{issued.id} {os.getpid()}\n")
        return look(self, issued, paths)

    monkeypatch.setattr(Inspector, "award", award)

    def read():
        said = [line.split() for line in notes.read_text().splitlines()]
        notes.unlink()
        return said

    return read


def build(root: Path, jobs: int = 1):
    setting = pipeline.Setting(
        root=root, now=NOON, at=NOON, entropy=fixed_entropy, preview=True, jobs=jobs
    )
    return pipeline.build(setting, root / "build")


def test_each_award_is_verified_by_the_process_that_made_it_and_one_more_through_its_list(
    centre, seen
):
    built = build(centre, jobs=3)

    verified = seen()
    assert (built.verified, built.images) == (7, 14)
    assert sorted(Counter(name for name, _ in verified).values()) == [1] * 6 + [2]
    assert Counter(process for _, process in verified)[str(os.getpid())] == 2 + 1


def test_awards_with_older_twins_are_verified_once_when_all_is_there(centre, seen):
    with (centre / "obit.yaml").open("a") as settings:
        settings.write("openbadges2: true\n")

    built = build(centre)

    assert built.verified == 7
    assert sorted(Counter(name for name, _ in seen()).values()) == [1] * 6 + [2]


def test_a_picture_that_does_not_hold_its_credential_stops_the_build(centre, monkeypatch):
    baked = AwardFiles._baked

    def wrong(self, issued, data, twin):
        for file in baked(self, issued, data, twin):
            is_last = issued.id == list(self.shared.ledger.awards)[-1]
            yield file._replace(data=bake(file.data, "{}")) if is_last else file

    monkeypatch.setattr(AwardFiles, "_baked", wrong)

    with pytest.raises(CredentialError) as caught:
        build(centre, jobs=3)

    assert re.fullmatch(
        "badge.png of [a-z2-7]{32} does not hold its credential", caught.value.message
    )
    assert not (centre / "build").exists()


def test_verified_again_is_only_what_reads_otherwise_to_verifiers(centre, seen):
    build(centre)
    seen()
    footer, issuer = (
        centre / path for path in ("templates/partials/footer.html", "issuers/centre/issuer.yaml")
    )
    footer.parent.mkdir(parents=True)

    footer.write_text("<footer>Nouveau</footer>\n")
    build(centre)
    pages_alone = seen()
    issuer.write_text(issuer.read_text() + "url: https://example.org/\n")
    build(centre)

    assert len(pages_alone) == 1  # through the status list
    assert len({name for name, _ in seen()}) == 7
