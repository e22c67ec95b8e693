import datetime

import pytest
from builders import an_issued_award
from centre import a_centre, an_award

from obit_build.ledger.ledger import Ledger
from obit_build.website.states import AwardState, instant_of, state_of

AT = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
DECIDED = datetime.date(2026, 5, 1)


def issued(**fields):
    repository = a_centre([an_award()])
    ledger = Ledger(mode="live", site="", salt=b"s" * 32, size=1, head="", last_at=AT)
    return an_issued_award(repository, ledger, repository.awards[0], **fields)


@pytest.mark.parametrize(
    ("start", "end", "state", "day"),
    [
        ("2026-03-14T00:00:00Z", None, "valid", None),
        ("2026-03-14T00:00:00Z", "2027-02-19T12:00:00Z", "valid", None),
        ("2026-03-14T00:00:00Z", "2027-02-19T11:59:59Z", "expiring", "2027-02-19"),
        ("2026-03-14T00:00:00Z", "2026-11-21T12:00:00Z", "expiring", "2026-11-21"),
        ("2026-03-14T00:00:00Z", "2026-11-21T11:59:59Z", "expired", "2026-11-21"),
        ("2026-11-21T12:00:00Z", None, "valid", None),
        ("2026-11-21T12:00:01Z", None, "not-yet-valid", "2026-11-21"),
        ("2026-11-21T13:30:00+02:00", None, "valid", None),
        ("9999-12-31T23:59:59-05:00", None, "valid", None),
        ("not a time", 7, "valid", None),
    ],
)
def test_an_active_award_stands_as_its_dates_say(start, end, state, day):
    found = state_of(issued(), {"validFrom": start, "validUntil": end}, AT)
    assert (found.name, found.day and found.day.isoformat()) == (state, day)


@pytest.mark.parametrize("decision", ["suspended", "revoked", "replaced", "withdrawn"])
def test_a_decision_weighs_more_than_the_dates(decision):
    document = {"validFrom": "2030-01-01T00:00:00Z", "validUntil": "2020-01-01T00:00:00Z"}
    found = state_of(issued(state=decision, state_date=DECIDED), document, AT)
    assert found == AwardState(name=decision, day=DECIDED)


@pytest.mark.parametrize(
    ("name", "final", "offers"),
    [
        ("valid", False, True),
        ("expiring", False, True),
        ("expired", False, True),
        ("not-yet-valid", False, True),
        ("suspended", False, False),
        ("revoked", True, False),
        ("replaced", True, False),
        ("withdrawn", True, False),
    ],
)
def test_copies_are_handed_out_only_of_what_is_neither_suspended_nor_lost(name, final, offers):
    state = AwardState(name=name)
    assert (state.is_final, state.offers_copies) == (final, offers)


def test_a_time_without_a_zone_is_utc():
    found = instant_of({"x": "2026-11-21T12:00:00"}, "x")
    assert found == AT
