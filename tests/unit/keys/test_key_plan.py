"""What becomes of keys in a plan: the steps, what is refused, and what a reviewer sees."""

import dataclasses
import datetime

import pytest
from builders import a_ledger
from centre import NOON, a_centre, an_award, decided, signers_of, with_settings
from issued import declared

from obit_build.credentials.digests import achievement_bytes, award_bytes
from obit_build.errors import PlanError
from obit_build.keys.plan import hasty, key_changes, key_problems
from obit_build.ledger.keys import IssuerKey
from obit_build.planning.base import assumed_ledger
from obit_build.planning.document import approvable, read_plan, refuse_other_plan, to_json
from obit_build.planning.pages import headline, to_markdown, to_text
from obit_build.planning.plan import make_plan
from obit_build.planning.review import Base, review
from obit_build.securing.keys import encode_multikey

OLD = encode_multikey(signers_of("old")["citc"].public_key)
NEW = encode_multikey(signers_of("new")["citc"].public_key)
AWARD = an_award()


def key(name="old", **fields):
    return declared(signers_of(name), only="citc", **fields)


def ledger(*keys, signed_by=""):
    found = a_ledger(a_centre([AWARD]), {AWARD.key: {"key": signed_by, **digests()}})
    known = tuple(
        IssuerKey(issuer="citc", public_key_multibase=text, state=state) for text, state in keys
    )
    return dataclasses.replace(found, site="https://badges.example.org/x", keys=known)


def digests():
    """What an award is in the ledger, so that nothing else is found about it."""
    from_scratch = a_ledger(a_centre([AWARD]))
    badge = a_centre().achievements[AWARD.key.badge]
    return {
        "content": from_scratch.keyed("award-content", award_bytes(AWARD)).hex(),
        "definition": from_scratch.keyed("badge-definition", achievement_bytes(badge)).hex(),
    }


def steps(keys, known):
    return [(x.step, x.key, x.signs) for x in key_changes(keys, known)]


@pytest.mark.parametrize(
    ("declaration", "known", "expected"),
    [
        (key(), [], [("publish", OLD, True)]),
        (key(state="next"), [], [("publish", OLD, False)]),
        (key(state="retired"), [], []),
        (key(revoked=decided()), [], []),
        (key(), [(OLD, "next")], [("activate", OLD, False)]),
        (key(state="retired"), [(OLD, "next")], [("retire", OLD, False)]),
        (key(state="retired"), [(OLD, "active")], [("retire", OLD, False)]),
        (key(revoked=decided()), [(OLD, "next")], [("revoke", OLD, False)]),
        (key(revoked=decided()), [(OLD, "active")], [("revoke", OLD, False)]),
        (key(revoked=decided()), [(OLD, "retired")], [("revoke", OLD, False)]),
        (key(), [(OLD, "active")], []),
        (key(state="next"), [(OLD, "next")], []),
        (key(state="retired"), [(OLD, "retired")], []),
        (key(revoked=decided()), [(OLD, "revoked")], []),
        (key("new"), [(OLD, "active")], [("retire", OLD, False), ("publish", NEW, True)]),
        ((), [(OLD, "active")], []),
        (key("new", state="next"), [(OLD, "active")], [("publish", NEW, False)]),
        (
            (*key(state="retired"), *key("new")),
            [(OLD, "active"), (NEW, "next")],
            [("retire", OLD, False), ("activate", NEW, False)],
        ),
        (
            (*key(revoked=decided()), *key("new")),
            [(OLD, "active")],
            [("revoke", OLD, False), ("publish", NEW, True)],
        ),
    ],
)
def test_a_key_goes_from_where_it_stands_to_where_it_is_declared(declaration, known, expected):
    assert steps(declaration, ledger(*known)) == expected


@pytest.mark.parametrize(
    ("declaration", "state", "message"),
    [
        (key(), "retired", "this key is retired in the ledger; it can't become active again"),
        (key(), "revoked", "this key is revoked in the ledger; it can't become active again"),
        (
            key(state="next"),
            "active",
            "this key is active in the ledger; it can't become next again",
        ),
        (
            key(state="retired"),
            "revoked",
            "this key is revoked in the ledger; it can't become retired again",
        ),
    ],
)
def test_going_back_is_a_problem_and_no_step(declaration, state, message):
    known = ledger((OLD, state))

    (problem,) = key_problems(declaration, known)

    assert (problem.check, problem.message, problem.level) == ("key-goes-forward", message, "error")
    assert steps(declaration, known) == []


def test_a_key_that_signs_before_anybody_has_seen_it_is_remarked_but_not_after_a_theft():
    known = ledger((OLD, "active"))

    (problem,) = key_problems((*key(state="retired"), *key("new")), known)

    assert problem.level == "warning"
    assert problem.message == 'this key of "citc" would sign before anybody has seen it'
    assert list(key_problems((*key(revoked=decided()), *key("new")), known)) == []
    assert list(key_problems(key("new"), ledger())) == []


@pytest.mark.parametrize("state", ["next", "active", "retired"])
def test_a_key_that_only_the_ledger_knows_is_warned_of(state):
    known = ledger((OLD, "active"), (NEW, state))

    (problem,) = key_problems(key(), known)

    assert (problem.check, problem.level) == ("published-key-is-known", "warning")
    assert problem.message == (
        'the ledger publishes a key of "citc" that obit.yaml does not declare and that signed no '
        f"award: {NEW}"
    )


def test_a_key_that_signed_an_award_is_declared_or_is_revoked_is_known():
    assert list(key_problems(key(), ledger((OLD, "active"), (NEW, "retired"), signed_by=NEW))) == []
    assert list(key_problems(key(), ledger((OLD, "active"), (NEW, "revoked")))) == []
    both = (*key(), *key("new", state="retired"))
    assert list(key_problems(both, ledger((OLD, "active"), (NEW, "retired")))) == []


def reviewed(keys, known, base=None):
    repository = with_settings(a_centre([AWARD]), keys=keys)
    plan = make_plan(repository, known)
    assert [p for p in plan.problems if p.level == "error"] == []
    return review(plan, repository, known, commit="", today=NOON.date(), base=base)


def test_a_reviewer_sees_a_revocation_and_what_is_signed_again():
    known = ledger((OLD, "active"), signed_by=OLD)
    keys = (*key(revoked=decided()), *key("new"))

    seen = reviewed(keys, known)

    assert to_text(seen) == (
        "1 to re-issue, 2 key changes, 0 unchanged\n"
        f"  k {OLD} of citc is revoked, with everything that it ever signed\n"
        f"  k {NEW} of citc signs from now on\n"
        "  * re-issue  pare-feu v1  2026-03-14  7f3k9m2q\n"
        "  re-issue can't be undone\n"
        "  a key never goes back\n"
    )
    said = to_markdown(seen)
    assert f"- 🔑 **`{OLD}` de citc est révoquée, avec tout ce qu’elle a jamais signé**\n" in said
    assert f"- 🔑 `{NEW}` de citc signe désormais\n" in said
    assert "| **🔁 émettre à nouveau** |" in said
    assert "⛔ C’est définitif." in said


def test_a_first_key_is_worth_no_word_beside_the_first_awards():
    alone = reviewed((*key(), *key("new", state="next")), None)

    assert headline(alone.plan) == "1 to issue, 1 key change, 0 unchanged"
    assert headline(reviewed(key(), None).plan) == "1 to issue, 0 unchanged"


def test_a_change_brings_the_revocation_that_its_base_does_not_have():
    known = ledger((OLD, "active"), signed_by=OLD)
    before = with_settings(a_centre([AWARD]), keys=key())
    revoking = (*key(revoked=decided()), *key("new"))
    after = with_settings(a_centre([AWARD]), keys=revoking)

    brought = reviewed(revoking, known, Base(commit="a", repository=before))
    waiting = reviewed(revoking, known, Base(commit="a", repository=after))

    assert (len(brought.keys), len(brought.actions), brought.waiting) == (2, 1, 0)
    assert (len(waiting.keys), len(waiting.actions), waiting.waiting) == (0, 0, 1)


def test_without_a_ledger_what_the_issuer_s_key_signs_is_signed_again_when_it_is_revoked():
    before = with_settings(a_centre([AWARD]), keys=key())

    seen = reviewed(
        (*key(revoked=decided()), *key("new")),
        assumed_ledger(before),
        Base(commit="a", repository=before),
    )

    assert to_text(seen).splitlines()[0] == "1 to re-issue, 2 key changes, 0 unchanged"
    assert [action.former_id for action in seen.actions] == [
        assumed_ledger(before).award_id(AWARD.key)
    ]


SEEN = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(("hours", "told"), [(0, True), (47, True), (48, False)])
def test_a_key_that_signs_before_others_know_it_is_remarked(hours, told):
    known = ledger((OLD, "active"), (NEW, "next"))
    known = dataclasses.replace(
        known, keys=tuple(dataclasses.replace(one, since=SEEN) for one in known.keys)
    )
    at = SEEN + datetime.timedelta(hours=hours)
    seen = reviewed((*key(state="retired"), *key("new")), known)
    theft = reviewed((*key(revoked=decided()), *key("new")), known)

    found = hasty(seen.keys, known, at)

    assert [change.key for change in found] == ([NEW] if told else [])
    assert (
        f"  note: {NEW} of citc was published less than two days ago: "
        in to_text(dataclasses.replace(seen, hasty=found))
    ) is told
    assert (
        f"⚠️ `{NEW}` de citc est publiée" in to_markdown(dataclasses.replace(seen, hasty=found))
    ) is told
    assert hasty(theft.keys, known, at) == ()
    assert hasty(seen.keys, None, at) == ()


def test_an_approved_plan_binds_what_becomes_of_keys():
    known = ledger((OLD, "active"))

    def approved(*keys):
        repository = with_settings(a_centre([AWARD]), keys=keys)
        return approvable(make_plan(repository, known), repository, commit="", ledger=known)

    one = approved(*key(), *key("new", state="next"))
    assert read_plan(to_json(one, unchanged=1).encode()) == one
    refuse_other_plan(one, one)
    with pytest.raises(PlanError) as more:
        refuse_other_plan(one, approved(*key(revoked=decided()), *key("new")))
    with pytest.raises(PlanError) as less:
        refuse_other_plan(one, approved(*key()))

    assert more.value.message == (
        f"this is not what was approved: revoke the key {OLD} of citc was not in the plan; "
        f"signing with the key {NEW} of citc was not in the plan; "
        f"publish the key {NEW} of citc was in the plan and is gone"
    )
    assert less.value.message == (
        f"this is not what was approved: publish the key {NEW} of citc was in the plan and is gone"
    )


def test_what_is_withdrawn_leaves_nothing_to_sign_again():
    known = ledger((OLD, "active"), signed_by=OLD)
    gone = dataclasses.replace(AWARD, withdrawn=NOON.date())
    repository = with_settings(a_centre([gone]), keys=(*key(revoked=decided()), *key("new")))

    assert [action.kind for action in make_plan(repository, known).actions] == ["withdraw"]
