"""``obit check`` and ``obit explain``."""

import datetime
import difflib
import sys
from dataclasses import replace
from pathlib import Path

import click

from obit_build import findings, pipeline
from obit_build.checks import catalogue
from obit_build.cli.context import Context, Instant, setting
from obit_build.cli.options import append, base_option, summary_option
from obit_build.cli.terminal import say, wants_color
from obit_build.pipeline import past_names
from obit_build.planning import approvals, plan
from obit_build.problems import Report


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
@click.option(
    "--history", is_flag=True, help="Also look for people in everything that Git remembers."
)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--at", type=Instant(), help="Check as of this time instead of now.")
@click.pass_obj
def check(
    context: Context,
    form: str,
    base: str,
    summary: Path | None,
    *,
    history: bool,
    strict: bool,
    at: datetime.datetime | None,
) -> None:
    """Look for mistakes in the files: spelling, references, dates, pictures, privacy.

    With --base, what stands in files that this change touches comes first. With --history, former
    versions of all files and the messages of commits are looked through for names and addresses.

    Example: obit check --format github --base origin/main --summary "$GITHUB_STEP_SUMMARY"
    """
    run = setting(context, at=at)
    checked = pipeline.check_change(run, base) if base else pipeline.check(run)
    if history:
        checked = _with_past(run, checked)
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


def _with_past(run: pipeline.Setting, checked: pipeline.Checked) -> pipeline.Checked:
    """Add what the history gives away."""
    found, too_large = pipeline.past_problems(run, checked)
    if too_large:
        say(f"{too_large} former files are too large and were not looked into")
    return replace(checked, report=Report.of([*checked.report.problems, *found]))


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
    rules = {**catalogue(), **plan.RULES, **approvals.RULES, **past_names.RULES}
    if code not in rules:
        near = difflib.get_close_matches(code, rules, 1)
        hint = f'did you mean "{near[0]}"?' if near else "obit check prints the codes"
        raise click.UsageError(f'there is no finding called "{code}"; {hint}')
    click.echo(f"{code}\n\n{rules[code]}")
