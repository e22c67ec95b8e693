"""Step 6, status: learn whether the issuer has taken this badge back.

Every ``credentialStatus`` entry is looked at, whatever its kind: Bitstring Status List 1.0, and
the older ``1EdTechRevocationList``, which is not signed. While a badge is suspended its bit in
obit's revocation list is set too; a second list, bound to the first by its digest, tells such
bits from final revocations (decision 0004).
"""

import datetime
import hashlib
import re
from typing import Any, Literal

from obit_build.errors import CanonicalizationError
from obit_build.harmless import shown
from obit_build.securing.keys import encode_base58
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.key import Fetch, site_of
from obit_build.verifying.kinds import as_list
from obit_build.verifying.proof import issuer_of
from obit_build.verifying.report import VerificationError, refusal
from obit_build.verifying.status_list import (
    MAX_LIST_BYTES,
    Around,
    Entry,
    bits_of,
    fetched,
    malformed,
    own_url,
    unknown,
    unreadable,
    value_of,
)
from obit_build.verifying.words import joined, say

MAX_ENTRIES = 8
MAX_SIZE = 8
"""Bits of one entry; 256 messages are more than any issuer has."""
REVOCATION_LIST = "1EdTechRevocationList"
SHA_256_MULTIHASH = b"\x12\x20"

_INDEX = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_MEMBERS = {
    "id", "type", "statusPurpose", "statusListIndex", "statusListCredential", "statusSize",
    "statusMessage", "statusReference",
}  # fmt: skip
_FINAL = ("revocation", "suspension")
_NOTES = ("refresh", "message")


def check_status(document: JsonObject, at: datetime.datetime, fetch: Fetch) -> tuple[str, str]:
    """Return the sentence and reason for a badge in good standing; raise VerificationError else.

    Every entry is looked at; what is worst is raised: revoked, suspended, refused, unknown.
    """
    entries = as_list(document.get("credentialStatus"))
    if not entries:
        return say("status.none"), "status.none"
    if len(entries) > MAX_ENTRIES:
        raise malformed("many", most=str(MAX_ENTRIES))
    around = Around(issuer=issuer_of(document), at=at, fetch=fetch)
    bad: list[VerificationError] = []
    notes: list[str] = []
    for entry in entries:
        try:
            if entry.get("type") == REVOCATION_LIST:
                notes.append(_check_unsigned(entry, document, around))
            else:
                notes += _check_entry(entry, around)
        except VerificationError as error:
            bad.append(error)
    if bad:
        raise min(bad, key=_rank)
    passed = say("status.passed", site=site_of(around.issuer))
    return joined(passed, *dict.fromkeys(notes)), ""


def _rank(error: VerificationError) -> int:
    order = ("status.revoked", "status.suspended")
    if error.reason in order:
        return order.index(error.reason)
    return 2 if error.outcome == "failed" else 3


def read_plain_entry(item: JsonObject, issuer: str) -> Entry | None:
    """Read an entry that tells of a badge in good standing nothing but that; None for another kind."""
    if item.get("type") == REVOCATION_LIST:
        return None
    entry = _read_entry(item, issuer)
    return entry if entry.purpose in _FINAL else None


def is_clear(entry: Entry, place: str, index: str, around: Around) -> bool:
    """Tell whether an entry that differs from this one in its id and its index is of a badge in good standing.

    False is no verdict: :func:`check_status` has to look. Raise VerificationError if the list can't be read.
    """
    if place == entry.url or not _INDEX.fullmatch(index):
        return False
    bits, _ = bits_of(fetched(entry.url, around), entry.url, entry.purpose, around)
    return not value_of(bits, int(index), entry.size)


def _check_entry(item: JsonObject, around: Around) -> list[str]:
    entry = _read_entry(item, around.issuer)
    data = fetched(entry.url, around)
    bits, document = bits_of(data, entry.url, entry.purpose, around)
    value = value_of(bits, entry.index, entry.size)
    if entry.purpose == "message" and value in entry.messages:
        return [say("status.note.words", text=shown(entry.messages[value], 200))]
    if not value:
        return []
    if entry.purpose in _NOTES:
        return [say(f"status.note.{entry.purpose}")]
    state: str = entry.purpose
    if state == "revocation":
        state = _kind_of_revocation(document, entry, around)
    raise _taken_back(state, around)


def _taken_back(state: str, around: Around, reason: str = "") -> VerificationError:
    site = site_of(around.issuer)
    if state == "suspension":
        return refusal("status.suspended", "fix.ask-when", site=site)
    if reason:
        text = shown(reason, 200)
        return refusal(
            "status.revoked", "fix.ask-reason", as_key="status.revoked.why", site=site, text=text
        )
    key = "status.revoked.either" if state == "either" else ""
    return refusal("status.revoked", "fix.ask-reason", as_key=key, site=site)


def _read_entry(item: JsonObject, issuer: str) -> Entry:
    if item.get("type") != "BitstringStatusListEntry":
        kind = shown(item.get("type"), 60)
        raise unknown("status.unsupported", "fix.other-verifier-list", kind=kind)
    foreign = sorted(item.keys() - _MEMBERS)
    if foreign:
        raise malformed("part", name=shown(foreign[0], 60))
    purpose: Any = item.get("statusPurpose")
    if purpose not in (*_FINAL, *_NOTES):
        raise unknown("status.purpose", purpose=shown(purpose, 40) or say("words.unnamed"))
    size: Any = item.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise malformed("size", "status.size")
    if size > MAX_SIZE:
        raise unknown("status.size", most=str(MAX_SIZE))
    index: Any = item.get("statusListIndex")
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise malformed("index", "status.index")
    url = own_url(item.get("statusListCredential"), issuer)
    if item.get("id") == url:
        raise malformed("id")
    messages = _messages(item, size)
    return Entry(purpose=purpose, index=int(index), size=size, url=url, messages=messages)


def _messages(item: JsonObject, size: int) -> dict[int, str]:
    """Read what each value means; entries of several bits have to say it for all of them."""
    if "statusMessage" not in item and size == 1:
        return {}
    given: Any = item.get("statusMessage")
    if not isinstance(given, list) or len(given) != 1 << size:
        raise malformed("messages")
    messages: dict[int, str] = {}
    for message in given:
        value = message.get("status") if isinstance(message, dict) else None
        text = message.get("message") if isinstance(message, dict) else None
        if not isinstance(value, str) or not isinstance(text, str):
            raise malformed("messages")
        if not re.fullmatch(r"0x[0-9a-f]{1,4}", value, re.ASCII | re.IGNORECASE):
            raise malformed("messages")
        messages[int(value, 16)] = text
    if sorted(messages) != list(range(1 << size)):
        raise malformed("messages")
    return messages


def _kind_of_revocation(
    document: JsonObject, entry: Entry, around: Around
) -> Literal["revocation", "suspension", "either"]:
    """Tell a final revocation from a suspension, by the second list that the first one names."""
    named = as_list(document.get("relatedResource"))
    lists = [item for item in named if item.get("mediaType") == "application/vc"]
    if not lists:
        return "revocation"
    try:
        url = own_url(lists[0].get("id"), around.issuer)
        second = fetched(url, around)
        digest = "z" + encode_base58(SHA_256_MULTIHASH + hashlib.sha256(second).digest())
        if digest not in as_list(lists[0].get("digestMultibase")):
            return "either"
        bits, _ = bits_of(second, url, "suspension", around)
        suspended = value_of(bits, entry.index, entry.size)
    except VerificationError:
        return "either"
    return "suspension" if suspended else "revocation"


def _check_unsigned(item: JsonObject, document: JsonObject, around: Around) -> str:
    """Look the badge up in a 1EdTechRevocationList (Credential Revocation List 1.0)."""
    url = own_url(item.get("id"), around.issuer)
    try:
        listing = parse(fetched(url, around), limit=MAX_LIST_BYTES)
    except CanonicalizationError as error:
        raise unreadable(url, error) from error
    revoked: Any = listing.get("revokedCredential")
    if not isinstance(revoked, list) or not all(isinstance(entry, dict) for entry in revoked):
        raise unknown("status.list-form", url=shown(url, 200))
    if "issuer" in listing and issuer_of(listing) != around.issuer:
        raise unknown("status.list-issuer", url=shown(url, 200))
    for entry in revoked:
        if entry.get("id") == document.get("id", "") and entry.get("revoked", True) is not False:
            why: Any = entry.get("revocationReason")
            raise _taken_back("revocation", around, why if isinstance(why, str) else "")
    return say("status.note.unsigned")
