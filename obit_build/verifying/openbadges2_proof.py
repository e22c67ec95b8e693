"""Step 4 for Open Badges 2.0: the issuer's own site, or its key, vouches for a badge.

*Hosted*: the file in hand only says where to look. What lies at the assertion's id is the badge;
its BadgeClass and Issuer are what lies at the addresses that it names, whatever is written out
in place of them; and the Issuer's policy (``startsWith``, ``allowedOrigins``) has to cover the id.
*Signed*: a JWS (RS256) by a key that the Issuer's document lists and that names the Issuer as its
owner; only a BadgeClass without an address may come inside it. (IMS Open Badges 2.0,
"Verification"; what an unprotected http address serves counts for nothing.)
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from obit_build.errors import CanonicalizationError, FetchError, GoneError
from obit_build.harmless import shown
from obit_build.securing.jwk import RSA_BITS, PublicKey
from obit_build.securing.jwt import Token
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.key import Fetch
from obit_build.verifying.kinds import Class, as_list
from obit_build.verifying.openbadges2_shape import (
    ASSERTION,
    BADGE_CLASS,
    CONTEXT,
    HOSTED,
    ISSUER,
    KEY,
    address_of,
    first_flaw,
    kinds_of,
    normal,
)
from obit_build.verifying.report import refusal
from obit_build.verifying.words import detail, say

MAX_KEYS = 8


def site(url: str) -> str:
    """Return the host (and port) of an address; empty if it has none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def is_https(url: str) -> bool:
    """Tell whether an address is one that only its owner can answer."""
    return url.startswith("https://") and bool(site(url))


def check_shape(kind: Class, document: JsonObject, what: str) -> None:
    """Raise VerificationError with what is wrong; ``what`` is the last part of a key ``what.…``."""
    flaw = first_flaw(kind, document)
    if flaw is not None:
        raise refusal(
            flaw.reason,
            "fix.issuer-copy",
            as_key="form.refused",
            what=say(f"what.{what}"),
            flaw=flaw.message,
        )


def check_kind(verification: Any, wanted: frozenset[str]) -> None:
    """Raise VerificationError for a way of verification that is not among those wanted."""
    if isinstance(verification, dict) and not kinds_of(verification) & wanted:
        raise refusal("form.verification", "fix.other-verifier", outcome="unknown")


def fetched(url: str, what: str, fetch: Fetch) -> JsonObject:
    """Fetch a JSON document from an https address; let GoneError pass."""
    if not is_https(url):
        where = shown(url, 200) or say("words.unnamed")
        raise refusal("hosted.id", "fix.issuer", outcome="unknown", id=where)
    values = {"what": say(f"the.{what}"), "url": shown(url, 200)}
    try:
        return normal(parse(fetch(url)))
    except GoneError:
        raise
    except FetchError as error:
        told = detail(error.message)
        raise refusal(
            "hosted.unavailable", detail(error.fix), outcome="unknown", detail=told, **values
        ) from error
    except CanonicalizationError as error:
        told = detail(error.message)
        raise refusal(
            "hosted.unreadable", "fix.publish-again", outcome="unknown", detail=told, **values
        ) from error


def linked(value: Any, kind: Class, what: str, fetch: Fetch) -> JsonObject:
    """Return the document that lies where an assertion or a badge names it, and is of its kind."""
    at = address_of(value)
    try:
        document = fetched(at, what, fetch)
    except GoneError as error:
        told = detail(error.message)
        raise refusal(
            "hosted.unavailable",
            "fix.issuer",
            outcome="unknown",
            what=say(f"the.{what}"),
            url=shown(at, 200),
            detail=told,
        ) from error
    if address_of(document) != at:
        raise refusal("hosted.other-id", "fix.distrust", site=site(at))
    check_shape(kind, document, what)
    return document


def hosted_badge(at: str, fetch: Fetch) -> JsonObject:
    """Return the assertion at its address with badge and issuer written out, or what is left of it.

    Of a badge that was taken back, nothing is left but the reason, if one is given.
    """
    revoked = {"@context": CONTEXT, "type": "Assertion", "id": at, "revoked": True}
    try:
        assertion = fetched(at, "assertion", fetch)
    except GoneError:
        return revoked
    if address_of(assertion) != at:
        raise refusal("hosted.other-id", "fix.distrust", site=site(at))
    if assertion.get("revoked") is True:
        return {**revoked, "revocationReason": assertion.get("revocationReason")}
    check_shape(ASSERTION, assertion, "assertion")
    check_kind(assertion["verification"], HOSTED)
    badge = linked(assertion["badge"], BADGE_CLASS, "badge-class", fetch)
    issuer = linked(badge["issuer"], ISSUER, "issuer", fetch)
    _check_policy(at, address_of(badge), issuer)
    return {**assertion, "badge": {**badge, "issuer": issuer}}


def _check_policy(at: str, badge: str, issuer: JsonObject) -> None:
    """Check that an issuer lets badges at this address speak for it.

    Without a policy, assertion and BadgeClass have to lie on the issuer's own site.
    """
    given = issuer.get("verification")
    policy: JsonObject = given if isinstance(given, dict) else {}
    if policy.get("verificationProperty", "id") not in ("id", "@id"):
        raise refusal("form.verification", "fix.other-verifier", outcome="unknown")
    begins = [x for x in as_list(policy.get("startsWith")) if isinstance(x, str)]
    origins = [x.lower() for x in as_list(policy.get("allowedOrigins")) if isinstance(x, str)]
    home = site(address_of(issuer))
    places = [at] if policy else [at, badge]
    allowed = origins if "allowedOrigins" in policy else [home]
    within = "startsWith" not in policy or any(at.startswith(begin) for begin in begins)
    if not within or any(site(place) not in allowed for place in places):
        raise refusal("hosted.scope", "fix.distrust", issuer=home, site=site(at))


def signed_badge(assertion: JsonObject, token: Token, fetch: Fetch) -> JsonObject:
    """Return a signed assertion with badge and issuer written out, once its signature holds."""
    named = assertion["badge"]
    if isinstance(named, dict) and not is_https(address_of(named)):
        badge = normal(named)
        check_shape(BADGE_CLASS, badge, "badge-class")
    else:
        badge = linked(named, BADGE_CLASS, "badge-class", fetch)
    issuer = linked(badge["issuer"], ISSUER, "issuer", fetch)
    creator = address_of(assertion["verification"].get("creator"))
    if token.header["alg"] != "RS256":
        raise refusal("signed.algorithm", "fix.issuer", named=shown(token.header["alg"], 20))
    keys = [_key(*item, issuer, fetch) for item in _candidates(issuer, creator)]
    if not any(key.is_good(token.signed, token.signature) for key in keys):
        raise refusal("proof.signature", "fix.distrust-copy")
    return {**assertion, "badge": {**badge, "issuer": issuer}}


def _candidates(issuer: JsonObject, creator: str) -> list[tuple[str, Any]]:
    """List the keys that may have signed: the one that the badge names, or all of the issuer's."""
    home = site(address_of(issuer))
    listed = {address_of(key): key for key in as_list(issuer.get("publicKey"))}
    if creator and creator not in listed:
        raise refusal("key.not-listed", "fix.distrust", site=home)
    wanted = [creator] if creator else list(listed)
    if not wanted or len(wanted) > MAX_KEYS:
        raise refusal("signed.no-key", "fix.issuer", site=home)
    return [(at, listed[at]) for at in wanted]


def _key(at: str, value: Any, issuer: JsonObject, fetch: Fetch) -> PublicKey:
    """Return an RSA key that names the issuer as its owner."""
    if isinstance(value, dict) and "publicKeyPem" in value:
        document = normal(value)
        check_shape(KEY, document, "public-key")
    else:
        document = linked(at, KEY, "public-key", fetch)
    if document["owner"] != address_of(issuer):
        raise refusal("key.controller", "fix.issuer", site=site(address_of(issuer)))
    key = _loaded(document["publicKeyPem"])
    least, most = RSA_BITS
    if not isinstance(key, RSAPublicKey) or not least <= key.key_size <= most:
        raise refusal("key.unacceptable", "fix.issuer", detail=say("signed.key"))
    return PublicKey("RS256", key)


def _loaded(pem: str) -> Any:
    load: Callable[[bytes], Any] = load_pem_public_key
    try:
        return load(pem.encode("utf-8", "replace"))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
