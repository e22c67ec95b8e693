"""The text of a credential, cut where its award's own texts stand, without reading it as JSON.

Our credentials have one member on a line. Those of one session are the same texts but for an id, a
holder, what the person did, the values of results, a place on the status list and the signature. A
:class:`Cut` keeps all the rest as the *kind*: texts of equal kinds are the same JSON with other
strings in the same places, whatever they say and whoever wrote them, since a piece of a kind ends
inside of a string, and what is cut out can't end that string.
"""

import functools
import json
import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from obit_build.strict_json import JsonObject

_OWN: Final = re.compile(
    rb'(\n(?:  "id"|    "(?:id|narrative|statusListIndex)"|      "proofValue"'
    rb'|        "(?:identityHash|salt|value)"): ")((?:[^"\\]++|\\.)*+)(?=")'
)
"""Where an own text may stand. More are found than are meant: whoever uses them chooses."""

_SPELLED: Final = re.compile(rb"[\x00-\x1f\\]")
"""What a text can't hold as it is."""

Kind = tuple[bytes, ...]
Path = tuple[str, ...]
"""The names of the members that lead to a text; places in lists are left out."""


class Cut(NamedTuple):
    """A text in pieces."""

    kind: Kind
    """All but the texts that were cut out."""
    texts: tuple[bytes, ...]
    """These, as JSON spells them."""

    def joined(self, texts: Sequence[bytes]) -> bytes:
        """Return the text with these in the places of what was cut out."""
        pieces = list(self.kind)
        for number, text in enumerate(texts):
            pieces[2 * number + 1] += text
        return b"".join(pieces)

    def document(self, texts: Sequence[str]) -> JsonObject:
        """Read the text with these in the places of what was cut out."""
        written = [json.dumps(text)[1:-1].encode() for text in texts]
        document: JsonObject = json.loads(self.joined(written))
        return document


@functools.lru_cache(maxsize=1)  # what was just made is verified next
def cut(text: bytes) -> Cut:
    """Cut a credential's text, which may be any bytes."""
    pieces = _OWN.split(text)
    texts = tuple(pieces[2::3])
    del pieces[2::3]
    return Cut(tuple(pieces), texts)


def said(texts: Sequence[bytes]) -> list[str]:
    """Return what texts say that JSON spells so; raise ValueError for what is no JSON, or no UTF-8."""
    if _SPELLED.search(b"".join(texts)):
        return [json.loads(b'"%s"' % text) for text in texts]
    return [text.decode() for text in texts]


def paths(document: Any, texts: Sequence[str]) -> list[Path | None]:
    """Return for each text where it stands; None for one that stands in no place, or in several."""
    found: dict[str, list[Path]] = {}
    rest: list[tuple[Path, Any]] = [((), document)]
    while rest:
        path, item = rest.pop()
        if isinstance(item, dict):
            rest += [((*path, name), value) for name, value in item.items()]
        elif isinstance(item, list):
            rest += [(path, value) for value in item]
        elif isinstance(item, str):
            found.setdefault(item, []).append(path)
    return [one[0] if len(one := found.get(text, [])) == 1 else None for text in texts]
