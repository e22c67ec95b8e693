"""Where the people list is: beside obit.yaml, or kept apart from a repository that others can read.

``recipients:`` in obit.yaml names another file, and the environment variable OBIT_RECIPIENTS wins;
both are paths, absolute or from the folder of obit.yaml. An address is refused: fetching the list
is not obit's work. A list that obit.yaml names may be absent, as in a check of a pull request
from outside; one that the environment names has to be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from obit_build.centre.names import ELSEWHERE, PEOPLE, SETTINGS
from obit_build.centre.sources import named_people_list
from obit_build.people.recipients import is_address, names_nobody
from obit_build.problems import Location, Problem


@dataclass(frozen=True, slots=True)
class PeopleList:
    """The file that says who is behind a code."""

    path: Path
    is_apart: bool = False
    """Whether it is another file than ``recipients.csv`` beside obit.yaml."""
    is_absent: bool = False
    """Whether it is kept apart and not here, as may be."""
    problems: tuple[Problem, ...] = ()


def people_list(root: Path, files: Mapping[str, bytes], environment: str | None) -> PeopleList:
    """Find out where the list is.

    ``files`` are those of the folder that were read; ``environment`` is the value of
    OBIT_RECIPIENTS, if it is set.
    """
    beside = root / PEOPLE
    named = named_people_list(files.get(SETTINGS, b""))
    if environment and is_address(environment):
        at, message = Location(PEOPLE), f"the variable {ELSEWHERE} holds an address"
        return PeopleList(beside, problems=(_not_a_file(at, message),))
    if not environment and named is not None and is_address(named.value):
        message = "the people list can't be read from an address"
        return PeopleList(beside, problems=(_not_a_file(named.location, message),))
    path = root / (environment or (named.value if named else PEOPLE))
    if path.resolve() == beside.resolve():
        return PeopleList(beside)
    return PeopleList(
        path,
        is_apart=True,
        is_absent=not environment and not path.exists(),
        problems=() if names_nobody(files.get(PEOPLE, b"code")) else (_NOT_CODES_ALONE,),
    )


_NOT_CODES_ALONE = Problem(
    location=Location(PEOPLE),
    check="public-people-list-has-codes-alone",
    message="the people list is kept elsewhere, and here is one that has more than codes",
    fix='remove it, or leave it the column "code" alone',
)


def _not_a_file(at: Location, message: str) -> Problem:
    return Problem(
        location=at,
        check="people-list-is-a-file",
        message=message,
        fix="get the file first, then write its path, like ../vault/recipients.csv",
    )
