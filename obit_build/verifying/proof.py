"""Step 4, signature: embedded proofs, each by a key that the issuer vouches for.

VC Data Integrity 1.0, "Verify Proof" and "Verify Proof Sets and Chains", for the purpose
``assertionMethod``. Which kinds count is what *we* accept, never what the document suggests.
Every proof of a kind that we know has to hold, and there has to be one; proofs of other kinds
are named and not counted. Two signatures by one key of one kind, a chain that leads nowhere
or in a circle, and any member that has no place in a proof are refused.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from obit_build.errors import CanonicalizationError
from obit_build.harmless import shown
from obit_build.securing import proof_jcs
from obit_build.securing.proof_suites import DRAFT, is_good, kind_of, suite_of
from obit_build.strict_json import JsonObject
from obit_build.verifying.key import Fetch, resolve_key
from obit_build.verifying.kinds import as_list, instant
from obit_build.verifying.report import VerificationError, refusal
from obit_build.verifying.words import detail, say

SKEW = datetime.timedelta(seconds=60)
MAX_PROOFS = 8
_MEMBERS = {
    "id", "type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose",
    "proofValue", "previousProof", "domain", "challenge", "nonce",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What is left to say about a signature that holds."""

    others: tuple[str, ...] = ()
    """The kinds of the signatures that were not looked at."""
    notices: tuple[str, ...] = ()


def issuer_of(document: JsonObject) -> str:
    """Return the issuer's id, empty if there is none."""
    issuer = document.get("issuer")
    value = issuer.get("id") if isinstance(issuer, dict) else issuer
    return value if isinstance(value, str) else ""


def check_proof(document: JsonObject, at: datetime.datetime, fetch: Fetch) -> Signed:
    """Check all embedded proofs; raise VerificationError unless they hold."""
    proofs = _proofs(document)
    ours = [proof for proof in proofs if suite_of(proof)]
    others = tuple(sorted({_kind(proof) for proof in proofs if not suite_of(proof)}))
    if not ours:
        raise refusal(
            "proof.unsupported", "fix.other-signature", outcome="unknown", kinds=", ".join(others)
        )
    _refuse_repeated(ours)
    bad: list[VerificationError] = []
    for proof in ours:
        try:
            _check_one(proof, document, proofs, at, fetch)
        except VerificationError as error:
            bad.append(error)
    if bad:
        raise min(bad, key=lambda error: error.outcome != "failed")
    drafts = any(suite_of(proof) == DRAFT for proof in ours)
    return Signed(others=others, notices=(say("notice.draft"),) if drafts else ())


def _proofs(document: JsonObject) -> list[JsonObject]:
    proofs = as_list(document.get("proof"))
    if not proofs:
        raise refusal("proof.missing")
    if len(proofs) > MAX_PROOFS or not all(isinstance(proof, dict) for proof in proofs):
        raise refusal("proof.form")
    return proofs


def _refuse_repeated(proofs: list[JsonObject]) -> None:
    seen = [(suite_of(proof), proof.get("verificationMethod")) for proof in proofs]
    if any(name in seen[:number] for number, name in enumerate(seen)):
        raise refusal("proof.several")


def _kind(proof: JsonObject) -> str:
    return shown(kind_of(proof), 60) or "unnamed"


def _check_one(
    proof: JsonObject,
    document: JsonObject,
    proofs: list[JsonObject],
    at: datetime.datetime,
    fetch: Fetch,
) -> None:
    method = _check_members(proof, at)
    secured = _secured(proof, document, proofs)
    key = resolve_key(method, issuer_of(document), at, fetch)
    try:
        good = is_good(secured, proof, key)
    except CanonicalizationError as error:
        raise refusal("proof.canonicalization", detail=detail(error.message)) from error
    if not good:
        raise refusal("proof.signature", "fix.distrust-copy")


def _secured(proof: JsonObject, document: JsonObject, proofs: list[JsonObject]) -> JsonObject:
    """Return what a proof covers: the document alone, or with the proofs that it builds on."""
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    named = as_list(proof.get("previousProof"))
    if not named:
        return unsecured
    previous = _named(named, proofs)
    seen = [proof, *previous]
    waiting = list(previous)
    while waiting:
        for earlier in _named(as_list(waiting.pop().get("previousProof")), proofs):
            if earlier is proof:
                raise refusal("proof.chain", as_key="proof.chain.circle")
            if not any(earlier is other for other in seen):
                seen.append(earlier)
                waiting.append(earlier)
    return {**unsecured, "proof": previous}


def _named(names: list[Any], proofs: list[JsonObject]) -> list[JsonObject]:
    """Find the proofs of these ids, in the order of the document; each has to be there once."""
    ids = [proof.get("id") for proof in proofs]
    if any(not isinstance(name, str) or ids.count(name) != 1 for name in names):
        raise refusal("proof.chain")
    return [proof for proof in proofs if proof.get("id") in names]


def _check_members(proof: JsonObject, at: datetime.datetime) -> str:
    """Check everything but the signature itself; return the verification method."""
    known = _MEMBERS | ({"@context"} if suite_of(proof) == proof_jcs.CRYPTOSUITE else set())
    foreign = sorted(proof.keys() - known)
    if foreign:
        raise refusal("proof.form", as_key="proof.form.part", name=shown(foreign[0], 60))
    if proof.get("proofPurpose") != "assertionMethod":
        raise refusal("proof.purpose")
    _check_dates(proof, at)
    value: Any = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or not 80 <= len(value) <= 90:
        raise refusal("proof.value")
    method: Any = proof.get("verificationMethod")
    if not isinstance(method, str):
        raise refusal("key.relative", "fix.issuer")
    return method


def _check_dates(proof: JsonObject, at: datetime.datetime) -> None:
    created, expires = (instant(proof.get(name)) for name in ("created", "expires"))
    if "created" in proof and created is None:
        raise refusal("proof.created", as_key="proof.created.form")
    if created and created - at > SKEW:
        raise refusal("proof.created")
    if "expires" in proof and expires is None:
        raise refusal("proof.expires", as_key="proof.expires.form")
    if expires and expires <= at:
        raise refusal("proof.expires")
