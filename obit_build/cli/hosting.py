"""``obit hosts``."""

import click

from obit_build import pipeline
from obit_build.cli.context import Context
from obit_build.hosting.settings import SETTINGS


@click.command()
@click.argument("server", type=click.Choice(sorted(SETTINGS)))
@click.pass_obj
def hosts(context: Context, server: str) -> None:
    """Print the settings of a web server for this site: types, headers, errors.

    For netlify (and Cloudflare Pages) it is the file _headers, which the built site holds anyway.

    Example: obit hosts nginx > badges.conf
    """
    settings = pipeline.lenient(context.root).settings
    click.echo(SETTINGS[server](settings.site, settings.languages), nl=False)
