"""``obit doctor``."""

import sys

import click

from obit_build.cli.context import Context, setting
from obit_build.cli.terminal import wants_color
from obit_build.doctor.report import to_json, to_text
from obit_build.pipeline.doctor import doctor as look


@click.command()
@click.option("--offline", is_flag=True, help="Don't ask GitHub, even if there is a token.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How the findings are written.",
)
@click.pass_obj
def doctor(context: Context, *, offline: bool, form: str) -> None:
    """Look at the surroundings: clone, keys, tools, workflows, host. Changes nothing.

    Whether the files themselves are right, obit check says; whether the site is, obit audit. With
    GITHUB_TOKEN set, GitHub is asked how branches and environments are protected. Ends with 1 only
    if something is wrong; warnings and hints end with 0. No value of any variable is shown.

    Example: obit doctor
    """
    diagnosis = look(setting(context), online=not offline)
    color = wants_color(sys.stdout)
    text = to_json(diagnosis) if form == "json" else to_text(diagnosis, color=color)
    click.echo(text, nl=False, color=color)
    if not diagnosis.is_fine:
        raise click.exceptions.Exit(1)
