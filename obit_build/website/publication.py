"""The page that says when and from what the site was made: the only page that a new commit alone changes.

Every other page leads to it and leaves time and commit out, so that one changed award does not make
every page of a site another one (decision 0037).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from obit_build import __version__, addresses
from obit_build.ledger.ledger import instant
from obit_build.website.editions import Edition, Fact, Meta
from obit_build.website.shared import Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationView:
    """When and from what a site was made, in one language."""

    at: str
    """For machines: ``YYYY-MM-DDThh:mm:ssZ``."""
    day: str
    time: str
    """Hours and minutes, in UTC."""
    facts: tuple[Fact, ...]
    provenance: str
    """Path of the same for machines, or nothing."""
    checkpoint: str
    """Path of the ledger's signed checkpoint, or nothing."""


def pages(shared: Shared, edition: Edition) -> Iterator[tuple[str, str]]:
    """Render the page in one edition: (path of the file, HTML)."""
    t = edition.phrases.phrase
    meta = Meta(
        path=addresses.PUBLICATION,
        title=t("publication.title"),
        description=t("publication.lead"),
        crumbs=shared.screens.trail(edition)[:1],
    )
    view = publication_view(shared, edition)
    yield shared.screens.page(edition, "publication.html", meta, {"publication": view})


def publication_view(shared: Shared, edition: Edition) -> PublicationView:
    """Say when the site was made, from which commit, which ledger, and by which obit."""
    t, at = edition.phrases.phrase, shared.inputs.at.astimezone(datetime.UTC)
    rows = (
        (t("publication.commit"), shared.inputs.commit),
        (t("publication.entries"), str(shared.ledger.size)),
        (t("publication.last_entry"), shared.ledger.head),
        (t("publication.tool"), f"obit {__version__}"),
    )
    return PublicationView(
        at=instant(at),
        day=edition.phrases.date(at.date()),
        time=at.strftime("%H:%M"),
        facts=tuple(Fact(label, value) for label, value in rows if value),
        provenance=_if_there(shared, addresses.PROVENANCE),
        checkpoint=_if_there(shared, addresses.CHECKPOINT),
    )


def _if_there(shared: Shared, path: str) -> str:
    return path if path in shared.inputs.log else ""
