"""Edits of award files: one entry changes, every other byte stays, or nothing is done."""

import datetime

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.centre.award_edits import (
    Entry,
    bare_withdrawal,
    decision_text,
    with_field,
    without_field,
)

DAY = datetime.date(2026, 9, 1)
ADA = Entry("7f3k9m2q")
HEAD = "# Jury of 14 March\nissued: 2026-03-14\nto:\n"


def added(text: str, entry: Entry = ADA, value: str = "2026-09-01") -> str | None:
    edited = with_field(text.encode(), entry, "revoked", value, "fr")
    return None if edited is None else edited.decode()


def removed(text: str, entry: Entry = ADA) -> str | None:
    edited = without_field(text.encode(), entry, "suspended", "fr")
    return None if edited is None else edited.decode()


def stripped(text: str, entry: Entry = ADA) -> str | None:
    edited = bare_withdrawal(text.encode(), entry, DAY, "fr")
    return None if edited is None else edited.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - 7f3k9m2q\n", "  - id: 7f3k9m2q\n    revoked: 2026-09-01\n"),
        ("- 7f3k9m2q", "- id: 7f3k9m2q\n  revoked: 2026-09-01"),
        ('  - "7f3k9m2q" # Monday\n', '  - id: "7f3k9m2q" # Monday\n    revoked: 2026-09-01\n'),
        (
            "  - id: 7f3k9m2q\n    language: fr\n",
            "  - id: 7f3k9m2q\n    revoked: 2026-09-01\n    language: fr\n",
        ),
        (
            "  - narrative: |\n      Deux\n      lignes\n    id: 7f3k9m2q   # she\n",
            "  - narrative: |\n      Deux\n      lignes\n    id: 7f3k9m2q   # she\n    revoked: 2026-09-01\n",
        ),
        (
            "  - {id: 7f3k9m2q, language: fr}\n",
            "  - {id: 7f3k9m2q, revoked: 2026-09-01, language: fr}\n",
        ),
        ("  -\n    id: 7f3k9m2q\n", "  -\n    id: 7f3k9m2q\n    revoked: 2026-09-01\n"),
    ],
)
def test_a_field_is_added_to_the_one_entry_in_the_form_it_has(before: str, after: str):
    rest = "  - 2m8qa4xd\n" if before.startswith("  ") else "\n- 2m8qa4xd\n"

    assert added(HEAD + before + rest) == HEAD + after + rest


def test_entries_on_one_line_stay_on_one_line():
    before = "issued: 2026-03-14\nto: [2m8qa4xd, 7f3k9m2q]\n"

    assert added(before) == (
        "issued: 2026-03-14\nto: [2m8qa4xd, {id: 7f3k9m2q, revoked: 2026-09-01}]\n"
    )


def test_the_second_award_of_a_day_is_told_from_the_first():
    before = HEAD + "  - 7f3k9m2q\n  - id: 7f3k9m2q\n    n: 2\n"

    assert added(before, Entry("7f3k9m2q", 2)) == (
        HEAD + "  - 7f3k9m2q\n  - id: 7f3k9m2q\n    revoked: 2026-09-01\n    n: 2\n"
    )


def test_a_file_keeps_its_line_ends_and_its_byte_order_mark():
    before = "\ufeff" + (HEAD + "  - 7f3k9m2q\n").replace("\n", "\r\n")

    assert added(before) == "\ufeff" + (
        HEAD + "  - id: 7f3k9m2q\n    revoked: 2026-09-01\n"
    ).replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "to: 7f3k9m2q",
        "issued: 2026-03-14\nto:\n  - 2m8qa4xd\n",
        "issued: 2026-03-14\r\nto:\n  - 7f3k9m2q\n",
        "issued: [\n",
        "issued: 2026-03-14\nto:\n  - {id:\n 7f3k9m2q, unknown: 1}\n",
        HEAD + "  - id: 7f3k9m2q\n    revoked: 2026-01-01\n",
    ],
    ids=[
        "empty",
        "no list",
        "nobody",
        "mixed line ends",
        "broken",
        "unknown field",
        "there already",
    ],
)
def test_a_file_that_can_not_be_edited_safely_is_left_alone(text: str):
    assert added(text) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "  - id: 7f3k9m2q\n    suspended: 2026-05-01\n    language: fr\n",
            "  - id: 7f3k9m2q\n    language: fr\n",
        ),
        (
            "  - id: 7f3k9m2q\n    suspended:\n      date: 2026-05-01\n      # why\n      reason:\n        fr: x\n\n",
            "  - id: 7f3k9m2q\n\n",
        ),
        (
            '  - {id: 7f3k9m2q, suspended: {date: 2026-05-01, reason: "a }, b"}, language: fr}\n',
            "  - {id: 7f3k9m2q, language: fr}\n",
        ),
        ("  - {suspended: 2026-05-01, id: 7f3k9m2q}\n", "  - {id: 7f3k9m2q}\n"),
        ("  - {id: 7f3k9m2q, suspended: 2026-05-01}\n", "  - {id: 7f3k9m2q}\n"),
        ("  - suspended: 2026-05-01\n    id: 7f3k9m2q\n", None),
        ("  - id: 7f3k9m2q\n", None),
        ("  - 7f3k9m2q\n", None),
    ],
)
def test_a_field_is_taken_away_with_all_its_lines_and_nothing_else(before: str, after: str | None):
    rest = "  - 2m8qa4xd # last\n"

    assert removed(HEAD + before + rest) == (after and HEAD + after + rest)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - 7f3k9m2q\n", "  - id: 7f3k9m2q\n    withdrawn: 2026-09-01\n"),
        (
            "  - id: 7f3k9m2q\n    narrative: >\n      Zebedee Quux did well\n\n      indeed\n    # Zebedee\n    revoked: 2026-05-01\n\n  # Tuesday\n",
            "  - id: 7f3k9m2q\n    withdrawn: 2026-09-01\n\n  # Tuesday\n",
        ),
        (
            "  - evidence:\n    - https://example.org/zebedee\n    id: 7f3k9m2q\n",
            "  - id: 7f3k9m2q\n    withdrawn: 2026-09-01\n",
        ),
        (
            '  - {narrative: "}", id: 7f3k9m2q,\n     evidence: [https://example.org/z]}\n',
            "  - {id: 7f3k9m2q, withdrawn: 2026-09-01}\n",
        ),
    ],
)
def test_of_an_entry_nothing_is_left_but_code_and_day(before: str, after: str):
    rest = "  - 2m8qa4xd\n"

    assert stripped(HEAD + before + rest) == HEAD + after + rest


def test_the_number_of_an_award_stays_with_it():
    before = HEAD + "  - 7f3k9m2q\n  - id: 7f3k9m2q\n    narrative: x\n    n: 2\n"

    assert stripped(before, Entry("7f3k9m2q", 2)) == (
        HEAD + "  - 7f3k9m2q\n  - id: 7f3k9m2q\n    n: 2\n    withdrawn: 2026-09-01\n"
    )


@hypothesis.given(
    reason=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1)
)
def test_any_reason_is_written_so_that_it_is_read_again_or_not_at_all(reason: str):
    edited = added(HEAD + "  - 7f3k9m2q\n", value=decision_text(DAY, reason))

    assert edited is None or edited.startswith(HEAD + "  - id: 7f3k9m2q\n    revoked: {date: ")
    if reason.strip() and reason.isascii():
        assert edited is not None
