"""Judges credentials with ``openvc-core``, and signs some with it.

    judge_openvc.py BUILD_DIR BASE_URL NOW   < JSON lines

A line ``{"name", "text"}`` is a credential or status list in JSON, or a credential as a JWT; the
answer tells signature, dates and status apart. A line ``{"name", "sign": "eddsa-rdfc-2022" |
"eddsa-jcs-2022" | "jwt", "document": …}`` asks it to sign a document in the name of a ``did:key`` of
its own, as its issuer; the answer holds the ``text``. A line ``{"name", "list": address, "set": [index, …]}``
asks it for a signed status list.

This library reads a proof only if it stands alone: a list of proofs, which is what obit writes, is
taken apart first, and each proof must be good by itself (``as_written`` says what it makes of the
list). It looks for the key of a JWT in the DID document only; if ``kid`` is the address of a JWK, that
key is fetched and handed to it. It carries no context of Open Badges; it gets those of
``openbadgeslib``.
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
from openbadgeslib.ob3 import bundled_clr_contexts, did_key_from_pem
from openbadgeslib.ob3.contexts import bundled_contexts, load_context
from openvc import Ed25519SigningKey, OpenvcError, VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_key import DidKeyResolver
from openvc.did.did_web import DidWebResolver
from openvc.proof._verify_common import check_validity_window
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_jcs import EddsaJcsProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from openvc.status import check_credential_status
from openvc.status.bitstring import new_bitstring, set_status_bit
from openvc.status.issue import build_status_list_credential

WEB = Web(Path(sys.argv[1]), sys.argv[2])
NOW = datetime.datetime.fromisoformat(sys.argv[3])
RESOLVER = DidResolverRegistry([DidKeyResolver(), DidWebResolver(WEB.json)])
CONTEXTS = {
    **{url: load_context(url) for url in bundled_contexts() if "/ns/credentials/" not in url},
    **bundled_clr_contexts(),
}
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
        if text.lstrip().startswith("{"):
            document = json.loads(text)
            report["as_written"] = as_written(document)
            results = [with_proof(alone) for alone in taken_apart(document)]
        else:
            report["as_written"] = as_written(text)
            results = [with_key_of_kid(text)]
        report["signature"] = True
        found = results[0].credential
        report["dates"] = dates(found)
        report["status"] = status(found)
    except FAILURES as error:
        report["error"] = said(error)
    return report


def taken_apart(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Copy a document once per proof."""
    proof = document.get("proof")
    proofs = proof if isinstance(proof, list) else [proof]
    return [{**document, "proof": one} for one in proofs]


def with_proof(document: Any) -> Any:
    """Verify a document at a time when it is in force, or has been."""
    at = max(first_day(document), NOW)
    policy = VerificationPolicy(now=at, require_status=False, require_not_expired=False)
    with time_machine.travel(at, tick=False):
        return verify_credential(
            document, policy=policy, resolver=RESOLVER, extra_contexts=CONTEXTS
        )


def with_key_of_kid(token: str) -> Any:
    """Verify a JWT, under the JWK at the address ``kid`` if it is one."""
    header, claims = (part_of(token, number) for number in (0, 1))
    document = claims.get("vc", claims)
    with time_machine.travel(max(first_day(document), NOW), tick=False):
        if str(header.get("kid")).startswith("https:"):
            key = WEB.json(header["kid"])
            return VcJwtProofSuite().verify(token, public_key_jwk=key, check_temporal=False)
        policy = VerificationPolicy(require_status=False, require_not_expired=False)
        return verify_credential(token, policy=policy, resolver=RESOLVER)


def part_of(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def first_day(document: dict[str, Any]) -> datetime.datetime:
    start = document.get("validFrom")
    return datetime.datetime.fromisoformat(start) if isinstance(start, str) else NOW


def dates(document: dict[str, Any]) -> str:
    """Ask the library itself whether a verified document is in force."""
    if first_day(document) > NOW:
        return "not yet valid"
    over = check_validity_window(document, {}, now=NOW, leeway_s=0, check_temporal=False)
    return "expired" if over else "good"


def as_written(credential: Any) -> str:
    policy = VerificationPolicy(now=NOW, require_status=False, require_not_expired=False)
    try:
        with time_machine.travel(NOW, tick=False):
            verify_credential(credential, policy=policy, resolver=RESOLVER, extra_contexts=CONTEXTS)
    except FAILURES as error:
        return said(error)
    return "read"


def status(document: dict[str, Any]) -> str:
    if "credentialStatus" not in document:
        return "none"
    found = check_credential_status(document, resolve_status_list=status_list)
    return "set" if found.revoked or found.suspended else "clear"


@functools.cache
def status_list(url: str) -> dict[str, Any]:
    """Fetch a status list and verify it at the time of judging; return it."""
    (alone,) = taken_apart(WEB.json(url))
    result: dict[str, Any] = with_proof(alone).credential
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
