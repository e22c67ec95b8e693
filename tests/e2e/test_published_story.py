"""The life of a centre, played with the shipped workflows on a forge that is only this computer.

Real Git over bare repositories, the installed obit, and the run steps as they stand in the files
(:mod:`forge`). It is one test, because it is one life: every scene begins where the last one ended,
and after each one independent eyes look at the ledger, at every badge and at all that was written.
"""

import datetime
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from forge import RunDone
from forge_actions import a_reviewed_pull_request, answer_about_reviews
from forge_steps import INSTALLATION
from git_repository import git
from published_centre import AWARDS, CODES, VAULT, Centre, a_centre, new_key, now, use_key
from published_eyes import (
    files,
    issued,
    nobody_is_named,
    text_of,
    the_key_was_in_one_step_only,
    the_ledger_is_sound,
    verdicts,
)
from sample import PROJECT
from workflow_files import read

ALL_WELL = {
    "reviews": "success",
    "plan": "success",
    "issue": "success",
    "build": "success",
    "attest": "success",
    "deploy": "success",
    "audit": "success",
    "tidy": "success",
    "report": "skipped",
}
ADA, BOB, EVE = (CODES[who] for who in ("ada", "bob", "eve"))
FIRST, SECOND, THIRD = (f"{AWARDS}/{name}.yaml" for name in ("first", "second", "third"))


@pytest.mark.first
def test_a_centre_lives_through_everything_that_can_happen(tmp_path: Path):
    commits: list[str] = []
    with a_centre(tmp_path) as centre:
        for scene in SCENES:
            scene(centre)
            if centre.forge.live.exists():
                commits = the_ledger_is_sound(centre, commits)
        # Every site that was ever live, every log and every environment is still there.
        the_key_was_in_one_step_only(centre)
        nobody_is_named(centre)
        every_step_but_the_installation_was_executed(centre)


def a_mistake_is_shown_at_its_line_and_mended_becomes_a_plan(centre: Centre) -> None:
    def with_a_wrong_code() -> None:
        centre.write(FIRST, f"issued: {centre.today}\nto:\n  - {ADA}\n  - 2m8qa4xx\n  - {EVE}\n")

    pull = centre.propose("first-session", with_a_wrong_code)
    wrong = centre.check(pull)
    pull = centre.amend(pull, lambda: centre.replace(FIRST, "2m8qa4xx", BOB))
    mended = centre.check(pull)
    centre.merge(pull)

    assert wrong.results == {"check": "failure", "comment": "skipped"}
    assert wrong.step("check: Check the files").log == (
        f"::error file={FIRST},line=4,col=5,title=award-names-a-known-recipient::"
        'the code "2m8qa4xx" is not in recipients.csv%0Afix: did you mean "2m8qa4xd"?\n'
    )
    assert f"❌ `{FIRST}:4:5`" in wrong.summary
    assert mended.results == {"check": "success", "comment": "success"}
    assert "### obit plan: 3 to issue, 0 unchanged\n" in mended.summary
    comment = (centre.forge.folder / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith("<!-- obit plan -->\n")
    assert "3 to issue, 0 unchanged" in comment


def what_nobody_approved_is_refused_although_it_is_merged(centre: Centre) -> None:
    done = centre.publish()

    assert done.results == {
        **dict.fromkeys(ALL_WELL, "skipped"),
        "reviews": "success",
        "plan": "success",
        "issue": "failure",
        "report": "success",
    }
    assert "first: needs 1 more approval from jury-a" in done.summary
    assert done.step("issue: Issue").log.startswith("error: not approved: issue first-badge v1 ")
    assert not centre.forge.live.exists()
    assert git(centre.forge.repositories[VAULT], "branch", "--list", "obit-ledger") == ""
    calls = (centre.forge.folder / "gh-calls").read_text(encoding="utf-8")
    assert "issue create --title Publishing the badges failed" in calls


def what_is_approved_and_merged_is_issued_built_deployed_and_audited(centre: Centre) -> None:
    centre.change_main(lambda: centre.approve(FIRST))

    done = well(centre.publish())

    assert "### obit plan: 3 to issue, 0 unchanged\n" in done.summary
    assert Counter(verdicts(centre).values()) == {"valid": 3}
    assert "3 awards verified" in done.step("audit: Look at the site from outside").log
    assert len(centre.forge.attested) == 2
    assert [path for path in done.artifacts if path.name == "github-pages" and path.exists()] == []


def the_same_commit_again_changes_nothing(centre: Centre) -> None:
    site, commits = files(centre.site), centre.ledger_commits()

    done = well(centre.publish())

    assert "nothing to do, 3 unchanged" in done.step("issue: Issue").log
    assert centre.ledger_commits() == commits
    assert files(centre.site) == site


def the_beginning_is_pinned_and_an_award_revoked_by_two_runs_at_once(centre: Centre) -> None:
    centre.day(1)
    logs = "".join(done.log for done in centre.forge.runs)
    (pin,) = re.findall(r"^  genesis: [0-9a-f]{64}$", logs, re.MULTILINE)
    centre.change_main(
        lambda: centre.replace("obit.yaml", "#obit-ledger\n", f"#obit-ledger\n{pin}\n")
    )
    centre.change_main(
        lambda: centre.replace(FIRST, f"- {BOB}", f"- id: {BOB}\n    revoked: {centre.today}"),
        approved=FIRST,
    )

    both = centre.publish_twice_at_once("issue: Issue")

    for done in both:
        well(done)
    assert Counter(event["type"] for event in centre.ledger())["revoke"] == 1
    assert Counter(verdicts(centre).values()) == {"valid": 2, "status.revoked": 1}
    assert len(centre.ledger_commits()) == 2


def the_key_is_rotated_in_two_steps(centre: Centre) -> None:
    centre.day(2)
    second = new_key(centre, "second")
    centre.change_main(lambda: declare(centre, second, "next"))
    well(centre.publish())
    published = keys_of(centre)
    centre.day(4)
    use_key(centre, "second")

    def activate() -> None:
        centre.replace("obit.yaml", "    state: next\n", "")
        centre.replace(
            "obit.yaml",
            "    signer: env:OBIT_KEY\n  -",
            "    signer: env:OBIT_KEY\n    state: retired\n  -",
        )
        centre.write(SECOND, f"issued: {centre.today}\nto:\n  - {BOB}\n")

    centre.change_main(activate, approved=SECOND)
    well(centre.publish())

    assert len(published) == 2
    assert keys_of(centre) == published
    assert Counter(verdicts(centre).values()) == {"valid": 3, "status.revoked": 1}
    assert [event["key"] == second for event in issued(centre)] == [False, False, False, True]


def a_leaked_key_is_revoked_and_its_awards_are_issued_anew(centre: Centre) -> None:
    centre.day(5)
    (former,) = (event["id"] for event in issued(centre)[3:])
    third = new_key(centre, "third")
    use_key(centre, "third")

    def disown() -> None:
        text = (centre.desk / "obit.yaml").read_text(encoding="utf-8")
        centre.write("obit.yaml", f"{text}    revoked: {centre.today}\n")
        declare(centre, third, "active")

    centre.change_main(disown)
    done = well(centre.publish())

    (again,) = (event for event in issued(centre) if event.get("reissues"))
    assert (again["reissues"], again["key"]) == (former, third)
    assert verdicts(centre)[again["id"]] == "valid"
    assert verdicts(centre)[former] not in ("valid", "unknown")
    page = (centre.site / "awards" / former / "index.html").read_text(encoding="utf-8")
    assert again["id"] in page
    assert done.step("audit: Look at the site from outside").outcome == "success"


def a_holder_is_forgotten(centre: Centre) -> None:
    centre.day(6)
    before = {event["id"] for event in issued(centre)}
    own = {a for a in before if (centre.site / "awards" / a / "credential.json").exists()}

    def forget() -> None:
        done = centre.obit("people", "forget", ADA, "--date", centre.today)
        assert done.code == 0, done.err
        assert "1 award is withdrawn" in done.err

    centre.change_main(forget, approved=FIRST)
    centre.keep_vault("Forget a person")
    well(centre.publish())

    (gone,) = (a for a in own if not (centre.site / "awards" / a / "credential.json").exists())
    assert "withdrawn" in text_of(centre.site / "awards" / gone / "index.html").lower()
    assert ADA not in (centre.vault / "recipients.csv").read_text(encoding="utf-8")
    assert {event["id"] for event in issued(centre)} == before
    assert centre.ledger()[-1]["type"] == "withdraw"


def a_review_on_the_forge_counts_but_for_the_author(centre: Centre) -> None:
    issuer = "issuers/our-centre/issuer.yaml"
    jury = "  - id: jury-a\n"
    centre.change_main(lambda: centre.replace(issuer, jury, f"{jury}    account: jury-x\n"))
    well(centre.publish())
    text = f"issued: {centre.today}\nto:\n  - {EVE}\n"
    pull = centre.propose("third-session", lambda: centre.write(THIRD, text))
    head = git(centre.desk, "rev-parse", pull.branch)
    checked = centre.check(pull)
    centre.merge(pull)
    site, commits = files(centre.site), centre.ledger_commits()
    answer_about_reviews(centre.forge, a_reviewed_pull_request(head, "jury-x", "jury-x"))
    refused = centre.publish()
    unchanged = (files(centre.site), centre.ledger_commits()) == (site, commits)
    answer_about_reviews(centre.forge, a_reviewed_pull_request(head, "trainer-x", "jury-x"))
    well(centre.publish())

    assert "third: needs 1 more approval from jury-a" in checked.summary
    assert (refused.results["plan"], refused.results["issue"]) == ("success", "failure")
    assert "nobody who may is left; jury-a wrote it and does not count" in refused.summary
    assert "error: not approved: issue first-badge v1 " in refused.step("issue: Issue").log
    assert unchanged
    assert issued(centre)[-1]["approvals"] == [{"by": "jury-a", "how": "review", "of": head}]


def a_week_later_the_schedule_signs_the_lists_again(centre: Centre) -> None:
    before = ends_of_lists(centre)

    done = well(centre.publish("schedule"))

    assert "nothing to do" in done.step("issue: Issue").log
    almost_a_week = now() + datetime.timedelta(days=6, hours=23)
    assert min(ends_of_lists(centre)) > almost_a_week > max(before)
    assert "ends on" not in done.step("audit: Look at the site from outside").log


def what_somebody_changed_on_the_host_is_noticed(centre: Centre) -> None:
    document = centre.site / "issuers/our-centre/did.json"
    published = document.read_bytes()
    document.write_bytes(published.replace(b"assertionMethod", b"authentication"))
    changed = centre.audit()
    document.write_bytes(published)
    mended = centre.audit()

    assert changed.results == {"audit": "failure", "report": "success"}
    assert "issuers/our-centre/did.json" in changed.step("audit: Look at the site from outside").log
    calls = (centre.forge.folder / "gh-calls").read_text(encoding="utf-8")
    assert "issue create --title The live site is not what it should be" in calls
    assert mended.results == {"audit": "success", "report": "skipped"}, mended.log


SCENES = (
    a_mistake_is_shown_at_its_line_and_mended_becomes_a_plan,
    what_nobody_approved_is_refused_although_it_is_merged,
    what_is_approved_and_merged_is_issued_built_deployed_and_audited,
    the_same_commit_again_changes_nothing,
    the_beginning_is_pinned_and_an_award_revoked_by_two_runs_at_once,
    the_key_is_rotated_in_two_steps,
    a_leaked_key_is_revoked_and_its_awards_are_issued_anew,
    a_holder_is_forgotten,
    a_review_on_the_forge_counts_but_for_the_author,
    a_week_later_the_schedule_signs_the_lists_again,
    what_somebody_changed_on_the_host_is_noticed,
)


def well(done: RunDone) -> RunDone:
    """Demand that every job of a publishing run ended well."""
    assert done.results == ALL_WELL, done.log
    return done


def declare(centre: Centre, public: str, state: str) -> None:
    """Add a key to the end of obit.yaml."""
    text = (centre.desk / "obit.yaml").read_text(encoding="utf-8")
    added = (
        f"  - issuer: our-centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n"
    )
    state = "" if state == "active" else f"    state: {state}\n"
    centre.write("obit.yaml", text + added + state)


def keys_of(centre: Centre) -> list[str]:
    """Return the issuer's keys as its did.json on the host lists them."""
    document = json.loads((centre.site / "issuers/our-centre/did.json").read_bytes())
    return [method["publicKeyMultibase"] for method in document["verificationMethod"]]


def ends_of_lists(centre: Centre) -> list[datetime.datetime]:
    """Return until when the status lists on the host hold."""
    paths = sorted((centre.site / "status").rglob("*.json"))
    ends = (json.loads(path.read_bytes()).get("validUntil") for path in paths)
    return [datetime.datetime.fromisoformat(end) for end in ends if end]


def every_step_but_the_installation_was_executed(centre: Centre) -> None:
    """So that nobody can add a step to a workflow and believe that this test ran it."""
    steps = [step for done in centre.forge.runs for step in done.steps]
    shipped = {
        step.name
        for file in ("check.yml", "publish.yml", "audit.yml")
        for step in read(PROJECT / ".github" / "workflows" / file).steps()
    }

    assert {step.name for step in steps if step.kind == "installation"} == {"Install obit"}
    assert INSTALLATION.count("pip install") == 2
    assert {f"{step.job}: {step.name}" for step in steps} == shipped
