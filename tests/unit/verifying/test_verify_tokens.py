"""Tokens that are good: kinds of keys, places of keys, data models, claims; and endorsements in tokens."""

import json

import pytest
from pictures import png, svg
from signed_badges import (
    ACHIEVEMENT_ID,
    AT,
    DID,
    LIST_URL,
    a_list,
    a_world,
    an_endorsement,
    as_bytes,
    signed,
)
from signed_tokens import (
    ALGORITHMS,
    HOLDER_ID,
    KEY_URL,
    TokenWorld,
    a_token,
    an_older_payload,
    b64,
    key,
)

from obit_build.pictures.bake import bake
from obit_build.securing.keys import encode_base58, encode_multikey
from obit_build.verifying.verify import verify


def did_jwk(algorithm="ES256"):
    return "did:jwk:" + b64(json.dumps(key(algorithm).jwk).encode())


def issued_by(did, kid):
    """Let the badge be of another issuer; it has no list then."""

    def change(world):
        world.payload["issuer"]["id"] = did
        world.payload["iss"] = did
        world.header["kid"] = kid
        del world.payload["credentialStatus"]

    return change


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_of_the_standard_is_read(algorithm):
    report = a_token(algorithm=algorithm).report()

    assert report.passed
    assert report.steps[1].message == "A credential was found in the token."
    assert report.steps[6].outcome == "passed"
    assert report.summary.recipient_kind == "hashed emailAddress"


def test_a_key_at_an_address_counts_if_the_issuer_lists_the_same_key():
    assert a_token(lambda w: w.header.update(kid=KEY_URL)).report().passed


def test_a_key_listed_under_its_address_is_not_fetched_again():
    def before(world):
        world.header["kid"] = KEY_URL
        world.did["verificationMethod"][0]["id"] = KEY_URL
        world.did["assertionMethod"][0] = KEY_URL
        world.files[KEY_URL] = b"not asked for"

    assert a_token(before).report().passed


def test_a_key_that_the_token_brings_along_counts_if_the_issuer_lists_it():
    def before(world):
        world.header = {"alg": "ES256", "jwk": key("ES256").jwk}

    assert a_token(before).report().passed


def test_an_ed25519_key_may_be_listed_as_a_multikey():
    def before(world):
        public = encode_multikey(world.signer.private.public_key().public_bytes_raw())
        method = world.did["verificationMethod"][0]
        method.update(type="Multikey", publicKeyMultibase=public)
        del method["publicKeyJwk"]

    assert a_token(before, algorithm="EdDSA").report().passed


def test_a_token_of_a_bare_ed25519_key_is_valid_with_a_warning():
    public = key("EdDSA").private.public_key().public_bytes_raw()
    did = f"did:key:{encode_multikey(public)}"

    for kid in (did, f"{did}#{did[8:]}"):
        report = a_token(issued_by(did, kid), algorithm="EdDSA").report()

        assert report.passed
        assert report.notices == (
            "The issuer is a bare key: nothing shows whose it is. Its name is only what the badge says.",
        )


def test_a_token_of_a_bare_p256_key_is_valid():
    numbers = key("ES256").private.public_key().public_numbers()
    point = bytes([2 + numbers.y % 2]) + numbers.x.to_bytes(32, "big")
    multikey = "z" + encode_base58(b"\x80\x24" + point)
    did = f"did:key:{multikey}"

    assert multikey.startswith("zDn")
    assert a_token(issued_by(did, f"{did}#{multikey}")).report().passed


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_of_a_did_jwk_is_valid(algorithm):
    did = did_jwk(algorithm)

    assert a_token(issued_by(did, f"{did}#0"), algorithm=algorithm).report().passed


def test_a_token_of_the_older_data_model_says_in_claims_what_it_leaves_out():
    report = a_token(payload={**an_older_payload(), "exp": 1780228800}).report()

    assert report.state == "expired"
    assert report.steps[4].outcome == "passed"
    assert report.summary.credential_id.endswith("/credential.json")
    assert report.summary.valid_from == "2026-03-27T00:00:00Z"
    assert report.summary.valid_until == "2026-05-31T12:00:00Z"


def test_the_w3cs_kind_of_token_needs_no_claims():
    def before(world):
        world.header["typ"] = "vc+jwt"
        for name in ("iss", "jti", "sub", "nbf"):
            del world.payload[name]

    assert a_token(before).report().passed


def test_an_end_that_only_the_claims_know_counts():
    assert a_token(lambda w: w.payload.update(exp=1780228800)).report().state == "expired"


def test_an_embedded_proof_in_a_token_is_checked_too():
    def before(world):
        names = ("iss", "jti", "sub", "nbf")
        badge = {name: item for name, item in world.payload.items() if name not in names}
        world.payload.update(proof=signed(badge)["proof"])

    assert a_token(before).report().passed


@pytest.mark.parametrize("picture", [png(), svg()], ids=["png", "svg"])
def test_a_token_baked_into_a_picture_is_read(picture):
    world = a_token()

    report = verify(bake(picture, world.token), name="x", at=AT, fetch=world.fetch)

    assert report.passed


def test_a_line_feed_after_the_token_is_no_harm():
    world = a_token()
    world.token += "\r\n"

    assert world.report().passed


def test_a_status_list_in_a_token_counts():
    def before(world):
        listing = a_list(bits=(48211,))
        inner = TokenWorld(payload=listing)
        inner.header["typ"] = "vc+jwt"
        inner.seal()
        world.files[LIST_URL] = inner.token.encode()

    assert a_token(before).report().state == "revoked"


def test_a_status_list_in_a_token_of_somebody_else_does_not():
    def before(world):
        inner = TokenWorld(payload=a_list(), signer=key("ES256", "thief"))
        inner.header["typ"] = "vc+jwt"
        inner.seal()
        world.files[LIST_URL] = inner.token.encode()

    step = a_token(before).report().steps[6]

    assert (step.outcome, step.reason) == ("failed", "status.list-signature")


class TestEndorsements:
    def badge_with(self, **changes):
        did = did_jwk()
        issuer = {"id": did, "type": ["Profile"], "name": "Fédération"}
        inner = TokenWorld(payload={**an_endorsement(issuer=issuer), **changes})
        inner.header = {"alg": "ES256", "kid": f"{did}#0", "typ": "vc+jwt"}
        inner.seal()
        return a_world(before=lambda w: w.badge.update(endorsementJwt=[inner.token]))

    def test_a_good_endorsement_in_a_token_passes(self):
        report = self.badge_with().report()

        assert report.passed
        assert report.steps[9].outcome == "passed"

    def test_an_endorsement_in_a_token_has_to_be_about_the_badge(self):
        subject = {"id": "urn:x", "type": ["EndorsementSubject"]}

        report = self.badge_with(credentialSubject=subject).report()

        assert report.steps[9].reason == "endorsements.subject"

    def test_a_badge_in_place_of_an_endorsement_is_refused(self):
        report = self.badge_with(type=["VerifiableCredential", "OpenBadgeCredential"]).report()

        assert report.steps[9].message.startswith(
            "One of its endorsements can't be relied on. This is not an endorsement as the standard describes it: "
        )


def test_the_holders_id_is_compared():
    world = a_token(lambda w: w.payload["credentialSubject"].pop("identifier"))

    report = verify(world.token.encode(), name="x", at=AT, fetch=world.fetch, recipient=HOLDER_ID)

    assert report.passed
    assert report.summary.achievement_id == ACHIEVEMENT_ID
    assert DID in report.summary.issuer_id


def test_only_the_issuers_addresses_are_fetched():
    world = a_token()
    asked = []

    def fetch(url):
        asked.append(url)
        return world.fetch(url)

    verify(world.token.encode(), name="x", at=AT, fetch=fetch)

    assert sorted(asked) == ["https://badges.example/issuers/centre/did.json", LIST_URL]
    assert as_bytes(world.did)
