"""From the page of an award, on any site, to its credential: what the page's head says.

``<link rel="alternate" type="application/vc" href="…">`` (HTML, "Link types"; the media types of
VC 2.0 and of Open Badges 3.0). Only the beginning of the page is read, and only link elements.
"""

import re
from html.parser import HTMLParser

from obit_build.network.http_answers import complete

MAX_BYTES = 200_000
CREDENTIAL_TYPES = (
    "application/vc", "application/vc+ld+json", "application/vc+jwt", "application/vc+json",
)  # fmt: skip
CONVENTIONAL = "credential.json"

_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head)[\s>]", re.IGNORECASE)


def is_page(data: bytes) -> bool:
    """Tell a web page by its beginning."""
    return data.lstrip()[:1] == b"<" and bool(_PAGE.search(data[:2000]))


def credential_link(page: bytes, url: str) -> str | None:
    """Return the complete address of the credential that a page names, if it names one."""
    head = _Head()
    head.feed(page[:MAX_BYTES].decode("utf-8", "replace"))
    return complete(url, head.found) or None if head.found else None


class _Head(HTMLParser):
    """Looks for the first link to a credential."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a link of the right kind."""
        values = {name: value or "" for name, value in reversed(attrs)}
        kind = values.get("type", "").partition(";")[0].strip().lower()
        named = "alternate" in values.get("rel", "").lower().split()
        if tag == "link" and named and kind in CREDENTIAL_TYPES and values.get("href"):
            self.found = self.found or values["href"].strip()
