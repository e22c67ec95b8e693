"""``obit key``: make keys, show them, and move them through their life."""

import datetime
import json
import os
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from obit_build import durable
from obit_build.cli.context import Context, clock, ledger_option, setting
from obit_build.cli.options import Day
from obit_build.cli.terminal import say
from obit_build.counting import several
from obit_build.credentials.issuer_keys import encode_key
from obit_build.errors import PublishError
from obit_build.issuing.signing import ALGORITHMS
from obit_build.keys import moves as key_moves
from obit_build.keys.moves import KeyRow, Move, NewKey
from obit_build.ledger.keys import KeyUse
from obit_build.ledger.ledger import Ledger, instant
from obit_build.model.repository import Repository
from obit_build.pipeline import key_keeping
from obit_build.signers.opening import open_signer
from obit_build.signers.signer import from_pem, new_pem


@click.group()
def key() -> None:
    """Make keys, show them, and move them through their life. Only public parts are ever printed."""


@key.command(short_help="Make a key, in a file.")
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


@key.command(short_help="Print the public part of a key.")
@click.argument("signer")
@click.pass_obj
def show(context: Context, signer: str) -> None:
    """Print the public key of a signer, such as env:OBIT_KEY or file:key.pem.

    Example: obit key show file:../technocite.pem
    """
    opened = open_signer(signer, environment=os.environ, root=context.root)
    click.echo(encode_key(ALGORITHMS[opened.alg], opened.public_key))


@key.command("list", short_help="List the keys of each issuer.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How it is written.",
)
@ledger_option
@click.pass_obj
def list_keys(context: Context, form: str, ledger: str | None) -> None:
    """List the keys of each issuer: state, since when, how many awards they signed.

    Example: obit key list
    """
    rows = key_keeping.key_rows(setting(context, ledger=ledger))
    if form == "json":
        click.echo(json.dumps([_as_json(row) for row in rows], indent=2))
        return
    for line in _table(rows):
        click.echo(line)


def _as_json(row: KeyRow) -> dict[str, Any]:
    return {
        "issuer": row.issuer,
        "key": row.key,
        "fingerprint": row.fingerprint,
        "use": row.use,
        "state": row.state,
        "since": instant(row.since) if row.since else None,
        "awards": row.awards,
        "declared": row.becomes or row.state,
    }


def _table(rows: list[KeyRow]) -> Iterator[str]:
    for issuer, own in groupby(rows, key=lambda row: row.issuer):
        yield issuer
        for row in own:
            since = row.since.date().isoformat() if row.since else "-"
            signed = several(row.awards, "award")
            use = " for tokens" if row.use == "tokens" else ""
            line = (
                f"  {row.state:<8}{since:<12}{signed:<14}{_short(row.key)}  {row.fingerprint}{use}"
            )
            yield line.rstrip()
            if row.becomes:
                yield f"          obit.yaml says {row.becomes}: it counts once obit issue has run"
    if not rows:
        yield "no keys yet: make one with obit key new"


def _short(text: str) -> str:
    """Show a key so that it can be found in obit.yaml: RSA keys are hundreds of letters long."""
    return text if len(text) <= len("z6Mk") + 44 else f"{text[:20]}…"


_use = click.option(
    "--use",
    type=click.Choice(["credentials", "tokens"]),
    default="credentials",
    help="Which of the issuer's keys.",
)


@key.command(short_help="Let another key sign.")
@click.argument("issuer")
@click.option("--to", "signer", required=True, metavar="SIGNER", help="Where the new key is.")
@click.option("--now", is_flag=True, help="Without the two days in which others get to know it.")
@_use
@ledger_option
@click.pass_obj
def rotate(
    context: Context, issuer: str, *, signer: str, now: bool, use: KeyUse, ledger: str | None
) -> None:
    """Let another key sign for ISSUER: run it once to publish the key, and two days later to use it.

    It writes obit.yaml and signs nothing.

    Example: obit key rotate technocite --to env:OBIT_KEY_2
    """
    new = _opened(context, signer, use)
    at = clock()
    _move(
        context,
        ledger,
        lambda known, chain: key_moves.rotate(known, chain, issuer, new, at=at, now=now),
    )


@key.command(short_help="Let a key sign nothing more.")
@click.argument("issuer")
@click.argument("public", metavar="KEY")
@click.option("--close", is_flag=True, help="Although the issuer then signs nothing more.")
@ledger_option
@click.pass_obj
def retire(context: Context, issuer: str, public: str, *, close: bool, ledger: str | None) -> None:
    """Let a key of ISSUER sign nothing more. What it signed stays good.

    KEY is its public part or its fingerprint, or how one of these begins. It writes obit.yaml.

    Example: obit key retire technocite z6Mkr
    """
    _move(context, ledger, lambda known, _: key_moves.retire(known, issuer, public, close=close))


@key.command(short_help="Disown a key that others may have.")
@click.argument("issuer")
@click.argument("public", metavar="KEY")
@click.option("--reason", help="Why, for your colleagues; it is not published.")
@click.option(
    "--on",
    "day",
    type=Day(),
    help="The day of the decision (default: today).",
)
@click.option("--to", "signer", metavar="SIGNER", help="Where the key is that signs from now on.")
@ledger_option
@click.pass_obj
def revoke(
    context: Context,
    issuer: str,
    public: str,
    *,
    reason: str | None,
    day: datetime.date | None,
    signer: str | None,
    ledger: str | None,
) -> None:
    """Disown a key of ISSUER that somebody else may have, with everything that it ever signed.

    KEY is its public part or its fingerprint, or how one of these begins. It writes obit.yaml; the
    next obit issue signs its awards again, with another key.

    Example: obit key revoke technocite z6Mkr --to env:OBIT_KEY_2 --reason "Laptop stolen"
    """
    new = _opened(context, signer, None) if signer else None
    on = day or clock().date()

    def ask(known: Repository, chain: Ledger | None) -> Move:
        return key_moves.revoke(known, chain, issuer, public, day=on, reason=reason, successor=new)

    _move(context, ledger, ask)


def _opened(context: Context, signer: str, use: KeyUse | None) -> NewKey:
    """Ask a signer for its public key; what it can sign tells its use, unless that was said."""
    opened = open_signer(signer, environment=os.environ, root=context.root)
    kind: KeyUse = use or ("credentials" if opened.alg == "Ed25519" else "tokens")
    text = encode_key(ALGORITHMS[opened.alg], opened.public_key)
    return NewKey(key=text, signer=signer, use=kind)


def _move(
    context: Context, ledger: str | None, ask: Callable[[Repository, Ledger | None], Move]
) -> None:
    move, lines = key_keeping.move_key(setting(context, ledger=ledger), ask)
    for line in lines:
        click.echo(line)
    if not context.quiet:
        say("obit.yaml was changed as shown; nothing is signed yet")
        for then in move.then:
            say(f"  - {then}")
