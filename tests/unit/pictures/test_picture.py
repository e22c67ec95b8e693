import gzip
import zlib

import pytest
from pictures import PIXELS, chunk, header, pixels, png, svg, text_chunk

from obit_build.pictures import picture
from obit_build.pictures.svg_content import Finding

SAVE = "open the picture in an image program and save it again as PNG"


def found(data, name="image.png"):
    return [(f.check, f.message, f.fix) for f in picture.inspect(data, name).findings]


def big(side, channels=3):
    return png(head=header(side, side), data=pixels(side, side, channels))


@pytest.mark.parametrize("name", ["image.png", "IMAGE.PNG", "a.b.png"])
def test_a_sound_png_is_fine(name):
    assert picture.inspect(png(), name) == picture.Picture("png", 100, 100, ())


def test_a_sound_svg_is_fine():
    assert picture.inspect(svg("<rect/>"), "image.svg") == picture.Picture("svg", 100, 100, ())


def test_the_smallest_png_has_90_pixels():
    assert found(big(90)) == []
    assert found(big(89)) == [
        (
            "image-is-large-enough",
            "the picture is 89 by 89 pixels; at least 90 by 90 are needed",
            "save it larger; 600 by 600 is good",
        )
    ]


def grey(side):
    rows = zlib.compress((b"\x00" + bytes(side)) * side, 9)
    return png(head=header(side, side, 8, 0), data=chunk(b"IDAT", rows))


def test_the_largest_png_has_4096_pixels():
    assert found(grey(4096)) == []
    assert found(grey(4097)) == [
        (
            "image-is-small-enough",
            "the picture is 4097 by 4097 pixels; at most 4096 by 4096 are allowed",
            "save it smaller; 600 by 600 is good",
        )
    ]


CUT = "cut it, or add an empty border, so that it is square"
CASES = {
    "a JPEG": (
        b"\xff\xd8\xff\xe0",
        "image.png",
        "image-is-png-or-svg",
        "the picture is a JPEG file",
        "save it as PNG or SVG",
    ),
    "a GIF": (
        b"GIF89a",
        "image.gif",
        "image-is-png-or-svg",
        "the picture is a GIF file",
        "save it as PNG or SVG",
    ),
    "a WebP": (
        b"RIFF\0\0\0\0WEBP",
        "image.png",
        "image-is-png-or-svg",
        "the picture is a WebP file",
        "save it as PNG or SVG",
    ),
    "a compressed SVG": (
        gzip.compress(svg()),
        "image.svg",
        "image-is-png-or-svg",
        "the picture is a compressed (SVGZ) file",
        "save it as PNG or SVG",
    ),
    "a text": (
        b"hello",
        "image.svg",
        "image-is-png-or-svg",
        "the file is no picture that obit knows",
        "save it as PNG or SVG",
    ),
    "nothing": (
        b"",
        "image.png",
        "image-is-png-or-svg",
        "the file is no picture that obit knows",
        "save it as PNG or SVG",
    ),
    "an animation": (
        png(before=chunk(b"acTL", bytes(8))),
        "image.png",
        "image-is-png-or-svg",
        "the PNG is animated",
        "save one frame of it as PNG",
    ),
    "an SVG called PNG": (
        svg(),
        "image.png",
        "image-name-matches-content",
        'the picture is an SVG, but its name ends in ".png"',
        'let its name end in ".svg"',
    ),
    "a PNG called JPEG": (
        png(),
        "image.jpeg",
        "image-name-matches-content",
        'the picture is a PNG, but its name ends in ".jpeg"',
        'let its name end in ".png"',
    ),
    "a PNG without ending": (
        png(),
        "image",
        "image-name-matches-content",
        "the picture is a PNG, but its name has no ending",
        'let its name end in ".png"',
    ),
    "a PNG of 2 MiB": (
        png(before=chunk(b"tEXt", bytes(2 * 1024 * 1024))),
        "image.png",
        "image-is-small-enough",
        f"the picture has {2 * 1024 * 1024 + 12 + len(png())} bytes; at most 1048576 are allowed",
        "save it smaller",
    ),
    "an SVG of 1.5 MiB": (
        svg(" " * 1_500_000),
        "image.svg",
        "image-is-small-enough",
        f"the picture has {1_500_000 + len(svg())} bytes; at most 1048576 are allowed",
        "save it smaller",
    ),
    "a landscape": (
        png(head=header(120, 100), data=pixels(120, 100)),
        "image.png",
        "image-is-square",
        "the picture is 120 wide and 100 high",
        CUT,
    ),
    "a landscape in vectors": (
        svg(attributes='viewBox="0 0 120.5 100"'),
        "image.svg",
        "image-is-square",
        "the picture is 120.5 wide and 100 high",
        CUT,
    ),
    "an SVG without size": (
        svg(attributes='width="100%"'),
        "image.svg",
        "image-is-square",
        "the SVG does not say how wide and high it is",
        'add viewBox="0 0 600 600" (with your numbers) to <svg>',
    ),
    "a cut PNG": (
        png()[:200],
        "image.png",
        "image-is-whole",
        f"the PNG is cut off: its chunk IDAT at byte 33 should have {len(PIXELS) - 12} bytes",
        SAVE,
    ),
    "a PNG with a ZIP behind": (
        png() + b"PK\x03\x04",
        "image.png",
        "image-is-whole",
        "4 bytes follow the end of the PNG, so it may be two files in one",
        SAVE,
    ),
    "too few pixels": (
        png(data=pixels(100, 99)),
        "image.png",
        "image-is-whole",
        "the PNG's picture data is damaged or incomplete",
        SAVE,
    ),
    "pixels that are not compressed": (
        png(data=chunk(b"IDAT", bytes(500))),
        "image.png",
        "image-is-whole",
        "the PNG's picture data is damaged or incomplete",
        SAVE,
    ),
    "pixels without their checksum": (
        png(data=chunk(b"IDAT", PIXELS[8:-8])),
        "image.png",
        "image-is-whole",
        "the PNG's picture data is damaged or incomplete",
        SAVE,
    ),
    "a bomb in the picture data": (
        png(data=chunk(b"IDAT", zlib.compress(bytes(100_000_000), 9))),
        "image.png",
        "image-does-not-explode",
        "the PNG's picture data is larger than its header says",
        SAVE,
    ),
    "a header of 30 000 by 30 000": (
        png(head=header(30_000, 30_000)),
        "image.png",
        "image-is-small-enough",
        "the picture is 30000 by 30000 pixels; at most 4096 by 4096 are allowed",
        "save it smaller; 600 by 600 is good",
    ),
    "a bomb in a text": (
        png(before=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))),
        "image.png",
        "image-does-not-explode",
        "the PNG's chunk zTXt unpacks to more than 1048576 bytes",
        SAVE,
    ),
    "a bomb in an international text": (
        png(before=text_chunk(b"Comment", bytes(100_000_000), compressed=True)),
        "image.png",
        "image-does-not-explode",
        "the PNG's chunk iTXt unpacks to more than 1048576 bytes",
        SAVE,
    ),
    "a bomb in a colour profile": (
        png(before=chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(100_000_000), 9))),
        "image.png",
        "image-does-not-explode",
        "the PNG's chunk iCCP unpacks to more than 1048576 bytes",
        SAVE,
    ),
    "a script": (
        svg("<script/>"),
        "image.svg",
        "svg-has-no-active-content",
        "<script> can run programs or is not part of a drawing",
        'remove it, or save it as "plain SVG" or "optimised SVG"',
    ),
    "a reference": (
        svg('<image href="a.png"/>'),
        "image.svg",
        "svg-has-no-external-references",
        'the reference "a.png" leads out of the picture',
        "embed pictures as PNG or JPEG, and refer to nothing outside the file",
    ),
    "a document type": (
        b"<!DOCTYPE svg>" + svg(),
        "image.svg",
        "svg-has-no-entities",
        "the SVG has a document type, which can define entities",
        "delete everything from <!DOCTYPE to its >; a picture does not need it",
    ),
    "typed letters": (
        svg("<text/>"),
        "image.svg",
        "svg-has-no-text",
        "<text> needs fonts, which are not the same everywhere",
        "convert text to paths",
    ),
    "UTF-16": (
        svg().decode().encode("utf-16"),
        "image.svg",
        "svg-is-well-formed",
        "the SVG is UTF-16 or UTF-32 text",
        'save it as "UTF-8"',
    ),
}


@pytest.mark.parametrize(("data", "name", "check", "message", "fix"), CASES.values(), ids=CASES)
def test_an_unfit_picture_is_named_with_its_rule_and_a_remedy(data, name, check, message, fix):
    assert found(data, name) == [(check, message, fix)]


def test_everything_that_is_wrong_is_said_at_once():
    image = svg('\n<text onclick="x"/>', attributes='viewBox="0 0 2 1"')

    assert picture.inspect(image, "a.png") == picture.Picture(
        "svg",
        2,
        1,
        (
            Finding(
                1,
                1,
                "image-name-matches-content",
                'the picture is an SVG, but its name ends in ".png"',
                'let its name end in ".svg"',
            ),
            Finding(
                2,
                1,
                "svg-has-no-active-content",
                'the attribute "onclick" runs a program',
                "remove it; a badge is a still picture",
            ),
            Finding(
                2,
                1,
                "svg-has-no-text",
                "<text> needs fonts, which are not the same everywhere",
                "convert text to paths",
            ),
            Finding(1, 1, "image-is-square", "the picture is 2 wide and 1 high", CUT),
        ),
    )


MIB = 1024 * 1024 - 300
SLOW = {
    "a number without end": svg(attributes='width="' + "1" * MIB + 'x"'),
    "a view box of digits": svg(attributes='viewBox="' + "1" * MIB + 'x"'),
    "backslashes": svg("<style>" + "\\" * MIB + "</style>"),
    "comments that open": svg("<style>" + "/*" * (MIB // 2) + "</style>"),
    "references in references": svg('<g style="' + "url(" * (MIB // 4) + '"/>'),
    "the same reference": svg('<g id="a"/><g style="' + "url(#a)" * (MIB // 9) + '"/>'),
    "attributes": svg("<g " + " ".join(f'a{n}="("' for n in range(70_000)) + "/>"),
    "uses": svg('<g id="a"/>' + '<use href="#a"/>' * 19_000),
    "embedded nothing": svg('<image href="data:image/png;base64,' + "=" * MIB + '"/>'),
    "false beginnings": b"<svg " + b"<svg" * (MIB // 4),
    "dots": b"aaaaaaaa." * (MIB // 9),
}


@pytest.mark.parametrize("data", SLOW.values(), ids=SLOW)
@pytest.mark.usefixtures("must_end")
def test_one_mebibyte_of_malice_is_judged(data):
    picture.inspect(data, "image.svg")

    assert len(data) <= picture.MAX_BYTES


def test_every_rule_is_broken_by_some_case_and_explained():
    assert {case[2] for case in CASES.values()} | {"image-is-large-enough"} == picture.RULES.keys()
    for text in picture.RULES.values():
        rule, blank, reason = text.split("\n", 2)
        assert rule.endswith(".")
        assert not blank
        assert reason
