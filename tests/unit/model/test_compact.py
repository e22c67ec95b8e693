"""Compact records: dataclasses to whoever uses them, small in memory."""

import dataclasses
import pickle
import sys

import pytest
from builders import HEX, any_issued_award

from obit_build.ledger.ledger import IssuedAward
from obit_build.model.words import OneLanguage, Text


def test_a_compact_record_is_replaced_compared_and_named_like_any_other():
    # given
    award = any_issued_award(sha256=HEX)

    # when
    other = dataclasses.replace(award, state="revoked")

    # then
    assert (other.state, other.sha256, other.id) == ("revoked", HEX, award.id)
    assert other != award
    assert dataclasses.replace(other, state="active") == award
    assert hash(dataclasses.replace(other, state="active")) == hash(award)
    assert f"sha256='{HEX}'" in repr(award)


def test_a_compact_record_travels_to_another_process():
    award = any_issued_award(sha256=HEX, token_sha256=HEX)

    assert pickle.loads(pickle.dumps(award)) == award  # noqa: S301 - written above


@pytest.mark.parametrize("text", ["abc", "AB", "", "a b ", None])
def test_a_digest_that_is_not_bytes_in_hex_comes_back_as_it_was(text: str | None):
    assert any_issued_award(token_sha256=text).token_sha256 == text


def test_awards_that_say_the_same_share_it():
    first, second = any_issued_award(id="a" * 32), any_issued_award(id="b" * 32)

    assert first._alike is second._alike
    assert sys.getsizeof(first) <= 64 + 16


def test_a_compact_record_is_frozen_and_knows_its_fields():
    award = any_issued_award()

    with pytest.raises(dataclasses.FrozenInstanceError):
        award.state = "revoked"  # type: ignore[misc]  # that is what must not be possible
    with pytest.raises(TypeError, match=r"^IssuedAward has other fields$"):
        dataclasses.replace(award, colour="red")  # type: ignore[call-arg]  # same
    with pytest.raises(TypeError, match=r"^IssuedAward has other fields$"):
        IssuedAward(id=award.id)  # type: ignore[call-arg]  # same


def test_a_text_in_one_language_is_like_any_other_text():
    # given
    one, other = Text(OneLanguage("fr", "été")), Text({"fr": "été"})

    # then
    assert one == other
    assert other == one
    assert one != Text({"fr": "hiver"})
    assert one != Text({"fr": "été", "nl": "zomer"})
    assert repr(one) == repr(other)
    assert (one.languages(), one.find("nl"), one.text("fr")) == (("fr",), ("été", "fr"), "été")
    assert ("fr" in one.by_language, "nl" in one.by_language) == (True, False)
    with pytest.raises(KeyError):
        one.by_language["nl"]
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - written above
