"""The people list by program: codes without meaning, rows that come and go, all else as it was."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obit_build.errors import SourceError
from obit_build.model.award import Recipient
from obit_build.model.words import Code
from obit_build.people.editing import (
    codes_of_others,
    new_code,
    same_person,
    with_people,
    without_code,
)
from obit_build.people.recipients import read_newcomers, read_recipients

LIST = (
    b"\xef\xbb\xbfcode,name,email\r\n"
    b'7f3k9m2q,"Quux, Zebedee",zq@example.org\r\n'
    b"\r\n"
    b" 2m8qa4xd ,,\r\n"
    b"9x0zd7wh,Cy,cy@example.org"
)


def drawing(*numbers: int):
    """Draw these numbers, one after the other."""
    rest = iter(numbers)
    return lambda size: next(rest).to_bytes(size, "big")


def test_a_code_is_forty_random_bits_in_signs_that_can_be_read_out():
    assert new_code(drawing(0xFFFFFFFFFF), ()) == "zzzzzzzz"
    assert new_code(drawing(0x0123456789), ()) == "04hmasw9"


def test_a_code_that_is_taken_or_that_a_spreadsheet_would_change_is_drawn_again():
    digits, exponent, taken, good = 0x0000000001, 0x170864, 0xFFFFFFFFFF, 0xFFFFFFFFFE

    assert new_code(drawing(digits, exponent, taken, good), {"zzzzzzzz"}) == "zzzzzzzy"


def test_codes_have_nothing_to_do_with_the_people():
    draws = (hashlib.sha256(bytes([n])).digest() for n in itertools.count())
    people = b"name,email\nZebedee Quux,zq-7f3a@example.org\nZebedee Quux,zq-7f3b@example.org\n"

    found, problems = read_newcomers(
        people, "x.csv", lambda: new_code(lambda n: next(draws)[:n], ())
    )

    assert problems == []
    assert [person.code for person in found] == ["drt0q77z", "9fth4bsm"]  # what was drawn


@pytest.mark.parametrize(
    ("code", "rest"),
    [
        (
            "7f3k9m2q",
            b"\xef\xbb\xbfcode,name,email\r\n\r\n 2m8qa4xd ,,\r\n9x0zd7wh,Cy,cy@example.org",
        ),
        ("2m8qa4xd", LIST.replace(b" 2m8qa4xd ,,\r\n", b"")),
        ("9x0zd7wh", LIST.replace(b"9x0zd7wh,Cy,cy@example.org", b"")),
        ("zzzzzzzz", LIST),
    ],
)
def test_a_row_goes_and_no_other_byte(code: str, rest: bytes):
    assert without_code(LIST, code) == rest


def test_a_list_with_mistakes_loses_no_row():
    with pytest.raises(SourceError) as refused:
        without_code(LIST + b'\r\n"x\r\ny",,\r\n', "7f3k9m2q")

    assert refused.value.message == "the people list has mistakes, so no row can be removed safely"


def test_rows_are_added_in_the_lists_own_columns_and_line_ends():
    new = Recipient(code=Code("p0q9r8s7"), name='A "B", C', email="a@example.org")

    assert with_people(LIST, [new]) == LIST + b'\r\np0q9r8s7,"A ""B"", C",a@example.org\r\n'


def test_a_first_list_has_all_columns():
    new = Recipient(code=Code("p0q9r8s7"), name="Ada", show_name=True)

    assert with_people(None, [new]) == (
        b"code,name,email,language,show_name,consent_date,holder_page\np0q9r8s7,Ada,,,yes,,\n"
    )


def test_what_the_list_has_no_column_for_is_not_lost_in_silence():
    new = Recipient(code=Code("p0q9r8s7"), name="Ada", show_name=True)

    with pytest.raises(SourceError) as refused:
        with_people(LIST, [new])

    assert refused.value.message == "the people list has no column for: show_name"


def test_the_same_address_is_the_same_person_whatever_its_capitals():
    known = Recipient(code=Code("7f3k9m2q"), email="zq@example.org")
    again = Recipient(code=Code("aaaa1111"), email="ZQ@Example.org")
    first = Recipient(code=Code("bbbb2222"), email="new@example.org")
    second = Recipient(code=Code("cccc3333"), email="NEW@example.org")
    nameless = Recipient(code=Code("dddd4444"))

    found = same_person([known], [again, first, second, nameless])

    assert [person.code for person in found] == ["7f3k9m2q", "bbbb2222", "bbbb2222", "dddd4444"]


@pytest.mark.parametrize(
    ("name", "email", "is_other"),
    [
        (None, None, False),
        ("ZEBEDEE", "ZQ@example.org", False),
        ("Zebedee", None, False),
        ("Ada", None, True),
        (None, "ada@example.org", True),
        ("Zebedee", "ada@example.org", True),
    ],
)
def test_a_listed_code_is_somebody_elses_when_name_or_address_differ(name, email, is_other):
    known = Recipient(code=Code("7f3k9m2q"), name="Zebedee", email="zq@example.org")
    new = Recipient(code=Code("7f3k9m2q"), name=name, email=email)

    found = list(codes_of_others({known.code: known}, [new]))

    assert [problem.check for problem in found] == ["people-code-is-unique"] * is_other


@given(
    names=st.lists(
        st.text(st.characters(categories=("L", "N", "P", "Z")), max_size=12).map(str.strip),
        max_size=6,
    )
)
def test_whatever_is_added_is_read_again_and_taken_out_again(names: list[str]):
    people = [
        Recipient(code=Code(f"code{n}"), name=name or None)
        for n, name in enumerate(names)
        if not name.startswith(tuple("=+-@＝＋－＠"))
        and "\u2028" not in name
        and "\u2029" not in name
    ]

    text = with_people(None, people)

    read, problems = read_recipients(text, "")
    assert problems == []
    assert len(read) == len(people)
    for person in people:
        text = without_code(text, person.code)
    assert text == with_people(None, [])
