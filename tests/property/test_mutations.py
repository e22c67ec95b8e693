"""Whatever is changed in a badge or a token: it is refused, or it means the same as before.

Every byte, every node of the JSON, every header and every claim. The oracle for JSON is the RDF
graph that was signed, with the proofs; a token has one spelling only. The figures are
printed at the end of the test run.
"""

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from altered import deleted, duplicated, meaning, moved, replaced
from signed_badges import AT, DID, DID_URL, ISSUER, a_badge, as_bytes, signed
from signed_tokens import a_token, an_older_payload, b64

from obit_build.errors import FetchError
from obit_build.securing.keys import did_document
from obit_build.verifying.report import STEP_NAMES
from obit_build.verifying.verify import verify

Record = Callable[[str, object], None]


def minimal() -> dict[str, Any]:
    """The smallest badge of an issuer with a site."""
    badge = a_badge()
    del badge["credentialStatus"]
    return signed(badge)


DOCUMENT = minimal()
COMPACT = json.dumps(DOCUMENT, ensure_ascii=False, separators=(",", ":")).encode()
TOKENS = {
    "token": a_token(lambda w: w.payload.pop("credentialStatus")),
    "token of data model 1.1": a_token(
        lambda w: w.payload["vc"].pop("credentialStatus"), payload=an_older_payload()
    ),
}


def fetch(url: str) -> bytes:
    if url == DID_URL:
        return as_bytes(did_document(DID, [ISSUER.multikey]))
    raise FetchError(url, fix="no")


def outcome(data: bytes, original: Any, fetch_: Callable[[str], bytes] = fetch) -> str:
    """Verify; return ``refused`` or ``same``, fail if something else was accepted."""
    report = verify(data, name="x", at=AT, fetch=fetch_)
    assert len(report.steps) == len(STEP_NAMES)
    json.dumps(report.to_dict())
    if not report.passed:
        return "refused"
    assert original is not None, data
    assert meaning(json.loads(data)) == meaning(original), data
    return "same"


def count(record: Record, name: str, outcomes: Iterable[str]) -> None:
    found = list(outcomes)
    refused = found.count("refused")
    assert found
    record("figure", f"{name}: {len(found)} tried, {refused} refused, {len(found) - refused} same")
    record("mutations tried", len(found))
    record("mutations refused", refused)


def test_the_originals_are_valid():
    assert outcome(COMPACT, DOCUMENT) == "same"
    for world in TOKENS.values():
        assert world.report().passed


@pytest.mark.parametrize("bit", range(8))
def test_every_byte_of_the_badge_flipped(bit: int, record_property: Record):
    def flipped():
        for number in range(len(COMPACT)):
            changed = bytearray(COMPACT)
            changed[number] ^= 1 << bit
            yield outcome(bytes(changed), DOCUMENT)

    count(record_property, f"badge, bit {bit} of every byte flipped", flipped())


def test_every_byte_of_the_badge_deleted_or_doubled(record_property: Record):
    def edited():
        for number in range(len(COMPACT)):
            yield outcome(COMPACT[:number] + COMPACT[number + 1 :], DOCUMENT)
            yield outcome(COMPACT[: number + 1] + COMPACT[number:], DOCUMENT)

    count(record_property, "badge, every byte deleted, doubled", edited())


@pytest.mark.parametrize("alter", [deleted, replaced, duplicated, moved])
def test_every_node_of_the_badge(alter: Callable[..., Any], record_property: Record):
    outcomes = (outcome(as_bytes(changed), DOCUMENT) for _, changed in alter(DOCUMENT))

    count(record_property, f"badge, every node {alter.__name__}", outcomes)


def test_every_field_of_the_badge_written_twice(record_property: Record):
    def doubled():
        text = COMPACT.decode()
        decoder = json.JSONDecoder()
        for place in range(len(text)):
            if text[place] == '"' and text[place - 1] in "{,":
                name, end = decoder.raw_decode(text, place)
                if text[end : end + 1] == ":":
                    again = f'{json.dumps(name)}:"x",'
                    yield outcome((text[:place] + again + text[place:]).encode(), DOCUMENT)

    count(record_property, "badge, every field written twice", doubled())


@pytest.mark.parametrize("name", TOKENS)
def test_every_byte_of_a_token(name: str, record_property: Record):
    world = TOKENS[name]
    token = world.token.encode()

    def edited():
        for number in range(len(token)):
            for bit in range(8):
                changed = bytearray(token)
                changed[number] ^= 1 << bit
                yield outcome(bytes(changed), None, world.fetch)
            yield outcome(token[:number] + token[number + 1 :], None, world.fetch)

    count(record_property, f"{name}, every bit flipped, every byte deleted", edited())


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("alter", [deleted, replaced, duplicated, moved])
def test_every_header_and_claim_of_a_token(
    name: str, part: int, alter: Callable[..., Any], record_property: Record
):
    world = TOKENS[name]
    parts = world.token.split(".")
    original = json.loads(base64.urlsafe_b64decode(parts[part] + "=="))

    def edited():
        for _, changed in alter(original):
            altered = [*parts]
            altered[part] = b64(as_bytes(changed))
            yield outcome(".".join(altered).encode(), None, world.fetch)

    what = ("header", "claim")[part]
    found = list(edited())
    if found:
        count(record_property, f"{name}, every {what} {alter.__name__}", found)
    else:
        assert (part, alter) == (0, moved)  # a header is one flat object


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_in_another_spelling_is_refused(name: str, record_property: Record):
    world = TOKENS[name]
    parts = world.token.split(".")

    def respelled():
        for number in (0, 1):
            value = json.loads(base64.urlsafe_b64decode(parts[number] + "=="))
            for text in (json.dumps(value, indent=1), json.dumps(value, sort_keys=True, indent=2)):
                altered = [*parts]
                altered[number] = b64(text.encode())
                yield outcome(".".join(altered).encode(), None, world.fetch)

    count(record_property, f"{name}, in another spelling", respelled())
