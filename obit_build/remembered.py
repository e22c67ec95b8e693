"""What a run has worked out, for the next one: it is believed only where it was made from the very same.

Each thing has a name, a digest of all that it was made from, and a value that can be written as JSON. Where it is kept is
somebody else's matter (:mod:`obit_build.publishing.manifest`), which sees to it that it is what was written. Nothing
rests on it: whoever recalls nothing works it out again.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

Former = Callable[[str], tuple[str, str] | None]
"""Name → what it was made from, and its value as JSON; None if there is no such thing."""


def _nothing(_name: str) -> None:
    return None


class Remembered:
    """What one program remembers from run to run; without ``program``, its digest, it is nothing."""

    def __init__(self, program: str = "", former: Former = _nothing) -> None:
        self._program, self._former = program, former
        self._confirmed: set[str] = set()
        self._new: dict[str, tuple[str, Callable[[], str]]] = {}
        self.since: int | None = None
        """The instant (nanoseconds) since which this run knows the files of a ledger in a folder."""

    def recall(self, name: str, made_from: str) -> Any:
        """Return what is remembered under a name if it was made from the same; else None."""
        found = self._former(name) if self._program else None
        if found is None or found[0] != self._of(made_from):
            return None
        self._confirmed.add(name)
        return json.loads(found[1])

    def remember(self, name: str, made_from: str, value: Callable[[], Any]) -> None:
        """Remember something from now on; ``value`` is asked for when it is written."""
        if self._program:
            self._new[name] = (self._of(made_from), lambda: _json(value()))

    def write(self, name: str, made_from: str, value: Any) -> None:
        """Remember something that is smaller when it is written, and so is written at once."""
        if self._program:
            written = _json(value)
            self._new[name] = (self._of(made_from), lambda: written)

    def has(self, name: str) -> bool:
        """Whether something was recalled in this run, or is new, so that the next one may recall it."""
        return name in self._confirmed or name in self._new

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield name, digest and JSON of what is new."""
        for name, (made_from, written) in self._new.items():
            yield name, made_from, written()

    def names(self) -> frozenset[str]:
        """Return the names of all that is remembered from now on; what nobody asked for is forgotten."""
        return frozenset(self._confirmed | self._new.keys())

    def _of(self, made_from: str) -> str:
        return f"{self._program} {made_from}"


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
