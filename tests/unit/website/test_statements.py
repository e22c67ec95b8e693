"""The accessibility statement and the page for wrong addresses."""

import datetime

import pytest
from builders import a_site
from centre import a_centre, text, with_settings
from html_pages import Page

from obit_build.model.settings import Accessibility, Privacy
from obit_build.model.words import EmailAddress, Url


def page_with(path="accessibility/index.html", **said) -> Page:
    repository = with_settings(
        a_centre(),
        accessibility=Accessibility(**said),
        privacy=Privacy(contact=EmailAddress("dpo@example.org")),
    )
    return Page(a_site(repository)[path])


def test_without_an_audit_nothing_is_claimed():
    page = page_with()

    assert "État de ce site\u202f: non auditée (non conforme)" in page.text
    assert page.all("a", href="mailto:dpo@example.org")
    assert "%" not in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("none", "non conforme"),
        ("partial", "partiellement conforme"),
        ("full", "totalement conforme"),
    ],
)
def test_what_an_audit_found_is_said_in_the_words_of_the_law_on_every_page(status, words):
    audited = {"status": status, "audited": datetime.date(2026, 9, 30)}

    assert f"État de ce site\u202f: {words} " in page_with(**audited).text
    home = page_with("index.html", **audited)
    assert f"Accessibilité\u202f: {words}" in home.text
    assert home.all("a", href="./accessibility/")


def test_the_statement_says_when_by_whom_and_what_is_missing():
    page = page_with(
        status="partial",
        audited=datetime.date(2026, 9, 30),
        auditor=text("Atelier Accessible"),
        report=Url("https://example.org/rapport"),
        known_problems=text("Les tableaux **larges** défilent."),
        contact=EmailAddress("acces@example.org"),
    )

    for said in ("30 septembre 2026", "Atelier Accessible", "Les tableaux larges défilent."):
        assert said in page.text
    assert page.all("a", href="https://example.org/rapport")
    assert page.all("a", href="mailto:acces@example.org")


def test_the_statement_exists_in_every_language():
    page = page_with(
        "nl/accessibility/index.html", status="full", audited=datetime.date(2026, 1, 2)
    )

    assert "volledig conform" in page.text
    assert "2 januari 2026" in page.text


def test_a_wrong_address_leads_on_in_every_language():
    page = page_with("404.html")

    assert [x["lang"] for x in page.all("section")] == ["fr", "nl"]
    for language in ("fr", "nl"):
        for place in ("", "badges/", "issuers/", "verify/"):
            assert page.all("a", href=f"/x/{language}/{place}")
    assert not page.all("a", href="/x/fr/pathways/")
