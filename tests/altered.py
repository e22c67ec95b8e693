"""Documents altered in one place, and whether they still mean the same."""

import copy
from collections.abc import Iterator
from typing import Any

from obit_build.errors import CanonicalizationError
from obit_build.securing.canonical import canonicalize

Path = tuple[str | int, ...]
REPLACEMENTS = (
    None,
    True,
    False,
    0,
    2.5,
    "",
    "x",
    "urn:x",
    "2020-01-01T00:00:00Z",
    [],
    {},
    ["x"],
    [None],
    {"id": "urn:x"},
)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every node of a document."""
    yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))


def at(document: Any, path: Path) -> Any:
    for name in path:
        document = document[name]
    return document


def with_value(document: Any, path: Path, value: Any) -> Any:
    """A copy of the document with something else in one place."""
    changed = copy.deepcopy(document)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def without(document: Any, path: Path) -> Any:
    """A copy of the document that lacks one place."""
    changed = copy.deepcopy(document)
    del at(changed, path[:-1])[path[-1]]
    return changed


def meaning(document: dict[str, Any]) -> Any:
    """The graph that was signed, and the proofs beside it; None if it has no clear meaning."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    proofs = document.get("proof")
    try:
        return canonicalize(unsigned), proofs if isinstance(proofs, list) else [proofs]
    except CanonicalizationError:
        return None


def contains(value: Any, part: Any) -> bool:
    if value is part:
        return True
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(contains(item, part) for item in items)


def deleted(document: Any) -> Iterator[tuple[str, Any]]:
    """Every node left out, one at a time."""
    for path in places(document):
        if path:
            yield f"without {path}", without(document, path)


def replaced(document: Any) -> Iterator[tuple[str, Any]]:
    """Every node replaced by values of every kind, and wrapped in brackets of every kind."""
    for path in places(document):
        if not path:
            continue
        old = at(document, path)
        for value in (*REPLACEMENTS, [old], [old, old], {"id": old}, {"@value": old}):
            if value != old or type(value) is not type(old):
                yield f"{path} = {value!r:.60}", with_value(document, path, value)


def duplicated(document: Any) -> Iterator[tuple[str, Any]]:
    """Every item of a list given twice, and every field given again under another name."""
    for path in places(document):
        if not path:
            continue
        changed = copy.deepcopy(document)
        holder, last = at(changed, path[:-1]), path[-1]
        if isinstance(last, int):
            holder.insert(last, copy.deepcopy(holder[last]))
            yield f"{path} twice", changed
        else:
            for name in (last + "2", last.upper(), f"@{last}", f"https://schema.org/{last}"):
                again = copy.deepcopy(document)
                at(again, path[:-1])[name] = copy.deepcopy(at(document, path))
                yield f"{path} also as {name}", again


def moved(document: Any) -> Iterator[tuple[str, Any]]:
    """Every field moved to every other object, and every two items of a list exchanged."""
    holders = [p for p in places(document) if isinstance(at(document, p), dict)]
    for source in holders:
        for name in at(document, source):
            for target in holders:
                changed = copy.deepcopy(document)
                origin, receiver = at(changed, source), at(changed, target)
                value = origin.pop(name)
                if source == target or contains(value, receiver):
                    continue
                receiver[name] = value
                yield f"{(*source, name)} to {target}", changed
    for path in places(document):
        items = at(document, path)
        for number in range(len(items) - 1 if isinstance(items, list) else 0):
            changed = copy.deepcopy(document)
            pair = at(changed, path)
            pair[number], pair[number + 1] = pair[number + 1], pair[number]
            yield f"{path} exchanged at {number}", changed
