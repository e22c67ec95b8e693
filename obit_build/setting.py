"""What a run depends on besides the repository's files, and how it tells how far it is."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from obit_build.remembered import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a run depends on besides the repository's files."""

    root: Path
    now: datetime.datetime
    """The clock, read once by the command line."""
    at: datetime.datetime
    """The time of what is published: the commit's, never the clock's."""
    commit: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    entropy: Callable[[int], bytes] = field(default=bytes, repr=False)
    ledger: str | None = None
    """Where the ledger is (:mod:`obit_build.ledger.address`); None: where obit.yaml says."""
    live: str | None = None
    """Where the live site's checkpoint is asked for; None: at the site's address."""
    preview: bool | None = None
    """True or False as asked for; None: a preview unless there is a ledger or a key."""
    jobs: int = 1
    """How many processes may work on a large site."""
    scheduler: str | None = None
    """Address of a cluster's scheduler that makes awards; None: this computer does."""
    remembered: Remembered = field(default_factory=Remembered, repr=False, compare=False)
    """What the run before has worked out, and this one does."""


Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and how much there is."""


def silent(_what: str, _done: int, _all: int) -> None:
    """Show no progress."""
