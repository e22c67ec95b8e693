"""QR codes of addresses in one folder: drawn a few times by segno, then changed bit by bit.

A QR code (ISO/IEC 18004) with a fixed mask is linear in its data: flipping one bit of the data
flips the same modules whatever else it says. So for each length of name one code is drawn in
full; any other differs from it by what its bytes flip, which is worked out once per byte and place
(Reed-Solomon, section 7.5; interleaving, 7.6; placement, 7.7.3). All of it is fifty times as
fast as drawing anew. A pattern counts only once it gives segno's very bytes for another address of
the length; lengths and characters for which it is not meant are drawn by segno.
"""

import functools
import io
import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import segno

BORDER: Final = 2
_MASK: Final = 3
_BYTES = re.compile(r"(?=.*[a-z])[\x20-\x7e]+")
"""Texts that are written byte by byte: a small letter keeps them out of the shorter alphabets."""
_BLOCKS = {
    1: (10, 1), 2: (16, 1), 3: (26, 1), 4: (18, 2), 5: (24, 2),
    6: (16, 4), 7: (18, 4), 8: (22, 4), 9: (22, 5),
}  # fmt: skip
"""Version → correction bytes per block, blocks, at level M (table 9). From 10 the length has 16 bits."""
_HEADER_BITS = 12
"""Mode (4 bits) and length (8 bits) come before the data: each byte lies across two codewords."""
_DARK = 0x21
"""A dark module in a drawing: in its own digit, and in the one before."""
_AFTER = 8
"""Addresses of a kind that are drawn in full before its pattern is made: that takes as long as a dozen."""
_REMEMBERED = 16
_MANY_STEPS = 8192


def draw(address: str) -> bytes:
    """Draw an address as a QR code (SVG, level M), black on nothing, two modules of border."""
    if not _BYTES.fullmatch(address):
        return _drawn(_code(address))
    at = address.rfind("/", 0, -1) + 1
    folder, name = address[:at], address[at:]
    known = _known(folder, len(name))
    if known.pattern is not None:
        return known.pattern.draw(name.encode())
    drawn = _drawn(_code(address))
    known.learn(folder, name, drawn)
    return drawn


def _code(address: str) -> segno.QRCode:
    # A fixed mask: choosing the best of eight takes eight times as long and no reader needs it.
    return segno.make(address, error="m", micro=False, boost_error=False, mask=_MASK)


def _drawn(code: segno.QRCode) -> bytes:
    drawn = io.BytesIO()
    code.save(
        drawn, kind="svg", border=BORDER, omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )  # fmt: skip
    return drawn.getvalue()


@dataclass(slots=True)
class _Pattern:
    """The code of one address, and which modules each byte of another name in its folder flips.

    To find the runs of dark modules, a drawing has a hexadecimal digit for each module: 1 if it is dark, and 2
    if the next one is. An 8 stands after each row. So every run ends in the digit 1.
    """

    name: bytes
    """The end of the address; what comes before is the same in others."""
    first: int
    """How many bytes that is."""
    modules: int
    """All modules, row after row and each followed by a light one, as one number; the last is the lowest bit."""
    size: int
    places: tuple[int, ...]
    """Bit of the final message → bit of ``modules``."""
    version: int
    start: str
    """The drawing up to the end of its first run, the same in every code, and what comes after the last."""
    end: str
    _rows: int = field(init=False)
    """The end of each row, in a drawing."""
    _flips: "list[_Flips]" = field(init=False)
    _steps: "_Steps" = field(init=False)

    def __post_init__(self) -> None:
        self._rows = int(("0" * self.size + "8") * self.size, 16)
        self._flips = [_Flips(self, place) for place in range(len(self.name))]
        self._steps = _Steps(self.size)

    @property
    def usable(self) -> bool:
        return self.version in _BLOCKS

    def draw(self, name: bytes) -> bytes:
        flips = map(operator.getitem, self._flips, name)
        modules = functools.reduce(operator.xor, flips, self.modules)
        drawing = int(f"{modules:b}", 16) * _DARK + self._rows
        runs = f"{drawing:x}".split("1")[1:-1]
        if len(self._steps) > _MANY_STEPS:
            self._steps.clear()
        steps = map(self._steps.__getitem__, runs)
        return f"{self.start}{''.join(steps)}{self.end}".encode()

    def bit(self, place: int, bit: int) -> int:
        """Return the modules that change with one bit of one byte of the name."""
        at = _HEADER_BITS + 8 * (self.first + place)
        # The header ends in the middle of a codeword.
        word = (at // 8, 1 << bit >> 4) if bit >= 4 else (at // 8 + 1, 1 << bit << 4)
        return self._word(*word)

    def _word(self, number: int, word: int) -> int:
        """Return the modules that change with the bits of ``word`` in one data codeword."""
        correction, blocks = _BLOCKS[self.version]
        length = len(self.places) // 8 - correction * blocks
        flips = 0
        for at, change in _changes(number, word, length, correction, blocks):
            for shift in range(8):
                if change >> (7 - shift) & 1:
                    flips ^= 1 << self.places[8 * at + shift]
        return flips


class _Flips(dict[int, int]):
    """A byte → the modules that it changes where it stands in one place."""

    def __init__(self, pattern: _Pattern, place: int) -> None:
        super().__init__()
        self._pattern, self._place = pattern, place
        self._bits: tuple[int, ...] = ()

    def __missing__(self, byte: int) -> int:
        if not self._bits:
            self._bits = tuple(self._pattern.bit(self._place, bit) for bit in range(8))
        change = byte ^ self._pattern.name[self._place]
        chosen = [flips for bit, flips in enumerate(self._bits) if change >> bit & 1]
        self[byte] = flips = functools.reduce(operator.xor, chosen, 0)
        return flips


class _Steps(dict[str, str]):
    """A run's digits but the last → the way to it from the run before, as segno writes it, and the run."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._row = size + 1

    def __missing__(self, run: str) -> str:
        rows = run.count("8") + run.count("a")
        dark = run.count("3") + 1
        light = len(run) - (dark - 1) - rows * self._row
        self[run] = step = f"m{light} {rows}h{dark}"
        return step


@dataclass(slots=True)
class _Known:
    """What is known of the addresses in one folder with names of one length."""

    met: int = 0
    pattern: _Pattern | None = None
    """One that gave the very bytes of a drawing."""

    def learn(self, folder: str, name: str, drawn: bytes) -> None:
        """Make the pattern, when that is worth it."""
        self.met += 1
        if self.met == _AFTER:
            pattern = _pattern(folder, len(name))
            if pattern.usable and pattern.draw(name.encode()) == drawn:
                self.pattern = pattern


@functools.lru_cache(maxsize=_REMEMBERED)
def _known(folder: str, length: int) -> _Known:  # noqa: ARG001 - they are what is told apart
    return _Known()


def _pattern(folder: str, length: int) -> _Pattern:
    """Draw a code for names of one length, and see where its data stand."""
    name = "x" * length
    code = _code(folder + name)
    drawn = _drawn(code).decode()
    start, first_run, _ = drawn.partition("h7")
    rows = ["".join("1" if module else "0" for module in row) + "0" for row in code.matrix]
    return _Pattern(
        name=name.encode(),
        first=len(folder),
        modules=int("".join(rows), 2),
        size=len(rows),
        places=tuple(_placement(int(code.version))),
        version=int(code.version),
        start=start + first_run,
        end=drawn[drawn.rindex('"/>') :],
    )


def _is_data(row: int, column: int, version: int) -> bool:
    """Tell whether a module holds data: none that help to find and to read the code (6.3)."""
    size = 4 * version + 17
    finders = (row < 9 and (column < 9 or column >= size - 8)) or (column < 9 and row >= size - 8)
    versions = version >= 7 and (
        (row < 6 and column >= size - 11) or (column < 6 and row >= size - 11)
    )
    if finders or versions or row == 6 or column == 6:
        return False
    last = size - 7
    centres = (6, last) if version < 7 else (6, (6 + last) // 2, last)
    # An alignment pattern would stand in each crossing, but for the corners of the finders.
    return not any(
        abs(row - y) < 3 and abs(column - x) < 3
        for y in centres
        for x in centres
        if version > 1 and (y, x) not in ((6, 6), (6, last), (last, 6))
    )


def _placement(version: int) -> Iterator[int]:
    """Yield where the bits of the message stand: in pairs of columns, upwards and downwards in turn."""
    size = 4 * version + 17
    rights = [
        right - (right <= 6) for right in range(size - 1, 0, -2)
    ]  # the timing pattern's column
    for turn, right in enumerate(rights):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for row in rows:
            for column in (right, right - 1):
                if _is_data(row, column, version):
                    yield (size - row) * (size + 1) - 1 - column


def _changes(
    number: int, word: int, length: int, correction: int, blocks: int
) -> Iterator[tuple[int, int]]:
    """Yield what changes in the final message with one of ``length`` data codewords: place and bits.

    The codewords of all blocks stand in turn, the later blocks are the longer ones (7.6); the correction
    codewords follow in the same way.
    """
    short, longer = divmod(length, blocks)
    first_longer = (blocks - longer) * short
    if number < first_longer:
        block, column = divmod(number, short)
        size = short
    else:
        block, column = divmod(number - first_longer, short + 1)
        block, size = block + blocks - longer, short + 1
    yield column * blocks + block - (blocks - longer if column == short else 0), word
    for place, coefficient in enumerate(_remainder(size - 1 - column, correction)):
        yield length + place * blocks + block, _product(word, coefficient)


@functools.cache
def _remainder(distance: int, count: int) -> tuple[int, ...]:
    """Divide what stands ``distance`` before the end of a block by the generator (7.5.2)."""
    generator = _generator(count)
    if distance == 0:
        return generator
    first, *rest = _remainder(distance - 1, count)
    pairs = zip((*rest, 0), generator, strict=True)
    return tuple([one ^ _product(first, other) for one, other in pairs])


@functools.cache
def _generator(count: int) -> tuple[int, ...]:
    """Return the coefficients of (x - 1)(x - a)…, after the leading one."""
    polynomial, root = [1], 1
    for _ in range(count):
        shifted = [*polynomial, 0]
        for place, coefficient in enumerate(polynomial):
            shifted[place + 1] ^= _product(coefficient, root)
        polynomial, root = shifted, _product(root, 2)
    return tuple(polynomial[1:])


@functools.cache
def _product(one: int, other: int) -> int:
    """Multiply in the field of 256 elements that the standard uses."""
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (0x11D if one & 0x80 else 0)
        other >>= 1
    return product
