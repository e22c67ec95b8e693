"""A host of private Git repositories on this computer: https, tokens as passwords, rights for each.

Git's own server program answers (``git http-backend``). Who shows no token is asked for one, as every
forge does for a private repository; who may only read is refused a push.
"""

import base64
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from git_repository import git
from loopback_tls import loopback_tls

Right = Literal["read", "write"]


class GitHost(ThreadingHTTPServer):
    """Repositories ``NAME.git`` below a folder, and who may do what with them."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        folder.mkdir()
        self.folder = folder
        self.certificate = folder / "certificate.pem"
        self.socket = loopback_tls(folder).wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self.server_address[1]}"
        self.rights: dict[str, dict[str, Right]] = {}
        """Token → repository → what it allows."""

    def add(self, name: str) -> Path:
        """Make an empty repository; nobody can rewrite its branch ``obit-ledger``."""
        bare = self.folder / f"{name}.git"
        git(self.folder, "init", "-q", "--bare", "-b", "main", str(bare))
        hook = bare / "hooks" / "update"
        hook.write_text(_PROTECTED, encoding="utf-8")
        hook.chmod(0o755)
        return bare

    def allows(self, token: str, name: str, *, to_write: bool) -> bool:
        """Tell whether a token may read a repository, or write to it."""
        right = self.rights.get(token, {}).get(name)
        return right == "write" or (right == "read" and not to_write)


_PROTECTED = """\
#!/bin/sh
# The rule that a forge has for the ledger's branch: no force push, no deletion.
if [ "$1" = refs/heads/obit-ledger ] && ! git merge-base --is-ancestor "$2" "$3"; then
  case "$2" in *[1-9a-f]*) exit 1 ;; esac
fi
"""


@contextmanager
def a_git_host(folder: Path) -> Iterator[GitHost]:
    """Run a host for as long as it is needed."""
    host = GitHost(folder)
    thread = threading.Thread(target=host.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.shutdown()
        host.server_close()
        thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    """Asks for a token, then hands the question to Git."""

    server: GitHost  # type: ignore[assignment]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        asked = urlsplit(self.path)
        found = re.match(r"/(?P<name>[\w-]+/[\w-]+)(?:\.git)?(?P<rest>/.+)", asked.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        assert "chunked" not in self.headers.get("Transfer-Encoding", ""), "too long for this host"
        if found is None:
            self._send(404, {}, b"")
        elif not self._token():
            self._send(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        elif not self.server.allows(
            self._token(), found["name"], to_write="git-receive-pack" in self.path
        ):
            self._send(403, {}, b"this token may not do that")
        else:
            self._ask_git(f"/{found['name']}.git{found['rest']}", asked.query, body)

    def _token(self) -> str:
        kind, _, packed = self.headers.get("Authorization", "").partition(" ")
        return base64.b64decode(packed).decode().partition(":")[2] if kind == "Basic" else ""

    def _ask_git(self, path: str, query: str, body: bytes) -> None:
        given = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.server.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_USER": "somebody with a token",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=given, capture_output=True, check=True
        )
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        pairs = (line.partition(": ") for line in head.decode().splitlines())
        headers = {name: value for name, _, value in pairs}
        self._send(int(headers.pop("Status", "200").split()[0]), headers, answer)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
