"""Step 3, form: compare a document with its class, and say in one sentence what is wrong.

Open Badges 3.0, data model; the dates of Verifiable Credentials 2.0 (``validFrom``) and 1.1
(``issuanceDate``) are read here and nowhere else.
"""

import functools
import json
from collections.abc import Iterator
from typing import Any

from obit_build.strict_json import JsonObject
from obit_build.verifying.contexts import UNKNOWN, is_model_1
from obit_build.verifying.kinds import Class, Flaw, flaw, flaws_of, instant, spelling_flaws
from obit_build.verifying.report import refusal
from obit_build.verifying.shape import (
    ACHIEVEMENT,
    OPEN_BADGE_CREDENTIAL,
    OPEN_BADGE_CREDENTIAL_1,
)
from obit_build.verifying.words import Sentence, say

MAX_ALIKE = 20_000
"""Characters of an Achievement that is remembered."""
_BADGES = (OPEN_BADGE_CREDENTIAL, OPEN_BADGE_CREDENTIAL_1)
_STAND_IN: JsonObject = {
    "id": "urn:x", "type": ["Achievement"], "name": "x", "description": "x",
    "criteria": {"narrative": "x"},
}  # fmt: skip


def begins(document: JsonObject) -> Any:
    """Return the text of a credential's first instant, by whichever name its data model has."""
    return document.get("issuanceDate" if is_model_1(document) else "validFrom")


def ends(document: JsonObject) -> Any:
    """Return the text of a credential's last instant; None if it has no end."""
    return document.get("expirationDate" if is_model_1(document) else "validUntil")


def first_flaw(kind: Class, document: JsonObject) -> Flaw | None:
    """Return what is wrong with a document, with the number of other flaws; None if nothing is."""
    if not _flaws(kind, _abridged(kind, document)):
        return None
    found = _flaws(kind, document)
    if not found:  # pragma: no cover - a stand-in has no flaw of its own
        return None
    # Contexts first: without them, no other field means anything.
    first, *rest = sorted(found, key=lambda flaw: not flaw.reason.startswith("form.context"))
    others = len({flaw.message for flaw in rest} - {first.message})
    if not others:
        return first
    return Flaw(first.reason, say("flaw.and-more", flaw=first.message, n=str(others)))


def _flaws(kind: Class, document: JsonObject) -> list[Flaw]:
    return [*flaws_of(kind, document, ""), *spelling_flaws(document), *_date_flaws(document)]


def _abridged(kind: Class, document: JsonObject) -> JsonObject:
    """Put a stand-in for an Achievement without flaws: many badges hold the same, most of them is it."""
    subject = document.get("credentialSubject")
    if kind not in _BADGES or not isinstance(subject, dict):
        return document
    achievement = subject.get("achievement")
    if not isinstance(achievement, dict) or not _is_flawless(achievement):
        return document
    return {**document, "credentialSubject": {**subject, "achievement": _STAND_IN}}


def _is_flawless(achievement: JsonObject) -> bool:
    text = json.dumps(achievement)
    return len(text) <= MAX_ALIKE and _is_flawless_text(text)


@functools.lru_cache(maxsize=256)
def _is_flawless_text(text: str) -> bool:
    achievement = json.loads(text)
    found = (flaws_of(ACHIEVEMENT, achievement, ""), spelling_flaws(achievement))
    return not any(flaw for flaws in found for flaw in flaws)


def check_form(kind: Class, document: JsonObject, *, what: Sentence | None = None) -> None:
    """Raise VerificationError with the first flaw and the number of others."""
    found = first_flaw(kind, document)
    if found is None:
        return
    if found.reason == UNKNOWN:
        raise refusal(UNKNOWN, "fix.other-verifier", outcome="unknown", flaw=found.message)
    raise refusal(
        found.reason,
        "fix.issuer-copy",
        as_key="form.refused",
        what=what or say("what.badge"),
        flaw=found.message,
    )


def _date_flaws(document: JsonObject) -> Iterator[Flaw]:
    start, end = instant(begins(document)), instant(ends(document))
    if start and end and end < start:
        first, last = (
            ("issuanceDate", "expirationDate")
            if is_model_1(document)
            else ("validFrom", "validUntil")
        )
        yield flaw("form.dates", "dates", first=first, last=last)
