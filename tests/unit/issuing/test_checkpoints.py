import pytest
from centre import NOON, a_centre, an_award, decided, issue, signers_of, with_settings
from issued import declared

from obit_build.errors import LedgerError, SigningError
from obit_build.issuing import checkpoints
from obit_build.issuing import issue as issuing
from obit_build.ledger.files import Staged
from obit_build.ledger.folder import FolderStore
from obit_build.securing.signed_note import NoteSignature, read_checkpoint, read_note, write_note


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "ledger")


def run_with(signers):
    return issuing.Circumstances(at=NOON, main="", mode="live", signers=signers, entropy=bytes)


def names(store):
    return [one.name.rpartition(":")[2] for one in read_note(store.checkpoint()).signatures]


def signed(store, signers):
    ledger = store.replay().ledger()
    return checkpoints.sign_checkpoint(store, ledger, run_with(signers))


def test_the_checkpoint_says_where_the_ledger_stands(store):
    issue(a_centre([an_award(), an_award(badge="reseaux")]), store, signers_of())

    assert signed(store, signers_of())
    ledger = store.replay().ledger()
    assert read_checkpoint(store.checkpoint()) == checkpoints.checkpoint_of(ledger)
    assert names(store) == ["citc", "technocite"]
    checkpoints.refuse_wrong_checkpoint(store, ledger)


def test_without_new_events_no_key_is_asked(store):
    issue(a_centre([an_award()]), store, signers_of())
    signed(store, signers_of())
    again = signers_of()

    assert not signed(store, again)
    assert [signer.calls for signer in again.values()] == [0, 0]


def test_only_issuers_of_new_events_are_asked(store):
    both = [an_award(), an_award(badge="reseaux")]
    issue(a_centre(both), store, signers_of())
    signed(store, signers_of())
    issue(a_centre([an_award(revoked=decided()), both[1]]), store, signers_of())
    again = signers_of()

    assert signed(store, again)
    assert names(store) == ["citc"]
    assert [signer.calls for signer in again.values()] == [1, 0]


def test_a_ledger_without_keys_needs_no_checkpoint(store):
    issue(a_centre(), store, signers_of())

    assert not signed(store, signers_of())
    checkpoints.refuse_wrong_checkpoint(store, store.replay().ledger())


def test_a_checkpoint_that_does_not_hold_is_signed_again(store):
    issue(a_centre([an_award()]), store, signers_of())
    signed(store, signers_of())
    good = store.checkpoint()
    text = read_note(good).text
    false = write_note(
        text, [NoteSignature(x.name, x.key_id, bytes(64)) for x in read_note(good).signatures]
    )
    strange = write_note(text, [NoteSignature("did:web:other", b"abcd", bytes(64))])

    for damaged in (false, strange, b"", good[:-2]):
        store.put_checkpoint(damaged)
        assert signed(store, signers_of())
        assert store.checkpoint() == good


def test_when_the_last_key_is_retired_the_last_checkpoint_stays(store):
    """An issuer that closes has nobody left who could sign."""
    signers, award = signers_of(), an_award()
    issue(with_settings(a_centre([award]), keys=declared(signers, only="citc")), store, signers)
    assert signed(store, signers)
    closed = declared(signers, only="citc", state="retired")

    issue(with_settings(a_centre([award]), keys=closed), store, {})

    ledger = store.replay().ledger()
    assert [key.state for key in ledger.keys] == ["retired"]
    assert not signed(store, {})
    checkpoints.refuse_wrong_checkpoint(store, ledger)


def test_no_earlier_checkpoint_stays_when_the_last_key_is_retired(store):
    signers, award = signers_of(), an_award()
    keys = declared(signers, only="citc")
    issue(with_settings(a_centre([award]), keys=keys), store, signers)
    signed(store, signers)
    former = store.checkpoint()
    revoked = an_award(revoked=decided())
    issue(with_settings(a_centre([revoked]), keys=keys), store, signers)
    closed = declared(signers, only="citc", state="retired")
    issue(with_settings(a_centre([revoked]), keys=closed), store, {})

    store.put_checkpoint(former)

    with pytest.raises(LedgerError) as caught:
        checkpoints.refuse_wrong_checkpoint(store, store.replay().ledger())
    assert caught.value.message == "the ledger's checkpoint does not say what the ledger says"


def test_a_signer_that_signs_wrongly_is_found_out(store):
    issue(a_centre([an_award()]), store, signers_of())
    false = signers_of()
    false["citc"].sign = lambda _message: bytes(64)

    with pytest.raises((SigningError, LedgerError)) as caught:
        signed(store, false)
    assert "citc does not hold" in caught.value.message
    assert store.checkpoint() is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: None, "the ledger's checkpoint does not say what the ledger says"),
        (lambda data: data.replace(b"\n4\n", b"\n3\n"), "the ledger's checkpoint does not say what the ledger says"),
        (lambda data: data.replace(b"issuers:citc", b"issuers:else"), "the ledger's checkpoint is signed by no key of the ledger"),
        (lambda data: b"nonsense", "this is not a signed checkpoint"),
    ],
)  # fmt: skip
def test_a_checkpoint_that_is_not_the_ledgers_stops_a_build(store, change, message):
    issue(a_centre([an_award()]), store, signers_of())
    signed(store, signers_of())
    ledger = store.replay().ledger()
    assert ledger.size == 4
    stage = Staged(store)
    data = change(store.checkpoint())
    if data is None:
        (store.root / "state/checkpoint").unlink()
    else:
        stage.put_checkpoint(data)

    with pytest.raises(LedgerError) as caught:
        checkpoints.refuse_wrong_checkpoint(stage, ledger)
    assert caught.value.message == message
