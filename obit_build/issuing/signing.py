"""Sign one document and read it back: whatever leaves here was verified by our own verifier."""

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Protocol

from obit_build.credentials.issuer_keys import document_of, encode_key, thumbprint, to_jwk
from obit_build.errors import CredentialError, FetchError, SigningError
from obit_build.issuing import credential_jwt, schemas
from obit_build.model.settings import KeyDeclaration
from obit_build.pictures.bake import embeddable
from obit_build.securing import proof_jcs
from obit_build.securing.jwk import Algorithm
from obit_build.securing.keys import did_document_url, encode_multikey, method_id
from obit_build.securing.proof import add_proof
from obit_build.strict_json import MAX_BYTES, JsonObject
from obit_build.verifying.verify import verify

ALGORITHMS: Mapping[str, Algorithm] = {"Ed25519": "EdDSA", "ES256": "ES256", "RS256": "RS256"}
"""A signer's kind → the name of its signatures in tokens."""

LAST_STEP_OF_OUR_OWN = 4
"""Form and signature must pass at once; status and dates are looked at on the finished site."""


class Signer(Protocol):
    """What signing needs of a signer."""

    @property
    def alg(self) -> str:
        """Ed25519, ES256 or RS256."""

    @property
    def public_key(self) -> bytes:
        """The public key: 32 bytes (Ed25519), a point (ES256), PKCS#1 DER (RS256)."""

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature."""


def written(document: JsonObject) -> bytes:
    """Write a document as the bytes that are published and baked."""
    return embeddable(json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def sign_credential(
    document: JsonObject,
    did: str,
    signer: Signer,
    at: datetime.datetime,
    *,
    second_proof: str | None = None,
) -> bytes:
    """Return the signed credential's bytes; raise CredentialError if it would not verify."""
    schemas.check_unsigned("open-badge-credential", document)
    key = encode_multikey(signer.public_key)
    method = method_id(did, key)
    signed = add_proof(document, sign=signer.sign, verification_method=method, created=at)
    if second_proof == proof_jcs.CRYPTOSUITE:
        signed = proof_jcs.add_proof(
            signed, sign=signer.sign, verification_method=method, created=at
        )
    text = written(signed)
    refuse_large(text)
    _read_back(text, at, {did_document_url(did): document_of(did, [key])})
    return text


def refuse_large(text: bytes) -> None:
    """Raise CredentialError for a credential that verifiers would not read, ours among them."""
    if len(text) > MAX_BYTES:
        raise CredentialError(
            f"the credential would have more than {MAX_BYTES} bytes",
            fix="say less in the award's narrative, evidence and results, or in the badge's own texts",
        )


def sign_token(
    document: JsonObject,
    signer: Signer,
    algorithm: Algorithm,
    subject: str,
    home: str,
    at: datetime.datetime,
) -> bytes:
    """Return the credential as a compact token (JWT), its key named by a bare JWK below ``home``."""
    key = encode_key(algorithm, signer.public_key)
    jwk = to_jwk(key)
    kid = f"{home}keys/{thumbprint(jwk)}.jwk.json"
    text = credential_jwt.token(
        document, subject=subject, algorithm=algorithm, kid=kid, sign=signer.sign
    ).encode()
    did = str(document["issuer"]["id"])
    _read_back(text, at, {did_document_url(did): document_of(did, [key]), kid: jwk})
    return text


def _read_back(text: bytes, at: datetime.datetime, known: dict[str, JsonObject]) -> None:
    report = verify(text, name="our own credential", at=at, fetch=_only(known))
    for step in report.steps:
        if step.number <= LAST_STEP_OF_OUR_OWN and step.outcome != "passed":
            raise CredentialError(
                f"a credential that was just signed does not verify: {step.message}",
                fix="run obit check; if it finds nothing, report this as a bug",
            )


def _only(known: dict[str, JsonObject]) -> Callable[[str], bytes]:
    def fetch(url: str) -> bytes:
        if url not in known:
            raise FetchError("it is looked at once the site is built", fix="build the site")
        return json.dumps(known[url]).encode()

    return fetch


def key_of_token(signer: Signer, algorithm: Algorithm, issuer: str) -> str:
    """Return the key of a token's signer as a Multikey; raise SigningError for another kind."""
    alg = ALGORITHMS[signer.alg]
    if alg != algorithm:
        raise SigningError(
            f'the signer of the tokens of "{issuer}" makes {alg} signatures, not {algorithm}',
            fix="give it a key of that kind, or change token: in issuer.yaml",
        )
    return encode_key(algorithm, signer.public_key)


def refuse_other_key(signer: Signer, declared: KeyDeclaration) -> None:
    """Raise SigningError unless the signer holds the key that obit.yaml publishes for the issuer."""
    if declared.use == "credentials" and signer.alg != "Ed25519":
        raise SigningError(
            f'the signer of "{declared.issuer}" makes {signer.alg} signatures, '
            "and badges are signed with Ed25519 only",
            fix="give it an Ed25519 key; other kinds are for tokens (use: tokens)",
        )
    key = encode_key(ALGORITHMS[signer.alg], signer.public_key)
    if key != declared.public_key_multibase:
        raise SigningError(
            f'the signer of "{declared.issuer}" holds the key {key}, '
            f"but obit.yaml publishes {declared.public_key_multibase}",
            fix="give the signer the published key, or publish its key in obit.yaml",
        )
