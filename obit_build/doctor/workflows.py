"""Workflows of GitHub: pins, permissions, hidden files, schedules (threat model, section 4.1)."""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

import datetime
import re
from collections.abc import Iterator, Mapping

from obit_build.doctor.facts import Surroundings, Workflow
from obit_build.doctor.report import Symptom, hint, warning, wrong

IDLE = datetime.timedelta(days=60)
"""After so long without a commit GitHub stops schedules."""
SOON = datetime.timedelta(days=45)
_USES = re.compile(r"^\s*(?:-\s+)?uses:\s*['\"]?([^\s'\"#]+)", re.MULTILINE)
_PINNED = re.compile(r"[^@]+@[0-9a-f]{40}")


def workflows_can_be_read(around: Surroundings) -> Iterator[Symptom]:
    """Workflow files are plain YAML."""
    for path in around.unreadable:
        yield hint(
            f"{path} could not be read, so it was not looked at",
            "obit reads plain YAML only: no anchors, no tags, no file over 1 MiB",
            "look at it yourself, or write it plainly",
        )


def actions_are_pinned(around: Surroundings) -> Iterator[Symptom]:
    """Actions are named by commit, not by a tag that can be moved."""
    for workflow in around.workflows:
        loose = [
            used
            for used in _USES.findall(workflow.text)
            if not used.startswith(("./", "docker://")) and not _PINNED.fullmatch(used)
        ]
        if loose:
            yield warning(
                f"{workflow.path} uses {', '.join(sorted(set(loose)))}",
                "a tag can be moved to other code, which then runs beside your keys",
                "write the commit's 40 digits after @, and the version in a comment",
            )


def permissions_are_given_one_by_one(around: Surroundings) -> Iterator[Symptom]:
    """A workflow has no permission that it was not given."""
    for workflow in around.workflows:
        at_top = workflow.content.get("permissions")
        bare = [name for name, job in workflow.jobs.items() if "permissions" not in job]
        if at_top is None and bare:
            yield warning(
                f"{workflow.path} does not say what its token may do ({', '.join(sorted(bare))})",
                "depending on the repository's settings every step may write everything",
                "permissions: {} at the top, and what each job needs in the job",
            )
        elif at_top == "write-all":
            yield wrong(
                f"{workflow.path} may write everything",
                "one bad step can change the main branch and the ledger",
                "permissions: {} at the top, and what each job needs in the job",
            )


def hidden_folders_are_deployed(around: Surroundings) -> Iterator[Symptom]:
    """The action that uploads pages keeps hidden folders."""
    for workflow in around.workflows:
        for step in workflow.steps:
            action = str(step.get("uses", "")).partition("@")[0]
            options = step.get("with")
            asked = options.get("include-hidden-files") if isinstance(options, Mapping) else None
            if action == "actions/upload-pages-artifact" and asked != "true":
                yield warning(
                    f"{workflow.path} uploads pages without include-hidden-files: true",
                    "the action drops .well-known/ in silence",
                    "add include-hidden-files: true to its with:",
                )


def schedules_go_on(around: Surroundings) -> Iterator[Symptom]:
    """GitHub is not about to stop the schedules."""
    last = around.clone.committed
    scheduled = [workflow.path for workflow in around.workflows if workflow.has_schedule]
    if not scheduled or last is None or around.now - last < SOON:
        return
    days = (around.now - last).days
    make = wrong if around.now - last >= IDLE else warning
    yield make(
        f"the last commit is {days} days old; after 60 days GitHub stops the schedules of "
        f"{', '.join(scheduled)}",
        "status lists are signed again by schedule; when they end, no badge can be checked",
        "commit something, or press Enable on the workflow's page; then run it once",
    )


def lists_are_signed_again_by_schedule(around: Surroundings) -> Iterator[Symptom]:
    """Where keys are declared and workflows exist, one of them runs by schedule."""
    live = around.repository is not None and bool(around.repository.settings.keys)
    if live and around.workflows and not any(w.has_schedule for w in around.workflows):
        yield warning(
            "no workflow runs by schedule",
            "status lists end after status_valid_for (a week, unless obit.yaml says otherwise); then "
            "no badge can be checked",
            "add a schedule: to the workflow that publishes",
        )


def environments_of(workflows: tuple[Workflow, ...]) -> dict[str, bool]:
    """Return the environments that workflows name → whether a signing key is used there."""
    found: dict[str, bool] = {}
    for workflow in workflows:
        for name, signs in workflow.environments().items():
            found[name] = found.get(name, False) or signs
    return found
