"""SVG → PNG, in a process of its own.

The rasteriser is native code: a pattern of a million tiles makes it ask for terabytes and abort,
which no exception handler sees, and it reads local files that a picture names. So pictures that
:func:`obit_build.pictures.svg.inspect` finds fault with are refused first, and the rest is drawn by a child
process with limits on memory and time, without our environment (which may hold keys), without
fonts, and without a folder of resources. Same SVG, same version of resvg: same bytes.
"""

import os
import subprocess
import sys

from obit_build.errors import BakingError, ProcessError, RenderError
from obit_build.pictures import png, svg
from obit_build.pictures.svg_xml import SvgError

MAX_SIDE = 4096
SIDE = 600
"""Pixels of the longer side of a badge's picture."""
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space that the child may use."""
SECONDS = 30
"""Of processor time for the child; twice as much by the clock."""

SIMPLIFY = "simplify the drawing: fewer patterns, filters and repetitions"
_SAID_WHY = 3
_KEPT = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT")


def to_png(svg_bytes: bytes, side: int = SIDE) -> bytes:
    """Draw an SVG as a PNG whose longer side has ``side`` pixels, without metadata.

    Raise ``BakingError`` for an SVG that a badge may not have, ``RenderError`` if drawing fails, and
    ``ProcessError`` if nothing can be drawn here, whatever the SVG.
    """
    if not 1 <= side <= MAX_SIDE:
        raise RenderError(f"a picture can't be {side} pixels wide", fix=f"choose 1 to {MAX_SIDE}")
    for finding in svg.inspect(svg_bytes).findings:
        raise SvgError(finding)
    drawn = _in_child(svg_bytes, side)
    try:
        return png.without_metadata(drawn)
    except BakingError:
        raise RenderError("the SVG could not be drawn as a PNG", fix=SIMPLIFY) from None


def _in_child(svg_bytes: bytes, side: int) -> bytes:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-I", "-m", "obit_build.pictures.raster", str(side)],
            input=svg_bytes,
            capture_output=True,
            timeout=2 * SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"the SVG took more than {2 * SECONDS} seconds to draw", fix=SIMPLIFY
        ) from None
    except OSError as error:
        message = f"the program that draws pictures could not be started: {error.strerror}"
        raise ProcessError(message, fix="check that obit is installed completely") from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode == _SAID_WHY:
        said = done.stdout.decode("utf-8", "replace")[:200]
        raise RenderError(f"the SVG could not be drawn: {said}", fix=SIMPLIFY)
    if done.returncode < 0:  # ended by a signal: it aborted, or reached a limit
        raise RenderError("the SVG needs too much memory or time to draw", fix=SIMPLIFY)
    message = "the program that draws pictures failed"
    raise ProcessError(message, fix="install obit again, or use a PNG picture")


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - exists on Unix only
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _draw(svg_bytes: bytes, side: int) -> bytes:
    import resvg_py  # noqa: PLC0415 - heavy, and only the child needs it

    return resvg_py.svg_to_bytes(
        svg_string=svg_bytes.decode("utf-8-sig"), width=side, height=side, skip_system_fonts=True
    )


def _main() -> int:
    _limit()
    try:
        drawn = _draw(sys.stdin.buffer.read(), int(sys.argv[1]))
    except (ValueError, MemoryError) as error:
        sys.stdout.write(str(error) or "not enough memory")
        return _SAID_WHY
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
