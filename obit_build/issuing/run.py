"""What an issuing run works with: the ledger's store, and everything that is not in the repository."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from obit_build.issuing.signing import Signer
from obit_build.ledger.ledger import Mode
from obit_build.ledger.replay import Event, Replay
from obit_build.model.award import AwardKey


class Store(Protocol):
    """What issuing needs of a ledger's store."""

    def append(self, number: int, event: bytes) -> None:
        """Commit one event."""

    def put_credential(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential."""

    def put_token(self, award_id: str, text: bytes) -> None:
        """Keep the bytes of a credential's token."""

    def drop_credential(self, award_id: str) -> None:
        """Remove the bytes of a withdrawn credential and of its token, if they are there."""

    def credential(self, award_id: str, sha256: str) -> bytes:
        """Return the bytes of an issued credential; they must have this hash."""

    def put_status(self, path: str, text: bytes) -> None:
        """Keep a signed status list."""

    def status(self, path: str) -> bytes | None:
        """Return a signed status list, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything about a run that is not in the repository."""

    at: datetime.datetime
    """The time of all that is issued."""
    now: datetime.datetime | None = None
    """What the clock says, later than that as a rule; None where nobody has looked."""
    main: str
    """The commit that is published, or an empty string."""
    mode: Mode
    signers: Mapping[str, Signer] = field(repr=False)
    """Issuer → signer."""
    token_signers: Mapping[str, Signer] = field(default_factory=dict, repr=False)
    """Issuer → signer of its tokens, for issuers that issue tokens too."""
    entropy: Callable[[int], bytes] = field(repr=False)
    approvals: Mapping[AwardKey, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    """Who approved what, as it is recorded; nothing where no approval is needed."""


def commit(store: Store, replay: Replay, event: Event) -> None:
    """Try the event on the replay, then make it durable: a bad event never reaches the disk."""
    data = replay.append(event)
    store.append(event["seq"], data)
