"""Looking for a person in bytes: in every form in which a program might let a name slip out.

A name, parts of it, both orders, the e-mail address; plain, with percent signs, quoted-printable,
as entities, as hex, as base64 of both alphabets at every offset, in UTF-16; inside gzip and zlib
streams, text chunks of PNG pictures, ZIP files, tokens and the encoded lists of status lists.
"""

import base64
import binascii
import contextlib
import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

MAX_DEPTH = 4
SHORT = 7
_TOKEN = re.compile(rb"[A-Za-z0-9_-]{40,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){4,}")


@dataclass(frozen=True)
class Person:
    """Somebody who must not be found."""

    code: str
    first: str
    last: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def words(self) -> tuple[str, ...]:
        """What gives the person away, alone: each is used for nobody and nothing else."""
        return (self.first, self.last, self.email.partition("@")[0])

    @cached_property
    def needles(self) -> re.Pattern[bytes]:
        """What is looked for in text that was decoded as far as it goes, without capitals.

        A short word counts alone only: four letters stand in any long base64 text by chance.
        """
        plain = [word.lower() for word in self.words]
        words = [re.escape(word) for word in (*plain, *(word[::-1] for word in plain))]
        forms = [rf"(?<![a-z0-9]){w}(?![a-z0-9])" if len(w) < SHORT else w for w in words]
        return re.compile("|".join(forms).encode())

    @cached_property
    def encoded(self) -> tuple[bytes, ...]:
        """What stands in base64 text that begins or ends anywhere, and in UTF-16."""
        found: list[bytes] = []
        for text in (
            self.name,
            f"{self.last} {self.first}",
            f"{self.last}, {self.first}",
            self.email,
        ):
            for form in (text, text.lower(), text.upper()):
                data = form.encode()
                for offset in range(3):
                    # The first and the last signs also depend on the neighbours; the middle doesn't.
                    whole = base64.b64encode(bytes(offset) + data)
                    begin = (offset * 8 + 5) // 6
                    end = (offset + len(data)) * 8 // 6
                    middle = whole[begin:end]
                    found += [middle, middle.replace(b"+", b"-").replace(b"/", b"_")]
                found += [form.encode("utf-16-le"), form.encode("utf-16-be")]
        return tuple(dict.fromkeys(found))


def traces(data: bytes, person: Person) -> list[str]:
    """Return how a person shows in some bytes: a short word for each way; empty if not at all."""
    return traces_of((person,), data).get(person, [])


def traces_of(people: Iterable[Person], data: bytes) -> dict[Person, list[str]]:
    """Return how each of some people shows who shows at all; the bytes are decoded once for all of them."""
    found: dict[Person, dict[str, None]] = {}
    for way, layer in layers(data):
        low = layer.lower()
        for person in people:
            if any(form in layer for form in person.encoded):
                found.setdefault(person, {})[f"{way} base64 or UTF-16"] = None
            if person.needles.search(low):
                found.setdefault(person, {})[way or "plain"] = None
    return {person: list(ways) for person, ways in found.items()}


def layers(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes, and whatever they hold when they are decoded in one way after another."""
    return _layers(data, 0, "", {})


def _layers(
    data: bytes, depth: int, way: str, looked_at: dict[bytes, int]
) -> Iterator[tuple[str, bytes]]:
    """Yield layers; what was met before, no deeper inside, has been looked at whichever way led there."""
    if looked_at.get(data, MAX_DEPTH + 1) <= depth:
        return
    looked_at[data] = depth
    yield way, data
    if depth == MAX_DEPTH:
        return
    for name, inner in (*_texts(data), *_containers(data)):
        if inner:
            yield from _layers(inner, depth + 1, f"{way} {name}".strip(), looked_at)


def _texts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Undo what is done to text: only if it was done at all."""
    if b"%" in data:
        yield "percent-encoded", unquote_to_bytes(data)
    if re.search(rb"=[0-9A-F]{2}|=\r?\n", data):
        yield "quoted-printable", binascii.a2b_qp(data)
    if b"&" in data and b";" in data:
        yield "entities", html.unescape(data.decode("utf-8", "replace")).encode()
    if b"\\u" in data:
        yield (
            "escapes",
            re.sub(
                rb"\\u([0-9a-fA-F]{4})",
                lambda m: chr(int(m[1], 16)).encode("utf-8", "replace"),
                data,
            ),
        )
    runs = [bytes.fromhex(run.group().decode()) for run in _HEX.finditer(data)]
    if runs:
        yield "hex", b"\n".join(runs)


def _containers(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from _png(data)
    with contextlib.suppress(zipfile.BadZipFile, zlib.error):
        yield from _zip(data)
    with contextlib.suppress(zlib.error):
        if data.startswith(b"\x1f\x8b"):
            yield "gzip", zlib.decompressobj(wbits=31).decompress(data)
    for found in _BASE64.finditer(data):
        yield from _decoded("base64", found.group(), base64.b64decode)
    for found in _TOKEN.finditer(data):
        for start in (0, 1):  # a multibase sign may stand before it
            yield from _decoded("token", found.group()[start:], base64.urlsafe_b64decode)


def _zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            for name in opened.namelist():
                yield "zip name", name.encode()
                yield "zip", opened.read(name)


def _decoded(name: str, run: bytes, decode) -> Iterator[tuple[str, bytes]]:
    try:
        inner = decode(run.rstrip(b"=") + b"=" * (-len(run.rstrip(b"=")) % 4))
    except ValueError:
        return
    if inner.startswith((b"\x1f\x8b", b"{", b"[")) or inner.isascii():
        yield name, inner


def _png(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind not in (b"IDAT", b"IHDR", b"IEND"):
            yield f"{kind.decode()} chunk", body
            for start in range(min(len(body), 120)):  # after keyword and language
                if body[start : start + 1] == b"x":
                    try:
                        yield f"{kind.decode()} chunk, compressed", zlib.decompress(body[start:])
                    except zlib.error:
                        continue
        at += 12 + length
