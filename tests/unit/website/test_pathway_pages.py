"""Pathways as pages, and what stands around a badge: pathways, versions, languages, how often awarded."""

import dataclasses
import datetime
from decimal import Decimal

import pytest
from builders import a_site, site_inputs
from centre import a_badge, a_centre, an_award, text
from html_pages import Page, broken_links

from obit_build.model.pathway import Pathway, PathwayStep
from obit_build.model.words import Slug, Text
from obit_build.website.shared import Shared

NAMES = ("un", "deux", "trois", "quatre", "cinq", "couronne", "bonus")


def a_pathway(**fields) -> Pathway:
    def step(title, *badges, any_order=True):
        return PathwayStep(title=text(title), badges=tuple(map(Slug, badges)), any_order=any_order)

    given = {
        "name": Text({"fr": "Le chemin", "nl": "De weg"}),
        "description": text("Du début à la fin."),
        "steps": (
            step("Débuter", "un"),
            step("Choisir", "deux", "trois"),
            step("Enchaîner", "quatre", "cinq", any_order=False),
            step("Conclure", "couronne"),
        ),
        "milestone": Slug("couronne"),
        "optional": (Slug("bonus"),),
        "hours": Decimal(120),
        "slug": Slug("chemin"),
    }
    return Pathway(**{**given, **fields})


def a_centre_with(pathway: Pathway, **badges):
    all_badges = {name: a_badge(name, name=text(name.title())) for name in NAMES}
    for name, fields in badges.items():
        all_badges[name] = dataclasses.replace(all_badges[name], **fields)
    return a_centre(achievements=all_badges, pathways={"chemin": pathway})


def view_of(repository, slug, **inputs):
    shared = Shared(site_inputs(repository, **inputs))
    return shared.badge_view(repository.achievements[slug], shared.editions[0])


@pytest.mark.parametrize(
    ("slug", "position", "beside", "then"),
    [
        ("un", "Étape 1 sur 3", [], ["Deux", "Trois"]),
        ("deux", "Étape 2 sur 3", ["Trois"], ["Quatre", "Cinq"]),
        ("quatre", "Étape 3 sur 3", [], ["Cinq"]),
        ("cinq", "Étape 3 sur 3", [], ["Couronne"]),
        ("couronne", "Badge de parcours", [], []),
        ("bonus", "Facultatif", [], []),
    ],
)
def test_a_badge_says_where_it_stands_on_a_pathway_and_what_comes_next(
    slug, position, beside, then
):
    [place] = view_of(a_centre_with(a_pathway()), slug).pathways

    assert str(place.pathway.text) == "Le chemin"
    assert place.position == position
    assert [str(link.text) for link in place.beside] == beside
    assert [str(link.text) for link in place.then] == then


def test_the_last_step_of_a_pathway_without_a_milestone_leads_nowhere():
    pathway = a_pathway(milestone=None, steps=a_pathway().steps[:1], optional=())

    assert view_of(a_centre_with(pathway), "un").pathways[0].then == ()
    assert view_of(a_centre_with(pathway), "deux").pathways == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Tous les badges des étapes"),
        ({"rule": "any"}, "Un des badges des étapes"),
        ({"rule": "min", "minimum": 3}, "Au moins 3 badges des étapes"),
        ({"rule": "min", "minimum": 1}, "Au moins 1 badge des étapes"),
    ],
)
def test_a_pathway_s_page_says_what_is_needed(fields, said):
    files = a_site(a_centre_with(a_pathway(**fields)))

    page = Page(files["pathways/chemin/index.html"])

    assert said in page.text
    assert "120 heures" in page.text
    for title in ("Débuter", "Choisir", "Enchaîner", "Badge de parcours", "Facultatif"):
        assert title in page.text
    assert "Conclure" not in page.text  # a step of the milestone alone is shown as the milestone
    assert page.all("a", href="../../badges/quatre/")
    assert page.all("ol", **{"class": "cards"})  # the step with an order
    assert list(broken_links(files)) == []


def test_a_draft_on_the_way_is_left_out_of_a_live_site():
    files = a_site(a_centre_with(a_pathway(), un={"status": "draft"}, deux={"status": "draft"}))

    page = Page(files["pathways/chemin/index.html"])

    assert "Les badges de cette étape sont en préparation." in page.text
    assert "Deux" not in page.text
    assert list(broken_links(files)) == []


def test_pathways_are_listed_in_every_language():
    files = a_site(a_centre_with(a_pathway()))

    page = Page(files["nl/pathways/index.html"])

    assert "De weg" in page.text
    assert "3 stappen 5 badges 120 uur" in page.text
    assert Page(files["nl/index.html"]).all("a", href="../nl/pathways/")


def test_a_site_without_pathways_has_no_pages_about_them():
    files = a_site(a_centre())

    assert not [path for path in files if "pathways" in path]
    assert "pathways/" not in files["index.html"].decode()


def awards(number, **fields):
    days = (datetime.date(2026, 1, 1) + datetime.timedelta(n) for n in range(number))
    return [an_award(issued=day, **fields) for day in days]


@pytest.mark.parametrize(
    ("number", "said"), [(0, ""), (9, ""), (10, "au moins 10 fois"), (29, "au moins 20 fois")]
)
def test_small_numbers_of_awards_are_not_told_and_others_are_rounded(number, said):
    assert view_of(a_centre(awards(number)), "pare-feu").awarded == said


def test_awards_that_count_no_more_are_not_counted():
    given = awards(10)
    states = {given[0].key: {"state": "revoked", "state_date": datetime.date(2026, 5, 1)}}

    assert view_of(a_centre(given), "pare-feu", states=states).awarded == ""


def test_a_badge_names_its_languages_former_versions_and_what_it_leads_to():
    former = a_centre([an_award()])
    badge = a_badge(version="2", criteria=a_badge().criteria)
    after = a_badge("reseaux", name=text("Réseaux"), prerequisites=(Slug("pare-feu"),))
    now = a_centre([an_award()], achievements={"pare-feu": badge, "reseaux": after})

    files = a_site(now, issued_with=former)
    page = Page(files["badges/pare-feu/index.html"])

    assert page.all("a", href="../../badges/pare-feu/v1/achievement.json")
    assert "Mène à Réseaux" in page.text
    assert list(broken_links(files)) == []
