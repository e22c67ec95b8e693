"""What a device needs to keep the site at hand: a manifest per language, and icons.

The manifest asks for an ordinary browser window (``display: browser``): where a badge is checked, the
address bar says on whose site one is, and no page of ours takes it away.
"""

import json
from collections.abc import Iterator

from obit_build import addresses
from obit_build.model.repository import Repository
from obit_build.pictures import icons
from obit_build.pictures.colours import LIGHT, light_colours
from obit_build.pictures.pixels import decoded
from obit_build.strict_json import JsonObject
from obit_build.website.editions import Edition, Words, way_to_root
from obit_build.website.files import OutputFile, text_file
from obit_build.website.render import ASSETS, FOLDER, Theme
from obit_build.website.shared import Shared

PAGE_ICON = "assets/icon.svg"
MARK_SIDE = 512
"""The longer side of a drawn mark, in pixels."""


def marks(repository: Repository, theme: Theme) -> Iterator[bytes]:
    """Yield what the site's icons can be made of, best first: its logo, then the icon of its pages."""
    settings = repository.settings
    logo = (
        repository.files.get(f"{FOLDER}{ASSETS}{settings.theme.logo.file}")
        if settings.theme.logo
        else None
    )
    if logo is not None:
        yield logo
    icon = page_icon(theme.with_overrides(repository.templates), repository)
    if icon:
        yield icon


def page_icon(theme: Theme, repository: Repository) -> bytes:
    """Return the icon of the site's pages (SVG): a centre's own as it is, ours in its colour."""
    drawn, accent = theme.files.get(PAGE_ICON, ""), repository.settings.theme.accent
    if accent and PAGE_ICON not in repository.templates:
        drawn = drawn.replace(LIGHT["accent"], accent)
    return drawn.encode()


def icons_and_manifests(shared: Shared) -> Iterator[OutputFile]:
    """Yield manifests and icons; nothing where the site's mark could not be drawn."""
    mark = shared.inputs.mark
    if not mark:
        return
    drawn = decoded(mark, "the site's logo")
    sheet = light_colours(shared.repository.settings.theme)["sheet"]
    for side in icons.PLAIN:
        yield OutputFile(addresses.icon(str(side)), icons.plain(drawn, side))
    yield OutputFile(addresses.icon("maskable"), icons.maskable(drawn, sheet))
    yield OutputFile(addresses.icon("touch"), icons.home_screen(drawn, sheet))
    for edition in shared.editions:
        manifest = _manifest(edition, shared.screens.title(edition))
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        yield text_file(edition.path(addresses.MANIFEST), text)


def _manifest(edition: Edition, title: Words | str) -> JsonObject:
    colours = light_colours(edition.settings.theme)
    root = way_to_root(edition.prefix)
    plain = [_icon(root, str(side), side, "any") for side in icons.PLAIN]
    return {
        "name": str(title),
        "lang": (title.language if isinstance(title, Words) else None) or edition.language,
        "dir": "auto",
        "start_url": "./",
        "scope": root,
        "display": "browser",
        "theme_color": colours["accent"],
        "background_color": colours["paper"],
        "icons": [*plain, _icon(root, "maskable", icons.MASKABLE, "maskable")],
    }


def _icon(root: str, name: str, side: int, purpose: str) -> JsonObject:
    return {
        "src": root + addresses.icon(name),
        "sizes": f"{side}x{side}",
        "type": "image/png",
        "purpose": purpose,
    }
