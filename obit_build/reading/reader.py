"""Nodes → dataclasses, by their declared fields.

One declaration drives the reading, the hints and the reference. A value that can't be read
becomes a :class:`Problem` and the reading goes on, so that all mistakes show at once.
"""

import dataclasses
import difflib
import functools
import re
import types
import typing
from collections.abc import Iterable

from obit_build.model.words import Colour, Language, Slug, Term, Text
from obit_build.problems import Location, Problem
from obit_build.reading.kinds import CONVERTERS, LANGUAGE, NotThis, shown
from obit_build.reading.nodes import Mapping, Node, Scalar, Sequence

T = typing.TypeVar("T")


@functools.cache
def hints_of(kind: type) -> dict[str, typing.Any]:
    """Return the types of a record's fields; looking them up takes as long as reading them."""
    return typing.get_type_hints(kind)


@functools.cache
def fields_of(kind: type) -> dict[str, dataclasses.Field[typing.Any]]:
    """Return the declared fields of a record, by name."""
    return {f.name: f for f in dataclasses.fields(kind) if "about" in f.metadata}


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the most similar of ``words``, if any is similar."""
    found = difflib.get_close_matches(word.lower(), list(words), 1, cutoff=0.6)
    return found[0] if found else None


class Reader:
    """Reads the nodes of one file; what is wrong gathers in ``problems``."""

    def __init__(self, path: str, default_language: str) -> None:
        self.path = path
        self.default_language = default_language
        self.problems: list[Problem] = []

    def read(self, node: Node | None, kind: type[T]) -> T | None:
        """Read a whole file as ``kind``; ``None`` if anything was wrong."""
        if node is None:
            if not self.problems:
                self.wrong(
                    Location(self.path),
                    "field-is-there",
                    "the file is empty",
                    f"add {', '.join(self._needed(kind))}",
                )
            return None
        value = self.value(node, kind, {})
        return value if not self.problems else None

    def wrong(self, at: Location, check: str, message: str, fix: str) -> None:
        """Record a finding."""
        self.problems.append(Problem(location=at, check=check, message=message, fix=fix))

    def value(
        self, node: Node, kind: typing.Any, metadata: typing.Mapping[str, typing.Any]
    ) -> typing.Any:
        """Read one value as its declared type."""
        origin = typing.get_origin(kind)
        if isinstance(kind, types.UnionType) or origin is typing.Union:
            return self._union(
                node, [k for k in typing.get_args(kind) if k is not types.NoneType], metadata
            )
        if origin is tuple:
            return self._items(node, typing.get_args(kind)[0], metadata)
        if origin is typing.Literal:
            return self._choice(node, typing.get_args(kind))
        if kind is Text:
            return self._text(node)
        if dataclasses.is_dataclass(kind):
            return self._record(node, typing.cast(type, kind))
        if kind is Term:
            return self._term(node, metadata.get("terms", ()))
        return self._scalar(node, kind)

    def _scalar(self, node: Node, kind: type) -> typing.Any:
        said, convert = CONVERTERS[kind]
        if not isinstance(node, Scalar) or node.is_null:
            return self.wrong(
                node.location,
                "field-has-its-kind",
                f"expected {said}",
                "write it on one line, after the colon",
            )
        try:
            return convert(node.value)
        except NotThis as no:
            return self.wrong(node.location, no.check, no.message, no.fix)

    def _union(
        self, node: Node, kinds: list[typing.Any], metadata: typing.Mapping[str, typing.Any]
    ) -> typing.Any:
        """Choose by shape: a map is a record, a listed word is that word, the rest is a scalar."""
        records = [k for k in kinds if dataclasses.is_dataclass(k) and k is not Text]
        if isinstance(node, Mapping) and records:
            return self.value(node, records[0], metadata)
        plain = [k for k in kinds if k not in records]
        for kind in plain:
            if (
                typing.get_origin(kind) is typing.Literal
                and isinstance(node, Scalar)
                and node.value in typing.get_args(kind)
            ):
                return node.value
        others = [k for k in plain if typing.get_origin(k) is not typing.Literal]
        return self.value(node, (others or plain or records)[0], metadata)

    def _items(
        self, node: Node, kind: typing.Any, metadata: typing.Mapping[str, typing.Any]
    ) -> typing.Any:
        if isinstance(node, Scalar) and kind in (str, Text, Language, Slug) and not node.is_null:
            return (self.value(node, kind, metadata),)  # one value needs no list
        if not isinstance(node, Sequence):
            return self.wrong(
                node.location,
                "field-has-its-kind",
                "expected a list",
                'start each item on its own line with "- "',
            )
        if len(node.items) < metadata.get("least", 0):
            return self.wrong(
                node.location,
                "field-has-its-kind",
                "the list is empty",
                'add an item on its own line with "- "',
            )
        return tuple(self.value(item, kind, metadata) for item in node.items)

    def _choice(self, node: Node, choices: tuple[str, ...]) -> typing.Any:
        if isinstance(node, Scalar) and node.value in choices:
            return node.value
        given = node.value if isinstance(node, Scalar) else "this"
        near = nearest(given, choices)
        hint = f'did you mean "{near}"?' if near else f"write one of: {', '.join(choices)}"
        return self.wrong(
            node.location,
            "choice-is-one-of-the-list",
            f'"{shown(given)}" is not one of the choices',
            hint,
        )

    def _term(self, node: Node, terms: tuple[str, ...]) -> typing.Any:
        value = self._scalar(node, str)
        if value is None:
            return None
        if value in terms or re.fullmatch(r"ext:[A-Za-z0-9._:-]+", value):
            return Term(value)
        near = nearest(value, terms) or next((t for t in terms if t.lower() == value.lower()), None)
        hint = (
            f'did you mean "{near}"?'
            if near
            else f'write one of: {", ".join(terms)}; or begin with "ext:"'
        )
        return self.wrong(
            node.location,
            "term-is-in-the-vocabulary",
            f'"{shown(value)}" is not a word of the standard',
            hint,
        )

    def _text(self, node: Node) -> Text | None:
        if isinstance(node, Scalar):
            value = self._scalar(node, str)
            return None if value is None else Text({self.default_language: value})
        if not isinstance(node, Mapping):
            self.wrong(
                node.location,
                "field-has-its-kind",
                "expected a text",
                "write a text, or one text per language: {fr: ..., nl: ...}",
            )
            return None
        texts: dict[str, str] = {}
        for key, item in node.items:
            if not LANGUAGE.fullmatch(key.value):
                self.wrong(
                    key.location,
                    "language-is-a-tag",
                    f'"{shown(key.value)}" is not a language tag',
                    "write texts per language as fr: ..., nl: ..., en: ...",
                )
            value = self._scalar(item, str)
            if value is not None:
                texts[key.value] = value
        if not node.items:
            self.wrong(
                node.location,
                "text-is-not-empty",
                "the text is empty",
                "fill it in, or remove the field",
            )
        return Text(texts) if texts else None

    def _record(self, node: Node, kind: type) -> typing.Any:
        declared, hints = fields_of(kind), hints_of(kind)
        short = next((f for f in declared.values() if f.metadata["shorthand"]), None)
        if short and self._is_shorthand(node, hints[short.name], declared):
            value = self.value(node, hints[short.name], short.metadata)
            return self._build(
                kind, {short.name: value}, {short.name: node.location}, node.location
            )
        if not isinstance(node, Mapping):
            return self.wrong(
                node.location,
                "field-has-its-kind",
                f"expected the fields of {article(kind)}",
                "write them as name: value, one per line",
            )
        given: dict[str, typing.Any] = {}
        where: dict[str, Location] = {}
        for key, item in node.items:
            found = declared.get(key.value)
            if found is None:
                self._unknown(key, kind, declared)
            elif not (
                isinstance(item, Scalar)
                and item.is_null
                and found.default is not dataclasses.MISSING
                # Unquoted, a colour is a comment, and seems to have been left out.
                and Colour not in typing.get_args(hints[key.value])
            ):
                given[key.value] = self.value(item, hints[key.value], found.metadata)
                where[key.value] = item.location
        return self._build(kind, given, where, node.location)

    def _is_shorthand(self, node: Node, kind: typing.Any, declared: dict[str, typing.Any]) -> bool:
        if isinstance(node, Scalar):
            return True
        if kind is not Text or not isinstance(node, Mapping):
            return False
        keys = [key.value for key, _ in node.items]
        return (
            bool(keys)
            and not set(keys) & declared.keys()
            and all(LANGUAGE.fullmatch(k) for k in keys)
        )

    def _unknown(self, key: Scalar, kind: type, declared: dict[str, typing.Any]) -> None:
        near = nearest(key.value, declared)
        hint = f'did you mean "{near}"?' if near else f"it has: {', '.join(declared)}"
        self.wrong(
            key.location,
            "field-is-known",
            f'{article(kind)} has no field "{shown(key.value)}"',
            hint,
        )

    def _needed(self, kind: type) -> list[str]:
        return [f.name for f in fields_of(kind).values() if f.default is dataclasses.MISSING]

    def _build(
        self, kind: type, given: dict[str, typing.Any], where: dict[str, Location], at: Location
    ) -> typing.Any:
        missing = [name for name in self._needed(kind) if name not in given]
        for name in missing:
            self.wrong(
                at, "field-is-there", f'{article(kind)} needs "{name}"', f"add a line {name}: ..."
            )
        if missing or any(value is None for value in given.values()):
            return None  # what is wrong has been recorded
        extra: dict[str, typing.Any] = {}
        for f in dataclasses.fields(kind):
            if f.metadata.get("place"):
                extra[f.name] = at
            elif f.metadata.get("places"):
                extra[f.name] = where
        return kind(**given, **extra)


ARTICLES = {
    "AwardEntry": "a line of an award", "AwardFile": "an award file", "Profile": "an issuer",
    "Achievement": "a badge", "Settings": "obit.yaml", "ImageFile": "an image",
    "KeyDeclaration": "a key", "IdentifierEntry": "an identifier", "ResultDescription": "a result description",
    "RubricCriterionLevel": "a rubric level", "Decision": "a decision", "Former": "a replaced award",
    "Privacy": "privacy", "Legal": "the legal notice", "Defaults": "defaults", "Evidence": "evidence", "Criteria": "criteria",
    "PathwayStep": "a step of a pathway", "Palette": "a palette", "Theme": "a theme",
    "ForgeRepository": "a repository",
}  # fmt: skip


def article(kind: type) -> str:
    """Name a record for people: ``a badge``, ``an alignment``."""
    name = kind.__name__
    if name in ARTICLES:
        return ARTICLES[name]
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name.lower()}"
