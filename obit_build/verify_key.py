"""Whose key is it? From a proof's ``verificationMethod`` to 32 bytes that its issuer vouches for.

Controlled Identifiers 1.0, "Retrieve Verification Method", for ``did:key`` and ``did:web``. The
fragment of a verification method may *be* the key; we never take it from there, since then
anyone could sign in the name of any site: the issuer's own did.json has to list it for
assertions. Other kinds of issuer ids can't be looked up yet and are reported as such.
"""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from obit_build.errors import CanonicalizationError, FetchError, KeyFormatError
from obit_build.keys import decode_multikey, did_document_url
from obit_build.strict_json import JsonObject, parse
from obit_build.verify_kinds import as_list, instant
from obit_build.verify_report import VerificationError, shown

Fetch = Callable[[str], bytes]
"""From an https address to the bytes there; raises FetchError and nothing else."""

MAX_DID_DOCUMENT_BYTES = 256_000
KEY_TYPES = ("Multikey", "Ed25519VerificationKey2020")
_PRIVATE = (
    "secretKeyMultibase", "privateKeyMultibase", "privateKeyBase58", "privateKeyHex",
    "privateKeyJwk", "privateKeyPem", "secretKeyJwk",
)  # fmt: skip
FIX_ISSUER = "ask the issuer, at an address that you know from elsewhere"
FIX_LATER = "try again later, or on a machine with an internet connection"


def site_of(issuer: str) -> str:
    """Return what tells people whose id this is: the host of a did:web, else the id itself."""
    try:
        return urlsplit(did_document_url(issuer)).netloc
    except KeyFormatError:
        return shown(issuer, 60)


def resolve_key(method: str, issuer: str, at: datetime.datetime, fetch: Fetch) -> bytes:
    """Return the Ed25519 public key; raise VerificationError if the issuer does not vouch for it."""
    did, mark, fragment = method.partition("#")
    if not did or not mark or not fragment or "#" in fragment:
        raise VerificationError(
            "key.relative", "The signature does not say in full which key made it.", fix=FIX_ISSUER
        )
    if did != issuer:
        raise VerificationError(
            "key.other-issuer",
            f"The badge names {site_of(issuer)} as its issuer, but a key of {site_of(did)} signed it.",
            fix="don't rely on it; " + FIX_ISSUER,
        )
    if did.startswith("did:key:"):
        return _key_in_did(did.removeprefix("did:key:"), fragment)
    if did.startswith("did:web:"):
        return _key_in_document(_did_document(did, fetch), did, method, at)
    raise VerificationError(
        "key.method-unsupported",
        f"The issuer's id, {shown(issuer, 80)}, is of a kind that obit can't look up yet.",
        fix="use a verifier that knows this kind of id",
        outcome="unknown",
    )


def _key_in_did(multikey: str, fragment: str) -> bytes:
    if fragment != multikey:
        raise VerificationError(
            "key.fragment",
            "The signature names another key than its issuer's id does.",
            fix=FIX_ISSUER,
        )
    return _decoded(multikey)


def _decoded(multikey: Any) -> bytes:
    try:
        return decode_multikey(multikey if isinstance(multikey, str) else "")
    except KeyFormatError as error:
        raise VerificationError(
            "key.unacceptable",
            f"The issuer's key can't be accepted: {error.message}.",
            fix=FIX_ISSUER,
        ) from error


def _did_document(did: str, fetch: Fetch) -> JsonObject:
    try:
        url = did_document_url(did)
    except KeyFormatError as error:
        raise VerificationError(
            "key.did", f"The issuer's id is malformed: {error.message}.", fix=FIX_ISSUER
        ) from error
    try:
        document = parse(fetch(url), limit=MAX_DID_DOCUMENT_BYTES)
    except FetchError as error:
        raise VerificationError(
            "key.unavailable",
            f"The issuer's keys at {url} could not be fetched: {error.message}.",
            fix=error.fix,
            outcome="unknown",
        ) from error
    except CanonicalizationError as error:
        raise VerificationError(
            "key.document-unreadable",
            f"The issuer's keys at {url} could not be read: {error.message}.",
            fix=FIX_LATER,
            outcome="unknown",
        ) from error
    if document.get("id") != did:
        raise VerificationError(
            "key.document", f"The key document at {url} belongs to somebody else.", fix=FIX_ISSUER
        )
    return document


def _key_in_document(document: JsonObject, did: str, method: str, at: datetime.datetime) -> bytes:
    found = _listed_method(document, did, method)
    site = site_of(did)
    if found.get("type") not in KEY_TYPES:
        raise VerificationError(
            "key.type",
            f"The key that {site} lists is of the type {shown(found.get('type'), 60) or 'unknown'}, "
            "which this kind of signature can't have.",
            fix=FIX_ISSUER,
        )
    if any(name in found for name in _PRIVATE) or "d" in _jwk(found):
        raise VerificationError(
            "key.private",
            f"{site} has published the private half of its key: anyone could have signed this.",
            fix="tell the issuer; don't rely on the badge until it is signed anew",
        )
    _check_time(found, at, site)
    value = found.get("publicKeyMultibase")
    fragment = method.partition("#")[2]
    if fragment.startswith("z6Mk") and fragment != value:
        raise VerificationError(
            "key.fragment", f"{site} lists another key under the name of this one.", fix=FIX_ISSUER
        )
    return _decoded(value)


def _jwk(method: JsonObject) -> JsonObject:
    value = method.get("publicKeyJwk")
    return value if isinstance(value, dict) else {}


def _listed_method(document: JsonObject, did: str, method: str) -> JsonObject:
    """Find the one method of this id, listed for assertions and controlled by the issuer."""
    named, asserting = (as_list(document.get(x)) for x in ("verificationMethod", "assertionMethod"))
    objects = [item for item in (*named, *asserting) if isinstance(item, dict)]
    ids = [item.get("id") for item in objects if isinstance(item.get("id"), str)]
    if len(ids) != len(set(ids)):
        raise VerificationError(
            "key.listed-twice",
            f"{site_of(did)} lists two keys under one name, so it is not clear which one counts.",
            fix=FIX_ISSUER,
        )
    found = [item for item in objects if item.get("id") == method]
    if not found:
        raise VerificationError(
            "key.not-listed",
            f"The key that signed this is not among the keys of {site_of(did)}: "
            "the issuer has withdrawn it, or it never was the issuer's.",
            fix="don't rely on it; " + FIX_ISSUER,
        )
    if method not in asserting and found[0] not in asserting:
        raise VerificationError(
            "key.not-for-badges",
            f"{site_of(did)} lists the key that signed this, but not for issuing badges.",
            fix=FIX_ISSUER,
        )
    if found[0].get("controller") != did:
        raise VerificationError(
            "key.controller",
            f"{site_of(did)} lists the key that signed this as somebody else's.",
            fix=FIX_ISSUER,
        )
    return found[0]


def _check_time(method: JsonObject, at: datetime.datetime, site: str) -> None:
    """Refuse a revoked or expired key whatever the proof's date: that date is the signer's word."""
    for name, verb in (("revoked", "has revoked"), ("expires", "no longer uses")):
        if name not in method:
            continue
        end = instant(method[name])
        if end is None or end <= at:
            raise VerificationError(
                f"key.{'revoked' if name == 'revoked' else 'expired'}",
                f"{site} {verb} the key that signed this.",
                fix="ask the issuer for a badge that is signed with its current key",
            )
