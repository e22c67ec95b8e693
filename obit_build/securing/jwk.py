"""Public keys as JSON Web Keys: Ed25519, P-256 and RSA, each good for one algorithm only.

RFC 7517, 7518 and 8037, cut to what Open Badges 3.0 allows. The algorithm follows from the key,
never from what a signature says of itself. Refused: private and symmetric keys, other curves,
points off the curve or of small order, RSA moduli below 2048 or above 8192 bits, public
exponents below 65537, numbers written in more than one way.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from obit_build.errors import CanonicalizationError, KeyFormatError
from obit_build.securing.keys import decode_base58, decode_multikey, encode_base58, refuse_weak
from obit_build.strict_json import JsonObject, parse

Algorithm = Literal["EdDSA", "ES256", "RS256"]
RSA_BITS = (2048, 8192)
RSA_LEAST_EXPONENT = 65537
COORDINATE_BYTES = 32
P256_PREFIX = b"\x80\x24"
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
MAX_BYTES = 20_000
FIX = "ask the issuer, at an address that you know from elsewhere"

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that is safe to use, with the one algorithm that it is used with."""

    algorithm: Algorithm
    key: Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

    @property
    def material(self) -> bytes:
        """The key itself, in one form (DER), to compare keys by."""
        return self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def is_good(self, data: bytes, signature: bytes) -> bool:
        """Tell whether this is a signature (as JWS writes it) over these bytes."""
        try:
            if isinstance(self.key, Ed25519PublicKey):
                self.key.verify(signature, data)
            elif isinstance(self.key, rsa.RSAPublicKey):
                self.key.verify(signature, data, padding.PKCS1v15(), SHA256())
            else:
                self.key.verify(_der(signature), data, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            return False
        return True


def _der(signature: bytes) -> bytes:
    """Rewrite r ‖ s (RFC 7518, 3.4) as the DER that cryptography reads."""
    if len(signature) != 2 * COORDINATE_BYTES:
        raise ValueError
    r, s = signature[:COORDINATE_BYTES], signature[COORDINATE_BYTES:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def decode_base64url(text: Any) -> bytes:
    """Read base64url without padding, in its one canonical spelling; raise KeyFormatError."""
    wrong = KeyFormatError("the text is not base64url without padding", fix=FIX)
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise wrong
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise wrong from None
    if encode_base64url(data) != text:
        raise wrong
    return data


def encode_base64url(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def read_jwk(jwk: JsonObject) -> PublicKey:
    """Read a public JWK; raise KeyFormatError for anything but a strong key of a known kind."""
    if PRIVATE_MEMBERS & jwk.keys():
        raise KeyFormatError("the JWK holds a secret part", fix=FIX)
    uses: Any = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(uses, list) or "verify" not in uses:
        raise KeyFormatError("the JWK is not meant for checking signatures", fix=FIX)
    readers = (("OKP", "Ed25519", _ed25519), ("EC", "P-256", _p256), ("RSA", None, _rsa))
    kind = (jwk.get("kty"), jwk.get("crv"))
    fitting = [reader for kty, crv, reader in readers if (kty, crv) == kind]
    if not fitting:
        raise KeyFormatError("the JWK is neither an RSA, a P-256 nor an Ed25519 key", fix=FIX)
    key = fitting[0](jwk)
    if jwk.get("alg", key.algorithm) != key.algorithm:
        raise KeyFormatError("the JWK names an algorithm that it can't be used with", fix=FIX)
    return key


def _ed25519(jwk: JsonObject) -> PublicKey:
    public = decode_base64url(jwk.get("x"))
    if len(public) != COORDINATE_BYTES:
        raise KeyFormatError("the JWK's key is too long or too short", fix=FIX)
    refuse_weak(public)
    return ed25519_key(public)


def ed25519_key(public: bytes) -> PublicKey:
    """Take 32 bytes that are not of small order."""
    return PublicKey("EdDSA", Ed25519PublicKey.from_public_bytes(public))


def _p256(jwk: JsonObject) -> PublicKey:
    x, y = decode_base64url(jwk.get("x")), decode_base64url(jwk.get("y"))
    if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
        raise KeyFormatError("the JWK's key is too long or too short", fix=FIX)
    return _p256_point(b"\x04" + x + y)


def _p256_point(point: bytes) -> PublicKey:
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise KeyFormatError("the JWK's key is not a point of its curve", fix=FIX) from None
    return PublicKey("ES256", key)


def _rsa(jwk: JsonObject) -> PublicKey:
    n, e = (_number(jwk.get(name)) for name in ("n", "e"))
    if not RSA_BITS[0] <= n.bit_length() <= RSA_BITS[1]:
        raise KeyFormatError(f"the RSA key has {n.bit_length()} bits, not 2048 to 8192", fix=FIX)
    if n % 2 == 0 or e % 2 == 0 or not RSA_LEAST_EXPONENT <= e < 2**32:
        raise KeyFormatError("the RSA key is weak", fix=FIX)
    return PublicKey("RS256", rsa.RSAPublicNumbers(e, n).public_key())


def _number(text: Any) -> int:
    data = decode_base64url(text)
    if not data or data[0] == 0 or len(data) > RSA_BITS[1]:
        raise KeyFormatError("the JWK writes a number in an unusual way", fix=FIX)
    return int.from_bytes(data, "big")


def read_multikey(text: str) -> PublicKey:
    """Read a Multikey of Ed25519 (``z6Mk…``) or P-256 (``zDn…``); raise KeyFormatError."""
    if not text.startswith("zDn"):
        return ed25519_key(decode_multikey(text))
    data = decode_base58(text[1:])
    if data[:2] != P256_PREFIX or len(data) != 35 or "z" + encode_base58(data) != text:
        raise KeyFormatError(f'"{text[:60]}" is not a P-256 public key', fix=FIX)
    return _p256_point(data[2:])


def read_did_jwk(did: str) -> PublicKey:
    """Read the key that is a ``did:jwk``; raise KeyFormatError."""
    data = decode_base64url(did.removeprefix("did:jwk:"))
    try:
        return read_jwk(parse(data, limit=MAX_BYTES))
    except CanonicalizationError as error:
        raise KeyFormatError(f"the did:jwk can't be read: {error.message}", fix=FIX) from error
