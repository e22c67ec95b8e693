"""What a web host has to know about the site's files: their media types, and who may read them.

One table for everything that serves, describes or audits a host. A static host chooses types by
the ending of a name, so every machine file has one (design, section 6).
"""

from collections.abc import Mapping
from types import MappingProxyType

from obit_build.network.http_answers import JSON_TYPES

HTML = "text/html; charset=utf-8"
UNKNOWN = "application/octet-stream"

TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".html": HTML,
        ".ico": "image/x-icon",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".jwt": "application/vc+jwt",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        ".webmanifest": "application/manifest+json",
        ".woff2": "font/woff2",
        ".xml": "application/xml",
    }
)
"""Ending of a file's name → the Content-Type it should be served with."""

_ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        ".ico": ("image/vnd.microsoft.icon",),
        ".js": ("application/javascript",),
        ".json": JSON_TYPES,
        ".jwt": ("application/jwt", UNKNOWN),  # most hosts have never heard of it
        ".xml": ("text/xml", "application/atom+xml", "application/rss+xml"),
    }
)
"""Ending → other media types that readers understand as well."""

HOST_ONLY = ("_headers", "_redirects", "CNAME", ".nojekyll")
"""Files that speak to the host; it need not hand them out."""


def ending(path: str) -> str:
    """Return the ending of a file's name, with its dot; ``.html`` for a folder's page."""
    name = path.rpartition("/")[2]
    if not name:
        return ".html"
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def type_of(path: str) -> str:
    """Return the Content-Type with which a file of the site should be served."""
    return TYPES.get(ending(path), UNKNOWN)


def accepted_types(path: str) -> tuple[str, ...]:
    """Return the media types, best first, with which a file is understood; empty if any will do."""
    wanted = TYPES.get(ending(path))
    if wanted is None:
        return ()
    return (wanted.partition(";")[0], *_ALSO.get(ending(path), ()))


def is_hidden(path: str) -> bool:
    """Tell whether a path lies in a hidden folder, such as ``.well-known``, or is a hidden file."""
    return any(segment.startswith(".") for segment in path.split("/"))
