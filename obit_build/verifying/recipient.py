"""Step 8, recipient: compare the holder with the person that somebody asks for.

Open Badges 3.0, "IdentityObject": ``ALG$hex(HASH(identifier + salt))``. The standard defines no
normal form, so the text is tried as typed, trimmed, and in lower case. The text itself never
appears in a message.
"""

import hashlib
import hmac
import unicodedata
from typing import Any

from obit_build.strict_json import JsonObject
from obit_build.verifying.kinds import as_list
from obit_build.verifying.report import refusal
from obit_build.verifying.words import say

_ALGORITHMS = {"sha256": hashlib.sha256, "md5": hashlib.md5}


def kind_of_recipient(subject: JsonObject) -> str:
    """Say how the badge names its holder, never who that is."""
    for identity in as_list(subject.get("identifier")):
        if isinstance(identity, dict):
            how = "hashed" if identity.get("hashed") is True else "plain"
            kind = identity.get("identityType")
            return f"{how} {kind if isinstance(kind, str) else 'identifier'}"[:60]
    return "id" if "id" in subject else ""


def check_recipient(subject: JsonObject, recipient: str) -> str:
    """Return the sentence for a badge of this person; raise VerificationError for anybody else's."""
    trimmed = unicodedata.normalize("NFC", recipient.strip())
    wanted = tuple(dict.fromkeys((recipient, trimmed, trimmed.lower())))
    identities = as_list(subject.get("identifier"))
    if any(_is_same(identity, text) for identity in identities for text in wanted):
        return say("recipient.passed")
    if subject.get("id") in (*wanted, f"mailto:{trimmed.lower()}"):
        return say("recipient.passed")
    if not identities:
        raise refusal("recipient.not-told", "fix.ask-holder-name", outcome="unknown")
    raise refusal("recipient.other", "fix.ask-address")


def _is_same(identity: JsonObject, text: str) -> bool:
    value: Any = identity["identityHash"]
    if identity["hashed"] is not True:
        return _equal(value, text)
    algorithm, _, digest = value.partition("$")
    if algorithm not in _ALGORITHMS:
        return False
    salted = (text + identity.get("salt", "")).encode("utf-8", "surrogatepass")
    return _equal(digest.lower(), _ALGORITHMS[algorithm](salted).hexdigest())


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8"), other.encode("utf-8", "surrogatepass"))
