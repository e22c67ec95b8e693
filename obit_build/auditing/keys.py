"""Keys from outside: every issuer's did.json is there, and lists exactly the keys it should.

A changed document is how a take-over of the host or of the domain shows (threat model, T24), and
a lost key makes every badge that it signed unverifiable (INV-9).
"""

from collections.abc import Iterator
from typing import Any

from obit_build import addresses
from obit_build.auditing.report import Finding
from obit_build.auditing.subject import FIX_DEPLOY, Audit, failed, passed, said
from obit_build.counting import several
from obit_build.credentials.issuer_keys import did_json
from obit_build.errors import CanonicalizationError
from obit_build.harmless import shown
from obit_build.securing.keys import did_for
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.key import MAX_DID_DOCUMENT_BYTES, is_private, usable_methods

FIX_KEYS = (
    "find out who changed it before anything else: whoever can change this file can sign in your "
    "name; then deploy the built site again"
)


def keys(audit: Audit) -> Iterator[Finding]:
    """Look at the DID document of every issuer."""
    good, ledger = [], audit.known.ledger
    for slug in audit.issuers:
        wrong = list(_of_issuer(audit, slug))
        yield from wrong
        good += [] if wrong else [slug]
    if not audit.issuers:
        yield failed("the site names no issuer", "look at issuers/ in the repository")
    elif good and ledger:
        number = sum(len(ledger.keys_of(slug)) for slug in good)
        yield passed(
            f"{several(len(good), 'issuer')} with exactly the keys of the ledger ({number} in all)"
        )
    elif good:
        known = "; only a ledger can tell whether they are the right ones (--ledger)"
        yield passed(f"{several(len(good), 'issuer')} with keys that verifiers can read{known}")


def _of_issuer(audit: Audit, slug: str) -> Iterator[Finding]:
    path = addresses.did_file(slug)
    answer = audit.site.answer(path)
    if not answer.is_there:
        yield failed(
            f"{path} is answered with {said(answer)}: no badge of {slug} can be verified",
            FIX_DEPLOY,
        )
        return
    try:
        document = parse(answer.body, limit=MAX_DID_DOCUMENT_BYTES)
    except CanonicalizationError as error:
        yield failed(f"{path} is no DID document: {error.message}", FIX_DEPLOY)
        return
    differences = list(_differences(audit, slug, path, document))
    yield from differences
    built = audit.known.read(path)
    if built is not None and built != answer.body and not differences:
        yield failed(f"{path} is not the file that was built", FIX_KEYS)


def _differences(audit: Audit, slug: str, path: str, document: JsonObject) -> Iterator[Finding]:
    did = did_for(audit.base, slug)
    if document.get("id") != did:
        yield failed(
            f'{path} is about "{shown(document.get("id"))}" and not about {did}',
            "look at `site` in obit.yaml and at where the site was copied to",
        )
        return
    if any(is_private(method) for method in _methods(document)):
        yield failed(
            f"{path} shows a private key", "treat the key as stolen: revoke it and make a new one"
        )
    if audit.known.ledger is None:
        if _methods(document) and not usable_methods(document, did, audit.at):
            yield failed(f"{path} lists no key that can be used", FIX_DEPLOY)
        return
    yield from _compared(path, document, did_json(audit.known.ledger, slug))


def _compared(path: str, live: JsonObject, expected: JsonObject) -> Iterator[Finding]:
    """Hold a document against the ledger's; other names of the issuer are the repository's."""
    there, wanted = _ids(live), _ids(expected)
    for lost in sorted(wanted - there):
        yield failed(
            f"{path} has lost the key {_short(lost)}: badges that it signed can't be verified",
            FIX_KEYS,
        )
    for added in sorted(there - wanted):
        yield failed(f"{path} lists a key that is not in the ledger: {_short(added)}", FIX_KEYS)
    said_there = {name: value for name, value in live.items() if name != "alsoKnownAs"}
    if there == wanted and said_there != expected:
        yield failed(f"{path} says something else about its keys than the ledger", FIX_KEYS)


def _methods(document: JsonObject) -> list[JsonObject]:
    found: Any = document.get("verificationMethod")
    return [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []


def _ids(document: JsonObject) -> set[str]:
    return {str(method.get("id")) for method in _methods(document)}


def _short(method: str) -> str:
    """Show the part of a method's id that is the key."""
    return shown(method.rpartition("#")[2] or method, 60)
