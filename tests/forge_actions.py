"""Stand-ins for the actions that the shipped workflows use, and for GitHub's own program.

Each does with folders what the real one does over the network, and refuses an option that it does
not know.
"""

import hashlib
import json
import shutil
import tarfile
from pathlib import Path

from forge import Forge
from forge_steps import Machine
from git_repository import git

Given = dict[str, str]
GH = """\
#!/bin/sh
# Notes what is asked of GitHub, one call a line, and does what the workflows count on.
echo "$*" >> "{folder}/gh-calls"
for last; do :; done
case "$*" in
*DELETE*/actions/artifacts/*) rm -r "{artifacts}/${{last##*/}}" ;;
*graphql*) cat "{folder}/reviews.json" ;;
*--field\\ body=@*) cp "${{last#body=@}}" "{folder}/comment.md" ;;
esac
"""


def forge_with_actions(folder: Path, obit: Path) -> Forge:
    """Make a forge that knows the actions of the workflows; its machines have this obit."""
    actions = {
        "actions/checkout": checkout,
        "actions/upload-artifact": upload,
        "actions/download-artifact": download,
        "actions/attest": attest,
        "actions/deploy-pages": deploy,
    }
    forge = Forge(folder, obit, actions)
    forge.programs.mkdir(parents=True)
    program = forge.programs / "gh"
    program.write_text(GH.format(folder=folder, artifacts=forge.artifacts), encoding="utf-8")
    program.chmod(0o755)
    answer_about_reviews(forge)
    return forge


def answer_about_reviews(forge: Forge, *pull_requests: dict) -> None:
    """Make GitHub's program answer this when it is asked who approved what was merged."""
    answer = {"data": {"repository": {"pullRequests": {"nodes": list(pull_requests)}}}}
    (forge.folder / "reviews.json").write_text(json.dumps(answer), encoding="utf-8")


def a_reviewed_pull_request(head: str, author: str, *approving: str) -> dict:
    """Return what GitHub says about a merged pull request; each approval is of its last commit."""
    reviews = [
        {"state": "APPROVED", "author": {"login": who}, "commit": {"oid": head}}
        for who in approving
    ]
    return {
        "headRefOid": head,
        "mergeCommit": None,
        "author": {"login": author},
        "commits": {"totalCount": 1, "nodes": [a_commit_of(head, author)]},
        "latestOpinionatedReviews": {"nodes": reviews},
    }


def a_commit_of(commit: str, author: str = "trainer-x") -> dict:
    """Return what GitHub says about a commit of a pull request, signed by its author."""
    return {
        "commit": {
            "oid": commit,
            "signature": {"isValid": True, "signer": {"login": author}},
            "authors": {"totalCount": 1, "nodes": [{"user": {"login": author}}]},
            "associatedPullRequests": {"totalCount": 1, "nodes": [{"mergeCommit": None}]},
        }
    }


def checkout(machine: Machine, given: Given) -> Given:
    """Fetch a repository, at the event's commit if it is the event's own; keep no password."""
    event, forge = machine.run.event, machine.forge
    name = given.pop("repository", event.repository)
    assert given.pop("persist-credentials") == "false"
    depth, token = given.pop("fetch-depth", "1"), given.pop("token", "")
    target = machine.workspace / given.pop("path", ".")
    assert not given, f"not understood: {given}"
    assert forge.tokens.get(name, "") == token, f"{name} is not for this token"
    target.mkdir(parents=True, exist_ok=True)
    git(target, "init", "-q", "-b", "main")
    git(target, "remote", "add", "origin", f"file://{forge.repositories[name]}")
    own = name == event.repository
    wanted = [event.sha] if own else ["refs/heads/main"]
    if depth == "0":
        wanted.append("+refs/heads/*:refs/remotes/origin/*")
    git(target, "fetch", "-q", *([] if depth == "0" else [f"--depth={depth}"]), "origin", *wanted)
    commit = event.sha if own else "FETCH_HEAD"
    if event.ref.startswith("refs/heads/"):
        git(target, "checkout", "-q", "--force", "-B", event.ref.rpartition("/")[2], commit)
    else:
        git(target, "checkout", "-q", "--force", "--detach", commit)
    return {}


def upload(machine: Machine, given: Given) -> Given:
    """Keep files for other jobs of the run; hidden ones only if that was asked for."""
    source = machine.workspace / given.pop("path")
    name, hidden = given.pop("name"), given.pop("include-hidden-files", "false") == "true"
    assert given.pop("if-no-files-found") == "error"
    assert int(given.pop("retention-days")) <= 3
    assert not given, f"not understood: {given}"
    number = str(machine.forge.number())
    target = machine.forge.artifacts / number / name
    target.mkdir(parents=True)
    if source.is_dir():
        leave = None if hidden else shutil.ignore_patterns(".*")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=leave)
    else:
        shutil.copy(source, target)
    assert any(target.rglob("*")), f"nothing to keep as {name}"
    machine.run.artifacts.append(target)
    return {"artifact-id": number}


def artifact(machine: Machine, name: str) -> Path:
    """Find what an earlier job of the same run has kept."""
    (found,) = (path for path in machine.run.artifacts if path.name == name)
    return found


def download(machine: Machine, given: Given) -> Given:
    """Fetch what an earlier job of the same run has kept."""
    source = artifact(machine, given.pop("name"))
    shutil.copytree(source, machine.workspace / given.pop("path"), dirs_exist_ok=True)
    assert not given, f"not understood: {given}"
    return {}


def attest(machine: Machine, given: Given) -> Given:
    """Remember the digests of what was attested."""
    files = sorted(machine.workspace.glob(given.pop("subject-path")))
    assert not given, f"not understood: {given}"
    assert files
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    machine.forge.attested |= {digest: name for name, digest in digests.items()}
    return {}


def deploy(machine: Machine, given: Given) -> Given:
    """Put the artifact ``github-pages`` on the host, all at once."""
    assert not given, f"not understood: {given}"
    forge = machine.forge
    target = forge.folder / "pages" / str(forge.number())
    target.mkdir(parents=True)
    with tarfile.open(artifact(machine, "github-pages") / "artifact.tar") as archive:
        archive.extractall(target, filter="data")
    link = forge.folder / f"live-{forge.number()}"
    link.symlink_to(target)
    link.replace(forge.live)
    return {"page_url": forge.variables.get("OBIT_SITE", "")}
