"""Which contexts a credential may name, and in which order: an allow-list, nothing else.

A context says what the words of a document mean, so a foreign one could give ``credentialStatus``
another meaning. Only contexts whose bytes obit carries are accepted (safe mode looks at the
meaning again when the signature is checked, and refuses redefined terms). A context that obit
does not know is no proof of forgery: then the badge can't be checked, and that is said.

Verifiable Credentials 2.0 and 1.1, ``@context``; Open Badges 3.0, section "Serialization".
"""

from collections.abc import Iterator
from typing import Any

from obit_build.harmless import shown
from obit_build.securing.canonical import (
    CREDENTIALS_V2,
    OPEN_BADGES_3_EXTENSIONS,
    packaged_contexts,
)
from obit_build.verifying.kinds import Flaw, Kind, as_list, flaw

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
SIGNATURE_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
UNKNOWN = "form.context-unknown"

_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3."
_OPEN_BADGES_FIRST = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
_FURTHER = (
    OPEN_BADGES_3_EXTENSIONS,
    SIGNATURE_2020,
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://www.w3.org/ns/credentials/status/v1",
)


def is_model_1(document: Any) -> bool:
    """Tell whether a document is of Verifiable Credentials 1.1, by its contexts."""
    return isinstance(document, dict) and CREDENTIALS_V1 in as_list(document.get("@context"))


def badge_contexts(base: str) -> Kind:
    """Build the kind of the contexts of a badge or endorsement: base, Open Badges 3.0.x, others."""

    def check(value: Any, path: str) -> Iterator[Flaw]:
        badges = [url for url in packaged_contexts() if url.startswith(_OPEN_BADGES)]
        if base == CREDENTIALS_V1:
            badges.append(_OPEN_BADGES_FIRST)
        yield from _flaws(value, path, base=base, badges=badges)

    return check


def list_contexts(base: str) -> Kind:
    """Build the kind of the contexts of a status list: the base first."""

    def check(value: Any, path: str) -> Iterator[Flaw]:
        yield from _flaws(value, path, base=base, badges=[])

    return check


def _flaws(value: Any, path: str, *, base: str, badges: list[str]) -> Iterator[Flaw]:
    if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
        yield flaw("form.context-inline", "context-inline", path=path)
        return
    carried = packaged_contexts()
    known = {CREDENTIALS_V1, CREDENTIALS_V2, *badges, *(u for u in _FURTHER if u in carried)}
    foreign = [url for url in value if url not in known]
    if foreign:
        yield flaw(UNKNOWN, "context-unknown", path=path, url=shown(foreign[0], 100))
        return
    named = [url for url in value[1:] if url in badges]
    # Data model 1.1 left the place of further contexts open; 2.0 with Open Badges does not.
    in_place = named if base == CREDENTIALS_V1 else value[1:2]
    if value[:1] != [base] or (badges and (not named or in_place[0] not in badges)):
        yield flaw("form.context-order", "context-order", path=path)
    elif len(value) != len(set(value)) or len(named) > 1 or len({*value} - {*_FURTHER, *named}) > 1:
        yield flaw("form.context-order", "context-more", path=path)
