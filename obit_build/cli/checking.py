"""``obit check`` and ``obit explain``."""

import difflib
import sys

import click

from obit_build import findings, pipeline, plan
from obit_build.checks import catalogue
from obit_build.cli.context import Context, Instant, setting
from obit_build.cli.terminal import say, wants_color


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "gitlab"]),
    default="text",
    help="How findings are written.",
)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--at", type=Instant(), help="Check as of this time instead of now.")
@click.pass_obj
def check(context: Context, form: str, *, strict: bool, at: object) -> None:
    """Look for mistakes in the files: spelling, references, dates, pictures, privacy.

    Example: obit check --format github
    """
    checked = pipeline.check(setting(context, at=at))  # type: ignore[arg-type] # click converts it
    report = checked.report
    if form == "text":
        color = wants_color(sys.stdout)
        text = findings.to_text(report, checked.files, color=color)
        if report.problems or not context.quiet:
            click.echo(text, nl=False, color=color)
        if report.problems:
            say(f"more about one of them: obit explain {report.problems[0].check}")
    else:
        writers = {
            "json": findings.to_json,
            "github": findings.to_github,
            "gitlab": findings.to_gitlab,
        }
        click.echo(writers[form](report), nl=False)
    if report.errors or (strict and report.problems):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """Tell what a finding means and why it matters.

    Example: obit explain award-names-a-known-recipient
    """
    rules = {**catalogue(), **plan.RULES}
    if code not in rules:
        near = difflib.get_close_matches(code, rules, 1)
        hint = f'did you mean "{near[0]}"?' if near else "obit check prints the codes"
        raise click.UsageError(f'there is no finding called "{code}"; {hint}')
    click.echo(f"{code}\n\n{rules[code]}")
