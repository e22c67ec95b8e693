"""Certificates for tests: what a sheet is given, a typesetter without Typst, a reader of PDF files."""

import re
import zlib
from collections.abc import Mapping
from typing import Any

from pictures import png, svg

from obit_build.pictures import qr_codes
from obit_build.pictures.typesetting import TypstTypesetter
from obit_build.strict_json import JsonObject
from obit_build.theme import default_theme

URL = "https://badges.example/awards/7q3k9m2q4xd5t6h8w9p0r2s3/"
TEMPLATES = {path: text.encode() for path, text in default_theme().items() if path.endswith(".typ")}
PICTURES = {"pictures/badge.svg": svg(), "pictures/logo.png": png()}
FIRST_UNKNOWN_LETTER = "\u0e00"
"""The stand-in's fonts have what comes before: no Thai, no Chinese, no emoji."""


def words(text: str, language: str | None = None, direction: str = "ltr") -> JsonObject:
    return {"text": text, "language": language, "direction": direction}


def a_sheet(**changes: Any) -> JsonObject:
    """What the template of a certificate is given."""
    given: JsonObject = {
        "language": "fr",
        "region": None,
        "issued": [2026, 3, 14],
        "document": {"title": "Pare-feu", "author": "CITC"},
        "attached": "L’attestation signée",
        "colours": {"accent": "#0b5563", "ink": "#17212b", "soft": "#46525d"},
        "kind": "Badge numérique ouvert · Compétence",
        "title": words("Pare-feu"),
        "lead": words("Sait régler un pare-feu."),
        "picture": {"file": "pictures/badge.svg", "alt": "Image du badge"},
        "holder": {
            "label": "Décerné à",
            "name": words("Alice Exemple"),
            "unnamed": "La personne titulaire de ce badge",
            "note": "",
        },
        "issuer": {
            "label": "Délivré par",
            "name": words("CITC"),
            "about": "Lille, FR",
            "logo": "pictures/logo.png",
        },
        "facts": [{"label": "Délivré le", "value": "14 mars 2026", "note": "au plus tard"}],
        "criteria": {"label": "Critères", "text": words("Réussir l’épreuve.")},
        "skills": {"label": "Compétences", "names": [words("firewalls", "en")], "more": "et 2"},
        "check": {
            "title": "Vérifier",
            "text": "La page dit si le badge est valide.",
            "url": URL,
            "qr": qr_codes.draw(URL).decode(),
            "alt": "Code QR",
        },
        "stamp": "",
        "emblem": {"file": "", "alt": ""},
        "notes": [words("Un badge n’est pas un diplôme.")],
    }
    return {**given, **changes}


def certificates(*credentials: bytes) -> list[bytes]:
    """Real certificates with these files attached."""
    with TypstTypesetter(TEMPLATES) as typesetter:
        return [typesetter.certificate(a_sheet(), data, PICTURES) for data in credentials]


class StandIn:
    """A typesetter that keeps what it was given."""

    def __init__(self) -> None:
        self.sheets: list[JsonObject] = []
        self.pictures: list[Mapping[str, bytes]] = []

    def can_show(self, character: str) -> bool:
        return character < FIRST_UNKNOWN_LETTER or character in "’‘“”…–—\u202f"

    def certificate(
        self, given: JsonObject, credential: bytes, pictures: Mapping[str, bytes]
    ) -> bytes:
        self.sheets.append(given)
        self.pictures.append(pictures)
        return b"%PDF " + credential


class Pdf:
    """The objects of a PDF as Typst writes it: one after the other, in plain sight."""

    def __init__(self, data: bytes) -> None:
        found = re.finditer(rb"(?<![0-9])([0-9]+) 0 obj\s(.*?)\sendobj", data, re.DOTALL)
        self.objects = {int(number): body for number, body in (x.groups() for x in found)}

    def of_type(self, name: str) -> list[bytes]:
        mark = re.compile(rb"/Type\s*/" + name.encode() + rb"(?![A-Za-z])")
        return [body for body in self.objects.values() if mark.search(body)]

    def follow(self, body: bytes, key: str) -> bytes:
        """The object that a dictionary's entry refers to."""
        found = re.search(rb"/" + key.encode() + rb"\s*\[?\s*([0-9]+) 0 R", body)
        assert found, key
        return self.objects[int(found[1])]

    @property
    def catalog(self) -> bytes:
        (found,) = self.of_type("Catalog")
        return found

    @property
    def metadata(self) -> str:
        return stream(self.follow(self.catalog, "Metadata")).decode()

    @property
    def roles(self) -> list[str]:
        """The structure types in use, each as often as it is used."""
        return [
            found[1].decode()
            for body in self.of_type("StructElem")
            if (found := re.search(rb"/S\s*/(\w+)", body))
        ]


def stream(body: bytes) -> bytes:
    """What a stream holds, unpacked."""
    begin = re.search(rb">>\s*stream\r?\n", body)
    assert begin
    content = body[begin.end() : body.rindex(b"endstream")]
    return zlib.decompress(content) if b"/FlateDecode" in body[: begin.start()] else content
