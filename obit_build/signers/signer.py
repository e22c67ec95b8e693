"""What a signer is, and the one that holds a key in memory.

A signer's ``repr`` shows the public key and where the private one came from, never the key.
Refused: keys of small order, and keys that everybody knows.
"""

from typing import Literal, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from obit_build.errors import SigningError
from obit_build.securing.keys import encode_multikey, refuse_weak
from obit_build.signers.token_keys import P256Signer, RsaSigner

Alg = Literal["Ed25519", "ES256", "RS256"]

# Public keys whose seeds everybody knows: all zeros, and the five of RFC 8032, 7.1.
KNOWN_KEYS = frozenset(
    Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key().public_bytes_raw()
    for seed in (
        "00" * 32,
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    )
)


class Signer(Protocol):
    """Signs bytes with one key (security reference, 3.3)."""

    @property
    def alg(self) -> Alg:
        """The kind of signature. Badges take Ed25519; the others are for tokens (JWT) only."""

    @property
    def public_key(self) -> bytes:
        """The public key: 32 bytes (Ed25519), 65 of a point (ES256, SEC 1) or PKCS#1 DER (RS256)."""

    @property
    def uri(self) -> str:
        """Where the key is, without secrets."""

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature: 64 bytes (r ‖ s for ES256), or the modulus' size for RS256."""


class KeySigner:
    """Signs with an Ed25519 key in memory."""

    __slots__ = ("_key", "public_key", "uri")

    alg: Alg = "Ed25519"

    def __init__(self, key: Ed25519PrivateKey, uri: str) -> None:
        self._key = key
        self.uri = uri
        self.public_key = key.public_key().public_bytes_raw()
        refuse_weak(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Return the raw 64 bytes of the signature."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"KeySigner({encode_multikey(self.public_key)}, {self.uri})"

    def __reduce__(self) -> str:
        raise never_copied()


def never_copied() -> SigningError:
    """Return what pickling or copying a signer raises."""
    return SigningError("a key is never copied out of the process", fix="open the signer again")


def refuse_known(public: bytes, uri: str) -> None:
    """Raise SigningError for a key that is printed in a standard: anybody can sign with it."""
    if public in KNOWN_KEYS:
        raise SigningError(
            f"the key in {uri} is a published test key", fix="make one with `obit key new`"
        )


def from_pem(pem: bytes, passphrase: str | None, uri: str) -> Signer:
    """Read an Ed25519, P-256 or RSA key from PKCS#8 PEM, encrypted or not; raise SigningError without its content."""
    if b"\\n" in pem and pem.count(b"\n") <= 1:
        pem = pem.replace(b"\\n", b"\n")  # secret stores like to escape line ends
    if pem.count(b"-----BEGIN ") != 1:
        raise SigningError(
            f"{uri} does not hold exactly one PEM key",
            fix="store the whole file that `obit key new` wrote, with its BEGIN and END lines",
        )
    try:
        password = passphrase.encode() if passphrase else None
        key = serialization.load_pem_private_key(pem, password)
    except TypeError:
        need = (
            "needs a passphrase"
            if passphrase is None
            else "is not encrypted, but a passphrase is set"
        )
        raise SigningError(
            f"the key in {uri} {need}", fix="see docs/how-to/keys.md for where the passphrase goes"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise SigningError(
            f"the key in {uri} can't be read: it is damaged or the passphrase is wrong",
            fix="compare with the file that `obit key new` wrote",
        ) from None
    if isinstance(key, rsa.RSAPrivateKey):
        return RsaSigner(key, uri)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return P256Signer(key, uri)
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(
            f"the key in {uri} is neither Ed25519, P-256 nor RSA",
            fix="make one with `obit key new`",
        )
    refuse_known(key.public_key().public_bytes_raw(), uri)
    return KeySigner(key, uri)


def new_pem(seed: bytes, passphrase: str | None) -> bytes:
    """Write a new Ed25519 key from 32 random bytes as PKCS#8 PEM."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return Ed25519PrivateKey.from_private_bytes(seed).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    )
