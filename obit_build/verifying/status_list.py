"""A Bitstring Status List: fetched, read, its signature checked, one entry's value looked up.

Bitstring Status List 1.0, "Validate". The list is a signed credential of the badge's issuer, made
for the very address at which it lies. A list that can't be had or has ended leaves the status
*unknown*; a list that contradicts the badge is refused. ``ttl`` says how long others may keep a
copy; obit keeps none and fetches the list for each verification.
"""

import datetime
import functools
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from obit_build.errors import CanonicalizationError, FetchError, KeyFormatError, StatusListError
from obit_build.harmless import shown
from obit_build.securing.keys import did_document_url
from obit_build.securing.status import MIN_LENGTH, decode
from obit_build.strict_json import JsonObject
from obit_build.verifying.contexts import is_model_1
from obit_build.verifying.form import begins, ends, first_flaw
from obit_build.verifying.key import Fetch, home_of, site_of
from obit_build.verifying.kinds import as_list, instant
from obit_build.verifying.proof import issuer_of
from obit_build.verifying.report import VerificationError, refusal
from obit_build.verifying.secured import check_signature, read_secured
from obit_build.verifying.shape import (
    BITSTRING_STATUS_LIST_CREDENTIAL,
    BITSTRING_STATUS_LIST_CREDENTIAL_1,
)
from obit_build.verifying.words import Sentence, detail, say

MAX_LIST_BYTES = 1_000_000
MAX_REMEMBERED = 32
"""Lists of up to a megabyte each; a site has two for each issuer and 131 072 awards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What every look at a list needs: the issuer, the time, the way to the network."""

    issuer: str
    at: datetime.datetime
    fetch: Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One BitstringStatusListEntry that is well-formed."""

    purpose: str
    index: int
    size: int
    url: str
    messages: dict[int, str]
    """What the badge itself says that a value means."""


def malformed(key: str, reason: str = "status.entry", /, **values: str) -> VerificationError:
    """Build the error for a badge that says something impossible about its list."""
    what = say(f"status.entry.{key}", **values)
    return refusal(reason, "fix.issuer", as_key="status.malformed", what=what)


def unknown(reason: str, fix: str = "fix.later-online", /, **values: str) -> VerificationError:
    """Build the error for a status that can't be told."""
    why = say(f"{reason}.why", **values)
    return refusal(reason, fix, as_key="status.not-checked", outcome="unknown", why=why)


def unreliable(reason: str, what: Sentence | None = None, /, **values: str) -> VerificationError:
    """Build the error for a list that is not what it has to be."""
    what = what or say(f"{reason}.what", **values)
    return refusal(reason, "fix.issuer", as_key="status.unreliable", what=what)


def own_url(url: Any, issuer: str) -> str:
    """Accept an https address on the issuer's own site (anywhere, for an issuer without a site)."""
    if not isinstance(url, str) or "#" in url or not url.startswith("https://"):
        raise malformed("url", "status.url")
    home = home_of(issuer)
    try:
        there = urlsplit(url).netloc.lower()
    except ValueError:
        raise malformed("url", "status.url") from None
    if home and there != home:
        raise unknown("status.elsewhere", "fix.issuer", there=shown(there, 80), home=home)
    return url


def fetched(url: str, around: Around) -> bytes:
    """Return the bytes of a list; raise VerificationError (unknown)."""
    try:
        return around.fetch(url)
    except FetchError as error:
        why = detail(error.message)
        raise unknown(
            "status.unavailable", detail(error.fix), url=shown(url, 200), detail=why
        ) from error


def unreadable(url: str, error: CanonicalizationError) -> VerificationError:
    """Build the error for bytes that are no list at all."""
    why = detail(error.message)
    return unknown("status.list-unreadable", url=shown(url, 200), detail=why)


def bits_of(data: bytes, url: str, purpose: str, around: Around) -> tuple[bytes, JsonObject]:
    """Return the bits of a list that is what it has to be, and the list itself.

    Whoever verifies many badges looks at few lists: a list that was found good stays good as long
    as its bytes, those of its issuer's document, and the time are the same.
    """
    keys = _keys_of(around)
    if keys is None:
        return _bits_of(data, url, purpose, around)
    try:
        return _found_good(data, url, purpose, around.issuer, around.at, keys)
    except _ElsewhereError:
        return _bits_of(data, url, purpose, around)


class _ElsewhereError(Exception):
    """The list's signature needs more than its issuer's document."""


def _keys_of(around: Around) -> bytes | None:
    """Return the document that lists the issuer's keys, if the issuer has one and it can be had."""
    try:
        return around.fetch(did_document_url(around.issuer))
    except (FetchError, KeyFormatError):
        return None


@functools.lru_cache(maxsize=MAX_REMEMBERED)
def _found_good(
    data: bytes, url: str, purpose: str, issuer: str, at: datetime.datetime, keys: bytes
) -> tuple[bytes, JsonObject]:
    """Do what :func:`bits_of` says, with this document of the issuer; only what is good is kept."""
    home = did_document_url(issuer)

    def fetch(address: str) -> bytes:
        if address != home:
            raise _ElsewhereError
        return keys

    return _bits_of(data, url, purpose, Around(issuer=issuer, at=at, fetch=fetch))


def _bits_of(data: bytes, url: str, purpose: str, around: Around) -> tuple[bytes, JsonObject]:
    try:
        secured = read_secured(data, limit=MAX_LIST_BYTES)
    except CanonicalizationError as error:
        raise unreadable(url, error) from error
    except VerificationError as error:
        raise unreliable("status.list-signature", reason=error.reason) from error
    document = secured.document
    _check_form(document, url, around.issuer)
    subject = document["credentialSubject"]
    if purpose not in as_list(subject["statusPurpose"]):
        raise unreliable("status.list-purpose", purpose=shown(purpose, 40))
    _check_window(document, around.at)
    bits = _decoded(subject["encodedList"])
    try:
        check_signature(secured, around.at, around.fetch)
    except VerificationError as error:
        if error.outcome == "unknown":
            raise unknown("status.list-signature", reason=error.reason) from error
        raise unreliable("status.list-signature", reason=error.reason) from error
    return bits, document


def _check_form(document: JsonObject, url: str, issuer: str) -> None:
    kind = (
        BITSTRING_STATUS_LIST_CREDENTIAL_1
        if is_model_1(document)
        else BITSTRING_STATUS_LIST_CREDENTIAL
    )
    flaw = first_flaw(kind, document)
    if flaw is not None:
        raise unreliable("status.list-form", flaw=flaw.message)
    if document["id"] != url:
        raise unreliable("status.list-id")
    if issuer_of(document) != issuer:
        raise unreliable("status.list-issuer", site=site_of(issuer_of(document)))


def _check_window(document: JsonObject, at: datetime.datetime) -> None:
    start, end = instant(begins(document)), instant(ends(document))
    if start and start > at:
        raise unknown("status.list-date", "fix.issuer")
    if end and end < at:
        raise unknown("status.list-expired", "fix.publish-again", end=str(ends(document))[:10])


def _decoded(encoded: str) -> bytes:
    try:
        return decode(encoded)
    except StatusListError as error:
        raise unreliable("status.list-bits", detail(error.message)) from error


def value_of(bits: bytes, index: int, size: int) -> int:
    """Return the value at an index: ``size`` bits, the left-most first."""
    places = len(bits) * 8 // size
    if places < MIN_LENGTH:
        raise unreliable("status.list-bits", say("status.list-bits.what", least=str(MIN_LENGTH)))
    if index >= places:
        raise malformed("outside", "status.index")
    first = index * size
    begin, end = first // 8, (first + size - 1) // 8 + 1
    word = int.from_bytes(bits[begin:end], "big") >> (end * 8 - first - size)
    return word & (1 << size) - 1
