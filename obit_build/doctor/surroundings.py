"""Find out about the surroundings of a centre's files: Git, keys, tools, workflows, the built site.

Reads and runs nothing but ``git`` and a trial drawing; asks the network only if there is a token for
GitHub. Values of environment variables stay here.
"""

import importlib.metadata
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from obit_build.doctor.facts import (
    BuiltSite,
    Clone,
    ForgeAnswers,
    KeyFile,
    Tools,
)
from obit_build.doctor.forge_files import Pipeline, Workflow
from obit_build.doctor.github_api import github_of
from obit_build.doctor.publishing import name_on_github
from obit_build.doctor.workflows import environments_of
from obit_build.errors import ProcessError, RenderError
from obit_build.git import head as git
from obit_build.pictures.raster import to_png
from obit_build.reading import nodes

LOCK = "requirements/run.lock"
WORKFLOWS = (".github/workflows", ".forgejo/workflows", ".gitea/workflows")
GITLAB = ".gitlab-ci.yml"
OWNERS = (
    ".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS",
    ".forgejo/CODEOWNERS", ".gitea/CODEOWNERS",
)  # fmt: skip
LOOKED_FOR = (".obit", "build", "recipients.csv")
"""Paths of which it matters whether they are in the repository."""
MAX_BYTES = 1_000_000
TRIAL = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>'
)

_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_VERSION = re.compile(rb"git version (\d+(?:\.\d+)*)")


def clone_of(root: Path) -> Clone:
    """Ask Git about the folder."""
    said = _VERSION.match(git.ask(root, "version") or b"")
    if said is None:
        return Clone()
    head = git.head(root)
    branch = git.ask(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    remote = git.ask(root, "config", "--get", "remote.origin.url")
    tracked = git.ask(root, "ls-files", "-z", "--", *LOOKED_FOR) or b""
    return Clone(
        version=tuple(int(part) for part in said[1].split(b".")),
        is_repository=git.ask(root, "rev-parse", "--git-dir") is not None,
        committed=head.at if head else None,
        branch=branch.decode("utf-8", "replace").strip() if branch else None,
        is_shallow=git.is_shallow(root),
        is_clean=git.is_clean(root),
        remote=_without_user((remote or b"").decode("utf-8", "replace").strip()),
        tracked=frozenset(
            name
            for path in tracked.decode("utf-8", "replace").split("\0")
            for name in LOOKED_FOR
            if path == name or path.startswith(f"{name}/")
        ),
    )


def _without_user(remote: str) -> str:
    """Leave out a user's name and password, which some write into the address."""
    try:
        parts = urlsplit(remote)
    except ValueError:
        return ""
    if parts.scheme and parts.netloc:
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return remote.rpartition("@")[2]


def tools_here(root: Path) -> Tools:
    """List what is installed, and try to draw."""
    found = importlib.metadata.distributions()
    pairs = ((item.metadata["Name"], item.version) for item in found)
    try:
        to_png(TRIAL)
        drawing = ""
    except (ProcessError, RenderError) as error:
        drawing = error.message
    locked = _text(root / LOCK) or ""
    return Tools(
        python=sys.version_info[:3],
        installed={_distribution(name): version for name, version in pairs if name},
        locked={_distribution(name): version for name, version in _LOCKED.findall(locked)},
        drawing=drawing,
    )


def _distribution(name: str) -> str:
    """Write a distribution's name in its normal form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def key_file(root: Path, uri: str) -> KeyFile | None:
    """Look at the file that a ``file:`` or ``exec:`` signer names; None for other kinds."""
    kind, _, name = uri.partition(":")
    if kind not in ("file", "exec"):
        return None
    path = root / name
    try:
        mode = path.stat().st_mode
    except OSError:
        return KeyFile(exists=False)
    return KeyFile(
        exists=True,
        is_tracked=git.is_tracked(path),
        mode=mode & 0o777,
        is_executable=kind != "exec" or os.access(path, os.X_OK),
    )


def workflows_of(root: Path) -> tuple[tuple[Workflow, ...], tuple[str, ...]]:
    """Read the workflows of GitHub and Forgejo; return also the paths of those that can't be read."""
    files = [file for folder in WORKFLOWS for file in sorted((root / folder).glob("*.y*ml"))]
    read = {file.relative_to(root).as_posix(): _contents(file) for file in files}
    good = [Workflow(path=path, text=it[0], content=it[1]) for path, it in read.items() if it]
    return tuple(good), tuple(path for path, it in read.items() if it is None)


def pipeline_of(root: Path) -> tuple[Pipeline | None, tuple[str, ...]]:
    """Read what GitLab runs; return also the file's path if it is there and can't be read."""
    if not os.path.lexists(root / GITLAB):
        return None, ()
    found = _contents(root / GITLAB)
    return (Pipeline(path=GITLAB, content=found[1]), ()) if found else (None, (GITLAB,))


def _contents(file: Path) -> tuple[str, dict[str, object]] | None:
    """Return a file of plain YAML as its text and as texts, lists and maps."""
    text = _text(file)
    node, _ = nodes.compose((text or "").encode(), file.name)
    if text is None or not isinstance(node, nodes.Mapping):
        return None
    return text, _map(node)


def _map(node: nodes.Mapping) -> dict[str, object]:
    return {name.value: _plain(value) for name, value in node.items}


def _plain(node: nodes.Node) -> object:
    if isinstance(node, nodes.Mapping):
        return _map(node)
    if isinstance(node, nodes.Sequence):
        return [_plain(item) for item in node.items]
    return node.value


def _text(path: Path) -> str | None:
    """Read a text of the repository; None if it is not there, is a link, or is too large."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
            return None
        return path.read_text("utf-8", "replace")
    except OSError:
        return None


def code_owners_of(root: Path) -> str | None:
    """Read the CODEOWNERS that a forge would take; GitHub's choice first."""
    return next((text for path in OWNERS if (text := _text(root / path)) is not None), None)


def cname_of(root: Path) -> str | None:
    """Read the host that CNAME names."""
    text = _text(root / "CNAME")
    return text.strip().lower() if text is not None else None


def built_site(folder: Path) -> BuiltSite | None:
    """Measure the built site, if there is one."""
    sizes = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    if not sizes:
        return None
    largest = max(sizes, key=lambda name: sizes[name])
    return BuiltSite(
        bytes=sum(sizes.values()),
        files=len(sizes),
        largest=sizes[largest],
        largest_path=largest,
    )


def ask_forge(
    environment: Mapping[str, str], clone: Clone, workflows: tuple[Workflow, ...], ledger: str
) -> ForgeAnswers | None:
    """Ask GitHub how the repository is protected; None if there is no token or it is elsewhere."""
    repository = github_of(environment, name_on_github(clone.remote))
    if repository is None:
        return None
    return repository.answers(environments_of(workflows), [ledger] if ledger else [])
