import dataclasses
import datetime
import json
from decimal import Decimal

import pytest
from centre import ISSUED, a_badge, an_award, decided, replacing, text

from obit_build.credentials.digests import achievement_bytes, award_bytes
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, Evidence, Result
from obit_build.model.words import Duration, Language, Slug, Text, Url
from obit_build.problems import Location

AWARD_CHANGES = {
    "valid_from": datetime.date(2026, 4, 1),
    "expires": "never",
    "language": Language("nl"),
    "narrative": text("A fait ceci."),
    "evidence": (Evidence(url=Url("https://example.org/x")),),
    "results": (Result(result_description=Slug("r"), status="Completed"),),
    "credits_earned": Decimal("2.5"),
    "activity_start_date": datetime.date(2026, 1, 1),
    "activity_end_date": datetime.date(2026, 1, 2),
    "role": text("chef d’équipe"),
    "term": text("2026-1"),
    "license_number": "L-1",
    "source": Slug("technocite"),
}
AWARD_LATER = {
    "revoked": decided(),
    "suspended": decided(),
    "withdrawn": ISSUED,
    "replaces": replacing(),
    "visibility": "public",
    "location": Location("elsewhere.yaml", 9, 9),
    "locations": {"id": Location("elsewhere.yaml")},
}


def test_every_field_of_an_award_is_either_signed_content_or_a_later_decision():
    assert {f.name for f in dataclasses.fields(Award)} == {"key", *AWARD_CHANGES, *AWARD_LATER}


@pytest.mark.parametrize("field", AWARD_CHANGES)
def test_a_change_of_what_an_award_says_shows(field):
    assert award_bytes(an_award(**{field: AWARD_CHANGES[field]})) != award_bytes(an_award())


@pytest.mark.parametrize("field", AWARD_LATER)
def test_a_later_decision_or_a_move_to_another_file_does_not(field):
    assert award_bytes(an_award(**{field: AWARD_LATER[field]})) == award_bytes(an_award())


def test_another_award_has_another_content():
    assert award_bytes(an_award("2m8qa4xd")) != award_bytes(an_award())
    assert award_bytes(an_award(n=2)) != award_bytes(an_award())


DISPLAY = {
    "status": "retired",
    "hours": Decimal(35),
    "participation": text("en ligne"),
    "assessment": text("oral"),
    "supervision": text("sur place"),
    "quality_assurance": text("ISO"),
    "prerequisites": (Slug("reseaux"),),
    "recognition": "claimed",
    "eqf_level": 5,
    "expires": Duration("P3Y"),
    "approvers": ("ann",),
    "approvals": 2,
    "approvers_hold_badge": True,
    "location": Location("elsewhere.yaml"),
    "locations": {"name": Location("elsewhere.yaml")},
}


@pytest.mark.parametrize("field", DISPLAY)
def test_what_only_the_page_shows_is_no_change_of_the_badge(field):
    assert achievement_bytes(a_badge(**{field: DISPLAY[field]})) == achievement_bytes(a_badge())


def test_a_change_of_any_other_field_of_a_badge_shows():
    samples = {
        "name": text("Autre"), "description": text("Autre."), "version": "2", "tag": ("x",),
        "issuer": Slug("technocite"), "slug": Slug("autre"), "achievement_type": "Course",
        "creator": Slug("citc"), "human_code": "R1", "field_of_study": text("TIC"),
        "specialization": text("SOC"), "credits_available": Decimal(3),
    }  # fmt: skip
    later = {"criteria", "image", "alignment", "result_description", "other_identifier", "related"}

    assert {
        f.name for f in dataclasses.fields(Achievement)
    } == samples.keys() | later | DISPLAY.keys()
    for field, value in samples.items():
        assert achievement_bytes(a_badge(**{field: value})) != achievement_bytes(a_badge()), field


def test_the_bytes_are_plain_json_that_any_version_writes_alike():
    badge = a_badge(name=Text({"nl": "é", "fr": "x"}), credits_available=Decimal("2.50"))

    data = achievement_bytes(badge)

    assert data.isascii()
    assert json.loads(data)["name"] == {"fr": "x", "nl": "é"}
    assert json.loads(data)["credits_available"] == "2.50"


def test_the_order_in_which_languages_are_given_is_no_change():
    one = a_badge(name=Text({"nl": "a", "fr": "b"}))
    other = a_badge(name=Text({"fr": "b", "nl": "a"}))

    assert achievement_bytes(one) == achievement_bytes(other)


@pytest.mark.parametrize(
    ("plain", "bare"),
    [
        (achievement_bytes(a_badge(tag=(text("réseau"), text("SOC")))), ["réseau", "SOC"]),
        (award_bytes(an_award(evidence=(Evidence(genre=text("plan")),))), "plan"),
        (award_bytes(an_award(evidence=(Evidence(audience=text("jury")),))), "jury"),
    ],
)
def test_a_keyword_or_a_kind_of_evidence_in_one_language_counts_as_its_words(plain, bare):
    """As it did when these had no language: what was issued and approved then stays the same."""
    assert json.dumps(bare, separators=(",", ":")).encode() in plain


def test_a_translation_of_a_keyword_is_a_change_of_the_badge():
    both = a_badge(tag=(Text({"fr": "réseau", "nl": "netwerk"}),))

    assert achievement_bytes(both) != achievement_bytes(a_badge(tag=(text("réseau"),)))
