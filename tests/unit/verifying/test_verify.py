"""The verifier's promises: order, tri-state verdicts, what it says and what it keeps to itself."""

import copy
import dataclasses
import datetime
import hashlib
import json

import known_answers
import pytest
from pictures import png, svg
from signed_badges import (
    ACHIEVEMENT_ID,
    AT,
    BADGE_ID,
    DID,
    DID_URL,
    ENDORSER,
    ENDORSER_DID,
    HOLDER,
    INDEX,
    ISSUER,
    LIST_URL,
    SALT,
    SUSPENSION_URL,
    THIEF,
    World,
    a_badge,
    a_list,
    a_world,
    an_endorsement,
    as_bytes,
    signed,
)

from obit_build.errors import FetchError
from obit_build.harmless import shown
from obit_build.pictures.bake import bake
from obit_build.verifying.report import MANDATORY, STEP_NAMES, VerificationError
from obit_build.verifying.verify import verify

SECOND = datetime.timedelta(seconds=1)

# A known example with its key document: signed elsewhere, not by our code.
FOREIGN_BADGE = {**known_answers.DOCUMENT, "proof": [known_answers.PROOF]}
FOREIGN_DOCUMENT = {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    "id": known_answers.DID,
    "verificationMethod": [
        {
            "id": f"{known_answers.DID}#{known_answers.MULTIKEY}",
            "type": "Multikey",
            "controller": known_answers.DID,
            "publicKeyMultibase": known_answers.MULTIKEY,
        }
    ],
    "assertionMethod": [f"{known_answers.DID}#{known_answers.MULTIKEY}"],
}


def outcomes(world):
    return {step.name: step.outcome for step in world.report().steps}


def test_a_badge_that_others_signed_is_valid_and_belongs_to_its_holder():
    report = verify(
        as_bytes(FOREIGN_BADGE),
        name="badge.json",
        at=AT,
        fetch=lambda _url: as_bytes(FOREIGN_DOCUMENT),
        recipient="amelie.dupont@example.org",
    )

    assert report.passed
    assert report.steps[6].message == (
        "The issuer keeps no revocation list for this badge, so it can't have been revoked."
    )
    assert report.steps[6].reason == "status.none"


def test_a_good_badge_passes_every_step_in_plain_words():
    report = a_world().report()

    assert [step.name for step in report.steps] == list(STEP_NAMES)
    assert [(step.outcome, step.message) for step in report.steps] == [
        ("passed", "The file has a reasonable size."),
        ("passed", "A credential was found in the JSON file."),
        ("passed", "It is an Open Badges 3.0 credential."),
        ("passed", "It has everything that the standard asks of a badge, and nothing else."),
        (
            "passed",
            "The signature is good: nothing was changed since the key of Technocité (badges.example) signed it.",
        ),
        ("skipped", "The badge names no place with newer versions of it."),
        ("passed", "badges.example has neither revoked nor suspended it."),
        ("passed", "It is valid since 2026-03-27, without an end date."),
        ("skipped", "Whose badge it is was not asked."),
        ("skipped", "It carries no endorsements."),
        ("skipped", "The picture or sheet itself is not signed; only the data in it is."),
    ]


def test_the_summary_holds_what_people_ask_for_and_not_the_holder():
    world = a_world(before=lambda w: w.badge.update(validUntil="2029-03-27T23:59:59Z"))

    summary = world.report().summary

    assert summary.to_dict() == {
        "credential_id": BADGE_ID,
        "name": "Gestion de pare-feu",
        "achievement_name": "Gestion de pare-feu",
        "achievement_id": ACHIEVEMENT_ID,
        "issuer_id": DID,
        "issuer_name": "Technocité",
        "valid_from": "2026-03-27T00:00:00Z",
        "valid_until": "2029-03-27T23:59:59Z",
        "recipient_kind": "hashed emailAddress",
    }


def test_a_report_has_no_truth_value():
    report = a_world().report()

    with pytest.raises(
        TypeError, match=r"^a verification report has no truth value; ask report\.passed$"
    ):
        bool(report)


def test_to_require_a_badge_that_is_not_valid_raises_its_step():
    report = a_world(after=lambda w: w.badge.update(name="Directeur")).report()

    with pytest.raises(VerificationError) as caught:
        report.require()

    assert caught.value.reason == "proof.signature"
    assert caught.value.message == report.steps[4].message


def test_to_require_a_valid_badge_is_silent():
    a_world().report().require()


@pytest.mark.parametrize("number", sorted(MANDATORY))
@pytest.mark.parametrize("outcome", ["unknown", "skipped"])
def test_a_step_that_matters_and_did_not_pass_is_never_shown_as_fine(number, outcome):
    report = a_world().report()
    steps = [
        dataclasses.replace(s, outcome=outcome) if s.number == number else s for s in report.steps
    ]

    changed = dataclasses.replace(report, steps=tuple(steps))

    assert changed.verdict == "unverifiable"
    assert changed.state == "unknown"
    assert not changed.passed


@pytest.mark.parametrize("number", range(11))
def test_any_step_that_failed_makes_the_badge_invalid(number):
    report = a_world().report()
    steps = [
        dataclasses.replace(s, outcome="failed") if s.number == number else s for s in report.steps
    ]

    assert dataclasses.replace(report, steps=tuple(steps)).verdict == "invalid"


def test_a_step_that_is_missing_is_never_shown_as_fine():
    report = a_world().report()

    assert dataclasses.replace(report, steps=report.steps[:6]).verdict == "unverifiable"


def test_after_a_broken_signature_nothing_else_is_looked_at():
    world = a_world(after=lambda w: w.badge.update(name="Directeur"))

    later = world.report().steps[5:]

    assert {step.outcome for step in later} == {"skipped"}
    assert {step.message for step in later} == {
        "Not looked at, because the signature is not confirmed."
    }


def test_only_addresses_that_follow_from_the_issuer_are_fetched_and_each_once():
    world = a_world(before=lambda w: w.suspend())
    asked = []

    def fetch(url):
        asked.append(url)
        return world.fetch(url)

    verify(as_bytes(world.badge), name="x", at=AT, fetch=fetch)

    assert sorted(asked) == sorted([DID_URL, LIST_URL, SUSPENSION_URL])


def test_a_fetch_that_failed_is_not_tried_again():
    asked = []

    def fetch(url):
        asked.append(url)
        raise FetchError("no", fix="later")

    badge = a_world().badge
    report = verify(as_bytes({**badge}), name="x", at=AT, fetch=fetch)

    assert asked == [DID_URL]
    assert report.state == "unknown"


def test_verifying_touches_nothing_outside(no_io):
    world = a_world()
    world.report()  # contexts and libraries are read on first use

    with no_io():
        report = world.report()

    assert report.passed


@pytest.mark.parametrize("picture", [png(), svg()], ids=["png", "svg"])
def test_a_baked_badge_is_verified_from_its_picture(picture):
    world = a_world()

    world.data = bake(picture, as_bytes(world.badge).decode())

    assert world.report().passed


def test_a_picture_without_a_badge_says_so():
    world = a_world()

    world.data = png()

    step = world.report().decisive
    assert (step.reason, step.outcome) == ("reading.image", "failed")
    assert step.message.startswith("No badge can be read from the image: ")


class TestTime:
    def test_a_badge_is_valid_at_the_very_instants_of_its_bounds(self):
        for instant in ("2026-06-01T12:00:00Z", "2026-06-01T14:00:00+02:00"):
            begins = a_world(before=lambda w, i=instant: w.badge.update(validFrom=i))
            ends = a_world(before=lambda w, i=instant: w.badge.update(validUntil=i))

            assert begins.report().passed
            assert ends.report().passed

    def test_a_badge_has_expired_a_second_after_its_end(self):
        world = a_world(before=lambda w: w.badge.update(validUntil="2026-06-01T11:59:59Z"))

        assert world.report().state == "expired"

    @pytest.mark.parametrize(
        "end",
        ["9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59.999999999Z", "2038-01-19T03:14:08Z"],
    )
    def test_far_ends_are_no_trouble(self, end):
        world = a_world(before=lambda w: w.badge.update(validUntil=end))

        assert world.report().passed

    @pytest.mark.parametrize("begin", ["0001-01-01T00:00:00+14:00", "0000-01-01T00:00:00Z"])
    def test_early_beginnings_are_no_trouble(self, begin):
        world = a_world(before=lambda w: w.badge.update(validFrom=begin))

        assert world.report().state in ("valid", "invalid")

    def test_a_clock_may_be_a_minute_off(self):
        world = a_world(before=lambda w: setattr(w, "created", AT + 60 * SECOND))

        assert world.report().passed

    def test_a_suspended_badge_that_also_expired_is_shown_as_suspended(self):
        def before(world):
            world.suspend()
            world.badge.update(validUntil="2026-05-01T00:00:00Z")

        report = a_world(before=before).report()

        assert report.state == "suspended"
        assert [s.reason for s in report.steps if s.outcome == "failed"] == [
            "status.suspended",
            "dates.expired",
        ]


class TestKeys:
    def test_a_site_may_list_former_keys_too(self):
        def after(world):
            world.did["verificationMethod"].append(
                {
                    **world.did["verificationMethod"][0],
                    "id": f"{DID}#{THIEF.multikey}",
                    "publicKeyMultibase": THIEF.multikey,
                }
            )

        assert a_world(after=after).report().passed

    def test_a_key_may_be_embedded_where_it_is_used(self):
        def after(world):
            world.did["assertionMethod"] = [world.did.pop("verificationMethod")[0]]

        assert a_world(after=after).report().passed

    def test_a_key_of_the_older_type_counts(self):
        def after(world):
            world.did["verificationMethod"][0]["type"] = "Ed25519VerificationKey2020"

        assert a_world(after=after).report().passed

    def test_a_key_with_another_name_counts_if_it_is_listed(self):
        def before(world):
            del world.badge["credentialStatus"]
            world.method = f"{DID}#key-1"
            world.did["verificationMethod"][0]["id"] = world.method
            world.did["assertionMethod"] = [world.method]

        assert a_world(before=before).report().passed

    def test_a_key_that_ends_later_still_counts(self):
        def after(world):
            world.did["verificationMethod"][0]["expires"] = "2026-06-02T00:00:00Z"

        assert a_world(after=after).report().passed

    def test_a_second_signature_of_another_kind_is_mentioned_and_not_counted(self):
        def after(world):
            world.badge["proof"].append({"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"})

        step = a_world(after=after).report().steps[4]

        assert step.outcome == "passed"
        assert step.message.endswith(" Another signature was not looked at (bbs-2023).")

    def test_a_proof_may_stand_without_brackets(self):
        world = a_world(after=lambda w: w.badge.update(proof=w.badge["proof"][0]))

        assert world.report().passed

    def test_a_bare_key_is_valid_with_a_warning_about_its_owner(self):
        def before(world):
            del world.badge["credentialStatus"]
            world.badge["issuer"]["id"] = ENDORSER_DID
            world.key = ENDORSER

        report = a_world(before=before).report()

        assert report.passed
        assert report.notices == (
            "The issuer is a bare key: nothing shows whose it is. Its name is only what the badge says.",
        )


class TestPreview:
    def test_a_preview_is_told_even_if_all_checks_pass(self):
        world = a_world(
            before=lambda w: w.badge.update(termsOfUse=[{"type": "urn:x-obit:preview"}])
        )

        report = world.report()

        assert report.preview
        assert report.notices == ("This is a preview: it proves nothing.",)

    def test_a_specimen_is_told(self):
        world = a_world(
            before=lambda w: w.badge.update(termsOfUse={"type": ["urn:x-obit:specimen"]})
        )

        report = world.report()

        assert report.specimen
        assert report.notices == (
            "This is a specimen: it shows what a badge looks like and proves nothing.",
        )


class TestStatus:
    def test_a_badge_may_be_on_several_lists(self):
        def before(world):
            entry = world.badge["credentialStatus"]
            world.badge["credentialStatus"] = [
                entry,
                {**entry, "id": f"{LIST_URL}#b", "statusListIndex": "9"},
            ]

        assert a_world(before=before).report().passed

    def test_every_bit_but_its_own_may_be_set(self):
        others = tuple(i for i in range(131_072) if i != INDEX)
        world = a_world(before=lambda w: setattr(w, "revocations", a_list(bits=others)))

        assert world.report().passed

    def test_the_last_index_of_the_list_counts(self):
        def before(world):
            world.badge["credentialStatus"]["statusListIndex"] = "131071"
            world.revocations = a_list(bits=(131_071,))

        assert a_world(before=before).report().state == "revoked"

    def test_a_newer_version_on_a_refresh_list_is_mentioned(self):
        def before(world):
            world.badge["credentialStatus"]["statusPurpose"] = "refresh"
            world.revocations = a_list(purpose="refresh", bits=(INDEX,))

        step = a_world(before=before).report().steps[6]

        assert step.outcome == "passed"
        assert step.message == (
            "badges.example has neither revoked nor suspended it. "
            "The issuer has a newer version of this badge."
        )

    def test_a_list_may_serve_several_purposes(self):
        def before(world):
            world.revocations["credentialSubject"]["statusPurpose"] = ["revocation", "suspension"]

        assert a_world(before=before).report().passed

    def test_an_unknown_status_leaves_the_badge_unverifiable(self):
        report = a_world(after=lambda w: w.files.update({LIST_URL: b"<html>"})).report()

        assert (report.verdict, report.state) == ("unverifiable", "unknown")


class TestRecipient:
    @pytest.mark.parametrize("typed", [HOLDER, f"  {HOLDER}\n", HOLDER.upper()])
    def test_the_holder_is_recognised_as_typed_trimmed_or_in_lower_case(self, typed):
        report = a_world(after=lambda w: setattr(w, "recipient", typed)).report()

        assert report.steps[8].outcome == "passed"
        assert report.steps[8].message == "It was awarded to the person whose address you gave."
        assert report.passed

    def test_the_address_never_appears_in_the_report(self):
        report = a_world(after=lambda w: setattr(w, "recipient", "eve@example.org")).report()

        assert "eve@" not in json.dumps(report.to_dict())
        assert report.state == "invalid"

    def test_md5_and_upper_case_hex_are_read(self):
        def before(world):
            digest = hashlib.md5((HOLDER + SALT).encode()).hexdigest().upper()  # noqa: S324 - read only
            world.badge["credentialSubject"]["identifier"][0]["identityHash"] = f"md5${digest}"
            world.recipient = HOLDER

        assert a_world(before=before).report().passed

    def test_the_published_hash_of_the_standard_is_reproduced(self):
        def before(world):
            world.badge["credentialSubject"]["identifier"][0].update(
                salt="Kosher",
                identityHash="sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
            )
            world.recipient = "a@example.com"

        assert a_world(before=before).report().passed

    def test_a_plain_identifier_is_compared_as_it_is(self):
        def before(world):
            identity = {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "eve@example.org",
                "identityType": "emailAddress",
            }
            world.badge["credentialSubject"]["identifier"] = [identity]
            world.recipient = "eve@example.org"

        assert a_world(before=before).report().passed

    def test_an_unknown_hash_matches_nobody(self):
        def before(world):
            world.badge["credentialSubject"]["identifier"][0]["identityHash"] = "sha1$00"
            world.recipient = HOLDER

        assert a_world(before=before).report().steps[8].reason == "recipient.other"

    def test_a_mailto_id_is_compared(self):
        def before(world):
            del world.badge["credentialSubject"]["identifier"]
            world.badge["credentialSubject"]["id"] = f"mailto:{HOLDER}"
            world.recipient = HOLDER

        report = a_world(before=before).report()

        assert report.passed
        assert report.summary.recipient_kind == "id"


class TestEndorsements:
    def endorsed(self, place="badge", **fields):
        def before(world):
            holders = {
                "badge": world.badge,
                "achievement": world.badge["credentialSubject"]["achievement"],
                "issuer": world.badge["issuer"],
            }
            holders[place]["endorsement"] = [signed(an_endorsement(**fields), ENDORSER)]

        return a_world(before=before)

    @pytest.mark.parametrize("place", ["badge", "achievement", "issuer"])
    def test_a_good_endorsement_passes_wherever_it_stands(self, place):
        report = self.endorsed(place).report()

        assert report.passed
        assert (
            report.steps[9].message == f"Its endorsements are signed by {shown(ENDORSER_DID, 60)}."
        )

    def test_an_endorsement_whose_key_can_not_be_fetched_leaves_the_badge_valid_and_says_so(self):
        def before(world):
            issuer = {"id": "did:web:far.example", "type": ["Profile"], "name": "Loin"}
            world.badge["endorsement"] = [signed(an_endorsement(issuer=issuer), ENDORSER)]

        report = a_world(before=before).report()

        assert report.passed
        assert (report.steps[9].outcome, report.steps[9].reason) == (
            "unknown",
            "endorsements.unavailable",
        )

    def test_an_endorsement_that_was_revoked_no_longer_counts(self):
        def before(world):
            url = "https://endorser.example/1.json"
            status = {
                **world.badge["credentialStatus"],
                "id": f"{url}#e",
                "statusListCredential": url,
            }
            endorsement = an_endorsement(credentialStatus=status)
            world.badge["endorsement"] = [signed(endorsement, ENDORSER)]
            revoked = {**a_list(url, bits=(INDEX,)), "issuer": ENDORSER_DID}
            world.files[url] = as_bytes(signed(revoked, ENDORSER))

        report = a_world(before=before).report()

        assert report.passed
        assert (report.steps[9].outcome, report.steps[9].reason) == (
            "unknown",
            "endorsements.ended",
        )

    def test_no_more_than_eight_are_looked_at(self):
        def before(world):
            world.badge["endorsement"] = [
                signed(an_endorsement(id=f"urn:x:{n}"), ENDORSER) for n in range(9)
            ]

        step = a_world(before=before).report().steps[9]

        assert (step.outcome, step.message) == (
            "unknown",
            "1 of its endorsements could not be checked.",
        )


def test_text_that_would_deceive_a_terminal_is_made_harmless():
    world = a_world(before=lambda w: w.badge["issuer"].update(name="A\u202eB\u2028C" + "x" * 200))

    report = world.report()

    assert report.summary.issuer_name.startswith("A\ufffdB\ufffdCx")
    assert len(report.summary.issuer_name) == 80
    assert "\u202e" not in report.steps[4].message


def test_the_json_form_of_a_report_is_stable():
    report = a_world(after=lambda w: w.badge.pop("proof")).report()

    written = report.to_dict()

    assert {k: v for k, v in written.items() if k not in ("steps", "says")} == {
        "source": "badge.json",
        "verdict": "invalid",
        "state": "invalid",
        "preview": False,
        "specimen": False,
        "notices": [],
    }
    assert written["steps"][4] == {
        "number": 4,
        "name": "signature",
        "outcome": "failed",
        "reason": "proof.missing",
        "message": "Nobody has signed this: it proves nothing.",
        "fix": "ask the holder or the issuer for an intact copy of the badge",
    }


def test_two_verifications_of_the_same_bytes_say_the_same():
    world = a_world()

    assert world.report() == copy.deepcopy(world).report()


def test_a_full_badge_with_every_class_of_the_standard_is_well_formed():
    world = World(badge=a_badge())
    achievement = world.badge["credentialSubject"]["achievement"]
    image = {"id": "data:image/png;base64,AA==", "type": "Image", "caption": "Un bouclier"}
    entry = {"type": "IdentifierEntry", "identifier": "BE0123", "identifierType": "ext:KBO"}
    alignment = {
        "type": ["Alignment"],
        "targetName": "x",
        "targetUrl": "http://data.europa.eu/esco/skill/1",
        "targetType": "ext:ESCOSkill",
    }
    level = {
        "id": f"{ACHIEVEMENT_ID}#l1",
        "type": ["RubricCriterionLevel"],
        "name": "Guidé",
        "level": "1",
        "points": "1",
        "alignment": [alignment],
    }
    achievement.update(
        image=image,
        achievementType="Badge",
        inLanguage="fr-BE",
        version="1",
        tag=["réseau"],
        creditsAvailable=2.5,
        alignment=[alignment],
        otherIdentifier=[entry],
        related=[{"id": "https://badges.example/nl", "type": ["Related"], "inLanguage": "nl"}],
        creator={
            "id": "https://www.technocite.example/",
            "type": ["Profile"],
            "name": "Technocité",
        },
        resultDescription=[
            {
                "id": f"{ACHIEVEMENT_ID}#r",
                "type": ["ResultDescription"],
                "name": "Grille",
                "resultType": "RubricCriterionLevel",
                "rubricCriterionLevel": [level],
                "allowedValue": ["a", "b"],
            }
        ],
    )
    world.badge["issuer"].update(
        image=image,
        url="https://www.technocite.example/",
        address={
            "type": ["Address"],
            "addressCountryCode": "BE",
            "geo": {"type": "GeoCoordinates", "latitude": 50.4, "longitude": 3},
        },
        parentOrg={"id": "urn:x:parent", "type": ["Profile"], "name": "Parent"},
        otherIdentifier=[entry],
    )
    world.badge["credentialSubject"].update(
        activityStartDate="2026-01-12T08:30:00Z",
        creditsEarned=2.5,
        result=[
            {
                "type": ["Result"],
                "resultDescription": f"{ACHIEVEMENT_ID}#r",
                "achievedLevel": f"{ACHIEVEMENT_ID}#l1",
                "status": "Completed",
            }
        ],
    )
    world.badge.update(
        awardedDate="2026-03-20T00:00:00Z",
        evidence=[{"id": "https://badges.example/e.pdf", "type": ["Evidence"], "name": "Rapport"}],
    )
    world.key = ISSUER
    world.sign()

    report = world.report()

    assert report.passed, report.decisive


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda w: w.did.update(verificationMethod=[], assertionMethod=[]), "key.not-listed"),
        (lambda w: w.did["verificationMethod"][0].update(revoked="2026-01-01T00:00:00Z"), "key.revoked"),
        (lambda w: setattr(w, "revocations", signed(a_list(bits=(INDEX,)))), "status.revoked"),
        (lambda w: w.revocations["credentialSubject"].update(encodedList="x"), "status.list-bits"),
        (lambda w: w.badge["credentialSubject"]["achievement"].update(name=1), "form.value"),
        (lambda w: w.badge["credentialSubject"]["achievement"].update(name="x"), "proof.signature"),
        (lambda w: setattr(w, "at", w.at + datetime.timedelta(days=4000)), "status.list-expired"),
    ],
    ids=["key", "revoked key", "bit", "list", "form", "name", "time"],
)  # fmt: skip
def test_what_was_found_good_is_judged_again_as_soon_as_anything_is_different(change, reason):
    world = a_world()
    assert world.report().passed
    assert world.report().passed

    change(world)

    assert world.report().decisive.reason == reason
