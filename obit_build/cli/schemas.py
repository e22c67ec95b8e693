"""``obit schema``."""

import json
from pathlib import Path

import click

from obit_build import durable
from obit_build.cli.context import Context
from obit_build.cli.terminal import say
from obit_build.reading.editor_schemas import FILES, Schema, editor_settings
from obit_build.reading.editor_schemas import schema as schema_of

FOLDER = ".vscode/obit"
SETTINGS = ".vscode/settings.json"


@click.command()
@click.argument("kind", type=click.Choice(list(FILES)), required=False)
@click.pass_obj
def schema(context: Context, kind: str | None) -> None:
    """Help an editor with the files: fields, choices, and slips while you type.

    Writes JSON Schemas into .vscode/obit and, where there is none yet, .vscode/settings.json, for Visual
    Studio Code with its YAML extension. With the name of a kind of file, prints that schema alone.

    Example: obit schema
    """
    if kind:
        click.echo(_written(schema_of(kind)), nl=False)
        return
    for name in FILES:
        path = f"{FOLDER}/{name}.schema.json"
        durable.write(context.root / path, _written(schema_of(name)).encode())
        _tell(context, f"wrote {path}")
    _tell_the_editor(context, context.root / SETTINGS)


def _tell_the_editor(context: Context, settings: Path) -> None:
    """Write the editor's settings, or print what to add to those that are there."""
    said = editor_settings(FOLDER)
    try:
        durable.write(settings, _written(said).encode(), new=True)
        _tell(context, f"wrote {SETTINGS}")
    except FileExistsError:
        if all(name in settings.read_text("utf-8", "replace") for name in said["yaml.schemas"]):
            return
        say(f"{SETTINGS} is there already; add to it:")
        click.echo(_written(said), nl=False)


def _tell(context: Context, line: str) -> None:
    if not context.quiet:
        say(line)


def _written(document: Schema) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
