"""Whatever comes in, the verifier answers; and nothing that was changed is accepted.

A change that leaves the meaning alone (another order, a type without brackets) may pass: the
oracle is the canonical RDF graph together with the proof.
"""

import copy
import datetime
import json

import pytest
from altered import REPLACEMENTS, at, contains, meaning, places
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_badges import (
    AT,
    BADGE_ID,
    DID_URL,
    ENDORSER,
    ENDORSER_DID,
    INDEX,
    LIST_URL,
    World,
    a_badge,
    a_list,
    a_world,
    an_endorsement,
    as_bytes,
    signed,
)

from obit_build.errors import FetchError
from obit_build.verifying.kinds import as_list
from obit_build.verifying.report import STEP_NAMES
from obit_build.verifying.verify import verify

WORLD = a_world()
SIGNED = WORLD.badge
TERMS = (
    "@context", "@graph", "@id", "@type", "id", "type", "name", "issuer", "validFrom", "validUntil", "proof",
    "credentialSubject", "credentialStatus", "achievement", "identifier", "endorsement", "termsOfUse", "image",
    "criteria", "narrative", "statusListIndex", "statusListCredential", "statusPurpose", "encodedList",
    "verificationMethod", "assertionMethod", "controller", "publicKeyMultibase", "relatedResource", "hashed",
)  # fmt: skip
WORDS = (
    "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "VerifiableCredential", "OpenBadgeCredential", "AchievementSubject", "Profile", "DataIntegrityProof",
    "eddsa-rdfc-2022", "assertionMethod", "2026-01-01T00:00:00Z", "did:web:", "did:key:z6Mk", LIST_URL, DID_URL,
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20), st.sampled_from(WORDS),
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(TERMS) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=25,
)


def report_on(document, world=WORLD):
    data = document if isinstance(document, bytes) else as_bytes(document)
    report = verify(data, name="x", at=AT, fetch=world.fetch)
    assert len(report.steps) == len(STEP_NAMES)
    json.dumps(report.to_dict())
    return report


def refused_unless_same(changed, original, world=WORLD):
    if changed == original or not report_on(changed, world).passed:
        return
    assert meaning(changed) == meaning(original), changed


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_answered_and_not_accepted(data):
    assert not report_on(data).passed


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_arbitrary_json_is_answered_and_not_accepted(document):
    assert not report_on(document).passed


@given(st.sampled_from(sorted(places(SIGNED), key=repr)), JSON)
@settings(max_examples=300, deadline=None)
def test_a_badge_with_anything_in_any_place_is_not_accepted(path, value):
    changed = copy.deepcopy(SIGNED)
    if path:
        at(changed, path[:-1])[path[-1]] = value
    else:
        changed = value
    if isinstance(changed, dict):
        refused_unless_same(changed, SIGNED)
    else:
        assert not report_on(changed).passed


@given(st.sampled_from([DID_URL, LIST_URL]), st.binary(max_size=100) | JSON.map(as_bytes))
@settings(max_examples=300, deadline=None)
def test_anything_on_the_issuers_site_is_answered_and_not_accepted(url, data):
    world = copy.deepcopy(WORLD)
    world.files[url] = data

    assert not report_on(SIGNED, world).passed


@pytest.mark.parametrize("name", ["did", "revocations"])
def test_no_node_of_the_issuers_files_can_be_replaced_by_nonsense_and_raise(name):
    original = getattr(WORLD, name)
    for path in places(original):
        for value in REPLACEMENTS:
            changed = copy.deepcopy(original)
            if path:
                at(changed, path[:-1])[path[-1]] = value
            world = copy.deepcopy(WORLD)
            setattr(world, name, changed if path else value)
            report = report_on(SIGNED, world)
            if report.passed and name == "revocations":
                assert meaning(changed) == meaning(original)


def test_no_node_can_be_left_out():
    for path in places(SIGNED):
        if path:
            changed = copy.deepcopy(SIGNED)
            del at(changed, path[:-1])[path[-1]]
            refused_unless_same(changed, SIGNED)


def test_no_node_can_be_replaced():
    for path in places(SIGNED):
        for value in (
            *REPLACEMENTS,
            [at(SIGNED, path)],
            {"id": at(SIGNED, path)},
            {"@value": at(SIGNED, path)},
        ):
            if path:
                changed = copy.deepcopy(SIGNED)
                at(changed, path[:-1])[path[-1]] = value
                refused_unless_same(changed, SIGNED)


def test_no_item_can_be_given_twice():
    for path in places(SIGNED):
        if path and isinstance(path[-1], int):
            changed = copy.deepcopy(SIGNED)
            at(changed, path[:-1]).append(copy.deepcopy(at(SIGNED, path)))
            refused_unless_same(changed, SIGNED)


def test_no_field_can_be_written_under_its_full_address():
    bases = (
        "https://www.w3.org/2018/credentials#",
        "https://schema.org/",
        "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
        "https://www.w3.org/ns/credentials/status#",
    )
    for path in places(SIGNED):
        if path and isinstance(path[-1], str):
            for base in bases:
                changed = copy.deepcopy(SIGNED)
                holder = at(changed, path[:-1])
                holder[base + path[-1]] = holder.pop(path[-1])
                assert not report_on(changed).passed


def test_no_field_can_move_to_another_node_and_change_what_is_checked():
    """Objects with one id are one node: moving a field between them keeps the signature."""
    badge = a_badge()
    subject = {"id": BADGE_ID, "type": ["EndorsementSubject"]}
    # Its key can't be fetched, so that its own signature would not give the change away.
    issuer = {"id": "did:web:far.example", "type": ["Profile"]}
    endorsement = an_endorsement(credentialSubject=subject, issuer=issuer)
    badge["endorsement"] = [signed(endorsement, ENDORSER)]
    world = World(badge=badge, revocations=a_list(bits=(INDEX,)))
    world.sign()
    assert report_on(world.badge, world).state == "revoked"
    holders = [p for p in places(world.badge) if isinstance(at(world.badge, p), dict)]
    moves = [(s, n, t) for s in holders for n in at(world.badge, s) for t in holders if s != t]
    for source, name, target in moves:
        for bring_types in (False, True):
            changed = copy.deepcopy(world.badge)
            origin, receiver = at(changed, source), at(changed, target)
            value = origin.pop(name)
            if contains(value, receiver):
                continue
            receiver[name] = value
            if bring_types:
                # One node has all the types of its objects: saying them again adds nothing.
                receiver["type"] = [*as_list(receiver.get("type")), *as_list(origin.get("type"))]
            assert not report_on(changed, world).passed, (source, name, target)


@pytest.fixture(scope="module")
def smallest():
    """The shortest badge: a bare key, no status."""
    badge = a_badge(issuer={"id": ENDORSER_DID, "type": ["Profile"]})
    del badge["credentialStatus"], badge["name"]
    badge["credentialSubject"]["identifier"] = None
    del badge["credentialSubject"]["identifier"]
    badge["credentialSubject"]["id"] = "urn:x:1"
    return json.dumps(signed(badge, ENDORSER), ensure_ascii=False, separators=(",", ":")).encode()


def nothing(url):
    raise FetchError(url, fix="no")


def parsed(data):
    try:
        return json.loads(data)
    except ValueError:
        return None


@pytest.mark.parametrize("bit", [0x01, 0x20])
def test_no_byte_of_a_badge_can_be_flipped(smallest, bit):
    assert verify(smallest, name="x", at=AT, fetch=nothing).passed
    for number in range(len(smallest)):
        changed = bytearray(smallest)
        changed[number] ^= bit
        report = verify(bytes(changed), name="x", at=AT, fetch=nothing)
        assert not report.passed or parsed(bytes(changed)) == parsed(smallest), number


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=255), st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_byte_can_be_replaced_or_put_in(smallest, place, byte, insert):
    place %= len(smallest)
    changed = smallest[:place] + bytes([byte]) + smallest[place + (not insert) :]

    report = verify(changed, name="x", at=AT, fetch=nothing)

    assert not report.passed or parsed(changed) == parsed(smallest)


@given(st.datetimes(timezones=st.just(datetime.UTC)))
@settings(max_examples=100, deadline=None)
def test_any_time_can_be_asked_about(when):
    report = verify(as_bytes(SIGNED), name="x", at=when, fetch=WORLD.fetch)

    assert report.passed == (
        datetime.datetime(2026, 5, 30, tzinfo=datetime.UTC)
        <= when
        <= datetime.datetime(2026, 6, 6, tzinfo=datetime.UTC)
    )
