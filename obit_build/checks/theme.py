"""What is checked in the theme: colours that can be read, pictures that are there."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator

from obit_build.checks.finding import Finding, place_of, suggestion
from obit_build.model.profile import ImageFile
from obit_build.model.repository import Repository
from obit_build.model.settings import Palette
from obit_build.pictures.bake import kind_of
from obit_build.pictures.colours import GROUNDS, dark_colours, light_colours, too_faint

ASSETS = "templates/assets/"


def theme_colours_can_be_read(repository: Repository) -> Iterator[Finding]:
    """A theme's colours can be read on its grounds.

    WCAG 2.2 asks for a contrast of 4.5:1 between text and ground; `ink`, in which whole pages are set,
    needs 7:1. A changed ground must also suit the colours that stay: those of states and of small print.
    """
    theme = repository.settings.theme
    schemes = (
        ("", theme, light_colours(theme)),
        (" in the dark", theme.dark, dark_colours(theme)),
    )
    for where, palette, colours in schemes:
        reported: set[str] = set()
        for name, ground, found, needed in too_faint(colours):
            changed = _changed(palette, name, ground)
            if changed in reported:
                continue
            reported.add(changed)
            yield Finding(
                place_of(palette, changed),
                f"{name} {colours[name]} on {ground} {colours[ground]}{where} has a contrast of "
                f"{found:.1f}:1; it needs {needed}:1",
                f"choose {changed} further from {ground if changed == name else name}: "
                "one of them lighter, the other darker",
            )


def _changed(palette: Palette, name: str, ground: str) -> str:
    """Name the field that the centre can change: the colour, or the ground that it gave."""
    return name if name not in GROUNDS and getattr(palette, name, None) is not None else ground


def theme_picture_is_there(repository: Repository) -> Iterator[Finding]:
    """A logo of the site is an SVG or PNG in templates/assets/.

    What lies there is published as it is; pages show it at the top or at the foot.
    """
    settings = repository.settings
    for picture in (settings.theme.logo, settings.funding_logo):
        if picture is not None:
            yield from _picture(repository, picture)


def _picture(repository: Repository, picture: ImageFile) -> Iterator[Finding]:
    at, data = place_of(picture, "file"), repository.files.get(ASSETS + picture.file)
    if data is None:
        beside = [x.removeprefix(ASSETS) for x in repository.files if x.startswith(ASSETS)]
        fix = suggestion(picture.file, beside, f"put it into {ASSETS}")
        yield Finding(at, f'there is no file "{picture.file}" in {ASSETS}', fix)
    elif kind_of(data) not in ("png", "svg"):
        yield Finding(at, f'"{picture.file}" is neither an SVG nor a PNG', "save it as one of them")
