"""``obit key``: make and show signing keys."""

import os
from pathlib import Path

import click

from obit_build import durable
from obit_build.cli.context import Context
from obit_build.cli.terminal import say
from obit_build.errors import PublishError
from obit_build.issuer_keys import encode_key
from obit_build.signers.opening import open_signer
from obit_build.signers.signer import from_pem, new_pem
from obit_build.signing import ALGORITHMS


@click.group()
def key() -> None:
    """Make and show signing keys. Only public parts are ever printed."""


@key.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--passphrase/--no-passphrase", default=False, help="Ask for a passphrase to encrypt the file."
)
def new(path: Path, *, passphrase: bool) -> None:
    """Make an Ed25519 key and write it to PATH (PKCS#8 PEM, readable by you only).

    Example: obit key new ../technocite.pem
    """
    if path.exists():
        raise PublishError(
            f"{path.name} exists already", fix="choose another name: keys are never overwritten"
        )
    secret = (
        click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
        if passphrase
        else None
    )
    pem = new_pem(os.urandom(32), secret)
    durable.write(path, pem, new=True, mode=0o600)
    public = encode_key("EdDSA", from_pem(pem, secret, str(path)).public_key)
    click.echo(public)
    say("Put the line above into obit.yaml, and keep the file out of every repository:")
    say(
        f"  keys:\n    - issuer: SLUG\n      public_key_multibase: {public}\n      signer: env:OBIT_KEY"
    )


@key.command()
@click.argument("signer")
@click.pass_obj
def show(context: Context, signer: str) -> None:
    """Print the public key of a signer, such as env:OBIT_KEY or file:key.pem.

    Example: obit key show file:../technocite.pem
    """
    opened = open_signer(signer, environment=os.environ, root=context.root)
    click.echo(encode_key(ALGORITHMS[opened.alg], opened.public_key))
