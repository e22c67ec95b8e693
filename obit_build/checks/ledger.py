"""What is checked of ``ledger:`` in obit.yaml: a place that obit can use, and a whole digest."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from obit_build.checks.finding import Finding, place_of
from obit_build.ledger import address as ledger_address
from obit_build.model.repository import Repository

_DIGEST = re.compile(r"[0-9a-f]{64}")


def ledger_is_where_one_can_be(repository: Repository) -> Iterator[Finding]:
    """The ledger is in a folder of the repository or in a branch of a Git repository.

    `git:origin` is the branch `obit-ledger` of the remote `origin`; `git:https://host/path.git#branch`
    names another one. Of folders only those inside the repository are taken: obit.yaml should
    not lead obit to any other folder of a computer. No password ever stands in obit.yaml.
    """
    declared = repository.settings.ledger
    if declared is None:
        return
    flaw = ledger_address.flaw_of(declared.at)
    if flaw is not None:
        yield Finding(place_of(declared, "at"), *flaw)
    elif not declared.at.startswith("git:"):
        path = PurePosixPath(declared.at)
        if path.is_absolute() or ".." in path.parts or "\\" in declared.at:
            yield Finding(
                place_of(declared, "at"),
                "the ledger's folder lies outside the repository",
                "choose one inside, or name it with --ledger",
            )


def ledger_genesis_is_a_digest(repository: Repository) -> Iterator[Finding]:
    """The ledger's first event is named by its SHA-256: 64 digits and letters from a to f.

    The first `obit issue` prints it. With a mistyped one nothing could be issued.
    """
    declared = repository.settings.ledger
    if declared and declared.genesis is not None and not _DIGEST.fullmatch(declared.genesis):
        yield Finding(
            place_of(declared, "genesis"),
            "this is not the digest of a ledger's first event",
            "copy the 64 characters that the first obit issue printed",
        )
