"""Digital Bazaar's verifier judges learner records: the whole's own signature, and each badge's."""

import copy
import json
import re
import subprocess

import explained
import pytest
from warm import program

pytestmark = pytest.mark.node

AT = "2026-11-21T12:00:00Z"
PEOPLE = ("7f3k9m2q", "2m8qa4xd", "h5n9v2ka", "x8c3j6yt", "k4w7zp8n")


@pytest.fixture(scope="module")
def records(sample_site, tmp_path_factory):
    """One record each of several people of the sample site: code → JSON text."""
    folder = tmp_path_factory.mktemp("records")
    obit = program()
    found = {}
    for code in PEOPLE:
        file = folder / f"{code}.json"
        export = ["people", "export", code, "--as", "technocite", "--all", "-o", file, "--at", AT]
        command = [obit, "-C", sample_site.root, *export]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr
        found[code] = file.read_text("utf-8")
    return found


def badges_of(record):
    return record["credentialSubject"]["verifiableCredential"]


def test_another_verifier_accepts_the_signature_of_every_record(judge, sample_site, records, tally):
    found = judge.these(sample_site, records)

    assert {code: r["error"] for code, r in found.items() if not r["verified"]} == {}
    tally("@digitalbazaar/vc", "learner records (CLR 2.0)", len(found))


def test_another_verifier_accepts_the_signature_of_every_badge_taken_out_of_a_record(
    judge, sample_site, records
):
    cases = {
        f"{code} {number}": json.dumps(badge)
        for code, text in records.items()
        for number, badge in enumerate(badges_of(json.loads(text)))
    }

    found = judge.these(sample_site, cases)

    assert len(cases) >= 17
    assert {name: r["error"] for name, r in found.items() if not r["signature"]} == {}


def test_another_verifier_refuses_a_record_after_any_change_of_what_it_holds(
    judge, sample_site, records
):
    record = json.loads(records["7f3k9m2q"])
    somebody_else = json.loads(records["2m8qa4xd"])
    cases = {"as it is": record}
    for number in range(len(badges_of(record))):
        cases[f"badge {number} removed"] = less = copy.deepcopy(record)
        del badges_of(less)[number]
    for number in range(len(record["credentialSubject"]["association"])):
        cases[f"association {number} removed"] = less = copy.deepcopy(record)
        del less["credentialSubject"]["association"][number]
    cases["badge of somebody else"] = changed = copy.deepcopy(record)
    badges_of(changed)[0] = badges_of(somebody_else)[0]
    cases["badge tampered with"] = changed = copy.deepcopy(record)
    badges_of(changed)[0]["credentialSubject"]["achievement"]["name"] += "!"
    cases["called whole"] = {**record, "partial": False}

    found = judge.these(sample_site, {name: json.dumps(case) for name, case in cases.items()})

    assert [name for name, report in found.items() if report["signature"]] == ["as it is"]


def test_every_judge_says_of_each_record_what_it_can(judges, sample_site, records, tally):
    lists = ("association", "achievement")
    subjects = {code: json.loads(text)["credentialSubject"] for code, text in records.items()}
    typed = {code for code, subject in subjects.items() if any(name in subject for name in lists)}

    wallet, openvc, openbadgeslib = (
        judges[name].texts(sample_site, records)
        for name in ("@digitalcredentials/verifier-core", "openvc-core", "openbadgeslib")
    )

    assert {code: r["error"] for code, r in wallet.items() if not r["signature"]} == {}
    assert {code for code, r in openvc.items() if not r["signature"]} == typed
    for code in typed:
        assert re.search(r"at /credentialSubject/(association|achievement)", openvc[code]["error"])
    assert all("is not in the bundled allowlist" in r["error"] for r in openbadgeslib.values())
    what, count = "learner records (CLR 2.0)", len(records)
    tally("@digitalcredentials/verifier-core", what, count)
    tally("openvc-core", what, count, {explained.ASSOCIATION: len(typed)})
    tally("openbadgeslib", what, count, {explained.NO_RECORDS: count})
