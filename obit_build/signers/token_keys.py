"""Keys that sign tokens only (JWT): P-256 (ES256) and RSA (RS256), in memory.

P-256 signatures are deterministic (RFC 6979), as everything that obit signs.
"""

from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from obit_build.errors import SigningError

COORDINATE_BYTES = 32
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
LEAST_RSA_BITS = 2048


class P256Signer:
    """Signs with a P-256 key."""

    __slots__ = ("_key", "public_key", "uri")

    alg: Literal["ES256"] = "ES256"

    def __init__(self, key: ec.EllipticCurvePrivateKey, uri: str) -> None:
        self._key = key
        self.uri = uri
        self.public_key = key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def sign(self, message: bytes) -> bytes:
        """Return r ‖ s, 64 bytes (RFC 7518, 3.4)."""
        signature = self._key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
        numbers = decode_dss_signature(signature)
        return b"".join(number.to_bytes(COORDINATE_BYTES, "big") for number in numbers)

    def __repr__(self) -> str:
        return f"P256Signer({self.uri})"

    def __reduce__(self) -> str:
        raise SigningError("a key is never copied out of the process", fix="open the signer again")


class RsaSigner:
    """Signs with an RSA key of at least 2048 bits."""

    __slots__ = ("_key", "public_key", "uri")

    alg: Literal["RS256"] = "RS256"

    def __init__(self, key: rsa.RSAPrivateKey, uri: str) -> None:
        if key.key_size < LEAST_RSA_BITS:
            raise SigningError(
                f"the RSA key in {uri} has {key.key_size} bits", fix="make one of 2048 bits or more"
            )
        self._key = key
        self.uri = uri
        self.public_key = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)

    def sign(self, message: bytes) -> bytes:
        """Return the signature (RSASSA-PKCS1-v1_5 with SHA-256)."""
        return self._key.sign(message, padding.PKCS1v15(), SHA256())

    def __repr__(self) -> str:
        return f"RsaSigner({self.uri})"

    def __reduce__(self) -> str:
        raise SigningError("a key is never copied out of the process", fix="open the signer again")


def new_token_pem(algorithm: Literal["ES256", "RS256"], seed: bytes) -> bytes:
    """Write a new key for tokens as PKCS#8 PEM; ``seed`` (32 bytes) decides only about ES256."""
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if algorithm == "RS256":  # nobody can derive an RSA key from a seed in a standard way
        key = rsa.generate_private_key(65537, LEAST_RSA_BITS)
    else:
        secret = int.from_bytes(seed, "big") % (P256_ORDER - 1) + 1
        key = ec.derive_private_key(secret, ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
