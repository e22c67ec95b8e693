"""Texts with places: filled in, and lines that come out sorted whatever is filled in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obit_build.securing.filling import Filling, Lines, Together, comes_before, in_order, place

TEXTS = st.text(st.characters(exclude_characters="\0\1\n\r", exclude_categories=["Cs"]), max_size=4)
SHORT = st.sampled_from(["", "a", "b", "ab", "é", "\U00010000"])
PIECES = st.lists(st.one_of(SHORT, st.integers(0, 2).map(place)), max_size=4).map("".join)


def encoded(values):
    return [value.encode() for value in values]


def filled(line, values):
    return Filling(line).fill(encoded(values)).decode()


@pytest.mark.parametrize(
    ("form", "values", "wanted"),
    [
        ("no place %s {}", [], "no place %s {}"),
        (place(0), ["é"], "é"),
        (f"a{place(1)}{place(0)}b{place(1)}", ["x", "\0"], "a\0xb\0"),
    ],
)
def test_values_go_to_their_places(form, values, wanted):
    assert filled(form, values) == wanted


@given(PIECES, PIECES, st.lists(TEXTS, min_size=3, max_size=3))
def test_a_line_that_is_said_to_come_first_always_does(first, second, values):
    if comes_before(first, second, {}):
        assert filled(first, values) <= filled(second, values)


@given(PIECES, PIECES, st.lists(TEXTS, min_size=3, max_size=3))
def test_what_values_begin_with_counts_where_they_begin_so(first, second, values):
    if comes_before(first, second, {0: "a/"}):
        values[0] = "a/" + values[0]
        assert filled(first, values) <= filled(second, values)


@given(st.lists(PIECES, min_size=1, max_size=5), st.lists(TEXTS, min_size=3, max_size=3))
def test_lines_come_out_sorted_and_each_once(lines, values):
    form = Lines(lines, encoded(["x", "y", "z"]))
    found = filled(form.form, values)

    wanted = "".join(sorted({filled(line, values) + "\n" for line in lines}))
    assert in_order(found.encode()).decode() == wanted
    assert found == wanted or not form.is_steady


def test_lines_that_begin_as_was_said_come_out_sorted():
    lines = Lines([f"<{place(0)}>", "<b>"], [b"a/1"], {0: "a/"})

    assert lines.is_steady
    assert filled(lines.form, ["a/2"]) == "<a/2>\n<b>\n"
    assert not Lines([f"<{place(0)}>", "<b>"], [b"a/1"]).is_steady


def test_two_lines_that_values_make_alike_have_no_digest():
    lines = Lines([f"p {place(0)}", f"p {place(1)}"], [b"1", b"2"])

    assert lines.digest(b"p x\np y\n") == lines.digest(b"p y\np x\n") != b""
    assert lines.digest(b"p x\np x\n") == b""


@given(st.lists(PIECES, max_size=4), st.lists(TEXTS, min_size=3, max_size=3))
def test_texts_that_are_filled_in_together_are_what_they_are_alone(texts, values):
    found = Together(texts).fill(encoded(values))

    assert [b"".join(each).decode() for each in found] == [filled(text, values) for text in texts]
