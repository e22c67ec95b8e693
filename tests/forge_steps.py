"""One step on one machine of the tests' forge: the script as it stands, or the action's stand-in."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

INSTALLATION = """\
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/run.lock
if [ -n "$OBIT_SOURCE" ]; then .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation "$OBIT_SOURCE"; fi
"""
"""The one script that is not executed: the obit under test is installed already."""
SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "sh": ["sh", "-e"]}
UNSAID = {"bash": ["bash", "-e"], "sh": ["sh", "-e"]}
"""How a script is run that names no shell: a runner has bash, a container counts on sh alone."""
OF_THE_TESTS = ("PYTHONPATH",)
"""What obit needs to be the one under test; no forge sets it."""


Action = Callable[["Machine", dict[str, str]], dict[str, str]]
"""Does what an action would do, with its ``with:``, and returns its outputs."""


@dataclass
class StepDone:
    """What a step was given, said, and how it ended."""

    job: str
    name: str
    kind: str
    """run, uses, or installation."""
    env: dict[str, str]
    log: str = ""
    outcome: str = "success"
    outputs: dict[str, str] = field(default_factory=dict)


class Machine:
    """What a job runs on: folders of its own, and what steps hand on to later steps."""

    def __init__(self, folder: Path, job: str, forge: Any, run: Any) -> None:
        self.job, self.forge, self.run = job, forge, run
        self.shell = "bash"
        self.workspace, self.home = folder / "workspace", folder / "home"
        self.temporary = folder / "temp"
        for each in (self.workspace, self.home, self.temporary):
            each.mkdir(parents=True)
        self.event_file = self.temporary / "event.json"
        self.env: dict[str, str] = {}
        """Declared by the file and the job, and added by steps through GITHUB_ENV."""
        self.set_by_forge: dict[str, str] = {}
        self.path: list[str] = []
        self.summary = ""

    def file(self, name: str) -> Path:
        """Make a new empty file that a step may write for the forge."""
        path = self.temporary / f"{name}-{self.forge.number()}"
        path.touch()
        return path


def perform(content: dict[str, Any], machine: Machine, filled: Callable[[str], str]) -> StepDone:
    """Do a step of a job: ``filled`` puts values in the place of its expressions."""
    own = {name: filled(text) for name, text in content.get("env", {}).items()}
    step = StepDone(machine.job, content["name"], "run", {**machine.env, **own})
    if content.get("run") == INSTALLATION:
        step.kind = "installation"
        _install(machine)
    elif "run" in content:
        _run(content, machine, step)
    else:
        step.kind = "uses"
        given = {name: filled(text) for name, text in content.get("with", {}).items()}
        action = content["uses"].partition("@")[0]
        step.outputs = machine.forge.actions[action](machine, given)
    return step


def _install(machine: Machine) -> None:
    assert (machine.workspace / "requirements" / "run.lock").is_file()
    programs = machine.workspace / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "obit").symlink_to(machine.forge.obit)


def _run(content: dict[str, Any], machine: Machine, step: StepDone) -> None:
    """Execute a script with nothing but what the forge sets and the file declares."""
    assert "${{" not in content["run"]
    assert "pip" not in content["run"], "another installation than the one that is replaced"
    known = {"name", "id", "if", "env", "run", "shell", "working-directory"}
    assert set(content) <= known, f"not understood: {set(content) - known}"
    script = machine.file("script")
    script.write_text(content["run"], encoding="utf-8")
    handed = {name: machine.file(name) for name in ("OUTPUT", "ENV", "PATH", "STEP_SUMMARY")}
    given = {
        **{name: os.environ[name] for name in OF_THE_TESTS if name in os.environ},
        **machine.set_by_forge,
        **{f"GITHUB_{name}": str(path) for name, path in handed.items()},
        **step.env,
    }
    given["PATH"] = ":".join([*machine.path, given["PATH"]])
    step.env = given
    done = subprocess.run(
        [*(SHELLS[content["shell"]] if "shell" in content else UNSAID[machine.shell]), script],
        cwd=machine.workspace / content.get("working-directory", "."),
        env=given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    step.log = done.stdout
    step.outcome = "failure" if done.returncode else "success"
    step.outputs = _pairs(handed["OUTPUT"])
    machine.env |= _pairs(handed["ENV"])
    machine.path[:0] = handed["PATH"].read_text(encoding="utf-8").split()
    machine.summary += handed["STEP_SUMMARY"].read_text(encoding="utf-8")


def _pairs(file: Path) -> dict[str, str]:
    """Read what a step has written as ``name=value`` lines."""
    lines = file.read_text(encoding="utf-8").splitlines()
    assert all("=" in line for line in lines), "values of several lines are not understood"
    return dict(line.split("=", 1) for line in lines)
