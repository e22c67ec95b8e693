"""SVG files: what they are, and a credential put in and taken out as text.

Open Badges 3.0 section 5.3.2: the root declares ``xmlns:openbadges`` and its first child
``<openbadges:credential>`` holds the JSON in one CDATA section. Bytes outside the insertion stay
as they are. What :mod:`~obit_build.pictures.svg_xml` refuses is refused here.
"""

import base64
import re
from dataclasses import dataclass, field
from html import escape

from obit_build.errors import BakingError
from obit_build.pictures import png
from obit_build.pictures.svg_content import (
    SVG,
    XLINK,
    Expansion,
    Finding,
    Name,
    of_attribute,
    of_element,
    of_style,
)
from obit_build.pictures.svg_xml import MAX_BYTES, Element, SvgError, parse

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
NAMESPACE_2 = "http://openbadges.org"
"""Open Badges 2.0; the element is ``assertion``."""
MAX_FINDINGS = 50

_CREDENTIAL = Name(NAMESPACE, "credential")
_ASSERTION = Name(NAMESPACE_2, "assertion")
_CLOSING = b"]]></openbadges:credential>"
# What an attribute holds as it is: a JWS or an address.
_PLAIN = re.compile(r"[!-~]+")
_START_TAG = re.compile(rb"<([^\s/>]+)(?:[^\"'>]|\"[^\"]*\"|'[^']*')*?(/?)>")
# What XML 1.0 can't hold (section 2.2), and the carriage return, which readers turn into a line feed.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A})
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_LENGTH = re.compile(
    r"([+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)(px|in|cm|mm|pt|pc)?"
)
_PIXELS = {"px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SvgFacts:
    """An SVG's size in CSS pixels (or in units of its view box) and what is wrong with it."""

    width: float | None
    height: float | None
    view_box: tuple[float, float, float, float] | None
    findings: tuple[Finding, ...]
    was_read: bool = True
    """False if the parser refused it; then ``findings`` says why, and nothing else is known."""

    @property
    def is_square(self) -> bool:
        """Whether it is as wide as high, one per cent of rounding aside."""
        if not self.width or not self.height:
            return False
        return abs(self.width - self.height) <= 0.01 * max(self.width, self.height)


class _Inspection:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.expansion = Expansion()
        self.open: list[tuple[Element, int, list[str]]] = []
        self.root: Element | None = None

    def start(self, element: Element) -> None:
        self.root = self.root or element
        parent = self.open[-1][1] if self.open else None
        self.open.append((element, self.expansion.add(parent, element.attributes), []))
        if len(self.findings) < MAX_FINDINGS:
            self.findings.extend(of_element(element.name, element.place))
            for name, value in element.attributes.items():
                self.findings.extend(of_attribute(element.name, name, value, element.place))

    def end(self, _offset: int) -> None:
        element, _, texts = self.open.pop()
        if element.name.local == "style" and len(self.findings) < MAX_FINDINGS:
            self.findings.extend(of_style("".join(texts), element.place))

    def text(self, text: str, *, cdata: bool) -> None:  # noqa: ARG002 - CSS in CDATA is CSS
        if self.open[-1][0].name.local == "style":
            self.open[-1][2].append(text)


def inspect(svg: bytes) -> SvgFacts:
    """Measure an SVG and list what is wrong with it; never raises for what is in the bytes."""
    seen = _Inspection()
    try:
        parse(svg, seen)
    except SvgError as error:
        return SvgFacts(
            width=None, height=None, view_box=None, findings=(error.finding,), was_read=False
        )
    assert seen.root is not None  # noqa: S101 - a well-formed document has a root
    attributes = {
        name.local: value for name, value in seen.root.attributes.items() if not name.namespace
    }
    seen.findings.extend(seen.expansion.finding(seen.root.place))
    view_box = _view_box(attributes.get("viewBox", ""))
    width, height = _length(attributes.get("width", "")), _length(attributes.get("height", ""))
    if (width is None or height is None) and view_box:
        width, height = view_box[2:]
    findings = tuple(sorted(set(seen.findings)))[:MAX_FINDINGS]
    return SvgFacts(width=width, height=height, view_box=view_box, findings=findings)


def _length(text: str) -> float | None:
    """Return CSS pixels; ``None`` for percentages, relative units and what is no length."""
    match = _LENGTH.fullmatch(text.strip())
    value = float(match[1]) * _PIXELS[match[2] or "px"] if match else 0.0
    return value if 0 < value < float("inf") else None


def _view_box(text: str) -> tuple[float, float, float, float] | None:
    numbers = [
        match[1]
        for part in re.split(r"[\s,]+", text.strip())
        if (match := _LENGTH.fullmatch(part)) and not match[2]
    ]
    if len(numbers) != 4:
        return None
    x, y, width, height = map(float, numbers)
    return (x, y, width, height) if 0 < width < float("inf") and 0 < height < float("inf") else None


@dataclass(slots=True)
class _Found:
    """An element that holds a credential."""

    element: Element
    end: int = -1
    """Where its end tag begins; where it ends, if it is ``<empty/>``."""
    sections: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)


class _Search:
    """Finds the outermost elements of one name."""

    def __init__(self, name: Name) -> None:
        self.name = name
        self.root: Element | None = None
        self.open: list[_Found | None] = []
        self.found: list[_Found] = []

    def start(self, element: Element) -> None:
        self.root = self.root or element
        inside = any(self.open)
        self.open.append(_Found(element) if element.name == self.name and not inside else None)

    def end(self, offset: int) -> None:
        closed = self.open.pop()
        if closed:
            closed.end = offset
            self.found.append(closed)

    def text(self, text: str, *, cdata: bool) -> None:
        current = self.open[-1]
        if current:
            (current.sections if cdata else current.plain).append(text)


def _search(svg: bytes, name: Name) -> tuple[Element, list[_Found]]:
    search = _Search(name)
    parse(svg, search)
    assert search.root is not None  # noqa: S101 - a well-formed document has a root
    return search.root, search.found


def _start_tag(svg: bytes, element: Element) -> re.Match[bytes]:
    match = _START_TAG.match(svg, element.offset)
    assert match is not None  # noqa: S101 - the parser found an element here
    return match


def split(svg: bytes, *, both: bool = False) -> tuple[bytes, bytes]:
    """Cut an SVG where its credential belongs, without the one it may hold.

    The baked picture is the first part, the credential's text, and the second part. ``both``
    takes an Open Badges 2.0 assertion out as well.
    """
    root, old = _search(svg, _CREDENTIAL)
    if both:
        old = sorted([*old, *_search(svg, _ASSERTION)[1]], key=lambda found: found.element.offset)
    tag = _start_tag(svg, root)
    declared = root.prefixes.get("openbadges")
    on_root = b"" if declared is not None else b' xmlns:openbadges="%s"' % NAMESPACE.encode()
    # The prefix may mean Open Badges 2.0 on the root; then the element itself redefines it.
    on_element = (
        b"" if declared in (None, NAMESPACE) else b' xmlns:openbadges="%s"' % NAMESPACE.encode()
    )
    rest, at = b"", tag.end()
    for found in old:
        if found.element.offset < at:  # it stands inside the one before
            continue
        rest += svg[at : found.element.offset]
        inner = _start_tag(svg, found.element)
        at = inner.end() if inner[2] else svg.index(b">", found.end) + 1
    rest += svg[at:]
    if tag[2]:
        rest = b"</" + tag[1] + b">" + rest
    head = svg[: tag.end() - len(tag[2]) - 1] + on_root + b">"
    opening = b"<openbadges:credential" + on_element + b"><![CDATA["
    return head + opening, _CLOSING + rest


def _as_xml(text: str) -> bytes | None:
    """Encode a text that XML can hold; None for another. It is asked twice for each award."""
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError:
        return None
    if len(content.translate(None, _CONTROLS)) < len(content):
        return None
    # Their first byte is rare, and one byte is found many times as fast as three.
    if _NO_CHARACTERS[0][:1] in content and any(sign in content for sign in _NO_CHARACTERS):
        return None
    return content


def _checked(text: str) -> bytes:
    """Return a credential's bytes; raise ``BakingError`` if CDATA can't hold it."""
    content = _as_xml(text)
    if content is None:
        found = _NOT_XML.search(text)
        assert found is not None  # noqa: S101 - it is why there is no content
        message = (
            f"the credential holds the character U+{ord(found[0]):04X}, which an SVG can't hold"
        )
        raise BakingError(message, fix="issue it again")
    if b">" in content and b"]]>" in content:
        fix = "write the last of the three characters as \\u003e before signing or baking"
        raise BakingError('the credential holds "]]>", which ends its place in an SVG', fix=fix)
    if not content.strip() or len(content) > png.MAX_TEXT:
        raise BakingError(f"a credential has 1 to {png.MAX_TEXT} bytes", fix="issue it again")
    return content


def _assertion_element(text: str, verify: str) -> bytes:
    """Write Open Badges 2.0's element; its prefix means 3.0 on the root, so it says anew.

    JSON stands in one CDATA section, with its address in ``verify``; a JWS or an address stands
    in ``verify`` alone (Badge Baking 1.0).
    """
    if not text.lstrip().startswith("{"):
        verify = text
        if not _PLAIN.fullmatch(text) or len(text) > png.MAX_TEXT:
            message = "what is baked as Open Badges 2.0 is neither JSON nor a JWS nor an address"
            raise BakingError(message, fix="give the assertion's JSON, its JWS or its address")
    attribute = f' verify="{escape(verify)}"' if _PLAIN.fullmatch(verify) else ""
    opening = f'<openbadges:assertion xmlns:openbadges="{NAMESPACE_2}"{attribute}'.encode()
    if verify == text:
        return opening + b"/>"
    return opening + b"><![CDATA[" + _checked(text) + b"]]></openbadges:assertion>"


def fill(
    before: bytes, after: bytes, text: str, assertion: str | None = None, verify: str = ""
) -> bytes:
    """Return the baked SVG from what :func:`split` gave.

    ``assertion`` is of Open Badges 2.0, ``verify`` the address where it is hosted.
    """
    baked = before + _checked(text) + after
    if assertion is not None:
        older = _CLOSING + _assertion_element(assertion, verify)
        baked = before + _checked(text) + older + after.removeprefix(_CLOSING)
    if len(baked) > MAX_BYTES:
        message = f"with its credential the SVG has more than {MAX_BYTES} bytes"
        raise BakingError(message, fix="simplify the drawing")
    return baked


def insert_credential(svg: bytes, text: str) -> bytes:
    """Return the SVG with ``text`` as its only credential; raise ``BakingError``."""
    return fill(*split(svg), text)


def extract_credential(svg: bytes) -> str:
    """Return the text of ``<openbadges:credential>``: its CDATA as it is, or its trimmed text.

    An element without text may carry a JWT in ``verify``. Raise ``BakingError`` for none or several.
    """
    return _only_text(_search(svg, _CREDENTIAL)[1])


def extract_assertion(svg: bytes) -> str:
    """Return what Open Badges 2.0's ``<openbadges:assertion>`` holds: JSON, a JWS or a URL."""
    return _only_text(_search(svg, _ASSERTION)[1])


def _only_text(found: list[_Found]) -> str:
    if not found:
        raise png.NoCredentialError("the SVG holds no credential", fix=png.DOWNLOAD_AGAIN)
    if len(found) > 1:  # two readers could take one each and disagree
        message = f"the SVG holds {len(found)} credentials, and only one can count"
        raise BakingError(message, fix=png.DOWNLOAD_AGAIN)
    plain = "".join(found[0].plain).strip()
    if found[0].sections and plain:
        raise BakingError(
            "the SVG's credential is written in several pieces", fix=png.DOWNLOAD_AGAIN
        )
    text = (
        "".join(found[0].sections)
        or plain
        or found[0].element.attributes.get(Name("", "verify"), "").strip()
    )
    if not text:
        raise BakingError("the SVG's credential is empty", fix=png.DOWNLOAD_AGAIN)
    if len(text.encode("utf-8")) > png.MAX_TEXT:
        raise BakingError(
            f"the credential in the SVG has more than {png.MAX_TEXT} bytes", fix=png.DOWNLOAD_AGAIN
        )
    return text


def wrap_png(image: bytes, side: int, title: str) -> bytes:
    """Return an SVG of ``side`` units that shows a PNG, for badges whose picture is a PNG."""
    png.read(image)
    data = base64.b64encode(image).decode("ascii")
    label = escape(_NOT_XML.sub(" ", title), quote=False)
    svg = (
        f'<svg xmlns="{SVG}" xmlns:xlink="{XLINK}" width="{side}" height="{side}" viewBox="0 0 {side} {side}" role="img">'
        f'<title>{label}</title><image width="{side}" height="{side}" xlink:href="data:image/png;base64,{data}"/></svg>\n'
    ).encode()
    if len(svg) > MAX_BYTES:
        raise BakingError(
            f"as an SVG the picture has more than {MAX_BYTES} bytes", fix="save the PNG smaller"
        )
    return svg
