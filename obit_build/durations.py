"""ISO 8601 durations added to calendar days."""

import calendar
import datetime
import functools
import re

from obit_build.model.words import Duration

_PARTS = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?P<hours>\d+)H(?:(?P<minutes>\d+)M)?)?"
)


def parts(duration: Duration) -> dict[str, int]:
    """Return years, months, weeks, days, hours and minutes (0 where not given)."""
    found = _PARTS.fullmatch(duration)
    if found is None:  # pragma: no cover - the reader admits nothing else
        raise ValueError(duration)
    return {name: int(value or 0) for name, value in found.groupdict().items()}


@functools.lru_cache(maxsize=1024)  # one session's awards end on one day
def add(day: datetime.date, duration: Duration) -> datetime.date:
    """Return ``day`` plus the duration; 29 February and month ends fall on the month's last day.

    Raises OverflowError past the year 9999.
    """
    length = parts(duration)
    months = day.year * 12 + day.month - 1 + length["years"] * 12 + length["months"]
    year, month = months // 12, months % 12 + 1
    if year > datetime.MAXYEAR:
        raise OverflowError("the date lies past the year 9999")
    last = calendar.monthrange(year, month)[1]
    days = length["weeks"] * 7 + length["days"] + length["hours"] // 24
    return datetime.date(year, month, min(day.day, last)) + datetime.timedelta(days=days)


def after(at: datetime.datetime, duration: Duration) -> datetime.datetime:
    """Return the instant ``duration`` after ``at``, hours and minutes included."""
    length = parts(duration)
    days = add(at.date(), duration) - at.date() - datetime.timedelta(days=length["hours"] // 24)
    return at + days + datetime.timedelta(hours=length["hours"], minutes=length["minutes"])
