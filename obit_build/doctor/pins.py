"""What workflows run that is not in the repository: actions, images, files of elsewhere (threat model, section 4.1)."""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

import re
from collections.abc import Iterator, Mapping
from typing import Any

from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Symptom, warning

_USES = re.compile(r"^\s*(?:-\s+)?uses:\s*['\"]?([^\s'\"#]+)", re.MULTILINE)
_COMMIT = re.compile(r"[^@]+@[0-9a-f]{40}")
_DIGEST = re.compile(r"[^@]+@sha256:[0-9a-f]{64}")


def actions_are_pinned(around: Surroundings) -> Iterator[Symptom]:
    """Actions are named by commit, not by a tag that can be moved."""
    for workflow in around.workflows:
        loose = [
            used
            for used in _USES.findall(workflow.text)
            if not used.startswith(("./", "docker://")) and not _COMMIT.fullmatch(used)
        ]
        if loose:
            yield warning(
                f"{workflow.path} uses {', '.join(sorted(set(loose)))}",
                "a tag can be moved to other code, which then runs beside your keys",
                "write the commit's 40 digits after @, and the version in a comment",
            )


def images_are_pinned(around: Surroundings) -> Iterator[Symptom]:
    """Images of containers are named by digest, not by a tag that can be moved."""
    images = {workflow.path: workflow.images for workflow in around.workflows}
    if around.pipeline is not None:
        images[around.pipeline.path] = around.pipeline.images
    for path, names in images.items():
        # What a variable holds can't be seen from here.
        loose = {name for name in names if "$" not in name and not _DIGEST.fullmatch(name)}
        if loose:
            yield warning(
                f"{path} runs in {', '.join(sorted(loose))}",
                "a tag can be moved to another image, which then runs beside your keys",
                "write @sha256: and the image's digest after its name; docker buildx imagetools inspect "
                "NAME shows it",
            )


def includes_are_pinned(around: Surroundings) -> Iterator[Symptom]:
    """What GitLab takes in from elsewhere is named by commit or digest."""
    if around.pipeline is None:
        return
    loose = sorted({name for each in around.pipeline.includes if (name := _unpinned(each))})
    if loose:
        yield warning(
            f"{around.pipeline.path} includes {', '.join(loose)}",
            "whoever may change that file decides what runs beside your keys",
            "copy the file into this repository; or name the commit (ref: for a project, after @ for a "
            "component), or the digest (integrity: for an address)",
        )


def _unpinned(include: str | Mapping[str, Any]) -> str:
    """Name what is included and can change elsewhere; empty if nothing can."""
    given = {"remote": include} if isinstance(include, str) else include
    remote, project, component = (
        str(given.get(word, "")) for word in ("remote", "project", "component")
    )
    if remote.startswith(("https://", "http://")) and "integrity" not in given:
        return remote
    if project and not _COMMIT.fullmatch(f"{project}@{given.get('ref', '')}"):
        return project
    return "" if not component or _COMMIT.fullmatch(component) else component
