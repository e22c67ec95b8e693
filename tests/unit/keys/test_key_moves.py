import dataclasses
import datetime

import pytest
from builders import a_ledger
from centre import NOON, a_centre, a_key, an_award, decided, signers_of, with_settings
from issued import declared

from obit_build.errors import ArgumentError
from obit_build.keys.moves import NewKey, fingerprint, retire, revoke, rotate, rows_of
from obit_build.ledger.keys import IssuerKey
from obit_build.securing.keys import encode_multikey

DAY = datetime.date(2026, 11, 21)
OLD = encode_multikey(signers_of("old")["citc"].public_key)
NEW = encode_multikey(signers_of("new")["citc"].public_key)
TOKENS = "zDnaeucDGfhXHoJVqot3p21RuupNJ2fZrs8Lb1GV83VnSo2jR"
OF_NEW = NewKey(key=NEW, signer="env:K2")


def entry(name="old", **fields):
    return declared(signers_of(name), only="citc", **fields)


def centre(*keys):
    return with_settings(a_centre([an_award()]), keys=keys)


def ledger(*keys):
    known = tuple(
        IssuerKey(issuer="citc", public_key_multibase=key, state=state, since=since)
        for key, state, since in keys
    )
    return dataclasses.replace(a_ledger(centre()), keys=known)


def moved(move):
    return [(edit.key, dict(edit.fields)) for edit in move.edits]


def refusal(move, *arguments, **options):
    with pytest.raises(ArgumentError) as caught:
        move(*arguments, **options)
    return caught.value.message, caught.value.fix


def ago(hours):
    return NOON - datetime.timedelta(hours=hours)


def test_a_key_is_first_announced():
    move = rotate(centre(*entry()), None, "citc", OF_NEW, at=NOON)

    assert moved(move) == [(NEW, {"issuer": "citc", "signer": "env:K2", "state": "next"})]
    assert move.then[1] == "two days later, run this command again: then the new key signs"


@pytest.mark.parametrize("now", [False, True])
def test_a_key_that_was_announced_two_days_ago_takes_over(now):
    known = ledger((OLD, "active", ago(99)), (NEW, "next", ago(48)))
    keys = (*entry(), *entry("new", state="next"))

    move = rotate(centre(*keys), known, "citc", OF_NEW, at=NOON, now=now)

    assert moved(move) == [(OLD, {"state": "retired"}), (NEW, {"state": "active"})]


def test_a_key_that_was_announced_yesterday_waits():
    known = ledger((OLD, "active", ago(99)), (NEW, "next", ago(47)))
    keys = (*entry(), *entry("new", state="next"))

    assert refusal(rotate, centre(*keys), known, "citc", OF_NEW, at=NOON) == (
        "this key is published since 2026-11-19 13:00 UTC only, and others keep copies",
        "wait until 2026-11-21 13:00 UTC; or, after a theft, add --now",
    )
    assert refusal(rotate, centre(*keys), None, "citc", OF_NEW, at=NOON)[0] == (
        "this key is not published yet"
    )


def test_in_a_hurry_a_key_takes_over_at_once():
    move = rotate(centre(*entry()), None, "citc", OF_NEW, at=NOON, now=True)

    assert moved(move) == [
        (OLD, {"state": "retired"}),
        (NEW, {"issuer": "citc", "signer": "env:K2"}),
    ]


def test_an_issuer_without_a_key_that_signs_gets_its_first_one_at_once():
    for keys in ((), entry(state="retired")):
        move = rotate(centre(*keys), None, "citc", OF_NEW, at=NOON)
        assert moved(move) == [(NEW, {"issuer": "citc", "signer": "env:K2"})]
        assert move.then == ("have it reviewed and merged, and give obit issue the key",)


def test_a_key_of_tokens_is_apart():
    tokens = NewKey(key=TOKENS, signer="env:T", use="tokens")

    move = rotate(centre(*entry()), None, "citc", tokens, at=NOON)

    assert moved(move) == [(TOKENS, {"issuer": "citc", "signer": "env:T", "use": "tokens"})]
    assert refusal(
        rotate,
        centre(*entry()),
        None,
        "citc",
        dataclasses.replace(tokens, use="credentials"),
        at=NOON,
    ) == (
        "badges are signed with Ed25519 keys only",
        "make one with obit key new; for a key of tokens, add --use tokens",
    )


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (entry("new"), '"citc" signs with this key already'),
        (entry("new", state="retired"), "this key is retired; it does not sign again"),
        (entry("new", revoked=decided()), "this key is revoked; it does not sign again"),
        (entry("new", use="tokens"), "this key is declared for tokens"),
    ],
)
def test_not_every_key_can_follow(keys, message):
    assert refusal(rotate, centre(*keys), None, "citc", OF_NEW, at=NOON)[0] == message


def test_an_issuer_is_named_by_its_folder():
    assert refusal(rotate, centre(), None, "cict", OF_NEW, at=NOON) == (
        'there is no issuer "cict"', 'did you mean "citc"?',
    )  # fmt: skip
    assert refusal(retire, centre(), "x", OLD)[1] == "name one of: citc, technocite"


def test_a_key_is_retired_by_the_beginning_of_its_name_or_fingerprint():
    keys = (*entry(), *entry("new", state="next"))
    shared = next(i for i in range(60) if OLD[i] != NEW[i])

    for text in (NEW, NEW[: shared + 1], fingerprint(NEW)[:8]):
        assert moved(retire(centre(*keys), "citc", text)) == [(NEW, {"state": "retired"})]
    assert refusal(retire, centre(*keys), "citc", "z6Mk") == (
        "more than one key begins like this", "give more of it",
    )  # fmt: skip
    assert refusal(retire, centre(*keys), "citc", "nothing") == (
        "the issuer has no key like this", "see obit key list for its keys",
    )  # fmt: skip


def test_the_key_that_signs_is_retired_only_when_the_issuer_closes():
    assert refusal(retire, centre(*entry()), "citc", OLD) == (
        '"citc" signs with this key, and would sign nothing more',
        "change it with obit key rotate citc; or, if the issuer closes, add --close",
    )
    assert moved(retire(centre(*entry()), "citc", OLD, close=True)) == [(OLD, {"state": "retired"})]
    assert refusal(retire, centre(*entry(state="retired")), "citc", OLD)[0] == (
        "this key is retired already"
    )


def test_a_key_that_signs_is_revoked_in_favour_of_the_next_or_of_a_named_one():
    waiting = (*entry(), *entry("new", state="next"))

    by_next = revoke(centre(*waiting), None, "citc", OLD, day=DAY)
    by_name = revoke(centre(*entry()), None, "citc", OLD, day=DAY, successor=OF_NEW)
    by_both = revoke(centre(*waiting), None, "citc", OLD, day=DAY, successor=OF_NEW)

    assert moved(by_next) == [(OLD, {"revoked": "2026-11-21"}), (NEW, {"state": "active"})]
    assert moved(by_both) == moved(by_next)
    assert moved(by_name) == [
        (OLD, {"revoked": "2026-11-21"}),
        (NEW, {"issuer": "citc", "signer": "env:K2"}),
    ]
    assert refusal(revoke, centre(*entry()), None, "citc", OLD, day=DAY) == (
        '"citc" signs with this key, and has no other one',
        "make one with obit key new, and name its signer with --to",
    )


def test_the_reason_stands_beside_the_day():
    move = revoke(centre(*entry(state="retired")), None, "citc", OLD, day=DAY, reason='Un "vol"')

    assert moved(move) == [(OLD, {"revoked": '{date: 2026-11-21, reason: "Un \\"vol\\""}'})]


def test_a_key_that_only_the_ledger_knows_can_be_revoked():
    known = ledger((OLD, "retired", ago(99)), (NEW, "active", ago(48)))

    move = revoke(centre(*entry("new")), known, "citc", OLD, day=DAY)

    assert moved(move) == [(OLD, {"issuer": "citc", "revoked": "2026-11-21"})]


@pytest.mark.parametrize(
    ("keys", "successor", "message"),
    [
        (entry(revoked=decided()), None, "this key is revoked already"),
        ((*entry(), *entry("new", state="retired")), OF_NEW, "the other key is retired"),
        (
            entry(),
            NewKey(key=TOKENS, signer="env:T", use="tokens"),
            "the other key is for tokens, this one for credentials",
        ),
    ],
)
def test_a_revocation_is_refused_with_a_reason(keys, successor, message):
    said = refusal(revoke, centre(*keys), None, "citc", OLD, day=DAY, successor=successor)
    assert said[0] == message


def test_the_list_tells_state_awards_and_what_waits_to_be_issued():
    known = ledger((OLD, "active", ago(99)))
    award = next(iter(known.awards.values()))
    known = dataclasses.replace(known, awards={award.id: dataclasses.replace(award, key=OLD)})
    keys = (*entry(state="retired"), *entry("new"))

    old, new = rows_of(centre(*keys), known)

    assert (old.key, old.state, old.awards, old.becomes) == (OLD, "active", 1, "retired")
    assert (new.key, new.state, new.since, new.becomes) == (NEW, "new", None, "active")
    assert len(fingerprint(encode_multikey(a_key("x").public_key))) == 43
