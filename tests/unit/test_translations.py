"""What is translated and what is not."""

import dataclasses
import json
from pathlib import Path

import pytest
from centre import a_badge, a_centre, text, with_settings
from click.testing import CliRunner

from obit_build.cli.context import Context
from obit_build.cli.translating import i18n
from obit_build.model.achievement import Alignment, Criteria
from obit_build.model.profile import Profile
from obit_build.model.words import Language, Slug, Text, Url
from obit_build.translations import Missing, status, to_json, to_text
from obit_build.website.verify_page import sentences_for

BASE = Path(__file__).parent.parent / "examples" / "base"
BOTH = Text({"fr": "Deux", "nl": "Twee"})


def a_small_centre(*languages: str, **badge):
    given = {
        "name": BOTH,
        "description": BOTH,
        "criteria": Criteria(narrative=text("Un")),
        **badge,
    }
    repository = a_centre(
        achievements={"pare-feu": a_badge(**given)},
        profiles={"citc": Profile(slug=Slug("citc"), name=text("CITC"))},
    )
    return with_settings(repository, languages=tuple(map(Language, languages)), title=BOTH)


def run(folder: Path, *arguments: str):
    return CliRunner().invoke(i18n, ["status", *arguments], obj=Context(root=folder, quiet=False))


def test_the_texts_of_each_file_are_counted_in_each_language():
    found = status(a_small_centre("fr", "nl"))

    assert [(row.name, row.total, dict(row.done)) for row in found.files][-1] == (
        "badges/pare-feu/badge.yaml", 3, {"fr": 3, "nl": 2}
    )  # fmt: skip
    assert Missing("badges/pare-feu/badge.yaml", "criteria", "nl") in found.missing
    assert found.texts.done["fr"] == found.texts.total


def test_what_exists_in_others_languages_is_not_counted():
    alignment = Alignment(target_name=text("règle"), target_url=Url("https://example.org/"))

    with_one = status(a_small_centre("fr", "nl", alignment=(alignment,)))

    assert with_one.texts == status(a_small_centre("fr", "nl")).texts


def test_phrases_of_a_language_without_a_catalogue_are_missing_one_by_one():
    found = status(a_small_centre("fr", "cy"))

    pages, reports = found.phrases
    assert pages.done["cy"] == 0 == reports.done["cy"]
    assert pages.done["fr"] == pages.total > 400
    assert Missing("phrases of the pages", "site.badges", "cy") in found.missing
    assert found.percent("cy") == 0


def test_a_centre_s_own_catalogue_counts():
    repository = a_centre(templates={"locale/cy.yaml": "site.badges: Bathodynnau\n"})
    repository = with_settings(repository, languages=(Language("fr"), Language("cy")))

    found = status(repository)

    assert found.phrases[0].done["cy"] == 1
    assert Missing("phrases of the pages", "site.badges", "cy") not in found.missing


def test_a_region_says_what_its_language_says_and_english_stands_for_itself():
    found = status(a_small_centre("nl-BE", "en"))

    assert [(row.done["nl-BE"], row.done["en"]) for row in found.phrases] == [
        (row.total, row.total) for row in found.phrases
    ]


def test_the_smallest_share_counts_rounded_down():
    found = status(a_small_centre("fr", "nl"))

    assert found.percent("fr") == 100
    assert found.percent("nl") == found.texts.done["nl"] * 100 // found.texts.total < 100


def test_the_table_names_files_languages_and_what_is_missing():
    said = to_text(status(a_small_centre("fr", "nl")))

    lines = said.splitlines()
    assert lines[0].split() == ["fr", "nl"]
    assert "badges/pare-feu/badge.yaml" in said
    assert lines[-1] == "  nl  badges/pare-feu/badge.yaml: criteria"
    assert len({len(line) for line in lines[1:3]}) == 1  # columns stand below each other


def test_programs_read_the_same():
    read = json.loads(to_json(status(a_small_centre("fr", "nl"))))

    assert read["languages"] == ["fr", "nl"]
    assert read["percent"]["fr"] == 100
    assert {"place": "badges/pare-feu/badge.yaml", "field": "criteria", "language": "nl"} in read[
        "missing"
    ]


def test_the_command_says_that_nothing_is_missing():
    done = run(BASE)

    assert done.exit_code == 0
    assert done.output.endswith("\nnothing is missing\n")


@pytest.mark.parametrize(("share", "code"), [("50", 1), ("0", 0)])
def test_the_command_fails_where_too_little_is_translated(tmp_path, share, code):
    for path in BASE.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(BASE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    settings = (tmp_path / "obit.yaml").read_text().replace("[fr]", "[fr, nl]")
    (tmp_path / "obit.yaml").write_text(settings)

    done = run(tmp_path, "--fail-under", share)

    assert done.exit_code == code
    assert ("less than 50 % is there in: nl" in done.output) == (code == 1)


def test_the_command_counts_nothing_while_a_file_can_not_be_read(tmp_path):
    (tmp_path / "obit.yaml").write_text("site: https://badges.example.org/\ntitel: x\n")

    done = run(tmp_path)

    assert done.exit_code != 0
    assert "the files hold errors" in str(done.exception)


def test_a_centres_own_catalogues_count_for_pages_and_for_reports():
    templates = {
        "locale/cy.yaml": "site.home: Hafan\n",
        "locale/verify.cy.yaml": "label.size: ffeil\nstate.valid: dilys\n",
    }
    repository = dataclasses.replace(a_small_centre("fr", "cy"), templates=templates)

    pages, reports = status(repository).phrases

    assert (pages.done["cy"], reports.done["cy"]) == (1, 2)
    assert dict(sentences_for("cy", templates))["state.valid"] == "dilys"
    assert dict(sentences_for("cy", templates))["state.revoked"] == "revoked"
    assert (
        dict(sentences_for("fr", {"locale/verify.fr.yaml": "state.valid: bon\n"}))["state.valid"]
        == "bon"
    )
