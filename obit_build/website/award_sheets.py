"""What awards of one session show: made in full a few times, then filled in.

Awards of one badge, one day and one state have pages, small pages and oEmbed answers that differ in the
award's id, in what the person did, in the values of results and in a name that may be shown. So all of
these files are made once for an award that does not exist, with a word in each of these places; for the
others the words are replaced. No credential is read, no view is made and no template is asked any more.

Nothing is taken for granted. A sheet is for all else that the files could show: the kind of the credential
(:mod:`~obit_build.website.credential_kinds`), and what the ledger and the repository say. What was made
with words counts only if it was filled in by the same plates
(:mod:`~obit_build.website.stamped_pages`), so that no template has looked at one of the words, and if it
gives the very files of the award at hand.
"""

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from markupsafe import escape

from obit_build import addresses
from obit_build.securing.filling import Filling, place
from obit_build.website.award_pages import AwardSource
from obit_build.website.credential_kinds import NARRATIVE, RESULT, WORD, Kind, Own
from obit_build.website.editions import Words
from obit_build.website.files import OutputFile
from obit_build.website.stamped_pages import PageStamper

MAX_SHEETS = 128
"""Sheets that are remembered: each takes as much memory as the files of one award."""

_ID, _HOLDER = (WORD + x for x in ("id", "holder"))
_WORDS = re.compile(f"({_ID})|({_HOLDER})|<p>({NARRATIVE})</p>|{RESULT.pattern}")
_PLAIN_ID = re.compile("[a-z0-9]+")
_alike = attrgetter(
    "issued.issuer", "issued.badge", "issued.version", "issued.issued", "issued.list_number",
    "issued.approved_by", "issued.state", "issued.state_date", "state", "listed", "language", "spoken",
    "preview",
)  # fmt: skip
_other_awards = attrgetter(
    "issued.replaced_by", "issued.replaces", "issued.reissues", "issued.reissued_as"
)

Key = tuple[Any, ...]
Make = Callable[[AwardSource], Iterable[OutputFile]]
Slots = list[bytes]
"""The id, the name and the narrative as they stand in HTML, then the values of the results."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The files of awards: path and content, each with places for what is an award's own."""

    files: tuple[tuple[list[str], Filling], ...]

    def fill(self, award_id: str, slots: Slots) -> list[OutputFile]:
        """Return the files of one award."""
        return [
            OutputFile(award_id.join(path), content.fill(slots)) for path, content in self.files
        ]


@dataclass(slots=True)
class Sheets:
    """Makes the files that show awards, remembering their kinds."""

    make: Make
    """Makes them in full."""
    stamper: PageStamper
    filled: int = 0
    """How many awards' files were filled in."""
    _met: dict[Key, int] = field(default_factory=dict)
    _sheets: dict[Key, _Sheet] = field(default_factory=dict)

    def of(
        self, source: AwardSource, own: Own, whole: Callable[[], AwardSource]
    ) -> list[OutputFile]:
        """Return the files of one award, as ``make`` returns them for the ``whole`` source.

        ``source`` is made of the document of the credential's kind.
        """
        key = _key(source, own.kind)
        if key is None:
            return list(self.make(whole()))
        slots = _slots(source, own)
        sheet = self._sheets.get(key)
        if sheet is not None:
            self.filled += 1
            return sheet.fill(source.issued.id, slots)
        files, plates = self._made(whole())
        if all(plates) and not any(WORD.encode() in slot for slot in slots):
            if len(self._met) >= MAX_SHEETS:
                self._met.clear()
                self._sheets.clear()
            met = self._met[key] = self._met.get(key, 0) + 1
            if met & (met - 1) == 0:  # ever more seldom: some kinds can't be learnt
                self._learn(key, source, plates, files, slots)
        return files

    def _made(self, source: AwardSource) -> tuple[list[OutputFile], list[object]]:
        """Make the files of an award in full; return them and the plates that were used."""
        with self.stamper.noted() as plates:
            return list(self.make(source)), plates

    def _learn(
        self,
        key: Key,
        source: AwardSource,
        plates: Sequence[object],
        files: Sequence[OutputFile],
        slots: Slots,
    ) -> None:
        """Make the files of an award that does not exist; believe them if they give ``files``."""
        made, used = self._made(_stand_in(source))
        same = len(used) == len(plates) and all(map(operator.is_, used, plates))
        if not same or any(b"\0" in file.data for file in made):
            return
        sheet = _Sheet(tuple(map(_cut, made)))
        if sheet.fill(source.issued.id, slots) == files:
            self._sheets[key] = sheet


def _key(source: AwardSource, kind: Kind) -> Key | None:
    """Return all that the files of an award can show but what is its own; None if it stands alone."""
    plain = _PLAIN_ID.fullmatch(source.issued.id)
    if not plain or source.reason or source.has_certificate or any(_other_awards(source)):
        return None
    present = source.holder is not None, source.issued.token_sha256 is not None
    return (kind, *present, *_alike(source))


def _slots(source: AwardSource, own: Own) -> Slots:
    narrative = Words(own.narrative).html if own.narrative else ""
    texts = (source.issued.id, escape(source.holder or ""), narrative, *map(escape, own.values))
    return [text.encode() for text in texts]


def _stand_in(source: AwardSource) -> AwardSource:
    """Return the award that does not exist."""
    token = None if source.issued.token_sha256 is None else ""
    issued = replace(
        source.issued, id=_ID, index=-1, sha256="", content="", definition="", key="",
        token_sha256=token, token_key=token,
    )  # fmt: skip
    holder = None if source.holder is None else _HOLDER
    return replace(source, issued=issued, folder=addresses.award_page(_ID), holder=holder)


def _cut(file: OutputFile) -> tuple[list[str], Filling]:
    """Put places where words stand in a file."""
    return file.path.split(_ID), Filling(_WORDS.sub(_place, file.data.decode()))


def _place(found: re.Match[str]) -> str:
    """Return the place of a word: which of the slots it stands for."""
    return place(3 + int(found[4]) if found[4] else (found.lastindex or 0) - 1)
