"""Edits of the people list: rows that come, rows that go; all other bytes stay as they are.

Codes are drawn at random and mean nothing: whoever sees one learns neither who it is nor when the
person came. Each edit is read again before it counts.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from obit_build.errors import SourceError
from obit_build.model.award import Recipient
from obit_build.model.words import Code
from obit_build.people.recipients import columns_of, read_recipients
from obit_build.people.rows import COLUMNS
from obit_build.problems import Problem

CODE_BYTES = 5
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Thirty-two signs, without those that are mistaken for others when they are read out (i, l, o, u)."""
_LIKE_A_NUMBER = re.compile(r"[0-9]+(?:e[0-9]+)?")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BOM = b"\xef\xbb\xbf"


def new_code(draw: Callable[[int], bytes], taken: Collection[str]) -> Code:
    """Draw a code of 40 random bits that nobody has; one that a spreadsheet would change is redrawn."""
    while True:
        number = int.from_bytes(draw(CODE_BYTES), "big")
        code = "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -5, -5))
        if code not in taken and not _LIKE_A_NUMBER.fullmatch(code):
            return Code(code)


def without_code(data: bytes, code: str) -> bytes:
    """Remove every row of a person; the other bytes stay.

    Raises SourceError if the list has mistakes, so that no row is taken for another.
    """
    recipients, problems = read_recipients(data, "")
    if any(problem.level == "error" for problem in problems):
        raise SourceError(
            "the people list has mistakes, so no row can be removed safely",
            fix="run obit check and mend them first",
        )
    if code not in recipients:
        return data
    rest = _without_line(data, recipients[code].location.line)
    if read_recipients(rest, "")[0] != {k: v for k, v in recipients.items() if k != code}:
        raise SourceError(  # pragma: no cover - a cell is one line, as was checked
            "the row can't be removed safely", fix="remove it by hand"
        )
    return rest


def _without_line(data: bytes, number: int) -> bytes:
    body = data.removeprefix(_BOM)
    lines = [found.group() for found in _LINE.finditer(body)]
    return data[: len(data) - len(body)] + b"".join(lines[: number - 1] + lines[number:])


def with_people(data: bytes | None, people: Iterable[Recipient]) -> bytes:
    """Add rows at the end of a list, or begin one with all columns.

    Raises SourceError if the list has no column for what a row says.
    """
    before = (",".join(COLUMNS) + "\n").encode() if data is None else data
    columns = columns_of(before)
    end = "\r\n" if b"\r\n" in before else "\n"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    for person in people:
        cells = _cells(person)
        missing = sorted(name for name, value in cells.items() if value and name not in columns)
        if missing:
            raise SourceError(
                f"the people list has no column for: {', '.join(missing)}",
                fix="add it to the first line, or leave it out of the file to import",
            )
        writer.writerow([cells[name] for name in columns])
    gap = b"" if before.endswith((b"\n", b"\r")) else end.encode()
    return before + gap + text.getvalue().encode()


def _cells(person: Recipient) -> dict[str, str]:
    return {
        "code": person.code,
        "name": person.name or "",
        "email": person.email or "",
        "language": person.language or "",
        "show_name": "yes" if person.show_name else "",
        "holder_page": "yes" if person.holder_page else "",
        "consent_date": person.consent_date.isoformat() if person.consent_date else "",
    }


def codes_of_others(
    known: Mapping[str, Recipient], newcomers: Iterable[Recipient]
) -> Iterator[Problem]:
    """Find newcomers whose code is in the list already, for somebody else as far as one can tell."""
    for person in newcomers:
        listed = known.get(person.code)
        if listed is None:
            continue
        pairs = (person.email, listed.email), (person.name, listed.name)
        if any(said and said.casefold() != (there or "").casefold() for said, there in pairs):
            yield Problem(
                location=person.location,
                check="people-code-is-unique",
                message=f"this code is on line {listed.location.line} of the people list, with "
                "another name or address",
                fix="leave the code out and one is drawn; if it is the same person, write the row "
                "as the list does",
            )


def same_person(known: Iterable[Recipient], newcomers: Sequence[Recipient]) -> list[Recipient]:
    """Return for each newcomer the row that counts: one with the same address, else its own."""
    by_address = {person.email.casefold(): person for person in known if person.email}
    found = []
    for person in newcomers:
        if person.email:
            found.append(by_address.setdefault(person.email.casefold(), person))
        else:
            found.append(person)
    return found
