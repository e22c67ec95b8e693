"""What an editor has to know of the files: JSON Schemas, from the fields that the model declares.

An editor with one of these offers fields and choices, shows what each is for and underlines a slip while it is
typed. It never marks what obit takes; what is right beyond a file's own form, such as a code that nobody
has, only ``obit check`` can tell. Draft 7, which editors know best.
"""

import dataclasses
import datetime
import re
import types
import typing
from decimal import Decimal

from obit_build.model.achievement import Achievement
from obit_build.model.award import AwardFile
from obit_build.model.framework import Framework
from obit_build.model.pathway import Pathway
from obit_build.model.profile import Profile
from obit_build.model.settings import Settings
from obit_build.model.words import (
    Code,
    Colour,
    Duration,
    EmailAddress,
    FileName,
    Language,
    PublicKeyMultibase,
    Slug,
    Term,
    Text,
    Url,
)
from obit_build.reading import kinds
from obit_build.reading.reader import article, fields_of, hints_of

Schema = dict[str, typing.Any]

FILES: dict[str, tuple[str, type]] = {
    "settings": ("obit.yaml", Settings),
    "issuer": ("issuers/*/issuer.yaml", Profile),
    "badge": ("badges/*/badge.yaml", Achievement),
    "award": ("badges/*/awards/*.yaml", AwardFile),
    "pathway": ("pathways/*.yaml", Pathway),
    "framework": ("frameworks/*.yaml", Framework),
}
"""What a file is called → where such files lie, and what they hold."""

PLAIN = ("string", "number", "boolean")
"""What a value without quotes may be to an editor; obit takes it as it is typed: ``012``, ``NO``, ``1:30``."""


def _typed(pattern: re.Pattern[str] | str, kinds_of_value: tuple[str, ...] = PLAIN) -> Schema:
    said = pattern if isinstance(pattern, str) else pattern.pattern
    return {"type": list(kinds_of_value), "pattern": f"^(?:{said})$"}


_FORMS: dict[type, Schema] = {
    str: {"type": list(PLAIN), "pattern": r"\S"},
    int: _typed("-?[0-9]{1,9}", ("integer", "string")),
    Decimal: _typed(kinds.NUMBER, ("number", "string")),
    bool: _typed("true|True|TRUE|false|False|FALSE", ("boolean", "string")),
    datetime.date: {**_typed("[0-9]{4}-[0-9]{2}-[0-9]{2}", ("string",)), "format": "date"},
    Url: {
        **_typed(r'[Hh][Tt][Tt][Pp][Ss]?://[^\x00-\x20\x7f<>"{}|\\^`]+', ("string",)),
        "maxLength": 2000,
    },
    Slug: {**_typed(kinds.SLUG), "maxLength": kinds.MAX_SLUG},
    Code: _typed(kinds.CODE),
    Language: _typed(kinds.LANGUAGE),
    Duration: _typed(kinds.DURATION),
    EmailAddress: _typed(kinds.EMAIL),
    Colour: _typed("#?[0-9A-Fa-f]{6}"),
    FileName: _typed(kinds.FILE_NAME),
    PublicKeyMultibase: _typed(kinds.MULTIKEY),
}
SCALARS: dict[type, Schema] = {
    kind: {**form, "patternErrorMessage": f"expected {kinds.CONVERTERS[kind][0]}"}
    for kind, form in _FORMS.items()
}
"""What a value looks like, and what editors say of another one (a word of theirs, unknown to others)."""


def schema(name: str) -> Schema:
    """Return the JSON Schema (draft 7) of one of FILES."""
    writer = _Writer()
    found = writer.record(FILES[name][1])
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": article(FILES[name][1]),
        **found,
        "definitions": dict(sorted(writer.definitions.items())),
    }


def editor_settings(folder: str) -> Schema:
    """Return what Visual Studio Code is told of schemas ``<name>.schema.json`` in ``folder``."""
    return {
        "yaml.schemas": {
            f"{folder}/{name}.schema.json": where for name, (where, _) in FILES.items()
        }
    }


class _Writer:
    """Writes records; those that stand inside others are written once, as definitions."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def record(self, kind: type) -> Schema:
        """Describe a map: its fields, which of them it needs, and no other."""
        hints, declared = hints_of(kind), fields_of(kind)
        needed = [name for name, f in declared.items() if f.default is dataclasses.MISSING]
        found: Schema = {
            "description": _about(kind.__doc__ or ""),
            "type": ["object"],
            "properties": {name: self._field(hints[name], f) for name, f in declared.items()},
            "additionalProperties": False,
        }
        return {**found, "required": needed} if needed else found

    def _field(self, hint: typing.Any, field: dataclasses.Field[typing.Any]) -> Schema:
        """Describe one field. One that has a default may be left empty, but a colour: unquoted, it is a comment."""
        choices = self._choices(hint, field)
        optional = field.default is not dataclasses.MISSING
        if optional and Colour not in typing.get_args(hint):
            choices = _or_nothing(choices)
        said: Schema = {"description": _about(field.metadata["about"])}
        if field.metadata["example"]:
            said["examples"] = [field.metadata["example"]]
        if isinstance(field.default, bool | int | str):
            said["default"] = field.default
        return said | _any_of(choices)

    def _choices(self, hint: typing.Any, field: dataclasses.Field[typing.Any]) -> list[Schema]:
        """List what a value of a declared type may look like."""
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if isinstance(hint, types.UnionType) or origin is typing.Union:
            return [
                choice
                for kind in inner
                if kind is not types.NoneType
                for choice in self._choices(kind, field)
            ]
        if origin is tuple:
            return self._items(inner[0], field)
        if origin is typing.Literal:
            return [{"enum": list(inner)}]
        if hint is Term:
            own = _typed("ext:[A-Za-z0-9._:-]+", ("string",))
            return [{"enum": list(field.metadata["terms"])}, own]
        if dataclasses.is_dataclass(hint):
            return [self._defined(typing.cast(type, hint))]
        return [SCALARS[hint]]

    def _items(self, kind: typing.Any, field: dataclasses.Field[typing.Any]) -> list[Schema]:
        one = _any_of(self._choices(kind, field))
        several: Schema = {"type": ["array"], "items": one, "minItems": field.metadata["least"]}
        if kind in (str, Text, Language, Slug):  # one value needs no list
            return [several, SCALARS[str if kind is Text else kind]]
        return [several]

    def _defined(self, kind: type) -> Schema:
        """Return a reference to a record; define it first."""
        name = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # it may stand inside itself
            self.definitions[name] = _TEXT if kind is Text else self._inner(kind)
        return {"$ref": f"#/definitions/{name}"}

    def _inner(self, kind: type) -> Schema:
        whole, declared = self.record(kind), fields_of(kind)
        short = next((f for f in declared.values() if f.metadata["shorthand"]), None)
        if short is None:
            return whole
        return _any_of([*self._choices(hints_of(kind)[short.name], short), whole])


_TEXT: Schema = {
    "anyOf": [
        SCALARS[str],
        {
            "type": "object",
            "propertyNames": {"pattern": SCALARS[Language]["pattern"]},
            "additionalProperties": SCALARS[str],
            "minProperties": 1,
        },
    ]
}


def _or_nothing(choices: list[Schema]) -> list[Schema]:
    """Let a value be left out after its name; said in one place if it can be, since editors tell that better."""
    first, *others = choices
    if "type" in first and not others:
        return [{**first, "type": [*first["type"], "null"]}]
    return [*choices, {"type": ["null"]}]


def _any_of(choices: list[Schema]) -> Schema:
    """One of several; a reference never stands beside other words, which draft 7 would not read."""
    if len(choices) == 1 and "$ref" not in choices[0]:
        return choices[0]
    return {"anyOf": choices}


def _about(text: str) -> str:
    return text.partition("\n")[0].replace("``", "`")
