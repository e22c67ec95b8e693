"""A plan's document: what is approved is what is done, or nothing is."""

import dataclasses
import json

import pytest
from builders import ledger_of
from centre import CANARY_NAME, a_badge, a_centre, an_award, decided, text
from hypothesis import given
from hypothesis import strategies as st

from obit_build.errors import PlanError
from obit_build.planning.document import approvable, read_plan, refuse_other_plan, to_json
from obit_build.planning.plan import make_plan

COMMIT = "c0ffee" + "0" * 34


def approved(*awards, ledger=None, commit=COMMIT, **fields):
    centre = a_centre(awards, **fields)
    return approvable(make_plan(centre, ledger), centre, commit=commit, ledger=ledger)


def written(plan):
    return to_json(plan, unchanged=0).encode()


def refusal(plan, now):
    with pytest.raises(PlanError) as caught:
        refuse_other_plan(plan, now)
    assert caught.value.exit_code == 1
    return caught.value.message


def test_what_is_read_is_what_was_written():
    plan = approved(an_award(), an_award("2m8qa4xd", revoked=decided()), ledger=ledger_of())

    assert read_plan(written(plan)) == plan
    refuse_other_plan(plan, plan)


def test_the_document_has_neither_names_nor_the_addresses_of_awards():
    ledger = ledger_of()
    award = an_award(revoked=decided(why=CANARY_NAME))
    said = written(approved(award, ledger=ledger)).decode()

    assert CANARY_NAME not in said
    assert ledger.award_id(award.key) not in said


def test_the_same_plan_has_the_same_bytes_whatever_the_order():
    one, other = an_award(), an_award("2m8qa4xd")

    assert written(approved(one, other)) == written(approved(other, one))


@pytest.mark.parametrize(
    "now",
    [
        approved(an_award(role=text("x"))),
        approved(an_award(revoked=decided())),
        approved(an_award(visibility="public")),
        approved(an_award(), an_award("2m8qa4xd")),
        approved(an_award(), commit="d" * 40),
        approved(an_award(), ledger=ledger_of()),
        approved(an_award(), achievements={"pare-feu": a_badge(name=text("Autre"))}),
        approved(an_award(), achievements={"pare-feu": a_badge(issuer="technocite")}),
    ],
    ids=["content", "decision", "visibility", "more", "commit", "ledger", "badge", "issuer"],
)
def test_everything_that_is_approved_is_in_the_digest(now):
    assert now.digest != approved(an_award()).digest


def test_another_commit_is_refused():
    assert refusal(approved(an_award()), approved(an_award(), commit="d" * 40)) == (
        "the plan was approved for commit c0ffee000000; this is dddddddddddd"
    )


def test_another_ledger_is_refused():
    plan = approved(an_award(), ledger=ledger_of())
    other = dataclasses.replace(plan, ledger_head="1" * 64)
    older = dataclasses.replace(plan, ledger_size=3)

    assert refusal(plan, other) == "the plan was approved for another ledger"
    assert refusal(plan, older) == (
        "the plan was approved when the ledger had 9 events; this one has 3"
    )


def test_another_site_is_refused():
    plan = approved(an_award())

    assert refusal(plan, dataclasses.replace(plan, site="https://other.example")) == (
        "the plan was approved for https://badges.example.org/x, not https://other.example"
    )


def test_an_award_that_was_not_in_the_plan_is_refused():
    assert refusal(approved(an_award()), approved(an_award(), an_award("2m8qa4xd"))) == (
        "this is not what was approved: "
        "issue pare-feu v1 of 2026-03-14 for 2m8qa4xd was not in the plan"
    )


def test_an_award_that_was_edited_since_is_refused():
    assert refusal(approved(an_award()), approved(an_award(role=text("x")))) == (
        "this is not what was approved: "
        "issue pare-feu v1 of 2026-03-14 for 7f3k9m2q was edited since"
    )


def test_an_award_that_is_gone_is_refused():
    assert refusal(approved(an_award(), an_award(n=2)), approved(an_award())) == (
        "this is not what was approved: "
        "issue pare-feu v1 of 2026-03-14 for 7f3k9m2q no. 2 was in the plan and is gone"
    )


def test_many_differences_are_counted():
    said = refusal(approved(), approved(*(an_award(f"c0{n}") for n in range(8))))

    assert said.endswith("for c04 was not in the plan; and 3 more")


def test_a_run_that_was_interrupted_goes_on_with_what_is_left_of_the_plan():
    plan = approved(an_award(), an_award("2m8qa4xd"), ledger=ledger_of())
    done = dataclasses.replace(ledger_of((an_award(),)), size=10, head="1" * 64)

    refuse_other_plan(plan, approved(an_award(), an_award("2m8qa4xd"), ledger=done))


def test_a_run_that_goes_on_does_nothing_that_was_not_approved():
    plan = approved(an_award(), ledger=ledger_of())
    done = dataclasses.replace(ledger_of((an_award(),)), size=10, head="1" * 64)

    assert refusal(plan, approved(an_award(), an_award("2m8qa4xd"), ledger=done)).endswith(
        "issue pare-feu v1 of 2026-03-14 for 2m8qa4xd was not in the plan"
    )


def changed(path, value):
    document = json.loads(written(approved(an_award())))
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("commit",), "d" * 40),
        (("site",), "https://other.example"),
        (("ledger", "size"), 4),
        (("actions",), []),
        (("actions", 0, "recipient"), "2m8qa4xd"),
        (("digest",), "0" * 64),
    ],
)
def test_a_document_that_was_changed_is_refused(path, value):
    with pytest.raises(PlanError) as caught:
        read_plan(changed(path, value))

    assert caught.value.message == ("the plan was changed after it was made: its digest is another")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "obit-plan/2"),
        (("ledger", "size"), True),
        (("ledger", "head"), "x"),
        (("ledger",), []),
        (("commit",), "main"),
        (("actions", 0, "n"), "1"),
        (("actions", 0, "n"), True),
        (("actions", 0, "content"), "x"),
        (("actions", 0, "badge"), 7),
        (("actions", 0), 7),
        (("actions",), 7),
        (("digest",), None),
    ],
)
def test_a_document_of_another_shape_is_refused(path, value):
    with pytest.raises(PlanError) as caught:
        read_plan(changed(path, value))

    assert caught.value.message == "the plan is not one that obit plan --out wrote"


def test_an_action_that_is_written_twice_is_refused():
    document = json.loads(written(approved(an_award())))
    document["actions"] *= 2

    with pytest.raises(PlanError, match="not one that obit plan"):
        read_plan(json.dumps(document).encode())


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(data):
    with pytest.raises(PlanError):
        read_plan(data)
