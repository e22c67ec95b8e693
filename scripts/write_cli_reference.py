"""Write docs/reference/cli.md from the commands themselves.

    .venv/bin/python scripts/write_cli_reference.py

A test compares the page with what this script would write.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from obit_build.cli.program import obit

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "cli.md"

INTRODUCTION = """\
# Command line

Data goes to standard output, words and progress to standard error; nothing is coloured where the
output is not a terminal, or where `NO_COLOR` is set. Times are written as `2026-11-21T12:00:00Z`, as
a day, or as seconds since 1970. What the exit codes mean:
[messages and exit codes](messages-and-exit-codes.md).

This page is written by `scripts/write_cli_reference.py`; to change it, change the commands.
"""


def page() -> str:
    """Return the whole page."""
    parts = [INTRODUCTION, *_chapter(obit, "obit", 2)]
    context = click.Context(obit)
    for name in obit.list_commands(context):
        command = obit.get_command(context, name)
        if command is not None:
            parts += _with_subcommands(command, f"obit {name}", 2)
    return "\n".join(parts)


def _with_subcommands(command: click.Command, name: str, depth: int) -> Iterator[str]:
    yield from _chapter(command, name, depth)
    if isinstance(command, click.Group):
        for other, subcommand in sorted(command.commands.items()):
            yield from _with_subcommands(subcommand, f"{name} {other}", depth + 1)


def _chapter(command: click.Command, name: str, depth: int) -> Iterator[str]:
    """Describe one command: usage, words, example, options."""
    yield f"{'#' * depth} {name}\n"
    yield f"```text\n{_usage(command, name)}\n```\n"
    words, _, example = inspect.cleandoc(command.help or "").partition("\n\nExample: ")
    yield f"{words}\n"
    if example:
        yield f"Example: `{example}`\n"
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        yield "| option | meaning |"
        yield "| -- | -- |"
        yield from (f"| {_spelling(option)} | {_meaning(option)} |" for option in options)
        yield ""


def _usage(command: click.Command, name: str) -> str:
    words = [name]
    if any(isinstance(param, click.Option) for param in command.params):
        words.append("[OPTIONS]")
    for param in command.params:
        if isinstance(param, click.Argument):
            written = param.metavar or (param.name or "").upper()
            words.append(written if param.required else f"[{written}]")
    return " ".join(words + (["COMMAND"] if isinstance(command, click.Group) else []))


def _spelling(option: click.Option) -> str:
    names = ", ".join(option.opts)
    if option.secondary_opts:
        names += " / " + ", ".join(option.secondary_opts)
    if option.is_flag or isinstance(option.type, click.types.BoolParamType):
        return f"`{names}`"
    return f"`{names} {_value(option.type)}`"


def _value(kind: click.ParamType) -> str:
    if isinstance(kind, click.Choice):
        return "\\|".join(str(choice) for choice in kind.choices)
    if isinstance(kind, click.IntRange):
        return f"{kind.min}…{kind.max}"
    return kind.name.upper()


def _meaning(option: click.Option) -> str:
    said = option.help or ""
    if option.required:
        said = f"{said} Required.".strip()
    if option.show_default:
        said = f"{said} Default: {option.default}.".strip()
    return said.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
