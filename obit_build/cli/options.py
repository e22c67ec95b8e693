"""Options that several commands have in common, and how days and numbers are written on the command line."""

import datetime
import re
from pathlib import Path
from typing import Any

import click


class Day(click.ParamType[datetime.date]):
    """The day of a decision, as people write it."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.date:
        """Read a day."""
        text = str(value)
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.isoformat() != text:  # 20261121 is a day, too, but hard to read
            self.fail(f"{text!r} is not a day; write it like 2026-11-21", param, ctx)
        return day


class WholeNumber(click.ParamType[int]):
    """A number without a fraction, from ``least`` to ``most``."""

    name = "N"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a number."""
        text = str(value)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            self.fail(
                f"{text!r} is not a whole number from {self.least} to {self.most}", param, ctx
            )
        return int(text)


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
