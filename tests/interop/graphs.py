"""Graphs to canonicalise: any Unicode, every escape, blank nodes that look alike, lists, named graphs.

Each graph keeps to one half of the characters that engines sort differently (UTF-16 code units or
code points): either none above U+FFFF, or none from U+E000 to U+FFFF. U+FFFE and U+FFFF, and language
tags with capital letters, are left out as well: `test_rdfc.py` shows these differences one by one.
"""

import random
import re
from collections.abc import Callable, Iterator

EX = "http://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
BASIC = ((0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F),
         (0x2000, 0x206F), (0x2190, 0x21FF), (0x3040, 0x30FF), (0x4E00, 0x4FFF), (0xAC00, 0xAD00))  # fmt: skip
LATE = ((0xE000, 0xE0FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD))
ASTRAL = ((0x10000, 0x100FF), (0x1F300, 0x1F6FF), (0xE0000, 0xE007F), (0x10FF00, 0x10FFFD))
CONTROLS = ((0x00, 0x1F), (0x7F, 0x9F), (0x22, 0x22), (0x5C, 0x5C))
SHORT = {0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
LANGUAGES = ("fr", "nl", "en", "fr-be", "zh-hant-tw", "ar")
DATATYPES = (f"{XSD}string", f"{XSD}dateTime", f"{XSD}integer", f"{RDF}HTML", f"{EX}type/é")
# RFC 3987, ucschar, as far as the ranges above go; "/" stands for the ASCII characters of a path.
IN_IRI = re.compile(
    "[A-Za-z0-9._~!$&'()*+,;=:@/-]|[\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd]"
)
Quad = tuple[str, str, str, str]


class Writer:
    """Writes terms as N-Quads allow: plainly, with short escapes, or with numbers."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self._ranges = (*BASIC, *(LATE if draw.random() < 0.5 else ASTRAL))

    def text(self, longest: int = 30) -> str:
        draw = self.draw
        ranges = (*self._ranges, *CONTROLS, *CONTROLS)
        return "".join(
            chr(draw.randint(*draw.choice(ranges))) for _ in range(draw.randint(0, longest))
        )

    def escaped(self, text: str, *, must: Callable[[int], bool]) -> str:
        return "".join(self._character(ord(c), must=must(ord(c))) for c in text)

    def _character(self, code: int, *, must: bool) -> str:
        way = self.draw.random()
        if not must and way < 0.85:
            return chr(code)
        if must and code in SHORT and way < 0.6:
            return SHORT[code]
        return f"\\u{code:04X}" if code < 0x10000 and way < 0.95 else f"\\U{code:08X}"

    def iri(self) -> str:
        path = "".join(IN_IRI.findall(self.text(12)))
        return f"<{EX}{self.escaped(path, must=lambda _: False)}>"

    def literal(self) -> str:
        # Only these can't be written plainly in N-Quads (production STRING_LITERAL_QUOTE).
        text = self.escaped(self.text(), must=lambda code: code in (0x0A, 0x0D, 0x22, 0x5C))
        kind = self.draw.random()
        if kind < 0.3:
            return f'"{text}"@{self.draw.choice(LANGUAGES)}'
        return f'"{text}"' if kind < 0.7 else f'"{text}"^^<{self.draw.choice(DATATYPES)}>'


def texts(writer: Writer) -> Iterator[Quad]:
    """Literals and addresses of any characters, in the default graph and in named ones."""
    for _ in range(writer.draw.randint(1, 8)):
        graph = writer.draw.choice(("", "", writer.iri()))
        value = writer.literal() if writer.draw.random() < 0.8 else writer.iri()
        yield writer.iri(), writer.iri(), value, graph


def rings(writer: Writer) -> Iterator[Quad]:
    """Rings of blank nodes that only their length, or one remark, tells apart."""
    for ring in range(writer.draw.randint(1, 2)):
        length = writer.draw.randint(2, 3)
        for at in range(length):
            yield f"_:r{ring}n{at}", f"<{EX}next>", f"_:r{ring}n{(at + 1) % length}", ""
        if writer.draw.random() < 0.5:
            yield f"_:r{ring}n0", f"<{EX}says>", writer.literal(), ""


def pairs(writer: Writer) -> Iterator[Quad]:
    """Blank nodes that point at each other, at themselves and at shared ones."""
    nodes = [f"_:p{number}" for number in range(writer.draw.randint(2, 4))]
    for _ in range(writer.draw.randint(2, 7)):
        first, second = writer.draw.choice(nodes), writer.draw.choice(nodes)
        yield first, f"<{EX}{writer.draw.choice('pq')}>", second, ""


def stars(writer: Writer) -> Iterator[Quad]:
    """Evidence-like: one subject, several unnamed parts that may say the same."""
    said = [writer.literal() for _ in range(2)]
    for number in range(writer.draw.randint(2, 5)):
        yield f"<{EX}subject>", f"<{EX}part>", f"_:s{number}", ""
        yield f"_:s{number}", f"<{EX}says>", writer.draw.choice(said), ""


def lists(writer: Writer) -> Iterator[Quad]:
    """RDF lists, some shared, some of blank nodes, some not ended."""
    length = writer.draw.randint(0, 5)
    yield "_:holder", f"<{EX}list>", "_:l0" if length else f"<{RDF}nil>", ""
    for at in range(length):
        last = at + 1 == length
        value = (
            writer.literal() if writer.draw.random() < 0.7 else f"_:v{writer.draw.randint(0, 2)}"
        )
        yield f"_:l{at}", f"<{RDF}first>", value, ""
        if not last or writer.draw.random() < 0.9:
            yield f"_:l{at}", f"<{RDF}rest>", f"<{RDF}nil>" if last else f"_:l{at + 1}", ""


def proofs(writer: Writer) -> Iterator[Quad]:
    """Unnamed graphs that another graph speaks of, as the proof of a credential is."""
    for number in range(writer.draw.randint(1, 3)):
        graph = f"_:g{number}"
        yield f"<{EX}credential>", f"<{EX}proof>", graph, ""
        yield f"_:in{number}", f"<{EX}value>", writer.literal(), graph
        if writer.draw.random() < 0.4:
            yield f"_:in{number}", f"<{EX}of>", f"_:in{writer.draw.randint(0, 2)}", graph


SHAPES = (texts, rings, pairs, stars, lists, proofs)


def corpus(seed: int, count: int) -> dict[str, list[Quad]]:
    """Make ``count`` graphs, the same ones for the same seed: of one shape, or of two in one."""
    graphs = {}
    for number in range(count):
        draw = random.Random(f"{seed} {number}")
        writer = Writer(draw)
        shapes = [SHAPES[number % len(SHAPES)]]
        if draw.random() < 0.3:
            shapes.append(draw.choice(SHAPES))
        quads = [quad for shape in dict.fromkeys(shapes) for quad in shape(writer)]
        names = "+".join(dict.fromkeys(shape.__name__ for shape in shapes))
        graphs[f"{number} {names}"] = quads
    return graphs


def written(quads: list[Quad]) -> str:
    return "".join(" ".join(term for term in quad if term) + " .\n" for quad in quads)


def rearranged(quads: list[Quad], draw: random.Random) -> str:
    """Write the same graph with its lines in another order and its blank nodes under other names."""
    names: dict[str, str] = {}
    numbers = draw.sample(range(10_000), 200)

    def renamed(term: str) -> str:
        if not term.startswith("_:"):
            return term
        return names.setdefault(term, f"_:b{numbers[len(names)]}")

    lines = [tuple(renamed(term) for term in quad) for quad in draw.sample(quads, len(quads))]
    return written(lines)
