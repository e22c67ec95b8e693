"""What each unit of the site is made from, as digests: equal digests, equal files.

Coarse on purpose where it costs little: what all pages share is one value, with named parts only so
that a person can be told which of them changed. The rest is split where most builds gain from it: by
badge, and by award. A view of a badge is what templates show of it, so its digest misses nothing.
"""

import functools
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from obit_build.fingerprint import fingerprint
from obit_build.ledger.ledger import IssuedAward
from obit_build.model.award import Recipient
from obit_build.model.compact import parts
from obit_build.website.feed import changes
from obit_build.website.files import Claim
from obit_build.website.shared import Shared

ALWAYS = ""
"""For units that cost less to make than to ask about."""


@dataclass(slots=True)
class Inputs:
    """The digests of one site's units, as texts like ``site=… badge=… award=…``."""

    shared: Shared
    parts: Mapping[str, str] = field(init=False)
    """What all units share, by name."""
    _common: str = field(init=False)
    _badges: dict[str, str] = field(init=False)
    _described: str = field(init=False)
    """What award pages may show of badges, those of earlier versions included."""
    _site: str = field(init=False)

    def __post_init__(self) -> None:
        shared, inputs = self.shared, self.shared.inputs
        repository, ledger = shared.repository, shared.ledger
        issuers = [
            (profile, [shared.issuer_view(slug, edition) for edition in shared.editions])
            for slug, profile in sorted(repository.profiles.items())
        ]
        self.parts = {
            "tool": inputs.tool,
            "settings": fingerprint(
                repository.settings, sorted(shared.screens.sections), inputs.mark
            ),
            "templates": fingerprint(sorted(shared.theme.files.items()), self._files("templates/")),
            "issuers": fingerprint(issuers, self._files("issuers/")),
            "ledger": fingerprint(ledger.mode, ledger.site, ledger.salt, ledger.keys),
        }
        self._common = fingerprint(self.parts)
        self._badges = {slug: self._badge(slug) for slug in shared.badges}
        self._described = fingerprint(
            self._badges,
            repository.pathways,
            repository.frameworks,
            repository.achievements,
            shared.endorsed.found,
            shared.surroundings.versions(),
            self._files("badges/"),
        )
        self._site = fingerprint(self._described, shared.surroundings.counts())

    def _files(self, folder: str) -> list[tuple[str, bytes]]:
        """List the files of the repository below a folder, but those that say who has what."""
        files = self.shared.repository.files
        return sorted(
            (path, files[path])
            for path in files
            if path.startswith(folder) and "/awards/" not in path
        )

    def _badge(self, slug: str) -> str:
        """Digest what awards' pages show of a badge as it is now, and its picture."""
        shared, badge = self.shared, self.shared.badges[slug]
        pictures = shared.inputs.pictures.get(slug)
        views = [shared.awarded_badge_view(badge, edition) for edition in shared.editions]
        return fingerprint(badge, views, pictures, self._files(f"badges/{slug}/"))

    def site(self, *own: object) -> str:
        """Return the inputs of a unit that may show any badge and issuer, but no award."""
        said = f"common={self._common} site={self._site}"
        return f"{said} own={fingerprint(own)}" if own else said

    def award(self, issued: IssuedAward) -> str:
        """Return the inputs of an award's unit."""
        shared = self.shared
        award = shared.awards.get(issued.id)
        badge = shared.badges.get(issued.badge)
        person = shared.repository.recipients.get(award.key.recipient) if award else None
        # Said once for each award, so texts are compared as they are; what is rarely there is digested.
        decided = award and (award.revoked, award.suspended)
        said = shared.endorsed.about_award(issued.id)
        own, alike = parts(issued)
        shown = (
            own,
            _shared(alike),
            award and award.visibility,
            decided and (None if decided == (None, None) else fingerprint(decided)),
            person.public_name if person else None,
            fingerprint(said) if said else None,
        )
        current = badge is not None and badge.version == issued.version
        about = f"badge={self._badges[issued.badge]}" if current else f"site={self._described}"
        return f"common={self._common} {about} award={_digest(repr(shown))}"

    def holder(self, person: Recipient, awards: Iterable[IssuedAward]) -> str:
        """Return the inputs of a holder's page."""
        return self.site(person, [self.award(issued) for issued in awards])

    def former(self, claims: Iterable[Claim]) -> str:
        """Return the inputs of what an earlier version left."""
        awards = self.shared.ledger.awards
        return self.site([(claim, awards[claim.award].sha256) for claim in claims])

    def listings(self) -> str:
        """Return the inputs of the lists of the whole site."""
        awards = self.shared.ledger.awards.values()
        public = [parts(x) for x in awards if self.shared.is_public(x)]
        return self.site(public, changes(self.shared) or self.shared.inputs.at)

    def publication(self) -> str:
        """Return the inputs of the page that says when and from what the site was made."""
        inputs, ledger = self.shared.inputs, self.shared.ledger
        return self.site(inputs.at, inputs.commit, ledger.size, ledger.head, sorted(inputs.log))


@functools.lru_cache(maxsize=1024)
def _shared(values: tuple[object, ...]) -> str:
    return repr(values)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
