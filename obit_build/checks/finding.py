"""What a check yields, and the few questions that many checks ask of a repository."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from obit_build.model.repository import Repository
from obit_build.problems import Level, Location
from obit_build.reading.reader import nearest


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem without its check's id, which is the check function's name."""

    location: Location
    message: str
    fix: str
    level: Level = "error"


class Record(Protocol):
    """A record that knows where each of its fields was read."""

    @property
    def location(self) -> Location:
        """Where the record begins."""

    @property
    def locations(self) -> Mapping[str, Location]:
        """Field → where its value stands."""


def place_of(record: Record, *fields: str) -> Location:
    """Return the place of the first field that was given, else the record's own."""
    return next((record.locations[f] for f in fields if f in record.locations), record.location)


def folders_of(repository: Repository, parent: str, main: str) -> tuple[str, ...]:
    """Return the slugs of issuers/ or badges/, those with mistakes in their file included.

    A badge whose file can't be read is still known: one mistake is reported once.
    """
    read = repository.profiles if parent == "issuers" else repository.achievements
    found = {
        p.split("/")[1]
        for p in repository.files
        if p.startswith(parent + "/") and p.endswith("/" + main)
    }
    return tuple(sorted(found | set(read)))


def issuer_slugs(repository: Repository) -> tuple[str, ...]:
    """Return the issuers that exist, by slug."""
    return folders_of(repository, "issuers", "issuer.yaml")


def badge_slugs(repository: Repository) -> tuple[str, ...]:
    """Return the badges that exist, by slug."""
    return folders_of(repository, "badges", "badge.yaml")


def suggestion(word: str, words: Iterable[str], otherwise: str) -> str:
    """Ask for the nearest word, or give the other advice."""
    near = nearest(word, words)
    return f'did you mean "{near}"?' if near else otherwise


def repeated(values: Iterable[Hashable]) -> list[int]:
    """Return the positions of values that stood before."""
    seen: set[Hashable] = set()
    positions = []
    for position, value in enumerate(values):
        if value in seen:
            positions.append(position)
        seen.add(value)
    return positions
