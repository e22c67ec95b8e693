"""The parts of a site: each is made alone, whatever else was made before it."""

import dataclasses
import datetime
import re

import pytest
from builders import a_ledger, files_of, site_inputs
from centre import a_badge, a_centre, an_award, text
from html_pages import Page

from obit_build.model.achievement import Alignment
from obit_build.model.pathway import Pathway, PathwayStep
from obit_build.model.words import Language, Slug, Url
from obit_build.website.files import Claim, OutputFile
from obit_build.website.former import chosen
from obit_build.website.shared import Shared
from obit_build.website.units import Units

SKILL = Alignment(
    target_name=text("règles"),
    target_url=Url("https://example.org/x"),
    target_framework="e-CF",
    target_code="C.3",
)
AWARDS = [
    an_award("p0q9r8s7", language=Language("nl")),
    an_award("7f3k9m2q"),
    an_award("2m8qa4xd", "reseaux"),
]


def everything():
    """A preview with a former version, a pathway, a skill, a draft and a holder's page."""
    before = a_centre(AWARDS)
    badges = {
        "pare-feu": a_badge(version="2", name=text("Nouveau"), alignment=(SKILL,)),
        "reseaux": before.achievements["reseaux"],
        "plan": a_badge("plan", status="draft"),
    }
    step = PathwayStep(title=text("Débuter"), badges=(Slug("reseaux"),))
    pathway = Pathway(
        name=text("Chemin"),
        description=text("De bout en bout."),
        steps=(step,),
        slug=Slug("chemin"),
    )
    person = dataclasses.replace(
        before.recipients["7f3k9m2q"], holder_page=True, consent_date=datetime.date(2026, 5, 1)
    )
    now = dataclasses.replace(
        before,
        achievements=badges,
        pathways={"chemin": pathway},
        recipients={**before.recipients, "7f3k9m2q": person},
    )
    ledger = a_ledger(before, mode="preview")
    return site_inputs(now, issued_with=before, ledger=ledger)


def parts_of(inputs):
    """All units of a site, and those of earlier versions, by name."""
    units = Units(Shared(inputs))
    parts = {part.name: part for part in (*units.common(), *units.awards(), *units.holders())}
    claims = [x for part in parts.values() for x in part.make() if isinstance(x, Claim)]
    return parts, {part.name: part for part in units.former(claims)}


def test_units_that_are_made_from_the_last_to_the_first_make_the_same_site():
    inputs = everything()
    parts, former = parts_of(inputs)

    turned = {}
    for part in reversed([*parts.values(), *former.values()]):
        files = {x.path: x.data for x in part.make() if isinstance(x, OutputFile)}
        assert turned.keys().isdisjoint(files)
        turned |= files

    assert {"badge/plan", "holder/7f3k9m2q", "pages/neutral", "pages/nl"} <= parts.keys()
    assert former.keys() == {"former/pare-feu/v1"}
    assert turned == files_of(inputs)


def test_a_former_version_says_what_the_first_credential_in_the_default_language_says():
    files = files_of(everything())

    assert b'"name": "Firewall"' in files["badges/pare-feu/v1/achievement.nl.json"]
    assert b'"name": "Pare-feu"' in files["badges/pare-feu/v1/achievement.fr.json"]
    neutral = files["badges/pare-feu/v1/achievement.json"]
    assert neutral == files["badges/pare-feu/v1/achievement.fr.json"]


@pytest.mark.parametrize(
    ("claims", "award"),
    [("ab", "a"), ("aB", "B"), ("Ab", "A"), ("aBC", "B")],
    ids=["first", "preferred after first", "preferred first", "first of the preferred"],
)
def test_of_many_claims_the_first_preferred_one_counts_else_the_first(claims, award):
    made = [
        Claim(path="x.json", award=name, kind="achievement", preferred=name.isupper())
        for name in claims
    ]

    assert chosen(made)["x.json"].award == award


def test_the_site_map_names_just_the_pages_that_are_listed():
    files = files_of(everything())

    named = set(
        re.findall(
            r"<loc>https://badges\.example\.org/x/(.*?)</loc>", files["sitemap.xml"].decode()
        )
    )

    pages = {
        path.removesuffix("index.html")
        for path, data in files.items()
        if path.endswith("index.html") and Page(data).meta("referrer") is None
    }
    assert {"frameworks/e-cf/C.3/", "pathways/chemin/", "nl/badges/pare-feu/"} <= named
    assert named == {x for x in pages if not x.startswith("fr/")}
