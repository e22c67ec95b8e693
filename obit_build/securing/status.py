"""Bitstring Status List 1.0: bits ↔ ``encodedList``.

Index 0 is the left-most bit. Encoding writes its own gzip header, since Python's differs from
version to version; the deflate stream may still differ between zlib builds, so comparisons are
made on decoded bits.
"""

import base64
import binascii
import re
import struct
import zlib
from collections.abc import Iterable

from obit_build.errors import StatusListError

MIN_LENGTH = 131_072
MAX_BYTES = 16 * 1024 * 1024
_HEADER = bytes.fromhex("1f8b08000000000002ff")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
FIX = "ask the issuer to publish the status list again"


def bitstring(indexes: Iterable[int], length: int = MIN_LENGTH) -> bytes:
    """Return ``length`` bits with those at ``indexes`` set."""
    bits = bytearray(length // 8)
    for index in indexes:
        if not 0 <= index < length:
            raise StatusListError(f"the index {index} lies outside the list", fix=FIX)
        bits[index // 8] |= 0x80 >> (index % 8)
    return bytes(bits)


def encode(indexes: Iterable[int], length: int = MIN_LENGTH) -> str:
    """Return ``u`` + base64url (no padding) of the gzipped bitstring with these bits set."""
    return encode_bits(bitstring(indexes, length))


def encode_bits(bits: bytes) -> str:
    """Return ``u`` + base64url (no padding) of a gzipped bitstring."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = deflate.compress(bits) + deflate.flush()
    packed = _HEADER + body + struct.pack("<II", zlib.crc32(bits), len(bits))
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(encoded: str) -> bytes:
    """Return the bitstring; raise StatusListError if malformed, too short or larger than 16 MiB."""
    if (
        not encoded.startswith("u")
        or not _BASE64URL.fullmatch(encoded[1:])
        or len(encoded) > MAX_BYTES
    ):
        raise StatusListError("the status list is not base64url text that begins with u", fix=FIX)
    try:
        packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4))
        inflate = zlib.decompressobj(31)  # gzip only
        bits = inflate.decompress(packed, MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise StatusListError("the status list can't be unpacked", fix=FIX) from None
    if len(bits) > MAX_BYTES:
        raise StatusListError("the status list is too large", fix=FIX)
    if not inflate.eof or inflate.unused_data:
        raise StatusListError("the status list is cut off or has something after its end", fix=FIX)
    if len(bits) * 8 < MIN_LENGTH:
        raise StatusListError(f"the status list has fewer than {MIN_LENGTH} entries", fix=FIX)
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Tell whether the bit at ``index`` is 1."""
    if not 0 <= index < len(bits) * 8:
        raise StatusListError(f"the index {index} lies outside the list", fix=FIX)
    return bool(bits[index // 8] & (0x80 >> (index % 8)))


def count(bits: bytes) -> int:
    """Return how many bits are set."""
    return int.from_bytes(bits, "big").bit_count()
