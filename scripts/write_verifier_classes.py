"""Write verifier/src/classes.json: the closed classes of Open Badges, for the browser's verifier.

The classes are defined once, in obit_build/verify_shape.py; this takes them apart. Run it after a
change there:

    python scripts/write_verifier_classes.py [--check]
"""

import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from obit_build import verify_kinds, verify_shape
from obit_build.verify_contexts import _FURTHER, _OPEN_BADGES, _OPEN_BADGES_FIRST
from obit_build.verify_kinds import Class

TARGET = Path(__file__).parent.parent / "verifier" / "src" / "classes.json"
ROOTS = (
    "OPEN_BADGE_CREDENTIAL",
    "OPEN_BADGE_CREDENTIAL_1",
    "ENDORSEMENT_CREDENTIAL",
    "ENDORSEMENT_CREDENTIAL_1",
    "BITSTRING_STATUS_LIST_CREDENTIAL",
    "BITSTRING_STATUS_LIST_CREDENTIAL_1",
)
_SIMPLE = {
    getattr(verify_kinds, name): name
    for name in (
        "text", "uri", "date_time", "number", "boolean", "language", "texts", "text_or_texts",
        "typed_objects", "anything",
    )
}  # fmt: skip


class Writer:
    """Gathers the classes that the roots lead to, each once."""

    def __init__(self) -> None:
        self.names = {
            id(value): name
            for name, value in vars(verify_shape).items()
            if isinstance(value, Class)
        }
        self.classes: dict[str, Any] = {}

    def reference(self, of: Class) -> str:
        """Return a class's name, and write the class down."""
        name = self.names[id(of)]
        if name not in self.classes:
            self.classes[name] = {}
            self.classes[name] = self.written(of)
        return name

    def written(self, of: Class) -> dict[str, Any]:
        """Return the JSON form of a class; members that say nothing are left out."""
        said = {
            "name": of.name,
            "types": of.types,
            "plainType": of.plain_type,
            "required": of.required,
            "anyOf": of.any_of,
            "fields": {name: self.kind(kind) for name, kind in of.fields.items()},
        }
        return {name: value for name, value in said.items() if value}

    def kind(self, kind: Callable[..., Any]) -> Any:
        """Return a kind as its name, or as a list of its name and what it is made of."""
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        if kind is verify_shape._endorsements:  # noqa: SLF001 - the two describe one thing
            for name in ("ENDORSEMENT_CREDENTIAL", "ENDORSEMENT_CREDENTIAL_1"):
                self.reference(getattr(verify_shape, name))
            return "endorsements"
        made_by = kind.__qualname__.partition(".")[0]
        parts = inspect.getclosurevars(kind).nonlocals
        if made_by == "term":
            return ["term", parts["extensible"], *parts["words"]]
        if made_by in ("one", "many"):
            return [made_by, self.reference(parts["of"]())]
        if made_by in ("one_or_many", "uri_or"):
            return [made_by, self.kind(parts["single"])[1]]
        if made_by in ("badge_contexts", "list_contexts"):
            return [made_by, parts["base"]]
        raise SystemExit(f"teach {Path(__file__).name} the kind {kind.__qualname__}")


def text() -> str:
    """Return what the file has to hold."""
    writer = Writer()
    for name in ROOTS:
        writer.reference(getattr(verify_shape, name))
    contexts = {
        "badgePrefix": _OPEN_BADGES,
        "badgeFirst": _OPEN_BADGES_FIRST,
        "further": _FURTHER,
    }
    said = {"contexts": contexts, "classes": dict(sorted(writer.classes.items()))}
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        if TARGET.read_text("utf-8") != text():
            raise SystemExit("verifier/src/classes.json is out of date: run this without --check")
    else:
        TARGET.write_text(text(), "utf-8")
