"""What is checked in awards: whom and what they name, their days, the decisions about them."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import datetime
import difflib
from collections.abc import Iterator

from obit_build.centre.names import PEOPLE
from obit_build.checks.finding import Finding, issuer_slugs, place_of, suggestion
from obit_build.model.achievement import Achievement
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.model.words import Slug
from obit_build.people.recipients import reads_to_the_end
from obit_build.problems import Location

MAX_SUGGESTIONS = 20
"""Looking for a similar code takes as long as the people list; a wrong list must not take for ever."""


def award_names_a_known_recipient(repository: Repository) -> Iterator[Finding]:
    """The code of an award stands in recipients.csv.

    A mistyped code would give the badge to nobody, or to somebody else. Only where the list is kept
    elsewhere (`recipients:` in obit.yaml) and is not at hand, the codes are taken as they are.
    """
    if repository.people_absent and PEOPLE not in repository.files:
        return  # it is kept elsewhere: codes can be looked up where it is
    unknown = [
        award
        for award in repository.awards
        if award.key.recipient not in repository.recipients and award.withdrawn is None
    ]
    if not unknown or not _people_list_is_whole(repository):
        return
    codes = list(repository.recipients)
    for count, award in enumerate(unknown):
        code, near = award.key.recipient, []
        if count < MAX_SUGGESTIONS:
            near = difflib.get_close_matches(code, codes, 1, cutoff=0.8)
        if near:
            fix = f'did you mean "{near[0]}"?'
        elif PEOPLE in repository.files:
            fix = f"add a line for it to {PEOPLE}, or correct the code"
        else:
            fix = f"make a file {PEOPLE} with the first line code,name,email and a line for it"
        yield Finding(place_of(award, "id"), f'the code "{code}" is not in {PEOPLE}', fix)


def _people_list_is_whole(repository: Repository) -> bool:
    """Tell whether the list was read to its end; if not, that is reported once, elsewhere."""
    data = repository.files.get(PEOPLE)
    return data is None or reads_to_the_end(data, PEOPLE)


def source_is_known(repository: Repository) -> Iterator[Finding]:
    """The assessor that an award names is a folder of issuers/.

    An organisation that issues nothing here is written as a map: `source: {name: ...}`.
    """
    known = issuer_slugs(repository)
    for award in repository.awards:
        if isinstance(award.source, Slug) and award.source not in known:
            yield Finding(
                place_of(award, "source"),
                f'there is no issuer "{award.source}"',
                suggestion(
                    award.source,
                    known,
                    f"write source: {{name: {award.source}}} for an organisation that issues nothing here",
                ),
            )


def draft_is_not_awarded(repository: Repository) -> Iterator[Finding]:
    """A draft of a badge is not awarded.

    Its text may still change. Set `status: active` in its badge.yaml once it is decided.
    """
    told: set[str] = set()
    for award in repository.awards:
        is_draft = repository.achievements[award.key.badge].status == "draft"
        if is_draft and award.location.path not in told:
            told.add(award.location.path)
            yield Finding(
                award.location,
                f'"{award.key.badge}" is a draft and can\'t be awarded yet',
                f"set status: active in badges/{award.key.badge}/badge.yaml",
            )


def award_is_of_the_current_version(repository: Repository) -> Iterator[Finding]:
    """An award is of the badge's current version.

    Awards of an older version that were issued stay as they are. A new award of an older version
    would carry the text of the current one.
    """
    for award in repository.awards:
        current = repository.achievements[award.key.badge].version
        if award.key.version != current:
            yield Finding(
                place_of(award, "version"),
                f'the badge is at version "{current}"; this award is of version "{award.key.version}"',
                "leave it if the award was issued before; else remove version",
                "warning",
            )


def award_language_is_one_of_the_badges(repository: Repository) -> Iterator[Finding]:
    """The language of an award is one in which the badge exists.

    A credential is in one language: the badge's name, description and criteria are inside it.
    """
    for award in repository.awards:
        if award.language is None:
            continue
        languages = badge_languages(repository, repository.achievements[award.key.badge])
        if not {award.language, award.language.split("-")[0]} & set(languages):
            yield Finding(
                place_of(award, "language"),
                f'the badge does not exist in "{award.language}"',
                f"choose one of: {', '.join(languages)}; or translate badges/{award.key.badge}/badge.yaml",
            )


def badge_languages(repository: Repository, badge: Achievement) -> list[str]:
    """Return the site's languages in which a credential of this badge can be written."""
    both = set(badge.name.by_language) & set(badge.description.by_language)
    return [x for x in repository.settings.languages if x in both]


def award_is_given_once(repository: Repository) -> Iterator[Finding]:
    """An award is given once.

    Badge, version, recipient and day make an award what it is. If somebody really earned the same
    badge twice on one day, the second has `n: 2`.
    """
    first: dict[AwardKey, Award] = {}
    for award in repository.awards:
        other = first.setdefault(award.key, award)
        if other is not award:
            former = place_of(other, "id")
            yield Finding(
                place_of(award, "id"),
                f'"{award.key.recipient}" already has this award, at {former.path}:{former.line}',
                'delete one of the two; for a second award on the same day add "n: 2"',
            )


def award_number_counts_from_one(repository: Repository) -> Iterator[Finding]:
    """The number of an award is 1 or more.

    It tells apart awards of one badge to one person on one day.
    """
    for award in repository.awards:
        if award.key.n < 1:
            yield Finding(
                place_of(award, "n"),
                f"n is {award.key.n}",
                "write 2 for the second award of the day, or remove n",
            )


def award_is_not_of_the_future(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """An award is issued today or earlier.

    A decision that was not taken yet can't be signed. For an award that counts later, write
    `valid_from`.
    """
    for award in repository.awards:
        if award.key.issued > today:
            yield Finding(
                place_of(award, "issued"),
                f"{award.key.issued} has not come yet",
                "write the day of the decision, and valid_from for the day from which it counts",
            )


def validity_begins_after_the_decision(repository: Repository) -> Iterator[Finding]:
    """An award is valid from the day of the decision, or later.

    Nobody can rely on a badge before it was decided.
    """
    for award in repository.awards:
        if award.valid_from and award.valid_from < award.key.issued:
            yield Finding(
                place_of(award, "valid_from"),
                f"valid_from {award.valid_from} is before the day of the decision, {award.key.issued}",
                "write a later day, or remove valid_from",
            )


def validity_ends_after_it_begins(repository: Repository) -> Iterator[Finding]:
    """An award expires after it becomes valid.

    `expires` is its last day.
    """
    for award in repository.awards:
        start = award.valid_from or award.key.issued
        if isinstance(award.expires, datetime.date) and award.expires < start:
            yield Finding(
                place_of(award, "expires"),
                f"expires {award.expires} is before its first day, {start}",
                "write a later day, or never",
            )


def activity_ends_after_it_begins(repository: Repository) -> Iterator[Finding]:
    """An activity ends on its first day or later.

    Two dates are easily swapped.
    """
    for award in repository.awards:
        start, end = award.activity_start_date, award.activity_end_date
        if start and end and end < start:
            yield Finding(
                place_of(award, "activity_end_date"),
                f"activity_end_date {end} is before activity_start_date {start}",
                "swap the two dates, or correct one of them",
            )


def activity_ends_before_the_decision(repository: Repository) -> Iterator[Finding]:
    """An activity ends before the decision about it.

    An award for what is not finished yet is unusual.
    """
    for award in repository.awards:
        last = award.activity_end_date or award.activity_start_date
        if last and last > award.key.issued:
            yield Finding(
                place_of(award, "activity_end_date", "activity_start_date"),
                f"the activity goes on until {last}, after the decision of {award.key.issued}",
                "correct one of the two days",
                "warning",
            )


def _decisions(award: Award) -> Iterator[tuple[str, datetime.date, Location]]:
    for name, decision in (("revoked", award.revoked), ("suspended", award.suspended)):
        if decision is not None:
            yield name, decision.date, decision.location
    if award.withdrawn is not None:
        yield "withdrawn", award.withdrawn, place_of(award, "withdrawn")


def decision_comes_after_the_award(repository: Repository) -> Iterator[Finding]:
    """An award is revoked, suspended or withdrawn on the day it was issued, or later.

    What was never issued needs no revocation: delete its line before it is merged.
    """
    for award in repository.awards:
        for name, day, at in _decisions(award):
            if day < award.key.issued:
                yield Finding(
                    at,
                    f"the award was {name} on {day}, before it was issued on {award.key.issued}",
                    "write the day of the later decision",
                )


def decision_is_not_of_the_future(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """An award is revoked, suspended or withdrawn today or earlier.

    A decision takes effect as soon as it is published; it can't be planned.
    """
    for award in repository.awards:
        for name, day, at in _decisions(award):
            if day > today:
                yield Finding(
                    at,
                    f"{name} has a day that has not come yet, {day}",
                    "write the day on which it was decided",
                )


def award_is_revoked_or_suspended(repository: Repository) -> Iterator[Finding]:
    """An award is revoked or suspended, not both.

    A revocation is final; a suspension can be taken back.
    """
    for award in repository.awards:
        if award.revoked and award.suspended:
            yield Finding(
                award.suspended.location,
                "the award is both revoked and suspended",
                "keep revoked if it is final, suspended if it may be taken back",
            )


def credits_are_available(repository: Repository) -> Iterator[Finding]:
    """An award gives no more credits than its badge has.

    `credits_available` in badge.yaml is the most that can be earned.
    """
    for award in repository.awards:
        most = repository.achievements[award.key.badge].credits_available
        if award.credits_earned is not None and most is not None and award.credits_earned > most:
            yield Finding(
                place_of(award, "credits_earned"),
                f"{award.credits_earned} credits are more than the badge gives ({most})",
                f"correct it, or credits_available in badges/{award.key.badge}/badge.yaml",
            )


def evidence_says_something(repository: Repository) -> Iterator[Finding]:
    """Evidence has an address, a narrative or a description.

    A title alone shows nothing.
    """
    seen: set[Location] = set()
    for award in repository.awards:
        for evidence in award.evidence:
            said = evidence.url or evidence.narrative or evidence.description
            if not said and evidence.location not in seen:
                seen.add(evidence.location)  # evidence of a whole file stands in each of its awards
                yield Finding(
                    evidence.location,
                    "this evidence has neither an address nor a text",
                    "add url, narrative or description",
                    "warning",
                )
