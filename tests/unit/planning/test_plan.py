import dataclasses
import datetime
import random

import pytest
from builders import ledger_of
from centre import (
    ISSUED,
    a_badge,
    a_centre,
    an_award,
    decided,
    replacing,
    text,
    with_settings,
)

from obit_build.model.words import Url
from obit_build.planning.pages import headline
from obit_build.planning.plan import RULES, make_plan

LATER = ISSUED + datetime.timedelta(days=30)


def actions(awards, ledger=None):
    plan = make_plan(a_centre(awards), ledger)
    assert plan.problems == ()
    return [(a.kind, a.award.key.recipient, a.date and a.date.isoformat()) for a in plan.actions]


def problems(repository, ledger):
    return [(p.check, p.message, p.fix, p.level) for p in make_plan(repository, ledger).problems]


def test_without_a_ledger_everything_is_to_be_issued_and_has_no_id_yet():
    plan = make_plan(a_centre([an_award("7f3k9m2q"), an_award("2m8qa4xd")]), None)

    assert [(a.kind, a.award_id) for a in plan.actions] == [("issue", None), ("issue", None)]
    assert plan.unchanged == 0
    assert not plan.is_empty


def test_what_is_issued_already_stays_as_it_is():
    award = an_award()
    plan = make_plan(a_centre([award]), ledger_of((award,)))

    assert plan.is_empty
    assert plan.unchanged == 1
    assert headline(plan) == "nothing to do, 1 unchanged"


def test_a_new_award_may_come_with_a_decision():
    assert actions([an_award(revoked=decided())]) == [
        ("issue", "7f3k9m2q", None),
        ("revoke", "7f3k9m2q", "2026-05-01"),
    ]
    assert actions([an_award(suspended=decided())]) == [
        ("issue", "7f3k9m2q", None),
        ("suspend", "7f3k9m2q", "2026-05-01"),
    ]


@pytest.mark.parametrize(
    ("state", "decisions", "planned"),
    [
        ("active", {"revoked": decided()}, [("revoke", "7f3k9m2q", "2026-05-01")]),
        ("active", {"suspended": decided()}, [("suspend", "7f3k9m2q", "2026-05-01")]),
        ("active", {"suspended": decided(), "revoked": decided(LATER)}, [("revoke", "7f3k9m2q", "2026-04-13")]),
        ("suspended", {"suspended": decided()}, []),
        ("suspended", {}, [("reinstate", "7f3k9m2q", "2026-04-13")]),
        ("suspended", {"revoked": decided()}, [("revoke", "7f3k9m2q", "2026-05-01")]),
        ("revoked", {"revoked": decided()}, []),
        ("replaced", {}, []),
        ("replaced", {"revoked": decided()}, [("revoke", "7f3k9m2q", "2026-05-01")]),
        ("replaced", {"suspended": decided()}, []),
        ("active", {"withdrawn": LATER}, [("withdraw", "7f3k9m2q", "2026-04-13")]),
        ("suspended", {"withdrawn": LATER}, [("withdraw", "7f3k9m2q", "2026-04-13")]),
        ("revoked", {"revoked": decided(), "withdrawn": LATER}, [("withdraw", "7f3k9m2q", "2026-04-13")]),
        ("replaced", {"withdrawn": LATER}, [("withdraw", "7f3k9m2q", "2026-04-13")]),
        ("withdrawn", {"withdrawn": LATER}, []),
    ],
)  # fmt: skip
def test_a_decision_is_carried_out_once(state, decisions, planned):
    award = an_award(**decisions)

    assert actions([award], ledger_of((award, state))) == planned


def test_a_replacement_names_the_former_award():
    former, new = an_award(), an_award(issued=LATER, replaces=replacing())
    ledger = ledger_of((former,))

    plan = make_plan(a_centre([new, former]), ledger)

    assert [a.kind for a in plan.actions] == ["issue", "replace"]
    replace = plan.actions[1]
    assert replace.former_id == ledger.award_id(former.key)
    assert replace.award_id == ledger.award_id(new.key)
    assert replace.date == LATER


def test_a_replacement_that_is_done_is_not_done_again():
    former, new = an_award(), an_award(issued=LATER, replaces=replacing())
    ledger = ledger_of((former, "replaced"), (new, "active", {"replaces": "x"}))

    assert actions([former, new], ledger) == []


def test_what_an_award_replaced_stays_said():
    former, new = an_award(), an_award(issued=LATER)
    ledger = ledger_of(
        (former, "replaced", {"replaced_by": "x"}), (new, "active", {"replaces": "y"})
    )

    assert [(p.message, p.fix) for p in make_plan(a_centre([former, new]), ledger).problems] == [
        (
            "this award was issued in place of another one; its replaces: is no longer here",
            "put the replaces: line back",
        )
    ]


def test_an_award_that_was_replaced_is_not_replaced_by_yet_another():
    former, new = an_award(), an_award(issued=LATER, replaces=replacing())
    again = an_award(issued=LATER, n=2, replaces=replacing())
    ledger = ledger_of(
        (former, "replaced", {"replaced_by": "x"}), (new, "active", {"replaces": "y"})
    )

    assert set(problems(a_centre([former, new, again]), ledger)) == {
        (
            "issued-award-is-unchanged",
            "the award that this one replaces was already replaced by another one",
            "put replaces: back where it was, and let this award replace that one",
            "error",
        )
    }


def test_what_is_issued_comes_before_decisions_and_all_in_the_order_of_keys():
    awards = [
        an_award(code, issued=day, revoked=decided())
        for code in ("7f3k9m2q", "2m8qa4xd", "p0q9r8s7")
        for day in (ISSUED, LATER)
    ]
    expected = make_plan(a_centre(awards), None)

    for seed in range(5):
        shuffled = awards[:]
        random.Random(seed).shuffle(shuffled)
        assert make_plan(a_centre(shuffled), None) == expected
    assert [a.kind for a in expected.actions] == ["issue"] * 6 + ["revoke"] * 6


def test_an_edit_of_an_issued_award_is_refused_at_its_place():
    ledger = ledger_of((an_award(),))
    plan = make_plan(a_centre([an_award(narrative=text("Autre."))]), ledger)

    (problem,) = plan.problems
    assert str(problem.location) == "badges/pare-feu/awards/2026-03-14.yaml:3:5"
    assert problem.check == "issued-award-is-unchanged"
    assert problem.message == "this award was issued with another content"
    assert (
        problem.fix == "undo the edit; to correct it, write revoked: and add a line with replaces:"
    )


def test_a_deleted_line_is_refused_and_names_no_recipient():
    found = problems(a_centre(), ledger_of((an_award(),)))

    assert found == [
        (
            "issued-award-stays",
            'an award of "pare-feu" version 1 issued on 2026-03-14 is no longer in the repository',
            (
                'put its line back (after a new version of the badge, with version: "1"); '
                "to take it back, write revoked: or withdrawn: with a date"
            ),
            "error",
        )
    ]


def test_what_was_never_issued_and_is_withdrawn_never_comes_to_the_site():
    award = an_award(withdrawn=LATER)

    assert actions([award]) == []
    assert actions([award], ledger_of()) == []


def test_what_is_withdrawn_may_lose_its_details_beforehand():
    award = an_award(narrative=text("Zebedee a bien travaillé."))
    bare = an_award(withdrawn=LATER)

    assert problems(a_centre([bare]), ledger_of((award,))) == []
    assert actions([bare], ledger_of((award,))) == [("withdraw", "7f3k9m2q", "2026-04-13")]


def test_nothing_takes_the_place_of_what_is_withdrawn():
    former = an_award(withdrawn=LATER)
    new = an_award(issued=LATER, replaces=replacing())

    assert actions([former, new], ledger_of((former,))) == [
        ("issue", "7f3k9m2q", None),
        ("withdraw", "7f3k9m2q", "2026-04-13"),
    ]
    assert actions([former, new], ledger_of((former, "withdrawn"), (new,))) == []


def test_a_withdrawal_can_not_be_taken_back():
    award = an_award()

    found = problems(a_centre([award]), ledger_of((award, "withdrawn")))

    assert found == [
        (
            "withdrawal-is-final",
            "this award was withdrawn; its withdrawn: is no longer here",
            "put the withdrawn: line back, or delete the award's line",
            "error",
        )
    ]


def test_a_withdrawn_award_may_leave_the_repository():
    assert problems(a_centre(), ledger_of((an_award(), "withdrawn"))) == []


def test_another_recipient_day_or_version_is_a_deletion_and_a_new_award():
    for changed in (an_award("2m8qa4xd"), an_award(issued=LATER), an_award(version="2")):
        found = problems(a_centre([changed]), ledger_of((an_award(),)))
        assert [check for check, *_ in found] == ["issued-award-stays"]


def test_a_revocation_can_not_be_taken_back():
    assert problems(a_centre([an_award()]), ledger_of((an_award(), "revoked"))) == [
        (
            "revocation-is-final",
            "this award was revoked; its revocation is no longer here",
            "put the revoked: lines back",
            "error",
        )
    ]


def test_a_changed_badge_is_a_warning_until_it_has_a_new_version():
    ledger = ledger_of((an_award(),))
    changed = a_badge(description=text("Autre chose."))

    assert problems(a_centre([an_award()], achievements={"pare-feu": changed}), ledger) == [
        (
            "awarded-badge-keeps-its-meaning",
            "version 1 of this badge was awarded with another text",
            "give it a new version: if its meaning changes; else ignore this",
            "warning",
        )
    ]
    newer = dataclasses.replace(changed, version="2")
    assert problems(a_centre([an_award()], achievements={"pare-feu": newer}), ledger) == []


def test_the_sites_address_can_not_change():
    moved = with_settings(a_centre(), site=Url("https://other.example.org/"))

    assert problems(moved, ledger_of()) == [
        (
            "site-address-is-for-ever",
            "credentials were issued for https://badges.example.org/x, not https://other.example.org",
            "write site: https://badges.example.org/x/ again, or begin a new ledger for a new site",
            "error",
        )
    ]


def test_every_problem_has_its_rule():
    checks = {
        check
        for repository, ledger in [
            (a_centre(), ledger_of((an_award(),), site="https://other.example")),
            (a_centre([an_award(role=text("x"))]), ledger_of((an_award(), "revoked"))),
        ]
        for check, *_ in problems(repository, ledger)
    }

    assert checks < RULES.keys()
