"""Compact tokens: what is written can be read, and only one spelling is read."""

import pytest
from signed_badges import AT, BADGE_ID, DID, LIST_URL, a_badge, a_list, as_bytes, signed
from signed_tokens import ALGORITHMS, KEY_URL, a_did_document, key

from obit_build.errors import (
    CanonicalizationError,
    CredentialError,
    FetchError,
    KeyFormatError,
)
from obit_build.issuing.credential_jwt import payload, token, token_id
from obit_build.securing.jwk import decode_base64url, encode_base64url, read_jwk, read_multikey
from obit_build.securing.jwt import compact, read_token
from obit_build.verifying.verify import verify

SUBJECT = "urn:uuid:2f2f5e0e-64c5-4a53-8f0e-0a4d3c0e5a77"


class TestCompact:
    def test_what_is_written_can_be_read(self):
        text = compact({"alg": "ES256", "kid": KEY_URL, "typ": "JWT"}, {"é": 1}, key("ES256").sign)

        read = read_token(text)

        assert read.header == {"alg": "ES256", "kid": KEY_URL, "typ": "JWT"}
        assert read.payload == {"é": 1}
        assert read.signed == text.rpartition(".")[0].encode()
        assert read_jwk(key("ES256").jwk).is_good(read.signed, read.signature)

    def test_a_header_that_we_would_not_read_is_not_written(self):
        with pytest.raises(CredentialError, match=r'^the token\'s header has a part "jku"$'):
            compact({"alg": "ES256", "jku": KEY_URL}, {}, key("ES256").sign)

    def test_a_token_beyond_all_measure_is_refused(self):
        with pytest.raises(CanonicalizationError, match=r"^the token is too long$"):
            read_token("a" * 1_400_001)


class TestBase64Url:
    @pytest.mark.parametrize("data", [b"", b"\0", b"\xff" * 31, b"ab"])
    def test_bytes_come_back(self, data):
        assert decode_base64url(encode_base64url(data)) == data

    @pytest.mark.parametrize("text", ["A", "AA=", "AB", "A A", "A+", "Ä", None, 1, "AAAAA"])
    def test_other_spellings_are_refused(self, text):
        with pytest.raises(KeyFormatError):
            decode_base64url(text)


class TestKeys:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_a_key_checks_its_own_signatures_only(self, algorithm):
        public = read_jwk(key(algorithm).jwk)
        signature = key(algorithm).sign(b"data")

        assert public.algorithm == algorithm
        assert public.is_good(b"data", signature)
        assert not public.is_good(b"Data", signature)
        assert not public.is_good(b"data", signature[:-1])
        assert not read_jwk(key(algorithm, "other").jwk).is_good(b"data", signature)

    def test_a_did_key_on_another_curve_is_refused(self):
        with pytest.raises(KeyFormatError, match=r'^"zDnx" is not a P-256 public key$'):
            read_multikey("zDnx")


class TestCredential:
    def test_the_claims_repeat_what_the_credential_says(self):
        badge = signed(a_badge(validUntil="2029-03-27T23:59:59Z"))

        written = payload(badge, subject=SUBJECT)

        assert {name: written[name] for name in ("iss", "jti", "sub", "nbf", "exp")} == {
            "iss": DID,
            "jti": BADGE_ID.removesuffix(".json") + ".jwt",
            "sub": SUBJECT,
            "nbf": 1774569600,
            "exp": 1869350399,
        }
        assert written["id"] == written["jti"] == token_id(BADGE_ID)
        assert "proof" not in written
        assert written["credentialSubject"]["id"] == SUBJECT
        assert written["credentialSubject"]["identifier"]
        assert "id" not in badge["credentialSubject"]

    def test_a_holder_with_an_id_keeps_it(self):
        badge = a_badge()
        badge["credentialSubject"]["id"] = "did:example:holder"

        assert payload(badge, subject=SUBJECT)["sub"] == "did:example:holder"

    @pytest.mark.parametrize("change", [{"validFrom": "2026-03-27"}, {"validFrom": None}])
    def test_a_credential_without_a_proper_date_is_refused(self, change):
        with pytest.raises(CredentialError, match=r"^a date of the credential has no time zone$"):
            payload(a_badge(**change), subject=SUBJECT)

    def test_a_credential_without_a_subject_is_refused(self):
        with pytest.raises(CredentialError, match=r"^the credential has no subject$"):
            payload(a_badge(credentialSubject=None), subject=SUBJECT)

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_our_own_verifier_accepts_what_we_write(self, algorithm):
        written = token(
            a_badge(),
            subject=SUBJECT,
            algorithm=algorithm,
            kid=KEY_URL,
            sign=key(algorithm).sign,
        )
        files = {
            KEY_URL: as_bytes(key(algorithm).jwk),
            LIST_URL: None,
            "https://badges.example/issuers/centre/did.json": as_bytes(
                a_did_document(key(algorithm))
            ),
        }

        def fetch(url):
            if files.get(url) is None:
                raise FetchError(url, fix="x")
            return files[url]

        report = verify(written.encode(), name="x", at=AT, fetch=fetch)

        assert report.steps[4].outcome == "passed"
        assert report.decisive.reason == "status.unavailable"
        assert a_list()["id"] == LIST_URL
