"""The shipped workflows as plain values: every scalar is the text that stands in the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[1]
GITHUB = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
FORGEJO = sorted((PROJECT / "docs" / "recipes" / "forgejo").glob("*.yml"))
GITLAB = PROJECT / "docs" / "recipes" / "gitlab-ci.yml"


def texts(text: str) -> dict[str, Any]:
    """Read YAML as texts, lists and maps: ``on`` and ``no`` stay words."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it makes nothing else


@dataclass(frozen=True)
class Step:
    """A step of a job, with all that surrounds it."""

    job: str
    content: dict[str, Any]
    env: dict[str, str]
    """What is declared for it: by the file, the job and the step."""

    @property
    def name(self) -> str:
        return f"{self.job}: {self.content.get('name', '?')}"

    @property
    def run(self) -> str:
        return self.content.get("run", "")

    @property
    def action(self) -> str:
        return self.content.get("uses", "").partition("@")[0]


@dataclass(frozen=True)
class Workflow:
    """A workflow file of GitHub or Forgejo."""

    name: str
    text: str

    @cached_property
    def content(self) -> dict[str, Any]:
        return texts(self.text)

    @property
    def triggers(self) -> dict[str, Any]:
        return self.content["on"]

    @property
    def jobs(self) -> dict[str, dict[str, Any]]:
        return self.content["jobs"]

    def steps(self) -> Iterator[Step]:
        for name, job in self.jobs.items():
            for step in job["steps"]:
                env = {**self.content.get("env", {}), **job.get("env", {}), **step.get("env", {})}
                yield Step(name, step, env)


def read(path: Path) -> Workflow:
    return Workflow(path.name, path.read_text(encoding="utf-8"))


def expressions(value: object) -> Iterator[str]:
    """Yield every ``${{ … }}`` in a value."""
    if isinstance(value, dict):
        for each in value.values():
            yield from expressions(each)
    elif isinstance(value, list):
        for each in value:
            yield from expressions(each)
    else:
        yield from re.findall(r"\$\{\{(.*?)\}\}", str(value), re.DOTALL)


def secrets(value: object) -> set[str]:
    """Return the names of the secrets that a value is given."""
    return {name for each in expressions(value) for name in re.findall(r"secrets\.(\w+)", each)}


def scripts_of_gitlab(text: str) -> dict[str, str]:
    """Return what each job of a GitLab file runs, with what runs before it."""
    content = texts(text)
    before = content["default"]["before_script"]
    return {
        name: "\n".join([*before, *job["script"]]) + "\n"
        for name, job in content.items()
        if isinstance(job, dict) and "script" in job
    }
