"""The ``obit`` program: its commands, and the one handler of everything that goes wrong.

Commands are imported when they are run, so that ``obit --help`` stays quick.
"""

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from obit_build import __version__
from obit_build.cli.overview import COMMANDS, EPILOG, SUMMARY, overview
from obit_build.errors import ObitError

COLLECTION = (50_000, 20, 100)
"""How often cycles are looked for: nearly all that a command makes lives until its end, and looking took a third of the time."""


class Commands(click.Group):
    """Looks commands up in COMMANDS."""

    def get_help(self, _ctx: click.Context) -> str:
        """Return what ``obit --help`` prints."""
        return overview().rstrip()

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """List the commands in the order of their use."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a misspelt one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib  # noqa: PLC0415 - keeps --help quick

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            ctx.fail(f'There is no command "{args[0]}".{hint}')
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module when it is needed."""
        if cmd_name not in COMMANDS:
            return None
        if ctx.resilient_parsing:  # the shell completes a name
            return click.Command(cmd_name, help=COMMANDS[cmd_name][1])
        module = importlib.import_module(f"obit_build.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, cmd_name)
        return found


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=SUMMARY,
    epilog=EPILOG,
)
@click.version_option(__version__, prog_name="obit")
@click.option(
    "-C",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=".",
    help="Work in this folder (the one that holds obit.yaml).",
)
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.pass_context
def obit(ctx: click.Context, folder: Path, *, quiet: bool) -> None:
    """Prepare what all commands are given."""
    from obit_build.cli.context import Context  # noqa: PLC0415 - keeps --help quick

    gc.set_threshold(*COLLECTION)
    ctx.obj = Context(root=folder.absolute(), quiet=quiet)


def main() -> NoReturn:
    """Run the program and leave with its exit code; people never see a traceback of ours."""
    try:
        code = obit.main(prog_name="obit", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        _leave(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing half-done was left behind", err=True)
        _leave(130)
    except ObitError as error:
        _leave(_told(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(0)
    except OSError as error:
        _leave(_refused(error))
    except Exception as error:  # noqa: BLE001 - the last resort: a bug, told as one
        _leave(_bug(error))
    _leave(code if isinstance(code, int) else 0)  # what a command raised as click's Exit


def _told(error: ObitError) -> int:
    from obit_build.cli.context import show_problems  # noqa: PLC0415 - only when needed
    from obit_build.problems import ProblemsFoundError  # noqa: PLC0415 - only when needed

    if isinstance(error, ProblemsFoundError):
        show_problems(error)
    else:
        click.echo(f"error: {error.message}\n  fix: {error.fix}", err=True)
    return error.exit_code


def _refused(error: OSError) -> int:
    """Say what the computer refused; nothing of ours raises OSError for what is in a file."""
    name = f" ({Path(str(error.filename)).name})" if error.filename else ""
    click.echo(f"error: {error.strerror or error}{name}", err=True)
    click.echo("  fix: look at the disk and the permissions, then try again", err=True)
    if os.environ.get("OBIT_DEBUG"):
        click.echo(_traceback(error), err=True)
    return 4


def _bug(error: Exception) -> int:
    """Say that this is our fault; details only on request, and never local values."""
    click.echo(f"error: obit itself failed ({type(error).__name__}); this is a bug", err=True)
    if os.environ.get("OBIT_DEBUG"):
        click.echo(_traceback(error), err=True)
        click.echo(f"obit {__version__}, Python {sys.version.split()[0]}", err=True)
    else:
        click.echo("  fix: run again with OBIT_DEBUG=1 and report what it prints", err=True)
    return 4


def _traceback(error: Exception) -> str:
    import traceback  # noqa: PLC0415 - keeps --help quick

    return "".join(traceback.format_exception(error))


def _leave(code: int) -> NoReturn:
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or 4
    sys.exit(code)
