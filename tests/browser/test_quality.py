"""What others demand of every page: axe-core's rules for everyone's access, html-validate's for HTML.

`make lighthouse` and `make screenshots` are for people; their programs lie beside this one.
"""

import itertools
from pathlib import Path

import pytest
from chromium import run
from sample import awards_by_state, build, copy_sample

HERE = Path(__file__).parent
pytestmark = [pytest.mark.browser, pytest.mark.node]
LANGUAGES = ("fr", "nl", "en")
KINDS = (
    "", "badges/", "issuers/", "frameworks/", "pathways/", "verify/", "gallery/",
    "badges/analyse-de-trafic-reseau/", "issuers/technocite/", "pathways/analyste-cybersecurite/",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The sample site, as of a fixed day."""
    root = copy_sample(tmp_path_factory.mktemp("sample"))
    build(root)
    return root


def pages_of(root: Path) -> list[str]:
    """One page of each kind in each language, and an award in each state."""
    gallery = [p.parent.name for p in sorted((root / "build/gallery").glob("*/index.html"))]
    entries = sorted((root / "build/frameworks").glob("*/*/index.html"))
    awards = [f"awards/{award}/" for award in awards_by_state(root).values()]
    own = [*KINDS, *awards, *(f"gallery/{name}/" for name in gallery)]
    own.append(entries[0].parent.relative_to(root / "build").as_posix() + "/")
    return [f"{language}/{page}" for page in own for language in LANGUAGES]


def test_axe_finds_nothing_on_any_page_in_any_language_or_theme(site):
    looks = itertools.cycle([("light", 1280), ("dark", 360), ("dark", 1280), ("light", 320)])
    pages = pages_of(site)
    questions = [
        {"page": page, "colorScheme": scheme, "width": width}
        for page, (scheme, width) in zip(pages, looks, strict=False)
    ]

    found = run(HERE / "axe.mjs", site / "build", "/", lines=questions)

    assert len(found) == len(pages) > 60
    assert all(answer["passes"] > 10 for answer in found)
    assert [(a["page"], a["width"], a["violations"]) for a in found if a["violations"]] == []


def test_axe_finds_something_on_a_page_that_is_not_fit(tmp_path):
    (tmp_path / "index.html").write_text(
        "<!doctype html><title>x</title><img src='x.png'><p>text</p>"
    )

    question = {"page": "", "colorScheme": "light", "width": 360}
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
