"""Schedules: status lists have to be signed again while nobody changes anything (threat model, section 4.1)."""

import datetime
from collections.abc import Iterator

from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Symptom, hint, warning, wrong

IDLE = datetime.timedelta(days=60)
"""After so long without a commit GitHub stops schedules."""
SOON = datetime.timedelta(days=45)
ENDING = (
    "status lists end after status_valid_for (a week, unless obit.yaml says otherwise); then no badge "
    "can be checked"
)


def schedules_go_on(around: Surroundings) -> Iterator[Symptom]:
    """GitHub is not about to stop the schedules."""
    last = around.clone.committed
    scheduled = [workflow.path for workflow in around.on_github if workflow.has_schedule]
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
    if not _signs(around):
        return
    if around.workflows and not any(workflow.has_schedule for workflow in around.workflows):
        yield warning(
            "no workflow runs by schedule",
            ENDING,
            "add a schedule: to the workflow that publishes",
        )
    if around.pipeline is not None and not around.pipeline.can_be_scheduled:
        yield warning(
            f"no job of {around.pipeline.path} runs by schedule",
            ENDING,
            'let the jobs that issue and publish run also if $CI_PIPELINE_SOURCE == "schedule"',
        )


def gitlab_keeps_its_schedule(around: Surroundings) -> Iterator[Symptom]:
    """On GitLab the schedule is a setting, which belongs to a person."""
    if _signs(around) and around.pipeline is not None and around.pipeline.can_be_scheduled:
        yield hint(
            "whether a pipeline schedule is on can't be seen from here",
            f"GitLab stops it, and says nothing, when its owner leaves or may no longer merge; {ENDING}",
            f"{_schedules_of(around.clone.remote)}: one is active, daily, for the main branch, and its "
            "next run is a day away at most",
        )


def _signs(around: Surroundings) -> bool:
    return around.repository is not None and bool(around.repository.settings.keys)


def _schedules_of(remote: str) -> str:
    """Say where GitLab shows the schedules of the repository at a remote."""
    host, _, path = remote.removeprefix("ssh://").removeprefix("https://").partition("/")
    if ":" in host:  # git@HOST:GROUP/PROJECT, without its user
        host, _, group = host.partition(":")
        path = f"{group}/{path}"
    name = path.strip("/").removesuffix(".git")
    if not host or "/" not in name:
        return "open Build, Pipeline schedules in the project on GitLab"
    return f"open https://{host}/{name}/-/pipeline_schedules"
