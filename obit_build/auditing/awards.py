"""Awards from outside: a sample is fetched and verified, as an employer would, pictures included."""

import hashlib
from collections.abc import Iterator, Mapping

from obit_build import addresses
from obit_build.auditing.report import Finding
from obit_build.auditing.subject import (
    FIX_DEPLOY,
    Audit,
    failed,
    passed,
    said,
    skipped,
    warning,
)
from obit_build.counting import several
from obit_build.errors import BakingError
from obit_build.ledger.ledger import IssuedAward
from obit_build.pictures.bake import unbake
from obit_build.verifying.report import Judgement
from obit_build.verifying.verify import verify

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "revoked": ("revoked",),
    "replaced": ("revoked",),
    "suspended": ("suspended",),
}
"""Ledger state → what a verifier must say; dates decide for the others."""
BY_DATE = ("valid", "expired", "not-yet-valid")
FINAL = ("revoked", "replaced")
"""States in which an award has no picture any more."""


def is_as_expected(award: IssuedAward, found: Judgement, *, disowned: bool) -> bool:
    """Whether a verifier says of an award what the ledger says.

    ``disowned``: the key that signed was revoked, and no state of the award matters any more.
    """
    if disowned:
        return found.decisive.reason == "key.revoked"
    return found.state in EXPECTED.get(award.state, BY_DATE)


def awards(audit: Audit) -> Iterator[Finding]:
    """Verify a sample of the awards; look that withdrawn ones are gone."""
    names = audit.awards
    chosen = audit.sampled(names)
    good = pictures = previews = 0
    for name in chosen:
        found = list(_award(audit, name))
        preview = PREVIEW in found
        yield from (finding for finding in found if finding != PREVIEW)
        bad = any(finding.outcome == "failed" for finding in found)
        good += not bad
        previews += preview
        pictures += not bad and _has_picture(audit, name)
    if good:
        part = "" if len(chosen) == len(names) else f" of {len(names)}"
        yield passed(
            f"{several(good, 'award')}{part} verified; {several(pictures, 'picture')} "
            "with the same credential inside"
        )
    if not names:
        yield skipped("no award is known: the site lists none, and no ledger was given")
    if previews:
        yield _told_preview(audit)
    yield from _withdrawn(audit)


PREVIEW = Finding("info", "it is a preview")
"""Found with an award that proves nothing; told once."""


def _told_preview(audit: Audit) -> Finding:
    if audit.is_copy:
        return Finding("info", "this is a preview: it proves nothing")
    return failed(
        "the badges there are previews, which prove nothing; nobody should see them as real",
        "issue them (obit issue), build with obit build --live and deploy again",
    )


def _award(audit: Audit, name: str) -> Iterator[Finding]:
    path = addresses.credential_file(name)
    answer = audit.site.answer(path)
    if not answer.is_there:
        yield failed(f"award {name} is missing: {path} is answered with {said(answer)}", FIX_DEPLOY)
        return
    yield from _credential(audit, name, answer.body)
    page = audit.site.answer(addresses.award_page(name))
    if not page.is_there:
        yield failed(f"award {name} has no page: it is answered with {said(page)}", FIX_DEPLOY)
    yield from _picture(audit, name, answer.body)


def _credential(audit: Audit, name: str, data: bytes) -> Iterator[Finding]:
    issued = audit.known.ledger.awards[name] if audit.known.ledger else None
    if issued and hashlib.sha256(data).hexdigest() != issued.sha256:
        yield failed(f"award {name} is not the credential that was issued", FIX_DEPLOY)
        return
    report = verify(data, name=name, at=audit.at, fetch=audit.fetch)
    if report.preview:
        yield PREVIEW
    if issued is None and report.state in ("invalid", "unknown"):
        yield failed(f"award {name} does not verify: {report.decisive.message}", FIX_DEPLOY)
    disowned = issued is not None and _is_disowned(audit, issued)
    if issued and not is_as_expected(issued, report.judgement, disowned=disowned):
        why = "" if report.passed else f": {report.decisive.message}"
        state = "signed with a revoked key" if disowned else issued.state
        yield failed(
            f"award {name} is {state} in the ledger, but a verifier finds it {report.state}{why}",
            FIX_DEPLOY,
        )


def _is_disowned(audit: Audit, issued: IssuedAward) -> bool:
    keys = audit.known.ledger.keys if audit.known.ledger else ()
    at = issued.issuer, issued.key, "revoked"
    return any((key.issuer, key.public_key_multibase, key.state) == at for key in keys)


def _picture(audit: Audit, name: str, credential: bytes) -> Iterator[Finding]:
    path = addresses.award_page(name) + "badge.png"
    answer = audit.site.answer(path)
    ledger = audit.known.ledger
    if answer.is_missing:
        if path in audit.known.built:
            yield failed(f"the picture of award {name} is missing", FIX_DEPLOY)
        elif ledger and ledger.awards[name].state not in FINAL and not audit.known.built:
            yield warning(f"award {name} has no picture to share", FIX_DEPLOY)
        return
    try:
        same = answer.is_there and unbake(answer.body).encode() == credential
    except BakingError:
        same = False
    if not same:
        yield failed(f"the picture of award {name} does not hold its credential", FIX_DEPLOY)


def _has_picture(audit: Audit, name: str) -> bool:
    return audit.site.answer(addresses.award_page(name) + "badge.png").is_there


def _withdrawn(audit: Audit) -> Iterator[Finding]:
    """Look that nothing is left of what was withdrawn."""
    ledger = audit.known.ledger
    gone = [a.id for a in ledger.awards.values() if a.state == "withdrawn"] if ledger else []
    chosen = audit.sampled(gone)
    left = [name for name in chosen if not _is_gone(audit, name)]
    for name in left:
        yield failed(
            f"award {name} was withdrawn, but its credential is still there",
            "delete its folder on the host: a deploy that only adds files leaves it behind",
        )
    if chosen and not left:
        yield passed(f"nothing is left of {several(len(chosen), 'withdrawn award')}")


def _is_gone(audit: Audit, name: str) -> bool:
    kept = (addresses.credential_file(name), addresses.award_page(name) + "badge.png")
    return not any(audit.site.answer(path).is_there for path in kept)
