r"""Canonical N-Quads of documents that look alike: worked out once, then filled in.

A badge's credentials differ in a few texts and addresses. For each *form* (the same members in the
same order, the same types, numbers and contexts) the full way of :mod:`obit_build.canonical` is gone
once, with a mark in place of every text and address. What it returns is a :class:`Template`;
filling in a document's own values, naming the blank nodes by the hash of their lines (RDFC-1.0,
4.6) and sorting gives what the full way would have given, about fifty times as fast.

Whatever is in doubt goes the full way, which also says what is wrong: a form that is new, an
address that could mean something else in another context, two blank nodes that look alike, a
character that is not allowed. A template counts only once it reproduces the document that it was made from.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from obit_build import canonical
from obit_build.errors import CanonicalizationError
from obit_build.strict_json import FORBIDDEN, JsonObject

MARK: Final = "urn:x-obit-mark:"
MAX_FORMS = 256
"""Forms that are remembered; a hostile folder of thousands must not fill the memory."""
MAX_VALUES = 2_000
"""Texts and addresses in a document; larger ones are rare and go the full way."""

_DICT, _LIST, _END, _SHARED = 1, 2, 3, 4
_MARKED = re.compile(MARK + r"(\d+):")
_ADDRESS = re.compile(r"(?:https?://|urn:|did:|mailto:)[^\x00-\x20<>\"{}|\\^`\x7f]+")
"""Complete addresses that no context can take for a short form (its own test says why)."""
_ESCAPED = re.compile('[\t\n\r"\\\\]')
_ESCAPES = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}
_ALWAYS_STATIC = ("type", "@context")

Key = tuple[Any, ...]
Shared = Mapping[int, str]
"""``id()`` of a part that many documents share → a name for it; whoever passes it keeps the part alive."""
NOTHING_SHARED: Shared = {}


class InDoubtError(Exception):
    """Only the full way can judge the document."""


def form_of(document: JsonObject, shared: Shared = NOTHING_SHARED) -> tuple[Key, list[str]]:
    """Take a document apart: what is alike in all documents of its form, and its own texts.

    Raises InDoubtError for what only the full way can judge.
    """
    key: list[Any] = []
    values: list[str] = []
    _walk(document, key, values, shared)
    if len(values) > MAX_VALUES:
        raise InDoubtError
    return tuple(key), values


def _walk(item: JsonObject, key: list[Any], values: list[str], shared: Shared) -> None:
    for name, value in item.items():
        key.append(name)
        kind = type(value)
        if name in _ALWAYS_STATIC:
            key.append(_fixed(value))
        elif isinstance(value, str):
            values.append(value)
        elif kind is dict:
            _walk_part(value, key, values, shared)
        elif kind is list:
            key.append(_LIST)
            for entry in value:
                if isinstance(entry, str):
                    key.append("")  # no member has this name
                    values.append(entry)
                elif type(entry) is dict:
                    _walk_part(entry, key, values, shared)
                else:
                    key.append(_fixed(entry))
            key.append(_END)
        else:
            key.append(_fixed(value))


def _walk_part(part: JsonObject, key: list[Any], values: list[str], shared: Shared) -> None:
    if shared and id(part) in shared:
        key.append((_SHARED, shared[id(part)]))
        return
    key.append(_DICT)
    _walk(part, key, values, shared)
    key.append(_END)


def _fixed(value: Any) -> Any:
    """Return something that is equal for equal values of one type only (1 is not True)."""
    kind = type(value)
    if isinstance(value, str):
        return ("str", value)
    if kind in (bool, int, float):
        return (kind.__name__, repr(value))
    if kind is list and all(isinstance(entry, str) for entry in value):
        return ("list", *value)
    raise InDoubtError


def with_texts(item: Any, marks: Iterator[str | None], shared: Shared) -> Any:
    """Copy a document, putting the next mark in place of each text; None keeps the text."""
    if isinstance(item, str):
        mark = next(marks)
        return item if mark is None else mark
    if isinstance(item, list):
        return [with_texts(entry, marks, shared) for entry in item]
    if not isinstance(item, dict) or id(item) in shared:
        return item
    return {
        name: value if name in _ALWAYS_STATIC else with_texts(value, marks, shared)
        for name, value in item.items()
    }


@dataclass(frozen=True, slots=True)
class _Lines:
    """Some lines, written as one ``%`` format over the values that they need."""

    form: str
    values: Callable[[Sequence[str]], tuple[str, ...]]
    distinct: int
    """How many lines differ if no two values make two lines alike."""

    def fill(self, values: Sequence[str]) -> list[str]:
        return (self.form % self.values(values)).split("\n") if self.form else []


@dataclass(frozen=True, slots=True)
class Template:
    """The canonical N-Quads of one form, with places for its values."""

    addresses: tuple[int, ...]
    """Positions of values that are addresses."""
    texts: tuple[int, ...]
    """Positions of values that are literals."""
    static: tuple[str, ...]
    """Lines without values and blank nodes."""
    lines: _Lines
    """The other lines; a blank node's name follows the values, in the order of ``hashes``."""
    hashes: tuple[str | _Lines, ...]
    """For each blank node its first-degree hash, or the lines that are hashed."""

    def fill(self, values: Sequence[str]) -> str:
        """Return the canonical N-Quads; raise InDoubtError where only the full way can tell."""
        filled = list(values)
        for position in self.addresses:
            if not is_plain_address(values[position]):
                raise InDoubtError
        for position in self.texts:
            filled[position] = _escaped(values[position])
        hashes = [
            found if isinstance(found, str) else _hash_of_filled(found, filled)
            for found in self.hashes
        ]
        ranked = sorted(hashes)
        if len(set(ranked)) < len(ranked):
            raise InDoubtError
        names = {found: f"_:c14n{number}" for number, found in enumerate(ranked)}
        filled += [names[found] for found in hashes]
        lines = [*self.static, *self.lines.fill(filled)]
        # Two places may hold one address, and then say the same about it: RDF is a set.
        return "\n".join(sorted(set(lines))) + "\n"


def is_plain_address(value: str) -> bool:
    """Whether a value is an address in every context, and one that RDF allows."""
    import pyoxigraph  # noqa: PLC0415 - only signing and verifying need it

    if not _ADDRESS.fullmatch(value) or FORBIDDEN.search(value):
        return False
    try:
        pyoxigraph.NamedNode(value)
    except ValueError:
        return False
    return True


def _escaped(value: str) -> str:
    """Escape a literal as canonical N-Quads does; other control characters are refused."""
    if FORBIDDEN.search(value):
        raise InDoubtError
    return value.translate(_ESCAPES) if _ESCAPED.search(value) else value


def _hash_of_filled(lines: _Lines, values: Sequence[str]) -> str:
    filled = lines.fill(values)
    if len(set(filled)) != lines.distinct:
        raise InDoubtError  # one line said twice, or two lines that look alike? Only RDF knows
    return _first_degree_hash(filled)


def _first_degree_hash(lines: list[str]) -> str:
    lines.sort()
    return hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()


class _Compiler:
    """Makes a template from one document."""

    def __init__(self, document: JsonObject, values: Sequence[str], shared: Shared) -> None:
        marks = [f"{MARK}{number}:" for number in range(len(values))]
        every = canonical.dataset(with_texts(document, iter(marks), shared))
        places = _places(every)
        # An address counts only where one stands now: another value could be a word of a context.
        self.addresses = tuple(
            p for p in sorted(places["address"] - places["text"]) if is_plain_address(values[p])
        )
        self.texts = tuple(sorted(places["text"] - places["address"]))
        kept = {*self.addresses, *self.texts}
        wanted = iter([mark if p in kept else None for p, mark in enumerate(marks)])
        self.quads = list(canonical.dataset(with_texts(document, wanted, shared)))
        self.values = len(values)
        self.blanks = sorted({t for q in self.quads for t in _terms(q) if _is_blank(t)}, key=str)

    def template(self) -> Template:
        written = [
            (line, {t for t in _terms(quad) if _is_blank(t)})
            for quad in self.quads
            for line in [self._format(quad, self._label)]
        ]
        static = tuple(sorted(line % () for line, _ in written if not _places_in(line)))
        return Template(
            addresses=self.addresses,
            texts=self.texts,
            static=static,
            lines=_lines([line for line, _ in written if _places_in(line)]),
            hashes=tuple(self._hash(blank) for blank in self.blanks),
        )

    def _label(self, blank: Any) -> str:
        return f"%({self.values + self.blanks.index(blank)})s"

    def _hash(self, blank: Any) -> str | _Lines:
        def label(other: Any) -> str:
            return "_:a" if other == blank else "_:z"

        lines = [self._format(quad, label) for quad in self.quads if blank in _terms(quad)]
        if any(map(_places_in, lines)):
            return _lines(lines)
        return _first_degree_hash([line % () for line in lines])

    def _format(self, quad: Any, label: Callable[[Any], str]) -> str:
        """Write a quad as a ``%`` format: ``%(3)s`` stands for the fourth value."""
        said = [
            label(term) if _is_blank(term) else _MARKED.sub(r"%(\1)s", str(term).replace("%", "%%"))
            for term in _terms(quad)
        ]
        return " ".join([*said, "."])


_PLACE = re.compile(r"%%|%\((\d+)\)s")


def _places_in(text: str) -> list[int]:
    return [int(found[1]) for found in _PLACE.finditer(text) if found[1]]


def _lines(named: Sequence[str]) -> _Lines:
    """Turn named places into positions, which are filled in faster."""
    text = "\n".join(named)
    wanted = _places_in(text)
    form = _PLACE.sub(lambda found: "%s" if found[1] else "%%", text)
    fixed = [line for line in named if not _places_in(line)]
    distinct = len(set(fixed)) + len(named) - len(fixed)
    if len(wanted) == 1:
        only = wanted[0]
        return _Lines(form, lambda values: (values[only],), distinct)
    return _Lines(form, itemgetter(*wanted) if wanted else lambda _values: (), distinct)


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


class Stamper:
    """Canonicalises documents, remembering the forms that it has met.

    A form is worked out when it is met for the ``after``-th time, since that costs as much as two
    documents. Texts that only the full way may judge stand in the form's name.
    """

    def __init__(self, *, after: int = 2) -> None:
        self._after = after
        self._met: dict[Key, int] = {}
        self._kept: dict[Key, tuple[int, ...]] = {}
        self._templates: dict[tuple[Key, tuple[str, ...]], Template] = {}
        self.stamped = 0
        """How many documents did not have to go the full way."""

    def canonicalize(self, document: JsonObject, shared: Shared = NOTHING_SHARED) -> str:
        """Return the canonical N-Quads, as :func:`canonical.canonicalize` does, and raise what it raises."""
        try:
            key, values = form_of(document, shared)
            template = self._template(document, key, values, shared)
            if template is not None:
                text = template.fill(values)
                self.stamped += 1
                return text
        except InDoubtError:
            pass
        return canonical.canonicalize(document)

    def _template(
        self, document: JsonObject, key: Key, values: Sequence[str], shared: Shared
    ) -> Template | None:
        kept = self._kept.get(key)
        if kept is not None:
            whole = (key, tuple([values[position] for position in kept]))
            if whole in self._templates:
                return self._templates[whole]
        if not self._is_due(key):
            return None
        full = canonical.canonicalize(document)  # raises what is wrong with it
        template = compiled(document, values, shared, full)
        if template is not None:
            marked = {*template.addresses, *template.texts}
            self._kept[key] = tuple([p for p in range(len(values)) if p not in marked])
            self._templates[key, tuple([values[p] for p in self._kept[key]])] = template
        return template

    def _is_due(self, key: Key) -> bool:
        """Count; after the first time, ever more seldom: some documents of a form can't be a pattern."""
        if max(len(self._met), len(self._templates)) >= MAX_FORMS:
            for table in (self._met, self._kept, self._templates):
                table.clear()
        met = self._met[key] = self._met.get(key, 0) + 1
        return met >= self._after and (met & (met - 1)) == 0


def compiled(
    document: JsonObject, values: Sequence[str], shared: Shared, full: str
) -> Template | None:
    """Return a template that gives the document's own N-Quads, or None."""
    if any(MARK in value for value in values) or MARK in full:
        return None
    try:
        template = _Compiler(document, values, shared).template()
        return template if template.fill(values) == full else None
    except (CanonicalizationError, InDoubtError):
        return None


_REMEMBERED = Stamper()


def canonicalize(document: JsonObject, shared: Shared = NOTHING_SHARED) -> str:
    """Return the canonical N-Quads of a document, remembering forms for the rest of the process.

    The same text and the same errors as :func:`canonical.canonicalize`; what is remembered changes
    nothing but the time.
    """
    return _REMEMBERED.canonicalize(document, shared)
