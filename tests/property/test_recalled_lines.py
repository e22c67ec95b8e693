"""Whatever is edited, what is recalled of award files and of checks is what would be read and found anew.

The files of a centre are changed many times: lines, what stands around them, the badge, the settings. After each edit the
repository, its problems and its plan are made twice, once with what the run before has left. OBIT_EDITS says how many edits.
"""

import dataclasses
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import NOON
from sample import small_centre

from obit_build.centre.known_lines import WORTH_IT
from obit_build.centre.load import load_repository
from obit_build.checks import run_checks
from obit_build.model.award import Award
from obit_build.model.repository import Repository
from obit_build.planning.base import assumed_ledger
from obit_build.planning.plan import make_plan
from obit_build.remembered import Remembered

EDITS = int(os.environ.get("OBIT_EDITS", "10")) * 4
BADGE = "badges/tableur-1/badge.yaml"
FILES = ("a.yaml", "b.yaml", "c.yaml")
CODES = [f"r{number:03d}" for number in range(3 * (WORTH_IT + 4))]
FIELDS = (
    "visibility: public",
    "narrative: Très bien.",
    "narrative: {nl: Goed gedaan.}",
    "narrative: |\n      Deux lignes,\n      et - un tiret.",
    "revoked: {date: 2026-04-01, reason: Erreur.}",
    "results: [{result_description: note, value: '12'}]",
    "results: [{result_description: note, value: '102'}]",
    "evidence: [{id: 'https://example.org/1'}]",
    "n: 2",
    "expires: 2026-03-01",
    "wrong: field",
)
HEADS = (
    "version: '2'",
    "language: nl",
    "visibility: public",
    "valid_from: 2026-04-01",
    "evidence: [{id: 'https://example.org/all'}]",
    "# a remark",
)
Deed = Callable[[random.Random, Path], None]


def centre(root: Path) -> Path:
    people = [f"{code},,,,," for code in CODES]
    small_centre(root, *people)
    (root / "badges/tableur-1/awards/2026-03-14.yaml").unlink()
    badge = root / BADGE
    measure = "{id: note, name: Note, result_type: Percent, value_min: '0', value_max: '100'}"
    badge.write_text(f"{badge.read_text()}result_description:\n  - {measure}\n")
    for number, name in enumerate(FILES):
        codes = CODES[number::3]
        lines = "".join(
            f"  - {code}\n" if at % 2 else f"  - id: {code}\n" for at, code in enumerate(codes)
        )
        file = root / "badges/tableur-1/awards" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"issued: 2026-03-1{number + 1}\nto:\n{lines}")
    return root


def one_file(draw: random.Random, root: Path) -> Path:
    return root / "badges/tableur-1/awards" / draw.choice(FILES)


def a_line_says_more(draw: random.Random, root: Path) -> None:
    file = one_file(draw, root)
    lines = file.read_text().splitlines()
    at = draw.choice([at for at, line in enumerate(lines) if line.startswith("  - id:")])
    file.write_text(
        "\n".join([*lines[: at + 1], f"    {draw.choice(FIELDS)}", *lines[at + 1 :], ""])
    )


def a_line_goes(draw: random.Random, root: Path) -> None:
    file = one_file(draw, root)
    lines = file.read_text().splitlines()
    del lines[draw.randrange(2, len(lines))]
    file.write_text("\n".join([*lines, ""]))


def lines_in_another_order(draw: random.Random, root: Path) -> None:
    file = one_file(draw, root)
    head, _, lines = file.read_text().partition("to:\n")
    items = lines.split("\n  - ")
    items[0] = items[0].removeprefix("  - ").rstrip("\n")
    items[-1] = items[-1].rstrip("\n")
    draw.shuffle(items)
    file.write_text(f"{head}to:\n" + "".join(f"  - {item}\n" for item in items))


def something_for_everybody(draw: random.Random, root: Path) -> None:
    file, said = one_file(draw, root), draw.choice(HEADS)
    text = file.read_text()
    if f"{said}\n" in text:
        file.write_text(text.replace(f"{said}\n", ""))
    else:
        file.write_text(f"{said}\n{text}" if draw.random() < 0.5 else f"{text}{said}\n")


def the_badge(draw: random.Random, root: Path) -> None:
    badge = root / BADGE
    text = badge.read_text()
    old, new = draw.choice(
        (("'100'", "'10'"), ("Tableur", "Tabelle"), ("image:", "version: '2'\nimage:"))
    )
    badge.write_text(text.replace(new, old) if new in text else text.replace(old, new))


def the_languages(draw: random.Random, root: Path) -> None:
    said = draw.choice(("[fr]", "[nl, fr]", "[fr, nl]"))
    (root / "obit.yaml").write_text(f"site: https://badges.example.org/\nlanguages: {said}\n")


def the_ends_of_lines(draw: random.Random, root: Path) -> None:
    file = one_file(draw, root)
    data = file.read_bytes()
    other = data.replace(b"\r\n", b"\n")
    file.write_bytes(other if other != data else data.replace(b"\n", b"\r\n"))


def as_it_was_in_the_beginning(_draw: random.Random, root: Path) -> None:
    for path in root.rglob("*.yaml"):
        path.unlink()
    centre(root)


DEEDS: tuple[Deed, ...] = (
    a_line_says_more, a_line_says_more, a_line_goes, lines_in_another_order, something_for_everybody,
    the_badge, the_languages, the_ends_of_lines, as_it_was_in_the_beginning,
)  # fmt: skip


def said_by(award: Award) -> object:
    """Return all that an award says, and where."""
    values = [getattr(award, field.name) for field in dataclasses.fields(award)[:-1]]
    places = {name: (at.path, at.line, at.column) for name, at in award.locations.items()}
    at = award.location
    return values, places, (at.path, at.line, at.column, at.length)


def told(repository: Repository | None) -> object:
    if repository is None:
        return None
    some = repository.awards[
        :: max(1, len(repository.awards) // 7)
    ]  # to find a place takes a while
    return repository, list(repository.award_files.items()), list(map(said_by, some))


@pytest.mark.parametrize("seed", [20261122])
def test_what_is_recalled_is_what_would_be_read(tmp_path, seed):
    draw, root = random.Random(seed), centre(tmp_path / "centre")
    first, problems = load_repository(root)
    assert first is not None, problems
    ledger, memory, recalled = assumed_ledger(first), dict[str, tuple[str, str]](), 0

    for _ in range(EDITS):
        deed = draw.choice(DEEDS)
        deed(draw, root)
        known = Remembered("this obit", memory.get)

        repository, problems = load_repository(root, None, known)
        anew, problems_anew = load_repository(root)

        assert (told(repository), problems) == (told(anew), problems_anew), deed.__name__
        if repository and anew:
            found = run_checks(repository, at=NOON, remembered=known)
            assert found == run_checks(anew, at=NOON), deed.__name__
            assert make_plan(repository, ledger, known) == make_plan(anew, ledger), deed.__name__
        new = {name: (made_from, value) for name, made_from, value in known.rows()}
        recalled += len(known.names() - new.keys())
        memory = {name: new.get(name) or memory[name] for name in known.names()}

    assert recalled > EDITS  # else nothing was tried
