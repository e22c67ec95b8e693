"""What all commands share: the folder, the time, the error handler.

The clock, the environment and the random source of the operating system are read here and
nowhere else.
"""

import datetime
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from obit_build import findings
from obit_build.cli.terminal import say, wants_color
from obit_build.git import head as git
from obit_build.problems import ProblemsFoundError, Report
from obit_build.setting import Setting

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Context:
    """The options that stand before the command."""

    root: Path
    quiet: bool


class Instant(click.ParamType[datetime.datetime]):
    """A time: ``2026-11-21T12:00:00Z``, a day, or seconds since 1970."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.datetime:
        """Read an aware time; a day means its first instant in UTC."""
        if isinstance(value, datetime.datetime):
            return value
        try:
            if str(value).isdigit():
                return datetime.datetime.fromtimestamp(int(value), datetime.UTC)
            read = datetime.datetime.fromisoformat(str(value))
        except (ValueError, OverflowError, OSError):
            self.fail(f"{value!r} is not a time; write it like 2026-11-21T12:00:00Z", param, ctx)
        return read if read.tzinfo else read.replace(tzinfo=datetime.UTC)


def clock() -> datetime.datetime:
    """Read the clock, in whole seconds (UTC)."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)  # noqa: TID251 - the one place


def setting(
    context: Context,
    *,
    at: datetime.datetime | None = None,
    ledger: str | None = None,
    live: str | None = None,
    preview: bool | None = None,
) -> Setting:
    """Gather what a run depends on; see :func:`publishing_time` for the time."""
    head = git.head(context.root)
    now = at or clock()
    return Setting(
        root=context.root,
        now=now,
        at=at or publishing_time(os.environ, head.at if head else None, now),
        commit=head.commit if head else "",
        environment=os.environ,
        entropy=os.urandom,
        ledger=ledger,
        live=live,
        preview=preview,
    )


def publishing_time(
    environment: Mapping[str, str],
    committed: datetime.datetime | None,
    now: datetime.datetime,
) -> datetime.datetime:
    """Choose the time of what is published: SOURCE_DATE_EPOCH, the commit's, else today's midnight."""
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
    return committed or now.replace(hour=0, minute=0, second=0)


at_option = click.option(
    "--at",
    type=Instant(),
    help="Publish as of this time instead of the commit's.",
)
ledger_option = click.option(
    "--ledger",
    metavar="WHERE",
    help="Where the ledger is: a folder, or git:REMOTE#BRANCH "
    "(default: as obit.yaml says, else .obit/ledger, or .obit/preview for previews).",
)
live_option = click.option(
    "--live",
    metavar="WHERE",
    help="Where the live site is asked how far the ledger had come: an address, a site's folder, "
    "or none (default: the site's address for a ledger in Git, none for one in a folder).",
)
preview_option = click.option(
    "--preview/--no-preview",
    "preview",
    default=None,
    help="Sign with this clone's preview key, or with the issuers' keys. "
    "Default: no preview once a ledger or a key is there.",
)


def show(report: Report, files: Mapping[str, bytes], read: int | None = None) -> None:
    """Write findings for people; ``read`` is how many files there are, if ``files`` has not all of them."""
    text = findings.to_text(report, files, color=wants_color(sys.stderr), read=read)
    click.echo(text, err=True, nl=False, color=wants_color(sys.stderr))


def show_problems(error: ProblemsFoundError) -> None:
    """Write the findings that stopped a command."""
    show(error.report, error.files)
    say("nothing was changed")
