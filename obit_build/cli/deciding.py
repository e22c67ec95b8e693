"""``obit revoke``, ``obit suspend``, ``obit restore`` and ``obit withdraw``."""

import datetime
from collections.abc import Callable
from typing import Any

import click

from obit_build.cli.context import Context, clock, ledger_option, setting
from obit_build.cli.options import Day
from obit_build.cli.terminal import say
from obit_build.pipeline import deciding


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what the four commands share."""
    for add in (
        click.argument("awards", nargs=-1, required=True, metavar="ID_OR_CODE..."),
        click.option("--badge", metavar="SLUG", help="Which badge, if the person has several."),
        click.option("--issued", type=Day(), help="Issued on this day, if there are several."),
        click.option("--date", "day", type=Day(), help="The day of the decision (default: today)."),
        ledger_option,
    ):
        command = add(command)
    return command


_reason = click.option(
    "--reason", help="A short public reason, in the site's first language: no names, no details."
)


@click.command()
@_options
@_reason
@click.pass_obj
def revoke(context: Context, /, **wish: Any) -> None:
    """Write into the award file that an award is revoked, for good.

    ID is the last part of the award page's address, CODE the person's code.

    Example: obit revoke 7f3k9m2q --badge tableur-1 --reason "Data entry error"
    """
    _decide(context, "revoke", **wish)


@click.command()
@_options
@_reason
@click.pass_obj
def suspend(context: Context, /, **wish: Any) -> None:
    """Write into the award file that an award does not count for now.

    Example: obit suspend 7f3k9m2q --reason "Identity check under way"
    """
    _decide(context, "suspend", **wish)


@click.command()
@_options
@click.pass_obj
def restore(context: Context, /, **wish: Any) -> None:
    """Take a suspension out of the award file.

    Example: obit restore 7f3k9m2q
    """
    _decide(context, "restore", **wish)


@click.command()
@_options
@click.pass_obj
def withdraw(context: Context, /, **wish: Any) -> None:
    """Write into the award file that an award is to leave the site for good, as its holder asks.

    Its page then says nothing but that; credential and pictures go.

    Example: obit withdraw 7f3k9m2q
    """
    _decide(context, "withdraw", **wish)


def _decide(  # noqa: PLR0913 - one parameter per option
    context: Context,
    verb: deciding.Verb,
    *,
    awards: tuple[str, ...],
    badge: str | None,
    issued: datetime.date | None,
    day: datetime.date | None,
    ledger: str | None,
    reason: str | None = None,
) -> None:
    wish = deciding.Wish(
        verb=verb,
        awards=awards,
        day=day or clock().date(),
        reason=reason,
        badge=badge,
        issued=issued,
    )
    edits = deciding.decide(setting(context, ledger=ledger), wish)
    show_edits(context, edits)


def show_edits(context: Context, edits: list[deciding.FileEdit]) -> None:
    """Print the differences, and what comes next."""
    for edit in edits:
        click.echo(edit.diff(), nl=False)
    if edits and not context.quiet:
        say("written; it takes effect when it is merged and issued (obit plan, obit issue)")
