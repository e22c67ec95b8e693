"""Get the keys and lists that a verification needs: from a folder, from the web, or not at all.

What is fetched was named by a stranger's file, so the rules of :mod:`obit_build.network.web` hold, and
three more: no redirect to another origin; 2 MiB and ten seconds in all; each address is asked
once (threat model, T29 and T30; "Network of verifier").
"""

import json
import os
import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote

from obit_build.errors import FetchError, GoneError, NotThereError, SourceError
from obit_build.harmless import shown
from obit_build.network.http_answers import GONE, NOT_FOUND, Answer, asked_once
from obit_build.network.public_hosts import FIX_ADDRESS, split_https
from obit_build.network.web import (
    FIX_LATER,
    MAX_BYTES,
    SECONDS,
    Connect,
    Line,
    Resolve,
    Web,
    system_connect,
    system_resolve,
)

MAX_REDIRECTS = 3
MACHINE_FILES = ("badge.png", "badge.svg", "credential.json")

FIX_OFFLINE = "run the command again without --offline"


class Offline:
    """Fetches nothing."""

    def __call__(self, url: str) -> bytes:
        """Refuse."""
        raise FetchError(f"{shown(url)} was not fetched: we are offline", fix=FIX_OFFLINE)


class SiteFolder:
    """Finds a site's own files in the folder that holds the built site; knows nothing else."""

    def __init__(self, root: Path, base_url: str | None = None) -> None:
        self._root = root.resolve()
        base = base_url or base_of(self._root) or ""
        self.base_url = base.rstrip("/")

    def __call__(self, url: str) -> bytes:
        """Return the bytes of the file at ``url``; raise FetchError for anything else."""
        path = self._path(url)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError:
            raise FetchError(
                f"the folder has no file for {shown(url)}", fix="build the site again"
            ) from None
        if len(data) > MAX_BYTES:
            raise FetchError(
                f"the file for {shown(url)} is larger than 2 MiB", fix="build the site again"
            )
        return data

    def _path(self, url: str) -> Path:
        segments = path_on(self.base_url, url).split("/")
        path = self._root.joinpath(*segments)
        # A link inside the folder could lead to any file of this machine.
        steps = [path, *path.parents]
        if any(step.is_symlink() for step in steps[: len(segments)]):
            raise _elsewhere(url)
        return path


def path_on(base_url: str, url: str) -> str:
    """Return the path of an address on the site at ``base_url``; raise FetchError for any other."""
    if not base_url or not url.startswith(base_url + "/"):
        raise _elsewhere(url)
    segments = [unquote(part) for part in url.removeprefix(base_url + "/").split("/")]
    if any(not _is_plain(segment) for segment in segments):
        raise _elsewhere(url)
    return "/".join(segments)


def _elsewhere(url: str) -> FetchError:
    return FetchError(
        f"{shown(url)} does not belong to this folder's site, and we are offline", fix=FIX_OFFLINE
    )


def _is_plain(segment: str) -> bool:
    """Whether a decoded path segment names one file or folder, on any system."""
    return bool(segment.strip(". ")) and not re.search(r'[\x00-\x1f\\/:*?"<>|#\x7f]', segment)


def base_of(root: Path) -> str | None:
    """Find a built site's address: an issuer's did.json says where it is served."""
    for document in sorted(root.glob("issuers/*/did.json")):
        if document.is_symlink() or document.stat().st_size > MAX_BYTES:
            continue
        try:
            did: Any = json.loads(document.read_bytes())["id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        base = _base_in_did(did, document.parent.name)
        if base:
            return base
    return None


def _base_in_did(did: Any, slug: str) -> str | None:
    if not isinstance(did, str) or not did.startswith("did:web:"):
        return None
    host, *path = did.removeprefix("did:web:").split(":")
    if path[-2:] != ["issuers", slug]:
        return None
    return "/".join([f"https://{unquote(host)}", *path[:-2]])


class WebFetcher:
    """Fetches over https from public hosts; each address once, with its failure if it fails.

    ``resolve``, ``connect`` and ``tls`` are for tests, which have no public network.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        connect: Connect = system_connect,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._web = Web(resolve=resolve, connect=connect, tls=tls, seconds=seconds)
        self._once = asked_once(self._fetched)

    def __call__(self, url: str) -> bytes:
        """Return the bytes at ``url``; raise FetchError."""
        return self._once(url)

    def _fetched(self, url: str) -> bytes:
        parts = split_https(url)
        return self._web.within(parts, lambda line: self._exchange(parts, line))

    def _exchange(self, parts: SplitResult, line: Line) -> bytes:
        addresses = self._web.addresses(parts)
        url, site = parts.geturl(), shown(parts.netloc)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._web.ask(url, addresses, line)
            if not answer.is_redirect:
                return _body(answer, site)
            where = answer.target(url)
            if not where:
                raise FetchError(f"{site} sends us on to no address at all", fix=FIX_LATER)
            target = split_https(where)
            if (target.hostname, target.port) != (parts.hostname, parts.port):
                raise FetchError(f"{site} sends us on to another site", fix=FIX_ADDRESS)
            url = target.geturl()
        raise FetchError(f"{site} sends us in circles", fix=FIX_LATER)


def _body(answer: Answer, site: str) -> bytes:
    if answer.status == GONE:
        raise GoneError(f"{site} answers that it was taken down for good", fix=FIX_LATER)
    if answer.status == NOT_FOUND:
        raise NotThereError(f"{site} answers with the error 404", fix=FIX_LATER)
    if not answer.is_there:
        raise FetchError(f"{site} answers with the error {answer.status}", fix=FIX_LATER)
    return answer.body


def credentials_in(folder: Path) -> Iterator[Path]:
    """List the credentials of a built site, sorted: credential.json, badge.png, badge.svg."""
    found = []
    for where, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        found += [Path(where, name) for name in files if name in MACHINE_FILES]
    return iter(sorted(path for path in found if not path.is_symlink()))


def load_source(argument: str, fetch: Callable[[str], bytes]) -> bytes:
    """Read what a person names: a file, or the https address of a file or of an award's page."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", argument):
        return fetch(argument + "credential.json" if argument.endswith("/") else argument)
    try:
        with Path(argument).open("rb") as file:
            # One byte more than allowed is enough for the verifier to say so.
            return file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise SourceError(f"{shown(argument)} is a folder", fix="name a file in it") from None
    except (OSError, ValueError) as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else type(error).__name__
        raise SourceError(
            f"{shown(argument)} can't be read ({reason})",
            fix="check the path, or give an https address",
        ) from None
