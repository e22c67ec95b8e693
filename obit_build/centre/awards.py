"""An award file → awards: what it says for everybody is filled in line by line.

An award that was read from plain lines holds its key and its number, no more: where its line begins is
enough to read it again when somebody asks what it says. Where the file is in memory, what its lines say is, too, since
reading again takes time; of a very large centre neither is (:mod:`obit_build.centre.files`).
"""

import dataclasses
import functools
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, AwardEntry, AwardFile, AwardKey
from obit_build.model.on_demand import filed
from obit_build.model.words import Code
from obit_build.problems import Location
from obit_build.reading.places import Source, Spot, Spots, merged
from obit_build.reading.plain_reader import read_item

READ_AGAIN = 1024
"""Of how many awards what was read again is kept for a while."""

_OF_AWARD = {f.name for f in dataclasses.fields(Award)}
_OF_FILE = {f.name for f in dataclasses.fields(AwardFile)}
_OF_ENTRY = {f.name for f in dataclasses.fields(AwardEntry)}
_APART = {"key", "evidence", "location", "locations"}
_SHARED = tuple(sorted((_OF_AWARD & _OF_FILE & _OF_ENTRY) - _APART))
_OWN = tuple(sorted((_OF_AWARD & _OF_ENTRY) - _OF_FILE - _APART))
_NOTHING = AwardEntry(id=Code("nobody"))

_LIST = re.compile(rb"^to: *(?:#[^\n]*)?\r?\n(?: *(?:#[^\n]*)?\r?\n)*( *)- ", re.MULTILINE)
_NEXT_FIELD = re.compile(rb"^[A-Za-z_]", re.MULTILINE)


def awards_of(
    badge: Achievement,
    file: AwardFile,
    said: "Lines | None" = None,
    *,
    codes: dict[str, str] | None = None,
) -> Iterator[Award]:
    """Yield one award per line of the file, in its order.

    What a line says wins over what the file says; evidence adds up, the file's first. ``said`` are the
    file's lines (:func:`lines_of`); ``codes`` are those that somebody holds already: a
    person has one, however many awards there are.
    """
    held = {} if codes is None else codes
    for_everybody = _for_everybody(file)
    for at, entry in enumerate(file.to):
        version = file.version or badge.version
        code = held.setdefault(entry.id, entry.id)
        key = AwardKey(badge.slug, version, code, file.issued, entry.n)
        if said is None:
            yield _award(key, file, entry, for_everybody)
        else:
            names = names_of(entry.locations)
            values = said.of(entry, names) if said.source.is_in_memory else None
            yield filed(Award, said, at, names, values, key=key)


def _for_everybody(file: AwardFile) -> dict[str, Any]:
    said = {name: getattr(file, name) for name in _SHARED}
    own = {name: getattr(_NOTHING, name) for name in _OWN}
    return {**said, **own, "evidence": file.evidence}


def _award(
    key: AwardKey, file: AwardFile, entry: AwardEntry, for_everybody: Mapping[str, Any]
) -> Award:
    values = {**for_everybody, **{name: getattr(entry, name) for name in _OWN}}
    for name in _SHARED:
        value = getattr(entry, name)
        if value is not None:
            values[name] = value
    return Award(
        key=key,
        **{**values, "evidence": file.evidence + entry.evidence},
        location=entry.location,
        locations=merged(file.locations, entry.locations),
    )


class Lines:
    """The lines below ``to:`` of one file, and what it says for everybody."""

    __slots__ = ("end", "general", "known", "language", "shared", "source", "starts", "whole")

    def __init__(
        self,
        file: AwardFile,
        whole: Spot,
        language: str,
        starts: Sequence[int],
        end: int,
    ) -> None:
        self.source = whole.source()
        self.whole, self.language, self.general = whole, language, file.locations
        self.shared = _for_everybody(file)
        self.starts, self.end = array("I", starts), end
        self.known: dict[int, tuple[Any, ...]] = {}
        """What lines that were read again say, if the file is in memory."""

    def own(self, at: int) -> tuple[Any, ...]:
        """Read again what one line says."""
        if not self.source.is_in_memory:
            return _read_again(self, at)
        if at not in self.known:
            self.known[at] = _read(self, at)
        return self.known[at]

    def place(
        self, at: int, names: tuple[str, ...], name: str
    ) -> Location | Mapping[str, Location]:
        """Return where one line stands, or where its fields do."""
        spot = Spot(self.whole, "to", at)
        return spot if name == "location" else merged(self.general, Spots(spot, names))

    def entry(self, at: int) -> AwardEntry:
        """Read one line again."""
        end = self.starts[at + 1] if at + 1 < len(self.starts) else self.end
        data = self.source.part(self.starts[at], end)
        return read_item(data, AwardEntry, self.language, self.whole, "to", at)

    def of(self, entry: AwardEntry, names: tuple[str, ...]) -> tuple[Any, ...]:
        """Return what a line says in its fields; whom it is about is in the award's key."""
        values = [getattr(entry, name) if name in _OF_AWARD else None for name in names]
        if entry.evidence:
            values[names.index("evidence")] = self.shared["evidence"] + entry.evidence
        return tuple(values)


def names_of(places: Mapping[str, Location]) -> tuple[str, ...]:
    """Return the fields of a line; lines with the same ones share it."""
    return places.names if isinstance(places, Spots) else tuple(places)


def _read(lines: Lines, at: int) -> tuple[Any, ...]:
    entry = lines.entry(at)
    return lines.of(entry, names_of(entry.locations))


_read_again = functools.lru_cache(READ_AGAIN)(_read)


def lines_of(file: AwardFile, language: str) -> Lines | None:
    """Find where the lines of a file begin; None if it was not read the quick way, or they can't be told apart."""
    whole = file.location
    if not isinstance(whole, Spot) or not isinstance(whole.above, Source):
        return None
    data = whole.above.data
    begin = _LIST.search(data)
    if begin is None:
        return None
    following = _NEXT_FIELD.search(data, begin.end())
    end = following.start() if following else len(data)
    item = re.compile(rb"^%s- " % begin[1], re.MULTILINE)
    starts = [found.start() for found in item.finditer(data, begin.start(), end)]
    if len(starts) != len(file.to):
        return None
    lines = Lines(file, whole, language, starts, end)
    if any(lines.entry(at) != file.to[at] for at in (0, len(starts) - 1)):
        return None
    return lines
