"""The files that tell a forge what to run, read as texts, lists and maps of whatever shape.

GitHub and Forgejo have workflows, one a file; GitLab has one file of jobs. Nothing is run or fetched, and of
expressions only so much is understood as to tell whether a schedule starts anything.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_NO_JOBS = frozenset(
    ("default", "image", "include", "services", "spec", "stages", "variables", "workflow")
)
"""What a map at the top of GitLab's file is when it is no job."""
_SOURCE = re.compile(r"\$CI_PIPELINE_SOURCE\s*([=!][=~])\s*(?:\"([^\"]*)\"|'([^']*)'|/([^/]*)/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow file of GitHub or Forgejo."""

    path: str
    text: str
    content: Mapping[str, Any]

    @property
    def is_githubs(self) -> bool:
        """Whether it is GitHub's: Forgejo knows no permissions, and has no environments."""
        return self.path.startswith(".github/")

    @property
    def jobs(self) -> Mapping[str, Mapping[str, Any]]:
        """The jobs that are maps, as they should be."""
        jobs = self.content.get("jobs")
        found = jobs.items() if isinstance(jobs, Mapping) else ()
        return {name: job for name, job in found if isinstance(job, Mapping)}

    @property
    def steps(self) -> tuple[Mapping[str, Any], ...]:
        """All steps of all jobs."""
        lists = (job.get("steps") for job in self.jobs.values())
        return tuple(
            step
            for steps in lists
            if isinstance(steps, list)
            for step in steps
            if isinstance(step, Mapping)
        )

    @property
    def has_schedule(self) -> bool:
        """Whether it is run by the clock."""
        triggers = self.content.get("on")
        return "schedule" in triggers if isinstance(triggers, Mapping | list) else False

    @property
    def images(self) -> tuple[str, ...]:
        """The images of the containers in which jobs, their services and their actions run."""
        named: list[object] = []
        for job in self.jobs.values():
            services = job.get("services")
            named.append(job.get("container"))
            named += services.values() if isinstance(services, Mapping) else ()
        named += [str(step.get("uses", "")).partition("docker://")[2] for step in self.steps]
        return _images(named, "image")

    def environments(self) -> Mapping[str, bool]:
        """Return the environments that jobs name → whether a signing key is used there."""
        found: dict[str, bool] = {}
        for job in self.jobs.values():
            named = job.get("environment")
            name = named.get("name") if isinstance(named, Mapping) else named
            if isinstance(name, str) and "${{" not in name:
                found[name] = found.get(name, False) or "secrets.OBIT_KEY" in str(job)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """GitLab's file of jobs."""

    path: str
    content: Mapping[str, Any]

    @property
    def jobs(self) -> Mapping[str, Mapping[str, Any]]:
        """The jobs, and the hidden ones from which others take over."""
        return {
            name: job
            for name, job in self.content.items()
            if name not in _NO_JOBS and isinstance(job, Mapping)
        }

    @property
    def images(self) -> tuple[str, ...]:
        """The images in which jobs and their services run."""
        default = self.content.get("default")
        named: list[object] = []
        for place in (self.content, default, *self.jobs.values()):
            if isinstance(place, Mapping):
                services = place.get("services")
                named += [place.get("image"), *(services if isinstance(services, list) else ())]
        return _images(named, "name")

    @property
    def includes(self) -> tuple[str | Mapping[str, Any], ...]:
        """What it takes in from other files: an address or a path, or a map that says which."""
        given = self.content.get("include")
        listed = given if isinstance(given, list) else [given]
        return tuple(each for each in listed if isinstance(each, str | Mapping))

    @property
    def can_be_scheduled(self) -> bool:
        """Whether a schedule starts any job, as far as this file tells."""
        workflow = self.content.get("workflow")
        if isinstance(workflow, Mapping) and not _let_schedules(workflow.get("rules")):
            return False
        run = [name for name in self.jobs if not name.startswith(".")]
        return bool(self.includes) or any(_let_schedules(self._rules(name)) for name in run)

    def _rules(self, name: str) -> object:
        """Return a job's rules, which may be those of a job that it extends; None without any."""
        ahead, seen = [name], set[str]()
        while ahead:
            job = self.jobs.get(here := ahead.pop(), {})
            if "rules" in job:
                return job["rules"]
            seen.add(here)
            given = job.get("extends")
            named = given if isinstance(given, list) else [given]  # the last one wins
            ahead += [each for each in named if isinstance(each, str) and each not in seen]
        return None


def _let_schedules(rules: object) -> bool:
    """Whether the first rule that fits a scheduled pipeline lets it run."""
    if not isinstance(rules, list):
        return True
    for rule in rules:
        said = rule.get("if") if isinstance(rule, Mapping) else None
        condition = said if isinstance(said, str) else ""
        never = isinstance(rule, Mapping) and rule.get("when") == "never"
        # What else such a condition asks can't be known; it ends the search only if it names schedules.
        if _fits_schedules(condition) and (not never or "schedule" in condition):
            return not never
    return False


def _fits_schedules(condition: str) -> bool:
    """Whether a condition can hold for a scheduled pipeline; only the pipeline's source is looked at."""
    return any(
        all(_holds(*compared) for compared in _SOURCE.findall(alternative))
        for alternative in condition.split("||")
    )


def _holds(sign: str, *values: str) -> bool:
    """Whether a comparison of a pipeline's source holds for schedules."""
    value = "".join(values)
    is_it = "schedule" in value if sign.endswith("~") else value == "schedule"
    return is_it is sign.startswith("=")


def _images(named: Iterable[object], member: str) -> tuple[str, ...]:
    """Return the names of images that are texts, or the member of a map."""
    found = (each.get(member) if isinstance(each, Mapping) else each for each in named)
    return tuple(name for name in found if isinstance(name, str) and name)
