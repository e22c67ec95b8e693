"""Text of others, shown where it could act: on a terminal, in a CI system's log, in a review comment.

What people write in files and in file names is shown to people who decide (threats T3, T4). In a
terminal it could move the cursor, in a log give commands, in Markdown mention somebody, load a
picture, close a pull request or look like a word of ours.
"""

import re
import unicodedata

LONGEST = 160
"""Characters of one piece of foreign text in a comment."""
_PLAIN = re.compile(r"[^\W_](?:[^\W_]|[ ,’'()–—-])*")  # noqa: RUF001 - what names are written with
_AUTOLINK = re.compile(r"www|http|mailto", re.IGNORECASE)


def harmless(text: str) -> str:
    """Replace what acts on a terminal or on a CI log, one character for one."""
    clean = "".join(_harmless_character(character) for character in text)
    return clean.replace("##[", "##(")  # a command of older CI runners, wherever it stands


def _harmless_character(character: str) -> str:
    if character == "\t":
        return "→"
    # Control, format (direction, zero width), surrogate, line and paragraph separators.
    bad = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "\N{REPLACEMENT CHARACTER}" if bad else character


def in_markdown(text: str) -> str:
    """Write foreign text into a line or a table cell of GitHub's or GitLab's Markdown.

    Letters, digits, spaces and a few marks stay as they are; anything else makes it a code span, in
    which neither mentions nor references, links, pictures, HTML or emphasis exist.
    """
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if _PLAIN.fullmatch(short) and not _AUTOLINK.search(short):
        return short
    return code_span(short)


def code_span(text: str) -> str:
    """Write text as a code span, with a fence that is longer than any run of backticks in it.

    A pipe would end a table's cell even there; a fullwidth one stands for it.
    """
    inner = harmless(text).replace("|", "\N{FULLWIDTH VERTICAL LINE}").strip() or " "
    longest = max(map(len, re.findall("`+", inner)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest or inner == " " else ""
    return f"{fence}{space}{inner}{space}{fence}"


def shown(text: object, limit: int = 120) -> str:
    """Make foreign text safe to print: one line, no control or direction characters, capped."""
    if not isinstance(text, str):
        return ""
    if len(text) <= limit and text.isprintable():
        return str(text)
    clean = "".join(c if c.isprintable() else "\ufffd" for c in text[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
