"""What was found out about the surroundings, before anything is judged.

Of the environment only the names of variables are here, never a value: some of them are keys.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from obit_build.doctor.forge_files import Pipeline, Workflow
from obit_build.model.repository import Repository
from obit_build.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """What Git says about the folder."""

    version: tuple[int, ...] = ()
    """Of Git itself; empty if there is none."""
    is_repository: bool = True
    committed: datetime.datetime | None = None
    """When the commit that is checked out was made (aware)."""
    branch: str | None = None
    """None if no branch is checked out."""
    is_shallow: bool = False
    is_clean: bool = True
    remote: str = ""
    """Where ``origin`` is, without a user's name or password; empty if there is none."""
    tracked: frozenset[str] = frozenset()
    """Those of a few paths that should not be in the repository, but are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The programs and libraries that are installed."""

    python: tuple[int, ...] = (3, 11)
    installed: Mapping[str, str] = field(default_factory=dict)
    """Distribution, in lower case with hyphens → version."""
    locked: Mapping[str, str] = field(default_factory=dict)
    """The same, as the lock file wants it; empty without one."""
    drawing: str = ""
    """What stopped a trial drawing; empty if it went well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """What a ``file:`` or ``exec:`` signer names."""

    exists: bool
    is_tracked: bool = False
    mode: int = 0o600
    is_executable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltSite:
    """How large the built site is, in bytes."""

    bytes: int
    files: int
    largest: int
    largest_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeAnswers:
    """What GitHub's interface answered; None where it gave no answer."""

    name: str
    """Owner and repository: ``org/badges``."""
    repository: JsonObject | None = None
    environments: Mapping[str, JsonObject | None] = field(default_factory=dict)
    """None: there is none of this name. What GitHub did not tell this token is not in it."""
    rules: Mapping[str, list[JsonObject] | None] = field(default_factory=dict)
    """Branch → the rules that hold for it."""
    pages: JsonObject | None = None
    trouble: str = ""
    """Why not everything could be asked; then nothing else is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything that is looked at."""

    now: datetime.datetime
    settings_there: bool = True
    """Whether there is an obit.yaml."""
    repository: Repository | None = None
    """None if it can't be read."""
    in_ci: bool = False
    variables: frozenset[str] = frozenset()
    """Names of the environment variables that have a value."""
    clone: Clone = field(default_factory=Clone)
    tools: Tools = field(default_factory=Tools)
    key_files: Mapping[str, KeyFile] = field(default_factory=dict)
    """Signer URI → the file that it names."""
    workflows: tuple[Workflow, ...] = ()
    """Those of GitHub and of Forgejo."""
    pipeline: Pipeline | None = None
    """What GitLab runs, if the file is there and can be read."""
    unreadable: tuple[str, ...] = ()
    """Files of workflows that could not be read as YAML."""
    code_owners: str | None = None
    """The text of CODEOWNERS, if there is one."""
    people_apart: bool = False
    """Whether the people list is kept elsewhere, so that recipients.csv may hold codes alone."""
    cname: str | None = None
    ledger_at: datetime.datetime | None = None
    """The time of the last event of a ledger in a folder."""
    ledger_trouble: str = ""
    ledger_branch: str = ""
    """The branch of this repository in which the ledger is kept."""
    built: BuiltSite | None = None
    forge: ForgeAnswers | None = None
    """None if GitHub was not asked."""

    @property
    def on_github(self) -> tuple[Workflow, ...]:
        """The workflows of GitHub alone."""
        return tuple(workflow for workflow in self.workflows if workflow.is_githubs)
