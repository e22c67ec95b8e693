"""What an SVG picture may hold: drawings, and nothing that runs, loads, explodes or needs fonts.

Elements are allowed by name; all else is refused, so that a carrier of scripts that is invented
tomorrow is refused today. References lead to ``#fragments`` of the same picture or hold a PNG or
JPEG as data. (Threats T30 and T31; `<img>` would contain most of this, inlining would not.)
"""

import base64
import binascii
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from obit_build.errors import BakingError
from obit_build.pictures import png

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
MAX_RENDERED = 100_000
"""Elements to draw once every ``<use>`` and ``url(#…)`` has been followed."""
MAX_PIXELS = 4096 * 4096

PLAIN_SVG = 'save it as "plain SVG" or "optimised SVG"'
_DRAWING_NAMES = (
    "svg g defs symbol use switch a title desc metadata style path rect circle ellipse line polyline polygon image marker mask "
    "clipPath pattern linearGradient radialGradient stop filter feBlend feColorMatrix feComponentTransfer feComposite "
    "feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR "
    "feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile "
    "feTurbulence"
)
_DRAWING = frozenset(_DRAWING_NAMES.split())
_WRITING_NAMES = (
    "text tspan tref textPath altGlyph altGlyphDef altGlyphItem glyph glyphRef missing-glyph hkern vkern "
    "font font-face font-face-src font-face-uri font-face-format font-face-name "
    "flowRoot flowRegion flowPara flowSpan flowLine flowDiv"
)
_WRITING = frozenset(_WRITING_NAMES.split())
_WRITING_STARTS = frozenset(("text", "font", "font-face", "flowRoot"))
_ANIMATIONS = frozenset(
    ("animate", "animateColor", "animateMotion", "animateTransform", "set", "discard", "mpath")
)
# What drawing programs add for themselves; browsers draw and run nothing of it.
_EDITORS = (
    "http://www.inkscape.org/namespaces/inkscape",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
    "http://creativecommons.org/ns#",
    "http://web.resource.org/cc/",
    "http://ns.adobe.com/",
    "http://www.bohemiancoding.com/sketch/ns",
    "http://www.serif.com/",
    "http://www.figma.com/figma/ns",
    "https://boxy-svg.com",
    "http://openbadges.org",
    "https://purl.imsglobal.org/",
)
_REFERENCES = frozenset(
    ("href", "src", "srcset", "data", "action", "formaction", "poster", "ping", "background")
)
_FREE_TEXT = frozenset(("id", "class", "d", "points", "lang"))
_LIMITS = {
    ("feTurbulence", "numOctaves"): 10.0,
    ("feMorphology", "radius"): 20.0,
    ("feConvolveMatrix", "order"): 9.0,
    ("feGaussianBlur", "stdDeviation"): 500.0,
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|(.))", re.DOTALL)
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS_URL = re.compile(r"url\(\s*['\"]?\s*([^)'\"]*)", re.IGNORECASE)
_CSS_LOADS = re.compile(
    r"@import|@font-face|(?<![\w-])(?:src|image|image-set|-webkit-image-set|cross-fade|-webkit-cross-fade)\("
)
_CSS_RUNS = re.compile(r"expression\(|-moz-binding|behavior\s*:|javascript:|vbscript:")
_SCHEME_RUNS = ("javascript:", "vbscript:", "livescript:", "mocha:")
_DATA_PICTURE = re.compile(r"data:image/(png|jpe?g);base64,([A-Za-z0-9+/=]*)")


class Name(NamedTuple):
    """An element's or attribute's name: its namespace ("" if none) and its local part."""

    namespace: str
    local: str


class Place(NamedTuple):
    """Where something begins in the text; both count from 1, in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong with a picture; line and column count from 1 (1:1 in a PNG)."""

    line: int
    column: int
    check: str
    message: str
    fix: str


ACTIVE = "svg-has-no-active-content"
EXTERNAL = "svg-has-no-external-references"
WRITING = "svg-has-no-text"
EXPLODES = "image-does-not-explode"
_SELF_CONTAINED = "embed pictures as PNG or JPEG, and refer to nothing outside the file"
_REMOVE_IT = "remove it; a badge is a still picture"


def _shown(value: str) -> str:
    flat = "".join(c if c.isprintable() else " " for c in value)
    return flat if len(flat) <= 40 else flat[:37] + "..."


def of_element(name: Name, at: Place) -> Iterator[Finding]:
    """Judge an element by its name."""
    namespace, local = name
    shown = _shown(local)
    if namespace == SVG and local in _DRAWING:
        return
    if namespace == SVG and local in _WRITING:
        if local in _WRITING_STARTS:
            yield Finding(
                *at,
                WRITING,
                f"<{shown}> needs fonts, which are not the same everywhere",
                "convert text to paths",
            )
    elif namespace == SVG and local in _ANIMATIONS:
        yield Finding(*at, ACTIVE, f"<{shown}> moves or changes the picture", _REMOVE_IT)
    elif not namespace.startswith(_EDITORS):
        message = f"<{shown}> can run programs or is not part of a drawing"
        yield Finding(*at, ACTIVE, message, f"remove it, or {PLAIN_SVG}")


def of_attribute(element: Name, name: Name, value: str, at: Place) -> Iterator[Finding]:
    """Judge an attribute of an element."""
    local = name.local
    if local.lower().startswith("on") or name.namespace == "http://www.w3.org/2001/xml-events":
        yield Finding(*at, ACTIVE, f'the attribute "{_shown(local)}" runs a program', _REMOVE_IT)
    elif name == (XML, "base"):
        yield Finding(
            *at, EXTERNAL, 'the attribute "xml:base" makes references lead elsewhere', "remove it"
        )
    elif local.lower() in _REFERENCES:
        yield from _of_reference(element, value, at)
    elif not name.namespace and local not in _FREE_TEXT and not local.startswith("aria-"):
        yield from of_style(value, at)
    limit = _LIMITS.get((element.local, local))
    if limit is not None and any(abs(float(n)) > limit for n in _NUMBER.findall(value)):
        message = f'{local}="{_shown(value)}" takes too long to draw'
        yield Finding(*at, EXPLODES, message, f"use at most {limit:g}")


def _of_reference(element: Name, value: str, at: Place) -> Iterator[Finding]:
    # Browsers drop blanks and control characters before they read the scheme.
    target = re.sub(r"[\x00-\x20\x7f-\x9f]", "", value)
    picture = _DATA_PICTURE.fullmatch(target)
    if target.startswith("#"):
        return
    if picture and element.local in ("image", "feImage"):
        yield from _of_picture(picture, at)
    elif target.lower().startswith("data:"):
        message = f'the reference "{_shown(value)}" holds something else than a PNG or JPEG picture'
        yield Finding(*at, ACTIVE, message, "embed a PNG or JPEG in an <image>, in base64")
    elif target.lower().startswith(_SCHEME_RUNS):
        yield Finding(*at, ACTIVE, f'the reference "{_shown(value)}" can run a program', _REMOVE_IT)
    else:
        message = f'the reference "{_shown(value)}" leads out of the picture'
        yield Finding(*at, EXTERNAL, message, _SELF_CONTAINED)


def _of_picture(picture: re.Match[str], at: Place) -> Iterator[Finding]:
    try:
        data = base64.b64decode(picture[2], validate=True)
        width, height = png.measure(data) if picture[1] == "png" else _measure_jpeg(data)
    except (binascii.Error, BakingError):
        message = "an embedded picture is damaged"
        yield Finding(*at, "image-is-whole", message, "embed it again, or leave it out")
        return
    if width * height > MAX_PIXELS:
        message = f"an embedded picture is {width} by {height} pixels"
        yield Finding(*at, EXPLODES, message, f"embed at most {MAX_PIXELS} pixels")


def _measure_jpeg(data: bytes) -> tuple[int, int]:
    """Return width and height from a JPEG's frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while data[:2] == b"\xff\xd8" and data[at : at + 1] == b"\xff" and at + 9 <= len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    raise BakingError("the JPEG has no frame", fix="save it again")


def of_style(value: str, at: Place) -> Iterator[Finding]:
    """Judge CSS: a style sheet, a ``style`` attribute or a presentation attribute."""
    if not re.search(r"[(\\@:]", value):
        return
    decoded = _CSS_ESCAPE.sub(_unescape, value).lower()
    # A comment can hide a reference, and a comment's beginning inside a string can hide it from
    # whoever strips comments; so both readings must be clean.
    for text in (decoded, _CSS_COMMENT.sub("", decoded)):
        if found := _CSS_RUNS.search(text):
            yield Finding(
                *at, ACTIVE, f'the style "{_shown(found[0])}" can run a program', _REMOVE_IT
            )
            return
        if found := _CSS_LOADS.search(text):
            yield Finding(
                *at, EXTERNAL, f'the style "{_shown(found[0])}" can load something', _SELF_CONTAINED
            )
            return
        for target in _CSS_URL.findall(text):
            if not target.startswith("#"):
                message = f'the style "url({_shown(target)})" leads out of the picture'
                yield Finding(*at, EXTERNAL, message, _SELF_CONTAINED)
                return


def _unescape(match: re.Match[str]) -> str:
    if match[1] is None:
        return "" if match[2] == "\n" else match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def references(attributes: Mapping[Name, str]) -> Iterator[str]:
    """Yield the ids that an element draws with: ``href="#id"`` and ``url(#id)``."""
    for name, value in attributes.items():
        if name.local == "href" and value.strip().startswith("#"):
            yield value.strip()[1:]
        elif "(" in value:
            for target in _CSS_URL.findall(_CSS_ESCAPE.sub(_unescape, value)):
                if target.startswith("#"):
                    yield target.strip()[1:]


class Expansion:
    """Counts what is drawn once references are followed: ten lines of ``<use>`` can mean a billion shapes."""

    def __init__(self) -> None:
        self._children: list[list[int]] = []
        self._wanted: list[list[str]] = []
        self._ids: dict[str, int] = {}

    def add(self, parent: int | None, attributes: Mapping[Name, str]) -> int:
        """Take an element; return its number."""
        number = len(self._children)
        self._children.append([])
        self._wanted.append(list(references(attributes)))
        self._ids.setdefault(attributes.get(Name("", "id"), ""), number)
        if parent is not None:
            self._children[parent].append(number)
        return number

    def finding(self, at: Place) -> Iterator[Finding]:
        """Judge the whole picture."""
        size = self._size()
        if size is None:
            yield Finding(
                *at, EXPLODES, "a shape refers to itself", "remove the circle of references"
            )
        elif size > MAX_RENDERED:
            message = f"references multiply the picture to more than {MAX_RENDERED} shapes"
            yield Finding(*at, EXPLODES, message, "draw with fewer repetitions")

    def _next(self, number: int) -> list[int]:
        wanted = (self._ids.get(name) for name in self._wanted[number] if name)
        return [*self._children[number], *(target for target in wanted if target is not None)]

    def _size(self) -> int | None:
        """Add up from the leaves, without recursion; ``None`` if references go in a circle."""
        sizes: dict[int, int] = {}
        open_: set[int] = set()
        stack = [0]
        while stack:
            number = stack[-1]
            if number in sizes:
                stack.pop()
                continue
            onward = self._next(number)
            if number in open_:
                sizes[number] = min(MAX_RENDERED + 1, 1 + sum(sizes[n] for n in onward))
                stack.pop()
                continue
            open_.add(number)
            if any(n in open_ and n not in sizes for n in onward):
                return None
            stack.extend(n for n in onward if n not in sizes)
        return sizes[0]
