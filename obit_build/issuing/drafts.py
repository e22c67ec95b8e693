"""An award → the credential that is about to be signed, taken apart: its own texts and all the rest.

The credentials of a badge differ in a few texts. A :class:`Draft` holds these, and writes the
document with them, or with any others in their places: whoever has worked out one document of a
form (:mod:`obit_build.issuing.press`) needs no other.
"""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from obit_build import addresses
from obit_build.credentials.achievements import (
    achievement_id,
    achievement_languages,
    achievement_node,
    alignments,
)
from obit_build.credentials.credential import (
    PREVIEW_NAME,
    PREVIEW_TERMS,
    SPECIMEN_TERMS,
    Allocation,
    day,
    end_of,
    identity_texts,
    language_among,
    status_entry,
    valid_from,
    valid_until,
    written_identity,
)
from obit_build.credentials.digests import achievement_bytes
from obit_build.credentials.profiles import (
    CONTEXT,
    Speaker,
    image,
    number,
    profile_node,
    somebody,
    without_empty,
)
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, Evidence, Recipient, Result
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.model.settings import Settings
from obit_build.securing.stamp import form_of, with_texts
from obit_build.securing.template import InDoubtError
from obit_build.strict_json import JsonObject

Place = str | tuple[str, int]
"""The name of an own text: a member, or a member of one of several results or pieces of evidence."""
_EVIDENCE_TEXTS = ("name", "description", "narrative", "genre", "audience")


class Draft(NamedTuple):
    """A credential that is about to be signed."""

    form: Hashable
    """Equal for credentials that differ in their own texts alone; None if that can't be said."""
    texts: Sequence[str]
    """What it says that others of its form don't; each stands in the document as it is, whole."""
    compose: Callable[[Sequence[str]], JsonObject]
    """Writes the document with these, or other, texts in the places of its own."""

    def document(self) -> JsonObject:
        """Return the unsigned credential."""
        return self.compose(self.texts)


class _Measured(NamedTuple):
    """What is not an own text in a result."""

    description: str
    status: str | None
    alignment: str
    """JSON, or empty."""


class _Form(NamedTuple):
    """All that an award's credential says but its own texts."""

    badge: tuple[str, str]
    issuer: str
    language: str
    preview: bool
    list_number: int
    places: tuple[Place, ...]
    credits: int | float | None
    source: str
    """JSON, or empty."""
    results: tuple[_Measured, ...]
    evidence: int
    """How many pieces there are."""


class Drafts:
    """Makes the drafts of one repository; what many credentials have in common is written once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._languages: dict[tuple[str, str | None, str | None], str] = {}
        self._speakers: dict[str, Speaker] = {}
        self._lists: dict[tuple[str, int], str] = {}
        self._definitions: dict[str, bytes] = {}
        self._nodes: dict[tuple[str, ...], JsonObject] = {}

    def draft(
        self,
        achievement: Achievement,
        award: Award,
        given: Allocation,
        *,
        issuer: Profile,
        preview: bool,
    ) -> Draft:
        """Take the credential of one award apart."""
        recipient = self._repository.recipients.get(award.key.recipient)
        say = self._speaker(self._language(achievement, award, recipient))
        own = self._own_texts(achievement, award, recipient, given, issuer.slug, say)
        source = somebody(self._repository, award.source, say) if award.source else None
        form = _Form(
            badge=(achievement.slug, achievement.version),
            issuer=issuer.slug,
            language=say.language,
            preview=preview,
            list_number=given.list_number,
            places=tuple(filter(own.get, own)),
            credits=number(award.credits_earned),
            source=json.dumps(source) if source else "",
            results=tuple([_measured(result, say) for result in award.results]),
            evidence=len(award.evidence),
        )
        texts = tuple(filter(None, own.values()))
        return Draft(form, texts, partial(self._composed, form, achievement, issuer))

    def definition(self, achievement: Achievement) -> bytes:
        """Return what the badge says (:func:`~obit_build.credentials.digests.achievement_bytes`)."""
        if achievement.slug not in self._definitions:
            self._definitions[achievement.slug] = achievement_bytes(achievement)
        return self._definitions[achievement.slug]

    def _language(self, achievement: Achievement, award: Award, recipient: Recipient | None) -> str:
        wished = award.language, recipient.language if recipient else None
        language = self._languages.get((achievement.slug, *wished))
        if language is None:
            known = achievement_languages(self._repository.settings, achievement)
            language = language_among(known, *wished)
            self._languages[achievement.slug, *wished] = language
        return language

    def _speaker(self, language: str) -> Speaker:
        if language not in self._speakers:
            self._speakers[language] = Speaker(self._repository.settings, language)
        return self._speakers[language]

    def _own_texts(
        self,
        achievement: Achievement,
        award: Award,
        recipient: Recipient | None,
        given: Allocation,
        issuer: str,
        say: Speaker,
    ) -> dict[Place, str | None]:
        settings = self._repository.settings
        until = valid_until(settings, achievement, award)
        start, end = award.activity_start_date, award.activity_end_date
        index = str(given.index)
        own: dict[Place, str | None] = {
            "id": addresses.url(settings, addresses.credential_file(given.id)),
            "awardedDate": day(award.key.issued),
            "validFrom": day(valid_from(award)),
            "validUntil": end_of(until) if until else None,
            **identity_texts(settings, recipient, salt=given.salt, subject=given.subject),
            "activityStartDate": day(start) if start else None,
            "activityEndDate": end_of(end) if end else None,
            "licenseNumber": award.license_number,
            "narrative": say(award.narrative),
            "role": say(award.role),
            "term": say(award.term),
            "status": f"{self._status_list(issuer, given.list_number)}#{index}",
            "statusListIndex": index,
        }
        for n, result in enumerate(award.results):
            own["value", n] = result.value
            if result.achieved_level:
                at = achievement_id(settings, achievement, say.language)
                own["achievedLevel", n] = f"{at}#{result.achieved_level}"
        for n, evidence in enumerate(award.evidence):
            own |= _evidence_texts(n, evidence, say)
        return own

    def _status_list(self, issuer: str, number: int) -> str:
        at = self._lists.get((issuer, number))
        if at is None:
            at = self._lists[issuer, number] = _status_list(
                self._repository.settings, issuer, number
            )
        return at

    def _composed(
        self, form: _Form, achievement: Achievement, issuer: Profile, texts: Sequence[str]
    ) -> JsonObject:
        """Write a document of a form: all parts in the order in which they are published."""
        own = dict(zip(form.places, texts, strict=True))
        settings, say = self._repository.settings, self._speaker(form.language)
        picture = addresses.badge_image(achievement.slug, achievement.version, "png")
        terms = [PREVIEW_TERMS] if form.preview else []
        terms += [SPECIMEN_TERMS] if settings.specimen else []
        title = say(achievement.name) or ""
        return without_empty(
            {
                "@context": CONTEXT,
                "id": own["id"],
                "type": ["VerifiableCredential", "OpenBadgeCredential"],
                "name": (PREVIEW_NAME if form.preview else "") + title,
                "description": say(achievement.description),
                "image": image(addresses.url(settings, picture), say(achievement.image.caption)),
                "issuer": self._issuer(issuer, form.language),
                "awardedDate": own["awardedDate"],
                "validFrom": own["validFrom"],
                "validUntil": own.get("validUntil"),
                "credentialSubject": self._subject(form, achievement, own),
                "evidence": [_evidence(n, own) for n in range(form.evidence)],
                "credentialStatus": status_entry(
                    self._status_list(issuer.slug, form.list_number),
                    entry=own["status"],
                    index=own["statusListIndex"],
                ),
                "termsOfUse": [{"type": term} for term in terms],
            }
        )

    def _subject(
        self, form: _Form, achievement: Achievement, own: Mapping[Place, str]
    ) -> JsonObject:
        at = achievement_id(self._repository.settings, achievement, form.language)
        return without_empty(
            {
                **written_identity(own),
                "type": ["AchievementSubject"],
                "activityStartDate": own.get("activityStartDate"),
                "activityEndDate": own.get("activityEndDate"),
                "creditsEarned": form.credits,
                "licenseNumber": own.get("licenseNumber"),
                "narrative": own.get("narrative"),
                "role": own.get("role"),
                "term": own.get("term"),
                "source": json.loads(form.source) if form.source else None,
                "result": [_result(n, at, said, own) for n, said in enumerate(form.results)],
                "achievement": self._achievement(achievement, form.language),
            }
        )

    def _issuer(self, profile: Profile, language: str) -> JsonObject:
        key = ("issuer", profile.slug, language)
        if key not in self._nodes:
            self._nodes[key] = profile_node(self._repository, profile, language)
        return self._nodes[key]

    def _achievement(self, achievement: Achievement, language: str) -> JsonObject:
        key = ("achievement", achievement.slug, achievement.version, language)
        if key not in self._nodes:
            self._nodes[key] = achievement_node(self._repository, achievement, language)
        return self._nodes[key]


def _measured(result: Result, say: Speaker) -> _Measured:
    alignment = json.dumps(alignments(result.alignment, say)) if result.alignment else ""
    return _Measured(result.result_description, result.status, alignment)


def _result(n: int, at: str, said: _Measured, own: Mapping[Place, str]) -> JsonObject:
    return without_empty(
        {
            "type": ["Result"],
            "resultDescription": f"{at}#{said.description}",
            "value": own.get(("value", n)),
            "status": said.status,
            "achievedLevel": own.get(("achievedLevel", n)),
            "alignment": json.loads(said.alignment) if said.alignment else None,
        }
    )


def _evidence_texts(n: int, evidence: Evidence, say: Speaker) -> dict[Place, str | None]:
    return {
        ("id", n): evidence.url,
        ("name", n): say(evidence.name),
        ("description", n): say(evidence.description),
        ("narrative", n): say(evidence.narrative),
        ("genre", n): say(evidence.genre),
        ("audience", n): say(evidence.audience),
    }


def _evidence(n: int, own: Mapping[Place, str]) -> JsonObject:
    said = {name: own.get((name, n)) for name in _EVIDENCE_TEXTS}
    return without_empty({"id": own.get(("id", n)), "type": ["Evidence"], **said})


def _status_list(settings: Settings, issuer: str, number: int) -> str:
    return addresses.url(settings, addresses.status_list(issuer, number))


def open_badge_credential(
    repository: Repository,
    achievement: Achievement,
    award: Award,
    given: Allocation,
    *,
    issuer: Profile,
    preview: bool,
) -> JsonObject:
    """Write the unsigned OpenBadgeCredential of one award; for many, keep one :class:`Drafts`."""
    drafts = Drafts(repository)
    return drafts.draft(achievement, award, given, issuer=issuer, preview=preview).document()


def again(settings: Settings, signed: Mapping[str, Any], issuer: str, given: Allocation) -> Draft:
    """Write a signed credential anew: the same content under another id and index."""
    at, index = _status_list(settings, issuer, given.list_number), str(given.index)
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    return taken_apart(
        {
            **unsigned,
            "id": addresses.url(settings, addresses.credential_file(given.id)),
            "credentialStatus": status_entry(at, entry=f"{at}#{index}", index=index),
        }
    )


def taken_apart(document: JsonObject) -> Draft:
    """Take a finished document apart: all its texts count as its own."""
    try:
        form, texts = form_of(document)
    except InDoubtError:
        return Draft(None, (), lambda _texts: document)
    return Draft(form, texts, partial(with_texts, document))
