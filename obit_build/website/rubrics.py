"""Rubrics and marks as a page shows them: criteria in rows, levels in columns.

Criteria that share a scale share a table (ResultDescription, RubricCriterionLevel).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from obit_build.model.achievement import ResultDescription
from obit_build.website.editions import HAS_WORDS, Edition, Fact, Words, side_by_side


@dataclass(frozen=True, slots=True)
class Cell:
    """One level of one criterion; ``level`` repeats the column's name for narrow screens."""

    level: Words
    text: Words | None
    required: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of a rubric."""

    name: Words
    weight: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """Criteria that share one scale."""

    levels: tuple[Words, ...]
    required: int
    """Index of the level that every criterion asks for, or -1."""
    rows: tuple[Row, ...]


def rubrics(described: Sequence[ResultDescription], edition: Edition) -> tuple[Rubric, ...]:
    """Arrange criteria with levels as tables, one per scale."""
    scales: dict[tuple[str, ...], list[ResultDescription]] = {}
    for criterion in described:
        if criterion.rubric_criterion_level:
            names = tuple(str(edition.say(x.name)) for x in criterion.rubric_criterion_level)
            scales.setdefault(names, []).append(criterion)
    return tuple(_rubric(group, edition) for group in scales.values())


def _rubric(group: Sequence[ResultDescription], edition: Edition) -> Rubric:
    required = {
        next((i for i, x in enumerate(c.rubric_criterion_level) if x.id == c.required_level), -1)
        for c in group
    }
    rows = tuple(
        Row(
            edition.say(criterion.name),
            edition.number(criterion.weight) if criterion.weight is not None else "",
            tuple(
                Cell(
                    edition.say(level.name),
                    edition.maybe(level.description),
                    level.id == criterion.required_level,
                )
                for level in criterion.rubric_criterion_level
            ),
        )
        for criterion in group
    )
    levels = tuple(edition.say(level.name) for level in group[0].rubric_criterion_level)
    return Rubric(levels, required.pop() if len(required) == 1 else -1, rows)


def measures(described: Sequence[ResultDescription], edition: Edition) -> Iterable[Fact]:
    """List what is measured without levels: the possible values, and the one that is needed."""
    t = edition.phrases.phrase
    for entry in described:
        if entry.rubric_criterion_level:
            continue
        span: Words | str = ""
        if entry.value_min is not None and entry.value_max is not None:
            span = t("badge.value_range", low=entry.value_min, high=entry.value_max)
        elif entry.allowed_value:
            span = side_by_side(map(edition.as_written, entry.allowed_value), ", ")
        yield Fact(edition.say(entry.name), span, note=value_needed(entry, edition))


def in_words(entry: ResultDescription) -> bool:
    """Tell whether the values of what is measured are words: then they are in a language."""
    return any(map(HAS_WORDS.search, entry.allowed_value))


def value_needed(entry: ResultDescription, edition: Edition) -> str:
    """Say which value the badge asks for, or nothing."""
    if not entry.required_value:
        return ""
    value = edition.as_written(entry.required_value)
    said = value.inline if isinstance(value, Words) else value
    return edition.phrases.phrase("badge.value_required", value=said)
