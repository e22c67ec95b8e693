"""The suite eddsa-jcs-2022: the W3C's published example, an independent one, and our own writing."""

import datetime

import known_answers as known
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from obit_build.errors import CanonicalizationError, SigningError
from obit_build.securing import proof_jcs, proof_suites
from obit_build.securing.keys import decode_multikey
from obit_build.securing.proof import add_proof

CREATED = datetime.datetime(2026, 3, 27, 15, 0, 5, tzinfo=datetime.UTC)
METHOD = f"{known.DID}#{known.MULTIKEY}"
# Signed by a program that obit did not write, with the key of the known answers.
VALUE = "zy4BaNVBQ3o8vcBAFU9tgQfSsUdsxTRc7H85suYZKej9QuWRCuMeuYjzxvxijuE4t1magFxZskxBxxAaf5Q9e9FL"

# VC Data Integrity EdDSA 1.0, appendix "Representation: eddsa-jcs-2022".
ALUMNI_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
ALUMNI_CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/examples/v2",
]
ALUMNI = {
    "@context": ALUMNI_CONTEXT,
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
ALUMNI_PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": f"did:key:{ALUMNI_KEY}#{ALUMNI_KEY}",
    "proofPurpose": "assertionMethod",
    "@context": ALUMNI_CONTEXT,
    "proofValue": "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
}


def sign(data):
    return Ed25519PrivateKey.from_private_bytes(known.SEED).sign(data)


def with_proof(document):
    return proof_jcs.add_proof(document, sign=sign, verification_method=METHOD, created=CREATED)


def test_the_w3c_example_has_its_published_hashes_and_its_signature_is_good():
    hashes = proof_jcs.hash_data(ALUMNI, ALUMNI_PROOF).hex()

    assert hashes == (
        "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
        "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
    )
    assert proof_suites.is_good(ALUMNI, ALUMNI_PROOF, decode_multikey(ALUMNI_KEY))


def test_the_signature_of_an_independent_program_comes_out_again():
    (proof,) = with_proof(known.DOCUMENT)["proof"]

    assert proof["proofValue"] == VALUE


def test_a_second_proof_comes_after_the_first_and_covers_the_document_alone():
    first = add_proof(known.DOCUMENT, sign=sign, verification_method=METHOD, created=CREATED)

    both = with_proof(first)

    assert [p["cryptosuite"] for p in both["proof"]] == ["eddsa-rdfc-2022", "eddsa-jcs-2022"]
    assert both["proof"][0] == first["proof"][0]
    assert both["proof"][1] == with_proof(known.DOCUMENT)["proof"][0]


def test_spaces_and_the_order_of_fields_do_not_matter_and_numbers_have_one_spelling():
    one = proof_jcs.canonical_json({"b": 3.0, "a": 1e21, "é": -0.0, "\U0001f600": 1, "\ufb33": 2})

    assert one.decode() == '{"a":1e+21,"b":3,"é":0,"😀":1,"\ufb33":2}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**60, "\ud800"])
def test_a_value_without_one_spelling_is_refused(value):
    with pytest.raises(
        CanonicalizationError,
        match=r"^the JSON holds a value that can't be written in one way only$",
    ):
        proof_jcs.canonical_json({"a": value})


@pytest.mark.parametrize(
    ("given", "good"),
    [
        (ALUMNI_CONTEXT, True),
        (ALUMNI_CONTEXT[:1], True),
        (ALUMNI_CONTEXT[0], True),
        (ALUMNI_CONTEXT[1:], False),
        ([*ALUMNI_CONTEXT, "urn:x"], False),
        (ALUMNI_CONTEXT[::-1], False),
    ],
)
def test_the_proofs_context_has_to_be_the_beginning_of_the_documents(given, good):
    proof = {**ALUMNI_PROOF, "@context": given}

    if good:
        assert len(proof_jcs.hash_data(ALUMNI, proof)) == 64
    else:
        with pytest.raises(
            CanonicalizationError, match=r"^the proof has another context than the document$"
        ):
            proof_jcs.hash_data(ALUMNI, proof)


def test_a_proof_without_a_context_is_signed_with_the_documents():
    proof = {name: value for name, value in ALUMNI_PROOF.items() if name != "@context"}

    assert proof_jcs.hash_data(ALUMNI, proof) == proof_jcs.hash_data(ALUMNI, ALUMNI_PROOF)


def test_a_signer_with_another_kind_of_key_is_refused():
    with pytest.raises(SigningError, match=r"^the signer returned 70 bytes instead of 64$"):
        proof_jcs.add_proof(
            known.DOCUMENT, sign=lambda _: bytes(70), verification_method=METHOD, created=CREATED
        )
