"""The form of an event's members, whatever the event is."""

import re
from collections.abc import Mapping
from typing import Any

from obit_build.reading.kinds import MULTIKEY, SLUG, VERSION

_COMMIT = re.compile(r"[0-9a-f]{0,64}")
"""What may be handed to Git as a commit; empty outside of Git."""
_HASH = re.compile(r"[0-9a-f]{1,64}")
_ID = re.compile(r"[a-z2-7]{1,32}")
_FORMS: Mapping[str, re.Pattern[str]] = {
    "badge": SLUG,
    "by": _ID,
    "content": _HASH,
    "definition": _HASH,
    "id": _ID,
    "issuer": SLUG,
    "key": MULTIKEY,
    "main": _COMMIT,
    "public_key_multibase": MULTIKEY,
    "reissues": _ID,
    "sha256": _HASH,
    "token_key": MULTIKEY,
    "token_sha256": _HASH,
    "version": VERSION,
}
"""Member of an event → what its text looks like: some become addresses and names of files."""
_NUMBERS = frozenset(("format", "index", "list", "seq"))


def refuse_other_kinds(event: Mapping[str, Any]) -> None:
    """Raise ValueError or TypeError for a member that is not what its name says.

    ``1.0`` and ``true`` count as the number 1 in Python, so numbers are asked for their type.
    """
    for name, value in event.items():
        form = _FORMS.get(name)
        if form is not None and not form.fullmatch(value):
            raise ValueError
        if name in _NUMBERS and type(value) is not int:
            raise TypeError
