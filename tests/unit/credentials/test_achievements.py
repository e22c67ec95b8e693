import datetime
import json
from decimal import Decimal

import pytest
from centre import SITE, a_badge, a_centre, text, with_settings

from obit_build.credentials.achievements import (
    achievement_document,
    achievement_id,
    achievement_languages,
    achievement_node,
)
from obit_build.credentials.profiles import (
    Speaker,
    number,
    profile_document,
    profile_node,
    somebody,
)
from obit_build.model.achievement import (
    Alignment,
    Criteria,
    ResultDescription,
    RubricCriterionLevel,
)
from obit_build.model.profile import (
    Address,
    IdentifierEntry,
    ImageFile,
    Organization,
    Profile,
)
from obit_build.model.words import (
    EmailAddress,
    FileName,
    Language,
    Slug,
    Term,
    Text,
    Url,
)
from obit_build.securing.canonical import canonicalize

AT = "https://badges.example.org/x/badges/pare-feu/v1/achievement.fr.json"


def a_full_badge():
    esco = Alignment(
        target_name=Text({"fr": "mettre en œuvre un pare-feu", "en": "implement a firewall"}),
        target_url=Url("http://data.europa.eu/esco/skill/6f7e"),
        target_framework="ESCO",
        target_version="1.2.0",
        target_code="S5.7",
        target_description=text("Configurer."),
        target_type=Term("ext:ESCOAlignment"),
        target_level="e-2",
        checked=datetime.date(2026, 11, 1),
    )
    level = RubricCriterionLevel(
        id=Slug("autonome"), name=text("Autonome"), level="3", points="15",
        description=text("Seul·e."), alignment=(esco,),
    )  # fmt: skip
    measured = ResultDescription(
        id=Slug("regles"), name=text("Règles"), result_type=Term("RubricCriterionLevel"),
        required_level=Slug("autonome"), rubric_criterion_level=(level,), weight=Decimal(40),
        alignment=(esco,),
    )  # fmt: skip
    mark = ResultDescription(
        id=Slug("note"), name=text("Note"), result_type=Term("Percent"), value_min="0",
        value_max="100", required_value="60", allowed_value=("0", "60", "100"),
    )  # fmt: skip
    return a_badge(
        criteria=Criteria(narrative=text("Réussir."), url=Url("https://example.org/c")),
        image=ImageFile(file=FileName("image.svg"), caption=text("Un mur en flammes")),
        achievement_type=Term("Certification"), creator=Slug("technocite"), tag=(text("réseau"), text("SOC")),
        alignment=(esco,), result_description=(measured, mark), human_code="R101",
        field_of_study=text("Cybersécurité"), specialization=text("SOC"),
        credits_available=Decimal("2.50"), hours=Decimal(35), eqf_level=5,
        other_identifier=(IdentifierEntry(identifier="RNCP-1", identifier_type=Term("ext:rncp")),),
    )  # fmt: skip


def document(badge, language="fr"):
    return achievement_document(a_centre(achievements={badge.slug: badge}), badge, language)


def test_a_full_badge_uses_the_words_of_the_standard():
    esco = {
        "type": ["Alignment"],
        "targetName": "mettre en œuvre un pare-feu",
        "targetUrl": "http://data.europa.eu/esco/skill/6f7e",
        "targetFramework": "ESCO 1.2.0",
        "targetCode": "S5.7",
        "targetDescription": "Configurer. · e-2",
        "targetType": "ext:ESCOAlignment",
    }

    assert document(a_full_badge()) == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": AT,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": "Pare-feu",
        "description": "Sait régler un pare-feu.",
        "criteria": {"id": "https://example.org/c", "narrative": "Réussir."},
        "image": {
            "id": f"{SITE}badges/pare-feu/v1/image.png",
            "type": "Image",
            "caption": "Un mur en flammes",
        },
        "creator": {
            "id": "did:web:badges.example.org:x:issuers:technocite",
            "type": ["Profile"],
            "name": "Technocité",
        },
        "inLanguage": "fr",
        "version": "1",
        "humanCode": "R101",
        "fieldOfStudy": "Cybersécurité",
        "specialization": "SOC",
        "creditsAvailable": 2.5,
        "tag": ["réseau", "SOC"],
        "alignment": [esco],
        "resultDescription": [
            {
                "id": f"{AT}#regles",
                "type": ["ResultDescription"],
                "name": "Règles",
                "resultType": "RubricCriterionLevel",
                "requiredLevel": f"{AT}#autonome",
                "rubricCriterionLevel": [
                    {
                        "id": f"{AT}#autonome",
                        "type": ["RubricCriterionLevel"],
                        "name": "Autonome",
                        "level": "3",
                        "points": "15",
                        "description": "Seul·e.",
                        "alignment": [esco],
                    }
                ],
                "alignment": [esco],
            },
            {
                "id": f"{AT}#note",
                "type": ["ResultDescription"],
                "name": "Note",
                "resultType": "Percent",
                "allowedValue": ["0", "60", "100"],
                "valueMin": "0",
                "valueMax": "100",
                "requiredValue": "60",
            },
        ],
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "RNCP-1", "identifierType": "ext:rncp"}
        ],
        "related": [
            {
                "id": AT.replace(".fr.", ".nl."),
                "type": ["Related"],
                "inLanguage": "nl",
                "version": "1",
            }
        ],
    }


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_word_of_a_full_badge_is_defined_by_its_contexts(language):
    assert "Certification" in canonicalize(document(a_full_badge(), language))


def test_another_language_has_its_own_id_and_texts_with_the_default_as_fallback():
    dutch = document(a_full_badge(), "nl")

    assert dutch["id"] == AT.replace(".fr.", ".nl.")
    assert (dutch["name"], dutch["inLanguage"]) == ("Firewall", "nl")
    assert dutch["criteria"]["narrative"] == "Réussir."
    assert [other["inLanguage"] for other in dutch["related"]] == ["fr"]


def test_a_badge_exists_in_the_sites_languages_that_have_both_name_and_description():
    settings = a_centre().settings

    assert achievement_languages(settings, a_badge()) == ("fr", "nl")
    half = a_badge(description=text("x"))
    assert achievement_languages(settings, half) == ("fr",)
    foreign = a_badge(name=Text({"pl": "x"}), description=Text({"pl": "x"}))
    assert achievement_languages(settings, foreign) == ("fr",)
    assert document(foreign)["name"] == "x"


def test_a_badge_without_a_page_of_criteria_points_at_its_own_page():
    assert document(a_badge())["criteria"]["id"] == f"{SITE}badges/pare-feu/"


def test_the_version_is_part_of_the_id():
    settings = a_centre().settings

    assert achievement_id(settings, a_badge(version="2-b"), "fr") == (
        f"{SITE}badges/pare-feu/v2-b/achievement.fr.json"
    )


def test_nothing_is_null_or_empty():
    for badge in (a_badge(), a_full_badge()):
        said = json.dumps(document(badge))
        assert "null" not in said
        assert "[]" not in said
        assert "{}" not in said
        assert '""' not in said


@pytest.mark.parametrize(
    ("value", "written"),
    [("3", "3"), ("3.0", "3"), ("3.000", "3"), ("0", "0"), ("2.5", "2.5"), ("0.1", "0.1"), ("-2.0", "-2")],
)  # fmt: skip
def test_a_number_is_written_so_that_all_languages_read_it_alike(value, written):
    assert json.dumps(number(Decimal(value))) == written


def test_texts_fall_back_from_a_region_to_its_language_to_the_default():
    settings = with_settings(a_centre(), languages=(Language("fr"), Language("nl"))).settings
    both = Text({"nl": "ja", "fr": "oui"})

    assert Speaker(settings, "nl-BE")(both) == "ja"
    assert Speaker(settings, "de")(both) == "oui"
    assert Speaker(settings, "de")(Text({"pl": "tak"})) == "tak"
    assert Speaker(settings, "nl")(None) is None


def test_an_issuers_profile_holds_what_was_declared():
    full = Profile(
        name=text("CITC"), slug=Slug("citc"), url=Url("https://citc.example/"),
        email=EmailAddress("b@citc.example"), phone="+33 1", description=text("Centre."),
        image=ImageFile(file=FileName("logo.SVG"), caption=text("Logo")),
        address=Address(street_address=text("Rue 1"), postal_code="59000", address_locality=text("Lille"), address_country_code="FR"),
        official=text("Direction"), parent_org=Organization(name=text("Région")),
        other_identifier=(IdentifierEntry(identifier="123", identifier_type=Term("ext:siret")),),
        quality_assurance=text("Qualiopi"),
    )  # fmt: skip

    found = profile_document(a_centre(), full, "fr")

    assert found.pop("@context")[0] == "https://www.w3.org/ns/credentials/v2"
    assert found.pop("otherIdentifier")[0] == {
        "type": "IdentifierEntry",
        "identifier": "123",
        "identifierType": "ext:siret",
    }
    assert found == {
        "id": "did:web:badges.example.org:x:issuers:citc",
        "type": ["Profile"],
        "name": "CITC",
        "url": "https://citc.example/",
        "email": "b@citc.example",
        "phone": "+33 1",
        "description": "Centre.",
        "image": {"id": f"{SITE}issuers/citc/logo.svg", "type": "Image", "caption": "Logo"},
        "address": {
            "type": ["Address"],
            "streetAddress": "Rue 1",
            "postalCode": "59000",
            "addressLocality": "Lille",
            "addressCountryCode": "FR",
        },
        "official": "Direction",
        "parentOrg": {
            "id": "urn:uuid:1e553f06-2611-5e32-ada8-42e08feac685",
            "type": ["Profile"],
            "name": "Région",
        },
    }
    assert canonicalize({"@context": profile_document(a_centre(), full, "fr")["@context"], **found})


def test_somebody_is_one_of_the_sites_profiles_or_an_organisation_or_nobody():
    centre = a_centre()
    say = Speaker(centre.settings, "fr")
    known = Organization(name=text("ACME"), url=Url("https://acme.example/"))

    assert somebody(centre, Slug("citc"), say) == {
        "id": "did:web:badges.example.org:x:issuers:citc", "type": ["Profile"], "name": "CITC",
    }  # fmt: skip
    assert somebody(centre, known, say) == {
        "id": "https://acme.example/", "type": ["Profile"], "name": "ACME", "url": "https://acme.example/",
    }  # fmt: skip
    assert somebody(centre, Slug("nobody"), say) is None
    assert somebody(centre, None, say) is None


def test_keywords_are_those_of_the_credentials_language_and_else_of_the_default_one():
    badge = a_badge(tag=(Text({"fr": "réseau", "nl": "netwerk"}), text("pare-feu")))

    node = achievement_node(a_centre(), badge, "nl")

    assert node["tag"] == ["netwerk", "pare-feu"]


def test_an_address_is_written_in_the_language_of_the_document():
    address = Address(
        address_locality=Text({"fr": "Mons", "nl": "Bergen"}), address_country=text("Belgique")
    )
    profile = Profile(
        slug=Slug("citc"), name=text("CITC"), address=address, official=text("Bureau")
    )

    node = profile_node(a_centre(), profile, "nl")

    assert node["address"] == {
        "type": ["Address"], "addressLocality": "Bergen", "addressCountry": "Belgique",
    }  # fmt: skip
    assert node["official"] == "Bureau"
