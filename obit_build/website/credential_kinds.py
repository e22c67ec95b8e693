"""Credentials, read once for each kind; of the others only what is each one's own is read.

The credentials of a session are the same text but for a few texts in it
(:mod:`~obit_build.verifying.own_texts`). One of each kind is read as JSON. What its pages show of all others
is the same document, with what the person did and the values of results cut out of their own text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from obit_build.strict_json import JsonObject
from obit_build.verifying.own_texts import Cut, Path, cut, paths, said
from obit_build.verifying.own_texts import Kind as CutKind

MAX_KINDS: Final = 128
"""Kinds that are remembered: each takes as much memory as a credential read."""

# Letters and digits: nothing changes these on the way into a page or an address.
WORD: Final = "obitslotfor"
NARRATIVE: Final = f"{WORD}narrative"
RESULT: Final = re.compile(f"{WORD}result([0-9]+)x")
"""What stands for the value of a result, counted from 0."""
_HIDDEN: Final = f"{WORD}hidden"

_SUBJECT, _STATUS = "credentialSubject", "credentialStatus"
_NARRATIVE, _VALUE = (_SUBJECT, "narrative"), (_SUBJECT, "result", "value")
_UNSHOWN: Final[tuple[Path, ...]] = (
    ("id",),
    (_SUBJECT, "id"),
    (_SUBJECT, "identifier", "identityHash"),
    (_SUBJECT, "identifier", "salt"),
    (_STATUS, "id"),
    (_STATUS, "statusListIndex"),
    ("proof", "proofValue"),
)
"""Where texts stand that are each award's own, and that no page shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What all credentials of a kind say; two kinds are never equal."""

    document: JsonObject
    """With words in place of what is each one's own."""
    narrative: int | None
    """Which of the texts it is, if there is one."""
    values: tuple[int, ...]
    """Which ones are values of results."""
    kept: tuple[tuple[int, str], ...]
    """Texts that are the same in all."""


class Own(NamedTuple):
    """What a credential says that pages show, and others of its kind don't say."""

    kind: Kind
    narrative: str
    values: list[str]


@dataclass(slots=True)
class CredentialKinds:
    """Reads credentials, remembering their kinds."""

    _met: set[int] = field(default_factory=set)
    """Hashes of the kinds that were met."""
    _kinds: dict[CutKind, Kind] = field(default_factory=dict)

    def own(self, data: bytes) -> Own | None:
        """Return what is a credential's own; None if only reading all of it can tell.

        Raise ValueError for what is no JSON.
        """
        pieces = cut(data)
        kind = self._kinds.get(pieces.kind)
        if kind is not None:
            return _own(kind, said(pieces.texts))
        if pieces.texts:
            self._meet(pieces)
        return None

    def _meet(self, pieces: Cut) -> None:
        """Learn a kind when it is met for the second time: many stand alone."""
        if max(len(self._met), len(self._kinds)) >= MAX_KINDS:
            self._met.clear()
            self._kinds.clear()
        met = hash(pieces.kind)
        if met in self._met:
            self._kinds[pieces.kind] = _learnt(pieces)
        self._met.add(met)


def _own(kind: Kind, texts: Sequence[str]) -> Own | None:
    """Choose from a credential's texts; None if it differs in another one, or one of these is empty."""
    if any(texts[position] != text for position, text in kind.kept):
        return None
    values = [texts[position] for position in kind.values]
    if kind.narrative is None:
        return Own(kind, "", values) if all(values) else None
    narrative = texts[kind.narrative]
    return Own(kind, narrative, values) if narrative and all(values) else None


def _learnt(pieces: Cut) -> Kind:
    """Find out where the texts of a credential stand, and put words in place of what is its own."""
    texts = said(pieces.texts)
    marks = [f"{WORD}{number}x" for number in range(len(texts))]
    places = paths(pieces.document(marks), marks)
    values = tuple(p for p, place in enumerate(places) if place == _VALUE)
    narrative = places.index(_NARRATIVE) if _NARRATIVE in places else None
    words = {p: _HIDDEN for p, place in enumerate(places) if place in _UNSHOWN}
    words |= {p: f"{WORD}result{number}x" for number, p in enumerate(values)}
    words |= {} if narrative is None else {narrative: NARRATIVE}
    return Kind(
        document=pieces.document([words.get(p, text) for p, text in enumerate(texts)]),
        narrative=narrative,
        values=values,
        kept=tuple((p, text) for p, text in enumerate(texts) if p not in words),
    )
