"""The quick way of reading a people list means what the thorough way means, every place included."""

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.people import plain_rows
from obit_build.people import recipients as people
from obit_build.people.recipients import read_recipients
from obit_build.reading.plain_yaml import Doubt

HEADERS = st.sampled_from(
    ["code,name,email,language,show_name,consent_date,holder_page", "code", "name, Code ,email", "language,code\r", "code,nme", '"code",name', ""]
)  # fmt: skip
CELLS = st.sampled_from(
    ["r0001", "r0002", "r0003", " r0004 ", "", "", " ", "Ada", "Zoë E\u0301xemple", "ada@example.org", "ADA@example.org", "b@example.org", "fr", "nl-BE", "yes", "no", "oui",
     "2026-03-14", "2026-02-30", "=1", "-x", '"q"', '"a,b"', '"a""b"', '"open', "a\tb", "a\u2028b", "\u3000r0005", "x" * 300, "a b", "é\x85"]
)  # fmt: skip
ROWS = st.tuples(st.lists(CELLS, max_size=8).map(",".join), st.sampled_from(["\n", "\n", "\r\n", "\r", "", "\n\n"])).map("".join)  # fmt: skip
GOOD_ROWS = st.builds(
    lambda n, name, mail, language, shown, day, end: f"r{n:04d},{name},{mail and f'{n}{mail}'},{language},{shown},{day},no{end}",
    st.integers(0, 40), st.sampled_from(["", "Ada E", " Zoé "]), st.sampled_from(["", "@example.org"]), st.sampled_from(["", "fr", "nl-BE"]), st.sampled_from(["", "yes", "no"]),
    st.sampled_from(["", "2026-01-31"]), st.sampled_from(["\n", "\r\n", "\n \n"]),
)  # fmt: skip
LISTS = st.one_of(
    st.builds(lambda header, rows: header + "\n" + "".join(rows), HEADERS, st.lists(ROWS, max_size=5)),
    st.builds(
        lambda rows, odd: "code,name,email,language,show_name,consent_date,holder_page\r\n" + "".join(rows) + odd,
        st.lists(GOOD_ROWS, max_size=6), st.one_of(st.just(""), ROWS),
    ),
)  # fmt: skip


def told(data):
    """What a reading tells: everything of everybody, with all places, and what is wrong."""
    recipients, problems = read_recipients(data, "recipients.csv")
    told = []
    for code, person in recipients.items():
        places = [(name, at.line, at.column, at.length) for name, at in person.locations.items()]
        told.append((code, person, person.location, person.location.length, places))
    return told, problems


@pytest.fixture
def thorough(monkeypatch):
    """Switch the quick way off and on."""
    quick = people.plain_recipients

    def doubt(*_arguments):
        raise Doubt

    def switch(*, on):
        monkeypatch.setattr(people, "plain_recipients", doubt if on else quick)

    return switch


@hypothesis.settings(
    deadline=None, max_examples=300, suppress_health_check=list(hypothesis.HealthCheck)
)
@hypothesis.given(LISTS)
def test_a_people_list_tells_the_same_both_ways(thorough, text):
    data = text.encode("utf-8")
    thorough(on=False)
    quick = told(data)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plain_rows, "KEPT", -1)
        read_again = told(data)

    thorough(on=True)

    assert told(data) == quick == read_again


def test_a_list_as_people_write_it_is_read_the_quick_way(monkeypatch):
    monkeypatch.setattr(people._Table, "add", None)
    data = "code,name,email\r\nr0001, Zoé E ,zoe@example.org\r\n\r\n ,,\r\nr0002,,\r\nr0003,A,\r\n"

    recipients, problems = read_recipients(data.encode(), "recipients.csv")

    assert problems == []
    assert [(p.code, p.name, str(p.location)) for p in recipients.values()] == [
        ("r0001", "Zoé E", "recipients.csv:2:1"),
        ("r0002", None, "recipients.csv:5:1"),
        ("r0003", "A", "recipients.csv:6:1"),
    ]
    assert str(recipients["r0001"].locations["email"]) == "recipients.csv:2:15"
