"""What earlier versions of badges left: their documents as they were signed, and their pictures.

A credential names the addresses of its badge for ever. Where no badge of today has a file there, the
site keeps what the first credential says; no award's own files depend on which one that is.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from obit_build import addresses
from obit_build.credentials import documents
from obit_build.credentials.profiles import CONTEXT
from obit_build.credentials.twins import Twins
from obit_build.ledger.ledger import IssuedAward
from obit_build.strict_json import JsonObject
from obit_build.website.files import Claim, OutputFile, json_file, text_file
from obit_build.website.shared import Shared

Version = tuple[str, str]
"""Badge slug and version."""


def chosen(claims: Iterable[Claim]) -> dict[str, Claim]:
    """Choose one claim for each path: the first that is preferred, else the first.

    ``claims`` come in the order in which the awards were issued.
    """
    found: dict[str, Claim] = {}
    for claim in claims:
        known = found.get(claim.path)
        if known is None or (claim.preferred and not known.preferred):
            found[claim.path] = claim
    return found


@dataclass(frozen=True, slots=True)
class Former:
    """What one site keeps of earlier versions."""

    shared: Shared
    twins: Twins

    def claims(self, issued: IssuedAward, document: JsonObject, language: str) -> Iterator[Claim]:
        """Yield what the site has to keep for one award, whose credential is ``document``."""
        if self._is_former(issued):
            settings, version = self.shared.repository.settings, (issued.badge, issued.version)
            path = addresses.achievement_file(*version, language)
            if _achievement(document).get("id") == addresses.url(settings, path):
                first = language == settings.default_language
                neutral = addresses.achievement_file(*version)
                yield Claim(path=path, award=issued.id, kind="achievement")
                yield Claim(path=neutral, award=issued.id, kind="achievement", preferred=first)
        older = self.twins.former_class(issued, document)
        if older:
            yield Claim(path=older[0], award=issued.id, kind="class")

    def versions(self, claims: Iterable[Claim]) -> dict[Version, list[Claim]]:
        """List the versions that left something, each with the claims that were chosen."""
        awards = self.shared.ledger.awards
        found: dict[Version, list[Claim]] = {
            (x.badge, x.version): []
            for x in awards.values()
            if x.state != "withdrawn" and self._is_former(x)
        }
        for claim in chosen(claims).values():
            award = awards[claim.award]
            found.setdefault((award.badge, award.version), []).append(claim)
        return {version: found[version] for version in sorted(found)}

    def files(self, version: Version, claims: Iterable[Claim]) -> Iterator[OutputFile]:
        """Yield what one version left; its addresses show the badge's present picture."""
        for claim in claims:
            yield self._file(claim)
        badge = self.shared.badges.get(version[0])
        if badge is None or badge.version != version[1]:
            yield from picture_files(self.shared, *version)

    def _file(self, claim: Claim) -> OutputFile:
        document = json.loads(self.shared.inputs.credential(claim.award))
        if claim.kind == "achievement":
            return json_file(claim.path, {"@context": CONTEXT, **_achievement(document)})
        older = self.twins.former_class(self.shared.ledger.awards[claim.award], document)
        assert older is not None  # noqa: S101 - it made the claim
        return text_file(*older)

    def _is_former(self, issued: IssuedAward) -> bool:
        badge = self.shared.badges.get(issued.badge)
        return badge is None or badge.version != issued.version


def _achievement(document: JsonObject) -> JsonObject:
    return dict(documents.member(documents.member(document, "credentialSubject"), "achievement"))


def picture_files(shared: Shared, slug: str, version: str) -> Iterator[OutputFile]:
    """Yield a badge's pictures at the addresses of one version."""
    pictures = shared.inputs.pictures.get(slug)
    if pictures is not None:
        yield OutputFile(addresses.badge_image(slug, version, "png"), pictures.png)
        if pictures.svg is not None:
            yield OutputFile(addresses.badge_image(slug, version, "svg"), pictures.svg)
