"""Signed notes and checkpoints, as transparency logs write them (C2SP signed-note, tlog-checkpoint).

A checkpoint is three lines: the log's origin, how many events there are, and the hash of the last
one in base64. That hash is the head of the ledger's chain (SHA-256 of the last event's bytes), not
the root of a Merkle tree: obit's ledger is a chain. An empty line and one line for each signature
follow. Signatures are Ed25519 over the lines before the empty one. The name on a signature line
is the issuer's DID.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from obit_build.errors import LedgerError

MAX_BYTES = 64 * 1024
ED25519 = b"\x01"
"""The kind of signature in a key's id (signed-note, "Signature types")."""
DASH = "\u2014"
FIX = "publish the site again, whole, with obit issue and obit build"
_LINE = re.compile(DASH + r" ([^\s+]{1,300}) ([A-Za-z0-9+/]{1,400}={0,2})")
_SIZE = re.compile(r"[1-9][0-9]{0,11}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a ledger had come at some time."""

    origin: str
    size: int
    """How many events there are."""
    head: str
    """SHA-256 of the last event's bytes, in hex."""

    @property
    def text(self) -> bytes:
        """The lines that are signed."""
        head = base64.b64encode(bytes.fromhex(self.head)).decode()
        return f"{self.origin}\n{self.size}\n{head}\n".encode()


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line below a note: who signed, with which key, and the signature's 64 bytes."""

    name: str
    key_id: bytes
    """Four bytes that tell keys of one name apart."""
    signature: bytes


def origin_of(site: str) -> str:
    """Return the name of a site's log: the address of its folder ``log``, without ``https://``."""
    return site.partition("://")[2].rstrip("/") + "/log"


def key_id(name: str, public_key: bytes) -> bytes:
    """Derive the four bytes that name a key (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def write_note(text: bytes, signatures: Iterable[NoteSignature]) -> bytes:
    """Write a note with its signature lines, in the order given."""
    lines = (
        f"{DASH} {one.name} {base64.b64encode(one.key_id + one.signature).decode()}\n"
        for one in signatures
    )
    return text + b"\n" + "".join(lines).encode()


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text; nothing of it is verified yet."""

    text: bytes
    """The lines that were signed, each with its line feed."""
    signatures: tuple[NoteSignature, ...]


def read_note(data: bytes) -> Note:
    """Take a signed note apart (signed-note, "Format"); raise LedgerError for anything else."""
    try:
        text, empty, below = data[:MAX_BYTES].decode().rpartition("\n\n")
    except ValueError:
        raise _malformed() from None
    lines = below.split("\n")
    plain = all(line.isprintable() for line in text.split("\n"))
    if len(data) > MAX_BYTES or not empty or not plain or lines.pop() or not lines:
        raise _malformed()
    return Note(f"{text}\n".encode(), tuple(_signature(line) for line in lines))


def _signature(line: str) -> NoteSignature:
    found = _LINE.fullmatch(line)
    try:
        raw = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        raw = b""
    if found is None or len(raw) <= 4:
        raise _malformed()
    return NoteSignature(found[1], raw[:4], raw[4:])


def read_checkpoint(data: bytes) -> Checkpoint:
    """Read what a signed checkpoint says; raise LedgerError for anything else. Verifies nothing."""
    lines = read_note(data).text.decode().split("\n")
    try:
        origin, size, head = lines[:3]  # further lines belong to later versions
        digest = base64.b64decode(head, validate=True)
    except ValueError:
        raise _malformed() from None
    if not origin or not _SIZE.fullmatch(size) or len(digest) != 32:
        raise _malformed()
    return Checkpoint(origin, int(size), digest.hex())


def _malformed() -> LedgerError:
    return LedgerError("this is not a signed checkpoint", fix=FIX)


def good_signatures(data: bytes, keys: Mapping[str, Iterable[bytes]]) -> int:
    """Count the signatures by known keys (name → Ed25519 public keys); ignore unknown ones.

    Raises LedgerError if a known key's signature is wrong: then the note is not what was signed.
    """
    note = read_note(data)
    count = 0
    for one in note.signatures:
        for public_key in keys.get(one.name, ()):
            if key_id(one.name, public_key) != one.key_id:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(public_key).verify(one.signature, note.text)
            except InvalidSignature:
                raise LedgerError(
                    f"the checkpoint's signature by {one.name} does not hold", fix=FIX
                ) from None
            count += 1
    return count
