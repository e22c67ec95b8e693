"""The checkpoint from outside: signed, and exactly where the ledger stands.

A live site that shows more events than the ledger, or another hash at the same place, proves that
the ledger was rolled back or rewritten (threat model, T20); one that shows fewer was not deployed.
"""

import hashlib
from collections.abc import Iterator

from obit_build import addresses
from obit_build.auditing.report import Finding
from obit_build.auditing.subject import FIX_DEPLOY, Audit, failed, passed, said, skipped
from obit_build.counting import several
from obit_build.errors import CanonicalizationError, KeyFormatError, LedgerError
from obit_build.harmless import shown
from obit_build.issuing.checkpoints import is_current, public_keys
from obit_build.ledger.guards import FIX_COPY
from obit_build.ledger.ledger import Ledger
from obit_build.network.http_answers import Answer
from obit_build.securing.keys import decode_multikey, did_for
from obit_build.securing.signed_note import Checkpoint, good_signatures, origin_of, read_checkpoint
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.key import controller_document, usable_methods
from obit_build.verifying.report import VerificationError

PATH = addresses.CHECKPOINT


def checkpoint(audit: Audit) -> Iterator[Finding]:
    """Hold the live checkpoint against the ledger, and against what the site was made from."""
    answer = audit.site.answer(PATH)
    if not answer.is_there:
        yield _absent(audit, answer)
        return
    try:
        live = read_checkpoint(answer.body)
        signatures = good_signatures(answer.body, _keys(audit))
    except LedgerError as error:
        yield failed(f"{PATH}: {error.message}", FIX_DEPLOY)
        return
    wrong = list(_differences(audit, live))
    if not signatures:
        wrong.insert(0, failed(f"{PATH} is signed by no key of this site's issuers", FIX_DEPLOY))
    wrong += _provenance(audit, live)
    yield from wrong
    if not wrong:
        known = ", as in the ledger" if audit.known.ledger else ""
        signed = several(signatures, "signature")
        yield passed(f"{several(live.size, 'event')}{known}, with {signed}")


def _absent(audit: Audit, answer: Answer) -> Finding:
    ledger = audit.known.ledger
    if ledger is None or ledger.mode == "preview" or not ledger.keys:
        return skipped(f"the site shows no {PATH}")
    return failed(
        f"{PATH} is answered with {said(answer)}: nobody could notice a ledger that was rolled back",
        FIX_DEPLOY,
    )


def _differences(audit: Audit, live: Checkpoint) -> Iterator[Finding]:
    if live.origin != origin_of(audit.base):
        yield failed(f"{PATH} is of another site: {shown(live.origin, 100)}", FIX_DEPLOY)
        return
    ledger = audit.known.ledger
    if ledger is None or is_current(live, ledger, audit.known.event):
        return
    yield _other(audit, ledger, live)


def _other(audit: Audit, ledger: Ledger, live: Checkpoint) -> Finding:
    if live.size > ledger.size:
        return failed(
            f"the live site shows {several(live.size, 'event')}, the ledger has {ledger.size}: "
            "the ledger lost some",
            FIX_COPY,
        )
    event = audit.known.event(live.size)
    if event is None or hashlib.sha256(event).hexdigest() != live.head:
        return failed(
            f"the live site and the ledger tell different stories up to event {live.size}", FIX_COPY
        )
    return failed(
        f"the live site is {several(ledger.size - live.size, 'event')} behind the ledger",
        FIX_DEPLOY,
    )


def _provenance(audit: Audit, live: Checkpoint) -> Iterator[Finding]:
    """Look that the checkpoint and the pages come from one build."""
    answer = audit.site.answer(addresses.PROVENANCE)
    if not answer.is_there:
        return
    try:
        made_from = parse(answer.body).get("ledger")
    except CanonicalizationError:
        made_from = None
    named = made_from if isinstance(made_from, dict) else {}
    if (named.get("size"), named.get("head")) != (live.size, live.head):
        yield failed(
            f"{addresses.PROVENANCE} and {PATH} come from different builds: a deploy stopped "
            "half-way",
            FIX_DEPLOY,
        )


def _keys(audit: Audit) -> dict[str, list[bytes]]:
    """Return issuer's DID → Ed25519 keys: the ledger's, or without one those that the site shows."""
    if audit.known.ledger:
        return public_keys(audit.known.ledger)
    dids = [did_for(audit.base, slug) for slug in audit.issuers]
    return {did: _shown_keys(audit, did) for did in dids}


def _shown_keys(audit: Audit, did: str) -> list[bytes]:
    try:
        document = controller_document(did, audit.fetch)
    except VerificationError:  # the step about keys says so
        return []
    return [key for m in usable_methods(document, did, audit.at) for key in _decoded(m)]


def _decoded(method: JsonObject) -> Iterator[bytes]:
    try:
        yield decode_multikey(str(method.get("publicKeyMultibase", "")))
    except KeyFormatError:  # a key of another kind, for tokens
        return
