"""Which posters a site has: one per badge and language, at the addresses of the badge's version.

Also the pages of awards show them in previews elsewhere; there is none per award, since services keep such
pictures and a name in one could not be taken back.
"""

from collections.abc import Iterator

from obit_build import addresses
from obit_build.pictures.colours import light_colours
from obit_build.pictures.poster import Wording, draw
from obit_build.website.editions import Edition
from obit_build.website.files import OutputFile
from obit_build.website.pages import BadgeView
from obit_build.website.shared import Shared


def posters(shared: Shared, slug: str) -> Iterator[OutputFile]:
    """Draw the posters of one badge."""
    badge, pictures = shared.badges[slug], shared.inputs.pictures.get(slug)
    if pictures is None:
        return
    colours = tuple(sorted(light_colours(shared.repository.settings.theme).items()))
    for language, edition in {edition.language: edition for edition in shared.editions}.items():
        view = shared.badge_view(badge, edition)
        drawn = draw(pictures.png, colours, _wording(shared, view, edition))
        yield OutputFile(addresses.poster(slug, badge.version, language), drawn)


def _wording(shared: Shared, view: BadgeView, edition: Edition) -> Wording:
    t, settings = edition.phrases.phrase, edition.settings
    stamp = ""
    if shared.ledger.mode == "preview":
        stamp = t("site.preview")
    elif settings.specimen:
        stamp = t("site.specimen")
    return Wording(
        kind=f"{t('badge.open_badge')} · {view.type}",
        name=str(view.name),
        issuer=str(view.issuer.name) if view.issuer else "",
        host=settings.base.partition("://")[2],
        stamp=stamp,
    )
