"""All public keys of an issuer as its documents list them: for proofs, and for tokens (JWT).

A key is kept as one text, a Multikey, whatever its kind: ``z6Mk…`` (Ed25519), ``zDn…`` (P-256),
``z4MX…`` (RSA). Ed25519 and P-256 stand in the DID document as Multikeys, RSA as a JsonWebKey; each
key that signs tokens is also published as a bare JWK, the one form in which every reader of
Open Badges tokens looks for it (standards reference, section 13).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from obit_build.errors import KeyFormatError
from obit_build.ledger.keys import IssuerKey
from obit_build.ledger.ledger import Ledger, instant
from obit_build.securing.jwk import (
    COORDINATE_BYTES,
    Algorithm,
    PublicKey,
    encode_base64url,
    read_jwk,
    read_multikey,
)
from obit_build.securing.keys import (
    decode_base58,
    did_document,
    did_for,
    encode_base58,
    encode_multikey,
    method_id,
)
from obit_build.strict_json import JsonObject

P256_PREFIX = b"\x80\x24"
RSA_PREFIX = b"\x85\x24"
MAX_RSA_TEXT = 1600
FIX = "copy what `obit key show` prints"


def encode_key(algorithm: Algorithm, public: bytes) -> str:
    """Write a signer's public key as a Multikey.

    ``public`` is 32 bytes for EdDSA, the point (SEC 1) for ES256, PKCS#1 DER for RS256.
    """
    if algorithm == "EdDSA":
        return encode_multikey(public)
    if algorithm == "ES256":
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        short = point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return "z" + encode_base58(P256_PREFIX + short)
    return "z" + encode_base58(RSA_PREFIX + public)


def read_key(text: str) -> PublicKey:
    """Read a Multikey of any of the three kinds; raise KeyFormatError."""
    if not text.startswith("z4MX"):
        return read_multikey(text)
    data = decode_base58(text[1:], limit=MAX_RSA_TEXT)
    wrong = KeyFormatError(f'"{text[:60]}" is not an RSA public key', fix=FIX)
    if data[:2] != RSA_PREFIX or "z" + encode_base58(data) != text:
        raise wrong
    try:
        key = load_der_public_key(data[2:])
    except ValueError:
        raise wrong from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise wrong
    return read_jwk(_rsa_jwk(key))  # with all its demands on the strength


def to_jwk(text: str) -> JsonObject:
    """Return the bare JWK of a key (RFC 7517, RFC 8037)."""
    found = read_key(text)
    key = found.key
    if isinstance(key, rsa.RSAPublicKey):
        return _rsa_jwk(key)
    if isinstance(key, ec.EllipticCurvePublicKey):
        numbers = key.public_numbers()
        x, y = (
            encode_base64url(n.to_bytes(COORDINATE_BYTES, "big")) for n in (numbers.x, numbers.y)
        )
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256"}
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": encode_base64url(key.public_bytes_raw()),
        "alg": "EdDSA",
    }


def _rsa_jwk(key: rsa.RSAPublicKey) -> JsonObject:
    numbers = key.public_numbers()
    n, e = (
        encode_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        for number in (numbers.n, numbers.e)
    )
    return {"kty": "RSA", "n": n, "e": e, "alg": "RS256"}


def thumbprint(jwk: JsonObject) -> str:
    """Return the SHA-256 thumbprint of a JWK (RFC 7638), base64url without padding."""
    members = {name: jwk[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in jwk}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return encode_base64url(hashlib.sha256(text.encode()).digest())


def did_json(ledger: Ledger, issuer: str, also_known_as: Sequence[str] = ()) -> JsonObject:
    """Return an issuer's DID document as the ledger wants it: every key that it ever published.

    A retired key stays for assertions and has no end, since verifiers would let an end count for
    everything it ever signed. That is what ``revoked`` is for (Controlled Identifiers 1.0).
    """
    keys = ledger.published(issuer)
    revoked = {k.public_key_multibase: instant(k.revoked_at) for k in keys if k.revoked_at}
    names = [key.public_key_multibase for key in keys]
    return document_of(did_for(ledger.site, issuer), names, also_known_as, revoked)


def hosted_key(key: IssuerKey) -> JsonObject:
    """Return what stands at a key's own address: the bare JWK; of a revoked key, only that it is.

    Most readers of tokens look nowhere else, and a key that they don't find signs nothing.
    """
    if key.revoked_at:
        return {"revoked": instant(key.revoked_at)}
    return to_jwk(key.public_key_multibase)


def document_of(
    did: str,
    texts: Sequence[str],
    also_known_as: Sequence[str] = (),
    revoked: Mapping[str, str] = {},
) -> JsonObject:
    """Return the DID document of these keys; those that are revoked are listed and do not count."""
    multikeys = [text for text in texts if not text.startswith("z4MX")]
    document = did_document(did, multikeys, also_known_as, revoked)
    for text in texts:
        if text in multikeys:
            continue
        jwk = to_jwk(text)
        method = {
            "id": method_id(did, thumbprint(jwk)),
            "type": "JsonWebKey",
            "controller": did,
            "publicKeyJwk": jwk,
        }
        if text in revoked:
            method["revoked"] = revoked[text]
        else:
            document["assertionMethod"].append(method["id"])
        document["verificationMethod"].append(method)
    return document
