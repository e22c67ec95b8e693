"""Data Integrity with the cryptosuite ``eddsa-rdfc-2022`` (VC Data Integrity EdDSA 1.0, 3.2).

One function per heading of the specification. The signer is a function from bytes to the 64
bytes of an Ed25519 signature; no key is seen here.
"""

import datetime
import functools
import hashlib
import re
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from obit_build.errors import CanonicalizationError, KeyFormatError, SigningError
from obit_build.numbering import Keys
from obit_build.securing.keys import decode_base58, encode_base58
from obit_build.securing.stamp import canonicalize
from obit_build.strict_json import JsonObject

CRYPTOSUITE = "eddsa-rdfc-2022"
SIGNATURE_BYTES = 64
MAX_REMEMBERED = 1 << 17
"""Signatures that were found good, a digest of each; together some 6 MiB."""
_FOUND_GOOD = Keys()
_BEYOND_FFFF = re.compile("[\U00010000-\U0010ffff]")


def proof_configuration(document: JsonObject, proof: JsonObject) -> JsonObject:
    """Return the proof options that are signed: without ``proofValue``, with the document's context."""
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != CRYPTOSUITE:
        raise CanonicalizationError(
            f"the proof is not a DataIntegrityProof with {CRYPTOSUITE}",
            fix="use a verifier that knows this kind of proof",
        )
    options: dict[str, Any] = {"@context": document.get("@context")}
    options.update({k: v for k, v in proof.items() if k not in ("proofValue", "@context")})
    return options


def transform(document: JsonObject) -> str:
    """Return the canonical N-Quads of the document without its proof."""
    return canonicalize({name: value for name, value in document.items() if name != "proof"})


def hash_data(document: JsonObject, proof: JsonObject) -> bytes:
    """Return SHA-256 of the canonical proof configuration, then SHA-256 of the document: 64 bytes."""
    configuration = canonicalize(proof_configuration(document, proof))
    return _sha256(configuration) + _sha256(transform(document))


def sorts_alike(text: str) -> bool:
    """Whether a text holds no character that could make engines disagree about the order."""
    return text.isascii() or not _BEYOND_FFFF.search(text)


def refuse_what_sorts_differently(nquads: str) -> None:
    """Raise CanonicalizationError for lines that engines would put into another order.

    RDFC-1.0 sorts by code point, the widespread JavaScript engine by UTF-16 code unit. The two
    differ only between characters beyond U+FFFF, such as emoji, and those from U+E000 on.
    """
    if sorts_alike(nquads):
        return
    lines = nquads.split("\n")[:-1]  # not splitlines: U+2028 and its like stand inside values
    if lines != sorted(lines, key=lambda line: line.encode("utf-16-be")):
        raise CanonicalizationError(
            "two values of one list begin alike and go on with an emoji and with a rare letter "
            "form, which programs sort differently",
            fix="leave the emoji out, or write the other value with ordinary letters",
        )


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8")).digest()


def add_proof(
    document: JsonObject,
    *,
    sign: Callable[[bytes], bytes],
    verification_method: str,
    created: datetime.datetime,
) -> JsonObject:
    """Return a copy of the document with a one-element ``proof`` array."""
    refuse_what_sorts_differently(transform(document))
    proof: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": created.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    signature = sign(hash_data(document, proof))
    if len(signature) != SIGNATURE_BYTES:
        raise SigningError(
            f"the signer returned {len(signature)} bytes instead of {SIGNATURE_BYTES}",
            fix="use an Ed25519 key",
        )
    return {**document, "proof": [{**proof, "proofValue": "z" + encode_base58(signature)}]}


def proof_is_good(document: JsonObject, proof: JsonObject, public_key: bytes) -> bool:
    """Tell whether the signature is over this very document, by this 32-byte Ed25519 key."""
    return value_is_good(proof, public_key, lambda: hash_data(document, proof))


def value_is_good(proof: JsonObject, public_key: bytes, hashed: Callable[[], bytes]) -> bool:
    """Tell whether ``proofValue`` is this key's signature over what ``hashed`` returns.

    Nothing is hashed for a value that can't be a signature.
    """
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        return False
    try:
        signature = decode_base58(value[1:])
        if (
            len(signature) != SIGNATURE_BYTES
        ):  # two spellings of one signature differ in their length
            return False
        return is_signature(public_key, signature, hashed())
    except (KeyFormatError, ValueError):
        return False


def is_signature(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Tell whether these 64 bytes are this 32-byte key's signature over the 64 bytes of ``data``.

    What was found good is remembered for the rest of the process: a credential that is signed and
    then verified on the finished site has one signature, which has to be worked out once. A whole
    SHA-256 tells them apart, since whoever hands in badges could look for two that share a short one.
    """
    told = hashlib.sha256(public_key + signature + data).digest()
    if told in _FOUND_GOOD:
        return True
    try:
        _key(public_key).verify(signature, data)
    except InvalidSignature:
        return False
    if len(_FOUND_GOOD) >= MAX_REMEMBERED:
        _FOUND_GOOD.clear()
    _FOUND_GOOD.add(told)
    return True


@functools.lru_cache(maxsize=128)
def _key(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)
