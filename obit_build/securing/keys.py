"""Ed25519 public keys as Multikeys, DIDs, DID documents.

Follows Controlled Identifiers 1.0 (Multikey), did:web and did:key. Refuses keys of other kinds
and the 14 encodings of small-order points, under which forged signatures verify.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from obit_build.errors import KeyFormatError
from obit_build.strict_json import JsonObject

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LETTERS = ALPHABET.encode()
_DIGITS = _LETTERS.ljust(256)
_VALUES = bytes.maketrans(_LETTERS, bytes(range(58)))
_AT_ONCE = 128
"""Digits that are found, or added up, together: a signature has 88."""
_HALF = 58 ** (_AT_ONCE // 2)
_MODULUS = _HALF**2
ED25519_PREFIX = b"\xed\x01"
DID_V1 = "https://www.w3.org/ns/did/v1"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"

_P = 2**255 - 19


def _small_order_points() -> frozenset[bytes]:
    """Compute the encodings, canonical or not, of the points whose order divides 8.

    The y coordinates are 0, 1, -1 and the two with y² = (-1 ± √(1+d))/d (RFC 8032, curve
    equation doubled twice); each with both sign bits, and y + p where that fits 255 bits.
    """
    d = -121665 * pow(121666, -1, _P) % _P
    ys = {0, 1, _P - 1} | {y for y2 in _order_8_squares(d) for y in _square_roots(y2)}
    encodings = {y + extra for y in ys for extra in (0, _P) if y + extra < 2**255}
    return frozenset((y | sign << 255).to_bytes(32, "little") for y in encodings for sign in (0, 1))


def _square_roots(square: int) -> tuple[int, ...]:
    root = pow(square, (_P + 3) // 8, _P)
    if root * root % _P != square % _P:
        root = root * pow(2, (_P - 1) // 4, _P) % _P
    return (root, _P - root) if root * root % _P == square % _P else ()


def _order_8_squares(d: int) -> tuple[int, ...]:
    """Solve d·y⁴ + 2·y² - 1 = 0: the points whose double has y = 0."""
    inverse = pow(d, -1, _P)
    return tuple((-1 + root) * inverse % _P for root in _square_roots((1 + d) % _P))


_SMALL_ORDER = _small_order_points()


def _halving(digits: int) -> tuple[int, int, int, int]:
    """Return what takes numbers of ``2 * digits`` digits in base 58 apart, all of them at once.

    They stand side by side in one number, each in 32 bits for one of ``digits``. The product with
    the first, shifted by the second and cut by the third, is each one's upper half (rounding up
    to 18 bits a digit never reaches the next whole number); times the fourth, it leaves the lower
    half where it was and the upper one beside it.
    """
    multiplier = -(-(1 << 18 * digits) // 58**digits)
    each = (1 << 6 * digits) - 1
    mask = sum(each << at for at in range(0, 16 * _AT_ONCE, 32 * digits))
    return multiplier, 18 * digits, mask, (1 << 16 * digits) - 58**digits


_HALVINGS = tuple(_halving(digits) for digits in (32, 16, 8, 4, 2, 1))


def _doubling(digits: int) -> tuple[int, int, int]:
    """Return what joins numbers of ``digits`` digits in base 58 to numbers of twice as many.

    They stand side by side in one number, each in 8 bits for one of ``digits``: by the first every
    other one is moved to where the second keeps it, to be taken times the third.
    """
    each = (1 << 8 * digits) - 1
    mask = sum(each << at for at in range(0, 8 * _AT_ONCE, 16 * digits))
    return 8 * digits, mask, 58**digits


_DOUBLINGS = tuple(_doubling(digits) for digits in (1, 2, 4, 8, 16, 32, 64))


def encode_base58(data: bytes) -> str:
    """Encode as base58btc (no multibase prefix)."""
    number, parts = int.from_bytes(data, "big"), [""]
    while number:
        number, lower = divmod(number, _HALF)
        number, upper = divmod(number, _HALF)
        part = upper << 8 * _AT_ONCE | lower
        for multiplier, shift, mask, apart in _HALVINGS:
            part += (part * multiplier >> shift & mask) * apart
        parts.append(part.to_bytes(2 * _AT_ONCE, "big")[1::2].translate(_DIGITS).decode())
    zeros = len(data) - len(data.lstrip(b"\0"))
    return ALPHABET[0] * zeros + "".join(reversed(parts)).lstrip(ALPHABET[0])


def decode_base58(text: str, *, limit: int = 200) -> bytes:
    """Decode base58btc; raise KeyFormatError for other characters or more than ``limit``."""
    digits = text.encode("ascii", "replace")
    if len(text) > limit or digits.translate(None, _LETTERS):
        raise KeyFormatError("the text is not base58btc", fix="copy it again, whole")
    number, values = 0, digits.translate(_VALUES)
    for end in range(len(values) % _AT_ONCE, len(values) + 1, _AT_ONCE):
        part = int.from_bytes(values[max(0, end - _AT_ONCE) : end], "big")
        for shift, mask, times in _DOUBLINGS:
            part = (part & mask) + (part >> shift & mask) * times
        number = number * _MODULUS + part
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


@functools.lru_cache(maxsize=256)
def encode_multikey(public: bytes) -> str:
    """Write a 32-byte Ed25519 public key as ``z6Mk…``; raise KeyFormatError for another kind."""
    if len(public) != 32:
        raise KeyFormatError(
            "this is not an Ed25519 key, and badges are signed with Ed25519 only",
            fix="use a signer with an Ed25519 key; other kinds are for tokens (use: tokens)",
        )
    return "z" + encode_base58(ED25519_PREFIX + public)


def decode_multikey(text: str) -> bytes:
    """Read a Multikey; return the 32 bytes of an Ed25519 public key that is safe to use."""
    wrong = KeyFormatError(
        f'"{text[:60]}" is not an Ed25519 public key', fix='an Ed25519 Multikey begins with "z6Mk"'
    )
    if not text.startswith("z"):
        raise wrong
    try:
        data = decode_base58(text[1:])
    except KeyFormatError:
        raise wrong from None
    if data[:2] != ED25519_PREFIX or len(data) != 34 or encode_multikey(data[2:]) != text:
        raise wrong
    refuse_weak(data[2:])
    return data[2:]


def refuse_weak(public: bytes) -> None:
    """Raise KeyFormatError for a point of small order: anybody can sign for it."""
    if public in _SMALL_ORDER:
        raise KeyFormatError(
            "this public key is one of the weak points under which forged signatures verify",
            fix="make a new key with `obit key new`",
        )


@functools.lru_cache(maxsize=256)
def did_for(site_base: str, issuer: str) -> str:
    """Return an issuer's DID: ``did:web:<host>[%3A<port>][:<path>…]:issuers:<slug>``."""
    parts = urlsplit(site_base)
    host = (parts.hostname or "") + (f"%3A{parts.port}" if parts.port else "")
    path = [segment for segment in parts.path.split("/") if segment]
    return ":".join(["did:web", host, *path, "issuers", issuer])


_DID_WEB = re.compile(
    r"did:web:([A-Za-z0-9.-]+(?:%3A[0-9]{1,5})?)((?::[A-Za-z0-9._~%-]+)*)", re.ASCII
)


@functools.lru_cache(maxsize=256)
def did_document_url(did: str) -> str:
    """Return where a did:web document is served (did:web method, "Read")."""
    found = _DID_WEB.fullmatch(did)
    if not found:
        raise KeyFormatError(f'"{did[:200]}" is not a did:web', fix="ask the issuer for its DID")
    host = unquote(found.group(1)).lower()
    segments = [s for s in found.group(2).split(":") if s]
    decoded = [unquote(s) for s in segments]
    if any(s in (".", "..") or "/" in s or "\\" in s for s in decoded):
        raise KeyFormatError(
            f'"{did[:200]}" leads out of its folder', fix="ask the issuer for its DID"
        )
    return f"https://{host}/{'/'.join(segments) or '.well-known'}/did.json"


def method_id(did: str, multikey: str) -> str:
    """Return the verification method's id: the fragment is the key itself."""
    return f"{did}#{multikey}"


def did_document(
    did: str,
    multikeys: Sequence[str],
    also_known_as: Sequence[str] = (),
    revoked: Mapping[str, str] = {},
) -> JsonObject:
    """Build the DID document that lists ``multikeys`` for assertions, in the order given.

    ``revoked`` tells since when some of them are revoked: they stay in the document, marked, and
    count for nothing.
    """
    document: JsonObject = {"@context": [DID_V1, MULTIKEY_V1], "id": did}
    if also_known_as:
        document["alsoKnownAs"] = list(also_known_as)
    document["verificationMethod"] = [
        {
            "id": method_id(did, key),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": key,
            **({"revoked": revoked[key]} if key in revoked else {}),
        }
        for key in multikeys
    ]
    document["assertionMethod"] = [method_id(did, key) for key in multikeys if key not in revoked]
    return document
