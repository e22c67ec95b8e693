import datetime
import json

import pytest
from builders import a_site, an_edition, award_id_of, page_of
from centre import CANARY_NAME, SITE, a_badge, a_centre, an_award, with_settings
from html_pages import Page
from pictures import png

from obit_build.model.profile import IdentifierEntry, Profile
from obit_build.model.words import Slug, Term, Text
from obit_build.png import measure
from obit_build.website import sharing

URL = f"{SITE}awards/abc/"
AWARD = an_award()
ID = award_id_of(AWARD)
CITC = Profile(name=Text({"fr": "CITC"}), slug=Slug("citc"))
KNOWN = Profile(
    name=Text({"fr": "CITC"}),
    slug=Slug("citc"),
    other_identifier=(
        IdentifierEntry(identifier="0471", identifier_type=Term("ext:BE:enterpriseNumber")),
        IdentifierEntry(identifier="4711", identifier_type=Term("ext:LinkedIn:organizationId")),
    ),
)


def profile_link(**fields) -> str:
    given = {
        "badge": "Pare-feu & co",
        "issuer": CITC,
        "issuer_name": "CITC — Lille",
        "issued": (2026, 3),
        "expires": (2029, 12),
        "url": URL,
        "award_id": "abc",
    }
    return sharing.linkedin_profile(**{**given, **fields})


def test_the_profile_form_is_filled_in_character_by_character():
    assert profile_link() == (
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME"
        "&name=Pare-feu%20%26%20co&organizationName=CITC%20%E2%80%94%20Lille"
        "&issueYear=2026&issueMonth=3&expirationYear=2029&expirationMonth=12"
        "&certUrl=https%3A%2F%2Fbadges.example.org%2Fx%2Fawards%2Fabc%2F&certId=abc"
    )


def test_what_is_not_known_is_left_out_of_the_form():
    assert profile_link(issuer=KNOWN, expires=None) == (
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME"
        "&name=Pare-feu%20%26%20co&organizationId=4711&issueYear=2026&issueMonth=3"
        "&certUrl=https%3A%2F%2Fbadges.example.org%2Fx%2Fawards%2Fabc%2F&certId=abc"
    )


def test_the_form_leads_to_the_neutral_page_whatever_the_reader_s_language():
    files = a_site(a_centre([AWARD]))
    for prefix in ("", "fr/", "nl/"):
        links = [x["href"] for x in Page(page_of(files, AWARD, prefix)).all("a")]
        [profile] = [href for href in links if "/profile/add" in href]
        assert f"certUrl=https%3A%2F%2Fbadges.example.org%2Fx%2Fawards%2F{ID}%2F" in profile


def test_a_post_and_an_e_mail_are_begun_with_the_address_escaped():
    assert sharing.linkedin_post(URL) == (
        "https://www.linkedin.com/sharing/share-offsite/"
        "?url=https%3A%2F%2Fbadges.example.org%2Fx%2Fawards%2Fabc%2F"
    )
    assert sharing.mail(an_edition(language="nl"), "Firewall & co", URL) == (
        "mailto:?subject=Badge%20%E2%80%98Firewall%20%26%20co%E2%80%99"
        "&body=Dit%20is%20mijn%20badge%2C%20met%20de%20criteria%20en%20hoe%20u%20die%20controleert"
        "%3A%20https%3A%2F%2Fbadges.example.org%2Fx%2Fawards%2Fabc%2F"
    )


def test_the_code_for_other_sites_escapes_the_title():
    assert sharing.frame(URL, 'Pare-feu "2" <b>') == (
        '<iframe src="https://badges.example.org/x/awards/abc/embed.html" '
        'title="Pare-feu &#34;2&#34; &lt;b&gt;" width="480" height="220" loading="lazy"></iframe>'
    )


def test_the_page_names_an_oembed_answer_that_shows_the_small_page():
    files = a_site(a_centre([AWARD]))
    [link] = Page(page_of(files, AWARD)).all("link", type="application/json+oembed")
    assert link["href"] == f"{SITE}awards/{ID}/oembed.json"
    width, height = measure(png())
    assert json.loads(files[f"awards/{ID}/oembed.json"]) == {
        "version": "1.0",
        "type": "rich",
        "title": "Pare-feu",
        "author_name": "CITC",
        "provider_name": "Badges numériques",
        "provider_url": SITE,
        "html": sharing.frame(f"{SITE}awards/{ID}/", "Pare-feu"),
        "width": 480,
        "height": 220,
        "cache_age": 86400,
        "thumbnail_url": f"{SITE}badges/pare-feu/v1/image.png",
        "thumbnail_width": width,
        "thumbnail_height": height,
    }


def test_without_a_picture_the_answer_has_no_thumbnail():
    answer = json.loads(a_site(a_centre([AWARD]), pictures={})[f"awards/{ID}/oembed.json"])
    assert not [name for name in answer if name.startswith("thumbnail")]


def test_the_small_page_speaks_the_credential_s_language_runs_nothing_and_names_nobody():
    dutch = an_award("2m8qa4xd", language="nl")
    files = a_site(a_centre([AWARD, dutch]))
    page = files[f"awards/{award_id_of(dutch)}/embed.html"]
    assert Page(page).all("html") == [{"lang": "nl"}]
    assert "Uitgereikt door CITC op 14 maart 2026." in Page(page).text
    assert "Wout" not in Page(page).text
    assert CANARY_NAME not in files[f"awards/{ID}/embed.html"].decode()
    assert not Page(page).all("script")
    assert len(page) < 5 * 1024


@pytest.mark.parametrize(
    ("state", "said"),
    [("revoked", "Révoqué le 1er mai 2026"), ("suspended", "Suspendu le 1er mai 2026")],
)
def test_the_small_page_says_the_state(state, said):
    files = a_site(
        a_centre([AWARD]), {AWARD.key: {"state": state, "state_date": datetime.date(2026, 5, 1)}}
    )
    assert said in Page(files[f"awards/{ID}/embed.html"]).text
    assert f"state-{state}" in files[f"awards/{ID}/embed.html"].decode()


def test_what_is_suspended_is_not_offered_for_sharing():
    state = {"state": "suspended", "state_date": datetime.date(2026, 5, 1)}
    page = page_of(a_site(a_centre([AWARD]), {AWARD.key: state}), AWARD)
    assert "linkedin" not in page
    assert "mailto:?" not in page
    assert "data-copy" not in page


def test_files_are_named_for_the_holder_s_disk():
    files = a_site(a_centre([AWARD]))
    links = {
        x["download"]: x["href"] for x in Page(page_of(files, AWARD)).all("a") if "download" in x
    }
    assert links == {
        "2026-03-14-pare-feu.png": f"../../awards/{ID}/badge.png",
        "2026-03-14-pare-feu.svg": f"../../awards/{ID}/badge.svg",
        "2026-03-14-pare-feu.json": f"../../awards/{ID}/credential.json",
    }


def test_the_page_about_using_a_badge_promises_no_europass_button():
    repository = with_settings(a_centre([AWARD]))
    page = Page(a_site(repository)["use/index.html"])
    assert "Europass n’a pas de bouton pour les Open Badges." in page.text
    assert not [x for x in page.all("a") if "europa.eu" in x["href"]]


def test_an_award_s_page_leads_on_to_the_badges_that_ask_for_it():
    later = a_badge(
        "pare-feu-2", name=Text({"fr": "Pare-feu 2"}), prerequisites=(Slug("pare-feu"),)
    )
    repository = a_centre([AWARD], achievements={"pare-feu": a_badge(), "pare-feu-2": later})
    page = Page(page_of(a_site(repository), AWARD))
    assert "Et ensuite Pare-feu 2" in page.text
    assert {"href": "../../badges/pare-feu-2/"} in page.all("a")
