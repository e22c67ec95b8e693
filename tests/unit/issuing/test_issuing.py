import contextlib
import dataclasses
import datetime
import hashlib
import json
import re

import pytest
from centre import (
    CANARY_EMAIL,
    CANARY_NAME,
    ISSUED,
    NOON,
    CountingSigner,
    RefusedError,
    a_badge,
    a_centre,
    a_key,
    an_award,
    decided,
    fixed_entropy,
    issue,
    ledger_files,
    replacing,
    signers_of,
    text,
    with_settings,
)
from issued import bits_of, credential_of, declared, kinds, list_of, verdict

from obit_build.errors import CredentialError, LedgerError, SigningError
from obit_build.issuing import issue as issuing
from obit_build.issuing.issue import allocation
from obit_build.issuing.run import Circumstances, commit
from obit_build.issuing.signing import refuse_other_key
from obit_build.issuing.status_lists import digest_multibase, stale_lists
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import LIST_LENGTH, Taken
from obit_build.model.achievement import ResultDescription
from obit_build.model.award import Result
from obit_build.model.settings import KeyDeclaration
from obit_build.model.words import Duration, PublicKeyMultibase, Slug, Term
from obit_build.planning.plan import make_plan
from obit_build.problems import Location
from obit_build.securing import status
from obit_build.securing.keys import encode_multikey

LATER = NOON + datetime.timedelta(days=3)
EVEN_LATER = NOON + datetime.timedelta(days=4)


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "ledger")


@pytest.fixture
def signers():
    return signers_of()


def calls(signers):
    return sum(signer.calls for signer in signers.values())


def test_the_first_run_writes_events_in_this_order_and_signs_lists_last(store, signers):
    other = an_award(badge="reseaux")

    issue(a_centre([an_award(), other]), store, signers)

    assert kinds(store) == [
        "genesis", "key-add", "key-add", "list-create", "issue", "list-create", "issue",
    ]  # fmt: skip
    assert calls(signers) == 2 + 4  # a credential and two lists for each issuer
    assert sorted(p for p in ledger_files(store) if p.startswith("state/")) == [
        "state/status/citc/1-suspension.json",
        "state/status/citc/1.json",
        "state/status/technocite/1-suspension.json",
        "state/status/technocite/1.json",
    ]


def test_what_is_issued_verifies_against_the_ledgers_own_keys_and_lists(store, signers):
    award = an_award()
    issue(a_centre([award]), store, signers)

    report = verdict(store, award)

    assert report.passed, report.decisive.message
    assert report.state == "valid"


def test_an_event_binds_the_bytes_of_its_credential(store, signers):
    award = an_award()
    ledger = issue(a_centre([award]), store, signers)

    data = credential_of(store, award)
    event = json.loads(ledger_files(store)["log/00000004.json"])
    assert event["sha256"] == hashlib.sha256(data).hexdigest()
    assert event["id"] == ledger.award_id(award.key)
    assert event["key"] == encode_multikey(signers["citc"].public_key)
    assert json.loads(data)["id"].endswith(f"/awards/{event['id']}/credential.json")
    assert json.loads(data)["proof"][0]["created"] == "2026-11-21T12:00:00Z"


def test_no_event_tells_a_recipients_code_name_or_address(store, signers):
    awards = [
        an_award(revoked=decided(why="raison secrète")),
        an_award(issued=LATER.date(), replaces=replacing()),
    ]
    issue(a_centre(awards), store, signers)

    for path, data in ledger_files(store).items():
        said = data.decode()
        for secret in (CANARY_NAME, CANARY_EMAIL, "7f3k9m2q", "Zéphyrine", "canari", "secrète"):
            assert secret not in said, path


def test_a_run_without_change_asks_no_signer_and_writes_nothing(store, signers):
    repository = a_centre([an_award(), an_award("2m8qa4xd", suspended=decided())])
    issue(repository, store, signers)
    before, asked = ledger_files(store), calls(signers)

    issue(repository, store, signers, at=LATER)

    assert ledger_files(store) == before
    assert calls(signers) == asked


def test_a_run_without_change_needs_no_key_at_all(store, signers):
    repository = a_centre([an_award()])
    issue(repository, store, signers)

    issue(repository, store, {})


def test_the_same_inputs_give_the_same_ledger_byte_for_byte(tmp_path):
    repository = a_centre([an_award(), an_award("2m8qa4xd"), an_award(badge="reseaux")])
    one, other = FolderStore(tmp_path / "one"), FolderStore(tmp_path / "other")

    issue(repository, one, signers_of())
    issue(dataclasses.replace(repository, awards=repository.awards[::-1]), other, signers_of())

    assert ledger_files(one) == ledger_files(other)


def test_a_decision_changes_lists_and_never_the_credential(store, signers):
    award = an_award()
    issue(a_centre([award]), store, signers)
    before = credential_of(store, award)

    issue(a_centre([an_award(suspended=decided())]), store, signers, at=LATER)

    index = int(json.loads(before)["credentialStatus"]["statusListIndex"])
    assert credential_of(store, award) == before
    assert status.is_set(bits_of(store), index)
    assert status.is_set(bits_of(store, which="1-suspension"), index)
    assert verdict(store, award, LATER).state == "suspended"

    issue(a_centre([an_award()]), store, signers, at=EVEN_LATER)
    assert status.count(bits_of(store)) == status.count(bits_of(store, which="1-suspension")) == 0
    assert verdict(store, award, EVEN_LATER).state == "valid"

    last = EVEN_LATER + datetime.timedelta(days=1)
    issue(a_centre([an_award(revoked=decided())]), store, signers, at=last)
    assert status.count(bits_of(store)) == 1
    assert status.count(bits_of(store, which="1-suspension")) == 0
    assert verdict(store, award, last).state == "revoked"


def test_a_withdrawal_drops_the_bytes_sets_the_bit_and_keeps_the_chain(store, signers):
    award, other = an_award(), an_award("2m8qa4xd")
    before = issue(a_centre([award, other]), store, signers)
    gone = before.awards[before.award_id(award.key)]

    ledger = issue(a_centre([dataclasses.replace(award, withdrawn=ISSUED), other]), store, signers)

    assert kinds(store)[-1] == "withdraw"
    assert [p for p in ledger_files(store) if gone.id in p and p.startswith("issued/")] == []
    assert store.replay().ledger().awards[gone.id].state == "withdrawn"
    lists = json.loads(store.status(f"status/citc/{gone.list_number}.json"))
    bits = status.decode(lists["credentialSubject"]["encodedList"])
    assert status.is_set(bits, gone.index)
    assert status.count(bits) == 1
    assert ledger.awards.keys() == before.awards.keys()


def test_bytes_that_an_interrupted_run_left_are_dropped_by_the_next(store, signers, monkeypatch):
    award = an_award()
    kept = issue(a_centre([award]), store, signers)
    gone = a_centre([dataclasses.replace(award, withdrawn=ISSUED)])
    with monkeypatch.context() as patch:
        patch.setattr(store, "drop_credential", stopped)
        with pytest.raises(KeyboardInterrupt):
            issue(gone, store, signers)
    half = ledger_files(store)

    issue(gone, store, signers)

    assert any(path.startswith("issued/") for path in half), "the withdrawal was half done"
    assert not any(
        path.endswith(f"{award_id}.json")
        for award_id in kept.awards
        for path in ledger_files(store)
    )
    assert kinds(store).count("withdraw") == 1


def test_a_list_whose_signature_does_not_hold_is_not_kept(store, signers, monkeypatch):
    award = an_award()
    issue(a_centre([award]), store, signers)
    before = ledger_files(store)
    monkeypatch.setattr(signers["citc"], "sign", lambda _message: bytes(64))

    with pytest.raises(SigningError) as caught:
        issue(a_centre([award]), store, signers, refresh=True)

    assert caught.value.message == (
        "the signature of status/citc/1-suspension.json does not hold under the signer's own key"
    )
    assert caught.value.exit_code == 4
    assert ledger_files(store) == before


def stopped(_award_id):
    raise KeyboardInterrupt


def test_a_replacement_sets_the_formers_bit_and_not_the_new_ones(store, signers):
    former, new = an_award(), an_award(issued=LATER.date(), replaces=replacing())

    ledger = issue(a_centre([former, new]), store, signers)

    old = ledger.awards[ledger.award_id(former.key)]
    assert (old.state, old.replaced_by) == ("replaced", ledger.award_id(new.key))
    assert status.is_set(bits_of(store), old.index)
    assert status.count(bits_of(store)) == 1
    assert verdict(store, new, LATER).state == "valid"


def test_the_revocation_list_names_the_suspension_list_by_its_digest(store, signers):
    issue(a_centre([an_award()]), store, signers)

    revocation, suspension = list_of(store), list_of(store, which="1-suspension")

    assert revocation["relatedResource"] == [
        {
            "id": "https://badges.example.org/x/status/citc/1-suspension.json",
            "digestMultibase": digest_multibase(store.status("status/citc/1-suspension.json")),
            "mediaType": "application/vc",
        }
    ]
    assert suspension["credentialSubject"]["statusPurpose"] == "suspension"
    assert revocation["credentialSubject"]["statusPurpose"] == "revocation"
    assert revocation["issuer"] == "did:web:badges.example.org:x:issuers:citc"


def test_only_the_list_whose_bits_changed_is_signed_again(store, signers):
    issue(a_centre([an_award(), an_award(badge="reseaux")]), store, signers)
    before = ledger_files(store)

    issue(
        a_centre([an_award(revoked=decided()), an_award(badge="reseaux")]), store, signers, at=LATER
    )

    after = ledger_files(store)
    assert {p for p in before if before[p] != after[p]} == {
        "state/status/citc/1.json", "state/status/citc/1-suspension.json",
    }  # fmt: skip


def test_a_status_lists_time_strictly_increases_even_within_one_second(store, signers):
    repository = a_centre([an_award()])
    times = []
    for _ in range(3):
        issue(repository, store, signers, refresh=True)
        times.append(list_of(store)["validFrom"])

    assert times == ["2026-11-21T12:00:00Z", "2026-11-21T12:00:01Z", "2026-11-21T12:00:02Z"]
    assert list_of(store)["proof"][0]["created"] == times[-1]


def test_a_status_list_is_never_dated_later_than_the_clock_says(store, signers):
    """Else a build in that second would say that its own list is dated in the future."""
    award = an_award()
    decisions = ({}, {"suspended": decided()}, {"revoked": decided()})
    times, bits = [], []
    for fields in decisions:
        issue(a_centre([dataclasses.replace(award, **fields)]), store, signers, now=NOON)
        times.append(list_of(store)["validFrom"])
        bits.append(list_of(store)["credentialSubject"]["encodedList"])
    issue(a_centre([an_award(revoked=decided())]), store, signers, now=LATER, refresh=True)

    assert times == ["2026-11-21T12:00:00Z"] * 3
    assert bits[0] != bits[1] == bits[2]  # a suspended award is on the other list, too
    assert list_of(store)["validFrom"] == "2026-11-21T12:00:01Z"


def test_a_live_list_runs_out_and_a_preview_list_does_not(tmp_path, signers):
    repository = with_settings(a_centre([an_award()]), status_valid_for=Duration("P2D"))
    live, preview = FolderStore(tmp_path / "live"), FolderStore(tmp_path / "preview")

    issue(repository, live, signers)
    issue(repository, preview, signers, mode="preview")

    assert list_of(live)["validUntil"] == "2026-11-23T12:00:00Z"
    assert "validUntil" not in list_of(preview)


def test_a_preview_is_marked_under_its_signature(store, signers):
    award = an_award()
    issue(a_centre([award]), store, signers, mode="preview")

    found = json.loads(credential_of(store, award))

    assert found["name"] == "PREVIEW · Pare-feu"
    assert found["termsOfUse"] == [{"type": "urn:x-obit:preview"}]
    assert store.replay().ledger().mode == "preview"


@pytest.mark.parametrize(("first", "then"), [("live", "preview"), ("preview", "live")])
def test_preview_and_live_never_share_a_ledger(store, signers, first, then):
    repository = a_centre([an_award()])
    issue(repository, store, signers, mode=first)
    before = ledger_files(store)

    with pytest.raises(LedgerError) as caught:
        issue(repository, store, signers, mode=then)

    assert caught.value.message == f"this ledger is for {first} credentials, not for {then} ones"
    assert caught.value.fix == "use another folder with --ledger"
    assert ledger_files(store) == before


def test_an_issuer_without_a_key_is_a_sentence(store):
    with pytest.raises(SigningError) as caught:
        issue(a_centre([an_award()]), store, {})

    assert caught.value.message == 'there is no signing key for the issuer "citc"'
    assert caught.value.fix == "declare it under keys: in obit.yaml"


def test_a_signer_with_another_key_than_the_published_one_is_refused():
    published, other = a_key("published"), a_key("other")
    declared = KeyDeclaration(
        issuer=Slug("citc"),
        public_key_multibase=PublicKeyMultibase(encode_multikey(published.public_key)),
        signer="env:K",
    )

    refuse_other_key(published, declared)
    with pytest.raises(SigningError) as caught:
        refuse_other_key(other, declared)

    assert caught.value.message == (
        f'the signer of "citc" holds the key {encode_multikey(other.public_key)}, '
        f"but obit.yaml publishes {encode_multikey(published.public_key)}"
    )


def test_a_signer_whose_signature_does_not_verify_issues_nothing(store, signers):
    class Lying(CountingSigner):
        def sign(self, message):
            return super().sign(message + b"something else")

    with pytest.raises(CredentialError) as caught:
        issue(a_centre([an_award()]), store, {"citc": Lying("citc first")})

    assert ": a credential that was just signed does not verify: " in caught.value.message
    assert not any(path.startswith("issued/") for path in ledger_files(store))
    assert "issue" not in kinds(store)


def test_a_signer_that_stops_half_way_is_continued_by_the_next_run(tmp_path):
    repository = a_centre([an_award(code) for code in ("7f3k9m2q", "2m8qa4xd", "p0q9r8s7")])
    undisturbed, store = FolderStore(tmp_path / "a"), FolderStore(tmp_path / "b")
    issue(repository, undisturbed, signers_of())

    for after in range(5):
        with pytest.raises(SigningError, match="the token was pulled out"):
            issue(repository, store, signers_of(fail_after=1 if after else 0))
    issue(repository, store, signers_of())

    assert ledger_files(store) == ledger_files(undisturbed)


@pytest.mark.invariant(5)
@pytest.mark.parametrize("after", range(9))
def test_signing_again_after_a_leak_ends_alike_wherever_it_is_stopped(tmp_path, monkeypatch, after):
    awards = [an_award(code) for code in ("7f3k9m2q", "2m8qa4xd", "p0q9r8s7")]
    leaked, new = signers_of("leaked"), signers_of("new")
    keys = (*declared(leaked, only="citc", revoked=decided()), *declared(new, only="citc"))
    before = with_settings(a_centre(awards), keys=declared(leaked, only="citc"))
    wanted = with_settings(a_centre(awards), keys=keys)
    undisturbed, store = FolderStore(tmp_path / "a"), FolderStore(tmp_path / "b")
    for one in (undisturbed, store):
        issue(before, one, leaked)
    issue(wanted, undisturbed, new)
    appended, append = [], store.append

    def stopping(number, event):
        if len(appended) == after:
            raise InterruptedError
        appended.append(number)
        append(number, event)

    with monkeypatch.context() as patch:
        patch.setattr(store, "append", stopping)
        with contextlib.suppress(InterruptedError):
            issue(wanted, store, new)
    issue(wanted, store, new)

    assert ledger_files(store) == ledger_files(undisturbed)


def test_a_new_key_signs_from_now_on_and_the_old_one_stays_published(store):
    old, new = signers_of("first"), signers_of("second")
    first, second = an_award(), an_award("2m8qa4xd")
    issue(with_settings(a_centre([first]), keys=declared(old)), store, old)
    before = credential_of(store, first)

    ledger = issue(
        with_settings(a_centre([first, second]), keys=declared(new)), store, new, at=LATER
    )

    assert ledger.keys_of("citc") == tuple(
        encode_multikey(signers["citc"].public_key) for signers in (old, new)
    )
    assert credential_of(store, first) == before
    assert verdict(store, first, LATER).passed
    assert verdict(store, second, LATER).passed
    assert new["citc"].calls == 3  # the credential, and both lists: a former key signed them
    assert [kind for kind in kinds(store) if kind.startswith("key")] == [
        "key-add", "key-retire", "key-add",
    ]  # fmt: skip


def test_a_list_that_a_new_key_signs_without_a_new_award_is_trusted_too(store):
    old, new = signers_of("first"), signers_of("second")
    award = an_award()
    issue(with_settings(a_centre([award]), keys=declared(old)), store, old)

    issue(with_settings(a_centre([award]), keys=declared(new)), store, new, at=LATER, refresh=True)

    assert (
        encode_multikey(new["citc"].public_key) in list_of(store)["proof"][0]["verificationMethod"]
    )
    report = verdict(store, award, LATER)
    assert report.passed, report.decisive.message
    assert "technocite" not in {k.issuer for k in store.replay().ledger().keys}


def test_what_the_plan_refuses_changes_nothing(store, signers):
    issue(a_centre([an_award()]), store, signers)
    before = ledger_files(store)

    for repository, check in [
        (a_centre([an_award(narrative=text("édité"))]), "issued-award-is-unchanged"),
        (a_centre([]), "issued-award-stays"),
    ]:
        with pytest.raises(RefusedError, match=check):
            issue(repository, store, signers)
    assert ledger_files(store) == before


def test_everything_unguessable_is_derived_and_differs_from_award_to_award(store, signers):
    ledger = issue(a_centre([an_award()]), store, signers)

    one, other = allocation(ledger, "a" * 32, 1, 5), allocation(ledger, "b" * 32, 1, 5)

    assert one == allocation(ledger, "a" * 32, 1, 5)
    assert one.salt != other.salt
    assert one.subject != other.subject
    assert re.fullmatch(r"[0-9a-f]{32}", one.salt)
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one.subject
    )


def test_lists_that_are_missing_or_say_something_else_are_stale(store, signers):
    ledger = issue(a_centre([an_award()]), store, signers)
    assert list(stale_lists(store, ledger)) == []
    good = store.status("status/citc/1.json")

    other = issue(a_centre([an_award(suspended=decided())]), store, signers, at=LATER)
    assert list(stale_lists(store, other)) == []
    assert list(stale_lists(store, ledger)) == [("citc", 1)]
    store.put_status("status/citc/1.json", good)
    assert list(stale_lists(store, other)) == [("citc", 1)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _text: b"",
        lambda _text: b"\xff{}",
        lambda _text: b'{"proof": []}',
        lambda text: text.replace(b'"proofValue": "z', b'"proofValue": "z2'),
        lambda text: text.replace(b'"validFrom": "2026', b'"validFrom": "9026'),
        lambda text: text.replace(b"#z6Mk", b"#z6Mj"),
    ],
    ids=["empty", "no-text", "no-proof", "false-signature", "other-time", "other-key"],
)
def test_a_list_that_is_damaged_is_signed_again_as_it_was(store, signers, damage):
    issue(a_centre([an_award()]), store, signers)
    before = ledger_files(store)
    for path in ("status/citc/1.json", "status/citc/1-suspension.json"):
        store.put_status(path, damage(store.status(path)))

    issue(a_centre([an_award()]), store, signers)

    assert ledger_files(store) == before


def test_a_first_list_is_signed_when_a_second_run_finds_it_missing(store, signers):
    issue(a_centre([an_award()]), store, signers)
    before = ledger_files(store)
    (store.root / "state" / "status" / "citc" / "1.json").unlink()

    issue(a_centre([an_award()]), store, signers)

    assert ledger_files(store) == before


def test_a_second_list_begins_when_the_first_is_half_full(store, signers):
    award = an_award()
    repository = a_centre([award])
    run = Circumstances(at=NOON, main="", mode="live", signers=signers, entropy=fixed_entropy)
    issue(a_centre([]), store, signers)
    replay = store.replay()
    for number in (1,):
        commit(
            store, replay, replay.next_event("list-create", NOON, "", issuer="citc", list=number)
        )
    replay._taken["citc", 1] = Taken(range(LIST_LENGTH // 2))

    issuing.carry_out(make_plan(repository, replay.ledger()), store, replay, repository, run)

    (issued,) = replay.ledger().awards.values()
    assert issued.list_number == 2
    assert "/status/citc/2.json" in credential_of(store, award).decode()


def test_every_badge_of_a_run_may_have_another_issuer(store, signers):
    badges = {slug: a_badge(slug, issuer) for slug, issuer in [("a", "citc"), ("b", "technocite")]}
    repository = a_centre([an_award(badge="a"), an_award(badge="b")], achievements=badges)

    ledger = issue(repository, store, signers)

    assert {(a.badge, a.issuer) for a in ledger.awards.values()} == {
        ("a", "citc"),
        ("b", "technocite"),
    }
    for award in repository.awards:
        assert verdict(store, award).passed


def test_the_clock_of_an_earlier_commit_never_turns_time_back(store, signers):
    issue(a_centre([an_award()]), store, signers, at=LATER)

    issue(a_centre([an_award(), an_award("2m8qa4xd")]), store, signers, at=NOON)

    data = ledger_files(store)["log/00000005.json"]
    assert json.loads(data)["at"] == "2026-11-24T12:00:00Z"
    assert LATER.date() > ISSUED


@pytest.mark.parametrize("before", [0, 1], ids=["the-first", "one-like-others"])
def test_an_award_that_would_be_too_large_to_read_is_named_and_not_recorded(store, signers, before):
    """Of a form that is known already, too: what is once in the ledger has to be published."""
    small = [an_award(n=n + 1, narrative=text("Bien.")) for n in range(before)]
    large = an_award(
        issued=ISSUED + datetime.timedelta(days=1),
        narrative=text("Réseau. " * 120_000),
        location=Location("badges/pare-feu/awards/2026-03-15.yaml", 3, 5),
    )

    with pytest.raises(CredentialError) as caught:
        issue(a_centre([*small, large]), store, signers)

    assert caught.value.message == (
        "badges/pare-feu/awards/2026-03-15.yaml:3:5: the credential would have more than 1000000 bytes"
    )
    assert caught.value.fix == (
        "say less in the award's narrative, evidence and results, or in the badge's own texts"
    )
    assert kinds(store).count("issue") == before


def test_an_award_with_more_unnamed_parts_than_verifiers_take_is_named(store, signers):
    many = tuple(
        Result(result_description=Slug(f"r{number}"), value=str(number)) for number in range(1001)
    )
    measured = tuple(
        ResultDescription(id=one.result_description, name=text("Note"), result_type=Term("Percent"))
        for one in many
    )
    badge = a_badge(result_description=measured)
    award = an_award(results=many, location=Location("badges/pare-feu/awards/a.yaml", 3, 5))

    with pytest.raises(CredentialError) as caught:
        issue(a_centre([award], achievements={Slug("pare-feu"): badge}), store, signers)

    assert caught.value.message == (
        "badges/pare-feu/awards/a.yaml:3:5: the document holds too many unnamed parts that look alike"
    )
    assert "issue" not in kinds(store)
