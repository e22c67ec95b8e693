"""PNG files as rows of chunks: put a credential in, take it out, never touch a pixel.

Open Badges 3.0 section 5.3.1: one uncompressed ``iTXt`` chunk with the keyword
``openbadgecredential``. Every other chunk keeps its bytes. Refused: a wrong signature or CRC,
lengths that leave the file, a wrong order, unknown critical chunks, anything after ``IEND``,
and more than the caps allow. Nothing here decodes pixels.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from obit_build.errors import BakingError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CREDENTIAL = "openbadgecredential"
ASSERTION = "openbadges"
"""The keyword of Open Badges 2.0; some programs put 3.0 credentials there too."""

MAX_BYTES = 8 * 1024 * 1024
MAX_CHUNKS = 10_000
MAX_TEXT = 1024 * 1024
"""Bytes of a credential, written plainly."""

SAVE_AGAIN = "open the picture in an image program and save it again as PNG"
DOWNLOAD_AGAIN = "download the badge again from its page; messengers and photo programs remove credentials from pictures"

_HEAD = struct.Struct(">I4s")
_TAIL = struct.Struct(">I")
_HEADER = struct.Struct(">IIBBBBB")
_CHUNK_TYPE = re.compile(rb"[A-Za-z]{2}[A-Z][A-Za-z]")
_CRITICAL = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND"))
_ANIMATION = frozenset((b"acTL", b"fcTL", b"fdAT"))
_TEXT_CHUNKS = frozenset((b"iTXt", b"tEXt", b"zTXt"))
# What decides how the picture looks. All else may name its author, place, camera or program.
_VISIBLE = _CRITICAL | _ANIMATION | frozenset(
    (b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs", b"hIST", b"sPLT")
)  # fmt: skip
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PALETTE = 3
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # fmt: skip


class NoCredentialError(BakingError):
    """A picture that is sound and holds no credential."""


class Chunk(NamedTuple):
    """One chunk: its type, where it begins in the file (at its length field), its whole and its data."""

    kind: bytes
    start: int
    whole: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Png:
    """A PNG whose structure is sound; pixels are not decoded."""

    width: int
    height: int
    bits_per_pixel: int
    interlaced: bool
    chunks: tuple[Chunk, ...]

    @property
    def is_animated(self) -> bool:
        """Whether it is an APNG."""
        return any(chunk.kind in _ANIMATION for chunk in self.chunks)

    @property
    def pixel_bytes(self) -> int:
        """Return how many bytes the picture data has once inflated (PNG, section 7)."""
        if not self.interlaced:
            return self._rows(self.width, self.height)
        return sum(
            self._rows(-(-(self.width - x) // across), -(-(self.height - y) // down))
            for x, y, across, down in _ADAM7
            if x < self.width and y < self.height
        )

    def _rows(self, width: int, height: int) -> int:
        return height * (1 + (width * self.bits_per_pixel + 7) // 8)


def _refuse(message: str, fix: str = SAVE_AGAIN) -> NoReturn:
    raise BakingError(message, fix=fix)


def read(image: bytes) -> Png:
    """Check a PNG's structure, chunk by chunk with their CRCs; raise ``BakingError``."""
    if len(image) > MAX_BYTES:
        _refuse(
            f"the PNG has {len(image)} bytes; at most {MAX_BYTES} are allowed",
            "save it smaller; 600 by 600 pixels are plenty",
        )
    chunks = tuple(_walk(image))
    _check_order([chunk.kind for chunk in chunks])
    header = chunks[0].data
    if len(header) != _HEADER.size:
        _refuse(f"the PNG's header has {len(header)} bytes instead of {_HEADER.size}")
    width, height, depth, color, compression, filters, interlace = _HEADER.unpack(header)
    if not (0 < width < 2**31 and 0 < height < 2**31):
        _refuse(f"the PNG says that it is {width} by {height} pixels")
    if depth not in _DEPTHS.get(color, ()):
        _refuse(f"the PNG says colour type {color} with {depth} bits, which does not exist")
    if compression or filters or interlace > 1:
        _refuse(
            "the PNG's header names a compression, filter or interlace method that does not exist"
        )
    _check_palette(chunks, color)
    return Png(width, height, depth * _SAMPLES[color], bool(interlace), chunks)


def _walk(image: bytes) -> Iterator[Chunk]:
    if not image.startswith(SIGNATURE):
        _refuse(
            "the file does not begin like a PNG",
            "use a PNG file that was copied without conversion",
        )
    at, number = len(SIGNATURE), 0
    while at < len(image):
        number += 1
        if number > MAX_CHUNKS:
            _refuse(f"the PNG has more than {MAX_CHUNKS} chunks")
        chunk = _chunk_at(image, at)
        yield chunk
        at += len(chunk.whole)
        if chunk.kind == b"IEND" and at < len(image):
            _refuse(
                f"{len(image) - at} bytes follow the end of the PNG, so it may be two files in one"
            )


def _chunk_at(image: bytes, at: int) -> Chunk:
    if len(image) - at < _HEAD.size + _TAIL.size:
        _refuse(f"the PNG is cut off at byte {len(image)}")
    length, kind = _HEAD.unpack_from(image, at)
    if not _CHUNK_TYPE.fullmatch(kind):
        _refuse(f"the PNG has a chunk with an impossible type at byte {at}")
    name = kind.decode("ascii")
    data_start = at + _HEAD.size
    end = data_start + length + _TAIL.size
    if end > len(image):
        _refuse(f"the PNG is cut off: its chunk {name} at byte {at} should have {length} bytes")
    (stored,) = _TAIL.unpack_from(image, end - _TAIL.size)
    # The checksum covers type and data (PNG, section 5.3).
    if zlib.crc32(memoryview(image)[at + 4 : end - _TAIL.size]) != stored:
        _refuse(f"the PNG is damaged: the checksum of its chunk {name} at byte {at} is wrong")
    return Chunk(kind, at, image[at:end], image[data_start : end - _TAIL.size])


def _check_order(kinds: list[bytes]) -> None:
    if not kinds or kinds[0] != b"IHDR":
        _refuse("the PNG does not begin with its header")
    if kinds.count(b"IHDR") > 1:
        _refuse("the PNG has two headers")
    if kinds[-1] != b"IEND":
        _refuse("the PNG has no end; it is cut off")
    if b"IDAT" not in kinds:
        _refuse("the PNG holds no picture data")
    first = kinds.index(b"IDAT")
    if any(kind != b"IDAT" for kind in kinds[first : first + kinds.count(b"IDAT")]):
        _refuse("the PNG's picture data is interrupted by another chunk")
    for kind in kinds:
        if not kind[0] & 0x20 and kind not in _CRITICAL:
            _refuse(f"the PNG needs the chunk {kind.decode('ascii')}, which no standard defines")


def _check_palette(chunks: tuple[Chunk, ...], color: int) -> None:
    palettes = [chunk for chunk in chunks if chunk.kind == b"PLTE"]
    picture = next(chunk for chunk in chunks if chunk.kind == b"IDAT")
    if len(palettes) > 1 or (palettes and palettes[0].start > picture.start):
        _refuse("the PNG's palette stands where it may not")
    if color == _PALETTE and not palettes:
        _refuse("the PNG uses a palette that it does not have")
    if palettes and (len(palettes[0].data) % 3 or not 3 <= len(palettes[0].data) <= 3 * 256):
        _refuse("the PNG's palette is malformed")
    if chunks[-1].data:
        _refuse("the PNG's last chunk is not empty")


def measure(image: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG that is sound; raise ``BakingError``."""
    png = read(image)
    return png.width, png.height


def inflate(parts: tuple[bytes, ...], limit: int) -> tuple[int, bool]:
    """Inflate a zlib stream given in parts, keeping nothing; stop beyond ``limit`` bytes.

    Return how many bytes came out (at most a little more than ``limit``) and whether the
    stream ended properly; a stream that is damaged did not.
    """
    inflater, size = zlib.decompressobj(), 0
    try:
        for part in parts:
            waiting = part
            while waiting and size <= limit:
                size += len(inflater.decompress(waiting, 1 << 16))
                waiting = inflater.unconsumed_tail
        while size <= limit and not inflater.eof and (more := inflater.decompress(b"", 1 << 16)):
            size += len(more)
    except zlib.error:
        return size, False
    return size, inflater.eof and not inflater.unused_data


def compressed_part(chunk: Chunk) -> bytes:
    """Return what a text or colour profile chunk holds in compressed form; empty if nothing."""
    rest = chunk.data.partition(b"\x00")[2]
    if chunk.kind in (b"zTXt", b"iCCP"):
        return rest[1:]
    if chunk.kind == b"iTXt" and rest[:1] == b"\x01":
        return rest[2:].split(b"\x00", 2)[-1]
    return b""


def _is_about(chunk: Chunk, keyword: str) -> bool:
    return chunk.kind in _TEXT_CHUNKS and chunk.data.startswith(keyword.encode("ascii") + b"\x00")


def split(image: bytes, *, both: bool = False) -> tuple[bytes, bytes]:
    """Cut a PNG where its credential belongs: after ``IHDR``, without the one it may hold.

    The baked image is the first part, the credential's chunk, and the second part. ``both``
    takes an Open Badges 2.0 assertion out as well.
    """
    png = read(image)
    if png.is_animated:
        _refuse("the PNG is animated; a badge is a still picture", "save one frame of it as PNG")
    gone = (CREDENTIAL, ASSERTION) if both else (CREDENTIAL,)
    kept = [c.whole for c in png.chunks if not any(_is_about(c, keyword) for keyword in gone)]
    return SIGNATURE + kept[0], b"".join(kept[1:])


def credential_chunk(text: str, keyword: str = CREDENTIAL) -> bytes:
    """Return the ``iTXt`` chunk for a credential: no compression, no language."""
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError:
        _refuse("the credential holds half a character (a lone surrogate)", "issue it again")
    if not content.strip() or len(content) > MAX_TEXT or b"\x00" in content:
        _refuse(f"a credential has 1 to {MAX_TEXT} bytes, none of them zero", "issue it again")
    body = b"iTXt" + keyword.encode("ascii") + b"\x00\x00\x00\x00\x00" + content
    return _TAIL.pack(len(body) - 4) + body + _TAIL.pack(zlib.crc32(body))


def fill(before: bytes, after: bytes, text: str, assertion: str | None = None) -> bytes:
    """Return the baked PNG from what :func:`split` gave; ``assertion`` is of Open Badges 2.0."""
    older = b"" if assertion is None else credential_chunk(assertion, ASSERTION)
    baked = before + credential_chunk(text) + older + after
    if len(baked) > MAX_BYTES:
        message = f"with its credential the PNG has more than {MAX_BYTES} bytes"
        _refuse(message, "save the picture smaller")
    return baked


def insert_credential(image: bytes, text: str) -> bytes:
    """Return the PNG with ``text`` as its only credential; all other chunks keep their bytes."""
    return fill(*split(image), text)


def extract_credential(image: bytes) -> str:
    """Return the text of the chunk ``openbadgecredential``, untrimmed; raise ``BakingError``.

    A compressed ``iTXt`` is read too, up to ``MAX_TEXT`` bytes.
    """
    found = [
        chunk
        for chunk in read(image).chunks
        if chunk.kind == b"iTXt" and _is_about(chunk, CREDENTIAL)
    ]
    return _only_text(found)


def extract_assertion(image: bytes) -> str:
    """Return the text under Open Badges 2.0's keyword ``openbadges`` (``iTXt`` or ``tEXt``)."""
    kinds = (b"iTXt", b"tEXt")
    found = [
        chunk for chunk in read(image).chunks if chunk.kind in kinds and _is_about(chunk, ASSERTION)
    ]
    return _only_text(found)


def _only_text(found: list[Chunk]) -> str:
    if not found:
        raise NoCredentialError("the PNG holds no credential", fix=DOWNLOAD_AGAIN)
    if len(found) > 1:  # two readers could take one each and disagree
        _refuse(f"the PNG holds {len(found)} credentials, and only one can count", DOWNLOAD_AGAIN)
    chunk = found[0]
    if chunk.kind == b"tEXt":
        return chunk.data.partition(b"\x00")[2].decode("latin-1")
    rest = chunk.data.partition(b"\x00")[2]
    compressed, method, texts = rest[:1], rest[1:2], rest[2:].split(b"\x00", 2)
    if compressed not in (b"\x00", b"\x01") or method != b"\x00" or len(texts) != 3:
        _refuse("the credential's chunk in the PNG is malformed", DOWNLOAD_AGAIN)
    content = _inflate_text(texts[2]) if compressed == b"\x01" else texts[2]
    if len(content) > MAX_TEXT:
        _refuse(f"the credential in the PNG has more than {MAX_TEXT} bytes", DOWNLOAD_AGAIN)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("the credential in the PNG is not UTF-8 text", DOWNLOAD_AGAIN)


def _inflate_text(content: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(content, MAX_TEXT + 1)
    except zlib.error:
        _refuse("the compressed credential in the PNG is damaged", DOWNLOAD_AGAIN)
    if len(text) <= MAX_TEXT and not inflater.eof:
        _refuse("the compressed credential in the PNG is damaged", DOWNLOAD_AGAIN)
    return text


def without_metadata(image: bytes) -> bytes:
    """Return the PNG without what doesn't show: texts, EXIF, times, private chunks, a credential."""
    return SIGNATURE + b"".join(
        chunk.whole for chunk in read(image).chunks if chunk.kind in _VISIBLE
    )
