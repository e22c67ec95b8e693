"""``obit plan``."""

import datetime

import click

from obit_build import pipeline, plan_pages
from obit_build.cli.context import (
    Context,
    at_option,
    ledger_option,
    preview_option,
    setting,
)

CHANGES_PENDING = 3


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="How the plan is written.",
)
@click.option("--exit-code", is_flag=True, help="End with 3 when something would change.")
@at_option
@ledger_option
@preview_option
@click.pass_obj
def plan(
    context: Context,
    form: str,
    at: datetime.datetime | None,
    ledger: str | None,
    preview: bool | None,  # noqa: FBT001 - click passes options by name
    *,
    exit_code: bool,
) -> None:
    """Say what issuing would do; needs no key and names recipients by code only.

    Example: obit plan --format markdown
    """
    made, _ = pipeline.plan(setting(context, at=at, ledger=ledger, preview=preview))
    writers = {
        "text": plan_pages.to_text,
        "markdown": plan_pages.to_markdown,
        "json": plan_pages.to_json,
    }
    click.echo(writers[form](made), nl=False)
    if exit_code and not made.is_empty:
        raise click.exceptions.Exit(CHANGES_PENDING)
