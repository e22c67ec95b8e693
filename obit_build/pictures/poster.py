"""A badge's poster: the picture that other services show beside a link to it (PNG, 1200 by 630 pixels).

The badge's picture at the left, its name and issuer at the right, in the theme's colours. Never
anything about a person: services keep such pictures for long. What all languages share is prepared
once; a language then costs the drawing of its text. Same input, same versions of Pillow and of the font:
same bytes. The file has a palette of exact tones for text and as many colours of the picture as
keep it below ``MAX_BYTES``.
"""

import functools
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from PIL import Image, ImageDraw, ImageOps

from obit_build.pictures import drawn_text
from obit_build.pictures.colours import on
from obit_build.pictures.pixels import decoded

WIDTH, HEIGHT = 1200, 630
"""What Facebook, LinkedIn and others ask for: 1.91 to 1."""
MAX_BYTES = 60 * 1024
_FOR_TEXT = 16 * 1024
"""What the text of a language may take of them."""

_PANEL = 500
"""The width of the picture's ground."""
_BAND = 58
_ALIKE = 6
"""Up to this difference of a channel, a colour is the one of the ground."""
_PETALS = 12
"""Ellipses of the rosette; each line of it is paid for in bytes."""
_LEFT, _RIGHT = 560, 1140
"""Where text begins and ends."""
_TONES = 8
"""Steps from a ground to an ink."""
_QUALITIES = ((380, 128), (380, 64), (380, 32), (300, 24), (240, 12), (180, 8))
"""Side of the picture and number of its colours, best first; noise ends at the last."""
_NAME_SIZES = ((68, 3), (58, 3), (50, 4), (42, 5))
_ISSUER_SIZES = ((32, 2), (28, 2))
_SMALL = 23
_INITIALS = 96

_Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a poster says in one language; any of it may be empty, or not writable."""

    kind: str
    name: str
    issuer: str
    host: str
    """Where the site is, without ``https://``."""
    stamp: str = ""
    """What says that nothing of this is real."""


Colours = tuple[tuple[str, str], ...]
"""(name, ``#rrggbb``) of each colour of a theme."""


@functools.lru_cache(maxsize=512)
def draw(picture: bytes, colours: Colours, words: Wording) -> bytes:
    """Draw a poster; raise RenderError for a picture (PNG) that can't be drawn.

    Remembered, since a site that is served while somebody writes is built over and over.
    """
    return _blank(picture, colours).draw(words)


@functools.lru_cache(maxsize=8)
def _blank(picture: bytes, colours: Colours) -> "_Blank":
    return _Blank(picture, dict(colours))


class _Blank:
    """The poster of one badge, but for its text."""

    def __init__(self, picture: bytes, colours: Mapping[str, str]) -> None:
        self._inks = _Inks(colours)
        drawn = decoded(picture, "a badge's picture")
        for side, number in _QUALITIES:
            self._base = _prepared(drawn, side, number, self._inks)
            if len(_packed(self._base)) <= MAX_BYTES - _FOR_TEXT:
                break

    def draw(self, words: Wording) -> bytes:
        """Draw the poster with its text."""
        sheet, inks = self._base.copy(), self._inks
        if stamp := drawn_text.writable(words.stamp):
            box = (0, HEIGHT - _BAND, _PANEL, HEIGHT)
            sheet.paste(inks.tone("warn", "on-warn", 0), box)
            layer = _Layer(sheet, inks, "warn", "on-warn")
            layer.centred((_PANEL // 2, HEIGHT - _BAND // 2), stamp.upper(), 26)
            layer.lay()
        _Column(sheet, inks).fill(words)
        return _packed(sheet)


class _Inks:
    """The palette: for each ink on its ground the tones between them, then the picture's colours."""

    PAIRS = (("paper", "ink"), ("paper", "soft"), ("accent", "on-accent"), ("warn", "on-warn"))

    def __init__(self, colours: Mapping[str, str]) -> None:
        said = {name: _rgb(value) for name, value in colours.items()}
        said |= {f"on-{name}": _rgb(on(colours[name])) for name in ("accent", "warn")}
        self.colours: Mapping[str, _Colour] = said
        self._first = {pair: n * _TONES for n, pair in enumerate(self.PAIRS)}
        tones = (
            _mixed(said[ground], said[ink], step / (_TONES - 1))
            for ground, ink in self.PAIRS
            for step in range(_TONES)
        )
        self.fixed: tuple[_Colour, ...] = (*tones, said["sheet"])

    def tone(self, ground: str, ink: str, step: int) -> int:
        """Return the index of a tone: 0 is the ground, ``_TONES - 1`` the ink."""
        return self._first[ground, ink] + step

    def tones(self, ground: str, ink: str) -> list[int]:
        """Return for each coverage (0 to 255) the index of its tone."""
        return [self.tone(ground, ink, round(v / 255 * (_TONES - 1))) for v in range(256)]

    def places(self, found: Sequence[int]) -> list[int]:
        """Return for each colour of a picture its index; one like the sheet becomes the sheet."""
        sheet, first = self.fixed[-1], len(self.fixed)
        places = [min(first + n, 255) for n in range(256)]
        for n in range(len(found) // 3):
            if all(
                abs(a - b) <= _ALIKE for a, b in zip(found[3 * n : 3 * n + 3], sheet, strict=True)
            ):
                places[n] = first - 1
        return places


class _Layer:
    """Text in one ink on one ground, drawn beside the sheet and laid on it in one go."""

    def __init__(self, sheet: Image.Image, inks: _Inks, ground: str, ink: str) -> None:
        self._sheet, self._tones = sheet, inks.tones(ground, ink)
        self._drawn = Image.new("L", sheet.size)
        self._pen = ImageDraw.Draw(self._drawn)

    def line(self, at: tuple[float, float], text: str, size: int) -> None:
        """Write a line whose upper left corner is ``at``."""
        self._pen.text(at, text, fill=255, font=drawn_text.font(size))

    def centred(self, at: tuple[float, float], text: str, size: int) -> None:
        """Write a line around its middle; capitals and digits look centred then."""
        self._pen.text(at, text, fill=255, font=drawn_text.font(size), anchor="mm")

    def lay(self) -> None:
        """Put what was drawn onto the sheet."""
        box = self._drawn.getbbox()
        if box is None:
            return
        part = self._drawn.crop(box)
        covered = part.point([0] + [255] * 255)
        self._sheet.paste(part.point(self._tones), box, covered)


class _Column:
    """The text at the right: what it is, its name, who issues it, where."""

    def __init__(self, sheet: Image.Image, inks: _Inks) -> None:
        self._sheet, self._inks = sheet, inks
        self._dark = _Layer(sheet, inks, "paper", "ink")
        self._soft = _Layer(sheet, inks, "paper", "soft")

    def fill(self, words: Wording) -> None:
        name, issuer = drawn_text.writable(words.name), drawn_text.writable(words.issuer)
        if name:
            self._write(name, issuer, drawn_text.writable(words.kind))
        elif initials := drawn_text.writable(_initials(words.issuer)):
            self._seal(initials)
        host = _one_line(drawn_text.writable(words.host), _SMALL)
        self._soft.line((_LEFT, HEIGHT - 70), host, _SMALL)
        self._dark.lay()
        self._soft.lay()

    def _write(self, name: str, issuer: str, kind: str) -> None:
        width = _RIGHT - _LEFT
        size, lines = drawn_text.fitted(name, width, _NAME_SIZES)
        small, below = drawn_text.fitted(issuer, width, _ISSUER_SIZES) if issuer else (0, [])
        step, small_step = round(size * drawn_text.LEADING), round(small * 1.3)
        height = 44 + step * len(lines) + 52 + small_step * len(below)
        y = max(56, (HEIGHT - 60 - height) // 2)
        self._soft.line((_LEFT, y), _one_line(kind, _SMALL), _SMALL)
        y += 44
        for line in lines:
            self._dark.line((_LEFT, y), line, size)
            y += step
        accent = self._inks.tone("accent", "on-accent", 0)
        self._sheet.paste(accent, (_LEFT, y + 24, _LEFT + 72, y + 29))
        y += 52
        for line in below:
            self._dark.line((_LEFT, y), line, small)
            y += small_step

    def _seal(self, initials: str) -> None:
        """Show the issuer's initials in a disc, where its badge's name can't be written."""
        side, scale = 300, 4
        disc = Image.new("L", (side * scale, side * scale))
        ImageDraw.Draw(disc).ellipse((0, 0, side * scale - 1, side * scale - 1), fill=255)
        disc = disc.reduce(scale).point([0] * 128 + [255] * 128)
        x, y = (_LEFT + _RIGHT - side) // 2, (HEIGHT - side) // 2 - 20
        self._sheet.paste(self._inks.tone("accent", "on-accent", 0), (x, y), disc)
        layer = _Layer(self._sheet, self._inks, "accent", "on-accent")
        layer.centred((x + side // 2, y + side // 2), initials, _INITIALS)
        layer.lay()


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isalnum())[:3].upper()


def _one_line(text: str, size: int) -> str:
    return drawn_text.fitted(text, _RIGHT - _LEFT, ((size, 1),))[1][0] if text else ""


def _rgb(colour: str) -> _Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(one: _Colour, other: _Colour, share: float) -> _Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _prepared(picture: Image.Image, side: int, number: int, inks: _Inks) -> Image.Image:
    """Make the poster without text: an image with a palette."""
    panel = _panel(inks.colours["sheet"], inks.colours["accent"]).copy()
    shown = ImageOps.contain(picture, (side, side), Image.Resampling.LANCZOS)
    at = ((_PANEL - shown.width) // 2, (HEIGHT - shown.height) // 2)
    panel.paste(shown, at, shown)
    # A sixteenth of the pixels gives the same colours in a tenth of the time.
    sample = panel.resize((_PANEL // 4, HEIGHT // 4), Image.Resampling.BOX)
    colours = sample.quantize(number, Image.Quantize.MEDIANCUT)
    reduced = panel.quantize(palette=colours, dither=Image.Dither.NONE)
    found = (colours.getpalette() or [])[: 3 * number]
    sheet = Image.new("P", (WIDTH, HEIGHT), inks.tone("paper", "ink", 0))
    sheet.putpalette([*(part for colour in inks.fixed for part in colour), *found])
    sheet.paste(reduced.point(inks.places(found)), (0, 0))
    sheet.paste(inks.tone("accent", "on-accent", 0), (0, 0, WIDTH, 10))
    return sheet


@functools.lru_cache(maxsize=4)
def _panel(ground: _Colour, accent: _Colour) -> Image.Image:
    """Draw what is behind every picture of a site: a ground with a rosette, as on its pages."""
    scale = 2
    lines = Image.new("L", (_PANEL * scale, HEIGHT * scale))
    pen, middle = ImageDraw.Draw(lines), (_PANEL * scale / 2, HEIGHT * scale / 2)
    for turn in range(_PETALS):
        points = [
            _on_ellipse(step / 90 * pi, 236 * scale, 150 * scale, turn / _PETALS * pi)
            for step in range(181)
        ]
        pen.line([(middle[0] + x, middle[1] + y) for x, y in points], fill=255, width=scale)
    panel = Image.new("RGB", (_PANEL, HEIGHT), ground)
    faint = lines.reduce(scale).point([v // 64 * 30 for v in range(256)])  # few tones pack well
    panel.paste(accent, (0, 0), faint)
    return panel


def _on_ellipse(angle: float, across: float, along: float, turn: float) -> tuple[float, float]:
    x, y = across * cos(angle), along * sin(angle)
    return x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)


def _packed(image: Image.Image) -> bytes:
    packed = io.BytesIO()
    image.save(packed, "PNG", compress_level=6)
    return packed.getvalue()
