"""What is checked in the results of awards (Open Badges 3.0, Result)."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator

from obit_build.checks.finding import Finding, place_of, repeated, suggestion
from obit_build.checks.measures import RUBRICS, is_possible, possible_values, to_number
from obit_build.model.achievement import Achievement, ResultDescription
from obit_build.model.award import Result
from obit_build.model.repository import Repository


def _results(
    repository: Repository,
) -> Iterator[tuple[Achievement, tuple[Result, ...]]]:
    """Pair results with the badge that describes them; older versions are not here to compare."""
    for award in repository.awards:
        badge, results = repository.achievements[award.key.badge], award.results
        if results and award.key.version == badge.version:
            yield badge, results


def _described(repository: Repository) -> Iterator[tuple[Result, ResultDescription]]:
    of_badges = {
        badge.slug: {d.id: d for d in badge.result_description}
        for badge in repository.achievements.values()
    }
    for badge, results in _results(repository):
        descriptions = of_badges[badge.slug]
        for result in results:
            if result.result_description in descriptions:
                yield result, descriptions[result.result_description]


def result_answers_a_description(repository: Repository) -> Iterator[Finding]:
    """A result names a result description of its badge.

    It says what was measured.
    """
    for badge, results in _results(repository):
        known = [d.id for d in badge.result_description]
        for result in results:
            wanted = result.result_description
            if wanted not in known:
                yield Finding(
                    place_of(result, "result_description"),
                    f'the badge "{badge.slug}" measures no "{wanted}"',
                    suggestion(
                        wanted,
                        known,
                        f"add it to result_description in badges/{badge.slug}/badge.yaml",
                    ),
                )


def result_is_given_once(repository: Repository) -> Iterator[Finding]:
    """A result is given once in an award.

    Two marks for one thing leave open which one counts.
    """
    for _, results in _results(repository):
        for position in repeated(result.result_description for result in results):
            yield Finding(
                place_of(results[position], "result_description"),
                f'there is already a result for "{results[position].result_description}"',
                "keep one of the two",
            )


def result_says_something(repository: Repository) -> Iterator[Finding]:
    """A result has a value, a status or a level.

    One of `value`, `status` and `achieved_level` says what was reached.
    """
    for result, _ in _described(repository):
        if result.value is None and result.status is None and result.achieved_level is None:
            yield Finding(
                result.location,
                "the result does not say what was reached",
                "add value, status or achieved_level",
            )


def achieved_level_is_on_the_scale(repository: Repository) -> Iterator[Finding]:
    """The level that was reached is one of the criterion's levels.

    Each criterion has levels of its own.
    """
    for result, description in _described(repository):
        levels = [level.id for level in description.rubric_criterion_level]
        reached = result.achieved_level
        if reached is not None and reached not in levels:
            otherwise = (
                f"choose one of: {', '.join(levels)}"
                if levels
                else "write value in its place: this result has no levels"
            )
            yield Finding(
                place_of(result, "achieved_level"),
                f'"{reached}" is not a level of "{description.id}"',
                suggestion(reached, levels, otherwise),
            )


def rubric_result_names_a_level(repository: Repository) -> Iterator[Finding]:
    """A result of a rubric criterion names the level that was reached.

    A verifier finds the level's words by its name; a value of its own says nothing to it.
    """
    for result, description in _described(repository):
        levels = [level.id for level in description.rubric_criterion_level]
        said = result.value is not None
        if description.result_type in RUBRICS and levels and said and not result.achieved_level:
            yield Finding(
                place_of(result, "value"),
                f'"{description.id}" is measured by levels',
                f"write achieved_level, one of: {', '.join(levels)}",
                "warning",
            )


def result_value_is_possible(repository: Repository) -> Iterator[Finding]:
    """The value of a result is a possible one.

    It is among the allowed values, or between the lowest and the highest.
    """
    for result, description in _described(repository):
        if result.value is not None and not is_possible(description, result.value):
            yield Finding(
                place_of(result, "value"),
                f'"{result.value}" is not a possible value of "{description.id}"',
                possible_values(description),
            )


def status_fits_what_is_measured(repository: Repository) -> Iterator[Finding]:
    """A status is given where a status is measured, and only there.

    The standard asks for it: `status` goes with `result_type: Status`.
    """
    for result, description in _described(repository):
        if result.status is not None and description.result_type != "Status":
            yield Finding(
                place_of(result, "status"),
                f'"{description.id}" is not measured as a status',
                f"write value or achieved_level: it is a {description.result_type}",
            )
        elif result.status is None and description.result_type == "Status":
            yield Finding(
                result.location,
                f'"{description.id}" is measured as a status',
                "write status: Completed, or another status",
            )


def result_reaches_what_is_required(repository: Repository) -> Iterator[Finding]:
    """A result reaches what the badge requires.

    Somebody who did not reach it would not earn the badge; perhaps the result was mistyped.
    """
    for result, description in _described(repository):
        if _level_is_too_low(result, description):
            yield Finding(
                place_of(result, "achieved_level"),
                f'"{result.achieved_level}" is below the level that is required, "{description.required_level}"',
                "correct the result, or remove the award",
                "warning",
            )
        if _value_is_too_low(result, description):
            yield Finding(
                place_of(result, "value", "status"),
                f'"{result.value or result.status}" does not reach what is required, "{description.required_value}"',
                "correct the result, or remove the award",
                "warning",
            )


def _level_is_too_low(result: Result, description: ResultDescription) -> bool:
    levels = [level.id for level in description.rubric_criterion_level]
    reached, required = result.achieved_level, description.required_level
    if reached not in levels or required not in levels:
        return False
    return levels.index(reached) < levels.index(required)


def _value_is_too_low(result: Result, description: ResultDescription) -> bool:
    required = description.required_value
    if required is None:
        return False
    if description.result_type == "Status":
        return result.status is not None and result.status != required
    if result.value is None or not is_possible(description, result.value):
        return False
    if required in description.allowed_value:
        order = description.allowed_value
        return order.index(result.value) < order.index(required)
    least, reached = to_number(required), to_number(result.value)
    return least is not None and reached is not None and reached < least
