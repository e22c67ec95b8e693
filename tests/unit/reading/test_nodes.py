import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.problems import Location, Problem
from obit_build.reading.nodes import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    Mapping,
    Scalar,
    Sequence,
    compose,
    decode,
)


def only_problem(data: str | bytes) -> Problem:
    node, problems = compose(data.encode() if isinstance(data, str) else data, "a.yaml")
    assert node is None
    assert len(problems) == 1
    return problems[0]


def test_every_value_stays_the_text_that_was_typed():
    typed = ["NO", "012", "1:30", "1e3", "0x1F", "2026-03-14", "yes", "1_000", ".5", "true"]

    node, problems = compose("\n".join(f"- {text}" for text in typed).encode(), "a.yaml")

    assert problems == []
    assert isinstance(node, Sequence)
    assert [item.value for item in node.items if isinstance(item, Scalar)] == typed


def test_a_key_called_on_is_the_text_on():
    node, _ = compose(b"on: 1\nyes: 2\n", "a.yaml")

    assert isinstance(node, Mapping)
    assert [key.value for key, _ in node.items] == ["on", "yes"]


def test_nodes_know_their_place_in_characters():
    node, _ = compose("été: 'naïve'\nto:\n  - 7f3k\n".encode(), "a.yaml")

    assert isinstance(node, Mapping)
    (key, value), (_, codes) = node.items
    assert key.location == Location("a.yaml", 1, 1)
    assert (value.location.line, value.location.column, value.location.length) == (1, 6, 7)
    assert isinstance(codes, Sequence)
    assert str(codes.items[0].location) == "a.yaml:3:5"


def test_only_plain_nothing_is_null():
    node, _ = compose(b"- \n- ~\n- null\n- ''\n- 'null'\n- nothing\n", "a.yaml")

    assert isinstance(node, Sequence)
    assert [item.is_null for item in node.items if isinstance(item, Scalar)] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("nothing", [b"", b"\n\n", b"# a remark\n", b"~\n", b"---\n", b"null"])
def test_an_empty_file_is_nothing_and_no_problem(nothing):
    assert compose(nothing, "a.yaml") == (None, [])


def test_a_byte_order_mark_is_not_part_of_the_first_key():
    node, problems = compose(b"\xef\xbb\xbfname: x\n", "a.yaml")

    assert problems == []
    assert isinstance(node, Mapping)
    assert node.items[0][0].value == "name"


@pytest.mark.parametrize(
    ("text", "place", "check", "message", "fix"),
    [
        pytest.param(
            "name: a\nname: b\n", "2:1", "yaml-has-no-duplicate-keys",
            '"name" is given twice', "keep one of them", id="duplicate key",
        ),
        pytest.param(
            "name: a\n'name': b\n", "2:1", "yaml-has-no-duplicate-keys",
            '"name" is given twice', "keep one of them", id="duplicate key in quotes",
        ),
        pytest.param(
            "a: &x 1\n", "1:4", "yaml-has-no-anchors", '"&x" refers to another place',
            "write the value out; a text that begins with & or * needs quotes", id="anchor",
        ),
        pytest.param(
            "a: *x\n", "1:4", "yaml-has-no-anchors", '"*x" refers to another place',
            "write the value out; a text that begins with & or * needs quotes", id="alias",
        ),
        pytest.param(
            "a: !!python/object:os.system x\n", "1:4", "yaml-has-no-tags",
            'the tag "tag:yaml.org,2002:python/object:os.system" is not allowed',
            "remove it; a text that begins with ! needs quotes", id="tag",
        ),
        pytest.param(
            "a: 1\n---\nb: 2\n", "2:1", "yaml-is-one-document", "a second document begins here",
            'remove the line "---" or move what follows to a file of its own', id="two documents",
        ),
        pytest.param(
            "? [a, b]\n: c\n", "1:3", "yaml-keys-are-text",
            "a field needs a name before the colon", "write name: value", id="list as a key",
        ),
        pytest.param(
            "~: c\n", "1:1", "yaml-keys-are-text",
            "a field needs a name before the colon", "write name: value", id="nothing as a key",
        ),
        pytest.param(
            "name: Excel: level 1\n", "1:12", "yaml-is-well-formed",
            "a second colon makes this line ambiguous",
            'put the text in quotes: name: "Excel: level 1"', id="second colon",
        ),
        pytest.param(
            "to:\n\t- abc\n", "2:1", "yaml-is-well-formed",
            "a tab stands where spaces are needed", "indent with spaces", id="tab",
        ),
        pytest.param(
            "a: 1\n  b: 2\n", "2:4", "yaml-is-well-formed",
            "a second colon makes this line ambiguous",
            'put the text in quotes: name: "Excel: level 1"', id="indented too far",
        ),
        pytest.param(
            "a: 'x'\n b: 2\n", "2:2", "yaml-is-well-formed",
            "the indentation does not fit the lines above",
            "align the line with the other fields, and quote texts that begin with a quote",
            id="indentation",
        ),
        pytest.param(
            "a: 'x\n", "2:1", "yaml-is-well-formed",
            "a quotation mark is never closed", "close it", id="open quote",
        ),
        pytest.param(
            "a: @x\n", "1:4", "yaml-is-well-formed",
            "a text can't begin with this character", "put the whole text in quotes", id="at sign",
        ),
        pytest.param(
            "a: 1\nb\n", "3:1", "yaml-is-well-formed",
            'a ":" is missing after a field name', "write name: value", id="missing colon",
        ),
        pytest.param(
            "a: 'x\0y'\n", "1:6", "text-has-no-control-characters",
            "the text holds the control character U+0000",
            "delete it; it may be invisible in your editor", id="NUL",
        ),
        pytest.param(
            'b: 1\na: "x\\u0007y"\n', "2:4", "text-has-no-control-characters",
            "the text holds the control character U+0007",
            "delete it; it may be invisible in your editor", id="escaped control character",
        ),
        pytest.param(
            'a: "\\uFFFF"\n', "1:4", "text-has-no-control-characters",
            "the text holds the control character U+FFFF",
            "delete it; it may be invisible in your editor", id="escaped noncharacter",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_says_where_why_and_what_to_do(text, place, check, message, fix):
    problem = only_problem(text)

    line, column = map(int, place.split(":"))
    assert (problem.check, problem.message, problem.fix) == (check, message, fix)
    assert problem.location == Location("a.yaml", line, column)


def test_half_a_character_is_refused():
    assert only_problem('a: "\\uD800"\n').location.line == 1


def test_text_that_is_not_utf_8_is_refused_with_its_line():
    problem = only_problem("name: x\ndescription: été\n".encode("latin-1"))

    assert problem == Problem(
        location=Location("a.yaml", 2),
        check="file-is-utf-8",
        message="the file is not UTF-8 text",
        fix='save it as "UTF-8" in your editor',
    )


def test_a_file_may_have_1_mib_and_not_one_byte_more():
    full = b"a: " + b"x" * (MAX_BYTES - 3)

    assert compose(full, "a.yaml")[1] == []
    problem = only_problem(full + b"x")
    assert problem.message == "the file has 1048577 bytes; at most 1048576 are allowed"
    assert problem.check == "file-is-small-enough"


def test_nesting_stops_at_its_cap_and_never_crashes():
    assert compose(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "a.yaml")[1] == []

    assert only_problem("[" * (MAX_DEPTH + 1)).message == (
        "values are nested more than 32 levels deep"
    )
    assert only_problem("[" * 500_000).check == "file-is-small-enough"
    assert only_problem("{a: " * 200_000).check == "file-is-small-enough"


def test_the_number_of_values_has_a_cap():
    fits = b"[" + b"1," * (MAX_NODES - 2) + b"1]"

    assert compose(fits, "a.yaml")[1] == []
    assert only_problem(fits[:-1] + b",1]").message == "the file holds more than 50000 values"


def test_decoding_keeps_the_text_of_any_file():
    assert decode("code;nom\r\n1;Zoé\r\n".encode("utf-8-sig"), "r.csv") == (
        "code;nom\r\n1;Zoé\r\n",
        [],
    )


@hypothesis.given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(data):
    node, problems = compose(data, "a.yaml")

    assert node is None or problems == []
    assert all(p.location.line >= 1 and p.location.column >= 1 for p in problems)


@hypothesis.given(
    st.text("[]{}:,-?&*!|>'\"%@`#\n\t \\u0é𝄞\u2028\x85~a1", max_size=60), st.integers(0, 3)
)
def test_no_yaml_punctuation_raises(text, depth):
    node, problems = compose(("- " * depth + text).encode("utf-8", "surrogatepass"), "a.yaml")

    assert node is None or problems == []
