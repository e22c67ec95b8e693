"""``obit verify``."""

import datetime
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from obit_build.cli.context import Instant, clock
from obit_build.cli.terminal import wants_color
from obit_build.errors import FetchError, SourceError
from obit_build.network.fetch import (
    Offline,
    SiteFolder,
    WebFetcher,
    base_of,
    credentials_in,
    load_source,
)
from obit_build.verifying import verdicts
from obit_build.verifying.award_links import CONVENTIONAL, credential_link, is_page
from obit_build.verifying.report import VerificationReport
from obit_build.verifying.trust import judged, read_trust
from obit_build.verifying.verify import verify as verify_bytes
from obit_build.verifying.words import ENGLISH, LANGUAGES

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
@click.option(
    "--trust",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Say whether the issuer is in this YAML list of id and name. Changes no verdict.",
)
@click.option("--at", type=Instant(), help="Judge as of this time instead of now.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    help="Write words (default), the whole reports as JSON, or a line for each badge as CSV.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=ENGLISH,
    help="The language of the report. Default: en.",
)
@click.option("--all", "every", is_flag=True, help="Show every step of every badge.")
def verify(  # noqa: PLR0913 - one parameter per option
    sources: tuple[str, ...],
    site: Path | None,
    base: str | None,
    recipient: str | None,
    trust: Path | None,
    at: datetime.datetime | None,
    *,
    form: str,
    language: str,
    offline: bool,
    as_json: bool,
    every: bool,
) -> None:
    """Check badges: signature, issuer's key, revocation, dates.

    Takes JSON, tokens (JWT), PNG, SVG and PDF files, folders, and https addresses of any of these
    or of an award's page. A folder that is a built site answers for its own keys and lists. Ends
    with 0 only if every badge is valid; what could not be checked is never shown as fine.

    Example: obit verify badge.png
    """
    now = at or clock()
    known = read_trust(trust.read_bytes(), str(trust)) if trust else None
    reports = []
    for name, data, fetch in _inputs(sources, site, base, offline=offline):
        report = verify_bytes(data, name=name, at=now, fetch=fetch, recipient=recipient)
        reports.append(report if known is None else judged(report, known))
    _show(reports, "json" if as_json else form, language, every=every)
    if not all(report.passed for report in reports):
        raise click.exceptions.Exit(1)


def _show(reports: list[VerificationReport], form: str, language: str, *, every: bool) -> None:
    color = wants_color(sys.stdout)
    if form == "json":
        click.echo(verdicts.to_json(reports, language=language), nl=False)
    elif form == "csv":
        click.echo(verdicts.to_csv(reports, language=language), nl=False)
    elif every or len(reports) == 1:
        ladders = [verdicts.ladder(r, color=color, language=language) for r in reports]
        click.echo("\n\n".join(ladders), color=color)
    else:
        click.echo(verdicts.batch(reports, color=color, language=language), color=color)


def _inputs(
    sources: tuple[str, ...], site: Path | None, base: str | None, *, offline: bool
) -> Iterator[tuple[str, bytes, Fetch]]:
    """Yield (name, bytes, way to fetch) of everything that was named."""
    given: Fetch | None = SiteFolder(site, base) if site else Offline() if offline else None
    web: Fetch = given or WebFetcher()
    for source in sources:
        folder = Path(source)
        if not folder.is_dir():
            yield source, _loaded(source, web), web
            continue
        here: Fetch = given or (SiteFolder(folder, base) if base or base_of(folder) else web)
        found = list(credentials_in(folder))
        if not found:
            raise SourceError(f"{source} holds no badges", fix="name a built site or a badge file")
        for path in found:
            yield str(path), load_source(str(path), here), here


def _loaded(source: str, fetch: Fetch) -> bytes:
    """Read a file or address; from the page of an award, go on to its credential."""
    if "://" not in source:
        return load_source(source, fetch)
    try:
        # The address of a folder: load_source asks for the credential in it.
        data = load_source(source, fetch)
    except FetchError:
        if not source.endswith("/"):
            raise
        data = fetch(source)
    if not is_page(data):
        return data
    try:
        return fetch(credential_link(data, source) or _beside(source))
    except FetchError:
        # The page itself tells the reader that there is no badge in it.
        return data


def _beside(page: str) -> str:
    """Return where a page's credential lies if it lies where obit puts it."""
    folder, _, name = page.partition("?")[0].rpartition("/")
    return (
        f"{folder}/{CONVENTIONAL}" if "." in name or not name else f"{folder}/{name}/{CONVENTIONAL}"
    )
