import io
import json

import pytest
from pictures import PIXELS, SVG, chunk, text_chunk
from pictures import png as png_picture
from pictures import svg as drawing
from PIL import Image

from obit_build.errors import BakingError
from obit_build.pictures import bake, png, svg
from obit_build.securing.jwt import MAX_CHARACTERS

JWT = "eyJhbGciOiJFZERTQSJ9.e30.c2ln"
CREDENTIAL = {
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Pare-feu – niveau 1",
    "narrative": 'Écrit « if (x) { » et "]]>"\nשלום, مرحبا 🛡\\',
    "odd": "\ufffe \r \x00",
}
COMPACT = json.dumps(CREDENTIAL, ensure_ascii=False, separators=(",", ":"))
PRETTY = json.dumps(CREDENTIAL, ensure_ascii=False, indent=2) + "\n"
PICTURES = {"png": png_picture(), "svg": drawing("<rect/>")}


def refusal(act, *arguments):
    with pytest.raises(BakingError) as caught:
        act(*arguments)
    assert caught.value.fix
    return caught.value.message


@pytest.mark.parametrize("image", PICTURES.values(), ids=PICTURES)
@pytest.mark.parametrize(
    "text", [COMPACT, PRETTY, "{}\n", JWT], ids=["compact", "pretty", "least", "JWT"]
)
def test_unbaking_gives_the_published_text_to_the_last_byte(image, text):
    published = bake.embeddable(text)

    assert bake.unbake(bake.bake(image, published)) == published


@pytest.mark.parametrize("image", PICTURES.values(), ids=PICTURES)
def test_baking_is_repeatable_and_replaces(image):
    once = bake.bake(image, "{}")

    assert bake.bake(image, "{}") == once
    assert bake.bake(bake.bake(image, JWT), "{}") == once


@pytest.mark.parametrize("image", PICTURES.values(), ids=PICTURES)
def test_a_prepared_picture_takes_many_credentials(image):
    blank = bake.prepare(image)

    for text in (JWT, "{}", bake.embeddable(PRETTY)):
        assert blank.with_credential(text) == bake.bake(image, text)


def test_a_photo_program_sees_the_same_picture():
    baked = bake.bake(png_picture(), bake.embeddable(PRETTY))

    with Image.open(io.BytesIO(baked)) as after, Image.open(io.BytesIO(png_picture())) as before:
        assert after.tobytes() == before.tobytes()


# Making a text embeddable


@pytest.mark.parametrize("text", [COMPACT, PRETTY])
def test_an_embeddable_text_has_the_same_json_value(text):
    assert json.loads(bake.embeddable(text)) == CREDENTIAL


def test_braces_stand_only_where_json_needs_them():
    text = bake.embeddable('{"a{": ["}", {"b": "\\\\{"}, "\\"{"]}')

    assert text == '{"a\\u007b": ["\\u007d", {"b": "\\\\\\u007b"}, "\\"\\u007b"]}'


def test_the_end_of_cdata_and_what_xml_can_not_hold_are_escaped():
    assert bake.embeddable('["]]>","]]]>>","\ufffe\uffff"]') == (
        '["]]\\u003e","]]]\\u003e>","\\ufffe\\uffff"]'
    )


@pytest.mark.parametrize("text", ["{}", JWT, '{"a": [1, ">", "]]", "é🛡"]}\n', '"', ""])
def test_what_needs_no_escape_stays(text):
    assert bake.embeddable(text) == text


def test_making_embeddable_twice_changes_nothing():
    assert bake.embeddable(bake.embeddable(PRETTY)) == bake.embeddable(PRETTY)


def test_a_text_of_nothing_but_quotes_is_read_once():
    text = '"\\' * 500_000

    assert bake.embeddable(text) == text


def test_a_text_that_was_not_made_embeddable_is_refused_by_an_svg():
    assert refusal(bake.bake, PICTURES["svg"], '["]]>"]') == (
        'the credential holds "]]>", which ends its place in an SVG'
    )


# Telling what a file is


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (png_picture(), "png"),
        (b"\x89PNG", "png"),
        (b"\x89PNG\n\x1a\n", "png"),
        (drawing(), "svg"),
        (b"\xef\xbb\xbf\n" + drawing(), "svg"),
        (b'<?xml version="1.0"?><!-- ' + b"x" * 5000 + b" -->" + drawing(), "svg"),
        (f'<s:svg xmlns:s="{SVG}"/>'.encode(), "svg"),
        ("<svg/>".encode("utf-16"), "svg"),
        ("<svg/>".encode("utf-16-be"), "svg"),
        (b'{"a": 1}', "json"),
        (b"\xef\xbb\xbf \r\n{}", "json"),
        (b"[]", "json"),
        (JWT.encode(), "jwt"),
        (JWT.encode() + b"\n", "jwt"),
        (b"eyJhbGciOiJub25lIn0.e30.", "jwt"),
        (b"", "other"),
        (b"a.b.c", "other"),
        (b"<html><body/></html>", "other"),
        (b"<svgfoo/>", "other"),
        (b"\xff\xd8\xff\xe0", "other"),
        (b"GIF89a", "other"),
        ("text".encode("utf-16"), "other"),
        (b"%PDF-1.7", "other"),
    ],
)
def test_content_tells_the_kind(data, kind):
    assert bake.kind_of(data) == kind


def test_a_long_row_of_letters_is_no_jwt():
    assert bake.kind_of(b"a" * 5_000_000) == "other"


def test_the_largest_token_that_can_be_read_is_told_from_other_files():
    rest = b"a" * (MAX_CHARACTERS - len(b"eyJhbGciOiJFZERTQSJ9.") - len(b".c2lnbmF0dXJl"))
    token = b"eyJhbGciOiJFZERTQSJ9." + rest + b".c2lnbmF0dXJl"

    assert bake.kind_of(token) == "jwt"
    assert bake.kind_of(token + b"a") == "other"


# What else a picture may hold


@pytest.mark.parametrize(
    ("image", "unbaked"),
    [
        (bake.bake(PICTURES["png"], "{}"), bake.Unbaked("png", "{}", "3.0")),
        (bake.bake(PICTURES["svg"], "{}"), bake.Unbaked("svg", "{}", "3.0")),
        (png_picture(before=text_chunk(b"openbadges", b"{}")), bake.Unbaked("png", "{}", "2.0")),
        (
            png_picture(before=chunk(b"tEXt", b"openbadges\0https://example.org/a")),
            bake.Unbaked("png", "https://example.org/a", "2.0"),
        ),
        (
            drawing('<assertion xmlns="http://openbadges.org" verify="https://example.org/a"/>'),
            bake.Unbaked("svg", "https://example.org/a", "2.0"),
        ),
        (
            bake.bake(png_picture(before=text_chunk(b"openbadges", b"2")), "3"),
            bake.Unbaked("png", "3", "3.0"),
        ),
    ],
)
def test_what_a_picture_holds_is_named(image, unbaked):
    assert bake.take_out(image) == unbaked


def test_a_damaged_credential_is_not_passed_over_for_an_older_one():
    image = png_picture(
        before=text_chunk(b"openbadges", b"{}")
        + text_chunk(b"openbadgecredential", b"1")
        + text_chunk(b"openbadgecredential", b"2")
    )

    assert refusal(bake.take_out, image) == "the PNG holds 2 credentials, and only one can count"


# One kind of bad news

NEITHER = "the file is neither a PNG nor an SVG picture"


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (b"", NEITHER),
        (b"GIF89a", NEITHER),
        (b"\xff\xd8\xff\xe0", NEITHER),
        (b"{}", NEITHER),
        (
            png_picture()[:100],
            f"the PNG is cut off: its chunk IDAT at byte 33 should have {len(PIXELS) - 12} bytes",
        ),
        (png_picture() + b"x", "1 bytes follow the end of the PNG, so it may be two files in one"),
        (
            b"<!DOCTYPE svg>" + drawing(),
            "the SVG has a document type, which can define entities (line 1, column 1)",
        ),
        (drawing()[:-3], "the file ends before the picture does (line 1, column 63)"),
    ],
    ids=["nothing", "GIF", "JPEG", "JSON", "cut PNG", "PNG and more", "DOCTYPE", "cut SVG"],
)
@pytest.mark.parametrize(
    "door", [lambda image: bake.bake(image, "{}"), bake.unbake, bake.take_out, bake.prepare]
)
def test_every_door_refuses_with_the_same_sentence(door, image, message):
    assert refusal(door, image) == message


def test_a_sound_picture_without_credential_says_so():
    assert refusal(bake.unbake, PICTURES["png"]) == "the PNG holds no credential"
    assert refusal(bake.take_out, PICTURES["svg"]) == "the SVG holds no credential"


def test_limits_are_the_same_going_in_and_coming_out():
    text = "1" * png.MAX_TEXT

    assert bake.unbake(bake.bake(PICTURES["png"], text)) == text
    assert bake.unbake(bake.bake(PICTURES["svg"], text)) == text
    assert len(text) < svg.MAX_BYTES
