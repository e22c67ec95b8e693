"""``obit verify``."""

import datetime
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from obit_build import verdicts
from obit_build.cli.context import Instant, clock
from obit_build.cli.terminal import wants_color
from obit_build.errors import SourceError
from obit_build.fetch import Offline, SiteFolder, WebFetcher, base_of, credentials_in, load_source
from obit_build.verify import verify as verify_bytes
from obit_build.verify_report import VerificationReport

Fetch = Callable[[str], bytes]


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="FILE|DIR|URL...")
@click.option(
    "--site",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Look up the issuer's keys and lists in this folder instead of the network.",
)
@click.option("--base", help="The address that --site stands for, if it can't be told from it.")
@click.option("--offline", is_flag=True, help="Don't use the network.")
@click.option("--recipient", help="Check that the badge was given to this e-mail address.")
@click.option("--at", type=Instant(), help="Judge as of this time instead of now.")
@click.option("--json", "as_json", is_flag=True, help="Write the reports as JSON.")
@click.option("--all", "every", is_flag=True, help="Show every step of every badge.")
def verify(  # noqa: PLR0913 - one parameter per option
    sources: tuple[str, ...],
    site: Path | None,
    base: str | None,
    recipient: str | None,
    at: datetime.datetime | None,
    *,
    offline: bool,
    as_json: bool,
    every: bool,
) -> None:
    """Check badges: signature, issuer's key, revocation, dates.

    Takes JSON, PNG and SVG files, folders, and https addresses. A folder that is a built site
    answers for its own keys and lists. Ends with 0 only if every badge is valid; what could not
    be checked is never shown as fine.

    Example: obit verify badge.png
    """
    now = at or clock()
    reports = [
        verify_bytes(data, name=name, at=now, fetch=fetch, recipient=recipient)
        for name, data, fetch in _inputs(sources, site, base, offline=offline)
    ]
    color = wants_color(sys.stdout)
    if as_json:
        click.echo(verdicts.to_json(reports), nl=False)
    elif every or len(reports) == 1:
        click.echo("\n\n".join(verdicts.ladder(r, color=color) for r in reports), color=color)
    else:
        click.echo(verdicts.batch(reports, color=color), color=color)
    if not all(_is_valid(report) for report in reports):
        raise click.exceptions.Exit(1)


def _is_valid(report: VerificationReport) -> bool:
    return report.passed


def _inputs(
    sources: tuple[str, ...], site: Path | None, base: str | None, *, offline: bool
) -> Iterator[tuple[str, bytes, Fetch]]:
    """Yield (name, bytes, way to fetch) of everything that was named."""
    given: Fetch | None = SiteFolder(site, base) if site else Offline() if offline else None
    web: Fetch = given or WebFetcher()
    for source in sources:
        folder = Path(source)
        if not folder.is_dir():
            yield source, load_source(source, web), web
            continue
        here: Fetch = given or (SiteFolder(folder, base) if base or base_of(folder) else web)
        found = list(credentials_in(folder))
        if not found:
            raise SourceError(f"{source} holds no badges", fix="name a built site or a badge file")
        for path in found:
            yield str(path), load_source(str(path), here), here
