"""``obit serve``."""

from dataclasses import replace
from pathlib import Path

import click

from obit_build import findings, pipeline
from obit_build.cli.context import Context, Instant, clock, setting
from obit_build.cli.options import WholeNumber
from obit_build.cli.terminal import ProgressBar, say
from obit_build.errors import ObitError, SourceError
from obit_build.hosting import serve as serving
from obit_build.hosting.hosts import HOSTS, LOCAL, Host
from obit_build.problems import ProblemsFoundError
from obit_build.publishing.publish import is_site
from obit_build.setting import Setting


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=WholeNumber(0, 65535),
    metavar="PORT",
    help="Where to listen on this computer; 0 means any free port.",
)
@click.option("--at", type=Instant(), help="Show the site as of this time.")
@click.option(
    "--like",
    type=click.Choice(sorted(HOSTS)),
    help="Answer as this host does: types, slashes, errors, hidden files.",
)
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    help="Serve this finished site as it is; nothing is built.",
)
@click.pass_obj
def serve(context: Context, port: int, at: object, like: str | None, site: Path | None) -> None:
    """Show the site on this computer; it is built again and reloads whenever a file changes.

    The preview is signed with this clone's own key. Mistakes are shown over the page. With --site a
    finished site is served instead, every byte as it was built.

    Example: obit serve
    """
    host = HOSTS[like] if like else LOCAL
    if site:
        _serve_site(context.root / site, port, host)
    else:
        _serve_preview(context, port, at, host)


def _serve_site(folder: Path, port: int, host: Host) -> None:
    if not is_site(folder):
        raise SourceError(
            f"{folder.name} is not a site that obit built", fix="name the folder of obit build"
        )
    server = serving.start(folder, None, port, host)
    _tell_address(server.server_address[1])
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("stopped")
    finally:
        server.server_close()


def _tell_address(port: int) -> None:
    say(f"http://{serving.HOST}:{port}/  (stop with Ctrl+C)", bold=True)


def _serve_preview(context: Context, port: int, at: object, host: Host) -> None:
    news = serving.News()
    folder = context.root / ".obit" / "site"
    run = setting(context, at=at, preview=True)  # type: ignore[arg-type] # click converts it
    server = serving.start(folder, news, port, host)

    certificates: dict[str, bytes] = {}

    def rebuild() -> None:
        _rebuild(context, run if at else replace(run, now=clock()), news, certificates)

    bursts = serving.changes(context.root)  # what is saved during the first build is built next
    rebuild()
    _tell_address(server.server_address[1])
    try:
        serving.run(server, news, rebuild, bursts)
    except KeyboardInterrupt:
        say("stopped")


def _rebuild(
    context: Context, run: Setting, news: serving.News, certificates: dict[str, bytes]
) -> None:
    target = context.root / ".obit" / "site"
    bar = ProgressBar(quiet=context.quiet)
    try:
        built = pipeline.build(run, target, progress=bar, former=certificates)
        bar.clear()
        say(f"built {built.files} files, {built.unchanged} as before")
        news.tell("")
    except ProblemsFoundError as error:
        bar.clear()
        text = findings.to_text(error.report, error.files, color=False)
        say(text)
        news.tell(text)
    except ObitError as error:
        bar.clear()
        say(f"error: {error.message}\n  fix: {error.fix}")
        news.tell(f"{error.message}\n{error.fix}")
