"""Each line of the table: what is measured, against what, and how much better it has to be.

The two sides of a line run in turn, round by round, on the same files. A line is a function
``(Bench) -> Iterator[Row]``; if a program that it needs is missing or fails, the line says so.
"""

import contextlib
import dataclasses
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hugo_site import write_hugo_site
from measure import ROOT, FailedError, Run, pairwise, part, run, told
from synthetic import write_repository

from obit_build.pipeline.making import BATCH

AT = "2026-11-21T12:00:00Z"
OBIT = (sys.executable, "-m", "obit_build")
JUDGES = ROOT / ".venv-judges" / "bin" / "python"
PEERS = ROOT / "benchmarks" / "peers"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    against: str
    ours: str
    theirs: str
    ratio: str
    target: str
    met: bool | None
    """None: there is no target, or it is for another number of awards than this run had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """How much is measured, and where."""

    folder: Path
    rounds: int
    awards: int
    many: int
    """Ten times as many awards."""
    few: int
    """Awards of the site on which single steps are measured."""
    full: bool
    """Whether there are as many awards as the targets are for."""

    @property
    def small(self) -> Path:
        """The folder of the small site; see ``parts.py``."""
        return self.folder / "small"

    def times(self, most: int) -> int:
        """Return how often a step is repeated in a round: less for a quick run."""
        return max(10, most * self.few // 1000)


def build(root: Path, site: Path, *more: str) -> Run:
    """Make a preview: check, sign, bake, render, write and verify all awards."""
    return run([*OBIT, "-C", root, "build", "--preview", "--out", site, "--at", AT, *more])


def steps(bench: Bench) -> Iterator[Row]:
    """Measure signing, baking and verifying, one credential at a time."""
    sides: dict[str, Callable[[], float]] = {
        "sign": lambda: part("sign", bench.small, bench.times(2000)),
        "bare": lambda: part("bare", bench.small, bench.times(5000)),
        "checked": lambda: part("sign and check", bench.small, bench.times(2000)),
        "bare checked": lambda: part("bare and check", bench.small, bench.times(2000)),
        "pyld": lambda: part("pyld", bench.small, bench.times(50)),
        "lib": lambda: judged("sign", bench, bench.times(30)),
        "vc": lambda: digital_bazaar(bench, bench.times(60)),
        "bake": lambda: part("bake", bench.small, bench.times(1000)),
        "pillow": lambda: part("pillow", bench.small, bench.times(20)),
        "verify": lambda: part("verify", bench.small, bench.times(400)),
        "lib verify": lambda: judged("verify", bench, bench.times(30)),
    }
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(bench.rounds):
        for name, side in sides.items():
            found[name].append(side())
    model = "sign, model to signed JSON"
    yield _at_least(model, "openbadgeslib 4.6 `OB3LdpSigner`", found["sign"], found["lib"], 200)
    yield _at_least(model, "`@digitalbazaar/vc` `issue`", found["sign"], found["vc"], 80)
    yield _at_least(model, "PyLD, the full path", found["sign"], found["pyld"], 50)
    yield _at_most(model, "bare Ed25519 signature of 64 bytes", found["sign"], found["bare"], 3)
    yield _beside(
        "sign and check, as `obit issue` does", "bare signature and check of 64 bytes",
        found["checked"], found["bare checked"],
    )  # fmt: skip
    yield _at_least("bake a PNG", "Pillow, encoding it again", found["bake"], found["pillow"], 500)
    yield _at_least(
        "verify, eleven steps", "openbadgeslib verifier", found["verify"], found["lib verify"], 20
    )


def judged(what: str, bench: Bench, count: int) -> float:
    """Time openbadgeslib."""
    return told([JUDGES, PEERS / "openbadgeslib_peer.py", what, bench.small, str(count)])


def digital_bazaar(bench: Bench, count: int) -> float:
    """Time Digital Bazaar's issuer in Node."""
    return told(
        ["node", "--input-type=module", "-", bench.small / "documents.jsonl", str(count),
         ROOT / "obit_build" / "contexts"],
        cwd=ROOT / "tests" / "interop",
        stdin=PEERS / "vc_peer.mjs",
    )  # fmt: skip


def pages(bench: Bench) -> Iterator[Row]:
    """Measure rendering, beside Hugo with the same pages."""
    made = sorted((bench.small / "site" / "awards").glob("*/index.html"))
    site = bench.folder / "hugo-small"
    write_hugo_site(site, made)
    ours, theirs = [], []
    for _ in range(bench.rounds):
        ours.append(part("render", bench.small, bench.few - BATCH))
        theirs.append(run_hugo(site).cpu / len(made))
    yield _at_least("render and write an award's page", "Hugo, the same page", ours, theirs, 3)


def hugo() -> Path:
    """Return Hugo itself; the script of that name starts Python first."""
    found = sorted((ROOT / ".venv-bench").glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    if not found:
        raise FailedError("Hugo is not installed: make bench does it")
    return found[0]


def run_hugo(folder: Path) -> Run:
    """Build a Hugo site anew."""
    shutil.rmtree(folder / "public", ignore_errors=True)
    return run([hugo(), "--quiet", "--source", folder])


def whole(bench: Bench) -> Iterator[Row]:
    """Measure clean builds beside Hugo and beside what can't be avoided; then builds of little and of nothing."""
    root, pages_alone = bench.folder / "repository", bench.folder / "hugo"
    write_repository(root, bench.awards)
    figures: dict[str, list[float]] = {x: [] for x in ("clean", "hugo", "floor", "one", "none")}
    files, peak, walls = 0, 0.0, []
    for number in range(max(1, bench.rounds // 2)):
        site = bench.folder / f"site-{number}"
        shutil.rmtree(root / ".obit", ignore_errors=True)
        clean = build(root, site)
        figures["clean"].append(clean.cpu)
        walls.append(clean.wall)
        peak = max(peak, clean.peak)
        if not pages_alone.exists():
            write_hugo_site(pages_alone, sorted((site / "awards").glob("*/index.html")))
        figures["hugo"].append(run_hugo(pages_alone).cpu)
        files, size = size_of(site)
        floor = part("floor", bench.folder, bench.awards, files, size)
        figures["floor"].append(floor)
        figures["none"].append(build(root, site).cpu)
        _change_one(root, number)
        figures["one"].append(build(root, site).cpu)
        shutil.rmtree(site)
    each = statistics.median(figures["clean"]) / files
    what = f"clean build, {bench.awards} awards, {files} files, {each * 1e6:.0f} µs a file"
    yield _at_most(what, "Hugo, one language's pages alone", figures["clean"], figures["hugo"], 3)
    yield _at_most(what, "bare signatures and bare writes", figures["clean"], figures["floor"], 3.5)
    yield _share("build with one award changed", figures["one"], figures["clean"], 8)
    yield _share("build with nothing changed", figures["none"], figures["clean"], 4)
    yield _judged(bench, _memory(bench.awards, peak, 120))
    yield from _ten_times(bench, statistics.median(walls), statistics.median(figures["clean"]))


def size_of(site: Path) -> tuple[int, int]:
    """Count a site's files and bytes."""
    sizes = [file.stat().st_size for file in site.rglob("*") if file.is_file()]
    return len(sizes), sum(sizes)


def _change_one(root: Path, number: int) -> None:
    """Show one award to everybody: what was signed stays as it is."""
    file = root / "badges" / "badge-0" / "awards" / "session-0000.yaml"
    code = f"  - id: r{number * 10:07d}\n"
    file.write_text(
        file.read_text("utf-8").replace(code, f"{code}    visibility: public\n"), "utf-8"
    )


def _ten_times(bench: Bench, wall: float, cpu: float) -> Iterator[Row]:
    """Ten times as many awards: memory, and whether the time grows with them alone."""
    root, site = bench.folder / "many", bench.folder / "site-many"
    write_repository(root, bench.many)
    many = build(root, site)
    shutil.rmtree(site)
    yield _judged(bench, _memory(bench.many, many.peak, 200))
    row = Row(
        f"clean build, {bench.many} awards", f"{bench.awards} awards",
        f"{many.cpu:.1f} s CPU, {many.wall:.1f} s", f"{cpu:.1f} s CPU, {wall:.1f} s", f"{many.cpu / cpu:.1f} ×",
        "at most 11 × the time", many.cpu <= 11 * cpu,
    )  # fmt: skip
    yield _judged(bench, row)


def _memory(awards: int, peak: float, target: float) -> Row:
    told = (f"{peak:.0f} MiB", "", "", f"at most {target} MiB")
    return Row(f"peak memory of a clean build, {awards} awards", "", *told, peak <= target)


def _judged(bench: Bench, row: Row) -> Row:
    """Leave open whether a target for more awards was met."""
    return row if bench.full else dataclasses.replace(row, met=None)


def start(bench: Bench) -> Iterator[Row]:
    """Measure starting up."""
    ours, theirs = [], []
    for _ in range(5 * bench.rounds):
        theirs.append(run([sys.executable, "-c", "pass"]).cpu)
        ours.append(run([*OBIT, "--help"]).cpu)
    yield _at_most("start up, and print the help", "`python -c pass`", ours, theirs, 5)


def cluster(bench: Bench) -> Iterator[Row]:
    """Measure a cluster of a scheduler and two workers on this machine beside two processes."""
    said = run([*OBIT, "build", "--help"]).output
    for option in ("--scheduler", "--jobs"):
        if option not in said:
            raise FailedError(f"this obit has no {option}")
    root, address = bench.folder / "many", "tcp://127.0.0.1:18786"
    dask = [sys.executable, "-m", "dask"]
    with contextlib.ExitStack() as stack:
        for command in (
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", "18786", "--no-dashboard"],
            *([[*dask, "worker", address, "--nthreads", "1", "--no-dashboard"]] * 2),
        ):
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        sides: dict[str, list[float]] = {"--scheduler": [], "--jobs": []}
        for number, (option, value) in enumerate((("--jobs", "2"), ("--scheduler", address))):
            shutil.rmtree(root / ".obit", ignore_errors=True)
            site = bench.folder / f"site-cluster-{number}"
            sides[option].append(build(root, site, option, value).wall)
            shutil.rmtree(site)
    yield _at_most(
        f"clean build on Dask, two workers, {bench.many} awards, wall", "two processes",
        sides["--scheduler"], sides["--jobs"], 1.3,
    )  # fmt: skip


def _spell(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


def _both(ours: list[float], theirs: list[float]) -> tuple[str, str]:
    return _spell(statistics.median(ours)), _spell(statistics.median(theirs))


def _at_least(
    what: str, against: str, ours: list[float], theirs: list[float], target: float
) -> Row:
    ratio = pairwise(theirs, ours)
    told = (f"{ratio:.0f} ×" if ratio >= 10 else f"{ratio:.1f} ×", f"at least {target} ×")
    return Row(what, against, *_both(ours, theirs), *told, ratio >= target)


def _at_most(what: str, against: str, ours: list[float], theirs: list[float], target: float) -> Row:
    ratio = pairwise(ours, theirs)
    told = (f"{ratio:.1f} × its time", f"at most {target} ×")
    return Row(what, against, *_both(ours, theirs), *told, ratio <= target)


def _beside(what: str, against: str, ours: list[float], theirs: list[float]) -> Row:
    """Tell a ratio for which there is no target."""
    told = (f"{pairwise(ours, theirs):.1f} × its time", "", None)
    return Row(what, against, *_both(ours, theirs), *told)


def _share(what: str, ours: list[float], theirs: list[float], target: float) -> Row:
    share = 100 * pairwise(ours, theirs)
    told = (f"{share:.1f} %", f"at most {target} %")
    return Row(what, "clean build", *_both(ours, theirs), *told, share <= target)


GROUPS: tuple[Callable[[Bench], Iterator[Row]], ...] = (start, steps, pages, whole, cluster)
