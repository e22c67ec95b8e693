"""The net itself: a canary in any disguise is seen, and what is none is not."""

import base64
import gzip
import io
import json
import quopri
import random
import zipfile
import zlib
from urllib.parse import quote

import pytest
from canaries import UNLISTED
from pictures import png
from traces import traces

TEXT = f"for {UNLISTED.name} <{UNLISTED.email}> of Mons, and more words after it"


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as bundle:
        bundle.writestr(zipfile.ZipInfo("a.txt"), TEXT)
    return target.getvalue()


@pytest.mark.parametrize(
    ("said", "way"),
    [
        (TEXT.encode(), "plain"),
        (TEXT.upper().encode(), "plain"),
        (TEXT[::-1].encode(), "plain"),
        (b"awards/quux-zebedee.yaml", "plain"),
        (b'{"who": "Quux"}', "plain"),
        (quote(TEXT, safe="").encode(), "plain"),
        ("".join(f"%{byte:02X}" for byte in TEXT.encode()).encode(), "percent-encoded"),
        ("".join(f"={byte:02X}" for byte in TEXT.encode()).encode(), "quoted-printable"),
        (quopri.encodestring(("é" * 30 + TEXT).encode()), "quoted-printable"),
        ("".join(f"&#{ord(c)};" for c in TEXT).encode(), "entities"),
        ("".join(f"\\u{ord(c):04x}" for c in TEXT).encode(), "escapes"),
        (TEXT.encode().hex().encode(), "hex"),
        (TEXT.encode("utf-16-le"), "base64 or UTF-16"),
        (b"k: " + base64.b64encode(TEXT.encode()), "base64 or UTF-16"),
        (b"k: " + base64.b64encode(b"x" + TEXT.encode()), "base64 or UTF-16"),
        (b"k: " + base64.urlsafe_b64encode(b"xy" + TEXT.encode()), "base64 or UTF-16"),
        (b"k: " + base64.b64encode(b"\xff\xfe" + b"Quux, Zebedee"), "base64 or UTF-16"),
        (gzip.compress(TEXT.encode(), mtime=0), "gzip"),
        (b"u" + base64.urlsafe_b64encode(gzip.compress(TEXT.encode(), mtime=0)), "token gzip"),
        (zipped(), "zip"),
        (base64.b64encode(json.dumps({"a": quote(TEXT[::-1])}).encode()), "base64"),
    ],
    ids=lambda value: value if isinstance(value, str) else "seen as",
)
def test_a_disguise_is_seen_through(said: bytes, way: str):
    assert any(way in found for found in traces(said, UNLISTED)), traces(said, UNLISTED)


def test_text_chunks_of_pictures_are_read():
    picture = png()
    chunk = b"zTXt" + b"note\0\0" + zlib.compress(TEXT.encode())
    whole = (
        picture[:33]
        + len(chunk[4:]).to_bytes(4, "big")
        + chunk
        + zlib.crc32(chunk).to_bytes(4, "big")
        + picture[33:]
    )

    assert traces(whole, UNLISTED) == ["zTXt chunk, compressed"]


def test_noise_is_nobody():
    noise = random.Random(7).randbytes(300_000)

    for data in (
        noise,
        base64.b64encode(noise),
        noise.hex().encode(),
        gzip.compress(noise, mtime=0),
    ):
        assert traces(data, UNLISTED) == []
