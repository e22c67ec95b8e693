"""The whole audit: twelve steps in a fixed order, each of which sees the same answers.

The site's own catalogue says what it is; if there is none, nothing else is asked. A step during
which the host stops answering is *not known*; the others go on.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from obit_build.auditing import awards, checkpoint, files, host, keys, lists, register
from obit_build.auditing.report import AuditReport, Finding, Step, unlisted
from obit_build.auditing.subject import (
    Audit,
    Get,
    Known,
    LiveSite,
    failed,
    passed,
    said,
    several,
    skipped,
)
from obit_build.errors import CanonicalizationError, FetchError
from obit_build.strict_json import JsonObject, parse
from obit_build.verify_key import Fetch
from obit_build.verify_report import shown

MAX_CATALOG_BYTES = 64 * 1024 * 1024
CATALOG = "catalog.json"
FIX_ADDRESS = "give the address that stands as `site` in obit.yaml"

STEPS: Mapping[str, Callable[[Audit], Iterator[Finding]]] = {
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
    base = (known.ledger.site if known.ledger else _text(catalog.get("site"))).rstrip("/")
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
    first = Step("site", tuple(_site(audit)))
    rest = (_taken(name, audit) for name in STEPS)
    return AuditReport(asked=f"{site.asked}/", steps=(first, *rest))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _site(audit: Audit) -> Iterator[Finding]:
    named = _text(audit.catalog.get("site")).rstrip("/")
    badges = audit.catalog.get("badges")
    number = len(badges) if isinstance(badges, list) else 0
    if named != audit.base:
        yield failed(
            f"the site says that it is {shown(named) or 'nowhere'}, the ledger is about {audit.base}",
            "look at `site` in obit.yaml; credentials keep the address for which they were issued",
        )
    elif audit.is_copy:
        yield passed(f"a copy of {audit.base}/ on this computer, with {several(number, 'badge')}")
    elif named != audit.site.asked:
        yield failed(
            f"the site's own address is {shown(named)}/, so no signature holds here", FIX_ADDRESS
        )
    else:
        yield passed(f"it is what it says it is, with {several(number, 'badge')}")


def _taken(name: str, audit: Audit) -> Step:
    found: list[Finding] = []
    try:
        found += STEPS[name](audit)
    except FetchError as error:
        found.append(Finding("unknown", error.message, error.fix))
    return Step(name, tuple(Finding(f.outcome, unlisted(f.message), f.fix) for f in found))
