"""PNG → pixels, for pictures that are drawn anew. Refuses what is no whole PNG, or far too large."""

import io

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from obit_build.errors import RenderError

MAX_SIDE = 4096


def decoded(picture: bytes, what: str) -> Image.Image:
    """Return a PNG's pixels as RGBA; ``what`` names the picture in the message of a RenderError."""
    try:
        image: Image.Image = PngImageFile(io.BytesIO(picture))
        if max(image.size) <= MAX_SIDE:
            if image.mode.startswith(
                "I"
            ):  # 16 bits of grey, of which conversion would cut off the upper
                image = image.convert("I").point(lambda v: v / 256).convert("L")
            return image.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise _unfit(what) from error
    raise _unfit(what)


def _unfit(what: str) -> RenderError:
    message = f"{what} is no PNG that can be drawn"
    return RenderError(message, fix="save it again as PNG, at most 4096 pixels wide, or as SVG")
