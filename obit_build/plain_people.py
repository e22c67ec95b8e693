"""A people list without quotes and without mistakes → recipients, row by row.

Quotes, and all that :mod:`obit_build.people` would report, are a :class:`Doubt`; the list is then read by
the one that knows places and remedies.
"""

from collections.abc import Callable, Mapping, Sequence

from obit_build.kinds import NotThis
from obit_build.model.award import Recipient
from obit_build.people_rows import FORMULA, MAX_ROWS
from obit_build.places import CellSpot, CellSpots, Source
from obit_build.plain_yaml import Doubt

Converter = Callable[[str], object]


def plain_recipients(
    source: Source,
    text: str,
    columns: Sequence[str],
    first: int,
    converters: Mapping[str, Converter],
) -> dict[str, Recipient]:
    """Return the people of the lines from ``first`` on, by code; raise Doubt at what is wrong or quoted.

    ``text`` is the whole list; ``columns`` are the names in its header, ``code`` among them.
    """
    lines = text.replace("\r\n", "\n")
    if '"' in lines or "\r" in lines:
        raise Doubt
    names = tuple(columns)
    readers = [(name, converters[name]) for name in names]
    code_at, rows, addresses = names.index("code"), 0, list[str]()
    found: dict[str, Recipient] = {}
    for number, line in enumerate(lines.split("\n")[first - 1 :], start=first):
        values = _values(line, readers)
        if not values:
            continue
        recipient = Recipient(
            **values,  # type: ignore[arg-type]  # each value has passed its column's converter
            location=CellSpot(source, number, code_at),
            locations=CellSpots(source, number, names),
        )
        rows += 1
        found[recipient.code] = recipient
        if recipient.email:
            addresses.append(recipient.email.casefold())
    if rows >= MAX_ROWS or len(found) < rows or len(set(addresses)) < len(addresses):
        raise Doubt
    return found


def _values(line: str, readers: list[tuple[str, Converter]]) -> dict[str, object]:
    """Read a line's cells by column, empty ones left out."""
    cells = line.split(",")
    values: dict[str, object] = {}
    if len(cells) != len(readers) and not line.isspace() and line:
        raise Doubt
    for (name, convert), cell in zip(readers, cells, strict=False):
        value = cell.strip()
        if not value:
            continue
        if value.startswith(FORMULA):
            raise Doubt
        try:
            values[name] = convert(value)
        except NotThis:
            raise Doubt from None
    if values and "code" not in values:
        raise Doubt
    return values
