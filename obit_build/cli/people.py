"""``obit people``."""

import datetime
from pathlib import Path

import click

from obit_build import durable
from obit_build.cli.context import Context, at_option, ledger_option, preview_option, setting
from obit_build.cli.forgetting import expire, forget
from obit_build.cli.people_codes import codes, import_list, links, list_codes, lookup
from obit_build.cli.terminal import ProgressBar, say
from obit_build.counting import several
from obit_build.errors import PublishError
from obit_build.pipeline import exporting
from obit_build.publishing.publish import is_site


@click.group()
def people() -> None:
    """Keep the people list: codes, look-ups, exports, erasure. Nothing of it is ever published."""


for _command in (list_codes, codes, import_list, lookup, links, forget, expire):
    people.add_command(_command)


@people.command(short_help="Write a person's badges into one file.")
@click.argument("code")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; its name ends in .json.",
)
@click.option("--as", "issuer", required=True, metavar="ISSUER", help="Who signs the record.")
@click.option("--language", help="The record's language (default: the person's, or the site's).")
@click.option("--all", "everything", is_flag=True, help="Also badges that are not valid.")
@at_option
@ledger_option
@preview_option
@click.pass_obj
def export(  # noqa: PLR0913 - one parameter per option
    context: Context,
    code: str,
    *,
    output: Path,
    issuer: str,
    language: str | None,
    everything: bool,
    at: datetime.datetime | None,
    ledger: str | None,
    preview: bool | None,
) -> None:
    """Write the badges of the person with this CODE as one signed file (CLR 2.0).

    Each badge is in it whole, as it was issued. The file is readable by you only: hand it to the
    person, and to nobody else.

    Example: obit people export 7f3k9m2q --as technocite -o record.json
    """
    target = context.root / output
    _refuse_place(target)
    run = setting(context, at=at, ledger=ledger, preview=preview)
    wish = exporting.Wish(code=code, issuer=issuer, language=language, everything=everything)
    bar = ProgressBar(quiet=context.quiet)
    try:
        done = exporting.export_person(run, wish, progress=bar)
    finally:
        bar.clear()
    durable.write(target, done.text, mode=0o600)
    if context.quiet:
        return
    if done.left_out:
        say(f"{_badges(done.left_out)} not valid now and left out; --all takes them in")
    note = " (preview)" if done.mode == "preview" else ""
    say(f"{several(done.badges, 'badge')} in {output.name}{note}, signed by {issuer}")
    say("it is about a person: hand it to that person, and to nobody else")


def _refuse_place(target: Path) -> None:
    if target.suffix != ".json":
        raise PublishError(f"{target.name} does not end in .json", fix="choose another name")
    if any(is_site(folder) for folder in target.resolve().parents):
        raise PublishError(
            f"{target.name} would lie in a site, where everybody can read it",
            fix="choose another folder",
        )


def _badges(count: int) -> str:
    return several(count, "badge is", "badges are")
