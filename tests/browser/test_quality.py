"""What others demand of every page: axe-core's rules for everyone's access, html-validate's for HTML.

`make lighthouse` and `make screenshots` are for people; their programs lie beside this one.
"""

import itertools
import sys
from pathlib import Path

import pytest
from chromium import PROJECT, run
from sample import built_sample

sys.path.insert(0, str(PROJECT / "scripts"))

import look_at_pages

HERE = Path(__file__).parent
pytestmark = [pytest.mark.browser, pytest.mark.node]
LANGUAGES = ("fr", "nl", "en")
VIEWS = (
    ("light", "dark", 1280),
    ("dark", "light", 360),
    ("dark", "light", 1280),
    ("light", "dark", 320),
)
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The sample with its site, as of a fixed day."""
    return built_sample(tmp_path_factory)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_in_either_theme(site, language):
    """Every rule in one theme and at one width; what colours decide, in the other theme too."""
    pages = [f"{language}/{page}" for page in look_at_pages.pages(site / "build")]
    if language == LANGUAGES[0]:
        pages += look_at_pages.ALONE
    questions = []
    for page, (scheme, other, width) in zip(pages, itertools.cycle(VIEWS), strict=False):
        questions.append({"page": page, "scheme": scheme, "width": width})
        questions.append({"page": page, "scheme": other, "width": width, "rules": COLOURS})

    found = run(HERE / "axe.mjs", site / "build", "/", lines=questions)

    assert len(pages) > 30
    assert [a["page"] for a in found if a["passes"] < (1 if "rules" in a else 10)] == []
    assert [(a["page"], a["width"], a["violations"]) for a in found if a["violations"]] == []


def test_axe_finds_something_on_a_page_that_is_not_fit(tmp_path):
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>x</title><img src='x.png'><p>text</p>"
    )

    question = {"page": "", "width": 360}
    (found,) = run(HERE / "axe.mjs", tmp_path, "/", lines=[question])

    assert {"html-has-lang", "image-alt"} <= {violation["id"] for violation in found["violations"]}


def test_every_page_is_valid_html(site):
    *wrong, total = run(HERE / "html.mjs", site / "build")

    assert wrong == []
    assert total["pages"] == len(list((site / "build").rglob("*.html"))) > 300


def test_the_validator_finds_what_is_wrong(tmp_path):
    (tmp_path / "index.html").write_text("<!doctype html><html><p><div></p></html>")

    wrong, _ = run(HERE / "html.mjs", tmp_path)

    assert wrong["problems"] > 0
