"""Write an endorsement: an issuer of this repository speaks up for an issuer, a badge or an award.

Open Badges 3.0, "EndorsementCredential", with one proof by ``eddsa-rdfc-2022``. Its id is made of
its content, so that the same opinion is the same document. The signer is asked only for what passed
our own schema, and its work is read back and verified before it leaves.
"""

import datetime
import json
import re
import uuid
from dataclasses import dataclass

from obit_build import addresses
from obit_build.centre.endorsements import check_endorsement, files_of_site, read_endorsement, said
from obit_build.credentials.achievements import achievement_id, achievement_languages
from obit_build.credentials.credential import SPECIMEN_TERMS, end_of
from obit_build.credentials.issuer_keys import document_of
from obit_build.credentials.profiles import CONTEXT, Speaker, without_empty
from obit_build.errors import CredentialError, SigningError
from obit_build.issuing import schemas
from obit_build.issuing.signing import Signer, refuse_other_key, written
from obit_build.ledger.ledger import instant
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import KeyDeclaration
from obit_build.phrases import phrases_for
from obit_build.securing.keys import did_for, encode_multikey, method_id
from obit_build.securing.proof import add_proof
from obit_build.strict_json import JsonObject
from obit_build.verifying.report import VerificationError

AWARD_ID = re.compile(r"[a-z2-7]{32}")


@dataclass(frozen=True, slots=True)
class Target:
    """What is endorsed: its id, and a name for the title."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What is said, in which language, and for how long."""

    comment: str
    """Markdown."""
    language: str
    at: datetime.datetime
    until: datetime.date | None = None
    """The last day on which it counts."""


def target_of(repository: Repository, text: str, language: str) -> Target:
    """Find what ``text`` names: a badge or issuer by slug, an award by id, anything by address.

    Raise CredentialError if it names nothing.
    """
    settings = repository.settings
    kind, colon, slug = text.partition(":")
    if AWARD_ID.fullmatch(text):
        return Target(addresses.url(settings, addresses.credential_file(text)), text)
    if kind in ("http", "https", "did", "urn") and colon:
        return Target(text, text)
    slug = slug if kind in ("badge", "issuer") and colon else text
    badge = repository.achievements.get(slug) if kind != "issuer" else None
    profile = repository.profiles.get(slug) if kind != "badge" else None
    if badge and profile:
        raise CredentialError(
            f'"{slug}" is a badge and an issuer', fix=f"write badge:{slug} or issuer:{slug}"
        )
    say = Speaker(settings, language)
    if badge:
        known = achievement_languages(settings, badge)
        chosen = language if language in known else known[0]
        return Target(achievement_id(settings, badge, chosen), say(badge.name) or slug)
    if profile:
        return Target(did_for(settings.base, slug), say(profile.name) or slug)
    raise CredentialError(
        f'there is no badge and no issuer "{text[:80]}"',
        fix="give a folder of badges/ or issuers/, an award's id, or a whole address",
    )


def endorser_did(repository: Repository, endorser: Profile, signer: Signer, *, bare: bool) -> str:
    """Return whose signature it will be: a did:key if ``bare``, else the issuer's did:web.

    Raise SigningError if the signer does not hold the key that obit.yaml publishes for the issuer.
    """
    if bare:
        return f"did:key:{encode_multikey(signer.public_key)}"
    refuse_other_key(signer, declared_key(repository, endorser))
    return did_for(repository.settings.base, endorser.slug)


def declared_key(repository: Repository, endorser: Profile) -> KeyDeclaration:
    """Return the issuer's key that signs, in obit.yaml; raise SigningError if there is none."""
    for declared in repository.settings.keys:
        signs = (declared.use, declared.standing) == ("credentials", "active")
        if declared.issuer == endorser.slug and signs:
            return declared
    raise SigningError(
        f'obit.yaml publishes no key for "{endorser.slug}", so nobody could check its signature',
        fix="declare the key under keys: in obit.yaml, or add --did-key",
    )


def endorsement_credential(
    repository: Repository, endorser: Profile, did: str, target: Target, opinion: Opinion
) -> JsonObject:
    """Write the unsigned EndorsementCredential; raise CredentialError if it would say nothing."""
    if not opinion.comment:
        raise CredentialError(
            "the comment is empty", fix="say in a sentence what is endorsed, and why"
        )
    if opinion.until and opinion.until < opinion.at.date():
        raise CredentialError(
            f"the endorsement would end on {opinion.until}, before it begins",
            fix="give a later day with --until, or leave it out",
        )
    settings, say = repository.settings, Speaker(repository.settings, opinion.language)
    phrases = phrases_for(opinion.language, repository.templates)
    document = without_empty(
        {
            "@context": CONTEXT,
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": phrases.phrase("endorse.document", name=target.name),
            "issuer": without_empty(
                {"id": did, "type": ["Profile"], "name": say(endorser.name), "url": endorser.url}
            ),
            "validFrom": instant(opinion.at),
            "validUntil": end_of(opinion.until) if opinion.until else None,
            "credentialSubject": {
                "id": target.id,
                "type": ["EndorsementSubject"],
                "endorsementComment": opinion.comment,
            },
            "termsOfUse": [{"type": SPECIMEN_TERMS}] if settings.specimen else [],
        }
    )
    content = json.dumps(document, sort_keys=True)
    return {"@context": CONTEXT, "id": uuid.uuid5(uuid.NAMESPACE_URL, content).urn, **document}


def sign_endorsement(
    repository: Repository, document: JsonObject, signer: Signer, at: datetime.datetime
) -> bytes:
    """Sign an endorsement, read it back and verify it; return the bytes to hand over."""
    schemas.check_unsigned("endorsement-credential", document)
    did, key = str(document["issuer"]["id"]), encode_multikey(signer.public_key)
    data = written(
        add_proof(document, sign=signer.sign, verification_method=method_id(did, key), created=at)
    )
    endorsement, problems = read_endorsement("badges/x/endorsements/x.json", data)
    if endorsement is None:
        raise CredentialError(
            f"what was just signed is no endorsement: {problems[0].message}",
            fix="report this as a bug",
        )
    slug = did.rsplit(":", 1)[-1]
    known = [document_of(did, [key])] if slug in repository.profiles else []
    try:
        check_endorsement(endorsement, at, files_of_site(repository.settings, known, {}))
    except VerificationError as error:
        raise CredentialError(
            f"what was just signed does not verify: {said(error)}", fix="report this as a bug"
        ) from error
    return data
