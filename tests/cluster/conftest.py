"""A real scheduler with two workers on loopback, and a centre whose awards they make."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from building import build, files
from distributed import Client
from sample import small_centre


@dataclass
class Machines:
    """A scheduler and its workers, each a process."""

    folder: Path
    port: int = 0
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def begin(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")

    def work(self, **environment: str) -> subprocess.Popen:
        """Start one more worker."""
        more = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1")
        return self._start("worker", self.address, *more, **environment)

    def _start(self, what: str, *arguments: str, **environment: str) -> subprocess.Popen:
        with (self.folder / f"{what}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", what, *arguments],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, **environment},
            )
        self.processes.append(process)
        return process

    def wait_for(self, number: int) -> None:
        """Wait until so many workers are known to the scheduler."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=60)

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def machines(tmp_path_factory) -> Iterator[Machines]:
    """A scheduler with two workers."""
    made = Machines(tmp_path_factory.mktemp("cluster"))
    with contextlib.ExitStack() as stack:
        stack.callback(made.end)
        made.begin()
        made.work()
        made.work()
        yield made


@pytest.fixture(scope="session")
def obit():
    return build


@pytest.fixture(scope="session")
def local(centre) -> dict[str, bytes]:
    """The site as this computer makes it."""
    assert build(centre, "--jobs", "1", "--out", "local") == (0, "")
    return files(centre / "local")


@pytest.fixture(scope="session")
def centre(tmp_path_factory) -> Path:
    """A centre of 450 awards in one language: five parcels."""
    codes = [f"r{number:07d}" for number in range(450)]
    people = [f"{code},Zoé {code},{code}@example.org,fr,no," for code in codes]
    return small_centre(tmp_path_factory.mktemp("centre"), *people)
