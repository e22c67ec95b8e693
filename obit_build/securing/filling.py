r"""Texts with places for values: one text, several at once, and lines that have to come out sorted.

While it is made, a place is its number between two NUL characters (``\0 3 \0`` without the spaces),
which neither N-Quads nor JSON can hold; filled in are bytes, so that the whole is never encoded again.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
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


class Together:
    """Texts with places that are filled in at once: for one it takes nearly as long as for all."""

    __slots__ = ("_each", "_parts", "_wanted")

    def __init__(self, texts: Iterable[str]) -> None:
        parts: list[bytes] = []
        wanted: list[int] = []
        self._each: list[slice] = []
        for text in texts:
            if parts:
                # A place in no text, so that places and what stands between them alternate.
                parts.append(b"")
                wanted.append(0)
            cut = text.split(_MARK)
            self._each.append(slice(len(parts), len(parts) + len(cut)))
            parts += [part.encode() for part in cut]
            wanted += [int(number) for number in cut[1::2]]
        self._parts, self._wanted = parts, _getter(wanted)

    def fill(self, values: Sequence[bytes]) -> list[list[bytes]]:
        """Return the pieces of each text with ``values[number]`` in each place."""
        parts = self._parts.copy()
        parts[1::2] = self._wanted(values)
        return list(map(parts.__getitem__, self._each))


class Lines:
    """Lines with places, in the order of their filled code points (of which UTF-8 keeps the order)."""

    __slots__ = ("_different", "form", "is_settled", "is_steady")

    def __init__(
        self,
        lines: Sequence[str],
        values: Sequence[bytes],
        beginnings: Mapping[int, str] | None = None,
    ) -> None:
        """Take the lines and any values for their places; what values always begin with helps."""
        ordered = sorted(lines, key=lambda line: Filling(line).fill(values))
        self.form = "".join(line + "\n" for line in ordered)
        """They as one text, to be filled in."""
        self.is_settled = all(comes_before(a, b, beginnings or {}) for a, b in pairwise(ordered))
        """Whether they come out in this order whatever is filled in."""
        self._different = len(set(lines))
        self.is_steady = self.is_settled and self._different == len(lines)
        """Whether each comes out once, too."""

    def digest(self, filled: bytes) -> bytes:
        """Return the SHA-256 of the filled lines, sorted; nothing if values made two alike."""
        if not self.is_settled:
            lines = filled.splitlines(keepends=True)
            if len(set(lines)) != self._different:
                return b""
            filled = b"".join(sorted(lines))
        return hashlib.sha256(filled).digest()


def in_order(filled: bytes) -> bytes:
    """Sort lines, each once: RDF is a set."""
    return b"".join(sorted(set(filled.splitlines(keepends=True))))


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
