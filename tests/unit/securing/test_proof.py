import copy
import datetime

import hypothesis
import hypothesis.strategies as st
import known_answers as known
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from obit_build.errors import CanonicalizationError, SigningError
from obit_build.securing.keys import decode_base58, decode_multikey, encode_base58
from obit_build.securing.proof import (
    add_proof,
    hash_data,
    proof_configuration,
    proof_is_good,
    transform,
)

CREATED = datetime.datetime(2026, 3, 27, 15, 0, 5, tzinfo=datetime.UTC)
KEY = Ed25519PrivateKey.from_private_bytes(known.SEED)


def signed(document, created=CREATED):
    return add_proof(
        document,
        sign=KEY.sign,
        verification_method=known.PROOF["verificationMethod"],
        created=created,
    )


def test_signing_gives_the_known_proof():
    assert signed(known.DOCUMENT) == {**known.DOCUMENT, "proof": [known.PROOF]}


def test_the_hash_is_that_of_the_proof_then_that_of_the_document():
    assert hash_data(known.DOCUMENT, known.PROOF).hex() == known.PROOF_HASH + known.DOCUMENT_HASH
    assert transform({**known.DOCUMENT, "proof": [known.PROOF]}) == known.CANONICAL_DOCUMENT


def test_the_known_proof_is_good():
    assert proof_is_good(known.DOCUMENT, known.PROOF, known.PUBLIC_KEY)


def test_the_published_example_of_the_w3c_holds():
    hashes = bytes.fromhex(known.W3C_PROOF_HASH + known.W3C_DOCUMENT_HASH)
    seed = decode_base58(known.W3C_SECRET[1:])[2:]
    key = Ed25519PrivateKey.from_private_bytes(seed)

    context = {"@context": "https://www.w3.org/ns/credentials/v2"}
    assert hash_data(context, known.W3C_PROOF)[:32].hex() == known.W3C_PROOF_HASH
    assert key.public_key().public_bytes_raw() == decode_multikey(known.W3C_MULTIKEY)
    assert "z" + encode_base58(key.sign(hashes)) == known.W3C_PROOF_VALUE


def places(value, path=()):
    """List the path of every string, number and boolean of a document."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from places(item, (*path, position))
    else:
        yield path


@pytest.mark.parametrize("path", list(places(known.DOCUMENT)), ids=str)
def test_any_change_of_the_document_breaks_the_signature(path):
    changed = copy.deepcopy(known.DOCUMENT)
    part = changed
    for step in path[:-1]:
        part = part[step]
    old = part[path[-1]]
    part[path[-1]] = (not old) if isinstance(old, bool) else old + "x"

    try:
        assert not proof_is_good(changed, known.PROOF, known.PUBLIC_KEY)
    except CanonicalizationError:
        assert path[0] == "@context" or "type" in path


@pytest.mark.parametrize("name", [n for n in known.PROOF if n != "proofValue"])
def test_any_change_of_the_proof_breaks_the_signature(name):
    changed = {**known.PROOF, name: known.PROOF[name] + "x"}

    try:
        assert not proof_is_good(known.DOCUMENT, changed, known.PUBLIC_KEY)
    except CanonicalizationError as error:
        assert name in ("type", "cryptosuite", "proofPurpose"), error.message


@hypothesis.settings(deadline=None, max_examples=40)
@hypothesis.given(st.integers(0, 511))
def test_any_flipped_bit_breaks_the_signature(bit):
    signature = bytearray(decode_base58(known.PROOF["proofValue"][1:]))
    signature[bit // 8] ^= 1 << bit % 8
    changed = {**known.PROOF, "proofValue": "z" + encode_base58(bytes(signature))}

    assert not proof_is_good(known.DOCUMENT, changed, known.PUBLIC_KEY)


@pytest.mark.parametrize(
    "value",
    [
        None, 5, [], "", "z", known.PROOF["proofValue"][1:], "u" + known.PROOF["proofValue"][1:],
        known.PROOF["proofValue"] + "1", "z1" + known.PROOF["proofValue"][1:],
        known.PROOF["proofValue"] + "0", "z" + "1" * 300,
    ],
)  # fmt: skip
def test_a_malformed_signature_is_not_good_and_raises_nothing(value):
    changed = {**known.PROOF, "proofValue": value}

    assert not proof_is_good(known.DOCUMENT, changed, known.PUBLIC_KEY)


def test_a_proof_without_a_value_is_not_good():
    without = {k: v for k, v in known.PROOF.items() if k != "proofValue"}

    assert not proof_is_good(known.DOCUMENT, without, known.PUBLIC_KEY)


def test_another_key_or_no_key_makes_it_not_good():
    other = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()

    assert not proof_is_good(known.DOCUMENT, known.PROOF, other)
    assert not proof_is_good(known.DOCUMENT, known.PROOF, b"short")


def test_a_context_of_the_proofs_own_changes_nothing():
    extra = {**known.PROOF, "@context": "https://evil.example/"}

    assert proof_configuration(known.DOCUMENT, extra)["@context"] == known.DOCUMENT["@context"]


@pytest.mark.parametrize(
    "change",
    [{"type": "Ed25519Signature2020"}, {"cryptosuite": "eddsa-jcs-2022"}, {"cryptosuite": None}],
)
def test_another_kind_of_proof_is_named_as_such(change):
    with pytest.raises(CanonicalizationError) as caught:
        hash_data(known.DOCUMENT, {**known.PROOF, **change})

    assert caught.value.message == "the proof is not a DataIntegrityProof with eddsa-rdfc-2022"


def test_the_time_is_written_in_utc_and_whole_seconds():
    brussels = datetime.timezone(datetime.timedelta(hours=2))
    moment = datetime.datetime(2026, 3, 27, 17, 0, 5, 999_999, tzinfo=brussels)

    assert signed(known.DOCUMENT, moment)["proof"] == [known.PROOF]


def test_signing_leaves_the_document_as_it_was():
    before = copy.deepcopy(known.DOCUMENT)

    signed(known.DOCUMENT)

    assert before == known.DOCUMENT


def test_a_signer_with_another_kind_of_key_is_refused():
    with pytest.raises(SigningError) as caught:
        add_proof(
            known.DOCUMENT,
            sign=lambda _: b"x" * 71,
            verification_method="did:a:b#c",
            created=CREATED,
        )

    assert caught.value.message == "the signer returned 71 bytes instead of 64"
    assert caught.value.fix == "use an Ed25519 key"


@hypothesis.settings(deadline=None, max_examples=25)
@hypothesis.given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\t"\\'), min_size=1)
)
def test_any_text_signs_and_verifies_and_no_other_text_does(text):
    document = {**known.DOCUMENT, "name": text}

    proof = signed(document)["proof"][0]

    assert proof_is_good(document, proof, known.PUBLIC_KEY)
    assert not proof_is_good({**document, "name": text + "x"}, proof, known.PUBLIC_KEY)
