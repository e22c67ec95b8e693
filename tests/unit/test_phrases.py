import datetime
import re
from decimal import Decimal
from typing import get_args

import pytest

from obit_build.errors import RenderError
from obit_build.model.achievement import ACHIEVEMENT_TYPES
from obit_build.model.award import RESULT_STATUSES
from obit_build.package import PACKAGE
from obit_build.phrases import LOCALE, PLACEHOLDER, SHIPPED, phrases_for, read_catalogue

ROOT = PACKAGE.parent
CATALOGUES = {tag: read_catalogue((LOCALE / f"{tag}.yaml").read_bytes(), tag) for tag in SHIPPED}

# Keys that the code puts together: prefix → the endings that occur.
COMPOSED = {
    "badge.type.": {*ACHIEVEMENT_TYPES, "ext:OpenRecognition"},
    "result.status.": set(get_args(RESULT_STATUSES)),
    "duration.": {
        f"{unit}_{number}"
        for unit in ("years", "months", "weeks", "days", "hours", "minutes")
        for number in ("one", "other")
    },
}


def used_keys() -> set[str]:
    used = {prefix + ending for prefix, endings in COMPOSED.items() for ending in endings}
    for path in (*(ROOT / "templates").rglob("*.html"), *(ROOT / "obit_build").rglob("*.py")):
        text = path.read_text("utf-8")
        used |= set(re.findall(r"""\b(?:t|phrase)\(\s*["']([a-z0-9_]+\.[a-z0-9_.]+)["']""", text))
        for key in re.findall(r"""\bcount\(\s*["']([a-z0-9_]+\.[a-z0-9_.]+)["']""", text):
            used |= {f"{key}_one", f"{key}_other"}
    return used


def test_every_phrase_that_is_used_exists_and_no_other_does():
    assert set(CATALOGUES["en"].texts) == used_keys()


@pytest.mark.parametrize("tag", sorted(set(SHIPPED) - {"en"}))
def test_all_catalogues_have_the_same_phrases_with_the_same_values(tag):
    def values(catalogue):
        return {key: sorted(PLACEHOLDER.findall(text)) for key, text in catalogue.texts.items()}

    assert values(CATALOGUES[tag]) == values(CATALOGUES["en"])


def test_french_signs_have_their_narrow_space():
    wrong = {
        key: text
        for key, text in CATALOGUES["fr"].texts.items()
        if re.search(r" [;:!?»]|« |[^ \u202f/][;!?»](?!/)|\w:(?!/)|'", text)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("fr", datetime.date(2026, 3, 14), "14 mars 2026"),
        ("fr", datetime.date(2026, 8, 1), "1er août 2026"),
        ("nl", datetime.date(2026, 3, 1), "1 maart 2026"),
        ("en", datetime.date(2026, 3, 1), "1 March 2026"),
        ("nl-BE", datetime.date(2026, 12, 31), "31 december 2026"),
        ("de", datetime.date(2026, 3, 1), "1. März 2026"),
    ],
)
def test_a_day_is_written_as_the_language_does(language, day, written):
    assert phrases_for(language).date(day) == written


@pytest.mark.parametrize(
    ("language", "n", "written"),
    [
        ("fr", 0, "0 badge"),
        ("fr", 1, "1 badge"),
        ("fr", 2, "2 badges"),
        ("en", 0, "0 badges"),
        ("en", 1, "1 badge"),
        ("nl", 1, "1 badge"),
        ("nl", 0, "0 badges"),
        ("de", 1, "1 Badge"),
        ("de", 0, "0 Badges"),
    ],
)
def test_a_count_takes_the_language_s_plural(language, n, written):
    assert phrases_for(language).count("badge.badges_count", n) == written


def test_a_count_can_be_written_otherwise_than_counted():
    said = phrases_for("fr").count("badge.hours_value", Decimal("1.5"), n="1,5")
    assert said == "1,5 heure"


def test_values_are_put_in_as_they_are_and_never_looked_into():
    own = {"locale/fr.yaml": 'status.issued_line: "{issuer} {issuer.__class__} {nobody} {date}"\n'}
    said = phrases_for("fr", own).phrase("status.issued_line", issuer="{date}", date="le 3")
    assert said == "{date} {issuer.__class__} {nobody} le 3"


def test_a_centre_says_one_sentence_its_own_way_and_keeps_the_rest():
    mine = phrases_for("nl", {"locale/nl.yaml": "site.badges: Onze badges\n"})
    assert mine.phrase("site.badges") == "Onze badges"
    assert mine.phrase("site.issuers") == "Uitgevers"
    assert mine.date(datetime.date(2026, 3, 14)) == "14 maart 2026"


def test_a_language_is_added_by_one_file_and_english_stands_in_for_what_it_lacks():
    months = ", ".join(f"M{n}" for n in range(1, 13))
    text = f'site.badges: I badge\ndates:\n  months: [{months}]\n  date: "{{day}} {{month}}"\n'
    italian = phrases_for("it", {"locale/it.yaml": text})
    assert italian.phrase("site.badges") == "I badge"
    assert italian.phrase("site.issuers") == "Issuers"
    assert italian.date(datetime.date(2026, 3, 1)) == "1 M3"
    assert phrases_for("it").date(datetime.date(2026, 3, 1)) == "1 March 2026"


def test_a_phrase_that_no_catalogue_has_is_an_error_with_a_remedy():
    with pytest.raises(RenderError) as caught:
        phrases_for("nl").phrase("site.nothing")
    assert caught.value.message == 'no catalogue has the phrase "site.nothing"'
    assert caught.value.fix == 'add "site.nothing: ..." to templates/locale/nl.yaml'


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        (
            "- a\n",
            "templates/locale/fr.yaml:1:1: a catalogue is a map of phrases",
            "write lines like site.home: Home",
        ),
        (
            "a: [b]\n",
            'templates/locale/fr.yaml:1:4: "a" is not a phrase',
            "write one sentence on one line",
        ),
        (
            "dates:\n  months: [janvier]\n",
            "templates/locale/fr.yaml:2:11: 1 months are named",
            "name all twelve, January first",
        ),
        (
            "dates:\n  date: [a]\n",
            "templates/locale/fr.yaml:2:9: a date is written by one pattern",
            'write date: "{day} {month} {year}"',
        ),
        (
            "a: b\na: c\n",
            'templates/locale/fr.yaml:2:1: "a" is given twice',
            "keep one of them",
        ),
    ],
)
def test_a_catalogue_that_can_t_be_read_says_where_and_why(text, message, fix):
    with pytest.raises(RenderError) as caught:
        phrases_for("fr", {"locale/fr.yaml": text})
    assert (caught.value.message, caught.value.fix) == (message, fix)


def test_an_empty_catalogue_changes_nothing():
    assert phrases_for("fr", {"locale/fr.yaml": "# rien\n"}) == phrases_for("fr")
