"""Signed notes, against the example of the Go package that began them, and checkpoints."""

import base64
import dataclasses

import pytest
from centre import a_key
from hypothesis import given
from hypothesis import strategies as st

from obit_build.errors import LedgerError
from obit_build.securing.signed_note import (
    Checkpoint,
    NoteSignature,
    good_signatures,
    key_id,
    origin_of,
    read_checkpoint,
    read_note,
    write_note,
)

# golang.org/x/mod/sumdb/note, ExampleSign.
PETER = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
SAYING = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

DID = "did:web:badges.example.org:x:issuers:citc"
POINT = Checkpoint("badges.example.org/x/log", 7, "ab" * 32)


def signed(point=POINT, *, name=DID, key="citc first"):
    signer = a_key(key)
    signature = signer.sign(point.text)
    return write_note(point.text, [NoteSignature(name, key_id(name, signer.public_key), signature)])


def test_the_example_of_the_go_package_is_read_and_holds():
    note = read_note(SAYING)

    assert key_id("PeterNeumann", PETER).hex() == "c74f20a3"
    assert write_note(note.text, note.signatures) == SAYING
    assert good_signatures(SAYING, {"PeterNeumann": [PETER]}) == 1


def test_a_checkpoint_is_three_lines_and_a_signature():
    data = signed()

    assert data.decode().split("\n")[:4] == [
        "badges.example.org/x/log",
        "7",
        "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
        "",
    ]
    assert read_checkpoint(data) == POINT
    assert good_signatures(data, {DID: [a_key("citc first").public_key]}) == 1


def test_lines_of_later_versions_are_passed_over():
    text = POINT.text + b"did sha256:00\n"

    assert read_checkpoint(write_note(text, read_note(signed()).signatures)) == POINT


def test_signatures_by_strangers_count_for_nothing():
    assert good_signatures(signed(), {}) == 0
    assert good_signatures(signed(), {DID: [a_key("another").public_key]}) == 0
    assert good_signatures(signed(name="did:web:x"), {DID: [a_key("citc first").public_key]}) == 0


@pytest.mark.parametrize(
    "change", [{"size": 8}, {"head": "cd" * 32}, {"origin": "evil.example/log"}]
)
def test_a_changed_checkpoint_is_refused(change):
    forged = write_note(dataclasses.replace(POINT, **change).text, read_note(signed()).signatures)

    with pytest.raises(LedgerError) as caught:
        good_signatures(forged, {DID: [a_key("citc first").public_key]})
    assert caught.value.message == f"the checkpoint's signature by {DID} does not hold"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\n\n", b"\xff\n1\nx\n\n", POINT.text, POINT.text + b"\n",
        signed().replace("—".encode(), b"-"), signed()[:-1], signed() + b"more\n",
        signed().replace(b"\n7\n", b"\n07\n"), signed().replace(b"\n7\n", b"\n-7\n"),
        signed().replace(b"\n7\n", b"\n0\n"), signed().replace(b"\n7\n", b"\n7777777777777\n"),
        signed().replace(b"q6ur", b"q6u*"), signed().replace(b"q6urq6ur", b"q6ur"),
        signed().replace(b"badges", b"bad\x1b[31mges"), signed().replace(b"badges.example.org/x/log\n", b"\n"),
        b"x" * 70_000 + b"\n" + signed(),
    ],
)  # fmt: skip
def test_anything_else_is_no_checkpoint(data):
    with pytest.raises(LedgerError) as caught:
        read_checkpoint(data)
    assert caught.value.message == "this is not a signed checkpoint"


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_whatever_a_site_answers_is_read_or_refused(data):
    try:
        assert read_checkpoint(data).size > 0
    except LedgerError as error:
        assert error.message == "this is not a signed checkpoint"


def test_the_origin_is_the_sites_address_without_its_scheme():
    assert origin_of("https://badges.example.org/x/") == "badges.example.org/x/log"
    assert origin_of("http://localhost:8000") == "localhost:8000/log"
