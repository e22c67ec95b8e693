"""Former versions of files, and messages of commits, that name somebody.

Everything that Git remembers is looked through for listed names and addresses; former versions of
the public files also for whatever looks like an address. One finding stands for all versions of a
file. What was found is never shown, and neither is a path that names somebody.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from obit_build.centre.names import PEOPLE
from obit_build.checks.people import is_public
from obit_build.people.naming import Persons, Places
from obit_build.problems import Location

Kind = Literal["name", "address"]
MAX_FINDINGS = 100

RULES: dict[str, str] = {
    "history-names-no-person": "No former version of a file, and no message of a commit, names a recipient.\n\nWhat was once pushed stays: a later commit that removes a name leaves it in the history. Rewrite the history before others see it; docs/how-to/forget-a-person.md says how, and what can't be taken back.",
}
_CONTACT = re.compile(r"^\s*(?:- )?[{\s]*(?:email|contact)\s*:", re.MULTILINE)


@dataclass(slots=True)
class Trace:
    """What was found in the versions of one file, or in one message."""

    kind: Kind
    location: Location
    newest: str
    """The id of the object that was met first: Git lists what is new first."""
    versions: set[str] = field(default_factory=set)


def traces(
    objects: Iterable[tuple[str, str, bytes]], persons: Persons, *, prefix: str, own_list: str
) -> list[Trace]:
    """Look through (id, path, bytes) of all objects; an empty path means a message.

    ``prefix`` is where the centre's folder lies in the repository, ``own_list`` where the people
    list lies in that folder, or empty: its own versions are left alone.
    """
    found: dict[tuple[str, Kind], Trace] = {}
    for name, path, data in objects:
        own = path.removeprefix(prefix) if path.startswith(prefix) else ""
        if b"\0" in data[:8000] or (own and own == own_list):
            continue
        text = data.decode("utf-8-sig", "replace")
        shown = _shown(path, persons) or f"commit {name[:12]}"
        if path and shown != path:
            _add(found, "name", name, Location(shown))
        for kind, location in _in_text(text, shown, own, persons):
            _add(found, kind, name, location)
    return list(found.values())[:MAX_FINDINGS]


def _add(found: dict[tuple[str, Kind], Trace], kind: Kind, name: str, at: Location) -> None:
    trace = found.setdefault((at.path, kind), Trace(kind, at, name))
    trace.versions.add(name)


def _shown(path: str, persons: Persons) -> str:
    """Return a path as it may be shown: other words in its place if it names somebody."""
    named = any(persons.names_in(path)) or any(persons.addresses_in(path))
    return "(a file that is named after a recipient)" if named else path


def _in_text(text: str, shown: str, own: str, persons: Persons) -> Iterator[tuple[Kind, Location]]:
    places = Places(shown, text)
    for span in persons.names_in(text):
        yield "name", places.of(span)
    everything = bool(own) and (own == PEOPLE or (is_public(own) and own.endswith(".yaml")))
    for span in persons.addresses_in(text, listed=not everything):
        if (
            everything
            and own != PEOPLE
            and _is_contact(text, span[0])
            and not _listed(text, span, persons)
        ):
            continue  # the address of a body, perhaps a former one
        yield "address", places.of(span)


def _is_contact(text: str, start: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return bool(_CONTACT.match(line))


def _listed(text: str, span: tuple[int, int], persons: Persons) -> bool:
    return any(persons.addresses_in(text[span[0] : span[1]], listed=True))
