"""Files of workflows: whether they can be read; on GitHub permissions and hidden files (threat model, section 4.1)."""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

from collections.abc import Iterator, Mapping

from obit_build.doctor.facts import Surroundings
from obit_build.doctor.forge_files import Workflow
from obit_build.doctor.report import Symptom, hint, warning, wrong


def workflows_can_be_read(around: Surroundings) -> Iterator[Symptom]:
    """Files of workflows are plain YAML."""
    for path in around.unreadable:
        yield hint(
            f"{path} could not be read, so it was not looked at",
            "obit reads plain YAML only: no anchors, no tags, no file over 1 MiB",
            "look at it yourself, or write it plainly",
        )


def permissions_are_given_one_by_one(around: Surroundings) -> Iterator[Symptom]:
    """A workflow has no permission that it was not given."""
    for workflow in around.on_github:
        at_top = workflow.content.get("permissions")
        bare = [name for name, job in workflow.jobs.items() if "permissions" not in job]
        if at_top is None and bare:
            yield warning(
                f"{workflow.path} does not say what its token may do ({', '.join(sorted(bare))})",
                "depending on the repository's settings every step may write everything",
                "permissions: {} at the top, and what each job needs in the job",
            )
        elif at_top == "write-all":
            yield wrong(
                f"{workflow.path} may write everything",
                "one bad step can change the main branch and the ledger",
                "permissions: {} at the top, and what each job needs in the job",
            )


def hidden_folders_are_deployed(around: Surroundings) -> Iterator[Symptom]:
    """The action that uploads pages keeps hidden folders."""
    for workflow in around.on_github:
        for step in workflow.steps:
            action = str(step.get("uses", "")).partition("@")[0]
            options = step.get("with")
            asked = options.get("include-hidden-files") if isinstance(options, Mapping) else None
            if action == "actions/upload-pages-artifact" and asked != "true":
                yield warning(
                    f"{workflow.path} uploads pages without include-hidden-files: true",
                    "the action drops .well-known/ in silence",
                    "add include-hidden-files: true to its with:",
                )


def environments_of(workflows: tuple[Workflow, ...]) -> dict[str, bool]:
    """Return the environments that workflows name → whether a signing key is used there."""
    found: dict[str, bool] = {}
    for workflow in workflows:
        for name, signs in workflow.environments().items():
            found[name] = found.get(name, False) or signs
    return found
