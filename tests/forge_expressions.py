"""The expressions of workflow files, as far as the shipped ones use them.

Names, texts, ``== != && || !``, parentheses, ``format`` and the four functions that ask how it went so far.
Anything else is an error, so that no condition is ever guessed. What is not set is an empty text, as on a
forge.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Value = str | bool
Context = Mapping[str, Any]
Status = Mapping[str, bool]
"""``success``, ``failure``, ``always``, ``cancelled`` → what the function answers."""

_TOKEN = re.compile(r"\s*(?:(==|!=|&&|\|\||[!(),])|'([^']*)'|([A-Za-z_][\w.-]*))")
_WHOLE = re.compile(r"\s*\$\{\{(.*)\}\}\s*", re.DOTALL)
_ASKS = re.compile(r"\b(?:success|failure|always|cancelled)\(\)")


def filled(text: str, context: Context) -> str:
    """Put the values in the place of every ``${{ … }}`` of a text."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(evaluate(found[1], context)), text)


def condition(text: str | None, context: Context, status: Status) -> bool:
    """Decide an ``if:``. One that does not ask how it went means "if all went well, and …"."""
    if text is None:
        return status["success"]
    whole = _WHOLE.fullmatch(text)
    expression = whole[1] if whole else text
    holds = bool(evaluate(expression, context, status))
    return holds if _ASKS.search(expression) else holds and status["success"]


def evaluate(expression: str, context: Context, status: Status | None = None) -> Value:
    """Return the value of an expression; raise ValueError for one that is not understood."""
    reader = _Reader(expression, context, status or {})
    value = reader.either()
    if reader.token != ("", "", ""):
        raise ValueError(f"not understood from {reader.token}: {expression}")
    return value


def shown(value: Value) -> str:
    """Write a value as a forge does."""
    return str(value).lower() if isinstance(value, bool) else value


class _Reader:
    """Reads from left to right, one method for each strength of binding."""

    def __init__(self, expression: str, context: Context, status: Status) -> None:
        self._rest, self._context, self._status = expression, context, status
        self._advance()

    def _advance(self) -> None:
        found = _TOKEN.match(self._rest)
        if not found and self._rest.strip():
            raise ValueError(f"not understood: {self._rest}")
        self.token = tuple(part or "" for part in found.groups()) if found else ("", "", "")
        self._is_text = found is not None and found[2] is not None
        self._rest = self._rest[found.end() :] if found else ""

    def _accept(self, mark: str) -> bool:
        if self.token[0] != mark:
            return False
        self._advance()
        return True

    def either(self) -> Value:
        value = self._both()
        while self._accept("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Value:
        value = self._compared()
        while self._accept("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Value:
        value = self._single()
        compare: dict[str, Callable[[Value, Value], bool]] = {
            "==": lambda one, other: one == other,
            "!=": lambda one, other: one != other,
        }
        while self.token[0] in compare:
            mark = self.token[0]
            self._advance()
            value = compare[mark](value, self._single())
        return value

    def _single(self) -> Value:
        if self._accept("!"):
            return not self._single()
        if self._accept("("):
            value = self.either()
            self._expect(")")
            return value
        text, name, is_text = self.token[1], self.token[2], self._is_text
        self._advance()
        if is_text:
            return text
        if self._accept("("):
            return self._formatted() if name == "format" else self._asked(name)
        return self._looked_up(name)

    def _asked(self, name: str) -> bool:
        self._expect(")")
        return self._status[name]

    def _formatted(self) -> str:
        pattern, values = shown(self.either()), []
        while self._accept(","):
            values.append(shown(self.either()))
        self._expect(")")
        return re.sub(r"\{(\d+)\}", lambda place: values[int(place[1])], pattern)

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            raise ValueError(f"{mark} is missing before {self.token}")

    def _looked_up(self, name: str) -> Value:
        if not name:
            raise ValueError(f"a value is missing before {self.token}")
        first, *more = name.split(".")
        value = self._context[first]  # a context that nobody provides is an error, a member is not
        for part in more:
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        if not isinstance(value, str | bool):
            raise ValueError(f"{name} is no text")
        return value
