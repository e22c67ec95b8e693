"""Learner records as they are written: shape, ids, and how pathways become associations."""

import dataclasses
import datetime
import json

import pytest
from builders import a_credential, a_ledger
from centre import CANARY_EMAIL, CANARY_NAME, NOON, a_badge, a_centre, an_award, text, with_settings

from obit_build.credentials.clr import HeldBadge, Record, clr_credential
from obit_build.credentials.credential import identity_hash
from obit_build.errors import CredentialError
from obit_build.issuing import schemas
from obit_build.model.pathway import Pathway, PathwayStep
from obit_build.model.words import Slug
from obit_build.phrases import phrases_for
from obit_build.securing.canonical import CLR_2, CREDENTIALS_V2, OPEN_BADGES_3, canonicalize

CODE = "7f3k9m2q"
DID = "did:web:badges.example.org:x:issuers:citc"
BADGES = "https://badges.example.org/x/badges"


def a_pathway(*steps, ordered=(), slug="reseau", **fields):
    """A pathway whose steps are lists of badges; those whose number is in ``ordered`` are in order."""
    made = tuple(
        PathwayStep(
            title=text(f"Étape {number}"),
            badges=tuple(Slug(badge) for badge in badges),
            any_order=number not in ordered,
        )
        for number, badges in enumerate(steps, start=1)
    )
    given = {"name": text("Réseau"), "description": text("Du câble au nuage."), "steps": made}
    return Pathway(**{**given, "slug": Slug(slug), **fields})


def a_school(*badges, held=(), pathways=(), recipient=CODE):
    """A centre with these badges, of which one person holds some, and with pathways."""
    made = {slug: a_badge(slug, name=text(slug.upper())) for slug in badges}
    awards = [an_award(recipient, badge) for badge in held]
    return a_centre(awards, achievements=made, pathways={p.slug: p for p in pathways})


def a_record(repository, *, ledger=None, code=CODE, language="fr", everything=False):
    """The unsigned record of what one person holds there."""
    ledger = ledger or a_ledger(repository)
    held = [
        HeldBadge(
            badge=award.key.badge,
            document=json.loads(a_credential(repository, award, ledger.award_id(award.key))),
        )
        for award in repository.awards
        if award.key.recipient == code
    ]
    record = Record(
        issuer=repository.profiles["citc"],
        code=code,
        held=held,
        phrases=phrases_for(language),
        at=NOON,
        everything=everything,
    )
    return clr_credential(repository, ledger, record)


def associations(record):
    """(kind, badge, badge) of each association."""
    found = record["credentialSubject"].get("association", [])
    return [(a["associationType"], badge_of(a["sourceId"]), badge_of(a["targetId"])) for a in found]


def badge_of(identifier):
    return identifier.removeprefix(BADGES).split("/")[1]


def test_a_record_has_the_shape_that_the_standards_inspector_demands():
    record = a_record(a_school("pare-feu", held=["pare-feu"]))

    assert record["@context"] == [CREDENTIALS_V2, CLR_2, OPEN_BADGES_3]
    assert record["type"] == ["VerifiableCredential", "ClrCredential"]
    assert record["name"] == "Relevé de badges"
    assert record["issuer"] == {"id": DID, "type": ["Profile"], "name": "CITC"}
    assert record["validFrom"] == "2026-11-21T12:00:00Z"
    assert record["partial"] is True
    assert record["credentialSubject"]["type"] == ["ClrSubject"]
    assert set(record) == {
        "@context", "id", "type", "name", "description", "issuer", "validFrom", "partial",
        "credentialSubject",
    }  # fmt: skip


def test_nothing_in_a_record_would_stay_outside_its_signature():
    school = a_school("a-1", "b-1", held=["a-1"], pathways=[a_pathway(["a-1"], ["b-1"])])

    lines = canonicalize(a_record(school))

    for term in ("partial", "verifiableCredential", "associationType", "sourceId", "targetId"):
        assert f"clr/vocab.html#{term[0].upper()}{term[1:]}>".lower() in lines.lower()


def test_each_credential_is_inside_as_it_was_issued():
    school = a_school("a-1", "b-1", held=["a-1", "b-1"])
    ledger = a_ledger(school)
    issued = [
        json.loads(a_credential(school, award, ledger.award_id(award.key)))
        for award in school.awards
    ]

    record = a_record(school, ledger=ledger)

    assert record["credentialSubject"]["verifiableCredential"] == issued


def test_the_holder_is_a_hash_with_a_salt_that_no_award_has():
    school = a_school("a-1", held=["a-1"])

    record = a_record(school)

    [identity] = record["credentialSubject"]["identifier"]
    [inner] = record["credentialSubject"]["verifiableCredential"]
    assert identity["identityHash"] == identity_hash(CANARY_EMAIL, identity["salt"])
    assert len(identity["salt"]) == 32
    assert identity["salt"] != inner["credentialSubject"]["identifier"][0]["salt"]
    assert "id" not in record["credentialSubject"]


def test_a_holder_without_an_address_has_a_number_of_the_records_own():
    school = a_school("a-1", held=["a-1"], recipient="2m8qa4xd")
    pseudonymous = with_settings(
        a_school("a-1", held=["a-1"]),
        privacy=dataclasses.replace(school.settings.privacy, identity="pseudonym"),
    )

    for record in (a_record(school, code="2m8qa4xd"), a_record(pseudonymous)):
        subject = record["credentialSubject"]
        assert subject["id"].startswith("urn:uuid:")
        assert subject["id"] != record["id"]
        assert "identifier" not in subject


def test_neither_code_nor_name_nor_address_of_the_person_is_in_a_record():
    written = json.dumps(a_record(a_school("a-1", held=["a-1"])), ensure_ascii=False)

    for secret in (CODE, CANARY_NAME, CANARY_EMAIL):
        assert secret not in written


def test_a_later_record_has_the_same_id_and_another_kind_of_record_another():
    school = a_school("a-1", "b-1", held=["a-1"])
    more = a_school("a-1", "b-1", held=["a-1", "b-1"])

    first, later = a_record(school)["id"], a_record(more)["id"]
    others = {
        a_record(school, language="nl")["id"],
        a_record(school, everything=True)["id"],
        a_record(a_school("a-1", held=["a-1"], recipient="2m8qa4xd"), code="2m8qa4xd")["id"],
    }

    assert first == later
    assert len({first, *others}) == 4


def test_a_record_with_badges_that_are_not_valid_says_so_in_its_name():
    record = a_record(a_school("a-1", held=["a-1"]), language="en", everything=True)

    assert record["name"] == "Record of badges, including those that are not valid"


def test_a_record_of_a_preview_is_marked_inside_and_in_its_name():
    school = with_settings(a_school("a-1", held=["a-1"]), specimen=True)

    record = a_record(school, ledger=a_ledger(school, mode="preview"))

    assert record["name"] == "PREVIEW · Relevé de badges"
    assert record["termsOfUse"] == [{"type": "urn:x-obit:preview"}, {"type": "urn:x-obit:specimen"}]


def test_a_milestone_that_is_not_held_is_described_and_stands_above_the_badges():
    pathway = a_pathway(["a-1", "b-1"], milestone=Slug("top"))
    school = a_school("a-1", "b-1", "top", held=["a-1"], pathways=[pathway])

    record = a_record(school)

    [programme] = record["credentialSubject"]["achievement"]
    assert programme["id"] == f"{BADGES}/top/v1/achievement.fr.json"
    assert programme["name"] == "TOP"
    assert associations(record) == [("isParentOf", "top", "a-1")]


def test_a_milestone_that_is_held_is_not_described_a_second_time():
    pathway = a_pathway(["a-1"], ["top"], milestone=Slug("top"))
    school = a_school("a-1", "top", held=["a-1", "top"], pathways=[pathway])

    record = a_record(school)

    assert "achievement" not in record["credentialSubject"]
    assert associations(record) == [("isParentOf", "top", "a-1"), ("precedes", "a-1", "top")]


def test_steps_follow_each_other_and_badges_of_a_step_only_where_their_order_matters():
    pathway = a_pathway(
        ["a-1", "a-2"], ["b-1", "b-2", "b-3"], ["c-1"], ordered={2}, milestone=Slug("top")
    )
    badges = ["a-1", "a-2", "b-1", "b-2", "b-3", "c-1", "top"]
    school = a_school(*badges, held=badges[:-1], pathways=[pathway])

    order = [a[1:] for a in associations(a_record(school)) if a[0] == "precedes"]

    assert order == [
        ("a-1", "b-1"), ("a-2", "b-1"), ("b-1", "b-2"), ("b-2", "b-3"), ("b-3", "c-1"),
    ]  # fmt: skip


def test_badges_that_the_person_does_not_hold_are_not_spoken_of():
    pathway = a_pathway(["a-1"], ["b-1"], ["c-1"], milestone=Slug("top"), optional=(Slug("d-1"),))
    school = a_school("a-1", "b-1", "c-1", "d-1", "top", held=["a-1", "c-1"], pathways=[pathway])

    assert associations(a_record(school)) == [
        ("isParentOf", "top", "a-1"),
        ("isParentOf", "top", "c-1"),
        ("precedes", "a-1", "c-1"),
    ]


def test_an_optional_badge_is_related_to_the_whole_and_not_a_part_of_it():
    pathway = a_pathway(["a-1"], milestone=Slug("top"), optional=(Slug("d-1"),))
    school = a_school("a-1", "d-1", "top", held=["a-1", "d-1"], pathways=[pathway])

    assert ("isRelatedTo", "top", "d-1") in associations(a_record(school))


def test_a_pathway_of_which_the_person_holds_only_an_optional_badge_is_left_out():
    pathway = a_pathway(["a-1"], milestone=Slug("top"), optional=(Slug("d-1"),))
    school = a_school("a-1", "d-1", "top", held=["d-1"], pathways=[pathway])

    record = a_record(school)

    assert record["credentialSubject"].keys() == {"identifier", "type", "verifiableCredential"}


@pytest.mark.parametrize("milestone", [None, Slug("top")])
def test_a_record_fits_its_schema_once_its_badges_are_signed(milestone):
    pathway = a_pathway(["a-1", "b-1"], milestone=milestone, optional=(Slug("d-1"),))
    held = ["a-1", "b-1", "d-1"]
    school = with_settings(a_school(*held, "top", held=held, pathways=[pathway]), specimen=True)
    record = a_record(school)
    badges = record["credentialSubject"]["verifiableCredential"]

    for badge in badges:
        badge["proof"] = [{"type": "DataIntegrityProof"}]
    schemas.check_unsigned("clr-credential", record)
    del badges[1]["proof"]
    with pytest.raises(CredentialError) as caught:
        schemas.check_unsigned("clr-credential", record)

    assert caught.value.message == (
        "the document (clr credential) is not what obit publishes: "
        '"proof" is missing at /credentialSubject/verifiableCredential/1'
    )


def test_a_pathway_without_a_milestone_is_a_learning_programme_of_its_own():
    pathway = a_pathway(["a-1", "b-1"], ["c-1"], rule="min", minimum=2)
    school = a_school("a-1", "b-1", "c-1", held=["a-1"], pathways=[pathway])

    record = a_record(school)

    at = "https://badges.example.org/x/pathways/reseau/"
    assert record["credentialSubject"]["achievement"] == [
        {
            "id": at,
            "type": ["Achievement"],
            "achievementType": "LearningProgram",
            "name": "Réseau",
            "description": "Du câble au nuage.",
            "criteria": {
                "narrative": "Au moins 2 de ces badges sont nécessaires\u202f:\n\n"
                "1. Étape 1 · A-1, B-1\n2. Étape 2 · C-1"
            },
            "inLanguage": "fr",
        }
    ]
    [association] = record["credentialSubject"]["association"]
    assert association == {
        "type": "Association",
        "associationType": "isParentOf",
        "sourceId": at,
        "targetId": f"{BADGES}/a-1/v1/achievement.fr.json",
    }


def test_two_pathways_to_one_milestone_describe_it_once():
    pathways = [
        a_pathway(["a-1"], slug="one", milestone=Slug("top")),
        a_pathway(["a-1", "b-1"], slug="two", milestone=Slug("top")),
    ]
    school = a_school("a-1", "b-1", "top", held=["a-1"], pathways=pathways)

    record = a_record(school)

    assert len(record["credentialSubject"]["achievement"]) == 1
    assert associations(record) == [("isParentOf", "top", "a-1")]


def test_a_badge_that_was_earned_twice_is_associated_once():
    pathway = a_pathway(["a-1"], milestone=Slug("top"))
    twice = [an_award(CODE, "a-1"), an_award(CODE, "a-1", datetime.date(2026, 9, 1))]
    school = dataclasses.replace(a_school("a-1", "top", pathways=[pathway]), awards=tuple(twice))

    record = a_record(school)

    assert len(record["credentialSubject"]["verifiableCredential"]) == 2
    assert associations(record) == [("isParentOf", "top", "a-1")]
