"""What a build says of the site it leaves: counts and states, for people and for the next build."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A site in figures."""

    base: str
    """The site's address, without a slash at its end."""
    mode: str
    """Of the ledger: ``live`` or ``preview``."""
    languages: tuple[str, ...]
    texts: Mapping[str, tuple[int, ...]]
    """``badges`` and ``issuers`` → how many of them have a text in each language."""
    signed: int | None
    """Credentials that were signed now; None where the ledger was only rendered."""
    unchanged: int
    """Awards for which there was nothing to sign."""
    states: Mapping[str, int]
    """State → how many awards of the ledger are in it."""
    files: int
    bytes: int
    as_before: int
    """Files that were left alone."""
    verified: int
    """Credentials that verify, each in the state that the ledger says."""
    images: int
    """Images that hold exactly their credential's bytes."""
    certificates: int
    """Certificates that do."""
