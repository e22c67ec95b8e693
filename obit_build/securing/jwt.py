"""Compact JSON Web Signatures (RFC 7515) as Open Badges 3.0 uses them, section "JSON Web Token Proof".

Only the compact form. The header holds ``alg``, ``kid`` or ``jwk``, and perhaps ``typ``: nothing
that would make a reader fetch keys (``jku``, ``x5u``), change the rules (``crit``, ``b64``) or
unpack something (``zip``). Which algorithm is acceptable follows from the key (:mod:`obit_build.securing.jwk`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from obit_build.errors import CanonicalizationError, CredentialError, KeyFormatError
from obit_build.securing.jwk import decode_base64url, encode_base64url
from obit_build.strict_json import JsonObject, parse

MAX_CHARACTERS = 1_400_000
MAX_HEADER_BYTES = 20_000
MAX_SIGNATURE_BYTES = 1024
HEADER_MEMBERS = frozenset({"alg", "kid", "jwk", "typ"})
TYPES = ("JWT", "vc+jwt")
ALGORITHMS = ("EdDSA", "ES256", "RS256")
FIX = "ask the issuer for an intact copy of the credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A compact JWS taken apart; nothing in it is confirmed yet."""

    header: JsonObject
    payload: JsonObject
    signed: bytes
    """The bytes that are signed: header and payload as they came."""
    signature: bytes


def compact(header: JsonObject, payload: JsonObject, sign: Callable[[bytes], bytes]) -> str:
    """Return the compact JWS of a payload; ``sign`` returns the signature as RFC 7518 writes it.

    Raise CredentialError for a header that we would not read ourselves.
    """
    try:
        check_header(header)
    except CanonicalizationError as error:
        raise CredentialError(error.message, fix="use alg, kid and typ only") from error
    signed = ".".join(encode_base64url(_json(part)) for part in (header, payload))
    return f"{signed}.{encode_base64url(sign(signed.encode('ascii')))}"


def _json(value: JsonObject) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read_token(text: str) -> Token:
    """Take a compact JWS apart; raise CanonicalizationError for any other form or spelling."""
    if len(text) > MAX_CHARACTERS:
        raise CanonicalizationError("the token is too long", fix=FIX)
    parts = text.split(".")
    if len(parts) != 3 or not all(parts[:2]):
        raise CanonicalizationError("the token does not have three parts", fix=FIX)
    try:
        header, payload, signature = (decode_base64url(part) for part in parts)
    except KeyFormatError:
        message = "a part of the token is not base64url without padding"
        raise CanonicalizationError(message, fix=FIX) from None
    if len(signature) > MAX_SIGNATURE_BYTES:
        raise CanonicalizationError("the token's signature is too long", fix=FIX)
    token = Token(
        header=parse(header, limit=MAX_HEADER_BYTES),
        payload=parse(payload),
        signed=".".join(parts[:2]).encode("ascii"),
        signature=signature,
    )
    check_header(token.header)
    return token


def check_header(header: JsonObject) -> None:
    """Raise CanonicalizationError for a header that Open Badges 3.0 does not allow."""
    foreign = sorted(header.keys() - HEADER_MEMBERS)
    if foreign:
        name = "".join(c if c.isprintable() else "?" for c in foreign[0])[:60]
        raise CanonicalizationError(f'the token\'s header has a part "{name}"', fix=FIX)
    if header.get("alg") not in ALGORITHMS:
        raise CanonicalizationError("the token's algorithm is not allowed for badges", fix=FIX)
    if header.get("typ", TYPES[0]) not in TYPES:
        raise CanonicalizationError("the token is of another type", fix=FIX)
    _check_key(header.get("kid", ""), header.get("jwk", {}))


def _check_key(kid: Any, jwk: Any) -> None:
    if not isinstance(kid, str) or not isinstance(jwk, dict):
        raise CanonicalizationError("the token does not name its key as a token should", fix=FIX)
