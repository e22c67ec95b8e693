"""The example theme of the documentation, laid over the small repository that has no mistakes."""

import shutil
from pathlib import Path

import pytest
from builders import a_ledger, files_of, site_inputs
from centre import NOON
from html_pages import Page, broken_links, what_could_run

from obit_build.centre.load import load_repository
from obit_build.checks import run_checks
from obit_build.model.repository import Repository

ROOT = Path(__file__).parents[3]
THEME = ROOT / "docs/examples/theme-atelier"


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Repository:
    root = tmp_path_factory.mktemp("atelier")
    shutil.copytree(ROOT / "tests/examples/base", root, dirs_exist_ok=True)
    shutil.copytree(THEME / "templates", root / "templates")
    settings = (root / "obit.yaml").read_text().replace("[fr]", "[en, fr]")
    (root / "obit.yaml").write_text(settings + (THEME / "theme.yaml").read_text())
    repository, problems = load_repository(root)
    assert repository is not None
    problems += run_checks(repository, at=NOON)
    assert [x for x in problems if x.level == "error"] == []
    return repository


@pytest.fixture(scope="module")
def site(repository) -> dict[str, bytes]:
    ledger = a_ledger(repository, mode="preview")
    return files_of(site_inputs(repository, ledger=ledger))


def test_the_example_theme_makes_a_whole_site(site):
    for path, data in site.items():
        if path.endswith(".html"):
            page = Page(data)
            assert (path, page.faults, list(what_could_run(page))) == (path, [], [])
    assert list(broken_links(site)) == []


def test_its_colours_pictures_rules_and_words_are_on_the_pages(site):
    style, home = site["assets/style.css"].decode(), site["index.html"].decode()
    assert "--accent: #8a1c4a" in style
    assert style.endswith((THEME / "templates/assets/own.css").read_text())
    assert style.index("--accent: #8a1c4a") > style.index("--accent: #0b5563")
    assert "assets/own.css" not in site
    assert '<img src="./assets/logo.svg" alt=""' in home
    assert 'alt="Emblem of an imaginary fund"' in home
    assert "Our badges" in Page(home).text
    revoked = Page(site["gallery/revoked/index.html"]).text
    assert revoked.index("Revoked on 11 November 2026") < revoked.index("Do not rely on it.")
    assert "An example of a public reason. Revoked" in revoked
    assert "For employers, in brief" in Page(site["gallery/valid/index.html"]).text


def test_a_state_keeps_its_colour_under_a_red_theme(site):
    style = site["assets/style.css"].decode()
    assert "--good: #0f5a3b" in style
    assert ".state-valid { --state: var(--good) }" in style
