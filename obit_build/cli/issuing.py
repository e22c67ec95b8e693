"""``obit issue``."""

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
)
from obit_build.cli.terminal import ProgressBar, say
from obit_build.plan_pages import headline


@click.command()
@click.option("--refresh", is_flag=True, help="Sign all status lists again.")
@at_option
@ledger_option
@preview_option
@click.pass_obj
def issue(
    context: Context,
    at: datetime.datetime | None,
    ledger: Path | None,
    preview: bool | None,  # noqa: FBT001 - click passes options by name
    *,
    refresh: bool,
) -> None:
    """Sign what is new and record it in the ledger. It uses the issuers' keys.

    Example: OBIT_KEY="$(cat key.pem)" obit issue
    """
    run = setting(context, at=at, ledger=ledger, preview=preview)
    if refresh and at is None:
        run = replace(run, at=max(run.at, run.now))  # what is fresh counts from now
    checked = pipeline.sound(run)
    if checked.repository is None:  # pragma: no cover - sound() has raised
        return
    bar = ProgressBar(quiet=context.quiet)
    done = pipeline.issue(run, checked.repository, refresh=refresh, progress=bar)
    bar.clear()
    if not context.quiet:
        note = " (preview)" if done.mode == "preview" else ""
        say(f"done{note}: {headline(done.plan)}")
        say(
            f"{done.lists_signed} status lists signed; {len(done.ledger.awards)} awards in the ledger"
        )
