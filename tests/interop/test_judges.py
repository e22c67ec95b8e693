"""Implementations that share no code with obit judge all that it makes, on two sites.

Every judge tells signature, dates and status apart, and must say of each credential what the ledger
says. Where one can't, the difference is written down in `explained.py`.
"""

import contextlib
import json
import random
import re

import explained
import pytest
from any_text import TEXTS, random_texts
from changes import other_character, places, with_change
from fields import FIELDS, NOT_WRITTEN, fields_below
from judging import HERE, NOON
from variants import saying, signed_again, without_each

from obit_build.errors import CanonicalizationError
from obit_build.model.achievement import Achievement
from obit_build.model.award import AwardFile
from obit_build.model.profile import Profile
from obit_build.model.settings import Settings
from obit_build.network.fetch import SiteFolder
from obit_build.verifying.verify import verify
from obit_build.website.states import instant_of

pytestmark = pytest.mark.node

JUDGES = ("@digitalcredentials/verifier-core", "openbadgeslib", "openvc-core")
CHANGES = 50
SMALLER = 50
SIGNATURE = 4
FILES = [p for p in (HERE / "everything").rglob("*.*") if p.suffix in (".yaml", ".csv")]
WORD = re.compile(r"[a-z][a-z0-9_]*(?=:)")
NOT_HERE = {  # this is a preview: no keys, no ledger of its own
    "keys", "public_key_multibase", "signer", "use", "state", "ledger", "at", "genesis",
}  # fmt: skip


def expected_of(site) -> dict[str, dict[str, object]]:
    """What the ledger and the credentials' dates say, in the judges' words."""
    found = {}
    for award_id, award in site.ledger.awards.items():
        document = json.loads(site.credential_text(award_id))
        start, end = instant_of(document, "validFrom"), instant_of(document, "validUntil")
        late = end is not None and end < NOON
        found[award_id] = {
            "signature": True,
            "dates": "not yet valid" if start > NOON else "expired" if late else "good",
            "status": "clear" if award.state == "active" else "set",
        }
    return found


def in_short(report) -> dict[str, object]:
    return {name: report[name] for name in ("signature", "dates", "status")}


def with_differences(judge: str, expected, site):
    """Say where a judge is known to differ: what it should say then, and how often for which reason."""
    expected = {award_id: dict(report) for award_id, report in expected.items()}
    counts = {}
    if judge == "@digitalcredentials/verifier-core":
        early = [r for r in expected.values() if r["dates"] == "not yet valid"]
        for report in early:
            report["status"] = "unknown"
        counts = {explained.NOT_YET_IN_FORCE: len(early), explained.NO_SCHEMA: 0}
    if judge == "openvc-core":
        located = [i for i, text in site.credentials().items() if '"GeoCoordinates"' in text]
        for award_id in located:
            expected[award_id] = {"signature": False, "dates": "unknown", "status": "unknown"}
        counts = {explained.GEO: len(located), explained.PROOF_IN_A_LIST: 0}
    if judge == "openbadgeslib":
        counts = {explained.LIST_NOT_A_JWT: 0}
    return expected, counts


@pytest.mark.parametrize("name", JUDGES)
def test_every_judge_says_of_each_credential_what_the_ledger_says(name, judges, site, tally):
    expected, counts = with_differences(name, expected_of(site), site)

    reports = judges[name].texts(site, site.credentials())

    assert {award_id: in_short(r) for award_id, r in reports.items()} == expected
    tally(name, "credentials of two sites", len(reports), counts)


def test_what_is_written_down_of_the_judges_is_what_they_say(judges, everything_site):
    texts = everything_site.credentials()

    learner_wallet, openvc = (
        judges[name].texts(everything_site, texts)
        for name in ("@digitalcredentials/verifier-core", "openvc-core")
    )

    assert {r["issuer"] for r in learner_wallet.values()} == {"registered"}
    assert {r.get("schema", "unknown") for r in learner_wallet.values()} == {"unknown"}
    assert {r["as_written"] for r in openvc.values()} == {
        "UnknownCredentialFormat: dict has no `proof` and is not an EnvelopedVerifiableCredential"
    }
    refusals = [r["error"] for r in openvc.values() if r["error"]]
    assert refusals
    assert all("not in compacted form" in e and "/geo/type)" in e for e in refusals)


def test_another_verifier_says_of_each_token_what_the_ledger_says(judges, everything_site, tally):
    tokens = everything_site.tokens()
    expected = {i: r for i, r in expected_of(everything_site).items() if i in tokens}

    reports = judges["openbadgeslib"].texts(everything_site, tokens)

    assert expected
    assert {award_id: in_short(r) for award_id, r in reports.items()} == expected
    told = {explained.KEY_OF_KID: 0}
    tally("openbadgeslib", "credentials as tokens (VC-JWT)", len(reports), told)


def test_openvc_knows_tokens_of_the_older_data_model_only(judges, everything_site, tally):
    reports = judges["openvc-core"].texts(everything_site, everything_site.tokens())

    # It says so after the signature was found good.
    assert {r["error"] for r in reports.values()} == {
        "ClaimsInvalid: no embedded `vc` object in token"
    }
    told = {explained.CREDENTIAL_IN_A_CLAIM: len(reports), explained.KEY_OF_KID: 0}
    tally("openvc-core", "credentials as tokens (VC-JWT)", len(reports), told)


def test_another_verifier_refuses_a_token_after_a_change(judges, everything_site, tally):
    draw = random.Random(20261121)
    token = min(everything_site.tokens().values(), key=len)
    header, payload, signature = token.split(".")
    cases = {"as it is": token}
    for _ in range(CHANGES):
        at = draw.randrange(len(token))
        # The last character of a part may carry bits that mean nothing.
        if token[at : at + 2].isalnum() and token[at + 1 : at + 2] != ".":
            cases[f"character {at}"] = (
                token[:at] + other_character(token[at], draw) + token[at + 1 :]
            )
    cases["no signature"] = f"{header}.{payload}."
    cases["another signature"] = f"{header}.{payload}.{signature[::-1]}"

    reports = judges["openbadgeslib"].texts(everything_site, cases)

    assert [case for case, report in reports.items() if report["signature"]] == ["as it is"]
    tally("openbadgeslib", "tokens after a change, refused", len(cases) - 1)


@pytest.mark.parametrize("name", JUDGES)
def test_every_judge_accepts_the_proof_of_each_status_list(name, judges, site, tally):
    texts = site.lists()

    reports = judges[name].texts(site, texts)

    assert texts
    assert {path: r["error"] for path, r in reports.items() if not r["signature"]} == {}
    tally(name, "status lists of two sites", len(reports))


def test_obit_says_of_each_credential_what_the_judges_say(site):
    fetch = SiteFolder(site.build, site.ledger.site)

    reports = {
        award_id: verify(text.encode(), name=award_id, at=NOON, fetch=fetch)
        for award_id, text in site.credentials().items()
    }

    found = {}
    for award_id, report in reports.items():
        step = {step.name: step.outcome for step in report.steps}
        found[award_id] = {
            "signature": step["signature"] == "passed",
            "status": {"passed": "clear", "failed": "set"}[step["status"]],
        }
    expected = expected_of(site)
    assert found == {i: {k: r[k] for k in ("signature", "status")} for i, r in expected.items()}


@pytest.mark.parametrize("name", JUDGES)
def test_every_judge_accepts_the_endorsements_that_are_published(name, judges, site, tally):
    texts = site.endorsements()

    reports = judges[name].texts(site, texts)

    assert texts
    assert {path: r["error"] for path, r in reports.items() if not r["signature"]} == {}
    tally(name, "endorsements of two sites", len(reports))


def changed(document, draw) -> dict[str, str]:
    """Change one value or one key at a time, at places drawn at random."""
    wanted = [(path, of_key) for path, of_key in places(document) if path[0] != "proof"]
    chosen = draw.sample(wanted, min(CHANGES, len(wanted)))
    return {
        f"{'key' if of_key else 'value'} {path}": json.dumps(
            with_change(document, path, draw, of_key=of_key)
        )
        for path, of_key in chosen
    }


@pytest.mark.parametrize("name", JUDGES)
def test_every_judge_refuses_a_credential_after_a_change(name, judges, everything_site, tally):
    draw = random.Random(f"{name} 20261121")
    texts = sorted(everything_site.credentials().values(), key=len)
    cases = changed(json.loads(texts[-1]), draw)

    reports = judges[name].texts(everything_site, {"as it is": texts[-1], **cases})

    assert reports.pop("as it is")["signature"]
    assert [case for case, report in reports.items() if report["signature"]] == []
    tally(name, "credentials after a change, refused", len(reports))


@pytest.fixture(scope="module")
def largest(everything_site) -> dict:
    """The credential with the most in it, without its proof."""
    document = json.loads(max(everything_site.credentials().values(), key=len))
    del document["proof"]
    return document


@pytest.fixture(scope="module")
def variants(everything_site, largest) -> dict[str, str]:
    """Well-formed credentials with one field less each, and with texts of any kind."""
    fetch = SiteFolder(everything_site.build, everything_site.ledger.site)
    draw = random.Random(20261121)
    chosen = {}
    for at, document in draw.sample(list(without_each(largest)), SMALLER):
        # Some documents lose what their other parts refer to; obit doesn't sign or take those.
        with contextlib.suppress(CanonicalizationError):
            text = signed_again(document, everything_site)
            report = verify(text.encode(), name=at, at=NOON, fetch=fetch)
            if report.steps[SIGNATURE].outcome == "passed":
                chosen[f"without {at}"] = text
    assert len(chosen) > 30
    texts = {**TEXTS, **random_texts(random.Random(3), 4)}
    saying_texts = {
        f"saying {name}": signed_again(saying(largest, text), everything_site)
        for name, text in texts.items()
    }
    return chosen | saying_texts


def test_everything_uses_every_field_of_the_standard(everything_site):
    used = set()
    for text in everything_site.credentials().values():
        used |= {str(path[-1]) for path, of_key in places(json.loads(text)) if of_key}

    missing = FIELDS - used - set(NOT_WRITTEN)

    assert missing == set()
    assert set(NOT_WRITTEN) & used == set()


def test_everything_uses_every_field_of_the_files():
    used = {match for path in FILES for match in WORD.findall(path.read_text("utf-8"))}
    declared = {
        field.name
        for record in (Settings, Profile, Achievement, AwardFile)
        for field in fields_below(record)
    }

    assert declared - used - NOT_HERE == set()


@pytest.mark.parametrize("name", ["@digitalbazaar/vc", *JUDGES])
def test_every_judge_accepts_generated_variants(
    name, judges, judge, everything_site, variants, tally
):
    reports = (
        judge.these(everything_site, variants)
        if name == "@digitalbazaar/vc"
        else judges[name].texts(everything_site, variants)
    )

    assert {case: r["error"] for case, r in reports.items() if not r["signature"]} == {}
    tally(name, "generated variants", len(reports))
