"""Pages about frameworks and their entries, and the table of which badge attests what."""

import dataclasses

from builders import a_site, site_inputs
from centre import SITE, a_badge, a_centre, an_award, text
from html_pages import Page, broken_links, what_could_run

from obit_build.model.achievement import Alignment
from obit_build.model.framework import Framework, FrameworkEntry
from obit_build.model.words import Slug, Text, Url
from obit_build.website.shared import Shared
from obit_build.website.skills import framework_view

ECF = Framework(
    name="e-CF",
    title=Text({"fr": "Référentiel des e-compétences", "nl": "e-Competence Framework"}),
    publisher=text("CEN"),
    version="2019",
    licence=text("codes et titres seulement"),
    licence_url=Url("https://cen.example/licence"),
    slug=Slug("ecf"),
    entries=(
        FrameworkEntry(code="A.1", name=text("Stratégie")),
        FrameworkEntry(
            code="C.3",
            name=Text({"fr": "Fourniture de services", "nl": "Dienstverlening"}),
            url=Url("https://cen.example/C.3"),
        ),
    ),
)
OWN = Alignment(
    target_name=Text({"en": "Service Delivery"}),
    target_url=Url(f"{SITE}frameworks/ecf/C.3/"),
    target_framework="e-CF",
    target_version="2016",
    target_code="C.3",
    target_level="e-2",
)
FOREIGN = Alignment(
    target_name=Text({"en": "implement a firewall"}),
    target_url=Url("http://data.europa.eu/esco/skill/e5b5"),
    target_framework="ESCO",
    target_version="1.2.0",
    target_code="e5b5",
)


def a_skilled_centre(*alignments, awards=(), **fields):
    badge = a_badge(alignment=alignments or (OWN, FOREIGN), **fields)
    other = a_badge("reseaux", "technocite", name=text("Réseaux"))
    badges = {"pare-feu": badge, "reseaux": other}
    return a_centre(awards, achievements=badges, frameworks={"ecf": ECF})


def test_the_address_inside_a_badge_is_a_page_of_the_site():
    files = a_site(a_skilled_centre())

    page = Page(files[OWN.target_url.removeprefix(SITE) + "index.html"])

    for said in ("Fourniture de services", "e-CF", "C.3", "CEN", "2019, 2016", "Pare-feu", "Niveau : e-2"):  # fmt: skip
        assert said.replace(" :", "\u202f:") in page.text
    assert page.all("a", href="https://cen.example/C.3")
    assert page.all("a", href="https://cen.example/licence")


def test_an_entry_has_a_page_in_every_language_that_names_it_in_all():
    files = a_site(a_skilled_centre())

    page = Page(files["nl/frameworks/ecf/C.3/index.html"])

    assert "Dienstverlening · C.3" in page.meta("og:title") or page.meta("og:title") == (
        "C.3 · Dienstverlening (e-CF)"
    )
    assert page.all("div", lang="fr")
    assert page.all("div", lang="en")
    assert "Fourniture de services" in page.text
    assert "Service Delivery" in page.text


def test_an_entry_that_no_badge_leads_to_has_a_page_that_says_so():
    files = a_site(a_skilled_centre())

    assert "Aucun badge n’atteste encore" in Page(files["frameworks/ecf/A.1/index.html"]).text
    framework = Page(files["frameworks/ecf/index.html"])
    assert "Sans badge pour l’instant Stratégie A.1" in framework.text
    assert "Avec un badge 1 / 2" in framework.text


def test_a_framework_without_a_file_gets_its_pages_from_the_alignments():
    files = a_site(a_skilled_centre())

    page = Page(files["frameworks/esco/e5b5/index.html"])

    assert page.all("h1", lang="en")
    assert page.all("a", href="http://data.europa.eu/esco/skill/e5b5")


def test_the_table_says_which_badge_attests_which_skill_to_eyes_and_ears():
    files = a_site(a_skilled_centre())

    page = Page(files["frameworks/index.html"])

    assert page.all("section", tabindex="0") == [
        {"class": "scroll", "tabindex": "0", "aria-labelledby": "coverage"}
    ]
    assert [x.get("scope") for x in page.all("th")] == [
        "col", "col", "rowgroup", "row", "rowgroup", "row"
    ]  # fmt: skip
    assert len(page.all("td", **{"class": "on"})) == 2
    assert "oui e-2" in page.text


def test_a_badge_links_to_the_pages_of_its_skills_and_to_their_sources():
    files = a_site(a_skilled_centre())

    page = Page(files["badges/pare-feu/index.html"])

    assert page.all("a", href="../../frameworks/ecf/C.3/")
    assert page.all("a", href="../../frameworks/esco/e5b5/")
    assert page.all("a", href="http://data.europa.eu/esco/skill/e5b5")
    assert not page.all("a", href=OWN.target_url)


def test_a_site_whose_badges_name_no_framework_has_no_pages_about_skills():
    files = a_site(a_centre())

    assert not [path for path in files if "frameworks" in path]
    assert "frameworks/" not in files["index.html"].decode()


def test_what_an_old_version_led_to_is_shown_without_a_page():
    former = a_skilled_centre(awards=[an_award()])
    now = a_centre(
        [an_award()], achievements={"pare-feu": a_badge(version="2", name=text("Pare-feu 2"))}
    )

    files = a_site(now, issued_with=former)

    [page] = [Page(data) for path, data in files.items() if path.startswith("awards/") and path.endswith("index.html")]  # fmt: skip
    assert "implement a firewall" in page.text
    assert not [x for x in page.all("a") if "frameworks/" in x["href"]]
    assert list(broken_links(files)) == []


def test_hostile_words_of_a_framework_do_nothing():
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    entry = FrameworkEntry(code="X", name=text(evil), description=text(evil))
    file = dataclasses.replace(
        ECF, name=evil, publisher=text(evil), licence=text(evil), entries=(entry,)
    )
    alignment = dataclasses.replace(FOREIGN, target_name=text(evil), target_code="../../x", target_framework=evil)  # fmt: skip
    repository = a_centre(
        achievements={"pare-feu": a_badge(alignment=(alignment,))}, frameworks={"ecf": file}
    )

    files = a_site(repository)

    for path, data in files.items():
        if path.endswith(".html"):
            page = Page(data)
            assert (path, page.faults, list(what_could_run(page))) == (path, [], [])
    assert list(broken_links(files)) == []


def test_a_view_names_its_entries_with_and_without_badges():
    shared = Shared(site_inputs(a_skilled_centre()))

    view = framework_view(shared, shared.editions[0], shared.skills.frameworks[0])

    assert [entry.code for entry in view.covered] == ["C.3"]
    assert [entry.code for entry in view.gaps] == ["A.1"]
    assert view.covered[0].levels == {"pare-feu": "e-2"}
