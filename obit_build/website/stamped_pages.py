"""Pages that look alike: rendered once with marks, then filled in.

A site has thousands of award pages and few kinds of them. For each kind (the same fields filled,
the same lists as long, the same badge in the same edition) the templates are gone through once
with marks in place of the texts (:mod:`obit_build.website.marks`); other pages of the kind are what
came out, with their own texts in it. That is thirty times as fast.

Templates are the centre's code, so nothing is taken for granted: a text that a template looks at
has to be the same; a theme whose templates could put texts together before they look at them is
rendered page by page; and what came out counts only if it gives the very page that it was made from.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes
from markupsafe import escape

from obit_build.errors import RenderError
from obit_build.website.marks import (
    BOUNDARY,
    InDoubtError,
    NeedsTextError,
    Value,
    shown,
    take_apart,
    with_marks,
)
from obit_build.website.render import Renderer

MAX_KINDS = 1024
MAX_TRIES = 24
"""Texts that the templates of one page may look at."""
AFTER = 2
"""A kind is learnt when it is met for this time: learning costs as much as two pages."""
_FOUND = re.compile(f"{BOUNDARY}([0-9]+)([a-z]){BOUNDARY}")

_ARRANGING = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.If, nodes.For, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare,
    nodes.Operand, nodes.Keyword, nodes.Tuple, nodes.List, nodes.Assign, nodes.Block,
)  # fmt: skip
"""What a template may consist of: none of it makes a new text of others, or keeps what is shown."""
_FILTERS = {"capitalize", "default", "length", "lower", "string", "truncate", "upper", "wordcount"}
"""Filters that look at their text, or hand it on as it is."""
_TESTS = {"defined", "undefined", "none"}
_FUNCTIONS = {"count", "icon", "t"}
"""Our own; they look at what they are given."""

Key = tuple[Any, ...]
Variant = tuple[Key, tuple[Value, ...]]
"""A kind, and the texts that its templates look at."""


@dataclass(frozen=True, slots=True)
class _Plate:
    """A page with places for texts."""

    pieces: tuple[str, ...]
    """What stands before, between and after the places."""
    places: tuple[int, ...]
    """For each place which of ``wanted`` stands there."""
    wanted: tuple[tuple[int, str], ...]
    """Position of a value, and which part of it."""

    def fill(self, values: Sequence[Value]) -> str | None:
        """Return the page; None if a text holds what stands around marks."""
        said = [shown(values[position], part) for position, part in self.wanted]
        texts = [text for text in said if type(text) is str]
        if texts:  # escaped all at once: each call costs more than the texts of a page
            escaped = str.split(escape(BOUNDARY.join(texts)), BOUNDARY)
            if len(escaped) != len(texts):
                return None
            rest = iter(escaped)
            said = [next(rest) if type(text) is str else text for text in said]
        page = [""] * (2 * len(self.pieces) - 1)
        page[::2] = self.pieces
        page[1::2] = [said[place] for place in self.places]
        return "".join(page)


@dataclass(slots=True)
class PageStamper:
    """Renders pages as its renderer does, remembering their kinds."""

    renderer: Renderer
    stamped: int = 0
    """How many pages were filled in."""
    _plain: dict[str, bool] = field(default_factory=dict)
    """Of the templates whose pages were met often enough to ask."""
    _kept: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    """Positions of the texts that the templates look at."""
    _met: dict[Variant, int] = field(default_factory=dict)
    _plates: dict[Variant, _Plate] = field(default_factory=dict)
    _shared: dict[int, object] = field(default_factory=dict)
    """What is told apart by its id stays alive, so that no other gets its id."""
    _looked: dict[Key, set[int]] = field(default_factory=dict)
    """The same for the last kind of the same template and shape: most templates look at the same places."""
    _noted: list[object] = field(default_factory=list)

    @contextlib.contextmanager
    def noted(self) -> Iterator[list[object]]:
        """Note for each page that is rendered meanwhile the plate that was filled in, or None.

        Two pages of one plate differ in nothing that a template has looked at.
        """
        before, self._noted = self._noted, []
        try:
            yield self._noted
        finally:
            self._noted = before

    def render(
        self,
        template: str,
        frame: Mapping[str, object],
        varying: Mapping[str, object],
        shared: Sequence[object],
        *,
        page: str,
    ) -> str:
        """Render a page of ``frame``, which many share, and ``varying``; raises what the renderer raises.

        ``shared`` are the records within ``varying`` that are the same objects on many pages.
        """
        self._noted.append(None)

        def full(with_values: Mapping[str, object] = varying) -> str:
            return self.renderer.render(template, {**frame, **with_values}, page=page)

        if not self._plain.get(template, True):
            return full()
        if len(self._met) >= MAX_KINDS or len(self._shared) >= MAX_KINDS:
            for table in (self._met, self._kept, self._plates, self._looked, self._shared):
                table.clear()
        self._shared.update({id(item): item for item in (frame, *shared)})
        start: list[Any] = [template, id(frame)]
        values: list[Value] = []
        try:
            for name, item in varying.items():
                start.append(name)
                take_apart(item, start, values, self._shared)
        except InDoubtError:
            return full()
        key = tuple(start)
        variant = (key, tuple([values[position] for position in self._kept.get(key, ())]))
        plate = self._plates.get(variant)
        stamped = plate.fill(values) if plate is not None else None
        if stamped is not None:
            self.stamped += 1
            self._noted[-1] = plate
            return stamped
        text = full()
        met = self._met[variant] = self._met.get(variant, 0) + 1
        if met >= AFTER and met & (met - 1) == 0:  # ever more seldom: some kinds can't be learnt
            self._learn(key, varying, values, text, full)
        return text

    def _learn(
        self, key: Key, varying: Mapping[str, object], values: Sequence[Value], text: str, full: Any
    ) -> None:
        """Render with marks, keeping each text that the templates look at."""
        template = key[0]
        if template not in self._plain:
            self._plain[template] = is_plain(self.renderer, template)
        if not self._plain[template] or BOUNDARY in text:
            return
        shape = tuple([item[0] if type(item) is tuple else item for item in (key[0], *key[2:])])
        kept = set(self._kept.get(key, self._looked.get(shape, ())))
        for _ in range(MAX_TRIES):
            wished = iter([None if p in kept else p for p in range(len(values))])
            marked = {n: with_marks(item, wished, self._shared) for n, item in varying.items()}
            try:
                plate = _plate(full(marked))
            except NeedsTextError as looked_at:
                kept.add(looked_at.position)
                continue
            except RenderError:
                return
            if plate is not None and plate.fill(values) == text:
                self._kept[key] = tuple(sorted(kept))
                self._looked[shape] = kept
                self._plates[key, tuple([values[p] for p in self._kept[key]])] = plate
            return


def _plate(page: str) -> _Plate | None:
    pieces, wanted = [], []
    end = 0
    for found in _FOUND.finditer(page):
        pieces.append(page[end : found.start()])
        wanted.append((int(found[1]), found[2]))
        end = found.end()
    pieces.append(page[end:])
    if any(BOUNDARY in piece for piece in pieces):
        return None
    distinct = tuple(dict.fromkeys(wanted))
    numbers = {place: number for number, place in enumerate(distinct)}
    return _Plate(tuple(pieces), tuple(numbers[place] for place in wanted), distinct)


def is_plain(renderer: Renderer, template: str) -> bool:
    """Tell whether a template and all that it includes only choose, repeat and show."""
    seen: set[str] = set()
    waiting = [template]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        tree = renderer.tree(name)
        if tree is None:
            return False
        for node in _nodes(tree):
            if isinstance(node, nodes.Include | nodes.Extends):
                if not isinstance(node.template, nodes.Const):
                    return False
                waiting.append(str(node.template.value))
            elif not _only_arranges(node):
                return False
    return True


def _nodes(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Yield all nodes, but for the parent block where it is shown at once."""
    yield tree
    for child in tree.iter_child_nodes():
        if not (isinstance(tree, nodes.Output) and _is_parent_block(child)):
            yield from _nodes(child)


def _is_parent_block(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "super"
    )


def _only_arranges(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Name):
        return node.ctx == "load" or node.name not in _FUNCTIONS
    if isinstance(node, nodes.Filter):
        return node.name in _FILTERS
    if isinstance(node, nodes.Test):
        return node.name in _TESTS
    if isinstance(node, nodes.Call):
        return isinstance(node.node, nodes.Name) and node.node.name in _FUNCTIONS
    if isinstance(node, nodes.Add):
        sides = (node.left, node.right)
        return all(isinstance(side, nodes.Filter) and side.name == "length" for side in sides)
    return isinstance(node, _ARRANGING)
