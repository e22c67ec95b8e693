"""The shipped workflows keep every rule, and each rule finds the workflow that breaks it."""

import pytest
import workflow_rules
from forge_expressions import condition
from workflow_files import GITHUB, Workflow, read
from workflow_rules import RULES, Rule

FILES = {path.name: read(path) for path in GITHUB}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("name", FILES)
def test_a_shipped_workflow_keeps_the_rule(name: str, rule: Rule):
    assert list(rule(FILES[name])) == []


def test_all_workflows_of_the_design_are_there():
    assert sorted(FILES) == ["audit.yml", "check.yml", "ci.yml", "publish.yml", "release.yml"]


@pytest.mark.parametrize(
    ("site", "publishes", "runs"),
    [
        ("", "yes", True),
        ("https://x.example/", "yes", True),
        ("none", "yes", False),
        ("", "", False),
    ],
)
def test_a_site_that_is_not_there_yet_is_not_looked_at_every_six_hours(site, publishes, runs):
    variables = {"vars": {"OBIT_SITE": site, "OBIT_PUBLISH": publishes}}
    well = {"success": True, "failure": False, "always": True, "cancelled": False}

    assert condition(FILES["audit.yml"].jobs["audit"]["if"], variables, well) is runs


PIN = "actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3"
KEY = "          OBIT_KEY: ${{ secrets.OBIT_KEY }} # one line for each issuer's key\n"
LAST = "      - name: Issue\n        env:\n"
BAD = [
    ("only_harmless_triggers", "check.yml", "  pull_request:\n", "  pull_request_target:\n"),
    ("only_harmless_triggers", "check.yml", "  pull_request:\n", "  workflow_run:\n"),
    ("only_harmless_triggers", "check.yml", "  pull_request:\n", "  issue_comment:\n"),
    ("only_harmless_triggers", "publish.yml", "    branches: [main]\n", "    branches: ['**']\n"),
    ("actions_are_pinned", "check.yml", PIN, "actions/checkout@v6"),
    ("actions_are_pinned", "check.yml", PIN, PIN.partition(" #")[0]),
    ("actions_are_pinned", "check.yml", PIN, "actions/checkout@df4cb1c0 # v6.0.3"),
    ("permissions_are_given_one_by_one", "check.yml", "permissions: {}", "permissions: read-all"),
    ("permissions_are_given_one_by_one", "check.yml", "permissions: {}", "permissions:"),
    (
        "permissions_are_given_one_by_one",
        "release.yml",
        "    permissions:\n      contents: read # reads the source\n",
        "",
    ),
    ("every_grant_says_why", "release.yml", "read # reads the source", "read"),
    (
        "identity_is_for_jobs_that_run_no_code_of_ours",
        "publish.yml",
        "      contents: write # appends",
        "      id-token: write # asks a cloud to sign\n      contents: write # appends",
    ),
    (
        "secrets_are_kept_in_environments",
        "publish.yml",
        "    environment: obit-signing # the only place where the keys are; open to main alone\n",
        "",
    ),
    (
        "secrets_are_kept_in_environments",
        "publish.yml",
        "env:\n  OBIT_SOURCE",
        "env:\n  OBIT_KEY: ${{ secrets.OBIT_KEY }}\n  OBIT_SOURCE",
    ),
    (
        "secrets_are_kept_in_environments",
        "publish.yml",
        "secrets.OBIT_KEY }}",
        "toJSON(secrets) }}",
    ),
    (
        "a_key_is_in_one_step_only",
        "publish.yml",
        "      - name: Build\n        env:\n",
        f"      - name: Build\n        env:\n{KEY}",
    ),
    (
        "a_key_is_in_one_step_only",
        "publish.yml",
        "          SHOWN:",
        f"{KEY}          SHOWN:",
    ),
    (
        "a_key_is_in_one_step_only",
        "publish.yml",
        "      contents: write # appends to the branch obit-ledger\n",
        "      contents: write # appends\n    env:\n      OBIT_KEY: ${{ secrets.OBIT_KEY }}\n",
    ),
    (
        "the_signing_job_uses_no_action_but_checkout",
        "publish.yml",
        LAST,
        f"      - uses: somebody/helps@{'a' * 40} # v1.0.0\n{LAST}",
    ),
    (
        "nothing_is_cached",
        "ci.yml",
        "        with:\n          python-version",
        "        with:\n          cache: pip\n          python-version",
    ),
    (
        "nothing_is_cached",
        "publish.yml",
        LAST,
        f"      - uses: actions/cache@{'a' * 40} # v1.0.0\n{LAST}",
    ),
    (
        "scripts_hold_no_expression",
        "check.yml",
        'obit check --base "$BASE"',
        "obit check --base ${{ github.event.pull_request.base.ref }}",
    ),
    (
        "expressions_read_nothing_that_outsiders_word",
        "check.yml",
        "      BASE: HEAD^1",
        "      BASE: ${{ github.head_ref }}",
    ),
    (
        "expressions_read_nothing_that_outsiders_word",
        "check.yml",
        "      BASE: HEAD^1",
        "      BASE: ${{ github.event.pull_request.title }}",
    ),
    (
        "scripts_use_declared_variables_only",
        "check.yml",
        '--base "$BASE"',
        '--base "$GITHUB_BASE_REF"',
    ),
    ("scripts_use_declared_variables_only", "check.yml", ":-build/summary.md}", "}"),
    ("checkouts_leave_no_token_behind", "check.yml", "          persist-credentials: false\n", ""),
    ("obit_gets_whole_clones", "publish.yml", "          fetch-depth: 0\n", ""),
    (
        "artifacts_come_from_the_same_run",
        "publish.yml",
        "          name: github-pages\n          path: build\n",
        "          name: github-pages\n          path: build\n          run-id: 1\n",
    ),
    ("artifacts_are_short_lived_and_whole", "check.yml", "          retention-days: 3\n", ""),
    (
        "artifacts_are_short_lived_and_whole",
        "publish.yml",
        "          include-hidden-files: true\n",
        "",
    ),
    (
        "artifacts_are_short_lived_and_whole",
        "publish.yml",
        "if-no-files-found: error",
        "if-no-files-found: ignore",
    ),
    (
        "nothing_prints_the_sites_paths",
        "publish.yml",
        "        uses: actions/upload-artifact@",
        "        uses: actions/upload-pages-artifact@",
    ),
    ("nothing_prints_the_sites_paths", "publish.yml", "tar --create --file", "tar -cvf"),
    ("nothing_prints_the_sites_paths", "publish.yml", "tar --create", "tar --verbose --create"),
    ("one_run_at_a_time", "publish.yml", "cancel-in-progress: false", "cancel-in-progress: true"),
    (
        "one_run_at_a_time",
        "publish.yml",
        "  group: obit-publish\n",
        "  group: obit-${{ github.sha }}\n",
    ),
    ("jobs_end_and_run_on_a_fixed_machine", "publish.yml", "ubuntu-24.04", "ubuntu-latest"),
    ("jobs_end_and_run_on_a_fixed_machine", "publish.yml", "ubuntu-24.04", "self-hosted"),
    ("jobs_end_and_run_on_a_fixed_machine", "publish.yml", "    timeout-minutes: 30\n", ""),
    ("schedules_avoid_the_crowd", "publish.yml", '"17 4', '"0 4'),
    ("schedules_avoid_the_crowd", "publish.yml", '"17 4', '"*/15 *'),
    (
        "jobs_that_write_run_nothing_of_a_pull_request",
        "check.yml",
        "      - name: Fetch the plan\n",
        f"      - uses: {PIN}\n        with:\n          persist-credentials: false\n      - name: Fetch the plan\n",
    ),
    (
        "jobs_that_write_run_nothing_of_a_pull_request",
        "check.yml",
        "          GH_TOKEN: ${{ github.token }}",
        "          GH_TOKEN: ${{ secrets.BOT_TOKEN }}",
    ),
]


@pytest.mark.parametrize(("rule", "name", "good", "bad"), BAD)
def test_a_workflow_that_breaks_the_rule_is_found(rule: str, name: str, good: str, bad: str):
    text = FILES[name].text
    assert good in text

    broken = Workflow(name, text.replace(good, bad))

    assert list(getattr(workflow_rules, rule)(broken)) != []


def test_every_rule_has_a_workflow_that_breaks_it():
    assert {rule.__name__ for rule in RULES} == {rule for rule, *_ in BAD}
