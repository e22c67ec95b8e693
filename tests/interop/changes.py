"""One change at a time to a credential, for judges to refuse."""

import copy
import json
import random
import string
from collections.abc import Iterator
from typing import Any

LETTERS = string.ascii_letters + string.digits


def other_character(character: str, draw: random.Random) -> str:
    return draw.choice([c for c in LETTERS if c != character])


def misspelt(text: str, draw: random.Random) -> str:
    """Change one character; an empty text gets one."""
    at = draw.randrange(len(text)) if text else 0
    return text[:at] + other_character(text[at : at + 1], draw) + text[at + 1 :]


def altered(value: Any, draw: random.Random) -> Any:
    """Change a leaf by one character: of a text, or one digit of a number."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return misspelt(value, draw)
    text = json.dumps(value)
    at = draw.choice([i for i, c in enumerate(text) if c.isdigit()])
    digit = draw.choice([c for c in "123456789" if c != text[at]])
    return json.loads(text[:at] + digit + text[at + 1 :])


def places(node: Any, path: tuple = ()) -> Iterator[tuple[tuple, bool]]:
    """List all places of a document: (path, whether its key is meant and not its value)."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        if isinstance(node, dict):
            yield (*path, key), True
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))
        else:
            yield (*path, key), False


def with_change(document: Any, path: tuple, draw: random.Random, *, of_key: bool) -> Any:
    changed = copy.deepcopy(document)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    if of_key:
        parent[misspelt(path[-1], draw)] = parent.pop(path[-1])
    else:
        parent[path[-1]] = altered(parent[path[-1]], draw)
    return changed


def raw_edits(text: str, draw: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Replace, delete or insert one character anywhere in the file's text."""
    # Without "@": to JSON-LD, and so to this verifier, "@id" and "id" are the same word.
    alphabet = LETTERS + ' \n"\\{}[],:.-+#/é\u2028'
    for _ in range(count):
        at, new = draw.randrange(len(text)), draw.choice(alphabet)
        kind = draw.choice(("replaced", "deleted", "inserted"))
        rest = text[at:] if kind == "inserted" else text[at + 1 :]
        yield f"{kind} at {at}", text[:at] + ("" if kind == "deleted" else new) + rest


def means_the_same(text: str, document: Any) -> bool:
    """Whether the text is still JSON for the same document, such as after a change of space."""
    try:
        return json.loads(text) == document
    except ValueError:
        return False
