"""Views with marks in place of their texts, to see what a template does with them.

A :class:`Mark` can be shown and nothing else: whoever measures, compares, changes or joins it is
told that only the text itself will do (:class:`NeedsTextError`). A template that renders a view
full of marks has therefore not looked at any of the texts, and would arrange others alike.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NoReturn

from markupsafe import Markup

from obit_build.website.editions import Words

BOUNDARY = "\0"
"""Stands around each mark in what is rendered; no text of a page holds it."""
SHOWN, HTML = "t", "h"

Value = str | Words
Key = list[Any]
_END = object()


class InDoubtError(Exception):
    """Values of this kind can't be marked."""


class NeedsTextError(BaseException):
    """A template looks at a text; not an Exception, so that nothing on the way out swallows it."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Mark:
    """Stands for a text that is not empty."""

    __slots__ = ("_kind", "_position")

    def __init__(self, position: int, kind: type[str] = str) -> None:
        self._position = position
        self._kind = kind

    def __html__(self) -> Markup:
        return _mark(self._position, SHOWN)

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> NoReturn:
        if hasattr(self._kind, name):
            raise NeedsTextError(self._position)
        raise AttributeError(name)

    def __getitem__(self, key: object) -> NoReturn:
        if isinstance(key, str):  # how jinja asks for an attribute a second time
            raise TypeError
        raise NeedsTextError(self._position)

    def _refused(self, *_others: object) -> NoReturn:
        raise NeedsTextError(self._position)

    __str__ = __repr__ = __len__ = __iter__ = __contains__ = __hash__ = __eq__ = __ne__ = _refused
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __mul__ = __rmul__ = __mod__ = _refused
    __format__ = __int__ = __float__ = __index__ = __reversed__ = _refused


class _MarkedWords:
    """Stands for :class:`Words` of a known language."""

    __slots__ = ("_position", "attr", "language")

    def __init__(self, position: int, words: Words) -> None:
        self._position = position
        self.language, self.attr = words.language, words.attr

    @property
    def inline(self) -> Markup:
        shown = _mark(self._position, SHOWN)
        return Markup("<span{}>{}</span>").format(self.attr, shown) if self.language else shown

    def __html__(self) -> Markup:
        return _mark(self._position, SHOWN)

    @property
    def html(self) -> Markup:
        return _mark(self._position, HTML)

    def _refused(self, *_others: object) -> NoReturn:
        raise NeedsTextError(self._position)

    text = property(_refused)
    __str__ = __repr__ = __eq__ = __hash__ = __format__ = _refused


def _mark(position: int, part: str) -> Markup:
    return Markup(f"{BOUNDARY}{position}{part}{BOUNDARY}")  # noqa: S704 - numbers and a letter


def shown(value: Value, part: str) -> str:
    """Return what a template shows where a mark stood: Markup as it is, other texts to be escaped."""
    if type(value) is Words:
        return value.html if part == HTML else value.shown
    return value  # type: ignore[return-value]  # no Words: a str or Markup


def take_apart(  # noqa: C901 - a branch for each kind of value; calls would take most of the time
    item: Any, key: Key, values: list[Value], shared: Mapping[int, object]
) -> None:
    """Add to ``key`` what has to be alike for one arrangement, to ``values`` the texts.

    What is ``shared`` (by ``id()``) counts as a whole. Raises InDoubtError for what is neither
    text, number, truth value, record nor tuple of these.
    """
    kind = type(item)
    if kind is str or kind is Markup:
        key.append(kind if item else "")
        if item:
            values.append(item)
    elif item is None or kind is bool:
        key.append(item)
    elif kind is Words:
        key.append((Words, item.language, item.direction))
        values.append(item)
    elif id(item) in shared:
        key.append((_END, id(item)))
    elif kind is int:
        key.append((kind, item))
    elif isinstance(item, str):  # our own kinds of texts behave like their text
        take_apart(str(item), key, values, shared)
    else:
        key.append(kind)
        for entry in item if kind is tuple else _fields(kind)(item):
            if type(entry) is str and entry:  # what most are
                key.append(str)
                values.append(entry)
            elif entry is None or entry is True or entry is False:
                key.append(entry)
            else:
                take_apart(entry, key, values, shared)
        key.append(_END)


def with_marks(item: Any, marks: Iterator[int | None], shared: Mapping[int, object]) -> Any:
    """Copy a view, putting a mark of the next position in place of each text; None keeps the text."""
    kind = type(item)
    if item is None or kind is bool or kind is int or id(item) in shared:
        return item
    if isinstance(item, str | Words):
        if not isinstance(item, Words) and not item:
            return item
        position = next(marks)
        if position is None:
            return item
        if isinstance(item, Words):
            return _MarkedWords(position, item)
        return Mark(position, Markup if kind is Markup else str)
    if kind is tuple:
        return tuple([with_marks(entry, marks, shared) for entry in item])
    names = [field.name for field in dataclasses.fields(item)]
    return kind(**{name: with_marks(getattr(item, name), marks, shared) for name in names})


_GETTERS: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def _fields(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """Return the way to all fields of a record at once."""
    if kind not in _GETTERS:
        if not dataclasses.is_dataclass(kind):
            raise InDoubtError
        names = [field.name for field in dataclasses.fields(kind)]
        get = attrgetter(*names)
        _GETTERS[kind] = get if len(names) > 1 else lambda item: (get(item),)
    return _GETTERS[kind]
