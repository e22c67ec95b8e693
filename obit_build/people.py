"""``recipients.csv`` → recipients: the only file that knows names and e-mail addresses.

It reads RFC 4180 with commas, UTF-8 and one line of column names, in any order. Refused, with
line, column and remedy: spreadsheets in disguise, other separators and encodings, unknown or
repeated columns, rows that don't fit, cells that a spreadsheet would run as a formula. A value of
the file is never part of a message: messages end up in public logs.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from obit_build.kinds import CODE, EMAIL, LANGUAGE, NotThis, to_date
from obit_build.model.award import Recipient
from obit_build.model.words import Code, Language
from obit_build.problems import Level, Location, Problem
from obit_build.reader import fields_of, nearest

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 200_000
MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MAX_CELLS_IN_A_ROW = 100
COLUMNS = tuple(fields_of(Recipient))

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
_FORMULA = tuple("=+-@＝＋－＠")  # noqa: RUF001 - full-width forms: spreadsheets run them too
_QUOTED = re.compile(r'[ ]*+"([^"]*+(?:""[^"]*+)*+)"[ ]*+(?=,|\r|\n|\Z)')
_BARE = re.compile(r"[^,\r\n]*+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_DISGUISES = (
    (b"PK\x03\x04", "a spreadsheet (xlsx or ods)"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet (xls)"),
    (b"%PDF", "a PDF"),
    (b"<", "a web page"),
    (b"{", "JSON"),
)
_SEPARATORS = ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars"))


class _Refused(Exception):  # noqa: N818 - carries a problem, never leaves this module
    """The list can't be read any further."""

    def __init__(self, at: Location, check: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.problem = Problem(location=at, check=check, message=message, fix=fix)


@dataclass(frozen=True, slots=True)
class _Cell:
    value: str
    at: Location


def read_recipients(data: bytes, path: str) -> tuple[dict[str, Recipient], list[Problem]]:
    """Read the people list; return recipients by code, and what is wrong.

    A row with a faulty cell is kept without that cell, so that its code stays known. The first
    row counts where a code is repeated.
    """
    table = _Table(path)
    try:
        rows = _rows(_decode(data, path), path)
        columns = _columns(next(rows, []), path)
        for row in rows:
            table.add(row, columns)
    except _Refused as refused:
        table.problems.append(refused.problem)
    return table.recipients, table.problems


def read_newcomers(
    data: bytes, path: str, draw: Callable[[], Code]
) -> tuple[list[Recipient], list[Problem]]:
    """Read a list of people who may have no code yet: a row without one gets what ``draw`` returns."""
    table = _Table(path)
    try:
        rows = _rows(_decode(data, path), path)
        columns = _columns(next(rows, []), path, needs_code=False)
        for row in rows:
            cells, names = row, columns
            if "code" not in columns:
                cells, names = [*row, _Cell("", row[0].at)], [*columns, "code"]
            at = names.index("code")
            if len(cells) == len(names) and not cells[at].value:
                cells = [*cells[:at], _Cell(draw(), cells[at].at), *cells[at + 1 :]]
            table.add(cells, names)
    except _Refused as refused:
        table.problems.append(refused.problem)
    return list(table.recipients.values()), table.problems


def columns_of(data: bytes) -> tuple[str, ...]:
    """Return the names of a list's columns, in the order of the file; none if it can't be read."""
    try:
        return tuple(_columns(next(_rows(_decode(data, ""), ""), []), ""))
    except _Refused:
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
        rows = _rows(_decode(data, path), path)
        _columns(next(rows, []), path)
        return all(True for _ in rows)
    except _Refused:
        return False


def _decode(data: bytes, path: str) -> str:
    start = Location(path)
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes; at most {MAX_BYTES} are allowed"
        raise _Refused(
            start, "file-is-small-enough", message, "remove the people who left long ago"
        )
    for beginning, kind in _DISGUISES:
        if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(beginning):
            message = f"the file is {kind}, not CSV"
            fix = 'open it in its program and save it as "CSV UTF-8 (comma delimited)"'
            raise _Refused(start, "people-list-is-csv", message, fix)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        fix = 'save it as "CSV UTF-8 (comma delimited)", not as "Unicode text"'
        raise _Refused(start, "file-is-utf-8", "the file is UTF-16 text, not UTF-8", fix)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fix = 'save it as "CSV UTF-8 (comma delimited)"'
        raise _Refused(
            Location(path, line), "file-is-utf-8", "the file is not UTF-8 text", fix
        ) from None
    found = _CONTROL.search(text)
    if found:
        before = text[: found.start()]
        at = Location(path, len(_LINE_END.findall(before)) + 1, _column(before))
        message = f"the text holds the control character U+{ord(found.group()):04X}"
        fix = "delete it; it may be invisible in your editor"
        raise _Refused(at, "text-has-no-control-characters", message, fix)
    return text


def _column(before: str) -> int:
    return len(before) - max(before.rfind("\n"), before.rfind("\r"))


def _rows(text: str, path: str) -> Iterator[list[_Cell]]:
    """Cut the text into rows of cells; rows without any text are left out."""
    position, line, line_start, count = 0, 1, 0, 0
    row: list[_Cell] = []
    while position < len(text):
        at = Location(path, line, position - line_start + 1)
        quoted = _QUOTED.match(text, position)
        found = quoted or _BARE.match(text, position)
        if found is None or (not quoted and found.group().lstrip(" ").startswith('"')):
            fix = 'end the cell with " and write a quotation mark inside it twice'
            raise _Refused(
                at, "people-quotes-are-closed", "the quotes of this cell don't match", fix
            )
        inner = quoted.group(1).replace('""', '"') if quoted else found.group()
        row.append(
            _Cell(inner.strip(), Location(path, at.line, at.column, max(1, len(found.group()))))
        )
        for end in _LINE_END.finditer(text, position, found.end()):
            line, line_start = line + 1, end.end()
        position = found.end()
        ends_line = _LINE_END.match(text, position)
        if ends_line is None and position < len(text):  # a comma
            position += 1
            if len(row) > MAX_CELLS_IN_A_ROW:
                message = f"the row has more than {MAX_CELLS_IN_A_ROW} cells"
                raise _Refused(at, "people-row-is-complete", message, "remove the spare commas")
            if position < len(text):
                continue
            row.append(_Cell("", Location(path, line, position - line_start + 1)))
        if any(cell.value for cell in row):
            count += 1
            if count > MAX_ROWS:
                message = f"the list has more than {MAX_ROWS} rows"
                raise _Refused(
                    at, "file-is-small-enough", message, "remove the people who left long ago"
                )
            yield row
        row = []
        if ends_line is not None:
            position, line, line_start = ends_line.end(), line + 1, ends_line.end()


def _columns(header: list[_Cell], path: str, *, needs_code: bool = True) -> list[str]:
    """Read the first row as names of columns."""
    fix = f"make the first line {','.join(COLUMNS)}"
    check = "people-list-has-its-columns"
    if not header:
        raise _Refused(Location(path), check, "the list is empty", fix)
    if len(header) == 1:
        for separator, name in _SEPARATORS:
            if separator in header[0].value:
                remedy = 'save it again with commas: in LibreOffice tick "Edit filter settings" and choose the field delimiter ","; in a text editor replace each separator'
                raise _Refused(
                    header[0].at,
                    "people-list-has-commas",
                    f"the columns are separated by {name}",
                    remedy,
                )
    names = [cell.value.lower() for cell in header]
    if not set(names) & set(COLUMNS):
        raise _Refused(header[0].at, check, "the first line does not name the columns", fix)
    for number, (name, cell) in enumerate(zip(names, header, strict=True), start=1):
        if name not in COLUMNS:  # not shown: without a header this would be somebody's data
            near = nearest(name, COLUMNS)
            remedy = (
                f'did you mean "{near}"?'
                if near
                else f"remove it; the columns are {', '.join(COLUMNS)}"
            )
            raise _Refused(cell.at, check, f"column {number} has a name that is not known", remedy)
        if names.index(name) != number - 1:
            raise _Refused(
                cell.at, check, f'the column "{name}" is given twice', "remove one of the two"
            )
    if needs_code and "code" not in names:
        raise _Refused(
            header[0].at,
            check,
            'the column "code" is missing',
            "add it; awards name people by their code",
        )
    return names


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


def _language(value: str) -> Language:
    if not LANGUAGE.fullmatch(value):
        raise NotThis(
            "language-is-a-tag", "this is not a language tag", "write it like fr, nl-BE or en"
        )
    return Language(value)


def _yes_or_no(value: str) -> bool:
    if value.casefold() in _YES | _NO:
        return value.casefold() in _YES
    raise NotThis("choice-is-one-of-the-list", "this is neither yes nor no", "write yes or no")


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

    def add(self, row: list[_Cell], columns: list[str]) -> None:
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

    def is_acceptable(self, cell: _Cell) -> bool:
        if cell.value.startswith(_FORMULA):
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
