"""Is everything that is signed also in the ledger? A good signature alone does not say so.

Whoever has copied a key can sign badges that every verifier accepts; only the ledger tells them
from those that were issued (threat model, T15). The same goes for Open Badges 2.0, where whoever
can write to the host can make badges.
"""

import hashlib
from collections.abc import Callable, Iterator

from obit_build import addresses
from obit_build.auditing.report import Finding
from obit_build.auditing.subject import FIX_DEPLOY, Audit, failed, passed, skipped
from obit_build.counting import several
from obit_build.errors import CanonicalizationError
from obit_build.harmless import shown
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.securing.keys import did_for
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.openbadges2_shape import address_of
from obit_build.verifying.proof import issuer_of
from obit_build.verifying.reading import read_credential
from obit_build.verifying.run import Run
from obit_build.verifying.verify import verify

FIX_STOLEN = (
    "treat the key as stolen: revoke it, issue its badges again with a new one, and tell whoever "
    "showed you the badge"
)

FIX_SERVED = (
    "find out who put it there: whoever can write to the host can make such badges; then deploy the "
    "built site again, and let the deploy remove what is not in it"
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
    run = Run(data=data, at=audit.at, fetch=audit.fetch, recipient=None)
    read_credential(run)  # as the verifier just did
    at = run.address or address_of(run.document)
    own = {did_for(audit.base, slug) for slug in audit.issuers}
    if _is_hosted(run) and at.startswith(f"{audit.base}/"):
        yield _hosted(ledger, name, _award_at(audit, at, addresses.assertion_file))
    elif issuer_of(run.document) not in own:
        yield failed(f"{name} is a badge of another site's issuer", "ask that site")
    elif _is_registered(audit, ledger.awards.get(_award_at(audit, at)), run.document, data):
        yield passed(f"{name} is in the ledger")
    else:
        yield failed(
            f"{name} has a good signature, but it is NOT in the ledger: it was never issued",
            FIX_STOLEN,
        )


def _is_hosted(run: Run) -> bool:
    """Whether a badge that verifies is what its address serves: Open Badges 2.0, not signed."""
    return bool(run.address) or (run.token is None and not issuer_of(run.document))


def _hosted(ledger: Ledger, name: str, award: str) -> Finding:
    if award in ledger.awards:
        return passed(f"{name} is in the ledger")
    return failed(
        f"{name} is served by this site, but it is NOT in the ledger: it was never issued",
        FIX_SERVED,
    )


def _is_registered(
    audit: Audit, award: IssuedAward | None, document: JsonObject, data: bytes
) -> bool:
    """Whether this very credential was issued, however its text was laid out since."""
    if award is None:
        return False
    if hashlib.sha256(data).hexdigest() in (award.sha256, award.token_sha256):
        return True
    issued = audit.known.credential(award.id)
    try:
        return issued is not None and parse(issued) == document
    except CanonicalizationError:  # pragma: no cover - the ledger's bytes have their hash
        return False


def _award_at(audit: Audit, at: str, file: Callable[[str], str] = addresses.credential_file) -> str:
    """Return the award whose file of this kind lies at an address; empty if none does."""
    path = at.removeprefix(f"{audit.base}/")
    parts = path.split("/")
    return parts[1] if len(parts) == 3 and path == file(parts[1]) else ""
