"""A fourth language: one line in obit.yaml, and the site exists in it."""

import json
import re

import pytest
from html_pages import Page, broken_links
from running import Done, run, tree
from sample import AT, copy_sample


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> tuple[dict[str, bytes], Done]:
    """Build the sample in four languages, and count what is translated."""
    root = copy_sample(tmp_path_factory.mktemp("languages") / "sample")
    settings = (root / "obit.yaml").read_text()
    four = settings.replace("languages: [fr, nl, en]", "languages: [fr, nl, en, de]", 1)
    (root / "obit.yaml").write_text(four)
    done = run(root, "-q", "build", "--at", AT)
    assert done.code == 0, done.err
    files = {path: data for path, (_, data) in tree(root / "build").items()}
    return files, run(root, "i18n", "status", "--format", "json")


def test_every_phrase_around_the_centre_s_texts_is_there(site):
    _, done = site
    found = json.loads(done.out)

    assert done.code == 0
    for row in found["phrases"]:
        assert row["done"] == dict.fromkeys(("fr", "nl", "en", "de"), row["total"])
    assert {x["language"] for x in found["missing"]} == {"de"}  # the centre's own texts
    assert not [x for x in found["missing"] if x["place"].startswith(("phrases", "sentences"))]


def test_every_page_exists_in_the_fourth_language_and_says_so(site):
    files, _ = site
    dutch = {path.removeprefix("nl/") for path in files if re.fullmatch(r"nl/.*\.html", path)}
    german = {path.removeprefix("de/") for path in files if re.fullmatch(r"de/.*\.html", path)}

    assert german == dutch
    assert list(broken_links(files)) == []
    for path in ("index.html", "badges/index.html", "frameworks/ecf/E.8/index.html"):
        page = Page(files[f"de/{path}"])
        assert page.all("html", lang="de")
        assert page.all("a", hreflang="de")
        assert page.meta("og:locale") == "de_DE"


def test_what_is_not_translated_is_shown_in_the_default_language_and_marked(site):
    files, _ = site

    page = Page(files["de/badges/gestion-de-pare-feu/index.html"])

    assert page.all("h1", lang="fr")
    assert "Wie man es erwirbt" in page.text
    assert "35 Stunden" in page.text
    assert "Schritt 2 von 4" in page.text


def test_days_are_written_as_in_the_fourth_language(site):
    files, _ = site
    award = next(x for x in files if re.fullmatch(r"de/awards/[^/]+/index\.html", x))

    assert re.search(r"\d{1,2}\. [A-ZÄÖÜ][a-zäöü]+ 20\d\d", Page(files[award]).text)


def test_search_engines_are_told_of_the_fourth_language(site):
    files, _ = site

    assert (
        'hreflang="de" href="https://badges.obit.example/de/badges/"'
        in files["sitemap.xml"].decode()
    )
    assert json.loads(files["badges/search.de.json"])["language"] == "de"
