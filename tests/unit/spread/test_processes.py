"""Work that is spread over processes ends as if it had been done in one."""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Sequence

import pytest

from obit_build.errors import ProcessError, RenderError
from obit_build.spread.processes import AHEAD, cores, in_batches, noting, spread
from obit_build.verifying.report import VerificationError

HERE = os.getpid()


def squares(batch: Sequence[int]) -> tuple[bool, list[int]]:
    return os.getpid() == HERE, [number * number for number in batch]


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_results_come_in_the_order_of_the_batches_whoever_is_done_first():
    def slow_at_first(batch: Sequence[int]) -> list[int]:
        time.sleep(0.05 if batch[0] in (3, 6) else 0)
        return [number * number for number in batch]

    found = spread(slow_at_first, in_batches(range(20), 3), jobs=3)

    assert [number for batch in found for number in batch] == [n * n for n in range(20)]


def test_the_first_batch_is_done_here_and_the_others_elsewhere():
    found = list(spread(squares, in_batches(range(20), 3), jobs=2))

    assert [here for here, _ in found] == [True, *[False] * 6]


def test_processes_that_begin_at_once_are_forked_before_a_batch_is_asked_for():
    """Asking may connect to somebody, which starts threads; a fork of threads may wait for ever."""
    there = []

    def batches():
        there.append(len(multiprocessing.active_children()))
        yield from in_batches(range(20), 3)

    before = len(multiprocessing.active_children())
    found = list(spread(squares, batches(), jobs=2, at_once=True))

    assert there == [before + 2]
    assert [here for here, _ in found] == [False] * 7
    assert [n for _, numbers in found for n in numbers] == [n * n for n in range(20)]


@pytest.mark.parametrize(("count", "jobs"), [(20, 1), (6, 4), (1, 4), (0, 4)])
def test_little_work_and_one_job_need_no_process(count: int, jobs: int):
    assert all(here for here, _ in spread(squares, in_batches(range(count), 3), jobs=jobs))


@pytest.mark.parametrize(
    "error",
    [
        RenderError("templates/award.html:3: 'holder' is undefined", fix="correct it"),
        VerificationError("key.revoked", "The key was revoked.", fix="Ask.", outcome="unknown"),
    ],
    ids=["render", "verification"],
)
def test_an_error_arrives_as_it_was_raised(error: RenderError | VerificationError):
    def fails(batch: Sequence[int]) -> None:
        if 7 in batch:
            raise error

    with pytest.raises(type(error)) as caught:
        list(spread(fails, in_batches(range(20), 3), jobs=2))

    assert vars(caught.value) == vars(error)
    assert str(caught.value) == str(error)


def test_an_error_that_is_nobody_s_fault_tells_where_it_was():
    def fails(batch: Sequence[int]) -> int:
        return 1 // (batch[0] - 6)

    with pytest.raises(ZeroDivisionError) as caught:
        list(spread(fails, in_batches(range(20), 3), jobs=2))

    assert "return 1 // (batch[0] - 6)" in caught.value.__notes__[0]


def test_a_process_that_is_killed_is_an_error_and_leaves_no_other_behind():
    numbers: list[int] = []

    def remember(batch: Sequence[int]) -> int:
        if batch[0] == 9:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with pytest.raises(ProcessError) as caught:
        numbers.extend(spread(remember, in_batches(range(60), 3), jobs=2))

    assert caught.value.message == "a process that did a part of the work was stopped from outside"
    assert caught.value.fix == (
        "run it again; if that happens again, memory may be short: use --jobs 1"
    )
    assert not any(is_alive(number) for number in numbers if number != HERE)


def test_whoever_stops_listening_leaves_no_process_behind():
    def name(_batch: Sequence[int]) -> int:
        return os.getpid()

    found = spread(name, in_batches(range(300), 3), jobs=2)
    next(found)
    there = next(found)
    assert is_alive(there)

    found.close()

    assert not is_alive(there)


def test_no_process_runs_far_ahead_of_one_that_is_slow_and_no_more_is_kept_than_is_under_way():
    # given
    under_way: deque[tuple[int, ...]] = deque()
    most = 0

    def slow_once(batch: Sequence[int]) -> int:
        time.sleep(0.2 * (2 in batch))
        return sum(batch)

    # when
    for total in spread(slow_once, noting(in_batches(range(300), 2), under_way), 2):
        most = max(most, len(under_way))
        assert sum(under_way.popleft()) == total

    # then
    assert not under_way
    assert most <= AHEAD + 2


def test_there_is_at_least_one_core():
    assert cores() >= 1
