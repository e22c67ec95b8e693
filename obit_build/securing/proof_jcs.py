"""Data Integrity with the cryptosuite ``eddsa-jcs-2022`` (VC Data Integrity EdDSA 1.0, 3.3).

The JSON text itself is signed, in the canonical spelling of RFC 8785, and not the RDF graph that
it stands for. obit issues such a proof only as a second one, after ``eddsa-rdfc-2022``, since
several verifiers don't know it.
"""

import datetime
import hashlib
from collections.abc import Callable
from typing import Any

import rfc8785

from obit_build.errors import CanonicalizationError, SigningError
from obit_build.securing.keys import encode_base58
from obit_build.securing.proof import SIGNATURE_BYTES
from obit_build.strict_json import JsonObject

CRYPTOSUITE = "eddsa-jcs-2022"
FIX = "ask the issuer for an intact copy of the credential"


def canonical_json(document: JsonObject) -> bytes:
    """Return the RFC 8785 spelling; raise CanonicalizationError for numbers that JSON readers round."""
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, RecursionError, ValueError) as error:
        message = "the JSON holds a value that can't be written in one way only"
        raise CanonicalizationError(message, fix=FIX) from error


def hash_data(document: JsonObject, proof: JsonObject) -> bytes:
    """Return SHA-256 of the proof's configuration, then SHA-256 of the document: 64 bytes.

    ``document`` is what the proof secures: without ``proof``, or with the previous proofs of a chain.
    """
    secured, given = dict(document), proof.get("@context")
    if given is not None:
        secured["@context"] = _checked_context(given, document.get("@context"))
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in secured:
        configuration["@context"] = secured["@context"]
    return b"".join(hashlib.sha256(canonical_json(x)).digest() for x in (configuration, secured))


def _checked_context(given: Any, of_document: Any) -> Any:
    """Return the proof's context, which has to be the beginning of the document's."""
    first, whole = (x if isinstance(x, list) else [x] for x in (given, of_document))
    if whole[: len(first)] != first:
        raise CanonicalizationError("the proof has another context than the document", fix=FIX)
    return given


def add_proof(
    document: JsonObject,
    *,
    sign: Callable[[bytes], bytes],
    verification_method: str,
    created: datetime.datetime,
) -> JsonObject:
    """Return a copy of the document whose ``proof`` array ends with one of this suite.

    Proofs that are there already stay first (a proof set: each covers the document alone).
    """
    before: Any = document.get("proof", [])
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    proof: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": created.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    signature = sign(hash_data(unsecured, proof))
    if len(signature) != SIGNATURE_BYTES:
        raise SigningError(
            f"the signer returned {len(signature)} bytes instead of {SIGNATURE_BYTES}",
            fix="use an Ed25519 key",
        )
    proof["proofValue"] = "z" + encode_base58(signature)
    proofs = before if isinstance(before, list) else [before]
    return {**unsecured, "proof": [*proofs, proof]}
