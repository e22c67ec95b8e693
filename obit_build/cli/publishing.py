"""``obit publish``."""

from pathlib import Path

import click

from obit_build.cli.context import Context, setting
from obit_build.cli.terminal import ProgressBar, say
from obit_build.counting import several
from obit_build.pipeline.publishing import Published, shown_plan
from obit_build.pipeline.publishing import publish as publish_site
from obit_build.publishing.object_storage import open_bucket
from obit_build.publishing.storage_address import read_storage


@click.command()
@click.argument("address", metavar="s3://BUCKET/FOLDER")
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    help="The built site's folder (default: build).",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="The server that speaks S3, if it is not Amazon's (default: AWS_ENDPOINT_URL_S3).",
)
@click.option(
    "--ledger",
    metavar="WHERE",
    help="Where the ledger is, or none: it proves that the site continues what is live "
    "(default: as obit.yaml says, if it is at hand).",
)
@click.option("--preview", is_flag=True, help="Publish a preview, which proves nothing.")
@click.option("--dry-run", is_flag=True, help="Print what would be done, and do nothing.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0.1),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="For how long one request is tried again while the storage does not answer.",
)
@click.pass_obj
def publish(  # noqa: PLR0913 - one parameter per option
    context: Context,
    address: str,
    site: Path | None,
    endpoint: str | None,
    ledger: str | None,
    *,
    preview: bool,
    dry_run: bool,
    patience: float,
) -> None:
    """Upload the built site to object storage: only what changed, the checkpoint last.

    Needs the extra s3 and credentials in the environment (AWS_ACCESS_KEY_ID and its kin). A run
    that was stopped is finished by the next one. Never goes back behind what is live.

    Example: obit publish s3://badges-example
    """
    run = setting(context, ledger=ledger)
    place = read_storage(address)
    bucket = open_bucket(place, environment=run.environment, endpoint=endpoint, patience=patience)
    bar = ProgressBar(quiet=context.quiet)
    try:
        done = publish_site(
            run,
            context.root / (site or "build"),
            bucket,
            preview=preview,
            dry=dry_run,
            progress=bar,
        )
    finally:
        bar.clear()
    if dry_run:
        click.echo("".join(f"{line}\n" for line in shown_plan(done)), nl=False)
    if not context.quiet:
        _tell(done, str(place), dry=dry_run)


def _tell(done: Published, place: str, *, dry: bool) -> None:
    plan = done.plan
    if dry:
        say("nothing was stored or removed; without --dry-run:")
    if done.mode == "preview":
        say("preview: it proves nothing")
    say(
        f"{several(plan.uploads, 'file')} stored ({done.bytes / 1e6:.1f} MB), {plan.unchanged} as before"
    )
    if done.removed:
        say(f"{several(len(done.removed), 'file')} removed")
    if done.left:
        say(f"{several(done.left, 'other object')} there, not stored by obit: left alone")
    if not done.is_rollback_known and done.mode == "live":
        say("no ledger was at hand: only the checkpoints' lengths were compared")
    say(f"{done.site} is in {place}", bold=True)
