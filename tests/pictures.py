"""Small pictures for tests, built byte by byte so that a test can break one part."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG = "http://www.w3.org/2000/svg"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """Return a PNG chunk with its right checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width=100, height=100, depth=8, color=2, rest=(0, 0, 0)) -> bytes:
    """Return an IHDR chunk."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, *rest))


def pixels(width=100, height=100, channels=3) -> bytes:
    """Return an IDAT chunk: a gradient, no filter."""
    rows = b"".join(
        b"\x00" + bytes((x * 2 + y + c) % 256 for x in range(width) for c in range(channels))
        for y in range(height)
    )
    return chunk(b"IDAT", zlib.compress(rows))


END = chunk(b"IEND")
HEADER = header()
PIXELS = pixels()


def png(*, head=HEADER, before=b"", data=PIXELS, after=b"", end=END) -> bytes:
    """Return an RGB PNG of 100 by 100 pixels, or one with other parts."""
    return SIGNATURE + head + before + data + after + end


def text_chunk(keyword: bytes, text: bytes, *, compressed: bool = False) -> bytes:
    """Return an iTXt chunk."""
    content = zlib.compress(text, 9) if compressed else text
    return chunk(b"iTXt", keyword + b"\x00" + bytes([compressed]) + b"\x00\x00\x00" + content)


def svg(inner: str = "", attributes: str = 'viewBox="0 0 100 100"') -> bytes:
    """Return an SVG; ``inner`` begins at column 63 of line 1 with the usual attributes."""
    return f'<svg xmlns="{SVG}" {attributes}>{inner}</svg>'.encode()
