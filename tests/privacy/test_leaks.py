"""Four people go through issuing, suspension, revocation, withdrawal and erasure; nobody is found.

Looked through after each step: what every command said, the public repository with all that Git
keeps of it, the ledger, the site, plans, summaries and names of files. Whoever agreed is named on
the pages meant for it, and nowhere else.
"""

import re
from pathlib import Path

import pytest
from canaries import (
    AGREED,
    AWARDS,
    NAMED,
    PEOPLE,
    PUBLIC,
    PUBLIC_AND_NAMED,
    UNLISTED,
    Centre,
    a_centre,
)
from traces import Person, traces

FIRST, SECOND = AWARDS


def pages_of(centre: Centre, person: Person, *badges: str) -> set[str]:
    """The pages that may name a person: the own one, and those of awards that still count."""
    ids = centre.ids(person)
    said = (centre.root / "site").glob("awards/*/index.html")
    shown = {
        path.parent.name
        for path in said
        if path.parent.name in ids and any(f"badges/{b}/" in path.read_text() for b in badges)
    }
    own = centre.own_page(person)
    folders = [*(f"awards/{one}/" for one in shown), *([own] if own else [])]
    return {
        f"site/{prefix}{folder}index.html" for prefix in ("", "fr/", "en/") for folder in folders
    }


def expect(centre: Centre, *badges: str) -> None:
    """Nobody is found but those who agreed, on the pages of these badges and on their own."""
    found = centre.found()
    for person in PEOPLE:
        places = found.pop(person.name, {})
        wanted = pages_of(centre, person, *badges) if person in AGREED and badges else set()
        assert set(places) == wanted, f"{person.code}: {places}"
        for place in places:
            assert person.email.partition("@")[0] not in (centre.root / place).read_text()
    assert found == {}


def what_is_said_before_anything_is_issued(centre: Centre) -> None:
    for form in ("text", "json", "github", "gitlab"):
        centre.obit("check", "--format", form, "--summary", str(centre.root / "summary.md"))
    centre.obit("check", "--history")
    for form in ("text", "markdown", "json"):
        centre.obit("plan", "--format", form, "--out", str(centre.root / "plan.json"))
    centre.obit("build", "--preview", "--out", "site", "--at", centre.at)
    centre.obit("doctor", "--offline", fails=True)

    # A preview names those who agreed as the real site will.
    found = centre.found()

    assert set(found) == {person.name for person in AGREED}
    assert all(re.match(r"site/(fr/|en/)?(awards|holders)/", p) for x in found.values() for p in x)


def issued_and_built(centre: Centre) -> None:
    centre.publish("Begin to issue")
    centre.obit("verify", str(centre.root / "site"), "--at", centre.at)
    centre.obit("verify", "--json", str(centre.root / "site"), "--at", centre.at)
    centre.obit("people", "list")
    centre.obit("people", "lookup", UNLISTED.code, fails=True)
    centre.obit("check", "--history")

    expect(centre, FIRST, SECOND)


def addresses_of_unlisted_pages_are_nowhere_else(centre: Centre) -> None:
    site = centre.root / "site"
    files = {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    for person in PEOPLE:
        own, listed = centre.own_page(person), person in (PUBLIC, PUBLIC_AND_NAMED)
        for award in centre.ids(person):
            naming = {path for path, data in files.items() if award.encode() in data}
            outside = {p for p in naming if f"awards/{award}/" not in p and not (own and own in p)}
            assert outside == ({"catalog.json", "sitemap.xml"} if listed else set()), person.code
        if own:
            assert [p for p, data in files.items() if own.encode() in data and own not in p] == []


def suspended(centre: Centre) -> None:
    for person in PEOPLE:
        centre.obit(
            "suspend",
            person.code,
            "--badge",
            FIRST,
            "--date",
            "2026-05-01",
            "--reason",
            "En examen",
        )
    centre.obit("plan", "--format", "markdown")
    centre.publish("Suspend")

    expect(centre, SECOND)


def revoked(centre: Centre) -> None:
    for person in PEOPLE:
        centre.obit("revoke", person.code, "--badge", FIRST, "--date", "2026-06-01")
    centre.publish("Revoke")

    expect(centre, SECOND)


def withdrawn(centre: Centre) -> None:
    for person in PEOPLE:
        centre.obit("withdraw", person.code, "--badge", FIRST, "--date", "2026-07-01")
    centre.publish("Withdraw")

    expect(centre, SECOND)


def forgotten(centre: Centre) -> None:
    tombs = {person: centre.ids(person) for person in PEOPLE}
    for person in PEOPLE:
        centre.obit("people", "forget", person.code, "--date", "2026-08-01")
    centre.publish("Forget them all")
    centre.obit("verify", str(centre.root / "site"), "--at", centre.at, fails=True)
    centre.obit("people", "expire")

    assert centre.found() == {}
    site = centre.root / "site"
    assert not (site / "holders").exists()
    assert not list(site.rglob("credential.json"))
    assert not list(site.rglob("badge.png"))
    for ids in tombs.values():
        assert all("Retiré" in (site / "awards" / one / "index.html").read_text() for one in ids)
    assert "@" not in (centre.vault / "recipients.csv").read_text()


@pytest.mark.invariant(18)
def test_nobody_is_found_from_the_first_check_to_the_erasure(tmp_path: Path):
    centre = a_centre(tmp_path)

    what_is_said_before_anything_is_issued(centre)
    issued_and_built(centre)
    addresses_of_unlisted_pages_are_nowhere_else(centre)
    suspended(centre)
    revoked(centre)
    withdrawn(centre)
    forgotten(centre)


def test_mistakes_are_told_without_repeating_them(tmp_path: Path):
    centre = a_centre(tmp_path)
    vault, award = centre.vault / "recipients.csv", centre.root / AWARDS[FIRST]
    rows = vault.read_text().replace(UNLISTED.email, f"{UNLISTED.email} x")
    rows = rows.replace(NAMED.name, f"={NAMED.name}")
    vault.write_text(f"{rows}{PUBLIC.name},{PUBLIC.email},,,,,\n{PUBLIC.email}\n")
    with award.open("a") as lines:
        lines.write(
            f"  - {PUBLIC.name}\n  - id: {PUBLIC.email}\nnarrative: {NAMED.last} {NAMED.first}\n"
        )
    code = UNLISTED.code

    done = [
        centre.obit(*words.split(), fails=True)
        for words in (
            "check", "check --format json", "check --format github", "check --format gitlab", "plan",
            "issue", "build", "people list", "people expire", f"people lookup {code}",
            f"people links {code}", f"people forget {code}", f"withdraw {code}",
            f"people import {vault}",
        )
    ]  # fmt: skip

    assert {one.code for one in done} <= {1, 4}
    assert [
        name for name, said in centre.said.items() if any(traces(said, p) for p in PEOPLE)
    ] == []


NAME_EVERYBODY = """
from obit_build.model.award import Recipient
Recipient.public_name = property(lambda self: self.name)
"""
PAGES_FOR_ALL = f"""{NAME_EVERYBODY}
Recipient.wants_page = property(lambda self: True)
"""
ADDRESS_IN_EVENTS = """
import base64
from obit_build.ledger.replay import Replay
next_event = Replay.next_event
hint = base64.b64encode(b"id: zq-7f3a@example.org").decode()
Replay.next_event = lambda self, *words, **members: next_event(self, *words, **members, hint=hint)
"""
A_WORD_TOO_MANY = """
from obit_build.cli import issuing
say = issuing.say
issuing.say = lambda text="", **named: say(f"{text}, for Quux", **named)
"""
LEAKS = {
    "a name without consent": (NAME_EVERYBODY, r"site/awards/[a-z2-7]{32}/index\.html"),
    "a page without a wish": (PAGES_FOR_ALL, r"site/holders/[a-z2-7]{32}/index\.html"),
    "an address in the ledger": (ADDRESS_IN_EVENTS, r"objects of remote\.git"),
    "a word too many": (A_WORD_TOO_MANY, r"\d+ obit issue .*"),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_an_obit_that_leaks_is_found_out(tmp_path: Path, leak: str):
    program, place = LEAKS[leak]
    centre = a_centre(tmp_path, program)

    centre.publish("Begin to issue")

    found = centre.found(UNLISTED)[UNLISTED.name]
    assert any(re.fullmatch(place, where) for where in found), found
