"""Text in pictures: which text can be drawn at all, how large, and on which lines.

One open font comes with obit as a dependency (Source Serif, for Latin, Greek and Cyrillic letters), so that
the same text looks the same on every computer. What needs other letters is not drawn: boxes in place of
letters say nothing, and letters that join or run from right to left would come out wrong. Of a
sign that is no letter (an emoji) only the sign is left out.
"""

import functools
import io
import re
import unicodedata
from collections.abc import Sequence
from importlib.resources import files

from PIL import ImageFont

_FONT = "SourceSerifPro-Semibold.otf"
_TOGETHER = "\u00a0\u202f"
"""Spaces at which no line ends."""
_AFTER_A_SPACE = re.compile(" (?=[\u2013\u2014:;?!»](?: |$))")
"""A space before a sign with which no line begins."""
_NOWHERE = "\uffff"
"""A character that no font has: it is drawn as the box that stands for what is missing."""
_LOOKED_AT = 32
LEADING = 1.2
"""From one line to the next, in sizes of the font."""


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels.

    The basic layout, since the other one uses libraries of the computer and need not draw alike everywhere.
    """
    return ImageFont.truetype(io.BytesIO(_data()), size, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def _data() -> bytes:
    return (files("font_source_serif_pro") / "files" / _FONT).read_bytes()


@functools.cache
def _looks(character: str) -> tuple[tuple[int, int], bytes]:
    drawn = font(_LOOKED_AT).getmask(character)
    return drawn.size, bytes(drawn)


def writable(text: str) -> str:
    """Return a text as it can be drawn, on one line; empty if letters of it are missing."""
    kept = []
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        if character in _TOGETHER:
            kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif kind[0] != "C" and _is_there(character):
            kept.append(character)
        elif kind[0] == "L" and all(map(_is_there, unicodedata.normalize("NFKC", character))):
            kept.append(unicodedata.normalize("NFKC", character))  # two letters written as one
        elif _is_part_of_a_word(character, kind):
            return ""
    return _AFTER_A_SPACE.sub("\u00a0", re.sub(" +", " ", "".join(kept)).strip())


def _is_there(character: str) -> bool:
    return _looks(character) != _looks(_NOWHERE)


def _is_part_of_a_word(character: str, kind: str) -> bool:
    """Tell a letter, a number or an accent from what only chooses or frames an emoji."""
    return kind[0] in "LN" or (kind in ("Mn", "Mc") and not "\ufe00" <= character <= "\ufe0f")


@functools.lru_cache(maxsize=65536)
def width_of(text: str, size: int) -> float:
    """Return how wide a line of text is, in pixels."""
    return font(size).getlength(text)


def lines_of(text: str, size: int, width: float) -> list[str]:
    """Set a text in lines as full as possible; a word that is wider than a line is cut."""
    lines, space = [""], width_of(" ", size)
    used = 0.0
    for word in (piece for given in text.split(" ") for piece in _pieces(given, size, width)):
        needed = width_of(word, size)
        if lines[-1] and used + space + needed <= width:
            lines[-1] += " " + word
            used += space + needed
        elif lines[-1]:
            lines.append(word)
            used = needed
        else:
            lines[-1], used = word, needed
    return lines


def _pieces(word: str, size: int, width: float) -> list[str]:
    pieces = [""]
    for character in word if width_of(word, size) > width else (word,):
        if pieces[-1] and width_of(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def balanced(text: str, size: int, width: int) -> list[str]:
    """Set a text in as few lines as fit, and these as alike in length as they can be."""
    lines = lines_of(text, size, width)
    low, high = width // (len(lines) + 1), width
    while high - low > 4:  # pixels
        middle = (low + high) // 2
        if len(lines_of(text, size, middle)) > len(lines):
            low = middle
        else:
            high = middle
    found = lines_of(text, size, high)
    return found if _words(found) == _words(lines) else lines


def _words(lines: Sequence[str]) -> list[str]:
    """Return the words of lines: a narrower setting must not cut one that a wider one kept."""
    return " ".join(lines).split(" ")


def fitted(text: str, width: int, sizes: Sequence[tuple[int, int]]) -> tuple[int, list[str]]:
    """Choose the first (size, most lines) in which a text fits without cutting words.

    Where none does, the last is taken, and an ellipsis ends what is left out.
    """
    for size, most in sizes:
        if all(width_of(word, size) <= width for word in text.split(" ")):
            lines = balanced(text, size, width)
            if len(lines) <= most:
                return size, lines
    size, most = sizes[-1]
    lines = lines_of(text, size, width)
    return size, lines if len(lines) <= most else [
        *lines[: most - 1],
        _shortened(lines, most, size, width),
    ]


def _shortened(lines: Sequence[str], most: int, size: int, width: float) -> str:
    last = lines[most - 1]
    while last and width_of(last + "…", size) > width:
        last = last[:-1]
    return last.rstrip() + "…"
