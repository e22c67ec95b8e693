"""What 10 thousand, 1 million and 100 million awards cost: python benchmarks/scale.py [--measure].

Prints the tables of docs/explanation/scale.md, computed from the figures in scale.json, and from status
lists that are filled here as obit fills them. With --measure two synthetic centres are checked, issued,
built and put into Git first, and what each further award cost is written into scale.json. CPU seconds
are those of one core of the machine that measured.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from synthetic import write_repository

from obit_build.ledger.ledger import LIST_LENGTH
from obit_build.securing.status import encode

FIGURES = Path(__file__).with_suffix(".json")
SIZES = (1_000, 10_000)
"""Awards of the two centres that are measured; what counts is the difference, so it has to be far more than chance."""
SCALES = (10_000, 1_000_000, 100_000_000)
PER_SHARD = 10_000
"""Awards of one issuer in one year, in the layout with many ledgers."""
REVOKED = 0.01
HALF = LIST_LENGTH // 2
"""A new status list begins when one is half full (decision 0004)."""
GIT_BYTES, PUSH_BYTES, LISTED = 10e9, 2e9, 1_000
"""GitHub's recommended size of a repository and limit of a push; objects a page of a listing."""
PUT, STORE, LIST = 5e-6, 0.023e-9, 5e-6
"""Dollars for one object stored, one byte kept a month, one page listed (Amazon S3, Virginia, 2026)."""


@dataclass(frozen=True)
class Figures:
    """What one more award costs."""

    check: float
    """CPU seconds, as the next two."""
    issue: float
    build: float
    files: float
    """Of the site."""
    bytes: float
    source: float
    """Bytes of YAML and CSV, packed by Git, as the next one."""
    ledger: float
    ledger_files: float


def list_bytes(awards: int) -> int:
    """Fill one status list with revocations at random and return the size of its encoded bits."""
    draw = random.Random(awards)
    places = draw.sample(range(LIST_LENGTH), min(awards, HALF))
    return len(encode(places[: round(len(places) * REVOKED)]))


def lists_of(awards: int, shards: int) -> tuple[int, int]:
    """Return how many pairs of lists there are, and their encoded bytes in all."""
    per_shard = max(awards // shards, 1)
    full, rest = divmod(per_shard, HALF)
    size = full * list_bytes(HALF) + (list_bytes(rest) if rest else 0)
    return shards * (full + (rest > 0)), shards * size


def rows(figures: Figures, awards: int) -> Iterator[tuple[str, str]]:
    """Yield what one scale costs, line by line."""
    shards = max(awards // PER_SHARD, 1)
    whole, _ = lists_of(awards, 1)
    split, size = lists_of(awards, shards)
    files, stored = figures.files * awards, figures.bytes * awards
    yield "centre's files in Git, packed", amount(figures.source * awards, "B")
    yield "ledger in Git, packed", amount(figures.ledger * awards, "B")
    yield "ledger's files", amount(figures.ledger_files * awards)
    yield "check, one core", span(figures.check * awards)
    yield "sign, one core", span(figures.issue * awards)
    yield "build and verify, one core", span(figures.build * awards)
    yield "build and verify, 100 cores", span(figures.build * awards / 100)
    yield "files of the site", amount(files)
    yield "bytes of the site", amount(stored, "B")
    yield "first upload, $", money(files * PUT)
    yield "storage each month, $", money(stored * STORE)
    yield "listing before each upload, $", money(files / LISTED * LIST)
    yield "status lists, one issuer", amount(2 * whole)
    yield f"ledgers of {PER_SHARD:,}".replace(",", " "), amount(shards)
    yield "status lists, one pair a ledger", amount(2 * split)
    yield "bits of those lists", amount(2 * size, "B")


def limits(figures: Figures) -> Iterator[tuple[str, str]]:
    """Yield at how many awards a limit is reached."""
    yield "one push of a new ledger: 2 GB", amount(PUSH_BYTES / figures.ledger)
    yield "a ledger's repository: 10 GB", amount(GIT_BYTES / figures.ledger)
    yield "a centre's repository: 10 GB", amount(GIT_BYTES / figures.source)
    yield "one core signs in a night (8 h)", amount(8 * 3600 / figures.issue)
    yield "one core builds in a night (8 h)", amount(8 * 3600 / figures.build)


def amount(number: float, unit: str = "") -> str:
    """Round to two figures, in the unit that reads best."""
    for factor, word in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= factor:
            return f"{float(f'{number / factor:.2g}'):g} {word}{unit}".rstrip()
    return f"{float(f'{number:.2g}'):g} {unit}".rstrip()


def span(seconds: float) -> str:
    """Say CPU seconds in the unit that reads best."""
    for factor, word in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * factor:
            return f"{float(f'{seconds / factor:.2g}'):g} {word}"
    return f"{float(f'{seconds:.2g}'):g} s"


def money(dollars: float) -> str:
    """Say dollars, cents below ten."""
    return f"{dollars:,.2f}".replace(",", " ") if dollars < 10 else amount(dollars)


def tables(figures: Figures) -> str:
    """Lay out both tables as Markdown."""
    head = " | ".join(amount(scale) for scale in SCALES)
    lines = [f"| awards | {head} |", "| -- |" + " --: |" * len(SCALES)]
    columns = [list(rows(figures, scale)) for scale in SCALES]
    lines += [
        f"| {row[0][0]} | {' | '.join(cell for _, cell in row)} |"
        for row in zip(*columns, strict=True)
    ]
    lines += ["", "| what ends | at awards |", "| -- | --: |"]
    lines += [f"| {what} | {at} |" for what, at in limits(figures)]
    return "\n".join(lines) + "\n"


def read() -> Figures:
    """Read the figures that were measured last."""
    return Figures(**json.loads(FIGURES.read_text("utf-8"))["per award"])


# --- measuring ---


def measure_one(size: int, root: Path) -> dict[str, float]:
    """Check, issue and build a centre with the installed command; return what all of it cost."""
    write_repository(root, size)
    (root / ".gitignore").write_text("/build/\n/.obit/\n", "utf-8")
    obit = ["-m", "obit_build", "-q", "-C", str(root)]
    check = min(spent([*obit, "check"]) for _ in range(3))
    issue = spent([*obit, "issue", "--preview"])
    again = spent([*obit, "issue", "--preview"])  # a preview's build begins with this
    build = spent([*obit, "build", "--preview"]) - again
    site = [path.stat().st_size for path in (root / "build").rglob("*") if path.is_file()]
    ledger = root / ".obit" / "preview"
    kept = sum(path.is_file() for path in ledger.rglob("*"))
    return {
        "check": check,
        "issue": issue,
        "build": build,
        "files": len(site),
        "bytes": sum(site),
        "source": packed(root),
        "ledger": packed(ledger),
        "ledger_files": kept,
    }


def spent(arguments: list[str]) -> float:
    """Return the CPU seconds of a run of Python, its children's included."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )


def packed(folder: Path) -> int:
    """Return the bytes that Git needs for a folder, packed."""
    git = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    git += ["-c", "gc.auto=0"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["repack", "-adq"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    return sum(p.stat().st_size for p in (folder / ".git" / "objects").rglob("*") if p.is_file())


def main() -> None:
    """Print the tables; measure first if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    if parser.parse_args().measure:
        measure()
    print(tables(read()), end="")


def measure() -> None:
    """Measure two sizes and write what each further award costs."""
    found = []
    spent(["-m", "obit_build", "--help"])  # compiles what an import compiles once
    for size in SIZES:
        folder = Path(tempfile.mkdtemp(prefix="obit-scale-"))
        try:
            found.append(measure_one(size, folder))
        finally:
            shutil.rmtree(folder)
    few, many = found
    more = SIZES[1] - SIZES[0]
    each = {name: round((many[name] - few[name]) / more, 7) for name in few}
    FIGURES.write_text(json.dumps({"per award": asdict(Figures(**each))}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
