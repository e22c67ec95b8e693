"""A site that several processes make is the site that one makes, or none at all."""

import dataclasses
import datetime
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import files_of, site_inputs
from centre import ISSUED, a_centre, an_award
from staged import content

from obit_build.errors import ProcessError, RenderError
from obit_build.ledger.ledger import IssuedAward
from obit_build.pipeline import making
from obit_build.pipeline.making import Making
from obit_build.publishing.publish import open_stage
from obit_build.website.award_files import AwardFiles
from obit_build.website.files import Output
from obit_build.website.shared import Shared
from obit_build.website.units import Units

HERE = os.getpid()
AWARDS = [an_award(issued=ISSUED + datetime.timedelta(days=day)) for day in range(9)]
INPUTS = site_inputs(a_centre(AWARDS))


def make(target: Path, jobs: int, progress: Callable[[str, int, int], None] = lambda *_: None):
    with open_stage(target) as stage:
        with stage.manifest.change():
            run = Making(Units(Shared(INPUTS)), stage, progress, jobs)
            run.make()
            journal = stage.decide()
        stage.carry_out(journal)
        return run


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(making, "BATCH", 2)
    yield
    assert multiprocessing.active_children() == []


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Let something happen in another process when it makes the last award."""
    last = list(INPUTS.ledger.awards)[-1]
    original = AwardFiles.of

    def happen(what: Callable[[], None]) -> None:
        def of(self: AwardFiles, issued: IssuedAward) -> Iterator[Output]:
            if issued.id == last and os.getpid() != HERE:
                what()
            return original(self, issued)

        monkeypatch.setattr(AwardFiles, "of", of)

    return happen


def test_a_site_is_the_same_however_many_processes_make_it(tmp_path):
    seen = []

    make(tmp_path / "one", jobs=1)
    make(tmp_path / "four", jobs=4, progress=lambda *said: seen.append(said))

    assert content(tmp_path / "four") == content(tmp_path / "one") == files_of(INPUTS)
    assert seen == [("writing", done, 9) for done in (2, 4, 6, 8, 9)]


def test_several_processes_leave_alone_what_is_as_it_was(tmp_path):
    make(tmp_path / "site", jobs=3)

    again = make(tmp_path / "site", jobs=3)

    assert not [name for name in again.made if name.startswith("award/")]
    assert again.stage.written == set()


def test_an_error_in_another_process_is_told_as_ever_and_leaves_the_site_as_it_was(
    tmp_path, seldom
):
    make(tmp_path / "site", jobs=1)
    before = content(tmp_path / "site")
    (tmp_path / ".site.obit" / "manifest.sqlite").unlink()

    def fails() -> None:
        raise RenderError("templates/award.html:3: it is wrong", fix="correct it")

    seldom(fails)
    with pytest.raises(RenderError) as caught:
        make(tmp_path / "site", jobs=3)

    assert (caught.value.message, caught.value.fix) == (
        "templates/award.html:3: it is wrong",
        "correct it",
    )
    assert content(tmp_path / "site") == before


def test_a_process_that_is_killed_leaves_no_site_and_the_next_run_makes_it(tmp_path, seldom):
    seldom(lambda: os.kill(os.getpid(), signal.SIGKILL))

    with pytest.raises(ProcessError):
        make(tmp_path / "site", jobs=3)

    assert not (tmp_path / "site").exists()
    make(tmp_path / "site", jobs=1)
    assert content(tmp_path / "site") == files_of(INPUTS)


def test_whoever_interrupts_finds_the_site_as_it_was_and_no_process_left(tmp_path):
    def interrupts(_said: str, done: int, _total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "site", jobs=3, progress=interrupts)

    assert not (tmp_path / "site").exists()
    assert list((tmp_path / ".site.obit").glob("new/**/*")) == []


def test_awards_of_all_badges_and_states_come_first_and_none_is_left_out_or_doubled():
    award = next(iter(INPUTS.ledger.awards.values()))
    issued = [
        dataclasses.replace(award, id=f"{number:032d}", badge=f"badge-{number // 10}", state=state)
        for number, state in enumerate(["active"] * 39 + ["revoked"])
    ]

    order = list(making.varied_first(issued, 8))

    numbers = [int(award.id) for award in order]
    assert numbers[:8] == [0, 1, 2, 10, 11, 12, 20, 21]
    assert numbers[8:] == [number for number in range(40) if number not in numbers[:8]]
