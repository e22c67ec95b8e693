"""Find a credential among the files that are attached to a PDF.

ISO 32000, 7.11.4: an attachment is a stream object, and a stream always stands in plain sight in
the file, even when the objects that name it are packed. So the streams are read one after the
other and nothing else of the PDF is interpreted: no cross-references, no scripts, no pages. Read
are streams without filter or with ``FlateDecode``, by content: JSON that is a credential, or a
compact JWS. Refused: encrypted files, and work beyond the caps.
"""

import re
import zlib
from collections.abc import Iterator

from obit_build.errors import BakingError

MAX_STREAMS = 3000
MAX_ATTACHMENT_BYTES = 1_000_000
MAX_UNPACKED_BYTES = 8_000_000
"""For all streams together."""
MAX_DICTIONARY_BYTES = 4096
BEGINNING = 64
"""Bytes that tell whether a stream is worth unpacking."""
MAX_CREDENTIALS = 8
FIX = "ask the holder for the badge as a picture or as JSON"

_STREAM = re.compile(rb">>\s{0,16}stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/(\w+)")
_SEVERAL_FILTERS = re.compile(rb"/Filter\s*\[\s*/\w+\s*/\w+")
_TOKEN = re.compile(rb"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def is_pdf(data: bytes) -> bool:
    """Tell a PDF by its first bytes."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def credentials_in_pdf(data: bytes) -> list[str]:
    """Return the different credentials that are attached, in the file's order.

    Raise BakingError if there is none, or if the file asks for too much work.
    """
    found: list[str] = []
    for content in _contents(data):
        if not (_is_credential(content) or _TOKEN.fullmatch(content)):
            continue
        text = content.decode("utf-8", "replace")
        if text not in found:
            found.append(text)
        if len(found) > MAX_CREDENTIALS:
            raise BakingError(f"the PDF holds more than {MAX_CREDENTIALS} credentials", fix=FIX)
    if found:
        return found
    if b"/Encrypt" in data:
        raise BakingError("the PDF is encrypted", fix=FIX)
    raise BakingError("the PDF has no credential attached to it", fix=FIX)


def _is_credential(content: bytes) -> bool:
    return content.startswith(b"{") and b'"@context"' in content


def _contents(data: bytes) -> Iterator[bytes]:
    """Yield what the readable streams hold, without white space around it."""
    unpacked = 0
    for number, mark in enumerate(_STREAM.finditer(data)):
        if number == MAX_STREAMS:
            raise BakingError(f"the PDF has more than {MAX_STREAMS} parts", fix=FIX)
        content = _content(data, mark)
        unpacked += len(content)
        if unpacked > MAX_UNPACKED_BYTES:
            raise BakingError("the PDF unpacks to more than it should", fix=FIX)
        yield content.strip()


def _content(data: bytes, mark: re.Match[bytes]) -> bytes:
    """Return what a stream holds; nothing if it is packed in a way that attachments are not."""
    head = data[max(0, mark.start() - MAX_DICTIONARY_BYTES) : mark.start()]
    head = head[head.rfind(b" obj") + 1 :]
    if _SEVERAL_FILTERS.search(head):
        return b""
    packing = _FILTER.search(head)
    if packing is None:
        end = data.find(b"endstream", mark.end(), mark.end() + MAX_ATTACHMENT_BYTES)
        return data[mark.end() : end] if end > 0 else b""
    if packing[1] != b"FlateDecode":
        return b""
    # The packed data says itself where it ends.
    return _unpacked(memoryview(data)[mark.end() : mark.end() + MAX_ATTACHMENT_BYTES])


def _unpacked(packed: memoryview) -> bytes:
    """Unpack what begins like JSON or a token; fonts and pictures are left alone."""
    inflate = zlib.decompressobj()
    try:
        begin = inflate.decompress(packed, BEGINNING)
        if begin.lstrip()[:1] not in (b"{", b"e"):
            return b""
        return begin + inflate.decompress(inflate.unconsumed_tail, MAX_ATTACHMENT_BYTES)
    except zlib.error:
        return b""
