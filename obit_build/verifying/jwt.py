"""Step 4 for tokens: a credential inside a JSON Web Token, signed by a key of its issuer.

Open Badges 3.0, "JSON Web Token Proof", with VC-JOSE-COSE where the two agree. The key decides
which algorithm is acceptable. A key that the token brings along, or that lies somewhere on the
web, says nothing about the issuer: the issuer's own document has to list the same key for
assertions. The registered claims have to say what the credential says; the credential alone
counts.
"""

import datetime
from typing import Any

from obit_build.errors import CanonicalizationError, FetchError, KeyFormatError
from obit_build.harmless import shown
from obit_build.securing.jwk import PublicKey, read_did_jwk, read_jwk, read_multikey
from obit_build.securing.jwt import Token
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.key import (
    JWK_TYPES,
    KEY_TYPES,
    Fetch,
    check_owner,
    controller_document,
    find_method,
    home_of,
    is_revoked,
    key_in_did,
    revoked_methods,
    site_of,
    unacceptable,
    usable_methods,
    wrong_type,
)
from obit_build.verifying.proof import SKEW, issuer_of
from obit_build.verifying.report import VerificationError, refusal
from obit_build.verifying.words import detail

MAX_JWK_BYTES = 20_000
BARE = ("did:key:", "did:jwk:")


def check_token(token: Token, document: JsonObject, at: datetime.datetime, fetch: Fetch) -> None:
    """Raise VerificationError unless a key of the credential's issuer signed the token."""
    issued: Any = token.payload.get("iat")
    if isinstance(issued, int | float) and issued - at.timestamp() > SKEW.total_seconds():
        raise refusal("proof.created")
    key = _key_of(token.header, issuer_of(document), at, fetch)
    if token.header["alg"] != key.algorithm:
        raise refusal(
            "jwt.algorithm",
            "fix.issuer",
            named=shown(token.header["alg"], 20),
            needed=key.algorithm,
        )
    if not key.is_good(token.signed, token.signature):
        raise refusal("proof.signature", "fix.distrust-copy")


def _key_of(header: JsonObject, issuer: str, at: datetime.datetime, fetch: Fetch) -> PublicKey:
    kid, inline = header.get("kid"), header.get("jwk")
    if kid:
        key = _named(kid, issuer, at, fetch)
        if inline is not None and _read(inline).material != key.material:
            raise refusal("jwt.two-keys", "fix.issuer")
        return key
    if inline is None:
        raise refusal("key.relative", "fix.issuer")
    key = _read(inline)
    revoked: list[PublicKey] = []
    if issuer.startswith(BARE):
        known = [_own_key(issuer)]
    else:
        known, revoked = _keys_in(controller_document(issuer, fetch), issuer, at)
    if _is_among(key, revoked):
        raise _revoked(issuer)
    if not _is_among(key, known):
        raise refusal("key.not-listed", "fix.distrust", site=site_of(issuer))
    return key


def _is_among(key: PublicKey, others: list[PublicKey]) -> bool:
    return any(key.material == other.material for other in others)


def _revoked(issuer: str) -> VerificationError:
    return refusal("key.revoked", "fix.current-key", site=site_of(issuer))


def _named(kid: str, issuer: str, at: datetime.datetime, fetch: Fetch) -> PublicKey:
    owner = kid.partition("#")[0]
    if kid.startswith(BARE):
        _check_bare(kid, owner, issuer)
        return _own_key(issuer)
    if kid.startswith("did:") or owner == issuer:
        check_owner(kid, issuer)
        return _key_in(find_method(kid, issuer, at, fetch), issuer)
    if not kid.startswith("https://"):
        raise refusal("key.relative", "fix.issuer")
    return _hosted(kid, issuer, at, fetch)


def _check_bare(kid: str, owner: str, issuer: str) -> None:
    """Accept the name of a bare key with or without its fragment."""
    check_owner(kid if "#" in kid else f"{owner}#-", issuer)
    if kid.startswith("did:key:") and "#" in kid:
        key_in_did(kid)
    if kid.startswith("did:jwk:") and kid.partition("#")[2] not in ("", "0"):
        raise refusal("key.fragment", "fix.issuer", as_key="key.fragment.did")


def _own_key(issuer: str) -> PublicKey:
    """Return the key that a did:key or did:jwk is."""
    try:
        if issuer.startswith("did:jwk:"):
            return read_did_jwk(issuer)
        return read_multikey(issuer.removeprefix("did:key:"))
    except KeyFormatError as error:
        raise unacceptable(error) from error


def _hosted(kid: str, issuer: str, at: datetime.datetime, fetch: Fetch) -> PublicKey:
    """Return the key at an https address, if the issuer's document lists the same one."""
    revoked: list[PublicKey] = []
    if issuer.startswith(BARE):
        own = [_own_key(issuer)]
    else:
        document = controller_document(issuer, fetch)
        methods = usable_methods(document, issuer, at)
        named = [method for method in methods if method["id"] == kid]
        if named:
            return _key_in(named[0], issuer)
        own, revoked = _keys_in(document, issuer, at)
    hosted = _fetched(kid, fetch)
    if home_of(kid) == home_of(issuer) and is_revoked(hosted, at):
        raise _revoked(issuer)
    key = _read(hosted)
    if _is_among(key, revoked):
        raise _revoked(issuer)
    if _is_among(key, own):
        return key
    if home_of(kid) == home_of(issuer):
        raise refusal(
            "key.unconfirmed",
            "fix.ask-to-list",
            outcome="unknown",
            site=site_of(issuer),
            url=shown(kid, 300),
        )
    raise refusal("key.other-issuer", "fix.distrust", issuer=site_of(issuer), other=site_of(kid))


def _keys_in(
    document: JsonObject, issuer: str, at: datetime.datetime
) -> tuple[list[PublicKey], list[PublicKey]]:
    """Return the keys that an issuer lists for assertions, and those that it has revoked."""
    usable, revoked = usable_methods(document, issuer, at), revoked_methods(document, issuer, at)
    return _readable(usable, issuer), _readable(revoked, issuer)


def _readable(methods: list[JsonObject], issuer: str) -> list[PublicKey]:
    """Read the keys of methods; those of other kinds can't be the one that is looked for."""
    keys = []
    for method in methods:
        try:
            keys.append(_key_in(method, issuer))
        except VerificationError:
            continue
    return keys


def _key_in(method: JsonObject, issuer: str) -> PublicKey:
    kind, multikey = method.get("type"), method.get("publicKeyMultibase")
    if kind in JWK_TYPES:
        return _read(method.get("publicKeyJwk"))
    if kind not in KEY_TYPES:
        raise wrong_type(method, issuer)
    try:
        return read_multikey(multikey if isinstance(multikey, str) else "")
    except KeyFormatError as error:
        raise unacceptable(error) from error


def _read(jwk: Any) -> PublicKey:
    try:
        return read_jwk(jwk if isinstance(jwk, dict) else {})
    except KeyFormatError as error:
        raise unacceptable(error) from error


def _fetched(url: str, fetch: Fetch) -> JsonObject:
    try:
        return parse(fetch(url), limit=MAX_JWK_BYTES)
    except (FetchError, CanonicalizationError) as error:
        is_there = isinstance(error, CanonicalizationError)
        raise refusal(
            "key.document-unreadable" if is_there else "key.unavailable",
            "fix.later-online" if is_there else detail(error.fix),
            outcome="unknown",
            url=shown(url, 300),
            detail=detail(error.message),
        ) from error
