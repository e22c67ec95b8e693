"""What people write can't act on a terminal, in a log or in a review comment."""

import html.parser
import unicodedata

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from obit_build.harmless import LONGEST, code_span, harmless, in_markdown

ATTACKS = [
    "::error::approved", "##[group]x", "\x1b]0;title\x07", "\x1b[2K\rapproved by @boss", "a\nb::set-env::c",
    "section_start:1:x\r\x1b[0K", "@everyone", "![x](https://evil.example/p.png)", "<img src=x onerror=alert(1)>",
    "[ok](javascript:alert(1))", "`x` @boss `", "```\n</details>\n@boss", "``` @boss", "#12", "GH-12 @a", "/approve",
    "https://evil.example", "www.evil.example", "a@b.example", "$(touch /tmp/x)", "`touch /tmp/x`", "a | b || c",
    "<!-- obit plan -->", "</td></tr></table>approved", "\u202egnp.exe", "approved\u2028::error::x", "${{ github.token }}",
    "# ✅ Approved", "*bold* _it_ ~~no~~", "&lt;script&gt;", "\\`@boss\\`", ":tada:", "!1 ~bug %v1 &2 $3",
]  # fmt: skip


class _Reading(html.parser.HTMLParser):
    """Collects which elements a rendered comment has, and what is outside of code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.outside = ""
        self.feed(markdown.markdown(text))

    def handle_starttag(self, tag, attrs):
        del attrs
        self.elements.append(tag)

    def handle_endtag(self, tag):
        self.elements.append("/" + tag)

    def handle_data(self, data):
        if self.elements.count("code") == self.elements.count("/code"):
            self.outside += data


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_in_a_comment_is_shown_as_code_and_does_nothing(text):
    read = _Reading("Badge " + in_markdown(text) + " ends")

    assert [tag for tag in read.elements if tag[0] != "/"] == ["p", "code"]
    assert read.outside == "Badge  ends"
    assert "\n" not in in_markdown(text)


@given(st.text(max_size=300))
def test_no_text_leaves_its_cell_its_line_or_its_code(text):
    said = in_markdown(text)

    assert "\n" not in said
    assert "|" not in said
    assert len(said) <= 2 * LONGEST + 8
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in said)
    if not said.startswith("`"):
        assert not set(said) & set("`@#<>[]!&:/\\*_~.$%|")


@given(st.text(st.sampled_from("`a |"), max_size=30))
def test_a_code_span_s_fence_is_longer_than_any_run_in_it(text):
    read = _Reading("x " + code_span("y" + text + "y") + " z")

    assert read.outside == "x  z"


@pytest.mark.parametrize(
    "text",
    ["Tableur – niveau 1", "Soudage (avancé)", "L’accueil, l'oral", "2026-06-30-mons", "7f3k9m2q"],
)
def test_an_ordinary_name_is_written_as_it_is(text):
    assert in_markdown(text) == text


def test_a_long_text_is_cut():
    assert in_markdown("x" * 500) == "`" + "x" * (LONGEST - 1) + "…`"


def test_nothing_that_acts_on_a_terminal_or_an_older_runner_is_left():
    assert harmless("a\x1b[2J\tb\u202e##[error]c\u2028") == "a\ufffd[2J→b\ufffd##(error]c\ufffd"
