"""Plan: what issuing would do, from Repository and Ledger; needs no key.

An edit of an issued award, its disappearance and an attempt to un-revoke are problems, not
actions. A plan names recipients by code only.
"""

import datetime
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from obit_build.credentials.digests import achievement_bytes
from obit_build.keys import plan as key_plan
from obit_build.keys.plan import KeyChange, disowned, key_changes, key_problems
from obit_build.ledger.ledger import IssuedAward, Ledger, reissue_id
from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.model.settings import KeyDeclaration
from obit_build.planning.edits import edited_awards
from obit_build.problems import Location, Problem
from obit_build.remembered import Remembered
from obit_build.securing.keys import did_for

Kind = Literal["issue", "re-issue", "revoke", "suspend", "reinstate", "replace", "withdraw"]
IRREVERSIBLE: tuple[Kind, ...] = ("re-issue", "revoke", "replace", "withdraw")

RULES: dict[str, str] = {
    "issued-award-is-unchanged": "An issued award is not edited.\n\nWhat was signed never changes. To correct it, undo the edit, write `revoked:` with a date, and add a new line with `replaces:`.",
    "issued-award-stays": "The line of an issued award stays.\n\nA deleted line would make a revocation disappear with it. Put it back, and write `revoked:` or `withdrawn:` with a date. What was withdrawn may go.",
    "revocation-is-final": "A revocation is final.\n\nPut `revoked:` back; to give the badge again, add a new line. `suspended:` is the decision that can be taken back.",
    "withdrawal-is-final": "A withdrawal is final.\n\nThe credential is gone, and its place in the status list stays burnt. Put `withdrawn:` back, or delete the whole line; to give the badge again, add a new line.",
    "awarded-badge-keeps-its-meaning": "A badge that was awarded keeps its meaning.\n\nCredentials keep the text they were signed with. If the change alters the meaning, give the badge a new `version`.",
    "site-address-is-for-ever": "The site's address never changes once something was issued.\n\nIt is inside every signature.",
    **key_plan.RULES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that issuing would do."""

    kind: Kind
    award: Award
    award_id: str | None = None
    """None while there is no ledger to derive it from, and for ``issue``: it follows from the award's key."""
    date: datetime.date | None = None
    former_id: str | None = None
    """For ``replace``: the award whose place is taken; for ``re-issue``: its id until now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What issuing would do, in the order in which it would, and what forbids it."""

    actions: tuple[Action, ...]
    unchanged: int
    present: int = 0
    """Awards of the ledger that have a line here, and are not withdrawn."""
    problems: tuple[Problem, ...] = ()
    keys: tuple[KeyChange, ...] = ()
    """What becomes of keys, before any action."""

    def count(self, kind: Kind) -> int:
        """Return how many actions are of this kind."""
        return sum(action.kind == kind for action in self.actions)

    @property
    def is_empty(self) -> bool:
        """Whether issuing would do nothing."""
        return not self.actions and not self.keys


def make_plan(
    repository: Repository, ledger: Ledger | None, remembered: Remembered | None = None
) -> Plan:
    """Compare what the repository wants with what the ledger holds.

    ``remembered`` is of which files of awards the run before has found that they say what was issued.
    """
    wanted = sorted(repository.awards, key=lambda award: award.key)
    ids = {award.key: ledger.award_id(award.key) if ledger else None for award in wanted}
    problems: tuple[Problem, ...] = ()
    if ledger:
        edited = edited_awards(repository, ledger, ids, remembered or Remembered())
        problems = tuple(_problems(repository, ledger, ids, edited))
    gone = _gone(repository, ledger, ids)
    again = {action.award.key: action for action in _again(repository, ledger, ids, gone)}
    ids |= {key: action.award_id for key, action in again.items()}
    halves: list[Action] = []
    issue: list[Action] = []
    later: list[Action] = []
    unchanged = present = 0
    for award in wanted:
        award_id = ids[award.key]
        known = ledger.awards.get(award_id or "") if ledger else None
        if known is None and award.withdrawn:
            continue  # it never was on the site, and never will be
        if known is None and award.key not in again:
            issue.append(Action(kind="issue", award=award))
        changes, half = list(_changes(award, award_id, known)), list[Action]()
        if not gone or not gone & {award.key, award.replaced_key}:
            last = _last_issued(ledger, again.get(award.key) if again else None, known)
            changes += _replacement(award, ids, last)
            half = list(_unfinished(repository, ledger, award, known))
        later += changes
        halves += half
        unchanged += known is not None and not (changes or half)
        present += known is not None and not award.withdrawn
    # What was stopped half-way goes on first, so that the ledger ends as if nothing had happened.
    actions = (*halves, *issue, *again.values(), *later)
    live = ledger is None or ledger.mode == "live"
    keys = key_changes(_keys_in_use(repository, ledger, actions), ledger) if live else ()
    return Plan(actions=actions, unchanged=unchanged, present=present, problems=problems, keys=keys)


def _keys_in_use(
    repository: Repository, ledger: Ledger | None, actions: tuple[Action, ...]
) -> list[KeyDeclaration]:
    """List the declared keys of issuers that sign something here: others publish none yet."""
    badges, base = repository.achievements, repository.settings.base
    endorsers = {endorsement.endorser for endorsement in repository.endorsements}
    used = {key.issuer for key in ledger.keys} if ledger else set()
    for badge in {action.award.key.badge for action in actions}:
        issuer = repository.issuer_of(badges[badge]) if badge in badges else None
        used |= {str(issuer.slug)} if issuer else set()
    return [
        key
        for key in repository.settings.keys
        if key.issuer in used or did_for(base, key.issuer) in endorsers
    ]


def _again(
    repository: Repository,
    ledger: Ledger | None,
    ids: Mapping[AwardKey, str | None],
    gone: set[AwardKey | None],
) -> Iterator[Action]:
    """Yield what has to be signed anew, because its key is revoked and it still counts."""
    days = disowned(repository.settings.keys, ledger) if ledger else {}
    if not days or ledger is None:
        return
    given_up = {a.replaced_key for a in repository.awards if not gone & {a.key, a.replaced_key}}
    for award in sorted(repository.awards, key=lambda award: award.key):
        known = ledger.awards.get(ids[award.key] or "")
        day = _day_disowned(days, known) if known else None
        counts = known and known.state in ("active", "suspended") and not award.revoked
        if known and day and counts and award.key not in given_up | gone:
            new_id = reissue_id(ledger.salt, known.id)
            yield Action(
                kind="re-issue", award=award, award_id=new_id, date=day, former_id=known.id
            )


def _day_disowned(
    days: Mapping[tuple[str, str], datetime.date], award: IssuedAward
) -> datetime.date | None:
    """Return the day on which the key of an award, or of its token, was revoked."""
    return days.get((award.issuer, award.key)) or days.get((award.issuer, award.token_key or ""))


def _last_issued(
    ledger: Ledger | None, action: Action | None, known: IssuedAward | None
) -> IssuedAward | None:
    """Return what an award is in the ledger by now, also if it is about to be signed anew."""
    return ledger.awards[action.former_id] if ledger and action and action.former_id else known


def _unfinished(
    repository: Repository, ledger: Ledger | None, award: Award, known: IssuedAward | None
) -> Iterator[Action]:
    """Yield the second half of a re-issue that was stopped between its two events."""
    if ledger is None or known is None or known.reissues is None:
        return
    former = ledger.awards[known.reissues]
    if former.state in ("active", "suspended"):
        day = _day_disowned(disowned(repository.settings.keys, ledger), former)
        yield Action(kind="re-issue", award=award, award_id=known.id, date=day, former_id=former.id)


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


def _problems(
    repository: Repository,
    ledger: Ledger,
    ids: Mapping[AwardKey, str | None],
    edited: AbstractSet[AwardKey],
) -> Iterator[Problem]:
    if ledger.site != repository.settings.base:
        yield Problem(
            location=repository.settings.locations.get("site", Location("obit.yaml")),
            check="site-address-is-for-ever",
            message=f"credentials were issued for {ledger.site}, not {repository.settings.base}",
            fix=f"write site: {ledger.site}/ again, or begin a new ledger for a new site",
        )
    present: set[str] = set()
    for award in repository.awards:
        award_id = ids[award.key] or ""
        known = ledger.awards.get(award_id)
        if known:
            present.add(award_id)
            if not award.withdrawn:  # what goes may lose its details beforehand
                yield from _edits(award, known, is_edited=bool(edited) and award.key in edited)
                yield from _lost_replacement(award, known)
        yield from _second_replacement(ledger, award)
    yield from _missing(repository, ledger, present)
    yield from key_problems(repository.settings.keys, ledger)
    yield from _changed_badges(repository, ledger)


def _edits(award: Award, known: IssuedAward, *, is_edited: bool) -> Iterator[Problem]:
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
    if is_edited:
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
        if known.id in present or known.state == "withdrawn" or known.reissued_as:
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
