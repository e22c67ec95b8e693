"""Text in another language than its page's says so (WCAG 2.2, 3.1.2; RGAA 4.1, 8.7), wherever it stands."""

import dataclasses
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import a_ledger, award_id_of, files_of, page_of, site_inputs
from centre import ISSUED, a_badge, a_centre, an_award, text, with_settings
from html_pages import Spoken
from sample import built_sample

from obit_build import addresses
from obit_build.centre.load import load_repository
from obit_build.model.achievement import Achievement, ResultDescription
from obit_build.model.award import AwardFile, Result
from obit_build.model.framework import Framework, FrameworkEntry
from obit_build.model.pathway import Pathway, PathwayStep
from obit_build.model.profile import Address, Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.model.words import Language, Slug, Term, Text, Url
from obit_build.problems import Location

EVERYTHING = Path(__file__).parents[2] / "interop" / "everything"
_MARK = re.compile(r"mot(\d+)marque")
_NAMES = {"Achievement.name", "Profile.name", "Pathway.name", "Settings.title"}
"""Proper names, which the standards except; elements around them say their language all the same."""

SMALL_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and with this that are for by which uses allowed has have not been only from",
        "fr": "le la les des est une pour dans avec qui ce cette sur par et du aux ont pas son ses",
        "nl": "het een van voor met niet wordt zijn deze op dat die wie uit ook maar werd zonder bij",
    }.items()
}


class Numbered:
    """Gives each text of a repository a word of its own, in one language alone."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.fields: list[str] = []
        """Position in this list → the field that holds the word of that number."""

    def __call__(self, value: Any, name: str = "") -> Any:
        if isinstance(value, Text):
            self.fields.append(name)
            return Text({self.language: f"mot{len(self.fields) - 1}marque"})
        if isinstance(value, tuple):
            return tuple(self(item, name) for item in value)
        if isinstance(value, dict):
            return {key: self(item, name) for key, item in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, Location | type):
            kind = type(value).__name__
            new = {
                f.name: self(getattr(value, f.name), f"{kind}.{f.name}")
                for f in dataclasses.fields(value)
                if f.init and not f.metadata.get("place") and not f.metadata.get("places")
            }
            return dataclasses.replace(value, **new)
        return value


def unmarked(
    files: dict[str, bytes], numbered: Numbered, languages: tuple[str, ...]
) -> tuple[set[str], set[str]]:
    """Return (field and path of each word that is read in a wrong language, fields that were met)."""
    wrong, met = set(), set()
    for path, data in files.items():
        if not path.endswith(".html") or not path.startswith(languages):
            continue
        for language, said, attribute in Spoken(data).pieces:
            for found in _MARK.finditer(said):
                field = numbered.fields[int(found[1])]
                met.add(field)
                if language != numbered.language and not (attribute and field in _NAMES):
                    wrong.add(f"{field} in {attribute or 'a text'} of {path}")
    return wrong, met


def every_text() -> Repository:
    """The repository that uses every field, with what it leaves out: a framework and a pathway."""
    repository, problems = load_repository(EVERYTHING)
    assert repository is not None
    assert not [x for x in problems if x.level == "error"]
    framework = Framework(
        name="Local", publisher=text("x"), version="1", licence=text("x"), title=text("x"),
        description=text("x"), slug=Slug("local"), licence_url=Url("https://frameworks.example/l"),
        entries=(FrameworkEntry(code="C.1", name=text("x"), description=text("x")),),
    )  # fmt: skip
    pathway = Pathway(
        name=text("x"), description=text("x"), audience=text("x"), slug=Slug("chemin"),
        steps=(PathwayStep(title=text("x"), badges=(Slug("tout"), Slug("minimal"))),),
    )  # fmt: skip
    return dataclasses.replace(
        repository, frameworks={"local": framework}, pathways={"chemin": pathway}, endorsements=()
    )


@pytest.fixture(scope="module")
def french_only() -> tuple[dict[str, bytes], Numbered]:
    """A site in three languages all of whose texts exist in French alone: its files, and which is which."""
    numbered = Numbered("fr")
    repository = numbered(every_text())
    repository = with_settings(repository, show_approvers=True)
    by = tuple(str(x.id) for p in repository.profiles.values() for x in p.approvers)
    decided = {
        award.key: {"state": "revoked" if award.revoked else "suspended", "state_date": ISSUED}
        for award in repository.awards
        if award.revoked or award.suspended
    }
    ledger = a_ledger(repository, decided)
    awards = {name: dataclasses.replace(one, approved_by=by) for name, one in ledger.awards.items()}
    ledger = dataclasses.replace(ledger, awards=awards)
    return files_of(site_inputs(repository, ledger=ledger)), numbered


NEVER_SHOWN = ["Evidence.audience"]


def test_no_text_of_a_repository_is_read_in_the_language_of_a_page_that_it_is_not_in(french_only):
    files, numbered = french_only

    wrong, met = unmarked(files, numbered, ("nl/", "en/"))

    assert sorted(wrong) == []
    assert sorted(set(numbered.fields) - met) == NEVER_SHOWN  # so the claim is about all others


def test_no_page_of_the_sample_has_sentences_in_another_language_than_it_says(tmp_path_factory):
    site = built_sample(tmp_path_factory) / "build"

    pages = (path.read_bytes() for path in sorted(site.rglob("*.html")))

    said = {(x, words) for data in pages for x, words, _ in Spoken(data).pieces}
    assert len(said) > 2000
    assert sorted((x, words) for x, words in said if language_like(words) not in ("", x)) == []
    assert {x for x, words in said if language_like(words)} == {"fr", "nl", "en"}


def language_like(said: str) -> str:
    """Guess a language by the small words of a sentence; nothing where that says too little."""
    words = re.findall(r"[^\W\d_]+", said.lower())
    counts = {x: sum(word in known for word in words) for x, known in SMALL_WORDS.items()}
    best, second = sorted(counts.values(), reverse=True)[:2]
    return max(counts, key=lambda x: counts[x]) if best >= 2 and best > 2 * second else ""


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("This service uses the ESCO classification of the European Commission.", "en"),
        ("Ce service utilise la classification ESCO pour les badges.", "fr"),
        ("Het badge is niet van een centrum.", "nl"),
        ("ROME 4.0 © France Travail", ""),
    ],
)
def test_a_sentence_is_known_by_its_small_words(sentence, language):
    assert language_like(sentence) == language


# What is one line of text in the files and belongs to no language: codes, numbers, names of accounts,
# words of a standard. Whatever people read as words is a Text.
PLAIN = {
    "Achievement": {"human_code", "version"},
    "Address": {"address_country_code", "post_office_box_number", "postal_code"},
    "Alignment": {"target_code", "target_framework", "target_level", "target_version"},
    "Approver": {"account", "ssh_keys"},
    "AwardEntry": {"license_number"},
    "AwardFile": {"version"},
    "ForgeRepository": {"branch"},
    "Former": {"version"},
    "Framework": {"name", "version"},  # the name that alignments write, in one spelling
    "FrameworkEntry": {"code"},
    "IdentifierEntry": {"identifier"},
    "KeyDeclaration": {"signer"},
    "LedgerDeclaration": {"at", "genesis"},
    "Legal": {"number"},
    "Profile": {"phone"},
    "Related": {"version"},
    "Result": {
        "value"
    },  # one of the values below, which pages take for words if they look like words
    "ResultDescription": {"allowed_value", "required_value", "value_max", "value_min"},
    "RubricCriterionLevel": {"level", "points"},
    "Settings": {"maintainers", "recipients"},
}


def kinds_of(kind: Any, seen: set[type]) -> Iterator[type]:
    """Yield the records that a declared type holds, each once."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind not in (*seen, Text):
        seen.add(kind)
        yield kind
        for hint in typing.get_type_hints(kind).values():
            yield from kinds_of(hint, seen)
    for part in typing.get_args(kind):
        yield from kinds_of(part, seen)


def leaves(hint: Any) -> Iterator[Any]:
    yield hint
    for part in typing.get_args(hint):
        yield from leaves(part)


def test_what_is_no_text_in_the_files_belongs_to_no_language():
    records: set[type] = set()
    for kind in (Settings, Profile, Achievement, AwardFile, Pathway, Framework):
        records.update(kinds_of(kind, set()))
    plain: dict[str, set[str]] = {}
    for kind in records:
        hints = typing.get_type_hints(kind)
        declared = {f.name for f in dataclasses.fields(kind) if "about" in f.metadata}
        if found := {name for name in declared if str in leaves(hints[name])}:
            plain[kind.__name__] = found

    assert plain == PLAIN


def test_words_within_a_sentence_say_their_language_and_the_rest_of_it_its_own():
    repository = a_centre(
        [an_award()],
        profiles={"citc": Profile(slug=Slug("citc"), name=Text({"fr": "Le <Centre>", "en": "x"}))},
    )

    files = files_of(site_inputs(repository))

    page = files[f"nl/{addresses.award_page(award_id_of(an_award()))}index.html"].decode()
    assert (
        'Uitgereikt door <span lang="fr">Le &lt;Centre&gt;</span> op 14\N{NO-BREAK SPACE}maart 2026.'
        in page
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (  # all of it in one language: said once
            {"street_address": text("Rue Haute 1"), "address_locality": text("Mons"), "postal_code": "7000"},
            '<dd lang="fr">Rue Haute 1, 7000 Mons</dd>',
        ),
        (  # partly translated: each part for itself
            {"street_address": text("Rue Haute 1"), "address_locality": Text({"fr": "Mons", "nl": "Bergen"})},
            '<dd><span lang="fr">Rue Haute 1</span>, Bergen</dd>',
        ),
    ],
)  # fmt: skip
def test_an_address_says_the_language_of_its_parts(address, shown):
    profile = Profile(slug=Slug("citc"), name=text("CITC"), address=Address(**address))

    files = files_of(site_inputs(a_centre([an_award()], profiles={"citc": profile})))

    assert shown in files["nl/issuers/citc/index.html"].decode()


def test_a_text_that_runs_the_other_way_says_so():
    repository = a_centre(
        [an_award()],
        achievements={"pare-feu": a_badge(name=Text({"ar": "جدار"}), description=text("x"))},
    )

    page = files_of(site_inputs(repository))["nl/badges/pare-feu/index.html"].decode()

    assert '<h1 lang="ar" dir="rtl">جدار</h1>' in page
    assert '<html lang="nl">' in page


def test_a_site_in_a_language_that_runs_from_right_to_left_is_laid_out_so():
    repository = with_settings(a_centre(), languages=(Language("ar"), Language("fr")))

    files = files_of(site_inputs(repository))

    assert '<html lang="ar" dir="rtl">' in files["index.html"].decode()
    assert '<h1 lang="fr" dir="ltr">Pare-feu</h1>' in files["badges/pare-feu/index.html"].decode()
    assert '<section lang="fr" dir="ltr">' in files["404.html"].decode()


@pytest.mark.parametrize(
    ("said", "language", "mark"),
    [
        (
            {"narrative": Text({"fr": "Fait.", "en": "Done."})},
            "nl",
            ' lang="fr"',
        ),  # signed in French
        ({"narrative": text("Gedaan.")}, "nl", ""),  # typed in an entry with its own language
        ({"narrative": Text({"nl": "Gedaan."})}, "nl", ""),
    ],
)
def test_a_text_of_an_award_is_in_the_language_in_which_it_was_written(said, language, mark):
    award = an_award(language=Language(language), **said)

    files = files_of(site_inputs(a_centre([award])))

    page = page_of(files, award, "nl/")
    assert f'<div class="prose"{mark}><p>{said["narrative"].text("nl", "fr")}</p>' in page


def test_a_title_in_another_language_stands_alone_and_says_so():
    badge = a_badge(name=text("Pare-feu"))

    files = files_of(site_inputs(a_centre(achievements={"pare-feu": badge})))

    assert '<title lang="fr">Pare-feu</title>' in files["nl/badges/pare-feu/index.html"].decode()


def test_results_in_words_are_in_the_language_of_the_files_and_numbers_in_none():
    measured = tuple(
        ResultDescription(
            id=Slug(name), name=Text({"nl": name}), result_type=Term("Result"), allowed_value=values
        )
        for name, values in (("mention", ("Réussi", "Distinction")), ("points", ("10", "20")))
    )
    award = an_award(
        results=(
            Result(result_description=Slug("mention"), value="Réussi"),
            Result(result_description=Slug("points"), value="10"),
        )
    )
    badge = a_badge(result_description=measured)

    page = page_of(
        files_of(site_inputs(a_centre([award], achievements={"pare-feu": badge}))), award, "nl/"
    )

    assert '<b lang="fr">Réussi</b>' in page
    assert "<b>10</b>" in page
