"""Step 6, status: learn whether the issuer has taken this badge back.

Bitstring Status List 1.0, "Validate". The list is a signed credential of the same issuer, at the
very address that the badge names, on the issuer's own site. A list that can't be had leaves the
status *unknown*; a list that contradicts the badge is refused. While a badge is suspended its
bit in the revocation list is set too; a second list, bound to the first by its digest, tells
such bits from final revocations (decision 0004).
"""

import datetime
import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from obit_build.errors import CanonicalizationError, FetchError, KeyFormatError, StatusListError
from obit_build.keys import did_document_url, encode_base58
from obit_build.status import decode, is_set
from obit_build.strict_json import JsonObject, parse
from obit_build.verify_key import FIX_ISSUER, FIX_LATER, Fetch, site_of
from obit_build.verify_kinds import as_list, instant
from obit_build.verify_proof import check_proof, issuer_of
from obit_build.verify_report import VerificationError, shown
from obit_build.verify_shape import BITSTRING_STATUS_LIST_CREDENTIAL, check_form

MAX_ENTRIES = 8
MAX_LIST_BYTES = 1_000_000
SHA_256_MULTIHASH = b"\x12\x20"
NO_LIST = "The issuer keeps no revocation list for this badge, so it can't have been revoked."

_INDEX = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_MEMBERS = {
    "id", "type", "statusPurpose", "statusListIndex", "statusListCredential", "statusSize",
    "statusMessage", "statusReference",
}  # fmt: skip
_FINAL = {"revocation": "status.revoked", "suspension": "status.suspended"}
_NOTES = {
    "refresh": "The issuer has a newer version of this badge.",
    "message": "The issuer has left a message about this badge on its list.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One BitstringStatusListEntry that is well-formed."""

    purpose: str
    index: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What every look at a list needs: the issuer, the time, the way to the network."""

    issuer: str
    at: datetime.datetime
    fetch: Fetch


def check_status(document: JsonObject, at: datetime.datetime, fetch: Fetch) -> tuple[str, str]:
    """Return the sentence and reason for a badge in good standing; raise VerificationError else.

    Every entry is looked at; what is worst is raised: revoked, suspended, refused, unknown.
    """
    entries = as_list(document.get("credentialStatus"))
    if not entries:
        return NO_LIST, "status.none"
    if len(entries) > MAX_ENTRIES:
        raise _malformed(f"it names more than {MAX_ENTRIES} lists")
    around = _Around(issuer=issuer_of(document), at=at, fetch=fetch)
    bad: list[VerificationError] = []
    notes: list[str] = []
    for entry in entries:
        try:
            notes += _check_entry(entry, around)
        except VerificationError as error:
            bad.append(error)
    if bad:
        raise min(bad, key=_rank)
    return " ".join([f"{site_of(around.issuer)} has neither revoked nor suspended it.", *notes]), ""


def _rank(error: VerificationError) -> int:
    order = ("status.revoked", "status.suspended")
    if error.reason in order:
        return order.index(error.reason)
    return 2 if error.outcome == "failed" else 3


def _check_entry(item: JsonObject, around: _Around) -> list[str]:
    entry = _read_entry(item, around.issuer)
    data = _fetched(entry.url, around)
    bits = _checked_list(data, entry.url, entry.purpose, around)
    if not _bit(bits, entry.index):
        return []
    if entry.purpose in _NOTES:
        return [_NOTES[entry.purpose]]
    site = site_of(around.issuer)
    state = entry.purpose
    if state == "revocation":
        state = _kind_of_revocation(data, entry, around)
    if state == "suspension":
        raise VerificationError(
            "status.suspended",
            f"{site} has suspended this badge: for the time being it does not count.",
            fix="ask the holder or the issuer whether and when it will count again",
        )
    doubt = " or suspended" if state == "either" else ""
    raise VerificationError(
        "status.revoked",
        f"{site} has revoked{doubt} this badge: it no longer counts.",
        fix="ask the holder or the issuer for the reason",
    )


def _malformed(what: str, reason: str = "status.entry") -> VerificationError:
    return VerificationError(
        reason,
        f"What the badge says about its revocation list is malformed: {what}.",
        fix=FIX_ISSUER,
    )


def _unknown(reason: str, message: str, fix: str = FIX_LATER) -> VerificationError:
    return VerificationError(
        reason,
        f"Whether the badge was revoked could not be checked: {message}.",
        fix=fix,
        outcome="unknown",
    )


def _read_entry(item: JsonObject, issuer: str) -> _Entry:
    if item.get("type") != "BitstringStatusListEntry":
        raise _unknown(
            "status.unsupported",
            f"its list is of the kind {shown(item.get('type'), 60)}, which obit does not know yet",
            "use a verifier that knows this kind of list",
        )
    foreign = sorted(item.keys() - _MEMBERS)
    if foreign:
        raise _malformed(f'it has a part "{shown(foreign[0], 60)}"')
    purpose: Any = item.get("statusPurpose")
    if purpose not in (*_FINAL, *_NOTES):
        raise _unknown(
            "status.purpose",
            f"the purpose of its list, {shown(purpose, 40) or 'unnamed'}, is not known",
        )
    size: Any = item.get("statusSize", 1)
    if isinstance(size, bool) or size != 1:
        raise _unknown("status.size", "its list has entries of more than one bit")
    index: Any = item.get("statusListIndex")
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        raise _malformed("the index is not a whole number written as a text", "status.index")
    url = _own_url(item.get("statusListCredential"), issuer)
    if item.get("id") == url:
        raise _malformed("its id is the list's address")
    return _Entry(purpose=purpose, index=int(index), url=url)


def _own_url(url: Any, issuer: str) -> str:
    """Accept an https address on the issuer's own site (anywhere, for an issuer without a site)."""
    if not isinstance(url, str) or "#" in url or not url.startswith("https://"):
        raise _malformed("the list has no https address", "status.url")
    try:
        home = urlsplit(did_document_url(issuer)).netloc
    except KeyFormatError:
        return url
    try:
        there = urlsplit(url).netloc.lower()
    except ValueError:
        raise _malformed("the list has no https address", "status.url") from None
    if there != home:
        raise _unknown(
            "status.elsewhere",
            f"its list lies on {shown(there, 80)} and not on the issuer's site {home}",
            FIX_ISSUER,
        )
    return url


def _fetched(url: str, around: _Around) -> bytes:
    try:
        return around.fetch(url)
    except FetchError as error:
        raise _unknown(
            "status.unavailable",
            f"the list at {shown(url, 200)} could not be fetched: {error.message}",
            error.fix,
        ) from error


def _checked_list(data: bytes, url: str, purpose: str, around: _Around) -> bytes:
    """Return the bits of a list that is what it has to be, signed by the badge's issuer."""
    try:
        document = parse(data, limit=MAX_LIST_BYTES)
    except CanonicalizationError as error:
        raise _unknown(
            "status.list-unreadable",
            f"the list at {shown(url, 200)} could not be read: {error.message}",
        ) from error
    _check_list_form(document, url, around.issuer)
    subject = document["credentialSubject"]
    if purpose not in as_list(subject["statusPurpose"]):
        raise _refused("status.list-purpose", f"it is not a list of the kind {shown(purpose, 40)}")
    _check_window(document, around.at)
    bits = _decoded(subject["encodedList"])
    try:
        check_proof(document, around.at, around.fetch)
    except VerificationError as error:
        if error.outcome == "unknown":
            raise _unknown(
                "status.list-signature", f"its signature can't be checked ({error.reason})"
            ) from error
        raise _refused(
            "status.list-signature", f"its signature does not hold ({error.reason})"
        ) from error
    return bits


def _refused(reason: str, what: str) -> VerificationError:
    return VerificationError(
        reason, f"The issuer's revocation list can't be relied on: {what}.", fix=FIX_ISSUER
    )


def _check_list_form(document: JsonObject, url: str, issuer: str) -> None:
    try:
        check_form(BITSTRING_STATUS_LIST_CREDENTIAL, document, what="a status list")
    except VerificationError as error:
        raise _refused(
            "status.list-form", error.message[:1].lower() + error.message[1:].rstrip(".")
        ) from error
    if document["id"] != url:
        raise _refused("status.list-id", "it was made for another address")
    if issuer_of(document) != issuer:
        raise _refused(
            "status.list-issuer", f"{site_of(issuer_of(document))} made it, not the badge's issuer"
        )


def _check_window(document: JsonObject, at: datetime.datetime) -> None:
    start, end = instant(document.get("validFrom")), instant(document.get("validUntil"))
    if start and start > at:
        raise _unknown("status.list-date", "the issuer's list is dated in the future", FIX_ISSUER)
    if end and end < at:
        raise _unknown(
            "status.list-expired",
            f"the issuer's list ended on {document['validUntil'][:10]} and was not renewed",
            "ask the issuer to publish its site again, or try again later",
        )


def _decoded(encoded: str) -> bytes:
    try:
        return decode(encoded)
    except StatusListError as error:
        raise _refused("status.list-bits", error.message) from error


def _bit(bits: bytes, index: int) -> bool:
    try:
        return is_set(bits, index)
    except StatusListError as error:
        raise _malformed("its number lies outside the list", "status.index") from error


def _kind_of_revocation(
    data: bytes, entry: _Entry, around: _Around
) -> Literal["revocation", "suspension", "either"]:
    """Tell a final revocation from a suspension, by the second list that the first one names."""
    named = as_list(parse(data, limit=MAX_LIST_BYTES).get("relatedResource"))
    lists = [item for item in named if item.get("mediaType") == "application/vc"]
    if not lists:
        return "revocation"
    try:
        url = _own_url(lists[0].get("id"), around.issuer)
        second = _fetched(url, around)
        digest = "z" + encode_base58(SHA_256_MULTIHASH + hashlib.sha256(second).digest())
        if digest not in as_list(lists[0].get("digestMultibase")):
            return "either"
        suspended = _bit(_checked_list(second, url, "suspension", around), entry.index)
    except VerificationError:
        return "either"
    return "suspension" if suspended else "revocation"
