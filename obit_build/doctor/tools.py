"""Programs and libraries: versions against the lock file, and a trial drawing."""

# ruff: noqa: D401 - the docstring of a rule states it, not what the function does

from collections.abc import Iterator

from obit_build.doctor.facts import Surroundings
from obit_build.doctor.report import Symptom, hint, warning, wrong

SHOWN = 5
OLDEST_PYTHON = (3, 11)
TESTED_PYTHON = (3, 13)


def python_is_one_that_is_tested(around: Surroundings) -> Iterator[Symptom]:
    """Python is a version with which obit is tested."""
    version = around.tools.python[:2]
    said = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        yield wrong(f"Python {said} is too old", "obit needs 3.11", "install Python 3.11 or newer")
    elif version > TESTED_PYTHON:
        yield hint(
            f"Python {said} is newer than those with which obit is tested",
            "a library may behave in another way there",
            "use Python 3.13 where you publish",
        )


def libraries_are_those_of_the_lock_file(around: Surroundings) -> Iterator[Symptom]:
    """Libraries have the versions of requirements/run.lock."""
    installed, locked = around.tools.installed, around.tools.locked
    others = [
        f"{name} {installed[name]} (locked: {wanted})"
        for name, wanted in sorted(locked.items())
        if name in installed and installed[name] != wanted
    ]
    if not others:
        return
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    yield warning(
        f"installed versions are not the locked ones: {', '.join(others[:SHOWN])}{more}",
        "another version may draw another picture or compress other bytes, so that the site you "
        "build here is not the one that is published",
        "pip install --require-hashes -r requirements/run.lock",
    )


def pictures_can_be_drawn(around: Surroundings) -> Iterator[Symptom]:
    """A trial picture can be drawn."""
    if around.tools.drawing:
        yield wrong(
            f"a trial picture could not be drawn: {around.tools.drawing}",
            "SVG pictures are drawn as PNG for every badge, by a program of its own; no fonts of this "
            "computer take part",
            "install obit-build again; look whether memory is limited",
        )
