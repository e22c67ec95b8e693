"""The kinds of embedded proofs that obit can check: one name, one way to the bytes that were signed.

VC Data Integrity 1.0 with ``eddsa-rdfc-2022`` (and ``eddsa-2022``, its name before it was a
standard) and ``eddsa-jcs-2022``; ``Ed25519Signature2020`` of older credentials. All of them
are Ed25519 over SHA-256(proof configuration) ‖ SHA-256(document); they differ in the spelling.
"""

import functools
import hashlib
import json
from typing import Any

from obit_build.securing import proof_jcs
from obit_build.securing.proof import CRYPTOSUITE, value_is_good
from obit_build.securing.stamp import canonicalize
from obit_build.strict_json import JsonObject

DRAFT = "eddsa-2022"
SIGNATURE_2020 = "Ed25519Signature2020"
MAX_ALIKE = 4_000
"""Characters of a proof configuration that is remembered."""
SUITES = (CRYPTOSUITE, DRAFT, proof_jcs.CRYPTOSUITE, SIGNATURE_2020)


def suite_of(proof: JsonObject) -> str:
    """Return which of ``SUITES`` a proof belongs to; empty if it is of another kind."""
    kind, suite = proof.get("type"), proof.get("cryptosuite")
    if kind == SIGNATURE_2020 and "cryptosuite" not in proof:
        return SIGNATURE_2020
    known = kind == "DataIntegrityProof" and suite in SUITES and suite != SIGNATURE_2020
    return str(suite) if known else ""


def kind_of(proof: JsonObject) -> Any:
    """Return what a proof calls itself: its cryptosuite, else its type."""
    return proof.get("cryptosuite") or proof.get("type")


def hash_data(document: JsonObject, proof: JsonObject) -> bytes:
    """Return the 64 bytes that a proof of one of ``SUITES`` signs.

    ``document`` is what the proof secures: without ``proof``, or with the previous proofs of a
    chain. Raise CanonicalizationError if that can't be said for sure.
    """
    if suite_of(proof) == proof_jcs.CRYPTOSUITE:
        return proof_jcs.hash_data(document, proof)
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    configuration["@context"] = document.get("@context")
    told = json.dumps(configuration)
    first = _hash_of(told) if len(told) <= MAX_ALIKE else _hash(configuration)
    return first + _hash(document)


def _hash(document: JsonObject) -> bytes:
    return hashlib.sha256(canonicalize(document).encode("utf-8")).digest()


@functools.lru_cache(maxsize=256)
def _hash_of(told: str) -> bytes:
    """Return the hash of a proof configuration: many credentials were signed at one time by one key."""
    return _hash(json.loads(told))


def is_good(document: JsonObject, proof: JsonObject, public_key: bytes) -> bool:
    """Tell whether a proof is over this very document, by this 32-byte Ed25519 key."""
    return value_is_good(proof, public_key, lambda: hash_data(document, proof))
