"""``obit people list``, ``codes``, ``import``, ``lookup`` and ``links``."""

from pathlib import Path
from typing import IO

import click

from obit_build.cli.context import Context, ledger_option, preview_option, setting
from obit_build.cli.options import WholeNumber
from obit_build.cli.terminal import say
from obit_build.people.rows import MAX_BYTES
from obit_build.pipeline import people_keeping


@click.command("list", short_help="List codes, and how many awards they have.")
@click.pass_obj
def list_codes(context: Context) -> None:
    """List the codes of the people list, how many awards each has, and the day of the last one.

    Example: obit people list
    """
    for holder in people_keeping.holders(setting(context)):
        last = holder.last.isoformat() if holder.last else "-"
        click.echo(f"{holder.code}\t{holder.awards}\t{last}")


@click.command(short_help="Draw codes that nobody has yet.")
@click.argument("count", type=WholeNumber(1, 10_000), default=1)
@click.pass_obj
def codes(context: Context, count: int) -> None:
    """Draw COUNT codes that nobody has yet: random, and without any meaning.

    Example: obit people codes 12
    """
    for code in people_keeping.fresh_codes(setting(context), count):
        click.echo(code)


@click.command("import", short_help="Add the people of a CSV file.")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def import_list(context: Context, file: IO[bytes]) -> None:
    """Add the people of a CSV FILE to the people list, and print a code for each row.

    Its columns are those of recipients.csv; code may be missing. Whoever is listed under the same
    e-mail address keeps the code. The codes come in the order of the rows, for an award file.

    Example: obit people import presences.csv
    """
    data = file.read(MAX_BYTES + 1)
    done = people_keeping.import_people(setting(context), data, Path(str(file.name)).name)
    for code in done.codes:
        click.echo(code)
    if not context.quiet:
        known = len(done.codes) - done.new
        say(f"{done.new} added to the people list, {known} known already")


@click.command(short_help="Say who is behind a code.")
@click.argument("words", nargs=-1, required=True, metavar="CODE_OR_ADDRESS_OR_NAME...")
@click.pass_obj
def lookup(context: Context, words: tuple[str, ...]) -> None:
    """Say who is behind a code, or which code somebody has. Refused in CI, whose logs others read.

    Example: obit people lookup 7f3k9m2q
    """
    run = setting(context)
    for word in words:
        for person in people_keeping.look_up(run, word):
            click.echo(f"{person.code}\t{person.name or ''}\t{person.email or ''}")


@click.command(short_help="Print the addresses of a person's pages.")
@click.argument("code")
@ledger_option
@preview_option
@click.pass_obj
def links(context: Context, code: str, *, ledger: str | None, preview: bool | None) -> None:
    """Print the addresses of a person's pages, to be sent to that person and to nobody else.

    Example: obit people links 7f3k9m2q
    """
    for address in people_keeping.links(setting(context, ledger=ledger, preview=preview), code):
        click.echo(address)
