"""What the web host adds to the files: types, permission to read, errors, hidden files, headers.

A static host decides all of these by itself, and none of them shows in the built site.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

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
from obit_build.harmless import shown
from obit_build.hosting.media_types import HOST_ONLY, accepted_types, is_hidden
from obit_build.hosting.security_txt import PATH as SECURITY_TXT
from obit_build.hosting.security_txt import expiry
from obit_build.network.http_answers import Answer, complete

NOWHERE = ("no-such-page-of-this-site/", "awards/no-such-award/credential.json")
"""Addresses that no site of ours has."""
FIX_HOST = "see the page about your host in docs/how-to/hosts.md; obit hosts prints settings"
HEADERS = (
    ("strict-transport-security", "Strict-Transport-Security"),
    ("x-content-type-options", "X-Content-Type-Options"),
    ("referrer-policy", "Referrer-Policy"),
    ("content-security-policy", "Content-Security-Policy"),
)

_ASSET = re.compile(rb'<(?:link|script)[^>]{0,300}?(?:href|src)="([^"<>]{1,300}\.(?:css|js))"')


def types(audit: Audit) -> Iterator[Finding]:
    """Look with which media types one file of each kind is served."""
    good, kinds = 0, []
    for path in _probes(audit):
        answer = audit.site.answer(path)
        if answer.is_missing:
            continue  # another step's business
        found = list(_type(path, answer))
        yield from found
        good += not found
        kinds.append(answer.media_type)
    if good:
        yield passed(f"{several(good, 'kind')} of files: {', '.join(sorted(set(kinds)))}")


def _type(path: str, answer: Answer) -> Iterator[Finding]:
    name = path or "the first page"
    accepted = accepted_types(path)
    if not answer.is_there:
        what = " (many verifiers follow no redirect)" if answer.is_redirect else ""
        yield failed(f"{name} is answered with {said(answer)}{what}", FIX_HOST)
    elif answer.media_type not in accepted:
        there = shown(answer.media_type, 60) or "no type at all"
        yield failed(f"{name} is served as {there}; it should be {accepted[0]}", FIX_HOST)
    elif accepted[0] == "text/html" and answer.charset not in ("", "utf-8"):
        yield failed(f"{name} is served as {shown(answer.charset)} text; it is UTF-8", FIX_HOST)


def _probes(audit: Audit) -> Iterator[str]:
    """Name one file of each kind."""
    yield ""
    yield "catalog.json"
    yield from (addresses.did_file(slug) for slug in audit.issuers[:1])
    yield from (addresses.status_list(*which) for which in audit.lists[:1])
    for name in audit.sampled(audit.awards)[-1:]:
        page = addresses.award_page(name)
        yield from (page, addresses.credential_file(name), page + "badge.png", page + "badge.svg")
    yield from _assets(audit)


def _assets(audit: Audit) -> Iterator[str]:
    """Name the first style sheet and the first script of the first page."""
    home = f"{audit.site.asked}/"
    links = (found.decode("ascii", "replace") for found in _ASSET.findall(audit.site.page("").body))
    urls = [complete(home, link) for link in links]
    paths = [url.removeprefix(home) for url in urls if url.startswith(home)]
    for suffix in (".css", ".js"):
        yield from [path for path in paths if path.endswith(suffix)][:1]


def readers(audit: Audit) -> Iterator[Finding]:
    """Look whether a verifier on another site may read the machine files."""
    paths = [
        *(addresses.did_file(slug) for slug in audit.issuers[:1]),
        *(addresses.status_list(*which) for which in audit.lists[:1]),
        *(addresses.credential_file(name) for name in audit.sampled(audit.awards)[-1:]),
    ]
    answers = {path: audit.site.answer(path) for path in paths}
    there = {path: answer for path, answer in answers.items() if answer.is_there}
    closed = [p for p, a in there.items() if a.header("access-control-allow-origin") != "*"]
    for path in closed:
        yield warning(
            f"{path} may not be read by pages of other sites, so verifiers in a browser can't "
            "check badges",
            "let the host send Access-Control-Allow-Origin: * with machine files; " + FIX_HOST,
        )
    if there and not closed:
        yield passed("verifiers in a browser may read keys, lists and badges")


def missing(audit: Audit) -> Iterator[Finding]:
    """Look that what does not exist is said not to."""
    good = 0
    for path in NOWHERE:
        answer = audit.site.answer(path)
        if answer.is_missing:
            good += 1
        elif answer.is_there or answer.is_redirect:
            what = "with 200, as if it did" if answer.is_there else f"with {said(answer)}"
            yield failed(
                f"{path} does not exist, but is answered {what}: a withdrawn badge would seem to "
                "be there",
                "let the host answer 404, with 404.html as the page; " + FIX_HOST,
            )
        else:
            yield warning(
                f"{path} does not exist, but is answered with {said(answer)} instead of 404",
                "let the host answer 404, with 404.html as the page; " + FIX_HOST,
            )
    if good == len(NOWHERE):
        yield passed("what does not exist is answered with 404")


def hidden(audit: Audit) -> Iterator[Finding]:
    """Look whether files below ``.well-known`` came through: some deploys drop hidden folders."""
    built = [p for p in audit.known.built if is_hidden(p) and p not in HOST_ONLY]
    paths = built or [SECURITY_TXT]
    lost = [path for path in paths if not audit.site.answer(path).is_there]
    if built:
        for path in lost:
            yield failed(
                f"{path} was built but is answered with {said(audit.site.answer(path))}",
                "let the deploy keep hidden folders (include-hidden-files: true on GitHub)",
            )
        if not lost:
            yield passed(f"{several(len(built), 'hidden file')} can be reached")
    elif lost:
        yield skipped("the site has no hidden files that are known of")
    else:
        yield passed(f"{SECURITY_TXT} can be reached")
    if SECURITY_TXT not in lost and SECURITY_TXT in paths:
        yield from _ended(audit)


def _ended(audit: Audit) -> Iterator[Finding]:
    """Warn of a security.txt that nobody may go by any more (RFC 9116, section 2.5.5)."""
    end = expiry(audit.site.answer(SECURITY_TXT).body.decode("utf-8", "replace"))
    if end is None:
        yield warning(f"{SECURITY_TXT} does not say when it ends, so readers ignore it", FIX_DEPLOY)
    elif end <= audit.at:
        yield warning(
            f"{SECURITY_TXT} ended on {end.date()}, so readers ignore it",
            "see that the addresses in obit.yaml are still read, commit, and publish again",
        )


def headers(audit: Audit) -> Iterator[Finding]:
    """Report the security headers of a page; the pages' own policies hold without them."""
    answer = audit.site.page("")
    sent = [name for key, name in HEADERS if answer.header(key)]
    if urlsplit(audit.site.asked).scheme != "https":
        sent = [*sent, "(plain http: a copy on this computer)"]
    left = [name for key, name in HEADERS if not answer.header(key)]
    yield Finding(
        "info",
        f"sent: {', '.join(sent) or 'none'}; not sent: {', '.join(left) or 'none'}. Pages carry "
        "their own policy, which no host can take away",
    )
