"""What awards of one session show: made in full twice, then filled in.

Awards of one badge, one day and one state have pages, small pages and oEmbed answers that differ in the
award's id, in what the person did, in the values of results and in a name that may be shown. So all of
these files are made once for an award that does not exist, with a word in each of these places; for the
others the words are replaced. No view is made and no template is asked any more.

Nothing is taken for granted. A kind is all else that the files could show: the document without what is
each award's own, and what the ledger and the repository say. What was made with words counts only if it was
filled in by the same plates (:mod:`~obit_build.website.stamped_pages`), so that no template has
looked at one of the words, and if it gives the very files of the award at hand.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from markupsafe import escape

from obit_build import addresses
from obit_build.credentials import documents
from obit_build.strict_json import JsonObject
from obit_build.website.award_pages import AwardSource
from obit_build.website.editions import Words
from obit_build.website.files import OutputFile
from obit_build.website.stamped_pages import PageStamper

MAX_KINDS = 128
"""Kinds that are remembered: each takes as much memory as the files of one award."""

# Letters and digits: nothing changes these on the way into a page or an address.
_WORD = "obitslotfor"
_ID, _NARRATIVE, _HOLDER, _RESULT = (_WORD + x for x in ("id", "narrative", "holder", "result"))
_WORDS = re.compile(f"({_ID})|<p>({_NARRATIVE})</p>|({_HOLDER})|{_RESULT}([0-9]+)x")
_PLAIN_ID = re.compile("[a-z0-9]+")
_OWN = ("id", "proof", "credentialStatus")
"""Members of a credential that are each award's own, and that no page shows."""
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
"""The id, the narrative and the name as they stand in HTML, then the values of the results."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The files of one kind: path and content, each cut where something of the award stands."""

    files: tuple[tuple[list[str], list[bytes], tuple[int, ...]], ...]

    def fill(self, award_id: str, slots: Slots) -> list[OutputFile]:
        """Return the files of one award."""
        made = []
        for path, pieces, places in self.files:
            content = [b""] * (2 * len(pieces) - 1)
            content[::2] = pieces
            content[1::2] = [slots[place] for place in places]
            made.append(OutputFile(award_id.join(path), b"".join(content)))
        return made


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

    def of(self, source: AwardSource) -> list[OutputFile]:
        """Return the files of one award, as ``make`` returns them."""
        document, slots = blank(source)
        key = _key(source, document)
        if key is None:
            return list(self.make(source))
        sheet = self._sheets.get(key)
        if sheet is not None:
            self.filled += 1
            return sheet.fill(source.issued.id, slots)
        files, plates = self._made(source)
        if all(plates) and not any(_WORD.encode() in slot for slot in slots):
            if len(self._met) >= MAX_KINDS:
                self._met.clear()
                self._sheets.clear()
            met = self._met[key] = self._met.get(key, 0) + 1
            if met & (met - 1) == 0:  # ever more seldom: some kinds can't be learnt
                self._learn(key, _stand_in(source, document), plates, files, slots)
        return files

    def _made(self, source: AwardSource) -> tuple[list[OutputFile], list[object]]:
        """Make the files of an award in full; return them and the plates that were used."""
        with self.stamper.noted() as plates:
            return list(self.make(source)), plates

    def _learn(
        self,
        key: Key,
        source: AwardSource,
        plates: list[object],
        files: list[OutputFile],
        slots: Slots,
    ) -> None:
        """Make the files of an award that does not exist; believe them if they give ``files``."""
        award_id = slots[0].decode()
        made, used = self._made(source)
        if len(used) != len(plates) or any(
            one is not other for one, other in zip(used, plates, strict=True)
        ):
            return
        sheet = _Sheet(tuple(map(_cut, made)))
        if sheet.fill(award_id, slots) == files:
            self._sheets[key] = sheet


def blank(source: AwardSource) -> tuple[JsonObject, Slots]:
    """Return the credential with words in place of what is the award's own, and what stands there."""
    document = {name: value for name, value in source.document.items() if name not in _OWN}
    slots = [source.issued.id.encode(), b"", _escaped(source.holder or "")]
    subject = document.get("credentialSubject")
    if isinstance(subject, dict):
        document["credentialSubject"] = subject = {**subject}
        subject.pop("id", None)
        if narrative := documents.string(subject, "narrative"):
            subject["narrative"] = _NARRATIVE
            slots[1] = Words(narrative).html.encode()
        if "identifier" in subject:
            found = documents.members(subject, "identifier")
            subject["identifier"] = [{"hashed": one.get("hashed")} for one in found]
        if "result" in subject:
            subject["result"] = [
                _blank_result(x, slots) for x in documents.members(subject, "result")
            ]
    return document, slots


def _blank_result(result: Mapping[str, Any], slots: Slots) -> Mapping[str, Any]:
    value = documents.string(result, "value")
    if not value:
        return result
    slots.append(_escaped(value))
    return {**result, "value": f"{_RESULT}{len(slots) - 1}x"}


def _escaped(text: str) -> bytes:
    return str(escape(text)).encode()


def _key(source: AwardSource, document: JsonObject) -> Key | None:
    """Return all that the files of an award can show but what is its own; None if it stands alone."""
    plain = _PLAIN_ID.fullmatch(source.issued.id)
    if not plain or source.reason or source.has_certificate or any(_other_awards(source)):
        return None
    present = source.holder is not None, source.issued.token_sha256 is not None
    return (*_alike(source), *present, json.dumps(document))


def _stand_in(source: AwardSource, document: JsonObject) -> AwardSource:
    """Return the award that does not exist."""
    token = None if source.issued.token_sha256 is None else ""
    issued = replace(
        source.issued, id=_ID, index=-1, sha256="", content="", definition="", key="",
        token_sha256=token, token_key=token,
    )  # fmt: skip
    holder = None if source.holder is None else _HOLDER
    folder = addresses.award_page(_ID)
    return replace(source, issued=issued, document=document, folder=folder, holder=holder)


def _cut(file: OutputFile) -> tuple[list[str], list[bytes], tuple[int, ...]]:
    """Cut a file at the words in it."""
    text = file.data.decode()
    pieces, places, end = [], [], 0
    for found in _WORDS.finditer(text):
        pieces.append(text[end : found.start()].encode())
        number = found.lastindex or 0
        places.append(int(found[4]) if number == 4 else number - 1)
        end = found.end()
    pieces.append(text[end:].encode())
    return file.path.split(_ID), pieces, tuple(places)
