"""``obit i18n``."""

import click

from obit_build import pipeline, translations
from obit_build.cli.context import Context, setting
from obit_build.cli.options import WholeNumber
from obit_build.cli.terminal import say


@click.group()
def i18n() -> None:
    """Help with the languages of the site."""


@i18n.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How the table is written.",
)
@click.option(
    "--fail-under",
    type=WholeNumber(0, 100),
    metavar="N",
    help="End with 1 if less than N per cent of your texts, or of the site's phrases, exist in any "
    "language of the site.",
)
@click.pass_obj
def status(context: Context, form: str, fail_under: int | None) -> None:
    """Show which texts and phrases are not translated yet.

    Your texts are those of obit.yaml, issuers, badges, pathways and frameworks; the phrases are the
    site's own words. Titles of framework entries and names of organisations are not counted.

    Example: obit i18n status --fail-under 90
    """
    found = translations.status(pipeline.read(setting(context)))
    writers = {"text": translations.to_text, "json": translations.to_json}
    click.echo(writers[form](found), nl=False)
    short = [x for x in found.languages if found.percent(x) < (fail_under or 0)]
    if short:
        say(f"less than {fail_under} % is there in: {', '.join(short)}")
        raise click.exceptions.Exit(1)
