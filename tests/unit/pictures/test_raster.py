import io

import pytest
from pictures import SVG, chunk
from pictures import png as png_picture
from pictures import svg as drawing
from PIL import Image

from obit_build.errors import BakingError, ObitError, ProcessError, RenderError
from obit_build.pictures import png, raster
from obit_build.pictures.svg import wrap_png

HALVES = drawing('<rect width="50" height="100" fill="#ff0000"/>')
TOO_MUCH = "the SVG needs too much memory or time to draw"


def refusal(kind, *arguments):
    with pytest.raises(ObitError) as caught:
        raster.to_png(*arguments)
    assert type(caught.value) is kind or kind is BakingError
    assert isinstance(caught.value, kind)
    assert caught.value.fix
    return caught.value.message


def test_a_drawing_becomes_pixels():
    image = raster.to_png(HALVES, 200)

    with Image.open(io.BytesIO(image)) as seen:
        assert seen.size == (200, 200)
        assert seen.getpixel((50, 100)) == (255, 0, 0, 255)
        assert seen.getpixel((150, 100)) == (0, 0, 0, 0)


def test_a_picture_has_600_pixels_if_nothing_is_said():
    assert png.measure(raster.to_png(HALVES)) == (600, 600)


def test_proportions_stay():
    assert png.measure(raster.to_png(drawing(attributes='viewBox="0 0 2 1"'), 100)) == (100, 50)


def test_drawing_twice_gives_the_same_bytes():
    assert raster.to_png(HALVES, 64) == raster.to_png(HALVES, 64)


def test_a_byte_order_mark_and_a_declaration_do_no_harm():
    marked = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\n' + HALVES

    assert raster.to_png(marked, 64) == raster.to_png(HALVES, 64)


def test_nothing_but_the_picture_is_in_the_result():
    image = raster.to_png(HALVES, 64)

    assert {c.kind for c in png.read(image).chunks} == {b"IHDR", b"IDAT", b"IEND"}


def test_an_embedded_png_is_drawn():
    image = raster.to_png(wrap_png(png_picture(before=chunk(b"tEXt", b"Author\0A")), 100, "x"), 100)

    with Image.open(io.BytesIO(image)) as seen, Image.open(io.BytesIO(png_picture())) as source:
        assert seen.convert("RGB").getpixel((50, 50)) == source.getpixel((50, 50))


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        (
            '<image href="/tmp/a.png"/>',
            'the reference "/tmp/a.png" leads out of the picture (line 1, column 63)',
        ),
        (
            "<script/>",
            "<script> can run programs or is not part of a drawing (line 1, column 63)",
        ),
        (
            "<text>A</text>",
            "<text> needs fonts, which are not the same everywhere (line 1, column 63)",
        ),
    ],
)
def test_what_a_badge_may_not_hold_is_not_drawn(inner, message):
    assert refusal(BakingError, drawing(inner)) == message


def test_a_file_that_is_no_svg_is_not_drawn():
    assert refusal(BakingError, png_picture()) == "the SVG is not UTF-8 text (line 1, column 1)"


def test_a_picture_without_size_is_not_drawn():
    empty = f'<svg xmlns="{SVG}" width="0" height="0"/>'.encode()

    assert refusal(RenderError, empty) == "the SVG could not be drawn: SVG has an invalid size"


def test_a_pattern_that_wants_terabytes_ends_only_its_own_process():
    pattern = (
        '<pattern id="p" patternUnits="userSpaceOnUse" width="100000" height="100000">'
        '<rect width="1" height="1"/></pattern><rect width="100" height="100" fill="url(#p)"/>'
    )

    assert refusal(RenderError, drawing(pattern)) == TOO_MUCH


def test_a_drawing_that_takes_for_ever_is_stopped(monkeypatch):
    monkeypatch.setattr(raster, "SECONDS", 0.001)

    assert refusal(RenderError, HALVES) == "the SVG took more than 0.002 seconds to draw"


@pytest.mark.parametrize("side", [0, -1, 4097])
def test_a_side_has_1_to_4096_pixels(side):
    assert refusal(RenderError, HALVES, side) == f"a picture can't be {side} pixels wide"


def test_the_drawing_process_sees_none_of_our_secrets(monkeypatch, tmp_path):
    monkeypatch.setenv("OBIT_KEY", "secret")
    seen = {}

    def run(_command, **options):
        seen.update(options["env"])
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(raster.subprocess, "run", run)

    assert refusal(ProcessError, HALVES) == (
        "the program that draws pictures could not be started: No such file or directory"
    )
    assert "OBIT_KEY" not in seen


def test_a_broken_installation_is_not_blamed_on_the_picture(monkeypatch, tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(raster.sys, "executable", str(broken))

    assert refusal(ProcessError, HALVES) == "the program that draws pictures failed"
