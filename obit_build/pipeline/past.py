"""check --history: look through everything that Git remembers for people of the people list."""

from obit_build.centre.names import ELSEWHERE
from obit_build.centre.people_list import people_list
from obit_build.errors import PeopleListError
from obit_build.git.history import folder_in_repository
from obit_build.git.past import Past
from obit_build.model.repository import Repository
from obit_build.people.naming import persons_of
from obit_build.pipeline.before import Checked
from obit_build.pipeline.past_names import Trace, traces
from obit_build.problems import Problem
from obit_build.setting import Setting

FIX = "rewrite the history before others see it (docs/how-to/forget-a-person.md)"
MAX_LOOKED_UP = 20
"""Looking for a commit takes as long as the history."""


def past_problems(setting: Setting, checked: Checked) -> tuple[list[Problem], int]:
    """Return what the history gives away, and how many objects were too large to be read.

    Raises GitError without a whole history, PeopleListError without the list of whom to look for.
    """
    repository = checked.repository
    if repository is None:
        return [], 0
    if repository.people_absent:
        raise PeopleListError(
            "the people list is kept elsewhere and is not here, so nobody can be looked for",
            fix=f"run the command where the list is; {ELSEWHERE} may name its path",
        )
    past = Past(setting.root)
    found = traces(
        ((former.name, former.path, former.data) for former in past.objects()),
        persons_of(repository),
        prefix=folder_in_repository(setting.root),
        own_list=_own_list(setting, repository),
    )
    return [_problem(past, trace, n) for n, trace in enumerate(found)], past.too_large


def _own_list(setting: Setting, repository: Repository) -> str:
    """Return where the people list lies below the centre's folder; empty if it is elsewhere."""
    place = people_list(setting.root, repository.files, setting.environment.get(ELSEWHERE))
    path, root = place.path.resolve(), setting.root.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else ""


def _problem(past: Past, trace: Trace, number: int) -> Problem:
    what = "the name of a recipient" if trace.kind == "name" else "an e-mail address"
    versions = len(trace.versions)
    if trace.location.path.startswith("commit "):
        message = f"the message of this commit holds {what}"
    else:
        commit = past.commit_with(trace.newest) if number < MAX_LOOKED_UP else ""
        last = f"; the last came or went with commit {commit}" if commit else ""
        several = "a version" if versions == 1 else f"{versions} versions"
        holds = "holds" if versions == 1 else "hold"
        message = f"{several} of this file in the history {holds} {what}{last}"
    return Problem(
        location=trace.location, check="history-names-no-person", message=message, fix=FIX
    )
