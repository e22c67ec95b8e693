"""Step 4, signature: one acceptable proof, by a key that the issuer vouches for.

VC Data Integrity 1.0, "Verify Proof", with the suite eddsa-rdfc-2022 and the purpose
``assertionMethod``. The suite is what *we* accept, never what the document suggests. Proofs of
other kinds are named and not counted; two proofs of our kind, chains of proofs, and any member
that has no place in a proof are refused.
"""

import datetime
from typing import Any

from obit_build.errors import CanonicalizationError
from obit_build.proof import CRYPTOSUITE, proof_is_good
from obit_build.strict_json import JsonObject
from obit_build.verify_key import FIX_ISSUER, Fetch, resolve_key
from obit_build.verify_kinds import as_list, instant
from obit_build.verify_report import VerificationError, shown

SKEW = datetime.timedelta(seconds=60)
MAX_PROOFS = 8
_MEMBERS = {
    "id", "type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose",
    "proofValue", "domain", "challenge", "nonce",
}  # fmt: skip
FIX_COPY = "ask the holder or the issuer for an intact copy of the badge"


def issuer_of(document: JsonObject) -> str:
    """Return the issuer's id, empty if there is none."""
    issuer = document.get("issuer")
    value = issuer.get("id") if isinstance(issuer, dict) else issuer
    return value if isinstance(value, str) else ""


def check_proof(document: JsonObject, at: datetime.datetime, fetch: Fetch) -> tuple[str, ...]:
    """Return the kinds of the proofs that were not looked at; raise VerificationError if not good."""
    proof, others = _choose(document)
    method = _check_members(proof, at)
    key = resolve_key(method, issuer_of(document), at, fetch)
    try:
        good = proof_is_good(document, proof, key)
    except CanonicalizationError as error:
        raise VerificationError(
            "proof.canonicalization",
            f"It is not clear what was signed: {error.message}.",
            fix=FIX_COPY,
        ) from error
    if not good:
        raise VerificationError(
            "proof.signature",
            "The signature does not fit: something was changed after signing, or the signature is forged.",
            fix="don't rely on it; " + FIX_COPY,
        )
    return others


def _choose(document: JsonObject) -> tuple[JsonObject, tuple[str, ...]]:
    proofs = as_list(document.get("proof"))
    if not proofs:
        raise VerificationError(
            "proof.missing", "Nobody has signed this: it proves nothing.", fix=FIX_COPY
        )
    if len(proofs) > MAX_PROOFS or not all(isinstance(proof, dict) for proof in proofs):
        raise VerificationError("proof.form", "The signature is malformed.", fix=FIX_COPY)
    ours = [proof for proof in proofs if _is_ours(proof)]
    others = tuple(sorted({_kind(proof) for proof in proofs if not _is_ours(proof)}))
    if len(ours) > 1:
        raise VerificationError(
            "proof.several",
            "It carries two signatures of the same kind, so it is not clear which one counts.",
            fix=FIX_COPY,
        )
    if not ours:
        raise VerificationError(
            "proof.unsupported",
            f"It is signed in a way that obit can't check yet ({', '.join(others)}).",
            fix="use a verifier that knows this kind of signature, or ask the issuer for another one",
            outcome="unknown",
        )
    return ours[0], others


def _is_ours(proof: JsonObject) -> bool:
    return proof.get("type") == "DataIntegrityProof" and proof.get("cryptosuite") == CRYPTOSUITE


def _kind(proof: JsonObject) -> str:
    suite = proof.get("cryptosuite") if proof.get("type") == "DataIntegrityProof" else None
    return shown(suite or proof.get("type"), 60) or "unnamed"


def _refuse(reason: str, message: str) -> VerificationError:
    return VerificationError(reason, message, fix=FIX_COPY)


def _check_members(proof: JsonObject, at: datetime.datetime) -> str:
    """Check everything but the signature itself; return the verification method."""
    foreign = sorted(proof.keys() - _MEMBERS)
    if foreign:
        raise _refuse(
            "proof.form",
            f'The signature has a part that does not belong there: "{shown(foreign[0], 60)}".',
        )
    if proof.get("proofPurpose") != "assertionMethod":
        raise _refuse("proof.purpose", "The signature was not made for issuing a badge.")
    _check_dates(proof, at)
    value: Any = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or not 80 <= len(value) <= 90:
        raise _refuse("proof.value", "The signature itself is missing or malformed.")
    method: Any = proof.get("verificationMethod")
    if not isinstance(method, str):
        raise VerificationError(
            "key.relative", "The signature does not say in full which key made it.", fix=FIX_ISSUER
        )
    return method


def _check_dates(proof: JsonObject, at: datetime.datetime) -> None:
    created, expires = (instant(proof.get(name)) for name in ("created", "expires"))
    if "created" in proof and created is None:
        raise _refuse("proof.created", "The date of the signature is malformed.")
    if created and created - at > SKEW:
        raise _refuse("proof.created", "The signature claims to be made in the future.")
    if "expires" in proof and expires is None:
        raise _refuse("proof.expires", "The date on which the signature ends is malformed.")
    if expires and expires <= at:
        raise _refuse("proof.expires", "The signature was made to count for a time that is over.")
