"""``obit audit``."""

import datetime
import sys
from dataclasses import replace
from pathlib import Path

import click

from obit_build.auditing.report import to_json, to_text
from obit_build.cli.context import Context, Instant, ledger_option, setting
from obit_build.cli.terminal import wants_color
from obit_build.pipeline.audit import AuditSetting
from obit_build.pipeline.audit import audit as audit_site

SAMPLE = 20
NOT_KNOWN = 4


class Sample(click.ParamType[int]):
    """A number, or ``all``."""

    name = "number|all"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read a number; ``all`` becomes -1, since click takes None for "not given"."""
        text = str(value)
        if text == "all":
            return -1
        if not text.isdigit() or int(text) < 1:
            self.fail(f"{text!r} is neither a number from 1 nor all", param, ctx)
        return int(text)


@click.command()
@click.argument("url", required=False)
@click.option(
    "--built",
    type=click.Path(path_type=Path, file_okay=False),
    help="The built site: live files must be the same, byte for byte.",
)
@ledger_option
@click.option(
    "--sample",
    type=Sample(),
    metavar="NUMBER|all",
    default=SAMPLE,
    show_default=True,
    help="How many awards, and how many other files of --built, to look at; or all.",
)
@click.option(
    "--badge",
    "badges",
    multiple=True,
    metavar="FILE|URL",
    help="A badge that somebody showed: was it really issued? Needs a ledger.",
)
@click.option("--at", type=Instant(), help="Judge as of this time instead of now.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How the findings are written.",
)
@click.pass_obj
def audit(  # noqa: PLR0913 - one parameter per option
    context: Context,
    url: str | None,
    built: Path | None,
    ledger: str | None,
    sample: int,
    badges: tuple[str, ...],
    at: datetime.datetime | None,
    *,
    form: str,
) -> None:
    """Look at the published site from outside, as the world sees it. Changes nothing.

    Without URL it is the site of obit.yaml. What is there is held against the ledger and, with
    --built, against the built site. An address of this computer (http://127.0.0.1:8000/) stands for
    the site of which it shows a copy. Ends with 0 if nothing is wrong, 1 if something is, 4 if the site can't be reached.

    Example: obit audit --built build
    """
    run = setting(context, ledger=ledger)
    report = audit_site(
        AuditSetting(
            run=replace(run, now=at or run.now),
            url=url,
            built=context.root / built if built else None,
            sample=None if sample < 0 else sample,
            badges=badges,
        )
    )
    text = to_json(report) if form == "json" else to_text(report, color=wants_color(sys.stdout))
    click.echo(text, nl=False, color=wants_color(sys.stdout))
    if not report.is_fine:
        raise click.exceptions.Exit(1 if report.outcome == "failed" else NOT_KNOWN)
