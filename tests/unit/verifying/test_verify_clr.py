"""What ``obit verify`` says of a learner record: the whole, and each badge in it by itself."""

import json

from signed_badges import (
    AT,
    DID,
    DID_URL,
    HOLDER,
    LIST_URL,
    OTHER_DID,
    a_badge,
    as_bytes,
    signed,
)
from signed_records import a_record, a_record_world, another_badge, revoked

from obit_build.credentials.credential import PREVIEW_TERMS
from obit_build.errors import FetchError
from obit_build.securing.canonical import CLR_2, CREDENTIALS_V2, OPEN_BADGES_3
from obit_build.verifying.clr import MAX_PARTS
from obit_build.verifying.verdicts import ladder
from obit_build.verifying.verify import verify


def badges_step(report):
    return report.steps[-1]


def test_a_good_record_is_valid_with_all_its_badges():
    report = a_record_world().report()

    assert report.passed
    assert report.steps[2].message == "It is a learner record (Comprehensive Learner Record 2.0)."
    assert report.steps[3].message == (
        "It has everything that the standard asks of a learner record, and nothing else."
    )
    assert report.steps[6].message == (
        "A record is never revoked: what counts is the status of each badge in it."
    )
    assert (badges_step(report).number, badges_step(report).name) == (11, "badges")
    assert badges_step(report).message == "Every badge in it is valid (2)."
    assert [part.summary.achievement_name for part in report.parts] == [
        "Gestion de pare-feu",
        "Réseaux",
    ]
    assert [part.source for part in report.parts] == ["badge.json [1]", "badge.json [2]"]
    assert all(part.passed for part in report.parts)


def test_the_contexts_may_come_in_the_order_of_another_implementation():
    world = a_record_world(a_record(**{"@context": [CREDENTIALS_V2, OPEN_BADGES_3, CLR_2]}))

    assert world.report().passed


def test_a_record_with_one_revoked_badge_is_not_valid_and_says_which():
    report = a_record_world(before=revoked).report()

    assert report.verdict == "invalid"
    assert report.state == "invalid"
    assert badges_step(report).reason == "badges.invalid"
    assert badges_step(report).message == (
        "Not every badge in it is valid: Gestion de pare-feu (revoked)."
    )
    assert [part.state for part in report.parts] == ["revoked", "valid"]
    assert report.decisive.fix == "rely only on the badges that are valid, each by itself"


def test_a_record_with_a_badge_that_cannot_be_checked_cannot_be_checked():
    def unreachable(world):
        real = world.fetch

        def fetch(url):
            if url == LIST_URL:
                raise FetchError("there is no network", fix="try again later")
            return real(url)

        world.fetch = fetch

    report = a_record_world(after=unreachable).report()

    assert report.verdict == "unverifiable"
    assert badges_step(report).message == (
        "Not every badge in it could be checked: "
        "Gestion de pare-feu (could not be checked), Réseaux (could not be checked)."
    )
    assert report.decisive is badges_step(report)


def test_a_credential_of_another_kind_in_a_record_is_not_called_false():
    membership = signed(
        {
            "@context": [CREDENTIALS_V2],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential"],
            "name": "Carte de membre",
            "issuer": DID,
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "urn:uuid:0b3aef56-d8ba-41ed-83dd-0b3aef56cc33"},
        }
    )

    report = a_record_world(a_record(signed(a_badge()), membership)).report()

    assert report.verdict == "unverifiable"
    assert badges_step(report).reason == "badges.unknown"


def test_a_record_in_a_record_is_looked_into():
    inner = signed(a_record(signed(another_badge())))
    inner["id"] = inner["id"].replace("0a9f", "1b8e")
    good = signed(
        a_record(signed(another_badge()), id="urn:uuid:1b8e3b52-1a4d-4f4c-8d39-f4f9a8a0c0")
    )

    fine = a_record_world(a_record(signed(a_badge()), good)).report()
    broken = a_record_world(a_record(signed(a_badge()), inner)).report()

    assert fine.passed
    assert [part.summary.name for part in fine.parts[1].parts] == ["Réseaux"]
    assert broken.verdict == "invalid"


def test_only_the_first_few_of_many_bad_badges_are_named():
    badges = [
        signed(a_badge(id=f"urn:uuid:{number:08d}-0000-4000-8000-000000000000"))
        for number in range(8)
    ]

    report = a_record_world(a_record(*badges), before=revoked).report()

    assert badges_step(report).message == (
        "Not every badge in it is valid: " + ", ".join(["Gestion de pare-feu (revoked)"] * 5)
        + " and 3 more."
    )  # fmt: skip


def test_a_record_of_more_badges_than_are_looked_at_cannot_be_checked():
    stub = {"id": "urn:uuid:1b8e3b52-1a4d-4f4c-8d39-f4f9a8a0c001"}
    record = a_record(*([stub] * (MAX_PARTS + 1)))

    report = a_record_world(record).report()

    assert report.verdict == "unverifiable"
    assert badges_step(report).message == (
        "It holds more than 100 badges, so they were not looked at one by one."
    )


def test_badges_are_not_looked_at_in_a_record_whose_signature_is_not_good():
    def steal(world):
        world.badge["name"] = "Diplôme"

    report = a_record_world(after=steal).report()

    assert report.decisive.reason == "proof.signature"
    assert badges_step(report).outcome == "skipped"
    assert badges_step(report).message == "Not looked at, because the signature is not confirmed."
    assert report.parts == ()


def test_every_badge_of_a_record_must_be_the_persons():
    stranger = another_badge()
    stranger["credentialSubject"] = {
        **stranger["credentialSubject"],
        "identifier": [
            {**stranger["credentialSubject"]["identifier"][0], "salt": "of somebody else"}
        ],
    }

    def asked(world):
        world.recipient = HOLDER

    own = a_record_world(before=asked).report()
    mixed = a_record_world(a_record(signed(a_badge()), signed(stranger)), before=asked).report()

    assert own.passed
    assert mixed.steps[8].outcome == "passed"
    assert mixed.verdict == "invalid"
    assert mixed.parts[1].decisive.reason == "recipient.other"


def test_a_preview_inside_makes_the_whole_record_a_preview():
    preview = signed(another_badge(termsOfUse=[{"type": PREVIEW_TERMS}]))

    report = a_record_world(a_record(signed(a_badge()), preview)).report()

    assert report.passed
    assert report.preview
    assert report.notices == ("This is a preview: it proves nothing.",)


def test_an_expired_record_is_expired_although_its_badges_are_not():
    world = a_record_world(a_record(validUntil="2026-05-31T00:00:00Z"))

    report = world.report()

    assert report.state == "expired"
    assert badges_step(report).outcome == "passed"


def test_each_address_is_asked_for_once_for_all_badges_of_a_record():
    world = a_record_world()
    asked = []

    def fetch(url):
        asked.append(url)
        return world.fetch(url)

    verify(as_bytes(world.badge), name="badge.json", at=AT, fetch=fetch)

    assert sorted(asked) == sorted([DID_URL, LIST_URL])


def test_the_report_names_every_badge_with_its_state_for_people_and_for_programs():
    report = a_record_world(before=revoked).report()

    lines = ladder(report).splitlines()
    document = json.loads(json.dumps(report.to_dict()))

    assert "11 badges         ✗ failed    Not every badge in it is valid" in ladder(report)
    assert (
        "   1  ✗ revoked  Gestion de pare-feu · Technocité  badges.example has revoked this badge: it no longer counts. [status.revoked]"
        in lines
    )
    assert "   2  ✓ valid  Réseaux · Technocité" in lines
    assert [part["state"] for part in document["parts"]] == ["revoked", "valid"]
    assert "parts" not in document["parts"][1]


def test_a_record_of_an_issuer_whose_key_did_not_sign_it_is_refused():
    def rename(world):
        world.badge["issuer"]["id"] = OTHER_DID

    report = a_record_world(after=rename).report()

    assert report.decisive.reason == "key.other-issuer"
