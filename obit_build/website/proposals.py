"""The way from a badge's page to a new award of it, for the centre's staff.

A link to the forge's editor with an award file begun. It holds what everybody may know: the badge,
and how to go on. Who gets the badge is typed on the forge, by code. Only badges that can be awarded
have one, and only where obit.yaml names the repository.
"""

from dataclasses import dataclass

from obit_build.forge_editor import FILLS_TEXT, forge_of, is_repository, new_file
from obit_build.website.editions import Edition, Link, outside
from obit_build.website.pages import BadgeView


@dataclass(frozen=True, slots=True)
class Proposal:
    """A link to the editor, and the text of the file where the editor will not show it."""

    link: Link
    text: str = ""


def proposal(edition: Edition, badge: BadgeView) -> Proposal | None:
    """Return the way to award a badge, if there is one."""
    at = edition.settings.repository
    if at is None or badge.status != "active" or not is_repository(at.url):
        return None
    forge = at.forge or forge_of(at.url)
    if forge is None:
        return None
    t = edition.phrases.phrase
    hints = "".join(f"# {line}\n" for line in t("staff.file_hint").splitlines())
    text = f"{hints}issued: \nto:\n  - \n"
    path = f"badges/{badge.slug}/awards/{t('staff.file_name')}.yaml"
    address = new_file(forge, at.url, at.branch, path, text)
    link = outside(address, t("staff.award"))
    return Proposal(link, "" if forge in FILLS_TEXT else text)
