"""A file of the site: its path, its bytes, and which paths there may be."""

import datetime
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from obit_build.errors import RenderError
from obit_build.issuing import schemas
from obit_build.strict_json import JsonObject

_NAME = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~+-]+"
_SAFE_PATH = re.compile(f"{_NAME}(?:/{_NAME})*")


class OutputFile(NamedTuple):
    """One file of the site; ``path`` is relative, with ``/``."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the site keeps at ``path`` because an award's credential still says it.

    Many awards may claim one path; :mod:`~obit_build.website.former` chooses whose words stay.
    """

    path: str
    award: str
    kind: Literal["achievement", "class"]
    """An Achievement, or a BadgeClass of Open Badges 2.0."""
    preferred: bool = False
    """Whether it goes before earlier claims that are not."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A time at which files of a unit may become others with nothing edited: an award expires, say."""

    at: datetime.datetime
    """In UTC."""


Output = OutputFile | Claim | Turn


def refuse_odd(path: str) -> None:
    """Raise RenderError for a path that could mean something else to a disk or a browser."""
    if not _SAFE_PATH.fullmatch(path):
        raise RenderError(
            f'the site can\'t have a file at "{path[:80]}"',
            fix="use plain letters, digits, dots and hyphens in versions and file names",
        )


def text_file(path: str, text: str) -> OutputFile:
    """Make a file of a text, in UTF-8."""
    return OutputFile(path, text.encode())


def text_files(files: Iterable[tuple[str, str]]) -> Iterator[OutputFile]:
    """Make files of pairs of path and text."""
    return (text_file(*file) for file in files)


def json_file(path: str, document: JsonObject, kind: schemas.Kind | None = None) -> OutputFile:
    """Write a document that fits its schema; old ones, which were signed so, are not asked."""
    refuse_odd(path)
    if kind is not None:
        schemas.check(kind, document)
    return text_file(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
