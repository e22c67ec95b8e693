"""``obit plan``."""

import datetime
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
from obit_build.cli.options import append, base_option, reviews_option, summary_option
from obit_build.planning import document as plan_document
from obit_build.planning import pages as plan_pages
from obit_build.planning.forge_reviews import read_reviews
from obit_build.planning.review import Review

CHANGES_PENDING = 3


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="How the plan is written.",
)
@base_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the plan to this file, for obit issue --plan.",
)
@reviews_option
@summary_option
@click.option(
    "--no-ledger",
    is_flag=True,
    help="Take what --base says for issued: for proposals that may not read the ledger.",
)
@click.option("--exit-code", is_flag=True, help="End with 3 when something would change.")
@at_option
@ledger_option
@preview_option
@click.pass_obj
def plan(  # noqa: PLR0913 - one parameter per option
    context: Context,
    form: str,
    base: str,
    out: Path | None,
    reviews: Path | None,
    summary: Path | None,
    *,
    at: datetime.datetime | None,
    ledger: str | None,
    preview: bool | None,
    no_ledger: bool,
    exit_code: bool,
) -> None:
    """Say what issuing would do; needs no key and names recipients by code only.

    With --base, the part that this change brings is shown: what publishing it would do.

    Example: obit plan --base origin/main --format markdown
    """
    if no_ledger and not base:
        raise click.UsageError("--no-ledger needs --base: nothing else says what was issued")
    run = setting(context, at=at, ledger=ledger, preview=preview)
    requests = read_reviews(reviews.read_bytes()) if reviews else ()
    made = pipeline.plan(run, base=base, reads_ledger=not no_ledger, pull_requests=requests)
    writers = {
        "text": plan_pages.to_text,
        "markdown": plan_pages.to_markdown,
        "json": document,
    }
    click.echo(writers[form](made), nl=False)
    if out:
        out.write_text(document(made), encoding="utf-8")
    if summary:
        append(summary, plan_pages.to_markdown(made))
    if exit_code and (made.actions or made.keys):
        raise click.exceptions.Exit(CHANGES_PENDING)


def document(made: Review) -> str:
    """Write the plan as the document that obit issue --plan reads."""
    return plan_document.to_json(
        made.document, unchanged=made.plan.unchanged, more={"base": made.base}
    )
