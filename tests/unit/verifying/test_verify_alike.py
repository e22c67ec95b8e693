"""Of credentials of a kind that is known the same is found as by all steps, word for word."""

import hashlib
import json
import random
import re

import pytest
from signed_badges import (
    DID,
    INDEX,
    ISSUER,
    LIST_URL,
    THIEF,
    a_badge,
    a_list,
    a_world,
    an_endorsement,
    signed,
)
from varied_credentials import words

from obit_build.errors import CanonicalizationError
from obit_build.issuing.signing import written
from obit_build.securing.keys import encode_base58
from obit_build.verifying.alike import AlikeVerifier
from obit_build.verifying.own_texts import cut
from obit_build.verifying.verify import verify

OWN = re.compile(rb'"(?:id|narrative|salt|value|statusListIndex|proofValue)": "([^"]*)"')
ODD_BYTES = (b'"', b"\\", b"\n", b"\0", b"\xff", b"\x7f", b"z", b"9", b"\\u0001", b"{", b" ")


def one_of_a_session(number, draw, **changes):
    """An unsigned badge that differs from others of its session in what is its own."""
    badge = a_badge(**changes)
    subject = badge["credentialSubject"]
    badge["id"] = f"https://badges.example/awards/a{number}/credential.json"
    subject["id"] = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
    subject["identifier"][0]["salt"] = f"{number:032x}"
    subject["narrative"] = words(draw)
    subject["result"] = [{"type": ["Result"], "value": words(draw)} for _ in range(2)]
    status = {"id": f"{LIST_URL}#{number}", "statusListIndex": str(number)}
    badge["credentialStatus"] = badge["credentialStatus"] | status
    return badge


def a_session(count=8, seed=6, **changes):
    """The bytes of signed badges of one session."""
    draw = random.Random(seed)
    return [written(signed(one_of_a_session(number, draw, **changes))) for number in range(count)]


@pytest.fixture
def world():
    return a_world()


def knowing(world, session):
    """Return a verifier that has met a session."""
    verifier = AlikeVerifier(world.at, world.fetch)
    for data in session:
        verifier.verify(data)
    return verifier


def in_full(world, data):
    return verify(data, name="x", at=world.at, fetch=world.fetch).judgement


@pytest.mark.parametrize(
    "changes",
    [{}, {"validUntil": "2026-04-01T00:00:00Z"}, {"validFrom": "2027-01-01T00:00:00Z"}],
    ids=["valid", "expired", "not-yet-valid"],
)
def test_of_those_of_a_session_the_same_is_found_as_by_all_steps(world, changes):
    session = a_session(30, **changes)
    verifier = AlikeVerifier(world.at, world.fetch)

    for data in session:
        assert verifier.verify(data) == in_full(world, data)

    assert verifier.alike == 28


def test_whatever_is_changed_in_one_the_same_is_found_as_by_all_steps(world):
    session = a_session()
    verifier, draw = knowing(world, session), random.Random(7)

    for _ in range(150):
        data = bytearray(session[5])
        spans = [found.span(1) for found in OWN.finditer(data)]
        at = draw.randint(*draw.choice([*spans, (0, len(data))]))
        data[at : at + draw.randint(0, 1)] = draw.choice(ODD_BYTES)

        assert verifier.verify(bytes(data)) == in_full(world, bytes(data))


@pytest.mark.parametrize(
    ("where", "name", "said"),
    [
        ("", "id", "awards/a1/credential.json"),
        ("", "id", "https://badges.example/a b"),
        ("", "id", "urn:x:" + "a" * 600),
        ("", "id", DID),
        ("credentialSubject", "narrative", "\ufffe"),
        ("credentialSubject", "narrative", "\x7f"),
        ("credentialSubject", "narrative", ""),
        ("credentialSubject", "narrative", "x" * 1_000_001),
        ("credentialSubject", "narrative", '😀 \ue000 \\ " \n {} ]]>'),
        ("credentialSubject", "id", "mailto:somebody"),
        ("credentialStatus", "id", LIST_URL),
        ("credentialStatus", "statusListIndex", str(INDEX)),
        ("credentialStatus", "statusListIndex", "007"),
        ("credentialStatus", "statusListIndex", "131072"),
        ("credentialStatus", "statusListIndex", "-1"),
    ],
    ids=lambda words: ascii(words[:9]),
)  # fmt: skip
def test_odd_texts_are_judged_as_all_steps_judge_them(where, name, said):
    world = a_world(lambda world: setattr(world, "revocations", a_list(bits=(INDEX,))))
    verifier = knowing(world, a_session())
    badge = one_of_a_session(9, random.Random(8))
    (badge[where] if where else badge)[name] = said
    try:
        data = written(signed(badge))
    except CanonicalizationError:  # it can't be signed, but it can be sent
        data = written(badge | {"proof": json.loads(a_session(1)[0])["proof"]})

    assert verifier.verify(data) == in_full(world, data)


def test_a_signature_by_another_key_is_refused(world):
    verifier = knowing(world, a_session())
    [right] = a_session(1, seed=9)
    method = json.loads(right)["proof"][0]["verificationMethod"]
    badge = one_of_a_session(0, random.Random(9))
    data = written(signed(badge, THIEF, method=method))

    found = verifier.verify(data)

    assert found == in_full(world, data)
    assert found.decisive.reason == "proof.signature"


@pytest.mark.parametrize("raw", [b"a\nb", b"a\x7fb", "a\uffffb".encode()], ids=ascii)
def test_an_issuer_who_signs_what_json_can_not_hold_is_not_believed(world, raw):
    session = a_session()
    verifier = knowing(world, session)
    pieces = cut(session[5])
    plate = verifier._plates[pieces.kind]
    narrative = json.loads(session[5])["credentialSubject"]["narrative"].encode()
    texts = [raw if text == narrative else text for text in pieces.texts]
    own = [texts[position] for position in plate.own]
    nquads = plate.template.fill_escaped([text.decode() for text in own], own)
    signature = ISSUER.sign(plate.configuration + hashlib.sha256(nquads).digest())
    texts[plate.value] = b"z" + encode_base58(signature).encode()
    data = pieces.joined(texts)

    found = verifier.verify(data)

    assert found == in_full(world, data)
    assert found.state != "valid"


def test_what_was_taken_back_is_told_of_one_of_a_kind_that_is_known():
    world = a_world(lambda world: setattr(world, "revocations", a_list(bits=(5,))))
    session = a_session()
    verifier = knowing(world, session[:4])

    states = [verifier.verify(data).state for data in session[4:]]

    assert states == ["valid", "revoked", "valid", "valid"]
    assert verifier.alike == 2 + 3


def test_endorsed_badges_are_always_looked_at_closely(world):
    session = a_session(4, endorsement=[signed(an_endorsement())])
    verifier = knowing(world, session)

    assert verifier.alike == 0
    assert verifier.verify(session[3]) == in_full(world, session[3])
