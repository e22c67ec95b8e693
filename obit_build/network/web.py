"""One request over the network, under the rules of the threat model (T29 and T30).

https and TLS verification always; host names only, resolved once, all of their addresses public,
the connection made to the very address that was checked; no compressed answers; a limit of bytes
and of seconds in all, after which the connection is cut. The one exception is a server on this
computer that the person who runs obit has named: it may speak plain http.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from obit_build.errors import FetchError
from obit_build.harmless import shown
from obit_build.network.http_answers import OK, Answer
from obit_build.network.public_hosts import (
    FIX_ADDRESS,
    OWN_COMPUTER,
    is_own_computer,
    is_public,
    split_https,
)

MAX_BYTES = 2 * 1024 * 1024
SECONDS = 10.0
MAX_ADDRESSES = 8
FIX_LATER = "try again later, or ask the issuer whether its site has moved"

T = TypeVar("T")
Resolve = Callable[[str, int], list[str]]
"""From host and port to numeric addresses; raises OSError."""
Connect = Callable[[str, int, float], socket.socket]
"""From numeric address, port and seconds to a connected socket; raises OSError."""

_HEADERS = {
    "Accept": "application/vc, application/did+json, application/json, */*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "obit-verify",
    "Connection": "close",
}


def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system for the numeric addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(item[4][0]) for item in found]


def system_connect(address: str, port: int, seconds: float) -> socket.socket:
    """Open a connection to a numeric address."""
    return socket.create_connection((address, port), timeout=seconds)


def own_server(url: str) -> str:
    """Return host and port of the server on this computer that an http address names, or nothing."""
    try:
        parts = urlsplit(url)
        is_own = parts.scheme == "http" and parts.hostname in OWN_COMPUTER and parts.port != 0
    except ValueError:
        return ""
    return parts.netloc if is_own and "@" not in parts.netloc else ""


class Line:
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


class Web:
    """Asks public hosts, and the one server on this computer that ``own`` names.

    ``own`` is a host with its port, such as ``127.0.0.1:8000``; ``headers`` are sent
    besides our own. ``resolve``, ``connect`` and
    ``tls`` are for tests, which have no public network.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        connect: Connect = system_connect,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        max_bytes: int = MAX_BYTES,
        own: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._resolve = resolve
        self._connect = connect
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._own = own
        self._headers = {**_HEADERS, **headers}

    def get(self, url: str) -> Answer:
        """Ask for one address, following no redirect; raise FetchError."""
        parts = self.split(url)
        return self.within(parts, lambda line: self.ask(url, self.addresses(parts), line))

    def split(self, url: str) -> SplitResult:
        """Take an address apart; raise FetchError for one that may not be asked."""
        if self._own and url.startswith(f"http://{self._own}/"):
            return urlsplit(url)
        return split_https(url)

    def within(self, parts: SplitResult, work: Callable[[Line], T]) -> T:
        """Do the work beside a clock that cuts the connection when time is up; raise FetchError."""
        line = Line()
        result: Future[T] = Future()

        def run() -> None:
            try:
                result.set_result(work(line))
            except Exception as error:  # noqa: BLE001 - whoever waits for the result gets it
                result.set_exception(error)

        # A resolver can't be interrupted; a daemon thread can be left behind.
        threading.Thread(target=run, daemon=True).start()
        try:
            return result.result(self._seconds)
        except TimeoutError:
            line.cut()
            raise FetchError(
                f"{shown(parts.netloc)} did not answer within {self._seconds:g} seconds",
                fix=FIX_LATER,
            ) from None

    def addresses(self, parts: SplitResult) -> list[str]:
        """Resolve a host; raise FetchError unless all of its addresses are public, or it is ours."""
        host = parts.hostname or ""
        own = parts.netloc == self._own
        try:
            found = list(dict.fromkeys(self._resolve(host, parts.port or 443)))
        except (OSError, UnicodeError):
            raise FetchError(f"there is no site called {shown(host)}", fix=FIX_LATER) from None
        allowed = is_own_computer if own else is_public
        if not found or not all(allowed(address) for address in found):
            where = "this computer" if own else "the public internet"
            raise FetchError(
                f"{shown(host)} does not lead to {where}, so it is not asked", fix=FIX_ADDRESS
            )
        return found[:MAX_ADDRESSES]

    def ask(self, url: str, addresses: list[str], line: Line) -> Answer:
        """Ask once, at addresses that were checked; raise FetchError."""
        parts = urlsplit(url)
        site = shown(parts.netloc)
        connection = http.client.HTTPConnection(parts.netloc, timeout=self._seconds)
        try:
            connection.sock = self._connected(parts, addresses, line)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.putrequest("GET", target, skip_accept_encoding=True)
            for name, value in self._headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            with connection.getresponse() as response:
                return self._read(response, site)
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

    def _connected(self, parts: SplitResult, addresses: list[str], line: Line) -> socket.socket:
        """Connect to an address that was checked; ask it to prove that it is the host named."""
        plain = self._first_connection(addresses, parts.port or _PORTS[parts.scheme])
        line.hold(plain)
        if parts.scheme == "http":  # only ever a server on this computer
            return plain
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

    def _read(self, response: http.client.HTTPResponse, site: str) -> Answer:
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.status != OK:
            return Answer(status=response.status, headers=headers)
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise FetchError(
                f"{site} sends a compressed answer that nobody asked for", fix=FIX_LATER
            )
        data = response.read(self._max_bytes + 1)
        if len(data) > self._max_bytes:
            kib = self._max_bytes >> 10
            most = f"{kib >> 10} MiB" if kib % 1024 == 0 else f"{kib} KiB"
            raise FetchError(f"{site} sends more than {most}", fix=FIX_LATER)
        if response.length:
            raise FetchError(f"{site} stopped in the middle of its answer", fix=FIX_LATER)
        return Answer(status=response.status, headers=headers, body=data)


_PORTS = {"https": 443, "http": 80}
