"""What a reviewer should look at in a plan, although nothing forbids it."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from obit_build.model.award import Award, AwardKey
from obit_build.model.repository import Repository
from obit_build.planning.plan import Plan


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Something unusual about one award that is to be issued."""

    key: AwardKey
    kind: Literal["counts-later", "holds-already"]
    day: datetime.date
    """The day from which it counts, or on which the recipient got the badge before."""


def remarks(plan: Plan, repository: Repository, today: datetime.date) -> tuple[Remark, ...]:
    """Return what is unusual about the awards that are to be issued, in their order."""
    new = {action.award.key: action.award for action in plan.actions if action.kind == "issue"}
    held: dict[tuple[str, str], list[Award]] = {}
    for award in repository.awards:
        held.setdefault((award.key.badge, award.key.recipient), []).append(award)
    return tuple(sorted(_remarks(new.values(), held, today)))


def _remarks(
    new: Iterable[Award], held: dict[tuple[str, str], list[Award]], today: datetime.date
) -> Iterator[Remark]:
    for award in new:
        begins = max(award.key.issued, award.valid_from or award.key.issued)
        if begins > today:
            yield Remark(award.key, "counts-later", begins)
        others = held[award.key.badge, award.key.recipient]
        earlier = [
            other.key
            for other in others
            if _order(other.key) < _order(award.key)
            and not other.revoked
            and other.key != award.replaced_key
        ]
        if earlier:
            yield Remark(award.key, "holds-already", max(key.issued for key in earlier))


def _order(key: AwardKey) -> tuple[datetime.date, int, str]:
    return key.issued, key.n, key.version
