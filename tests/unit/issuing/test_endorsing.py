import dataclasses
import datetime
import json

import pytest
from centre import NOON, SITE, CountingSigner, a_badge, a_centre, a_key, with_settings
from endorsed import BADGE, BASE, ISSUER

from obit_build.centre.endorsements import read_endorsement
from obit_build.checks import run_checks
from obit_build.credentials.credential import SPECIMEN_TERMS
from obit_build.errors import CanonicalizationError, CredentialError, SigningError
from obit_build.issuing.endorsing import (
    Opinion,
    Target,
    endorsement_credential,
    endorser_did,
    sign_endorsement,
    target_of,
)
from obit_build.model.settings import KeyDeclaration
from obit_build.model.words import PublicKeyMultibase, Slug
from obit_build.securing.keys import encode_multikey

TECHNOCITE = "did:web:badges.example.org:x:issuers:technocite"
AWARD = "abcdefghijklmnopqrstuvwxyz234567"


def an_opinion(comment="Très *utile*.", language="fr", **fields):
    return Opinion(comment=comment, language=language, at=NOON, **fields)


def written(repository=None, target=None, opinion=None, did="did:key:z6Mk", by="technocite"):
    repository = repository or a_centre()
    target = target or Target(BADGE, "Pare-feu")
    endorser = repository.profiles[by]
    return endorsement_credential(repository, endorser, did, target, opinion or an_opinion())


def with_key(name, issuer="technocite"):
    key = PublicKeyMultibase(encode_multikey(a_key(name).public_key))
    declared = KeyDeclaration(issuer=Slug(issuer), public_key_multibase=key, signer="env:KEY")
    return with_settings(a_centre(), keys=(declared,))


# What is endorsed


@pytest.mark.parametrize(
    ("text", "language", "target"),
    [
        ("pare-feu", "fr", Target(BADGE, "Pare-feu")),
        ("badge:pare-feu", "nl", Target(BADGE.replace(".fr.", ".nl."), "Firewall")),
        ("citc", "fr", Target(ISSUER, "CITC")),
        ("issuer:technocite", "nl", Target(TECHNOCITE, "Technocité")),
        (AWARD, "fr", Target(f"{SITE}awards/{AWARD}/credential.json", AWARD)),
        ("https://other.example/b.json", "fr", Target("https://other.example/b.json", "https://other.example/b.json")),
        ("did:web:other.example", "fr", Target("did:web:other.example", "did:web:other.example")),
    ],
)  # fmt: skip
def test_a_target_is_a_folder_an_award_or_an_address(text, language, target):
    assert target_of(a_centre(), text, language) == target


def test_a_badge_that_does_not_exist_in_the_language_is_endorsed_as_it_is():
    repository = a_centre()
    badge = dataclasses.replace(a_badge(), name=repository.profiles["citc"].name)
    repository = dataclasses.replace(repository, achievements={"pare-feu": badge})

    assert target_of(repository, "pare-feu", "nl").id == BADGE


@pytest.mark.parametrize(
    "text", ["pare-fue", "badge:citc", "issuer:pare-feu", "", "../x", "badge:"]
)
def test_a_target_that_is_nothing_is_refused(text):
    with pytest.raises(CredentialError, match="there is no badge and no issuer"):
        target_of(a_centre(), text, "fr")


def test_a_name_that_means_two_things_is_refused():
    repository = a_centre()
    twin = dataclasses.replace(repository.profiles["citc"], slug=Slug("pare-feu"))
    repository = dataclasses.replace(repository, profiles={"pare-feu": twin})

    with pytest.raises(CredentialError) as caught:
        target_of(repository, "pare-feu", "fr")

    assert caught.value.message == '"pare-feu" is a badge and an issuer'
    assert caught.value.fix == "write badge:pare-feu or issuer:pare-feu"


# What is written


def test_an_endorsement_says_who_what_and_since_when():
    document = written(opinion=an_opinion(until=datetime.date(2027, 3, 31)))

    assert list(document) == [
        "@context", "id", "type", "name", "issuer", "validFrom", "validUntil", "credentialSubject",
    ]  # fmt: skip
    assert document["type"] == ["VerifiableCredential", "EndorsementCredential"]
    assert document["name"] == "Endossement de «\u202fPare-feu\u202f»"
    assert document["issuer"] == {"id": "did:key:z6Mk", "type": ["Profile"], "name": "Technocité"}
    assert document["validFrom"] == "2026-11-21T12:00:00Z"
    assert document["validUntil"] == "2027-03-31T23:59:59Z"
    assert document["credentialSubject"] == {
        "id": BADGE,
        "type": ["EndorsementSubject"],
        "endorsementComment": "Très *utile*.",
    }


def test_its_id_is_made_of_what_it_says():
    one, same, other = written(), written(), written(opinion=an_opinion("Autre."))

    assert one["id"].startswith("urn:uuid:")
    assert one["id"] == same["id"] != other["id"]


def test_a_specimen_site_endorses_as_a_specimen():
    document = written(with_settings(a_centre(), specimen=True))

    assert document["termsOfUse"] == [{"type": SPECIMEN_TERMS}]


def test_an_empty_comment_is_refused():
    with pytest.raises(CredentialError, match="the comment is empty"):
        written(opinion=an_opinion(""))


def test_an_end_before_the_beginning_is_refused():
    with pytest.raises(CredentialError) as caught:
        written(opinion=an_opinion(until=datetime.date(2026, 11, 20)))

    assert caught.value.message == "the endorsement would end on 2026-11-20, before it begins"


# Who signs


def test_a_bare_key_signs_in_its_own_name():
    key = a_key("bare")

    did = endorser_did(a_centre(), a_centre().profiles["citc"], key, bare=True)

    assert did == f"did:key:{encode_multikey(key.public_key)}"


def test_an_issuer_signs_with_the_key_that_obit_yaml_publishes():
    repository = with_key("right")
    technocite = repository.profiles["technocite"]

    assert endorser_did(repository, technocite, a_key("right"), bare=False) == TECHNOCITE
    with pytest.raises(SigningError, match='the signer of "technocite" holds the key'):
        endorser_did(repository, technocite, a_key("wrong"), bare=False)


def test_an_issuer_without_a_published_key_is_told_what_to_do():
    with pytest.raises(SigningError) as caught:
        endorser_did(a_centre(), a_centre().profiles["citc"], a_key("any"), bare=False)

    assert caught.value.message == (
        'obit.yaml publishes no key for "citc", so nobody could check its signature'
    )
    assert caught.value.fix == "declare the key under keys: in obit.yaml, or add --did-key"


def findings(repository, data):
    read, problems = read_endorsement("badges/pare-feu/endorsements/technocite.json", data)
    assert problems == []
    repository = dataclasses.replace(repository, endorsements=(read,))
    return [p.check for p in run_checks(repository, at=NOON) if "endors" in p.check]


@pytest.mark.parametrize("bare", [True, False])
def test_what_is_signed_passes_its_own_checks(bare):
    repository, key = with_key("technocite"), a_key("technocite")
    did = endorser_did(repository, repository.profiles["technocite"], key, bare=bare)

    data = sign_endorsement(repository, written(repository, did=did), key, NOON)

    assert findings(repository, data) == []
    assert json.loads(data)["proof"][0]["created"] == "2026-11-21T12:00:00Z"


def test_the_same_opinion_by_the_same_key_gives_the_same_bytes():
    key = a_key("bare")
    did = f"did:key:{encode_multikey(key.public_key)}"
    document = written(did=did)

    assert sign_endorsement(a_centre(), document, key, NOON) == sign_endorsement(
        a_centre(), document, key, NOON
    )


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({**written(), "surprise": 1}, CredentialError),
        (written(target=Target("not an address", "x")), CredentialError),
        (written(did="did:key:z6Mk"), CredentialError),
        (written(did="did:web:x", opinion=an_opinion("\x07")), CanonicalizationError),
    ],
)
def test_no_key_signs_what_is_no_endorsement(document, error):
    signer = CountingSigner("endorser")

    with pytest.raises(error):
        sign_endorsement(a_centre(), document, signer, NOON)

    assert signer.calls == 0


def test_a_comment_in_any_script_survives():
    key = a_key("bare")
    comment = 'Été « super » 👍 "ok" \\ עברית\n\n- un\n- deux'
    did = f"did:key:{encode_multikey(key.public_key)}"
    document = written(did=did, opinion=an_opinion(comment), target=Target(BASE, "x"))

    data = sign_endorsement(a_centre(), document, key, NOON)

    assert json.loads(data)["credentialSubject"]["endorsementComment"] == comment
