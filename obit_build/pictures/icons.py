"""Icons of a site for home screens and lists of apps: its mark on squares of fixed sizes (PNG).

Plain ones keep what is clear in the mark. A maskable one is cut to any shape by the device: it has a
ground, and its mark lies within the middle 80 percent (W3C, Web Application Manifest, "Icon masks").
"""

import io

from PIL import Image, ImageOps

PLAIN = (192, 512)
MASKABLE = 512
TOUCH = 180
"""What Apple's devices take; they show what is clear as black, so it has a ground too."""
_WITHIN_MASK = 0.56
"""So that the corners of a square are within the circle that no mask cuts."""
_WITHIN_TOUCH = 0.8
_SUBTLE = 128
"""Colours; a mark has a few, and the shades of its edges."""


def plain(mark: Image.Image, side: int) -> bytes:
    """Draw the mark on a clear square."""
    return _packed(_square(mark, side, side, (0, 0, 0, 0)))


def maskable(mark: Image.Image, ground: str) -> bytes:
    """Draw the mark on a ground (``#rrggbb``), small enough for any mask."""
    return _packed(_on_ground(mark, MASKABLE, _WITHIN_MASK, ground))


def home_screen(mark: Image.Image, ground: str) -> bytes:
    """Draw the mark on a ground, for devices that round its corners."""
    return _packed(_on_ground(mark, TOUCH, _WITHIN_TOUCH, ground))


def _on_ground(mark: Image.Image, side: int, share: float, ground: str) -> Image.Image:
    channels = [int(ground[at : at + 2], 16) for at in (1, 3, 5)]
    red, green, blue = channels
    return _square(mark, side, round(side * share), (red, green, blue, 255)).convert("RGB")


def _square(
    mark: Image.Image, side: int, within: int, ground: tuple[int, int, int, int]
) -> Image.Image:
    shown = ImageOps.contain(mark, (within, within), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (side, side), ground)
    at = ((side - shown.width) // 2, (side - shown.height) // 2)
    square.alpha_composite(shown, at)
    return square


def _packed(image: Image.Image) -> bytes:
    method = Image.Quantize.FASTOCTREE  # the one that knows of clear pixels
    packed = io.BytesIO()
    image.quantize(_SUBTLE, method, dither=Image.Dither.NONE).save(packed, "PNG", compress_level=9)
    return packed.getvalue()
