"""A hardened reading of SVG: UTF-8, no document type, no entities, no instructions, with caps.

Everything is refused before it can cost anything: billion laughs and external entities need a
document type, deep nesting needs depth, and the rest is bounded by the file's size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol
from xml.parsers import expat

from obit_build.errors import BakingError
from obit_build.pictures.svg_content import SVG, Finding, Name, Place

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64

WELL_FORMED = "svg-is-well-formed"
ENTITIES = "svg-has-no-entities"
_UNDEFINED_ENTITY = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]
_WORDS = {
    expat.errors.XML_ERROR_TAG_MISMATCH: "an element is closed that is not the one that was opened last",
    expat.errors.XML_ERROR_UNBOUND_PREFIX: "a prefix is used that no xmlns declares",
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an attribute is given twice",
    expat.errors.XML_ERROR_NO_ELEMENTS: "the file ends before the picture does",
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: "the file ends before the picture does",
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "something follows the end of the picture",
}


class SvgError(BakingError):
    """An SVG that can't be read safely; ``finding`` tells where and which rule."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(
            f"{finding.message} (line {finding.line}, column {finding.column})", fix=finding.fix
        )
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Element:
    """The beginning of an element."""

    name: Name
    attributes: Mapping[Name, str]
    prefixes: Mapping[str, str]
    """The namespaces that this element itself declares, by prefix."""
    offset: int
    """Of its ``<`` in the file, in bytes."""
    place: Place
    depth: int
    """0 for the root."""


class Listener(Protocol):
    """Who is told what an SVG holds, in document order."""

    def start(self, element: Element) -> None:
        """Take the beginning of an element."""

    def end(self, offset: int) -> None:
        """Take the end of the innermost open element; ``offset`` is where its end tag begins."""

    def text(self, text: str, *, cdata: bool) -> None:
        """Take a piece of text in the innermost open element."""


def _refuse(place: Place, check: str, message: str, fix: str) -> NoReturn:
    raise SvgError(Finding(*place, check, message, fix))


def parse(svg: bytes, listener: Listener) -> None:
    """Read an SVG and tell ``listener``; raise ``SvgError`` for what is refused."""
    _refuse_encodings(svg)
    reading = _Reading(svg, listener)
    try:
        reading.parser.Parse(svg, True)
    except expat.ExpatError as error:
        place = Place(error.lineno, error.offset + 1)
        if error.code == _UNDEFINED_ENTITY:
            _refuse(place, ENTITIES, "the SVG uses a named entity", "write the character itself")
        said = _WORDS.get(expat.errors.messages[error.code], "the SVG is not well-formed here")
        _refuse(place, WELL_FORMED, said, "save the picture again as SVG")
    finally:
        del reading.parser  # the two hold each other, and a site has very many pictures


def _refuse_encodings(svg: bytes) -> None:
    top = Place(1, 1)
    if len(svg) > MAX_BYTES:
        message = f"the SVG has {len(svg)} bytes; at most {MAX_BYTES} are allowed"
        _refuse(top, "image-is-small-enough", message, "simplify the drawing")
    if svg[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in svg[:4]:
        _refuse(top, WELL_FORMED, "the SVG is UTF-16 or UTF-32 text", 'save it as "UTF-8"')
    try:
        svg.decode("utf-8")
    except UnicodeDecodeError as error:
        line = svg.count(b"\n", 0, error.start) + 1
        _refuse(Place(line, 1), WELL_FORMED, "the SVG is not UTF-8 text", 'save it as "UTF-8"')


class _Reading:
    """The parser with its caps and refusals."""

    def __init__(self, svg: bytes, listener: Listener) -> None:
        self.svg = svg
        self.listener = listener
        self.depth = self.elements = 0
        self.cdata = False
        self.prefixes: dict[str, str] = {}
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.document_type
        parser.EntityDeclHandler = self.document_type
        parser.ProcessingInstructionHandler = self.instruction
        parser.StartNamespaceDeclHandler = self.namespace
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartCdataSectionHandler = self.start_cdata
        parser.EndCdataSectionHandler = self.end_cdata

    def place(self) -> Place:
        return Place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            _refuse(
                self.place(),
                WELL_FORMED,
                "the SVG is XML of another version than 1.0",
                "save it again",
            )
        if encoding is not None and encoding.lower() != "utf-8":
            _refuse(
                self.place(), WELL_FORMED, "the SVG says that it is not UTF-8", 'save it as "UTF-8"'
            )

    def document_type(self, *_: object) -> None:
        fix = "delete everything from <!DOCTYPE to its >; a picture does not need it"
        # The parser tells late, at the end of the declaration or at its "[".
        start = self.svg.rfind(b"<!DOCTYPE", 0, self.parser.CurrentByteIndex + 1)
        before = self.svg[: max(start, 0)].decode("utf-8-sig")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        _refuse(place, ENTITIES, "the SVG has a document type, which can define entities", fix)

    def instruction(self, target: str, _data: str) -> None:
        message = f"the SVG has the processing instruction <?{target[:40]}"
        _refuse(self.place(), "svg-has-no-active-content", message, "delete it up to its ?>")

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        self.prefixes[prefix or ""] = uri or ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS or self.depth >= MAX_DEPTH:
            message = f"the SVG has more than {MAX_ELEMENTS} elements or {MAX_DEPTH} levels"
            _refuse(self.place(), "image-does-not-explode", message, "simplify the drawing")
        name = _name(tag)
        if self.depth == 0 and name != Name(SVG, "svg"):
            fix = f'begin the picture with <svg xmlns="{SVG}">'
            _refuse(
                self.place(), WELL_FORMED, "the file's outermost element is not an SVG picture", fix
            )
        named = {_name(key): value for key, value in attributes.items()}
        prefixes, self.prefixes = self.prefixes, {}
        place, offset = self.place(), self.parser.CurrentByteIndex
        self.listener.start(Element(name, named, prefixes, offset, place, self.depth))
        self.depth += 1

    def end(self, _tag: str) -> None:
        self.depth -= 1
        self.listener.end(self.parser.CurrentByteIndex)

    def text(self, text: str) -> None:
        self.listener.text(text, cdata=self.cdata)

    def start_cdata(self) -> None:
        self.cdata = True

    def end_cdata(self) -> None:
        self.cdata = False


def _name(name: str) -> Name:
    namespace, _, local = name.rpartition(" ")
    return Name(namespace, local)
