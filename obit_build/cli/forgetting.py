"""``obit people forget`` and ``obit people expire``."""

import datetime
from collections.abc import Iterator

import click

from obit_build.centre.names import PEOPLE
from obit_build.cli.context import Context, at_option, clock, ledger_option, setting
from obit_build.cli.options import Day
from obit_build.cli.terminal import say
from obit_build.counting import several
from obit_build.pipeline import people_keeping
from obit_build.pipeline.people_keeping import Forgotten
from obit_build.setting import Setting

PAGE = "docs/how-to/forget-a-person.md"


@click.command(short_help="Forget a person, and withdraw the awards.")
@click.argument("code")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option(
    "--date",
    "day",
    type=Day(),
    help="The day of the decision (default: today).",
)
@ledger_option
@click.pass_obj
def forget(
    context: Context,
    code: str,
    *,
    dry_run: bool,
    day: datetime.date | None,
    ledger: str | None,
) -> None:
    """Forget the person with this CODE: remove the row, withdraw all awards, say what is left to do.

    The award files keep the code and the day, and no details. When this is issued, the pages become
    tombstones and the credentials leave the ledger; their places in the status lists stay taken.

    Example: obit people forget 7f3k9m2q
    """
    run = setting(context, ledger=ledger)
    _forget(context, run, code, day or clock().date(), dry_run=dry_run)


def _forget(
    context: Context,
    run: Setting,
    code: str,
    day: datetime.date,
    *,
    dry_run: bool,
) -> None:
    done = people_keeping.forget(run, code, day, dry_run=dry_run)
    for edit in done.edits:
        click.echo(edit.diff(), nl=False)
    if context.quiet:
        return
    would = "would be" if dry_run else "is"
    if done.row_removed:
        say(f"the row of {code} {would} removed from the people list")
    if done.code_removed:
        say(f"the code {would} removed from {PEOPLE}, too")
    awards = several(done.withdrawn, "award", none="no")
    say(f"{awards} {would if done.withdrawn == 1 else _plural(would)} withdrawn")
    say("left to do:")
    for number, line in enumerate(_left(done), start=1):
        say(f"  {number}. {line}")


def _plural(would: str) -> str:
    return "are" if would == "is" else would


def _left(done: Forgotten) -> Iterator[str]:
    """Say in plain words what only people can do."""
    yield "have this merged, then run obit issue and obit build: pages, files and pictures go"
    for path in done.endorsements:
        yield f"remove {path}: it is an opinion about one of the awards"
    for code in done.other_codes:
        yield f"forget {code} too, if it is the same person: it has the same e-mail address"
    if done.list_in_git:
        yield f"older commits hold the row: rewrite the history of the list's repository ({PAGE})"
    if done.ledger_in_git and done.bytes_in_ledger:
        files = ", ".join(done.bytes_in_ledger)
        yield f"older commits of the ledger hold {files}: rewrite its history as well"
    if done.list_in_git or done.ledger_in_git:
        yield "ask the forge to drop its caches and the references of pull requests; clones keep theirs"
    yield "copies that the holder passed on stay where they are; verifiers call them revoked"


@click.command(short_help="List codes past the time that is allowed.")
@click.option("--forget", "forgets", is_flag=True, help="Forget them, one after the other.")
@at_option
@ledger_option
@click.pass_obj
def expire(
    context: Context, at: datetime.datetime | None, ledger: str | None, *, forgets: bool
) -> None:
    """List the codes whose last award is older than `privacy.retention` in obit.yaml.

    Example: obit people expire
    """
    run = setting(context, at=at, ledger=ledger)
    over = people_keeping.due(run)
    for holder in over:
        click.echo(f"{holder.code}\t{holder.awards}\t{holder.last}")
    if not context.quiet:
        said = "nobody is" if not over else f"{len(over)} {'is' if len(over) == 1 else 'are'}"
        say(f"{said} past the time that obit.yaml allows")
    for holder in over if forgets else ():
        _forget(context, run, holder.code, run.now.date(), dry_run=False)
