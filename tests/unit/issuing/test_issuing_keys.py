import datetime
import json

import pytest
from centre import (
    NOON,
    a_badge,
    a_centre,
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
from issued import bits_of, credential_of, declared, list_of, report_of, verdict

from obit_build.credentials.issuer_keys import did_json
from obit_build.errors import SigningError
from obit_build.issuing import issue as issuing
from obit_build.issuing.run import Circumstances
from obit_build.issuing.status_lists import stale_lists
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import award_id
from obit_build.planning.plan import make_plan
from obit_build.securing import status
from obit_build.securing.keys import encode_multikey

LATER = NOON + datetime.timedelta(days=3)
EVEN_LATER = NOON + datetime.timedelta(days=4)


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "ledger")


@pytest.fixture
def two_keys():
    """The signers of a centre before and after its keys changed."""
    return signers_of("first"), signers_of("second")


def keys_of(store, issuer="citc"):
    return {
        key.public_key_multibase: key.state for key in store.replay().ledger().published(issuer)
    }


def name_of(signers, issuer="citc"):
    return encode_multikey(signers[issuer].public_key)


def test_a_next_key_is_published_and_does_not_sign(store, two_keys):
    old, new = two_keys
    keys = (*declared(old), *declared(new, state="next"))

    issue(with_settings(a_centre([an_award()]), keys=keys), store, old)

    assert keys_of(store) == {name_of(old): "active", name_of(new): "next"}
    with pytest.raises(SigningError) as caught:
        issue(with_settings(a_centre([an_award(), an_award("2m8qa4xd")]), keys=keys), store, new)
    assert caught.value.message == 'the key of "citc" is next, so it can\'t sign'
    assert caught.value.fix == "give the signer the key that obit key list shows as active"
    assert len(store.replay().ledger().awards) == 1


def test_a_key_that_was_next_takes_over_and_the_former_one_retires(store, two_keys):
    old, new = two_keys
    award = an_award()
    first = (*declared(old), *declared(new, state="next"))
    issue(with_settings(a_centre([award]), keys=first), store, old)
    before = credential_of(store, award)

    then = (*declared(old, state="retired"), *declared(new))
    issue(with_settings(a_centre([award]), keys=then), store, new, at=LATER)

    assert keys_of(store) == {name_of(old): "retired", name_of(new): "active"}
    assert credential_of(store, award) == before
    assert verdict(store, award, LATER).state == "valid"
    assert name_of(new) in list_of(store)["proof"][0]["verificationMethod"]
    assert stale(store) == []


def stale(store):
    return list(stale_lists(store, store.replay().ledger()))


def test_a_retired_key_stays_for_assertions_and_a_revoked_one_does_not(store, two_keys):
    old, new = two_keys
    issue(with_settings(a_centre([an_award()]), keys=declared(old)), store, old)
    issue(with_settings(a_centre([an_award()]), keys=declared(new)), store, new, at=LATER)
    ledger = store.replay().ledger()
    did = "did:web:badges.example.org:x:issuers:citc"

    retired = did_json(ledger, "citc")
    leaked = (*declared(old, revoked=decided()), *declared(new))
    revoked = did_json(
        issue(with_settings(a_centre([an_award()]), keys=leaked), store, new, at=EVEN_LATER),
        "citc",
    )

    assert retired["assertionMethod"] == [f"{did}#{name_of(old)}", f"{did}#{name_of(new)}"]
    assert all(
        method.keys() == {"id", "type", "controller", "publicKeyMultibase"}
        for method in retired["verificationMethod"]
    )
    assert [m["id"] for m in revoked["verificationMethod"]] == retired["assertionMethod"]
    assert revoked["verificationMethod"][0]["revoked"] == "2026-05-01T00:00:00Z"
    assert "revoked" not in revoked["verificationMethod"][1]
    assert revoked["assertionMethod"] == [f"{did}#{name_of(new)}"]


def after_a_leak(store, two_keys, awards, then=None):
    """Issue awards with the first keys, then revoke that of the CITC; return the ledger."""
    old, new = two_keys
    issue(with_settings(a_centre(awards), keys=declared(old)), store, old)
    keys = (
        *declared(old, only="citc", revoked=decided()),
        *declared(new, only="citc"),
        *declared(old, only="technocite"),
    )
    signers = {**old, "citc": new["citc"]}
    return issue(with_settings(a_centre(then or awards), keys=keys), store, signers, at=LATER)


def old_report(store, ledger, former, at=LATER):
    return report_of(store, store.credential(former.id, former.sha256), at)


def test_a_revoked_key_takes_exactly_its_credentials_with_it(store, two_keys):
    ours, theirs = an_award(), an_award(badge="reseaux")

    ledger = after_a_leak(store, two_keys, [ours, theirs])

    former, other, new = ledger.awards.values()
    assert (former.state, other.state, new.state) == ("replaced", "active", "active")
    assert former.replaced_by == new.id == ledger.award_id(ours.key)
    assert new.reissues == former.id
    assert new.index != former.index
    assert old_report(store, ledger, former).decisive.reason == "key.revoked"
    assert verdict(store, ours, LATER).state == "valid"
    assert verdict(store, theirs, LATER).state == "valid"
    assert status.is_set(bits_of(store), former.index)
    assert status.count(bits_of(store)) == 1
    assert stale(store) == []


def test_what_is_signed_again_says_the_same_of_the_same_person(store, two_keys):
    awards = [an_award("2m8qa4xd"), an_award(narrative=text("Jury unanime"))]

    ledger = after_a_leak(store, two_keys, awards)

    for new in (a for a in ledger.awards.values() if a.reissues):
        former = ledger.awards[new.reissues]
        before, after = (json.loads(store.credential(a.id, a.sha256)) for a in (former, new))
        differ = {name for name in before if before[name] != after[name]}
        assert differ == {"id", "credentialStatus", "proof"}
        assert before["credentialSubject"] == after["credentialSubject"]


def test_what_a_badge_said_when_it_was_awarded_is_signed_again_as_it_was(store, two_keys):
    award = an_award()
    old, new = two_keys
    issue(with_settings(a_centre([award]), keys=declared(old)), store, old)
    badges = {"pare-feu": a_badge(name=text("Pare-feu, nouvelle mouture"), version="2")}
    keys = (*declared(old, revoked=decided()), *declared(new))

    issue(with_settings(a_centre([award], achievements=badges), keys=keys), store, new, at=LATER)

    assert json.loads(credential_of(store, award))["name"] == "Pare-feu"
    assert "/v1/achievement.fr.json" in credential_of(store, award).decode()


def test_what_no_longer_counts_is_not_signed_again(store, two_keys):
    former, follower = an_award(), an_award(issued=LATER.date(), replaces=replacing())
    awards = [
        former, follower, an_award("2m8qa4xd", revoked=decided()),
        an_award("p0q9r8s7", suspended=decided()),
    ]  # fmt: skip

    ledger = after_a_leak(store, two_keys, awards)

    again = {a.reissues: a for a in ledger.awards.values() if a.reissues}
    first = {award.key: award_id(ledger.salt, award.key) for award in awards}
    assert again.keys() == {first[follower.key], first[awards[3].key]}
    assert again[first[awards[3].key]].state == "suspended"
    assert ledger.awards[first[awards[3].key]].state == "replaced"
    assert ledger.awards[first[former.key]].replaced_by == again[first[follower.key]].id
    assert make_plan(a_centre(awards), ledger).actions == ()


def test_a_second_leak_leads_to_a_third_credential(store, two_keys):
    award = an_award()
    after_a_leak(store, two_keys, [award])
    third = signers_of("third")
    keys = (
        *(k for signers in two_keys for k in declared(signers, revoked=decided())),
        *declared(third),
    )

    ledger = issue(with_settings(a_centre([award]), keys=keys), store, third, at=EVEN_LATER)

    first, second, now = ledger.awards.values()
    assert (first.state, second.state, now.state) == ("replaced", "replaced", "active")
    assert ledger.award_id(award.key) == now.id
    assert ledger.all_ids(now.id) == (first.id, second.id, now.id)
    assert verdict(store, award, EVEN_LATER).state == "valid"
    subjects = {
        json.dumps(json.loads(store.credential(a.id, a.sha256))["credentialSubject"])
        for a in ledger.awards.values()
    }
    assert len(subjects) == 1


def test_a_leak_without_a_key_to_go_on_with_changes_nothing(store, two_keys):
    old, _ = two_keys
    issue(with_settings(a_centre([an_award()]), keys=declared(old)), store, old)
    before = ledger_files(store)
    repository = with_settings(a_centre([an_award()]), keys=declared(old, revoked=decided()))

    plan = make_plan(repository, store.replay().ledger())
    run = Circumstances(at=LATER, main="", mode="live", signers={}, entropy=fixed_entropy)
    with pytest.raises(SigningError) as caught:
        issuing.open_signers(plan, repository, run)

    assert caught.value.message == 'there is no signing key for the issuer "citc"'
    assert ledger_files(store) == before
