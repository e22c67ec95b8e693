"""Text that is drawn: what can be, how large, on which lines."""

import pytest

from obit_build.pictures.drawn_text import balanced, fitted, font, lines_of, width_of, writable

FRENCH = "Où l’œuvre « déçue » naïve, là-bas… coûte 12 € — ÉÈÊËÀÂÇÎÏÔÛÙÜŸŒÆ"
DUTCH = "Coördinatie, geïnde één ijs; vóór ‘s avonds"
GERMAN = "Straßengrößen „Übermäßig“ ÄÖÜ ẞ"


@pytest.mark.parametrize(
    "text", [FRENCH, DUTCH, GERMAN, "Ελληνικά", "Київ і Гданськ", "Łódź Čeština ő"]
)
def test_the_letters_of_europe_can_be_written(text):
    assert writable(text).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    "text", ["防火墙", "جدار الحماية", "חומת אש", "हिन्दी", "Pare-feu 防", "ไทย", "x\u0489y\u0f39"]
)
def test_a_text_of_which_letters_are_missing_is_not_written_at_all(text):
    assert writable(text) == ""


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("🔥 Pare-feu 🇫🇷", "Pare-feu"),
        ("1️⃣ Réseau", "1 Réseau"),
        ("👩‍💻 Code", "Code"),
        ("e\u0301te\u0301", "été"),
        ("geïnde één ĳs", "geïnde één ijs"),
        ("a\u202eb\x00c\u00add", "abcd"),
        ("  two \n\t lines ", "two lines"),
        ("🔥", ""),
        ("", ""),
    ],
)
def test_what_is_no_letter_is_left_out_where_it_is_missing(given, written):
    assert writable(given) == written


def test_no_line_begins_with_a_dash_or_a_colon():
    assert writable("Réseau : niveau – 3 !") == "Réseau\u00a0: niveau\u00a0– 3\u00a0!"


def test_lines_are_no_wider_than_they_may_be_and_lose_nothing():
    text = "Administration avancée des systèmes d’exploitation " * 4

    lines = lines_of(text.strip(), 40, 400)

    assert max(width_of(line, 40) for line in lines) <= 400
    assert " ".join(lines) == text.strip()


def test_lines_are_alike_in_length_where_that_costs_no_line_more():
    greedy = lines_of("Gestion de la sécurité des réseaux", 40, 560)
    even = balanced("Gestion de la sécurité des réseaux", 40, 560)

    assert greedy == ["Gestion de la sécurité des", "réseaux"]
    assert even == ["Gestion de la", "sécurité des réseaux"]


def test_a_long_name_is_written_smaller_and_a_very_long_one_is_cut_with_an_ellipsis():
    sizes = ((60, 2), (30, 3))

    assert fitted("Pare-feu", 400, sizes)[0] == 60
    assert fitted("Administration des systèmes Linux", 400, sizes)[0] == 30
    size, lines = fitted("mot " * 200, 400, sizes)
    assert (size, len(lines), lines[-1][-1]) == (30, 3, "…")
    assert max(width_of(line, size) for line in lines) <= 400


def test_a_word_without_end_is_cut(must_end):
    size, lines = fitted("W" * 5000, 500, ((60, 3), (40, 4)))

    assert (size, len(lines)) == (40, 4)
    assert max(width_of(line, size) for line in lines) <= 500


def test_the_font_does_not_depend_on_libraries_of_the_computer():
    assert font(20).layout_engine == 0
    assert font(20).getname() == ("Source Serif Pro", "Semibold")
