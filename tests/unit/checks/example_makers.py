"""Mistakes that can't lie in Git as files: links, pipes, odd names, broken bytes.

``MAKERS`` maps a check's id to a function that makes the mistake in a copy of the base repository.
"""

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

Maker = Callable[[Path, pytest.MonkeyPatch], None]

BADGE = "badges/tableur-1/badge.yaml"
AWARDS = "badges/tableur-1/awards"
PNG = "badges/tableur-1/image.png"


def a_png(side: int, *, rows: int | None = None) -> bytes:
    """A white square of one bit per pixel; ``rows`` of picture data where not as many as pixels."""
    line = b"\0" + b"\xff" * ((side + 7) // 8)
    data = zlib.compress(line * (side if rows is None else rows), 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def writing(path: str, data: bytes) -> Maker:
    def make(root: Path, _: pytest.MonkeyPatch) -> None:
        (root / path).write_bytes(data)

    return make


def a_pipe(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / BADGE).unlink()
    os.mkfifo(root / BADGE)


def a_link(root: Path, _: pytest.MonkeyPatch) -> None:
    image = root / "badges/tableur-1/image.svg"
    image.unlink()
    image.symlink_to("/proc/self/environ")


def no_permission(_: Path, patch: pytest.MonkeyPatch) -> None:
    """Refuse to open the badge; the permissions of a file don't stop a test that runs as root."""
    real = os.open

    def refuse(path: str | os.PathLike[str], *rest: int, **named: object) -> int:
        if os.fspath(path).endswith(BADGE):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **named)

    patch.setattr(os, "open", refuse)


def two_names(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / AWARDS / "2026-06-30-MONS.yaml").write_text("issued: 2026-06-30\nto: [7f3k9m2q]\n")
    (root / AWARDS / "2026-06-30-mons.yaml").write_text("issued: 2026-06-30\nto: [2m8qa4xd]\n")


def another_ending(root: Path, _: pytest.MonkeyPatch) -> None:
    (root / "obit.yaml").rename(root / "obit.yml")


MAKERS: dict[str, Maker] = {
    "file-is-a-regular-file": a_pipe,
    "file-is-not-a-link": a_link,
    "file-is-readable": no_permission,
    "file-is-small-enough": writing(
        f"{AWARDS}/2026-03-14-lille.yaml", b"issued: 2026-03-14\nto:\n" + b"  - 7f3k9m2q\n" * 90_000
    ),
    "file-is-utf-8": writing(BADGE, "name: Tableur\ndescription: Été\n".encode("latin-1")),
    "file-name-is-plain": writing(f"{AWARDS}/aux.yaml", b"issued: 2026-03-14\nto: [7f3k9m2q]\n"),
    "names-differ-by-more-than-case": two_names,
    "people-list-is-csv": writing(
        "recipients.csv", b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml"
    ),
    "settings-are-there": another_ending,
    "text-has-no-control-characters": writing(
        BADGE,
        b"name: Tableur\ndescription: Sait \x1b[32mcalculer\ncriteria: Oui\nimage: image.svg\n",
    ),
    "image-is-png-or-svg": writing("badges/tableur-1/image.gif", b"GIF89a\x01\x00\x01\x00\x80;"),
    "image-is-large-enough": writing(PNG, a_png(64)),
    "image-is-small-enough": writing(PNG, a_png(4097)),
    "image-is-whole": writing(PNG, a_png(128)[:-20]),
    "image-does-not-explode": writing(PNG, a_png(128, rows=100_000)),
}
