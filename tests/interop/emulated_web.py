"""A web that consists of one built site, for judges that run in their own Python environment.

What a judge fetches comes from the folder of the built site; nothing else exists, and nothing
leaves this machine: sockets to anywhere are an error. Imports only the standard library, because
the judges' environment holds no part of obit.
"""

import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote


class NotHereError(OSError):
    """An address that this web does not have."""


class Web:
    """Fetches from the folder ``build``, which stands for the address ``base``."""

    def __init__(self, build: Path, base: str) -> None:
        self.build = build
        self.base = base.rstrip("/")
        self.asked: dict[str, bool] = {}

    def __call__(self, url: str) -> bytes:
        url = url.split("#", maxsplit=1)[0]
        path = self._path(url)
        self.asked[url] = path is not None
        if path is None:
            raise NotHereError(f"{url} is not here")
        return path.read_bytes()

    def json(self, url: str) -> Any:
        return json.loads(self(url))

    def text(self, url: str) -> str:
        return self(url).decode()

    def _path(self, url: str) -> Path | None:
        if not url.startswith(self.base + "/"):
            return None
        segments = [unquote(part) for part in url.removeprefix(self.base + "/").split("/")]
        if any(part in ("", "..") or "/" in part for part in segments):
            return None
        path = self.build.joinpath(*segments)
        return path if path.is_file() else None


def no_network() -> None:
    """Make every attempt to connect an error."""

    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise NotHereError("a judge wanted to use the network")

    socket.socket.connect = refuse
    socket.getaddrinfo = refuse


def answer(judge: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Write a JSON line, with its name, for each JSON line of the standard input."""
    for case in _lines():
        print(json.dumps({"name": case.get("name"), **judge(case)}), flush=True)


def _lines() -> Iterator[dict[str, Any]]:
    # Only at "\n": str.splitlines also breaks at characters that JSON allows in strings.
    for line in sys.stdin.buffer.read().decode().split("\n"):
        if line.strip():
            yield json.loads(line)


def said(error: BaseException) -> str:
    """Put an error in one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:500]
