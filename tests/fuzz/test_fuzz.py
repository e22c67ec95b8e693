"""Bytes without sense, and good files damaged: every door of the verifier answers in its own words.

Each door is tried for OBIT_FUZZ_SECONDS (5 by default; ``make fuzz`` takes 60), with seeds that
count up from 1, so that a failure can be repeated. What is allowed: a result, or an ObitError.
"""

import base64
import json
import os
import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from altered import meaning
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from pictures import png, svg
from signed_badges import AT, DID_URL, LIST_URL, a_world, as_bytes
from signed_tokens import a_token

from obit_build.errors import ObitError
from obit_build.pictures.bake import bake, kind_of, take_out
from obit_build.pictures.pdf_attachments import credentials_in_pdf
from obit_build.securing.jwk import read_jwk, read_multikey
from obit_build.securing.jwt import read_token
from obit_build.securing.status import decode
from obit_build.strict_json import parse
from obit_build.verifying.verify import verify

SECONDS = float(os.environ.get("OBIT_FUZZ_SECONDS", "5"))
EXAMPLES = 100
SLOWEST = 5.0
"""Seconds that no input of at most a few kilobytes may take."""

WORLD = a_world()
BADGE = as_bytes(WORLD.badge)
TOKEN = a_token()
PICTURE = bake(png(), BADGE.decode())
DRAWING = bake(svg(), BADGE.decode())
LIST = as_bytes(WORLD.revocations)
DOCUMENT = as_bytes(WORLD.did)
PDF = (
    b"%PDF-1.7\n1 0 obj\n<</Type /EmbeddedFile /Filter /FlateDecode>>\nstream\n"
    + zlib.compress(BADGE)
    + b"\nendstream\nendobj\n2 0 obj\n<</Length 9>>stream\r\n"
    + BADGE
    + b"\nendstream\n%%EOF"
)
WORDS = (
    b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b"null", b"1e999", b"-0", b"@context",
    b"<!DOCTYPE x [", b"<!ENTITY a '&a;'>", b"&a;", b"]]>", b"<![CDATA[", b"\x00", b"\xff", b"\xed\xa0\x80",
    b".", b"..", b"=", b"stream\n", b"endstream", b">>", b"/Filter /FlateDecode", b"/Encrypt", b"did:web:",
    "\u202e".encode(), "٣".encode(),
)  # fmt: skip
PIECES = st.sampled_from(WORDS) | st.binary(max_size=6)


def damaged(sample: bytes) -> st.SearchStrategy[bytes]:
    """A good file after a few cuts, insertions and repetitions."""
    places = st.integers(0, len(sample))
    edits = st.lists(st.tuples(places, st.integers(0, 40), PIECES, st.integers(1, 3)), max_size=6)

    def apply(changes: list[tuple[int, int, bytes, int]]) -> bytes:
        data = sample
        for place, cut, piece, times in changes:
            data = data[:place] + piece * times + data[place + cut :]
        return data

    return edits.map(apply)


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    return found


def with_sums(parts: list[tuple[bytes, bytes]]) -> bytes:
    """Write PNG chunks with checksums that are right, whatever is in them."""
    written = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def damaged_png() -> st.SearchStrategy[bytes]:
    whole = chunks(PICTURE)
    kinds = st.sampled_from([kind for kind, _ in whole] + [b"tEXt", b"zTXt", b"iTXt", b"IDAT"])
    bodies = st.sampled_from([body for _, body in whole]).flatmap(damaged)
    packed = st.binary(max_size=40).map(
        lambda data: b"openbadgecredential\0\1\0\0\0" + zlib.compress(data)
    )
    added = st.lists(st.tuples(kinds, bodies | packed | st.binary(max_size=30)), max_size=3)
    return st.builds(
        lambda more, order: with_sums([*whole[:1], *more, *order, *whole[-1:]]),
        added,
        st.permutations(whole[1:-1]),
    )


def damaged_token() -> st.SearchStrategy[bytes]:
    """A token whose parts were damaged before they were encoded."""
    parts = [base64.urlsafe_b64decode(part + "==") for part in TOKEN.token.split(".")]

    def join(values: tuple[bytes, ...]) -> bytes:
        return b".".join(base64.urlsafe_b64encode(value).rstrip(b"=") for value in values)

    return st.tuples(*(st.just(part) | damaged(part) for part in parts)).map(join)


def damaged_list() -> st.SearchStrategy[bytes]:
    """The text of a status list: base64url of something that may be gzip."""
    good = json.loads(LIST)["credentialSubject"]["encodedList"]
    packed = base64.urlsafe_b64decode(good[1:] + "==")
    texts = damaged(packed).map(lambda data: b"u" + base64.urlsafe_b64encode(data).rstrip(b"="))
    return texts | damaged(good.encode())


def text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def verified(data: bytes) -> None:
    report = verify(data, name="x", at=AT, fetch=WORLD.fetch)
    if report.passed:
        # Only what leaves the credential as it was can be accepted.
        assert kind_of(data) != "json" or meaning(parse(data)) == meaning(WORLD.badge)
    json.dumps(report.to_dict("fr"))


def verified_token(data: bytes) -> None:
    report = verify(data, name="x", at=AT, fetch=TOKEN.fetch)
    assert not report.passed or data.strip() == TOKEN.token.encode()


def on_the_web(url: str) -> Callable[[bytes], None]:
    """Let the issuer's site answer with these bytes."""

    def check(data: bytes) -> None:
        def fetch(asked: str) -> bytes:
            return data if asked == url else WORLD.fetch(asked)

        verify(BADGE, name="x", at=AT, fetch=fetch)

    return check


def keys(data: bytes) -> None:
    read_jwk(parse(data))


DOORS: dict[str, tuple[Callable[[bytes], Any], st.SearchStrategy[bytes]]] = {
    "PNG": (take_out, damaged_png() | damaged(PICTURE)),
    "SVG": (take_out, damaged(DRAWING)),
    "PDF": (credentials_in_pdf, damaged(PDF)),
    "JSON": (parse, damaged(BADGE)),
    "JWT": (lambda data: read_token(text(data)), damaged_token() | damaged(TOKEN.token.encode())),
    "JWK": (keys, damaged(json.dumps(TOKEN.did["verificationMethod"][0]["publicKeyJwk"]).encode())),
    "multikey": (lambda data: read_multikey(text(data)), damaged(b"zDnaerDaTF5BXEavCrfRZEk")),
    "status list": (lambda data: decode(text(data)), damaged_list()),
    "verify a badge": (
        verified,
        damaged(BADGE) | damaged(DRAWING) | damaged(PDF) | damaged_png(),
    ),
    "verify a token": (verified_token, damaged_token()),
    "verify with a damaged did.json": (on_the_web(DID_URL), damaged(DOCUMENT)),
    "verify with a damaged status list": (on_the_web(LIST_URL), damaged(LIST)),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_answers_whatever_comes(door: str, record_property: Callable[[str, object], None]):
    opened, strategy = DOORS[door]
    tried = slowest = 0.0

    def attempt(data: bytes) -> None:
        nonlocal tried, slowest
        begun = time.perf_counter()
        try:
            opened(data)
        except ObitError as error:
            assert error.message
        tried += 1
        slowest = max(slowest, time.perf_counter() - begun)

    end, number = time.monotonic() + SECONDS, 0
    while number == 0 or time.monotonic() < end:
        number += 1
        run = given(strategy | st.binary(max_size=200))(attempt)
        run = settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )(run)
        seed(number)(run)()

    assert slowest < SLOWEST
    record_property("figure", f"fuzz, {door}: {tried:.0f} inputs, slowest {slowest * 1000:.0f} ms")
