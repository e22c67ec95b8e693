r"""Texts with places for values: one text, and lines that have to come out sorted.

While it is made, a place is its number between two NUL characters (``\0 3 \0`` without the spaces),
which neither N-Quads nor JSON can hold; filled in are bytes, so that the whole is never encoded again.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final

PLACE: Final = re.compile("\0([0-9]+)\0")
_MARK: Final = "\0"


def place(number: int) -> str:
    """Write the place of one value."""
    return f"{_MARK}{number}{_MARK}"


class Filling:
    """A text with places."""

    __slots__ = ("_parts", "_wanted")

    def __init__(self, text: str) -> None:
        cut = text.split(_MARK)
        self._parts = [part.encode() for part in cut]
        self._wanted = _getter([int(number) for number in cut[1::2]])

    def fill(self, values: Sequence[bytes]) -> bytes:
        """Return the text with ``values[number]`` in each place."""
        parts = self._parts.copy()
        parts[1::2] = self._wanted(values)
        return b"".join(parts)


class Lines:
    """Lines with places, in the order of their filled code points (of which UTF-8 keeps the order)."""

    __slots__ = ("_different", "_once", "_settled", "_text")

    def __init__(
        self,
        lines: Sequence[str],
        values: Sequence[bytes],
        beginnings: Mapping[int, str] | None = None,
    ) -> None:
        """Take the lines and any values for their places; what values always begin with helps."""
        ordered = sorted(lines, key=lambda line: Filling(line).fill(values))
        self._text = Filling("".join(line + "\n" for line in ordered))
        self._different = len(set(lines))
        self._once = self._different == len(lines)
        self._settled = all(comes_before(a, b, beginnings or {}) for a, b in pairwise(ordered))

    def text(self, values: Sequence[bytes], *, as_begun: bool = True) -> bytes:
        """Return the filled lines, sorted, each once; ``as_begun`` if the values begin as was said."""
        filled = self._text.fill(values)
        if self._settled and self._once and as_begun:
            return filled
        return b"".join(sorted(set(filled.splitlines(keepends=True))))

    def digest(self, values: Sequence[bytes]) -> str | None:
        """Return the SHA-256 of the filled lines, sorted, in hex; None if values make two alike."""
        filled = self._text.fill(values)
        if not self._settled:
            lines = filled.splitlines(keepends=True)
            if len(set(lines)) != self._different:
                return None
            filled = b"".join(sorted(lines))
        return hashlib.sha256(filled).hexdigest()


def comes_before(first: str, second: str, beginnings: Mapping[int, str]) -> bool:
    """Whether a line sorts before another whatever stands in their places, or is the very same.

    ``beginnings`` says of some places what every value there begins with.
    """
    if first == second:
        return True
    same = _alike(first, second)
    if first.count(_MARK, 0, same) % 2:  # inside of a place: go back to where it begins
        same = first.rindex(_MARK, 0, same)
    one, other = (_known(line[same:], beginnings) for line in (first, second))
    both = min(len(one), len(other))
    return one[:both] < other[:both]


def _alike(first: str, second: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    least, most = 0, min(len(first), len(second))
    while least < most:
        middle = (least + most + 1) // 2
        if first[:middle] == second[:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _known(text: str, beginnings: Mapping[int, str]) -> str:
    """Return how a text begins, whatever stands in its first place."""
    before, *rest = text.split(_MARK, 2)
    return before + beginnings.get(int(rest[0]), "") if rest else before


def _getter(numbers: Sequence[int]) -> Callable[[Sequence[bytes]], Sequence[bytes]]:
    if len(numbers) > 1:
        return itemgetter(*numbers)
    if numbers:
        only = numbers[0]
        return lambda values: (values[only],)
    return lambda _values: ()
