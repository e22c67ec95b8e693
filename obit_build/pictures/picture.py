"""Is this file a picture that a badge or an issuer can have? Answers without decoding a pixel.

By content, not by name; every way of being unfit has an id in ``RULES``. Sizes are computed from
the header before anything is inflated, and what is inflated is thrown away at once and capped
(threat T30). Minimum size and squareness follow the guidance of Open Badges' backpacks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from obit_build.errors import BakingError
from obit_build.pictures import png, svg
from obit_build.pictures.bake import kind_of
from obit_build.pictures.svg_content import Finding as PictureFinding

__all__ = ["RULES", "Picture", "PictureFinding", "inspect"]

MAX_BYTES = 1024 * 1024
MAX_SIDE = 4096
MIN_SIDE = 90
_MAX_COMPRESSED_TEXT = 1024 * 1024

RULES: dict[str, str] = {
    "image-is-png-or-svg": "A picture is a PNG or an SVG, and stands still.\n\nOpen Badges can put a credential into these two and no others. Save a photo or a GIF as PNG, and one frame of an animation.",
    "image-name-matches-content": "A picture's name says what it is.\n\nA PNG called `.svg` is shown by nobody. Rename the file, or save it as what its name says.",
    "image-is-small-enough": "A picture has at most 1 MiB, and a PNG at most 4096 by 4096 pixels.\n\nIt is copied into every badge that is awarded. 600 by 600 pixels are plenty.",
    "image-is-square": "A picture is square.\n\nWallets and backpacks show badges in squares and cut off the rest. An SVG says its size in `width` and `height`, or in `viewBox`.",
    "image-is-large-enough": "A PNG has at least 90 by 90 pixels.\n\nSmaller pictures are refused by backpacks and look blurred on paper. An SVG has no smallest size.",
    "image-is-whole": "A picture is complete and undamaged.\n\nEach part's checksum and order is right, the picture data has the size that the header says, and nothing follows the end. Save it again.",
    "image-does-not-explode": "A picture is cheap to draw.\n\nA few bytes can ask for gigabytes or hours: compressed emptiness, shapes that refer to shapes that refer to shapes, filters with enormous values. Draw it more simply.",
    "svg-is-well-formed": 'An SVG is well-formed XML in UTF-8, with `<svg xmlns="http://www.w3.org/2000/svg">` outermost.\n\nAnything else is shown by some programs and not by others. Save it again with a drawing program.',
    "svg-has-no-active-content": "An SVG holds a drawing and nothing that runs or moves.\n\nScripts, event attributes, animations, foreign elements and processing instructions could act in a visitor's browser. Save it as plain SVG.",
    "svg-has-no-external-references": "An SVG refers to nothing outside itself.\n\nA picture, style sheet or font from elsewhere may change, vanish, or tell its owner who looks at the badge. Embed pictures as PNG or JPEG.",
    "svg-has-no-text": "An SVG's letters are drawn, not typed.\n\nTyped text needs a font that is missing elsewhere, and then looks different or disappears. Convert text to paths.",
    "svg-has-no-entities": "An SVG has no document type and no named entities.\n\nThey can be made to read files and to fill the memory. Delete everything from `<!DOCTYPE` to its `>`, and write characters as themselves.",
}

_OTHERS = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP"),
    (b"\x1f\x8b", "compressed (SVGZ)"),
    (b"%PDF", "PDF"),
    (b"BM", "BMP"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file; width and height in pixels (PNG) or CSS pixels (SVG), 0 if unknown."""

    kind: Literal["png", "svg", "other"]
    width: float
    height: float
    findings: tuple[PictureFinding, ...]


def inspect(data: bytes, name: str) -> Picture:
    """Judge the file ``name`` (only its ending matters) holding ``data``; never raises for them."""
    kind = kind_of(data)
    if kind not in ("png", "svg"):
        return Picture("other", 0, 0, tuple(_of_other(data)))
    findings = list(_of_name(kind, name))
    if len(data) > MAX_BYTES:
        message = f"the picture has {len(data)} bytes; at most {MAX_BYTES} are allowed"
        findings.append(_finding("image-is-small-enough", message, "save it smaller"))
        return Picture(kind, 0, 0, tuple(findings))
    if kind == "svg":
        return _inspect_svg(data, findings)
    return _inspect_png(data, findings)


def _finding(check: str, message: str, fix: str) -> PictureFinding:
    return PictureFinding(1, 1, check, message, fix)


def _of_other(data: bytes) -> Iterator[PictureFinding]:
    found = next((word for begin, word in _OTHERS if data.startswith(begin)), None)
    message = (
        f"the picture is a {found} file" if found else "the file is no picture that obit knows"
    )
    yield _finding("image-is-png-or-svg", message, "save it as PNG or SVG")


def _of_name(kind: str, name: str) -> Iterator[PictureFinding]:
    ending = re.search(r"\.([A-Za-z0-9]{1,8})$", name)
    if ending is None or ending[1].lower() != kind:
        said = f'its name ends in ".{ending[1]}"' if ending else "its name has no ending"
        article = "a PNG" if kind == "png" else "an SVG"
        message = f"the picture is {article}, but {said}"
        yield _finding("image-name-matches-content", message, f'let its name end in ".{kind}"')


def _of_shape(width: float, height: float) -> Iterator[PictureFinding]:
    message = f"the picture is {width:g} wide and {height:g} high"
    yield _finding(
        "image-is-square", message, "cut it, or add an empty border, so that it is square"
    )


def _inspect_svg(data: bytes, findings: list[PictureFinding]) -> Picture:
    facts = svg.inspect(data)
    findings.extend(facts.findings)
    if facts.was_read and not (facts.width and facts.height):
        message = "the SVG does not say how wide and high it is"
        fix = 'add viewBox="0 0 600 600" (with your numbers) to <svg>'
        findings.append(_finding("image-is-square", message, fix))
    elif facts.width and facts.height and not facts.is_square:
        findings.extend(_of_shape(facts.width, facts.height))
    return Picture("svg", facts.width or 0, facts.height or 0, tuple(findings))


def _inspect_png(data: bytes, findings: list[PictureFinding]) -> Picture:
    try:
        image = png.read(data)
    except BakingError as error:
        findings.append(_finding("image-is-whole", error.message, error.fix))
        return Picture("png", 0, 0, tuple(findings))
    findings.extend(_of_png(image))
    return Picture("png", image.width, image.height, tuple(findings))


def _of_png(image: png.Png) -> Iterator[PictureFinding]:
    width, height = image.width, image.height
    if image.is_animated:
        fix = "save one frame of it as PNG"
        yield _finding("image-is-png-or-svg", "the PNG is animated", fix)
    if width != height:
        yield from _of_shape(width, height)
    if min(width, height) < MIN_SIDE:
        message = f"the picture is {width} by {height} pixels; at least {MIN_SIDE} by {MIN_SIDE} are needed"
        yield _finding("image-is-large-enough", message, "save it larger; 600 by 600 is good")
    if max(width, height) > MAX_SIDE:  # and nothing is inflated
        message = f"the picture is {width} by {height} pixels; at most {MAX_SIDE} by {MAX_SIDE} are allowed"
        yield _finding("image-is-small-enough", message, "save it smaller; 600 by 600 is good")
        return
    yield from _of_pixels(image)
    yield from _of_compressed_texts(image)


def _of_pixels(image: png.Png) -> Iterator[PictureFinding]:
    parts = tuple(chunk.data for chunk in image.chunks if chunk.kind == b"IDAT")
    size, ended = png.inflate(parts, image.pixel_bytes)
    if size > image.pixel_bytes:
        message = "the PNG's picture data is larger than its header says"
        yield _finding("image-does-not-explode", message, png.SAVE_AGAIN)
    elif size < image.pixel_bytes or not ended:
        message = "the PNG's picture data is damaged or incomplete"
        yield _finding("image-is-whole", message, png.SAVE_AGAIN)


def _of_compressed_texts(image: png.Png) -> Iterator[PictureFinding]:
    for chunk in image.chunks:
        content = png.compressed_part(chunk)
        if content and png.inflate((content,), _MAX_COMPRESSED_TEXT)[0] > _MAX_COMPRESSED_TEXT:
            kind = chunk.kind.decode("ascii")
            message = f"the PNG's chunk {kind} unpacks to more than {_MAX_COMPRESSED_TEXT} bytes"
            yield _finding("image-does-not-explode", message, png.SAVE_AGAIN)
            return
