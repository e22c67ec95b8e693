"""Get the keys and lists that a verification needs: from a folder, from the web, or not at all.

The web fetcher is the only code of obit that opens a connection, and what it fetches was named
by a stranger's file. So: https and TLS verification always; host names only, resolved once,
all of their addresses public, the connection made to the very address that was checked; no
redirect to another origin; no compressed answers; 2 MiB and ten seconds in all, after which
the connection is cut (threat model, T29 and T30; "Network of verifier").
"""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from obit_build.errors import FetchError, GoneError, NotThereError, SourceError
from obit_build.public_hosts import FIX_ADDRESS, is_public, split_https
from obit_build.verify_report import shown

MAX_BYTES = 2 * 1024 * 1024
SECONDS = 10.0
MAX_REDIRECTS = 3
MAX_ADDRESSES = 8
MACHINE_FILES = ("badge.png", "badge.svg", "credential.json")

Resolve = Callable[[str, int], list[str]]
"""From host and port to numeric addresses; raises OSError."""
Connect = Callable[[str, int, float], socket.socket]
"""From numeric address, port and seconds to a connected socket; raises OSError."""

FIX_LATER = "try again later, or ask the issuer whether its site has moved"
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
        elsewhere = FetchError(
            f"{shown(url)} does not belong to this folder's site, and we are offline",
            fix=FIX_OFFLINE,
        )
        if not self.base_url or not url.startswith(self.base_url + "/"):
            raise elsewhere
        segments = [unquote(part) for part in url.removeprefix(self.base_url + "/").split("/")]
        if any(not _is_plain(segment) for segment in segments):
            raise elsewhere
        path = self._root.joinpath(*segments)
        # A link inside the folder could lead to any file of this machine.
        steps = [path, *path.parents]
        if any(step.is_symlink() for step in steps[: len(segments)]):
            raise elsewhere
        return path


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


def _system_resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(item[4][0]) for item in found]


def _system_connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


class WebFetcher:
    """Fetches over https from public hosts; each address once, with its failure if it fails.

    ``resolve``, ``connect`` and ``tls`` are for tests, which have no public network.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = _system_resolve,
        connect: Connect = _system_connect,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds
        self._seen: dict[str, bytes | FetchError] = {}

    def __call__(self, url: str) -> bytes:
        """Return the bytes at ``url``; raise FetchError."""
        if url not in self._seen:
            try:
                self._seen[url] = self._fetched(url)
            except FetchError as error:
                self._seen[url] = error
        found = self._seen[url]
        if isinstance(found, FetchError):
            raise found
        return found

    def _fetched(self, url: str) -> bytes:
        """Run the whole exchange beside a clock that cuts the connection when time is up."""
        parts = split_https(url)
        line = _Line()
        result: list[bytes | FetchError] = []

        def work() -> None:
            try:
                result.append(self._exchange(parts, line))
            except FetchError as error:
                result.append(error)

        # A resolver can't be interrupted; a daemon thread can be left behind.
        worker = threading.Thread(target=work, daemon=True)
        worker.start()
        worker.join(self._seconds)
        if worker.is_alive():
            line.cut()
            raise FetchError(
                f"{shown(parts.netloc)} did not answer within {self._seconds:g} seconds",
                fix=FIX_LATER,
            )
        if isinstance(result[0], FetchError):
            raise result[0]
        return result[0]

    def _exchange(self, parts: SplitResult, line: "_Line") -> bytes:
        addresses = self._public_addresses(parts)
        url = parts.geturl()
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._answer(url, addresses, line)
            if isinstance(answer, bytes):
                return answer
            target = split_https(urljoin(url, answer))
            if (target.hostname, target.port) != (parts.hostname, parts.port):
                raise FetchError(
                    f"{shown(parts.netloc)} sends us on to another site", fix=FIX_ADDRESS
                )
            url = target.geturl()
        raise FetchError(f"{shown(parts.netloc)} sends us in circles", fix=FIX_LATER)

    def _public_addresses(self, parts: SplitResult) -> list[str]:
        host = parts.hostname or ""
        try:
            found = list(dict.fromkeys(self._resolve(host, parts.port or 443)))
        except (OSError, UnicodeError):
            raise FetchError(f"there is no site called {shown(host)}", fix=FIX_LATER) from None
        if not found or not all(is_public(address) for address in found):
            raise FetchError(
                f"{shown(host)} does not lead to the public internet, so it is not asked",
                fix=FIX_ADDRESS,
            )
        return found[:MAX_ADDRESSES]

    def _answer(self, url: str, addresses: list[str], line: "_Line") -> bytes | str:
        """Ask once; return the body, or where a redirect leads."""
        parts = urlsplit(url)
        site = shown(parts.netloc)
        connection = http.client.HTTPConnection(parts.netloc, timeout=self._seconds)
        try:
            connection.sock = self._secured(parts, addresses, line)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.putrequest("GET", target, skip_accept_encoding=True)
            for name, value in _HEADERS:
                connection.putheader(name, value)
            connection.endheaders()
            with connection.getresponse() as response:
                return _body(response, site)
        except ssl.SSLError as error:
            raise FetchError(
                f"{site} has no valid certificate ({getattr(error, 'reason', None) or 'TLS failed'})",
                fix=FIX_LATER,
            ) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchError(
                f"{site} can't be reached ({type(error).__name__})", fix=FIX_LATER
            ) from error
        finally:
            connection.close()
            line.close()

    def _secured(self, parts: SplitResult, addresses: list[str], line: "_Line") -> ssl.SSLSocket:
        """Connect to an address that was checked; ask it to prove that it is the host named."""
        plain = self._first_connection(addresses, parts.port or 443)
        line.hold(plain)
        secured = self._tls.wrap_socket(
            plain, server_hostname=parts.hostname, do_handshake_on_connect=False
        )
        line.hold(secured)
        secured.do_handshake()
        return secured

    def _first_connection(self, addresses: list[str], port: int) -> socket.socket:
        last: OSError = OSError()
        for address in addresses:
            try:
                return self._connect(address, port, self._seconds / 2)
            except OSError as error:
                last = error
        raise last


_HEADERS = (
    ("Accept", "application/vc, application/did+json, application/json, */*;q=0.1"),
    ("Accept-Encoding", "identity"),
    ("User-Agent", "obit-verify"),
    ("Connection", "close"),
)
_REDIRECTS = (301, 302, 303, 307, 308)


def _body(response: http.client.HTTPResponse, site: str) -> bytes | str:
    if response.status in _REDIRECTS:
        return response.getheader("Location") or ""
    if response.status == http.client.GONE:
        raise GoneError(f"{site} answers that it was taken down for good", fix=FIX_LATER)
    if response.status == http.client.NOT_FOUND:
        raise NotThereError(f"{site} answers with the error 404", fix=FIX_LATER)
    if response.status != http.client.OK:
        raise FetchError(f"{site} answers with the error {response.status}", fix=FIX_LATER)
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise FetchError(f"{site} sends a compressed answer that nobody asked for", fix=FIX_LATER)
    data = response.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FetchError(f"{site} sends more than 2 MiB", fix=FIX_LATER)
    if response.length:
        raise FetchError(f"{site} stopped in the middle of its answer", fix=FIX_LATER)
    return data


class _Line:
    """The connection that is open at the moment, so that a clock can cut it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def hold(self, connection: socket.socket) -> None:
        """Take note of the connection in use."""
        with self._lock:
            if self._is_cut:
                connection.close()
                raise TimeoutError
            self._socket = connection

    def cut(self) -> None:
        """End whatever is going on; a connection that comes later is closed at once."""
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection that was held last."""
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


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
