"""What is checked in links to competency frameworks (Open Badges 3.0, Alignment)."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

import datetime
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from obit_build.checks.finding import Finding, place_of, repeated
from obit_build.model.achievement import Alignment
from obit_build.model.repository import Repository

DAYS_UNTIL_STALE = 731
_PUBLIC_HOST = re.compile(
    r"(?!.*\.(?:local|localhost|internal|lan|home|corp)$)[^.]+(?:\.[^.]+)*\.[^.0-9][^.]*"
)


def groups(repository: Repository) -> Iterator[tuple[Alignment, ...]]:
    """Yield every list of alignments: of badges, of what they measure, of results."""
    for badge in repository.achievements.values():
        yield badge.alignment
        for description in badge.result_description:
            yield description.alignment
            for level in description.rubric_criterion_level:
                yield level.alignment
    for award in repository.awards:
        for result in award.results:
            yield result.alignment


def alignment_names_its_framework(repository: Repository) -> Iterator[Finding]:
    """An alignment with a code names its framework.

    `C.3` alone could be an entry of any framework.
    """
    for alignment in (a for group in groups(repository) for a in group):
        if alignment.target_code and not alignment.target_framework:
            yield Finding(
                place_of(alignment, "target_code"),
                "the alignment has a code but no framework",
                "add target_framework, such as ESCO or e-CF",
            )


def alignment_names_the_version(repository: Repository) -> Iterator[Finding]:
    """An alignment names the version of its framework.

    Frameworks change; in ten years nobody will know which edition was meant.
    """
    for alignment in (a for group in groups(repository) for a in group):
        if alignment.target_framework and not alignment.target_version:
            yield Finding(
                place_of(alignment, "target_framework"),
                f'the alignment does not say which version of "{alignment.target_framework}" it means',
                "add target_version",
                "warning",
            )


def alignment_was_checked_lately(
    repository: Repository, *, today: datetime.date
) -> Iterator[Finding]:
    """An alignment was compared with its framework in the last two years.

    Entries move and are withdrawn. Open its address, compare, and write today's date in `checked`.
    """
    for alignment in (a for group in groups(repository) for a in group):
        if alignment.checked is None:
            continue
        age = (today - alignment.checked).days
        if age > DAYS_UNTIL_STALE:
            yield Finding(
                place_of(alignment, "checked"),
                "this alignment was last checked more than two years ago",
                "compare it with the framework and write the day in checked",
                "warning",
            )
        elif age < 0:
            yield Finding(
                place_of(alignment, "checked"),
                "this alignment was checked on a day that has not come yet",
                "write the day on which somebody compared it",
                "warning",
            )


def alignment_is_given_once(repository: Repository) -> Iterator[Finding]:
    """An alignment is given once.

    The same entry twice, in one list, says nothing more.
    """
    for group in groups(repository):
        entries = [f"{a.target_url}\n{a.target_code}\n{a.target_level}" for a in group]
        for position in repeated(entries):
            yield Finding(
                place_of(group[position], "target_url"),
                "the same entry of the framework is given twice",
                "remove one of the two",
            )


def alignment_address_is_public(repository: Repository) -> Iterator[Finding]:
    """An alignment's address can be opened by everybody.

    An address inside the centre's own network means nothing to an employer.
    """
    for alignment in (a for group in groups(repository) for a in group):
        host = urlsplit(alignment.target_url).hostname or ""
        if not _PUBLIC_HOST.fullmatch(host):
            yield Finding(
                place_of(alignment, "target_url"),
                f'"{host}" can\'t be reached from everywhere',
                "write the entry's official address",
            )
