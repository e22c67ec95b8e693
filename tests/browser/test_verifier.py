"""The verifier in the browser reaches the same verdicts as obit's own, and is what its sources give."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import PROJECT, b64, run
from corpus import Case, cases
from sample import told_once
from signed_badges import AT, a_world, as_bytes

from obit_build.verifying.words import detail, sentences
from obit_build.website.verify_page import sentences_for

HERE = Path(__file__).parent
VERIFIER = PROJECT / "verifier"
ASSETS = PROJECT / "templates" / "assets"
MAX_PACKED = 35 * 1024
MAX_PACKED_OLDER = 6 * 1024
MAX_PACKED_RECORDS = 3 * 1024

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def corpus() -> list[Case]:
    return cases()


@pytest.fixture(scope="module")
def judged(corpus, tmp_path_factory) -> list[tuple[Case, dict[str, Any]]]:
    words = tmp_path_factory.mktemp("words") / "en.json"
    words.write_text(json.dumps(dict(sentences("en"))))
    command = (HERE / "verifier.mjs", ASSETS / "verify.js", words)
    found = told_once(
        tmp_path_factory, "judged", lambda: run(*command, lines=[case.to_dict() for case in corpus])
    )
    assert [report["name"] for report in found] == [case.name for case in corpus]
    return list(zip(corpus, found, strict=True))


def test_the_corpus_is_large_and_holds_every_verdict(corpus):
    verdicts = [case.report.verdict for case in corpus]

    assert len(corpus) >= 700
    assert verdicts.count("valid") >= 50
    assert verdicts.count("unverifiable") >= 30
    assert len({case.report.decisive.reason for case in corpus}) >= 80


def test_the_corpus_holds_every_fate_of_an_older_badge(corpus):
    older = [case.report for case in corpus if case.name.startswith("2.0 ")]

    assert len(older) >= 200
    assert {"valid", "revoked", "expired", "not-yet-valid", "invalid", "unknown"} == {
        report.state for report in older
    }
    assert {
        "form.missing", "hosted.unavailable", "hosted.unreadable", "hosted.scope", "hosted.other-id",
        "proof.signature", "key.not-listed", "status.revoked", "recipient.other", "dates.expired",
    } <= {report.decisive.reason for report in older}  # fmt: skip


def test_the_corpus_holds_every_fate_of_a_record(corpus):
    records = [case.report for case in corpus if case.name.startswith("record: ")]

    assert len(records) >= 80
    assert {"valid", "expired", "not-yet-valid", "invalid", "unknown"} == {x.state for x in records}
    assert {
        "form.context-order", "form.context-unknown", "form.context-inline", "form.field", "form.value",
        "proof.signature", "key.other-issuer", "recipient.other", "badges.invalid", "badges.unknown",
        "badges.many",
    } <= {report.decisive.reason for report in records}  # fmt: skip


def test_both_verifiers_say_the_same_of_each_badge_in_a_record(judged):
    for case, found in judged:
        parts = case.report.parts
        ours = [[part.verdict, part.state, part.decisive.reason] for part in parts]
        assert found["parts"] == ours, case.name


def test_the_verify_page_holds_every_sentence_of_the_corpus(corpus):
    known = {key for key, _ in sentences_for("en", {})}

    said = {
        key
        for case in corpus
        for step in case.report.steps
        for text in (step.message, step.fix, *case.report.notices)
        for key in keys_of(text)
    }

    assert said - known == set()
    assert len(said) > 200


def keys_of(said: Any) -> Iterator[str]:
    """The keys of a sentence and of those inside it; what only one verifier can say has none."""
    if key := getattr(said, "key", ""):
        yield key
    for value in getattr(said, "values", {}).values() if key else ():
        yield from keys_of(value)


@pytest.mark.invariant(20)
def test_both_verifiers_reach_the_same_verdict_for_the_same_reason(judged):
    """Step by step, for every case (invariant 20)."""
    different = []
    for case, found in judged:
        ours = case.report
        here = [(step.name, step.outcome, step.reason) for step in ours.steps]
        there = [(step["name"], step["outcome"], step["reason"]) for step in found["steps"]]
        whole = (ours.verdict, ours.state, ours.decisive.name, ours.preview, ours.specimen)
        told = tuple(found[n] for n in ("verdict", "state", "decisive", "preview", "specimen"))
        if (here, whole) != (there, told):
            different.append(case.name)

    assert different == []


def test_both_verifiers_say_the_same_of_the_badge(judged):
    assert [c.name for c, f in judged if c.report.summary.to_dict() != f["says"]] == []
    assert [c.name for c, f in judged if list(c.report.notices) != f["notices"]] == []


def test_both_verifiers_use_the_same_words(judged):
    """But for details that only one of them can give: a line, a chunk, why a site is silent."""
    for case, found in judged:
        for ours, theirs in zip(case.report.steps, found["steps"], strict=True):
            if not has_detail(ours.message):
                assert theirs["message"] == str(ours.message), case.name


def has_detail(said: Any) -> bool:
    values = getattr(said, "values", {})
    empty = type(detail("x"))
    own = isinstance(said, empty) and not said.key
    return own or any(has_detail(value) for value in values.values())


def test_a_check_takes_less_than_a_second_and_breaks_nothing(judged):
    assert [case.name for case, found in judged if found["said"]] == []
    slow = {case.name: found["milliseconds"] for case, found in judged}
    assert {name: took for name, took in slow.items() if took >= 1000} == {}


def test_the_browser_asks_for_nothing_that_obit_does_not_ask_for(judged):
    for case, found in judged:
        assert set(found["asked"]) <= case.asked, case.name


def test_a_browser_from_before_ed25519_reaches_the_same_verdicts(corpus, tmp_path):
    words = tmp_path / "en.json"
    words.write_text("{}")
    some = [case for case in corpus if case.name.startswith(("good", "tampered", "token: good"))]
    lines = [case.to_dict() for case in some]

    found = run(
        HERE / "verifier.mjs", ASSETS / "verify.js", words, "--without-ed25519", lines=lines
    )

    assert len(some) > 20
    assert [x["verdict"] for x in found] == [case.report.verdict for case in some]
    assert {x["verdict"] for x in found} == {"valid", "invalid"}


def test_addresses_that_an_rdf_engine_would_leave_out_are_refused(tmp_path):
    """What stands at such an address would not be a part of what was signed."""
    lines = []
    for iri in ("https://x/%zz", "https://[bad/x", "urn:x:[a]", "https://x:99a/", "x:a#b#c"):
        world = a_world()
        world.badge["evidence"] = [{"id": iri, "type": ["Evidence"], "narrative": "Added."}]
        web = {"https://badges.example/issuers/centre/did.json": world.did}
        lines.append(scene_of_corpus(iri, as_bytes(world.badge), web))
    words = tmp_path / "en.json"
    words.write_text("{}")

    found = run(HERE / "verifier.mjs", ASSETS / "verify.js", words, lines=lines)

    assert [(x["verdict"], x["steps"][4]["reason"]) for x in found] == [
        ("invalid", "proof.canonicalization")
    ] * 5


def scene_of_corpus(name: str, data: bytes, web: dict[str, Any]) -> dict[str, Any]:
    known = {url: b64(as_bytes(document)) for url, document in web.items()}
    return {"name": name, "data": b64(data), "web": known, "at": AT.timestamp() * 1000}


def test_the_scripts_are_what_their_sources_give_byte_for_byte():
    if not (VERIFIER / "node_modules" / "esbuild").is_dir():
        pytest.fail("run make test once: it installs the verifier's packages", pytrace=False)
    done = subprocess.run(
        ["node", "build.mjs", "--check"], cwd=VERIFIER, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_sources_pass_the_type_checker():
    done = subprocess.run(
        ["node", "node_modules/typescript/bin/tsc", "--noEmit"],
        cwd=VERIFIER,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_both_verifiers_share_one_description_of_the_classes():
    done = subprocess.run(
        [sys.executable, PROJECT / "scripts/write_verifier_classes.py", "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_the_scripts_are_small_and_write_no_html():
    verify, older, records, check = (
        ASSETS / name for name in ("verify.js", "openbadges2.js", "records.js", "check.js")
    )

    assert len(gzip.compress(verify.read_bytes(), 9)) <= MAX_PACKED
    assert len(gzip.compress(older.read_bytes(), 9)) <= MAX_PACKED_OLDER
    assert len(gzip.compress(records.read_bytes(), 9)) <= MAX_PACKED_RECORDS
    assert len(check.read_bytes()) <= 2048
    for script in (verify, older, records, check):
        for dangerous in (
            b"innerHTML",
            b"outerHTML=",  # reading what a frame is written like is harmless
            b"insertAdjacent",
            b"document.write",
            b"eval(",
            b"new Function",
        ):
            assert dangerous not in script.read_bytes()
