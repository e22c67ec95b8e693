"""Measure obit against its peers and write docs/reference/performance.md: make bench, or BENCH=quick.

Everything runs below TMPDIR, or /dev/shm where there is one; a full run takes a quarter of an hour.
"""

import argparse
import importlib.metadata
import os
import platform
import random
import shutil
import sys
import tempfile
from pathlib import Path

from measure import ROOT, FailedError, part, run
from rows import GROUPS, JUDGES, Bench, Row, build, hugo
from synthetic import write_repository

PAGE = ROOT / "docs" / "reference" / "performance.md"
SIZES = {
    "full": {"rounds": 5, "awards": 10_000, "many": 100_000, "few": 1000},
    "quick": {"rounds": 1, "awards": 1000, "many": 10_000, "few": 200},
}
INTRODUCTION = """\
# Performance

What obit takes, beside what other programs take for the same, measured in one run of `make bench` on one machine.
Times are CPU seconds of a program and all that it starts, unless said; the sides of a line run in turn, and the
ratio is the median of the rounds' ratios. Seconds differ from machine to machine and from day to day; the ratios
hardly do. Synthetic awards of ten badges with accents, a narrative and a result; previews in French, Dutch and English.
openbadgeslib signs the same badges, as far as its model has a place for what they say; Hugo's pages are obit's own, as a
layout and a text, while the time of an obit page holds all else that is made for an award (its code to scan, its baked
badges, its page for frames). What is done once for all awards of a badge is not counted: a picture is made ready for baking, and
of the first three awards is learnt what their pages look like, which takes some 20 ms. Hugo's time holds its start; Pillow has no such step. No other program checks its signatures after signing, so signing is measured without that; what
`obit issue` does, which is to check each before it is written, stands beside it. Where a run is quick, it has a tenth of the awards that the targets for whole builds are for, and one round.

This page is written by `benchmarks/performance.py`.
"""


def small_site(bench: Bench) -> None:
    """Make what single steps are measured on."""
    bench.small.mkdir()
    write_repository(bench.small / "repository", bench.few)
    build(bench.small / "repository", bench.small / "site")
    part("documents", bench.small, 200)
    from PIL import Image  # noqa: PLC0415 - nothing else here needs it

    draw, picture = random.Random(1), Image.new("RGBA", (60, 60))
    picture.putdata([(*draw.randbytes(3), 255) for _ in range(3600)])
    picture.resize((600, 600)).quantize(64).convert("RGBA").save(bench.small / "badge.png")


def measured(bench: Bench) -> tuple[list[Row], list[str]]:
    """Measure all lines; return them, and why others are missing."""
    rows: list[Row] = []
    missing: list[str] = []
    for group in GROUPS:
        try:
            for row in group(bench):
                rows.append(row)
                print(
                    f"{row.what} | {row.against} | {row.ratio or row.ours} | {row.target}",
                    flush=True,
                )
        except (FailedError, OSError, ValueError) as error:
            about = (group.__doc__ or "").strip().rstrip(".")
            missing.append(f"{about}: {error}.")
            print(f"not measured: {missing[-1]}", flush=True)
    return rows, missing


def page(rows: list[Row], missing: list[str], size: str) -> str:
    """Write the page."""
    lines = [INTRODUCTION, f"{_machine()} Size of the run: {size}.", ""]
    lines += [
        "| what | against | obit | other | ratio | target | met |",
        "| -- | -- | -- | -- | -- | -- | -- |",
    ]
    for row in rows:
        unknown = "not this size" if row.target else ""
        met = {True: "yes", False: "**no**", None: unknown}[row.met]
        cells = (row.what, row.against, row.ours, row.theirs, row.ratio, row.target, met)
        lines.append(f"| {' | '.join(cells)} |")
    if missing:
        lines += ["", "Not measured:", "", *(f"- {line}" for line in missing)]
    return "\n".join(lines) + "\n"


def _machine() -> str:
    """Say on what it was measured, and against which versions."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    versions = [
        f"Python {platform.python_version()}",
        *(
            f"{name} {importlib.metadata.version(name)}"
            for name in ("PyLD", "Pillow", "cryptography")
        ),
        _said(
            [
                JUDGES,
                "-c",
                "import importlib.metadata as m; print('openbadgeslib', m.version('openbadgeslib'))",
            ]
        ),
        f"Node {_said(['node', '--version'])}",
        _said([hugo(), "version"]).partition("-")[0],
    ]
    return f"{model}, {os.cpu_count()} cores, load {load}; {'; '.join(v for v in versions if v)}."


def _said(command: list[str | Path]) -> str:
    try:
        return run(command).output.strip()
    except (FailedError, OSError):
        return ""


def main() -> None:
    """Read the arguments, measure, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", choices=sorted(SIZES), default="full")
    parser.add_argument("--out", type=Path, default=PAGE)
    arguments = parser.parse_args()
    shared = Path("/dev/shm")  # noqa: S108 - a tmpfs: below it is a folder of our own
    where = os.environ.get("TMPDIR") or (str(shared) if shared.is_dir() else None)
    folder = Path(tempfile.mkdtemp(prefix="obit-bench-", dir=where))
    try:
        bench = Bench(folder=folder, full=arguments.size == "full", **SIZES[arguments.size])
        small_site(bench)
        rows, missing = measured(bench)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    arguments.out.write_text(page(rows, missing, arguments.size), "utf-8")
    print(f"{arguments.out}: {sum(row.met is True for row in rows)} of {len(rows)} lines met")
    sys.exit(0)


if __name__ == "__main__":
    main()
