"""Write verifier/src/classes.json: the classes of Open Badges, for the browser's verifier.

The classes are defined once, in obit_build/verifying/shape.py, for Open Badges 2.0 in
obit_build/verifying/openbadges2_shape.py and for learner records in obit_build/verifying/clr.py; this takes
them apart. Run it after a change there:

    python scripts/write_verifier_classes.py [--check]
"""

import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from obit_build.verifying import clr as verify_clr
from obit_build.verifying import kinds as verify_kinds
from obit_build.verifying import openbadges2_shape as verify_openbadges2_shape
from obit_build.verifying import shape as verify_shape
from obit_build.verifying.contexts import _FURTHER, _OPEN_BADGES, _OPEN_BADGES_FIRST
from obit_build.verifying.kinds import Class

FOLDER = Path(__file__).parent.parent / "verifier" / "src"
ROOTS = (
    "OPEN_BADGE_CREDENTIAL",
    "OPEN_BADGE_CREDENTIAL_1",
    "ENDORSEMENT_CREDENTIAL",
    "ENDORSEMENT_CREDENTIAL_1",
    "BITSTRING_STATUS_LIST_CREDENTIAL",
    "BITSTRING_STATUS_LIST_CREDENTIAL_1",
)
ROOTS_OF_RECORDS = ("CLR_CREDENTIAL",)
ROOTS_2 = ("ASSERTION", "BADGE_CLASS", "ISSUER", "KEY", "REVOCATION_LIST")
_SIMPLE = {
    getattr(verify_kinds, name): name
    for name in (
        "text", "uri", "date_time", "number", "boolean", "language", "texts", "text_or_texts",
        "typed_objects", "anything",
    )
} | {
    # Both descriptions say the same in their own words.
    verify_openbadges2_shape._moment: "moment",  # noqa: SLF001 - the two describe one thing
    verify_openbadges2_shape._contexts: "contexts",  # noqa: SLF001 - as above
    verify_clr._contexts: "record_contexts",  # noqa: SLF001 - as above
    verify_clr._credentials: "credentials",  # noqa: SLF001 - as above
}  # fmt: skip


def _names(module: ModuleType) -> dict[int, str]:
    """Return the name of each class of a module, by its identity."""
    named = vars(module).items()
    return {id(value): name.lstrip("_") for name, value in named if isinstance(value, Class)}


class Writer:
    """Gathers the classes of a module that the roots lead to, each once.

    What it takes from ``beside``, another module with a file of its own, is only named.
    """

    def __init__(self, module: ModuleType, beside: ModuleType | None = None) -> None:
        self.others = _names(beside) if beside else {}
        self.names = {**_names(module), **self.others}
        self.classes: dict[str, Any] = {}

    def reference(self, of: Class) -> str:
        """Return a class's name, and write the class down."""
        name = self.names[id(of)]
        if name not in self.classes and id(of) not in self.others:
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
        if made_by == "_any_of":
            return ["any_of", *(self.kind(one) for one in parts["kinds"])]
        if made_by in ("one_or_many", "uri_or"):
            return [made_by, self.kind(parts["single"])[1]]
        if made_by in ("badge_contexts", "list_contexts"):
            return [made_by, parts["base"]]
        raise SystemExit(f"teach {Path(__file__).name} the kind {kind.__qualname__}")


def classes(
    module: ModuleType, roots: tuple[str, ...], beside: ModuleType | None = None
) -> dict[str, Any]:
    """Return the classes of a module that these lead to, by name."""
    writer = Writer(module, beside)
    for name in roots:
        writer.reference(getattr(module, name))
    return dict(sorted(writer.classes.items()))


def files() -> dict[Path, str]:
    """Return what each file has to hold."""
    contexts = {
        "badgePrefix": _OPEN_BADGES,
        "badgeFirst": _OPEN_BADGES_FIRST,
        "further": _FURTHER,
    }
    said = {
        "classes.json": {"contexts": contexts, "classes": classes(verify_shape, ROOTS)},
        "openbadges2-classes.json": classes(verify_openbadges2_shape, ROOTS_2),
        "records-classes.json": classes(verify_clr, ROOTS_OF_RECORDS, verify_shape),
    }
    return {
        FOLDER / name: json.dumps(value, indent=1, ensure_ascii=False) + "\n"
        for name, value in said.items()
    }


if __name__ == "__main__":
    for file, text in files().items():
        if "--check" not in sys.argv[1:]:
            file.write_text(text, "utf-8")
        elif file.read_text("utf-8") != text:
            raise SystemExit(f"verifier/src/{file.name} is out of date: run this without --check")
