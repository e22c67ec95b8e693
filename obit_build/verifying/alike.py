"""Verify credentials that differ from one that was verified only in their own texts.

Whoever verifies a whole site meets the credentials of a session, which say the same but for an id, a
holder, some words, a place on the status list and the signature. One of a kind
(:mod:`obit_build.verifying.own_texts`) goes through all steps; with the others those steps are taken that can
come out differently: each text is one that may stand there, the issuer's key has signed these very
texts, and the status list says of them what it said. All else that a step reads is the same.

What comes out of each step is, word for word, what :func:`obit_build.verifying.verify.verify` would report. What is
in doubt goes there: a credential that does not fit, that is taken back, or of which anything is wrong.
"""

import datetime
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from obit_build.securing.proof import CRYPTOSUITE, transform, value_is_good
from obit_build.securing.proof_suites import hash_data, suite_of
from obit_build.securing.template import MARK, InDoubtError, Template, compiled
from obit_build.strict_json import MAX_BYTES, JsonObject
from obit_build.verifying.form import first_flaw
from obit_build.verifying.key import Fetch, resolve_key
from obit_build.verifying.kinds import as_list
from obit_build.verifying.own_texts import Cut, Kind, Path, cut, paths, said
from obit_build.verifying.proof import issuer_of
from obit_build.verifying.report import STEP_NAMES, Judgement, VerificationError
from obit_build.verifying.shape import OPEN_BADGE_CREDENTIAL
from obit_build.verifying.status import is_clear, read_plain_entry
from obit_build.verifying.status_list import Around, Entry
from obit_build.verifying.verify import verify

MAX_KINDS: Final = 256
_SUBJECT, _STATUS = "credentialSubject", "credentialStatus"
_ID, _ENTRY, _INDEX = ("id",), (_STATUS, "id"), (_STATUS, "statusListIndex")
_VALUE: Final = ("proof", "proofValue")
_ADDRESSES: Final = (_ID, (_SUBJECT, "id"), _ENTRY)
_TEXTS: Final = (
    (_SUBJECT, "narrative"),
    (_SUBJECT, "identifier", "identityHash"),
    (_SUBJECT, "identifier", "salt"),
    (_SUBJECT, "result", "value"),
    _INDEX,
)
"""Where texts stand that form, signature and status look at, and no other step."""
_ODD_TEXT, _ODD_ADDRESS = "Ω, 1 %\n", "urn:x-obit:any"
_UNUSUAL: Final = re.compile(rb"[\x00-\x1f\\\x7f]|\xef\xbf[\xbe\xbf]")
"""What JSON or N-Quads spell otherwise, or can't hold."""
_PASSED: Final = [
    STEP_NAMES.index(x) for x in ("size", "reading", "version", "form", "signature", "status")
]
_ENDORSED: Final = STEP_NAMES.index("endorsements")


class AlikeVerifier:
    """Verifies credentials at one time, with one way to fetch; remembers their kinds."""

    def __init__(self, at: datetime.datetime, fetch: Fetch) -> None:
        """Take what :func:`~obit_build.verifying.verify.verify` takes; an address always gives the same."""
        self._at, self._fetch = at, fetch
        self.alike = 0
        """How many credentials did not have to go through all steps."""
        self._met: set[int] = set()
        """Hashes of the kinds that were met."""
        self._plates: dict[Kind, _Plate | None] = {}

    def verify(self, data: bytes) -> Judgement:
        """Return what :func:`~obit_build.verifying.verify.verify` finds of a credential."""
        pieces = cut(data)
        plate = self._plates.get(pieces.kind)
        if (
            plate is not None
            and len(data) <= MAX_BYTES
            and plate.is_good(pieces.texts, self._at, self._fetch)
        ):
            self.alike += 1
            return plate.judgement
        judgement = verify(data, name="", at=self._at, fetch=self._fetch).judgement
        if pieces.texts and pieces.kind not in self._plates and _is_learnable(judgement):
            self._meet(pieces, judgement)
        return judgement

    def _meet(self, pieces: Cut, judgement: Judgement) -> None:
        """Learn a kind when it is met for the second time: that costs as much as ten of them."""
        if max(len(self._met), len(self._plates)) >= MAX_KINDS:
            self._met.clear()
            self._plates.clear()
        met = hash(pieces.kind)
        if met in self._met:
            plate = _plate(pieces, judgement)
            if plate and not plate.is_good(pieces.texts, self._at, self._fetch):
                plate = None
            self._plates[pieces.kind] = plate
        self._met.add(met)


@dataclass(frozen=True, slots=True)
class _Plate:
    """What is known of a kind. ``own`` are the texts that may be others."""

    judgement: Judgement
    """Of the one that went through all steps."""
    kept: tuple[tuple[int, bytes], ...]
    """Positions of the other texts, and what they are."""
    own: tuple[int, ...]
    """Positions of own texts, in the order of the template's values."""
    value: int
    """Position of the proof's value."""
    issuer: str
    entry: "_OwnEntry | None"
    """The status entry, if it has one."""
    template: Template
    configuration: bytes
    """SHA-256 of the canonical proof configuration."""
    method: str

    def is_good(self, texts: Sequence[bytes], at: datetime.datetime, fetch: Fetch) -> bool:
        """Tell whether all steps come out alike for one of the kind with these texts; False if in doubt."""
        if any(texts[position] != known for position, known in self.kept):
            return False
        try:
            own, nquads = self._said([texts[position] for position in self.own])
            value = texts[self.value].decode("ascii")
            data = self.configuration + hashlib.sha256(nquads).digest()
            key = resolve_key(self.method, self.issuer, at, fetch)
            if not value_is_good({"proofValue": value}, key, lambda: data):
                return False
            around = Around(issuer=self.issuer, at=at, fetch=fetch)
            return self.entry is None or self.entry.is_clear(own, around)
        except (InDoubtError, ValueError, VerificationError):
            return False

    def _said(self, written: Sequence[bytes]) -> tuple[list[str], bytes]:
        """Return what own texts say and the canonical N-Quads; raise InDoubtError or ValueError."""
        if _UNUSUAL.search(b"".join(written)):
            own = said(written)
            return own, self.template.fill(own)
        own = [text.decode() for text in written]
        return own, self.template.fill_escaped(own, written)


class _OwnEntry(NamedTuple):
    """A status entry of which id and index may be others."""

    id: int
    """Which of the own texts is its id."""
    place: int
    """Which is its index."""
    entry: Entry

    def is_clear(self, own: Sequence[str], around: Around) -> bool:
        """Look at the status list; raise VerificationError if it can't be read."""
        return is_clear(self.entry, own[self.id], own[self.place], around)


def _is_learnable(judgement: Judgement) -> bool:
    """Whether all steps that look at own texts passed; endorsements do, and there must be none."""
    steps = judgement.steps
    return (
        len(steps) == len(STEP_NAMES)
        and all(steps[number].outcome == "passed" for number in _PASSED)
        and steps[_ENDORSED].reason == "endorsements.none"
    )


def _plate(pieces: Cut, judgement: Judgement) -> _Plate | None:
    """Make a plate from a credential that went through all steps; None if it can't be one."""
    texts = said(pieces.texts)
    document = pieces.document(texts)
    proofs, entries = as_list(document["proof"]), as_list(document.get(_STATUS))
    marks = [f"{MARK}{number}:" for number in range(len(texts))]
    places = paths(pieces.document(marks), marks)
    own = [position for position, path in enumerate(places) if path in (*_ADDRESSES, *_TEXTS)]
    where = {places[position]: number for number, position in enumerate(own)}
    issuer = issuer_of(document)
    entry = _own_entry(entries, where, issuer)
    if (
        len(proofs) != 1
        or suite_of(proofs[0]) != CRYPTOSUITE
        or _VALUE not in places
        or len(entries) != (entry is not None)
    ):
        return None
    template = _template(pieces, own, places)
    value = places.index(_VALUE)
    if template is None:
        return None
    kept = [p for p in range(len(texts)) if p not in own and p != value]
    return _Plate(
        judgement=judgement,
        kept=tuple((position, pieces.texts[position]) for position in kept),
        own=tuple(own),
        value=value,
        issuer=issuer,
        entry=entry,
        template=template,
        configuration=hash_data(document, proofs[0])[:32],
        method=proofs[0]["verificationMethod"],
    )


def _own_entry(
    entries: Sequence[Any], where: Mapping[Path | None, int], issuer: str
) -> _OwnEntry | None:
    """Read a credential's only status entry; None if it has another number of them, or one of another kind."""
    if len(entries) != 1 or not {_ENTRY, _INDEX} <= where.keys():
        return None
    entry = read_plain_entry(entries[0], issuer)
    return _OwnEntry(where[_ENTRY], where[_INDEX], entry) if entry else None


def _template(pieces: Cut, own: Sequence[int], places: Sequence[Path | None]) -> Template | None:
    """Make a template of the N-Quads; None unless each own text may be any, as far as form goes."""
    texts = said(pieces.texts)

    def compose(values: Sequence[str]) -> JsonObject:
        others = dict(zip(own, values, strict=True))
        return pieces.document([others.get(p, text) for p, text in enumerate(texts)])

    def unsigned(values: Sequence[str]) -> JsonObject:
        return {name: value for name, value in compose(values).items() if name != "proof"}

    values = [texts[position] for position in own]
    odd = [_ODD_ADDRESS if places[p] in _ADDRESSES else _ODD_TEXT for p in own]
    template = compiled(unsigned, values, transform(compose(values)))
    if template is None or first_flaw(OPEN_BADGE_CREDENTIAL, compose(odd)):
        return None
    addresses = [number for number, text in enumerate(odd) if text == _ODD_ADDRESS]
    as_meant = list(template.addresses) == addresses
    return template if as_meant and len(addresses) + len(template.texts) == len(own) else None
