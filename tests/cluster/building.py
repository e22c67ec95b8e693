"""Builds of previews, and what they leave."""

from pathlib import Path

from builders import NOON
from centre import fixed_entropy

from obit_build.pipeline.build import build as built
from obit_build.setting import Progress, Setting, silent


def build(
    root: Path, out: str, *, scheduler: str | None = None, progress: Progress = silent
) -> None:
    """Build a preview as of a fixed day, on a cluster or here."""
    setting = Setting(
        root=root, now=NOON, at=NOON, entropy=fixed_entropy, preview=True, scheduler=scheduler
    )
    built(setting, root / out, progress=progress)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
