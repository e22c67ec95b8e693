"""One verification under way, and what a generation of Open Badges adds to it.

Steps 0 to 2 (size, reading, version) are the same for every badge; from step 3 on, a
:class:`Generation` says how each step is done.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from obit_build.securing.jwt import Token
from obit_build.strict_json import JsonObject
from obit_build.verifying.key import Fetch
from obit_build.verifying.report import Outcome, Summary
from obit_build.verifying.secured import Secured

StepOutcome = tuple[Outcome, str, str]
"""Outcome, sentence, reason."""


@dataclass(slots=True, kw_only=True)
class Run:
    """What came in, and what has been read from it so far."""

    data: bytes
    at: datetime.datetime
    fetch: Fetch
    """Asks for each address once, so that all steps see the same keys and lists."""
    recipient: str | None
    address: str = ""
    """Open Badges 2.0: where the assertion lies, if the file held only that."""
    document: JsonObject = field(default_factory=dict)
    token: Token | None = None
    notices: list[str] = field(default_factory=list)
    """Sentences that belong before all steps."""
    judged: "tuple[JsonObject, Generation | None] | None" = None
    """A document, and which generation of badges it claims to be."""

    @property
    def secured(self) -> Secured:
        """The credential with the token it came in."""
        return Secured(document=self.document, token=self.token)


Step = Callable[[Run], StepOutcome]
"""One step; raises VerificationError where the badge is refused or can't be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """How steps 3 to 10 are done for one generation of badges."""

    words: str
    """Key of the sentence of step 2."""
    form: Step
    signature: Step
    refresh: Step
    status: Step
    dates: Step
    recipient: Step
    endorsements: Step
    image: Step
    summary: Callable[[JsonObject], Summary]
    """What the document says of itself, whatever its form."""
