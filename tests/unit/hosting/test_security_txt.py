"""Whom to tell of a weakness: RFC 9116, line by line."""

import datetime
import re

import pytest
from builders import a_site
from centre import NOON, a_centre, with_settings

from obit_build.hosting.security_txt import expiry, security_txt
from obit_build.model.settings import Security, Settings
from obit_build.model.words import EmailAddress, Language, Url

AT_THE_TOP = Url("https://badges.example.org/")
FULL = Security(
    contact=EmailAddress("sécurité+web@example.org"),
    page=Url("https://example.org/report"),
    policy=Url("https://example.org/policy"),
)
FIELDS = {"Contact", "Expires", "Preferred-Languages", "Canonical", "Policy"}


def said(security=FULL, site=AT_THE_TOP, languages=("fr", "nl", "en")):
    spoken = tuple(Language(x) for x in languages)
    return security_txt(Settings(site=site, languages=spoken, security=security), NOON)


def test_the_file_names_all_that_obit_yaml_says_and_when_it_ends():
    assert said() == (
        "Contact: mailto:s%C3%A9curit%C3%A9%2Bweb@example.org\n"
        "Contact: https://example.org/report\n"
        "Expires: 2027-11-20T12:00:00Z\n"
        "Preferred-Languages: fr, nl, en\n"
        "Canonical: https://badges.example.org/.well-known/security.txt\n"
        "Policy: https://example.org/policy\n"
    )


def test_the_file_keeps_the_rules_of_its_standard():
    lines = (said() or "").removesuffix("\n").split("\n")

    fields = [re.fullmatch(r"([A-Za-z-]+): (\S.*)", line) for line in lines]
    assert all(fields)
    names = [field[1] for field in fields if field]
    assert set(names) == FIELDS
    assert names.count("Expires") == names.count("Preferred-Languages") == 1
    assert all(x[2].startswith(("https://", "mailto:")) for x in fields if x and x[1] == "Contact")
    ends = expiry(said() or "")
    assert ends is not None
    assert datetime.timedelta(0) < ends - NOON < datetime.timedelta(days=365)


@pytest.mark.parametrize(
    ("security", "site"),
    [
        (Security(), AT_THE_TOP),
        (Security(policy=Url("https://example.org/policy")), AT_THE_TOP),
        (FULL, Url("https://example.org/badges/")),
    ],
)
def test_without_anybody_to_name_or_a_place_to_be_found_there_is_no_file(security, site):
    assert said(security, site) is None
    centre = with_settings(a_centre(), site=site, security=security)
    assert ".well-known/security.txt" not in a_site(centre)


def test_a_site_publishes_it_where_it_is_looked_for():
    centre = with_settings(a_centre(), site=AT_THE_TOP, security=FULL)

    assert a_site(centre)[".well-known/security.txt"].startswith(b"Contact: mailto:")


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Expires: 2027-01-01T00:00:00Z", datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)),
        ("# a note\r\nexpires:2027-01-01t02:00:00+02:00\r\n", datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)),
        ("Expires: 2027-01-01", None),
        ("Expires: 2027-01-01T00:00:00", None),
        ("Expires: never", None),
        ("Contact: mailto:x@example.org", None),
        ("Expires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_end_is_read_as_the_standard_writes_it(text, ends):
    assert expiry(text) == ends
