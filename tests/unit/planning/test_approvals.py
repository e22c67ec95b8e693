"""Whose approval counts: the rules, without Git and without files."""

import dataclasses
import json
import re

import pytest
from centre import a_badge, a_centre, an_award, decided, text
from hypothesis import example, given
from hypothesis import strategies as st

from obit_build.approving.codeowners import codeowners, is_up_to_date
from obit_build.approving.files import file_name, in_words, read_approval, statement
from obit_build.approving.policy import Policy, asks_for_approval, policy_for
from obit_build.checks.approvers import approvals_are_possible, approver_is_listed_once
from obit_build.credentials.digests import achievement_bytes, review_digests
from obit_build.errors import ApprovalError
from obit_build.model.approver import Approver
from obit_build.model.words import Code, Slug
from obit_build.planning.approvals import (
    Authorship,
    Given,
    Review,
    Signatures,
    refuse_unapproved,
    signatures_of,
    standing,
    unapproved,
)
from obit_build.planning.forge_reviews import read_reviews
from obit_build.planning.plan import make_plan
from obit_build.securing.sshsig import SshKey, read_key

AWARD = an_award()
DIGEST = "d" * 64
LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6DSM6/48/zZdvEX/R7VNUD/bDw6rdtv2CNsAcctnHs"
NOTHING = Signatures(by_digest={}, by_words={})


def person(name, **fields):
    return Approver(id=Slug(name), account=fields.pop("account", f"{name}-x"), **fields)


MARIE, JAN, LUC, TRAINER = (person(name) for name in ("marie", "jan", "luc", "trainer"))


def policy(*approvers, needed=1, **fields):
    people = approvers or (MARIE, JAN, LUC)
    return Policy(needed=needed, approvers=people, proposers=(TRAINER,), **fields)


def stands(
    *accounts, by=("trainer-x",), all_told=True, rules=None, digest=DIGEST, holders=(), **fields
):
    reviews = [
        Review(account=account, commit="c" * 40, digests={AWARD.key: digest})
        for account in accounts
    ]
    given = {
        "signatures": NOTHING,
        "reviews": reviews,
        "authorship": Authorship(
            accounts=frozenset(by) if by is not None else None, all_told=all_told
        ),
        "holders": frozenset(holders),
        **fields,
    }
    return standing(AWARD.key, DIGEST, rules or policy(), **given)


def test_an_approval_of_somebody_else_is_enough():
    one = stands("jan-x")

    assert one.given == (Given("jan", "review", "c" * 40),)
    assert (one.needed, one.missing, one.author_known) == (1, 0, True)
    assert one.open_to == ("marie", "luc")


@pytest.mark.parametrize(
    ("accounts", "missing"),
    [((), 2), (("jan-x",), 1), (("jan-x", "JAN-X"), 1), (("jan-x", "luc-x"), 0), (("a", "b"), 2)],
)
def test_as_many_people_as_are_needed_must_approve(accounts, missing):
    assert stands(*accounts, rules=policy(needed=2)).missing == missing


def test_the_author_s_approval_does_not_count():
    one = stands("jan-x", by=("JAN-x",))

    assert (one.given, one.authors, one.missing) == ((), ("jan",), 1)
    assert one.open_to == ("marie", "luc")


@pytest.mark.parametrize("by", [None, ()])
def test_where_nobody_knows_the_author_one_more_must_approve(by):
    assert stands("jan-x", by=by).missing == 1
    assert stands("jan-x", "luc-x", by=by).missing == 0


def test_a_forge_that_does_not_vouch_for_every_commit_does_not_know_the_author():
    one = stands("jan-x", all_told=False)

    assert (one.missing, one.author_known) == (1, False)
    assert stands("jan-x", by=("jan-x",), all_told=False).authors == ("jan",)
    assert stands("jan-x", "luc-x", all_told=False).missing == 0


def test_an_account_that_is_not_listed_is_no_approver_s_if_all_of_theirs_are_known():
    silent = dataclasses.replace(LUC, account=None, ssh_keys=(LINE,))

    assert stands("jan-x", by=("somebody",)).missing == 0
    assert stands("jan-x", by=("somebody",), rules=policy(MARIE, JAN, silent)).missing == 1


@pytest.mark.parametrize(
    ("keys", "authors", "known"),
    [
        ((LINE,), (), True),
        ((LINE, None), (), False),
        ((None,), (), False),
        ((), (), False),
        (("other",), (), False),
    ],
    ids=["signed", "one unsigned", "unsigned", "no commit", "unknown key"],
)
def test_signed_commits_tell_who_wrote_an_award(keys, authors, known):
    signer = dataclasses.replace(TRAINER, ssh_keys=(LINE,), account=None)
    rules = Policy(needed=1, approvers=(MARIE, JAN), proposers=(signer,))
    found = tuple(SshKey(b"x") if k == "other" else k and read_key(k) for k in keys)

    one = stands("jan-x", rules=rules, authorship=Authorship(keys=found))

    assert one.author_known is known
    assert one.authors == authors


def test_an_approver_s_signed_commit_excludes_them_even_among_unsigned_ones():
    jan = dataclasses.replace(JAN, ssh_keys=(LINE,))

    one = stands(
        "jan-x", rules=policy(MARIE, jan), authorship=Authorship(keys=(None, read_key(LINE)))
    )

    assert one.authors == ("jan",)
    assert one.missing == 2


def test_a_review_of_other_content_does_not_count():
    assert stands("jan-x", digest="e" * 64).missing == 1


def test_who_must_hold_the_badge_counts_only_with_it():
    jan = dataclasses.replace(JAN, recipient=Code("2m8qa4xd"))
    rules = policy(MARIE, jan, holders_only=True)

    assert stands("jan-x", rules=rules, holders=["2m8qa4xd"]).missing == 0
    assert stands("jan-x", rules=rules).strangers == ("jan",)
    assert stands("marie-x", rules=rules, holders=["2m8qa4xd", ""]).strangers == ("marie",)


def test_an_older_approval_is_told_and_does_not_count():
    jan = dataclasses.replace(JAN, ssh_keys=(LINE,))
    earlier = Signatures(by_digest={}, by_words={in_words(AWARD.key): frozenset([read_key(LINE)])})

    one = stands(rules=policy(MARIE, jan), signatures=earlier)

    assert one.outdated == ("jan",)
    assert one.open_to == ("marie", "jan")


# The policy, from the files of the past


def ruled(*approvers, badge=None, **fields):
    """A centre in which CITC has these approvers."""
    centre = a_centre([AWARD])
    profile = dataclasses.replace(centre.profiles["citc"], approvers=approvers, **fields)
    badges = {**centre.achievements, **({"pare-feu": badge} if badge else {})}
    return dataclasses.replace(
        centre, profiles={**centre.profiles, "citc": profile}, achievements=badges
    )


def of(before, now=None):
    found = policy_for(before, now or before, "pare-feu")
    return found and ([p.id for p in found.approvers], found.needed, found.holders_only)


def test_without_approvers_nothing_is_asked():
    assert of(a_centre()) is None
    assert not asks_for_approval(a_centre())
    assert not asks_for_approval(None)


@pytest.mark.parametrize(
    ("badge", "found"),
    [
        ({}, (["marie", "jan"], 2, True)),
        ({"approvals": 1}, (["marie", "jan"], 1, True)),
        ({"approvals": 0}, None),
        ({"approvers": (LUC,)}, (["luc"], 2, True)),
        ({"approvers": (LUC,), "approvals": 1, "approvers_hold_badge": False}, (["luc"], 1, False)),
    ],
)
def test_a_badge_may_say_it_otherwise_than_its_issuer(badge, found):
    centre = ruled(MARIE, JAN, approvals=2, approvers_hold_badge=True, badge=a_badge(**badge))

    assert of(centre) == found


def test_a_short_name_stands_for_the_issuer_s_approver():
    bare = Approver(id=Slug("jan"))
    found = policy_for(*[ruled(MARIE, JAN, badge=a_badge(approvers=(bare,)))] * 2, "pare-feu")

    assert found.approvers == (JAN,)


def test_the_badge_s_list_counts_only_for_the_issuer_that_it_had():
    """Else whoever may edit one issuer's badge could sign as another issuer."""
    before = ruled(MARIE, JAN, badge=a_badge(issuer="technocite", approvers=(LUC,), approvals=0))
    now = ruled(MARIE, JAN, badge=a_badge(issuer="citc", approvers=(LUC,), approvals=0))

    assert of(before, now) == (["marie", "jan"], 1, False)


def test_a_badge_or_an_issuer_that_is_new_brings_no_rule_of_its_own():
    new = ruled(MARIE, badge=a_badge(approvers=(LUC,)))
    without = dataclasses.replace(new, achievements={})

    assert of(without, new) == (["marie"], 1, False)
    assert of(dataclasses.replace(new, profiles={}, achievements={}), new) is None


# What is found in the lists


@pytest.mark.parametrize(
    ("number", "message"),
    [(2, ["2 approvals are asked for, and there is 1 approver"]), (1, []), (None, [])],
)
def test_a_badge_with_fewer_approvers_than_its_issuer_s_number_is_found(number, message):
    centre = ruled(MARIE, JAN, approvals=number, badge=a_badge(approvers=(LUC,)))

    assert [finding.message for finding in approvals_are_possible(centre)] == message


def test_one_person_s_key_under_two_names_in_a_badge_is_found():
    marie = dataclasses.replace(MARIE, ssh_keys=(LINE,))
    bare, again = Approver(id=Slug("marie")), person("m-dupont", ssh_keys=(LINE,))

    found = list(approver_is_listed_once(ruled(marie, badge=a_badge(approvers=(bare, again)))))
    fine = list(approver_is_listed_once(ruled(marie, JAN, badge=a_badge(approvers=(bare, JAN)))))

    assert [one.message for one in found] == ['this stands in the list already, for "marie"']
    assert fine == []


# What is approved


@pytest.mark.invariant(11)
@pytest.mark.parametrize(
    "changed",
    [
        an_award(role=text("x")),
        an_award(revoked=decided()),
        an_award(suspended=decided()),
        an_award(visibility="public"),
        an_award(withdrawn=decided()),
    ],
)
def test_an_approval_binds_all_that_the_line_says(changed):
    centre = a_centre()

    assert (
        review_digests(centre, [AWARD])[AWARD.key] != review_digests(centre, [changed])[AWARD.key]
    )


def test_naming_approvers_changes_nothing_about_what_was_issued():
    assert achievement_bytes(a_badge()) == achievement_bytes(
        a_badge(approvers=(MARIE,), approvals=2, approvers_hold_badge=True)
    )


def test_a_statement_is_read_as_it_was_written(tmp_path):
    from ssh_people import a_person

    marie = a_person(tmp_path, "marie")
    again = an_award(n=2)
    message = statement("marie", {AWARD.key: DIGEST, again.key: "e" * 64})
    path = file_name(message, "marie")

    approval, problems = read_approval(
        path, message + marie.sign(message, "obit-approval").encode()
    )

    assert problems == []
    assert message.decode() == (
        "obit-approval/1\nby marie\n"
        f"{DIGEST} pare-feu v1 2026-03-14 7f3k9m2q\n"
        f"{'e' * 64} pare-feu v1 2026-03-14 7f3k9m2q#2\n"
    )
    assert approval.by == "marie"
    assert signatures_of([approval]).by_digest.keys() == {DIGEST, "e" * 64}
    changed = dataclasses.replace(approval, message=message.replace(b"#2", b"#3"))
    assert signatures_of([changed]).by_digest == {}


BEGINNINGS = (b"", b"obit-approval/1", b"obit-approval/1\n", b"obit-approval/1\nby marie")


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(b"obit-approval/1\nby marie", b"")
def test_any_other_file_is_a_finding_and_no_error(begin, data):
    for content in (
        begin + data,
        b"obit-approval/1\nby x\n" + data,
        data + b"-----BEGIN SSH SIGNATURE-----\n",
    ):
        approval, (problem,) = read_approval("approvals/x.txt", content)
        assert approval is None
        assert problem.check == "approval-is-whole"


# What is refused and told


def test_a_refusal_names_the_first_few_awards_and_counts_the_others():
    awards = [an_award(f"code{n}") for n in range(7)]
    plan = make_plan(a_centre(awards), None)
    standings = {a.key: dataclasses.replace(stands(), key=a.key) for a in awards}

    with pytest.raises(ApprovalError) as caught:
        refuse_unapproved(plan, standings)

    assert caught.value.exit_code == 1
    assert caught.value.message.startswith(
        "not approved: issue pare-feu v1 2026-03-14 code0: 1 more approval needed "
        "(from marie or jan or luc); "
    )
    assert caught.value.message.endswith("; and 2 more")
    (problem,) = unapproved(plan, standings)
    assert problem.message == "7 awards here: 1 more approval needed (from marie or jan or luc)"


def test_nothing_is_refused_where_nothing_is_asked_or_missing():
    plan = make_plan(a_centre([AWARD]), None)

    refuse_unapproved(plan, {})
    refuse_unapproved(plan, {AWARD.key: stands("jan-x")})
    assert list(unapproved(plan, {AWARD.key: stands("jan-x")})) == []


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["format", "pull_requests", "head", "proposers", "approved_by", "account", "commit"]), x)))  # fmt: skip
def test_any_other_document_is_refused_as_reviews(value):
    import json

    with pytest.raises(ApprovalError):
        read_reviews(json.dumps(value).encode())


def github(*commits, **changes):
    """What GitHub answers about one pull request."""
    written = commits or (a_commit("a", "helper"),)
    node = {
        "headRefOid": "a" * 40,
        "author": {"login": "trainer-x"},
        "mergeCommit": {"oid": "9" * 40},
        "commits": {"totalCount": len(written), "nodes": [{"commit": c} for c in written]},
        "latestOpinionatedReviews": {"nodes": [
            {"state": "APPROVED", "author": {"login": "marie-d"}, "commit": {"oid": "b" * 40}},
            {"state": "CHANGES_REQUESTED", "author": {"login": "jan-p"}, "commit": {"oid": "a" * 40}},
            {"state": "DISMISSED", "author": {"login": "eva"}, "commit": {"oid": "a" * 40}},
            {"state": "APPROVED", "author": None, "commit": {"oid": "a" * 40}},
            {"state": "APPROVED", "author": {"login": "luc"}, "commit": None},
        ]},
        **changes,
    }  # fmt: skip
    return {"data": {"repository": {"pullRequests": {"nodes": [node]}}}}


def a_commit(digit, *authors, signer="web-flow", **changes):
    """What GitHub says about a commit; None is an author whose address is nobody's."""
    users = [{"user": name and {"login": name}} for name in authors]
    return {
        "oid": digit * 40,
        "signature": {"isValid": True, "signer": signer and {"login": signer}},
        "authors": {"totalCount": len(users), "nodes": users},
        "associatedPullRequests": {"totalCount": 1, "nodes": [{"mergeCommit": {"oid": "9" * 40}}]},
        **changes,
    }


def told(*commits, **changes):
    (request,) = read_reviews(json.dumps(github(*commits, **changes)).encode())
    return request


def test_the_answer_of_github_is_read_as_it_comes():
    request = told()

    assert request.head == "a" * 40
    assert request.proposers == {"trainer-x", "helper"}
    assert request.approved_by == (("marie-d", "b" * 40),)
    assert (request.commits, request.merged_as) == ({"a" * 40}, "9" * 40)
    assert told(author=None).proposers == {"helper"}
    assert told(mergeCommit=None).merged_as is None


def test_whoever_signed_a_commit_is_a_proposer_whatever_author_it_names():
    request = told(a_commit("a", "trainer-x", signer="jan-p"))

    assert request.proposers == {"trainer-x", "jan-p"}
    assert request.merged_as == "9" * 40


NOBODY_S = [
    a_commit("b", "trainer-x", signature=None),
    a_commit("b", "trainer-x", signature={"isValid": False, "signer": {"login": "jan-p"}}),
    a_commit("b", "trainer-x", signer=None),
    a_commit("b", "trainer-x", None),
    a_commit("b", "trainer-x", authors={"totalCount": 2, "nodes": [{"user": {"login": "x"}}]}),
    a_commit("9", "trainer-x"),
    a_commit("b", "trainer-x", associatedPullRequests={"totalCount": 1, "nodes": []}),
]


@pytest.mark.parametrize(
    "commit",
    NOBODY_S,
    ids=[
        "unsigned",
        "badly signed",
        "signed by nobody",
        "foreign address",
        "more authors than were read",
        "squashed of another pull request",
        "of more pull requests than were read",
    ],
)
def test_a_commit_that_anybody_may_have_pushed_is_not_vouched_for(commit):
    """An address is turned into an account without asking who pushed the commit."""
    request = told(a_commit("a", "helper"), commit)

    assert request.commits == {"a" * 40}
    assert request.merged_as is None
    assert {"trainer-x", "helper"} <= request.proposers


def test_of_a_pull_request_with_more_commits_than_were_read_nothing_is_said_as_a_whole():
    commits = {"totalCount": 101, "nodes": [{"commit": a_commit("a", "helper")}]}

    assert told(commits=commits).merged_as is None
    assert told(commits=commits).commits == {"a" * 40}


@pytest.mark.parametrize(
    "answer",
    [
        {"data": None, "errors": [{"message": "Bad credentials"}]},
        {"data": {"repository": None}},
        {**github(), "errors": [{"message": "a part is missing"}]},
        github(headRefOid="main"),
        github(author={"login": "a\n::error::b"}),
        github(commits=None),
    ],
)
def test_an_answer_that_is_none_is_refused(answer):
    with pytest.raises(ApprovalError):
        read_reviews(json.dumps(answer).encode())


# CODEOWNERS


def test_owners_follow_the_lists_of_approvers():
    centre = ruled(MARIE, JAN, badge=a_badge(approvers=(LUC,)))

    said = codeowners(centre).splitlines()

    assert said[0].startswith("# From the lists of approvers")
    assert said[1] == "/badges/pare-feu/ @luc-x"
    assert said[2] == "/obit.yaml        @jan-x @marie-x"
    assert "reseaux" not in codeowners(centre), "its issuer has no approvers"


def test_approvers_of_a_badge_alone_are_owners_too():
    said = [
        line.split() for line in codeowners(ruled(badge=a_badge(approvers=(LUC,)))).splitlines()
    ]

    assert ["/badges/pare-feu/", "@luc-x"] in said
    assert ["/obit.yaml", "@luc-x"] in said


@pytest.mark.parametrize("path", ["/requirements/", "/.gitea/", "/.forgejo/", "/docs/CODEOWNERS"])
def test_what_decides_about_everything_else_has_owners(path):
    assert [path, "@marie-x"] in [line.split() for line in codeowners(ruled(MARIE)).splitlines()]


def test_without_accounts_there_is_nothing_to_write():
    assert codeowners(a_centre()) == ""


def test_forgejo_gets_expressions_that_fit_whole_paths():
    said = codeowners(ruled(MARIE), patterns=True).splitlines()

    assert said[1].split() == ["badges/pare-feu/.*", "@marie-x"]
    assert said[2].split() == [r"obit\\.yaml", "@marie-x"]
    assert re.fullmatch(said[2].split()[0].replace(r"\\", "\\"), "obit.yaml")


@given(st.text(max_size=40), st.text(max_size=40), st.booleans())
def test_rules_of_one_s_own_may_stand_around_ours(before, after, patterns):
    centre = ruled(MARIE)
    around = f"{before}\n{codeowners(centre, patterns=patterns)}{after}"

    assert is_up_to_date(centre, "CODEOWNERS", around.replace("\n", "\r\n"))
    assert is_up_to_date(centre, ".github/CODEOWNERS", around) is not patterns
    assert is_up_to_date(centre, ".forgejo/CODEOWNERS", around) is patterns
    assert not is_up_to_date(ruled(MARIE, JAN), "CODEOWNERS", around)
