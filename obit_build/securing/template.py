"""The canonical N-Quads of documents that differ in a few texts: worked out once, then filled in.

The full way of :mod:`obit_build.securing.canonical` is gone with a mark in place of every text and address.
What comes out is a :class:`Template`; filling in a document's own values, naming the blank nodes by
the hash of their lines (RDFC-1.0, 4.6) and sorting gives what the full way would have given. A
template counts only once it reproduces the document that it was made from.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from obit_build.errors import CanonicalizationError
from obit_build.securing import canonical
from obit_build.securing.filling import PLACE, Lines, Together, in_order, place
from obit_build.strict_json import FORBIDDEN, JsonObject

MARK: Final = "urn:x-obit-mark:"
MAX_REMEMBERED = 500
"""Characters of an address that is remembered: an issuer's and a badge's stand in many documents."""
_MARKED = re.compile(MARK + r"(\d+):")
_ADDRESS = re.compile(r"(?:https?://|urn:|did:|mailto:)[^\x00-\x20<>\"{}|\\^`\x7f]+")
"""Complete addresses that no context can take for a short form (its own test says why)."""
_BEGINNING = re.compile(r"[a-z]+://[^/]+/(?:[^/]+/)*?[^/]+/(?=.)")
"""What addresses of one kind have in common: host and first folder."""
_REST = r"[A-Za-z0-9/._-]*(?:#[A-Za-z0-9_-]*)?"
"""How most go on: with what every address may hold."""
_ESCAPED = re.compile('[\t\n\r"\\\\]')
_ESCAPES = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}
Compose = Callable[[Sequence[str]], JsonObject]
"""Writes a document with the given texts and addresses in the places of its own."""


class InDoubtError(Exception):
    """Only the full way can judge the document."""


class Template:
    """The canonical N-Quads of one form, with places for its values and for its blank nodes' names."""

    def __init__(
        self,
        addresses: Sequence[int],
        texts: Sequence[int],
        named: Lines,
        unnamed: Sequence[tuple[Lines, bytes | Lines]],
        beginnings: Mapping[int, str],
    ) -> None:
        """Take the lines about what has an address; then of each blank node its lines and its hash.

        Instead of a hash stand the lines that are hashed. The places of the names come after those
        of the values.
        """
        self.addresses = tuple(addresses)
        """Positions of values that are addresses."""
        self.texts = tuple(texts)
        """Positions of values that are literals."""
        about = (named, *(lines for lines, _ in unnamed))
        self._about = Together(lines.form for lines in about)
        self._is_steady = all(lines.is_steady for lines in about)
        self._names = [b"_:c14n%d" % number for number in range(len(unnamed))]
        self._hashes = [found if isinstance(found, bytes) else b"" for _, found in unnamed]
        hashed = [(at, found) for at, (_, found) in enumerate(unnamed) if isinstance(found, Lines)]
        self._hashed = tuple(hashed)
        self._told = Together(lines.form for _, lines in hashed)
        self._known = [
            (p, re.compile(re.escape(beginnings[p]) + _REST) if p in beginnings else None)
            for p in self.addresses
        ]

    def fill(self, values: Sequence[str]) -> bytes:
        """Return the canonical N-Quads (UTF-8); raise InDoubtError where only the full way can tell."""
        return self.fill_escaped(values, [escaped(value).encode() for value in values])

    def fill_escaped(self, values: Sequence[str], written: Sequence[bytes]) -> bytes:
        """Do the same with values that were escaped before; what no literal may hold is not looked for."""
        begun = True
        for position, known in self._known:
            if known is None or not known.fullmatch(values[position]):
                begun = False
                if not is_plain_address(values[position]):
                    raise InDoubtError
        names = self._named(written)
        named, *unnamed = self._about.fill([*written, *names])
        in_turn = [said for _, said in sorted(zip(names, unnamed, strict=True))]
        # What has no address comes last: "_" after "<".
        filled = b"".join(chain(named, *in_turn))
        # Two places may hold one address, and then say the same about it.
        return filled if begun and self._is_steady else in_order(filled)

    def _named(self, written: Sequence[bytes]) -> list[bytes]:
        """Name the blank nodes in the order of their hashes."""
        hashes = self._hashes.copy()
        for (at, lines), told in zip(self._hashed, self._told.fill(written), strict=True):
            hashes[at] = lines.digest(b"".join(told))
        names = dict(zip(sorted(hashes), self._names, strict=True))
        if len(names) < len(hashes) or b"" in names:
            raise InDoubtError  # two that look alike, or a line said twice? Only RDF knows
        return [names[found] for found in hashes]


def is_plain_address(value: str) -> bool:
    """Whether a value is an address in every context, and one that RDF allows."""
    if len(value) > MAX_REMEMBERED:
        return _is_plain_address.__wrapped__(value)
    return _is_plain_address(value)


@functools.lru_cache(maxsize=1024)
def _is_plain_address(value: str) -> bool:
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    if not _ADDRESS.fullmatch(value) or FORBIDDEN.search(value):
        return False
    try:
        pyoxigraph.NamedNode(value)
    except ValueError:
        return False
    return True


def escaped(value: str) -> str:
    """Escape a literal as canonical N-Quads does; raise InDoubtError for characters that are refused."""
    if FORBIDDEN.search(value):
        raise InDoubtError
    return value.translate(_ESCAPES) if _ESCAPED.search(value) else value


def compiled(compose: Compose, values: Sequence[str], full: str) -> Template | None:
    """Return a template that gives ``full`` for the values that it was made with, or None."""
    if any(MARK in value for value in values) or MARK in full:
        return None
    try:
        template = _Compiler(compose, values).template()
        return template if template.fill(values) == full.encode() else None
    except (CanonicalizationError, InDoubtError):
        return None


class _Compiler:
    """Makes a template from one document."""

    def __init__(self, compose: Compose, values: Sequence[str]) -> None:
        marks = [f"{MARK}{number}:" for number in range(len(values))]
        quads = list(canonical.dataset(compose(marks)))
        places = _places(quads)
        # An address counts only where one stands now: another value could be a word of a context.
        self._addresses = tuple(
            p for p in sorted(places["address"] - places["text"]) if is_plain_address(values[p])
        )
        self._texts = tuple(sorted(places["text"] - places["address"]))
        kept = {*self._addresses, *self._texts}
        wanted = [mark if p in kept else values[p] for p, mark in enumerate(marks)]
        self._values = values
        self._written = [escaped(value).encode() for value in values]
        self._quads = quads if wanted == marks else list(canonical.dataset(compose(wanted)))
        self._blanks = sorted({t for q in self._quads for t in _terms(q) if _is_blank(t)}, key=str)

    def template(self) -> Template:
        begun = {p: _BEGINNING.match(self._values[p]) for p in self._addresses}
        beginnings = {p: found[0] for p, found in begun.items() if found}
        about: dict[Any, list[str]] = {None: []} | {blank: [] for blank in self._blanks}
        for quad in self._quads:
            subject = quad.subject if _is_blank(quad.subject) else None
            about[subject].append(self._line(quad, self._label))
        sample = [*self._written, *(b"_:c14n0" for _ in self._blanks)]
        return Template(
            self._addresses,
            self._texts,
            Lines(about[None], sample, beginnings),
            [(Lines(about[blank], sample), self._hash(blank)) for blank in self._blanks],
            beginnings,
        )

    def _label(self, blank: Any) -> str:
        return place(len(self._values) + self._blanks.index(blank))

    def _hash(self, blank: Any) -> bytes | Lines:
        def label(other: Any) -> str:
            return "_:a" if other == blank else "_:z"

        said = [self._line(quad, label) for quad in self._quads if blank in _terms(quad)]
        lines = Lines(said, self._written)
        fixed = not PLACE.search(lines.form)
        return (fixed and lines.digest(lines.form.encode())) or lines

    def _line(self, quad: Any, label: Callable[[Any], str]) -> str:
        """Write a quad with places for values; it ends with a full stop."""
        said = [
            label(term)
            if _is_blank(term)
            else _MARKED.sub(lambda found: place(int(found[1])), str(term))
            for term in _terms(quad)
        ]
        return " ".join([*said, "."])


def _terms(quad: Any) -> tuple[Any, ...]:
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    named = () if isinstance(quad.graph_name, pyoxigraph.DefaultGraph) else (quad.graph_name,)
    return (quad.subject, quad.predicate, quad.object, *named)


def _is_blank(term: Any) -> bool:
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    return isinstance(term, pyoxigraph.BlankNode)


def _places(quads: Any) -> dict[str, set[int]]:
    """Tell which marks came out as whole addresses and which as whole literals."""
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    found: dict[str, set[int]] = {"address": set(), "text": set()}
    for quad in quads:
        for term in _terms(quad):
            if _is_blank(term):
                continue
            kind = "text" if isinstance(term, pyoxigraph.Literal) else "address"
            mark = _MARKED.fullmatch(term.value)
            if mark:
                found[kind].add(int(mark[1]))
    return found
