"""Reads baked pictures with other programs: PNG with pypng, SVG with libxml2 (lxml).

    judge_pictures.py BUILD_DIR BASE_URL NOW   < {"name", "baked": path, "plain": path, "pixels": bool}

The answer tells the credential's text as that program reads it (``text``), where it found it
(``place``), the older assertion beside it, if any (``older``), and whether the picture is otherwise
the one that nothing was baked into (``same``).
``pixels`` asks for every pixel of a PNG; without it, all other chunks are compared.
"""

import hashlib
import zlib
from pathlib import Path
from typing import Any

import png
from emulated_web import answer, no_network, said
from lxml import etree

KEYWORD, OLDER_KEYWORD = b"openbadgecredential", b"openbadges"
SVG = "{http://www.w3.org/2000/svg}svg"
CREDENTIAL = "{https://purl.imsglobal.org/ob/v3p0}credential"
ASSERTION = "{http://openbadges.org}assertion"


def judged(case: dict[str, Any]) -> dict[str, Any]:
    baked, plain = Path(case["baked"]), Path(case["plain"])
    try:
        if baked.suffix == ".svg":
            return svg_judged(baked.read_bytes(), plain.read_bytes())
        return png_judged(baked, plain, pixels=case["pixels"])
    except (png.Error, etree.LxmlError, ValueError, zlib.error) as error:
        return {"text": None, "place": None, "same": False, "error": said(error)}


def png_judged(baked: Path, plain: Path, *, pixels: bool) -> dict[str, Any]:
    # pypng checks the CRC of each chunk on its way.
    chunks = chunks_of(baked)
    named = [data.partition(b"\0")[0] if kind == b"iTXt" else None for kind, data in chunks]
    at = named.index(KEYWORD)
    older = named.index(OLDER_KEYWORD) if OLDER_KEYWORD in named else None
    others = [chunk for number, chunk in enumerate(chunks) if number not in (at, older)]
    before_pixels = at > 0 and b"IDAT" not in [kind for kind, _ in chunks[:at]]
    same_pixels = not pixels or pixel_hash(baked) == pixel_hash(plain)
    return {
        "text": itxt_text(chunks[at][1]),
        "older": None if older is None else itxt_text(chunks[older][1]),
        "place": "after IHDR, before IDAT" if before_pixels else f"chunk {at}",
        "same": others == chunks_of(plain) and named.count(KEYWORD) == 1 and same_pixels,
        "error": None,
    }


def chunks_of(path: Path) -> list[tuple[bytes, bytes]]:
    return [(bytes(kind), bytes(data)) for kind, data in png.Reader(str(path)).chunks()]


def itxt_text(data: bytes) -> str:
    """PNG 1.2, 4.2.3.3: keyword, compression flag and method, language, translated keyword, text."""
    _, _, rest = data.partition(b"\0")
    flag, method = rest[0], rest[1]
    _language, _, rest = rest[2:].partition(b"\0")
    _translated, _, text = rest.partition(b"\0")
    if flag or method:
        raise ValueError("the text is compressed")
    return text.decode()


def pixel_hash(path: Path) -> tuple[int, int, str]:
    width, height, rows, _ = png.Reader(str(path)).asRGBA8()
    digest = hashlib.sha256()
    for row in rows:
        digest.update(bytes(row))
    return width, height, digest.hexdigest()


def svg_judged(baked: bytes, plain: bytes) -> dict[str, Any]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False)
    root, untouched = etree.fromstring(baked, parser), etree.fromstring(plain, parser)
    (element,) = root.iter(CREDENTIAL)
    text, attributes = element.text, dict(element.attrib)
    first = root[0] is element and root.tag == SVG
    older = root.find(ASSERTION)
    older_text = None if older is None else older.text
    for baked_in in [element] if older is None else [older, element]:
        taken_out(baked_in)
    same = [etree.tostring(r, method="c14n", exclusive=True) for r in (root, untouched)]
    return {
        "text": text,
        "older": older_text,
        "place": "first child of svg" if first else "elsewhere",
        "same": same[0] == same[1] and not attributes,
        "error": None,
    }


def taken_out(element: Any) -> None:
    """Remove an element, but not the text after it, which lxml counts as a part of it."""
    parent, before = element.getparent(), element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)


if __name__ == "__main__":
    no_network()
    answer(judged)
