"""Awards that were read from plain lines hold their key; what else they say is looked up."""

import dataclasses
import datetime
import pickle
import tracemalloc

import pytest
from centre import a_badge

from obit_build.centre.awards import awards_of, lines_of
from obit_build.centre.files import Files
from obit_build.centre.sources import read_sources
from obit_build.checks import run_checks
from obit_build.model.award import Award, AwardFile
from obit_build.model.words import Text
from obit_build.reading.places import Source
from obit_build.reading.plain_reader import read_record
from obit_build.spool import Shelf

SESSION = """\
issued: 2026-03-14
expires: never
evidence:
  - https://example.org/all
to: # the first group
  # who came early
  - r0001
  - id: r0002
    narrative: |
      Réussi.
        - r0009

      Bien.
  - id: r0003
    n: 2
    evidence:
      - https://example.org/own
    expires: 2027-01-01

version: 2
narrative: Tous ensemble.
"""
SETTINGS = b"site: https://badges.example.org/\nlanguages: [fr]\n"
BADGE = b"""\
name: Pare-feu
description: Sait filtrer.
criteria: Filtrer.
image: image.svg
result_description: [{id: note, name: Note, result_type: Percent, value_min: '0', value_max: '100'}]
"""


def read(text: str, *, in_memory: bool) -> list[Award]:
    kept = text.encode() if in_memory else Shelf().put(text.encode())
    file = read_record(Source("session.yaml", kept), AwardFile, "fr")
    return list(awards_of(a_badge("pare-feu"), file, lines_of(file, "fr")))


@pytest.mark.parametrize("in_memory", [False, True], ids=["read again", "in memory"])
def test_an_award_says_what_its_line_and_its_file_say(in_memory: bool):
    first, second, third = read(SESSION, in_memory=in_memory)

    assert [a.key.recipient for a in (first, second, third)] == ["r0001", "r0002", "r0003"]
    assert {a.key.version for a in (first, second, third)} == {"2"}
    assert (first.narrative, first.expires) == (Text({"fr": "Tous ensemble."}), "never")
    assert second.narrative == Text({"fr": "Réussi.\n  - r0009\n\nBien.\n"})
    assert (third.key.n, third.expires) == (2, datetime.date(2027, 1, 1))
    assert [x.url for x in third.evidence] == ["https://example.org/all", "https://example.org/own"]
    assert [str(a.location) for a in (first, second, third)] == [
        "session.yaml:7:5",
        "session.yaml:8:5",
        "session.yaml:14:5",
    ]
    assert str(third.locations["n"]) == "session.yaml:15:8"


@pytest.mark.parametrize("in_memory", [False, True], ids=["read again", "in memory"])
def test_an_award_is_replaced_compared_and_sent_like_any_other(in_memory: bool):
    # given
    _, second, third = read(SESSION, in_memory=in_memory)

    # when
    other = dataclasses.replace(third, visibility="public")

    # then
    assert (other.visibility, other.expires, other.location) == (
        "public",
        third.expires,
        third.location,
    )
    assert other != third
    assert dataclasses.replace(other, visibility=None) == third
    assert pickle.loads(pickle.dumps([second, third])) == [second, third]  # noqa: S301 - written above
    with pytest.raises(TypeError, match=r"^Award has other fields$"):
        dataclasses.replace(third, colour="red")


def test_lines_that_can_not_be_told_apart_are_kept_as_they_were_read():
    listed = "issued: 2026-03-14\nto: [r0001, {id: r0002, narrative: Bien.}]\n"

    awards = read(listed, in_memory=False)

    assert [a.narrative for a in awards] == [None, Text({"fr": "Bien."})]


def large_centre(number: int) -> dict[str, bytes]:
    lines = ["issued: 2026-03-14", "to:"]
    for code in range(number):
        lines += [f"  - id: r{code:06d}", "    narrative: A réussi tout ce qui était demandé."]
        lines += ["    results: [{result_description: note, value: '150'}]"]
    people = "code\n" + "".join(f"r{code:06d}\n" for code in range(number))
    return {
        "obit.yaml": SETTINGS,
        "issuers/citc/issuer.yaml": b"name: CITC\n",
        "badges/pare-feu/badge.yaml": BADGE,
        "badges/pare-feu/image.svg": b"<svg/>",
        "badges/pare-feu/awards/session.yaml": "\n".join(lines).encode() + b"\n",
        "recipients.csv": people.encode(),
    }


def on_a_shelf(files: dict[str, bytes]) -> Files:
    shelved = Files(Shelf().put, most=0)
    for path, data in files.items():
        shelved.add(path, data)
    return shelved


def test_of_a_large_centre_what_lines_say_is_not_kept():
    # given
    number = 2000
    files = on_a_shelf(large_centre(number))
    read_sources(files)  # what is made once is not counted

    # when
    tracemalloc.start()
    repository, problems = read_sources(files)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    # then
    assert problems == []
    assert len(repository.awards) == number
    assert taken < 750 * number  # with all that they say it is 1500


def test_a_large_centre_is_checked_like_a_small_one(monkeypatch: pytest.MonkeyPatch):
    # given
    files = large_centre(5)
    now = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
    small = run_checks(read_sources(files)[0], at=now)
    monkeypatch.setattr("obit_build.checks.READ_AGAIN", 2)

    # when
    large = run_checks(read_sources(on_a_shelf(files))[0], at=now)

    # then
    assert [p.check for p in small].count("result-value-is-possible") == 5
    assert large == small
