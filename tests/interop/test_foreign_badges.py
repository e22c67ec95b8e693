"""Badges that other implementations issue are good badges to obit, and as good to one another."""

import base64
import json

import explained
import pytest
from judging import NOON

from obit_build.errors import FetchError
from obit_build.verifying.verify import verify

pytestmark = pytest.mark.node

OPENBADGESLIB = {
    "with a proof": {"issue": "ldp"},
    "with a proof, bare": {"issue": "ldp", "bare": True},
    "as a JWT, EdDSA": {"issue": "jwt", "bare": True},
    "as a JWT, ES256": {"issue": "jwt", "bare": True, "algorithm": "ES256"},
    "in a PNG": {"issue": "png"},
    "in an SVG": {"issue": "svg"},
}


def no_web(url: str) -> bytes:
    raise FetchError(f"{url} is nowhere", fix="there is no fix")


def obit_says(name: str, report) -> tuple[str, str]:
    data = base64.b64decode(report["data"]) if "data" in report else report["text"].encode()
    said = verify(data, name=name, at=NOON, fetch=no_web)
    return said.state, "" if said.passed else said.decisive.message


@pytest.fixture(scope="module")
def picture(everything_site) -> dict[str, str]:
    folder = everything_site.build / "badges" / "tout" / "v2.1"
    return {ending: str(folder / f"image.{ending}") for ending in ("png", "svg")}


def test_obit_accepts_what_openbadgeslib_issues(judges, everything_site, picture, tally):
    cases = {
        name: {**case, "picture": picture.get(str(case["issue"]))}
        for name, case in OPENBADGESLIB.items()
    }

    issued = judges["openbadgeslib"](everything_site, cases)

    assert {name: obit_says(name, report) for name, report in issued.items()} == dict.fromkeys(
        cases, ("valid", "")
    )
    tally("openbadgeslib", "badges that it issued, verified by obit", len(cases))


def test_obit_refuses_a_token_of_openbadgeslib_without_a_subject(judges, everything_site, tally):
    issued = judges["openbadgeslib"](everything_site, {"no subject": {"issue": "jwt"}})

    assert obit_says("no subject", issued["no subject"]) == (
        "invalid",
        'The token lacks the claim "sub" that the standard asks for.',
    )
    tally(
        "openbadgeslib",
        "badges that it issued, verified by obit",
        1,
        {explained.NO_SUBJECT_CLAIM: 1},
    )


def bare(document: dict) -> dict:
    """Take off what binds a credential to the site that it was made for."""
    for name in ("proof", "credentialStatus", "termsOfUse"):
        document.pop(name, None)
    return document


@pytest.fixture(scope="module")
def documents(everything_site) -> dict[str, dict]:
    """All credentials of the site that are in force, for somebody else to sign."""
    return {
        award_id: bare(json.loads(text))
        for award_id, text in everything_site.credentials().items()
        if (award := everything_site.ledger.awards[award_id]).state == "active"
        and '"GeoCoordinates"' not in text
        and in_force(json.loads(text), award)
    }


def in_force(document: dict, award) -> bool:
    start, end = document["validFrom"], document.get("validUntil", "9999")
    return start <= "2026-11-21T12" < end and award.state == "active"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_obit_accepts_what_openvc_signs(suite, judges, everything_site, documents, tally):
    cases = {name: {"sign": suite, "document": document} for name, document in documents.items()}

    signed = judges["openvc-core"](everything_site, cases)

    assert cases
    assert {name: obit_says(name, report) for name, report in signed.items()} == dict.fromkeys(
        cases, ("valid", "")
    )
    tally("openvc-core", f"badges that it signed ({suite}), verified by obit", len(cases))


def older_model(document: dict) -> dict:
    """The same badge in the older data model, which openvc puts into a JWT as that model asks."""
    older = {name: value for name, value in document.items() if not name.startswith("valid")}
    older["@context"] = ["https://www.w3.org/2018/credentials/v1", document["@context"][1]]
    older["issuanceDate"] = "2026-11-21T12:00:00Z"
    older["credentialSubject"] = {**document["credentialSubject"], "id": "mailto:zoe@example.org"}
    del older["name"]
    older.pop("description", None)
    older.pop("image", None)
    return older


def test_obit_accepts_a_token_of_openvc_in_the_older_data_model(
    judges, everything_site, documents, tally
):
    cases = {
        name: {"sign": "jwt", "document": older_model(document)}
        for name, document in documents.items()
    }

    signed = judges["openvc-core"](everything_site, cases)

    assert {name: obit_says(name, report) for name, report in signed.items()} == dict.fromkeys(
        cases, ("valid", "")
    )
    tally("openvc-core", "badges that it signed (VC 1.1 as JWT), verified by obit", len(cases))


def test_obit_refuses_a_token_that_hides_a_credential_of_model_2_in_a_claim(
    judges, everything_site, documents, tally
):
    (name, document), *_ = documents.items()

    signed = judges["openvc-core"](everything_site, {name: {"sign": "jwt", "document": document}})

    assert obit_says(name, signed[name]) == (
        "invalid",
        "The token holds something else beside its credential.",
    )
    tally(
        "openvc-core",
        "badges that it signed (VC 2.0 as JWT), verified by obit",
        1,
        {explained.CREDENTIAL_IN_A_CLAIM: 1},
    )


LIST = "https://openvc.example/lists/1"


def with_status(document: dict, index: int) -> dict:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": LIST,
    }
    return {**document, "credentialStatus": entry}


def test_obit_reads_the_status_that_openvc_publishes(judges, everything_site, documents, tally):
    document = next(iter(documents.values()))
    indexes = {0: True, 1: False, 7: True, 8: False, 131_071: True, 131_070: False}
    cases = {
        str(index): {"sign": "eddsa-rdfc-2022", "document": with_status(document, index)}
        for index in indexes
    }
    asked = {"list": LIST, "set": [index for index, is_set in indexes.items() if is_set]}

    signed = judges["openvc-core"](everything_site, {**cases, "list": asked})

    web = {LIST: signed.pop("list")["text"].encode()}
    found = {
        name: verify(r["text"].encode(), name=name, at=NOON, fetch=web.__getitem__).state
        for name, r in signed.items()
    }
    assert found == {str(i): "revoked" if is_set else "valid" for i, is_set in indexes.items()}
    tally("openvc-core", "status lists that it signed, read by obit", len(cases))


def test_the_judges_accept_one_another_s_badges(judges, everything_site, documents):
    """Without this, two mistakes that fit together could pass for agreement with obit."""
    by_openvc = judges["openvc-core"](
        everything_site,
        {n: {"sign": "eddsa-rdfc-2022", "document": d} for n, d in documents.items()},
    )
    by_openbadgeslib = judges["openbadgeslib"](everything_site, {"badge": {"issue": "ldp"}})

    texts = {name: report["text"] for name, report in by_openvc.items()}
    here = judges["openbadgeslib"].texts(everything_site, texts)
    there = judges["openvc-core"].texts(
        everything_site, {"badge": by_openbadgeslib["badge"]["text"]}
    )

    assert all(report["signature"] for report in here.values())
    assert there["badge"]["signature"], there["badge"]["error"]
