import base64
import gzip
import zlib

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.errors import StatusListError
from obit_build.securing.status import (
    FIX,
    MAX_BYTES,
    MIN_LENGTH,
    bitstring,
    count,
    decode,
    encode,
    encode_bits,
    is_set,
)

# Written by another program: the bits 7 and 131071 set, 131072 in all.
PUBLISHED = "uH4sIAAAAAAAACA-3BIQEAAAACIP1_2hkWoAEAAAAAAAAAAAAAAAAAAAADOOq_LwkEAQAAA"
LAST = MIN_LENGTH - 1


def packed(data):
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def refusal(call, *arguments):
    with pytest.raises(StatusListError) as caught:
        call(*arguments)
    assert caught.value.fix == FIX
    return caught.value.message


def test_our_list_has_the_bits_of_the_published_one():
    assert decode(encode([7, LAST])) == bitstring([7, LAST])


def test_the_first_entry_is_the_left_most_bit():
    assert bitstring([0])[0] == 0x80
    assert bitstring([7])[0] == 0x01
    assert bitstring([8])[1] == 0x80
    assert bitstring([LAST])[-1] == 0x01


@pytest.mark.parametrize("index", [0, 1, 7, 8, 4711, LAST])
def test_one_set_bit_is_found_and_no_other(index):
    bits = decode(encode([index]))

    assert is_set(bits, index)
    assert not is_set(bits, (index + 1) % MIN_LENGTH)
    assert count(bits) == 1


@hypothesis.given(st.sets(st.integers(0, LAST), max_size=40))
def test_a_list_reads_back_bit_by_bit(indexes):
    bits = decode(encode(indexes))

    assert count(bits) == len(indexes)
    assert all(is_set(bits, index) for index in indexes)


def test_an_empty_list_is_short_text():
    assert decode(encode([])) == bytes(16_384)
    assert len(encode([])) < 100


def test_the_same_bits_give_the_same_text_with_a_header_of_our_own():
    text = encode([3, 4])

    assert text == encode([4, 3]) == encode_bits(bitstring([3, 4]))
    assert text.startswith("uH4sIAAAAAAAC_")
    assert base64.urlsafe_b64decode(text[1:] + "==")[:10].hex() == "1f8b08000000000002ff"


def test_any_gzip_reader_reads_our_list():
    assert gzip.decompress(base64.urlsafe_b64decode(encode([9])[1:] + "==")) == bitstring([9])


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        ("", "the status list is not base64url text that begins with u"),
        ("u", "the status list is not base64url text that begins with u"),
        (encode([])[1:], "the status list is not base64url text that begins with u"),
        ("z" + encode([])[1:], "the status list is not base64url text that begins with u"),
        (encode([]) + "=", "the status list is not base64url text that begins with u"),
        (encode([]) + "\n", "the status list is not base64url text that begins with u"),
        ("u+/", "the status list is not base64url text that begins with u"),
        ("uAAAAA", "the status list can't be unpacked"),
        ("uAAAA", "the status list can't be unpacked"),
        (packed(zlib.compress(bytes(16_384))), "the status list can't be unpacked"),
        (packed(gzip.compress(bytes(16_384), mtime=0)[:-1]), "the status list is cut off or has something after its end"),
        (packed(gzip.compress(bytes(16_384), mtime=0) + b"x"), "the status list is cut off or has something after its end"),
        (packed(gzip.compress(bytes(16_384), mtime=0) * 2), "the status list is cut off or has something after its end"),
        (packed(gzip.compress(bytes(16_383), mtime=0)), "the status list has fewer than 131072 entries"),
        (packed(gzip.compress(bytes(MAX_BYTES + 1), mtime=0)), "the status list is too large"),
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_list_gets_one_clear_error(encoded, message):
    assert refusal(decode, encoded) == message


def test_a_list_with_a_wrong_checksum_is_refused():
    damaged = bytearray(gzip.compress(bytes(16_384), mtime=0))
    damaged[-6] ^= 1

    assert refusal(decode, packed(bytes(damaged))) == "the status list can't be unpacked"


def test_a_list_that_unpacks_to_a_gigabyte_is_stopped_early():
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(pack.compress(bytes(1 << 20)) for _ in range(256)) + pack.flush()

    assert refusal(decode, packed(bomb)) == "the status list is too large"


@pytest.mark.parametrize("index", [-1, MIN_LENGTH, 10**9])
def test_an_index_outside_the_list_is_refused(index):
    message = f"the index {index} lies outside the list"

    assert refusal(is_set, bytes(16_384), index) == message
    assert refusal(bitstring, [index]) == message


@hypothesis.given(st.text(max_size=50) | st.binary(max_size=60).map(packed))
def test_no_text_raises_anything_else(text):
    with pytest.raises(StatusListError):
        decode(text)
