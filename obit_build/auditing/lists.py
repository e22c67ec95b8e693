"""Status lists from outside: signed, fresh, complete, and saying what the ledger says.

An old list that is served again un-revokes (threat model, T23), so a list is also held against
the newest copy that the ledger holds.
"""

import datetime
from collections.abc import Iterator

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
from obit_build.errors import CanonicalizationError
from obit_build.issuing.status_lists import digest_multibase, wanted_bits
from obit_build.securing.keys import did_for
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.kinds import as_list, instant
from obit_build.verifying.report import VerificationError
from obit_build.verifying.status_list import Around, bits_of

SOON = datetime.timedelta(days=1)
FIX_SIGN = "run obit issue --refresh, build and deploy"
FIX_OLD = (
    "deploy the newest site; if the list stays old, a cache or somebody between you and the world "
    "serves it: let the host keep status/ for some minutes only"
)


def lists(audit: Audit) -> Iterator[Finding]:
    """Look at every pair of status lists."""
    if not audit.lists:
        if audit.known.ledger:
            yield passed("the ledger has no status list yet")
        else:
            yield skipped(
                "which lists there are is known from the ledger or from the built site; those of "
                "the awards below are read with them"
            )
        return
    good = 0
    for issuer, number in audit.lists:
        found = list(_pair(audit, issuer, number))
        yield from found
        good += not any(finding.outcome == "failed" for finding in found)
    if good:
        said_so = ", and say what the ledger says" if audit.known.ledger else ""
        yield passed(f"{several(good, 'pair')} of lists, signed and fresh{said_so}")


def _pair(audit: Audit, issuer: str, number: int) -> Iterator[Finding]:
    paths = addresses.status_list(issuer, number), addresses.suspension_list(issuer, number)
    wanted: tuple[bytes | None, ...] = (None, None)
    if audit.known.ledger:
        wanted = wanted_bits(audit.known.ledger, issuer, number)
    documents = []
    for path, purpose, bits in zip(paths, ("revocation", "suspension"), wanted, strict=True):
        try:
            document, findings = _list(audit, issuer, path, purpose, bits)
        except VerificationError as error:
            yield failed(f"{path}: {error.message}", error.fix)
            continue
        yield from findings
        documents.append(document)
    if len(documents) == len(paths):
        yield from _binding(audit, documents[0], paths)


def _list(
    audit: Audit, issuer: str, path: str, purpose: str, wanted: bytes | None
) -> tuple[JsonObject, list[Finding]]:
    """Read one list and judge it; raise VerificationError for one that no verifier would take."""
    answer = audit.site.answer(path)
    if not answer.is_there:
        raise VerificationError("", f"is answered with {said(answer)}", fix=FIX_DEPLOY)
    around = Around(issuer=did_for(audit.base, issuer), at=audit.at, fetch=audit.fetch)
    bits, document = bits_of(answer.body, f"{audit.base}/{path}", purpose, around)
    found = [*_age(audit, path, document)]
    if wanted is not None and bits != wanted:
        found.append(_other_bits(path, purpose, bits, wanted))
    return document, found


def _age(audit: Audit, path: str, live: JsonObject) -> Iterator[Finding]:
    began, signed = instant(live.get("validFrom")), _newest(audit, path)
    if began is not None and signed is not None and began < signed:
        yield failed(
            f"{path} is an old one, of {began:%Y-%m-%d %H:%M}; the ledger's newest is of "
            f"{signed:%Y-%m-%d %H:%M} (UTC)",
            FIX_OLD,
        )
    end = instant(live.get("validUntil"))
    if end is not None and end - audit.at < SOON:
        yield warning(
            f"{path} ends on {end:%Y-%m-%d at %H:%M} (UTC), in less than a day; after that nothing "
            "on it can be checked",
            FIX_SIGN + "; look whether the schedule that does so still runs",
        )


def _newest(audit: Audit, path: str) -> datetime.datetime | None:
    """Return the time of the ledger's copy; None if there is none that can be read."""
    try:
        return instant(parse(audit.known.status(path) or b"").get("validFrom"))
    except CanonicalizationError:
        return None


def _other_bits(path: str, purpose: str, live: bytes, wanted: bytes) -> Finding:
    taken_back = {"revocation": "taken back", "suspension": "suspended"}[purpose]
    there, here = (int.from_bytes(bits, "big") for bits in (live, wanted))
    missing, extra = (here & ~there).bit_count(), (there & ~here).bit_count()
    said_so = []
    if missing:
        said_so.append(f"{several(missing, 'award')} {taken_back} in the ledger but not on it")
    if extra or len(live) != len(wanted):
        said_so.append(f"{several(extra, 'award')} {taken_back} on it but not in the ledger")
    return failed(f"{path} does not say what the ledger says: {', '.join(said_so)}", FIX_OLD)


def _binding(audit: Audit, revocations: JsonObject, paths: tuple[str, str]) -> Iterator[Finding]:
    """Check that the first list names the very second one that is served (decision 0004)."""
    digest = digest_multibase(audit.site.answer(paths[1]).body)
    named = [x.get("digestMultibase") for x in as_list(revocations.get("relatedResource")) if x]
    if digest not in named:
        yield failed(
            f"{paths[0]} names another copy of {paths[1]} than the one that is served",
            FIX_OLD,
        )
