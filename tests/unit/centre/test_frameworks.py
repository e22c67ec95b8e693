"""Frameworks: their files, and which badges lead to which of their entries."""

import datetime
import shutil
from pathlib import Path

import pytest
from centre import SITE, a_badge, a_centre, text

from obit_build import addresses
from obit_build.centre.frameworks import Skills, in_address
from obit_build.centre.load import load_repository
from obit_build.checks import run_checks
from obit_build.model.achievement import Alignment, ResultDescription, RubricCriterionLevel
from obit_build.model.framework import Framework, FrameworkEntry
from obit_build.model.words import Slug, Term, Text, Url

BASE = Path(__file__).parents[2] / "examples" / "base"
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
FILE = """\
name: e-CF
title: Référentiel européen des e-compétences
publisher: CEN
version: EN 16234-1:2019
licence: codes et titres seulement
entries:
  - code: C.3
    name: {fr: Fourniture de services, en: Service Delivery}
  - code: E.8
    name: Gestion de la sécurité
"""


def an_alignment(code: str | None = "C.3", framework: str | None = "e-CF", **fields) -> Alignment:
    given = {
        "target_name": Text({"en": "Service Delivery"}),
        "target_url": Url("https://example.org/"),
        "target_framework": framework,
        "target_version": "2019",
        "target_code": code,
    }
    return Alignment(**{**given, **fields})


def a_framework(*codes: str, name: str = "e-CF", slug: str = "ecf") -> Framework:
    return Framework(
        name=name,
        publisher=text("CEN"),
        version="2019",
        licence=text("titles only"),
        slug=Slug(slug),
        entries=tuple(
            FrameworkEntry(code=code, name=Text({"fr": f"Entrée {code}"})) for code in codes
        ),
    )


def skills_of(*badges, frameworks=()) -> Skills:
    repository = a_centre(frameworks={str(x.slug): x for x in frameworks})
    return Skills(repository, badges)


def what(skills: Skills) -> dict[str, list[tuple[str, list[str]]]]:
    return {
        framework.slug: [(e.code, [x.badge for x in e.badges]) for e in framework.entries]
        for framework in skills.frameworks
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = shutil.copytree(BASE, tmp_path / "centre")
    (root / "frameworks").mkdir()
    return root


def test_a_framework_is_read_under_the_name_of_its_file(root: Path):
    (root / "frameworks" / "ecf.yaml").write_text(FILE, encoding="utf-8")

    repository, problems = load_repository(root)

    assert problems == []
    assert repository is not None
    assert run_checks(repository, at=AT) == []
    [framework] = repository.frameworks.values()
    assert (framework.slug, framework.name, framework.version) == ("ecf", "e-CF", "EN 16234-1:2019")
    assert [entry.code for entry in framework.entries] == ["C.3", "E.8"]
    assert framework.entries[0].name == Text(
        {"fr": "Fourniture de services", "en": "Service Delivery"}
    )


def test_what_is_no_framework_is_reported_with_its_place(root: Path):
    (root / "frameworks" / "ecf.yaml").write_text(FILE.replace("licence:", "license:"))
    (root / "frameworks" / "E CF.yaml").write_text(FILE)
    (root / "frameworks" / "list.csv").write_text("code,name\n")

    _, problems = load_repository(root)

    assert [(p.location.path, p.check, p.fix) for p in sorted(problems)] == [
        ("frameworks/E CF.yaml", "slug-is-plain", 'rename it to "e-cf.yaml"'),
        ("frameworks/ecf.yaml", "field-is-there", "add a line licence: ..."),
        ("frameworks/ecf.yaml", "field-is-known", 'did you mean "licence"?'),
        ("frameworks/list.csv", "file-is-in-its-place", 'if it is a framework, rename it to "list.yaml"'),
    ]  # fmt: skip


def test_badges_are_gathered_under_the_entries_that_they_lead_to():
    one = a_badge("un", alignment=(an_alignment("C.3"), an_alignment("E.8")))
    two = a_badge("deux", alignment=(an_alignment("C.3"), an_alignment("K0878", "NICE Framework")))

    skills = skills_of(one, two, frameworks=[a_framework("A.1", "C.3")])

    assert what(skills) == {
        "ecf": [("A.1", []), ("C.3", ["un", "deux"]), ("E.8", ["un"])],
        "nice-framework": [("K0878", ["deux"])],
    }
    assert [e.code for e in skills.frameworks[0].covered] == ["C.3", "E.8"]
    assert [e.page for e in skills.entries_of(two)] == [
        "frameworks/ecf/C.3/",
        "frameworks/nice-framework/K0878/",
    ]


def test_an_address_of_this_site_weighs_more_than_the_framework_s_name():
    own = an_alignment("483972", "ROME 4.0", target_url=Url(f"{SITE}frameworks/rome/483972/"))

    skills = skills_of(a_badge(alignment=(own,)))

    assert what(skills) == {"rome": [("483972", ["pare-feu"])]}
    assert skills.frameworks[0].name == "ROME 4.0"
    assert skills.frameworks[0].entries[0].official == ()


def test_what_a_badge_measures_leads_to_entries_too():
    level = RubricCriterionLevel(
        id=Slug("seul"), name=text("Seul"), alignment=(an_alignment("E.8", target_level="e-3"),)
    )
    measured = ResultDescription(
        id=Slug("r"),
        name=text("Réglage"),
        result_type=Term("RubricCriterionLevel"),
        rubric_criterion_level=(level,),
        alignment=(an_alignment("C.3"),),
    )
    badge = a_badge(alignment=(an_alignment("E.8", target_level="e-2"),), result_description=(measured,))  # fmt: skip

    skills = skills_of(badge)

    levels = {e.code: [x.levels for x in e.badges] for e in skills.entries_of(badge)}
    assert levels == {"E.8": [("e-2", "e-3")], "C.3": [()]}


def test_an_entry_is_named_in_every_language_that_anybody_gives():
    said = an_alignment(target_name=Text({"en": "Service Delivery", "nl": "Dienstverlening"}))

    skills = skills_of(a_badge(alignment=(said,)), frameworks=[a_framework("C.3")])

    [entry] = skills.frameworks[0].entries
    assert entry.name == Text(
        {"fr": "Entrée C.3", "en": "Service Delivery", "nl": "Dienstverlening"}
    )
    assert next(iter(entry.name.by_language)) == "fr"
    assert entry.shown_code == "C.3"


def test_an_entry_without_a_code_is_known_by_its_name():
    file = a_framework("cyber-incident-responder", name="ENISA ECSF", slug="ecsf")
    responder = an_alignment(
        None, "ENISA ECSF", target_name=Text({"en": "Cyber Incident Responder"})
    )
    other = an_alignment(None, "ENISA ECSF", target_name=Text({"en": "Сyber"}))
    badge = a_badge(alignment=(responder, other))

    skills = skills_of(badge, frameworks=[file])

    entries = skills.entries_of(badge)
    assert [(e.framework, e.shown_code) for e in entries] == [("ecsf", ""), ("ecsf", "")]
    assert entries[0].code == "cyber-incident-responder"


def test_an_alignment_that_names_no_framework_has_no_entry():
    badge = a_badge(alignment=(an_alignment(None, None),))
    skills = skills_of(badge)

    assert skills.frameworks == ()
    assert skills.entry_of(badge.alignment[0]) is None


@pytest.mark.parametrize("code", ["C.3", "LO4.1.15", "483972", "A+b~c_d-e", "x" * 100])
def test_a_plain_code_stands_in_its_address_as_it_is(code):
    assert in_address(code) == code


@pytest.mark.parametrize(
    "code",
    ["", ".", "..", "a/b", "C 3", "é", "index.html", "x.json", "C.", "-1", "x" * 101, "知識"],
)
def test_any_other_code_becomes_one_that_is_its_alone(code):
    made = in_address(code)

    assert addresses.PLAIN_CODE.fullmatch(made)
    assert made != in_address(code + " ")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (f"{SITE}frameworks/rome/483972/", ("rome", "483972")),
        (f"{SITE}frameworks/rome/483972", ("rome", "483972")),
        (f"{SITE}frameworks/rome/", None),
        (f"{SITE}frameworks/Rome/1/", None),
        (f"{SITE}frameworks/rome/1/2/", None),
        (f"{SITE}frameworks/rome/../", None),
        (f"{SITE}badges/rome/1/", None),
        ("https://elsewhere.example/frameworks/rome/483972/", None),
    ],
)
def test_an_address_of_this_site_says_which_entry_it_is_of(address, found):
    assert addresses.entry_at(a_centre().settings, address) == found
