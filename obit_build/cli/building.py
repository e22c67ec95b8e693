"""``obit build``."""

import datetime
from dataclasses import replace
from pathlib import Path

import click

from obit_build import pipeline
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
from obit_build.processes import cores


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
    run = replace(
        setting(context, at=at, ledger=ledger, preview=preview),
        jobs=jobs or cores(),
        scheduler=scheduler,
    )
    target = context.root / (out or "build")
    bar = ProgressBar(quiet=context.quiet)
    try:
        built = pipeline.build(run, target, explained=_on_the_site(explained, target), progress=bar)
    finally:
        bar.clear()
    if built.explanation:
        click.echo("\n".join(built.explanation.lines()))
    if context.quiet:
        return
    if built.report.problems:
        show(built.report, built.repository.files)
    _tell(built, target)


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


def _tell(built: pipeline.Built, target: Path) -> None:
    """Sum up for people: what is on the site, in which languages, and how it was judged."""
    repository = built.repository
    languages = repository.settings.languages
    say()
    say(f"{repository.settings.base}/", bold=True)
    if built.ledger.mode == "preview":
        say("preview: signed with this clone's own key, which no real issuer publishes")
    say(f"{'':<12}" + "".join(f"{language:>7}" for language in languages))
    counts = {
        "badges": [badge.name for badge in repository.achievements.values()],
        "issuers": [
            profile.description or profile.name for profile in repository.profiles.values()
        ],
    }
    for what, texts in counts.items():
        row = [sum(language in text.by_language for text in texts) for language in languages]
        say(f"{what:<12}" + "".join(f"{number:>7}" for number in row))
    say()
    if built.issued:
        say(
            f"{built.issued.plan.count('issue')} signed now, {built.issued.plan.unchanged} unchanged"
        )
    states = [award.state for award in built.ledger.awards.values()]
    others = sorted(set(states) - {"active"})
    said = ", ".join(f"{states.count(state)} {state}" for state in others)
    say(f"{several(len(states), 'award')} in the ledger" + (f" ({said})" if said else ""))
    say(f"{several(built.files, 'file')}, {built.bytes / 1e6:.1f} MB, {built.unchanged} as before")
    also = f", {several(built.certificates, 'certificate')}" if built.certificates else ""
    credentials, images = several(built.verified, "credential"), several(built.images, "image")
    say(f"{credentials} and {images}{also} verified", bold=True)
    say(f"the site is in {target}")
