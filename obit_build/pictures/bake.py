"""A badge is a picture with its credential inside: bake it in, take it out.

Open Badges 3.0 section 5.3. One door for PNG and SVG, by content and never by name; whatever is
wrong with the bytes comes out as one :class:`~obit_build.errors.BakingError`. A credential goes
in verbatim, so that taking it out gives the published bytes (invariant 19); therefore its writer
passes it through :func:`embeddable` once, before it is hashed and published. An Open Badges 2.0
assertion may stand beside it, under its own keyword or element.
"""

import re
from dataclasses import dataclass
from typing import Literal

from obit_build.errors import BakingError, CanonicalizationError
from obit_build.pictures import png, svg
from obit_build.securing.jwt import MAX_CHARACTERS
from obit_build.strict_json import parse

Kind = Literal["png", "svg", "json", "jwt", "other"]

_PNG_BEGIN = b"\x89PNG"
_JWT = re.compile(rb"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
# The end is optional so that a text which is not JSON is read once, not once per quotation mark.
_JSON_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_UNSAFE = str.maketrans(
    {"{": "\\u007b", "}": "\\u007d", "\ufffe": "\\ufffe", "\uffff": "\\uffff", "\r": "\\r"}
)
_ANY_UNSAFE = re.compile("[{}\\r\ufffe\uffff]|\\]\\]>")


@dataclass(frozen=True, slots=True)
class Blank:
    """A picture made ready for many credentials: all that does not change, before and after."""

    kind: Literal["png", "svg"]
    before: bytes
    after: bytes
    both: bool = False
    """Whether it is ready for an Open Badges 2.0 assertion too."""

    def with_credential(self, text: str) -> bytes:
        """Return the baked picture; raise ``BakingError`` for a text that it can't hold."""
        fill = png.fill if self.kind == "png" else svg.fill
        return fill(self.before, self.after, text)

    def with_both(self, credential: str, assertion: str) -> bytes:
        """Return the picture with a 3.0 credential and a 2.0 assertion; raise ``BakingError``."""
        if not self.both:
            raise ValueError("prepare the picture for both")
        if self.kind == "png":
            return png.fill(self.before, self.after, credential, assertion)
        return svg.fill(self.before, self.after, credential, assertion, _address_in(assertion))


@dataclass(frozen=True, slots=True)
class Unbaked:
    """What a picture held, and under which name: 3.0's, or 2.0's, which some use for 3.0 too."""

    kind: Literal["png", "svg"]
    text: str
    version: Literal["3.0", "2.0"]


def kind_of(data: bytes) -> Kind:
    """Tell what bytes are by what they hold."""
    if data.startswith(_PNG_BEGIN):
        return "png"
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"{", b"[")):
        return "json"
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):  # refused later, as SVG
        return "svg" if b"s\x00v\x00g" in head else "other"
    if head.startswith(b"<") and re.search(rb"<(?:[A-Za-z0-9_.-]+:)?svg[\s/>]", data[:65536]):
        return "svg"
    return "jwt" if len(data) <= MAX_CHARACTERS and _JWT.fullmatch(data.strip()) else "other"


def embeddable(text: str) -> str:
    r"""Rewrite a JSON text so that every reader of baked pictures finds its end; same JSON value.

    Inside strings ``{`` and ``}`` become ``\u007b`` and ``\u007d`` (some readers of PNG count
    braces without minding strings), the last character of ``]]>`` becomes ``\u003e`` (it would
    end the CDATA section of an SVG), and so do the three characters that XML can't carry.
    """
    if not _ANY_UNSAFE.search(text):
        return text
    return _JSON_STRING.sub(
        lambda match: match[0].replace("]]>", "]]\\u003e").translate(_UNSAFE), text
    )


def prepare(image: bytes, *, both: bool = False) -> Blank:
    """Check a PNG or SVG once, for baking many credentials into it; raise ``BakingError``.

    ``both`` makes it ready for Open Badges 2.0 too, by taking out an assertion that it may hold.
    """
    kind = _picture_kind(image)
    split = png.split if kind == "png" else svg.split
    return Blank(kind, *split(image, both=both), both=both)


def bake(image: bytes, credential_text: str) -> bytes:
    """Return ``image`` with ``credential_text`` as its only Open Badges 3.0 credential.

    The text (JSON or compact JWS) goes in verbatim: ``unbake(bake(image, text)) == text``.
    Raise ``BakingError`` if the picture is malformed or can't hold the text.
    """
    return prepare(image).with_credential(credential_text)


def bake_both(image: bytes, credential_text: str, assertion_text: str) -> bytes:
    """Return ``image`` with a 3.0 credential and a 2.0 assertion, each the only one of its kind.

    Both go in verbatim and come out with :func:`unbake` and :func:`unbake_assertion`. The
    assertion is JSON, a compact JWS or an address. Raise ``BakingError`` like :func:`bake`.
    """
    return prepare(image, both=True).with_both(credential_text, assertion_text)


def unbake(image: bytes) -> str:
    """Return the Open Badges 3.0 credential in a PNG or SVG, as it was put in."""
    if _picture_kind(image) == "png":
        return png.extract_credential(image)
    return svg.extract_credential(image)


def unbake_assertion(image: bytes) -> str:
    """Return the Open Badges 2.0 assertion in a PNG or SVG: JSON, a compact JWS or an address."""
    if _picture_kind(image) == "png":
        return png.extract_assertion(image)
    return svg.extract_assertion(image)


def take_out(image: bytes) -> Unbaked:
    """Return what a picture holds for any version of Open Badges, 3.0 first."""
    kind = _picture_kind(image)
    try:
        return Unbaked(kind, unbake(image), "3.0")
    except png.NoCredentialError:
        return Unbaked(kind, unbake_assertion(image), "2.0")


def _address_in(assertion: str) -> str:
    """Return the address where an assertion (JSON) is hosted, or an empty text."""
    try:
        address = parse(assertion).get("id")
    except CanonicalizationError:
        return ""
    return address if isinstance(address, str) and address.startswith("http") else ""


def _picture_kind(image: bytes) -> Literal["png", "svg"]:
    kind = kind_of(image)
    if kind in ("png", "svg"):
        return kind
    raise BakingError(
        "the file is neither a PNG nor an SVG picture", fix="use a PNG or SVG picture"
    )
