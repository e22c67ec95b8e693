"""Award: this achievement, to this recipient, on this date."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from obit_build.model.achievement import Alignment
from obit_build.model.on_demand import on_demand
from obit_build.model.profile import Organization
from obit_build.model.words import Code, Language, Slug, Text, Url, declare, place, places
from obit_build.problems import Location

RESULT_STATUSES = Literal[
    "Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"
]
Visibility = Literal["unlisted", "public"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that shows the achievement (Evidence)."""

    url: Url | None = declare("Where it can be seen.", default=None, shorthand=True)
    name: Text | None = declare("Its title.", default=None)
    description: Text | None = declare("What it is.", default=None)
    narrative: Text | None = declare("How it came about, in Markdown.", default=None)
    genre: Text | None = declare(
        "Its kind, such as report or configuration.", default=None, translated=False
    )
    audience: Text | None = declare("Who it was made for.", default=None, translated=False)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was measured (Result)."""

    result_description: Slug = declare("Which result_description of the badge this answers.")
    value: str | None = declare("The value reached.", default=None, shorthand=False)
    status: RESULT_STATUSES | None = declare("The status reached.", default=None)
    achieved_level: Slug | None = declare("The rubric level reached.", default=None)
    alignment: tuple[Alignment, ...] = declare("Framework entries.", default=())
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A later decision about an award: revoked for good, or suspended for now."""

    date: datetime.date = declare("The day of the decision.", shorthand=True)
    reason: Text | None = declare("The public reason: no names, no details.", default=None)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The earlier award of the same person that this one replaces."""

    issued: datetime.date = declare(
        "The day on which the earlier award was issued.", shorthand=True
    )
    badge: Slug | None = declare("Its badge, if it is another one.", default=None)
    version: str | None = declare("Its version, if it is another one.", default=None)
    location: Location = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardEntry:
    """One line under ``to:``: a recipient's code alone, or a map that says more."""

    id: Code = declare("The recipient's code in recipients.csv.", shorthand=True)
    n: int = declare(
        "2, 3 … when the same person earns the same badge twice on one day.", default=1
    )
    valid_from: datetime.date | None = declare(
        "When it becomes valid, if later than issued.", default=None
    )
    expires: datetime.date | Literal["never"] | None = declare(
        "Last day of validity, or never; else the badge's own duration counts.", default=None
    )
    language: Language | None = declare("Language of the credential.", default=None)
    narrative: Text | None = declare("What the person did, in Markdown.", default=None)
    evidence: tuple[Evidence, ...] = declare("Evidence of this person's achievement.", default=())
    results: tuple[Result, ...] = declare("Marks and rubric levels.", default=())
    credits_earned: Decimal | None = declare("Credits earned.", default=None)
    activity_start_date: datetime.date | None = declare("First day of the activity.", default=None)
    activity_end_date: datetime.date | None = declare("Last day of the activity.", default=None)
    role: Text | None = declare("The person's role.", default=None)
    term: Text | None = declare("The term or session.", default=None)
    license_number: str | None = declare("Licence number.", default=None)
    source: Slug | Organization | None = declare(
        "Who assessed on behalf of the issuer: a folder of issuers/, or an organisation.",
        default=None,
    )
    visibility: Visibility | None = declare(
        "unlisted (only people with the link find it) or public.", default=None
    )
    revoked: Decision | None = declare("Withdrawn for good: date and public reason.", default=None)
    suspended: Decision | None = declare("Withdrawn for now: date and public reason.", default=None)
    withdrawn: datetime.date | None = declare(
        "Taken off the site for good, with all its files: the day. No reason is given.",
        default=None,
        example="2026-09-01",
    )
    replaces: Former | None = declare("The earlier award that this one replaces.", default=None)
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFile:
    """A session or jury decision: ``badges/<slug>/awards/<any-name>.yaml``."""

    issued: datetime.date = declare("The day of the decision; counts for every line below.")
    to: tuple[AwardEntry, ...] = declare("The recipients, one per line.", least=1)
    version: str | None = declare(
        "Version of the badge; else the badge's current one.", default=None
    )
    valid_from: datetime.date | None = declare(
        "When the awards become valid, if later.", default=None
    )
    expires: datetime.date | Literal["never"] | None = declare(
        "Last day of validity, or never; else the badge's own duration counts.", default=None
    )
    language: Language | None = declare("Language of the credentials.", default=None)
    narrative: Text | None = declare("What the group did, in Markdown.", default=None)
    evidence: tuple[Evidence, ...] = declare("Evidence that counts for everybody.", default=())
    credits_earned: Decimal | None = declare("Credits earned.", default=None)
    activity_start_date: datetime.date | None = declare("First day of the activity.", default=None)
    activity_end_date: datetime.date | None = declare("Last day of the activity.", default=None)
    role: Text | None = declare("The recipients' role.", default=None)
    term: Text | None = declare("The term or session.", default=None)
    source: Slug | Organization | None = declare(
        "Who assessed on behalf of the issuer: a folder of issuers/, or an organisation.",
        default=None,
    )
    visibility: Visibility | None = declare(
        "unlisted (only people with the link find it) or public.", default=None
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()


@dataclass(frozen=True, slots=True, order=True)
class AwardKey:
    """What makes an award itself: file names may change, this may not."""

    badge: str
    version: str
    recipient: str
    issued: datetime.date
    n: int = 1

    def __reduce__(self) -> tuple[type["AwardKey"], tuple[str, str, str, datetime.date, int]]:
        """Travel to another process without asking a dataclass what its fields are: each award has one."""
        return AwardKey, (self.badge, self.version, self.recipient, self.issued, self.n)


@on_demand("key")
class Award:
    """One recipient's award, with what its file says for everybody filled in."""

    key: AwardKey
    valid_from: datetime.date | None = None
    expires: datetime.date | Literal["never"] | None = None
    language: Language | None = None
    narrative: Text | None = None
    evidence: tuple[Evidence, ...] = ()
    results: tuple[Result, ...] = ()
    credits_earned: Decimal | None = None
    activity_start_date: datetime.date | None = None
    activity_end_date: datetime.date | None = None
    role: Text | None = None
    term: Text | None = None
    license_number: str | None = None
    source: Slug | Organization | None = None
    visibility: Visibility | None = None
    revoked: Decision | None = None
    suspended: Decision | None = None
    withdrawn: datetime.date | None = None
    replaces: Former | None = None
    location: Location = place()
    locations: Mapping[str, Location] = places()

    @property
    def session(self) -> str:
        """The name of the file that holds it, which is how people call what happened on that day."""
        return self.location.path.rpartition("/")[2].removesuffix(".yaml")

    @property
    def replaced_key(self) -> AwardKey | None:
        """The key of the award that this one replaces."""
        if self.replaces is None:
            return None
        return AwardKey(
            self.replaces.badge or self.key.badge,
            self.replaces.version or self.key.version,
            self.key.recipient,
            self.replaces.issued,
        )


@on_demand("code")
class Recipient:
    """A row of ``recipients.csv``; never leaves the process but as an IdentityObject or a consented name."""

    code: Code = declare("An opaque code; the only thing award files say.")
    name: str | None = declare("Name.", default=None)
    email: str | None = declare("E-mail address.", default=None)
    language: Language | None = declare("Preferred language.", default=None)
    show_name: bool = declare("yes if the name may be published.", default=False)
    consent_date: datetime.date | None = declare("When the person agreed.", default=None)
    holder_page: bool = declare(
        "yes if the person wishes a page with all badges, at an address that nobody can guess.",
        default=False,
    )
    location: Location = place()
    locations: Mapping[str, Location] = places()

    @property
    def public_name(self) -> str | None:
        """The name, only where its publication was agreed to and dated."""
        return self.name if self.show_name and self.consent_date else None

    @property
    def wants_page(self) -> bool:
        """Whether there is a page of the person's own: as wished for, and dated."""
        return self.holder_page and self.consent_date is not None
