"""The default theme's files, from beside the package or from the top of the source checkout."""

from obit_build.errors import RenderError
from obit_build.package import PACKAGE

_PACKAGED = PACKAGE / "templates"
FOLDER = _PACKAGED if _PACKAGED.is_dir() else PACKAGE.parent / "templates"
"""Where they are."""


def default_theme() -> dict[str, str]:
    """Return the default theme: path below ``templates/`` → text."""
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    if not files:
        raise RenderError("the default theme is missing", fix="install obit again")
    return files
