"""The clone and the clock: history, branch, uncommitted files, times."""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

import datetime
from collections.abc import Iterator

from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Symptom, hint, warning, wrong

OLDEST_GIT = (2, 36)
AHEAD = datetime.timedelta(minutes=10)


def settings_are_here(around: Surroundings) -> Iterator[Symptom]:
    """The folder holds obit.yaml."""
    if not around.settings_there:
        yield wrong(
            "there is no obit.yaml here",
            "this is not the folder of a centre, or not its top",
            "run obit in the folder that holds obit.yaml, or give it with -C",
        )


def git_is_new_enough(around: Surroundings) -> Iterator[Symptom]:
    """Git is installed and not older than version 2.36."""
    version = around.clone.version
    if version >= OLDEST_GIT:
        return
    said = f"Git {'.'.join(map(str, version))} is too old" if version else "Git is not installed"
    yield wrong(
        said,
        "the time of what is published and a ledger in a branch come from Git",
        "install Git 2.36 or newer",
    )


def folder_is_a_repository(around: Surroundings) -> Iterator[Symptom]:
    """The folder is a Git repository with a commit."""
    if around.clone.version and (not around.clone.is_repository or around.clone.committed is None):
        yield warning(
            "this folder has no commit in Git",
            "what is published is dated by its commit; without one, by today",
            "git init, git add, git commit; or clone the centre's repository",
        )


def history_is_whole(around: Surroundings) -> Iterator[Symptom]:
    """The clone's history is not cut off."""
    if around.clone.is_shallow:
        yield wrong(
            "this clone's history is cut off (a shallow clone)",
            "obit issue can't tell whether the main branch was put back, and refuses",
            "git fetch --unshallow; in a GitHub workflow fetch-depth: 0, in GitLab GIT_DEPTH: 0",
        )


def branch_is_checked_out(around: Surroundings) -> Iterator[Symptom]:
    """A branch is checked out, unless a workflow runs."""
    if around.clone.committed and around.clone.branch is None and not around.in_ci:
        yield warning(
            "no branch is checked out (a detached HEAD)",
            "what you commit here belongs to no branch and is lost when you change to one",
            "git switch main",
        )


def files_are_committed(around: Surroundings) -> Iterator[Symptom]:
    """Everything is committed."""
    if around.clone.committed and not around.clone.is_clean:
        yield warning(
            "there are changes that are not committed",
            "what is issued names its commit, and that commit does not hold them",
            "git status shows them; commit them, or take them back",
        )


def clock_is_not_behind(around: Surroundings) -> Iterator[Symptom]:
    """The clock here is not behind the last commit or the ledger's last event."""
    times = {"the last commit": around.clone.committed, "the ledger's last event": around.ledger_at}
    for what, at in times.items():
        if at is not None and at > around.now + AHEAD:
            yield wrong(
                f"{what} is of {at:%Y-%m-%d %H:%M}, but this clock says {around.now:%Y-%m-%d %H:%M}"
                " (UTC)",
                "one of the two is wrong; obit issue refuses a commit from the future",
                "set this computer's clock; if it is right, look who made that commit",
            )


def ledger_can_be_read(around: Surroundings) -> Iterator[Symptom]:
    """A ledger in a folder is whole."""
    if around.ledger_trouble:
        yield wrong(
            around.ledger_trouble,
            "nothing can be issued or built before the ledger is whole again",
            "bring it back from its last good copy; never edit it",
        )


def ledger_is_pinned(around: Surroundings) -> Iterator[Symptom]:
    """Once the ledger has begun, obit.yaml says how."""
    if around.repository is None or around.ledger_at is None:
        return
    declared = around.repository.settings.ledger
    if declared is None or declared.genesis is None:
        yield hint(
            "obit.yaml does not say how the ledger began",
            "an exchanged or emptied ledger would not be noticed",
            "write what the first obit issue printed (ledger: at, genesis) into obit.yaml",
        )
