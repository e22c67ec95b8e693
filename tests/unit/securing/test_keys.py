import contextlib

import hypothesis
import hypothesis.strategies as st
import known_answers as known
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from obit_build.errors import KeyFormatError
from obit_build.securing.keys import (
    ALPHABET,
    decode_base58,
    decode_multikey,
    did_document,
    did_document_url,
    did_for,
    encode_base58,
    encode_multikey,
    method_id,
    refuse_weak,
)

# The encodings, canonical or not, of the eight points whose order divides 8 (Chalkias, Garillot
# and Nikolaenko, "Taming the many EdDSAs", table 6c, and the same with the other sign bit).
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


def test_a_multikey_is_the_known_text_of_the_known_key():
    assert encode_multikey(known.PUBLIC_KEY) == known.MULTIKEY
    assert decode_multikey(known.MULTIKEY) == known.PUBLIC_KEY


@pytest.mark.parametrize(
    "text",
    [
        "", "z", "z6Mk", known.MULTIKEY[1:], known.MULTIKEY[:-1], known.MULTIKEY + "1",
        "z1" + known.MULTIKEY[1:], "u" + known.MULTIKEY[1:], known.MULTIKEY + " ",
        known.MULTIKEY.replace("M", "0"), known.W3C_SECRET, "z" * 10_000,
        "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
    ],
)  # fmt: skip
def test_other_text_is_not_an_ed25519_public_key(text):
    with pytest.raises(KeyFormatError) as caught:
        decode_multikey(text)

    assert caught.value.message == f'"{text[:60]}" is not an Ed25519 public key'
    assert caught.value.fix == 'an Ed25519 Multikey begins with "z6Mk"'


@pytest.mark.parametrize("encoding", SMALL_ORDER)
def test_a_weak_point_is_refused_as_a_key(encoding):
    weak = bytes.fromhex(encoding)

    for refuse in (lambda: refuse_weak(weak), lambda: decode_multikey(encode_multikey(weak))):
        with pytest.raises(KeyFormatError) as caught:
            refuse()
        assert caught.value.message == (
            "this public key is one of the weak points under which forged signatures verify"
        )
        assert caught.value.fix == "make a new key with `obit key new`"


def test_a_weak_point_would_have_let_a_forgery_pass():
    neutral = bytes.fromhex(SMALL_ORDER[0])
    forged = neutral + bytes(32)  # R = the neutral point, S = 0: true of every message

    with contextlib.suppress(InvalidSignature):  # welcome in a library; obit does not rely on it
        Ed25519PublicKey.from_public_bytes(neutral).verify(forged, b"any message")
    with pytest.raises(KeyFormatError):
        refuse_weak(neutral)


@hypothesis.given(st.binary(min_size=32, max_size=32))
def test_the_key_of_any_seed_reads_back_and_begins_like_a_multikey(seed):
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

    text = encode_multikey(public)

    assert text.startswith("z6Mk")
    assert len(text) == 48
    assert decode_multikey(text) == public


@hypothesis.given(st.binary(max_size=64))
def test_base58_reads_back(data):
    assert decode_base58(encode_base58(data)) == data


@hypothesis.given(st.binary(max_size=300))
def test_base58_is_what_dividing_digit_by_digit_gives(data):
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits

    assert encode_base58(data) == "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


@pytest.mark.parametrize("power", [*range(1, 89), 127, 128, 129, 256])
def test_base58_of_numbers_around_a_power_of_58(power):
    for digits in ("z" * power, "2" + "1" * power, "2" + "1" * (power - 1) + "2"):
        assert encode_base58(decode_base58(digits, limit=300)) == digits


@hypothesis.given(st.text(ALPHABET, max_size=60))
def test_every_base58_text_has_one_meaning(text):
    assert encode_base58(decode_base58(text)) == text


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "é", "1 1", "1" * 201])
def test_other_letters_are_not_base58(text):
    with pytest.raises(KeyFormatError) as caught:
        decode_base58(text)

    assert caught.value.message == "the text is not base58btc"


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:badges.technocite.example", "https://badges.technocite.example/.well-known/did.json"),
        ("did:web:badges.technocite.example:emetteur", "https://badges.technocite.example/emetteur/did.json"),
        ("did:web:localhost%3A8443:a:b", "https://localhost:8443/a/b/did.json"),
        ("did:web:org.github.io:repo", "https://org.github.io/repo/did.json"),
        ("did:web:ORG.github.io:Repo", "https://org.github.io/Repo/did.json"),
        ("did:web:a.example:x%20y", "https://a.example/x%20y/did.json"),
    ],
)  # fmt: skip
def test_a_did_says_where_its_document_is(did, url):
    assert did_document_url(did) == url


@pytest.mark.parametrize(
    "did",
    [
        "", "did:web:", "did:key:z6Mk", "did:web:a b", "did:web:a.example/x", "did:web:user@a.example",
        "did:web:a.example%3Ax", "did:web:a.example:x#y", "did:web:a.example:x?y", "https://a.example/",
        "did:web:a.example%2Fx", "did:web:a.example\n", "did:web:é.example", "did:web:[::1]",
    ],
)  # fmt: skip
def test_what_is_not_a_did_web_is_refused(did):
    with pytest.raises(KeyFormatError) as caught:
        did_document_url(did)

    assert caught.value.message == f'"{did}" is not a did:web'


@pytest.mark.parametrize(
    "did", ["did:web:a.example:..:x", "did:web:a.example:%2E%2E", "did:web:a.example:x%2Fy", "did:web:a.example:%5C"]
)  # fmt: skip
def test_a_did_never_leads_out_of_its_folder(did):
    with pytest.raises(KeyFormatError) as caught:
        did_document_url(did)

    assert caught.value.message == f'"{did}" leads out of its folder'


@pytest.mark.parametrize(
    ("site", "did"),
    [
        ("https://badges.example.org", "did:web:badges.example.org:issuers:citc"),
        ("https://badges.example.org/", "did:web:badges.example.org:issuers:citc"),
        ("https://org.github.io/repo/x", "did:web:org.github.io:repo:x:issuers:citc"),
        ("http://localhost:8000", "did:web:localhost%3A8000:issuers:citc"),
    ],
)
def test_an_issuers_did_follows_from_the_site(site, did):
    assert did_for(site, "citc") == did


@hypothesis.given(
    st.from_regex(r"[a-z0-9]{1,8}(\.[a-z]{2,5}){1,2}", fullmatch=True),
    st.none() | st.integers(1, 65535),
    st.lists(st.from_regex(r"[A-Za-z0-9_~-]{1,6}", fullmatch=True), max_size=3),
)
def test_the_did_of_any_site_leads_to_the_file_that_the_site_publishes(host, port, path):
    site = "https://" + "/".join([host + (f":{port}" if port else ""), *path])

    assert did_document_url(did_for(site, "citc")) == f"{site}/issuers/citc/did.json"


def test_a_did_document_lists_every_key_for_assertions():
    other = encode_multikey(bytes(31) + b"\x07")

    document = did_document(known.DID, [known.MULTIKEY, other], ["https://a.example/"])

    assert document == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": known.DID,
        "alsoKnownAs": ["https://a.example/"],
        "verificationMethod": [
            {
                "id": f"{known.DID}#{key}",
                "type": "Multikey",
                "controller": known.DID,
                "publicKeyMultibase": key,
            }
            for key in (known.MULTIKEY, other)
        ],
        "assertionMethod": [f"{known.DID}#{known.MULTIKEY}", f"{known.DID}#{other}"],
    }
    assert "alsoKnownAs" not in did_document(known.DID, [known.MULTIKEY])


def test_the_fragment_of_a_verification_method_is_the_key():
    assert method_id(known.DID, known.MULTIKEY) == known.PROOF["verificationMethod"]
