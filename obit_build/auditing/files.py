"""Hold the live files against the ones that were built, byte for byte."""

from collections.abc import Iterator

from obit_build.auditing.report import Finding
from obit_build.auditing.subject import (
    FIX_DEPLOY,
    Audit,
    failed,
    passed,
    said,
    skipped,
)
from obit_build.counting import several
from obit_build.hosting.media_types import HOST_ONLY, is_hidden

SHOWN = 10
"""How many files that differ are named."""
ALWAYS = ("catalog.json", "issuers/", "log/", "status/")
"""What is compared whatever the sample: machine files of which there are few."""


def files(audit: Audit) -> Iterator[Finding]:
    """Compare the live site with the built one."""
    if not audit.known.built:
        yield skipped("nothing to compare with was given (--built)")
        return
    every = [path for path in audit.known.built if path not in HOST_ONLY and not is_hidden(path)]
    always = [path for path in every if path.startswith(ALWAYS)]
    others = [path for path in every if not path.startswith(ALWAYS)]
    chosen = sorted({*always, *audit.sampled(others)})
    wrong = [finding for path in chosen for finding in _compared(audit, path)]
    yield from wrong[:SHOWN]
    if len(wrong) > SHOWN:
        yield failed(f"and {several(len(wrong) - SHOWN, 'more file')}", FIX_DEPLOY)
    part = "" if len(chosen) == len(every) else f" of {len(every)}"
    if not wrong:
        yield passed(f"{several(len(chosen), 'file')}{part}, the same bytes as those built")


def _compared(audit: Audit, path: str) -> Iterator[Finding]:
    address = path.removesuffix("index.html") if path.endswith("/index.html") else path
    if path == "index.html":
        address = ""
    page = path.endswith(".html")
    answer = audit.site.page(address) if page else audit.site.answer(address)
    if not answer.is_there:
        yield failed(f"{path} was built but is answered with {said(answer)}", FIX_DEPLOY)
    elif answer.body != audit.known.read(path):
        yield failed(f"{path} is not the file that was built", FIX_DEPLOY)
