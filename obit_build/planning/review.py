"""What a reviewer sees of a plan: the part that a change brings, what is unusual, what it binds."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from obit_build.keys.plan import KeyChange, key_changes
from obit_build.ledger.ledger import Ledger
from obit_build.model.award import AwardKey
from obit_build.model.repository import Repository
from obit_build.planning.approvals import Standing
from obit_build.planning.base import brought_by_change
from obit_build.planning.document import ApprovedPlan, approvable
from obit_build.planning.plan import Action, Kind, Plan
from obit_build.planning.remarks import Remark, remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The revision that a change is compared with."""

    commit: str
    repository: Repository | None
    """None where there was no repository yet, or its settings can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A plan and everything that is said beside it."""

    plan: Plan
    repository: Repository = field(repr=False)
    document: ApprovedPlan
    base: str
    """The commit that the plan was compared with; empty if with none."""
    changed: frozenset[AwardKey]
    """The awards whose line the change brings; all of the plan without a base."""
    remarks: tuple[Remark, ...]
    before: tuple[KeyChange, ...] = ()
    """What the base would make of keys without this change."""
    standings: Mapping[AwardKey, Standing] = field(default_factory=dict)
    """How the awards that need approval stand."""
    approvers_unread: bool = False
    """Whether the base has a mistake in what says who may approve."""
    hasty: tuple[KeyChange, ...] = ()
    """The keys that would sign sooner than others may know them."""
    reissues_unknown: bool = False
    """Whether a key is revoked that signed in the past, and no ledger was read that tells what."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions that the change brings, in the plan's order."""
        return tuple(a for a in self.plan.actions if a.award.key in self.changed)

    @property
    def keys(self) -> tuple[KeyChange, ...]:
        """What becomes of keys by this change."""
        return tuple(change for change in self.plan.keys if change not in self.before)

    @property
    def waiting(self) -> int:
        """How many actions the base would bring without this change."""
        return len(self.plan.actions) - len(self.actions)

    def counts(self) -> Mapping[Kind, int]:
        """Return how many actions of each kind the change brings."""
        found: dict[Kind, int] = {}
        for action in self.actions:
            found[action.kind] = found.get(action.kind, 0) + 1
        return found


def review(
    plan: Plan,
    repository: Repository,
    ledger: Ledger | None,
    *,
    commit: str,
    today: datetime.date,
    base: Base | None = None,
    standings: Mapping[AwardKey, Standing] | None = None,
) -> Review:
    """Put a plan before a reviewer; ``today`` tells what lies in the future."""
    changed = (
        brought_by_change(plan, repository, base.repository)
        if base
        else frozenset(action.award.key for action in plan.actions)
    )
    found = remarks(plan, repository, today)
    return Review(
        plan=plan,
        repository=repository,
        document=approvable(plan, repository, commit=commit, ledger=ledger),
        base=base.commit if base else "",
        changed=changed,
        before=key_changes(base.repository.settings.keys, ledger)
        if base and base.repository
        else (),
        remarks=tuple(remark for remark in found if remark.key in changed),
        standings=standings or {},
    )
