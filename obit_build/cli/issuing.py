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
    live_option,
    preview_option,
    setting,
)
from obit_build.cli.options import base_option, reviews_option
from obit_build.cli.terminal import ProgressBar, say
from obit_build.counting import several
from obit_build.model.settings import LedgerDeclaration
from obit_build.planning.document import read_plan
from obit_build.planning.forge_reviews import read_reviews
from obit_build.planning.pages import headline


@click.command()
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Do exactly what this plan says (obit plan --out), or nothing.",
)
@base_option
@reviews_option
@click.option("--refresh", is_flag=True, help="Sign all status lists again.")
@at_option
@ledger_option
@live_option
@preview_option
@click.pass_obj
def issue(  # noqa: PLR0913 - one parameter per option
    context: Context,
    plan_file: Path | None,
    base: str,
    reviews: Path | None,
    *,
    at: datetime.datetime | None,
    ledger: str | None,
    live: str | None,
    preview: bool | None,
    refresh: bool,
) -> None:
    """Sign what is new and record it in the ledger. It uses the issuers' keys.

    Example: OBIT_KEY="$(cat key.pem)" obit issue
    """
    run = setting(context, at=at, ledger=ledger, live=live, preview=preview)
    if refresh and at is None:
        run = replace(run, at=max(run.at, run.now))  # what is fresh counts from now
    given = pipeline.Consent(
        plan=read_plan(plan_file.read_bytes()) if plan_file else None,
        base=base,
        pull_requests=read_reviews(reviews.read_bytes()) if reviews else (),
    )
    checked = pipeline.sound(run)
    if checked.repository is None:  # pragma: no cover - sound() has raised
        return
    bar = ProgressBar(quiet=context.quiet)
    done = pipeline.issue(run, checked.repository, given=given, refresh=refresh, progress=bar)
    bar.clear()
    if done.begun and done.mode == "live":
        _tell_to_pin(done.begun, ledger, checked.repository.settings.ledger)
    if not context.quiet:
        note = " (preview)" if done.mode == "preview" else ""
        say(f"done{note}: {headline(done.plan)}")
        lists = several(done.lists_signed, "status list")
        say(f"{lists} signed; {several(len(done.ledger.awards), 'award')} in the ledger")


def _tell_to_pin(genesis: str, ledger: str | None, declared: LedgerDeclaration | None) -> None:
    """Say what belongs into obit.yaml from now on: with it no other ledger is taken for this one."""
    at = ledger or (declared.at if declared else None)
    if at is None:  # a folder of this computer that nobody has named
        return
    say("the ledger has begun; write this into obit.yaml, so that no other is taken for it:")
    say(f"ledger:\n  at: {at}\n  genesis: {genesis}")
