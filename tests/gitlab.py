"""A GitLab on this computer: it plays the pipelines of a commit's ``.gitlab-ci.yml``.

Rules are decided, variables given by precedence, protection and environment, artifacts handed on, and
the lines of ``before_script`` and ``script`` executed as they stand, in one shell. A keyword or a
rule that is not understood is an error. Each job has a machine of its own, where the runner has
cloned as that of gitlab.com does: with the job's own token in the remote's address.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from forge_steps import INSTALLATION, OF_THE_TESTS
from git_host import GitHost
from git_repository import git
from gitlab_rules import chosen, expanded
from workflow_files import texts

UNDERSTOOD = {
    *("stage", "script", "before_script", "rules", "variables", "artifacts", "needs", "pages"),
    *("environment", "extends"),
    # What this computer does anyway: one job after the other, each to its end, with its own programs.
    *("image", "interruptible", "timeout", "resource_group"),
}
AROUND = {"workflow", "variables", "stages", "default"}


@dataclass(frozen=True)
class Variable:
    """A variable among the settings of a project."""

    value: str
    protected: bool = False
    environment: str = ""
    """The only environment whose jobs have it, if it is not for all."""


@dataclass
class Project:
    """A project: its settings, and what its Pages show."""

    name: str
    variables: dict[str, Variable] = field(default_factory=dict)
    protected: frozenset[str] = frozenset(("main", "obit-ledger"))
    live: Path | None = None

    def given(self, happened: "Happened", environment: str) -> dict[str, str]:
        """Return the variables that a pipeline has, or a job of an environment."""
        return {
            name: each.value
            for name, each in self.variables.items()
            if (not each.protected or happened.branch in self.protected)
            and each.environment in ("", environment)
        }


@dataclass(frozen=True)
class Happened:
    """Why there is a pipeline."""

    source: str
    """``push``, ``schedule``, ``web`` or ``merge_request_event``."""
    sha: str
    branch: str = ""
    """Empty for a merge request."""
    base: str = ""
    """Where a merge request's branch began."""


@dataclass
class JobDone:
    """How a job ended."""

    result: str = "skipped"
    log: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    kept: Path | None = None
    """Its artifacts."""


class GitLab:
    """Plays pipelines; its repositories are those of a host."""

    def __init__(self, folder: Path, host: GitHost, obit: Path) -> None:
        self.folder, self.host, self.obit = folder, host, obit
        self.numbers = count(1)
        self.pipelines: list[dict[str, JobDone]] = []

    def play(self, project: Project, happened: Happened) -> dict[str, JobDone]:
        """Play a pipeline: job → how it ended; nothing if the rules want none."""
        bare = self.host.folder / f"{project.name}.git"
        content = texts(git(bare, "show", f"{happened.sha}:.gitlab-ci.yml") + "\n")
        told = {**told_about(happened, self.host.url, project.name), **project.given(happened, "")}
        done: dict[str, JobDone] = {}
        around = {**content["variables"], **(begun(content, told) or {})}
        for name, job in started(content, told).items():
            done[name] = self._job(project, happened, name, job, around, done)
        self.pipelines.append(done)
        return done

    def _job(
        self,
        project: Project,
        happened: Happened,
        name: str,
        job: Mapping[str, Any],
        around: Mapping[str, str],
        before: Mapping[str, JobDone],
    ) -> JobDone:
        needed = {each: before[each] for each in job.get("needs", before)}
        if any(done.result != "success" for done in needed.values()):
            return JobDone()
        place = self.folder / f"job-{next(self.numbers):03}-{name}"
        workspace, home = place / "workspace", place / "home"
        home.mkdir(parents=True)
        token = f"job-token-{place.name}"
        declared = job.get("environment", "")
        environment = declared if isinstance(declared, str) else declared["name"]
        given = expanded(
            {
                **told_about(happened, self.host.url, project.name),
                "CI_JOB_TOKEN": token,
                **around,
                **job.get("variables", {}),
                **project.given(happened, environment),
            }
        )
        self.host.rights[token] = {project.name: "read"}
        _clone(workspace, given, self.host.certificate)
        for each in needed.values():
            if each.kept:
                shutil.copytree(each.kept, workspace, dirs_exist_ok=True)
        done = self._run(job, workspace, home, given)
        del self.host.rights[token]
        if done.result == "success" or job.get("artifacts", {}).get("when") == "always":
            done.kept = _kept(job.get("artifacts"), workspace, place / "artifacts")
        if "pages" in job and done.result == "success":
            _deploy(project, workspace / job["pages"]["publish"], place / "pages")
        return done

    def _run(
        self, job: Mapping[str, Any], workspace: Path, home: Path, given: Mapping[str, str]
    ) -> JobDone:
        """Execute the lines of a job with nothing but what GitLab sets."""
        script = "\n".join([*job["before_script"], *job["script"]])
        assert script.startswith(INSTALLATION)
        script = script.removeprefix(INSTALLATION)
        assert "pip" not in script.replace("pipe", "")
        assert (workspace / "requirements" / "run.lock").is_file()
        programs = workspace / ".venv" / "bin"
        programs.mkdir(parents=True)
        (programs / "obit").symlink_to(self.obit)
        env = {
            **{name: os.environ[name] for name in OF_THE_TESTS if name in os.environ},
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GIT_SSL_CAINFO": str(self.host.certificate),
            **given,
        }
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=workspace,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        return JobDone("failed" if done.returncode else "success", done.stdout, env)


def told_about(happened: Happened, server: str, project: str) -> dict[str, str]:
    """Return what GitLab says about a pipeline in every job of it."""
    told = {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_SERVER_URL": server,
        "CI_PROJECT_URL": f"{server}/{project}",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_SOURCE": happened.source,
        "CI_COMMIT_SHA": happened.sha,
    }
    if happened.branch:
        return {**told, "CI_COMMIT_BRANCH": happened.branch}
    return {**told, "CI_MERGE_REQUEST_DIFF_BASE_SHA": happened.base}


def begun(content: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, str] | None:
    """Return the variables that the rule brings by which there is a pipeline; None if there is none."""
    rule = chosen(content["workflow"]["rules"], told)
    return None if rule is None else rule.get("variables", {})


def started(content: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the jobs of a pipeline, in the order of their stages."""
    brought = begun(content, told)
    if brought is None:
        return {}
    told = {**content["variables"], **brought, **told}
    named = (name for name in content if name not in AROUND and not name.startswith("."))
    jobs = {name: _whole(content, name) for name in named}
    order = sorted(jobs, key=lambda name: content["stages"].index(jobs[name]["stage"]))
    return {name: jobs[name] for name in order if chosen(jobs[name]["rules"], told) is not None}


def _whole(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a job with what it extends and with the defaults."""
    job = content[name]
    whole = {**content["default"], **content.get(job.get("extends", ""), {}), **job}
    assert set(whole) <= UNDERSTOOD, f"not understood: {set(whole) - UNDERSTOOD}"
    return whole


def _clone(workspace: Path, given: Mapping[str, str], certificate: Path) -> None:
    """Clone as the runner does; it leaves the job's token in more than one place."""
    assert (given["GIT_STRATEGY"], given["GIT_DEPTH"]) == ("clone", "0")
    assert given["GIT_SUBMODULE_STRATEGY"] == "none"
    token, server = given["CI_JOB_TOKEN"], given["CI_SERVER_URL"]
    known = server.replace("://", f"://gitlab-ci-token:{token}@")
    address = given["CI_PROJECT_URL"].replace(server, known)
    workspace.mkdir()
    git(workspace, "init", "-q", "-b", "main")
    git(workspace, "remote", "add", "origin", f"{address}.git")
    if given.get("FF_GIT_URLS_WITHOUT_TOKENS") == "true":
        helper = f"!echo username=gitlab-ci-token; echo password={token}; :"
        git(workspace, "config", f"credential.{server}.helper", helper)
    else:
        git(workspace, "config", f"url.{known}.insteadOf", server)
    wanted = ["+refs/heads/*:refs/remotes/origin/*", given["CI_COMMIT_SHA"]]
    git(workspace, "fetch", "-q", "origin", *wanted, GIT_SSL_CAINFO=str(certificate))
    git(workspace, "checkout", "-q", "--detach", given["CI_COMMIT_SHA"])


def _kept(declared: Mapping[str, Any] | None, workspace: Path, target: Path) -> Path | None:
    """Keep what a job declares, as far as it is there."""
    if declared is None:
        return None
    known = {"when", "expire_in", "access", "expose_as", "paths", "reports"}
    assert set(declared) <= known, f"not understood: {set(declared) - known}"
    target.mkdir()
    reports = declared.get("reports", {})
    for path in [*declared["paths"], *reports.values()]:
        source = workspace / path
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / path)
        elif source.exists():
            shutil.copy(source, target / path)
    for path in reports.values():
        assert isinstance(json.loads((target / path).read_bytes()), list)
    return target


def _deploy(project: Project, site: Path, target: Path) -> None:
    """Let the project's Pages show a folder, all at once."""
    assert project.live is not None
    shutil.copytree(site, target)
    link = target.with_suffix(".link")
    link.symlink_to(target)
    link.replace(project.live)
