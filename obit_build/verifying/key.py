"""Whose key is it? From the name of a key to key bytes that the badge's issuer vouches for.

Controlled Identifiers 1.0, "Retrieve Verification Method", for ``did:key``, ``did:jwk``,
``did:web`` and https. The fragment of a verification method may *be* the key; we never take it
from there, since then anyone could sign in the name of any site: the issuer's own document has
to list the key for assertions. Other kinds of issuer ids can't be looked up and are reported so.
"""

import datetime
import functools
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from obit_build.errors import CanonicalizationError, FetchError, KeyFormatError
from obit_build.harmless import shown
from obit_build.securing.jwk import PRIVATE_MEMBERS
from obit_build.securing.keys import decode_multikey, did_document_url
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.kinds import as_list, instant
from obit_build.verifying.report import VerificationError, refusal
from obit_build.verifying.words import detail, say

Fetch = Callable[[str], bytes]
"""From an https address to the bytes there; raises FetchError and nothing else."""

MAX_DID_DOCUMENT_BYTES = 256_000
MAX_REMEMBERED = 128
"""Keys whose document was read; whoever verifies many badges meets few."""
KEY_TYPES = ("Multikey", "Ed25519VerificationKey2020")
JWK_TYPES = ("JsonWebKey", "JsonWebKey2020")
_PRIVATE = (
    "secretKeyMultibase", "privateKeyMultibase", "privateKeyBase58", "privateKeyHex",
    "privateKeyJwk", "privateKeyPem", "secretKeyJwk",
)  # fmt: skip


def site_of(issuer: str) -> str:
    """Return what tells people whose id this is: the host of a did:web or https id, else the id."""
    return home_of(issuer) or shown(issuer, 60)


def home_of(issuer: str) -> str:
    """Return the host (and port) on which an issuer's id lives; empty if it lives on none."""
    try:
        url = issuer if issuer.startswith("https://") else did_document_url(issuer)
        return urlsplit(url).netloc.lower()
    except (KeyFormatError, ValueError):
        return ""


def resolve_key(method: str, issuer: str, at: datetime.datetime, fetch: Fetch) -> bytes:
    """Return the Ed25519 public key; raise VerificationError if the issuer does not vouch for it."""
    if method.startswith("did:key:"):
        check_owner(method, issuer)
        return _decoded(key_in_did(method))
    if method.startswith("did:web:") and issuer.startswith("did:web:"):
        check_owner(method, issuer)
        return _listed_key(_bytes_of(_document_url(issuer), fetch), method, issuer, at)
    return _decoded(_multikey_of(find_method(method, issuer, at, fetch), method, issuer))


@functools.lru_cache(maxsize=MAX_REMEMBERED)
def _listed_key(document: bytes, method: str, issuer: str, at: datetime.datetime) -> bytes:
    """Return the key of this name in an issuer's document; only what is good is kept."""
    found = find_method(method, issuer, at, lambda _address: document)
    return _decoded(_multikey_of(found, method, issuer))


def check_owner(method: str, issuer: str) -> None:
    """Refuse a key that is named as a part of somebody else's id, or not named in full."""
    owner, mark, fragment = method.partition("#")
    if not owner or not mark or not fragment or "#" in fragment:
        raise refusal("key.relative", "fix.issuer")
    if owner != issuer:
        raise refusal(
            "key.other-issuer", "fix.distrust", issuer=site_of(issuer), other=site_of(owner)
        )


def key_in_did(method: str) -> str:
    """Return the Multikey of ``did:key:z…#z…``, which has to name the same key twice."""
    owner, _, fragment = method.partition("#")
    multikey = owner.removeprefix("did:key:")
    if fragment != multikey:
        raise refusal("key.fragment", "fix.issuer", as_key="key.fragment.did")
    return multikey


def find_method(method: str, issuer: str, at: datetime.datetime, fetch: Fetch) -> JsonObject:
    """Return the verification method of this name that the issuer lists for assertions.

    A key may have a document of its own (an https address without fragment): it counts if the
    issuer's document names it, and if it names the issuer as its controller.
    """
    site = site_of(issuer)
    own = method.startswith("https://") and "#" not in method and method != issuer
    if not own:
        check_owner(method, issuer)
    document = controller_document(issuer, fetch)
    if own and all(item.get("id") != method for item in _objects(document)):
        found = _own_document(document, method, issuer, fetch)
    else:
        found = _listed(document, issuer, method, at)
    if is_private(found):
        raise refusal("key.private", "fix.tell-issuer", site=site)
    _check_time(found, at, site)
    return found


def controller_document(issuer: str, fetch: Fetch) -> JsonObject:
    """Return the document in which an issuer lists its keys: did.json, or what its https id shows."""
    document = _fetched(_document_url(issuer), issuer, fetch)
    if document.get("id") != issuer:
        raise refusal("key.document", "fix.issuer", url=shown(_document_url(issuer), 300))
    return document


def _document_url(issuer: str) -> str:
    if issuer.startswith("https://"):
        return issuer.partition("#")[0]
    if not issuer.startswith("did:web:"):
        raise refusal(
            "key.method-unsupported",
            "fix.other-verifier-id",
            outcome="unknown",
            issuer=shown(issuer, 80),
        )
    try:
        return did_document_url(issuer)
    except KeyFormatError as error:
        raise refusal("key.did", "fix.issuer", detail=detail(error.message)) from error


def _fetched(url: str, issuer: str, fetch: Fetch) -> JsonObject:
    data = _bytes_of(url, fetch)
    try:
        return parse(data, limit=MAX_DID_DOCUMENT_BYTES)
    except CanonicalizationError as error:
        # The address of an issuer may well show a page: then it just does not tell its keys.
        page = issuer.startswith("https://")
        raise refusal(
            "key.document-unreadable",
            "fix.other-verifier-id" if page else "fix.later-online",
            outcome="unknown",
            url=shown(url, 300),
            detail=detail(error.message),
        ) from error


def _bytes_of(url: str, fetch: Fetch) -> bytes:
    try:
        return fetch(url)
    except FetchError as error:
        raise refusal(
            "key.unavailable",
            detail(error.fix),
            outcome="unknown",
            url=shown(url, 300),
            detail=detail(error.message),
        ) from error


def _own_document(document: JsonObject, method: str, issuer: str, fetch: Fetch) -> JsonObject:
    if method not in as_list(document.get("assertionMethod")):
        raise refusal("key.not-listed", "fix.distrust", site=site_of(issuer))
    found = _fetched(method, issuer, fetch)
    if found.get("id") != method:
        raise refusal("key.document", "fix.issuer", url=shown(method, 300))
    if found.get("controller") != issuer:
        raise refusal("key.controller", "fix.issuer", site=site_of(issuer))
    return found


def _objects(document: JsonObject) -> list[JsonObject]:
    named, asserting = (as_list(document.get(x)) for x in ("verificationMethod", "assertionMethod"))
    return [item for item in (*named, *asserting) if isinstance(item, dict)]


def _listed(document: JsonObject, issuer: str, method: str, at: datetime.datetime) -> JsonObject:
    """Find the one method of this id, listed for assertions and controlled by the issuer."""
    site, asserting = site_of(issuer), as_list(document.get("assertionMethod"))
    objects = _objects(document)
    ids = [item["id"] for item in objects if isinstance(item.get("id"), str)]
    if len(ids) != len(set(ids)):
        raise refusal("key.listed-twice", "fix.issuer", site=site)
    found = [item for item in objects if item.get("id") == method]
    if not found:
        raise refusal("key.not-listed", "fix.distrust", site=site)
    if "revoked" in found[0]:  # then it may well have been taken off the keys for badges, too
        _check_time(found[0], at, site)
    if method not in asserting and found[0] not in asserting:
        raise refusal("key.not-for-badges", "fix.issuer", site=site)
    if found[0].get("controller") != issuer:
        raise refusal("key.controller", "fix.issuer", site=site)
    return found[0]


def usable_methods(document: JsonObject, issuer: str, at: datetime.datetime) -> list[JsonObject]:
    """Return all methods that an issuer lists for assertions, controls, and uses at this time."""
    objects, asserting = _objects(document), as_list(document.get("assertionMethod"))
    names = Counter(item["id"] for item in objects if isinstance(item.get("id"), str))
    return [
        item
        for item in objects
        if names[str(item.get("id"))] == 1
        and (item["id"] in asserting or item in asserting)
        and item.get("controller") == issuer
        and not is_private(item)
        and not _ended(item, at)
    ]


def revoked_methods(document: JsonObject, issuer: str, at: datetime.datetime) -> list[JsonObject]:
    """Return the methods that an issuer has revoked, for assertions or not."""
    return [
        item
        for item in _objects(document)
        if item.get("controller") == issuer and is_revoked(item, at)
    ]


def is_revoked(method: JsonObject, at: datetime.datetime) -> bool:
    """Tell whether a method, or what stands at a key's own address, says that the key is revoked."""
    return _ended(method, at) == "revoked"


def is_private(method: JsonObject) -> bool:
    """Tell whether a method shows the secret half of its key."""
    jwk: Any = method.get("publicKeyJwk")
    in_jwk = isinstance(jwk, dict) and bool(PRIVATE_MEMBERS & jwk.keys())
    return in_jwk or any(name in method for name in _PRIVATE)


def _ended(method: JsonObject, at: datetime.datetime) -> str:
    """Say which member ends a key's use, whatever the proof's date: that is the signer's word."""
    for name in ("revoked", "expires"):
        end = instant(method.get(name))
        if name in method and (end is None or end <= at):
            return name
    return ""


def _check_time(method: JsonObject, at: datetime.datetime, site: str) -> None:
    ended = _ended(method, at)
    if ended:
        reason = "key.revoked" if ended == "revoked" else "key.expired"
        raise refusal(reason, "fix.current-key", site=site)


def _multikey_of(found: JsonObject, method: str, issuer: str) -> Any:
    if found.get("type") not in KEY_TYPES:
        raise wrong_type(found, issuer)
    value = found.get("publicKeyMultibase")
    fragment = method.partition("#")[2]
    if fragment.startswith("z6Mk") and fragment != value:
        raise refusal("key.fragment", "fix.issuer", site=site_of(issuer))
    return value


def wrong_type(found: JsonObject, issuer: str) -> VerificationError:
    """Build the error for a key of a type that this kind of signature can't have."""
    kind = shown(found.get("type"), 60) or say("words.unknown-type")
    return refusal("key.type", "fix.issuer", site=site_of(issuer), type=kind)


def _decoded(multikey: Any) -> bytes:
    try:
        return decode_multikey(multikey if isinstance(multikey, str) else "")
    except KeyFormatError as error:
        raise unacceptable(error) from error


def unacceptable(error: KeyFormatError) -> VerificationError:
    """Build the error for a key that is malformed or weak."""
    return refusal("key.unacceptable", "fix.issuer", detail=detail(error.message))
