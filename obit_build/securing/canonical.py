"""A document → the N-Quads that are hashed: JSON-LD in safe mode, then RDFC-1.0.

PyLD expands (with the packaged contexts, never the network); pyoxigraph turns what it expanded
into RDF and canonicalises it, because PyLD does not escape control characters as RDFC-1.0 asks
and takes six times as long (decision 0010). *Safe mode* is ours: a property or type that no context defines, a relative
address, an address with forbidden characters and a redefined term are errors, so that nothing
in a document stays outside its signature (standards reference, 6.3; certification guide 1.3).
"""

import functools
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from obit_build.errors import CanonicalizationError
from obit_build.package import PACKAGE
from obit_build.strict_json import FORBIDDEN, JsonObject

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR_2 = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OPEN_BADGES_3_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

MAX_BLANK_NODES = 1000
MAX_ALIKE_BLANK_NODES = 6
MAX_ALIKE_TOGETHER = 8
MAX_ALIKE_IN_ALL = 64
"""Blank nodes that only their neighbours tell apart: the work grows with their permutations.

Of one kind, in one group of connected blank nodes, in all such groups. A blank node without a blank
neighbour needs no permutations, however many there are: the same address in ten credentials.
"""

_CONTEXTS = PACKAGE / "contexts"
_UNDEFINED = "urn:x-undefined:"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TOO_LARGE = 1e21
_CATCH_ALL = "urn:x-obit:catch-all"
_RELATIVE = "x-relative://x-relative/"
"""Base that no document has: with an empty one PyLD takes http://example.org/base/ in silence."""
_WEB_CLIENTS = ("requests", "aiohttp")
_NEVER_ASKED = ("asyncio", "lxml", "lxml.html")
_IRI_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")
_RELATIVE_SCHEME = "x-relative:"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
FIX = "use only terms of Verifiable Credentials 2.0 and Open Badges 3.0, and complete addresses"


@functools.cache
def _lock() -> dict[str, dict[str, str]]:
    locked: dict[str, dict[str, str]] = json.loads((_CONTEXTS / "lock.json").read_text("utf-8"))
    return locked


def packaged_contexts() -> tuple[str, ...]:
    """Return the addresses of the contexts that obit carries."""
    return tuple(_lock())


@functools.cache
def context(url: str) -> JsonObject:
    """Return a packaged context; its bytes are compared with the lock first."""
    if url not in _lock():
        raise CanonicalizationError(
            f'the context "{url[:200]}" is not one that obit carries', fix=FIX
        )
    data = (_CONTEXTS / _lock()[url]["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != _lock()[url]["sha256"]:
        raise CanonicalizationError(
            f"the packaged copy of {url} was changed", fix="install obit again"
        )
    document: JsonObject = json.loads(data)
    return document


def _load(url: str, _options: Any = None) -> dict[str, Any]:
    catch_all = {"@context": {"@vocab": _UNDEFINED}}
    return {
        "contextUrl": None,
        "documentUrl": url,
        "document": catch_all if url == _CATCH_ALL else context(url),
        "contentType": "application/ld+json",
        "tag": "static",  # lets PyLD keep what it made of the context
    }


def canonicalize(document: JsonObject) -> str:
    """Return the document's canonical N-Quads; raise CanonicalizationError if anything would be lost."""
    _check_input(document)
    return _canonicalized(json.dumps(document))


# One run meets the same proof configurations and status lists again and again.
@functools.lru_cache(maxsize=32)
def _canonicalized(text: str) -> str:
    return _canonical_text(_to_dataset(json.loads(text)))


def dataset(document: JsonObject) -> Any:
    """Return the document as a pyoxigraph Dataset, not canonicalised; raise CanonicalizationError."""
    _check_input(document)
    return _to_dataset(document)


def _to_dataset(document: JsonObject) -> Any:
    # What the catch-all vocabulary did not catch expands to the same as without it.
    expanded = _expand(_with_catch_all(document))
    _check_expanded(expanded)
    return _dataset(expanded)


@functools.cache
def _jsonld() -> Any:
    """Import PyLD when a command signs or verifies: it takes a tenth of a second and 10 MiB.

    It would import clients for the web with it, to fetch contexts from a network that is never asked here, and
    a reader of HTML, in which no credential is looked for: twice as much again. Without them it does as well;
    for those that it insists on an empty module stands in.
    """
    hidden: dict[str, ModuleType | None] = dict.fromkeys(_WEB_CLIENTS)
    hidden |= {name: ModuleType(name) for name in _NEVER_ASKED}
    hidden = {name: module for name, module in hidden.items() if name not in sys.modules}
    sys.modules.update(hidden)  # type: ignore[arg-type]  # None: the import system finds no such module
    try:
        from pyld import jsonld  # noqa: PLC0415 - see above
    finally:
        for name in hidden:
            del sys.modules[name]
    return jsonld


def _expand(document: JsonObject) -> Any:
    jsonld = _jsonld()
    try:
        return jsonld.expand(document, {"documentLoader": _load, "base": _RELATIVE})
    except CanonicalizationError:
        raise
    except (
        jsonld.JsonLdError,
        RecursionError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        cause = _cause(error)
        raise CanonicalizationError(
            f"the document is not valid JSON-LD: {cause}", fix=FIX
        ) from error


def _cause(error: BaseException) -> str:
    """Find the shortest honest sentence in a chain of JSON-LD errors."""
    inner: BaseException = error
    while getattr(inner, "cause", None) is not None and isinstance(inner.cause, BaseException):  # type: ignore[attr-defined]
        inner = inner.cause  # type: ignore[attr-defined]
    if isinstance(inner, CanonicalizationError):
        return inner.message
    code = getattr(inner, "code", None)
    return str(code) if code else type(inner).__name__


def _check_input(document: JsonObject) -> None:
    """Refuse what engines treat differently (standards reference, 6.3 step 4)."""
    rest: list[tuple[str, Any]] = [("", document)]
    while rest:
        name, item = rest.pop()
        if item is None:
            raise CanonicalizationError(f'"{name}" has no value', fix="leave the field out")
        if isinstance(item, str) and FORBIDDEN.search(item):
            raise CanonicalizationError(
                f'"{name}" holds a control character', fix="delete the invisible character"
            )
        if isinstance(item, dict):
            for key, value in item.items():
                _check_key(key)
                if key == "@context":
                    _check_context(value)
                else:
                    rest.append((key, value))
        elif isinstance(item, list):
            rest.extend((name, value) for value in item)


def _check_key(key: str) -> None:
    if key.startswith("@") and key != "@context":
        raise CanonicalizationError(f'the JSON-LD keyword "{key[:60]}" is not allowed', fix=FIX)
    if FORBIDDEN.search(key):
        raise CanonicalizationError("a field's name holds a control character", fix=FIX)


def _check_context(value: Any) -> None:
    items = value if isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, str):
            raise CanonicalizationError(
                "a context is written out inside the document, so words could be redefined",
                fix="name published contexts by their address only",
            )
        context(item)


def _with_catch_all(document: Any) -> Any:
    """Copy, letting every context end with a vocabulary that catches undefined terms."""
    if isinstance(document, list):
        return [_with_catch_all(item) for item in document]
    if not isinstance(document, dict):
        return document
    copy = {key: _with_catch_all(value) for key, value in document.items() if key != "@context"}
    if "@context" in document:
        given = document["@context"]
        contexts = given if isinstance(given, list) else [given]
        copy["@context"] = [*contexts, _CATCH_ALL]
    return copy


def _check_expanded(expanded: Any) -> None:
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    for kind, word in _words(expanded):
        if kind == "lost":
            raise CanonicalizationError(
                "a text or a number stands where only an object can, and would be left out", fix=FIX
            )
        if word.startswith(_UNDEFINED):
            raise CanonicalizationError(
                f'no context defines the {kind} "{word[len(_UNDEFINED) :][:100]}"', fix=FIX
            )
        if word.startswith("@"):
            continue
        if word.startswith(_RELATIVE_SCHEME) or not _SCHEME.match(word):
            shown = word.removeprefix(_RELATIVE)[:100]
            raise CanonicalizationError(f'the {kind} "{shown}" is not a complete address', fix=FIX)
        if _IRI_FORBIDDEN.search(word):
            raise CanonicalizationError(
                f'the {kind} "{word[:100]}" holds a character that addresses may not hold', fix=FIX
            )
        try:
            # The parser leaves out, without a word, whatever hangs on an address that RFC 3987
            # does not allow: it would stand outside the signature.
            pyoxigraph.NamedNode(word)
        except ValueError:
            raise CanonicalizationError(
                f'the {kind} "{word[:100]}" is not an address that RDF allows', fix=FIX
            ) from None


def _words(expanded: Any) -> Iterator[tuple[str, str]]:
    """List every property, type and id of an expanded document, and each value that RDF would lose."""
    rest: list[Any] = [expanded]
    while rest:
        item = rest.pop()
        if isinstance(item, list):
            rest.extend(item)
        elif isinstance(item, dict):
            for key, value in item.items():
                if key == "@id":
                    yield "id", value
                elif key == "@type":
                    yield from (
                        ("type", kind) for kind in (value if isinstance(value, list) else [value])
                    )
                elif key == "@graph" and any("@value" in node for node in value):
                    yield "lost", ""
                elif key not in ("@value", "@language", "@direction"):
                    yield "field", key
                    rest.append(value)


def _dataset(expanded: Any) -> Any:
    """Turn an expanded document, which needs no context any more, into an RDF dataset."""
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    try:
        text = json.dumps(_with_written_numbers(expanded))
        return pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD))
    except (SyntaxError, ValueError) as error:
        raise CanonicalizationError("the document can't be turned into RDF", fix=FIX) from error


def _with_written_numbers(value: Any) -> Any:
    """Write numbers and booleans as JSON-LD 1.1 API, 8.2.2 does; engines' own ways differ."""
    if isinstance(value, list):
        return [_with_written_numbers(item) for item in value]
    if not isinstance(value, dict):
        return value
    if not isinstance(value.get("@value"), bool | int | float):
        return {name: _with_written_numbers(item) for name, item in value.items()}
    number, datatype = value["@value"], value.get("@type")
    if isinstance(number, bool):
        return {"@value": str(number).lower(), "@type": datatype or _XSD + "boolean"}
    if number % 1 or abs(number) >= _TOO_LARGE or datatype == _XSD + "double":
        mantissa, _, exponent = f"{number:.15E}".partition("E")
        fraction = mantissa.rstrip("0")
        text = f"{fraction}{'0' if fraction.endswith('.') else ''}E{int(exponent)}"
        return {"@value": text, "@type": datatype or _XSD + "double"}
    return {"@value": str(int(number)), "@type": datatype or _XSD + "integer"}


def canonical_nquads(nquads: str) -> str:
    """Canonicalise N-Quads by RDFC-1.0 with SHA-256; lines in code-point order."""
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    try:
        quads = pyoxigraph.parse(nquads, format=pyoxigraph.RdfFormat.N_QUADS)
        return _canonical_text(pyoxigraph.Dataset(quads))
    except (SyntaxError, ValueError) as error:
        raise CanonicalizationError("the text is not N-Quads", fix=FIX) from error


def _canonical_text(dataset: Any) -> str:
    import pyoxigraph  # noqa: PLC0415 - see above

    _refuse_poison(dataset)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    # One quad a line; the serialiser's order is its own.
    lines = (written or b"").decode("utf-8").split("\n")
    return "".join(sorted(line + "\n" for line in lines if line))


def _refuse_poison(dataset: Any) -> None:
    """Bound the work: many blank nodes that look alike make RDFC-1.0 try their permutations."""
    import pyoxigraph  # noqa: PLC0415 - see above

    lines: dict[Any, list[str]] = defaultdict(list)
    neighbours: dict[Any, set[Any]] = defaultdict(set)
    for quad in dataset:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        blanks = {t for t in terms if isinstance(t, pyoxigraph.BlankNode)}
        for blank in blanks:
            shape = [
                ("_:a" if t == blank else "_:z") if isinstance(t, pyoxigraph.BlankNode) else str(t)
                for t in terms
            ]
            lines[blank].append(" ".join(shape))
            neighbours[blank] |= blanks
    shapes = {blank: "\n".join(sorted(said)) for blank, said in lines.items()}
    if len(shapes) > MAX_BLANK_NODES or _is_too_much_alike(shapes, neighbours):
        raise CanonicalizationError(
            "the document holds too many unnamed parts that look alike",
            fix="give evidence and other parts an address of their own, and name fewer of them",
        )


def _is_too_much_alike(shapes: dict[Any, str], neighbours: dict[Any, set[Any]]) -> bool:
    in_all = 0
    for group in _connected(neighbours):
        counts = Counter(shapes[blank] for blank in group)
        alike = [count for count in counts.values() if count > 1]
        in_all += sum(alike)
        if max(alike, default=0) > MAX_ALIKE_BLANK_NODES or sum(alike) > MAX_ALIKE_TOGETHER:
            return True
    return in_all > MAX_ALIKE_IN_ALL


def _connected(neighbours: dict[Any, set[Any]]) -> Iterator[set[Any]]:
    """Yield the groups of blank nodes that quads connect."""
    seen: set[Any] = set()
    for start in neighbours:
        if start in seen:
            continue
        group, rest = {start}, [start]
        while rest:
            found = neighbours[rest.pop()] - group
            group |= found
            rest += found
        seen |= group
        yield group
