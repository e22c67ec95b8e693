"""What search engines read about badges: the words of schema.org, expanded as they expand them."""

import dataclasses
import json
import re
from decimal import Decimal

import pytest
from builders import a_ledger, a_site
from centre import SITE, a_badge, a_centre, an_award, text, with_settings
from html_pages import Page, what_could_run
from pyld import jsonld

from obit_build.model.achievement import Alignment
from obit_build.model.profile import Profile
from obit_build.model.settings import Defaults
from obit_build.model.words import Duration, EmailAddress, Slug, Term, Text, Url

SCHEMA = "https://schema.org/"
ADDRESSES = {"url", "image", "logo", "sameAs"}
PROPERTIES = {
    "EducationalOccupationalCredential": {
        "name", "description", "url", "image", "inLanguage", "version", "credentialCategory",
        "competencyRequired", "educationalLevel", "timeRequired", "validFor", "keywords",
        "recognizedBy", "publisher",
    },
    "DefinedTerm": {"name", "description", "termCode", "url", "inDefinedTermSet"},
    "DefinedTermSet": {"name"},
    "Organization": {"name", "url", "logo", "identifier", "description", "email", "sameAs"},
}  # fmt: skip
"""Of each type the properties that schema.org gives it, of those that obit uses."""
KINDS = {
    "credentialCategory": "DefinedTerm",
    "competencyRequired": "DefinedTerm",
    "educationalLevel": "DefinedTerm",
    "inDefinedTermSet": "DefinedTermSet",
    "recognizedBy": "Organization",
    "publisher": "Organization",
}
SKILL = Alignment(
    target_name=Text({"fr": "Filtrer </script><script>alert(1)</script>", "nl": "Filteren"}),
    target_url=Url("https://rome.example/483972"),
    target_framework="ROME",
    target_version="4.0",
    target_code="483972",
    target_description=text("Sait *filtrer* & noter."),
)
FULL = a_badge(
    alignment=(SKILL,),
    eqf_level=4,
    hours=Decimal("10.5"),
    expires=Duration("P3Y"),
    tag=(text("réseau"),),
)


def data_of(page):
    """The data blocks of a page."""
    found = re.findall(
        rb'<script type="application/ld\+json">(.*?)</script>', page, flags=re.DOTALL
    )
    return [json.loads(block) for block in found]


def no_net(_address, _options):
    context = {"@vocab": SCHEMA} | {name: {"@type": "@id"} for name in ADDRESSES}
    return {"contextUrl": None, "documentUrl": SCHEMA, "document": {"@context": context}}


def expanded(document):
    """Expand a document whose context is schema.org's; every property has to be known."""
    [node] = jsonld.expand(document, {"documentLoader": no_net})
    return node


def faults_of(node):
    """What schema.org does not know: types, properties of a type, things in the wrong place."""
    [kind] = [name.removeprefix(SCHEMA) for name in node["@type"]]
    for iri, values in node.items():
        if iri.startswith("@"):
            continue
        name = iri.removeprefix(SCHEMA)
        if name not in PROPERTIES[kind]:
            yield f"{kind} has no {name}"
        for value in values:
            if "@type" in value and isinstance(value["@type"], list):
                if value["@type"] != [SCHEMA + KINDS.get(name, "")]:
                    yield f"{name} is no {value['@type']}"
                yield from faults_of(value)
            elif name in ADDRESSES and not value["@id"].startswith("https://"):
                yield f"{name} is no address"


@pytest.fixture(scope="module")
def site():
    centre = a_centre([an_award(visibility="public")])
    return a_site(dataclasses.replace(centre, achievements={"pare-feu": FULL}))


@pytest.mark.parametrize("path", ["badges/pare-feu/", "nl/badges/pare-feu/", "issuers/citc/"])
def test_the_data_are_in_the_words_of_schema_org(site, path):
    [document] = data_of(site[f"{path}index.html"])

    assert document["@context"] == "https://schema.org"
    assert list(faults_of(expanded(document))) == []


def test_a_badge_is_a_credential_with_skills_level_and_issuer(site):
    [said] = data_of(site["nl/badges/pare-feu/index.html"])

    issuer = {
        "@type": "Organization",
        "@id": f"{SITE}issuers/citc/",
        "name": "CITC",
        "url": f"{SITE}issuers/citc/",
        "identifier": "did:web:badges.example.org:x:issuers:citc",
    }
    assert said == {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": f"{SITE}badges/pare-feu/v1/achievement.json",
        "name": "Firewall",
        "description": said["description"],
        "url": f"{SITE}nl/badges/pare-feu/",
        "image": f"{SITE}badges/pare-feu/v1/image.png",
        "inLanguage": ["fr", "nl"],
        "version": "1",
        "credentialCategory": {
            "@type": "DefinedTerm",
            "name": said["credentialCategory"]["name"],
            "termCode": str(FULL.achievement_type),
            "inDefinedTermSet": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#AchievementType",
        },
        "competencyRequired": [
            {
                "@type": "DefinedTerm",
                "name": "Filteren",
                "description": "Sait filtrer & noter.",
                "termCode": "483972",
                "url": "https://rome.example/483972",
                "inDefinedTermSet": {"@type": "DefinedTermSet", "name": "ROME 4.0"},
            }
        ],
        "educationalLevel": {
            "@type": "DefinedTerm",
            "name": "EQF 4",
            "termCode": "4",
            "inDefinedTermSet": {
                "@type": "DefinedTermSet",
                "name": "European Qualifications Framework",
            },
        },
        "timeRequired": "PT10H30M",
        "validFor": "P3Y",
        "keywords": ["réseau"],
        "recognizedBy": issuer,
        "publisher": issuer,
    }


def test_what_is_not_known_is_not_said():
    badge = a_badge(achievement_type=Term("ext:Atelier"))
    centre = with_settings(
        a_centre(achievements={"pare-feu": badge}), defaults=Defaults(expires=Duration("P1Y"))
    )

    [said] = data_of(a_site(centre)["badges/pare-feu/index.html"])

    assert {"competencyRequired", "educationalLevel", "timeRequired", "keywords"} & set(
        said
    ) == set()
    assert said["validFor"] == "P1Y"
    assert said["credentialCategory"] == {
        "@type": "DefinedTerm", "name": "Atelier", "termCode": "Atelier",
    }  # fmt: skip


def test_an_issuer_is_an_organisation_with_its_own_site():
    citc = Profile(
        name=text("CITC"),
        slug=Slug("citc"),
        url=Url("https://citc.example/"),
        email=EmailAddress("x@citc.example"),
        description=text("**Centre** d’innovation"),
    )
    [said] = data_of(a_site(a_centre(profiles={"citc": citc}))["issuers/citc/index.html"])

    assert said["@id"] == said["url"] == f"{SITE}issuers/citc/"
    assert said["sameAs"] == ["https://citc.example/"]
    assert (said["email"], said["description"]) == ("x@citc.example", "Centre d’innovation")


def test_a_text_can_not_end_the_block_that_it_stands_in(site):
    page = site["badges/pare-feu/index.html"]

    assert b"\\u003c/script\\u003e" in page
    assert list(what_could_run(Page(page))) == []
    [said] = data_of(page)
    assert said["competencyRequired"][0]["name"] == SKILL.target_name.text("fr")


def test_pages_of_awards_and_drafts_say_nothing_to_search_engines(site):
    draft = dataclasses.replace(FULL, status="draft")
    preview = dataclasses.replace(a_centre(), achievements={"pare-feu": draft})

    assert [p for p in site if "awards/" in p and p.endswith(".html") and data_of(site[p])] == []
    assert (
        data_of(
            a_site(preview, ledger=a_ledger(preview, mode="preview"))["badges/pare-feu/index.html"]
        )
        == []
    )


def test_the_check_finds_words_that_schema_org_does_not_know(site):
    [said] = data_of(site["badges/pare-feu/index.html"])

    wrong = {**said, "recognisedBy": "x", "educationalLevel": said["publisher"]}

    assert sorted(faults_of(expanded(wrong))) == [
        "EducationalOccupationalCredential has no recognisedBy",
        "educationalLevel is no ['https://schema.org/Organization']",
    ]
