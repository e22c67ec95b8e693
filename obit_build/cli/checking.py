"""``obit check`` and ``obit explain``."""

import datetime
import difflib
import sys
from pathlib import Path

import click

from obit_build import findings, pipeline, plan
from obit_build.checks import catalogue
from obit_build.cli.context import Context, Instant, setting
from obit_build.cli.options import append, base_option, summary_option
from obit_build.cli.terminal import say, wants_color


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "gitlab"]),
    default="text",
    help="How findings are written.",
)
@base_option
@summary_option
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--at", type=Instant(), help="Check as of this time instead of now.")
@click.pass_obj
def check(
    context: Context,
    form: str,
    base: str,
    summary: Path | None,
    *,
    strict: bool,
    at: datetime.datetime | None,
) -> None:
    """Look for mistakes in the files: spelling, references, dates, pictures, privacy.

    With --base, what stands in files that this change touches comes first.

    Example: obit check --format github --base origin/main --summary "$GITHUB_STEP_SUMMARY"
    """
    checked = pipeline.check(setting(context, at=at))
    changed = pipeline.changed_files(context.root, base) if base else frozenset()
    text = _written(context, checked, form, changed, summary=summary)
    click.echo(text, nl=False, color=wants_color(sys.stdout))
    report = checked.report
    if form == "text" and report.problems:
        say(f"more about one of them: obit explain {report.problems[0].check}")
    if summary:
        append(summary, findings.to_markdown(report, len(checked.files), changed))
    if report.errors or (strict and report.problems):
        raise click.exceptions.Exit(1)


def _written(
    context: Context,
    checked: pipeline.Checked,
    form: str,
    changed: frozenset[str],
    *,
    summary: Path | None,
) -> str:
    report = checked.report
    if form == "json":
        return findings.to_json(report)
    if form == "text":
        if context.quiet and not report.problems:
            return ""
        return findings.to_text(report, checked.files, color=wants_color(sys.stdout))
    folder = pipeline.folder_in_repository(context.root)
    report = findings.in_folder(report, folder)
    if form == "gitlab":
        return findings.to_gitlab(report)
    rest = "in the job summary" if summary else "run obit check"
    return findings.to_github(report, {folder + path for path in changed}, rest=rest)


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
