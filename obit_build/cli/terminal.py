"""Words and progress on stderr, data on stdout."""

import os
import sys
from typing import TextIO

import click

WIDTH = 30


def wants_color(stream: TextIO) -> bool:
    """Decide on colour: NO_COLOR and FORCE_COLOR first, then whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def say(text: str = "", *, bold: bool = False) -> None:
    """Write a line for people."""
    click.secho(text, err=True, bold=bold, color=wants_color(sys.stderr))


class ProgressBar:
    """A bar on stderr, drawn only where a terminal can redraw it."""

    def __init__(self, *, quiet: bool) -> None:
        self._live = sys.stderr.isatty() and not quiet
        self._last = ("", -1)

    def __call__(self, what: str, done: int, all_of_it: int) -> None:
        """Redraw when the picture changes."""
        filled = WIDTH * done // max(all_of_it, 1)
        if not self._live or (what, filled) == self._last:
            return
        self._last = (what, filled)
        bar = "█" * filled + "░" * (WIDTH - filled)
        sys.stderr.write(f"\r\033[K{what:<10} {bar} {done}/{all_of_it}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._live:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
