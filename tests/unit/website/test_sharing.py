import dataclasses
import datetime
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from builders import a_ledger, a_site, an_edition, award_id_of, page_of
from centre import CANARY_NAME, SITE, a_badge, a_centre, an_award, with_settings
from html_pages import Page
from pictures import png

from obit_build.model.profile import IdentifierEntry, Profile
from obit_build.model.words import Slug, Term, Text
from obit_build.pictures.png import measure
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


def the_form(awards, repository=None, state=None, at=None, prefix="") -> dict[str, str] | None:
    """What the link on an award's page puts into LinkedIn's form; None where there is no link."""
    repository = repository or a_centre(awards)
    more = {"at": at} if at else {}
    files = a_site(repository, {awards[0].key: state} if state else None, **more)
    links = [x["href"] for x in Page(page_of(files, awards[0], prefix)).all("a")]
    found = [href for href in links if "/profile/add" in href]
    if not found:
        return None
    [link] = found
    asked = parse_qsl(urlsplit(link).query, strict_parsing=True)
    assert len(dict(asked)) == len(asked)  # each once
    return dict(asked)


WHOLE = {
    "startTask": "CERTIFICATION_NAME",
    "name": "Pare-feu",
    "organizationName": "CITC",
    "issueYear": "2026",
    "issueMonth": "3",
    "expirationYear": "2026",
    "expirationMonth": "12",
    "certUrl": f"{SITE}awards/{ID}/",
    "certId": ID,
}
ENDING = an_award(expires=datetime.date(2026, 12, 31))
DAY = datetime.datetime(2026, 3, 20, 12, 0, tzinfo=datetime.UTC)
LATER = datetime.date(2026, 5, 1)


@pytest.mark.parametrize(
    ("name", "more", "form"),
    [
        ("valid", {"at": DAY}, WHOLE),
        ("expiring", {}, WHOLE),
        ("expired: shown as such, and shared all the same", {"at": DAY.replace(year=2027)}, WHOLE),
        ("suspended", {"state": {"state": "suspended", "state_date": LATER}}, None),
        ("revoked", {"state": {"state": "revoked", "state_date": LATER}}, None),
        ("withdrawn", {"state": {"state": "withdrawn", "state_date": LATER}}, None),
    ],
)
def test_each_state_has_the_whole_form_or_none(name, more, form):
    assert the_form([ENDING], **more) == form, name


def test_a_preview_is_not_offered_for_a_profile():
    repository = a_centre([AWARD])
    ledger = dataclasses.replace(a_ledger(repository), mode="preview")

    page = page_of(a_site(repository, ledger=ledger), AWARD)

    assert "linkedin" not in page


def test_an_award_without_an_end_has_no_date_of_expiry_in_the_form():
    form = the_form([an_award(expires="never")])

    assert form is not None
    assert {name: value for name, value in WHOLE.items() if name in form} == form


def test_a_month_is_that_of_the_last_day_whatever_the_time_zone():
    form = the_form([an_award(expires=datetime.date(2027, 1, 31))], at=DAY)

    assert form is not None
    assert (form["expirationYear"], form["expirationMonth"]) == ("2027", "1")


@pytest.mark.parametrize("visibility", ["unlisted", "public"])
def test_an_unlisted_award_is_shared_by_its_holder_with_the_address_that_nobody_can_guess(
    visibility,
):
    award = an_award(visibility=visibility, expires=datetime.date(2026, 12, 31))

    assert the_form([award], at=DAY) == WHOLE


def test_an_issuer_that_linkedin_knows_is_named_by_its_number_alone():
    form = the_form([ENDING], a_centre([ENDING], profiles={"citc": KNOWN}))

    assert form is not None
    assert form["organizationId"] == "4711"
    assert "organizationName" not in form


@pytest.mark.parametrize("given", ["https://www.linkedin.com/company/citc", "citc", "", "٤٧١١"])
def test_what_is_no_number_of_linkedin_s_gives_way_to_the_issuer_s_name(given):
    entry = IdentifierEntry(identifier=given, identifier_type=Term("ext:LinkedIn:organizationId"))

    link = profile_link(issuer=dataclasses.replace(KNOWN, other_identifier=(entry,)))

    assert "organizationId" not in link
    assert "&organizationName=CITC%20%E2%80%94%20Lille&" in link


@pytest.mark.parametrize(
    "name",
    [
        "Pare-feu & filtrage",
        "C# / .NET",
        "50 % + 1 = ?",
        "Réseaux 🛰️👩🏽‍💻",
        "جدار الحماية",
        "חומת אש",
        'L"apostrophe’ <b>',
        "a" * 200,
    ],
)
def test_any_name_arrives_in_the_form_as_it_is_written(name):
    badge = a_badge(name=Text({"fr": name}))
    profile = dataclasses.replace(CITC, name=Text({"fr": f"Centre {name}"}))
    repository = a_centre([AWARD], achievements={"pare-feu": badge}, profiles={"citc": profile})

    form = the_form([AWARD], repository)

    assert form is not None
    assert (form["name"], form["organizationName"]) == (name, f"Centre {name}")
    assert form["certUrl"] == f"{SITE}awards/{ID}/"


def test_the_form_is_in_the_language_of_the_page():
    both = Text({"fr": "Pare-feu", "nl": "Firewall & co"})
    repository = a_centre([AWARD], achievements={"pare-feu": a_badge(name=both)})

    form = the_form([AWARD], repository, prefix="nl/")

    assert form is not None
    assert form["name"] == "Firewall & co"
