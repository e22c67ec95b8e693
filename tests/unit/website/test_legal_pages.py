"""The privacy page and the legal notice: what the settings say, and nothing that they don't."""

import pytest
from builders import a_site
from centre import a_centre, text, with_settings
from html_pages import Page

from obit_build.model.settings import Defaults, Legal, Privacy
from obit_build.model.words import Duration, EmailAddress, Slug, Url


def page_with(path: str, **settings) -> Page:
    return Page(a_site(with_settings(a_centre(), **settings))[path])


def test_every_page_leads_to_both():
    home = page_with("index.html")

    assert home.all("a", href="./privacy/")
    assert home.all("a", href="./legal/")


def test_a_site_that_says_nothing_names_its_issuers_and_claims_no_more():
    page = page_with("privacy/index.html")

    assert "CITC , Technocité" in page.text
    assert page.all("a", href="../issuers/citc/")
    assert "une empreinte salée de l’adresse e-mail" in page.text
    assert "Ces pages ne figurent dans aucune liste" in page.text
    assert "Jusqu’à ce que la personne demande leur retrait" in page.text
    assert "Le serveur qui fournit ces pages peut enregistrer" in page.text
    assert "Pourquoi, et sur quelle base" not in page.text


def test_what_obit_yaml_says_is_told():
    privacy = Privacy(
        contact=EmailAddress("dpo@example.org"),
        controller=text("Centre d’essai ASBL"),
        retention=Duration("P5Y"),
        identity="pseudonym",
        visibility="public",
        basis=text("Contrat de *formation*."),
        text=text("Délégué : X."),
    )
    page = page_with(
        "privacy/index.html", privacy=privacy, legal=Legal(host=text("Hébergeur SA, Lille"))
    )

    for said in (
        "Centre d’essai ASBL", "dpo@example.org", "plus de 5 ans", "un numéro tiré au hasard",
        "figurent dans son catalogue", "Contrat de formation", "Délégué\u202f: X.",
        "L’hébergeur (Hébergeur SA, Lille) peut enregistrer",
    ):  # fmt: skip
        assert said in page.text
    assert "empreinte salée" not in page.text


def test_what_the_host_records_replaces_the_guess():
    page = page_with("privacy/index.html", privacy=Privacy(logs=text("Aucun journal.")))

    assert "Aucun journal." in page.text
    assert "peut enregistrer" not in page.text


def test_the_legal_notice_says_who_publishes_and_who_hosts():
    legal = Legal(
        publisher=text("Centre d’essai ASBL"),
        address=text("Rue de l’Essai 1, 7000 Mons"),
        responsible=text("La direction"),
        number="BCE 0123.456.789",
        host=text("Hébergeur SA"),
        host_url=Url("https://host.example/"),
        text=text("Licence **CC BY**."),
    )
    page = page_with("legal/index.html", legal=legal)

    for said in (
        "Centre d’essai ASBL", "Rue de l’Essai 1, 7000 Mons", "La direction", "BCE 0123.456.789",
        "Hébergeur SA", "host.example", "Licence CC BY",
    ):  # fmt: skip
        assert said in page.text


def test_without_a_publisher_the_default_issuer_publishes():
    page = page_with("legal/index.html", defaults=Defaults(issuer=Slug("technocite")))

    assert "Technocité" in page.text
    assert "CITC" not in page.text.split("Mentions légales")[1].split("Les badges suivent")[0]


@pytest.mark.parametrize("path", ["privacy", "legal"])
def test_both_exist_in_every_language_and_may_be_found(path: str):
    files = a_site(with_settings(a_centre()))

    assert "Privacy" in Page(files[f"nl/{path}/index.html"]).text
    assert Page(files[f"{path}/index.html"]).meta("robots") is None
    assert f"/{path}/</loc>" in files["sitemap.xml"].decode()


def test_what_is_written_in_obit_yaml_runs_nothing():
    page = page_with(
        "legal/index.html",
        legal=Legal(publisher=text("<script>x</script>"), text=text("<b onclick=x>y</b>")),
    )

    assert "<script>x</script>" in page.text
    assert "onclick" not in "".join(str(page.all("b")))
