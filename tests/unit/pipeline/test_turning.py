"""What time alone changes is made again when its time has come, and not before."""

import datetime
import re

import pytest
from builders import site_inputs
from centre import a_centre, an_award

from obit_build.pipeline.making import Making
from obit_build.publishing.publish import open_stage
from obit_build.website.shared import Shared
from obit_build.website.units import Units

ENDS = datetime.date(2026, 12, 31)
EXPIRING, VALID = an_award(expires=ENDS), an_award("2m8qa4xd", expires="never")


def made_at(target, at: datetime.datetime) -> set[str]:
    """Bring the site up to date as of ``at``; return the award pages that were written."""
    inputs = site_inputs(a_centre([EXPIRING, VALID]), at=at, commit=f"{at:%Y%m%d%H%M}")
    with open_stage(target) as stage:
        with stage.manifest.change():
            Making(Units(Shared(inputs)), stage, lambda *_: None).make()
            journal = stage.decide()
        stage.carry_out(journal)
    return {path for path in stage.written if re.fullmatch(r"awards/[^/]+/index\.html", path)}


def instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("before", "after", "written"),
    [
        ("2026-09-01T12:00:00Z", "2026-09-20T12:00:00Z", 0),
        ("2026-09-20T12:00:00Z", "2026-11-01T12:00:00Z", 1),
        ("2026-11-01T12:00:00Z", "2026-12-30T12:00:00Z", 0),
        ("2026-12-30T12:00:00Z", "2027-01-02T12:00:00Z", 1),
        ("2027-01-02T12:00:00Z", "2026-12-30T12:00:00Z", 1),
        ("2027-01-02T12:00:00Z", "2040-01-02T12:00:00Z", 0),
    ],
)
def test_a_page_is_written_when_its_badge_begins_to_expire_or_has(tmp_path, before, after, written):
    assert len(made_at(tmp_path / "build", instant(before))) == 2

    assert len(made_at(tmp_path / "build", instant(after))) == written
