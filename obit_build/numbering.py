"""Tables of very many things of which each takes some bytes, not an object of Python's.

A set or a dictionary of a hundred thousand texts is 15 MB: each text is an object of its own, and the table has
room for three times as many. Here what is kept stands one after the other in one array.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

KEY_BYTES = 32
"""Of a SHA-256, or of the id of an award."""


class _Table:
    """Hash → number, with open addressing; what a number stands for is the business of the others."""

    __slots__ = ("_slots",)

    def __init__(self) -> None:
        self._slots = array("I", bytes(4 << 10))

    def _hash_of(self, number: int) -> int:
        """Return the hash of what has a number, from 0."""
        raise NotImplementedError

    def _number(self, hashed: int, number: int) -> None:
        """Make it possible to find the next number by its hash."""
        if 2 * number >= len(self._slots):
            self._slots = array("I", bytes(8 * len(self._slots)))
            for former in range(number):
                self._put(self._hash_of(former), former)
        self._put(hashed, number)

    def _put(self, hashed: int, number: int) -> None:
        at, last = hashed, len(self._slots) - 1
        while self._slots[at & last]:
            at += 1
        self._slots[at & last] = number + 1


class Numbers(_Table):
    """The hashes of things that are somewhere else, numbered in the order in which they came."""

    __slots__ = ("_hashes",)

    def __init__(self) -> None:
        super().__init__()
        self._hashes = array("q")

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, hashed: int) -> bool:
        return any(True for _ in self.find(hashed))

    def find(self, hashed: int) -> Iterator[int]:
        """Yield the numbers with a hash: more than one only by chance."""
        at, last = hashed, len(self._slots) - 1
        while number := self._slots[at & last]:
            if self._hashes[number - 1] == hashed:
                yield number - 1
            at += 1

    def add(self, hashed: int) -> None:
        """Give the next number to a hash."""
        self._number(hashed, len(self))
        self._hashes.append(hashed)

    def _hash_of(self, number: int) -> int:
        return self._hashes[number]


class Keys(_Table):
    """A set of keys of 32 bytes each, numbered in the order in which they came."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()

    def __len__(self) -> int:
        return len(self._kept) // KEY_BYTES

    def __contains__(self, key: bytes) -> bool:
        return self.find(key) is not None

    def __iter__(self) -> Iterator[bytes]:
        """Yield the keys."""
        for start in range(0, len(self._kept), KEY_BYTES):
            yield bytes(self._kept[start : start + KEY_BYTES])

    def __getitem__(self, number: int) -> bytes:
        """Return the key with a number, from 0."""
        return bytes(self._kept[number * KEY_BYTES : (number + 1) * KEY_BYTES])

    def find(self, key: bytes) -> int | None:
        """Return the number of a key; None for one that is not in the set."""
        slots, kept = self._slots, self._kept
        at, last = hash(key), len(slots) - 1
        while number := slots[at & last]:
            end = number * KEY_BYTES
            if kept[end - KEY_BYTES : end] == key:
                return number - 1
            at += 1
        return None

    def add(self, key: bytes) -> None:
        """Give the next number to a key that is not in the set yet."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._number(hash(key), len(self))
        self._kept += key

    def copy(self) -> "Keys":
        """Return another set with the same keys."""
        other = Keys()
        other._kept, other._slots = self._kept[:], self._slots[:]
        return other

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process, where hashes are others."""
        return _keys_of, (bytes(self._kept),)

    def clear(self) -> None:
        """Forget all keys."""
        fresh = Keys()
        self._kept, self._slots = fresh._kept, fresh._slots

    def _hash_of(self, number: int) -> int:
        return hash(self[number])


def _keys_of(kept: bytes) -> Keys:
    keys = Keys()
    for start in range(0, len(kept), KEY_BYTES):
        keys.add(kept[start : start + KEY_BYTES])
    return keys


def key_of(name: str) -> bytes:
    """Return a text of at most 32 bytes, the id of an award say, as a key; a longer one is a key of nothing."""
    return name.encode().ljust(KEY_BYTES, b"\0")


def name_of(key: bytes) -> str:
    """Return the text that a key was made of."""
    return key.rstrip(b"\0").decode()


class Register(Mapping[str, T]):
    """Name → the item of a sequence that has it."""

    def __init__(self, names: Iterable[str], items: Sequence[T]) -> None:
        """Read the names of the items, in their order; each has at most 32 bytes and is another one."""
        self._items, self._keys = items, Keys()
        for name in names:
            self._keys.add(key_of(name))

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return map(name_of, self._keys)

    def __getitem__(self, name: str) -> T:
        """Return the item of a name; raise KeyError if there is none."""
        number = self._keys.find(key_of(name))
        if number is None:
            raise KeyError(name)
        return self._items[number]
