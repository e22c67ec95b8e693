"""What a server answered to one request, as a value: status, headers, body; and remembering it.

Headers are kept under their lower-case names (RFC 9110, 5.1); of a header that was sent twice the
last one counts.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urljoin

from obit_build.errors import FetchError

OK = 200
GONE = 410
NOT_FOUND = 404
REDIRECTS = (301, 302, 303, 307, 308)
JSON_TYPES = (
    "application/json", "application/ld+json", "application/vc", "application/did",
    "application/vc+ld+json", "application/did+json", "application/did+ld+json",
)  # fmt: skip
"""Media types that readers of badges take for JSON (VC Data Model 2.0, 6.3; DID Core, 6)."""


def complete(base: str, link: str) -> str:
    """Return the complete address of a link on a page or in a header; empty if it can't be read."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


_CHARSET = re.compile(r'charset\s*=\s*"?([A-Za-z0-9_-]+)', re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. ``body`` is empty unless the status is 200."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """Return a header's value, empty if it was not sent; ``name`` in lower case."""
        return self.headers.get(name, "").strip()

    @property
    def is_there(self) -> bool:
        """Whether the server sent the file itself."""
        return self.status == OK

    @property
    def is_missing(self) -> bool:
        """Whether the server says that there is no such file."""
        return self.status in (NOT_FOUND, GONE)

    @property
    def is_redirect(self) -> bool:
        """Whether the server sends us elsewhere."""
        return self.status in REDIRECTS

    def target(self, url: str) -> str:
        """Return where this answer of ``url`` sends us, as a complete address; empty for nowhere."""
        location = self.header("location")
        return complete(url, location) if self.is_redirect and location else ""

    @property
    def media_type(self) -> str:
        """Return the media type without its parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """Return the character encoding that the type names, in lower case; empty if none."""
        found = _CHARSET.search(self.header("content-type").partition(";")[2])
        return found.group(1).lower() if found else ""


T = TypeVar("T")


def asked_once(get: Callable[[str], T]) -> Callable[[str], T]:
    """Return ``get`` with a memory: each address is asked once, and its FetchError is kept too."""
    seen: dict[str, T | FetchError] = {}

    def remembered(url: str) -> T:
        if url not in seen:
            try:
                seen[url] = get(url)
            except FetchError as error:
                seen[url] = error
        found = seen[url]
        if isinstance(found, FetchError):
            raise found
        return found

    return remembered
