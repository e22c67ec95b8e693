import dataclasses
import datetime
import json

import pytest
from builders import (
    KEY,
    a_ledger,
    a_site,
    award_id_of,
    files_of,
    page_of,
    signed_anew,
    site_inputs,
)
from centre import ISSUED, NOON, SITE, a_badge, a_centre, a_key, an_award, decided, text
from endorsed import (
    BADGE,
    BASE,
    ENDORSER_DID,
    FILE,
    ISSUER,
    a_document,
    an_endorsement,
    by,
    signed,
)

from obit_build.centre import endorsements
from obit_build.centre.endorsements import Subject, read_endorsement, subject_of
from obit_build.checks import run_checks
from obit_build.errors import CredentialError
from obit_build.ledger.keys import IssuerKey
from obit_build.model.achievement import Related
from obit_build.model.settings import KeyDeclaration
from obit_build.model.words import PublicKeyMultibase, Slug
from obit_build.securing.keys import encode_multikey
from obit_build.website.site import plan_site

DAY = datetime.timedelta(days=1)
IN_FRENCH, IN_DUTCH = (f"badges/pare-feu/endorsements/cluster.{x}.json" for x in ("fr", "nl"))
DUTCH = BADGE.replace(".fr.", ".nl.")


def files_with(*given, awards=None, **fields):
    """The site of a centre that keeps these endorsements."""
    repository = a_centre(awards or [an_award()], endorsements=given)
    return a_site(repository, **fields)


def found(repository):
    """(check, level) of every finding about endorsements."""
    return [(p.check, p.level) for p in run_checks(repository, at=NOON) if "endors" in p.check]


def declared(name, issuer="citc"):
    key = PublicKeyMultibase(encode_multikey(a_key(name).public_key))
    return KeyDeclaration(issuer=Slug(issuer), public_key_multibase=key, signer="env:X")


def with_keys(repository, *keys):
    settings = dataclasses.replace(repository.settings, keys=keys)
    return dataclasses.replace(repository, settings=settings)


# Reading


def test_a_file_is_read_as_what_it_says():
    data = signed(a_document(validUntil="2027-03-31T23:59:59Z"))

    read, problems = read_endorsement(IN_DUTCH, data)

    assert problems == []
    assert read.data == data
    assert (read.subject, read.endorser) == (BADGE, ENDORSER_DID)
    assert (read.endorser_name, read.comment) == ("Cluster d’essai", "Un badge *utile*.")
    assert (read.language, read.name, read.stem) == ("nl", "cluster.nl", "cluster")
    assert read.folder == "badges/pare-feu"
    assert read.valid_from == datetime.datetime(2026, 4, 1, 9, tzinfo=datetime.UTC)
    assert read.valid_until == datetime.datetime(2027, 3, 31, 23, 59, 59, tzinfo=datetime.UTC)


def test_an_endorser_without_a_name_and_without_words_is_read():
    document = a_document(issuer=ENDORSER_DID)
    del document["credentialSubject"]["endorsementComment"]

    read = an_endorsement(data=json.dumps(document).encode())

    assert (read.endorser, read.endorser_name, read.comment) == (ENDORSER_DID, None, None)


@pytest.mark.parametrize("name", ["Cluster.json", "cluster..json", "cluster.NL.json", "a b.json"])
def test_a_name_that_is_no_part_of_an_address_is_refused(name):
    read, problems = read_endorsement(f"badges/x/endorsements/{name}", signed(a_document()))

    assert read is None
    assert [p.check for p in problems] == ["endorsement-name-is-plain"]


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b"[" * 5000])
def test_what_is_no_strict_json_is_refused(data):
    read, problems = read_endorsement(FILE, data)

    assert read is None
    assert [p.check for p in problems] == ["endorsement-is-json"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"type": ["VerifiableCredential", "OpenBadgeCredential"]},
        {"validUntil": "2020-01-01T00:00:00Z"},
        {"@context": [BASE]},
        {"nonsense": "x"},
    ],
)
def test_what_is_no_endorsement_is_refused(change):
    document = {k: v for k, v in {**a_document(), **change}.items() if v is not None}

    read, problems = read_endorsement(FILE, json.dumps(document).encode())

    assert read is None
    assert [p.check for p in problems] == ["endorsement-is-well-formed"]


# What it is about


@pytest.mark.parametrize(
    ("identifier", "subject"),
    [
        (ISSUER, Subject("issuer", "citc")),
        (BADGE, Subject("badge", "pare-feu", "1", "fr")),
        (f"{BASE}/awards/{'a' * 32}/credential.json", Subject("award", "a" * 32)),
        (f"{BASE}/badges/pare-feu/", None),
        (f"{BASE}/badges/pare-feu/v1/achievement.json", None),
        (f"{BASE}/badges/../v1/achievement.fr.json", None),
        (f"{BASE}/awards/{'A' * 32}/credential.json", None),
        (BADGE + "?x", None),
        (BADGE.replace("https", "http"), None),
        ("badges/pare-feu/v1/achievement.fr.json", None),
        ("did:web:elsewhere.example:issuers:citc", None),
    ],
)
def test_an_id_of_this_site_is_known_and_no_other(identifier, subject):
    assert subject_of(a_centre().settings, identifier) == subject


# Checks


def test_a_good_endorsement_has_no_findings():
    repository = a_centre(
        endorsements=(
            an_endorsement(),
            an_endorsement("issuers/citc/endorsements/a.json", subject=ISSUER, id="urn:x:2"),
            an_endorsement(subject=f"{BASE}/awards/{'a' * 32}/credential.json", id="urn:x:3"),
        )
    )

    assert found(repository) == []


@pytest.mark.parametrize("part", ["comment", "validFrom", "subject"])
def test_any_change_after_signing_is_an_error(part):
    changed = {
        "comment": {"comment": "Un badge indispensable."},
        "validFrom": {"validFrom": "2025-04-01T09:00:00Z"},
        "subject": {"subject": DUTCH},
    }[part]
    proof = json.loads(signed(a_document()))["proof"]
    data = json.dumps({**a_document(**changed), "proof": proof}).encode()

    repository = a_centre(endorsements=(an_endorsement(data=data),))

    assert ("endorsement-signature-holds", "error") in found(repository)


def test_an_endorsement_without_a_signature_is_an_error():
    repository = a_centre(endorsements=(an_endorsement(data=json.dumps(a_document()).encode()),))

    assert found(repository) == [("endorsement-signature-holds", "error")]


def test_an_issuer_of_this_site_is_checked_with_its_declared_key():
    key = a_key("citc endorses")
    own = an_endorsement(
        "issuers/technocite/endorsements/citc.json",
        key=key,
        subject="did:web:badges.example.org:x:issuers:technocite",
        **by(ISSUER),
    )

    assert found(with_keys(a_centre(endorsements=(own,)), declared("citc endorses"))) == []


def test_a_former_key_of_this_site_is_no_error_before_the_ledger_was_read():
    own = an_endorsement(
        key=a_key("former"), **by("did:web:badges.example.org:x:issuers:technocite")
    )
    repository = with_keys(a_centre(endorsements=(own,)), declared("present", "technocite"))

    assert found(repository) == [("endorsement-can-be-checked-here", "warning")]


def test_an_endorsement_may_be_of_a_version_that_was_awarded_or_is_named():
    one = an_endorsement(subject=BADGE.replace("/v1/", "/v0.9/"))
    unknown = a_centre(endorsements=(one,))
    awarded = a_centre([an_award(version="0.9")], endorsements=(one,))
    badge = a_badge(related=(Related(version="0.9"),))
    named = dataclasses.replace(unknown, achievements={"pare-feu": badge})

    assert found(unknown) == [("endorsement-names-a-known-version", "error")]
    assert found(awarded) == []
    assert found(named) == []


def test_one_that_will_begin_later_is_told_with_its_day():
    later = an_endorsement(validFrom="2027-01-01T00:00:00Z")

    problems = run_checks(a_centre(endorsements=(later,)), at=NOON)

    said = [(p.message, p.fix) for p in problems if p.check == "endorsement-counts-today"]
    assert said == [("it begins on 2027-01-01", "add it on that day")]


# The site


def test_the_exact_bytes_are_published_beside_what_they_are_about():
    award = an_award()
    about_award = f"{BASE}/awards/{award_id_of(award)}/credential.json"
    badge, issuer, person = (
        an_endorsement(),
        an_endorsement("issuers/citc/endorsements/a.json", subject=ISSUER),
        an_endorsement("badges/pare-feu/endorsements/tutor.json", subject=about_award),
    )

    files = files_with(badge, issuer, person, awards=[award])

    assert files["badges/pare-feu/endorsements/cluster.json"] == badge.data
    assert files["issuers/citc/endorsements/a.json"] == issuer.data
    assert files[f"awards/{award_id_of(award)}/endorsements/tutor.json"] == person.data


def test_pages_show_the_words_the_signer_and_the_file():
    award = an_award()
    about_award = f"{BASE}/awards/{award_id_of(award)}/credential.json"
    files = files_with(
        an_endorsement(),
        an_endorsement("issuers/citc/endorsements/a.json", subject=ISSUER, comment="Fiable."),
        an_endorsement(
            "badges/pare-feu/endorsements/tutor.json", subject=about_award, comment="Bravo."
        ),
        awards=[award],
    )

    page = page_of(files, award)
    badge = files["badges/pare-feu/index.html"].decode()
    issuer = files["issuers/citc/index.html"].decode()

    assert "<p>Un badge <em>utile</em>.</p>" in badge
    assert f'<span class="mono">{ENDORSER_DID}</span>' in badge
    assert "Endossé par Cluster d’essai" in badge
    assert "rien ne prouve le nom" in badge
    assert 'href="../../badges/pare-feu/endorsements/cluster.json"' in badge
    assert "Fiable." not in badge
    assert "Fiable." in issuer
    assert all(said in page for said in ("Bravo.", "Un badge <em>utile</em>."))
    assert 'href="../../badges/pare-feu/#badge-endorsements"' in page
    assert 'href="../../issuers/citc/#issuer-endorsements"' in page


def test_hostile_words_are_shown_as_words():
    files = files_with(
        an_endorsement(
            comment="<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://spy.example/p)",
            **by(ENDORSER_DID, "<b>\u202eM</b>"),
        )
    )

    page = files["badges/pare-feu/index.html"].decode()

    assert "<script>" not in page
    assert "javascript:" not in page
    assert "spy.example" not in page
    assert "\u202e" not in page
    assert "Endossé par &lt;b&gt;\ufffdM&lt;/b&gt;" in page


def test_each_edition_shows_its_language_once():
    files = files_with(
        an_endorsement(IN_FRENCH, comment="En français."),
        an_endorsement(IN_DUTCH, subject=DUTCH, comment="In het Nederlands."),
    )

    french, dutch = (files[f"{x}badges/pare-feu/index.html"].decode() for x in ("", "nl/"))

    assert "En français." in french
    assert "In het Nederlands." not in french
    assert "In het Nederlands." in dutch
    assert "En français." not in dutch


def test_a_text_in_another_language_is_marked_as_such():
    files = files_with(an_endorsement())

    assert '<blockquote class="prose" lang="fr">' in files["nl/badges/pare-feu/index.html"].decode()


def test_one_that_has_ended_is_published_and_no_longer_shown():
    files = files_with(an_endorsement(validUntil="2026-11-01T00:00:00Z"))

    assert "badges/pare-feu/endorsements/cluster.json" in files
    assert "Endossé" not in files["badges/pare-feu/index.html"].decode()


def test_an_award_that_no_longer_counts_shows_no_endorsement_of_its_own():
    award = an_award(revoked=decided())
    person = an_endorsement(subject=f"{BASE}/awards/{award_id_of(award)}/credential.json")

    files = files_with(
        person, awards=[award], states={award.key: {"state": "revoked", "state_date": ISSUED}}
    )

    assert "Un badge" not in page_of(files, award)


def test_what_was_said_about_an_award_follows_it_when_it_is_signed_anew():
    award = an_award()
    person = an_endorsement(
        "badges/pare-feu/endorsements/tutor.json",
        subject=f"{BASE}/awards/{award_id_of(award)}/credential.json",
    )
    inputs = signed_anew(site_inputs(a_centre([award], endorsements=(person,))), award)

    files = files_of(inputs)

    new = files[f"awards/{inputs.ledger.award_id(award.key)}/index.html"].decode()
    assert "Un badge <em>utile</em>." in new
    assert f"awards/{award_id_of(award)}/endorsements/tutor.json" in new
    assert "Un badge <em>utile</em>." not in page_of(files, award)
    assert files[f"awards/{award_id_of(award)}/endorsements/tutor.json"] == person.data


def test_what_is_about_a_withdrawn_award_goes_with_it():
    award = an_award()
    person = an_endorsement(subject=f"{BASE}/awards/{award_id_of(award)}/credential.json")

    files = files_with(
        person, awards=[award], states={award.key: {"state": "withdrawn", "state_date": ISSUED}}
    )

    assert [path for path in files if "endorsements" in path] == []


def test_the_catalogue_names_the_files():
    files = files_with(an_endorsement())

    catalogue = json.loads(files["catalog.json"])

    named = {badge["slug"]: badge.get("endorsements") for badge in catalogue["badges"]}
    assert named == {
        "pare-feu": [f"{SITE}badges/pare-feu/endorsements/cluster.json"],
        "reseaux": None,
    }


def test_an_old_version_keeps_its_own_endorsements():
    old, new = an_award(version="1"), an_award(version="2", issued=ISSUED + DAY)
    then = a_centre([old, new])
    badge = a_badge(version="2", name=text("Pare-feu 2"))
    now = dataclasses.replace(
        then,
        achievements={**then.achievements, "pare-feu": badge},
        endorsements=(an_endorsement(),),
    )

    files = a_site(now, issued_with=then)

    assert "Un badge <em>utile</em>." in page_of(files, old)
    assert "Un badge <em>utile</em>." not in page_of(files, new)
    assert "Un badge <em>utile</em>." not in files["badges/pare-feu/index.html"].decode()


def refusal(*given, **fields):
    repository = a_centre([an_award()], endorsements=given)
    with pytest.raises(CredentialError) as caught:
        list(plan_site(site_inputs(repository, **fields)))
    return caught.value.message


def test_a_forged_endorsement_stops_the_site():
    proof = json.loads(signed(a_document()))["proof"]
    data = json.dumps({**a_document(comment="Autre chose."), "proof": proof}).encode()

    assert refusal(an_endorsement(data=data)) == (
        f"the endorsement {FILE} can't be published: the signature does not fit: something was "
        "changed after signing, or the signature is forged"
    )


def test_an_endorsement_of_an_unknown_award_stops_the_site():
    stranger = an_endorsement(subject=f"{BASE}/awards/{'a' * 32}/credential.json")

    assert refusal(stranger) == (
        f"the endorsement {FILE} can't be published: the ledger knows no award of this id"
    )


def test_an_endorsement_of_another_badges_award_stops_the_site():
    person = an_endorsement(
        "badges/reseaux/endorsements/a.json",
        subject=f"{BASE}/awards/{award_id_of(an_award())}/credential.json",
    )

    assert refusal(person) == (
        "the endorsement badges/reseaux/endorsements/a.json can't be published: "
        'it is about an award of "pare-feu"'
    )


def test_an_endorsement_of_something_elsewhere_stops_the_site():
    assert refusal(an_endorsement(subject="https://other.example/x")) == (
        f"the endorsement {FILE} can't be published: it is about nothing on this site"
    )


def test_a_preview_holds_neither_its_awards_nor_its_keys_against_an_endorsement():
    repository = a_centre(
        [an_award()],
        endorsements=(
            an_endorsement(subject=f"{BASE}/awards/{'a' * 32}/credential.json"),
            an_endorsement("badges/pare-feu/endorsements/b.json", key=a_key("real"), **by(ISSUER)),
        ),
    )
    ledger = a_ledger(repository, mode="preview")

    files = a_site(repository, ledger=ledger)

    assert [path for path in files if "endorsements" in path] == [
        "badges/pare-feu/endorsements/b.json"
    ]
    page = files["badges/pare-feu/index.html"].decode()
    assert "La signature n’a pas été vérifiée au moment où cette page a été faite." in page


def test_a_live_site_checks_its_own_issuers_with_the_keys_of_the_ledger():
    technocite = "did:web:badges.example.org:x:issuers:technocite"
    own = an_endorsement(key=a_key("real"), **by(technocite))
    repository = a_centre([an_award()], endorsements=(own,))
    real = encode_multikey(a_key("real").public_key)
    keys = tuple(IssuerKey(issuer=x, public_key_multibase=KEY) for x in repository.profiles)
    known = a_ledger(
        repository, keys=(*keys, IssuerKey(issuer="technocite", public_key_multibase=real))
    )

    page = a_site(repository, ledger=known)["badges/pare-feu/index.html"].decode()

    assert "Endossé par" in page
    assert "La signature n’a pas été vérifiée" not in page
    assert refusal(own, ledger=a_ledger(repository, keys=keys)).startswith(
        f"the endorsement {FILE} can't be published: the key that signed this is not among the keys"
    )


def test_a_key_of_another_site_leaves_it_unchecked_and_says_so():
    files = files_with(an_endorsement(**by("did:web:cluster.example")))

    page = files["badges/pare-feu/index.html"].decode()
    assert "La signature n’a pas été vérifiée" in page
    assert "rien ne prouve le nom" not in page


def test_nothing_is_fetched_to_check_an_endorsement(no_io):
    one = an_endorsement(**by("did:web:cluster.example"))
    repository = a_centre(endorsements=(one,))
    fetch = endorsements.files_of_site(repository.settings, {}, {})

    with no_io(), pytest.raises(endorsements.VerificationError) as caught:
        endorsements.check_endorsement(one, NOON, fetch)

    assert caught.value.outcome == "unknown"
