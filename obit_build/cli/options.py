"""Options that several commands about a change have in common."""

from pathlib import Path

import click

DAY = click.DateTime(formats=["%Y-%m-%d"])
"""A day of a decision, as people write it."""

base_option = click.option(
    "--base",
    metavar="REVISION",
    default="",
    help="The branch, tag or commit that this change is for.",
)
summary_option = click.option(
    "--summary",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also append it as Markdown to this file, such as $GITHUB_STEP_SUMMARY.",
)


reviews_option = click.option(
    "--reviews",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Reviews on the forge, in a file that the workflow wrote (docs/how-to/approvals.md).",
)


def append(path: Path, text: str) -> None:
    """Add text to the end of a file, as a job's summary is written."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
