"""The recipes for GitLab and Forgejo hold what keeps a key safe there."""

import re

import pytest
import workflow_rules
from gitlab import Happened, started, told_about
from workflow_files import FORGEJO, GITLAB, PROJECT, read, secrets, texts

RECIPE = texts(GITLAB.read_text(encoding="utf-8"))
JOBS = {name: job for name, job in RECIPE.items() if isinstance(job, dict) and "script" in job}
ON_MAIN = (
    "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE =~ /^(push|schedule|web)$/"
    ' && $OBIT_PUBLISH == "yes"'
)
PUBLISHES = ["plan", "issue", "pages", "audit"]
IMAGE = r"python:3\.\d+\.\d+-\w+@sha256:[0-9a-f]{64}"
FOR_FORGEJO = (
    workflow_rules.only_harmless_triggers,
    workflow_rules.a_key_is_in_one_step_only,
    workflow_rules.nothing_is_cached,
    workflow_rules.scripts_hold_no_expression,
    workflow_rules.expressions_read_nothing_that_outsiders_word,
    workflow_rules.scripts_use_declared_variables_only,
    workflow_rules.nothing_prints_the_sites_paths,
    workflow_rules.schedules_avoid_the_crowd,
)


def test_gitlab_runs_what_signs_on_the_default_branch_only():
    assert [name for name, job in JOBS.items() if job["extends"] == ".on-main"] == PUBLISHES
    assert RECIPE[".on-main"]["rules"] == [{"if": ON_MAIN}]
    assert [rule["if"] for rule in RECIPE["workflow"]["rules"]] == [
        '$CI_PIPELINE_SOURCE == "merge_request_event"',
        ON_MAIN,
    ]


@pytest.mark.parametrize(
    ("source", "branch", "publishes", "jobs"),
    [
        ("merge_request_event", "", "yes", ["check"]),
        ("merge_request_event", "", "", ["check"]),
        ("push", "main", "yes", PUBLISHES),
        ("schedule", "main", "yes", PUBLISHES),
        ("web", "main", "yes", PUBLISHES),
        ("push", "main", "", []),  # a copy that is not set up yet, or a fork
        ("push", "proposal-1", "yes", []),
        ("schedule", "proposal-1", "yes", []),
        ("trigger", "main", "yes", []),
        ("parent_pipeline", "main", "yes", []),
    ],
)
def test_gitlab_starts_the_jobs_for_what_happened(source, branch, publishes, jobs):
    told = told_about(Happened(source, "a" * 40, branch), "https://gitlab.example", "org/centre")
    told |= {"OBIT_PUBLISH": publishes} if publishes else {}

    assert list(started(RECIPE, told)) == jobs


def test_gitlab_checks_merge_requests_without_an_environment():
    assert JOBS["check"]["extends"] == ".on-merge-request"
    assert RECIPE[".on-merge-request"]["rules"] == [
        {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}
    ]
    assert "environment" not in JOBS["check"]


def test_gitlab_signs_in_one_protected_place_and_never_stops_half_way():
    assert JOBS["issue"]["environment"] == {"name": "obit-signing", "action": "access"}
    assert [name for name, job in JOBS.items() if "obit issue" in str(job)] == ["issue"]
    assert {JOBS[name]["resource_group"] for name in ("issue", "pages")} == {"obit"}
    assert RECIPE["default"]["interruptible"] == "false"
    assert [name for name, job in JOBS.items() if job.get("interruptible") == "true"] == ["check"]


def test_gitlab_clones_whole_and_afresh_without_submodules():
    variables = RECIPE["variables"]

    assert variables["GIT_DEPTH"] == "0"
    assert variables["GIT_STRATEGY"] == "clone"
    assert variables["GIT_SUBMODULE_STRATEGY"] == "none"
    assert "cache" not in str(RECIPE)


def test_gitlab_publishes_the_folder_public():
    assert JOBS["pages"]["pages"] == {"publish": "public"}
    assert JOBS["pages"]["artifacts"]["paths"] == ["public"]
    assert ".venv/bin/obit build --out public" in JOBS["pages"]["script"]


def test_gitlab_keeps_what_it_built_for_days_and_for_members():
    kept = [job["artifacts"] for job in JOBS.values() if "artifacts" in job]

    assert {artifacts["access"] for artifacts in kept} == {"developer"}
    assert {artifacts["expire_in"] for artifacts in kept} == {"1 day", "3 days"}


def test_no_recipe_holds_a_secret_but_by_its_name():
    text = "".join(path.read_text(encoding="utf-8") for path in [GITLAB, *FORGEJO])

    assert not re.search(r"PRIVATE KEY|glpat-|ghp_|github_pat_", text)
    assert secrets(text) == {"OBIT_KEY", "OBIT_PAGES_TOKEN"}


def test_images_are_pinned_and_the_same_everywhere():
    images = {RECIPE["default"]["image"]}
    images |= {job["container"]["image"] for path in FORGEJO for job in read(path).jobs.values()}

    (image,) = images
    assert re.fullmatch(IMAGE, image)


@pytest.mark.parametrize("path", FORGEJO, ids=lambda path: path.name)
def test_forgejo_uses_no_actions(path):
    assert [step.name for step in read(path).steps() if not step.run] == []


@pytest.mark.parametrize("rule", FOR_FORGEJO, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", FORGEJO, ids=lambda path: path.name)
def test_a_recipe_for_forgejo_keeps_the_rule(path, rule):
    broken = list(rule(read(path)))

    if rule is workflow_rules.a_key_is_in_one_step_only:  # Forgejo has no environments
        broken = [each for each in broken if not each.endswith("a key outside obit-signing")]
    assert broken == []


def test_forgejo_checks_pull_requests_without_a_secret():
    check, _ = FORGEJO

    assert secrets(read(check).content) == set()


def test_every_forge_runs_the_same_commands_of_obit():
    """So that what is tried for one forge holds for the others."""
    forges = {
        "github": (PROJECT / ".github/workflows/publish.yml").read_text(encoding="utf-8"),
        "gitlab": GITLAB.read_text(encoding="utf-8"),
        "forgejo": "".join(path.read_text(encoding="utf-8") for path in FORGEJO),
    }

    commands = {
        name: set(re.findall(r"obit (?:issue|build|audit) --?\w+", text))
        for name, text in forges.items()
    }

    assert all("obit issue --plan" in found for found in commands.values())
    assert all("obit build --out" in found for found in commands.values())
