"""Judges credentials with ``openbadgeslib``, and issues some with it.

    judge_openbadgeslib.py BUILD_DIR BASE_URL NOW   < JSON lines

A line ``{"name", "text"}`` is a credential or status list in JSON, or a credential as a JWT;
``{"name", "image": path}`` is a baked picture; the answer tells signature, dates and status apart.
This library reads the bits of a status list of any kind, but checks the signature of a list only if
that is a JWT, and the one of an endorsement likewise; so both are handed to it as well, as documents
with a proof. It looks for the key of a JWT in the DID document only; if ``kid`` is the address of a
JWK, that key is fetched and handed to it. A line ``{"name", "issue": "ldp" | "jwt"
| "png" | "svg", ...}`` asks it to issue a badge in the name of a ``did:key`` of its own; the answer
holds its ``text`` or ``data`` (base64).
"""

import base64
import datetime
import json
import sys
from pathlib import Path
from typing import Any

import time_machine
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import derive_private_key as derive_p256
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from emulated_web import Web, answer, no_network, said
from jwt import PyJWK
from openbadgeslib import ob3
from openbadgeslib.ob3 import (
    Achievement,
    Alignment,
    Evidence,
    IdentityObject,
    Issuer,
    OB3LdpSigner,
    OB3LdpVerifier,
    OB3Signer,
    OB3VerificationError,
    OB3Verifier,
    OpenBadgeCredential,
    Result,
    ResultDescription,
    did_key_from_pem,
    resolve_verification_method,
    verify_data_integrity_proof,
)
from openbadgeslib.verify import verify_badge

BUILD, BASE, NOW = Path(sys.argv[1]), sys.argv[2], datetime.datetime.fromisoformat(sys.argv[3])
WEB = Web(BUILD, BASE)
SEED = bytes(range(32))
P256_SCALAR = int.from_bytes(SEED, "big")


def judged(case: dict[str, Any]) -> dict[str, Any]:
    if "issue" in case:
        return issued(case)
    if "image" in case:
        return judged_image(Path(case["image"]).read_bytes())
    document = json.loads(case["text"]) if case["text"].lstrip().startswith("{") else None
    other = {"BitstringStatusListCredential", "EndorsementCredential", "ClrCredential"}
    if document is not None and other & set(document.get("type", ())):
        return judged_proof(document)
    return judged_text(case["text"])


def judged_proof(document: dict[str, Any]) -> dict[str, Any]:
    """Check the proof of a status list or endorsement, under a key that its issuer publishes."""
    try:
        issuer, proof = document["issuer"], document["proof"]
        method = (proof[0] if isinstance(proof, list) else proof)["verificationMethod"]
        if method.partition("#")[0] != (issuer["id"] if isinstance(issuer, dict) else issuer):
            return {"signature": False, "error": "the key is not the issuer's"}
        verify_data_integrity_proof(document, resolve_verification_method(method, download=WEB))
    except OB3VerificationError as error:
        return {"signature": False, "error": said(error)}
    return {"signature": True, "error": None}


def judged_text(text: str) -> dict[str, Any]:
    report: dict[str, Any] = {
        "signature": False,
        "dates": "unknown",
        "status": "unknown",
        "error": None,
    }
    try:
        verifier, document = verifier_and_document(text)
        credential, report["dates"] = verified(verifier, text, document)
        report["signature"] = True
        with time_machine.travel(NOW, tick=False):
            report["status"] = status(credential)
    except (OB3VerificationError, ValueError, KeyError, TypeError) as error:
        report["error"] = said(error)
    return report


def verifier_and_document(text: str) -> tuple[Any, dict[str, Any]]:
    """Return the verifier for the issuer that the credential names, and its JSON."""
    if text.lstrip().startswith("{"):
        document = json.loads(text)
        issuer = document.get("issuer")
        did = issuer["id"] if isinstance(issuer, dict) else issuer
        return OB3LdpVerifier.for_issuer_did(did, download=WEB), document
    header, document = (part_of(text, number) for number in (0, 1))
    if str(header.get("kid")).startswith("https:"):
        public = PyJWK(json.loads(WEB(header["kid"])), algorithm=header["alg"]).key
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return OB3Verifier(pem, issuer_did=document["iss"]), document
    return OB3Verifier.for_issuer_did(document["iss"], download=WEB), document


def part_of(token: str, number: int) -> dict[str, Any]:
    part = token.split(".")[number]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def verified(verifier: Any, text: str, document: dict[str, Any]) -> tuple[Any, str]:
    """Verify now, or else at the first instant; tell how the credential's dates are now."""
    try:
        with time_machine.travel(NOW, tick=False):
            return verifier.verify(text, download=WEB), "good"
    except OB3VerificationError as error:
        late, early = "has expired" in str(error), "not yet valid" in str(error)
        if not (late or early):
            raise
    with time_machine.travel(datetime.datetime.fromisoformat(document["validFrom"]), tick=False):
        return verifier.verify(text, download=WEB), "expired" if late else "not yet valid"


def status(credential: Any) -> str:
    if not credential.credential_status:
        return "none"
    try:
        ob3.check_credential_status(credential, download=WEB, verify_list=False)
    except OB3VerificationError as error:
        if " is set at index " in str(error):
            return "set"
        raise
    return "clear"


def judged_image(data: bytes) -> dict[str, Any]:
    with time_machine.travel(NOW, tick=False):
        result = verify_badge(
            data, resolve_did=True, check_status=True, verify_status_list=False, download=WEB
        )
    identity = result.credential.id if result.valid else None
    return {
        "valid": result.valid,
        "trusted": result.trusted,
        "id": identity,
        "error": result.reason,
    }


def issued(case: dict[str, Any]) -> dict[str, Any]:
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    algorithm = case.get("algorithm", "EdDSA")
    signing = derive_p256(P256_SCALAR, SECP256R1()) if algorithm == "ES256" else key
    did = case.get("did") or did_key_from_pem(_public_pem(signing))
    with time_machine.travel(NOW - datetime.timedelta(days=30), tick=False):
        credential = a_badge(did, bare=case.get("bare", False))
        if case["issue"] == "jwt":
            return {"text": OB3Signer(_private_pem(signing), algorithm).sign(credential)}
        signer = OB3LdpSigner(_private_pem(key), case.get("method"))
        if case["issue"] == "ldp":
            return {"text": signer.sign_to_json(credential)}
        sign = signer.sign_into_png if case["issue"] == "png" else signer.sign_into_svg
        return {
            "data": base64.b64encode(sign(credential, Path(case["picture"]).read_bytes())).decode()
        }


def a_badge(did: str, *, bare: bool) -> OpenBadgeCredential:
    """A badge that uses every field that this library's model has, or only what is needed."""
    identity = "https://openbadgeslib.example/badges/1"
    achievement = Achievement(identity, "Réseaux", "Sait câbler.", "Réussir l’épreuve.")
    common = {
        "id": "urn:uuid:7b0f6c1e-5d0a-4c57-9a53-2f0e8f1d9b11",
        "issuance_date": NOW - datetime.timedelta(days=40),
    }
    if bare:
        return OpenBadgeCredential(
            Issuer(did, "Centre"), "mailto:amelie@example.org", achievement, **common
        )
    alignment = Alignment("Firewall", "https://frameworks.example/1", "Fw", "1", "Firewalls")
    levels = [ResultDescription(f"{identity}#note", "Note", "LetterGrade", ["C", "B", "A"], "C")]
    achievement.image_url = "https://openbadgeslib.example/badge.png"
    achievement.tags = ["réseau", "firewall"]
    achievement.achievement_type = "Competency"
    achievement.credits_available = 2.5
    achievement.alignments, achievement.result_descriptions = [alignment], levels
    return OpenBadgeCredential(
        issuer=Issuer(did, "Centre", "https://openbadgeslib.example/", "a@openbadgeslib.example"),
        recipient_id=None,
        achievement=achievement,
        name="Réseaux",
        expiration_date=NOW + datetime.timedelta(days=400),
        evidence=[
            Evidence("https://openbadgeslib.example/e", "Un plan", "Plan", "Un plan", "doc", "jury")
        ],
        credits_earned=2.5,
        identifiers=[IdentityObject.create("amelie@example.org", "b6f1d0c2a94e4e0f8d37")],
        results=[Result("B", None, None, f"{identity}#note", [alignment])],
        **common,
    )


def _private_pem(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_pem(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


if __name__ == "__main__":
    no_network()
    answer(judged)
