"""The recipes for GitLab and Forgejo, played as far as that goes without these forges.

Their rules and conditions are decided and their scripts executed as they stand (:mod:`gitlab`,
:mod:`forge`), with real Git over https against a host that asks for tokens and tells reading from
writing, and the pages served on this computer.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from forge import Event, Forge, RunDone
from forge_steps import StepDone
from gitlab import GitLab, Happened, JobDone, Project, Variable
from recipe_centre import (
    BODY_OF_THE_KEY,
    NAME,
    PEM,
    PEOPLE,
    RecipeCentre,
    a_recipe_centre,
)
from running import run
from warm import program
from workflow_files import FORGEJO, GITLAB, read

FIRST, SECOND = (line.partition(",")[0] for line in PEOPLE)
A_MISTAKE = 'the code "2m8qa4xx" is not in recipients.csv'


def is_valid(centre: RecipeCentre) -> bool:
    """Verify every badge on the host of pages."""
    site = str(centre.live.resolve())
    done = run(centre.folder, "verify", "--json", "--offline", "--site", site, site)
    reports = json.loads(done.out)["reports"]
    awards = [report for report in reports if "/awards/" in report["source"]]
    return bool(awards) and {report["verdict"] for report in awards} == {"valid"}


def end_of_list(centre: RecipeCentre) -> str:
    """Return until when the status list on the host holds."""
    (path,) = centre.live.glob("status/centre/1.json")
    return json.loads(path.read_bytes())["validUntil"]


# GitLab


@pytest.fixture
def on_gitlab(tmp_path: Path) -> Iterator[tuple[RecipeCentre, GitLab, Project]]:
    with a_recipe_centre(tmp_path, "gitlab-pages", {".gitlab-ci.yml": GITLAB}) as centre:
        forge = GitLab(tmp_path / "gitlab", centre.host, program())
        project = Project(NAME, live=centre.live)
        # The settings of docs/how-to/start-a-centre.md, with a token of the project for the ledger.
        centre.host.rights["token of the project"] = {NAME: "write"}
        project.variables |= {
            "OBIT_PUBLISH": Variable("yes"),
            "OBIT_SITE": Variable(centre.site),
            "OBIT_KEY": Variable(PEM.decode(), protected=True, environment="obit-signing"),
            "OBIT_LEDGER_TOKEN": Variable(
                "token of the project", protected=True, environment="obit-signing"
            ),
        }
        yield centre, forge, project


def results(pipeline: dict[str, JobDone]) -> dict[str, str]:
    return {name: job.result for name, job in pipeline.items()}


def test_a_centre_on_gitlab_is_checked_issued_deployed_audited_and_refreshed(on_gitlab):
    centre, forge, project = on_gitlab
    base = centre.main

    wrong = forge.play(project, asked(centre.propose(1, FIRST, "2m8qa4xx"), base))
    head = centre.propose(1, FIRST, SECOND)
    mended = forge.play(project, asked(head, base))
    main = centre.merge(head)
    issued = forge.play(project, Happened("push", main, "main"))
    commits, end = centre.ledger_commits(), end_of_list(centre)
    daily = forge.play(project, Happened("schedule", main, "main"))

    assert results(wrong) == {"check": "failed"}
    assert A_MISTAKE in wrong["check"].log
    (finding,) = json.loads((wrong["check"].kept / "build/findings.json").read_bytes())
    assert finding["check_name"] == "award-names-a-known-recipient"
    assert results(mended) == {"check": "success"}, mended["check"].log
    plan = (mended["check"].kept / "build/plan.md").read_text(encoding="utf-8")
    assert "### obit plan: 2 à délivrer, 0 sans changement\n" in plan
    assert (mended["check"].kept / "build/preview/index.html").is_file()
    well = dict.fromkeys(("plan", "issue", "pages", "audit"), "success")
    assert results(issued) == well, "".join(job.log for job in issued.values())
    assert "2 awards verified" in issued["audit"].log
    assert is_valid(centre)
    assert results(daily) == well, "".join(job.log for job in daily.values())
    assert len(centre.ledger_commits()) == len(commits) + 1
    assert end_of_list(centre) > end
    the_key_is_in_one_job(forge)


def asked(head: str, base: str) -> Happened:
    """A merge request was opened, or pushed to."""
    return Happened("merge_request_event", head, base=base)


def the_key_is_in_one_job(forge: GitLab) -> None:
    """Look at what every job was given, said and kept; the token that may write is beside the key only."""
    jobs = [(name, job) for pipeline in forge.pipelines for name, job in pipeline.items()]
    for name, job in jobs:
        given = "\n".join(job.env.values())
        assert (BODY_OF_THE_KEY in given) is (name == "issue"), name
        assert ("token of the project" in given) is (name == "issue"), name
        kept = [path for path in job.kept.rglob("*") if path.is_file()] if job.kept else []
        for data in [job.log.encode(), *(path.read_bytes() for path in kept)]:
            assert BODY_OF_THE_KEY.encode() not in data, name
            assert b"token" not in data or b"job-token-" not in data, name


# Forgejo

PAGES = """\
#!/bin/sh
# What the service for pages does after a push: it shows the branch "pages".
while read -r _ commit name; do
  if [ "$name" = refs/heads/pages ]; then
    mkdir "{live}-$commit"
    git archive "$commit" | tar --extract --directory "{live}-$commit"
    ln --symbolic --force --no-dereference "{live}-$commit" "{live}"
  fi
done
"""


@pytest.fixture
def on_forgejo(tmp_path: Path) -> Iterator[tuple[RecipeCentre, Forge]]:
    files = {f".forgejo/workflows/{path.name}": path for path in FORGEJO}
    with a_recipe_centre(tmp_path, "github-pages", files) as centre:
        hook = centre.bare / "hooks" / "post-receive"
        hook.write_text(PAGES.format(live=centre.live), encoding="utf-8")
        hook.chmod(0o755)
        forge = Forge(tmp_path / "forgejo", program(), {})
        forge.server, forge.workflows = centre.host.url, ".forgejo/workflows"
        forge.repositories[NAME] = centre.bare
        forge.certificates = centre.host.certificate
        centre.host.rights = {"may read": {NAME: "read"}, "may write": {NAME: "write"}}
        forge.token_of = lambda event: "may read" if event.payload else "may write"
        forge.secrets[""] = {"OBIT_KEY": PEM.decode()}
        forge.variables |= {"OBIT_PUBLISH": "yes", "OBIT_SITE": centre.site}
        yield centre, forge


def a_pull_request(head: str, base: str, source: str = NAME) -> Event:
    """A pull request was opened; Forgejo has no commit of what merging it would make."""
    pull = {"number": "1", "base": {"sha": base}, "head": {"repo": {"full_name": source}}}
    return Event("pull_request", NAME, head, "refs/pull/1/head", {"pull_request": pull})


def test_a_centre_on_forgejo_is_checked_issued_deployed_audited_and_refreshed(on_forgejo):
    centre, forge = on_forgejo
    base = centre.main

    wrong = forge.play(
        "check.yml", a_pull_request(centre.propose(1, FIRST, "2m8qa4xx"), base, "fork/centre")
    )
    head = centre.propose(1, FIRST, SECOND)
    mended = forge.play("check.yml", a_pull_request(head, base))
    main = centre.merge(head)
    issued = forge.play("publish.yml", Event("push", NAME, main))
    commits, end = centre.ledger_commits(), end_of_list(centre)
    daily = forge.play("publish.yml", Event("schedule", NAME, main))

    assert wrong.results == {"check": "failure"}
    assert A_MISTAKE in wrong.step("check: Check the files").log
    assert mended.results == {"check": "success"}, mended.log
    plan = mended.step("check: Say what merging would issue, change and revoke").log
    assert plan.startswith("2 to issue, 0 unchanged\n")
    assert issued.results == {"issue": "success", "deploy": "success"}, issued.log
    assert "2 awards verified" in issued.step("deploy: Look at the site from outside").log
    assert is_valid(centre)
    assert daily.results == {"issue": "success", "deploy": "success"}, daily.log
    assert len(centre.ledger_commits()) == len(commits) + 1
    assert end_of_list(centre) > end
    holding = {f"{each.job}: {each.name}" for each in steps_with_the_key(forge.runs)}
    assert holding == {"issue: Issue"}
    assert BODY_OF_THE_KEY not in "".join(done.log for done in forge.runs)
    played = {f"{each.job}: {each.name}" for done in forge.runs for each in done.steps}
    assert played == {step.name for path in FORGEJO for step in read(path).steps()}


def steps_with_the_key(runs: list[RunDone]) -> list[StepDone]:
    steps = (step for done in runs for step in done.steps)
    return [step for step in steps if BODY_OF_THE_KEY in "".join(step.env.values())]
