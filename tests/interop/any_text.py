"""Texts that break programs which did not think of them; all of them may stand in a badge."""

import random

TEXTS = {
    "quotes": "\"straight\" 'single' “curly” «guillemets» `back` \\ back\\slash \\n \\u0041",
    "lines": "one\ntwo\r\nthree\rfour\tfive\n\n  six  ",
    "accents": "Élève à Nîmes, cœur, Straße, ŁÓDŹ, ñ",
    "decomposed accents": "E\u0301le\u0300ve: not the same as Élève",
    "emoji": "🎓 🏴‍☠️ 👩🏽‍💻 🇫🇷🇧🇪 1️⃣",
    "right to left": "\u202bشهادة \u2067תעודה\u2069 RTL \u202c\u200f",
    "line separators": "before\u2028between\u2029after\u0085next",
    "invisible": "zero\u200bwidth\u00a0space\ufeff soft\u00adhyphen",
    "markup": "<b>&amp;</b> ]]> --> <script>{{ 7*7 }} ${x} %s",
    "json-ld words": "@id @context _:b0 https://example.org/ urn:x null true 1.0E0",
    "N-Quads": '"text"^^<http://www.w3.org/2001/XMLSchema#string> <a> _:c14n0 .\n',
    "private use": "\ue000 \uf8ff \ufffd 𐀀 \U0010ffff",
    "scripts": "日本語 한국어 हिन्दी ไทย Ελληνικά Кириллица አማርኛ ꦗꦮ",
    "C1 controls": "\u0080\u009f",
}
RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x300, 0x36F), (0x590, 0x6FF), (0x2000, 0x206F),
          (0x4E00, 0x4EFF), (0xE000, 0xE0FF), (0xFB00, 0xFFFD), (0x1F300, 0x1F6FF),
          (0xE0000, 0xE007F))  # fmt: skip


def random_texts(draw: random.Random, count: int) -> dict[str, str]:
    def one() -> str:
        return "".join(chr(draw.randint(*draw.choice(RANGES))) for _ in range(draw.randint(1, 60)))

    return {f"random {number}": "x" + one() for number in range(count)}
