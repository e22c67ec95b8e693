import datetime
import hashlib

import pytest
from centre import NOON, a_centre, an_award, issue, signers_of

from obit_build.errors import LedgerError
from obit_build.ledger import guards
from obit_build.ledger.folder import FolderStore
from obit_build.securing.signed_note import Checkpoint

ORIGIN = "badges.example.org/x/log"
SITE = "https://badges.example.org/x/"


@pytest.fixture
def store(tmp_path):
    store = FolderStore(tmp_path / "ledger")
    issue(a_centre([an_award()]), store, signers_of())
    return store


def digest(store, number):
    return hashlib.sha256(store.event(number)).hexdigest()


def said(rule, *arguments, **named):
    with pytest.raises(LedgerError) as caught:
        rule(*arguments, **named)
    assert caught.value.exit_code == 1
    return caught.value.message


def test_the_pinned_ledger_is_taken_and_no_other(store, tmp_path):
    guards.refuse_other_ledger(store, None)
    guards.refuse_other_ledger(store, guards.genesis_of(store))
    guards.refuse_other_ledger(FolderStore(tmp_path / "none"), None)

    assert said(guards.refuse_other_ledger, store, "0" * 64) == (
        "this is another ledger than the one that obit.yaml pins"
    )
    assert said(guards.refuse_other_ledger, FolderStore(tmp_path / "none"), "0" * 64) == (
        "the ledger is not there, but obit.yaml says that it has begun"
    )


def test_every_earlier_state_of_the_ledger_may_be_live(store):
    size = store.replay().ledger().size
    assert size > 2
    for number in range(1, size + 1):
        guards.refuse_rollback(store, Checkpoint(ORIGIN, number, digest(store, number)), SITE)
    guards.refuse_rollback(store, None, SITE)


def test_no_later_and_no_other_state_may_be_live(store, tmp_path):
    size = store.replay().ledger().size
    later = Checkpoint(ORIGIN, size + 1, "0" * 64)
    other = Checkpoint(ORIGIN, 2, digest(store, 1))
    elsewhere = Checkpoint("evil.example/log", 1, digest(store, 1))

    assert said(guards.refuse_rollback, store, later, SITE) == (
        f"the live site shows {size + 1} events; the ledger has fewer"
    )
    assert said(guards.refuse_rollback, store, other, SITE) == (
        "the ledger and the live site tell different stories up to event 2"
    )
    assert said(guards.refuse_rollback, store, elsewhere, SITE) == (
        "the live site shows the checkpoint of another site"
    )
    assert said(guards.refuse_rollback, FolderStore(tmp_path / "none"), later, SITE) == (
        f"the ledger is not there, but the live site shows one of {size + 1} events"
    )


def test_a_main_branch_may_go_on_or_be_unknown_and_not_go_back():
    guards.refuse_rewound_main(within=True)
    guards.refuse_rewound_main(within=None)

    assert said(guards.refuse_rewound_main, within=False) == (
        "the ledger was last written for a commit that is not part of this one"
    )


def test_a_commit_may_be_ten_minutes_ahead_of_the_clock_and_not_more():
    ten = datetime.timedelta(minutes=10)
    guards.refuse_future(NOON + ten, NOON)
    guards.refuse_future(NOON - 1000 * ten, NOON)

    assert said(guards.refuse_future, NOON + ten + datetime.timedelta(seconds=1), NOON) == (
        "the commit is dated 2026-11-21T12:10:01Z, and it is 2026-11-21T12:00:00Z now"
    )


def test_a_ledger_may_be_ten_minutes_ahead_of_the_clock_and_not_more():
    ten = datetime.timedelta(minutes=10)
    guards.refuse_ahead_of_time(NOON + ten, NOON)

    assert said(guards.refuse_ahead_of_time, NOON + 2 * ten, NOON) == (
        "the ledger's last event is dated 2026-11-21T12:20:00Z, and it is 2026-11-21T12:00:00Z now"
    )


def test_a_clone_has_its_history():
    guards.refuse_cut_off(shallow=False)

    assert said(guards.refuse_cut_off, shallow=True) == (
        "this clone's history is cut off (a shallow clone)"
    )
