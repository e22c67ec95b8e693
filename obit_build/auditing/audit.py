"""The whole audit: twelve steps in a fixed order, each of which sees the same answers.

The site's own catalogue says what it is; if there is none, nothing else is asked. A step during
which the host stops answering is *not known*; the others go on.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping

from obit_build.auditing import awards, checkpoint, files, host, keys, lists, register
from obit_build.auditing.report import AuditReport, Finding, Step, unlisted
from obit_build.auditing.subject import (
    FIX_DEPLOY,
    Audit,
    Get,
    Known,
    LiveSite,
    failed,
    passed,
    said,
    skipped,
)
from obit_build.counting import several
from obit_build.errors import CanonicalizationError, FetchError
from obit_build.harmless import shown
from obit_build.reading.kinds import NotThis, to_url
from obit_build.strict_json import JsonObject, parse
from obit_build.verifying.key import Fetch

MAX_CATALOG_BYTES = 64 * 1024 * 1024
CATALOG = "catalog.json"
MAX_MESSAGE = 1000
FIX_ADDRESS = "give the address that stands as `site` in obit.yaml"

Look = Callable[[Audit], Iterator[Finding]]

STEPS: Mapping[str, Look] = {
    "keys": keys.keys,
    "checkpoint": checkpoint.checkpoint,
    "lists": lists.lists,
    "awards": awards.awards,
    "register": register.register,
    "types": host.types,
    "readers": host.readers,
    "missing": host.missing,
    "hidden": host.hidden,
    "headers": host.headers,
    "files": files.files,
}


def audit_site(
    asked: str,
    *,
    get: Get,
    elsewhere: Fetch,
    known: Known,
    at: datetime.datetime,
    sample: int | None = None,
    is_copy: bool = False,
) -> AuditReport:
    """Audit the site at an address; raise FetchError if nothing answers there.

    ``elsewhere`` fetches what other sites say of themselves. ``is_copy``: the address is a copy on
    this computer and stands for the address in the signatures.
    """
    site = LiveSite(asked, get)
    answer = site.answer(CATALOG)
    catalog: JsonObject | None = None
    findings: list[Finding] = []
    if not answer.is_there:
        what = f"{CATALOG} is answered with {said(answer)}: no site that obit made is there"
        findings = [failed(what, FIX_ADDRESS)]
    else:
        try:
            catalog = parse(answer.body, limit=MAX_CATALOG_BYTES)
        except CanonicalizationError:
            what = f"{CATALOG} is not a catalogue: no site that obit made is there"
            findings = [failed(what, FIX_ADDRESS)]
    if catalog is None:
        others = [Step(name, (skipped("there is no site to look at"),)) for name in STEPS]
        return AuditReport(asked=f"{site.asked}/", steps=(Step("site", tuple(findings)), *others))
    base = known.ledger.site.rstrip("/") if known.ledger else _named(catalog)
    audit = Audit(
        site=site,
        base=base,
        catalog=catalog,
        known=known,
        at=at,
        fetch=site.fetching(base, elsewhere),
        sample=sample,
        is_copy=is_copy,
    )
    steps = {"site": _site, **STEPS}
    return AuditReport(
        asked=f"{site.asked}/", steps=tuple(_taken(n, look, audit) for n, look in steps.items())
    )


def _named(catalog: JsonObject) -> str:
    """Return the address that a catalogue gives as its own; empty if it gives none."""
    try:
        return to_url(str(catalog.get("site"))).rstrip("/")
    except NotThis:
        return ""


def _site(audit: Audit) -> Iterator[Finding]:
    named = _named(audit.catalog)
    badges = audit.catalog.get("badges")
    number = len(badges) if isinstance(badges, list) else 0
    if named != audit.base:
        yield failed(
            f"the site says that it is {shown(named) or 'nowhere'}, the ledger is about {audit.base}",
            "look at `site` in obit.yaml; credentials keep the address for which they were issued",
        )
    elif not named:
        yield failed(f"{CATALOG} does not say whose it is, so no signature holds here", FIX_DEPLOY)
    elif audit.is_copy:
        yield passed(f"a copy of {audit.base}/ on this computer, with {several(number, 'badge')}")
    elif named != audit.site.asked:
        yield failed(
            f"the site's own address is {shown(named)}/, so no signature holds here", FIX_ADDRESS
        )
    else:
        yield passed(f"it is what it says it is, with {several(number, 'badge')}")


def _taken(name: str, look: Look, audit: Audit) -> Step:
    """Take one step. What is told may hold words of the host, so it is made safe to print."""
    found: list[Finding] = []
    try:
        found += look(audit)
    except FetchError as error:
        found.append(Finding("unknown", error.message, error.fix))
    return Step(
        name,
        tuple(Finding(f.outcome, unlisted(shown(f.message, MAX_MESSAGE)), f.fix) for f in found),
    )
