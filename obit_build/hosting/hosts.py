"""How static hosts answer: which file an address means, with which type and headers.

Imitates what a host decides by itself and no site can change: slashes, the error page, hidden
files, types. What a host may be told is in :mod:`obit_build.hosting.settings`. GitLab's rules are
those of its open source server (gitlab-pages, ``reader.go``); the others' those of their
documentation and of what they were seen to answer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from obit_build.hosting.media_types import TYPES, UNKNOWN, ending, is_hidden

Kind = Literal["file", "folder", "nothing"]
Look = Callable[[str], Kind]
"""Path below the site's folder, without slashes at its ends → what is there."""

NOT_FOUND = "404.html"
INDEX = "index.html"
CORS = "Access-Control-Allow-Origin"
CACHE = "Cache-Control"

Rule = tuple[re.Pattern[str], tuple[tuple[str, str], ...]]
"""Which addresses, and the headers that are sent with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The habits of one kind of host."""

    name: str
    folder_status: int = 301
    """How an address without its last slash is sent on to the folder."""
    finds_pages: bool = False
    """Whether ``/a`` is answered with ``a.html``."""
    drops_hidden: bool = False
    """Whether files and folders that begin with a dot are left out, but for ``.well-known``."""
    withheld: tuple[str, ...] = ()
    """Files that it reads and does not hand out."""
    reads_headers: bool = False
    """Whether it sends the headers that the file ``_headers`` asks for."""
    types: Mapping[str, str] = field(default_factory=dict)
    """Where it departs from our own table of types: ending → Content-Type."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What it sends with every file."""

    def type_of(self, path: str) -> str:
        """Return the Content-Type that this host sends for a file."""
        own = ending(path)
        return self.types.get(own) or TYPES.get(own, self.types.get("", UNKNOWN))


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer: a file with a status, or where to go."""

    status: int
    file: str = ""
    location: str = ""


LOCAL = Host(
    name="",
    headers=MappingProxyType({CACHE: "no-store", "X-Content-Type-Options": "nosniff"}),
)
"""obit's own preview."""

_PAGES = MappingProxyType({CORS: "*", CACHE: "max-age=600"})
HOSTS: Mapping[str, Host] = MappingProxyType(
    {
        "github-pages": Host(
            name="github-pages",
            finds_pages=True,
            headers=_PAGES,
            types={
                ".js": "application/javascript; charset=utf-8",
                ".json": "application/json; charset=utf-8",
                ".jwt": UNKNOWN,
                ".ico": "image/vnd.microsoft.icon",
                ".webmanifest": "application/manifest+json; charset=utf-8",
            },
        ),
        "gitlab-pages": Host(
            name="gitlab-pages",
            folder_status=302,
            finds_pages=True,
            headers=_PAGES,
            types={
                ".jwt": "text/plain; charset=utf-8",
                ".webmanifest": "text/plain; charset=utf-8",
                ".xml": "text/xml; charset=utf-8",
                "": "text/plain; charset=utf-8",
            },
        ),
        "netlify": Host(
            name="netlify",
            finds_pages=True,
            drops_hidden=True,
            withheld=("_headers", "_redirects"),
            reads_headers=True,
            headers={CACHE: "public,max-age=0,must-revalidate"},
            types={
                ".css": "text/css; charset=UTF-8",
                ".html": "text/html; charset=UTF-8",
                ".js": "application/javascript; charset=UTF-8",
                ".jwt": UNKNOWN,
            },
        ),
    }
)
"""Name → host, as ``obit serve --like`` knows them."""


def reply(host: Host, path: str, look: Look) -> Reply:
    """Find out what a host answers for a decoded path, which begins with a slash."""
    parts = [part for part in path.split("/") if part]
    name = "/".join(parts)
    odd = any(part in (".", "..") or "\\" in part or "\0" in part for part in parts)
    if odd or name in host.withheld or (host.drops_hidden and _is_dropped(name)):
        return Reply(404, NOT_FOUND)
    kind = look(name)
    slash = path.endswith("/") or not name
    if kind == "folder" and not slash:
        return Reply(host.folder_status, location=f"/{name}/")
    if kind == "folder":
        page = f"{name}/{INDEX}".lstrip("/")
        return Reply(200, page) if look(page) == "file" else Reply(404, NOT_FOUND)
    if kind == "file" and not slash:
        return Reply(200, name)
    if host.finds_pages and not slash and look(f"{name}.html") == "file":
        return Reply(200, f"{name}.html")
    return Reply(404, NOT_FOUND)


def _is_dropped(name: str) -> bool:
    return is_hidden(name.removeprefix(".well-known/")) and name != ".well-known"


def headers_of(host: Host, file: str, path: str, rules: tuple[Rule, ...] = ()) -> dict[str, str]:
    """Return what a host sends with a file: its type, its own headers, those it was told to send."""
    sent = {"Content-Type": host.type_of(file), **host.headers}
    told: dict[str, str] = {}
    for pattern, pairs in rules if host.reads_headers else ():
        if pattern.fullmatch(path):
            for name, value in pairs:  # what several rules ask for is joined
                told[name] = f"{told[name]}, {value}" if name in told else value
    return {**sent, **told}


def read_rules(text: str) -> tuple[Rule, ...]:
    """Read a file ``_headers``: addresses, each with indented headers below; others are left out."""
    rules: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        if said.startswith("/") and line[:1] not in (" ", "\t"):
            rules.append((said, []))
        elif rules and ":" in said:
            name, _, value = said.partition(":")
            rules[-1][1].append((name.strip(), value.strip()))
    return tuple((_pattern(address), tuple(pairs)) for address, pairs in rules)


def _pattern(address: str) -> re.Pattern[str]:
    """Turn ``/awards/:id/*`` into a pattern: ``:id`` is one segment, ``*`` anything."""
    parts = re.split(r"(\*|:[a-z]+)", address)
    said = {"*": ".*"}
    spelt = (said.get(p) or ("[^/]+" if p.startswith(":") else re.escape(p)) for p in parts)
    return re.compile("".join(spelt))
