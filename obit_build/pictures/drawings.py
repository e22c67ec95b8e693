"""Drawings that were made before: an SVG is drawn once, not in every build.

Drawing takes a fifth of a second each and a process of its own; the picture depends on nothing but the
SVG, its size and the tool. So it is kept in a private folder of the clone, named after all three. A file
that is damaged, or that can't be read or written, is no error: then the drawing is made.
"""

import contextlib
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from obit_build import durable
from obit_build.errors import PublishError
from obit_build.pictures.raster import SIDE, to_png

_SEAL = 32
"""Bytes of SHA-256 before the picture: a file that was cut off is noticed."""
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Drawings:
    """Pictures in ``folder``, made by the tool that ``tool`` is the digest of."""

    folder: Path
    tool: str
    _used: set[str] = field(init=False, default_factory=set)

    def to_png(self, svg_bytes: bytes, side: int = SIDE) -> bytes:
        """Return the picture of an SVG, drawn now or before; raise what raster.to_png raises."""
        what = hashlib.sha256(f"{self.tool} {side} ".encode() + svg_bytes).hexdigest()
        self._used.add(what)
        kept = self._kept(what)
        if kept is not None:
            return kept
        drawn = to_png(svg_bytes, side)
        with contextlib.suppress(PublishError):  # it will be drawn again, that is all
            durable.write(self.folder / what, hashlib.sha256(drawn).digest() + drawn, mode=0o600)
        return drawn

    def _kept(self, what: str) -> bytes | None:
        try:
            if (self.folder / what).stat().st_size > MAX_BYTES:
                return None
            data = (self.folder / what).read_bytes()
        except OSError:
            return None
        seal, picture = data[:_SEAL], data[_SEAL:]
        return picture if hashlib.sha256(picture).digest() == seal else None

    def tidy(self) -> None:
        """Remove what this run did not ask for."""
        with contextlib.suppress(OSError):
            for path in sorted(self.folder.iterdir()):
                if path.name not in self._used:
                    path.unlink()
