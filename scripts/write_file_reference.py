"""Write docs/reference/files.md from the fields that obit_build/model declares.

    .venv/bin/python scripts/write_file_reference.py

A test compares the page with what this script would write, and reads the examples below.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path

from obit_build.model.achievement import Achievement
from obit_build.model.award import AwardFile, Recipient
from obit_build.model.framework import Framework
from obit_build.model.pathway import Pathway
from obit_build.model.profile import Profile
from obit_build.model.settings import Settings
from obit_build.model.words import Term, Text
from obit_build.reading.kinds import CONVERTERS
from obit_build.reading.nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES
from obit_build.reading.reader import fields_of

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "files.md"

INTRODUCTION = f"""\
# The files of a repository

Every field below is declared once, in `obit_build/model/`; reading, messages and this page follow
from it. A field that is not listed here is an error, with a suggestion.

- **Text** is one text in the site's default language, or one per language: `{{fr: …, nl: …, en: …}}`.
- **Every value stays what was typed** until its field reads it: `NO`, `012` and `1:30` need no quotes.
- **Dates** are written `2026-03-14`, **durations** `P3Y`, `P18M` or `P7D` (ISO 8601).
- A list of plain values may be written without brackets when it has one value.
- Not allowed anywhere: duplicate fields, anchors and aliases, tags, a second document, control
  characters, more than {MAX_BYTES // 1024 // 1024} MiB, {MAX_DEPTH} levels or {MAX_NODES} values a file.

This page is written by `scripts/write_file_reference.py`; to change it, change the model.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: where it lies, what it holds, a short example."""

    path: str
    kind: type
    example: str
    language: str = "yaml"


FILES = (
    FileKind(
        "obit.yaml",
        Settings,
        "site: https://badges.example.org/\nlanguages: [fr, nl, en]\n",
    ),
    FileKind("issuers/<slug>/issuer.yaml", Profile, "name: Centre de formation Hainaut\n"),
    FileKind(
        "badges/<slug>/badge.yaml",
        Achievement,
        "name: Tableur, niveau 1\n"
        "description: Sait construire une feuille de calcul simple.\n"
        "criteria: Réussir l'épreuve pratique (2 h).\n"
        "image: image.svg\n",
    ),
    FileKind(
        "badges/<slug>/awards/<any-name>.yaml",
        AwardFile,
        "issued: 2026-03-14\nto:\n  - 7f3k9m2q\n  - 2m8qa4xd\n",
    ),
    FileKind(
        "pathways/<slug>.yaml",
        Pathway,
        "name: Bureautique\n"
        "description: De la première feuille de calcul à la base de données.\n"
        "milestone: bureautique\n"
        "steps:\n"
        "  - title: Calculer\n"
        "    badges: [tableur-1, tableur-2]\n"
        "    any_order: false\n"
        "  - title: Écrire\n"
        "    badges: [traitement-de-texte]\n",
    ),
    FileKind(
        "frameworks/<slug>.yaml",
        Framework,
        "name: e-CF\n"
        "publisher: CEN\n"
        "version: EN 16234-1:2019\n"
        "licence: © CEN; codes and titles only\n"
        "entries:\n"
        "  - code: C.3\n"
        "    name: {fr: Fourniture de services, en: Service Delivery}\n",
    ),
    FileKind(
        "recipients.csv",
        Recipient,
        "code,name,email,language,show_name,consent_date\n"
        "7f3k9m2q,Alice Exemple,alice@example.org,fr,yes,2026-01-12\n"
        "2m8qa4xd,,,,,\n",
        "csv",
    ),
)

NOTES = {
    Profile: "The folder's name is the issuer's name in addresses and in its DID; it is for ever.",
    Achievement: "The folder's name is the badge's name in addresses; it is for ever.",
    AwardFile: "The file's name is free. What makes an award is its badge, version, recipient, date "
    "and `n`: with these the same, it is the same award, whatever file it stands in.",
    Pathway: "The file's name is the pathway's name in addresses. It can be completed with the badges of "
    "its steps, as `rule` says; its milestone is not counted. It has a page, and is "
    "told in [learner records](../how-to/export-a-record.md).",
    Framework: "The file's name is the framework's name in addresses: the page of an entry is "
    "`/frameworks/<slug>/<code>/`, and an alignment may point there. List only what its licence lets "
    "you show. A framework without a file gets its pages from what alignments say of it.",
    Recipient: "Comma-separated, UTF-8, first line as below; columns in any order, only `code` is "
    "needed. `show_name` also takes oui, ja, non, nee. Private: see "
    "[privacy of recipients](../explanation/privacy-of-recipients.md).",
}


def page() -> str:
    """Return the whole page."""
    parts: list[str] = [INTRODUCTION]
    inner: dict[type, None] = {}
    for file in FILES:
        parts.append(f"## `{file.path}`\n\n{_about(file.kind)}\n")
        if file.kind in NOTES:
            parts.append(f"{NOTES[file.kind]}\n")
        parts.append(f"A short one:\n\n```{file.language}\n{file.example}```\n")
        parts += _table(file.kind)
        inner |= dict.fromkeys(_records_in(file.kind))
    parts.append("## Parts\n\nRecords that stand inside these files.\n")
    for kind in inner:
        parts.append(f"### {_title(kind)}\n\n{_about(kind)}{_shorthand(kind)}\n")
        parts += _table(kind)
    return "\n".join(parts)


def _about(kind: type) -> str:
    return (kind.__doc__ or "").split("\n", maxsplit=1)[0].replace("``", "`")


def _title(kind: type) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).capitalize()


def _shorthand(kind: type) -> str:
    short = [name for name, f in fields_of(kind).items() if f.metadata["shorthand"]]
    return f" May be written as its `{short[0]}` alone." if short else ""


def _records_in(kind: type) -> Iterator[type]:
    """Yield the records inside a record, each before those inside it."""
    for hint in _hints(kind).values():
        for inner in _leaves(hint):
            if dataclasses.is_dataclass(inner) and inner is not Text:
                yield inner
                yield from _records_in(inner)


def _hints(kind: type) -> dict[str, typing.Any]:
    hints = typing.get_type_hints(kind)
    return {name: hints[name] for name in fields_of(kind)}


def _leaves(hint: typing.Any) -> Iterator[type]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) in (typing.Union, tuple):
        for argument in typing.get_args(hint):
            yield from _leaves(argument)
    elif isinstance(hint, type):
        yield hint


def _table(kind: type) -> Iterator[str]:
    hints = _hints(kind)
    yield "| field | holds | default | meaning |"
    yield "| -- | -- | -- | -- |"
    for name, field in fields_of(kind).items():
        said = field.metadata["about"]
        if field.metadata["example"]:
            said += f" Example: `{field.metadata['example']}`."
        holds = _words(hints[name], is_csv=kind is Recipient)
        yield f"| `{name}` | {holds} | {_default(field)} | {said} |"
    yield ""
    for name, field in fields_of(kind).items():
        if field.metadata["terms"]:
            listed = ", ".join(f"`{term}`" for term in field.metadata["terms"])
            yield f"Words for `{name}`: {listed}; or `ext:` and a word of your own.\n"


def _default(field: dataclasses.Field[typing.Any]) -> str:
    if field.default is dataclasses.MISSING:
        return "**needed**"
    value = field.default
    if value is None or value == () or dataclasses.is_dataclass(value):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{', '.join(value) if isinstance(value, tuple) else value}`"


def _words(hint: typing.Any, *, is_csv: bool) -> str:
    """Say in words what a field holds."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        kinds = [k for k in typing.get_args(hint) if k is not types.NoneType]
        return ", or ".join(_words(kind, is_csv=is_csv) for kind in kinds)
    if typing.get_origin(hint) is tuple:
        return f"list of: {_words(typing.get_args(hint)[0], is_csv=is_csv)}"
    if typing.get_origin(hint) is typing.Literal:
        return " or ".join(f"`{choice}`" for choice in typing.get_args(hint))
    if hint is Text:
        return "text, or one per language"
    if hint is Term:
        return "a word, see below"
    if is_csv and hint is bool:
        return "yes or no"
    if dataclasses.is_dataclass(hint):
        title = _title(typing.cast("type", hint))
        return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"
    return CONVERTERS[hint][0]


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
