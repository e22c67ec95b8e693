"""Markdown → HTML that can't harm: escape first, an allow-list after (threat T31).

HTML typed into Markdown is shown as the text it is. Images are left out (a picture from elsewhere
would tell that host about every visitor). Headings are pushed below the page's own, and none is more
than one step below the one before. What is too long or too deeply nested for Markdown is shown as plain paragraphs.
"""

import functools
import html
import re
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

MAX_CHARACTERS = 10_000
"""Beyond this a text is shown as plain paragraphs: Markdown takes more than linear time."""
MAX_PLAIN = 100_000
MAX_BRACKETS = 150
_TOO_NESTED = re.compile(r"^(?:[ \t]*(?:>|[-+*][ \t]|[0-9]+[.][ \t])){9}|^[ \t]{40}", re.MULTILINE)
_WORDS = re.compile(r"""[^\W\d_](?:[^\W_]++|[ ,;:.!?'"()/%\u2019\u2013\u2014-]++)*+""")
"""One line that begins with a letter, of characters that mean nothing to Markdown within a line."""
_LINK = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)

_TAGS = {
    *("a", "br", "code", "em", "strong"),
    *("blockquote", "hr", "p", "pre"),
    *("h2", "h3", "h4", "h5", "h6"),
    *("dd", "dl", "dt", "li", "ol", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
    strip_comments=True,
)


class _BelowThePage(Treeprocessor):
    """Puts headings below the page's own, takes images and odd links out."""

    def __init__(self, converter: Markdown, below: int) -> None:
        super().__init__(converter)
        self.below = below

    def run(self, root: Element) -> None:
        """Change the tree of a text."""
        before = self.below
        for parent in root.iter():
            for child in list(parent):
                if child.tag == "img":
                    self.replace_with_text(parent, child)
        for element in root.iter():
            if re.fullmatch("h[1-6]", element.tag):
                before = min(6, int(element.tag[1]) + self.below, before + 1)
                element.tag = f"h{before}"
            elif element.tag == "a" and not _LINK.fullmatch(element.get("href", "")):
                element.tag = "span"  # which the allow-list unwraps: the words stay

    def replace_with_text(self, parent: Element, image: Element) -> None:
        place = list(parent).index(image)
        words = image.get("alt", "") + (image.tail or "")
        if place:
            before = parent[place - 1]
            before.tail = (before.tail or "") + words
        else:
            parent.text = (parent.text or "") + words
        parent.remove(image)


@functools.cache
def _converter(below: int) -> Markdown:
    converter = Markdown(extensions=["sane_lists", "tables"], output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    converter.treeprocessors.register(_BelowThePage(converter, below), "below-the-page", 5)
    return converter


def plain(text: str) -> Markup:
    """Return the text as escaped paragraphs, split at empty lines."""
    shown = text if len(text) <= MAX_PLAIN else text[:MAX_PLAIN] + "…"
    paragraphs = (part.strip() for part in re.split(r"\n[ \t]*\n", shown))
    return Markup("\n").join(Markup("<p>{}</p>").format(part) for part in paragraphs if part)


@functools.lru_cache(maxsize=8192)
def to_html(text: str, below: int = 2) -> Markup:
    """Turn Markdown into HTML of the allow-list; the same text always gives the same HTML.

    ``below`` is the level of the page's heading above the text.
    """
    if len(text) > MAX_CHARACTERS or text.count("[") > MAX_BRACKETS or _TOO_NESTED.search(text):
        return plain(text)
    if _WORDS.fullmatch(text) and not text.endswith(" "):  # most texts of awards
        return Markup(f"<p>{text}</p>")  # noqa: S704 - nothing in it means anything to HTML
    converter = _converter(below)
    try:
        made = converter.reset().convert(text)
    except RecursionError:
        return plain(text)
    # The allow-list decides what is safe; this Markup is its output and nothing else.
    return Markup(_CLEANER.clean(made))  # noqa: S704 - cleaned by the line itself


def to_words(text: str, limit: int = 200) -> str:
    """Return the words of a Markdown text on one line, for a page's description."""
    bare = html.unescape(re.sub(r"<[^>]*>", " ", to_html(text)))
    words = re.sub(r"[ \t\n]+", " ", bare).strip()  # and no other spaces: some must not break
    if len(words) <= limit:
        return words
    whole = words[: limit - 1].rsplit(" ", 1)[0]
    return (whole.rstrip(" .,;:–—\u00a0\u202f") or whole) + "…"  # noqa: RUF001 - an en dash is meant
