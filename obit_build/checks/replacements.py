"""What is checked where an award replaces an earlier one."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from obit_build.checks.finding import Finding
from obit_build.model.award import Award, AwardKey, Former
from obit_build.model.repository import Repository
from obit_build.problems import Location


def _replacing(repository: Repository) -> Iterator[tuple[Award, Former, AwardKey]]:
    for award in repository.awards:
        if award.replaces is not None:
            key = award.replaced_key
            if key is not None:
                yield award, award.replaces, key


def replaced_award_exists(repository: Repository) -> Iterator[Finding]:
    """A replaced award is another award of the same person.

    It is found by its day; name `badge` and `version` if they differ. Its line stays in its file.
    """
    replacing = list(_replacing(repository))
    if not replacing:
        return
    known = {award.key for award in repository.awards}
    days: dict[tuple[str, str], list[str]] = {}
    for key in sorted(known):
        days.setdefault((key.badge, key.recipient), []).append(key.issued.isoformat())
    for award, former, key in replacing:
        if key == award.key:
            yield Finding(
                former.location,
                "the award replaces itself",
                "write the day on which the earlier award was issued",
            )
        elif key not in known:
            others = [
                day
                for day in days.get((key.badge, key.recipient), ())
                if key.badge != award.key.badge or day != award.key.issued.isoformat()
            ]
            fix = (
                f"the awards of this badge to this person are of {', '.join(others)}"
                if others
                else "correct the day, or name badge and version of the earlier award"
            )
            yield Finding(
                former.location,
                f'"{key.recipient}" has no award of "{key.badge}" (version {key.version}) issued on {key.issued}',
                fix,
            )


def replacement_comes_later(repository: Repository) -> Iterator[Finding]:
    """An award that replaces another is issued on its day or later.

    Two days are easily swapped.
    """
    for award, former, key in _replacing(repository):
        if key.issued > award.key.issued:
            yield Finding(
                former.location,
                f"the replaced award of {key.issued} is later than this one of {award.key.issued}",
                "let the later award replace the earlier one",
            )


def award_is_replaced_once(repository: Repository) -> Iterator[Finding]:
    """An award is replaced by one award.

    Its page shows the way to the one that counts now.
    """
    first: dict[AwardKey, Location] = {}
    for _, former, key in _replacing(repository):
        place = first.setdefault(key, former.location)
        if place is not former.location:
            yield Finding(
                former.location,
                f"the same award is already replaced at {place.path}:{place.line}",
                "keep one of the two, or let the second replace the first",
            )


def replacements_run_in_no_circle(repository: Repository) -> Iterator[Finding]:
    """Replacements don't run in a circle.

    Each award would send its reader on to the next, for ever.
    """
    replacing = {award.key: (former, key) for award, former, key in _replacing(repository)}
    graph = {
        by: [key]
        for by, (_, key) in sorted(replacing.items(), key=lambda item: item[0])
        if key != by
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        first = min(error.args[1])
        yield Finding(
            replacing[first][0].location,
            "these awards replace each other in a circle",
            "remove replaces from the earliest of them",
        )
