"""One door to both ways of securing a credential: a proof inside it, or a token around it."""

import datetime
import re
from dataclasses import dataclass

from obit_build.securing.jwt import MAX_CHARACTERS, Token, read_token
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.claims import credential_in
from obit_build.verifying.jwt import check_token
from obit_build.verifying.key import Fetch
from obit_build.verifying.proof import Signed, check_proof
from obit_build.verifying.report import refusal

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A credential, and the token that it came in, if it came in one."""

    document: JsonObject
    token: Token | None = None


def is_token(text: str) -> bool:
    """Tell whether a text has the form of a compact JWS."""
    return len(text) <= MAX_CHARACTERS and bool(_TOKEN.fullmatch(text.strip()))


def read_secured(data: bytes | str, *, limit: int) -> Secured:
    """Read a credential in JSON or a token; ``limit`` in bytes.

    Raise CanonicalizationError if it can't be read, VerificationError if what is in it is refused.
    """
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    if is_token(text):
        token = read_token(text.strip())
        return Secured(document=credential_in(token), token=token)
    document = parse(data, limit=limit)
    if "payload" in document and {"signature", "signatures"} & document.keys():
        raise refusal("reading.jws-json")
    return Secured(document=document)


def check_signature(secured: Secured, at: datetime.datetime, fetch: Fetch) -> Signed:
    """Raise VerificationError unless the credential's issuer signed it, in one way or both."""
    signed = Signed()
    if secured.token is not None:
        check_token(secured.token, secured.document, at, fetch)
    if secured.token is None or "proof" in secured.document:
        signed = check_proof(secured.document, at, fetch)
    return signed
