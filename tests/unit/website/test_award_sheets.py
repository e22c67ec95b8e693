"""Files of awards that are filled in are the very files that would have been made in full."""

import dataclasses
import datetime
import random

import older_centre
import pytest
from builders import a_ledger, files_of, site_inputs
from centre import a_badge, a_centre, an_award, text

from obit_build.model.achievement import ResultDescription
from obit_build.model.award import Evidence, Recipient, Result
from obit_build.model.words import Code, Language, Slug, Term, Text, Url
from obit_build.website import award_sheets
from obit_build.website.credential_kinds import CredentialKinds
from obit_build.website.files import OutputFile
from obit_build.website.shared import Shared
from obit_build.website.units import Units

NARRATIVES = (
    None, "A réussi.", "**gras** & <b>", "- un\n- deux", "deux\n\nalinéas", "[lien](https://example.org)",
    "obitslotforid", "obitslotfornarrative", "obitslotforresult3x", "<p>obitslotfornarrative</p>", "# Titre",
    "𝔘nicode 😀 ١٢٣", "été\u2028", "{{ 7 * 7 }} %s", "x" * 10_001,
)  # fmt: skip
VALUES = ("0", "82", "<82>", "A&B", "obitslotforid", "œ", "12,5 '\"")
NAMES = ("Ada Lovelace", "Zoé <Ünal> & Cie", "obitslotforholder", "obitslotforid")
DAYS = (datetime.date(2026, 3, 14), datetime.date(2026, 4, 1))
BADGE = a_badge(
    result_description=(
        ResultDescription(id=Slug("note"), name=text("Note <1>"), result_type=Term("Percent")),
    )
)


def people() -> dict[str, Recipient]:
    given = {}
    for number in range(72):
        code = f"r{number:07d}"
        name = NAMES[number // 3 % len(NAMES)] if number % 3 == 0 else None
        shown = name is not None
        given[code] = Recipient(
            code=Code(code), name=name, show_name=shown, consent_date=DAYS[0] if shown else None
        )
    return given


def awards_of_all_kinds():
    draw = random.Random(6)
    for number in range(72):
        more = {}
        if narrative := draw.choice(NARRATIVES):
            more["narrative"] = Text({"fr": narrative})
        if number % 2:
            more["results"] = (
                Result(result_description=Slug("note"), value=draw.choice(VALUES)),
            ) * draw.choice((1, 1, 2))
        if number % 20 == 3:
            address = Url(f"https://example.org/{number}?a&b")
            more["evidence"] = (Evidence(url=address, name=Text({"fr": "Preuve <1>"})),)
        if number % 10 == 4:
            more["language"] = Language("nl")
        yield an_award(f"r{number:07d}", issued=draw.choice(DAYS), **more)


def a_site_of_all_kinds(**fields):
    awards = list(awards_of_all_kinds())
    repository = a_centre(awards, achievements={"pare-feu": BADGE}, recipients=people(), **fields)
    states = {
        award.key: {"state": state, "state_date": DAYS[1]}
        for award, state in zip(
            awards, ["active", "active", "suspended", "revoked"] * 18, strict=True
        )
        if state != "active"
    }
    return site_inputs(repository, states)


def filled_and_full(inputs, monkeypatch: pytest.MonkeyPatch):
    """Make the files of all awards in both ways; return them, and how many were filled in."""

    def made():
        units = Units(Shared(inputs))
        files = [x for unit in units.awards() for x in unit.make() if isinstance(x, OutputFile)]
        return files, units._awards.sheets.filled

    filled, number = made()
    with monkeypatch.context() as patch:
        patch.setattr(CredentialKinds, "own", lambda _kinds, _data: None)
        full, none = made()
    assert none == 0
    return filled, full, number


def test_awards_of_all_kinds_have_the_files_that_are_made_in_full(monkeypatch):
    filled, full, number = filled_and_full(a_site_of_all_kinds(), monkeypatch)

    assert filled == full
    assert number > 5


def test_assertions_of_an_older_version_say_what_is_each_awards_own(monkeypatch):
    codes = [f"r{number:07d}" for number in range(8)]
    awards = [an_award(code, narrative=text(f"A réussi {code}.")) for code in codes]
    holders = {x: Recipient(code=Code(x), email=f"{x}@example.org") for x in codes}
    inputs = site_inputs(older_centre.a_centre(awards, recipients=holders))

    filled, full, number = filled_and_full(inputs, monkeypatch)

    assert filled == full
    assert number == 5
    for code in codes:
        assert sum(code.encode() in x.data for x in filled if "assertion" in x.path) == 1


LOOKING = (
    "{% if award.id[0] < 'm' %}early{% endif %}",
    "{{ award.narrative.text|length if award.narrative }}",
    "{{ award.narrative }}",
    "{% if award.holder == 'Ada Lovelace' %}first{% endif %}",
    "{% for one in award.results %}{{ one.value|string|length }}{% endfor %}",
    "{{ award.url|urlencode }}",
    "{{ award.band.label ~ award.id }}",
)


@pytest.mark.parametrize("said", LOOKING)
def test_a_theme_that_looks_at_what_is_an_awards_own_gets_it(said, monkeypatch):
    page = '{% extends "base.html" %}{% block main %}' + said + "{{ results }}{% endblock %}"
    inputs = a_site_of_all_kinds(templates={"award.html": page})

    filled, full, _ = filled_and_full(inputs, monkeypatch)

    assert filled == full


def test_a_theme_that_looks_at_results_gets_them(monkeypatch):
    part = "{% for one in results %}{{ 'top' if one.value == '82' else one.value }}{% endfor %}"
    inputs = a_site_of_all_kinds(templates={"partials/results.html": part})

    filled, full, _ = filled_and_full(inputs, monkeypatch)

    assert filled == full
    assert any(b"top" in file.data for file in filled)


def test_an_award_that_took_the_place_of_another_stands_alone():
    awards = [an_award(f"r{number:07d}") for number in range(5)]
    repository = a_centre(awards)
    ledger = a_ledger(repository)
    first, *_, last = ledger.awards.values()
    new = dataclasses.replace(last, replaces=first.id)
    ledger = dataclasses.replace(ledger, awards={**ledger.awards, last.id: new})
    units = Units(Shared(site_inputs(repository, ledger=ledger)))

    for unit in units.awards():
        list(unit.make())

    assert units._awards.sheets.filled == 1  # of the other four, three were made in full


def test_no_more_kinds_are_remembered_than_fit(monkeypatch):
    monkeypatch.setattr(award_sheets, "MAX_SHEETS", 3)
    inputs = a_site_of_all_kinds()

    files = files_of(inputs)
    monkeypatch.setattr(CredentialKinds, "own", lambda _kinds, _data: None)

    assert files == files_of(inputs)
