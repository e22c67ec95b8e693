"""What is said of a day or a number that can't be read, in the words of whoever typed it."""

import datetime

import click
import pytest

from obit_build.cli.options import Day, WholeNumber
from obit_build.cli.people import people


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-02-30", "20261121", "2026-W47-6", "21/11/2026", ""]
)
def test_what_is_not_a_day_is_told_how_days_are_written(text: str):
    with pytest.raises(click.BadParameter) as caught:
        Day().convert(text, None, None)

    assert caught.value.message == f"{text!r} is not a day; write it like 2026-11-21"


def test_a_day_is_read():
    assert Day().convert("2026-11-21", None, None) == datetime.date(2026, 11, 21)


@pytest.mark.parametrize("text", ["many", "-1", "0", "101", "1.5", "1e2", "٣", "9" * 5000])
def test_what_is_no_such_number_is_told_which_there_are(text: str):
    with pytest.raises(click.BadParameter) as caught:
        WholeNumber(1, 100).convert(text, None, None)

    assert caught.value.message == f"{text!r} is not a whole number from 1 to 100"


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("100", 100), (7, 7)])
def test_a_number_is_read(text: str, number: int):
    assert WholeNumber(1, 100).convert(text, None, None) == number


def test_no_line_of_a_list_of_commands_is_cut_off():
    listed = people.get_help(click.Context(people, info_name="people", terminal_width=80))

    assert "..." not in listed.partition("Commands:")[2]
