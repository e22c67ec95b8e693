"""Text for paper: what the fonts have not is left out honestly, and nothing runs over an edge."""

import pytest
from papers import StandIn

from obit_build.website.editions import Words
from obit_build.website.lettering import Lettering, direction


def shown(text, language=None):
    letters = Lettering(StandIn())
    made = letters.plain(text, language)
    return made["text"] if made else None, letters.complete


def test_a_text_keeps_its_language_and_gets_a_direction():
    letters = Lettering(StandIn())

    assert letters.plain("שלום", "he") == {"text": "שלום", "language": "he", "direction": "rtl"}
    assert letters.plain("Netwerk", "nl-BE") == {
        "text": "Netwerk",
        "language": "nl",
        "direction": "ltr",
    }


@pytest.mark.parametrize(
    ("text", "way"),
    [("محمد", "rtl"), ("1. محمد", "rtl"), ("Ali محمد", "ltr"), ("42", "ltr"), ("", "ltr")],
)
def test_the_first_letter_decides_on_the_direction(text, way):
    assert direction(text) == way


@pytest.mark.parametrize("text", ["日本", "Ana 日", "กข"])
def test_a_text_with_a_letter_that_no_font_has_is_left_out_as_a_whole(text):
    assert shown(text) == (None, False)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Robin 🎉", "Robin"),
        ("👩‍💻 Robin", "Robin"),
        ("R️obin", "Robin"),
        ("Robin\u202enibor", "Robinnibor"),
        ("Ro\u00adbin\u0007", "Robin"),
        ("Robin \t\n Robin", "Robin Robin"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Zoe\u0301", "Zoé"),
    ],
    ids=["emoji", "joined", "variant", "override", "soft", "spaces", "joiner", "composed"],
)
def test_signs_and_controls_are_dropped_and_letters_stay(text, left):
    assert shown(text) == (left, True)


def test_nothing_but_signs_is_nothing_and_misses_nothing():
    assert shown("🎉🎉") == (None, True)


def test_a_run_that_no_line_holds_may_be_broken_but_no_word_of_a_language():
    text, _ = shown("w" * 100 + " Donaudampfschifffahrtsgesellschaftskapitän")

    assert text == "\u200b".join(["w" * 30] * 3 + ["w" * 10]) + (
        " Donaudampfschifffahrtsgesellschaftskapitän"
    )


def test_a_run_is_never_broken_before_a_combining_mark():
    text, _ = shown("x\u0323\u0302" * 60)

    assert text is not None
    assert "\u200b\u0323" not in text
    assert "\u200b\u0302" not in text


def test_markdown_becomes_words_and_long_texts_end_with_a_mark():
    letters = Lettering(StandIn())

    made = letters.text(Words("# Titre\n\n- **un**\n- [deux](https://x.example)"), 200)
    assert made
    assert made["text"] == "Titre un deux"
    cut = letters.text(Words("mot " * 100), 20)
    assert cut
    assert cut["text"] == "mot mot mot mot…"
