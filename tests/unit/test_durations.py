import datetime

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.durations import add, after, parts
from obit_build.model.words import Duration

DAY = datetime.date


@pytest.mark.parametrize(
    ("day", "duration", "end"),
    [
        (DAY(2026, 3, 14), "P3Y", DAY(2029, 3, 14)),
        (DAY(2026, 3, 14), "P18M", DAY(2027, 9, 14)),
        (DAY(2028, 2, 29), "P1Y", DAY(2029, 2, 28)),
        (DAY(2028, 2, 29), "P4Y", DAY(2032, 2, 29)),
        (DAY(2026, 1, 31), "P1M", DAY(2026, 2, 28)),
        (DAY(2027, 12, 31), "P2M", DAY(2028, 2, 29)),
        (DAY(2026, 11, 30), "P1M", DAY(2026, 12, 30)),
        (DAY(2026, 12, 31), "P1D", DAY(2027, 1, 1)),
        (DAY(2026, 3, 14), "P2W", DAY(2026, 3, 28)),
        (DAY(2026, 3, 14), "P1Y2M3W4D", DAY(2027, 6, 8)),
        (DAY(2026, 3, 14), "PT47H", DAY(2026, 3, 15)),
        (DAY(2026, 3, 14), "PT23H59M", DAY(2026, 3, 14)),
        (DAY(2026, 3, 14), "P0D", DAY(2026, 3, 14)),
        (DAY(9999, 12, 31), "P0Y", DAY(9999, 12, 31)),
    ],
)
def test_a_duration_is_added_as_a_calendar_does(day, duration, end):
    assert add(day, Duration(duration)) == end


@pytest.mark.parametrize("duration", ["P1Y", "P12M", "P1D", "P9999Y", "P9999M", "PT24H"])
def test_past_the_year_9999_there_is_no_day(duration):
    with pytest.raises(OverflowError):
        add(DAY(9999, 12, 31), Duration(duration))


def test_parts_that_are_not_given_are_zero():
    assert parts(Duration("P1Y3DT5H")) == {
        "years": 1, "months": 0, "weeks": 0, "days": 3, "hours": 5, "minutes": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("duration", "end"),
    [
        ("P7D", "2026-11-28T12:30:00+00:00"),
        ("PT35H", "2026-11-22T23:30:00+00:00"),
        ("P1DT1H30M", "2026-11-22T14:00:00+00:00"),
        ("P1M", "2026-12-21T12:30:00+00:00"),
    ],
)
def test_an_instant_keeps_its_hours_and_minutes(duration, end):
    at = datetime.datetime(2026, 11, 21, 12, 30, tzinfo=datetime.UTC)

    assert after(at, Duration(duration)).isoformat() == end


@hypothesis.given(
    st.dates(DAY(1900, 1, 1), DAY(2200, 1, 1)), st.integers(0, 60), st.integers(0, 600)
)
def test_longer_durations_never_end_earlier(day, months, days):
    end = add(day, Duration(f"P{months}M{days}D"))

    assert end >= day
    assert end <= add(day, Duration(f"P{months}M{days + 1}D"))
    assert end <= add(day, Duration(f"P{months + 1}M{days}D"))


@hypothesis.given(st.dates(DAY(1900, 1, 1), DAY(2200, 1, 1)), st.integers(0, 200))
def test_a_year_is_twelve_months(day, years):
    assert add(day, Duration(f"P{years}Y")) == add(day, Duration(f"P{years * 12}M"))
