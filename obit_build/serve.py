"""A local preview: serves a folder, tells open pages to reload, lays findings over them.

Listens on this computer only and answers only to its own names, so that no web page elsewhere
can read the preview through a visitor's browser. Adds one script to each page; the script is a
file of its own, since the pages' policy allows no other.
"""

import http
import json
import threading
from collections.abc import Callable, Iterable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from watchfiles import DefaultFilter, watch

from obit_build.errors import PublishError

HOST = "127.0.0.1"
HEARTBEAT = 10.0
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".xml": "application/xml",
    ".txt": "text/plain; charset=utf-8",
}
ASSETS = Path(__file__).parent / "assets"


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

    def __init__(self, *arguments: Any, folder: Path, news: News, **named: Any) -> None:
        self.folder, self.news = folder, news
        super().__init__(*arguments, **named)

    def do_GET(self) -> None:
        """Answer with a file, a page with the preview script, or the stream of news."""
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname
        if host not in ("localhost", HOST, "::1"):
            self._send(http.HTTPStatus.MISDIRECTED_REQUEST, b"not served here\n", ".txt")
            return
        path = unquote(urlsplit(self.path).path)
        if path == "/_obit/events":
            self._stream()
        elif path in ("/_obit/preview.js", "/_obit/preview.css"):
            name = path.rsplit("/", 1)[1]
            self._send(http.HTTPStatus.OK, (ASSETS / name).read_bytes(), Path(name).suffix)
        else:
            self._file(path)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def _file(self, path: str) -> None:
        found = find(self.folder, path)
        if found is None:
            page = self.folder / "404.html"
            body = page.read_bytes() if page.is_file() else b"<!doctype html><title>obit</title>"
            self._send(http.HTTPStatus.NOT_FOUND, body, ".html")
        elif found.is_dir():
            self.send_response(http.HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", urlsplit(self.path).path.lstrip("/").join(("/", "/")))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send(http.HTTPStatus.OK, found.read_bytes(), found.suffix)

    def _send(self, status: http.HTTPStatus, body: bytes, suffix: str) -> None:
        if suffix == ".html":
            body = with_script(body)
        self.send_response(status)
        self.send_header("Content-Type", TYPES.get(suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        build = -1
        try:
            while not self.news.closed:
                state = self.news.after(build, HEARTBEAT)
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


def find(folder: Path, path: str) -> Path | None:
    """Find what a path means; a folder without its last slash is returned as the folder.

    Nothing outside ``folder`` and nothing behind a symbolic link is ever found.
    """
    parts = [part for part in path.split("/") if part]
    if any(part in (".", "..") or "\\" in part or "\0" in part for part in parts):
        return None
    here = folder
    for part in parts:
        here = here / part
        if here.is_symlink():
            return None
    if here.is_dir() and path.endswith("/"):
        here = here / "index.html"
    if here.is_dir():
        return here
    return here if here.is_file() else None


class _OwnFiles(DefaultFilter):
    """Ignores what obit and Git write themselves."""

    ignore_dirs = (*DefaultFilter.ignore_dirs, ".obit", "build")


def changes(root: Path, stop: threading.Event) -> Iterable[object]:
    """Yield once for each burst of changes below ``root``, until ``stop`` is set."""
    return watch(root, watch_filter=_OwnFiles(), stop_event=stop, debounce=200, step=50)


def start(folder: Path, news: News, port: int) -> ThreadingHTTPServer:
    """Open the server on this computer; port 0 means any that is free."""
    try:
        server = ThreadingHTTPServer((HOST, port), partial(Handler, folder=folder, news=news))
    except OSError as error:
        raise PublishError(
            f"port {port} can't be opened: {error.strerror}", fix="choose another one with --port"
        ) from error
    server.daemon_threads = True
    return server


def run(server: ThreadingHTTPServer, news: News, rebuild: Callable[[], None], root: Path) -> None:
    """Serve until interrupted; call ``rebuild`` after each change of the files."""
    stop = threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        for _ in changes(root, stop):
            rebuild()
    finally:
        stop.set()
        news.close()
        server.shutdown()
        server.server_close()
