"""The way from a badge's page to a new award: the address of an editor, and the file that it begins."""

import datetime
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from builders import a_site
from centre import CANARY_EMAIL, CANARY_NAME, a_badge, a_centre, an_award, with_settings
from html_pages import Page

from obit_build.centre.load import load_repository
from obit_build.checks import run_checks
from obit_build.forge_editor import forge_of, is_repository, new_file
from obit_build.model.settings import ForgeRepository
from obit_build.model.words import Url

BASE = Path(__file__).parents[1] / "examples" / "base"
AT = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
ON_GITHUB = ForgeRepository(url=Url("https://github.com/centre/badges/"))
PAGE = "badges/pare-feu/index.html"


def pages_of(repository=ON_GITHUB, *badges, awards=()):
    made = {str(x.slug): x for x in badges or (a_badge(),)}
    return a_site(with_settings(a_centre(awards, achievements=made), repository=repository))


def ways(page: bytes) -> list[str]:
    """The links of a page that lead to the forge."""
    links = [a["href"] for a in Page(page).all("a") if "centre/badges" in a["href"]]
    return [link for link in links if "new" in link]


def asked(address: str) -> dict[str, str]:
    found = parse_qs(urlsplit(address).query, strict_parsing=True)
    return {name: value for name, (value,) in found.items()}


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        ("github", "https://code.example.org/a/b/new/x%20%23/y?filename=c/d.yaml&value=%23%20%C3%A9%26%0A"),
        ("forgejo", "https://code.example.org/a/b/_new/x%20%23/y/?filename=c/d.yaml&value=%23%20%C3%A9%26%0A"),
        ("gitlab", "https://code.example.org/a/b/-/new/x%20%23/y?file_name=c/d.yaml&content=%23%20%C3%A9%26%0A"),
    ],
)  # fmt: skip
def test_each_forge_is_asked_in_its_own_way(forge, expected):
    assert (
        new_file(forge, "https://code.example.org/a/b/", "x #/y", "c/d.yaml", "# é&\n") == expected
    )


@pytest.mark.parametrize(
    ("address", "forge"),
    [
        ("https://github.com/centre/badges", "github"),
        ("https://gitlab.com/group/sub/badges", "gitlab"),
        ("https://gitlab.centre.example/group/badges", "gitlab"),
        ("https://codeberg.org/centre/badges", "forgejo"),
        ("https://forgejo.centre.example/a/b", "forgejo"),
        ("https://gitea.centre.example/a/b", "forgejo"),
        ("https://github.com.evil.example/a/b", "github"),
        ("https://code.centre.example/a/b", None),
    ],
)
def test_the_host_tells_the_forge_or_nothing(address, forge):
    assert forge_of(address) == forge


@pytest.mark.parametrize(
    "address",
    [
        "http://github.com/centre/badges",
        "https://github.com/centre",
        "https://github.com/centre/badges.git",
        "https://github.com/centre/badges?tab=readme",
        "https://github.com/centre/badges#top",
        "https://user:secret@github.com/centre/badges",
        "https://gitlab.com/centre/badges/-/tree/main",
        "https://github.com/centre/../badges",
        "https:///centre/badges",
        "https://[github.com/centre/badges",
        "javascript://github.com/centre/badges",
    ],
)
def test_only_a_plain_https_address_is_a_repositorys_page(address):
    assert not is_repository(address)
    assert ways(pages_of(ForgeRepository(url=Url(address), forge="github"))[PAGE]) == []


def test_a_badges_page_leads_staff_to_an_award_file_begun_in_their_language():
    site = pages_of()

    (french,), (dutch,) = ways(site[PAGE]), ways(site[f"nl/{PAGE}"])

    assert french.startswith("https://github.com/centre/badges/new/main?filename=")
    assert asked(french) == {
        "filename": "badges/pare-feu/awards/JOUR-LIEU.yaml",
        "value": "# Écrivez le jour (2026-03-14), puis un code par ligne\u202f; jamais de nom.\n"
        "# Donnez au fichier un nom à lui, par exemple 2026-03-14-lille.yaml.\n"
        "issued: \nto:\n  - \n",
    }
    assert asked(dutch)["filename"] == "badges/pare-feu/awards/DAG-PLAATS.yaml"


def test_where_the_editor_leaves_the_text_out_the_page_shows_it():
    on_gitlab = ForgeRepository(url=Url("https://gitlab.com/centre/badges"), branch="hoofd")

    page = pages_of(on_gitlab)[PAGE]

    (address,) = ways(page)
    assert address.startswith("https://gitlab.com/centre/badges/-/new/hoofd?file_name=")
    assert asked(address)["content"] in page.decode().replace("&#39;", "'")
    assert b"<pre" not in pages_of()[PAGE]


def test_the_way_is_on_the_page_of_a_badge_that_can_be_awarded_and_nowhere_else():
    retired, draft = (a_badge(x, status=x) for x in ("retired", "draft"))

    site = pages_of(ON_GITHUB, a_badge(), retired, draft, awards=[an_award()])

    led = {path for path, data in site.items() if path.endswith(".html") and ways(data)}
    assert led == {PAGE, f"fr/{PAGE}", f"nl/{PAGE}"}
    assert not any(ways(data) for path, data in pages_of(None).items() if path.endswith(".html"))


def test_the_way_tells_nothing_of_people():
    address = "".join(ways(pages_of(awards=[an_award()])[PAGE]))

    assert not [x for x in (CANARY_NAME, CANARY_EMAIL, "7f3k9m2q", "2m8qa4xd") if x in address]


def test_the_file_begun_says_what_is_missing_and_is_right_once_it_is_filled_in(tmp_path):
    begun = asked(ways(pages_of()[PAGE])[0])["value"]
    root = tmp_path / "centre"
    shutil.copytree(BASE, root)
    award = next((root / "badges/tableur-1/awards").iterdir())

    said = [_said(root, award, begun), _said(root, award, _filled_in(begun))]

    assert said == [
        ["expected a date like 2026-03-14", "expected a recipient's code"],
        [],
    ]  # fmt: skip


def _filled_in(begun: str) -> str:
    return begun.replace("issued: \n", "issued: 2026-03-14\n").replace("  - \n", "  - 7f3k9m2q\n")


def _said(root: Path, award: Path, text: str) -> list[str]:
    award.write_text(text, encoding="utf-8")
    repository, problems = load_repository(root)
    assert repository is not None
    return [x.message for x in (*problems, *run_checks(repository, at=AT))]
