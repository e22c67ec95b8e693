"""Open Badges 2.0 as other people write them: what is accepted, and what the report says."""

import json

import pytest
from older_attacks import resigned
from older_badges import (
    ASSERTION,
    BADGE,
    CONTEXT,
    HOLDER,
    ISSUER,
    KEY,
    LIST,
    an_assertion,
    both,
    drop,
    hosted,
    pem,
    put,
    rsa_key,
    signed,
)
from older_ways import HOSTED_WAYS, SIGNED_WAYS
from pictures import chunk, png, svg, text_chunk

from obit_build.pictures.bake import bake_both


def test_a_hosted_badge_passes_step_by_step():
    report = hosted().report()

    assert [(step.name, step.outcome, str(step.message)) for step in report.steps] == [
        ("size", "passed", "The file has a reasonable size."),
        ("reading", "passed", "A credential was found in the JSON file."),
        ("version", "passed", "It is an Open Badges 2.0 assertion."),
        ("form", "passed", "It has everything that the standard asks of a badge that its issuer hosts."),
        ("signature", "passed", "It is genuine: Technocité (badges.example) publishes it at its own address."),
        ("refresh", "skipped", "The badge names no place with newer versions of it."),
        ("status", "passed", "badges.example still publishes it, so it has not been revoked."),
        ("dates", "passed", "It is valid since 2026-03-27, until 2029-03-27."),
        ("recipient", "skipped", "Whose badge it is was not asked."),
        ("endorsements", "skipped", "It carries no endorsements."),
        ("image", "skipped", "The picture or sheet itself is not signed; only the data in it is."),
    ]  # fmt: skip
    assert (report.state, report.notices, report.preview, report.specimen) == (
        "valid", (), False, False,
    )  # fmt: skip


def test_a_signed_badge_passes_by_the_issuers_key():
    report = signed().report()

    said = {step.name: str(step.message) for step in report.steps}
    assert report.state == "valid"
    assert said["form"] == (
        "It has everything that the standard asks of a badge that its issuer signs."
    )
    assert said["signature"] == (
        "The signature is good: nothing was changed since the key of Technocité (badges.example) signed it."
    )
    assert said["status"] == "badges.example has neither revoked nor suspended it."


def test_a_signed_badge_without_a_list_can_not_have_been_revoked():
    report = signed(drop("issuer.revocationList")).report()

    assert (report.state, report.steps[6].reason) == ("valid", "status.none")


def test_the_report_says_what_the_badge_says():
    assert hosted().report().summary.to_dict() == {
        "credential_id": ASSERTION,
        "name": "Gestion de pare-feu",
        "achievement_name": "Gestion de pare-feu",
        "achievement_id": BADGE,
        "issuer_id": ISSUER,
        "issuer_name": "Technocité",
        "valid_from": "2026-03-27T15:00:00Z",
        "valid_until": "2029-03-27T15:00:00Z",
        "awarded_date": "2026-03-27T15:00:00Z",
        "recipient_kind": "hashed email",
    }


# In which files it comes

WHOLE = json.dumps(an_assertion())


@pytest.mark.parametrize(
    "data",
    [
        png(before=text_chunk(b"openbadges", WHOLE.encode())),
        png(before=chunk(b"tEXt", b"openbadges\0" + ASSERTION.encode())),
        svg(
            f'<o:assertion xmlns:o="http://openbadges.org" verify="{ASSERTION}">'
            f"<![CDATA[{WHOLE}]]></o:assertion>"
        ),
        svg(f'<o:assertion xmlns:o="http://openbadges.org" verify="{ASSERTION}"/>'),
    ],
    ids=["png", "png with an address", "svg", "svg with an address"],
)
def test_a_hosted_badge_is_found_in_a_picture(data):
    report = hosted(put("hand", data)).report()

    assert (report.state, report.notices) == ("valid", ())


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_signed_badge_is_found_in_a_picture(kind):
    token = signed().data()
    pictures = {
        "png": png(before=text_chunk(b"openbadges", token)),
        "svg": svg(f'<o:assertion xmlns:o="http://openbadges.org" verify="{token.decode()}"/>'),
    }

    assert signed(put("hand", pictures[kind])).report().state == "valid"


def test_of_a_picture_with_both_generations_the_newer_one_is_checked():
    data = bake_both(png(), '{"type": ["VerifiableCredential"]}', WHOLE)

    report = hosted(put("hand", data)).report()

    assert report.decisive.reason == "version.not-a-badge"


# What the standard leaves open


@pytest.mark.parametrize("change", HOSTED_WAYS)
def test_other_ways_of_writing_a_hosted_badge_are_understood(change):
    report = hosted(change).report()

    assert (report.state, str(report.decisive.message)) == (
        "valid", "It is genuine: Technocité (badges.example) publishes it at its own address.",
    )  # fmt: skip


@pytest.mark.parametrize("change", SIGNED_WAYS)
def test_other_ways_of_writing_a_signed_badge_are_understood(change):
    assert signed(change).report().state == "valid"


def test_one_of_several_keys_is_enough_where_the_badge_names_none():
    former = {"owner": ISSUER, "publicKeyPem": pem(rsa_key("former"))}
    world = signed(
        both(
            put("issuer.publicKey", [f"{KEY}?former", KEY]),
            put("more", {f"{KEY}?former": {**former, "id": f"{KEY}?former"}}),
            resigned(verification={"type": "SignedBadge"}),
        )
    )

    assert world.report().state == "valid"


# What is published counts, not what is in hand


@pytest.mark.parametrize(
    "hand",
    [
        an_assertion(expires="2039-01-01T00:00:00Z"),
        an_assertion(evidence=[]),
        an_assertion(badge=f"{BADGE}?other"),
    ],
)
def test_a_file_that_says_something_else_is_not_what_is_checked(hand):
    report = hosted(put("hand", hand)).report()

    assert report.state == "valid"
    (notice,) = report.notices
    assert str(notice) == (
        "The file says something else than badges.example publishes as this badge; "
        "what is published was checked and is shown."
    )
    assert report.summary.valid_until == "2029-03-27T15:00:00Z"
    assert report.summary.achievement_id == BADGE


def test_a_file_that_gives_the_badge_to_somebody_else_does_not_make_it_theirs():
    stolen = {"type": "email", "hashed": False, "identity": "thief@example.org"}
    world = hosted(both(put("hand", an_assertion(recipient=stolen)), put("recipient", "thief@example.org")))  # fmt: skip

    assert world.report().decisive.reason == "recipient.other"


def test_a_badge_that_was_given_back_to_its_holder_counts_again():
    """A suspension ends when the site serves the whole assertion again."""
    suspended = hosted(put("assertion", {"@context": CONTEXT, "type": "Assertion", "id": ASSERTION, "revoked": True}))  # fmt: skip
    suspended.hand = an_assertion()
    restored = hosted(put("hand", an_assertion()))

    assert suspended.report().state == "revoked"
    assert restored.report().state == "valid"


def test_nothing_is_said_about_a_revoked_badge_that_its_site_no_longer_says():
    report = hosted(both(put("hand", an_assertion()), put("gone", {ASSERTION}), put("recipient", HOLDER))).report()  # fmt: skip

    assert report.summary.to_dict() == {"credential_id": ASSERTION}
    assert [(step.number, str(step.message)) for step in report.steps if step.reason == "blocked"] == [
        (7, "Not looked at, because nothing is left of the badge but that it was revoked."),
        (8, "Not looked at, because nothing is left of the badge but that it was revoked."),
    ]  # fmt: skip


# What else a reader should know


@pytest.mark.parametrize(
    ("name", "preview", "specimen"),
    [
        ("PREVIEW · Pare-feu", True, False),
        ("SPECIMEN · Pare-feu", False, True),
        ("Pare-feu · PREVIEW · ", False, False),
    ],
)
def test_a_preview_is_never_taken_for_a_badge(name, preview, specimen):
    report = hosted(put("badge.name", name)).report()

    assert (report.preview, report.specimen) == (preview, specimen)


def test_endorsements_are_named_and_not_counted():
    report = hosted(put("badge.endorsement", ["https://other.example/endorsement.json"])).report()

    assert (report.state, report.steps[9].reason) == ("valid", "endorsements.not-done")


def test_a_list_that_does_not_name_a_hosted_badge_leaves_it_valid():
    empty = {"@context": CONTEXT, "type": "RevocationList", "revokedAssertions": []}
    report = hosted(both(put("issuer.revocationList", LIST), put("revocations", empty))).report()

    assert (report.state, str(report.steps[6].message)) == (
        "valid", "badges.example has neither revoked nor suspended it.",
    )  # fmt: skip


def test_a_report_can_be_read_in_other_languages():
    report = hosted().report()

    said = {lang: report.to_dict(lang)["steps"][4]["message"] for lang in ("fr", "nl")}

    assert said == {
        "fr": "Il est authentique : Technocité (badges.example) le publie à sa propre adresse.",
        "nl": "Ze is echt: Technocité (badges.example) publiceert haar op haar eigen adres.",
    }
