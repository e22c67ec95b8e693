"""Approver: somebody who says yes to an award before it is issued."""

from collections.abc import Mapping
from dataclasses import dataclass

from obit_build.model.words import Code, Slug, Text, declare, place, places
from obit_build.problems import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Somebody who approves awards, or who proposes them: how they are recognised."""

    id: Slug = declare(
        "A short name. It stands in the ledger for ever, so a function (jury-a) may serve better than a name.",
        shorthand=True,
    )
    title: Text | None = declare(
        "What award pages call them (`show_approvers:` in obit.yaml); else the short name.",
        default=None,
    )
    ssh_keys: tuple[str, ...] = declare(
        "SSH public keys, each as in a file that ends in .pub.",
        default=(),
        example="ssh-ed25519 AAAA…",
    )
    account: str | None = declare(
        "The account on the forge (GitHub, GitLab, Forgejo), without @.", default=None
    )
    recipient: Code | None = declare(
        "The person's own code, where approvers must hold the badge themselves. It tells which code is theirs.",
        default=None,
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()
