"""Tables of very many things that take some bytes each."""

import random

import pytest

from obit_build.numbering import KEY_BYTES, Keys, Register, key_of


def test_keys_are_numbered_in_the_order_in_which_they_came():
    # given
    draw, keys = random.Random(3), Keys()
    drawn = [draw.randbytes(KEY_BYTES) for _ in range(3000)]

    # when
    for key in drawn:
        keys.add(key)

    # then
    assert [keys.find(key) for key in drawn] == list(range(3000))
    assert [keys[number] for number in (0, 2999)] == [drawn[0], drawn[2999]]
    assert len(keys) == 3000
    assert draw.randbytes(KEY_BYTES) not in keys
    assert drawn[0][:-1] not in keys


def test_a_copy_of_keys_goes_on_by_itself_and_what_was_cleared_is_empty():
    # given
    keys = Keys()
    keys.add(key_of("a"))

    # when
    other = keys.copy()
    other.add(key_of("b"))
    keys.clear()

    # then
    assert (len(keys), keys.find(key_of("a"))) == (0, None)
    assert (other.find(key_of("a")), other.find(key_of("b"))) == (0, 1)


def test_a_key_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"^a key has 32 bytes$"):
        Keys().add(b"short")


def test_keys_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("obit_build.numbering.hash", lambda _key: -7, raising=False)
    keys = Keys()

    for name in "abc":
        keys.add(key_of(name))

    assert [keys.find(key_of(name)) for name in "abcd"] == [0, 1, 2, None]


def test_a_register_finds_items_by_their_names():
    register = Register(["a2", "b"], ["first", "second"])

    assert dict(register) == {"a2": "first", "b": "second"}
    assert (register.get("a2"), register.get("c"), len(register)) == ("first", None, 2)
    assert "x" * 33 not in register
