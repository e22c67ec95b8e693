"""Spaces at which no line may end: what is shown has them, what is data has not."""

import pytest
from markupsafe import Markup

from obit_build.website.editions import Words
from obit_build.website.spacing import FIXED, NARROW, unbroken, unbroken_html


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Il faut : un badge ; vraiment ? Oui !", "Il faut~: un badge~; vraiment~? Oui~!"),
        ("parcours « Analyste cyber » fini", "parcours «~Analyste cyber~» fini"),
        ("« Voilà » : le seuil est de 70 %.", "«~Voilà~»~: le seuil est de 70~%."),
        ("épreuve de 2 h 30, puis 15 min", "épreuve de 2_h_30, puis 15_min"),
        ("50 000 paquets et 1 200 000 octets", "50~000 paquets et 1~200~000 octets"),
        ("12 € et 8 Go", "12_€ et 8_Go"),
        ("Analyste — parcours complet – fin", "Analyste_— parcours complet_– fin"),
    ],
)
def test_a_line_ends_neither_before_a_sign_nor_between_a_number_and_its_unit(typed, shown):
    assert unbroken(typed) == shown.replace("~", NARROW).replace("_", FIXED)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Plain words, and 3 badges in 2026.",
        "a list :--- of ://odd :: signs",
        "20 heures et 5 habitudes",
        " : at the beginning",
        "15 mars 2026, 10000 pages",
        "- an item - and another",
    ],
)
def test_other_spaces_stay_as_they_were_typed(typed):
    assert unbroken(typed) == typed


def test_code_keeps_its_spaces():
    html = Markup("<p>Deux mots : <code>a ; b</code> ; fin !</p><pre>x : y\nz ; 70 %</pre>")

    assert str(unbroken_html(html)) == (
        f"<p>Deux mots{NARROW}: <code>a ; b</code>{NARROW}; fin{NARROW}!</p><pre>x : y\nz ; 70 %</pre>"
    )


def test_words_show_such_spaces_and_give_what_was_typed_to_machines():
    words = Words("Seuil : 70 % & plus")

    assert Markup("{}").format(words) == f"Seuil{NARROW}: 70{NARROW}% &amp; plus"
    assert words.html == f"<p>Seuil{NARROW}: 70{NARROW}% &amp; plus</p>"
    assert str(words) == "Seuil : 70 % & plus"
