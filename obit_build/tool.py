"""Which program makes the site: a digest that changes with anything of obit's that could change a byte."""

import contextlib
import functools
import hashlib
import importlib.metadata
import re
import sys
from collections.abc import Iterator, Mapping

from obit_build.package import PACKAGE

_DISTRIBUTION = "obit-build"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def tool_digest(theme: Mapping[str, str]) -> str:
    """Digest Python, the libraries that obit needs, the package's files, and the default theme."""
    total = _program().copy()
    for name in sorted(theme):
        total.update(f"{name}\0{theme[name]}\0".encode())
    return total.hexdigest()[:32]


@functools.cache  # nobody exchanges a program while it runs
def _program() -> "hashlib._Hash":
    total = hashlib.sha256()
    for part in (sys.version, *_libraries()):
        total.update(part.encode() + b"\0")
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            total.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total


def _libraries() -> Iterator[str]:
    """Yield name and version of each library that obit may ask for and that is here."""
    try:
        wanted = importlib.metadata.requires(_DISTRIBUTION) or ()
    except importlib.metadata.PackageNotFoundError:  # a checkout that was never installed
        return
    for name in sorted({found[0] for line in wanted if (found := _NAME.match(line))}):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            yield f"{name} {importlib.metadata.version(name)}"
