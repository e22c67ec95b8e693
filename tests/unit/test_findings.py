"""The four forms of findings, and what hostile text can't do in them."""

import dataclasses
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obit_build import __version__
from obit_build.findings import in_folder, to_github, to_gitlab, to_json, to_markdown, to_text
from obit_build.problems import Level, Location, Problem, Report
from obit_build.reading.places import Source, Spot

PATH = "badges/tableur-1/badge.yaml"
FILES = {PATH: b"name: Tableur\ndescripton: Sait.\nimage: image.svg\n", "obit.yaml": b"site: x\n"}


def problem(line=2, column=1, length=10, *, path=PATH, check="field-is-known", message='a badge has no field "descripton"',
            fix='did you mean "description"?', level: Level = "error") -> Problem:  # fmt: skip
    return Problem(
        location=Location(path, line, column, length),
        check=check,
        message=message,
        fix=fix,
        level=level,
    )


def text(*problems: Problem, files=FILES, color=False) -> str:
    return to_text(Report.of(problems), files, color=color)


def test_a_finding_shows_place_message_source_caret_and_fix():
    assert text(problem()) == (
        "badges/tableur-1/badge.yaml:2:1  error  field-is-known\n"
        '    a badge has no field "descripton"\n'
        "   1 │ name: Tableur\n"
        "   2 │ descripton: Sait.\n"
        "     │ ^^^^^^^^^^\n"
        "   3 │ image: image.svg\n"
        '    fix: did you mean "description"?\n'
        "\n"
        "1 error, no warnings in 1 of 2 files\n"
    )


def test_without_findings_there_is_one_line():
    assert text() == "no errors, no warnings in 2 files\n"


def test_findings_are_counted_by_kind_and_file():
    found = [problem(1), problem(2), problem(1, path="obit.yaml", level="warning")]

    assert text(*found).endswith("2 errors, 1 warning in 2 of 2 files\n")


def test_without_a_source_only_the_words_are_shown():
    assert text(problem(path="badges/x")) == (
        'badges/x:2:1  error  field-is-known\n    a badge has no field "descripton"\n'
        '    fix: did you mean "description"?\n\n1 error, no warnings in 1 of 2 files\n'
    )


def caret_of(line: str, column: int, length: int) -> tuple[str, str]:
    """Return the shown source line and the caret line, gutters removed."""
    shown = text(problem(1, column, length), files={PATH: line.encode()}).split("\n")
    at = next(i for i, row in enumerate(shown) if row.strip().startswith("1 │"))
    return shown[at].split("│ ", 1)[1], shown[at + 1].split("│ ", 1)[1]


@pytest.mark.parametrize(
    ("line", "column", "length", "shown", "caret"),
    [
        ("été: oui", 6, 3, "été: oui", "     ^^^"),
        ("e\u0301te\u0301: oui", 8, 3, "e\u0301te\u0301: oui", "     ^^^"),
        ("徽章: oui", 5, 3, "徽章: oui", "      ^^^"),
        ("a: 徽章", 4, 2, "a: 徽章", "   ^^^^"),
        ("\ta: b", 2, 1, "→a: b", " ^"),
        ("a: b", 5, 1, "a: b", "    ^"),
        ("a: b", 3, 99, "a: b", "  ^^"),
    ],
)
def test_the_caret_stands_under_what_it_means(line, column, length, shown, caret):
    assert caret_of(line, column, length) == (shown, caret)


def test_a_long_line_is_cut_around_the_caret():
    shown, caret = caret_of("x" * 500 + "HERE" + "y" * 500, 501, 4)

    assert shown.startswith("…x")
    assert shown.endswith("y…")
    assert shown[caret.index("^") : caret.index("^") + 4] == "HERE"
    assert caret.count("^") == 4
    assert len(shown) < 110


def test_lines_of_the_people_list_are_never_shown():
    found = problem(
        2, path="recipients.csv", message="this is not an e-mail address", fix="write it again"
    )

    said = text(found, files={"recipients.csv": b"code,name\n7f3k9m2q,Ada Exemple\n"})

    assert "Ada" not in said
    assert "│" not in said


@pytest.mark.parametrize(
    "check", ["public-files-name-no-person", "code-is-plain", "signer-is-known"]
)
def test_a_private_line_is_not_even_shown_as_a_neighbour(check: str):
    files = {PATH: b"a: 1\n# Ada Exemple\nb: 2\n"}

    said = text(problem(2, check=check), problem(1), problem(3), files=files)

    assert "Ada" not in said
    assert "   1 │ a: 1" in said
    assert "   3 │ b: 2" in said


HOSTILE = (
    "\x1b[2J\x1b]8;;https://example.net\x07 \u202egnp.exe\u2066 \u200b\x00\x85\u2028 ##[error]x"
)


def test_hostile_text_can_do_nothing_to_a_terminal():
    found = problem(1, message=HOSTILE, fix=HOSTILE, path="badges/\x1b[31m\r::error::x\n.yaml")

    said = text(found, files={found.location.path: HOSTILE.replace("\x00", "").encode()})

    assert not any(
        unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} for c in said.replace("\n", "")
    )
    assert "##[" not in said
    assert not any(row.lstrip().startswith("::") for row in said.split("\n"))


def test_colours_change_nothing_but_colours():
    plain, colored = (
        text(problem(), problem(3, level="warning")),
        text(problem(), problem(3, level="warning"), color=True),
    )

    assert "\x1b[1;31m" in colored
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == plain


def test_json_has_one_object_with_everything():
    document = json.loads(to_json(Report.of([problem(level="warning")])))

    assert document == {
        "obit": __version__,
        "command": "check",
        "ok": True,
        "summary": {"errors": 0, "warnings": 1},
        "diagnostics": [
            {
                "code": "field-is-known", "level": "warning", "file": PATH, "line": 2, "column": 1, "end_column": 11,
                "message": 'a badge has no field "descripton"', "fix": 'did you mean "description"?',
            }
        ],
    }  # fmt: skip
    assert json.loads(to_json(Report.of([problem()])))["ok"] is False


def test_github_shows_a_finding_beside_its_line():
    assert to_github(Report.of([problem()])) == (
        "::error file=badges/tableur-1/badge.yaml,line=2,col=1,title=field-is-known::"
        'a badge has no field "descripton"%0Afix: did you mean "description"?\n'
    )


def test_github_annotations_can_not_be_forged():
    found = problem(
        path="badges/a,line=9::b%\n::error::c", message="100 %\r\n::warning::x", fix="a:b,c"
    )

    said = to_github(Report.of([found]))

    assert said == (
        "::error file=badges/a%2Cline=9%3A%3Ab%25%0A%3A%3Aerror%3A%3Ac,line=2,col=1,title=field-is-known::"
        "100 %25%0A::warning::x%0Afix: a:b,c\n"
    )
    assert said.count("\n") == 1


def test_github_gets_ten_of_each_kind_and_the_number_of_the_others():
    found = [problem(n, level=level) for n in range(1, 14) for level in ("error", "warning")]

    rows = to_github(Report.of(found)).splitlines()

    assert len(rows) == 20
    assert rows[9] == "::error title=obit check::… 4 more errors: run obit check"
    assert rows[19] == "::warning title=obit check::… 4 more warnings: run obit check"


def test_github_gets_ten_findings_without_a_note():
    rows = to_github(Report.of([problem(n) for n in range(1, 11)])).splitlines()

    assert len(rows) == 10
    assert all("title=field-is-known" in row for row in rows)


def test_gitlab_gets_a_code_quality_report():
    (entry,) = json.loads(to_gitlab(Report.of([problem()])))

    assert re.fullmatch("[0-9a-f]{64}", entry.pop("fingerprint"))
    assert entry == {
        "description": 'a badge has no field "descripton"; fix: did you mean "description"?',
        "check_name": "field-is-known",
        "severity": "major",
        "location": {"path": PATH, "lines": {"begin": 2}},
    }


def test_a_fingerprint_survives_new_lines_above_and_tells_repetitions_apart():
    def prints(*found: Problem) -> list[str]:
        return [entry["fingerprint"] for entry in json.loads(to_gitlab(Report.of(found)))]

    assert prints(problem(2), problem(5)) == prints(problem(7), problem(9))
    assert len(set(prints(problem(2), problem(5), problem(5, level="warning")))) == 3


ANY_TEXT = st.text(st.characters(), max_size=60)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, st.integers(1, 90), st.integers(1, 90), st.integers(1, 5))
def test_no_text_breaks_any_form(
    path: str, message: str, source: str, column: int, length: int, line: int
):
    found = problem(line, column, length, path=path, message=message, fix=message)
    report = Report.of([found])

    said = to_text(report, {path: source.encode("utf-8", "surrogatepass")}, color=False)

    assert not any(
        unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in said.replace("\n", "")
    )
    assert said.encode()
    assert to_github(report).count("\n") == 1
    assert json.loads(to_json(report))["diagnostics"][0]["message"] == message
    assert json.loads(to_gitlab(report))


def test_findings_in_changed_files_take_the_places_that_github_has():
    found = [problem(n) for n in range(1, 14)] + [problem(path="pathways/x.yaml")]

    rows = to_github(Report.of(found), {"pathways/x.yaml"}, rest="in the job summary").splitlines()

    assert rows[0].startswith("::error file=pathways/x.yaml,")
    assert rows[9] == "::error title=obit check::… 5 more errors: in the job summary"
    assert len(rows) == 10


def test_paths_are_told_from_where_the_git_repository_begins():
    report = in_folder(Report.of([problem()]), "centre/")

    assert to_github(report).startswith("::error file=centre/badges/tableur-1/badge.yaml,line=2,")
    assert json.loads(to_gitlab(report))[0]["location"]["path"] == "centre/" + PATH


def test_a_place_that_is_looked_up_when_asked_is_told_from_there_too():
    file = Source(PATH, b"name: Tableur\nlevel: B2\n")
    place = Spot(Spot(file), "level")

    report = in_folder(Report.of([dataclasses.replace(problem(), location=place)]), "centre/")

    assert to_github(report).startswith(f"::error file=centre/{PATH},line=2,col=8,")


def test_the_summary_has_every_finding_those_in_changed_files_first():
    found = [
        problem(),
        problem(path="pathways/x.yaml", level="warning", message="odd", fix="mend it"),
    ]

    assert to_markdown(Report.of(found), 5, {"pathways/x.yaml"}) == (
        "### obit check: 1 error, 1 warning in 2 of 5 files\n\n"
        "- ⚠️ `pathways/x.yaml:2:1` warning: odd (field-is-known)\n"
        "  <br>fix: mend it\n"
        '- ❌ `badges/tableur-1/badge.yaml:2:1` error: `a badge has no field "descripton"` (field-is-known)\n'
        '  <br>fix: `did you mean "description"?`\n'
    )


def test_a_long_summary_ends_with_the_number_of_the_others():
    said = to_markdown(Report.of([problem(n, message="x" * 100) for n in range(1, 9_000)]), 1)

    assert len(said.encode()) < 1_000_000
    more = re.fullmatch(r"- … (\d+) more findings: run obit check", said.splitlines()[-1])
    assert more
    assert said.count("- ❌") + int(more[1]) == 8_999
