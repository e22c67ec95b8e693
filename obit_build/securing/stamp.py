"""Canonical N-Quads of documents that look alike: worked out once, then filled in.

A badge's credentials differ in a few texts and addresses. For each *form* (the same members in the
same order, the same types, numbers and contexts) a :class:`~obit_build.securing.template.Template` is made
once; filling it in gives what the full way of :mod:`obit_build.securing.canonical` would have given, many
times as fast.

Whatever is in doubt goes the full way, which also says what is wrong: a form that is new, an
address that could mean something else in another context, two blank nodes that look alike, a
character that is not allowed.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from obit_build.securing import canonical
from obit_build.securing.template import InDoubtError, Template, compiled
from obit_build.strict_json import JsonObject

MAX_FORMS = 256
"""Forms that are remembered; a hostile folder of thousands must not fill the memory."""
MAX_VALUES = 2_000
"""Texts and addresses in a document; larger ones are rare and go the full way."""

_DICT, _LIST, _END = 1, 2, 3
_ALWAYS_STATIC = ("type", "@context")

Key = tuple[Any, ...]


def form_of(document: JsonObject) -> tuple[Key, list[str]]:
    """Take a document apart: what is alike in all documents of its form, and its own texts.

    Raises InDoubtError for what only the full way can judge.
    """
    key: list[Any] = []
    values: list[str] = []
    _walk(document, key, values)
    if len(values) > MAX_VALUES:
        raise InDoubtError
    return tuple(key), values


def _walk(item: JsonObject, key: list[Any], values: list[str]) -> None:
    for name, value in item.items():
        key.append(name)
        kind = type(value)
        if name in _ALWAYS_STATIC:
            key.append(_fixed(value))
        elif isinstance(value, str):
            values.append(value)
        elif kind is dict:
            _walk_part(value, key, values)
        elif kind is list:
            key.append(_LIST)
            for entry in value:
                if isinstance(entry, str):
                    key.append("")  # no member has this name
                    values.append(entry)
                elif type(entry) is dict:
                    _walk_part(entry, key, values)
                else:
                    key.append(_fixed(entry))
            key.append(_END)
        else:
            key.append(_fixed(value))


def _walk_part(part: JsonObject, key: list[Any], values: list[str]) -> None:
    key.append(_DICT)
    _walk(part, key, values)
    key.append(_END)


def _fixed(value: Any) -> Any:
    """Return something that is equal for equal values of one type only (1 is not True)."""
    kind = type(value)
    if isinstance(value, str):
        return ("str", value)
    if kind in (bool, int, float):
        return (kind.__name__, repr(value))
    if kind is list and all(isinstance(entry, str) for entry in value):
        return ("list", *value)
    raise InDoubtError


def with_texts(document: JsonObject, texts: Sequence[str]) -> JsonObject:
    """Copy a document with other texts in the places of those that :func:`form_of` found."""
    copy: JsonObject = _with_texts(document, iter(texts))
    return copy


def _with_texts(item: Any, texts: Iterator[str]) -> Any:
    if isinstance(item, str):
        return next(texts)
    if isinstance(item, list):
        return [_with_texts(entry, texts) for entry in item]
    if not isinstance(item, dict):
        return item
    return {
        name: value if name in _ALWAYS_STATIC else _with_texts(value, texts)
        for name, value in item.items()
    }


class Stamper:
    """Canonicalises documents, remembering the forms that it has met.

    A form is worked out when it is met for the ``after``-th time, since that costs as much as two
    documents; the very same document again counts for nothing, as when it is signed and read back.
    Texts that only the full way may judge stand in the form's name.
    """

    def __init__(self, *, after: int = 2) -> None:
        self._after = after
        self._met: dict[Key, tuple[int, int]] = {}
        """Form → how often it was met, and the hash of the texts that it had last."""
        self._kept: dict[Key, tuple[int, ...]] = {}
        self._templates: dict[tuple[Key, tuple[str, ...]], Template] = {}
        self.stamped = 0
        """How many documents did not have to go the full way."""

    def canonicalize(self, document: JsonObject) -> str:
        """Return the canonical N-Quads, as :func:`canonical.canonicalize` does, and raise what it raises."""
        try:
            key, values = form_of(document)
            template = self._template(document, key, values)
            if template is not None:
                text = template.fill(values).decode()
                self.stamped += 1
                return text
        except InDoubtError:
            pass
        return canonical.canonicalize(document)

    def _template(self, document: JsonObject, key: Key, values: Sequence[str]) -> Template | None:
        kept = self._kept.get(key)
        if kept is not None:
            whole = (key, tuple([values[position] for position in kept]))
            if whole in self._templates:
                return self._templates[whole]
        if not self._is_due(key, hash(tuple(values))):
            return None
        full = canonical.canonicalize(document)  # raises what is wrong with it
        template = compiled(partial(with_texts, document), values, full)
        if template is not None:
            marked = {*template.addresses, *template.texts}
            self._kept[key] = tuple([p for p in range(len(values)) if p not in marked])
            self._templates[key, tuple([values[p] for p in self._kept[key]])] = template
        return template

    def _is_due(self, key: Key, said: int) -> bool:
        """Count; after the first time, ever more seldom: some documents of a form can't be a pattern."""
        if max(len(self._met), len(self._templates)) >= MAX_FORMS:
            for table in (self._met, self._kept, self._templates):
                table.clear()
        met, last = self._met.get(key, (0, None))
        if said == last:
            return False
        met += 1
        self._met[key] = met, said
        return met >= self._after and (met & (met - 1)) == 0


_REMEMBERED = Stamper()


def canonicalize(document: JsonObject) -> str:
    """Return the canonical N-Quads of a document, remembering forms for the rest of the process.

    The same text and the same errors as :func:`canonical.canonicalize`; what is remembered changes
    nothing but the time.
    """
    return _REMEMBERED.canonicalize(document)
