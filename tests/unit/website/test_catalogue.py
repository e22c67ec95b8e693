"""The catalogue: its cards, its filters, and what its search looks through."""

import dataclasses
import json
import re
from decimal import Decimal

import pytest
from builders import a_site, site_inputs
from centre import a_badge, a_centre, text
from html_pages import Page

from obit_build.model.achievement import Alignment
from obit_build.model.pathway import Pathway, PathwayStep
from obit_build.model.words import Slug, Term, Text, Url
from obit_build.website.catalogue import Catalogue, plain, style_sheet
from obit_build.website.shared import Shared

SKILL = Alignment(
    target_name=Text({"fr": "définir des règles", "nl": "regels vastleggen"}),
    target_url=Url("https://example.org/x"),
    target_framework="e-CF",
    target_version="2019",
    target_code="C.3",
)


def three_badges(**fields):
    badges = (
        a_badge("pare-feu", eqf_level=5, alignment=(SKILL,), tag=(text("Réseau"),), **fields),
        a_badge("oeuvre", "technocite", name=text("Œuvre à l’écran"), eqf_level=4),
        a_badge("ancien", name=text("Ancien badge"), status="retired", hours=Decimal(7)),
    )
    pathway = Pathway(
        name=text("Réseaux"),
        description=text("De bout en bout."),
        steps=(PathwayStep(title=text("Débuter"), badges=(Slug("pare-feu"),)),),
        slug=Slug("reseaux"),
    )
    return a_centre(achievements={str(x.slug): x for x in badges}, pathways={"reseaux": pathway})


def catalogue_of(repository):
    shared = Shared(site_inputs(repository))
    return Catalogue(shared), shared.editions


def test_cards_stand_in_the_order_of_their_names_and_retired_badges_last():
    catalogue, editions = catalogue_of(three_badges())

    assert [x.badge.slug for x in catalogue.cards(editions[0])] == ["oeuvre", "pare-feu", "ancien"]


def test_a_card_carries_the_value_of_each_filter_in_every_language_alike():
    catalogue, editions = catalogue_of(three_badges())

    marks = [
        {x.badge.slug: x.marks for x in catalogue.cards(edition)}["pare-feu"]
        for edition in editions
    ]

    assert set(marks) == {
        "skill=e-cf/C.3 level=5 type=Badge language=fr language=nl issuer=citc pathway=reseaux"
    }


def test_filters_offer_the_values_that_there_are_with_their_number_of_badges():
    catalogue, editions = catalogue_of(three_badges())

    offered = {
        x.name: [
            (title, [(o.value, str(o.label), o.count) for o in group]) for title, group in x.groups
        ]
        for x in catalogue.filters(editions[0])
    }

    assert offered == {
        "skill": [("e-CF", [("skill=e-cf/C.3", "définir des règles · C.3", 1)])],
        "level": [("", [("level=4", "Niveau 4", 1), ("level=5", "Niveau 5", 1)])],
        "type": [("", [("type=Badge", "Badge", 3)])],
        "issuer": [("", [("issuer=citc", "CITC", 2), ("issuer=technocite", "Technocité", 1)])],
        "pathway": [("", [("pathway=reseaux", "Réseaux", 1)])],
        "language": [("", [("language=fr", "Français", 3), ("language=nl", "Nederlands", 1)])],
    }


def test_every_value_of_every_filter_has_its_rule_in_the_style_sheet():
    files = a_site(three_badges())
    page = Page(files["badges/index.html"])
    rules = files["badges/filters.css"].decode()

    values = {x["value"] for x in page.all("option") if x["value"]}

    assert values == set(re.findall(r'\[value="([^"]+)"\]', rules))
    assert rules.count("{display:none}") == len(values)
    assert page.all("link", href="../badges/filters.css") == [
        {"rel": "stylesheet", "href": "../badges/filters.css"}
    ]


def test_a_rule_hides_the_cards_without_the_value():
    assert style_sheet(["level=5"]) == (
        '.filters:has([value="level=5"]:checked)~.cards>:not([data-marks~="level=5"]){display:none}\n'
    )


def test_a_type_of_one_s_own_can_not_break_out_of_the_style_sheet():
    badge = a_badge(achievement_type=Term('ext:"]{}</style> *'))
    catalogue, editions = catalogue_of(a_centre(achievements={"pare-feu": badge}))

    [sheet] = [file for file in catalogue.files() if file.path == "badges/filters.css"]

    assert re.fullmatch(rb'(\.filters:has\(\[value="[\w=/.~+-]+"\]:checked\)'
                        rb'~\.cards>:not\(\[data-marks~="[\w=/.~+-]+"\]\)\{display:none\}\n)+', sheet.data)  # fmt: skip
    assert '"]{}' in str(catalogue.filters(editions[0]))


def test_a_badge_is_found_by_its_name_skills_codes_tags_issuer_and_pathway():
    files = a_site(three_badges())

    french = json.loads(files["badges/search.fr.json"])
    dutch = json.loads(files["badges/search.nl.json"])

    assert french["language"] == "fr"
    assert french["badges"]["pare-feu"] == (
        "pare feu sait regler un badge reseau citc reseaux definir des regles c 3 e cf 2019"
    )
    assert french["badges"]["oeuvre"].startswith("oeuvre a l ecran")
    assert "vastleggen" in dutch["badges"]["pare-feu"]


def test_a_draft_is_neither_listed_nor_found_on_a_live_site():
    repository = three_badges(status="draft")

    files = a_site(repository)

    assert "pare-feu" not in files["badges/index.html"].decode()
    assert "pare-feu" not in files["badges/search.fr.json"].decode()


def test_a_site_without_badges_has_a_catalogue_without_filters():
    files = a_site(dataclasses.replace(a_centre(), achievements={}))
    page = Page(files["badges/index.html"])

    assert page.all("select") == []
    assert files["badges/filters.css"] == b""


@pytest.mark.parametrize(
    ("given", "reduced"),
    [
        ("Pare-feu", "pare feu"),
        ("Œuvre, ÆGIR & Straße", "oeuvre aegir strasse"),
        ("E.8 — Gestion", "e 8 gestion"),
        ("  déjà\u00a0vu\n", "deja vu"),
        ("İstanbul ﬁn ①", "istanbul fin 1"),
        ("知識 и é", "知識 и e"),
        ("<script>", "script"),
    ],
)
def test_words_are_compared_without_accents_capitals_and_signs(given, reduced):
    assert plain(given) == reduced
