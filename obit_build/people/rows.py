"""A people list's text → rows of cells, and the columns that they stand in.

RFC 4180 with commas, UTF-8, one line of column names. What makes all of the list unreadable is refused here: spreadsheets
in disguise, other separators and encodings, unknown or repeated columns, quotes that never end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from obit_build.model.award import Recipient
from obit_build.problems import Location, Problem
from obit_build.reading.reader import fields_of, nearest

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 200_000
MAX_CELLS_IN_A_ROW = 100
COLUMNS = tuple(fields_of(Recipient))
FORMULA = tuple("=+-@＝＋－＠")  # noqa: RUF001 - full-width forms: spreadsheets run them too

_QUOTED = re.compile(r'[ ]*+"([^"]*+(?:""[^"]*+)*+)"[ ]*+(?=,|\r|\n|\Z)')
_BARE = re.compile(r"[^,\r\n]*+")
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


class Refused(Exception):  # noqa: N818 - carries a problem, which the caller collects
    """The list can't be read any further."""

    def __init__(self, at: Location, check: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.problem = Problem(location=at, check=check, message=message, fix=fix)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell without its quotes and the spaces around it, and where it begins."""

    value: str
    at: Location


def decode(data: bytes, path: str) -> str:
    """Return the list's text, a byte order mark aside; raise Refused if it is no list in UTF-8."""
    start = Location(path)
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes; at most {MAX_BYTES} are allowed"
        raise Refused(start, "file-is-small-enough", message, "remove the people who left long ago")
    for beginning, kind in _DISGUISES:
        if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(beginning):
            message = f"the file is {kind}, not CSV"
            fix = 'open it in its program and save it as "CSV UTF-8 (comma delimited)"'
            raise Refused(start, "people-list-is-csv", message, fix)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        fix = 'save it as "CSV UTF-8 (comma delimited)", not as "Unicode text"'
        raise Refused(start, "file-is-utf-8", "the file is UTF-16 text, not UTF-8", fix)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fix = 'save it as "CSV UTF-8 (comma delimited)"'
        raise Refused(
            Location(path, line), "file-is-utf-8", "the file is not UTF-8 text", fix
        ) from None
    found = _CONTROL.search(text)
    if found:
        before = text[: found.start()]
        at = Location(path, len(_LINE_END.findall(before)) + 1, _column(before))
        message = f"the text holds the control character U+{ord(found.group()):04X}"
        fix = "delete it; it may be invisible in your editor"
        raise Refused(at, "text-has-no-control-characters", message, fix)
    return text


def _column(before: str) -> int:
    return len(before) - max(before.rfind("\n"), before.rfind("\r"))


def rows_of(text: str, path: str) -> Iterator[list[Cell]]:
    """Cut the text into rows of cells, rows without any text left out; raise Refused where that ends."""
    position, line, line_start, count = 0, 1, 0, 0
    row: list[Cell] = []
    while position < len(text):
        at = Location(path, line, position - line_start + 1)
        quoted = _QUOTED.match(text, position)
        found = quoted or _BARE.match(text, position)
        if found is None or (not quoted and found.group().lstrip(" ").startswith('"')):
            fix = 'end the cell with " and write a quotation mark inside it twice'
            raise Refused(
                at, "people-quotes-are-closed", "the quotes of this cell don't match", fix
            )
        inner = quoted.group(1).replace('""', '"') if quoted else found.group()
        row.append(
            Cell(inner.strip(), Location(path, at.line, at.column, max(1, len(found.group()))))
        )
        for end in _LINE_END.finditer(text, position, found.end()):
            line, line_start = line + 1, end.end()
        position = found.end()
        ends_line = _LINE_END.match(text, position)
        if ends_line is None and position < len(text):  # a comma
            position += 1
            if len(row) > MAX_CELLS_IN_A_ROW:
                message = f"the row has more than {MAX_CELLS_IN_A_ROW} cells"
                raise Refused(at, "people-row-is-complete", message, "remove the spare commas")
            if position < len(text):
                continue
            row.append(Cell("", Location(path, line, position - line_start + 1)))
        if any(cell.value for cell in row):
            count += 1
            if count > MAX_ROWS:
                message = f"the list has more than {MAX_ROWS} rows"
                raise Refused(
                    at, "file-is-small-enough", message, "remove the people who left long ago"
                )
            yield row
        row = []
        if ends_line is not None:
            position, line, line_start = ends_line.end(), line + 1, ends_line.end()


def read_header(header: list[Cell], path: str, *, needs_code: bool = True) -> list[str]:
    """Read the first row as names of columns; raise Refused if it doesn't name them."""
    fix = f"make the first line {','.join(COLUMNS)}"
    check = "people-list-has-its-columns"
    if not header:
        raise Refused(Location(path), check, "the list is empty", fix)
    if len(header) == 1:
        for separator, name in _SEPARATORS:
            if separator in header[0].value:
                remedy = 'save it again with commas: in LibreOffice tick "Edit filter settings" and choose the field delimiter ","; in a text editor replace each separator'
                raise Refused(
                    header[0].at,
                    "people-list-has-commas",
                    f"the columns are separated by {name}",
                    remedy,
                )
    names = [cell.value.lower() for cell in header]
    if not set(names) & set(COLUMNS):
        raise Refused(header[0].at, check, "the first line does not name the columns", fix)
    for number, (name, cell) in enumerate(zip(names, header, strict=True), start=1):
        if name not in COLUMNS:  # not shown: without a header this would be somebody's data
            near = nearest(name, COLUMNS)
            remedy = (
                f'did you mean "{near}"?'
                if near
                else f"remove it; the columns are {', '.join(COLUMNS)}"
            )
            raise Refused(cell.at, check, f"column {number} has a name that is not known", remedy)
        if names.index(name) != number - 1:
            raise Refused(
                cell.at, check, f'the column "{name}" is given twice', "remove one of the two"
            )
    if needs_code and "code" not in names:
        raise Refused(
            header[0].at,
            check,
            'the column "code" is missing',
            "add it; awards name people by their code",
        )
    return names
