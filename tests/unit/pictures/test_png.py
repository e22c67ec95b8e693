import io
import struct
import zlib

import pytest
from pictures import (
    END,
    HEADER,
    PIXELS,
    SIGNATURE,
    chunk,
    header,
    pixels,
    text_chunk,
)
from pictures import png as picture
from PIL import Image, PngImagePlugin

from obit_build.errors import BakingError
from obit_build.pictures import png

JWT = "eyJhbGciOiJFZERTQSJ9.e30.c2ln"
CREDENTIAL = b"openbadgecredential"


def kinds(image):
    return [c.kind for c in png.read(image).chunks]


def texts(image):
    return [c for c in png.read(image).chunks if c.kind == b"iTXt"]


def refusal(image, act=png.read):
    with pytest.raises(BakingError) as caught:
        act(image)
    assert caught.value.fix
    return caught.value.message


# Given a sound picture


def test_the_credential_stands_between_the_header_and_the_picture_data():
    baked = png.insert_credential(picture(), JWT)

    assert kinds(baked) == [b"IHDR", b"iTXt", b"IDAT", b"IEND"]


def test_the_chunk_is_laid_out_as_the_standard_says():
    baked = png.insert_credential(picture(), '{"é": 1}')

    expected = b"openbadgecredential\x00\x00\x00\x00\x00" + '{"é": 1}'.encode()
    assert texts(baked)[0].data == expected


def test_baking_changes_no_other_byte():
    original = picture(before=chunk(b"gAMA", b"\0\0\xb1\x8f") + chunk(b"tEXt", b"Title\0x"))

    baked = png.insert_credential(original, JWT)

    assert baked.replace(texts(baked)[0].whole, b"") == original


def test_a_second_credential_replaces_the_first():
    once = png.insert_credential(picture(), JWT)

    assert png.insert_credential(png.insert_credential(picture(), "{}"), JWT) == once


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt"])
def test_a_credential_in_any_kind_of_text_chunk_is_replaced(kind):
    old = chunk(kind, CREDENTIAL + b"\x00\x00\x00\x00\x00old")

    baked = png.insert_credential(picture(after=old), JWT)

    assert baked == png.insert_credential(picture(), JWT)


def test_an_open_badges_2_assertion_stays_beside_the_credential():
    old = text_chunk(b"openbadges", b"https://example.org/assertion.json")

    baked = png.insert_credential(picture(before=old), JWT)

    assert png.extract_credential(baked) == JWT
    assert png.extract_assertion(baked) == "https://example.org/assertion.json"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pillow_reads_the_same_pixels_from_the_baked_picture(mode):
    plain = Image.frombytes("L", (97, 41), bytes(i * 7 % 256 for i in range(97 * 41)))
    source = Image.new("I;16", (97, 41), 4660) if mode == "I;16" else plain.convert(mode)
    buffer = io.BytesIO()
    source.save(buffer, "PNG")

    baked = png.insert_credential(buffer.getvalue(), '{"name": "Pare-feu – niveau 1"}')

    with Image.open(io.BytesIO(baked)) as seen:
        seen.load()
        assert isinstance(seen, PngImagePlugin.PngImageFile)
        assert (seen.size, seen.tobytes()) == (source.size, source.tobytes())
        assert seen.text == {"openbadgecredential": '{"name": "Pare-feu – niveau 1"}'}


def test_an_interlaced_picture_is_measured_pass_by_pass():
    # Passes of 1x1, 1x1, none, 1x1, 3x1, 2x2 and 5x1 pixels (PNG, section 8.2).
    size = 4 + 4 + 0 + 4 + 10 + 2 * 7 + 16
    data = chunk(b"IDAT", zlib.compress(bytes(size)))
    image = picture(head=header(5, 3, 8, 2, (0, 0, 1)), data=data)

    assert png.read(image).pixel_bytes == size
    with Image.open(io.BytesIO(image)) as seen:  # and a decoder finds all that it wants
        seen.load()


def test_a_picture_is_measured_in_pixels():
    assert png.measure(picture(head=header(640, 480))) == (640, 480)


def test_a_compressed_credential_is_read():
    image = picture(before=text_chunk(CREDENTIAL, b'{"a": 1}', compressed=True))

    assert png.extract_credential(image) == '{"a": 1}'


def test_a_credential_behind_the_picture_data_is_read():
    assert png.extract_credential(picture(after=text_chunk(CREDENTIAL, b"{}"))) == "{}"


def test_an_old_assertion_in_a_latin_1_chunk_is_read():
    image = picture(before=chunk(b"tEXt", b"openbadges\0https://example.org/\xe9"))

    assert png.extract_assertion(image) == "https://example.org/é"


def test_what_does_not_show_is_dropped():
    private = b"".join(
        chunk(kind, b"Author\0Alice")
        for kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"caBX", b"prVW")
    )
    kept = chunk(b"gAMA", b"\0\0\xb1\x8f")

    clean = png.without_metadata(picture(before=private + kept, after=private))

    assert clean == picture(before=kept)


# Given a broken or hostile picture

BROKEN = {
    "nothing": (b"", "the file does not begin like a PNG"),
    "a JPEG": (b"\xff\xd8\xff\xe0" + bytes(40), "the file does not begin like a PNG"),
    "line ends converted": (
        picture().replace(b"\r\n", b"\n", 1),
        "the file does not begin like a PNG",
    ),
    "only a signature": (SIGNATURE, "the PNG does not begin with its header"),
    "cut in a chunk's head": (picture()[:38], "the PNG is cut off at byte 38"),
    "cut in its picture data": (
        picture()[:60],
        f"the PNG is cut off: its chunk IDAT at byte 33 should have {len(PIXELS) - 12} bytes",
    ),
    "cut before its end": (picture(end=b""), "the PNG has no end; it is cut off"),
    "a wrong checksum": (
        picture(head=HEADER[:-1] + b"\x00"),
        "the PNG is damaged: the checksum of its chunk IHDR at byte 8 is wrong",
    ),
    "one bit of picture data flipped": (
        picture(data=PIXELS[:30] + bytes([PIXELS[30] ^ 1]) + PIXELS[31:]),
        "the PNG is damaged: the checksum of its chunk IDAT at byte 33 is wrong",
    ),
    "a length of 4 GiB": (
        SIGNATURE + HEADER + b"\xff\xff\xff\xffIDAT" + bytes(20),
        "the PNG is cut off: its chunk IDAT at byte 33 should have 4294967295 bytes",
    ),
    "an impossible chunk type": (
        picture(before=chunk(b"a b1")),
        "the PNG has a chunk with an impossible type at byte 33",
    ),
    "a reserved bit set": (
        picture(before=chunk(b"text")),
        "the PNG has a chunk with an impossible type at byte 33",
    ),
    "an unknown critical chunk": (
        picture(before=chunk(b"EVIL")),
        "the PNG needs the chunk EVIL, which no standard defines",
    ),
    "two headers": (picture(before=HEADER), "the PNG has two headers"),
    "a header in second place": (
        picture(head=chunk(b"gAMA", bytes(4)), before=HEADER),
        "the PNG does not begin with its header",
    ),
    "a short header": (
        picture(head=chunk(b"IHDR", bytes(12))),
        "the PNG's header has 12 bytes instead of 13",
    ),
    "no width": (picture(head=header(0, 5)), "the PNG says that it is 0 by 5 pixels"),
    "a width of 2³¹": (
        picture(head=header(2**31, 5)),
        "the PNG says that it is 2147483648 by 5 pixels",
    ),
    "a colour type of 1": (
        picture(head=header(color=1)),
        "the PNG says colour type 1 with 8 bits, which does not exist",
    ),
    "a depth of 4 in colour": (
        picture(head=header(depth=4)),
        "the PNG says colour type 2 with 4 bits, which does not exist",
    ),
    "another compression": (
        picture(head=header(rest=(1, 0, 0))),
        "the PNG's header names a compression, filter or interlace method that does not exist",
    ),
    "another interlacing": (
        picture(head=header(rest=(0, 0, 2))),
        "the PNG's header names a compression, filter or interlace method that does not exist",
    ),
    "no picture data": (picture(data=b""), "the PNG holds no picture data"),
    "picture data in two places": (
        picture(after=chunk(b"tEXt", b"a\0b") + PIXELS),
        "the PNG's picture data is interrupted by another chunk",
    ),
    "a palette that is missing": (
        picture(head=header(color=3)),
        "the PNG uses a palette that it does not have",
    ),
    "a palette behind the picture": (
        picture(after=chunk(b"PLTE", bytes(3))),
        "the PNG's palette stands where it may not",
    ),
    "a palette of 4 bytes": (
        picture(before=chunk(b"PLTE", bytes(4))),
        "the PNG's palette is malformed",
    ),
    "an end with content": (
        picture(end=chunk(b"IEND", b"x")),
        "the PNG's last chunk is not empty",
    ),
    "a ZIP behind the end": (
        picture() + b"PK\x03\x04" + bytes(26),
        "30 bytes follow the end of the PNG, so it may be two files in one",
    ),
    "two pictures in a row": (
        picture() + picture(),
        f"{len(picture())} bytes follow the end of the PNG, so it may be two files in one",
    ),
    "too many chunks": (
        picture(before=chunk(b"tEXt", b"a\0b") * 10_000),
        "the PNG has more than 10000 chunks",
    ),
    "too many bytes": (
        picture(before=chunk(b"tEXt", bytes(8 * 1024 * 1024))),
        f"the PNG has {8 * 1024 * 1024 + len(picture()) + 12} bytes; at most 8388608 are allowed",
    ),
}


@pytest.mark.parametrize(("image", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_picture_is_refused_with_one_clear_sentence(image, message):
    assert refusal(image) == message


@pytest.mark.parametrize("act", [png.measure, png.extract_credential, png.without_metadata])
def test_every_door_refuses_a_broken_picture(act):
    assert refusal(picture()[:60], act).startswith("the PNG is cut off")


@pytest.mark.parametrize("kind", [b"acTL", b"fcTL", b"fdAT"])
def test_an_animation_takes_no_credential(kind):
    message = refusal(
        picture(before=chunk(kind, bytes(8))), lambda i: png.insert_credential(i, JWT)
    )

    assert message == "the PNG is animated; a badge is a still picture"


def itxt(rest: bytes) -> bytes:
    return chunk(b"iTXt", CREDENTIAL + b"\x00" + rest)


BOMB = zlib.compress(bytes(50_000_000), 9)
UNREADABLE = {
    "none": (b"", "the PNG holds no credential"),
    "two": (itxt(bytes(4) + b"{}") * 2, "the PNG holds 2 credentials, and only one can count"),
    "only a plain text chunk": (
        chunk(b"tEXt", CREDENTIAL + b"\0{}"),
        "the PNG holds no credential",
    ),
    "no text at all": (itxt(b""), "the credential's chunk in the PNG is malformed"),
    "no language": (itxt(b"\x00\x00{}"), "the credential's chunk in the PNG is malformed"),
    "a third kind of compression": (
        itxt(b"\x02\x00\x00\x00{}"),
        "the credential's chunk in the PNG is malformed",
    ),
    "another method": (
        itxt(b"\x01\x01\x00\x00" + zlib.compress(b"{}")),
        "the credential's chunk in the PNG is malformed",
    ),
    "not compressed though it says so": (
        itxt(b"\x01\x00\x00\x00{}"),
        "the compressed credential in the PNG is damaged",
    ),
    "compressed text cut off": (
        itxt(b"\x01\x00\x00\x00" + zlib.compress(b"{}" * 500)[:-5]),
        "the compressed credential in the PNG is damaged",
    ),
    "a bomb": (
        itxt(b"\x01\x00\x00\x00" + BOMB),
        "the credential in the PNG has more than 1048576 bytes",
    ),
    "too long": (
        itxt(bytes(4) + b" " * (1024 * 1024 + 1)),
        "the credential in the PNG has more than 1048576 bytes",
    ),
    "Latin-1": (itxt(bytes(4) + b'{"a":"\xe9"}'), "the credential in the PNG is not UTF-8 text"),
}


@pytest.mark.parametrize(("chunks", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_credential_that_can_not_be_taken_out_is_said_to_be_so(chunks, message):
    assert refusal(picture(before=chunks), png.extract_credential) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a credential has 1 to 1048576 bytes, none of them zero"),
        (" \n", "a credential has 1 to 1048576 bytes, none of them zero"),
        ("a\0b", "a credential has 1 to 1048576 bytes, none of them zero"),
        ("é" * 524_289, "a credential has 1 to 1048576 bytes, none of them zero"),
        ("\ud800", "the credential holds half a character (a lone surrogate)"),
    ],
)
def test_a_text_that_no_reader_could_take_out_is_not_put_in(text, message):
    assert refusal(picture(), lambda image: png.insert_credential(image, text)) == message


def test_a_baked_picture_is_never_larger_than_what_can_be_read():
    room = png.MAX_BYTES - len(picture()) - 12
    full = picture(before=chunk(b"tEXt", bytes(room)))

    message = refusal(full, lambda image: png.insert_credential(image, JWT))

    assert message == "with its credential the PNG has more than 8388608 bytes"


def test_inflating_stops_soon_after_the_limit():
    size, ended = png.inflate((BOMB,), 1000)

    assert 1000 < size <= 1000 + (1 << 16)
    assert not ended


def test_inflating_reads_across_chunk_borders():
    whole = zlib.compress(b"abc" * 1000)

    assert png.inflate(tuple(bytes([b]) for b in whole), 5000) == (3000, True)


def test_bytes_behind_a_compressed_stream_are_not_its_end():
    assert png.inflate((zlib.compress(b"abc") + b"more",), 100) == (3, False)


def test_a_chunk_knows_where_it_stands():
    image = picture(before=chunk(b"gAMA", struct.pack(">I", 45455)))

    assert [(c.kind, c.start) for c in png.read(image).chunks][:3] == [
        (b"IHDR", 8),
        (b"gAMA", 33),
        (b"IDAT", 49),
    ]
    assert png.read(image).chunks[-1].whole == END
    assert pixels() == PIXELS
