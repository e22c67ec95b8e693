"""The credential inside a token's payload, and whether the claims around it say the same.

Open Badges 3.0, "JWT Proof": ``iss``, ``jti``, ``sub``, ``nbf`` and ``exp`` repeat issuer, id,
subject, beginning and end. In data model 2.0 the payload is the credential; in 1.1 it is the
claim ``vc``, and what the claims say may be left out of it. A claim that contradicts the
credential is refused, never resolved: two readers would take two different badges for signed.
"""

import copy
import datetime
from typing import Any

from obit_build.securing.jwt import TYPES, Token
from obit_build.strict_json import JsonObject
from obit_build.verifying.contexts import is_model_1
from obit_build.verifying.form import begins, ends
from obit_build.verifying.kinds import as_list, instant
from obit_build.verifying.proof import issuer_of
from obit_build.verifying.report import refusal

OPEN_BADGES_2 = "https://w3id.org/openbadges/v2"
_CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat")
_TIMES = ("nbf", "exp", "iat")
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999."""


def credential_in(token: Token) -> JsonObject:
    """Return the credential; raise VerificationError if the claims contradict it or are missing.

    An Open Badges 2.0 assertion is returned as it is: it has no claims.
    """
    payload = token.payload
    if is_open_badges_2(payload):
        return payload
    claims = {name: payload[name] for name in _CLAIMS if name in payload}
    _check_kinds(claims)
    if "vc" in payload:
        credential = _of_model_1(payload, claims)
    else:
        credential = {name: item for name, item in payload.items() if name not in _CLAIMS}
        if "exp" in claims:
            credential.setdefault("validUntil", _written(claims["exp"]))
    _check_claims(claims, credential, token)
    return credential


def is_open_badges_2(document: JsonObject) -> bool:
    """Tell whether a document is an assertion of the older generation."""
    contexts, types = (as_list(document.get(name)) for name in ("@context", "type"))
    return OPEN_BADGES_2 in contexts or types == ["Assertion"]


def _check_kinds(claims: JsonObject) -> None:
    for name, value in claims.items():
        if name in _TIMES:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            good = number and 0 <= value <= _LAST_SECOND
        else:
            good = isinstance(value, str)
        if not good:
            raise refusal("jwt.claims", as_key="jwt.claims.kind", name=name)


def _of_model_1(payload: JsonObject, claims: JsonObject) -> JsonObject:
    """Take ``vc`` and put back what only the claims say (VC 1.1, "JWT Decoding")."""
    foreign = sorted(payload.keys() - {"vc", *_CLAIMS})
    if foreign or not isinstance(payload["vc"], dict):
        raise refusal("jwt.claims", as_key="jwt.claims.vc")
    credential: JsonObject = copy.deepcopy(payload["vc"])
    if not is_model_1(credential):
        raise refusal("jwt.claims", as_key="jwt.claims.vc")
    for name, claim in (("id", "jti"), ("issuer", "iss")):
        if claim in claims:
            credential.setdefault(name, claims[claim])
    for name, claim in (("issuanceDate", "nbf"), ("expirationDate", "exp")):
        if claim in claims:
            credential.setdefault(name, _written(claims[claim]))
    subject: Any = credential.get("credentialSubject")
    if isinstance(subject, dict) and "sub" in claims:
        subject.setdefault("id", claims["sub"])
    return credential


def _written(seconds: float) -> str:
    when = datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_claims(claims: JsonObject, credential: JsonObject, token: Token) -> None:
    subject: Any = credential.get("credentialSubject")
    said = {
        "iss": issuer_of(credential),
        "jti": credential.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
        "nbf": _seconds(begins(credential)),
        "exp": _seconds(ends(credential)),
    }
    for name, value in said.items():
        if name not in claims:
            _check_missing(name, value, token)
        elif name in _TIMES and value is not None:
            if int(claims[name]) != value:
                raise refusal("jwt.claims", as_key="jwt.claims.contradict", name=name)
        elif claims[name] != value:
            raise refusal("jwt.claims", as_key="jwt.claims.contradict", name=name)


def _check_missing(name: str, value: Any, token: Token) -> None:
    """Refuse a token without the claims that Open Badges asks for; W3C's own kind needs none."""
    if token.header.get("typ", TYPES[0]) == TYPES[0] and (name != "exp" or value is not None):
        raise refusal("jwt.claims", as_key="jwt.claims.missing", name=name)


def _seconds(text: Any) -> int | None:
    when = instant(text)
    return None if when is None else int(when.timestamp() // 1)
