"""``obit endorse``."""

import datetime
from pathlib import Path

import click

from obit_build import durable, pipeline
from obit_build.cli.context import Context, Instant, setting
from obit_build.cli.terminal import say
from obit_build.errors import CredentialError, PublishError
from obit_build.issuing import endorsing
from obit_build.model.repository import Repository
from obit_build.signers.opening import open_signer


@click.command()
@click.argument("target")
@click.option("--as", "endorser", required=True, help="Who endorses: a folder of issuers/.")
@click.option("--comment", required=True, help="What is said, in Markdown.")
@click.option("--language", help="Language of the comment. Default: the site's first.")
@click.option("--until", type=Instant(), help="The last day on which it counts.")
@click.option(
    "--signer", help="env:NAME or file:PATH. Default: as obit.yaml declares for the endorser."
)
@click.option(
    "--did-key",
    "bare",
    is_flag=True,
    help="Sign in the name of the key itself: for endorsers whose key no site publishes.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write. Default: standard output.",
)
@click.option("--at", type=Instant(), help="Sign as of this time instead of now.")
@click.pass_obj
def endorse(  # noqa: PLR0913 - one argument per option
    context: Context,
    target: str,
    *,
    endorser: str,
    comment: str,
    language: str | None,
    until: datetime.datetime | None,
    signer: str | None,
    bare: bool,
    out: Path | None,
    at: datetime.datetime | None,
) -> None:
    """Sign an opinion about TARGET: a badge or an issuer (its folder), an award (its id), an address.

    Example: obit endorse gestion-de-pare-feu --as citc --comment "Tried on six papers." -o citc.json
    """
    if out and out.exists():
        raise PublishError(f"{out.name} exists already", fix="choose another name")
    run = setting(context, at=at)
    repository = pipeline.repository_of(pipeline.sound(run))
    profile = repository.profiles.get(endorser)
    if profile is None:
        raise CredentialError(
            f'there is no issuer "{endorser[:80]}"',
            fix=f"give one of: {', '.join(sorted(repository.profiles))}",
        )
    opinion = endorsing.Opinion(
        comment=comment.strip(),
        language=_language(repository, language),
        at=run.now,
        until=until.date() if until else None,
    )
    about = endorsing.target_of(repository, target, opinion.language)
    uri = signer or endorsing.declared_key(repository, profile).signer or ""
    opened = open_signer(uri, environment=run.environment, root=context.root)
    did = endorsing.endorser_did(repository, profile, opened, bare=bare)
    document = endorsing.endorsement_credential(repository, profile, did, about, opinion)
    data = endorsing.sign_endorsement(repository, document, opened, run.now)
    if out is None:
        click.echo(data, nl=False)
        return
    durable.write(out, data, new=True)
    if not context.quiet:
        say(f"{did} endorses {about.id}")


def _language(repository: Repository, wished: str | None) -> str:
    known = repository.settings.languages
    if wished is not None and wished not in known:
        raise CredentialError(
            f'"{wished[:20]}" is not a language of the site',
            fix=f"give one of: {', '.join(known)}",
        )
    return wished or repository.settings.default_language
