"""What can be printed: text brought into a form for paper, by the letters that the fonts have.

PDF/A wants every character drawn (ISO 19005-3, 6.2.11), and the fonts that come with the typesetter
have no Chinese, no Thai, no emoji. A text of which a letter or a digit can't be drawn is left out as
a whole: half a name is another name. Emoji and signs are dropped; what only steers the direction of
text is dropped too, since it could turn the words around it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from obit_build import prose
from obit_build.strict_json import JsonObject
from obit_build.website import spacing
from obit_build.website.editions import Words

LONGEST_WORD = 60
"""Longer runs without a space get places where a line may end."""
PIECE = 30
_BREAK = "\u200b"
_JOINERS = "\u200c\u200d"
"""They shape letters in Persian and in Indian scripts."""
_LOOSE_JOINER = re.compile(f"(?<!\\w)[{_JOINERS}]+|[{_JOINERS}]+(?!\\w)")
_NEVER = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Me"))
_VARIANTS = range(0xFE00, 0xFE10)


class Typesetter(Protocol):
    """Sets certificates; stands outside of the pure core."""

    def can_show(self, character: str) -> bool:
        """Tell whether a font has this character."""
        ...

    def certificate(
        self, given: JsonObject, credential: bytes, pictures: Mapping[str, bytes]
    ) -> bytes:
        """Set one certificate (PDF) with its credential attached.

        ``given`` is what the template shows; ``pictures`` are the PNG or SVG files that it names.
        """
        ...


@dataclass(slots=True)
class Lettering:
    """Texts for one sheet; ``complete`` turns false when one had to be left out."""

    typesetter: Typesetter
    complete: bool = field(init=False, default=True)

    def text(self, words: Words | str | None, limit: int) -> JsonObject | None:
        """Bring a Markdown text into one line of at most ``limit`` characters, or leave it out."""
        if words is None:
            return None
        return self.plain(prose.to_words(str(words), limit), getattr(words, "language", None))

    def plain(self, text: str, language: str | None = None) -> JsonObject | None:
        """Mark a text with its direction and, where it is another than the sheet's, its language."""
        shown = self._shown(spacing.unbroken(text))
        if shown is None:
            self.complete = False
        if not shown:
            return None
        return {
            "text": _breakable(shown),
            "language": language.split("-")[0] if language else None,
            "direction": direction(shown),
        }

    def texts(self, several: Iterable[Words], limit: int) -> list[JsonObject]:
        """Bring several texts into form; those that can't be shown are missing."""
        return [made for words in several if (made := self.text(words, limit))]

    def _shown(self, text: str) -> str | None:
        kept: list[str] = []
        for character in unicodedata.normalize("NFC", text):
            category = unicodedata.category(character)
            if character.isspace() or character in _JOINERS:
                kept.append(character)
            elif category in _NEVER or ord(character) in _VARIANTS:
                continue
            elif self.typesetter.can_show(character):
                kept.append(character)
            elif category[0] in "LMN":
                return None
        return re.sub(r"[ \t\r\n]+", " ", _LOOSE_JOINER.sub("", "".join(kept))).strip()


def direction(text: str) -> str:
    """Return ``rtl`` or ``ltr``: the direction of the first letter (UAX #9, rules P2 and P3)."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return "rtl" if next((x for x in kinds if x in ("L", "R", "AL")), "L") != "L" else "ltr"


def _breakable(text: str) -> str:
    """Let lines end inside runs that no line could hold; never before a combining mark."""

    def broken(run: re.Match[str]) -> str:
        parts, length = [], 0
        for character in run[0]:
            if length >= PIECE and not unicodedata.category(character).startswith("M"):
                parts.append(_BREAK)
                length = 0
            parts.append(character)
            length += 1
        return "".join(parts)

    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", broken, text)
