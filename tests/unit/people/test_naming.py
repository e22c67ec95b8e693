"""Where a text names somebody: found whatever the form, and nothing that only looks alike."""

import pytest
from centre import a_centre, text, with_settings

from obit_build.model.award import Recipient
from obit_build.model.profile import Profile
from obit_build.model.settings import Privacy
from obit_build.model.words import Code, EmailAddress, Slug
from obit_build.people.naming import Places, persons_of


def persons(*names: str, email: str = "zq-7f3a@example.org"):
    people = {
        f"code{n}": Recipient(code=Code(f"code{n}"), name=name, email=email if n == 0 else None)
        for n, name in enumerate(names)
    }
    return persons_of(a_centre(recipients=people))


@pytest.mark.parametrize(
    "said",
    [
        "Zebedée Quux-Martin",
        "zebedee quux martin",
        "QUUX MARTIN, Zebedee",
        "Martin Zebedee Quux",
        "(Zebedee  Quux\nMartin)",
        "zebede\u0301e-quux-martin.yaml",
    ],
)
def test_a_name_is_found_whatever_its_accents_capitals_signs_and_order(said: str):
    (found,) = persons("Zebedée Quux-Martin").names_in(f"before {said} after")

    assert f"before {said} after"[slice(*found)].strip("(),") == said.strip("()").removesuffix(
        ".yaml"
    )


@pytest.mark.parametrize("said", ["Zebedee Quuxx", "Zebedee and Quux", "Zebedee", "Quux", ""])
def test_what_is_not_the_whole_name_is_none(said: str):
    assert list(persons("Zebedee Quux").names_in(said)) == []


def test_a_single_word_is_no_name():
    assert list(persons("Firewall").names_in("Firewall")) == []


def test_whoever_is_named_as_responsible_may_be_named():
    profile = Profile(name=text("CITC"), slug=Slug("citc"), official=text("Zebedee Quux"))
    person = Recipient(code=Code("code0"), name="ZEBEDEE QUUX")
    found = persons_of(a_centre(recipients={"code0": person}, profiles={"citc": profile}))

    assert list(found.names_in("Zebedee Quux")) == []


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("write to Zq-7F3A@Example.org.", "Zq-7F3A@Example.org"),
        ("a.b+c@sub.example.museum", "a.b+c@sub.example.museum"),
    ],
)
def test_an_address_is_found(said: str, address: str):
    assert [said[slice(*span)] for span in persons("A B").addresses_in(said)] == [address]


@pytest.mark.parametrize(
    "said",
    [
        "logo@2x.png",
        "@media print",
        "npm i x@1.2.3",
        "a@b",
        "https://x.example/@user",
        "@example.org",
    ],
)
def test_what_only_looks_like_an_address_is_none(said: str):
    assert list(persons("A B").addresses_in(said)) == []


def test_only_listed_addresses_on_request():
    said = "other@example.org zq-7f3a@example.org"

    assert [said[slice(*span)] for span in persons("A B").addresses_in(said, listed=True)] == [
        "zq-7f3a@example.org"
    ]


def test_the_contact_of_the_centre_may_be_named():
    privacy = Privacy(contact=EmailAddress("dpo@example.org"))
    found = persons_of(with_settings(a_centre(), privacy=privacy))

    assert list(found.addresses_in("dpo@example.org")) == []


def test_places_count_lines_and_columns_from_one():
    places = Places("x.yaml", "a\nbc\n")

    assert str(places.of((2, 4))) == "x.yaml:2:1"
    assert places.of((2, 4)).length == 2
