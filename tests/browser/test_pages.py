"""Pages as a person meets them: in Chromium, on a phone and a desktop, light and dark, without JavaScript too."""

from pathlib import Path

import pytest
from chromium import PROJECT, run
from sample import awards_by_state, build, copy_sample, told_once

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
VIEWS = ({**PHONE, "script": False}, {**PHONE, "scheme": "dark"}, {"width": 1280})


def looked_at(root: Path) -> list[dict]:
    """Build the sample below a path, and look at a page of each kind, at awards in every state."""
    # Endorsements are about the badges of one address only, and this site has another.
    copy_sample(root, "endorsements")
    settings = (root / "obit.yaml").read_text()
    below = settings.replace("https://badges.obit.example/", "https://badges.obit.example/demo/", 1)
    (root / "obit.yaml").write_text(below)
    folder = build(root)
    awards = [f"awards/{award}/" for _, award in sorted(awards_by_state(root).items())]
    badge = "badges/gestion-de-pare-feu/"
    pages = ["", "nl/", "en/badges/", badge, f"nl/{badge}", "issuers/technocite/", "verify/"]
    pages += ["frameworks/", "en/frameworks/ecf/", "nl/frameworks/ecf/E.8/", "accessibility/"]
    pages += ["pathways/", "en/pathways/analyste-cybersecurite/"]
    pages += [*awards, f"en/{awards[0]}", "404.html"]
    wishes = [{"page": page, **view} for page in pages for view in VIEWS]
    return run(PROJECT / "tests/browser/measure.mjs", folder, "/demo/", lines=wishes)


@pytest.fixture(scope="session")
def looks(tmp_path_factory) -> list[dict]:
    root = tmp_path_factory.mktemp("browser")
    return told_once(tmp_path_factory, "looks", lambda: looked_at(root))


def test_no_page_asks_another_host_for_anything(looks):
    assert [(look["page"], look["foreign"]) for look in looks if look["foreign"]] == []


def test_no_page_misses_a_file_or_breaks_its_own_policy(looks):
    assert [(look["page"], look["missing"]) for look in looks if look["missing"]] == []
    assert [(look["page"], look["said"]) for look in looks if look["said"]] == []


def test_no_page_is_wider_than_its_screen(looks):
    assert [(k["page"], k["width"], k["wide"]) for k in looks if k["wide"] > 0] == []


def test_every_page_says_the_same_without_javascript(looks):
    phone = [look for look in looks if look["width"] == PHONE["width"]]
    with_script = {k["page"]: k["plain"] for k in phone if "script" not in k}
    without = {k["page"]: k["plain"] for k in phone if "script" in k}

    assert with_script == without
    assert min(without.values()) > 100


def test_every_page_has_one_heading_a_title_a_language_and_named_pictures(looks):
    for look in looks:
        assert look["headings"] == 1, look["page"]
        assert look["title"]
        assert look["language"] in ("fr", "nl", "en")
        assert look["unnamed"] == 0
