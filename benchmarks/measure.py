"""Run programs and time them: CPU of the program and all that it starts, wall, and peak memory."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
STARTER = Path(__file__).parent / "started.py"


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
    words = [str(word) for word in command]
    read, write = os.pipe()
    with (stdin or Path(os.devnull)).open("rb") as given, os.fdopen(read) as told_by_it:
        done = subprocess.run(
            [sys.executable, "-I", "-S", STARTER, str(write), *words],
            cwd=cwd,
            env=environment,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[write],
            check=False,
        )
        os.close(write)
        said = told_by_it.read()
    text = done.stdout.decode(errors="replace")
    took = json.loads(said) if said else {"code": done.returncode or 1}
    if took["code"]:
        last = text.strip().splitlines()[-1:] or ["it said nothing"]
        raise FailedError(f"{Path(words[0]).name} failed: {last[0][:200]}")
    return Run(took["cpu"], took["wall"], took["peak"] / 1024, text)


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
