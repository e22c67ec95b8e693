"""What an audit says about a host that does not show what was issued and built."""

import dataclasses
import datetime
import json

import older_centre
import pytest
from builders import png
from centre import NOON, a_centre, an_award, decided, signers_of
from live_sites import BASE, built, findings, issued, of_step, published, replaced, wrong
from signed_badges import a_badge, a_world, as_bytes, signed

from obit_build import addresses
from obit_build.auditing.report import Finding, Step, summary, to_json, to_text
from obit_build.errors import FetchError
from obit_build.issuing.signing import written
from obit_build.ledger.replay import event_bytes
from obit_build.network.http_answers import Answer
from obit_build.securing.keys import encode_multikey
from obit_build.securing.proof import add_proof

DID = "issuers/citc/did.json"
LIST = "status/citc/1.json"
KEYS = (
    "find out who changed it before anything else: whoever can change this file can sign in your "
    "name; then deploy the built site again"
)
PAGE = {"content-type": "text/html; charset=utf-8"}
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def site(tmp_path):
    return published(tmp_path)


def award_of(site, state):
    """The id of the award in this state."""
    return next(a.id for a in site.ledger.awards.values() if a.state == state)


def short(name):
    return f"{name[:8]}…"


def edited(site, path, change):
    """Change a JSON document on the host."""
    document = json.loads(site.live[path])
    change(document)
    site.live[path] = json.dumps(document).encode()


# --- as it should be ---


def test_a_site_that_is_what_was_issued_and_built_is_fine_on_every_step(site):
    report = site.audit()

    assert report.is_fine
    assert summary(report) == "nothing is wrong"
    assert findings(report, "failed", "unknown", "warning") == []
    assert findings(report, "passed") == [
        ("site", "it is what it says it is, with 2 badges"),
        ("keys", "2 issuers with exactly the keys of the ledger (2 in all)"),
        ("checkpoint", f"{site.ledger.size} events, as in the ledger, with 2 signatures"),
        ("lists", "2 pairs of lists, signed and fresh, and say what the ledger says"),
        ("awards", "3 awards verified; 2 pictures with the same credential inside"),
        ("register", "1 listed award, all in the ledger"),
        (
            "types",
            "9 kinds of files: application/json, image/png, image/svg+xml, text/css, text/html",
        ),
        ("readers", "verifiers in a browser may read keys, lists and badges"),
        ("missing", "what does not exist is answered with 404"),
        ("files", f"{len(site.files) - 2} files, the same bytes as those built"),
    ]


def test_a_stranger_without_ledger_and_built_site_still_learns_what_can_be_told(site):
    report = site.audit(known=site.known(ledger=None, built=(), read=lambda _path: None))

    assert report.is_fine
    assert [name for name, _ in findings(report, "skipped")] == [
        "lists",
        "register",
        "hidden",
        "files",
    ]
    assert ("awards", "1 award verified; 1 picture with the same credential inside") in findings(
        report, "passed"
    )


def test_the_same_answers_give_the_same_report_and_each_address_is_asked_once(site):
    first = site.audit()
    asked = list(site.asked)

    assert to_json(site.audit()) == to_json(first)
    assert len(asked) == len(set(asked))


def test_the_audit_itself_touches_no_file_and_no_socket(site, no_io):
    known = site.known(
        credential={a: site.files[addresses.credential_file(a)] for a in site.ledger.awards}.get,
        status={p: d for p, d in site.files.items() if p.startswith("status/")}.get,
    )
    site.audit(known)  # what libraries load when they are first used

    with no_io():
        report = site.audit(known)

    assert report.is_fine


def test_no_finding_carries_the_address_of_an_unlisted_award(site):
    for path in [p for p in site.live if p.startswith("awards/")]:
        site.live[path] += b" "

    report = site.audit()

    assert not report.is_fine
    assert [a for a in site.ledger.awards if a in to_text(report) or a in to_json(report)] == []


# --- whether it is the site at all ---


def test_another_page_is_not_taken_for_the_site(site):
    site.change = replaced({"catalog.json": Answer(status=404)})

    report = site.audit()

    assert wrong(report) == [
        (
            "site",
            "catalog.json is answered with the error 404: no site that obit made is there",
        )
    ]
    assert {f.outcome for s in report.steps[1:] for f in s.findings} == {"skipped"}


def test_a_page_for_every_address_is_not_taken_for_a_catalogue(site):
    page = Answer(status=200, headers=PAGE, body=b"<!doctype html>Welcome")
    site.change = lambda _path, _answer: page

    assert wrong(site.audit()) == [
        ("site", "catalog.json is not a catalogue: no site that obit made is there")
    ]


def test_a_site_at_an_address_that_is_not_in_its_signatures_is_told(site):
    edited(site, "catalog.json", lambda c: c.update(site="https://elsewhere.example/"))

    first, *_ = wrong(site.audit())

    assert first == (
        "site",
        (
            "the site says that it is https://elsewhere.example, the ledger is about "
            "https://badges.example.org/x"
        ),
    )


def test_a_host_that_stops_answering_leaves_a_step_unknown_and_never_fine(site):
    def silent(url):
        if url == f"{BASE}/{LIST}":
            raise FetchError("badges.example.org did not answer within 10 seconds", fix="wait")
        return site.get(url)

    report = site.audit(get=silent)

    assert report.outcome == "failed"  # the awards on that list can't be verified
    assert of_step(report, "lists") == [
        Finding("unknown", "badges.example.org did not answer within 10 seconds", "wait")
    ]


def test_a_preview_on_a_real_host_is_wrong_and_in_a_copy_only_noted(tmp_path):
    site = published(tmp_path, mode="preview")

    live, copy = site.audit(), site.audit(is_copy=True)

    assert wrong(live) == [
        (
            "awards",
            "the badges there are previews, which prove nothing; nobody should see them as real",
        )
    ]
    assert copy.is_fine
    assert Finding("info", "this is a preview: it proves nothing") in of_step(copy, "awards")


# --- keys ---


def test_one_changed_byte_of_a_did_document_is_noticed(site):
    site.live[DID] += b" "

    report = site.audit()

    assert of_step(report, "keys")[0] == Finding(
        "failed", "issuers/citc/did.json is not the file that was built", KEYS
    )


def test_a_key_that_was_added_to_a_did_document_is_named(site):
    thief = encode_multikey(signers_of("thief")["citc"].public_key)
    did = json.loads(site.live[DID])["id"]

    def add(document):
        method = document["verificationMethod"][0]
        new = {**method, "id": f"{did}#{thief}", "publicKeyMultibase": thief}
        document["verificationMethod"].append(new)
        document["assertionMethod"].append(new["id"])

    edited(site, DID, add)
    report = site.audit(site.known(built=()))

    assert wrong(report)[0] == (
        "keys",
        f"issuers/citc/did.json lists a key that is not in the ledger: {thief}",
    )


def test_a_key_that_was_lost_from_a_did_document_is_named(site):
    key = site.ledger.keys_of("citc")[0]
    edited(site, DID, lambda d: d.update(verificationMethod=[], assertionMethod=[]))

    assert wrong(site.audit())[0] == (
        "keys",
        f"issuers/citc/did.json has lost the key {key}: badges that it signed can't be verified",
    )


def test_a_key_that_is_said_to_have_ended_is_noticed(site):
    edited(site, DID, lambda d: d["verificationMethod"][0].update(expires="2027-01-01T00:00:00Z"))

    assert wrong(site.audit())[0] == (
        "keys",
        "issuers/citc/did.json says something else about its keys than the ledger",
    )


def test_a_did_document_that_is_gone_or_no_document_or_about_somebody_else_is_told(site):
    for change, words in (
        (
            lambda: site.live.pop(DID),
            "is answered with the error 404: no badge of citc can be verified",
        ),
        (
            lambda: site.live.update({DID: b"<html>"}),
            "is no DID document: the text is not JSON (line 1, column 1)",
        ),
        (
            lambda: site.live.update({DID: b'{"id": "did:web:evil.example"}'}),
            (
                'is about "did:web:evil.example" and not about '
                "did:web:badges.example.org:x:issuers:citc"
            ),
        ),
    ):
        change()
        assert wrong(site.audit())[0] == ("keys", f"{DID} {words}")


def test_a_published_private_key_is_an_alarm_also_without_a_ledger(site):
    edited(site, DID, lambda d: d["verificationMethod"][0].update(secretKeyMultibase="z3u2…"))

    report = site.audit(site.known(ledger=None, built=(), read=lambda _path: None))

    assert wrong(report)[0] == ("keys", "issuers/citc/did.json shows a private key")
    assert ("keys", "issuers/citc/did.json lists no key that can be used") in wrong(report)


def test_a_revoked_key_is_published_as_such_and_its_awards_are_expected_to_fail(site):
    genuine = site.live[DID]
    key = site.ledger.keys_of("citc")[0]
    event = site.store.replay().next_event(
        "key-revoke", NOON, "c0ffee", issuer="citc", public_key_multibase=key, date="2026-11-21"
    )
    site.store.append(site.ledger.size + 1, event_bytes(event))
    site = built(site.repository, site.store, site.store.replay().ledger())

    published = site.audit()
    site.live[DID] = genuine
    hushed_up = site.audit()

    assert of_step(published, "keys")[0].outcome == "passed"
    assert of_step(published, "awards")[0].message.startswith("3 awards verified; ")
    assert of_step(hushed_up, "keys")[0].message == (
        "issuers/citc/did.json says something else about its keys than the ledger"
    )
    assert (
        "awards",
        (
            f"award {short(award_of(site, 'active'))} is signed with a revoked key in the "
            "ledger, but a verifier finds it valid"
        ),
    ) in wrong(hushed_up)


# --- the checkpoint (T20) ---

CHECKPOINT = "log/checkpoint"
COPY = "bring the ledger back from its last good copy; docs/how-to/ledger-in-git.md says how"


def later(site, *repositories):
    """Go on issuing; return the site of the last ledger, while the host keeps the first."""
    store = site.store
    for hour, repository in enumerate(repositories, start=1):
        ledger = issued(repository, store, at=NOON + HOUR * hour)
    return dataclasses.replace(built(repository, store, ledger), live=site.live)


def test_a_site_that_was_not_deployed_is_behind_the_ledger(tmp_path):
    before = published(tmp_path, a_centre([an_award()]))

    site = later(before, a_centre([an_award(), an_award("2m8qa4xd")]))

    assert of_step(site.audit(at=NOON + HOUR), "checkpoint") == [
        Finding(
            "failed",
            "the live site is 1 event behind the ledger",
            "deploy the built site again, all of it",
        )
    ]


def test_a_ledger_that_was_rolled_back_is_given_away_by_the_live_site(tmp_path):
    before = published(tmp_path, a_centre([an_award()]))
    kept, size = before.ledger, before.ledger.size
    site = later(before, a_centre([an_award(), an_award("2m8qa4xd")]))
    site.live, site.ledger = site.files, kept

    report = site.audit(at=NOON + HOUR)

    assert of_step(report, "checkpoint") == [
        Finding(
            "failed",
            f"the live site shows {size + 1} events, the ledger has {size}: the ledger lost some",
            COPY,
        )
    ]


def test_a_ledger_that_was_rewritten_is_given_away_by_the_live_site(tmp_path):
    site = published(tmp_path / "one", a_centre([an_award()]))
    other = published(tmp_path / "two", a_centre([an_award("2m8qa4xd")]))
    site.live = other.files

    assert of_step(site.audit(), "checkpoint") == [
        Finding(
            "failed",
            f"the live site and the ledger tell different stories up to event {site.ledger.size}",
            COPY,
        )
    ]


def test_a_checkpoint_with_a_wrong_signature_or_none_of_ours_is_refused(site):
    genuine = site.live[CHECKPOINT]
    did = "did:web:badges.example.org:x:issuers:citc"
    text, _, signatures = genuine.rpartition(b"\n\n")
    changed = [text + b"\nmore\n", signatures]
    site.live[CHECKPOINT] = b"\n".join(changed)
    altered = of_step(site.audit(), "checkpoint")
    site.live[CHECKPOINT] = genuine.replace(b"did:web:badges", b"did:web:budges")
    foreign = of_step(site.audit(), "checkpoint")
    site.live[CHECKPOINT] = b"no checkpoint"
    nonsense = of_step(site.audit(), "checkpoint")

    assert [f.message for f in altered] == [
        f"log/checkpoint: the checkpoint's signature by {did} does not hold"
    ]
    assert [f.message for f in foreign] == [
        "log/checkpoint is signed by no key of this site's issuers"
    ]
    assert [f.message for f in nonsense] == ["log/checkpoint: this is not a signed checkpoint"]


def test_without_a_ledger_a_checkpoint_is_held_against_the_keys_that_the_site_shows(site):
    stranger = site.known(ledger=None, built=(), read=lambda _path: None)
    good = of_step(site.audit(stranger), "checkpoint")
    site.live[CHECKPOINT] = site.live[CHECKPOINT].replace(b"did:web:badges", b"did:web:budges")

    assert good == [Finding("passed", f"{site.ledger.size} events, with 2 signatures")]
    assert [f.outcome for f in of_step(site.audit(stranger), "checkpoint")] == ["failed"]


def test_a_checkpoint_that_is_missing_matters_only_where_there_should_be_one(site):
    del site.live[CHECKPOINT]

    own = of_step(site.audit(), "checkpoint")
    foreign = of_step(site.audit(site.known(ledger=None)), "checkpoint")

    assert own[0].message == (
        "log/checkpoint is answered with the error 404: nobody could notice a ledger that was "
        "rolled back"
    )
    assert foreign == [Finding("skipped", "the site shows no log/checkpoint")]


def test_a_checkpoint_and_pages_of_different_builds_are_noticed(site):
    edited(site, "log/provenance.json", lambda p: p["ledger"].update(size=1))

    assert (
        "checkpoint",
        (
            "log/provenance.json and log/checkpoint come from different builds: a deploy stopped "
            "half-way"
        ),
    ) in wrong(site.audit())


# --- status lists ---


def test_a_status_list_that_was_rolled_back_is_noticed_by_its_bits_and_its_date(tmp_path):
    award = an_award()
    before = published(tmp_path, a_centre([award]))
    repository = a_centre([dataclasses.replace(award, revoked=decided())])
    evening = NOON + datetime.timedelta(hours=6)
    ledger = issued(repository, before.store, at=evening)
    site = built(repository, before.store, ledger)
    for path in (LIST, "status/citc/1-suspension.json"):
        site.live[path] = before.files[path]

    report = site.audit(at=evening + HOUR)

    old = "an old one, of 2026-11-21 12:00; the ledger's newest is of 2026-11-21 18:00 (UTC)"
    assert [message for name, message in wrong(report) if name == "lists"] == [
        f"{LIST} is {old}",
        f"{LIST} does not say what the ledger says: 1 award taken back in the ledger but not on it",
        f"status/citc/1-suspension.json is {old}",
    ]
    name = short(ledger.awards[award_of(site, "revoked")].id)
    assert [message for step, message in wrong(report) if step == "awards"] == [
        f"award {name} is revoked in the ledger, but a verifier finds it valid"
    ]


def test_a_status_list_that_was_altered_is_refused(site):
    edited(site, LIST, lambda d: d.update(validFrom="2026-11-20T12:00:00Z"))

    assert [message for name, message in wrong(site.audit()) if name == "lists"] == [
        f"{LIST}: The issuer's revocation list can't be relied on: its signature does not hold (proof.signature)."
    ]


def test_a_status_list_that_is_missing_or_has_ended_is_told(site):
    del site.live[LIST]
    gone = site.audit()
    site.live[LIST] = site.files[LIST]

    ended = site.audit(at=NOON + datetime.timedelta(days=8))

    assert ("lists", f"{LIST}: is answered with the error 404") in wrong(gone)
    assert len([name for name, _ in wrong(ended) if name == "lists"]) == 4


def test_a_status_list_that_ends_within_a_day_is_a_warning(site):
    report = site.audit(at=NOON + datetime.timedelta(days=6, hours=5))

    assert report.is_fine
    assert of_step(report, "lists")[0] == Finding(
        "warning",
        f"{LIST} ends on 2026-11-28 at 12:00 (UTC), in less than a day; after that nothing on it "
        "can be checked",
        "run obit issue --refresh, build and deploy; look whether the schedule that does so still "
        "runs",
    )


def test_two_lists_that_were_not_signed_together_are_noticed(site):
    other = "status/citc/1-suspension.json"
    site.live[other] = site.live[other].rstrip() + b"\n\n"

    assert (
        "lists",
        f"{LIST} names another copy of {other} than the one that is served",
    ) in wrong(site.audit())


# --- awards ---


def test_an_award_that_is_missing_is_named_by_the_beginning_of_its_id(site):
    name = award_of(site, "active")
    del site.live[addresses.credential_file(name)]

    assert (
        "awards",
        (
            f"award {short(name)} is missing: awards/{short(name)}/credential.json is answered with "
            "the error 404"
        ),
    ) in wrong(site.audit())


def test_a_credential_with_other_bytes_and_a_page_that_is_gone_are_told(site):
    name = award_of(site, "active")
    site.live[addresses.credential_file(name)] += b"\n"
    del site.live[addresses.award_page(name) + "index.html"]

    found = [message for step, message in wrong(site.audit()) if step == "awards"]

    assert found == [
        f"award {short(name)} is not the credential that was issued",
        f"award {short(name)} has no page: it is answered with the error 404",
        f"the picture of award {short(name)} does not hold its credential",
    ]


def test_a_picture_without_its_credential_is_noticed(site):
    name = award_of(site, "active")
    site.live[addresses.award_page(name) + "badge.png"] = png()

    assert (
        "awards",
        f"the picture of award {short(name)} does not hold its credential",
    ) in wrong(site.audit())


def test_what_is_left_of_a_withdrawn_award_is_found(site):
    name = award_of(site, "active")
    replay = site.store.replay()
    site.store.append(
        site.ledger.size + 1,
        event_bytes(replay.next_event("withdraw", NOON, "c0ffee", id=name, date="2026-11-21")),
    )
    site.ledger = site.store.replay().ledger()

    report = site.audit()
    for path in [p for p in site.live if name in p]:
        del site.live[path]
    after = site.audit(site.known(built=()))

    assert of_step(report, "awards")[-1] == Finding(
        "failed",
        f"award {short(name)} was withdrawn, but its credential is still there",
        "delete its folder on the host: a deploy that only adds files leaves it behind",
    )
    assert of_step(after, "awards")[-1] == Finding("passed", "nothing is left of 1 withdrawn award")


def test_a_sample_holds_the_newest_awards_and_is_drawn_by_the_ledger(site):
    audit = site.audit(sample=2)

    assert of_step(audit, "awards")[0].message.startswith("2 awards of 3 verified; ")
    newest = list(site.ledger.awards)[-1]
    assert f"{BASE}/{addresses.credential_file(newest)}" in site.asked


# --- the register (T15) ---


def forged(site, name="a" * 32):
    """A badge that was signed with the issuer's own key, but never issued."""
    genuine = site.files[addresses.credential_file(award_of(site, "active"))]
    document = json.loads(genuine)
    del document["proof"]
    document["id"] = f"{BASE}/{addresses.credential_file(name)}"
    document["credentialSubject"]["achievement"]["name"] = "Expert"
    signer = signers_of()["citc"]
    did = document["issuer"]["id"]
    method = f"{did}#{encode_multikey(signer.public_key)}"
    return written(add_proof(document, sign=signer.sign, verification_method=method, created=NOON))


def test_a_badge_with_a_good_signature_that_was_never_issued_is_not_in_the_register(site):
    own = award_of(site, "active")
    shown = {"shown.json": forged(site), "same-id.json": forged(site, own)}

    report = site.audit(site.known(badges=shown))

    assert wrong(report) == [
        (
            "register",
            f"{name} has a good signature, but it is NOT in the ledger: it was never issued",
        )
        for name in sorted(shown)
    ]


def test_a_badge_that_was_issued_is_found_in_the_register_also_in_a_picture_or_laid_out_anew(site):
    name = award_of(site, "active")
    page = addresses.award_page(name)
    indented = json.dumps(json.loads(site.files[page + "credential.json"]), indent=8).encode()
    shown = {"a.png": site.files[page + "badge.png"], "b.json": indented}

    report = site.audit(site.known(badges=shown))

    assert of_step(report, "register")[1:] == [
        Finding("passed", "a.png is in the ledger"),
        Finding("passed", "b.json is in the ledger"),
    ]


def test_a_badge_of_open_badges_2_is_looked_up_by_the_address_that_serves_it(tmp_path):
    site = published(tmp_path, older_centre.a_centre([an_award()]))
    name = award_of(site, "active")
    assertion = addresses.assertion_file(name)
    stranger = addresses.assertion_file("a" * 32)
    put_there = json.loads(site.files[assertion])
    put_there["id"] = f"{BASE}/{stranger}"
    site.live[stranger] = json.dumps(put_there).encode()
    shown = {
        "genuine.json": site.files[assertion],
        "stranger.json": site.live[stranger],
    }

    report = site.audit(site.known(badges=shown))

    assert of_step(report, "register")[-2:] == [
        Finding("passed", "genuine.json is in the ledger"),
        Finding(
            "failed",
            "stranger.json is served by this site, but it is NOT in the ledger: it was never issued",
            "find out who put it there: whoever can write to the host can make such badges; then "
            "deploy the built site again, and let the deploy remove what is not in it",
        ),
    ]


def test_a_badge_of_another_site_is_not_looked_up(site):
    """Not even if it bears the id of one that was issued."""
    world = a_world()
    own = f"{BASE}/{addresses.credential_file(award_of(site, 'active'))}"
    shown = {"other.json": as_bytes(signed({**a_badge(), "id": own}))}

    report = site.audit(site.known(badges=shown), elsewhere=world.fetch)

    assert wrong(report) == [("register", "other.json is a badge of another site's issuer")]


def test_a_badge_that_was_altered_or_is_no_badge_is_not_looked_up(site):
    genuine = site.files[addresses.credential_file(award_of(site, "active"))]
    shown = {"a.json": genuine.replace(b"Pare-feu", b"Pare-vent"), "b.txt": b"hello"}

    report = site.audit(site.known(badges=shown))

    assert wrong(report) == [
        (
            "register",
            (
                "a.json: The signature does not fit: something was changed after signing, or the "
                "signature is forged."
            ),
        ),
        (
            "register",
            "b.txt: This is neither a badge as a picture (PNG, SVG) or PDF, nor a credential (JSON or token).",
        ),
    ]


def test_an_award_in_the_live_catalogue_that_is_not_in_the_ledger_is_noticed(site):
    name = "a" * 32
    entry = {"credential": f"{BASE}/{addresses.credential_file(name)}"}
    edited(site, "catalog.json", lambda c: c["awards"].append(entry))

    absent = site.audit()
    site.live[addresses.credential_file(name)] = forged(site)
    signed = site.audit()

    assert (
        "register",
        "the live catalogue lists an award that is not in the ledger: aaaaaaaa…",
    ) in wrong(absent)
    assert (
        "register",
        (
            "award aaaaaaaa… in the live catalogue has a good signature, but it is NOT in the ledger: "
            "it was never issued"
        ),
    ) in wrong(signed)


# --- the host ---


def typed(answer, media_type):
    return dataclasses.replace(answer, headers={**answer.headers, "content-type": media_type})


def test_files_with_the_wrong_type_are_named(site):
    name = award_of(site, "suspended")
    page = addresses.award_page(name)
    types = {
        "": "text/html; charset=iso-8859-1",
        DID: "text/html",
        page + "credential.json": "",
        page + "badge.svg": "text/plain",
    }
    site.change = lambda path, a: typed(a, types[path[1:]]) if path[1:] in types else a

    found = [message for step, message in wrong(site.audit()) if step == "types"]

    assert found == [
        "the first page is served as iso-8859-1 text; it is UTF-8",
        f"{DID} is served as text/html; it should be application/json",
        (
            f"awards/{short(name)}/credential.json is served as no type at all; it should be "
            "application/json"
        ),
        f"awards/{short(name)}/badge.svg is served as text/plain; it should be image/svg+xml",
    ]


@pytest.mark.parametrize(
    "media_type", ["application/vc", "application/ld+json; charset=utf-8", "APPLICATION/JSON"]
)
def test_all_json_types_are_fine(site, media_type):
    site.change = lambda path, a: typed(a, media_type) if path.endswith(".json") else a

    assert wrong(site.audit()) == []


def test_a_machine_file_behind_a_redirect_is_wrong(site):
    moved = Answer(status=308, headers={"location": f"{BASE}/issuers/citc/did"})
    site.change = replaced({DID: moved})

    assert (
        "types",
        (
            f"{DID} is answered with a redirect to {BASE}/issuers/citc/did (many verifiers follow no "
            "redirect)"
        ),
    ) in wrong(site.audit())


def test_a_host_that_lets_no_other_site_read_is_warned_about(site):
    def closed(_path, answer):
        kept = {n: v for n, v in answer.headers.items() if not n.startswith("access-control")}
        return dataclasses.replace(answer, headers=kept)

    site.change = closed
    report = site.audit()

    assert report.is_fine
    assert of_step(report, "readers")[0] == Finding(
        "warning",
        f"{DID} may not be read by pages of other sites, so verifiers in a browser can't check "
        "badges",
        "let the host send Access-Control-Allow-Origin: * with machine files; see the page about "
        "your host in docs/how-to/hosts.md; obit hosts prints settings",
    )
    assert summary(report) == "3 warnings"


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        (
            Answer(status=200, headers=PAGE, body=b"Welcome"),
            "failed",
            (
                "does not exist, but is answered with 200, as if it did: a withdrawn badge would seem "
                "to be there"
            ),
        ),
        (
            Answer(status=302, headers={"location": "/"}),
            "failed",
            (
                "does not exist, but is answered with a redirect to /: a withdrawn badge would seem to "
                "be there"
            ),
        ),
        (
            Answer(status=403),
            "warning",
            "does not exist, but is answered with the error 403 instead of 404",
        ),
    ],
)
def test_a_host_that_does_not_say_404_is_told(site, answer, outcome, words):
    site.change = lambda path, a: answer if a.status == 404 else a

    report = site.audit()

    assert [(f.outcome, f.message) for f in of_step(report, "missing")] == [
        (outcome, f"no-such-page-of-this-site/ {words}"),
        (outcome, f"awards/no-such-award/credential.json {words}"),
    ]


def test_hidden_files_that_a_deploy_has_dropped_are_missed(site):
    path = ".well-known/security.txt"
    site.files[path] = site.live[path] = (
        b"Contact: mailto:x@example.org\nExpires: 2999-01-01T00:00:00Z\n"
    )
    there = site.audit()
    del site.live[path]

    lost = site.audit()

    assert of_step(there, "hidden") == [Finding("passed", "1 hidden file can be reached")]
    assert of_step(lost, "hidden") == [
        Finding(
            "failed",
            ".well-known/security.txt was built but is answered with the error 404",
            "let the deploy keep hidden folders (include-hidden-files: true on GitHub)",
        )
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "does not say when it ends"),
        (b"Expires: soon", "does not say when it ends"),
        (b"Expires: 2026-01-01T00:00:00", "does not say when it ends"),
        (
            b"Expires: 2999-01-01T00:00:00Z\nexpires: 2999-01-01T00:00:00Z",
            "does not say when it ends",
        ),
        (b"expires: 2026-01-01t01:00:00+02:00", "ended on 2026-01-01"),
    ],
)
def test_a_security_txt_that_nobody_may_go_by_is_told(site, said, words):
    path = ".well-known/security.txt"
    site.files[path] = site.live[path] = b"Contact: mailto:x@example.org\n" + said + b"\n"

    report = site.audit()

    assert report.is_fine
    assert [(f.outcome, f.message) for f in of_step(report, "hidden")] == [
        ("passed", "1 hidden file can be reached"),
        ("warning", f"{path} {words}, so readers ignore it"),
    ]


# --- byte for byte ---


def test_files_that_differ_are_named_up_to_ten(site):
    for path in site.live:
        if path.startswith("schemas/"):
            site.live[path] += b" "
    del site.live["robots.txt"]

    found = [message for step, message in wrong(site.audit()) if step == "files"]

    schemas = sorted(path for path in site.files if path.startswith("schemas/"))
    assert found[0] == "robots.txt was built but is answered with the error 404"
    assert found[1:10] == [f"{path} is not the file that was built" for path in schemas[:9]]
    assert found[10:] == [f"and {len(schemas) - 9} more files"]


def test_a_sample_of_files_always_holds_keys_lists_and_catalogue(site):
    report = site.audit(sample=1)

    always = [
        p for p in site.files if p.startswith(("catalog.json", "issuers/", "log/", "status/"))
    ]
    assert findings(report, "passed")[-1] == (
        "files",
        f"{len(always) + 1} files of {len(site.files) - 2}, the same bytes as those built",
    )


# --- how it is written ---


def test_the_report_is_a_ladder_of_sentences_with_remedies_below_them(site):
    site.live[DID] += b" "

    lines = to_text(site.audit(sample=1)).splitlines()

    assert lines[0] == f"{BASE}/: 2 wrong"
    assert lines[3:5] == [
        " keys          ✗ wrong      issuers/citc/did.json is not the file that was built",
        f"                            fix: {KEYS}",
    ]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["skipped", "passed"], "passed"),
        (["info", "passed", "skipped"], "passed"),
        (["skipped", "info"], "info"),
        (["passed", "failed", "unknown"], "failed"),
        ([], "skipped"),
    ],
)
def test_a_step_is_as_good_as_the_worst_that_was_really_looked_at(outcomes, expected):
    assert Step("awards", tuple(Finding(o, "") for o in outcomes)).outcome == expected


def test_the_report_is_json_for_programs(site):
    document = json.loads(to_json(site.audit()))

    assert document["ok"] is True
    assert document["summary"] == "nothing is wrong"
    assert document["steps"][0] == {
        "name": "site",
        "outcome": "passed",
        "findings": [
            {
                "outcome": "passed",
                "message": "it is what it says it is, with 2 badges",
                "fix": "",
            }
        ],
    }
