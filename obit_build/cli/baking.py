"""``obit bake`` and ``obit unbake``."""

from pathlib import Path

import click

from obit_build import durable
from obit_build.errors import BakingError
from obit_build.pictures import bake as baking
from obit_build.strict_json import parse

MAX_FILE = 8 * 1024 * 1024
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        raise BakingError(f"{path.name} is larger than 8 MiB", fix="use a smaller image")
    return path.read_bytes()


@click.command()
@click.argument("image", type=FILE)
@click.argument("credential", type=FILE)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where to write the image.",
)
def bake(image: Path, credential: Path, out: Path) -> None:
    """Put a signed credential (JSON) into a PNG or SVG image.

    Example: obit bake image.png credential.json -o badge.png
    """
    text = _read(credential).decode("utf-8", "replace")
    parse(text)
    durable.write(out, baking.bake(_read(image), baking.embeddable(text)))


@click.command()
@click.argument("image", type=FILE)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the credential (default: print it).",
)
def unbake(image: Path, out: Path | None) -> None:
    """Take the credential out of a PNG or SVG image.

    Example: obit unbake badge.png
    """
    text = baking.unbake(_read(image))
    if out:
        durable.write(out, text.encode())
    else:
        click.echo(text, nl=not text.endswith("\n"))
