"""Judges credentials with ``openvc-core``, and signs some with it.

    judge_openvc.py BUILD_DIR BASE_URL NOW   < JSON lines

A line ``{"name", "text"}`` is a credential or status list in JSON, or a credential as a JWT; the
answer tells signature, dates and status apart. A line ``{"name", "sign": "eddsa-rdfc-2022" |
"eddsa-jcs-2022" | "jwt", "document": …}`` asks it to sign a document in the name of a ``did:key`` of
its own, as its issuer; the answer holds the ``text``. A line ``{"name", "list": address, "set": [index, …]}``
asks it for a signed status list.

This library reads a proof only if it stands alone: a list of one proof, which is what obit writes
and means the same, is taken out of its list first (``as_written`` says what it makes of the list).
It carries no context of Open Badges; it gets those of ``openbadgeslib``.
"""

import base64
import datetime
import functools
import json
import sys
from pathlib import Path
from typing import Any

import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from emulated_web import NotHereError, Web, answer, no_network, said
from openbadgeslib.ob3 import did_key_from_pem
from openbadgeslib.ob3.contexts import bundled_contexts, load_context
from openvc import Ed25519SigningKey, OpenvcError, VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_jcs import EddsaJcsProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.status.bitstring import new_bitstring, set_status_bit
from openvc.status.issue import build_status_list_credential

WEB = Web(Path(sys.argv[1]), sys.argv[2])
NOW = datetime.datetime.fromisoformat(sys.argv[3])
RESOLVER = DidResolverRegistry([DidKeyResolver(), DidWebResolver(WEB.json)])
CONTEXTS = {url: load_context(url) for url in bundled_contexts() if "/ns/credentials/" not in url}
SUITES = {"eddsa-rdfc-2022": DataIntegrityProofSuite, "eddsa-jcs-2022": EddsaJcsProofSuite}
FAILURES = (OpenvcError, NotHereError, ValueError, KeyError, TypeError)


def judged(case: dict[str, Any]) -> dict[str, Any]:
    if "list" in case:
        return signed({"sign": "eddsa-rdfc-2022", "document": a_list(case["list"], case["set"])})
    return signed(case) if "sign" in case else judged_text(case["text"])


def judged_text(text: str) -> dict[str, Any]:
    report: dict[str, Any] = {
        "signature": False,
        "dates": "unknown",
        "status": "unknown",
        "error": None,
        "as_written": "read",
    }
    try:
        credential: Any = text
        if text.lstrip().startswith("{"):
            document = json.loads(text)
            credential = unwrapped(document)
            report["as_written"] = "read" if credential == document else as_written(document)
        else:
            document = claims(text)
        start = document.get("validFrom")
        inside = datetime.datetime.fromisoformat(start) if isinstance(start, str) else NOW
        result = verified(credential, inside, status=False)
        report["signature"] = True
        report["dates"] = dates(credential, inside)
        if "credentialStatus" in result.credential:
            found = verified(credential, inside, status=True).status
            report["status"] = "set" if found.revoked or found.suspended else "clear"
        else:
            report["status"] = "none"
    except FAILURES as error:
        report["error"] = said(error)
    return report


def unwrapped(document: dict[str, Any]) -> dict[str, Any]:
    """Take a list of one proof apart."""
    proof = document.get("proof")
    return (
        {**document, "proof": proof[0]} if isinstance(proof, list) and len(proof) == 1 else document
    )


def as_written(document: dict[str, Any]) -> str:
    try:
        verified(document, NOW, status=False)
    except FAILURES as error:
        return said(error)
    return "read"


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    read = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return read.get("vc", read)


def verified(credential: Any, at: datetime.datetime, *, status: bool) -> Any:
    policy = VerificationPolicy(
        now=at, require_status=status, require_not_expired=False, require_not_revoked=False
    )
    with time_machine.travel(at, tick=False):
        return verify_credential(
            credential,
            policy=policy,
            resolver=RESOLVER,
            resolve_status_list=status_list if status else None,
            extra_contexts=CONTEXTS,
        )


def dates(credential: Any, inside: datetime.datetime) -> str:
    if inside > NOW:
        return "not yet valid"
    return "expired" if verified(credential, NOW, status=False).expired else "good"


@functools.cache
def status_list(url: str) -> dict[str, Any]:
    """Fetch a status list and verify it at the time of judging; return it."""
    result: dict[str, Any] = verified(unwrapped(WEB.json(url)), NOW, status=False).credential
    return result


def a_list(address: str, indexes: list[int]) -> dict[str, Any]:
    bits = new_bitstring(131_072)
    for index in indexes:
        set_status_bit(bits, index, 1)
    return build_status_list_credential(
        id=address,
        issuer={"id": "did:key:later"},
        bitstring=bits,
        valid_from=NOW - datetime.timedelta(days=1),
        valid_until=NOW + datetime.timedelta(days=1),
    )


def signed(case: dict[str, Any]) -> dict[str, Any]:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    did = did_key_from_pem(pem)
    method = f"{did}#{did.removeprefix('did:key:')}"
    document = case["document"]
    document["issuer"]["id"] = did
    key = Ed25519SigningKey(private, method)
    with time_machine.travel(NOW, tick=False):
        if case["sign"] == "jwt":
            return {"text": VcJwtProofSuite().sign(document, signing_key=key)}
        more = {"extra_contexts": CONTEXTS} if case["sign"] == "eddsa-rdfc-2022" else {}
        suite = SUITES[case["sign"]]()
        whole = suite.add_proof(document, signing_key=key, verification_method=method, **more)
    return {"text": json.dumps(whole)}


if __name__ == "__main__":
    no_network()
    answer(judged)
