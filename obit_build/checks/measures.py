"""What is checked in what a badge measures (Open Badges 3.0, ResultDescription)."""

# ruff: noqa: D401 - the docstring of a check states its rule, not what the function does

from collections.abc import Iterator
from decimal import Decimal

from obit_build.checks.finding import Finding, place_of, suggestion
from obit_build.model.achievement import ResultDescription
from obit_build.model.repository import Repository
from obit_build.problems import Location
from obit_build.reading.kinds import NUMBER

RUBRICS = frozenset(("RubricCriterion", "RubricCriterionLevel"))
WHOLE = 100


def to_number(value: str | None) -> Decimal | None:
    """Read a value as a number; ``None`` if it is none."""
    return Decimal(value) if value is not None and NUMBER.fullmatch(value) else None


def is_possible(description: ResultDescription, value: str) -> bool:
    """Tell whether a value is one of the allowed ones, or within the range."""
    if description.allowed_value:
        return value in description.allowed_value
    if description.value_min is None and description.value_max is None:
        return True
    number = to_number(value)
    least, most = to_number(description.value_min), to_number(description.value_max)
    if number is None:
        return False
    return (least is None or number >= least) and (most is None or number <= most)


def possible_values(description: ResultDescription) -> str:
    """Say which values are possible."""
    if description.allowed_value:
        return f"write one of: {', '.join(description.allowed_value)}"
    least, most = description.value_min, description.value_max
    if least is None or most is None:
        return f"write a number from {least} up" if most is None else f"write a number up to {most}"
    return f"write a number from {least} to {most}"


def _descriptions(repository: Repository) -> Iterator[ResultDescription]:
    for badge in repository.achievements.values():
        yield from badge.result_description


def result_id_is_given_once(repository: Repository) -> Iterator[Finding]:
    """A name of a result description or a level is given once in a badge.

    Descriptions and levels share their addresses: `achievement.json#name`.
    """
    for badge in repository.achievements.values():
        seen: set[str] = set()
        for description in badge.result_description:
            named: list[tuple[str, Location]] = [(description.id, place_of(description, "id"))]
            named += [(level.id, level.location) for level in description.rubric_criterion_level]
            for name, at in named:
                if name in seen:
                    yield Finding(
                        at,
                        f'the name "{name}" is given twice in this badge',
                        "rename one of the two; a level may begin with its criterion's name",
                    )
                seen.add(name)


def required_level_is_on_the_scale(repository: Repository) -> Iterator[Finding]:
    """The level that is needed is one of the levels.

    Otherwise nobody could reach it.
    """
    for description in _descriptions(repository):
        levels = [level.id for level in description.rubric_criterion_level]
        if description.required_level is not None and description.required_level not in levels:
            yield Finding(
                place_of(description, "required_level"),
                f'"{description.required_level}" is not a level of "{description.id}"',
                suggestion(
                    description.required_level,
                    levels,
                    f"choose one of: {', '.join(levels) or 'levels that you add'}",
                ),
            )


def required_value_is_possible(repository: Repository) -> Iterator[Finding]:
    """The value that is needed is a possible one.

    It is among the allowed values, or between the lowest and the highest.
    """
    for description in _descriptions(repository):
        value = description.required_value
        if value is not None and not is_possible(description, value):
            yield Finding(
                place_of(description, "required_value"),
                f'"{value}" is not a possible value of "{description.id}"',
                possible_values(description),
            )


def value_range_runs_upwards(repository: Repository) -> Iterator[Finding]:
    """The lowest value is a number below the highest.

    For grades that are not numbers, list them in `allowed_value`, lowest first.
    """
    for description in _descriptions(repository):
        for name in ("value_min", "value_max"):
            given = getattr(description, name)
            if given is not None and to_number(given) is None:
                yield Finding(
                    place_of(description, name),
                    f"{name} is not a number",
                    "write it like 0 or 12.5, or list the values in allowed_value",
                )
        least, most = to_number(description.value_min), to_number(description.value_max)
        if least is not None and most is not None and least >= most:
            yield Finding(
                place_of(description, "value_min"),
                f"value_min {least} is not below value_max {most}",
                "swap them, or correct one of them",
            )


def rubric_has_levels(repository: Repository) -> Iterator[Finding]:
    """A rubric criterion has levels.

    Without levels nothing can be reached.
    """
    for description in _descriptions(repository):
        if description.result_type in RUBRICS and not description.rubric_criterion_level:
            yield Finding(
                place_of(description, "result_type"),
                f'"{description.id}" is a rubric criterion without levels',
                "list them in rubric_criterion_level, lowest first",
            )


def weights_add_up(repository: Repository) -> Iterator[Finding]:
    """The weights of a badge's criteria add up to 100.

    Readers take them for per cent.
    """
    for badge in repository.achievements.values():
        weighed = [d for d in badge.result_description if d.weight is not None]
        total = sum((d.weight for d in weighed if d.weight is not None), Decimal())
        if weighed and total != WHOLE:
            yield Finding(
                place_of(weighed[-1], "weight"),
                f"the weights of this badge add up to {total}",
                "make them add up to 100",
                "warning",
            )
