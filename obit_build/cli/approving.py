"""``obit approve`` and ``obit codeowners``."""

from collections.abc import Sequence
from pathlib import Path

import click

from obit_build import pipeline
from obit_build.approving import codeowners as owners
from obit_build.approving.files import in_words
from obit_build.cli.context import Context, setting
from obit_build.cli.terminal import say
from obit_build.pipeline.consenting import Ballot, ballot, cast


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="BADGE/awards/FILE…")
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Your SSH key: the private one, or the .pub of one that the agent holds. "
    "Default: the key in ~/.ssh that the list of approvers names.",
)
@click.option("--yes", is_flag=True, help="Sign without asking.")
@click.pass_obj
def approve(context: Context, files: Sequence[str], key: Path | None, *, yes: bool) -> None:
    """Approve awards with your SSH key: sign what they say, in a file of approvals/.

    Commit the file and propose it like any other change. It counts as long as nobody edits the
    awards; commands are never run on your behalf, so nothing is committed or sent.

    Example: obit approve badges/tableur-1/awards/2026-06-30-mons.yaml
    """
    prepared = ballot(setting(context), files, key=key, home=Path.home())
    _show(prepared)
    if not yes:
        click.confirm("Approve?", abort=True, err=True)
    path = cast(prepared, context.root)
    click.echo(path)
    if not context.quiet:
        say("now commit this file and propose it; an edit of these awards would undo it")


def _show(prepared: Ballot) -> None:
    say(f"as {prepared.by}, with the key {prepared.fingerprint}:")
    for key in sorted(prepared.awards):
        say(f"  {in_words(key)}")


@click.command()
@click.option("--forgejo", is_flag=True, help="Write regular expressions, as Forgejo reads them.")
@click.pass_obj
def codeowners(context: Context, *, forgejo: bool) -> None:
    """Write CODEOWNERS rules from the lists of approvers, so that the forge asks the same people.

    Example: obit codeowners > .github/CODEOWNERS
    """
    repository = pipeline.repository_of(pipeline.sound(setting(context)))
    text = owners.codeowners(repository, patterns=forgejo)
    if not text:
        raise click.UsageError("no approver has an account:, and there are no maintainers:")
    click.echo(text, nl=False)
