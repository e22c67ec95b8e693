"""Plan: what issuing would do, from Repository and Ledger; needs no key.

An edit of an issued award, its disappearance and an attempt to un-revoke are problems, not
actions. A plan names recipients by code only.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from obit_build.digests import achievement_bytes, award_bytes
from obit_build.ledger import IssuedAward, Ledger
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.problems import Location, Problem

Kind = Literal["issue", "revoke", "suspend", "reinstate", "replace", "withdraw"]
IRREVERSIBLE: tuple[Kind, ...] = ("revoke", "replace", "withdraw")

RULES: dict[str, str] = {
    "issued-award-is-unchanged": "An issued award is not edited.\n\nWhat was signed never changes. To correct it, undo the edit, write `revoked:` with a date, and add a new line with `replaces:`.",
    "issued-award-stays": "The line of an issued award stays.\n\nA deleted line would make a revocation disappear with it. Put it back, and write `revoked:` or `withdrawn:` with a date. What was withdrawn may go.",
    "revocation-is-final": "A revocation is final.\n\nPut `revoked:` back; to give the badge again, add a new line. `suspended:` is the decision that can be taken back.",
    "withdrawal-is-final": "A withdrawal is final.\n\nThe credential is gone, and its place in the status list stays burnt. Put `withdrawn:` back, or delete the whole line; to give the badge again, add a new line.",
    "awarded-badge-keeps-its-meaning": "A badge that was awarded keeps its meaning.\n\nCredentials keep the text they were signed with. If the change alters the meaning, give the badge a new `version`.",
    "site-address-is-for-ever": "The site's address never changes once something was issued.\n\nIt is inside every signature.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that issuing would do."""

    kind: Kind
    award: Award
    award_id: str | None
    """None while there is no ledger to derive it from."""
    date: datetime.date | None = None
    former_id: str | None = None
    """For ``replace``: the award whose place is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What issuing would do, in the order in which it would, and what forbids it."""

    actions: tuple[Action, ...]
    unchanged: int
    problems: tuple[Problem, ...] = ()

    def count(self, kind: Kind) -> int:
        """Return how many actions are of this kind."""
        return sum(action.kind == kind for action in self.actions)

    @property
    def is_empty(self) -> bool:
        """Whether issuing would do nothing."""
        return not self.actions


def make_plan(repository: Repository, ledger: Ledger | None) -> Plan:
    """Compare what the repository wants with what the ledger holds."""
    wanted = sorted(repository.awards, key=lambda award: award.key)
    ids = {award.key: ledger.award_id(award.key) if ledger else None for award in wanted}
    gone = _gone(repository, ledger, ids)
    issue: list[Action] = []
    later: list[Action] = []
    unchanged = 0
    for award in wanted:
        known = ledger.awards.get(ids[award.key] or "") if ledger else None
        if known is None and award.withdrawn:
            continue  # it never was on the site, and never will be
        if known is None:
            issue.append(Action(kind="issue", award=award, award_id=ids[award.key]))
        changes = list(_changes(award, ids[award.key], known))
        if not gone & {award.key, award.replaced_key}:
            changes += _replacement(award, ids, known)
        later += changes
        unchanged += known is not None and not changes
    problems = tuple(_problems(repository, ledger)) if ledger else ()
    return Plan(actions=(*issue, *later), unchanged=unchanged, problems=problems)


def _gone(
    repository: Repository, ledger: Ledger | None, ids: Mapping[AwardKey, str | None]
) -> set[AwardKey | None]:
    """Return the awards that are, or are about to be, withdrawn: nothing takes their place."""
    known = ledger.awards if ledger else {}
    return {
        award.key
        for award in repository.awards
        if award.withdrawn
        or ((issued := known.get(ids[award.key] or "")) and issued.state == "withdrawn")
    }


def _changes(award: Award, award_id: str | None, known: IssuedAward | None) -> Iterator[Action]:
    state = known.state if known else "active"
    if state == "withdrawn":
        return
    if award.withdrawn:
        yield Action(kind="withdraw", award=award, award_id=award_id, date=award.withdrawn)
    elif award.revoked:
        if state != "revoked":
            yield Action(kind="revoke", award=award, award_id=award_id, date=award.revoked.date)
    elif award.suspended:
        if state == "active":
            yield Action(kind="suspend", award=award, award_id=award_id, date=award.suspended.date)
    elif known and state == "suspended":
        yield Action(kind="reinstate", award=award, award_id=award_id, date=known.state_date)


def _replacement(
    award: Award, ids: Mapping[AwardKey, str | None], known: IssuedAward | None
) -> list[Action]:
    former = award.replaced_key
    if former is None or former not in ids or (known and known.replaces):
        return []
    return [
        Action(
            kind="replace",
            award=award,
            award_id=ids[award.key],
            date=award.key.issued,
            former_id=ids[former],
        )
    ]


def _problems(repository: Repository, ledger: Ledger) -> Iterator[Problem]:
    if ledger.site != repository.settings.base:
        yield Problem(
            location=repository.settings.locations.get("site", Location("obit.yaml")),
            check="site-address-is-for-ever",
            message=f"credentials were issued for {ledger.site}, not {repository.settings.base}",
            fix=f"write site: {ledger.site}/ again, or begin a new ledger for a new site",
        )
    present: set[str] = set()
    for award in repository.awards:
        award_id = ledger.award_id(award.key)
        known = ledger.awards.get(award_id)
        if known:
            present.add(award_id)
            if not award.withdrawn:  # what goes may lose its details beforehand
                yield from _edits(ledger, award, known)
                yield from _lost_replacement(award, known)
        yield from _second_replacement(ledger, award)
    yield from _missing(repository, ledger, present)
    yield from _changed_badges(repository, ledger)


def _edits(ledger: Ledger, award: Award, known: IssuedAward) -> Iterator[Problem]:
    if known.state == "withdrawn":
        yield Problem(
            location=award.location,
            check="withdrawal-is-final",
            message="this award was withdrawn; its withdrawn: is no longer here",
            fix="put the withdrawn: line back, or delete the award's line",
        )
        return
    if known.state == "revoked" and award.revoked is None:
        yield Problem(
            location=award.location,
            check="revocation-is-final",
            message="this award was revoked; its revocation is no longer here",
            fix="put the revoked: lines back",
        )
    if known.content != ledger.keyed("award-content", award_bytes(award)).hex():
        yield Problem(
            location=award.location,
            check="issued-award-is-unchanged",
            message="this award was issued with another content",
            fix="undo the edit; to correct it, write revoked: and add a line with replaces:",
        )


def _lost_replacement(award: Award, known: IssuedAward) -> Iterator[Problem]:
    if known.replaces and award.replaces is None:
        yield Problem(
            location=award.location,
            check="issued-award-is-unchanged",
            message="this award was issued in place of another one; its replaces: is no longer here",
            fix="put the replaces: line back",
        )


def _second_replacement(ledger: Ledger, award: Award) -> Iterator[Problem]:
    key = award.replaced_key
    former = ledger.awards.get(ledger.award_id(key)) if key else None
    if award.replaces and former and former.replaced_by not in (None, ledger.award_id(award.key)):
        yield Problem(
            location=award.replaces.location,
            check="issued-award-is-unchanged",
            message="the award that this one replaces was already replaced by another one",
            fix="put replaces: back where it was, and let this award replace that one",
        )


def _missing(repository: Repository, ledger: Ledger, present: set[str]) -> Iterator[Problem]:
    for known in ledger.awards.values():
        if known.id in present or known.state == "withdrawn":
            continue
        badge = repository.achievements.get(known.badge)
        where = badge.location if badge else Location(f"badges/{known.badge}/badge.yaml")
        yield Problem(
            location=where,
            check="issued-award-stays",
            message=f'an award of "{known.badge}" version {known.version} issued on '
            f"{known.issued.isoformat()} is no longer in the repository",
            fix="put its line back (after a new version of the badge, with version: "
            f'"{known.version}"); to take it back, write revoked: or withdrawn: with a date',
        )


def _changed_badges(repository: Repository, ledger: Ledger) -> Iterator[Problem]:
    issued: dict[tuple[str, str], set[str]] = {}
    for award in ledger.awards.values():
        issued.setdefault((award.badge, award.version), set()).add(award.definition)
    for slug, badge in sorted(repository.achievements.items()):
        now = ledger.keyed("badge-definition", achievement_bytes(badge)).hex()
        if now not in issued.get((slug, badge.version), {now}):
            yield Problem(
                location=badge.location,
                check="awarded-badge-keeps-its-meaning",
                message=f"version {badge.version} of this badge was awarded with another text",
                fix="give it a new version: if its meaning changes; else ignore this",
                level="warning",
            )
