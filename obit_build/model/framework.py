"""Framework: a list of skills that somebody publishes, and that badges point to.

No class of a standard: in Open Badges 3.0 an Alignment names its framework in words. A file for it
gives its entries a page each on the centre's own site, with their source and licence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from obit_build.model.words import Slug, Text, Url, declare, place, places
from obit_build.problems import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkEntry:
    """One entry: a skill, a piece of knowledge, a role."""

    code: str = declare("Its code; it is part of its address.", example="C.3")
    name: Text = declare(
        "Its title, in the languages in which it exists.", example="Service Delivery"
    )
    description: Text | None = declare(
        "What it covers, if the licence lets you say it.", default=None
    )
    url: Url | None = declare("Its official page.", default=None)
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A competency framework: ``frameworks/<slug>.yaml``."""

    name: str = declare(
        "Its name, as alignments write it in `target_framework`.", example="ROME 4.0"
    )
    publisher: Text = declare("Who publishes it.", example="France Travail", translated=False)
    version: str = declare("Which edition the entries are from.", example="v60 (2025-09)")
    licence: Text = declare(
        "On which terms its codes and titles may be shown.",
        example="Licence Ouverte / Etalab 2.0",
        translated=False,
    )
    entries: tuple[FrameworkEntry, ...] = declare(
        "Its entries: those that your badges point to, or all of them.", least=1
    )
    title: Text | None = declare("Its full title.", default=None)
    description: Text | None = declare(
        "What it is, and what is shown of it here (Markdown).", default=None
    )
    url: Url | None = declare("Its official page.", default=None)
    licence_url: Url | None = declare("Where the licence can be read.", default=None)
    slug: Slug = Slug("")
    location: Location = place()
    locations: Mapping[str, Location] = places()
