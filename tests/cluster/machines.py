"""A scheduler of Dask and its workers on loopback."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client


@dataclass
class Machines:
    """A scheduler and its workers, each a process."""

    folder: Path
    protocol: str = "tcp"
    port: int = 0
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.protocol}://127.0.0.1:{self.port}"

    def begin(self) -> subprocess.Popen:
        """Start the scheduler."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        more = ("--host", f"{self.protocol}://127.0.0.1", "--port", str(self.port))
        return self._start("scheduler", *more, "--no-dashboard")

    def work(self) -> subprocess.Popen:
        """Start one more worker."""
        more = ("--nthreads", "1", "--no-dashboard", "--no-nanny")
        return self._start("worker", self.address, *more, "--host", f"{self.protocol}://127.0.0.1")

    def _start(self, what: str, *arguments: str) -> subprocess.Popen:
        with (self.folder / f"{what}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", what, *arguments],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=dict(os.environ),
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
