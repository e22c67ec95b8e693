import json

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.errors import CanonicalizationError
from obit_build.strict_json import FIX, MAX_SAFE_INTEGER, parse


def refusal(data, **limits):
    with pytest.raises(CanonicalizationError) as caught:
        parse(data, **limits)
    assert caught.value.fix == FIX
    return caught.value.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"a": 1, "a": 1}', 'the JSON gives "a" twice'),
        ('{"x": [{"a": 1, "\\u0061": 2}]}', 'the JSON gives "a" twice'),
        ('{"a": NaN}', "the JSON holds NaN, which is not a number"),
        ('{"a": -Infinity}', "the JSON holds -Infinity, which is not a number"),
        ('{"a": 9007199254740992}', "the JSON holds a number that programs read differently"),
        ('{"a": -9007199254740992}', "the JSON holds a number that programs read differently"),
        ('{"a": 1e400}', "the JSON holds a number that programs read differently"),
        ('{"a": 0.' + "1" * 40 + "}", "the JSON holds a number that programs read differently"),
        ('{"a": ' + "9" * 5000 + "}", "the JSON holds a number that programs read differently"),
        ("[]", "the JSON is not an object"),
        ('"a"', "the JSON is not an object"),
        ("", "the text is not JSON (line 1, column 1)"),
        ('{"a": 1,}', "the text is not JSON (line 1, column 9)"),
        ('{"a": 1}\n{}', "the text is not JSON (line 2, column 1)"),
        ("{'a': 1}", "the text is not JSON (line 1, column 2)"),
        ('{"a": "tab\there"}', "the text is not JSON (line 1, column 11)"),
        (b"\xff\xfe{}", "the JSON is not UTF-8 text"),
        (b'\xef\xbb\xbf{"a": 1}', "the JSON begins with a byte order mark"),
        ('{"a": "\\u0000"}', "a text holds the character U+0000, which signing programs write differently"),
        ('{"\\u007f": 1}', "a text holds the character U+007F, which signing programs write differently"),
        ('{"a": ["\\ud83d"]}', "a text holds the character U+D83D, which signing programs write differently"),
        ('{"a": ' * 64 + "[]" + "}" * 64, "the JSON is nested more than 64 levels deep"),
        ("[" * 100_000, "the JSON is nested more than 64 levels deep"),
    ],
)  # fmt: skip
def test_json_that_can_be_read_in_two_ways_is_refused(data, message):
    assert refusal(data) == message


def test_what_is_plain_is_read():
    text = (
        '{"a": [1, 2.5, true, null, "é\\n\\t\\u00e9\\ud83d\\ude00"], "b": {"c": -9007199254740991}}'
    )

    assert (
        parse(text)
        == parse(text.encode())
        == {
            "a": [1, 2.5, True, None, "é\n\té😀"],
            "b": {"c": -MAX_SAFE_INTEGER},
        }
    )


def test_brackets_inside_strings_do_not_count_as_depth():
    assert parse(json.dumps({"a": "[" * 500, 'quote"[': "\\["})) == {
        "a": "[" * 500,
        'quote"[': "\\[",
    }


def test_nesting_of_64_levels_is_read():
    assert parse('{"a": ' * 63 + "[]" + "}" * 63)


def test_the_size_has_a_cap_that_the_caller_sets():
    assert parse('{"a": 1}', limit=8)
    assert refusal('{"a": 1}', limit=7) == "the JSON is larger than 7 bytes"


@pytest.mark.usefixtures("must_end")
def test_a_string_that_never_ends_costs_no_more_than_its_length():
    message = refusal('{"a": "' + '\\"' * 400_000)

    assert message == "the text is not JSON (line 1, column 7)"
    # Looking again from each quote would take half an hour.


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs", "Cc"))),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=("Cs", "Cc"))), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@hypothesis.given(st.dictionaries(st.sampled_from("abc"), PLAIN), st.booleans(), st.integers(0, 2))
def test_unambiguous_json_reads_as_any_reader_reads_it(value, ascii_only, indent):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent or None)

    assert parse(text) == json.loads(text)


@hypothesis.given(st.binary(max_size=80) | st.text('{}[]",:\\u0 1e-.truefalsn', max_size=80))
def test_no_input_raises_anything_else(data):
    try:
        value = parse(data)
    except CanonicalizationError as error:
        assert error.message.isprintable()
    else:
        assert isinstance(value, dict)
