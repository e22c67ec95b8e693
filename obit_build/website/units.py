"""The site in units: parts that are made alone, from what all share and what is each one's own.

One unit for each award, issuer, badge and edition; any may be left out, made again or made
elsewhere, and the others stay as they are. Only what earlier versions left needs to know what the
awards claimed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from obit_build.credentials.twins import Twins
from obit_build.issuing import schemas
from obit_build.ledger.ledger import IssuedAward
from obit_build.website import publication, site_files
from obit_build.website.award_files import AwardFiles
from obit_build.website.catalogue import Catalogue
from obit_build.website.files import Claim, Output, OutputFile, text_file, text_files
from obit_build.website.former import Former
from obit_build.website.gallery import Gallery, day_of
from obit_build.website.holder_pages import HolderPages
from obit_build.website.inputs import ALWAYS, Inputs
from obit_build.website.shared import Shared
from obit_build.website.web_app import icons_and_manifests

AWARD = "award/"
"""How the names of awards' units begin."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the site; ``make`` may be called at any time, and yields the same each time."""

    name: str
    make: Callable[[], Iterator[Output]]
    inputs: str = ALWAYS
    """Digests of all that it is made from (:mod:`~obit_build.website.inputs`)."""


class Units:
    """All units of one site."""

    def __init__(self, shared: Shared) -> None:
        """Prepare what several units use."""
        self.shared = shared
        self._twins = Twins(
            repository=shared.repository,
            ledger=shared.ledger,
            badges=shared.badges,
            awards=shared.awards,
            is_public=shared.is_public,
            phrases={str(edition.language): edition.phrases for edition in shared.editions},
        )
        self.inputs = Inputs(shared)
        self._former = Former(shared, self._twins)
        self._awards = AwardFiles(shared, self._former)

    def common(self) -> Iterator[Unit]:
        """Yield the units that belong to no award and no person."""
        shared, inputs, site = self.shared, self.shared.inputs, self.inputs.site()
        yield Unit("host", partial(site_files.host_files, shared))
        yield Unit("theme", partial(site_files.assets, shared))
        yield Unit("status", partial(_as_they_are, sorted(inputs.status_lists.items())))
        yield Unit("log", partial(_as_they_are, sorted(inputs.log.items())))
        yield Unit("schemas", lambda: _as_they_are(schemas.published()))
        yield Unit("endorsements", lambda: _as_they_are(shared.endorsed.files()))
        for slug in sorted(shared.repository.profiles):
            yield Unit(
                f"issuer/{slug}", partial(site_files.issuer_files, shared, self._twins, slug)
            )
        for slug in shared.badges:
            yield Unit(
                f"badge/{slug}", partial(site_files.badge_files, shared, self._twins, slug), site
            )
        yield Unit("catalogue", lambda: Catalogue(shared).files(), site)
        for edition in shared.editions:
            name = f"pages/{edition.prefix.rstrip('/') or 'neutral'}"
            yield Unit(name, partial(site_files.pages, shared, edition), site)
        yield Unit("not-found", self._not_found, site)
        if shared.ledger.mode == "preview":
            today = self.inputs.site(day_of(inputs.at))
            yield Unit("gallery", lambda: Gallery(shared, self._awards.screens).files(), today)
        yield Unit("publication", self._publication, self.inputs.publication())
        yield Unit("web-app", partial(icons_and_manifests, shared), site)
        lists = self.inputs.listings()
        yield Unit("listings", partial(site_files.listing_files, shared), lists)

    def award(self, issued: IssuedAward, inputs: str | None = None) -> Unit:
        """Return the unit of one award; ``inputs`` if they were worked out before."""
        known = self.inputs.award(issued) if inputs is None else inputs
        return Unit(f"{AWARD}{issued.id}", partial(self._awards.of, issued), known)

    def awards(self) -> Iterator[Unit]:
        """Yield the units of all awards, in the order in which they were issued."""
        return map(self.award, self.shared.ledger.awards.values())

    def holders(self) -> Iterator[Unit]:
        """Yield a unit for each person who has a page; its name holds the code alone."""
        holders = HolderPages(self._awards)
        for person, awards in holders.held():
            inputs = self.inputs.holder(person, awards)
            yield Unit(f"holder/{person.code}", partial(holders.files, person, awards), inputs)

    def former(self, claims: Iterable[Claim]) -> Iterator[Unit]:
        """Yield a unit for each earlier version; ``claims`` are what all awards' units claimed."""
        for version, kept in self._former.versions(claims).items():
            name = f"former/{version[0]}/v{version[1]}"
            inputs = self.inputs.former(kept)
            yield Unit(name, partial(self._former.files, version, kept), inputs)

    def _publication(self) -> Iterator[OutputFile]:
        for edition in self.shared.editions:
            yield from text_files(publication.pages(self.shared, edition))

    def _not_found(self) -> Iterator[OutputFile]:
        yield text_file("404.html", self.shared.screens.not_found())


def _as_they_are(files: Iterable[tuple[str, bytes]]) -> Iterator[OutputFile]:
    return (OutputFile(path, data) for path, data in files)
