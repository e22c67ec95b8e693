"""Code that obit.yaml names: a helper program, a device's library.

A repository of badges holds data, never code: whoever may write to it could otherwise run
anything beside the key. So both must lie outside of it, wherever symbolic links lead.
"""

from pathlib import Path

from obit_build.errors import SigningError


def outside(written: str, root: Path, *, what: str) -> Path:
    """Return the file that is meant; relative paths count from the repository's folder.

    ``what`` names it in messages. Raise SigningError if it is inside the repository or no file.
    """
    try:
        path = (root / written).resolve(strict=True)
        is_file = path.is_file()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        is_file = False
    if not is_file:
        raise SigningError(f"{what} is not there: {written}", fix="check the path")
    if path.is_relative_to(_repository(root.resolve())):
        raise SigningError(
            f"{what} is inside the repository: {written}",
            fix="put it elsewhere: a repository of badges holds data, never code that runs",
        )
    return path


def _repository(root: Path) -> Path:
    """Return the top of the Git repository that ``root`` is in, or ``root`` if there is none."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return folder
    return root
