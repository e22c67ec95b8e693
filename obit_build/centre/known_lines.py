"""Award files that are as they were: where each line begins, and whom it is about, are known from the run before.

Of such a file the fields for everybody are read, and its first line. What the other lines say is read when somebody
asks, as for the lines of a very large centre.
"""

import dataclasses
import hashlib
from collections.abc import Iterator
from typing import Any

from obit_build.centre.awards import Lines, names_of
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, AwardFile, AwardKey
from obit_build.model.on_demand import filed
from obit_build.reading.places import Source, Spot
from obit_build.reading.plain_reader import read_record
from obit_build.reading.plain_yaml import Doubt
from obit_build.remembered import Remembered

WORTH_IT = 20
"""Lines of a file; a shorter one is read as soon as it is recalled."""


class KnownFile:
    """One award file, and what is known of its lines."""

    def __init__(self, file: AwardFile, language: str, said: Any) -> None:
        """Fit what was remembered to the file."""
        whole = file.location
        assert isinstance(whole, Spot)  # noqa: S101 - as read_record makes it
        shapes = [tuple(names) for names in said["shapes"]]
        several = {int(at): n for at, n in said["n"].items()}
        self.file = file
        self.lines = Lines(file, whole, language, said["starts"], said["end"])
        self.entries = [
            (code, several.get(at, 1), shapes[shape])
            for at, (code, shape) in enumerate(zip(said["codes"], said["shape"], strict=True))
        ]

    def awards_of(self, badge: Achievement, codes: dict[str, str]) -> Iterator[Award]:
        """Yield one award per line, as :func:`obit_build.centre.awards.awards_of` does."""
        slug, version, issued = badge.slug, self.file.version or badge.version, self.file.issued
        for at, (code, n, names) in enumerate(self.entries):
            key = AwardKey(slug, version, codes.setdefault(code, code), issued, n)
            yield filed(Award, self.lines, at, names, None, key=key)


def recall(remembered: Remembered, source: Source, language: str) -> KnownFile | None:
    """Return what is known of a file that is as it was; None if it has to be read."""
    data = source.data
    said = remembered.recall(_name(source.path), _made_from(data, language))
    head = _head(source, data, language, said["starts"], said["end"]) if said else None
    return KnownFile(head, language, said) if head else None


def remember(
    remembered: Remembered, source: Source, language: str, file: AwardFile, lines: Lines | None
) -> None:
    """Remember of a file that was read where its lines begin, if it has many and can be recalled."""
    if lines is None or len(file.to) < WORTH_IT:
        return
    data, starts = source.data, list(lines.starts)
    head = _head(source, data, language, starts, lines.end)
    if head and dataclasses.replace(head, to=file.to) == file:
        shapes: dict[tuple[str, ...], int] = {}
        shape = [shapes.setdefault(names_of(x.locations), len(shapes)) for x in file.to]
        said = {
            "starts": starts,
            "end": lines.end,
            "codes": [entry.id for entry in file.to],
            "n": {at: entry.n for at, entry in enumerate(file.to) if entry.n != 1},
            "shapes": list(shapes),
            "shape": shape,
        }
        remembered.write(_name(source.path), _made_from(data, language), said)


def _name(path: str) -> str:
    return f"lines/{path}"


def _made_from(data: bytes, language: str) -> str:
    return f"{language} {hashlib.sha256(data).hexdigest()}"


def _head(
    source: Source, data: bytes, language: str, starts: list[int], end: int
) -> AwardFile | None:
    """Read a file without its second line and those that follow it."""
    rest = data[end:] if len(starts) > 1 else b""
    begin = data[: starts[1]] if len(starts) > 1 else data
    try:
        return read_record(source, AwardFile, language, begin + rest)
    except Doubt:
        return None
