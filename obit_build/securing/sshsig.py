"""SSH signatures of files (OpenSSH, PROTOCOL.sshsig), and the public keys that make them.

A signature names a *namespace*, so that one made for another purpose, such as a Git commit, can't
be passed off as an approval. Accepted: Ed25519, ECDSA on P-256, and RSA of 2048 to 8192 bits with
``rsa-sha2-512``; of messages hashed with SHA-256 or SHA-512. Refused: certificates, security keys
(``sk-``, which sign more than the message), DSA, SHA-1, small-order points, reserved data, and any
spelling of a signature but the one that ssh-keygen writes.
"""

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from obit_build.errors import KeyFormatError
from obit_build.securing.keys import refuse_weak

MAX_KEY_CHARACTERS = 4096
MAX_SIGNATURE_CHARACTERS = 8192
RSA_BITS = range(2048, 8193)
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"

_MAGIC = b"SSHSIG"
_VERSION = 1
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_ALGORITHMS = {
    b"ssh-ed25519": b"ssh-ed25519",
    b"ecdsa-sha2-nistp256": b"ecdsa-sha2-nistp256",
    b"ssh-rsa": b"rsa-sha2-512",
}
"""Kind of key → kind of signature."""
_LINE = re.compile(r"(?P<kind>[a-z0-9@.-]+) (?P<blob>[A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?")
_ARMOR = re.compile(
    rf"{BEGIN}\n(?P<lines>(?:[A-Za-z0-9+/]{{70}}\n)*[A-Za-z0-9+/=]{{1,70}}\n){END}\n?"
)
FIX_KEY = "paste the line of a file that ends in .pub, such as ~/.ssh/id_ed25519.pub"

_Key = Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class SshKey:
    """A public key, as its bytes on the wire; two spellings of one key are equal."""

    blob: bytes

    @property
    def fingerprint(self) -> str:
        """The fingerprint that ``ssh-keygen -l`` shows."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A signature, taken apart; nothing is verified yet."""

    key: SshKey
    namespace: str
    hash_algorithm: bytes
    signature: bytes
    """Of the kind that fits the key, without its name."""


def read_key(line: str) -> SshKey:
    """Read a public key as in a ``.pub`` file; raise KeyFormatError if it is none that counts."""
    found = _LINE.fullmatch(line.strip()) if len(line) <= MAX_KEY_CHARACTERS else None
    if found is None:
        raise KeyFormatError("this is not an SSH public key", fix=FIX_KEY)
    kind = found["kind"].encode()
    if kind not in _ALGORITHMS:
        raise KeyFormatError(
            f"{found['kind'][:40]} is not a kind of key that can approve",
            fix="make one with: ssh-keygen -t ed25519",
        )
    try:
        blob = base64.b64decode(found["blob"], validate=True)
    except binascii.Error:
        blob = b""
    if base64.b64encode(blob).decode() != found["blob"] or not blob:
        raise KeyFormatError("this SSH public key is incomplete", fix=FIX_KEY)
    key = SshKey(blob)
    if _loaded(key)[0] != kind:
        raise KeyFormatError("this SSH public key is not of the kind that it says", fix=FIX_KEY)
    return key


def _loaded(key: SshKey) -> tuple[bytes, _Key]:
    """Return the kind of a key and the key itself; raise KeyFormatError if it is not acceptable."""
    try:
        kind = next(iter(_strings(key.blob)))
        loaded = serialization.load_ssh_public_key(kind + b" " + base64.b64encode(key.blob))
    except (ValueError, StopIteration, UnsupportedAlgorithm, TypeError):
        raise KeyFormatError("this SSH public key is incomplete", fix=FIX_KEY) from None
    if isinstance(loaded, Ed25519PublicKey) and kind == b"ssh-ed25519":
        refuse_weak(loaded.public_bytes_raw())
        return kind, loaded
    if isinstance(loaded, ec.EllipticCurvePublicKey) and kind == b"ecdsa-sha2-nistp256":
        return kind, loaded
    if isinstance(loaded, rsa.RSAPublicKey) and kind == b"ssh-rsa":
        if loaded.key_size not in RSA_BITS or loaded.public_numbers().e < 65537:
            raise KeyFormatError(
                f"an RSA key of {loaded.key_size} bits can't approve",
                fix="make another one with: ssh-keygen -t ed25519",
            )
        return kind, loaded
    raise KeyFormatError(
        "this is not a kind of key that can approve", fix="make one with: ssh-keygen -t ed25519"
    )


def read_signature(armored: str) -> SshSignature:
    """Read a signature as ssh-keygen writes it; raise KeyFormatError for any other text."""
    try:
        return _read_signature(armored)
    except (ValueError, StopIteration, UnicodeError):
        raise KeyFormatError(
            "this is not an SSH signature", fix="make it again with obit approve"
        ) from None


def _read_signature(armored: str) -> SshSignature:
    found = _ARMOR.fullmatch(armored) if len(armored) <= MAX_SIGNATURE_CHARACTERS else None
    if found is None:
        raise ValueError
    text = found["lines"].replace("\n", "")
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text or not data.startswith(_MAGIC):
        raise ValueError
    version, rest = int.from_bytes(data[6:10], "big"), data[10:]
    blob, namespace, reserved, hash_algorithm, signature = _exactly(rest, 5)
    kind, value = _exactly(signature, 2)
    key = SshKey(blob)
    key_kind = next(iter(_strings(blob)))
    if (
        version != _VERSION
        or reserved
        or not namespace
        or hash_algorithm not in _HASHES
        or _ALGORITHMS.get(key_kind) != kind
    ):
        raise ValueError
    return SshSignature(key, namespace.decode("ascii"), hash_algorithm, value)


def is_signed(message: bytes, signature: SshSignature, namespace: str) -> bool:
    """Tell whether the signature is its own key's, over this message, for this purpose.

    Whose key it is, is another question. Never raises.
    """
    if signature.namespace != namespace:
        return False
    digest = _HASHES[signature.hash_algorithm](message).digest()
    signed = _MAGIC + b"".join(
        _string(part) for part in (namespace.encode(), b"", signature.hash_algorithm, digest)
    )
    try:
        _, key = _loaded(signature.key)
        _verify(key, signature.signature, signed)
    except (KeyFormatError, InvalidSignature, ValueError):
        return False
    return True


def _verify(key: _Key, signature: bytes, signed: bytes) -> None:
    if isinstance(key, Ed25519PublicKey):
        key.verify(signature, signed)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        r, s = (_positive(number) for number in _exactly(signature, 2))
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    else:
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA512())


def _positive(number: bytes) -> int:
    """Read an ``mpint`` above zero in its only spelling (RFC 4251, section 5)."""
    value = int.from_bytes(number, "big", signed=True)
    if value <= 0 or number != value.to_bytes(value.bit_length() // 8 + 1, "big"):
        raise ValueError
    return value


def _exactly(data: bytes, count: int) -> list[bytes]:
    parts = list(_strings(data))
    if len(parts) != count:
        raise ValueError
    return parts


def _strings(data: bytes) -> list[bytes]:
    """Read the SSH strings that ``data`` is made of; raise ValueError where it is cut off."""
    found = []
    while data:
        if len(data) < 4 or (size := int.from_bytes(data[:4], "big")) > len(data) - 4:
            raise ValueError
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
