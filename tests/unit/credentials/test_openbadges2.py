"""The documents of the Open Badges 2.0 twin, member by member."""

import dataclasses
import datetime
import json

import pytest
from builders import a_ledger, an_issued_award
from centre import CANARY_EMAIL, SITE, a_badge, an_award, text, with_settings
from older_centre import a_centre

from obit_build.credentials import openbadges2
from obit_build.credentials.achievements import achievement_node
from obit_build.credentials.credential import Allocation
from obit_build.credentials.profiles import profile_node
from obit_build.issuing.drafts import open_badge_credential
from obit_build.model.achievement import Alignment, Criteria
from obit_build.model.award import Evidence, Recipient
from obit_build.model.profile import ImageFile, Profile
from obit_build.model.settings import Privacy
from obit_build.model.words import Code, EmailAddress, FileName, Language, Slug, Term, Text, Url

FULL = an_award(
    expires=datetime.date(2029, 3, 13),
    narrative=text("A tenu le pare-feu."),
    evidence=(
        Evidence(
            url=Url("https://example.org/rapport"), name=text("Rapport"), genre=text("report")
        ),
        Evidence(
            narrative=text("Vu par le jury."), audience=text("jury"), description=text("Oral")
        ),
    ),
)
FULL_BADGE = a_badge(
    tag=(text("réseau"), text("SOC")),
    criteria=Criteria(narrative=text("Réussir."), url=Url("https://example.org/c")),
    alignment=(
        Alignment(
            target_name=text("mettre en œuvre un pare-feu"),
            target_url=Url("http://data.europa.eu/esco/skill/6f7e"),
            target_framework="ESCO",
            target_version="1.2.0",
            target_code="S5.7",
            target_description=text("Configurer."),
            target_type=Term("ext:ESCOAlignment"),
        ),
    ),
)


def issued(award, repository=None):
    """(repository, what the ledger says, the credential) of an award."""
    repository = repository or a_centre([award])
    known = an_issued_award(repository, a_ledger(a_centre()), award)
    given = Allocation(id=known.id, list_number=1, index=3, salt="ab" * 16, subject="urn:uuid:x")
    badge = repository.achievements[award.key.badge]
    issuer = repository.issuer_of(badge)
    document = open_badge_credential(repository, badge, award, given, issuer=issuer, preview=False)
    return repository, known, document


def assertion(award, repository=None, image="awards/x/badge.png"):
    repository, known, document = issued(award, repository)
    return openbadges2.assertion(repository.settings, known, document, image=image)


def badge_class(badge, repository=None, language="fr", mark=""):
    repository = repository or a_centre(achievements={badge.slug: badge})
    node = achievement_node(repository, badge, language)
    return openbadges2.badge_class(
        repository.settings, ("citc", badge.slug, badge.version), node, mark=mark
    )


def test_an_assertion_says_in_2_0_what_the_credential_says():
    _, known, document = issued(FULL)
    (identity,) = document["credentialSubject"]["identifier"]

    assert assertion(FULL) == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{SITE}awards/{known.id}/assertion.json",
        "recipient": {
            "type": "email",
            "hashed": True,
            "identity": identity["identityHash"],
            "salt": identity["salt"],
        },
        "badge": f"{SITE}badges/pare-feu/v1/badgeclass.fr.json",
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-03-14T00:00:00Z",
        "expires": "2029-03-13T23:59:59Z",
        "image": f"{SITE}awards/x/badge.png",
        "narrative": "A tenu le pare-feu.",
        "evidence": [
            {"id": "https://example.org/rapport", "name": "Rapport", "genre": "report"},
            {"description": "Oral", "narrative": "Vu par le jury.", "audience": "jury"},
        ],
        "@language": "fr",
    }


def test_an_assertion_leaves_out_what_there_is_not():
    assert sorted(assertion(an_award(), image=None)) == [
        "@context", "@language", "badge", "id", "issuedOn", "recipient", "type", "verification",
    ]  # fmt: skip


def test_an_assertion_is_in_the_credentials_language():
    dutch = dataclasses.replace(FULL, language=Language("nl"))

    found = assertion(dutch)

    assert found["@language"] == "nl"
    assert found["badge"] == f"{SITE}badges/pare-feu/v1/badgeclass.nl.json"


def test_an_award_that_begins_later_is_not_valid_earlier_in_2_0():
    later = an_award(valid_from=datetime.date(2026, 4, 1))

    assert assertion(later)["issuedOn"] == "2026-04-01T00:00:00Z"


@pytest.mark.parametrize(
    "repository",
    [
        a_centre(recipients={"7f3k9m2q": Recipient(code=Code("7f3k9m2q"))}),
        with_settings(a_centre(), privacy=Privacy(identity="pseudonym")),
    ],
    ids=["no e-mail", "pseudonyms"],
)
def test_a_holder_without_a_hashed_address_has_no_twin(repository):
    assert assertion(FULL, repository) is None


def test_a_twin_never_holds_the_address_itself():
    assert CANARY_EMAIL not in json.dumps(assertion(FULL))


def test_a_revoked_assertion_keeps_its_id_and_the_public_reason_only():
    settings = a_centre().settings

    assert openbadges2.revoked_assertion(settings, "a1", reason="Erreur de saisie.") == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{SITE}awards/a1/assertion.json",
        "revoked": True,
        "revocationReason": "Erreur de saisie.",
    }
    assert "revocationReason" not in openbadges2.revoked_assertion(settings, "a1")


def test_a_badge_class_says_in_2_0_what_the_achievement_says():
    assert badge_class(FULL_BADGE) == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "BadgeClass",
        "id": f"{SITE}badges/pare-feu/v1/badgeclass.fr.json",
        "name": "Pare-feu",
        "description": "Sait régler un pare-feu.",
        "image": f"{SITE}badges/pare-feu/v1/image.png",
        "criteria": {"id": "https://example.org/c", "narrative": "Réussir."},
        "issuer": f"{SITE}issuers/citc/ob2.json",
        "alignment": [
            {
                "targetName": "mettre en œuvre un pare-feu",
                "targetUrl": "http://data.europa.eu/esco/skill/6f7e",
                "targetDescription": "Configurer.",
                "targetFramework": "ESCO 1.2.0",
                "targetCode": "S5.7",
            }
        ],
        "tags": ["réseau", "SOC"],
        "related": [
            {
                "id": f"{SITE}badges/pare-feu/v1/badgeclass.nl.json",
                "@language": "nl",
                "version": "1",
            },
            {
                "type": ["https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement"],
                "id": f"{SITE}badges/pare-feu/v1/achievement.fr.json",
                "version": "Open Badges v3p0",
            },
        ],
        "@language": "fr",
        "version": "1",
    }


@pytest.mark.parametrize(
    ("mode", "specimen", "mark"),
    [
        ("live", False, ""),
        ("live", True, "SPECIMEN · "),
        ("preview", False, "PREVIEW · "),
        ("preview", True, "PREVIEW · "),
    ],
)
def test_a_badge_that_proves_nothing_says_so_in_its_name(mode, specimen, mark):
    repository = with_settings(a_centre(), specimen=specimen)
    ledger = a_ledger(repository, mode=mode)

    found = badge_class(a_badge(), mark=openbadges2.mark_of(repository.settings, ledger))

    assert found["name"] == f"{mark}Pare-feu"


def an_issuer(**fields):
    return Profile(
        **{
            "name": text("CITC"),
            "slug": Slug("citc"),
            "url": Url("https://citc.example/"),
            "email": EmailAddress("badges@citc.example"),
            **fields,
        }
    )


def test_an_issuer_says_where_its_assertions_lie():
    full = an_issuer(
        phone="+33 (0)3 20-12.34", description=Text({"nl": "Centrum.", "fr": "Centre."}),
        image=ImageFile(file=FileName("logo.SVG")),
    )  # fmt: skip

    assert openbadges2.issuer(a_centre(), full) == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Issuer",
        "id": f"{SITE}issuers/citc/ob2.json",
        "name": "CITC",
        "url": "https://citc.example/",
        "email": "badges@citc.example",
        "telephone": "+333201234",
        "description": "Centre.",
        "image": f"{SITE}issuers/citc/logo.svg",
        "verification": {
            "type": "VerificationObject",
            "verificationProperty": "id",
            "startsWith": f"{SITE}awards/",
            "allowedOrigins": "badges.example.org",
        },
        "revocationList": f"{SITE}issuers/citc/ob2-revocations.json",
        "@language": "fr",
    }


def test_an_issuer_without_a_site_of_its_own_is_found_on_this_one():
    found = openbadges2.issuer(a_centre(), an_issuer(url=None))

    assert found["url"] == f"{SITE}issuers/citc/"


@pytest.mark.parametrize("phone", [None, "ask at the desk", "03 20 12 34", "+"])
def test_a_number_that_is_not_international_is_left_out(phone):
    assert "telephone" not in openbadges2.issuer(a_centre(), an_issuer(phone=phone))


@pytest.mark.parametrize("site", ["https://localhost/", "https://badges.example.org:8443/x/"])
def test_a_host_that_readers_would_not_take_for_one_is_left_to_them(site):
    repository = with_settings(a_centre(), site=Url(site))

    found = openbadges2.issuer(repository, an_issuer())

    assert found["verification"] == {
        "type": "VerificationObject",
        "verificationProperty": "id",
        "startsWith": f"{site}awards/",
    }


def test_a_revocation_list_names_the_assertions():
    settings = a_centre().settings

    assert openbadges2.revocation_list(settings, "citc", [("a1", None), ("b2", "Erreur.")]) == {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "RevocationList",
        "id": f"{SITE}issuers/citc/ob2-revocations.json",
        "issuer": f"{SITE}issuers/citc/ob2.json",
        "revokedAssertions": [
            {"id": f"{SITE}awards/a1/assertion.json"},
            {"id": f"{SITE}awards/b2/assertion.json", "revocationReason": "Erreur."},
        ],
    }


# The links from 3.0


def related(repository):
    badge = repository.achievements["pare-feu"]
    return achievement_node(repository, badge, "fr")["related"]


def test_an_achievement_names_its_badge_class():
    assert related(a_centre())[-1] == {
        "id": f"{SITE}badges/pare-feu/v1/badgeclass.fr.json",
        "type": ["Related", "https://w3id.org/openbadges#BadgeClass"],
        "inLanguage": "fr",
        "version": "Open Badges v2p0",
    }


def test_an_issuer_names_its_2_0_document():
    repository = a_centre()

    assert profile_node(repository, repository.profiles["citc"], "fr")["otherIdentifier"] == [
        {
            "type": "IdentifierEntry",
            "identifier": f"{SITE}issuers/citc/ob2.json",
            "identifierType": "identifier",
        }
    ]


@pytest.mark.parametrize(
    "repository",
    [
        with_settings(a_centre(), openbadges2=False),
        a_centre(profiles={"citc": an_issuer(email=None)}),
    ],
    ids=["not wanted", "no e-mail address of the issuer"],
)
def test_nothing_is_named_that_will_not_be_there(repository):
    node = profile_node(repository, repository.profiles["citc"], "fr")

    assert "otherIdentifier" not in node
    assert [item["type"] for item in related(repository)] == [["Related"]]
