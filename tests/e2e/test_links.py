"""The sample as a site of linked pages: every link on every page leads somewhere."""

import json
import re
from pathlib import Path

import pytest
from html_pages import Page, broken_links
from running import tree
from sample import built_sample

SITE = "https://badges.obit.example/"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, bytes]:
    site = built_sample(tmp_path_factory) / "build"
    return {path: data for path, (_, data) in tree(site).items()}


def test_every_link_on_every_page_leads_to_a_file_and_a_place_in_it(built):
    assert len([path for path in built if path.endswith(".html")]) > 600
    assert list(broken_links(built)) == []


def test_every_address_of_this_site_inside_a_signed_badge_has_something_there(built):
    signed = [built[path] for path in built if path.endswith("/credential.json")]
    named = {
        a for data in signed for a in re.findall(rf'"({re.escape(SITE)}[^"#]*)"', data.decode())
    }
    ours = {address.removeprefix(SITE) for address in named}

    missing = {x for x in ours if x not in built and f"{x.rstrip('/')}/index.html" not in built}

    assert len([x for x in ours if x.startswith("frameworks/")]) > 30
    assert missing == set()


def test_every_page_for_search_engines_is_in_the_site_map_in_every_language(built):
    site_map = built["sitemap.xml"].decode()
    addresses = re.findall(r"<loc>([^<]+)</loc>", site_map)
    neutral = [x for x in addresses if not re.match(rf"{SITE}(nl|en)/", x)]

    assert len(addresses) == len(set(addresses)) == 3 * len(neutral)
    for address in addresses:
        assert address.removeprefix(SITE) + "index.html" in built
    assert f"{SITE}nl/frameworks/ecf/E.8/" in addresses
    assert f"{SITE}en/pathways/analyste-cybersecurite/" in addresses
    assert site_map.count("<xhtml:link") == 4 * len(addresses)


def test_pages_in_different_languages_name_each_other(built):
    path = "frameworks/rome/483972/index.html"
    heads = [Page(built[f"{prefix}{path}"]) for prefix in ("", "nl/", "en/")]

    alternates = [
        [(x["hreflang"], x["href"]) for x in page.all("link", rel="alternate") if "hreflang" in x]
        for page in heads
    ]

    assert alternates[0] == alternates[1] == alternates[2]
    assert [tag for tag, _ in alternates[0]] == ["fr", "nl", "en", "x-default"]


def test_the_catalogue_s_search_knows_every_badge_in_every_language(built):
    slugs = {
        Path(path).parts[1] for path in built if re.fullmatch(r"badges/[^/]+/index.html", path)
    }

    for language in ("fr", "nl", "en"):
        index = json.loads(built[f"badges/search.{language}.json"])
        assert set(index["badges"]) == slugs
        assert len(built[f"badges/search.{language}.json"]) < 1500 * len(slugs)
