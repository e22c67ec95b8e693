"""Digital Bazaar's verifier, which shares no code with obit, judges what obit makes."""

import contextlib
import copy
import dataclasses
import datetime
import json
import random
from pathlib import Path

import pytest
from any_text import TEXTS, random_texts
from changes import means_the_same, places, raw_edits, with_change

from obit_build.centre.load import load_repository
from obit_build.errors import CanonicalizationError
from obit_build.issuing.drafts import open_badge_credential
from obit_build.issuing.issue import allocation
from obit_build.issuing.signing import written
from obit_build.model.achievement import Criteria
from obit_build.model.words import Text
from obit_build.securing.keys import did_for, encode_multikey, method_id
from obit_build.securing.proof import add_proof
from obit_build.signers.opening import preview_signer
from obit_build.website.states import instant_of

pytestmark = pytest.mark.node

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
RAW_EDITS = 150


@pytest.fixture(scope="module")
def reports(judge, site):
    """What the judge says of a whole site: credentials by award id, status lists by address."""
    credentials, lists = {}, {}
    for report in judge.site(site):
        if "list" in report:
            lists[report["list"]] = report
        else:
            credentials[report["id"].split("/")[-2]] = report
    return credentials, lists


def test_another_verifier_accepts_every_signature_of_a_site(reports, site, tally):
    credentials, _ = reports

    refused = {i: r["error"] for i, r in credentials.items() if not r["signature"]}

    assert site.ledger.awards
    assert set(credentials) == set(site.ledger.awards)
    assert refused == {}
    tally("@digitalbazaar/vc", "credentials of two sites", len(credentials))


def test_another_verifier_reads_the_status_that_the_ledger_tells(reports, site):
    credentials, _ = reports
    awards = site.ledger.awards
    expected = {i: "set" if a.state != "active" else "clear" for i, a in awards.items()}

    found = {i: report["status"] for i, report in credentials.items()}

    assert {"active", "suspended", "revoked", "replaced"} <= {a.state for a in awards.values()}
    assert found == expected


def test_another_verifier_relies_on_an_award_only_while_it_is_active_and_in_force(reports, site):
    credentials, _ = reports
    expected = {}
    for award_id, award in site.ledger.awards.items():
        document = json.loads(site.credential_text(award_id))
        start, end = instant_of(document, "validFrom"), instant_of(document, "validUntil")
        in_force = start <= NOON and (end is None or end >= NOON)
        expected[award_id] = in_force and award.state == "active"

    found = {i: report["verified"] for i, report in credentials.items()}

    assert found == expected
    assert {report["dates"] for report in credentials.values()} == {
        "good",
        "expired",
        "not yet valid",
    }


def test_another_verifier_finds_exactly_the_bits_of_the_ledger_in_the_signed_lists(
    reports, site, tally
):
    _, lists = reports
    ledger = site.ledger
    expected = {}
    for issuer, newest in ledger.lists.items():
        for number in range(1, newest + 1):
            at = f"{ledger.site}/status/{issuer}/{number}"
            awards = tuple(ledger.on_list(issuer, number))
            inactive = sorted(a.index for a in awards if a.state != "active")
            suspended = sorted(a.index for a in awards if a.state == "suspended")
            expected[f"{at}.json"] = ("revocation", True, 131_072, inactive)
            expected[f"{at}-suspension.json"] = ("suspension", True, 131_072, suspended)

    found = {url: (r["purpose"], r["verified"], r["length"], r["set"]) for url, r in lists.items()}

    assert found == expected
    tally("@digitalbazaar/vc-bitstring-status-list", "status lists of two sites", len(lists))


def chosen(sample_site) -> list[str]:
    """Pick the shortest, the middle and the longest credential."""
    texts = [sample_site.credential_text(award_id) for award_id in sample_site.ledger.awards]
    texts.sort(key=lambda text: (len(text), text))
    return [texts[0], texts[len(texts) // 2], texts[-1]]


def test_another_verifier_refuses_a_credential_after_any_change_of_one_character(
    judge, sample_site, tally
):
    draw = random.Random(20261121)
    cases, unchanged = {}, []
    for number, text in enumerate(chosen(sample_site)):
        document = json.loads(text)
        unchanged.append(f"{number} as it is")
        cases[unchanged[-1]] = text
        for path, of_key in places(document):
            changed = with_change(document, path, draw, of_key=of_key)
            what = "key" if of_key else "value"
            cases[f"{number} {what} {path}"] = json.dumps(changed)
        for what, changed in raw_edits(text, draw, RAW_EDITS):
            if not means_the_same(changed, document):
                cases[f"{number} {what}"] = changed

    found = judge.these(sample_site, cases)

    assert len(cases) > 500
    accepted = [name for name, report in found.items() if report["signature"]]
    assert accepted == unchanged
    assert not any(r["verified"] for name, r in found.items() if name not in unchanged)
    changes = len(found) - len(unchanged)
    tally("@digitalbazaar/vc", "credentials after a change, refused", changes)


# What Digital Bazaar's engine writes otherwise than RDFC-1.0 says: it sorts by UTF-16 code units,
# not by code points, and does not escape U+FFFE and U+FFFF.
DISPUTED = {
    "emoji beside a fullwidth form": ("😀", "～"),
    "emoji beside a ligature": ("😀", "ﬁn"),
    "emoji beside an emoji with a variation selector": ("⚠😀", "⚠️"),
    "U+FFFE": ("\ufffe",),
    "U+FFFF": ("\uffff",),
}
UNDISPUTED = {"emoji beside words": ("😀", "réseau", "漢字", "Ελληνικά", "~")}


def everywhere(repository, award, text: str, tags: tuple[str, ...]):
    """Return (badge, award) that say ``text`` in every field that takes free text."""
    said = Text(dict.fromkeys(repository.settings.languages, text))
    badge = dataclasses.replace(
        repository.achievements[award.key.badge],
        name=said,
        description=said,
        criteria=Criteria(narrative=said),
        tag=tuple(Text(dict.fromkeys(repository.settings.languages, tag)) for tag in tags),
        human_code=text,
        field_of_study=said,
    )
    return badge, dataclasses.replace(award, narrative=said, role=said, license_number=text)


@pytest.fixture(scope="module")
def signed(sample_site):
    """A function from a text to the JSON text of a credential that says it everywhere."""
    repository, problems = load_repository(sample_site.root)
    assert repository is not None, problems
    award = repository.awards[0]
    known = sample_site.ledger.awards[sample_site.ledger.award_id(award.key)]
    given = allocation(sample_site.ledger, known.id, known.list_number, known.index)
    signer = preview_signer(sample_site.root / ".obit", bytes)
    did = did_for(sample_site.ledger.site, known.issuer)
    method = method_id(did, encode_multikey(signer.public_key))

    def sign(text: str, tags: tuple[str, ...] = ()) -> str:
        badge, said = everywhere(repository, award, text, tags or (text, text + "x"))
        issuer = repository.profiles[known.issuer]
        document = open_badge_credential(
            repository, badge, said, given, issuer=issuer, preview=True
        )
        whole = add_proof(document, sign=signer.sign, verification_method=method, created=NOON)
        return written(whole).decode()

    return sign


def test_another_verifier_accepts_texts_of_any_script_as_they_were_written(
    judge, sample_site, signed, tally
):
    texts = {**TEXTS, **random_texts(random.Random(7), 40)}
    cases = {name: signed(text) for name, text in texts.items()}

    found = judge.these(sample_site, cases)

    for name, case in cases.items():
        assert json.loads(case)["credentialSubject"]["narrative"] == texts[name]
    refused = {name: r["error"] for name, r in found.items() if not r["signature"]}
    assert refused == {}
    tally("@digitalbazaar/vc", "credentials with texts of any script", len(cases))


def test_obit_signs_only_what_every_engine_writes_alike(judge, sample_site, signed):
    cases = {}
    for name, tags in {**UNDISPUTED, **DISPUTED}.items():
        # Refusing to sign is right: the credential would be good here and bad elsewhere.
        with contextlib.suppress(CanonicalizationError):
            cases[name] = signed("plain", tags)

    found = judge.these(sample_site, cases)

    assert set(UNDISPUTED) <= set(cases)
    assert {name: r["error"] for name, r in found.items() if not r["signature"]} == {}


def test_the_judge_refuses_a_genuine_credential_under_another_key(judge, sample_site, signed):
    document = json.loads(signed("genuine"))
    method = document["proof"][0]["verificationMethod"]
    stranger = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    unlisted = copy.deepcopy(document)
    unlisted["proof"][0]["verificationMethod"] = method.split("#")[0] + "#" + stranger
    elsewhere = copy.deepcopy(document)
    elsewhere["proof"][0]["verificationMethod"] = f"did:web:elsewhere.example#{stranger}"

    found = judge.these(
        sample_site,
        {
            "genuine": json.dumps(document),
            "unlisted key": json.dumps(unlisted),
            "another site": json.dumps(elsewhere),
        },
    )

    did = method.split("#")[0]
    assert found["genuine"]["signature"]
    assert found["unlisted key"]["error"] == f"{did} does not publish the key {stranger}"
    assert found["another site"]["error"] == (
        "https://elsewhere.example/.well-known/did.json is neither a file of the site nor a known context"
    )


def test_the_lock_of_the_node_packages_works_with_any_registry():
    lock = json.loads((Path(__file__).parent / "package-lock.json").read_text("utf-8"))
    packages = {name: held for name, held in lock["packages"].items() if name}

    assert packages
    assert [name for name, held in packages.items() if "resolved" in held] == []
    assert [name for name, held in packages.items() if "integrity" not in held] == []
