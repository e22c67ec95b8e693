"""A person's badges as one document: ClrCredential (Comprehensive Learner Record 2.0).

The record holds each signed credential whole, as it was issued, and says how their achievements
belong together where a pathway of the repository connects them. It is ``partial``: nobody here
knows everything that a person has learned. Its ids and salt are derived for the record alone,
so that it shares none with the awards and tells nothing of the person's code. No proof is made
here (standards reference, section 20).
"""

import datetime
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from obit_build import addresses
from obit_build.credentials.achievements import achievement_languages, achievement_node
from obit_build.credentials.credential import (
    PREVIEW_NAME,
    PREVIEW_TERMS,
    SPECIMEN_TERMS,
    holder_identity,
)
from obit_build.credentials.profiles import Speaker, somebody, without_empty
from obit_build.ledger.ledger import Ledger, instant
from obit_build.model.pathway import Pathway
from obit_build.model.profile import Profile
from obit_build.model.repository import Repository
from obit_build.phrases import Phrases
from obit_build.securing.canonical import CLR_2, CREDENTIALS_V2, OPEN_BADGES_3
from obit_build.strict_json import JsonObject

CONTEXT = [CREDENTIALS_V2, CLR_2, OPEN_BADGES_3]
"""In this order; the standard's own inspector refuses any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBadge:
    """One award of the person: which badge, and the complete signed credential."""

    badge: str
    document: JsonObject = field(repr=False)

    @property
    def achievement(self) -> str:
        """The id of its Achievement, as the credential says it."""
        at: str = self.document["credentialSubject"]["achievement"]["id"]
        return at


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a learner record is made of, besides the repository and the ledger."""

    issuer: Profile
    code: str
    held: Sequence[HeldBadge] = field(repr=False)
    phrases: Phrases = field(repr=False)
    at: datetime.datetime
    everything: bool
    """Whether badges that are no longer valid are in it, too; its name says so."""

    @property
    def language(self) -> str:
        """The language in which the record speaks; each credential keeps its own."""
        return self.phrases.language


def clr_credential(repository: Repository, ledger: Ledger, record: Record) -> JsonObject:
    """Write the unsigned ClrCredential of one person's badges."""
    settings, phrase = repository.settings, record.phrases.phrase
    say = Speaker(settings, record.language)
    name = phrase("record.name_all") if record.everything else phrase("record.name")
    day = record.phrases.date(record.at.astimezone(datetime.UTC).date())
    preview = ledger.mode == "preview"
    terms = [PREVIEW_TERMS] if preview else []
    terms += [SPECIMEN_TERMS] if settings.specimen else []
    return without_empty(
        {
            "@context": CONTEXT,
            "id": ledger.keyed_uuid("learner-record", _identity(record)),
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": (PREVIEW_NAME if preview else "") + name,
            "description": phrase("record.description", date=day),
            # By its name only: the whole profile is in the credentials, and would be merged with them.
            "issuer": somebody(repository, record.issuer.slug, say),
            "validFrom": instant(record.at),
            "partial": True,
            "credentialSubject": _subject(repository, ledger, record),
            "termsOfUse": [{"type": term} for term in terms],
        }
    )


def _identity(record: Record) -> bytes:
    """Return what makes this record itself: a later one of the same kind takes its place."""
    scope = "all" if record.everything else "valid"
    parts = (record.issuer.slug, record.code, record.language, scope)
    return "\0".join(parts).encode()


def _subject(repository: Repository, ledger: Ledger, record: Record) -> JsonObject:
    identity = _identity(record)
    programmes = [
        programme
        for _, pathway in sorted(repository.pathways.items())
        if (programme := _Programme(repository, record, pathway)).concerns_the_person
    ]
    nodes = {node["id"]: node for p in programmes if (node := p.achievement)}
    associations = {a: None for programme in programmes for a in programme.associations()}
    return without_empty(
        {
            **holder_identity(
                repository.settings,
                repository.recipients.get(record.code),
                salt=ledger.keyed("learner-record-salt", identity, 16).hex(),
                subject=ledger.keyed_uuid("learner-record-subject", identity),
            ),
            "type": ["ClrSubject"],
            "verifiableCredential": [badge.document for badge in record.held],
            "achievement": list(nodes.values()),
            "association": [association.node() for association in associations],
        }
    )


class _Association(NamedTuple):
    """One Association: how the source stands to the target; both are ids of Achievements."""

    kind: Literal["isParentOf", "isRelatedTo", "precedes"]
    source: str
    target: str

    def node(self) -> JsonObject:
        return {
            "type": "Association",
            "associationType": self.kind,
            "sourceId": self.source,
            "targetId": self.target,
        }


class _Programme:
    """A pathway as it looks from one person's badges: the others are not spoken of."""

    def __init__(self, repository: Repository, record: Record, pathway: Pathway) -> None:
        self._repository, self._record, self._pathway = repository, record, pathway
        found: dict[str, dict[str, None]] = {}
        for badge in record.held:
            found.setdefault(badge.badge, {})[badge.achievement] = None
        self._held = {slug: tuple(ids) for slug, ids in found.items()}

    @property
    def concerns_the_person(self) -> bool:
        """Whether the person holds its milestone or a badge of its steps."""
        needed = {*self._pathway.badges, self._pathway.milestone}
        return not needed.isdisjoint(self._held)

    @functools.cached_property
    def achievement(self) -> JsonObject | None:
        """What the whole pathway leads to; None where that badge is among those held."""
        milestone = self._pathway.milestone
        badge = self._repository.achievements.get(milestone) if milestone else None
        if badge is None:
            return self._learning_programme()
        if badge.slug in self._held:
            return None
        known = achievement_languages(self._repository.settings, badge)
        language = self._record.language if self._record.language in known else known[0]
        return achievement_node(self._repository, badge, language)

    def _learning_programme(self) -> JsonObject:
        """Write a pathway without a milestone as an Achievement of its own."""
        settings, pathway = self._repository.settings, self._pathway
        say = Speaker(settings, self._record.language)
        _, language = pathway.name.find(self._record.language, settings.default_language)
        return without_empty(
            {
                "id": addresses.url(settings, addresses.pathway_page(pathway.slug)),
                "type": ["Achievement"],
                "achievementType": "LearningProgram",
                "name": say(pathway.name),
                "description": say(pathway.description),
                "criteria": {"narrative": self._criteria(say)},
                "inLanguage": language,
            }
        )

    def _criteria(self, say: Speaker) -> str:
        """Tell the rule and the steps with their badges, in Markdown."""
        phrases, rule = self._record.phrases, self._pathway.rule
        if rule == "min":
            rules = phrases.count("record.needed_min", self._pathway.minimum or 1)
        else:
            all_of = phrases.phrase("record.needed_all")
            rules = all_of if rule == "all" else phrases.phrase("record.needed_any")
        badges = self._repository.achievements
        lines = [
            f"{number}. {say(step.title)} · "
            + ", ".join(say(badges[slug].name) or "" for slug in step.badges if slug in badges)
            for number, step in enumerate(self._pathway.steps, start=1)
        ]
        return "\n".join([rules, "", *lines])

    def associations(self) -> Iterator[_Association]:
        """Yield how the person's achievements stand to the whole, and to each other."""
        pathway = self._pathway
        for whole in self._whole():
            for badge in pathway.badges:
                for part in self._ids(badge):
                    yield _Association("isParentOf", whole, part)
            for badge in pathway.optional:
                for part in self._ids(badge):
                    yield _Association("isRelatedTo", whole, part)
        yield from self._order()

    def _whole(self) -> tuple[str, ...]:
        milestone = self.achievement
        if milestone is not None:
            return (milestone["id"],)
        return self._held[str(self._pathway.milestone)]

    def _ids(self, badge: str) -> tuple[str, ...]:
        return self._whole() if badge == self._pathway.milestone else self._held.get(badge, ())

    def _order(self) -> Iterator[_Association]:
        """Yield what comes directly before what, from step to step."""
        before: tuple[str, ...] = ()
        for step in self._pathway.steps:
            badges = [ids for badge in step.badges if (ids := self._ids(badge))]
            together = [sum(badges, ())] if step.any_order and badges else badges
            for ids in together:
                for earlier in before:
                    for later in ids:
                        yield _Association("precedes", earlier, later)
                before = ids
