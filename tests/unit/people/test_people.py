"""recipients.csv as people really save it, and what they are told about it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obit_build.people.recipients import RULES, read_recipients, reads_to_the_end
from obit_build.people.rows import MAX_BYTES
from obit_build.problems import Problem

HEAD = "code,name,email,language,show_name,consent_date\n"
ADA = "7f3k9m2q,Ada Exemple,ada@example.org,fr,no,\n"


def read(text: str | bytes):
    return read_recipients(text.encode() if isinstance(text, str) else text, "recipients.csv")


def said(problems: list[Problem]) -> list[str]:
    return [f"{p.location.line}:{p.location.column} {p.message}; {p.fix}" for p in problems]


def test_a_complete_row_becomes_a_recipient():
    recipients, problems = read(
        HEAD + "2m8qa4xd,Bo Voorbeeld,bo@example.org,nl-BE,yes,2026-03-01\n"
    )

    assert problems == []
    person = recipients["2m8qa4xd"]
    assert (person.name, person.email, person.language) == (
        "Bo Voorbeeld",
        "bo@example.org",
        "nl-BE",
    )
    assert person.consent_date == datetime.date(2026, 3, 1)
    assert person.public_name == "Bo Voorbeeld"
    assert str(person.locations["email"]) == "recipients.csv:2:23"


def test_only_the_code_is_needed():
    recipients, problems = read("code\n7f3k9m2q\n")

    assert problems == []
    assert (recipients["7f3k9m2q"].name, recipients["7f3k9m2q"].public_name) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeff" + HEAD + ADA, id="a byte order mark"),
        pytest.param((HEAD + ADA).replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param((HEAD + ADA).replace("\n", "\r"), id="old Macintosh line ends"),
        pytest.param(HEAD + "\n\n" + ADA + ",,,,,\n\n", id="empty rows"),
        pytest.param((HEAD + ADA).rstrip("\n"), id="no line end at the end"),
        pytest.param(HEAD.replace(",", " , ") + ADA.replace(",", " , "), id="spaces around commas"),
        pytest.param(HEAD.upper() + ADA, id="capitals in the header"),
        pytest.param(HEAD + '7f3k9m2q,"Ada Exemple", "ada@example.org",fr,no,\n', id="quotes"),
        pytest.param("email,code,name\nada@example.org,7f3k9m2q,Ada Exemple\n", id="another order"),
    ],
)
def test_harmless_differences_are_accepted(text: str):
    recipients, problems = read(text)

    assert problems == []
    assert list(recipients) == ["7f3k9m2q"]
    assert recipients["7f3k9m2q"].name == "Ada Exemple"
    assert recipients["7f3k9m2q"].email == "ada@example.org"


def test_a_quoted_cell_may_hold_commas_and_quotation_marks():
    recipients, problems = read(HEAD + '7f3k9m2q,"Exemple, Ada ""la grande""",,,,\n')

    assert problems == []
    assert recipients["7f3k9m2q"].name == 'Exemple, Ada "la grande"'


def test_an_accent_in_two_characters_becomes_one():
    recipients, _ = read(HEAD + "7f3k9m2q,Rene\u0301e,,,,\n")

    assert recipients["7f3k9m2q"].name == "Ren\u00e9e"


@pytest.mark.parametrize("word", ["yes", "Oui", "JA", "true", "1"])
def test_yes_is_understood_in_three_languages(word: str):
    recipients, problems = read(f"code,show_name\n7f3k9m2q,{word}\n")

    assert (recipients["7f3k9m2q"].show_name, problems) == (True, [])


@pytest.mark.parametrize("word", ["no", "Non", "nee", "false", "0", ""])
def test_no_is_understood_in_three_languages(word: str):
    recipients, problems = read(f"code,show_name\n7f3k9m2q,{word}\n")

    assert (recipients["7f3k9m2q"].show_name, problems) == (False, [])


CSV_UTF_8 = 'save it as "CSV UTF-8 (comma delimited)"'
COLUMNS = "code, name, email, language, show_name, consent_date, holder_page"
COMMAS = 'save it again with commas: in LibreOffice tick "Edit filter settings" and choose the field delimiter ","; in a text editor replace each separator'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", "1:1 the list is empty; make the first line " + COLUMNS.replace(" ", ""), id="an empty file"),
        pytest.param("code;name\n7f3k9m2q;Ada\n", f"1:1 the columns are separated by semicolons; {COMMAS}", id="semicolons"),
        pytest.param("code\tname\n7f3k9m2q\tAda\n", f"1:1 the columns are separated by tabs; {COMMAS}", id="tabs"),
        pytest.param("code|name\n7f3k9m2q|Ada\n", f"1:1 the columns are separated by vertical bars; {COMMAS}", id="vertical bars"),
        pytest.param((HEAD + ADA).encode("utf-16"), '1:1 the file is UTF-16 text, not UTF-8; save it as "CSV UTF-8 (comma delimited)", not as "Unicode text"', id="UTF-16"),
        pytest.param((HEAD + ADA).encode("utf-16-le"), "1:2 the text holds the control character U+0000; delete it; it may be invisible in your editor", id="UTF-16 without a mark"),
        pytest.param((HEAD + "7f3k9m2q,Renée,,,,\n").encode("latin-1"), f"2:1 the file is not UTF-8 text; {CSV_UTF_8}", id="Latin-1"),
        pytest.param(b"PK\x03\x04", f"1:1 the file is a spreadsheet (xlsx or ods), not CSV; open it in its program and {CSV_UTF_8}", id="xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1", f"1:1 the file is a spreadsheet (xls), not CSV; open it in its program and {CSV_UTF_8}", id="xls"),
        pytest.param("\n<html><table>", f"1:1 the file is a web page, not CSV; open it in its program and {CSV_UTF_8}", id="a web page"),
        pytest.param(b"," * (MAX_BYTES + 1), f"1:1 the file has {MAX_BYTES + 1} bytes; at most {MAX_BYTES} are allowed; remove the people who left long ago", id="too large"),
        pytest.param(HEAD + "7f3k9m2q,Ada\x1b[31m,,,,\n", "2:13 the text holds the control character U+001B; delete it; it may be invisible in your editor", id="an escape"),
        pytest.param("code,e-mail\n7f3k9m2q,a@b.org\n", '1:6 column 2 has a name that is not known; did you mean "email"?', id="a misspelt column"),
        pytest.param("code,telephone\n7f3k9m2q,1\n", f"1:6 column 2 has a name that is not known; remove it; the columns are {COLUMNS}", id="an unknown column"),
        pytest.param("code,name,name\n", '1:11 the column "name" is given twice; remove one of the two', id="a column twice"),
        pytest.param("name,email\nAda,a@b.org\n", '1:1 the column "code" is missing; add it; awards name people by their code', id="no code column"),
        pytest.param(ADA, f"1:1 the first line does not name the columns; make the first line {COLUMNS.replace(' ', '')}", id="no header"),
        pytest.param(HEAD + '7f3k9m2q,"Ada,,,,\n', '2:10 the quotes of this cell don\'t match; end the cell with " and write a quotation mark inside it twice', id="an open quote"),
        pytest.param(HEAD + '7f3k9m2q,"Ada" X,,,,\n', '2:10 the quotes of this cell don\'t match; end the cell with " and write a quotation mark inside it twice', id="text after a quote"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_refused_as_a_whole(data: str | bytes, expected: str):
    recipients, problems = read(data)

    assert recipients == {}
    assert said(problems) == [expected]
    assert not reads_to_the_end(
        data if isinstance(data, bytes) else data.encode(), "recipients.csv"
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("7f3k9m2q,Ada,,fr,no\n", "2:1 the row has 5 cells; there are 6 columns; add or remove a comma; a text with a comma in it needs quotes"),
        ("7f3k9m2q,Ada,,fr,no,,\n", "2:1 the row has 7 cells; there are 6 columns; add or remove a comma; a text with a comma in it needs quotes"),
        (",Ada,,fr,no,\n", '2:1 the row has no code; fill in the column "code"'),
        ("a@b.org,Ada,,fr,no,\n", "2:1 this is not a recipient's code; use 3 to 64 letters, digits, dots, hyphens or underscores, and never an e-mail address"),
        ("7f3k9m2q,Ada,a@b,fr,no,\n", "2:14 this is not an e-mail address; write it like name@example.org, or leave the cell empty"),
        ("7f3k9m2q,Ada,,French,no,\n", "2:15 this is not a language tag; write it like fr, nl-BE or en"),
        ("7f3k9m2q,Ada,,fr,perhaps,\n", "2:18 this is neither yes nor no; write yes or no"),
        ("7f3k9m2q,Ada,,fr,no,14/03/2026\n", "2:21 this is not a date that can be read; write year-month-day, like 2026-03-14; in a spreadsheet, format the column as yyyy-mm-dd"),
        ("7f3k9m2q,Ada,,fr,no,46095\n", "2:21 this is not a date that can be read; write year-month-day, like 2026-03-14; in a spreadsheet, format the column as yyyy-mm-dd"),
        ("7f3k9m2q,=1+1,,fr,no,\n", "2:10 this cell begins like a formula; remove the sign at its beginning"),
        ("7f3k9m2q,\uff1d1+1,,fr,no,\n", "2:10 this cell begins like a formula; remove the sign at its beginning"),
        ('7f3k9m2q,"Ada\nExemple",,fr,no,\n', "2:10 this cell holds a line break; write it on one line"),
    ],
)  # fmt: skip
def test_a_faulty_cell_is_named_by_line_and_column(row: str, expected: str):
    _, problems = read(HEAD + row)

    assert said(problems) == [expected]


def test_a_row_with_a_faulty_cell_keeps_its_code():
    recipients, _ = read(HEAD + "7f3k9m2q,Ada,not an address,fr,no,\n2m8qa4xd,Bo,too,few\n")

    assert list(recipients) == ["7f3k9m2q", "2m8qa4xd"]
    assert recipients["7f3k9m2q"].email is None
    assert recipients["2m8qa4xd"].name is None


def test_lines_after_a_line_break_in_quotes_are_counted_right():
    _, problems = read(HEAD + '7f3k9m2q,"Ada\r\nExemple",,fr,no,\n2m8qa4xd,Bo,x,fr,no,\n')

    assert [str(p.location) for p in problems] == ["recipients.csv:2:10", "recipients.csv:4:13"]


def test_a_repeated_code_names_the_first_line_and_does_not_replace_it():
    recipients, problems = read(HEAD + ADA + "7f3k9m2q,Cy,cy@example.org,fr,no,\n")

    assert recipients["7f3k9m2q"].name == "Ada Exemple"
    assert said(problems) == [
        "3:1 this code is already on line 2; give one of the two people another code"
    ]


def test_a_repeated_address_is_a_warning_whatever_its_capitals():
    _, problems = read(HEAD + ADA + "2m8qa4xd,Ada,ADA@example.org,fr,no,\n")

    assert [p.level for p in problems] == ["warning"]
    assert said(problems) == ["3:14 this e-mail address is already on line 2; if it is the same person, keep one row; else ask for the right address"]  # fmt: skip


ANY_ROW = st.lists(st.text(max_size=12), max_size=8)


@given(st.lists(ANY_ROW, max_size=6), st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_value_of_the_list_is_ever_repeated_in_a_message(rows: list[list[str]], end: str):
    marked = [[f"Zoë{cell}@Zoë" for cell in row] for row in rows]
    text = HEAD + "".join(",".join(row) + end for row in marked)

    _, problems = read_recipients(text.encode("utf-8", "surrogatepass"), "recipients.csv")

    assert not any("Zoë" in p.message + p.fix for p in problems)


@given(st.binary(max_size=200))
def test_any_bytes_give_recipients_or_problems(data: bytes):
    recipients, problems = read_recipients(HEAD.encode() + data, "recipients.csv")

    assert all(p.check in RULES or p.fix for p in problems)
    assert all(code == person.code for code, person in recipients.items())


@pytest.mark.parametrize(
    "row",
    ['"' * 2_000_000, '"a""' * 500_000, "," * 2_000_000, "a," * 1_000_000, " " * 2_000_000, '\n"' * 500_000],
    ids=["quotes", "doubled quotes", "commas", "cells", "spaces", "quoted lines"],
)  # fmt: skip
@pytest.mark.usefixtures("must_end")
def test_a_list_made_to_exhaust_the_reader_is_read(row: str):
    recipients, problems = read(HEAD + row)

    assert problems or recipients is not None
