"""``obit build``."""

import datetime
import gc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from obit_build.centre.census import Census, take
from obit_build.cli.context import (
    Context,
    at_option,
    ledger_option,
    preview_option,
    setting,
    show,
)
from obit_build.cli.options import WholeNumber
from obit_build.cli.terminal import ProgressBar, say
from obit_build.counting import several
from obit_build.problems import Report
from obit_build.publishing.summary import Summary
from obit_build.publishing.unchanged import unchanged
from obit_build.setting import Setting


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The site's folder (default: build).",
)
@click.option(
    "--explain",
    "explained",
    metavar="PATH",
    help="Say why this file of the site was written, or why not: its path in the folder or on the site.",
)
@click.option(
    "--jobs",
    type=WholeNumber(1, 1024),
    metavar="N",
    help="How many processes make a large site (default: one for each core).",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Let the workers of this Dask scheduler make the awards: tls://host:8786, or tcp:// in a closed network.",
)
@at_option
@ledger_option
@preview_option
@click.pass_obj
def build(  # noqa: PLR0913, PLR0917 - one parameter per option
    context: Context,
    out: Path | None,
    explained: str | None,
    jobs: int | None,
    scheduler: str | None,
    at: datetime.datetime | None,
    ledger: str | None,
    preview: bool | None,  # noqa: FBT001 - click passes options by name
) -> None:
    """Make the site from the files and the ledger, and verify everything in it.

    Only what changed is made and written; every other file is left alone.

    With a ledger of issued credentials no key is used. In a fresh clone a preview is made, signed
    with a key of this clone and marked as such.

    Example: obit build
    """
    run = setting(context, at=at, ledger=ledger, preview=preview)
    target = context.root / (out or "build")
    census = take(context.root)
    note = unchanged(run, target, census) if census and explained is None else None
    if note:
        _tell(context, target, note.summary, note.report, note.sources(context.root), note.read)
    else:
        run = replace(run, jobs=jobs or 0, scheduler=scheduler)
        _build(context, run, target, _on_the_site(explained, target), census)


def _build(
    context: Context, run: Setting, target: Path, explained: str | None, census: Census | None
) -> None:
    # These take longer to import than to see that nothing has changed; all of it stays, so nobody need look for cycles.
    gc.disable()
    from obit_build import pipeline  # noqa: PLC0415 - see above
    from obit_build.spread.processes import cores  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    run = replace(run, jobs=run.jobs or cores())
    bar = ProgressBar(quiet=context.quiet)
    try:
        built = pipeline.build(run, target, explained=explained, progress=bar, census=census)
    finally:
        bar.clear()
    if built.explanation:
        click.echo("\n".join(built.explanation.lines()))
    files = built.repository.files
    _tell(context, target, built.summary, built.report, files, len(files))


def _on_the_site(path: str | None, target: Path) -> str | None:
    """Return the path on the site of what a person named: a path of either kind, a page or its file."""
    if path is None:
        return None
    inside = Path(path)
    for folder in (target, target.resolve(), Path(target.name)):
        if inside.is_relative_to(folder):
            inside = inside.relative_to(folder)
            break
    name = inside.as_posix().lstrip("/")
    is_page = path.endswith("/") or (target / name).is_dir()
    return f"{name}/index.html".removeprefix("./") if is_page else name


def _tell(
    context: Context,
    target: Path,
    summary: Summary,
    report: Report,
    files: Mapping[str, bytes],
    read: int,
) -> None:
    """Sum up for people: what was found, what is on the site, in which languages, how it was judged."""
    if context.quiet:
        return
    if report.problems:
        show(report, files, read)
    say()
    say(f"{summary.base}/", bold=True)
    if summary.mode == "preview":
        say("preview: signed with this clone's own key, which no real issuer publishes")
    say(f"{'':<12}" + "".join(f"{language:>7}" for language in summary.languages))
    for what, numbers in summary.texts.items():
        say(f"{what:<12}" + "".join(f"{number:>7}" for number in numbers))
    say()
    if summary.signed is not None:
        say(f"{summary.signed} signed now, {summary.unchanged} unchanged")
    others = sorted(set(summary.states) - {"active"})
    said = ", ".join(f"{summary.states[state]} {state}" for state in others)
    awards = several(sum(summary.states.values()), "award")
    say(f"{awards} in the ledger" + (f" ({said})" if said else ""))
    size = f"{summary.bytes / 1e6:.1f} MB"
    say(f"{several(summary.files, 'file')}, {size}, {summary.as_before} as before")
    also = f", {several(summary.certificates, 'certificate')}" if summary.certificates else ""
    credentials = several(summary.verified, "credential")
    say(f"{credentials} and {several(summary.images, 'image')}{also} verified", bold=True)
    say(f"the site is in {target}")
