"""What a certificate says: what the award's page says, and never more."""

import dataclasses
import datetime
import io
import zipfile

import pytest
from builders import a_ledger, a_site, award_id_of, page_of
from centre import (
    CANARY_NAME,
    a_badge,
    a_centre,
    an_award,
    text,
    with_settings,
)
from html_pages import Page
from papers import StandIn
from pictures import png, svg

from obit_build.model.achievement import Alignment, Criteria
from obit_build.model.profile import ImageFile
from obit_build.model.words import FileName, Language, Text, Url

AWARD = an_award()
DAY = datetime.date(2026, 5, 1)


def named(centre, **wish):
    """The centre with the first person's wish about the name."""
    wish = wish or {"show_name": True, "consent_date": DAY}
    person = dataclasses.replace(centre.recipients["7f3k9m2q"], **wish)
    return dataclasses.replace(centre, recipients={**centre.recipients, "7f3k9m2q": person})


def made(centre=None, states=None, **fields):
    """(files, sheets by language) of a site with certificates."""
    typesetter = StandIn()
    files = a_site(centre or a_centre([AWARD]), states, typesetter=typesetter, **fields)
    return files, {sheet["language"]: sheet for sheet in typesetter.sheets}


def certificates(files):
    return sorted(path for path in files if path.endswith(".pdf"))


def test_there_is_one_per_language_with_the_published_credential_in_it():
    files, sheets = made()
    folder = f"awards/{award_id_of(AWARD)}/"

    assert certificates(files) == [f"{folder}certificate.{x}.pdf" for x in ("fr", "nl")]
    assert list(sheets) == ["fr", "nl"]
    assert files[f"{folder}certificate.nl.pdf"] == b"%PDF " + files[f"{folder}credential.json"]


def test_the_page_offers_the_one_in_its_own_language():
    files, _ = made()
    folder = f"awards/{award_id_of(AWARD)}/"

    def offered(prefix):
        links = Page(page_of(files, AWARD, prefix)).all("a")
        return [(x["href"], x["download"]) for x in links if x.get("href", "").endswith(".pdf")]

    name = "2026-03-14-pare-feu.pdf"
    assert offered("") == [(f"../../{folder}certificate.fr.pdf", name)]
    assert offered("nl/") == [(f"../../../{folder}certificate.nl.pdf", name)]


def test_without_a_typesetter_there_are_none_and_no_page_speaks_of_them():
    files = a_site(a_centre([AWARD]))

    assert certificates(files) == []
    assert ".pdf" not in page_of(files, AWARD)


@pytest.mark.parametrize("state", ["revoked", "replaced", "suspended", "withdrawn"])
def test_what_can_not_be_relied_on_has_none(state):
    files, sheets = made(states={AWARD.key: {"state": state, "state_date": DAY}})

    assert (certificates(files), sheets) == ([], {})
    assert ".pdf" not in page_of(files, AWARD)


def test_the_name_is_there_only_where_the_page_has_it():
    _, without = made()
    _, with_name = made(named(a_centre([AWARD])))
    _, undated = made(named(a_centre([AWARD]), show_name=True, consent_date=None))

    assert with_name["fr"]["holder"]["name"]["text"] == CANARY_NAME
    assert with_name["fr"]["holder"]["note"] == ""
    for sheets in (without, undated):
        assert CANARY_NAME not in str(sheets)
        assert sheets["fr"]["holder"]["name"] is None
        assert sheets["fr"]["holder"]["unnamed"] == "La personne titulaire de ce badge"
        assert sheets["fr"]["holder"]["note"].startswith("Le nom n’est publié qu’avec")
    assert CANARY_NAME not in str(with_name["fr"]["document"])


def test_a_name_in_letters_that_no_font_has_is_left_out_with_a_word_about_it():
    centre = named(a_centre([AWARD]))
    person = dataclasses.replace(centre.recipients["7f3k9m2q"], name="山田 花子")
    _, sheets = made(dataclasses.replace(centre, recipients={"7f3k9m2q": person}))

    assert sheets["fr"]["holder"]["name"] is None
    assert sheets["fr"]["holder"]["note"] == (
        "Ce document n’a pas les caractères qu’il faut pour écrire le nom\u202f; la page du badge le montre."
    )


def test_what_can_not_be_written_is_missing_and_the_sheet_says_so():
    badge = a_badge(name=text("日本語"), criteria=Criteria(narrative=text("กข")))
    _, sheets = made(a_centre([AWARD], achievements={"pare-feu": badge}))

    assert sheets["fr"]["title"]["text"] == "pare-feu"
    assert sheets["fr"]["document"]["title"] == "日本語"
    assert sheets["fr"]["criteria"]["text"] is None
    assert sheets["fr"]["notes"][-1]["text"].startswith("Des textes manquent ici")


def test_it_says_what_was_awarded_by_whom_and_when():
    alignments = tuple(
        Alignment(target_name=text(f"Compétence {n}"), target_url=Url(f"https://esco.example/{n}"))
        for n in (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    )
    badge = a_badge(alignment=alignments, eqf_level=4)
    _, sheets = made(a_centre([AWARD], achievements={"pare-feu": badge}))
    sheet = sheets["nl"]

    assert sheet["title"] == {"text": "Firewall", "language": None, "direction": "ltr"}
    assert sheet["criteria"]["text"]["language"] == "fr"
    assert sheet["issuer"]["name"]["text"] == "CITC"
    assert sheet["issued"] == [2026, 3, 14]
    assert [(x["label"], x["value"]) for x in sheet["facts"]] == [
        ("Uitgereikt op", "14 maart 2026"),
        ("EKK-niveau (EQF)", "4"),
    ]
    assert len(sheet["skills"]["names"]) == 8
    assert sheet["skills"]["more"] == "en nog 2"
    assert sheet["check"]["url"] == f"https://badges.example.org/x/awards/{award_id_of(AWARD)}/"
    assert sheet["check"]["qr"].startswith("<svg")
    assert sheet["stamp"] == ""


def test_it_does_not_depend_on_the_day_of_the_build():
    later = datetime.datetime(2026, 12, 24, tzinfo=datetime.UTC)

    assert made()[1] == made(at=later)[1]


def test_previews_and_specimens_are_stamped():
    centre = a_centre([AWARD])
    _, preview = made(centre, ledger=a_ledger(centre, mode="preview"))
    _, specimen = made(with_settings(centre, specimen=True))

    assert preview["fr"]["stamp"] == "Aperçu"
    assert preview["fr"]["notes"][0]["text"].startswith("Essai d’impression")
    assert specimen["fr"]["stamp"] == "SPÉCIMEN"


def test_pictures_are_named_by_what_they_hold():
    centre = a_centre([AWARD])
    citc = dataclasses.replace(centre.profiles["citc"], image=ImageFile(file=FileName("logo.png")))
    centre = dataclasses.replace(
        with_settings(
            centre, funding_logo=ImageFile(file=FileName("fonds.svg"), caption=text("Le fonds"))
        ),
        profiles={**centre.profiles, "citc": citc},
        files={
            "badges/pare-feu/image.svg": svg(),
            "issuers/citc/logo.png": png(),
            "templates/assets/fonds.svg": svg(),
        },
    )
    typesetter = StandIn()
    a_site(centre, typesetter=typesetter)
    sheet, pictures = typesetter.sheets[0], typesetter.pictures[0]

    assert pictures[sheet["picture"]["file"]] == svg()
    assert pictures[sheet["issuer"]["logo"]] == png()
    assert sheet["emblem"] == {"file": sheet["picture"]["file"], "alt": "Le fonds"}
    assert all(name.endswith((".svg", ".png")) for name in pictures)


def test_a_region_is_told_apart_from_the_language():
    centre = with_settings(
        a_centre([AWARD], achievements={"pare-feu": a_badge(name=Text({"nl-BE": "Firewall"}))}),
        languages=(Language("nl-BE"),),
    )
    files, sheets = made(centre)

    assert (sheets["nl"]["language"], sheets["nl"]["region"]) == ("nl", "BE")
    assert certificates(files)[0].endswith("/certificate.nl-BE.pdf")


def test_the_holder_s_bundle_has_it_in_the_credential_s_language():
    centre = named(a_centre([AWARD]), show_name=True, consent_date=DAY, holder_page=True)
    files, _ = made(centre)

    (bundle,) = (data for path, data in files.items() if path.endswith("badges.zip"))
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        assert (
            opened.read("01-2026-03-14-pare-feu.pdf")
            == (files[f"awards/{award_id_of(AWARD)}/certificate.fr.pdf"])
        )


def test_the_page_for_holders_speaks_of_it_where_the_settings_ask_for_it():
    with_them, _ = made(with_settings(a_centre([AWARD]), certificates=True))
    without, _ = made()

    said = "une attestation à imprimer et à encadrer (PDF)"
    assert said in with_them["use/index.html"].decode()
    assert said not in without["use/index.html"].decode()
