"""What all tests share: a key, a time, a folder of files, and a watch over the outside world."""

import datetime
import hashlib
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from obit_build.signers.signer import KeySigner

# Machines differ in speed; how long an example takes says nothing about whether it is right.
hypothesis.settings.register_profile("obit", deadline=None, print_blob=True)
hypothesis.settings.load_profile("obit")

# A run in the background begins with Ctrl-C ignored, and all that it starts would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)

_OUTSIDE = (
    "open",
    "os.listdir",
    "os.remove",
    "os.rename",
    "os.scandir",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "shutil.",
    "socket.",
    "subprocess.",
)
_watch = {"installed": False, "armed": False}


class TouchedOutsideWorldError(AssertionError):
    """Code that should be pure opened a file, a socket or a process."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _watch["armed"] and event.startswith(_OUTSIDE):
        raise TouchedOutsideWorldError(f"{event}{arguments}")


@contextmanager
def _armed() -> Iterator[None]:
    if not _watch["installed"]:  # an audit hook stays for the life of the process
        sys.addaudithook(_audit)
        _watch["installed"] = True
    _watch["armed"] = True
    try:
        yield
    finally:
        _watch["armed"] = False


@pytest.fixture
def must_end() -> Iterator[None]:
    """Stop a test whose code takes minutes of computing where it should take a moment.

    A guard against hanging, not a measurement: it counts this process's own computing only.
    """

    def give_up(*_: object) -> None:
        pytest.fail("it did not end: the work grows faster than its input")

    former = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, 120)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


@pytest.fixture
def no_io() -> Callable[[], Any]:
    """Return a context manager under which any file, socket or process is an error."""
    return _armed


@pytest.fixture(scope="session")
def signer() -> KeySigner:
    """A throw-away Ed25519 key, derived from a public sentence."""
    seed = hashlib.sha256(b"obit: the key of the tests, known to everybody").digest()
    return KeySigner(Ed25519PrivateKey.from_private_bytes(seed), "test:sentence")


@pytest.fixture(scope="session")
def at() -> datetime.datetime:
    """The time at which tests take place."""
    return datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Return a function that writes ``{path: text or bytes}`` into a folder of its own."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test whose name holds a set: its order differs from one worker to the next.

    The longest begins first: a worker that came to it last would be waited for by all others.
    """
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
    for item in items:
        if re.search(r"\{'[^']*'[,}]", item.name):
            raise pytest.UsageError(f"{item.nodeid}: name this case without the text of a set")
        for mark in item.iter_markers("invariant"):
            item.user_properties += [(f"INV-{n:02} was tried by tests", 1) for n in mark.args]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests recorded, also when they ran on many workers: figures, and sums of numbers."""
    figures, sums = set(), Counter()
    for reports in terminalreporter.stats.values():
        called = [report for report in reports if getattr(report, "when", "") == "call"]
        for name, value in (p for report in called for p in report.user_properties):
            if isinstance(value, int):
                sums[name] += value
            elif name == "figure":
                figures.add(value)
    lines = [*sorted(figures), *(f"{name}, in all: {sums[name]}" for name in sorted(sums))]
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start more workers than cores: a third of the time a test waits for a browser or for Git."""
    return (os.cpu_count() or 1) * 3 // 2
