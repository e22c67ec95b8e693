"""From an award's page to its credential."""

import pytest

from obit_build.verifying.award_links import credential_link, is_page

URL = "https://badges.example/awards/x/"


@pytest.mark.parametrize(
    ("head", "link"),
    [
        ('<link rel="alternate" type="application/vc" href="credential.json">', f"{URL}credential.json"),
        ('<LINK TYPE="Application/VC; q=1" HREF="/c.json" REL="nofollow ALTERNATE" />', "https://badges.example/c.json"),
        ("<link rel=alternate type=application/vc+jwt href=https://far.example/c.jwt>", "https://far.example/c.jwt"),
        ('<link rel="alternate" hreflang="nl" href="/nl/"><link rel="alternate" type="application/vc" href="a"><link rel="alternate" type="application/vc" href="b">', f"{URL}a"),
        ('<link rel="alternate" type="application/vc" href="a?x=1&amp;y=2">', f"{URL}a?x=1&y=2"),
        ('<link rel="stylesheet" type="application/vc" href="a">', None),
        ('<link rel="alternate" type="application/json" href="a">', None),
        ('<link rel="alternate" type="application/vc" href="">', None),
        ('<a rel="alternate" type="application/vc" href="a">', None),
        ('<link rel="alternate" type="application/vc" href="https://[">', None),
        ("", None),
    ],
)  # fmt: skip
def test_a_page_names_its_credential(head, link):
    page = f"<!doctype html><html><head>{head}</head></html>".encode()

    assert is_page(page)
    assert credential_link(page, URL) == link


@pytest.mark.parametrize(
    "data",
    [b'{"a": "<html>"}', b"\x89PNG", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"", b"%PDF-"],
)
def test_other_files_are_no_pages(data):
    assert not is_page(data)


def test_a_page_without_end_is_read_as_far_as_it_matters():
    page = b"<html><head>" + b"<" * 3_000_000

    assert credential_link(page, URL) is None
