"""An Open Badges 3.0 credential as a JSON Web Token: the claims that repeat what it says.

Open Badges 3.0, "JSON Web Token Proof", for data model 2.0: the payload is the credential, with
``iss``, ``jti``, ``sub``, ``nbf`` and ``exp`` beside its members. A token needs a subject with an
id; a holder who is known by a hashed address only gets the award's ``urn:uuid`` in addition.
"""

from collections.abc import Callable
from typing import Any

from obit_build.errors import CredentialError
from obit_build.securing.jwt import compact
from obit_build.strict_json import JsonObject
from obit_build.verifying.kinds import instant

_SUFFIX = ".json"


def token_id(credential_id: str) -> str:
    """Return the token's own id: it is another file than the credential with a proof inside."""
    return credential_id.removesuffix(_SUFFIX) + ".jwt"


def payload(credential: JsonObject, *, subject: str) -> JsonObject:
    """Return the payload of a credential's token.

    ``subject`` is the id that the subject gets if it has none (``urn:uuid:…``). A proof inside
    the credential is left out: the token's signature takes its place. Raise CredentialError for
    a credential that can't be put in a token.
    """
    credential = {name: item for name, item in credential.items() if name != "proof"}
    given: Any = credential.get("credentialSubject")
    if not isinstance(given, dict):
        raise CredentialError("the credential has no subject", fix="issue it again")
    identified = {"id": subject, **given}
    claims: JsonObject = {
        "iss": _issuer(credential),
        "jti": token_id(str(credential["id"])),
        "sub": identified["id"],
        "nbf": _seconds(credential.get("validFrom")),
    }
    if "validUntil" in credential:
        claims["exp"] = _seconds(credential["validUntil"])
    return {**credential, "id": claims["jti"], "credentialSubject": identified, **claims}


def token(
    credential: JsonObject,
    *,
    subject: str,
    algorithm: str,
    kid: str,
    sign: Callable[[bytes], bytes],
) -> str:
    """Return the compact token; ``kid`` is the address of the issuer's bare JWK.

    ``sign`` returns what the algorithm's signature is in JWS: 64 bytes for EdDSA and ES256 (r ‖ s).
    """
    header = {"alg": algorithm, "kid": kid, "typ": "JWT"}
    return compact(header, payload(credential, subject=subject), sign)


def _issuer(credential: JsonObject) -> str:
    issuer: Any = credential.get("issuer")
    return str(issuer["id"] if isinstance(issuer, dict) else issuer)


def _seconds(text: Any) -> int:
    when = instant(text)
    if when is None:
        raise CredentialError("a date of the credential has no time zone", fix="issue it again")
    return int(when.timestamp() // 1)
