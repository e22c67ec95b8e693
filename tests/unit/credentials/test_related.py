"""Former versions, places on a map, and alignments of results: the rarer fields of the standard."""

import dataclasses
from decimal import Decimal

import pytest
from centre import NOON, a_badge, a_centre, an_award, text
from composed import credential

from obit_build.checks import run_checks
from obit_build.credentials.achievements import achievement_document
from obit_build.credentials.digests import achievement_bytes
from obit_build.credentials.profiles import profile_document
from obit_build.issuing import schemas
from obit_build.model.achievement import Alignment, Related, ResultDescription
from obit_build.model.award import Result
from obit_build.model.profile import Address, GeoCoordinates
from obit_build.model.words import Language, Slug, Term, Url
from obit_build.securing.canonical import canonicalize

FOLDER = "https://badges.example.org/x/badges/pare-feu"
OTHER_LANGUAGE = {
    "id": f"{FOLDER}/v2/achievement.nl.json",
    "type": ["Related"],
    "inLanguage": "nl",
    "version": "2",
}


def related(*entries, language="fr"):
    badge = a_badge(version="2", related=entries)
    repository = a_centre()
    document = achievement_document(repository, badge, language)
    schemas.check("achievement", document)
    assert "related" in canonicalize(document)
    plain = [x for x in document["related"] if x["type"] == ["Related"]]
    return [x for x in plain if x != OTHER_LANGUAGE]


def test_a_former_version_is_named_by_its_id_in_the_same_language():
    assert related(Related(version="1")) == [
        {
            "id": f"{FOLDER}/v1/achievement.fr.json",
            "type": ["Related"],
            "inLanguage": "fr",
            "version": "1",
        }
    ]


def test_a_former_version_that_existed_in_one_language_only_says_so():
    former = Related(version="1", in_language=Language("nl"))

    (named,) = related(former)

    assert (named["id"], named["inLanguage"]) == (f"{FOLDER}/v1/achievement.nl.json", "nl")


def test_a_badge_of_another_site_is_named_by_its_own_id():
    elsewhere = Related(url=Url("https://old.example/badges/7"), version="2019")

    assert related(elsewhere) == [
        {"id": "https://old.example/badges/7", "type": ["Related"], "version": "2019"}
    ]


def test_former_versions_are_part_of_what_is_signed():
    award = an_award(version="2")
    badge = a_badge(version="2", related=(Related(version="1"),))
    repository = a_centre([award], achievements={"pare-feu": badge})

    node = credential(award, repository)["credentialSubject"]["achievement"]

    assert f"{FOLDER}/v1/achievement.fr.json" in [x["id"] for x in node["related"]]
    assert achievement_bytes(badge) != achievement_bytes(a_badge(version="2"))


def test_a_place_on_a_map_is_numbers():
    geo = GeoCoordinates(latitude=Decimal("50.4542"), longitude=Decimal(0))
    repository = a_centre()
    profile = dataclasses.replace(
        repository.profiles["citc"], address=Address(address_locality=text("Mons"), geo=geo)
    )

    document = profile_document(repository, profile, "fr")

    schemas.check("profile", document)
    assert document["address"] == {
        "type": ["Address"],
        "addressLocality": "Mons",
        "geo": {"type": "GeoCoordinates", "latitude": 50.4542, "longitude": 0},
    }
    assert '"5.04542E1"' in canonicalize(document)


def with_result(result, **described):
    measured = ResultDescription(
        id=Slug("note"), name=text("Note"), result_type=Term("Percent"), **described
    )
    badge = a_badge(result_description=(measured,))
    award = an_award(results=(result,))
    return award, a_centre([award], achievements={"pare-feu": badge})


def test_a_result_may_point_to_a_framework():
    entry = Alignment(target_name=text("Filtrer"), target_url=Url("https://esco.example/1"))
    result = Result(result_description=Slug("note"), value="82", alignment=(entry,))
    award, repository = with_result(result)

    document = credential(award, repository)

    schemas.check_unsigned("open-badge-credential", document)
    assert document["credentialSubject"]["result"] == [
        {
            "type": ["Result"],
            "resultDescription": f"{FOLDER}/v1/achievement.fr.json#note",
            "value": "82",
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": "Filtrer",
                    "targetUrl": "https://esco.example/1",
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("address", "said"),
    [("https://esco.example/1", []), ("https://intranet.local/1", ["alignment-address-is-public"])],
)
def test_a_results_alignment_is_held_to_the_same_rules(address, said):
    entry = Alignment(target_name=text("Filtrer"), target_url=Url(address))
    result = Result(result_description=Slug("note"), value="82", alignment=(entry,))
    _, repository = with_result(result)

    found = [p.check for p in run_checks(repository, at=NOON) if p.check.startswith("alignment")]

    assert found == said
