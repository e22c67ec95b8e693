"""A local server: shows a folder as a host would, tells open pages to reload, lays findings over them.

Listens on this computer only and answers only to its own names, so that no web page elsewhere
can read the preview through a visitor's browser. A preview adds one script to each page; the script
is a file of its own, since the pages' policy allows no other. A finished site is served as it is.
"""

import http
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from watchfiles import DefaultFilter, watch

from obit_build.errors import PublishError
from obit_build.hosting.hosts import LOCAL, Host, Kind, Rule, headers_of, read_rules, reply
from obit_build.package import PACKAGE

HOST = "127.0.0.1"
HEARTBEAT = 10.0
BEAT = 100
"""How often the watch looks up when nothing happens, in milliseconds."""
_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
ASSETS = PACKAGE / "assets"


class News:
    """What open pages should know: which build is current, and what is wrong with the files."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._build = 0
        self._findings = ""
        self.closed = False

    def tell(self, findings: str) -> None:
        """Announce a build; ``findings`` is empty if it went well."""
        with self._changed:
            self._build += 1
            self._findings = findings
            self._changed.notify_all()

    def close(self) -> None:
        """Let everybody who waits go."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def after(self, build: int, seconds: float) -> dict[str, Any]:
        """Wait for news later than ``build``; return the present state."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._build != build, seconds)
            return {"build": self._build, "findings": self._findings}


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from one folder."""

    protocol_version = "HTTP/1.1"
    server_version = "obit"
    sys_version = ""

    def __init__(
        self, *arguments: Any, folder: Path, news: News | None, host: Host, **named: Any
    ) -> None:
        self.folder, self.news, self.host = folder, news, host
        super().__init__(*arguments, **named)

    def do_GET(self) -> None:
        """Answer with a file, a page with the preview script, or the stream of news."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        path = unquote(urlsplit(self.path).path)
        if host not in ("localhost", HOST, "::1"):
            self._send(http.HTTPStatus.MISDIRECTED_REQUEST, b"not served here\n", _PLAIN)
        elif self.news is None:
            self._file(path)
        elif path == "/_obit/events":
            self._stream(self.news)
        elif path in ("/_obit/preview.js", "/_obit/preview.css"):
            name = path.rsplit("/", 1)[1]
            self._send(
                http.HTTPStatus.OK, (ASSETS / name).read_bytes(), headers_of(LOCAL, name, path)
            )
        else:
            self._file(path)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def _file(self, path: str) -> None:
        answer = reply(self.host, path, partial(look, self.folder))
        if answer.location:
            self._send(answer.status, b"", {"Location": quote(answer.location)})
            return
        file = self.folder / answer.file
        body = file.read_bytes() if file.is_file() else b"<!doctype html><title>obit</title>"
        headers = headers_of(self.host, answer.file, path, self._rules())
        if self.news is not None:
            headers["Cache-Control"] = "no-store"
            body = with_script(body) if answer.file.endswith(".html") else body
        self._send(answer.status, body, headers)

    def _rules(self) -> tuple[Rule, ...]:
        told = self.folder / "_headers"
        asked = self.host.reads_headers and look(self.folder, "_headers") == "file"
        return read_rules(told.read_text("utf-8", "replace")) if asked else ()

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self, news: News) -> None:
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        build = -1
        try:
            while not news.closed:
                state = news.after(build, HEARTBEAT)
                build = state["build"]
                self.wfile.write(f"data: {json.dumps(state)}\n\n".encode())
                self.wfile.flush()
        except OSError:
            return  # the page was closed

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - inherited name
        """Say nothing: addresses of award pages don't belong into a log."""


def with_script(page: bytes) -> bytes:
    """Add the preview's script and style to a page."""
    added = (
        b'<link rel="stylesheet" href="/_obit/preview.css">'
        b'<script src="/_obit/preview.js" defer></script>'
    )
    return page.replace(b"</head>", added + b"</head>", 1) if b"</head>" in page else page + added


def look(folder: Path, path: str) -> Kind:
    """Tell what lies at a path below ``folder``; nothing behind a symbolic link is ever found."""
    here = folder
    for part in path.split("/") if path else ():
        here = here / part
        if part in (".", "..") or here.is_symlink():
            return "nothing"
    if here.is_dir():
        return "folder"
    return "file" if here.is_file() else "nothing"


class _OwnFiles(DefaultFilter):
    """Ignores what obit and Git write themselves."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, ".obit", "build", ".build.obit")


def changes(root: Path) -> Iterator[object]:
    """Watch ``root`` from now on, also while nobody asks; yield once for each burst of changes."""
    seen = watch(
        root,
        watch_filter=_OwnFiles(),
        debounce=200,
        step=50,
        rust_timeout=BEAT,
        yield_on_timeout=True,
    )
    next(seen)  # it begins to watch when it is first asked
    return (burst for burst in seen if burst)


def start(folder: Path, news: News | None, port: int, host: Host = LOCAL) -> ThreadingHTTPServer:
    """Open the server on this computer; port 0 means any that is free.

    Without ``news`` the folder is a finished site, whose files are sent as they are.
    """
    handler = partial(Handler, folder=folder, news=news, host=host)
    try:
        server = ThreadingHTTPServer((HOST, port), handler)
    except OSError as error:
        raise PublishError(
            f"port {port} can't be opened: {error.strerror}", fix="choose another one with --port"
        ) from error
    server.daemon_threads = True
    return server


def run(
    server: ThreadingHTTPServer,
    news: News,
    rebuild: Callable[[], None],
    bursts: Iterable[object],
) -> None:
    """Serve until interrupted; call ``rebuild`` after each burst of changes."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        for _ in bursts:
            rebuild()
    finally:
        news.close()
        server.shutdown()
        server.server_close()
