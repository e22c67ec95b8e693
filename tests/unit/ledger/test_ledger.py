import datetime
import hashlib
import hmac
import json
import re

import hypothesis
import hypothesis.strategies as st
import pytest

from obit_build.errors import LedgerError
from obit_build.ledger.ledger import (
    FIX,
    LIST_LENGTH,
    Taken,
    award_id,
    instant,
    parse_instant,
    reissue_id,
)
from obit_build.ledger.replay import GENESIS_PREV, Replay, event_bytes, replay
from obit_build.model.award import AwardKey
from obit_build.securing.keys import did_for

EARLIEST = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - hypothesis adds the time zone
SALT = bytes(range(32))
DAY = datetime.date(2026, 3, 14)
NOON = datetime.datetime(2026, 3, 20, 12, 0, tzinfo=datetime.UTC)
KEY = "z6MktmXvk3xGW5oBJyXARPDBNsDGScjHBU9XqqpckN9cWXBr"
KEY_A, KEY_B, NEW_KEY = (f"z6Mk{letter * 44}" for letter in "ABN")
KEY_T = "zDna" + "T" * 45


class Chain:
    """Writes events one after the other and keeps their bytes."""

    def __init__(self, *, genesis=True):
        self.replay = Replay()
        self.events = []
        if genesis:
            self.add("genesis", format=1, mode="live", site="https://a.example", salt=SALT.hex())

    def compose(self, kind, at=NOON, **members):
        return event_bytes(self.replay.next_event(kind, at, "c0ffee", **members))

    def add(self, kind, at=NOON, **members):
        data = self.compose(kind, at, **members)
        self.replay.apply(data)
        self.events.append(data)
        return data

    def issue(self, name="a", index=5, issuer="citc", number=1, **members):
        given = {
            "id": name, "issuer": issuer, "badge": "pare-feu", "version": "1",
            "issued": DAY.isoformat(), "list": number, "index": index, "key": KEY,
            "sha256": hashlib.sha256(name.encode()).hexdigest(), "content": "c", "definition": "d",
        }  # fmt: skip
        return self.add("issue", **{**given, **members})

    def refusal(self, kind, **members):
        return self.refusal_of(self.compose(kind, **members))

    def refusal_of(self, data):
        with pytest.raises(LedgerError) as caught:
            self.replay.apply(data)
        return caught.value.message

    @property
    def ledger(self):
        return self.replay.ledger()


@pytest.fixture
def chain():
    made = Chain()
    made.add("key-add", issuer="citc", public_key_multibase=KEY)
    made.add("list-create", issuer="citc", list=1)
    made.issue("a", 5)
    made.issue("b", 6)
    return made


def test_an_event_is_canonical_json_that_names_the_hash_of_the_one_before():
    chain = Chain(genesis=False)

    first = chain.add("genesis", format=1, mode="live", site="https://é.example", salt=SALT.hex())
    second = chain.add("list-create", issuer="citc", list=1)

    assert (
        first
        == (
            '{"at":"2026-03-20T12:00:00Z","format":1,"main":"c0ffee","mode":"live",'
            f'"prev":"{GENESIS_PREV}","salt":"{SALT.hex()}","seq":1,'
            '"site":"https://é.example","type":"genesis"}\n'
        ).encode()
    )
    assert json.loads(second)["prev"] == hashlib.sha256(first).hexdigest()
    assert json.loads(second)["seq"] == 2
    assert chain.ledger.head == hashlib.sha256(second).hexdigest()


def test_replaying_all_events_adds_up_to_the_same_ledger(chain):
    assert replay(chain.events).ledger() == chain.ledger
    assert chain.ledger.size == 5
    assert list(chain.ledger.awards) == ["a", "b"]
    assert chain.ledger.keys_of("citc") == (KEY,)
    assert chain.ledger.keys_of("ideta") == ()
    assert chain.ledger.lists == {"citc": 1}
    assert [a.id for a in chain.ledger.on_list("citc", 1)] == ["a", "b"]
    assert list(chain.ledger.on_list("citc", 2)) == []


def test_an_empty_ledger_has_no_first_event():
    assert Replay().is_empty
    with pytest.raises(LedgerError) as caught:
        Replay().ledger()
    assert caught.value.message == "the ledger has no first event"
    assert caught.value.fix == FIX


@pytest.mark.parametrize("position", range(5))
def test_any_changed_byte_breaks_the_chain_where_it_is_or_after_it(chain, position):
    events = list(chain.events)
    for changed in (
        events[position].replace(b"c0ffee", b"c0ffef"),
        events[position].replace(b"12:00:00", b"12:00:01"),
    ):
        broken = [*events[:position], changed, *events[position + 1 :]]
        if position < 4:  # the last event is bound by the next, or by the signed checkpoint
            with pytest.raises(
                LedgerError, match=f"event {position + 2} of the ledger does not follow"
            ):
                replay(broken)


@pytest.mark.parametrize(
    "damage",
    [
        lambda e: e.replace(b",", b", ", 1),
        lambda e: e[:-1],
        lambda e: e + b"\n",
        lambda e: e.replace(b"\n", b"\r\n"),
        lambda e: e[: len(e) // 2],
        lambda _: b"",
        lambda _: b"[]\n",
        lambda _: b"[" * 100_000,
        lambda _: b"\xff\xfe",
        lambda e: e.replace(b'"seq":5', b'"seq":6'),
        lambda e: e.replace(b'"seq":5', b'"seq":"5"'),
        lambda e: b'{"at":"\\ud800"' + e[5:],
    ],
)
def test_an_event_that_is_not_canonical_or_not_in_turn_is_damaged(chain, damage):
    events = [*chain.events[:4], damage(chain.events[4])]

    with pytest.raises(LedgerError) as caught:
        replay(events)
    assert caught.value.message == "event 5 of the ledger is damaged"
    assert caught.value.fix == FIX


def test_missing_swapped_and_repeated_events_are_noticed(chain):
    one, two, three, four, five = chain.events
    for wrong in (
        [one, three],
        [one, three, two],
        [one, one],
        [two],
        [one, two, three, four, four],
    ):
        with pytest.raises(LedgerError, match="is damaged"):
            replay(wrong)
    assert replay([one, two, three, four, five]).ledger() == chain.ledger


@pytest.mark.parametrize(
    "members",
    [
        {}, {"at": "2026-03-20T12:00:00Z"}, {"type": "genesis"},
        {"at": "yesterday", "type": "genesis"}, {"at": 3, "type": "genesis"},
        {"at": "2026-03-20T12:00:00Z", "type": ["genesis"]},
        {"at": "2026-03-20T12:00:00Z", "type": "genesis"},
        {"at": "2026-03-20T12:00:00Z", "type": "genesis", "format": 1, "mode": "live", "salt": 5},
        {"at": "2026-03-20T12:00:00Z", "type": "genesis", "format": 1, "mode": "live", "salt": "00"},
        {"at": "2026-03-20T12:00:00Z", "type": "genesis", "format": 1, "mode": "x", "salt": "00" * 32},
    ],
)  # fmt: skip
def test_an_event_that_lacks_what_it_needs_gets_a_sentence_and_no_traceback(members):
    data = event_bytes({"seq": 1, "prev": GENESIS_PREV, **members})

    with pytest.raises(LedgerError) as caught:
        Replay().apply(data)
    assert (
        caught.value.message == "event 1 of the ledger lacks a member or holds one of another kind"
    )


def test_the_chain_begins_with_genesis_and_has_only_one():
    empty = Chain(genesis=False)
    assert empty.refusal("list-create", issuer="citc", list=1) == (
        "event 1 of the ledger is not where the chain begins"
    )
    assert Chain().refusal("genesis", format=1, mode="live", site="x", salt=SALT.hex()) == (
        "event 2 of the ledger is not where the chain begins"
    )


def test_a_ledger_of_a_newer_format_asks_for_a_newer_obit():
    with pytest.raises(LedgerError) as caught:
        Replay().apply(
            Chain(genesis=False).compose("genesis", format=2, mode="live", salt=SALT.hex())
        )
    assert caught.value.message == "the ledger has format 2; this obit reads format 1"
    assert caught.value.fix == "use the version of obit that wrote the ledger, or a newer one"


def test_an_unknown_event_asks_for_the_newest_obit(chain):
    with pytest.raises(LedgerError) as caught:
        chain.replay.apply(chain.compose("merge"))
    assert caught.value.message == 'event 6 of the ledger has the unknown type "merge"'
    assert caught.value.fix == "use the newest version of obit"


@pytest.mark.parametrize(
    "text",
    [
        "2026-3-20T12:00:00Z", "2026-03-20 12:00:00Z", "2026-03-20T12:00:00", "2026-W12-5T12:00:00Z",
        "2026-03-20T12:00:00+00:00", "2026-03-20T12:00:00.5Z", "2026-03-20T24:00:00Z",
        "2026-02-30T12:00:00Z", "2026-03-20T12:00:60Z", "٢٠٢٦-03-20T12:00:00Z", "",
    ],
)  # fmt: skip
def test_a_time_is_spelt_in_one_way(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_instant(text)


def test_time_never_runs_backwards(chain):
    earlier = NOON - datetime.timedelta(days=400)
    assert json.loads(chain.compose("list-create", at=earlier))["at"] == instant(NOON)

    event = {
        **json.loads(chain.compose("list-create", issuer="citc", list=2)),
        "at": instant(earlier),
    }
    assert chain.refusal_of(event_bytes(event)) == (
        "event 6 of the ledger is dated before the one before it"
    )


def test_a_key_is_added_once_and_never_leaves(chain):
    assert chain.refusal("key-add", issuer="citc", public_key_multibase=KEY) == (
        "event 6 of the ledger adds a key that is there already"
    )
    chain.add("key-add", issuer="citc", public_key_multibase=NEW_KEY)
    assert chain.ledger.keys_of("citc") == (KEY, NEW_KEY)


@pytest.fixture
def keys():
    """A chain whose issuer has published no key yet, and the states of its keys."""
    made = Chain()
    made.add("list-create", issuer="citc", list=1)
    return made


def states(chain):
    return {
        key.public_key_multibase: f"{key.use} {key.state}" for key in chain.ledger.published("citc")
    }


def step(chain, kind, key, **members):
    return chain.add(f"key-{kind}", issuer="citc", public_key_multibase=key, **members)


def refused_step(chain, kind, key, **members):
    said = chain.refusal(f"key-{kind}", issuer="citc", public_key_multibase=key, **members)
    return said.split("of the ledger ")[1]


def test_a_key_is_next_then_active_then_retired_or_revoked(keys):
    step(keys, "add", KEY_A, state="active")
    step(keys, "add", KEY_B, state="next")
    assert states(keys) == {KEY_A: "credentials active", KEY_B: "credentials next"}
    assert keys.ledger.active_key("citc") == KEY_A

    later = NOON + datetime.timedelta(days=3)
    step(keys, "retire", KEY_A)
    step(keys, "activate", KEY_B, at=later)
    assert states(keys) == {KEY_A: "credentials retired", KEY_B: "credentials active"}
    assert keys.ledger.active_key("citc") == KEY_B
    assert keys.ledger.key("citc", KEY_B).since == later

    step(keys, "revoke", KEY_A, date="2026-03-19")
    assert states(keys) == {KEY_A: "credentials revoked", KEY_B: "credentials active"}
    revoked = keys.ledger.key("citc", KEY_A)
    assert instant(revoked.revoked_at) == "2026-03-19T00:00:00Z"


def test_a_key_is_never_revoked_in_the_future(keys):
    step(keys, "add", KEY_A, state="active")

    step(keys, "revoke", KEY_A, date="2026-03-21")

    assert keys.ledger.key("citc", KEY_A).revoked_at == NOON


@pytest.mark.parametrize(
    ("done", "then", "said"),
    [
        (("retire",), "retire", "is about a key that is retired already"),
        (("retire",), "activate", "is about a key that is retired already"),
        (("revoke",), "revoke", "is about a key that is revoked already"),
        (("revoke",), "retire", "is about a key that is revoked already"),
        (("revoke",), "activate", "is about a key that is revoked already"),
        ((), "activate", "is about a key that is active already"),
        (("retire",), "add", "adds a key that is there already"),
    ],
)
def test_a_key_never_goes_back(keys, done, then, said):
    step(keys, "add", KEY_A, state="active")
    for kind in done:
        step(keys, kind, KEY_A, date="2026-03-19")

    assert refused_step(keys, then, KEY_A, date="2026-03-19", state=None) == said


def test_one_key_signs_for_each_use(keys):
    step(keys, "add", KEY_A, state="active")
    second = "lets a second key sign beside the active one"

    assert refused_step(keys, "add", KEY_B, state="active") == second
    step(keys, "add", KEY_T, state="active", use="tokens")
    step(keys, "add", KEY_B, state="next")
    assert refused_step(keys, "activate", KEY_B) == second
    assert states(keys) == {
        KEY_A: "credentials active", KEY_T: "tokens active", KEY_B: "credentials next",
    }  # fmt: skip
    assert keys.ledger.active_key("citc", "tokens") == KEY_T


def test_a_step_is_about_a_key_that_was_published_and_of_a_known_kind(keys):
    assert refused_step(keys, "retire", KEY_A) == "is about a key that was never published"
    for wrong in ({"state": "retired"}, {"state": "active", "use": "parcels"}):
        assert refused_step(keys, "add", KEY_A, **wrong) == (
            "lacks a member or holds one of another kind"
        )


def test_keys_of_older_ledgers_are_active_beside_each_other(keys):
    step(keys, "add", KEY_A)
    step(keys, "add", KEY_T)
    step(keys, "add", KEY_B)

    assert states(keys) == {
        KEY_A: "credentials active", KEY_T: "tokens active", KEY_B: "credentials active",
    }  # fmt: skip
    assert keys.ledger.active_key("citc") == KEY_B
    keys.issue("a", key=KEY_A)


@pytest.mark.parametrize("state", ["next", "retired", "revoked", "unknown"])
@pytest.mark.parametrize("part", ["key", "token_key"])
def test_only_a_key_in_use_issues(keys, state, part):
    step(keys, "add", KEY, state="active")
    if state != "unknown":
        step(keys, "add", KEY_T, state="next", use="tokens")
    if state in ("retired", "revoked"):
        step(keys, state[:-1], KEY_T, date="2026-03-19")

    with pytest.raises(LedgerError) as caught:
        keys.issue("a", **{part: KEY_T})
    assert caught.value.message.endswith("issues an award with a key that is not in use")


def test_older_ledgers_do_not_name_the_key_of_a_token(keys):
    step(keys, "add", KEY)
    keys.issue("a", 1, token_sha256="0")
    step(keys, "add", KEY_T)
    keys.issue("b", 2, token_sha256="0")
    keys.issue("c", 3)

    awards = keys.ledger.awards
    assert [awards[x].token_key for x in "abc"] == [KEY, KEY_T, None]


@pytest.fixture
def leaked(chain):
    """The chain after its key leaked: ``a`` and ``b`` were signed with it."""
    step(chain, "revoke", KEY, date="2026-03-19")
    step(chain, "add", NEW_KEY, state="active")
    return chain


def again(chain, former, index=9, **members):
    name = reissue_id(SALT, former)
    chain.issue(name, index, **{"key": NEW_KEY, "reissues": former, **members})
    return name


def test_an_award_of_a_revoked_key_is_issued_again_under_a_new_id(leaked):
    old = leaked.ledger.awards["a"]
    assert leaked.ledger.revoked_key(old).public_key_multibase == KEY

    new = again(leaked, "a")
    leaked.add("replace", id="a", by=new, date="2026-03-19")

    awards = leaked.ledger.awards
    assert (awards["a"].state, awards["a"].replaced_by, awards["a"].reissued_as) == (
        "replaced", new, new,
    )  # fmt: skip
    assert (awards[new].state, awards[new].reissues, awards[new].replaces) == ("active", "a", None)
    assert awards[new].index != awards["a"].index
    assert leaked.ledger.revoked_key(awards[new]) is None
    assert leaked.ledger.all_ids(new) == ("a", new)
    assert leaked.ledger.all_ids("b") == ("b",)


def test_an_awards_newest_id_is_the_one_that_counts():
    key = AwardKey("pare-feu", "1", "7f3k9m2q", DAY)
    first = award_id(SALT, key)
    chain = Chain()
    chain.add("list-create", issuer="citc", list=1)
    step(chain, "add", KEY, state="active")
    assert chain.ledger.award_id(key) == first
    chain.issue(first)
    assert chain.ledger.award_id(key) == first

    step(chain, "revoke", KEY, date="2026-03-19")
    step(chain, "add", NEW_KEY, state="active")
    second = again(chain, first)

    assert chain.ledger.award_id(key) == second == reissue_id(SALT, first)
    assert second != first


def test_what_a_re_issued_award_had_replaced_points_to_the_new_credential(chain):
    chain.add("replace", id="a", by="b", date="2026-03-18")
    step(chain, "revoke", KEY, date="2026-03-19")
    step(chain, "add", NEW_KEY, state="active")

    new = again(chain, "b")
    chain.add("replace", id="b", by=new, date="2026-03-19")

    awards = chain.ledger.awards
    assert awards["a"].replaced_by == awards["b"].replaced_by == new
    assert awards[new].replaces == "a"
    with pytest.raises(LedgerError, match="re-issues an award that can't be re-issued"):
        again(chain, "a", 10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "z"}, {"reissues": "nobody"}, {"content": "e"}, {"badge": "reseaux"},
        {"definition": "e"}, {"version": "2"}, {"issued": "2026-03-15"},
    ],
)  # fmt: skip
def test_a_re_issue_is_the_same_award_under_the_id_that_follows(leaked, wrong):
    with pytest.raises(LedgerError) as caught:
        leaked.issue(
            **{
                "name": reissue_id(SALT, "a"),
                "index": 9,
                "key": NEW_KEY,
                "reissues": "a",
                **wrong,
            }
        )
    assert caught.value.message.endswith("re-issues an award that can't be re-issued")


def test_an_award_is_re_issued_once_and_only_if_its_key_was_revoked(chain, leaked):
    again(leaked, "a")
    sound = Chain()
    step(sound, "add", KEY, state="active")
    sound.add("list-create", issuer="citc", list=1)
    sound.issue("a")
    for wrong, key in ((leaked, NEW_KEY), (sound, KEY)):
        with pytest.raises(LedgerError, match=r"can't be re-issued|is there already"):
            again(wrong, "a", 10, key=key)
    leaked.add("revoke", id="b", date="2026-03-20")
    with pytest.raises(LedgerError, match="can't be re-issued"):
        again(leaked, "b", 11)


def test_status_lists_are_numbered_from_one_in_turn(chain):
    for number in (0, 1, 3):
        assert chain.refusal("list-create", issuer="citc", list=number) == (
            "event 6 of the ledger creates a status list out of turn"
        )
    chain.add("list-create", issuer="ideta", list=1)
    chain.add("list-create", issuer="citc", list=2)
    assert chain.ledger.lists == {"citc": 2, "ideta": 1}


def test_an_award_is_issued_once(chain):
    with pytest.raises(LedgerError, match="event 6 of the ledger issues an award that is there"):
        chain.issue("a", 9)


@pytest.mark.parametrize("index", [5, 6, -1, LIST_LENGTH])
def test_a_status_index_is_used_once_and_lies_on_the_list(chain, index):
    with pytest.raises(
        LedgerError, match="event 6 of the ledger uses a status index that is not free"
    ):
        chain.issue("c", index)


def test_an_index_of_a_withdrawn_award_stays_taken(chain):
    chain.add("withdraw", id="a", date="2026-04-01")

    with pytest.raises(LedgerError, match="uses a status index that is not free"):
        chain.issue("c", 5)


def test_an_award_needs_a_status_list_that_exists(chain):
    with pytest.raises(LedgerError, match="uses a status index that is not free"):
        chain.issue("c", 9, number=2)


def state(chain, name="a"):
    award = chain.ledger.awards[name]
    return award.state, award.state_date and award.state_date.isoformat(), award.bit_is_set


def test_each_decision_changes_the_state_and_says_when(chain):
    assert state(chain) == ("active", None, False)
    chain.add("suspend", id="a", date="2026-04-01")
    assert state(chain) == ("suspended", "2026-04-01", True)
    chain.add("reinstate", id="a", date="2026-04-02")
    assert state(chain) == ("active", "2026-04-02", False)
    chain.add("revoke", id="a", date="2026-04-03")
    assert state(chain) == ("revoked", "2026-04-03", True)
    assert state(chain, "b") == ("active", None, False)


def test_a_replaced_award_knows_its_successor_and_the_other_way_round(chain):
    chain.add("replace", id="a", by="b", date="2026-04-01")

    old, new = chain.ledger.awards["a"], chain.ledger.awards["b"]
    assert (old.state, old.replaced_by, old.bit_is_set) == ("replaced", "b", True)
    assert (new.state, new.replaces, new.bit_is_set) == ("active", "a", False)
    assert chain.ledger.replaced_for(old) == new
    assert chain.ledger.replaced_for(new) is None


def test_a_revoked_award_that_is_replaced_stays_revoked(chain):
    chain.add("revoke", id="a", date="2026-04-01")
    chain.add("replace", id="a", by="b", date="2026-04-05")

    assert state(chain) == ("revoked", "2026-04-01", True)
    assert chain.ledger.awards["a"].replaced_by == "b"


def test_a_replaced_award_can_still_be_revoked(chain):
    chain.add("replace", id="a", by="b", date="2026-04-01")
    chain.add("revoke", id="a", date="2026-04-05")

    assert state(chain) == ("revoked", "2026-04-05", True)
    assert chain.ledger.awards["a"].replaced_by == "b"


@pytest.mark.parametrize(
    ("first", "then", "message"),
    [
        ((), "reinstate", "can't reinstate an award that is active"),
        (("revoke",), "revoke", "can't revoke an award that is revoked"),
        (("revoke",), "suspend", "can't suspend an award that is revoked"),
        (("revoke",), "reinstate", "can't reinstate an award that is revoked"),
        (("suspend",), "suspend", "can't suspend an award that is suspended"),
        (("withdraw",), "revoke", "can't revoke an award that is withdrawn"),
        (("withdraw",), "withdraw", "can't withdraw an award that is withdrawn"),
    ],
)
def test_a_decision_that_contradicts_an_earlier_one_is_refused(chain, first, then, message):
    for kind in first:
        chain.add(kind, id="a", date="2026-04-01")

    assert (
        chain.refusal(then, id="a", date="2026-04-02")
        == f"event {6 + len(first)} of the ledger {message}"
    )


@pytest.mark.parametrize(("old", "by"), [("a", "a"), ("a", "nobody")])
def test_a_replacement_is_another_award_that_exists(chain, old, by):
    assert chain.refusal("replace", id=old, by=by, date="2026-04-01") == (
        "event 6 of the ledger names a replacement that can't be one"
    )


def test_awards_do_not_replace_each_other_in_a_circle(chain):
    chain.issue("c", 7)
    chain.add("replace", id="a", by="b", date="2026-04-01")
    chain.add("replace", id="b", by="c", date="2026-04-01")

    for award in ("a", "b", "c"):
        assert chain.refusal("replace", id="c", by=award, date="2026-04-01") == (
            "event 9 of the ledger names a replacement that can't be one"
        )


def test_an_award_is_replaced_once(chain):
    chain.issue("c", 7)
    chain.add("revoke", id="a", date="2026-04-01")
    chain.add("replace", id="a", by="b", date="2026-04-01")

    assert chain.refusal("replace", id="a", by="c", date="2026-04-01") == (
        "event 9 of the ledger names a replacement that can't be one"
    )


@pytest.mark.parametrize("kind", ["revoke", "suspend", "reinstate", "withdraw"])
def test_a_decision_is_about_an_award_that_was_issued(chain, kind):
    assert chain.refusal(kind, id="nobody", date="2026-04-01") == (
        "event 6 of the ledger is about an award that was never issued"
    )


def test_a_decision_has_a_date(chain):
    assert chain.refusal("revoke", id="a") == (
        "event 6 of the ledger lacks a member or holds one of another kind"
    )


KEYS = st.builds(
    AwardKey,
    st.sampled_from(["a", "a-b", "b"]),
    st.sampled_from(["1", "2", "1-2"]),
    st.sampled_from(["abc", "abd", "x1"]),
    st.dates(datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)),
    st.integers(1, 3),
)


@hypothesis.given(KEYS, KEYS, st.binary(min_size=32, max_size=32))
def test_an_awards_id_is_unguessable_fixed_and_its_own(one, other, salt):
    assert award_id(salt, one) == award_id(salt, one)
    assert (award_id(salt, one) == award_id(salt, other)) == (one == other)
    assert award_id(salt, one) != award_id(bytes(32) if any(salt) else SALT, one)
    assert len(award_id(salt, one)) == 32
    assert set(award_id(salt, one)) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_an_awards_id_never_changes_between_versions_of_obit():
    key = AwardKey("pare-feu", "1", "7f3k9m2q", DAY)

    assert award_id(SALT, key) == "zgf4quh7vrxofd7azxdaqjjwscvjfipg"


def test_what_is_derived_for_one_purpose_tells_nothing_of_another(chain):
    ledger = chain.ledger

    assert ledger.keyed("a", b"x") != ledger.keyed("b", b"x")
    assert ledger.keyed("a", b"x", 16) == ledger.keyed("a", b"x")[:16]
    assert ledger.keyed("a", b"x") == hmac.digest(ledger.salt, b"a\0x", "sha256")
    assert ledger.award_id(AwardKey("p", "1", "abc", DAY)) == award_id(
        SALT, AwardKey("p", "1", "abc", DAY)
    )


def test_the_salt_stays_out_of_what_is_printed(chain):
    assert SALT.hex() not in repr(chain.ledger)
    assert repr(SALT) not in repr(chain.ledger)


def test_indexes_are_drawn_all_over_the_list_and_repeat_for_the_same_award(chain):
    drawn = [chain.replay.allocate("citc", f"award-{i}") for i in range(200)]

    assert drawn == [chain.replay.allocate("citc", f"award-{i}") for i in range(200)]
    assert {number for number, _ in drawn} == {1}
    indexes = [index for _, index in drawn]
    assert all(0 <= index < LIST_LENGTH for index in indexes)
    assert min(indexes) < LIST_LENGTH // 8
    assert max(indexes) > LIST_LENGTH * 7 // 8
    assert indexes != sorted(indexes)


def test_an_index_that_is_taken_is_passed_over(chain):
    number, first = chain.replay.allocate("citc", "c")
    chain.issue("someone", first)

    assert chain.replay.allocate("citc", "c") != (number, first)


def test_indexes_are_taken_once_each_and_none_lies_outside_of_the_list():
    # given
    taken = Taken([0, 9, 9, LIST_LENGTH - 1])

    # when
    other = taken.copy()
    other.add(10)

    # then
    assert [index for index in range(-2, LIST_LENGTH + 2) if index in taken] == [
        0,
        9,
        LIST_LENGTH - 1,
    ]
    assert (len(taken), len(other), 10 in taken) == (3, 4, False)


def test_a_new_list_is_due_when_there_is_none_and_when_half_is_taken(chain):
    assert chain.replay.allocate("ideta", "x") is None
    chain.replay._taken["citc", 1] = Taken(range(LIST_LENGTH // 2 - 1))
    assert chain.replay.allocate("citc", "x") is not None
    chain.replay._taken["citc", 1].add(LIST_LENGTH - 1)
    assert chain.replay.allocate("citc", "x") is None


@hypothesis.given(st.datetimes(EARLIEST, timezones=st.timezones()))
def test_a_time_is_written_in_utc_to_the_second(moment):
    assert parse_instant(instant(moment)) == moment.astimezone(datetime.UTC).replace(microsecond=0)


EVENTS = st.sampled_from(
    ["list-create", "issue", "revoke", "suspend", "reinstate", "replace", "withdraw"]
)


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.lists(st.integers(), max_size=2), st.just({}),
    st.sampled_from(["../../x", "1", 1.0, True, "-x", "a" * 33, "a\n", "z6Mk/../", "--all", 1.5]),
)  # fmt: skip


@hypothesis.given(st.integers(0, 4), st.data(), ODD)
def test_a_member_of_another_kind_is_refused_or_read_as_what_its_name_says(number, data, value):
    """Whatever somebody writes into a branch: what is read are texts of the right form and whole numbers."""
    chain = Chain(genesis=False)
    event = {
        **Chain().replay.next_event("genesis", NOON, "c0ffee"),
        "seq": 1, "prev": GENESIS_PREV, "format": 1, "mode": "live", "site": "https://a.example",
        "salt": SALT.hex(),
    }  # fmt: skip
    wholes = [event]
    steps = (
        ("key-add", {"issuer": "citc", "public_key_multibase": KEY}),
        ("list-create", {"issuer": "citc", "list": 1}),
        ("issue", {
            "id": "a", "issuer": "citc", "badge": "pare-feu", "version": "1", "list": 1, "index": 5,
            "issued": DAY.isoformat(), "key": KEY, "sha256": "e" * 64, "content": "c",
            "definition": "d",
        }),
        ("revoke", {"id": "a", "date": "2026-04-01"}),
    )  # fmt: skip
    chain.replay.apply(event_bytes(event))
    for kind, members in steps[:number]:
        wholes.append(chain.replay.next_event(kind, NOON, "c0ffee", **members))
        chain.replay.apply(event_bytes(wholes[-1]))
    changed = dict(wholes[-1])
    changed[data.draw(st.sampled_from(sorted(changed)))] = value
    total = replay(event_bytes(one) for one in wholes[:-1])
    try:
        bytes_of = event_bytes(changed)
        total.apply(bytes_of)
    except (LedgerError, UnicodeEncodeError):  # no file holds what UTF-8 can't say
        return

    ledger = total.ledger()

    assert type(ledger.site) is str
    assert did_for(ledger.site, "citc")
    for issuer, newest in ledger.lists.items():
        assert (type(issuer), type(newest)) == (str, int)
    for award in ledger.awards.values():
        assert (type(award.list_number), type(award.index)) == (int, int)
        for text in (award.id, award.issuer, award.badge, award.version, award.sha256, award.key):
            assert type(text) is str
            assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text)


@hypothesis.given(
    st.lists(st.tuples(EVENTS, st.sampled_from("abc"), st.integers(0, 3)), max_size=25)
)
def test_no_sequence_of_events_breaks_the_promises(tries):
    chain = Chain()
    final, places = {}, {}
    for kind, name, number in tries:
        try:
            if kind == "issue":
                chain.issue(name, number)
            elif kind == "list-create":
                chain.add(kind, issuer="citc", list=number)
            else:
                chain.add(kind, id=name, by="abc"[number % 3], date="2026-04-01")
        except LedgerError:
            continue
        for award in chain.ledger.awards.values():
            if final.get(award.id):
                assert award.state in ("revoked", "withdrawn")
            final[award.id] = award.state in ("revoked", "withdrawn")
            place = (award.issuer, award.list_number, award.index)
            assert places.setdefault(place, award.id) == award.id
    assert replay(chain.events).ledger() == chain.ledger
