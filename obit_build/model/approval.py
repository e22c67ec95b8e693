"""Approval: what somebody signed about awards before they are issued."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from obit_build.model.words import place
from obit_build.problems import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A file of ``approvals/``: a list of awards and an SSH signature under it."""

    path: str
    by: str
    """The short name of the approver who says so; whose key signed it counts."""
    message: bytes = field(repr=False)
    """The signed bytes: everything above the signature."""
    signature: str = field(repr=False)
    """As ssh-keygen writes it."""
    digests: Mapping[str, str]
    """Digest of what was reviewed → the award in words, as ``badge v1 2026-03-14 code``."""
    location: Location = place()
