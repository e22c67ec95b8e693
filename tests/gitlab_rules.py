"""The conditions and variables of GitLab's CI files, as far as the shipped recipe uses them.

``$NAME``, texts, ``== != =~ !~ && ||``. Anything else is an error, so that no rule is ever guessed. What
is not set is nothing, which is neither a text nor matched by a pattern.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Variables = Mapping[str, str]

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>==|!=|=~|!~|&&|\|\|)|\$(?P<name>\w+)|"(?P<text>[^"]*)"|/(?P<pattern>[^/]*)/)"""
)
_REFERENCE = re.compile(r"\$(?:(?P<escaped>\$)|(?P<name>\w+)|\{(?P<braced>\w+)\})")


def expanded(variables: Variables) -> dict[str, str]:
    """Put the values of variables into the variables that name them; ``$$`` is a dollar."""
    return {name: _value(name, variables, ()) for name in variables}


def _value(name: str, variables: Variables, above: tuple[str, ...]) -> str:
    assert name not in above, f"variables name each other in a circle: {above}"

    def put(found: re.Match[str]) -> str:
        other = found["name"] or found["braced"]
        return "$" if found["escaped"] else _value(other, variables, (*above, name))

    return _REFERENCE.sub(put, variables.get(name, ""))


def chosen(rules: list[dict[str, Any]], variables: Variables) -> dict[str, Any] | None:
    """Return the first rule that holds; None if none does: then there is no pipeline, or no job."""
    for rule in rules:
        assert set(rule) <= {"if", "variables"}, f"not understood: {rule}"
        if holds(rule["if"], variables):
            return rule
    return None


def holds(expression: str, variables: Variables) -> bool:
    """Decide an ``if:``; ``&&`` binds stronger than ``||``."""
    tokens = list(_tokens(expression))
    groups: list[list[bool]] = [[]]
    while tokens:
        first, mark, second, *tokens = _three(tokens, expression)
        groups[-1].append(_compared(first, mark[1], second, variables))
        if tokens:
            (kind, joint), *tokens = tokens
            if kind != "mark" or joint not in ("&&", "||") or not tokens:
                raise ValueError(f"not understood: {expression}")
            groups += [[]] if joint == "||" else []
    return any(all(group) for group in groups)


Token = tuple[str, str]


def _tokens(expression: str) -> Iterator[Token]:
    rest = expression.rstrip()
    while rest:
        found = _TOKEN.match(rest)
        if found is None:
            raise ValueError(f"not understood: {rest}")
        kind = str(found.lastgroup)
        yield kind, found[kind]
        rest = rest[found.end() :]


def _three(tokens: list[Token], expression: str) -> list[Token]:
    if [kind for kind, _ in tokens[1:2]] != ["mark"] or len(tokens) < 3:
        raise ValueError(f"not understood: {expression}")
    return tokens


def _compared(first: Token, mark: str, second: Token, variables: Variables) -> bool:
    value, other = _meant(first, variables), _meant(second, variables)
    if mark in ("==", "!=") and second[0] != "pattern":
        return (value == other) is (mark == "==")
    if mark in ("=~", "!~") and second[0] == "pattern":
        found = value is not None and re.search(str(other), value) is not None
        return found is (mark == "=~")
    raise ValueError(f"not understood: {mark}")


def _meant(token: Token, variables: Variables) -> str | None:
    kind, text = token
    return variables.get(text) if kind == "name" else text
