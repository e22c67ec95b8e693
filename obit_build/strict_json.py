"""JSON that means one thing only: the subset that every verifier reads alike.

Refused: duplicate members (which one counts?), ``NaN`` and infinities, numbers that a double
can't hold, lone surrogates, control characters in text, nesting deeper than 64, a byte order
mark, anything but UTF-8, and anything but an object at the top.
"""

import json
import re
from typing import Any

from obit_build.errors import CanonicalizationError

JsonObject = dict[str, Any]

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
MAX_SAFE_INTEGER = 2**53 - 1

# RDFC-1.0 escapes these and some implementations don't (standards reference, 6.3 and 6.4).
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"\\[ubf]")
"""How a string can hold a forbidden character that its text does not hold."""
FIX = "ask the issuer for an intact copy of the credential"


def parse(data: bytes | str, *, limit: int = MAX_BYTES) -> JsonObject:
    """Read one JSON object; raise :class:`CanonicalizationError` for anything ambiguous."""
    text = _decoded(data, limit)
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_decimal,
        )
    except json.JSONDecodeError as error:
        raise CanonicalizationError(
            f"the text is not JSON (line {error.lineno}, column {error.colno})", fix=FIX
        ) from None
    except RecursionError:  # pragma: no cover - the depth check comes first
        raise CanonicalizationError("the JSON is nested too deep", fix=FIX) from None
    if not isinstance(value, dict):
        raise CanonicalizationError("the JSON is not an object", fix=FIX)
    if FORBIDDEN.search(text) or ("\\" in text and _ESCAPED.search(text)):
        _check_strings(value)
    return value


def _decoded(data: bytes | str, limit: int) -> str:
    if len(data) > limit:
        raise CanonicalizationError(f"the JSON is larger than {limit} bytes", fix=FIX)
    if isinstance(data, str):
        return data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise CanonicalizationError("the JSON is not UTF-8 text", fix=FIX) from None
    if text.startswith("\ufeff"):
        raise CanonicalizationError("the JSON begins with a byte order mark", fix=FIX)
    return text


def _check_depth(text: str) -> None:
    """Count brackets outside strings, before a recursive parser sees them.

    A string that never ends runs to the end of the text: looking for its end again from each
    quotation mark in it would take quadratic time.
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', text, re.DOTALL):
        first = token.group()[0]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise CanonicalizationError(
                    f"the JSON is nested more than {MAX_DEPTH} levels deep", fix=FIX
                )
        elif first in "]}":
            depth -= 1


def _without_duplicates(pairs: list[tuple[str, Any]]) -> JsonObject:
    members: JsonObject = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise CanonicalizationError(f'the JSON gives "{_shown(twice)}" twice', fix=FIX)
    return members


def _refuse_constant(name: str) -> Any:
    raise CanonicalizationError(f"the JSON holds {name}, which is not a number", fix=FIX)


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_SAFE_INTEGER:
        raise CanonicalizationError(
            "the JSON holds a number that programs read differently", fix=FIX
        )
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")) or len(digits) > 32:
        raise CanonicalizationError(
            "the JSON holds a number that programs read differently", fix=FIX
        )
    return number


def _check_strings(value: Any) -> None:
    """Walk without recursion: the depth is capped, the width is not."""
    rest: list[Any] = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, str):
            found = FORBIDDEN.search(item)
            if found:
                raise CanonicalizationError(
                    f"a text holds the character U+{ord(found.group()):04X}, "
                    "which signing programs write differently",
                    fix=FIX,
                )
        elif isinstance(item, dict):
            rest.extend(item)
            rest.extend(item.values())
        elif isinstance(item, list):
            rest.extend(item)


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:60]
