"""Time the phases on synthetic awards: python benchmarks/bench.py [SIZE...] [--json]."""

import argparse
import datetime
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from synthetic import write_repository

from obit_build import pipeline
from obit_build.planning.plan import make_plan

AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def measure(size: int, folder: Path) -> dict[str, float]:
    """Run each phase once on a new repository; return CPU seconds by phase and peak MB."""
    root = folder / "repository"
    root.mkdir()
    write_repository(root, size)
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], object]) -> object:
        start = time.process_time()
        result = work()
        seconds[name] = time.process_time() - start
        return result

    seed = hashlib.sha256(b"obit benchmark").digest()
    setting = pipeline.Setting(
        root=root, now=AT, at=AT, entropy=lambda count: seed[:count], preview=True
    )
    checked = timed("check", lambda: pipeline.check(setting))
    assert isinstance(checked, pipeline.Checked)
    repository = checked.repository
    assert repository is not None
    assert not checked.report.errors, checked.report.errors[:3]
    timed("plan", lambda: make_plan(repository, None))
    timed("issue", lambda: pipeline.issue(setting, repository))
    timed("issue again", lambda: pipeline.issue(setting, repository))
    built = timed("build", lambda: pipeline.build(setting, root / "build"))
    assert isinstance(built, pipeline.Built)
    timed("build again", lambda: pipeline.build(setting, root / "build"))
    seconds["total"] = sum(seconds.values())
    seconds["floor"] = floor(folder / "floor", size, built.files, built.bytes)
    seconds["files"] = built.files
    seconds["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds


def floor(folder: Path, size: int, files: int, total: int) -> float:
    """Time what can't be avoided: one bare signature an award, the same bytes in as many files."""
    folder.mkdir()
    key, body = Ed25519PrivateKey.generate(), os.urandom(max(total // files, 1))
    start = time.process_time()
    for _ in range(size):
        key.sign(body[:64])
    for number in range(files):
        (folder / str(number)).write_bytes(body)
    return time.process_time() - start


def run_alone(size: int) -> dict[str, float]:
    """Measure in a process of its own, so that memory and caches of one size don't help another."""
    folder = tempfile.mkdtemp(prefix="obit-bench-")
    try:
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(size), folder],
            check=True,
            capture_output=True,
            text=True,
        )
    finally:
        shutil.rmtree(folder)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def table(results: dict[int, dict[str, float]]) -> str:
    """Lay the figures out, with the ratio of the largest to the smallest size."""
    sizes = sorted(results)
    lines = [
        "phase        " + "".join(f"{size:>10} CPU s   µs each" for size in sizes) + "    ratio"
    ]
    for name in results[sizes[0]]:
        cells = []
        for size in sizes:
            value = results[size][name]
            each = "" if name in ("files", "peak MB") else f"{value / size * 1e6:9.0f}"
            cells.append(f"{value:>14.2f}  {each:>9}")
        ratio = results[sizes[-1]][name] / max(results[sizes[0]][name], 1e-9)
        lines.append(f"{name:<13}" + "".join(cells) + f"{ratio:9.1f}")
    last = results[sizes[-1]]
    once = last["check"] + last["issue"] + last["build"]
    lines.append(f"check + issue + build at {sizes[-1]}: {once / last['floor']:.1f} × the floor")
    return "\n".join(lines)


def main() -> None:
    """Read the arguments, measure each size, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1000, 10_000])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("SIZE", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(int(arguments.one[0]), Path(arguments.one[1]))))
        return
    results = {size: run_alone(size) for size in arguments.sizes}
    print(json.dumps(results, indent=1) if arguments.json else table(results))


if __name__ == "__main__":
    main()
