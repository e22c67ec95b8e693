"""Run programs and time them: CPU of the program and all that it starts, wall, and peak memory."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a program took."""

    cpu: float
    """Seconds, of the user and the system."""
    wall: float
    """Seconds."""
    peak: float
    """MiB that the largest process of the run had at most."""
    output: str


class FailedError(Exception):
    """A program that was to be measured did not do its work."""


def run(
    command: Sequence[str | Path], *, cwd: Path = ROOT, stdin: Path | None = None, **more: str
) -> Run:
    """Run a program to its end; raise FailedError if it fails."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}", "NO_COLOR": "1", **more}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # who installs a program compiles it once
    started = time.perf_counter()
    with (stdin or Path(os.devnull)).open("rb") as given:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=environment,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        output = process.stdout.read() if process.stdout else b""
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    text = output.decode(errors="replace")
    if process.returncode:
        last = text.strip().splitlines()[-1:] or ["it said nothing"]
        raise FailedError(f"{Path(str(command[0])).name} failed: {last[0][:200]}")
    wall = time.perf_counter() - started
    return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, text)


def told(command: Sequence[str | Path], *, cwd: Path = ROOT, stdin: Path | None = None) -> float:
    """Run a program that times itself; return the CPU seconds for one item that its last line tells."""
    seconds: float = json.loads(run(command, cwd=cwd, stdin=stdin).output.splitlines()[-1])
    return seconds


def part(what: str, *arguments: str | Path | int) -> float:
    """Time one part of obit in a process of its own (``parts.py``): CPU seconds for one item."""
    script = Path(__file__).parent / "parts.py"
    return told([sys.executable, script, what, *map(str, arguments)])


def pairwise(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """Return the median of the ratios of interleaved rounds."""
    return statistics.median(a / b for a, b in zip(theirs, ours, strict=True))
