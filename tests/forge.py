"""A forge on this computer: it plays the workflows of a commit as GitHub would, or Forgejo.

The run steps are executed as they stand. What ``uses:`` would do is done by stand-ins
(:mod:`forge_actions`), and an action without one is an error; so is a trigger or an expression that
is not understood. Each job has a machine of its own: an empty folder, an empty home, and no variable
that a forge would not set. Secrets are those of the job's environment; on Forgejo, which has none,
those of the repository. A proposal from elsewhere gets none of them.
"""

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forge_expressions import Context, condition, filled
from forge_steps import Action, Machine, StepDone, perform
from git_repository import git
from workflow_files import Workflow

Watch = Callable[[str], None]


@dataclass(frozen=True)
class Event:
    """What happened in a repository."""

    name: str
    repository: str
    sha: str
    """The commit that the workflows see."""
    ref: str = "refs/heads/main"
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether it is a pull request of another repository."""
        pull = self.payload.get("pull_request")
        return bool(pull) and pull["head"]["repo"]["full_name"] != self.repository


@dataclass
class JobDone:
    """How a job ended."""

    result: str = "skipped"
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[StepDone] = field(default_factory=list)
    summary: str = ""

    @property
    def log(self) -> str:
        return "".join(step.log for step in self.steps)


@dataclass
class RunDone:
    """How a run of a workflow ended."""

    event: Event
    jobs: dict[str, JobDone] = field(default_factory=dict)
    artifacts: list[Path] = field(default_factory=list)
    """What was kept; some of it is deleted before the run ends."""

    @property
    def results(self) -> dict[str, str]:
        return {name: job.result for name, job in self.jobs.items()}

    @property
    def steps(self) -> list[StepDone]:
        return [step for job in self.jobs.values() for step in job.steps]

    @property
    def log(self) -> str:
        return "".join(job.log for job in self.jobs.values())

    @property
    def summary(self) -> str:
        return "".join(job.summary for job in self.jobs.values())

    def step(self, name: str) -> StepDone:
        """Return a step by its job and name: ``plan: Check the files``."""
        (found,) = (step for step in self.steps if f"{step.job}: {step.name}" == name)
        return found


class Forge:
    """Repositories, settings, secrets, artifacts and a host of pages."""

    def __init__(self, folder: Path, obit: Path, actions: Mapping[str, Action]) -> None:
        self.folder, self.obit, self.actions = folder, obit, actions
        self.server = "https://github.com"
        self.workflows = ".github/workflows"
        self.token_of: Callable[[Event], str] = lambda _event: "the token of this run"
        self.programs = folder / "programs"
        """What is installed on its machines besides the system's own."""
        self.repositories: dict[str, Path] = {}
        """Name → bare repository."""
        self.tokens: dict[str, str] = {}
        """Private repository → what one must show to fetch it."""
        self.variables: dict[str, str] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        """Environment → name → value; those of the repository have no environment."""
        self.certificates: Path | None = None
        """What its machines trust besides, to reach repositories by https."""
        self.artifacts = folder / "artifacts"
        self.live = folder / "live"
        """What the host of pages shows."""
        self.runs: list[RunDone] = []
        self.attested: dict[str, str] = {}
        """SHA-256 in hex → name."""
        self._numbers = threading.Lock()
        self._last = 0

    def number(self) -> int:
        """Return a number that nothing had before."""
        with self._numbers:
            self._last += 1
            return self._last

    def play(self, file: str, event: Event, watch: Watch = lambda _step: None) -> RunDone:
        """Run a workflow of the event's commit; ``watch`` is told each step before it begins."""
        bare = self.repositories[event.repository]
        path = f"{self.workflows}/{file}"
        workflow = Workflow(file, git(bare, "show", f"{event.sha}:{path}") + "\n")
        _refuse_other_trigger(workflow, event)
        run = RunDone(event)
        self.runs.append(run)
        for name in _in_order(workflow.jobs):
            run.jobs[name] = _Job(self, workflow, name, run).done(watch)
        return run


def _refuse_other_trigger(workflow: Workflow, event: Event) -> None:
    triggers = workflow.triggers
    wanted = triggers if isinstance(triggers, str | list) else list(triggers)
    branches = (triggers.get(event.name) or {}) if isinstance(triggers, dict) else {}
    assert event.name in wanted, f"{workflow.name} is not started by {event.name}"
    if event.name == "push":
        assert event.ref.removeprefix("refs/heads/") in branches["branches"]


def _in_order(jobs: Mapping[str, Any]) -> list[str]:
    """List the jobs so that each comes after those that it needs."""
    order: list[str] = []
    while len(order) < len(jobs):
        ready = [name for name in jobs if name not in order and set(needs(jobs[name])) <= {*order}]
        assert ready, "the jobs need each other in a circle"
        order.append(ready[0])
    return order


def needs(job: Mapping[str, Any]) -> list[str]:
    """List what a job needs."""
    found = job.get("needs", [])
    return [found] if isinstance(found, str) else found


class _Job:
    """One job of one run, on a machine of its own."""

    def __init__(self, forge: Forge, workflow: Workflow, name: str, run: RunDone) -> None:
        self.forge, self.run, self.name = forge, run, name
        self.workflow, self.job = workflow, workflow.jobs[name]
        self._steps: dict[str, dict[str, Any]] = {}

    def done(self, watch: Watch) -> JobDone:
        """Run the steps, unless what was needed or the job's own condition says no."""
        before = self._before(self.name)
        status = _status(
            success=all(result == "success" for result in before.values()),
            failure="failure" in before.values(),
        )
        result = JobDone()
        if not condition(self.job.get("if"), self.context(), status):
            return result
        machine = self._machine()
        result.result = "success"
        for content in self.job["steps"]:
            status = _status(success=result.result == "success", failure=result.result == "failure")
            if not condition(content.get("if"), self.context(machine), status):
                self._steps[content.get("id", "")] = {"outcome": "skipped", "outputs": {}}
                continue
            watch(f"{self.name}: {content['name']}")
            step = perform(content, machine, lambda text: filled(text, self.context(machine)))
            result.steps.append(step)
            self._steps[content.get("id", "")] = {"outcome": step.outcome, "outputs": step.outputs}
            if step.outcome == "failure":
                result.result = "failure"
        context = self.context(machine)
        declared = self.job.get("outputs", {})
        result.outputs = {name: filled(text, context) for name, text in declared.items()}
        result.summary = machine.summary
        return result

    def _before(self, name: str) -> dict[str, str]:
        """Return the results of all jobs that come before, however far."""
        found: dict[str, str] = {}
        for each in needs(self.workflow.jobs[name]):
            found |= {each: self.run.jobs[each].result, **self._before(each)}
        return found

    def _environment(self) -> str:
        found = self.job.get("environment", "")
        return found if isinstance(found, str) else found["name"]

    def _secrets(self) -> Mapping[str, str]:
        if self.run.event.is_from_elsewhere:
            return {}
        return self.forge.secrets.get("", {}) | self.forge.secrets.get(self._environment(), {})

    def context(self, machine: Machine | None = None) -> Context:
        """Return what expressions may ask for at this moment."""
        event = self.run.event
        job = {name: self.run.jobs[name] for name in needs(self.job)}
        return {
            "github": {
                "event_name": event.name,
                "event": event.payload,
                "repository": event.repository,
                "ref": event.ref,
                "ref_name": event.ref.rpartition("/")[2],
                "sha": event.sha,
                "server_url": self.forge.server,
                "run_id": "1",
                "token": self.forge.token_of(event),
            },
            "vars": self.forge.variables,
            "secrets": self._secrets(),
            "needs": {
                name: {"outputs": done.outputs, "result": done.result} for name, done in job.items()
            },
            "steps": self._steps,
            "env": dict(machine.env) if machine else {},
        }

    def _machine(self) -> Machine:
        event, number = self.run.event, self.forge.number()
        folder = self.forge.folder / f"run-{number:03}-{self.name}"
        machine = Machine(folder, self.name, self.forge, self.run)
        machine.shell = "sh" if "container" in self.job else "bash"
        machine.event_file.write_text(json.dumps(event.payload), encoding="utf-8")
        machine.set_by_forge = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event.name,
            "GITHUB_EVENT_PATH": str(machine.event_file),
            "GITHUB_JOB": self.name,
            "GITHUB_REF": event.ref,
            "GITHUB_REPOSITORY": event.repository,
            "GITHUB_SERVER_URL": self.forge.server,
            "GITHUB_SHA": event.sha,
            "GITHUB_WORKSPACE": str(machine.workspace),
            "HOME": str(machine.home),
            "PATH": f"{self.forge.programs}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(machine.temporary),
        }
        if self.forge.certificates:
            machine.set_by_forge["GIT_SSL_CAINFO"] = str(self.forge.certificates)
        context = self.context(machine)
        for declared in (self.workflow.content.get("env", {}), self.job.get("env", {})):
            machine.env |= {name: filled(text, context) for name, text in declared.items()}
        return machine


def _status(*, success: bool, failure: bool) -> dict[str, bool]:
    return {"success": success, "failure": failure, "always": True, "cancelled": False}
