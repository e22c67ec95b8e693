"""A table of compact records: a dictionary to whoever asks it, rows of bytes in memory."""

import dataclasses
import datetime
import pickle
import tracemalloc
from typing import Any

import pytest
from builders import HEX, any_issued_award

from obit_build.ledger.ledger import IssuedAward
from obit_build.model.packed import Packed, packed

AWARDS = (
    any_issued_award("a" * 32),
    any_issued_award("b" * 32, index=7, state="revoked", state_date=datetime.date(2026, 4, 1)),
    any_issued_award("c", token_sha256=HEX[::-1], token_key="z6Mk"),
    any_issued_award("d2", sha256="abc", content=""),  # no bytes in hex
)


def test_records_come_back_as_they_were_in_the_order_of_the_first_writing():
    table = packed(IssuedAward, AWARDS)

    assert list(table.values()) == list(AWARDS)
    assert dict(table.items()) == {award.id: award for award in AWARDS}
    assert [table[award.id] for award in AWARDS] == list(AWARDS)
    assert list(table) == [award.id for award in AWARDS]
    assert len(table) == len(table.values()) == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "suspended"},
        {"replaced_by": "b" * 32, "index": 9},
        {"token_sha256": HEX},
        {"sha256": "f"},
    ],
    ids=["shared", "shared and own", "longer", "shorter"],
)
def test_a_record_that_is_put_again_keeps_its_place(fields: dict[str, Any]):
    # given
    table = packed(IssuedAward, AWARDS)
    other = dataclasses.replace(AWARDS[1], **fields)

    # when
    table.put(other)

    # then
    assert list(table.values()) == [AWARDS[0], other, *AWARDS[2:]]


@pytest.mark.parametrize("room", [1, 2, 9])
def test_records_that_are_kept_beside_their_rows_are_those_that_were_put_last(room: int):
    # given
    table = Packed(IssuedAward, room=room)
    for award in AWARDS:
        table.put(award)
    other = dataclasses.replace(AWARDS[1], state="suspended")

    # when
    before = list(table.values())
    table.put(other)

    # then
    assert before == list(AWARDS)
    assert list(table.values()) == [table[award.id] for award in AWARDS]
    assert table["b" * 32] == table.copy()["b" * 32] == other
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301 - written above


@pytest.mark.parametrize("room", [0, 9])
def test_what_is_not_there_is_not_found(room: int):
    table = Packed(IssuedAward, room=room)
    for award in AWARDS:
        table.put(award)

    assert table.get("e") is None
    assert table.get("") is None
    assert "a" * 33 not in table
    assert 5 not in table
    with pytest.raises(KeyError):
        table["e"]
    with pytest.raises(ValueError, match=r"^a key has 32 bytes$"):
        table.put(any_issued_award("a" * 33))
    assert table.get("a" * 33) is None


def test_a_copy_goes_on_by_itself():
    # given
    table = packed(IssuedAward, AWARDS[:2])

    # when
    other = table.copy()
    other.put(AWARDS[2])
    other.put(dataclasses.replace(AWARDS[0], state="suspended"))

    # then
    assert list(table.values()) == list(AWARDS[:2])
    assert [award.state for award in other.values()] == ["suspended", "revoked", "active"]


def test_a_table_travels_to_another_process():
    table = packed(IssuedAward, AWARDS)

    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301 - written above


def test_an_award_takes_a_third_of_what_it_takes_as_a_record():
    # given
    number = 4000
    ids = [f"{n:032x}".translate(str.maketrans("0189", "ghij")) for n in range(number)]
    digests = [f"{n:064x}" for n in range(number)]
    Packed(IssuedAward).put(AWARDS[0])  # what is made once is not counted

    # when
    tracemalloc.start()
    table = Packed(IssuedAward)
    for award_id, digest in zip(ids, digests, strict=True):
        table.put(any_issued_award(award_id, sha256=digest, content=digest))
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    # then
    assert len(table) == number
    assert taken < 150 * number  # as records in a dictionary it is 430
