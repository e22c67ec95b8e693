"""What is wrong in the user's files: where, what, and how to mend it.

A :class:`Problem` is a value, collected and shown with all the others; nothing here prints.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from obit_build.errors import ObitError

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, eq=False)
@functools.total_ordering
class Location:
    """A place in a file of the repository; lines and columns count from 1, in characters.

    Two places are the same if they begin at the same character, however they were found.
    """

    path: str
    line: int = 1
    column: int = 1
    length: int = 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Location) and self._begin() == other._begin()

    def __lt__(self, other: "Location") -> bool:
        return self._begin() < other._begin()

    def __hash__(self) -> int:
        return hash(self._begin())

    def _begin(self) -> tuple[str, int, int]:
        return self.path, self.line, self.column

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def below(self, folder: str) -> "Location":
        """Return the same place as seen from above ``folder``, which is empty or ends in a slash."""
        return Location(folder + self.path, self.line, self.column, self.length)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One finding of one check. ``fix`` names a file, a field or a command."""

    location: Location
    check: str
    message: str
    fix: str
    level: Level = "error"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order of their places."""

    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "Report":
        """Sort the problems by place and drop exact repetitions."""
        return cls(tuple(sorted(set(problems))))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that stop everything."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The findings that don't."""
        return tuple(problem for problem in self.problems if problem.level == "warning")


class ProblemsFoundError(ObitError):
    """The user's files hold errors; carries all of them."""

    exit_code = 1

    def __init__(self, report: Report, files: Mapping[str, bytes]) -> None:
        super().__init__("the files hold errors", fix="mend them and run the command again")
        self.report = report
        self.files = files
