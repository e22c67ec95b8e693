"""``recipients.csv`` → recipients: the only file that knows names and e-mail addresses.

What a list must look like is said in :mod:`obit_build.people.rows`. Refused beyond that, with line, column and remedy: rows that
don't fit, cells that a spreadsheet would run as a formula, values that are none of their kind. A value of the file is never part
of a message: messages end up in public logs.
"""

import datetime
import functools
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from obit_build.model.award import Recipient
from obit_build.model.words import Code, Language
from obit_build.people.plain_rows import plain_recipients
from obit_build.people.rows import FORMULA, Cell, Refused, decode, read_header, rows_of
from obit_build.problems import Level, Location, Problem
from obit_build.reading.kinds import CODE, EMAIL, LANGUAGE, NotThis, to_date
from obit_build.reading.places import Source
from obit_build.reading.plain_yaml import Doubt

MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets

RULES: dict[str, str] = {
    "people-list-is-csv": "The people list is a CSV file.\n\nA spreadsheet or a web page renamed to `.csv` stays what it is. Open it in its program and save it as CSV.",
    "people-list-has-commas": "The columns of the people list are separated by commas.\n\nSpreadsheets in French and Dutch write semicolons. Guessing would one day split a name in two, so the file is refused until it has commas.",
    "people-list-has-its-columns": "The first line of the people list names the columns.\n\n`code,name,email,language,show_name,consent_date,holder_page`, in any order; only `code` is needed. A misspelt column would be ignored, and nobody would notice.",
    "people-row-is-complete": "A row of the people list has as many cells as there are columns.\n\nA missing or spare comma moves every later cell into the wrong column: an e-mail address could end up as a name. A text with a comma in it needs quotes.",
    "people-quotes-are-closed": "A quoted cell of the people list ends with a quotation mark.\n\nWithout it, the cell swallows the rows below. Write a quotation mark inside a quoted cell twice.",
    "people-cell-is-one-line": "A cell of the people list is one line.\n\nA line break inside a name or an address is almost always a slip of copy and paste.",
    "people-cell-is-no-formula": "A cell of the people list does not begin like a formula.\n\nA spreadsheet would run a cell that begins with `=`, `+`, `-` or `@`, and the formula could send the list away. Remove the sign.",
    "people-code-is-unique": "A code stands for one person.\n\nAwards name people by code alone, so two rows with one code would make an award ambiguous.",
    "people-e-mail-is-unique": "An e-mail address is listed once.\n\nTwo codes for one person are allowed, but usually a mistake: the person's awards would look like those of two people.",
}

_YES = frozenset(("yes", "y", "true", "1", "oui", "o", "vrai", "ja", "j", "waar"))
_NO = frozenset(("", "no", "n", "false", "0", "non", "faux", "nee", "onwaar"))
_often_the_same = functools.lru_cache(maxsize=1024)
"""For columns of which a list repeats a few values: each is converted once, and all share it."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


def read_recipients(data: bytes, path: str) -> tuple[Mapping[str, Recipient], list[Problem]]:
    """Read the people list; return recipients by code, and what is wrong.

    A row with a faulty cell is kept without that cell, so that its code stays known. The first
    row counts where a code is repeated.
    """
    table = _Table(path)
    try:
        text = decode(data, path)
        rows = rows_of(text, path)
        header = next(rows, [])
        columns = read_header(header, path)
        try:
            below = header[0].at.line + 1
            return plain_recipients(Source(path, data), text, columns, below, _CONVERTERS), []
        except Doubt:
            pass
        for row in rows:
            table.add(row, columns)
    except Refused as refused:
        table.problems.append(refused.problem)
    return table.recipients, table.problems


def read_newcomers(
    data: bytes, path: str, draw: Callable[[], Code]
) -> tuple[list[Recipient], list[Problem]]:
    """Read a list of people who may have no code yet: a row without one gets what ``draw`` returns."""
    table = _Table(path)
    try:
        rows = rows_of(decode(data, path), path)
        columns = read_header(next(rows, []), path, needs_code=False)
        for row in rows:
            cells, names = row, columns
            if "code" not in columns:
                cells, names = [*row, Cell("", row[0].at)], [*columns, "code"]
            at = names.index("code")
            if len(cells) == len(names) and not cells[at].value:
                cells = [*cells[:at], Cell(draw(), cells[at].at), *cells[at + 1 :]]
            table.add(cells, names)
    except Refused as refused:
        table.problems.append(refused.problem)
    return list(table.recipients.values()), table.problems


def columns_of(data: bytes) -> tuple[str, ...]:
    """Return the names of a list's columns, in the order of the file; none if it can't be read."""
    try:
        return tuple(read_header(next(rows_of(decode(data, ""), ""), []), ""))
    except Refused:
        return ()


def is_address(place: str) -> bool:
    """Tell the address of a web page or a store from the path of a file (a single letter is a drive)."""
    return bool(_SCHEME.match(place))


def names_nobody(data: bytes) -> bool:
    """Tell whether a people list has no column but ``code``, so that anybody may read it."""
    return columns_of(data) == ("code",)


def reads_to_the_end(data: bytes, path: str) -> bool:
    """Tell whether every row could be looked at; if not, a code may be known and yet not found."""
    try:
        rows = rows_of(decode(data, path), path)
        read_header(next(rows, []), path)
        return all(True for _ in rows)
    except Refused:
        return False


def _code(value: str) -> Code:
    if not CODE.fullmatch(value):
        fix = (
            "use 3 to 64 letters, digits, dots, hyphens or underscores, and never an e-mail address"
        )
        raise NotThis("code-is-plain", "this is not a recipient's code", fix)
    return Code(value)


def _name(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value) or len(value) > MAX_EMAIL:
        fix = "write it like name@example.org, or leave the cell empty"
        raise NotThis("e-mail-is-plausible", "this is not an e-mail address", fix)
    return value


@_often_the_same
def _language(value: str) -> Language:
    if not LANGUAGE.fullmatch(value):
        raise NotThis(
            "language-is-a-tag", "this is not a language tag", "write it like fr, nl-BE or en"
        )
    return Language(value)


@_often_the_same
def _yes_or_no(value: str) -> bool:
    if value.casefold() in _YES | _NO:
        return value.casefold() in _YES
    raise NotThis("choice-is-one-of-the-list", "this is neither yes nor no", "write yes or no")


@_often_the_same
def _day(value: str) -> datetime.date:
    try:
        return to_date(value)
    except NotThis:
        fix = "write year-month-day, like 2026-03-14; in a spreadsheet, format the column as yyyy-mm-dd"
        raise NotThis("date-is-a-day", "this is not a date that can be read", fix) from None


_CONVERTERS: Mapping[str, Callable[[str], object]] = {
    "code": _code,
    "name": _name,
    "email": _email,
    "language": _language,
    "show_name": _yes_or_no,
    "holder_page": _yes_or_no,
    "consent_date": _day,
}


@dataclass(slots=True)
class _Table:
    """The recipients read so far, and what was wrong."""

    path: str
    recipients: dict[str, Recipient] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lines_of_emails: dict[str, int] = field(default_factory=dict)

    def wrong(
        self, at: Location, check: str, message: str, fix: str, level: Level = "error"
    ) -> None:
        self.problems.append(
            Problem(location=at, check=check, message=message, fix=fix, level=level)
        )

    def add(self, row: list[Cell], columns: list[str]) -> None:
        """Read one row; keep what can be read of it."""
        if len(row) != len(columns):
            message = f"the row has {len(row)} cells; there are {len(columns)} columns"
            fix = "add or remove a comma; a text with a comma in it needs quotes"
            self.wrong(row[0].at, "people-row-is-complete", message, fix)
            if columns[0] != "code":
                return None
            row, columns = row[:1], columns[:1]  # no comma stands before it
        cells = dict(zip(columns, row, strict=True))
        values: dict[str, object] = {}
        for name, cell in cells.items():
            if cell.value and self.is_acceptable(cell):
                try:
                    values[name] = _CONVERTERS[name](cell.value)
                except NotThis as no:
                    self.wrong(cell.at, no.check, no.message, no.fix)
        if not cells["code"].value:
            return self.wrong(
                row[0].at, "field-is-there", "the row has no code", 'fill in the column "code"'
            )
        if "code" in values:
            self.keep(values, {name: cell.at for name, cell in cells.items()})
        return None

    def is_acceptable(self, cell: Cell) -> bool:
        if cell.value.startswith(FORMULA):
            fix = "remove the sign at its beginning"
            self.wrong(cell.at, "people-cell-is-no-formula", "this cell begins like a formula", fix)
            return False
        if "\n" in cell.value or "\r" in cell.value:
            self.wrong(
                cell.at,
                "people-cell-is-one-line",
                "this cell holds a line break",
                "write it on one line",
            )
            return False
        return True

    def keep(self, values: dict[str, object], where: dict[str, Location]) -> None:
        recipient = Recipient(**values, location=where["code"], locations=where)  # type: ignore[arg-type]  # each value has passed its column's converter
        former = self.recipients.get(recipient.code)
        if former is not None:
            message = f"this code is already on line {former.location.line}"
            return self.wrong(
                where["code"],
                "people-code-is-unique",
                message,
                "give one of the two people another code",
            )
        self.recipients[recipient.code] = recipient
        if recipient.email:
            line = self.lines_of_emails.setdefault(
                recipient.email.casefold(), recipient.location.line
            )
            if line != recipient.location.line:
                message = f"this e-mail address is already on line {line}"
                fix = "if it is the same person, keep one row; else ask for the right address"
                self.wrong(where["email"], "people-e-mail-is-unique", message, fix, "warning")
        return None
