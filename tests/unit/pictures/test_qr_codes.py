"""QR codes that are changed bit by bit are segno's, byte for byte."""

import io
import random

import pytest
import segno

from obit_build.pictures import qr_codes

HOST = "https://badges.example.org/awards/"
LONGEST_OF_VERSION = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)
"""Bytes at level M, versions 1 to 10 (ISO/IEC 18004, table 7)."""


@pytest.fixture(autouse=True)
def _learnt_at_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(qr_codes, "_AFTER", 1)
    qr_codes._known.cache_clear()
    yield
    qr_codes._known.cache_clear()


def by_segno(address: str) -> bytes:
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=3)
    code.save(
        drawn, kind="svg", border=2, omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue()


def test_a_code_is_a_drawing_of_the_address_and_nothing_else():
    drawn = qr_codes.draw(HOST)

    assert drawn == qr_codes.draw(HOST)
    assert drawn != qr_codes.draw(HOST[:-1] + "x")
    assert drawn.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert b"script" not in drawn
    assert len(drawn) < 4096


@pytest.mark.parametrize("length", LONGEST_OF_VERSION)
def test_codes_of_every_size_are_those_of_segno(length: int):
    draw = random.Random(length)
    signs = "abcdefghijklmnopqrstuvwxyzABC234567-._~:%"

    for folder, size in (("", length - 3), ("", length), ("a/b/", length)):
        for _ in range(3):
            address = folder + "h" + "".join(draw.choices(signs, k=size - len(folder) - 1))
            assert qr_codes.draw(address) == by_segno(address), address


@pytest.mark.parametrize(
    "address",
    [
        "https://badges.example.org/été/",
        "HTTPS://BADGES.EXAMPLE.ORG/",
        "31415926535",
        "https://例え.example/",
    ],
)
def test_a_text_that_is_written_in_another_alphabet_is_segno_s_too(address: str):
    qr_codes.draw("x" * len(address))
    qr_codes.draw("y" * len(address))

    assert qr_codes.draw(address) == by_segno(address)


def test_a_pattern_that_gives_other_bytes_is_never_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(qr_codes, "_product", lambda one, other: one ^ other)
    qr_codes._generator.cache_clear()
    qr_codes._remainder.cache_clear()
    addresses = [HOST + letter * 26 for letter in "abc"]

    drawn = [qr_codes.draw(address) for address in addresses]

    qr_codes._generator.cache_clear()
    qr_codes._remainder.cache_clear()
    assert drawn == [by_segno(address) for address in addresses]


def test_a_pattern_is_made_when_there_are_codes_enough_to_be_worth_it(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(qr_codes, "_AFTER", 3)
    made, make = [], qr_codes._pattern
    monkeypatch.setattr(qr_codes, "_pattern", lambda *about: made.append(about) or make(*about))
    addresses = [HOST + letter * 26 for letter in "abcde"]

    few = [qr_codes.draw(address) for address in addresses[:2]]
    before = list(made)
    many = [qr_codes.draw(address) for address in addresses[2:]]

    assert (before, made) == ([], [(HOST, 26)])
    assert few + many == [by_segno(address) for address in addresses]
