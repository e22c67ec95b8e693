"""What others demand of every page: axe-core's rules for everyone's access, html-validate's for HTML.

`make lighthouse` and `make screenshots` are for people; their programs lie beside this one.
"""

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
VIEWS = (("light", 1280), ("dark", 360), ("dark", 1280), ("light", 320))
"""A page has the next one in each language; of any three in a row, some are light and some dark."""
OTHER = {"light": "dark", "dark": "light"}
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The sample with its site, as of a fixed day."""
    return built_sample(tmp_path_factory)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_in_either_theme(site, language):
    """Every rule, on each page in one theme in this language and in the other in another one."""
    pages = look_at_pages.pages(site / "build")
    questions = [
        views(number)[language] | {"page": f"{language}/{p}"} for number, p in enumerate(pages)
    ]
    if language == LANGUAGES[0]:  # what is there in one language only, in both themes
        for page, (scheme, width) in zip(look_at_pages.ALONE, VIEWS, strict=False):
            asked = {"page": page, "width": width}
            questions.append(asked | {"scheme": scheme})
            questions.append(asked | {"scheme": OTHER[scheme], "rules": COLOURS})

    found = run(HERE / "axe.mjs", site / "build", "/", lines=questions)

    assert len(found) > 30
    assert [a["page"] for a in found if a["passes"] < (1 if "rules" in a else 10)] == []
    assert [(a["page"], a["width"], a["violations"]) for a in found if a["violations"]] == []
    assert all(
        {view["scheme"] for view in views(n).values()} == {*OTHER} for n in range(len(pages))
    )


def views(number):
    """How the page of this number is looked at in each language."""
    chosen = (VIEWS[(number + n) % len(VIEWS)] for n in range(len(LANGUAGES)))
    return {
        language: {"scheme": scheme, "width": width}
        for language, (scheme, width) in zip(LANGUAGES, chosen, strict=True)
    }


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
