import dataclasses
import datetime
import json
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from builders import (
    a_credential,
    a_ledger,
    a_site,
    an_edition,
    award_id_of,
    files_of,
    page_of,
    site_inputs,
)
from centre import (
    CANARY_EMAIL,
    CANARY_NAME,
    SITE,
    a_badge,
    a_centre,
    an_award,
    decided,
    text,
    with_settings,
)
from html_pages import Page, broken_links, what_could_run

from obit_build.errors import RenderError
from obit_build.model.achievement import (
    Alignment,
    Criteria,
    ResultDescription,
    RubricCriterionLevel,
)
from obit_build.model.award import Evidence, Result
from obit_build.model.profile import Address, IdentifierEntry, ImageFile, Profile
from obit_build.model.words import Duration, FileName, Language, Slug, Term, Text, Url
from obit_build.pictures.bake import unbake
from obit_build.website import listings
from obit_build.website.editions import web_address
from obit_build.website.site import plan_site

SITE_MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
AWARD = an_award()
ID = award_id_of(AWARD)
DAY = datetime.date(2026, 5, 1)
STATES = {
    "valid": ({}, {}),
    "expiring": ({"expires": datetime.date(2026, 12, 1)}, {}),
    "expired": ({"expires": datetime.date(2026, 11, 1)}, {}),
    "not-yet-valid": ({"valid_from": datetime.date(2026, 12, 1)}, {}),
    "suspended": (
        {"suspended": decided(why="Réexamen en cours.")},
        {"state": "suspended", "state_date": DAY},
    ),
    "revoked": (
        {"revoked": decided(why="Erreur de saisie.")},
        {"state": "revoked", "state_date": DAY},
    ),
    "replaced": ({}, {"state": "replaced", "state_date": DAY}),
    "withdrawn": ({}, {"state": "withdrawn", "state_date": DAY}),
}


def in_state(name, repository=None, **fields):
    """A site whose one award is in the state of that name."""
    said, recorded = STATES[name]
    award = an_award(**said, **fields)
    repository = dataclasses.replace(repository or a_centre(), awards=(award,))
    return a_site(repository, {award.key: recorded}), award


def consenting(repository=None):
    """The centre whose people agreed to have their names shown."""
    repository = repository or a_centre()
    people = {
        code: dataclasses.replace(person, show_name=True, consent_date=DAY)
        for code, person in repository.recipients.items()
    }
    return dataclasses.replace(repository, recipients=people)


def rubric_badge(**fields):
    levels = tuple(
        RubricCriterionLevel(
            id=Slug(f"conception-{x}"), name=text(x.title()), description=text(f"Dit {x}.")
        )
        for x in ("initie", "autonome", "referent")
    )
    return a_badge(
        result_description=(
            ResultDescription(
                id=Slug("conception"),
                name=text("Conception"),
                result_type=Term("RubricCriterionLevel"),
                required_level=Slug("conception-autonome"),
                rubric_criterion_level=levels,
                weight=Decimal(30),
            ),
            ResultDescription(
                id=Slug("note"),
                name=text("Note"),
                result_type=Term("Percent"),
                value_min="0",
                value_max="100",
                required_value="60",
            ),
        ),
        **fields,
    )


def pages(files):
    return {path: Page(data) for path, data in files.items() if path.endswith(".html")}


# Which files there are


def test_an_award_has_a_page_per_language_its_credential_and_two_images():
    mine = {path for path in a_site() if ID in path}
    assert mine == {
        f"awards/{ID}/index.html",
        f"fr/awards/{ID}/index.html",
        f"nl/awards/{ID}/index.html",
        f"awards/{ID}/credential.json",
        f"awards/{ID}/badge.png",
        f"awards/{ID}/badge.svg",
        f"awards/{ID}/qr.svg",
        f"awards/{ID}/embed.html",
        f"awards/{ID}/oembed.json",
    }


def test_everything_else_has_its_place():
    files = a_site()
    for prefix in ("", "fr/", "nl/"):
        for page in ("", "badges/", "badges/pare-feu/", "issuers/", "issuers/citc/", "verify/"):
            assert f"{prefix}{page}index.html" in files
    for path in (
        "badges/pare-feu/v1/achievement.json",
        "badges/pare-feu/v1/achievement.fr.json",
        "badges/pare-feu/v1/achievement.nl.json",
        "badges/pare-feu/v1/image.svg",
        "badges/pare-feu/v1/image.png",
        "issuers/citc/did.json",
        "issuers/citc/profile.json",
        "404.html",
        "catalog.json",
        "sitemap.xml",
        "robots.txt",
        ".nojekyll",
        "assets/style.css",
    ):
        assert path in files


def test_the_credential_is_published_byte_for_byte_and_is_what_the_images_hold():
    repository = a_centre([AWARD])
    exact = a_credential(repository, AWARD, ID) + b"\n"
    files = a_site(repository, credential=lambda _: exact)
    assert files[f"awards/{ID}/credential.json"] == exact
    assert unbake(files[f"awards/{ID}/badge.png"]).encode() == exact
    assert unbake(files[f"awards/{ID}/badge.svg"]).encode() == exact


def test_status_lists_are_published_as_they_were_signed():
    lists = {"status/citc/1.json": b"\x00any", "status/citc/1-suspension.json": b"bytes"}
    files = a_site(status_lists=lists)
    assert {path: files[path] for path in lists} == lists


def test_the_neutral_definition_is_the_default_language_s():
    files = a_site()
    assert (
        files["badges/pare-feu/v1/achievement.json"]
        == files["badges/pare-feu/v1/achievement.fr.json"]
    )
    assert json.loads(files["badges/pare-feu/v1/achievement.nl.json"])["name"] == "Firewall"


def test_a_picture_that_exists_as_png_alone_leaves_out_the_svg():
    inputs = site_inputs()
    bare = {slug: dataclasses.replace(x, svg=None) for slug, x in inputs.pictures.items()}
    files = files_of(dataclasses.replace(inputs, pictures=bare))
    assert not [path for path in files if path.endswith(("/image.svg", "/badge.svg"))]
    assert list(broken_links(files)) == []


def test_a_logo_is_published_under_a_name_of_ours():
    profile = Profile(
        name=text("CITC"), slug=Slug("citc"), image=ImageFile(file=FileName("Notre.Logo.PNG"))
    )
    repository = a_centre(profiles={"citc": profile}, files={"issuers/citc/Notre.Logo.PNG": b"png"})
    repository = dataclasses.replace(
        repository, achievements={"pare-feu": repository.achievements["pare-feu"]}
    )
    files = a_site(repository)
    assert files["issuers/citc/logo.png"] == b"png"
    assert list(broken_links(files)) == []


# States


@pytest.mark.parametrize("name", STATES)
def test_every_page_of_every_state_is_whole_runs_nothing_and_leads_somewhere(name):
    files, _ = in_state(name, consenting(a_centre()))
    for path, page in pages(files).items():
        assert (path, page.faults) == (path, [])
        assert (path, list(what_could_run(page))) == (path, [])
    assert list(broken_links(files)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("valid", "Délivré par CITC le 14 mars 2026. Non révoqué à la dernière publication de ce site."),
        ("expiring", "Expire le 1er décembre 2026"),
        ("expired", "Expiré depuis le 1er novembre 2026"),
        ("not-yet-valid", "Valable à partir du 1er décembre 2026"),
        ("suspended", "Suspendu le 1er mai 2026"),
        ("revoked", "Révoqué le 1er mai 2026"),
        ("replaced", "Remplacé le 1er mai 2026"),
        ("withdrawn", "Retiré le 1er mai 2026"),
    ],
)  # fmt: skip
def test_a_page_says_its_state_in_words(name, said):
    files, award = in_state(name)
    page = page_of(files, award)
    assert said in Page(page).text
    assert f"state-{name}" in page


def test_a_page_never_says_that_it_was_verified():
    files, award = in_state("valid")
    words = (page_of(files, award), page_of(files, award, "nl/"))
    assert not [w for w in ("vérifié", "Verified", "geverifieerd", "✔", "✓") if w in "".join(words)]


@pytest.mark.parametrize("name", ["revoked", "suspended"])
def test_the_public_reason_of_a_decision_is_shown(name):
    files, award = in_state(name)
    reason = {"revoked": "Erreur de saisie.", "suspended": "Réexamen en cours."}[name]
    assert f"Motif\u202f: {reason}" in Page(page_of(files, award)).text
    dutch = Page(page_of(files, award, "nl/"))
    assert f"Reden: {reason}" in dutch.text
    assert f'<span lang="fr">{reason}</span>' in page_of(files, award, "nl/")


@pytest.mark.parametrize("name", ["revoked", "replaced"])
def test_what_is_lost_keeps_its_page_and_credential_and_hands_out_no_copies(name):
    files, award = in_state(name, consenting(), narrative=text("A tout réussi."))
    page = page_of(files, award)
    assert {p for p in files if f"awards/{ID}/" in p and not p.endswith("index.html")} == {
        f"awards/{ID}/{name}" for name in ("credential.json", "qr.svg", "embed.html", "oembed.json")
    }
    assert "linkedin" not in page
    assert "badge.png" not in page
    assert "A tout réussi." not in page
    assert CANARY_NAME not in page


def test_what_is_suspended_keeps_its_files_and_offers_none():
    files, award = in_state("suspended", consenting())
    assert f"awards/{ID}/badge.png" in files
    assert "badge.png" not in page_of(files, award)
    assert CANARY_NAME not in page_of(files, award)


def test_an_award_that_was_replaced_leads_to_the_one_that_replaces_it():
    later = an_award(issued=DAY)
    repository = a_centre([AWARD, later])
    states = {
        AWARD.key: {"state": "replaced", "state_date": DAY, "replaced_by": award_id_of(later)}
    }
    files = a_site(repository, states)
    assert f'href="../../awards/{award_id_of(later)}/"' in page_of(files, AWARD)
    assert list(broken_links(files)) == []


def test_what_was_withdrawn_leaves_nothing_but_the_fact():
    def credential(award_id):
        raise AssertionError("the bytes may be gone")

    repository = consenting(a_centre([AWARD]))
    files = a_site(
        repository, {AWARD.key: {"state": "withdrawn", "state_date": DAY}}, credential=credential
    )
    left = {path for path in files if ID in path}
    assert left == {
        f"awards/{ID}/embed.html", *(f"{x}awards/{ID}/index.html" for x in ("", "fr/", "nl/"))
    }  # fmt: skip
    assert "Cette attestation n’est plus publiée." in Page(page_of(files, AWARD)).text
    assert "Retiré le 1er mai 2026" in Page(files[f"awards/{ID}/embed.html"]).text
    for path in left:
        page = Page(files[path])
        assert "Pare-feu" not in page.text
        assert page.meta("robots") == "noindex"


# People


def test_without_consent_no_name_and_no_address_is_anywhere():
    files = a_site(a_centre([AWARD]))
    everything = b"".join(files.values())
    assert CANARY_NAME.encode() not in everything
    assert CANARY_EMAIL.encode() not in everything
    assert b"7f3k9m2q" not in everything
    assert "La personne qui vous a transmis ce lien" in Page(page_of(files, AWARD)).text


def test_with_consent_the_name_stands_on_the_award_s_pages_and_not_in_their_heads():
    files = a_site(consenting(a_centre([AWARD])))
    named = {path for path, data in files.items() if CANARY_NAME.encode() in data}
    assert named == {f"{x}awards/{ID}/index.html" for x in ("", "fr/", "nl/")}
    page = page_of(files, AWARD)
    assert CANARY_NAME not in page[: page.index("</head>")]
    assert f'<bdi class="holder">{CANARY_NAME}</bdi>' in page


def test_an_unlisted_award_is_known_to_no_list_and_to_no_search_engine():
    files = a_site(a_centre([AWARD]))
    assert [p for p in files if ID.encode() in files[p] and ID not in p] == []
    for prefix in ("", "fr/", "nl/"):
        page = Page(page_of(files, AWARD, prefix))
        assert (page.meta("robots"), page.meta("referrer")) == ("noindex", "no-referrer")


def test_the_head_of_an_award_s_page_leaves_other_addresses_to_the_site_map():
    public = an_award(visibility="public")
    unlisted, listed = (
        Page(page_of(a_site(a_centre([award])), award)) for award in (AWARD, public)
    )
    assert [x["rel"] for x in unlisted.all("link")] == [
        "alternate", "alternate", "icon", "stylesheet",
    ]  # fmt: skip
    assert other_languages(listed) == {}
    assert listed.all("link", rel="canonical") == [
        {"rel": "canonical", "href": f"{SITE}awards/{ID}/"}
    ]


def test_a_public_award_is_listed():
    award = an_award(visibility="public")
    files = a_site(a_centre([award]))
    page = Page(page_of(files, award))
    assert (page.meta("robots"), page.meta("referrer")) == (None, None)
    assert f"{SITE}nl/awards/{ID}/".encode() in files["sitemap.xml"]
    listed = json.loads(files["catalog.json"])["awards"]
    assert [x["credential"] for x in listed] == [f"{SITE}awards/{ID}/credential.json"]


def test_a_catalogue_without_public_awards_names_none():
    catalog = json.loads(a_site()["catalog.json"])
    assert "awards" not in catalog
    assert [x["slug"] for x in catalog["badges"]] == ["pare-feu", "reseaux"]
    assert [x["slug"] for x in catalog["issuers"]] == ["citc", "technocite"]


# Languages


def other_languages(page):
    links = page.all("link", rel="alternate")
    return {link["hreflang"]: link["href"] for link in links if "hreflang" in link}


def test_each_page_names_its_other_languages_and_they_name_it():
    files = a_site()
    for path, page in pages(files).items():
        if path == "404.html" or "awards/" in path:
            continue
        [canonical] = [x["href"] for x in page.all("link", rel="canonical")]
        links = other_languages(page)
        assert set(links) == {"fr", "nl", "x-default"}
        assert links["fr"] == links["x-default"]
        assert canonical == links[page.all("html")[0]["lang"]]
        target = links["nl"].removeprefix(SITE) + "index.html"
        there = Page(files[target])
        assert other_languages(there) == links


def test_the_language_switch_keeps_the_page():
    page = Page(a_site()["nl/badges/pare-feu/index.html"])
    switch = {
        x["hreflang"]: (x["href"], x.get("aria-current")) for x in page.all("a") if "hreflang" in x
    }
    assert switch == {
        "fr": ("../../../fr/badges/pare-feu/", None),
        "nl": ("../../../nl/badges/pare-feu/", "true"),
    }


def test_a_text_that_lacks_the_page_s_language_is_marked_with_its_own():
    files = a_site()
    assert '<h1 lang="fr">Réseaux</h1>' in files["nl/badges/reseaux/index.html"].decode()
    assert "<h1>Réseaux</h1>" in files["fr/badges/reseaux/index.html"].decode()
    assert "<h1>Firewall</h1>" in files["nl/badges/pare-feu/index.html"].decode()


def test_the_site_map_names_every_language_of_every_page():
    site_map = a_site()["sitemap.xml"].decode()
    entry = (
        f"<url><loc>{SITE}nl/badges/pare-feu/</loc>"
        f'<xhtml:link rel="alternate" hreflang="fr" href="{SITE}badges/pare-feu/"/>'
        f'<xhtml:link rel="alternate" hreflang="nl" href="{SITE}nl/badges/pare-feu/"/>'
        f'<xhtml:link rel="alternate" hreflang="x-default" href="{SITE}badges/pare-feu/"/></url>'
    )
    assert entry in site_map
    assert site_map.count("<url>") == 2 * 13


def test_a_site_with_very_many_pages_has_several_site_maps_and_a_list_of_them(monkeypatch):
    monkeypatch.setattr(listings, "MOST_ADDRESSES", 4)
    settings = a_centre().settings

    files = dict(listings.sitemaps(settings, ["", "a/", "b/", "c/", "d/"]))

    assert list(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert [text.count("<url>") for text in files.values()] == [4, 4, 2, 0]
    assert [
        x.text
        for x in ElementTree.fromstring(files["sitemap.xml"]).iter(SITE_MAPS + "loc")  # noqa: S314 - our own
    ] == [f"{SITE}sitemap-{n}.xml" for n in (1, 2, 3)]
    assert f"<loc>{SITE}nl/d/</loc>" in files["sitemap-3.xml"]


def test_the_page_for_wrong_addresses_speaks_all_languages_and_starts_at_the_site_s_root():
    page = Page(a_site()["404.html"])
    assert "Page introuvable" in page.text
    assert "Pagina niet gevonden" in page.text
    assert page.all("link", rel="stylesheet") == [
        {"rel": "stylesheet", "href": "/x/assets/style.css"}
    ]
    assert page.meta("robots") == "noindex"
    assert list(what_could_run(page)) == []


# What award pages show


def test_results_show_how_far_up_the_scale_they_reach():
    results = (
        Result(result_description=Slug("conception"), achieved_level=Slug("conception-referent")),
        Result(result_description=Slug("note"), value="82"),
    )
    award = an_award(results=results)
    files = a_site(a_centre([award], achievements={"pare-feu": rubric_badge()}))
    said = Page(page_of(files, award)).text
    assert "Conception ■■■ Referent Dit referent. Note 82 Requis\u202f: 60" in said


def test_two_awards_with_other_results_share_none():
    def with_level(level, **key):
        result = Result(result_description=Slug("conception"), achieved_level=Slug(level))
        return an_award(results=(result,), **key)

    one = with_level("conception-autonome")
    other = with_level("conception-initie", recipient="2m8qa4xd")
    files = a_site(a_centre([one, other], achievements={"pare-feu": rubric_badge()}))
    assert "Conception ■■□ Autonome Dit autonome." in Page(page_of(files, one)).text
    assert "Conception ■□□ Initie Dit initie." in Page(page_of(files, other)).text


def test_the_rubric_stands_on_the_badge_s_page_or_where_there_is_none_on_the_award_s():
    result = Result(result_description=Slug("conception"), achieved_level=Slug("conception-initie"))
    award = an_award(results=(result,))
    before = a_centre([award], achievements={"pare-feu": rubric_badge()})
    gone = a_centre(
        achievements={"reseaux": before.achievements.get("reseaux", a_badge("reseaux"))}
    )

    linked = page_of(a_site(before), award)
    alone = page_of(a_site(gone, issued_with=before, pictures={}), award)

    assert '<a href="../../badges/pare-feu/#rubric">' in linked
    assert '<table class="rubric">' not in linked
    assert '<table class="rubric">' in alone


def test_evidence_on_another_site_says_where_it_leads():
    evidence = Evidence(
        url=Url("https://preuves.example/1"), name=text("Plan"), genre=text("rapport")
    )
    award = an_award(evidence=(evidence,))
    page = page_of(a_site(a_centre([award])), award)
    assert '<a class="outside" href="https://preuves.example/1" rel="nofollow">Plan</a>' in page
    assert "<small>preuves.example</small>" in page


def test_linked_in_gets_every_parameter_that_it_knows():
    award = an_award(expires=datetime.date(2029, 2, 28))
    page = Page(page_of(a_site(a_centre([award])), award, "nl/"))
    [link] = [x["href"] for x in page.all("a") if "linkedin.com/profile" in x["href"]]
    assert " " not in link
    assert urlsplit(link)._replace(query="").geturl() == "https://www.linkedin.com/profile/add"
    assert parse_qs(urlsplit(link).query, strict_parsing=True) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Firewall"],
        "organizationName": ["CITC"],
        "issueYear": ["2026"],
        "issueMonth": ["3"],
        "expirationYear": ["2029"],
        "expirationMonth": ["2"],
        "certUrl": [f"{SITE}awards/{ID}/"],
        "certId": [ID],
    }


def test_linked_in_knows_an_issuer_by_its_number_if_there_is_one():
    entry = IdentifierEntry(identifier="4711", identifier_type=Term("ext:LinkedIn:organizationId"))
    repository = a_centre([AWARD])
    citc = dataclasses.replace(repository.profiles["citc"], other_identifier=(entry,))
    files = a_site(dataclasses.replace(repository, profiles={**repository.profiles, "citc": citc}))
    links = [x["href"] for x in Page(page_of(files, AWARD)).all("a")]
    [link] = [href for href in links if "linkedin.com/profile" in href]
    query = parse_qs(urlsplit(link).query)
    assert query["organizationId"] == ["4711"]
    assert "organizationName" not in query
    assert "expirationYear" not in query
    assert b"4711" not in files["issuers/citc/index.html"]


def test_registration_numbers_are_named_in_words_and_with_their_country():
    kinds = ("ext:BE:enterpriseNumber", "ext:FR:SIREN", "ext:agrement", "identifier")
    entries = tuple(IdentifierEntry(identifier="0471", identifier_type=Term(x)) for x in kinds)
    repository = a_centre([AWARD])
    citc = dataclasses.replace(repository.profiles["citc"], other_identifier=entries)
    files = a_site(dataclasses.replace(repository, profiles={**repository.profiles, "citc": citc}))
    said = Page(files["issuers/citc/index.html"]).text
    for name in ("Numéro d’entreprise (BCE)", "SIREN (FR)", "agrement", "Identifiant"):
        assert f"{name} 0471" in said
    assert "enterpriseNumber" not in said


def test_previews_elsewhere_show_the_badge_and_its_own_picture():
    page = Page(page_of(a_site(), AWARD))
    assert page.meta("og:title") == "Pare-feu"
    assert page.meta("og:image") == f"{SITE}badges/pare-feu/v1/poster.fr.png"
    assert page.meta("og:url") == f"{SITE}awards/{ID}/"
    assert (page.meta("og:image:width"), page.meta("og:image:height")) == ("1200", "630")
    assert page.meta("og:image:alt") == "Pare-feu · CITC"
    assert page.meta("twitter:card") == "summary_large_image"


@pytest.mark.parametrize(
    ("prefix", "language", "others"),
    [("", "fr_FR", ["nl_BE"]), ("fr/", "fr_FR", ["nl_BE"]), ("nl/", "nl_BE", ["fr_FR"])],
)
def test_pages_of_badges_and_awards_name_their_own_poster_and_the_other_locales(
    prefix, language, others
):
    files = a_site()
    for path in ("badges/pare-feu/", f"awards/{ID}/"):
        page = Page(files[f"{prefix}{path}index.html"])
        poster = (page.meta("og:image") or "").removeprefix(SITE)
        assert poster == f"badges/pare-feu/v1/poster.{language[:2]}.png"
        assert files[poster].startswith(b"\x89PNG")
        assert page.meta("og:type") == "website"
        assert page.meta("og:locale") == language
        alternates = page.all("meta", property="og:locale:alternate")
        assert [x["content"] for x in alternates] == others


def test_a_badge_without_a_poster_is_shown_by_its_picture():
    before = a_centre([AWARD])
    now = {**before.achievements, "pare-feu": a_badge(version="2")}
    files = a_site(dataclasses.replace(before, achievements=now), issued_with=before)

    page = Page(page_of(files, AWARD))
    assert page.meta("og:image") == f"{SITE}badges/pare-feu/v1/image.png"
    assert page.meta("og:image:width") is None
    assert page.meta("twitter:card") == "summary"
    assert "badges/pare-feu/v1/poster.fr.png" not in files
    assert "badges/pare-feu/v2/poster.fr.png" in files


def test_an_award_of_an_earlier_version_shows_what_was_signed():
    before = a_centre([AWARD])
    changed = a_badge(version="2", name=Text({"fr": "Pare-feu 2", "nl": "Firewall 2"}))
    after = dataclasses.replace(before, achievements={**before.achievements, "pare-feu": changed})
    files = a_site(after, issued_with=before)
    assert '<h1 lang="fr">Pare-feu</h1>' in page_of(files, AWARD, "nl/")
    assert "<h1>Firewall 2</h1>" in files["nl/badges/pare-feu/index.html"].decode()
    signed = json.loads(files[f"awards/{ID}/credential.json"])["credentialSubject"]["achievement"]
    kept = json.loads(files["badges/pare-feu/v1/achievement.fr.json"])
    assert {k: v for k, v in kept.items() if k != "@context"} == signed
    assert "badges/pare-feu/v1/image.png" in files
    assert "badges/pare-feu/v2/image.png" in files
    assert list(broken_links(files)) == []


def test_a_badge_that_left_the_repository_keeps_its_awards_pages():
    before = a_centre([AWARD])
    after = a_centre(achievements={"reseaux": before.achievements["reseaux"]})
    files = a_site(after, issued_with=before, pictures={})
    page = Page(page_of(files, AWARD))
    assert "Pare-feu" in page.text
    assert page.faults == []


# The site as a whole


def test_a_preview_says_so_on_every_page_and_keeps_search_engines_out():
    repository = a_centre([AWARD])
    files = a_site(repository, ledger=a_ledger(repository, mode="preview"))
    for page in pages(files).values():
        assert page.meta("robots") == "noindex"
        assert page.all("body")[0]["class"].endswith("preview")
        assert page.all("p", **{"class": "strip striped"}) or "Aperçu" in page.text
    assert not pages(a_site(repository))["index.html"].all("p", **{"class": "strip striped"})


def test_a_preview_claims_no_issuing_and_offers_no_profile_entry():
    repository = a_centre([AWARD])
    files = a_site(repository, ledger=a_ledger(repository, mode="preview"))
    page = page_of(files, AWARD)
    said = "Aperçu · Délivré Aperçu d’une attestation de CITC, datée du 14 mars 2026."
    assert said in Page(page).text
    assert "linkedin" not in page


def test_a_specimen_site_says_so_on_every_page():
    files = a_site(with_settings(a_centre([AWARD]), specimen=True))
    for path, page in pages(files).items():
        if not path.startswith("nl/"):
            framed = path.endswith("embed.html")
            said = "SPÉCIMEN" if framed else "SPÉCIMEN Site de démonstration"
            assert said in page.text


def test_a_draft_is_shown_in_a_preview_alone():
    repository = a_centre(
        achievements={"pare-feu": a_badge(), "plan": a_badge("plan", status="draft")}
    )
    live = a_site(repository)
    preview = a_site(repository, ledger=a_ledger(repository, mode="preview"))
    assert not [path for path in live if "plan" in path]
    assert "badges/plan/index.html" in preview
    assert b"plan" not in preview["sitemap.xml"]


def test_the_same_inputs_give_the_same_bytes_in_any_order():
    awards = [AWARD, an_award("2m8qa4xd"), an_award("p0q9r8s7")]
    repository = a_centre(awards)
    turned = dataclasses.replace(
        repository,
        profiles=dict(reversed(repository.profiles.items())),
        achievements=dict(reversed(repository.achievements.items())),
        recipients=dict(reversed(repository.recipients.items())),
        awards=repository.awards[::-1],
    )
    ledger = a_ledger(repository)
    assert a_site(repository, ledger=ledger) == a_site(turned, ledger=ledger)


def test_making_a_site_touches_nothing_outside(no_io):
    a_site()  # compiles the templates' modules and reads the catalogues once
    inputs = site_inputs()
    with no_io():
        assert files_of(inputs)


def test_files_come_one_by_one():
    asked = []
    repository = a_centre([AWARD, an_award("2m8qa4xd")])

    def credential(award_id):
        asked.append(award_id)
        return a_credential(repository, AWARD, award_id)

    files = plan_site(site_inputs(repository, credential=credential))
    assert next(files).path == ".nojekyll"
    assert asked == []
    next(file for file in files if file.path.endswith("badge.png"))
    assert len(asked) == 1


def test_five_thousand_awards_add_one_line_to_their_badge_s_page():
    def badge_page(count):
        awards = [an_award(f"r{number:07d}") for number in range(count)]
        repository = a_centre(awards)
        inputs = dataclasses.replace(
            site_inputs(), repository=repository, ledger=a_ledger(repository)
        )
        files = (file for file in plan_site(inputs) if file.path == "badges/pare-feu/index.html")
        return next(files).data

    assert len(badge_page(5000)) - len(badge_page(1)) < 200
    assert b"r0000007" not in badge_page(5000)


def test_the_site_s_words_stand_on_it():
    repository = with_settings(
        a_centre(),
        title=Text({"fr": "Nos badges"}),
        tagline=text("Évalués."),
        disclaimer=text("Ni diplôme."),
        funding_notice=text("Payé par tous."),
        attributions=(text("ESCO © UE"),),
    )
    page = Page(a_site(repository)["index.html"])
    for said in ("Nos badges", "Évalués.", "Ni diplôme.", "Payé par tous.", "ESCO © UE"):
        assert said in page.text


def test_one_page_says_when_and_from_what_the_site_was_made_and_every_foot_leads_there():
    log = {"log/checkpoint": b"1", "log/provenance.json": b"{}"}
    files = a_site(log=log)
    page = Page(files["nl/publication/index.html"])

    assert "21 november 2026, 12:00 UTC" in page.text
    assert "c0ffee" in page.text
    assert page.all("a", href="../../log/checkpoint")
    assert page.all("a", href="../../log/provenance.json")
    naming = [path for path, data in files.items() if b"c0ffee" in data]
    assert naming == [f"{folder}publication/index.html" for folder in ("", "fr/", "nl/")]
    pages = [path for path in files if path.endswith("/index.html")]
    assert [path for path in pages if b'publication/">' not in files[path]] == []


@pytest.mark.parametrize(("name", "links"), [("valid", 2), ("expiring", 2), ("revoked", 1)])
def test_a_state_that_speaks_of_the_publication_leads_to_its_day(name, links):
    files, award = in_state(name)
    page = Page(page_of(files, award))

    assert len(page.all("a", href="../../publication/")) == links
    assert ("C’était quand" in page.text) == (links == 2)


def test_a_centre_s_template_is_used_in_place_of_ours():
    files = a_site(a_centre(templates={"verify.html": "<p>{{ t('site.home') }}</p>"}))
    assert files["verify/index.html"] == b"<p>Accueil</p>"
    assert files["nl/verify/index.html"] == b"<p>Startpagina</p>"


def test_a_broken_template_is_named_without_the_award_s_address():
    with pytest.raises(RenderError) as caught:
        a_site(a_centre([AWARD], templates={"award.html": "\n{{ nobody }}"}))
    assert caught.value.message == (
        "templates/award.html:2: 'nobody' is undefined (while making Pare-feu (fr))"
    )


@pytest.mark.parametrize("version", ["../../x", "a/../..", "1 2", "é", "a\nb"])
def test_a_version_that_is_no_file_name_is_refused(version):
    with pytest.raises(RenderError) as caught:
        a_site(a_centre(achievements={"pare-feu": a_badge(version=version)}))
    assert (
        caught.value.fix == "use plain letters, digits, dots and hyphens in versions and file names"
    )


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}[a](javascript:alert(1))\u202e"


def hostile_centre():
    """A centre that has the same hostile text in every text of its files."""
    evil = Text({"fr": HOSTILE, "nl": HOSTILE})
    alignment = Alignment(
        target_name=evil,
        target_url=Url("https://a.example/"),
        target_framework=HOSTILE,
        target_code=HOSTILE,
        target_level=HOSTILE,
        target_description=evil,
    )
    badge = rubric_badge(
        name=evil,
        description=evil,
        criteria=Criteria(narrative=evil),
        tag=(text(HOSTILE),),
        alignment=(alignment,),
        expires=Duration("P3Y"),
        hours=Decimal("1.50"),
        eqf_level=5,
        human_code=HOSTILE,
        achievement_type=Term("Competency"),
        **dict.fromkeys(
            (
                "participation",
                "assessment",
                "supervision",
                "quality_assurance",
                "field_of_study",
                "specialization",
            ),
            evil,
        ),
    )
    profile = Profile(
        name=evil,
        slug=Slug("citc"),
        description=evil,
        phone=HOSTILE,
        official=text(HOSTILE),
        address=Address(street_address=evil, address_locality=evil, address_country=evil),
        other_identifier=(IdentifierEntry(identifier=HOSTILE),),
        quality_assurance=evil,
    )
    award = an_award(
        narrative=evil,
        role=evil,
        term=evil,
        license_number=HOSTILE,
        evidence=(Evidence(name=evil, description=evil, narrative=evil, genre=evil),),
        suspended=decided(),
    )
    person = dataclasses.replace(a_centre().recipients["7f3k9m2q"], name=HOSTILE)
    repository = a_centre(
        [award],
        profiles={"citc": profile},
        achievements={"pare-feu": badge},
        recipients={person.code: person},
    )
    settings = {
        "title": evil,
        "tagline": evil,
        "disclaimer": evil,
        "funding_notice": evil,
        "attributions": (text(HOSTILE),),
    }
    return consenting(with_settings(repository, **settings))


def test_hostile_text_in_every_field_comes_out_inert():
    files = a_site(hostile_centre())
    for path, page in pages(files).items():
        assert (path, page.faults) == (path, [])
        assert (path, list(what_could_run(page))) == (path, [])
        assert "49" not in page.text
    assert "<script>alert(1)" in Page(page_of(files, hostile_centre().awards[0])).text
    json.loads(files["catalog.json"])


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://[",
        "",
        None,
    ],
)
def test_only_addresses_of_the_web_become_links(address):
    assert web_address(address) is None


def test_durations_and_numbers_are_written_in_the_page_s_language():
    assert an_edition().duration(Duration("P1Y6M")) == "1 an, 6 mois"
    assert an_edition(language="nl").duration(Duration("P3Y")) == "3 jaar"
    assert an_edition().number(Decimal("2.50")) == "2,5"
    assert an_edition(language="en").number(Decimal("1500.0")) == "1500"


def test_a_site_in_one_language_offers_no_switch():
    repository = with_settings(a_centre([AWARD]), languages=(Language("nl"),))
    page = Page(a_site(repository)["index.html"])
    assert not page.all("nav", **{"class": "tongues"})
