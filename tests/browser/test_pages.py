"""Pages as a person meets them: in Chromium, on a phone and a desktop, light and dark, without JavaScript too."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from obit_build.ledger_store import FolderStore

PROJECT = Path(__file__).parents[2]
SOURCES = ("obit.yaml", "issuers", "badges", "pathways", "frameworks", "recipients.csv")
AT = "2026-11-21T12:00:00Z"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> tuple[Path, list[str]]:
    """Build the sample below a path, and list a page of each kind, awards in every state."""
    root = tmp_path_factory.mktemp("browser")
    for name in SOURCES:
        source = PROJECT / name
        if source.is_dir():
            # Endorsements are about the badges of one address only, and this site has another.
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("endorsements"))
        else:
            shutil.copy(source, root / name)
    settings = (root / "obit.yaml").read_text()
    below = settings.replace("https://badges.obit.example/", "https://badges.obit.example/demo/", 1)
    (root / "obit.yaml").write_text(below)
    obit = Path(sys.executable).with_name("obit")
    subprocess.run(
        [str(obit), "-C", str(root), "build", "--at", AT], check=True, capture_output=True
    )
    ledger = FolderStore(root / ".obit/preview").replay().ledger()
    by_state = {award.state: award.id for award in ledger.awards.values()}
    awards = [f"awards/{award}/" for _, award in sorted(by_state.items())]
    badge = "badges/gestion-de-pare-feu/"
    pages = ["", "nl/", "en/badges/", badge, f"nl/{badge}", "issuers/technocite/", "verify/"]
    pages += ["frameworks/", "en/frameworks/ecf/", "nl/frameworks/ecf/E.8/", "accessibility/"]
    pages += ["pathways/", "en/pathways/analyste-cybersecurite/"]
    return root / "build", [*pages, *awards, f"en/{awards[0]}", "404.html"]


@pytest.fixture(scope="session")
def looks(site) -> list[dict]:
    build, pages = site
    program = PROJECT / "tests/browser/look.mjs"
    if not (PROJECT / "tests/interop/node_modules/playwright-core").is_dir():
        pytest.fail("run make test once: it installs the Node packages")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("run make test once: it installs Chromium")
    done = subprocess.run(
        ["node", str(program), str(build), "/demo/", *pages],
        check=False, capture_output=True, text=True, timeout=300,
        env={**os.environ, "CHROMIUM": chromium},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(seen) == len(pages) * 3
    return seen


def test_no_page_asks_another_host_for_anything(looks):
    assert [(look["page"], look["foreign"]) for look in looks if look["foreign"]] == []


def test_no_page_misses_a_file_or_breaks_its_own_policy(looks):
    assert [(look["page"], look["missing"]) for look in looks if look["missing"]] == []
    assert [(look["page"], look["said"]) for look in looks if look["said"]] == []


def test_no_page_is_wider_than_its_screen(looks):
    assert [(k["page"], k["name"], k["wide"]) for k in looks if k["wide"] > 0] == []


def test_every_page_says_the_same_without_javascript(looks):
    phone = [look for look in looks if look["name"] == "phone"]
    with_script = {k["page"]: k["text"] for k in phone if k["javaScriptEnabled"]}
    without = {k["page"]: k["text"] for k in phone if not k["javaScriptEnabled"]}

    assert with_script == without
    assert min(without.values()) > 100


def test_every_page_has_one_heading_a_title_a_language_and_named_pictures(looks):
    for look in looks:
        assert look["headings"] == 1, look["page"]
        assert look["title"]
        assert look["language"] in ("fr", "nl", "en")
        assert look["unnamed"] == 0
