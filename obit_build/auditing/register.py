"""Is everything that is signed also in the ledger? A good signature alone does not say so.

Whoever has copied a key can sign badges that every verifier accepts; only the ledger tells them
from those that were issued (threat model, T15).
"""

import hashlib
from collections.abc import Iterator

from obit_build import addresses
from obit_build.auditing.report import Finding
from obit_build.auditing.subject import FIX_DEPLOY, Audit, failed, passed, several, skipped
from obit_build.errors import CanonicalizationError
from obit_build.keys import did_for
from obit_build.ledger import Ledger
from obit_build.strict_json import JsonObject, parse
from obit_build.verify import verify
from obit_build.verify_proof import issuer_of
from obit_build.verify_reading import read_credential
from obit_build.verify_report import VerificationError, shown
from obit_build.verify_run import Run

FIX_STOLEN = (
    "treat the key as stolen: revoke it, issue its badges again with a new one, and tell whoever "
    "showed you the badge"
)


def register(audit: Audit) -> Iterator[Finding]:
    """Look up in the ledger what the live catalogue lists and what somebody showed."""
    ledger = audit.known.ledger
    if ledger is None:
        yield skipped("whether every badge was really issued, only the ledger can tell (--ledger)")
        return
    strangers = [name for name in audit.listed if name not in ledger.awards]
    for name in strangers:
        answer = audit.site.answer(addresses.credential_file(name))
        if answer.is_there:
            yield from _judged(audit, ledger, f"award {name} in the live catalogue", answer.body)
        else:
            yield failed(
                f"the live catalogue lists an award that is not in the ledger: {name}",
                FIX_DEPLOY,
            )
    if audit.listed and not strangers:
        yield passed(f"{several(len(audit.listed), 'listed award')}, all in the ledger")
    elif not audit.listed and not audit.known.badges:
        yield passed("the live catalogue lists no award")
    for name, data in sorted(audit.known.badges.items()):
        yield from _judged(audit, ledger, shown(name, 200), data)


def _judged(audit: Audit, ledger: Ledger, name: str, data: bytes) -> Iterator[Finding]:
    report = verify(data, name=name, at=audit.at, fetch=audit.fetch)
    signature = next(step for step in report.steps if step.name == "signature")
    if signature.outcome != "passed":
        decisive = report.decisive if signature.outcome == "skipped" else signature
        yield failed(f"{name}: {decisive.message}", decisive.fix)
        return
    document = _document(audit, data)
    if issuer_of(document) not in {did_for(audit.base, slug) for slug in audit.issuers}:
        yield failed(f"{name} was signed by another site's issuer", "ask that site")
    elif _is_registered(audit, ledger, document, data):
        yield passed(f"{name} is in the ledger")
    else:
        yield failed(
            f"{name} has a good signature, but it is NOT in the ledger: it was never issued",
            FIX_STOLEN,
        )


def _document(audit: Audit, data: bytes) -> JsonObject:
    run = Run(data=data, at=audit.at, fetch=audit.fetch, recipient=None)
    try:
        read_credential(run)
    except VerificationError:  # pragma: no cover - its signature was just found good
        return {}
    return run.document


def _is_registered(audit: Audit, ledger: Ledger, document: JsonObject, data: bytes) -> bool:
    """Whether this very credential was issued, however its text was laid out since."""
    award = ledger.awards.get(_award_in(audit, document))
    if award is None:
        return False
    if hashlib.sha256(data).hexdigest() in (award.sha256, award.token_sha256):
        return True
    issued = audit.known.credential(award.id)
    try:
        return issued is not None and parse(issued) == document
    except CanonicalizationError:  # pragma: no cover - the ledger's bytes have their hash
        return False


def _award_in(audit: Audit, document: JsonObject) -> str:
    found = document.get("id")
    path = found.removeprefix(f"{audit.base}/") if isinstance(found, str) else ""
    parts = path.split("/")
    is_ours = len(parts) == 3 and path == addresses.credential_file(parts[1])
    return parts[1] if is_ours else ""
