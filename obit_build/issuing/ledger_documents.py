"""What lies in a ledger as a credential: its event binds the bytes by their hash, whatever they are.

Nobody looks at each credential once more before it is used; where using one fails, the ledger is asked
whether it is one at all. If it is, the fault is elsewhere, and not hidden.
"""

from collections.abc import Callable, Iterable

from obit_build.errors import LedgerError, ObitError
from obit_build.ledger.ledger import FIX, IssuedAward
from obit_build.strict_json import parse
from obit_build.verifying.form import first_flaw
from obit_build.verifying.shape import OPEN_BADGE_CREDENTIAL

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What comes of using something else as a credential."""


def refuse_malformed(awards: Iterable[IssuedAward], credential: Callable[[str], bytes]) -> None:
    """Raise LedgerError for the first award whose credential is none; ``credential`` takes an id."""
    for award in awards:
        if award.state != "withdrawn" and not _is_credential(credential(award.id)):
            raise LedgerError(
                f"the credential {award.id} of the ledger is not one that obit issued", fix=FIX
            )


def _is_credential(data: bytes) -> bool:
    try:
        return first_flaw(OPEN_BADGE_CREDENTIAL, parse(data)) is None
    except ObitError:
        return False
