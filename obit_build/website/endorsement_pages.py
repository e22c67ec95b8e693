"""What pages show of endorsements: who said what, about what, and whether we could check it.

The name of an endorser is its own word; a DID stands beside it, and a bare key is called one. What
was signed is published beside the page, byte for byte.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from obit_build.centre.endorsements import (
    Accepted,
    Subject,
    accepted,
    address_of,
    files_of_site,
    language_of,
)
from obit_build.credentials.issuer_keys import did_json
from obit_build.harmless import shown
from obit_build.ledger.ledger import Ledger
from obit_build.model.repository import Repository
from obit_build.website.award_pages import AwardView
from obit_build.website.editions import Edition, EndorsementView
from obit_build.website.issuer_pages import IssuerView
from obit_build.website.pages import BadgeView

MAX_NAME = 120

Key = tuple[str, str, str]
"""Kind, name and version of what is endorsed."""


@dataclass(slots=True, kw_only=True)
class Endorsed:
    """All endorsements that one site publishes."""

    repository: Repository
    ledger: Ledger
    at: datetime.datetime
    status_lists: Mapping[str, bytes]
    _found: tuple[Accepted, ...] = field(init=False)
    _about: dict[Key, list[Accepted]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Check them all; raise CredentialError for one that does not hold."""
        known = [did_json(self.ledger, slug) for slug in self.repository.profiles]
        fetch = files_of_site(self.repository.settings, known, self.status_lists)
        self._found = tuple(accepted(self.repository, self.ledger, self.at, fetch))
        for one in self._found:
            self._about.setdefault(_key(one.subject), []).append(one)

    @property
    def found(self) -> tuple[Accepted, ...]:
        """What was accepted, each with how far it could be checked."""
        return self._found

    def about_award(self, award_id: str) -> tuple[Accepted, ...]:
        """Return what was said about one award."""
        return tuple(self._about.get(("award", award_id, ""), ()))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield path and exact bytes of each."""
        return ((address_of(one), one.endorsement.data) for one in self._found)

    def issuer(self, view: IssuerView, edition: Edition) -> IssuerView:
        """Add what was said about an issuer."""
        said = self._views(("issuer", view.slug, ""), edition=edition)
        return dataclasses.replace(view, endorsements=said) if said else view

    def badge(self, view: BadgeView, edition: Edition) -> BadgeView:
        """Add what was said about this version of a badge, and about its issuer."""
        said = self._views(("badge", view.slug, view.version), edition=edition)
        issuer = self.issuer(view.issuer, edition) if view.issuer else None
        return dataclasses.replace(view, endorsements=said, issuer=issuer)

    def award(self, view: AwardView, edition: Edition) -> AwardView:
        """Add what was said about one award, as long as it counts; also under its former ids."""
        ids = self.ledger.all_ids(view.id) if view.counts else ()
        said = self._views(*(("award", one, "") for one in ids), edition=edition)
        return dataclasses.replace(view, endorsements=said) if said else view

    def _views(self, *keys: Key, edition: Edition) -> tuple[EndorsementView, ...]:
        groups: dict[tuple[str, str], list[Accepted]] = {}
        for one in (one for key in keys for one in self._about.get(key, ())):
            if self._is_shown(one):
                name = (one.endorsement.stem, one.endorsement.endorser)
                groups.setdefault(name, []).append(one)
        return tuple(_view(_best(group, edition), edition) for group in groups.values())

    def _is_shown(self, one: Accepted) -> bool:
        """Leave out what has ended; a preview, whose time is the last commit's, waits for nothing."""
        until = one.endorsement.valid_until
        begun = one.endorsement.valid_from <= self.at or self.ledger.mode == "preview"
        return begun and (until is None or self.at <= until)


def _key(subject: Subject) -> Key:
    return subject.kind, subject.name, subject.version


def _best(group: Iterable[Accepted], edition: Edition) -> Accepted:
    """Choose the edition's language, else the site's default, else whichever there is."""
    default = edition.settings.default_language
    wished = (edition.language, edition.language.split("-")[0], default)

    def rank(one: Accepted) -> int:
        language = language_of(one.endorsement, one.subject) or default
        return wished.index(language) if language in wished else len(wished)

    return min(group, key=rank)


def _view(one: Accepted, edition: Edition) -> EndorsementView:
    endorsement = one.endorsement
    language = language_of(endorsement, one.subject) or edition.settings.default_language
    until = endorsement.valid_until
    return EndorsementView(
        endorser=shown(endorsement.endorser_name, MAX_NAME),
        did=shown(endorsement.endorser, 300),
        is_bare_key=endorsement.endorser.startswith("did:key:"),
        comment=edition.words(endorsement.comment, language) if endorsement.comment else None,
        date=_date(endorsement.valid_from, edition),
        until=_date(until, edition) if until else None,
        checked=one.checked,
        file=address_of(one),
    )


def _date(at: datetime.datetime, edition: Edition) -> Markup:
    return edition.date(at.astimezone(datetime.UTC).date())
