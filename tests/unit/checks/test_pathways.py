"""Pathways as files: what is read, what is refused, what the checks are silent about."""

import datetime
import shutil
from pathlib import Path

import pytest

from obit_build.centre.load import load_repository
from obit_build.checks import run_checks
from obit_build.model.words import Text

BASE = Path(__file__).parents[2] / "examples" / "base"
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
PATHWAY = """\
name: Bureautique
description: De la feuille de calcul à la base de données.
milestone: bureautique
steps:
  - title: Calculer
    badges: [tableur-1, tableur-2]
    any_order: false
  - title: Faire la synthèse
    badges: bureautique
optional: [soudage]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A centre with the badges tableur-1, tableur-2, bureautique and soudage."""
    root = shutil.copytree(BASE, tmp_path / "centre")
    for slug in ("tableur-2", "bureautique", "soudage"):
        folder = root / "badges" / slug
        folder.mkdir()
        for name in ("badge.yaml", "image.svg"):
            shutil.copy(root / "badges" / "tableur-1" / name, folder)
    (root / "pathways").mkdir()
    return root


def write(root: Path, text: str, name: str = "bureau.yaml") -> None:
    (root / "pathways" / name).write_text(text, encoding="utf-8")


def said(root: Path) -> list[str]:
    repository, problems = load_repository(root)
    assert repository is not None
    problems += run_checks(repository, at=AT)
    return [f"{p.location.path} {p.check}: {p.message}; {p.fix}" for p in sorted(problems)]


def test_a_pathway_is_read_under_the_name_of_its_file(root: Path):
    write(root, PATHWAY)

    repository, problems = load_repository(root)

    assert problems == []
    assert repository is not None
    [pathway] = repository.pathways.values()
    assert repository.pathways == {"bureau": pathway}
    assert pathway.slug == "bureau"
    assert [(s.title, s.badges, s.any_order) for s in pathway.steps] == [
        (Text({"fr": "Calculer"}), ("tableur-1", "tableur-2"), False),
        (Text({"fr": "Faire la synthèse"}), ("bureautique",), True),
    ]
    assert (pathway.milestone, pathway.optional, pathway.rule) == (
        "bureautique",
        ("soudage",),
        "all",
    )
    assert pathway.badges == ("tableur-1", "tableur-2")


def test_a_sound_pathway_raises_no_finding(root: Path):
    write(root, PATHWAY)
    write(root, PATHWAY.replace("optional: [soudage]", "rule: min\nminimum: 2"), "other.yaml")
    write(
        root,
        PATHWAY.replace("  - title: Faire la synthèse\n    badges: bureautique\n", ""),
        "x.yaml",
    )

    assert said(root) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "steps:",
            "step:",
            'field-is-known: a pathway has no field "step"; did you mean "steps"?',
        ),
        (
            "    badges: [tableur-1, tableur-2]\n",
            "    badges: []\n",
            'field-has-its-kind: the list is empty; add an item on its own line with "- "',
        ),
        (
            "    any_order: false",
            "    anyorder: false",
            'field-is-known: a step of a pathway has no field "anyorder"; did you mean "any_order"?',
        ),
        (
            "optional: [soudage]",
            "rule: most",
            (
                'choice-is-one-of-the-list: "most" is not one of the choices; '
                "write one of: all, any, min"
            ),
        ),
        (
            "optional: [soudage]",
            "minimum: 1",
            (
                "pathway-rule-is-possible: minimum has no meaning with the rule all; "
                "write rule: min, or remove the line"
            ),
        ),
        (
            "optional: [soudage]",
            "rule: min",
            "pathway-rule-is-possible: the rule min needs to know how many; add a line minimum: ...",
        ),
        (
            "optional: [soudage]",
            "rule: min\nminimum: 0",
            (
                "pathway-rule-is-possible: the minimum is 0, but the steps hold 2 badges; "
                "write a number from 1 to 2"
            ),
        ),
        (
            "optional: [soudage]",
            "optional: [bureautique]",
            (
                "pathway-milestone-comes-last: "
                'the milestone "bureautique" stands among the optional badges; remove it from the list'
            ),
        ),
        (
            "optional: [soudage]",
            "optional: [tableur-2]",
            (
                "pathway-names-a-badge-once: "
                'the pathway names the badge "tableur-2" twice; remove one of the two'
            ),
        ),
        (
            "optional: [soudage]",
            "hours: -3",
            "amount-is-not-negative: hours is -3; write a number from 0 up",
        ),
        (
            "optional: [soudage]",
            "audience: {nl: Iedereen}",
            (
                'text-is-in-every-language: audience is missing in "fr"; '
                "add fr: ... beside the other languages"
            ),
        ),
        (
            "name: Bureautique",
            "name: {nl: Kantoor}",
            (
                'text-is-in-every-language: name is missing in "fr"; '
                "add fr: ... beside the other languages"
            ),
        ),
    ],
)
def test_a_slip_in_a_pathway_is_found(root: Path, old: str, new: str, finding: str):
    assert old in PATHWAY
    write(root, PATHWAY.replace(old, new))

    assert f"pathways/bureau.yaml {finding}" in said(root)


def test_the_name_of_a_recipient_in_a_pathway_is_found(root: Path):
    write(root, PATHWAY.replace("Bureautique", "Bureautique (alice@example.org)"))

    assert "pathways/bureau.yaml public-files-name-no-person" in said(root)[0]


def test_files_that_are_no_pathways_are_reported_and_not_read(root: Path):
    write(root, PATHWAY, "Bureau & co.yaml")
    write(root, PATHWAY, "bureau.yml")
    write(root, PATHWAY, "con.yaml")
    (root / "pathways" / "old").mkdir()

    assert said(root) == [
        (
            'pathways/Bureau & co.yaml slug-is-plain: the file\'s name "Bureau & co" is not a plain name; '
            'rename it to "bureau-co.yaml"'
        ),
        (
            "pathways/bureau.yml file-is-in-its-place: obit reads only files that end in .yaml here; "
            'if it is a pathway, rename it to "bureau.yaml"'
        ),
        'pathways/con.yaml name-is-not-reserved: a pathway can\'t be called "con"; rename its file',
        (
            "pathways/old file-is-in-its-place: obit does not look into folders here; "
            "move its files one level up"
        ),
    ]


def test_a_pathway_that_is_a_link_is_never_followed(root: Path, tmp_path: Path):
    (tmp_path / "elsewhere.yaml").write_text(PATHWAY)
    (root / "pathways" / "bureau.yaml").symlink_to(tmp_path / "elsewhere.yaml")

    assert said(root) == [
        (
            "pathways/bureau.yaml file-is-not-a-link: this is a link to another place; "
            "put a copy of the file or folder here"
        )
    ]


def test_a_pathway_names_badges_whose_own_file_is_faulty_without_a_second_finding(root: Path):
    write(root, PATHWAY)
    (root / "badges" / "soudage" / "badge.yaml").write_text("name: Soudage\n")

    assert not any("pathways/" in finding for finding in said(root))
