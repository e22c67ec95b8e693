"""The picture beside links to a badge: its size, its bytes, what is drawn and what is not."""

import io

import pytest
from pictures import png
from PIL import Image, ImageChops

from obit_build.errors import RenderError
from obit_build.pictures import poster
from obit_build.pictures.colours import LIGHT
from obit_build.pictures.pixels import decoded
from obit_build.pictures.poster import MAX_BYTES, Wording, draw

COLOURS = tuple(sorted(LIGHT.items()))
WORDS = Wording(kind="Open Badge", name="Pare-feu", issuer="CITC", host="badges.example.org")
FULL = "Wäx@&Qß " * 40


def encoded(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def shown(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def differs(one: bytes, other: bytes) -> tuple[int, int, int, int] | None:
    """The box in which two posters are not the same."""
    return ImageChops.difference(shown(one), shown(other)).getbbox()


def of(**words: str) -> bytes:
    return draw(
        png(), COLOURS, Wording(**{"kind": "", "name": "", "issuer": "", "host": "", **words})
    )


def test_a_poster_has_the_size_that_services_ask_for_and_a_palette():
    with Image.open(io.BytesIO(draw(png(), COLOURS, WORDS))) as image:
        assert (image.size, image.mode, image.format) == ((1200, 630), "P", "PNG")


def test_the_same_words_and_picture_give_the_same_bytes():
    first = draw(png(), COLOURS, WORDS)
    poster.draw.cache_clear()
    poster._blank.cache_clear()
    poster._panel.cache_clear()

    again = draw(png(), COLOURS, WORDS)

    assert again is not first
    assert again == first


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_even_noise_with_as_much_text_as_fits_makes_a_small_file(mode):
    noise = Image.effect_noise((600, 600), 90).convert(mode)
    words = Wording(
        kind=FULL, name=FULL, issuer=FULL, host="badges.example.org/" * 4, stamp="QWÉRTZ@&ß"
    )

    assert len(draw(encoded(noise), COLOURS, words)) <= MAX_BYTES


def test_the_name_stands_at_the_right_and_the_picture_at_the_left():
    white = draw(encoded(Image.new("RGB", (90, 90), "white")), COLOURS, WORDS)
    red = draw(encoded(Image.new("RGB", (90, 90), "red")), COLOURS, WORDS)
    left, _, right, _ = differs(white, red)
    assert (left, right) == (60, 440)

    left, top, right, bottom = differs(of(), of(name="Analyse du trafic réseau"))
    assert 560 <= left < right <= 1140
    assert 56 <= top < bottom <= 560


def test_a_name_that_can_not_be_written_gives_way_to_the_issuer_s_initials():
    arabic = of(name="جدار الحماية", issuer="Bruxelles Formation asbl")

    assert arabic == of(name="防火墙", issuer="Brussels Free academy")
    assert arabic != of(name="防火墙", issuer="Technocité")
    assert shown(arabic).getpixel((850, 180)) == (0x0B, 0x55, 0x63)
    assert of(name="防火墙", issuer="技術") == of()


def test_what_is_not_real_says_so_across_the_picture():
    box = differs(of(), of(stamp="Spécimen"))

    assert box == (0, 572, 500, 630)
    assert shown(of(stamp="Spécimen")).getpixel((5, 600)) == (0x74, 0x46, 0x00)


def test_a_theme_s_colours_are_the_poster_s():
    dark = {**LIGHT, "accent": "#7a1f5c", "paper": "#fff0f8", "sheet": "#ffffff"}

    image = shown(draw(png(), tuple(sorted(dark.items())), WORDS))

    assert image.getpixel((600, 4)) == (0x7A, 0x1F, 0x5C)
    assert image.getpixel((1190, 300)) == (0xFF, 0xF0, 0xF8)
    assert image.getpixel((5, 60)) == (0xFF, 0xFF, 0xFF)


def test_what_is_clear_in_a_picture_shows_the_ground():
    clear = draw(encoded(Image.new("RGBA", (90, 90), (255, 0, 0, 0))), COLOURS, WORDS)

    assert (255, 0, 0) not in {colour for _, colour in shown(clear).getcolors(1 << 16)}


def test_a_picture_in_sixteen_bits_of_grey_is_not_blown_out():
    image = Image.new("I;16", (90, 90), 0x8000)

    assert decoded(encoded(image), "a picture").getpixel((3, 3)) == (128, 128, 128, 255)


@pytest.mark.parametrize(
    "picture", [b"", b"GIF89a", png()[:200], png(end=b"")[:-40], png(data=b"")]
)
def test_a_picture_that_is_none_is_refused_in_plain_words(picture):
    with pytest.raises(RenderError) as caught:
        draw(picture, COLOURS, WORDS)
    assert caught.value.message == "a badge's picture is no PNG that can be drawn"
    assert caught.value.fix == "save it again as PNG, at most 4096 pixels wide, or as SVG"


def test_a_picture_that_is_too_large_is_refused_before_it_is_unpacked():
    with pytest.raises(RenderError):
        decoded(encoded(Image.new("1", (4097, 1))), "the site's logo")
