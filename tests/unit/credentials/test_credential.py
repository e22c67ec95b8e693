import datetime
import json

import hypothesis
import hypothesis.strategies as st
import pytest
from centre import (
    CANARY_EMAIL,
    CANARY_NAME,
    ISSUED,
    SITE,
    a_badge,
    a_centre,
    an_award,
    decided,
    with_settings,
)
from composed import GIVEN, a_full_award, credential

from obit_build.credentials.credential import (
    end_of,
    identity_hash,
    language_of,
    normalized_email,
    status_list_credential,
    valid_from,
    valid_until,
)
from obit_build.model.award import Recipient
from obit_build.model.settings import Defaults, Privacy
from obit_build.model.words import Code, Duration, Language, Text
from obit_build.securing.canonical import canonicalize

AT = f"{SITE}badges/pare-feu/v1/achievement.fr.json"


def test_a_minimal_award_becomes_this_credential():
    found = credential(an_award())

    assert found["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert found["id"] == f"{SITE}awards/{'a' * 32}/credential.json"
    assert found["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert found["name"] == "Pare-feu"
    assert found["issuer"] == {
        "id": "did:web:badges.example.org:x:issuers:citc",
        "type": ["Profile"],
        "name": "CITC",
        "url": "https://citc.example/",
    }
    assert found["awardedDate"] == found["validFrom"] == "2026-03-14T00:00:00Z"
    assert found["credentialStatus"] == {
        "id": f"{SITE}status/citc/2.json#4711",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "4711",
        "statusListCredential": f"{SITE}status/citc/2.json",
    }
    assert found["credentialSubject"]["achievement"]["id"] == AT
    for absent in ("validUntil", "evidence", "termsOfUse", "proof", "credentialSchema"):
        assert absent not in found


def test_a_full_award_says_everything_in_the_words_of_the_standard():
    found = credential(a_full_award())
    subject = found["credentialSubject"]

    assert found["validFrom"] == "2026-04-01T00:00:00Z"
    assert found["awardedDate"] == "2026-03-14T00:00:00Z"
    assert found["evidence"] == [
        {"id": "https://example.org/rapport", "type": ["Evidence"], "name": "Rapport", "genre": "report"},
        {"type": ["Evidence"], "description": "Oral", "narrative": "Vu par le jury.", "audience": "jury"},
    ]  # fmt: skip
    assert subject["result"] == [
        {"type": ["Result"], "resultDescription": f"{AT}#note", "value": "87"},
        {"type": ["Result"], "resultDescription": f"{AT}#regles", "status": "Completed", "achievedLevel": f"{AT}#autonome"},
    ]  # fmt: skip
    assert subject["activityStartDate"] == "2026-01-05T00:00:00Z"
    assert subject["activityEndDate"] == "2026-03-13T23:59:59Z"
    assert json.dumps(subject["creditsEarned"]) == "3"
    assert (subject["role"], subject["term"], subject["licenseNumber"]) == (
        "Chef d’équipe", "2026-1", "L-7",
    )  # fmt: skip
    assert subject["source"]["name"] == "Jury"
    assert subject["narrative"] == "A tenu le pare-feu."


@pytest.mark.parametrize("award", [an_award(), a_full_award(), an_award("2m8qa4xd")])
def test_every_word_of_a_credential_is_signed(award):
    assert canonicalize(credential(award))


def test_a_holder_with_an_address_is_known_by_its_salted_hash_alone():
    (identity,) = credential(an_award())["credentialSubject"]["identifier"]

    assert identity == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash(CANARY_EMAIL, GIVEN.salt),
        "identityType": "emailAddress",
        "salt": GIVEN.salt,
    }
    assert "id" not in credential(an_award())["credentialSubject"]


def test_a_holder_without_an_address_or_on_a_site_of_pseudonyms_is_a_random_number():
    pseudonyms = with_settings(a_centre(), privacy=Privacy(identity="pseudonym"))

    for found in (
        credential(an_award("2m8qa4xd")),
        credential(an_award("not-in-csv")),
        credential(an_award(), pseudonyms),
    ):
        assert found["credentialSubject"]["id"] == GIVEN.subject
        assert "identifier" not in found["credentialSubject"]


def test_no_name_and_no_address_of_the_holder_is_in_the_credential():
    shown = Recipient(
        code=Code("7f3k9m2q"), name=CANARY_NAME, email=CANARY_EMAIL, show_name=True,
        consent_date=ISSUED,
    )  # fmt: skip
    repository = a_centre(recipients={shown.code: shown})
    award = an_award(revoked=decided(why="raison"))

    said = json.dumps(credential(award, repository), ensure_ascii=False)

    for secret in (CANARY_NAME, CANARY_EMAIL, "7f3k9m2q", "canari", "Zéphyrine", "raison"):
        assert secret not in said


def test_the_published_hash_of_an_identity():
    assert identity_hash("a@example.com", "Kosher") == (
        "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    )


@pytest.mark.parametrize(
    ("typed", "hashed"),
    [
        (" Amelie.Dupont@Example.ORG\n", "amelie.dupont@example.org"),
        ("e\u0301lodie@example.org", "élodie@example.org"),
        ("ÉLODIE@example.org", "élodie@example.org"),
    ],
)
def test_an_address_is_hashed_in_one_spelling(typed, hashed):
    assert normalized_email(typed) == hashed


@hypothesis.given(st.text(st.characters(max_codepoint=0x24F), max_size=30))
def test_normalizing_an_address_twice_changes_nothing(typed):
    once = normalized_email(typed)

    assert normalized_email(once) == once


@pytest.mark.parametrize(
    ("award_fields", "badge", "site", "until"),
    [
        ({}, None, None, None),
        ({}, "P3Y", None, datetime.date(2029, 3, 14)),
        ({}, None, "P1Y", datetime.date(2027, 3, 14)),
        ({}, "P3Y", "P1Y", datetime.date(2029, 3, 14)),
        ({"expires": "never"}, "P3Y", "P1Y", None),
        ({"expires": datetime.date(2028, 1, 31)}, "P3Y", "P1Y", datetime.date(2028, 1, 31)),
        ({"valid_from": datetime.date(2026, 4, 1)}, "P1M", None, datetime.date(2026, 5, 1)),
    ],
)
def test_the_end_of_validity_is_the_awards_else_the_badges_else_the_sites(
    award_fields, badge, site, until
):
    award = an_award(**award_fields)
    repository = with_settings(a_centre(), defaults=Defaults(expires=site and Duration(site)))
    described = a_badge(expires=badge and Duration(badge))

    assert valid_until(repository.settings, described, award) == until


def test_the_last_day_of_validity_counts_to_its_last_second():
    found = credential(an_award(expires=datetime.date(2028, 1, 31)))

    assert found["validUntil"] == end_of(datetime.date(2028, 1, 31)) == "2028-01-31T23:59:59Z"
    assert valid_from(an_award()) == ISSUED


@pytest.mark.parametrize(
    ("award", "recipient", "chosen"),
    [
        (None, None, "fr"),
        (None, "nl", "nl"),
        ("fr", "nl", "fr"),
        ("nl-BE", None, "nl"),
        ("de", "nl", "nl"),
        ("de", "pl", "fr"),
    ],
)
def test_a_credential_speaks_the_awards_language_else_the_recipients_else_the_sites(
    award, recipient, chosen
):
    person = Recipient(code=Code("7f3k9m2q"), language=recipient and Language(recipient))
    repository = a_centre(recipients={person.code: person})
    given = an_award(language=award and Language(award))

    assert language_of(repository, repository.achievements["pare-feu"], given) == chosen
    assert credential(given, repository)["credentialSubject"]["achievement"]["inLanguage"] == chosen


def test_a_preview_and_a_specimen_say_so_under_their_signature():
    specimen = with_settings(a_centre(), specimen=True)

    preview = credential(an_award(), preview=True)
    both = credential(an_award(), specimen, preview=True)

    assert preview["name"] == "PREVIEW · Pare-feu"
    assert preview["termsOfUse"] == [{"type": "urn:x-obit:preview"}]
    assert credential(an_award(), specimen)["termsOfUse"] == [{"type": "urn:x-obit:specimen"}]
    assert credential(an_award(), specimen)["name"] == "Pare-feu"
    assert [t["type"] for t in both["termsOfUse"]] == ["urn:x-obit:preview", "urn:x-obit:specimen"]
    assert canonicalize(both)


PLAIN_TYPES = {"Image", "IdentityObject", "IdentifierEntry", "BitstringStatusListEntry"}


def walk(value):
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def test_the_shape_is_the_one_that_every_engine_accepts():
    found = credential(a_full_award())

    for node in walk(found):
        assert None not in node.values()
        assert [] not in node.values()
        assert "" not in node.values()
        kind = node.get("type")
        if isinstance(kind, str) and not kind.startswith("urn:"):
            assert kind in PLAIN_TYPES
        elif kind is not None and not isinstance(kind, str):
            assert not set(kind) & PLAIN_TYPES
        if "image" in node:
            assert node["image"].keys() >= {"id", "type"}
    assert isinstance(found["credentialStatus"], dict)


@hypothesis.settings(deadline=None, max_examples=25)
@hypothesis.given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\t"\\'), min_size=1)
)
def test_any_text_that_is_declared_goes_in_whole(words):
    found = credential(an_award(narrative=Text({"fr": words})))

    assert found["credentialSubject"]["narrative"] == words
    assert canonicalize(found)


def test_a_status_list_is_a_credential_that_may_name_its_companion():
    related = {
        "id": "https://a.example/1-suspension.json",
        "digestMultibase": "zQm",
        "mediaType": "application/vc",
    }
    url = "https://a.example/1.json"

    plain = status_list_credential(
        url=url, issuer="did:web:a.example", purpose="suspension", encoded="uH4s",
        at="2026-03-14T00:00:00Z", until=None,
    )  # fmt: skip
    full = status_list_credential(
        url=url, issuer="did:web:a.example", purpose="revocation", encoded="uH4s",
        at="2026-03-14T00:00:00Z", until="2026-03-21T00:00:00Z", related=related,
    )  # fmt: skip

    assert plain == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:a.example",
        "validFrom": "2026-03-14T00:00:00Z",
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "suspension",
            "encodedList": "uH4s",
        },
    }
    assert full["validUntil"] == "2026-03-21T00:00:00Z"
    assert full["relatedResource"] == [related]
    assert canonicalize(full)
