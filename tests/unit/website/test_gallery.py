import dataclasses

import pytest
from builders import a_ledger, a_site
from centre import CANARY_EMAIL, CANARY_NAME, a_badge, a_centre, an_award, with_settings
from html_pages import Page, broken_links, what_could_run
from test_site import rubric_badge

from obit_build.model.words import Language
from obit_build.website.gallery import SCENES

SAID = {
    "valid": "Délivré par CITC le",
    "without-name": "La personne qui vous a transmis ce lien",
    "expiring": "Expire le 21 décembre 2026",
    "expired": "Expiré depuis le 22 octobre 2026",
    "not-yet-valid": "Valable à partir du 21 décembre 2026",
    "suspended": "Suspendu le 11 novembre 2026",
    "revoked": "Révoqué le 11 novembre 2026",
    "replaced": "Remplacé le 11 novembre 2026",
    "withdrawn": "Retiré le 11 novembre 2026",
    "preview": "Aperçu · Délivré",
}


def a_preview(repository=None):
    repository = repository or a_centre(achievements={"pare-feu": rubric_badge()})
    return a_site(repository, ledger=a_ledger(repository, mode="preview"))


@pytest.mark.parametrize("name", [scene.name for scene in SCENES])
def test_the_gallery_shows_every_state_in_words(name):
    files = a_preview()
    page = Page(files[f"gallery/{name}/index.html"])
    assert SAID[name] in page.text
    assert page.meta("robots") == "noindex"
    assert f"gallery/{name}/embed.html" in files
    assert f'href="../gallery/{name}/"' in files["gallery/index.html"].decode()


def test_each_state_has_a_sign_of_its_own():
    files = a_preview()
    signs: dict[str, str] = {}
    for scene in SCENES:
        band = files[f"gallery/{scene.name}/index.html"].decode().partition('class="band-mark"')[2]
        signs[scene.name] = band.partition("</svg>")[0]

    # Without a name it is the same state; a preview is told by its word, its colour and its stripes.
    assert signs.pop("without-name") == signs["valid"] == signs.pop("preview")
    assert len(set(signs.values())) == len(signs) == 8


def test_the_gallery_exists_in_every_language_and_is_whole():
    files = a_preview()
    shown = {
        path: Page(data)
        for path, data in files.items()
        if "gallery/" in path and path.endswith(".html")
    }
    assert len([path for path in shown if path.startswith("nl/")]) == len(SCENES) + 1
    for path, page in shown.items():
        assert (path, page.faults, list(what_could_run(page))) == (path, [], [])
    assert list(broken_links(files)) == []
    assert "Ingetrokken op 11 november 2026" in shown["nl/gallery/revoked/index.html"].text


def test_a_live_site_has_no_gallery():
    assert not [path for path in a_site() if "gallery" in path]


def test_the_gallery_holds_no_award_and_nobody():
    with_awards = a_centre([an_award()])
    alone = a_preview(dataclasses.replace(with_awards, awards=()))
    together = a_preview(with_awards)
    shown = {path: data for path, data in alone.items() if path.startswith("gallery/")}
    assert shown == {path: data for path, data in together.items() if path.startswith("gallery/")}
    for data in shown.values():
        assert CANARY_NAME.encode() not in data
        assert CANARY_EMAIL.encode() not in data


def test_the_gallery_offers_no_file_of_an_award_and_nothing_to_check():
    page = a_preview()["gallery/valid/index.html"].decode()
    assert "data-credential" not in page
    assert "credential.json" not in page
    assert "application/vc" not in page
    assert "linkedin.com/profile/add" in page


def test_without_a_badge_there_is_no_gallery():
    repository = a_centre(achievements={})
    assert not [path for path in a_preview(repository) if path.startswith("gallery")]


def test_a_site_in_one_language_has_its_gallery_too():
    repository = with_settings(
        a_centre(achievements={"a": a_badge("a")}), languages=(Language("nl"),)
    )
    assert Page(a_preview(repository)["gallery/index.html"]).all("html") == [{"lang": "nl"}]
