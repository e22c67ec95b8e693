import datetime
from decimal import Decimal

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.model.words import (
    Code,
    Duration,
    EmailAddress,
    FileName,
    Language,
    PublicKeyMultibase,
    Slug,
    Url,
)
from obit_build.reading.kinds import (
    CONVERTERS,
    RULES,
    NotThis,
    shown,
    to_bool,
    to_date,
    to_slug,
    to_url,
)


def read(kind, text):
    return CONVERTERS[kind][1](text)


def refused(kind, text):
    with pytest.raises(NotThis) as caught:
        read(kind, text)
    assert caught.value.check in RULES
    return caught.value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (str, "NO", "NO"),
        (str, " two words ", " two words "),
        (int, "-12", -12),
        (int, "007", 7),
        (Decimal, "2.50", Decimal("2.50")),
        (bool, "TRUE", True),
        (bool, "false", False),
        (datetime.date, "2028-02-29", datetime.date(2028, 2, 29)),
        (Url, "http://data.europa.eu/esco/skill/1?a=b#c", "http://data.europa.eu/esco/skill/1?a=b#c"),
        (Url, "https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443/"),
        (Slug, "a" * 64, "a" * 64),
        (Slug, "socle-reseaux-2", "socle-reseaux-2"),
        (Code, "7f3k9m2q", "7f3k9m2q"),
        (Code, "a._", "a._"),
        (Language, "fr", "fr"),
        (Language, "zh-Hant-TW", "zh-Hant-TW"),
        (Language, "es-419", "es-419"),
        (Duration, "P3Y", "P3Y"),
        (Duration, "P1Y2M3W4DT5H6M", "P1Y2M3W4DT5H6M"),
        (Duration, "PT35H", "PT35H"),
        (EmailAddress, "prénom.nom@exemple.be", "prénom.nom@exemple.be"),
        (FileName, "image-2.svg", "image-2.svg"),
        (PublicKeyMultibase, "z6MktmXvk3xGW5oBJyXARPDBNsDGScjHBU9XqqpckN9cWXBr", "z6MktmXvk3xGW5oBJyXARPDBNsDGScjHBU9XqqpckN9cWXBr"),
    ],
)  # fmt: skip
def test_what_fits_becomes_a_value_of_its_kind(kind, text, value):
    found = read(kind, text)

    assert found == value
    assert isinstance(found, str if kind is Code else kind)  # codes are too many for a class


@pytest.mark.parametrize(
    ("kind", "text", "check", "message", "fix"),
    [
        (str, " \t", "text-is-not-empty", "the text is empty", "fill it in, or remove the field"),
        (int, "1.0", "number-is-plain", '"1.0" is not a whole number', "write it like 5"),
        (int, "٣", "number-is-plain", '"٣" is not a whole number', "write it like 5"),
        (int, "1234567890", "number-is-plain", '"1234567890" is not a whole number', "write it like 5"),
        (Decimal, "2,5", "number-is-plain", '"2,5" is not a number', "write it like 2.5"),
        (Decimal, "NaN", "number-is-plain", '"NaN" is not a number', "write it like 2.5"),
        (Decimal, "1e9", "number-is-plain", '"1e9" is not a number', "write it like 2.5"),
        (Decimal, "01.5", "number-is-plain", '"01.5" is not a number', "write it like 2.5"),
        (bool, "yes", "choice-is-one-of-the-list", '"yes" is neither true nor false', "write true or false"),
        (datetime.date, "14/03/2026", "date-is-a-day", '"14/03/2026" is not a date', "write year-month-day, like 2026-03-14"),
        (datetime.date, "2026-02-30", "date-is-a-day", '"2026-02-30" is not a day that exists', "write a day like 2026-03-14"),
        (datetime.date, "20260314", "date-is-a-day", '"20260314" is not a date', "write year-month-day, like 2026-03-14"),
        (datetime.date, "2026-W10-1", "date-is-a-day", '"2026-W10-1" is not a date', "write year-month-day, like 2026-03-14"),
        (datetime.date, "2026-03-14\n", "date-is-a-day", '"2026-03-14 " is not a date', "write year-month-day, like 2026-03-14"),
        (Url, "example.org", "address-is-absolute", '"example.org" is not a complete address', "write it like https://example.org/page, with %20 for a space"),
        (Slug, "Pare-Feu", "slug-is-plain", '"Pare-Feu" is not a plain name', "use lower-case letters, digits and single hyphens, at most 64"),
        (Code, "ab", "code-is-plain", "this is not a recipient's code", "use 3 to 64 letters, digits, dots, hyphens or underscores"),
        (Language, "FR", "language-is-a-tag", '"FR" is not a language tag', "write it like fr, nl-BE or en"),
        (Duration, "3 years", "duration-is-iso-8601", '"3 years" is not a duration', "write P3Y for three years, P18M for 18 months, P7D for 7 days"),
        (EmailAddress, "a@b", "e-mail-is-plausible", '"a@b" is not an e-mail address', "write it like name@example.org"),
        (FileName, "../logo.svg", "file-name-stays-in-its-folder", '"../logo.svg" is not the name of a file beside this one', "put the file in this folder and write its name alone, such as image.svg"),
        (PublicKeyMultibase, "z6Mk0", "key-is-a-multikey", '"z6Mk0" is not a Multikey', "copy what `obit key show` prints"),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_why_and_what_to_write(kind, text, check, message, fix):
    problem = refused(kind, text)

    assert (problem.check, problem.message, problem.fix) == (check, message, fix)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "//example.org/x",
        "https://", "https:///path", "https://user@example.org/", "https://@example.org/", "https://u:p@example.org/",
        "https://example.org/a b", "https://example.org/\u0000", 'https://example.org/"',
        "https://example.org/<x>", "https://example.org/{x}", "https://example.org/a|b",
        "https://example.org/a\\b", "https://example.org/a^b", "https://example.org/a`b",
        "https://example.org:99999/", "https://example.org:x/", "https://[::1/",
        "https://example.org/" + "a" * 2000, "",
    ],
)  # fmt: skip
def test_addresses_that_mislead_or_break_signatures_are_refused(address):
    with pytest.raises(NotThis, match="is not a complete address"):
        to_url(address)


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "a--b", "a_b", "a.b", "é", "a/b", "..", "a\n", "a" * 65, "ａ"]
)
def test_names_in_addresses_stay_plain(name):
    with pytest.raises(NotThis, match="is not a plain name"):
        to_slug(name)


@pytest.mark.parametrize(
    "code", ["", "ab", "-abc", ".abc", "a b c", "amélie", "me@example.org", "a/b/c", "a" * 65]
)
def test_codes_are_never_addresses_or_names_with_accents(code):
    refused(Code, code)


@pytest.mark.parametrize(
    "name", ["", ".svg", "a/b.svg", "a\\b", "..", "C:x.svg", "a b.svg", "é.svg"]
)
def test_file_names_stay_in_their_folder(name):
    refused(FileName, name)


@pytest.mark.parametrize(
    "text", ["P", "PT", "P1", "1Y", "p1y", "P-1Y", "P1.5Y", "P1Y1", "P٣Y", "PT5M"]
)
def test_durations_are_iso_8601_in_whole_parts(text):
    refused(Duration, text)


@pytest.mark.parametrize(
    "text", ["FR", "f", "français", "fr_BE", "fr-be", "nl-BE-x-a", "x-klingon"]
)
def test_language_tags_have_the_spelling_of_open_badges(text):
    refused(Language, text)


@pytest.mark.parametrize("text", ["on", "1", "", "tRue", " true"])
def test_a_yes_or_no_is_written_true_or_false(text):
    with pytest.raises(NotThis):
        to_bool(text)


def test_a_long_or_invisible_value_is_shown_short_and_on_one_line():
    assert shown("a\nb\u202ec\x07") == "a b c "
    assert shown("é" * 60) == "é" * 60
    assert shown("é" * 61) == "é" * 57 + "..."


@hypothesis.given(st.dates())
def test_every_day_reads_back(day):
    assert to_date(day.isoformat()) == day


@hypothesis.given(st.sampled_from(sorted(CONVERTERS, key=str)), st.text(max_size=80))
def test_no_text_raises_anything_but_a_finding_on_one_short_line(kind, text):
    try:
        read(kind, text)
    except NotThis as no:
        assert no.check in RULES
        assert no.message.isprintable()
        assert len(no.message) < 130


def test_each_rule_begins_with_a_sentence_and_explains_itself():
    for check, about in RULES.items():
        rule, _, reason = about.partition("\n\n")
        assert rule.endswith("."), check
        assert len(reason) > 20, check
