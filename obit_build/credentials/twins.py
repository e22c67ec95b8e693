"""Which Open Badges 2.0 files a site has: issuers, badge classes, assertions, revocations.

Pairs of path and text, for :mod:`~obit_build.website.site` to lay beside the 3.0 files. An award that is
suspended, revoked, replaced or withdrawn keeps an Assertion that says nothing but so: 2.0 has no
word for a suspension, and a reader that knows none must not take it for valid.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from obit_build import addresses
from obit_build.credentials import documents, openbadges2
from obit_build.credentials.achievements import achievement_languages, achievement_node
from obit_build.credentials.profiles import Speaker, has_openbadges2
from obit_build.ledger.ledger import IssuedAward, Ledger
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award
from obit_build.model.repository import Repository
from obit_build.phrases import Phrases

File = tuple[str, str]
"""Path and text."""


@dataclass(slots=True, kw_only=True)
class Twins:
    """The Open Badges 2.0 side of one site."""

    repository: Repository
    ledger: Ledger
    badges: Mapping[str, Achievement]
    """Those that the site shows."""
    awards: Mapping[str, Award]
    is_public: Callable[[IssuedAward], bool]
    phrases: Mapping[str, Phrases]
    """Language → the site's phrases."""
    _issuers: frozenset[str] = field(init=False)
    _present: frozenset[str] = field(init=False)
    """Paths of the BadgeClasses that badges have as they are now."""

    def __post_init__(self) -> None:
        settings, profiles = self.repository.settings, self.repository.profiles.items()
        self._issuers = frozenset(
            x for x, profile in profiles if has_openbadges2(settings, profile)
        )
        self._present = frozenset(
            addresses.badge_class_file(badge.slug, badge.version, language)
            for badge in self.badges.values()
            if self._issuer_of(badge)
            for language in achievement_languages(settings, badge)
        )

    def has(self, issuer: str) -> bool:
        """Tell whether awards of an issuer have 2.0 files."""
        return issuer in self._issuers

    def identity(self, issuer: str) -> tuple[str, ...]:
        """Return the issuer's 2.0 id, for its DID document to name; nothing if it has none."""
        known = issuer in self._issuers
        return (openbadges2.issuer_id(self.repository.settings, issuer),) if known else ()

    def of_issuer(self, issuer: str) -> Iterator[File]:
        """Write the Issuer and its RevocationList, which tells of public awards only.

        The former ids of an award that was issued again are as public as the award.
        """
        if issuer not in self._issuers:
            return
        profile = self.repository.profiles[issuer]
        document = openbadges2.issuer(self.repository, profile)
        yield addresses.issuer_file(issuer), openbadges2.text_of(document)
        settings = self.repository.settings
        listed = [
            (award.id, self._reason(award, settings.default_language))
            for award in self.ledger.awards.values()
            if award.issuer == issuer
            and award.bit_is_set
            and self.is_public(self.ledger.newest(award))
        ]
        revoked = openbadges2.revocation_list(settings, issuer, listed)
        yield addresses.revocation_file(issuer), openbadges2.text_of(revoked)

    def of_badge(self, badge: Achievement, language: str) -> Iterator[File]:
        """Write the BadgeClass of a badge as it is now."""
        issuer = self._issuer_of(badge)
        if issuer:
            node = achievement_node(self.repository, badge, language)
            yield self._badge_class((issuer, badge.slug, badge.version), node)

    def of_award(
        self, issued: IssuedAward, document: Mapping[str, Any], image: str | None
    ) -> File | None:
        """Write the Assertion, or nothing for a holder whom 2.0 can't name.

        ``document`` is the signed credential, ``image`` the path of the baked picture.
        """
        settings = self.repository.settings
        if issued.issuer not in self._issuers:
            return None
        twin = openbadges2.assertion(settings, issued, document, image=image)
        if twin is None:
            return None
        if issued.bit_is_set:
            reason = self._reason(issued, twin["@language"])
            twin = openbadges2.revoked_assertion(settings, issued.id, reason=reason)
        return addresses.assertion_file(issued.id), openbadges2.text_of(twin)

    def former_class(self, issued: IssuedAward, document: Mapping[str, Any]) -> File | None:
        """Write the BadgeClass that an Assertion names, if no badge has it as it is now."""
        settings = self.repository.settings
        language = documents.language_of(document, settings.default_language)
        path = addresses.badge_class_file(issued.badge, issued.version, language)
        if path in self._present or issued.issuer not in self._issuers or issued.bit_is_set:
            return None
        if openbadges2.assertion(settings, issued, document, image=None) is None:
            return None
        node = documents.member(documents.member(document, "credentialSubject"), "achievement")
        return self._badge_class((issued.issuer, issued.badge, issued.version), node)

    def of_withdrawn(self, issued: IssuedAward) -> Iterator[File]:
        """Leave an Assertion that says nothing but that it does not count."""
        if issued.issuer in self._issuers:
            gone = openbadges2.revoked_assertion(self.repository.settings, issued.id)
            yield addresses.assertion_file(issued.id), openbadges2.text_of(gone)

    def _issuer_of(self, badge: Achievement) -> str | None:
        issuer = self.repository.issuer_of(badge)
        return issuer.slug if issuer and issuer.slug in self._issuers else None

    def _badge_class(self, issued: tuple[str, str, str], achievement: Mapping[str, Any]) -> File:
        settings, (_issuer, slug, version) = self.repository.settings, issued
        mark = openbadges2.mark_of(settings, self.ledger)
        document = openbadges2.badge_class(settings, issued, achievement, mark=mark)
        path = addresses.badge_class_file(slug, version, document["@language"])
        return path, openbadges2.text_of(document)

    def _reason(self, issued: IssuedAward, language: str) -> str | None:
        """Say why an award does not count: the public reason, else what its page says."""
        award = self.awards.get(issued.id)
        decision = award and (award.suspended if issued.state == "suspended" else award.revoked)
        said = Speaker(self.repository.settings, language)(decision.reason) if decision else None
        if said or issued.state not in ("suspended", "replaced"):
            return said
        state = "reissued" if issued.reissued_as else issued.state
        default = self.phrases[self.repository.settings.default_language]
        return self.phrases.get(language, default).phrase(f"status.{state}_detail")
