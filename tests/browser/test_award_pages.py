"""Award pages as people meet them: every state, any text, a phone, paper, a frame, no script."""

import dataclasses
import gzip
import json
import shutil
from pathlib import Path

import pytest
from chromium import PROJECT, run
from papers import StandIn
from sample import build, built_sample, copy_sample

from obit_build.centre.load import load_repository
from obit_build.ledger.folder import FolderStore
from obit_build.pipeline.build import pictures_of
from obit_build.theme import default_theme
from obit_build.website.gallery import SCENES
from obit_build.website.render import Theme
from obit_build.website.shared import SiteInputs
from obit_build.website.site import plan_site

KIB = 1024
SCREENS = ((320, "light", "fr"), (360, "dark", "nl"), (768, "light", "en"), (1280, "dark", "fr"))
LONG = "Donaudampfschifffahrtsgesellschaftskapitänskajütentürschlüsselloch" * 4
NAME = ("Installation et administration d’une infrastructure réseau sécurisée " * 3)[:200]
ARABIC = "إدارة جدار الحماية وتحليل حركة الشبكة"
MARKDOWN = f"""\
# Un titre

| a | b | c | d | e | f |
|---|---|---|---|---|---|
| {LONG} | 2 | 3 | 4 | 5 | <script>alert(1)</script> |

- [un lien](javascript:alert(2)) et [un autre](https://example.org/{LONG})
- <img src=x onerror=alert(3)> ![image](https://spy.example/pixel.png)

> 👩🏽‍🚀 {ARABIC} 👩🏽‍🚀

    {LONG}
"""

pytestmark = pytest.mark.browser


def in_yaml(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Path:
    """The sample site as a preview, with its gallery."""
    return built_sample(tmp_path_factory) / "build"


@pytest.fixture(scope="module")
def themed(tmp_path_factory) -> Path:
    """The sample site in the documentation's example theme."""
    root = copy_sample(tmp_path_factory.mktemp("themed"), "awards")
    example = PROJECT / "docs/examples/theme-atelier"
    shutil.copytree(example / "templates", root / "templates")
    with (root / "obit.yaml").open("a") as settings:
        settings.write((example / "theme.yaml").read_text())
    return build(root)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """A site whose texts are long, foreign, marked up and hostile; one badge has hardly any."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "issuers" / "centre").mkdir(parents=True)
    for badge in ("bloc", "grand", "petit", "rtl"):
        (root / "badges" / badge / "awards").mkdir(parents=True)
        image = PROJECT / "tests/examples/base/badges/tableur-1/image.svg"
        shutil.copy(image, root / "badges" / badge / "image.svg")
    (root / "obit.yaml").write_text(
        f"site: https://badges.example.org/\nlanguages: [fr, nl, en]\n"
        f"title: {in_yaml(NAME)}\ntagline: {in_yaml(LONG)}\ndisclaimer: {in_yaml(LONG)}\n"
    )
    (root / "issuers/centre/issuer.yaml").write_text(
        f"name: {in_yaml(NAME)}\ndescription: {in_yaml(MARKDOWN)}\n"
        f"other_identifier: [{{identifier: {LONG}}}]\naddress: {{address_locality: {LONG}}}\n"
    )
    texts = "".join(
        f"{name}: {in_yaml(LONG)}\n"
        for name in ("participation", "assessment", "supervision", "quality_assurance")
    )
    (root / "badges/grand/badge.yaml").write_text(
        f"name: {in_yaml(NAME)}\ndescription: {in_yaml(MARKDOWN)}\ncriteria: {in_yaml(MARKDOWN)}\n"
        f"image: image.svg\nversion: '1'\ntag: [{LONG}]\nhours: 42\neqf_level: 5\n{texts}"
        f"alignment: [{{target_name: {in_yaml(LONG)}, target_framework: {in_yaml(NAME)}, "
        f"target_url: 'https://example.org/{LONG}'}}]\n"
        f"result_description:\n  - id: conception\n    name: {in_yaml(LONG)}\n"
        "    result_type: RubricCriterionLevel\n    rubric_criterion_level:\n"
        + "".join(
            f"      - {{id: niveau-{n}, name: {in_yaml(LONG)}, level: {n}, description: {in_yaml(LONG)}}}\n"
            for n in "12345"
        )
    )
    (root / "badges/petit/badge.yaml").write_text(
        "name: 👩🏽‍🚀\ndescription: '<b>x</b>'\ncriteria: x\nimage: image.svg\n"
    )
    (root / "badges/bloc/badge.yaml").write_text(
        f"name: Compétence {'x' * 189}\ndescription: {in_yaml(NAME)}\ncriteria: x\nimage: image.svg\n"
    )
    (root / "badges/rtl/badge.yaml").write_text(
        f"name: {{fr: {in_yaml(ARABIC)}}}\ndescription: {{fr: '{ARABIC}', en: {in_yaml(LONG)}}}\n"
        f"criteria: {{fr: {in_yaml(ARABIC)}}}\nimage: image.svg\n"
    )
    for badge in ("bloc", "grand", "petit", "rtl"):
        more = (
            f"    narrative: {in_yaml(MARKDOWN)}\n    role: {in_yaml(LONG)}\n"
            "    results: [{result_description: conception, achieved_level: niveau-4}]\n"
            f"    evidence: [{{name: {in_yaml(LONG)}, url: 'https://example.org/{LONG}'}}]\n"
            if badge == "grand"
            else ""
        )
        (root / f"badges/{badge}/awards/a.yaml").write_text(
            f"issued: 2026-03-14\nto:\n  - id: rec-1\n{more}"
        )
    (root / "recipients.csv").write_text(
        "code,name,email,language,show_name,consent_date\n"
        f'rec-1,"{(ARABIC + " " + NAME)[:200]}",,fr,yes,2026-03-14\n'
    )
    return build(root)


def awards_in(site: Path) -> list[str]:
    return sorted(f"awards/{path.name}/" for path in (site / "awards").iterdir())


def awards_by_badge(site: Path) -> list[tuple[str, str]]:
    """Each award's badge and page."""
    ledger = FolderStore(site.parent / ".obit/preview").replay().ledger()
    return [(award.badge, f"awards/{award.id}/") for award in ledger.awards.values()]


def fullest_awards(root: Path) -> list[str]:
    """Of the awards of each badge, the page that has most on it."""
    fullest: dict[str, tuple[int, str]] = {}
    for award in FolderStore(root / ".obit/preview").replay().ledger().awards.values():
        page = f"awards/{award.id}/"
        size = (root / "build" / page / "index.html").stat().st_size
        fullest[award.badge] = max(fullest.get(award.badge, (0, "")), (size, page))
    return [page for _, page in fullest.values()]


def test_every_state_fits_every_screen(sample):
    pages = [*(f"gallery/{scene.name}/" for scene in SCENES), "gallery/", "use/"]
    wishes = [
        {"page": f"{language}/{page}", "width": width, "scheme": scheme}
        for page in pages
        for width, scheme, language in SCREENS
    ]
    for seen in run(PROJECT / "tests/browser/measure.mjs", sample, "/", lines=wishes):
        place = (seen["page"], seen["width"])
        assert (place, seen["wide"], seen["sticksOut"], seen["cut"]) == (place, 0, [], [])
        assert (place, seen["small"]) == (place, [])
        assert (place, seen["said"], seen["foreign"], seen["missing"]) == (place, [], [], [])


def test_another_theme_fits_every_screen_too(themed):
    pages = ("", "badges/", "gallery/valid/", "gallery/revoked/", "verify/")
    wishes = [
        {"page": f"{language}/{page}", "width": width, "scheme": scheme, "print": "gallery" in page}
        for page in pages
        for width, scheme, language in SCREENS
    ]
    for seen in run(PROJECT / "tests/browser/measure.mjs", themed, "/", lines=wishes):
        place = (seen["page"], seen["width"])
        assert (place, seen["wide"], seen["sticksOut"], seen["small"]) == (place, 0, [], [])
        assert (place, seen["said"], seen["missing"]) == (place, [], [])
        assert seen["sheets"] in (None, 1)


def test_hostile_texts_stay_inside_the_page_and_run_nothing(hostile):
    awards = awards_in(hostile)
    pages = ["", "badges/", "badges/grand/", "badges/petit/", "badges/rtl/", "issuers/centre/"]
    frames = [f"{award}embed.html" for award in awards]
    wishes = [
        {"page": page, "width": width}
        for page in (*pages, *awards, *frames)
        for width, _, _ in SCREENS
    ]
    wishes += [{"page": f"nl/{page}", "width": 320} for page in (*pages, *awards)]
    for seen in run(PROJECT / "tests/browser/measure.mjs", hostile, "/", lines=wishes):
        place = (seen["page"], seen["width"])
        assert (place, seen["wide"], seen["sticksOut"]) == (place, 0, [])
        assert (place, seen["said"], seen["foreign"]) == (place, [], [])


def test_an_award_is_printed_on_one_sheet(sample, hostile):
    pages = [*fullest_awards(sample.parent), *(f"en/gallery/{scene.name}/" for scene in SCENES)]
    short = {badge: page for badge, page in awards_by_badge(hostile) if badge != "grand"}

    for site, printed in ((sample, pages), (hostile, [*short.values()])):
        wishes = [{"page": page, "print": True} for page in printed]
        seen = run(PROJECT / "tests/browser/measure.mjs", site, "/", lines=wishes)
        assert {x["page"]: x["sheets"] for x in seen} == dict.fromkeys(printed, 1)
    assert len(short) == 3


def test_without_scripts_the_page_says_the_same(sample):
    pages = [*awards_in(sample)[:4], "fr/gallery/valid/", "use/"]
    wishes = [{"page": page, "script": script} for page in pages for script in (True, False)]
    seen = run(PROJECT / "tests/browser/measure.mjs", sample, "/", lines=wishes)
    text = {(x["page"], x.get("script", True)): x["text"] for x in seen}
    for page in pages:
        # What only scripts can do is hidden without them: two buttons of a few words.
        assert 0 <= text[page, True] - text[page, False] < 120, page
        assert text[page, False] > 500


def test_an_award_s_page_is_small(sample):
    """The sample's fullest pages as a live site has them, with all links to share."""
    root = sample.parent
    repository, _ = load_repository(root)
    store = FolderStore(root / ".obit/preview")
    ledger = dataclasses.replace(store.replay().ledger(), mode="live")
    inputs = SiteInputs(
        repository=repository,
        ledger=ledger,
        credential=lambda x: store.credential(x, ledger.awards[x].sha256),
        token=lambda x: store.token(x, ledger.awards[x].token_sha256 or ""),
        status_lists={},
        pictures={slug: pictures_of(repository, x) for slug, x in repository.achievements.items()},
        theme=Theme(default_theme()),
        at=ledger.last_at,
        commit="c0ffee",
        typesetter=StandIn(),
    )
    files = {file.path: file.data for file in plan_site(inputs)}
    pages = {p: len(d) for p, d in files.items() if "awards/" in p and p.endswith("/index.html")}
    assert {path: size for path, size in pages.items() if size > 15 * KIB} == {}
    small = {p: len(d) for p, d in files.items() if p.endswith("/embed.html")}
    assert {path: size for path, size in small.items() if size > 5 * KIB} == {}
    assert len(gzip.compress(files["assets/style.css"], mtime=0)) <= 8 * KIB
    assert len(files["assets/check.js"]) <= 2 * KIB
