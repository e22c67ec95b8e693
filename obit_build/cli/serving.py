"""``obit serve``."""

from dataclasses import replace

import click

from obit_build import findings, pipeline
from obit_build import serve as serving
from obit_build.cli.context import Context, Instant, clock, setting
from obit_build.cli.terminal import ProgressBar, say
from obit_build.errors import ObitError
from obit_build.pipeline import ProblemsFoundError, Setting


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Where to listen on this computer; 0 means any free port.",
)
@click.option("--at", type=Instant(), help="Show the site as of this time.")
@click.pass_obj
def serve(context: Context, port: int, at: object) -> None:
    """Show the site on this computer; it is built again and reloads whenever a file changes.

    The preview is signed with this clone's own key. Mistakes are shown over the page.

    Example: obit serve
    """
    news = serving.News()
    folder = context.root / ".obit" / "site"
    run = setting(context, at=at, preview=True)  # type: ignore[arg-type] # click converts it
    server = serving.start(folder, news, port)

    def rebuild() -> None:
        _rebuild(context, run if at else replace(run, now=clock()), news)

    rebuild()
    say(f"http://{serving.HOST}:{server.server_address[1]}/  (stop with Ctrl+C)", bold=True)
    try:
        serving.run(server, news, rebuild, context.root)
    except KeyboardInterrupt:
        say("stopped")


def _rebuild(context: Context, run: Setting, news: serving.News) -> None:
    bar = ProgressBar(quiet=context.quiet)
    try:
        built = pipeline.build(run, context.root / ".obit" / "site", progress=bar)
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
