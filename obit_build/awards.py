"""An award file → awards: what it says for everybody is filled in line by line."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, AwardEntry, AwardFile, AwardKey
from obit_build.places import merged

_OF_AWARD = {f.name for f in dataclasses.fields(Award)}
_OF_FILE = {f.name for f in dataclasses.fields(AwardFile)}
_OF_ENTRY = {f.name for f in dataclasses.fields(AwardEntry)}
_APART = {"key", "evidence", "location", "locations"}
_SHARED = tuple(sorted((_OF_AWARD & _OF_FILE & _OF_ENTRY) - _APART))
_OWN = tuple(sorted((_OF_AWARD & _OF_ENTRY) - _OF_FILE - _APART))


def awards_of(badge: Achievement, file: AwardFile) -> list[Award]:
    """Return one award per line of the file, in its order.

    What a line says wins over what the file says; evidence adds up, the file's first.
    """
    for_everybody = {name: getattr(file, name) for name in _SHARED}
    return [_award(badge, file, entry, for_everybody) for entry in file.to]


def _award(
    badge: Achievement, file: AwardFile, entry: AwardEntry, for_everybody: Mapping[str, Any]
) -> Award:
    values: dict[str, Any] = dict(for_everybody)
    for name in _SHARED:
        value = getattr(entry, name)
        if value is not None:
            values[name] = value
    for name in _OWN:
        values[name] = getattr(entry, name)
    return Award(
        key=AwardKey(badge.slug, file.version or badge.version, entry.id, file.issued, entry.n),
        evidence=file.evidence + entry.evidence,
        location=entry.location,
        locations=merged(file.locations, entry.locations),
        **values,
    )
