"""What no workflow of this repository may do: each rule yields the places that break it."""

import re
from collections.abc import Callable, Iterator

from workflow_files import Workflow, expressions, secrets

Rule = Callable[[Workflow], Iterator[str]]

TRIGGERS = {"pull_request", "push", "schedule", "workflow_dispatch"}
GITHUBS_OWN = {"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"}
"""What a script may use undeclared, as ``${NAME:-build/…}``: elsewhere it need not exist."""
TRUSTED = re.compile(
    r"\b(vars\.\w+|secrets\.\w+|github\.(token|repository|server_url|run_id|sha|ref|ref_name|event_name)\b"
    r"|github\.event\.pull_request\.(number|base\.sha|head\.repo\.full_name)"
    r"|github\.event\.repository\.visibility"
    r"|needs\.\w+\.outputs\.\w+|steps\.\w+\.(outcome|outputs\.[\w-]+)|matrix\.\w+"
    r"|(cancelled|failure|always)\(\))"
)
"""What may stand in an expression: nothing that somebody outside can word as they like."""


def only_harmless_triggers(workflow: Workflow) -> Iterator[str]:
    for name, options in workflow.triggers.items():
        if name not in TRIGGERS:
            yield f"on: {name}"
        if name == "push" and options.get("branches") != ["main"] and "tags" not in options:
            yield "on: push, to any branch"


def actions_are_pinned(workflow: Workflow) -> Iterator[str]:
    for line in workflow.text.splitlines():
        used = re.match(r"\s*-?\s*uses:\s*(.*)", line)
        if used and not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used[1]):
            yield line.strip()


def permissions_are_given_one_by_one(workflow: Workflow) -> Iterator[str]:
    if workflow.content.get("permissions") != {}:
        yield "permissions at the top are not {}"
    for name, job in workflow.jobs.items():
        if not isinstance(job.get("permissions"), dict):
            yield f"{name}: no permissions of its own"


def every_grant_says_why(workflow: Workflow) -> Iterator[str]:
    for line in workflow.text.splitlines():
        if re.match(r"\s+[a-z-]+: (read|write)\b", line) and " # " not in line:
            yield line.strip()


def identity_is_for_jobs_that_run_no_code_of_ours(workflow: Workflow) -> Iterator[str]:
    for name, job in workflow.jobs.items():
        if job.get("permissions", {}).get("id-token") and any("run" in s for s in job["steps"]):
            yield f"{name}: runs scripts and may ask for an identity token"


def secrets_are_kept_in_environments(workflow: Workflow) -> Iterator[str]:
    for name, job in workflow.jobs.items():
        if secrets(job) and "environment" not in job:
            yield f"{name}: {', '.join(sorted(secrets(job)))}"
    around = {key: value for key, value in workflow.content.items() if key != "jobs"}
    yield from (f"outside every job: {name}" for name in sorted(secrets(around)))
    if re.search(r"secrets:\s*inherit|toJSON\(secrets\)|secrets\[", workflow.text):
        yield "all secrets at once"


def a_key_is_in_one_step_only(workflow: Workflow) -> Iterator[str]:
    for name, job in workflow.jobs.items():
        around = {key: value for key, value in job.items() if key != "steps"}
        holders = [step for step in [around, *job["steps"]] if _keys(step)]
        if any(step is around for step in holders) or len(holders) > 1:
            yield f"{name}: a key is in {len(holders)} places"
        if holders and job.get("environment") != "obit-signing":
            yield f"{name}: a key outside obit-signing"
        if any("run" not in step or _keys(step) != _keys(step.get("env")) for step in holders):
            yield f"{name}: a key that is not in the env of a script"
    holding = [name for name, job in workflow.jobs.items() if _keys(job)]
    if len(holding) > 1:
        yield f"keys in {', '.join(holding)}"


def _keys(value: object) -> set[str]:
    return {name for name in secrets(value) if name.startswith("OBIT_KEY")}


def the_signing_job_uses_no_action_but_checkout(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps():
        signs = workflow.jobs[step.job].get("environment") == "obit-signing"
        if signs and step.action not in ("", "actions/checkout"):
            yield step.name


def nothing_is_cached(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps():
        if "cache" in step.action or "cache" in step.content.get("with", {}):
            yield step.name


def scripts_hold_no_expression(workflow: Workflow) -> Iterator[str]:
    yield from (step.name for step in workflow.steps() if "${{" in step.run)


def expressions_read_nothing_that_outsiders_word(workflow: Workflow) -> Iterator[str]:
    for each in expressions(workflow.content):
        plain = re.sub(r"'[^']*'", "", each)
        rest = TRUSTED.sub("", plain).replace("format(, , )", "")
        if re.search(r"[a-z]", rest):
            yield each.strip()


def scripts_use_declared_variables_only(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps():
        assigned = set(re.findall(r"(?:^|[\s;])(?:export )?(\w+)=", step.run))
        assigned |= set(re.findall(r"\bfor (\w+) in", step.run))
        for name in re.findall(r"\$\{?(\w+)", re.sub(r"'[^']*'", "", step.run)):
            guarded = name in GITHUBS_OWN and f"${{{name}:-build/" in step.run
            if name not in step.env and name not in assigned and not guarded:
                yield f"{step.name}: {name}"


def checkouts_leave_no_token_behind(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps():
        options = step.content.get("with", {})
        if step.action == "actions/checkout" and options.get("persist-credentials") != "false":
            yield step.name


def obit_gets_whole_clones(workflow: Workflow) -> Iterator[str]:
    for name, job in workflow.jobs.items():
        runs_obit = any("venv/bin/obit check" in step.get("run", "") for step in job["steps"])
        first = job["steps"][0].get("with", {})
        if runs_obit and "environment" in job and first.get("fetch-depth") != "0":
            yield name


def artifacts_come_from_the_same_run(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps():
        options = step.content.get("with", {})
        if step.action == "actions/download-artifact" and options.keys() - {"name", "path"}:
            yield step.name


def artifacts_are_short_lived_and_whole(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps():
        options = step.content.get("with", {})
        if step.action != "actions/upload-artifact":
            continue
        if not 1 <= int(options.get("retention-days", "90")) <= 7:
            yield f"{step.name}: is kept for {options.get('retention-days', '90')} days"
        if options.get("if-no-files-found") != "error":
            yield f"{step.name}: may be empty"
        holds_a_site = options.get("name") in ("github-pages", "preview")
        if holds_a_site and options.get("include-hidden-files") != "true":
            yield f"{step.name}: drops hidden files"


def nothing_prints_the_sites_paths(workflow: Workflow) -> Iterator[str]:
    for step in workflow.steps():
        if step.action == "actions/upload-pages-artifact":
            yield step.name
        if re.search(r"\btar\b[^\n]*(--verbose|\s-?\w*v\w*f\s)", step.run):
            yield step.name


def one_run_at_a_time(workflow: Workflow) -> Iterator[str]:
    group = workflow.content.get("concurrency", {})
    if not isinstance(group, dict) or not {"group", "cancel-in-progress"} <= group.keys():
        yield "no concurrency group"
    elif workflow.name == "publish.yml" and group != {
        "group": "obit-publish",
        "cancel-in-progress": "false",
    }:
        yield "a run that publishes could be stopped half-way"


def jobs_end_and_run_on_a_fixed_machine(workflow: Workflow) -> Iterator[str]:
    for name, job in workflow.jobs.items():
        if not 1 <= int(job.get("timeout-minutes", "360")) <= 120:
            yield f"{name}: no limit"
        if not re.fullmatch(r"ubuntu-\d\d\.\d\d", job["runs-on"]):
            yield f"{name}: {job['runs-on']}"


def schedules_avoid_the_crowd(workflow: Workflow) -> Iterator[str]:
    for entry in workflow.triggers.get("schedule", []):
        minute = entry["cron"].split()[0]
        if not minute.isdigit() or int(minute) % 2 == 0 or int(minute) % 15 == 0:
            yield entry["cron"]


def jobs_that_write_run_nothing_of_a_pull_request(workflow: Workflow) -> Iterator[str]:
    if "pull_request" not in workflow.triggers:
        return
    for step in workflow.steps():
        granted = workflow.jobs[step.job]["permissions"]
        may_write = "write" in granted.values()
        if may_write and (step.action == "actions/checkout" or ".venv/" in step.run):
            yield step.name
        if secrets(step.content):
            yield f"{step.name}: a secret"


RULES: tuple[Rule, ...] = (
    only_harmless_triggers,
    actions_are_pinned,
    permissions_are_given_one_by_one,
    every_grant_says_why,
    identity_is_for_jobs_that_run_no_code_of_ours,
    secrets_are_kept_in_environments,
    a_key_is_in_one_step_only,
    the_signing_job_uses_no_action_but_checkout,
    nothing_is_cached,
    scripts_hold_no_expression,
    expressions_read_nothing_that_outsiders_word,
    scripts_use_declared_variables_only,
    checkouts_leave_no_token_behind,
    obit_gets_whole_clones,
    artifacts_come_from_the_same_run,
    artifacts_are_short_lived_and_whole,
    nothing_prints_the_sites_paths,
    one_run_at_a_time,
    jobs_end_and_run_on_a_fixed_machine,
    schedules_avoid_the_crowd,
    jobs_that_write_run_nothing_of_a_pull_request,
)
