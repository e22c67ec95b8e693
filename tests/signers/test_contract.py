"""What every signer keeps, wherever its key is (the same tests for all)."""

import concurrent.futures
import copy
import dataclasses
import os
import pickle
import traceback

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from places import BOTH_KINDS, PLACES, a_key

from obit_build.credentials.issuer_keys import encode_key
from obit_build.errors import KeyFormatError, SigningError
from obit_build.issuing.signing import ALGORITHMS, refuse_other_key
from obit_build.model.settings import KeyDeclaration
from obit_build.securing.keys import encode_multikey
from obit_build.signers import signer as of_signers
from obit_build.signers.opening import SCHEMES

SIZES = (0, 1, 64, 4096, 4097, 70_000)
TOO_LONG = {("awskms", "Ed25519"): 4096, ("gcpkms", "Ed25519"): 65_536}
SLOW = {"exec": 4}  # starts a Python for each signature

# RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc).
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]


@pytest.fixture(params=BOTH_KINDS, ids="-".join)
def kind(request):
    return request.param


@pytest.fixture
def place(kind):
    return kind[0]


@pytest.fixture
def key(kind):
    return a_key(kind[1])


@pytest.fixture
def held(bench, place, key):
    return bench.hold(place, key)


def is_good(key, signature, message):
    public = key.public_key()
    try:
        if isinstance(key, Ed25519PrivateKey):
            public.verify(signature, message)
        else:
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def test_every_kind_of_signer_is_held_to_this_contract():
    assert set(PLACES) == set(SCHEMES)


def test_it_says_which_key_it_has(held, kind, key):
    signer = held.open()

    raw = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    point = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    assert signer.alg == kind[1]
    assert signer.public_key == key.public_key().public_bytes(
        *(raw if kind[1] == "Ed25519" else point)
    )
    assert signer.uri == held.uri.partition("?")[0]


def test_a_signature_has_64_bytes_and_verifies_whatever_the_size(held, kind, key):
    signer, limit = held.open(), TOO_LONG.get(kind, max(SIZES))

    for size in SIZES:
        message = os.urandom(size)
        if size > limit:
            with pytest.raises(SigningError) as caught:
                signer.sign(message)
            assert caught.value.message == (
                f"the message is too long for {held.uri}: {size} bytes, where {limit} are the most"
            )
        else:
            signature = signer.sign(message)
            assert len(signature) == 64
            assert is_good(key, signature, message)
            assert not is_good(key, signature, message + b"x")


@pytest.mark.parametrize("where", PLACES)
def test_ed25519_signs_the_same_message_the_same_way_a_hundred_times(bench, where):
    signer = bench.hold(where, a_key("Ed25519")).open()

    assert len({signer.sign(b"again") for _ in range(SLOW.get(where, 100))}) == 1


@pytest.mark.parametrize("where", PLACES)
def test_ed25519_gives_the_signatures_of_rfc_8032(bench, where, monkeypatch):
    monkeypatch.setattr(of_signers, "KNOWN_KEYS", frozenset())  # these are refused otherwise

    for seed, message, signature in RFC_8032:
        known = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        signer = bench.hold(where, known).open()
        assert signer.sign(bytes.fromhex(message)).hex() == signature


@pytest.mark.parametrize("where", PLACES)
def test_a_key_that_is_printed_in_a_standard_is_refused_wherever_it_is(bench, where):
    held = bench.hold(where, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(RFC_8032[3][0])))

    with pytest.raises(SigningError) as caught:
        held.open()

    assert caught.value.message == (
        f"the key in {held.uri.partition('?')[0]} is a published test key"
    )


def test_two_threads_sign_five_hundred_messages_each_without_mixing_them_up(held, place, key):
    signer, count = held.open(), SLOW.get(place, 500)
    messages = [f"message {number}".encode() for number in range(2 * count)]

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        signatures = list(pool.map(signer.sign, messages))

    assert all(map(is_good, [key] * len(messages), signatures, messages))


def test_two_keys_in_one_place_are_open_at_the_same_time(bench, place, kind):
    keys = [a_key(kind[1], name) for name in ("first", "second")]
    signers = [bench.hold(place, key).open() for key in keys]

    for key, signer in [*zip(keys, signers, strict=True)] * 2:
        assert is_good(key, signer.sign(b"mine"), b"mine")


def test_nothing_secret_is_shown_and_nothing_is_ever_copied(held):
    signer = held.open()
    said = [repr(signer), str(signer), signer.uri]
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(SigningError) as caught:
            copying(signer)
        said.append("".join(traceback.format_exception(caught.value)))
        assert caught.value.message == "a key is never copied out of the process"

    for secret in held.secrets:
        assert secret not in "\n".join(said)


def test_a_key_that_obit_yaml_does_not_publish_is_refused_before_it_signs(held, kind):
    published = encode_multikey(a_key("Ed25519", "published").public_key().public_bytes_raw())
    declared = KeyDeclaration(issuer="cefo", public_key_multibase=published, signer=held.uri)
    signer = held.open()

    with pytest.raises(SigningError) as caught:
        refuse_other_key(signer, declared)

    own = encode_key(ALGORITHMS[signer.alg], signer.public_key)
    if kind[1] == "Ed25519":
        refuse_other_key(signer, dataclasses.replace(declared, public_key_multibase=own))
        message = f'the signer of "cefo" holds the key {own}, but obit.yaml publishes {published}'
    else:
        of_tokens = {"public_key_multibase": own, "use": "tokens"}
        refuse_other_key(signer, dataclasses.replace(declared, **of_tokens))
        message = (
            'the signer of "cefo" makes ES256 signatures, and badges are signed with Ed25519 only'
        )
        with pytest.raises(KeyFormatError, match=r"^this is not an Ed25519 key"):
            encode_multikey(signer.public_key)
    assert caught.value.message == message
    assert caught.value.exit_code == 4
