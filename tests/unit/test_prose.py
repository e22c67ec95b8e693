import re
import sys
from html.parser import HTMLParser
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obit_build import prose
from obit_build.prose import MAX_CHARACTERS, MAX_PLAIN, plain, to_html, to_words

ALLOWED = {
    *("a", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("li", "ol", "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


class Seen(HTMLParser):
    """Every tag and attribute of a page, as a browser's tokeniser sees them."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.tags.append(("comment", {}))

    def handle_decl(self, decl):
        self.tags.append(("declaration", {}))


def assert_inert(markup: str) -> None:
    for tag, attributes in Seen(markup).tags:
        assert tag in ALLOWED, tag
        if tag == "a":
            assert set(attributes) == {"href", "rel"}
            assert attributes["rel"] == "noopener nofollow"
            assert attributes["href"].lower().startswith(("http://", "https://", "mailto:"))
        else:
            assert set(attributes) <= {"start"}, attributes


JAVASCRIPT = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "//javascript:alert(1)",
    "javascript://host/%0aalert(1)",
    "ja%76ascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "file:///etc/passwd",
    "/relative/path",
    "feed:javascript:alert(1)",
]


@pytest.mark.parametrize("address", JAVASCRIPT)
@pytest.mark.parametrize("form", ["[x]({})", "<{}>", "[x][y]\n\n[y]: {}", "![x]({})", "[x](<{}>)"])
def test_no_link_leads_anywhere_but_to_the_web_and_to_mail(address, form):
    assert_inert(to_html(form.format(address)))


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=\"https://a.example\" onclick='alert(1)'>x</a>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<style>@import '//evil.example'</style>",
    "<base href='//evil.example/'>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><button>x</button></form>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<x contenteditable onblur=alert(1)>x",
    "<p id=location name=cookie class=band>clobber</p>",
    "![alt](https://evil.example/pixel.png)",
    "![alt][p]\n\n[p]: https://evil.example/pixel.png 'title'",
    "[x](https://a.example 'onclick=alert(1)')",
    '[x](https://a.example"onclick=alert(1))',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "| a |\n|:-:|\n| <b onmouseover=alert(1)>x</b> |",
    "\u202e<script>\u202c",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_comes_out_inert(text):
    assert_inert(to_html(text))


@given(st.text(alphabet="<>&\"'/=!-[]()`*_#|:; \n\tabjs{}%\\", max_size=200))
def test_any_text_comes_out_inert(text):
    assert_inert(to_html(text))


def test_what_a_centre_writes_comes_out_as_meant():
    text = "Sait :\n\n- **lire** un *journal*\n- [écrire](https://a.example/?x=1&y=2)\n\n> cité"
    assert to_html(text) == (
        "<p>Sait :</p>\n<ul>\n<li><strong>lire</strong> un <em>journal</em></li>\n"
        '<li><a href="https://a.example/?x=1&amp;y=2" rel="noopener nofollow">écrire</a></li>\n'
        "</ul>\n<blockquote>\n<p>cité</p>\n</blockquote>"
    )


def test_html_is_shown_as_the_text_it_is():
    assert to_html("un <b>pare-feu</b>") == "<p>un &lt;b&gt;pare-feu&lt;/b&gt;</p>"


def test_headings_stay_below_those_of_the_page():
    levels = [tag for tag, _ in Seen(to_html("# a\n\n## b\n\n### c\n\n###### d")).tags]
    assert levels == ["h3", "h4", "h5", "h6"]


@pytest.mark.parametrize(
    ("typed", "below", "shown"),
    [
        ("# a\n\n## b", 1, ["h2", "h3"]),
        ("### a\n\n###### b", 2, ["h3", "h4"]),
        ("## a\n\n# b\n\n#### c", 1, ["h2", "h2", "h3"]),
    ],
)
def test_no_heading_is_more_than_one_step_below_the_one_before(typed, below, shown):
    assert [tag for tag, _ in Seen(to_html(typed, below)).tags] == shown


def test_an_image_leaves_its_words():
    text = "avant ![le logo](https://evil.example/x.png) après\n\n![seul](https://e.example/y.png)"
    assert to_html(text) == "<p>avant le logo après</p>\n<p>seul</p>"


def test_a_link_to_nowhere_leaves_its_words():
    assert to_html("[ici](javascript:alert(1))") == "<p>ici</p>"


def test_a_text_that_is_too_long_for_markdown_is_shown_plain_and_whole():
    text = "**a** " * (MAX_CHARACTERS // 5)
    assert to_html(text) == f"<p>{text.strip()}</p>"


def test_plain_text_keeps_paragraphs_and_ends_somewhere():
    assert plain("a <b>\n\n \nc") == "<p>a &lt;b&gt;</p>\n<p>c</p>"
    assert len(plain("x" * 2 * MAX_PLAIN)) == MAX_PLAIN + len("<p>…</p>")


@pytest.mark.parametrize(
    "piece",
    [
        "[", "[a](", "[a", "![", "`a", "\\", "> ", ">", "- a\n", "* ", "_a", "**a*_b_", "<", "<a ",
        "&#1", "|a", " \t", "1. ", "#", "[a]: <", "    a\n", "[![a",
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [MAX_CHARACTERS, 10 * MAX_CHARACTERS])
@pytest.mark.usefixtures("must_end")
def test_every_text_ends(piece, size):
    assert_inert(to_html((piece * size)[:size]))


@pytest.mark.parametrize("piece", ["> ", "- ", "1. ", "    "])
def test_deep_nesting_is_shown_plain(piece):
    assert to_html(piece * 400 + "x").count("<") == 2


def test_the_description_of_a_page_is_words_alone():
    assert to_words("# Titre\n\n- a & <b>\n- *c*") == "Titre a & <b> c"
    assert to_words("mot " * 100, 20) == "mot mot mot mot…"


def test_the_same_text_gives_the_same_html():
    assert to_html("a [b](https://c.example) *d*") == to_html("a [b](https://c.example) *d*")


def by_markdown(text: str) -> str:
    with patch.object(prose, "_WORDS", re.compile("(?!)")):
        return to_html.__wrapped__(text)


@settings(max_examples=40)
@given(st.from_regex(prose._WORDS, fullmatch=True))
def test_a_line_of_words_is_what_markdown_makes_of_it(text):
    assert to_html.__wrapped__(text) == by_markdown(text)


def test_every_letter_and_digit_is_itself_in_a_line_of_words():
    every = [c for c in map(chr, range(sys.maxunicode + 1)) if prose._WORDS.fullmatch("a" + c)]
    for start in range(0, len(every), 2000):
        line = "a" + "".join(every[start : start + 2000]).rstrip()
        assert to_html.__wrapped__(line) == by_markdown(line) == f"<p>{line}</p>"


def test_a_text_that_is_cut_ends_without_a_comma_before_the_dots():
    assert to_words("One of several devices, and more", 26) == "One of several devices…"
    assert to_words("It ends here. And goes on", 18) == "It ends here…"
    assert to_words(", , , , , , , ,", 6) == ", ,…"
