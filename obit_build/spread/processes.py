"""Spread work over processes of this machine: batches go out, small results come back in order.

The processes are forks: they see everything that this process has made ready, and nothing has to be
sent to them but which things to work on, or with what. They write files themselves and return what fits into a pipe.
What goes wrong in one of them is raised here as if it had happened here; one that is stopped from
outside is an error too, never a hole in the results. Where there is no fork, everything is done here.
"""

import contextlib
import multiprocessing
import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from obit_build.errors import ObitError, ProcessError

AHEAD = 16
"""How many batches may be made or in the making beyond the one that is waited for."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Return how many processes this one may keep busy."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_spread() -> bool:
    """Tell whether this system can fork a process and go on safely: not Windows, not macOS."""
    return "fork" in multiprocessing.get_all_start_methods() and os.uname().sysname != "Darwin"


def in_batches(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """Cut into pieces of ``size``."""
    rest = iter(items)
    while batch := tuple(islice(rest, size)):
        yield batch


def noting(items: Iterable[Item], under_way: deque[Item]) -> Iterator[Item]:
    """Yield the items, and put each into ``under_way``, from which the caller takes it with its result.

    (``itertools.tee`` would keep up to 57 more than are under way.)
    """
    for item in items:
        under_way.append(item)
        yield item


def spread(
    work: Callable[[Item], Result], batches: Iterable[Item], jobs: int, *, at_once: bool = False
) -> Generator[Result, None, None]:
    """Yield ``work(batch)`` for each batch, in their order, done by up to ``jobs`` processes.

    The first batch is done here: what it makes ready, the processes inherit. With ``at_once`` they begin before
    any batch is asked for, since asking may start threads, which can't be forked. Batches are sent to them
    one by one, each when a process is free for it. Raises what ``work`` raises, and ProcessError if a process was
    stopped. When the iterator is closed, or an error or a signal ends it, no process is left.
    """
    waiting = iter(batches)
    ready: list[Item] = []
    if not at_once:
        for first in islice(waiting, 1):
            yield work(first)
        jobs = len(ready := list(islice(waiting, jobs)))
    if jobs < 2 or not can_spread():
        yield from map(work, chain(ready, waiting))
        return
    workers: list[_Worker] = []
    try:
        for _ in range(jobs):
            workers.append(_started(work, workers))
        yield from _in_order(workers, chain(ready, waiting))
    finally:
        for worker in workers:
            worker.end()


@dataclass(slots=True)
class _Worker:
    """A process, and the way to it."""

    process: BaseProcess
    line: Connection

    def end(self) -> None:
        """Stop the process, whatever it is doing, and wait until it is gone."""
        self.line.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def _started(work: Callable[[Item], Result], others: Sequence[_Worker]) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    fork = multiprocessing.get_context("fork")
    lines = [ours, *(worker.line for worker in others)]
    process = fork.Process(target=_serve, args=(work, theirs, lines), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _serve(
    work: Callable[[Item], Result], line: Connection, inherited: Sequence[Connection]
) -> None:
    """Do the batches that come in, until the parent ends this process or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in inherited:  # held open here, they would hide that the parent is gone
        other.close()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            number, batch = line.recv()
            answer: tuple[int, Result | None, Exception | None]
            try:
                answer = number, work(batch), None
            except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where it was asked for
                answer = number, None, _portable(error)
            line.send(answer)


def _portable(error: Exception) -> Exception:
    """Return an error as it can be sent, with its traceback unless it speaks for itself."""
    if isinstance(error, ObitError):
        return error
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.dumps(error)
    except Exception:  # noqa: BLE001 - any error may come out of any object
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _in_order(workers: Sequence[_Worker], batches: Iterable[Any]) -> Iterator[Any]:
    numbered = enumerate(batches)
    idle = [worker.line for worker in workers]
    busy: list[Connection] = []
    early: dict[int, Any] = {}
    asked = wanted = 0
    while True:
        while idle and asked < wanted + AHEAD and (following := next(numbered, None)):
            busy.append(idle.pop())
            _ask(busy[-1], following)
            asked += 1
        if wanted in early:
            yield early.pop(wanted)
            wanted += 1
        elif busy:
            there = wait(busy)
            for line in [line for line in busy if line in there]:
                number, early[number] = _answer(line)
                busy.remove(line)
                idle.append(line)
        else:
            return


def _ask(line: Connection, batch: tuple[int, Any]) -> None:
    try:
        line.send(batch)
    except OSError:
        raise _stopped() from None


def _answer(line: Connection) -> tuple[int, Any]:
    try:
        number, result, error = line.recv()
    except (EOFError, OSError):
        raise _stopped() from None
    if error is not None:
        raise error
    return number, result


def _stopped() -> ProcessError:
    return ProcessError(
        "a process that did a part of the work was stopped from outside",
        fix="run it again; if that happens again, memory may be short: use --jobs 1",
    )
