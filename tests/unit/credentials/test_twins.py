"""The Open Badges 2.0 files of a whole site."""

import dataclasses
import datetime
import json

import pytest
from builders import a_ledger, a_site, award_id_of, files_of, signed_anew, site_inputs
from centre import SITE, a_badge, an_award, decided, text, with_settings
from older_centre import a_centre

from obit_build.errors import BakingError
from obit_build.model.award import Recipient
from obit_build.model.words import Code, Language
from obit_build.pictures.bake import bake_both, unbake, unbake_assertion
from obit_build.website.shared import Pictures

AWARD = an_award()
ID = award_id_of(AWARD)
ASSERTION = f"awards/{ID}/assertion.json"
LIST = "issuers/citc/ob2-revocations.json"
DAY = datetime.date(2026, 5, 1)
TAKEN_BACK = {
    "suspended": ({"suspended": decided(why="Réexamen en cours.")}, "Réexamen en cours."),
    "revoked": ({"revoked": decided(why="Erreur de saisie.")}, "Erreur de saisie."),
    "replaced": ({}, "Une autre attestation a pris sa place. Ne vous fiez qu’à celle-ci."),
}


def in_state(state, repository=None, **fields):
    award = an_award(**TAKEN_BACK.get(state, ({}, ""))[0], **fields)
    repository = dataclasses.replace(repository or a_centre(), awards=(award,))
    return a_site(repository, {award.key: {"state": state, "state_date": DAY}})


def read(files, path):
    return json.loads(files[path])


def documents(files):
    """All Open Badges 2.0 documents of a site: path → document."""
    found = {path: read(files, path) for path in files if path.endswith(".json")}
    return {
        path: document
        for path, document in found.items()
        if document.get("@context") == "https://w3id.org/openbadges/v2"
    }


def named(value):
    """All addresses of the site that a document names."""
    if isinstance(value, dict):
        return {url for item in value.values() for url in named(item)}
    if isinstance(value, list):
        return {url for item in value for url in named(item)}
    return {value} if isinstance(value, str) and value.startswith(SITE) else set()


def test_a_site_has_an_assertion_per_award_and_classes_issuers_and_lists_for_them():
    assert sorted(documents(a_site(a_centre([AWARD])))) == [
        ASSERTION,
        "badges/pare-feu/v1/badgeclass.fr.json",
        "badges/pare-feu/v1/badgeclass.nl.json",
        "issuers/citc/ob2-revocations.json",
        "issuers/citc/ob2.json",
    ]


def test_every_2_0_document_lies_at_its_id():
    found = documents(a_site(a_centre([AWARD])))

    assert found
    assert {path: document["id"] for path, document in found.items()} == {
        path: SITE + path for path in found
    }


def test_every_address_that_a_2_0_document_names_is_there():
    files = a_site(a_centre([AWARD]))

    missing = {
        url
        for document in documents(files).values()
        for url in named(document)
        if url.removeprefix(SITE) not in files
        and f"{url.removeprefix(SITE)}index.html" not in files
    }

    # The folder below which assertions lie is a prefix, not a page.
    assert missing == {f"{SITE}awards/"}


def test_the_did_document_names_the_issuers_older_identity():
    assert read(a_site(a_centre([AWARD])), "issuers/citc/did.json")["alsoKnownAs"] == [
        f"{SITE}issuers/citc/ob2.json"
    ]
    assert "alsoKnownAs" not in read(a_site(a_centre([AWARD])), "issuers/technocite/did.json")


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_every_image_holds_the_published_bytes_of_both(kind):
    files = a_site(a_centre([AWARD]))
    image = files[f"awards/{ID}/badge.{kind}"]

    assert unbake(image).encode() == files[f"awards/{ID}/credential.json"]
    assert unbake_assertion(image).encode() == files[ASSERTION]


@pytest.mark.parametrize("state", TAKEN_BACK)
def test_an_award_that_does_not_count_keeps_nothing_but_that(state):
    files = in_state(state)

    assert read(files, ASSERTION) == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": SITE + ASSERTION,
        "revoked": True,
        "revocationReason": TAKEN_BACK[state][1],
    }


def test_the_former_id_of_an_award_that_was_signed_anew_is_on_the_list_if_the_award_is_public():
    def listed(award):
        files = files_of(signed_anew(site_inputs(a_centre([award])), award))
        return [one["id"] for one in read(files, LIST)["revokedAssertions"]], files

    public, files = listed(an_award(visibility="public"))

    assert public == [SITE + ASSERTION]
    assert read(files, ASSERTION)["revoked"] is True
    assert listed(an_award(visibility="unlisted"))[0] == []


def test_the_image_of_a_suspended_award_holds_what_the_site_says():
    files = in_state("suspended")

    for kind in ("png", "svg"):
        image = files[f"awards/{ID}/badge.{kind}"]
        assert unbake_assertion(image).encode() == files[ASSERTION]


def test_a_withdrawn_award_leaves_an_assertion_without_a_reason():
    files = in_state("withdrawn")

    assert read(files, ASSERTION) == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": SITE + ASSERTION,
        "revoked": True,
    }


@pytest.mark.parametrize("state", TAKEN_BACK)
def test_the_revocation_list_tells_of_public_awards(state):
    files = in_state(state, visibility="public")

    assert read(files, LIST)["revokedAssertions"] == [
        {"id": SITE + ASSERTION, "revocationReason": TAKEN_BACK[state][1]}
    ]


@pytest.mark.parametrize("state", [*TAKEN_BACK, "withdrawn"])
def test_the_revocation_list_gives_no_unlisted_address_away(state):
    files = in_state(state, visibility="public" if state == "withdrawn" else "unlisted")

    assert read(files, LIST)["revokedAssertions"] == []


def test_no_2_0_document_but_its_own_names_an_unlisted_award():
    files = in_state("revoked")

    others = {path: data for path, data in files.items() if ID not in path}
    assert [path for path, data in others.items() if ID.encode() in data] == []


def test_a_holder_without_an_address_has_a_3_0_badge_only():
    nobody = {"7f3k9m2q": Recipient(code=Code("7f3k9m2q"))}
    files = a_site(a_centre([AWARD], recipients=nobody))

    assert ASSERTION not in files
    with pytest.raises(BakingError, match="the PNG holds no credential"):
        unbake_assertion(files[f"awards/{ID}/badge.png"])


def test_a_site_that_wants_no_twins_has_none():
    files = a_site(with_settings(a_centre([AWARD]), openbadges2=False))

    assert documents(files) == {}
    assert "alsoKnownAs" not in read(files, "issuers/citc/did.json")


def test_a_badge_without_pictures_has_an_assertion_without_an_image():
    files = files_of(site_inputs(a_centre([AWARD]), pictures={}))

    assert "image" not in read(files, ASSERTION)


def test_a_former_versions_badge_class_says_what_was_issued():
    before = a_centre([AWARD])
    now = a_centre([AWARD], achievements={"pare-feu": a_badge(version="2", name=text("Nouveau"))})

    files = a_site(now, issued_with=before)

    assert read(files, ASSERTION)["badge"] == f"{SITE}badges/pare-feu/v1/badgeclass.fr.json"
    assert read(files, "badges/pare-feu/v1/badgeclass.fr.json")["name"] == "Pare-feu"
    assert read(files, "badges/pare-feu/v2/badgeclass.fr.json")["name"] == "Nouveau"


def test_a_language_that_a_badge_no_longer_has_keeps_its_badge_class():
    award = an_award(language=Language("nl"))
    before = a_centre([award])
    now = a_centre([award], achievements={"pare-feu": a_badge(name=text("Pare-feu"))})

    files = a_site(now, issued_with=before)

    at = read(files, f"awards/{award_id_of(award)}/assertion.json")["badge"]
    assert at == f"{SITE}badges/pare-feu/v1/badgeclass.nl.json"
    assert read(files, at.removeprefix(SITE))["name"] == "Firewall"


def test_a_preview_says_so_in_every_badge_class():
    repository = a_centre([AWARD])
    files = files_of(site_inputs(repository, ledger=a_ledger(repository, mode="preview")))

    names = {d["name"] for d in documents(files).values() if d["type"] == "BadgeClass"}
    assert names == {"PREVIEW · Pare-feu", "PREVIEW · Firewall"}


def test_a_picture_that_came_with_an_assertion_of_another_loses_it():
    blank = site_inputs().pictures["pare-feu"]
    baked = {name: bake_both(getattr(blank, name), "{}", "{}") for name in ("png", "svg")}
    files = files_of(site_inputs(a_centre([AWARD]), pictures={"pare-feu": Pictures(**baked)}))

    for kind in ("png", "svg"):
        assert unbake_assertion(files[f"awards/{ID}/badge.{kind}"]).encode() == files[ASSERTION]
