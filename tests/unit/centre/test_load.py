"""Reading a centre's folder: everything that can be read, nothing that lies elsewhere."""

import datetime
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obit_build.centre.load import MAX_PICTURE_BYTES, load_repository
from obit_build.centre.sources import NO_SITE_YET, read_sources
from obit_build.model.award import AwardKey
from obit_build.problems import Problem
from obit_build.reading.kinds import slug_like, to_slug

BASE = Path(__file__).parents[2] / "examples" / "base"
AWARDS = "badges/tableur-1/awards"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(BASE, tmp_path / "centre")


def said(problems: list[Problem]) -> list[str]:
    return [f"{p.location.path} {p.check}: {p.message}; {p.fix}" for p in problems]


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_a_small_repository_is_read_whole(root: Path):
    repository, problems = load_repository(root)

    assert problems == []
    assert repository is not None
    assert repository.settings.base == "https://badges.example.org"
    assert list(repository.profiles) == ["cefo"]
    assert repository.profiles["cefo"].slug == "cefo"
    assert list(repository.achievements) == ["tableur-1"]
    assert [award.key for award in repository.awards] == [
        AwardKey("tableur-1", "1", "7f3k9m2q", datetime.date(2026, 3, 14)),
        AwardKey("tableur-1", "1", "2m8qa4xd", datetime.date(2026, 3, 14)),
    ]
    assert sorted(repository.files) == [
        f"{AWARDS}/2026-03-14-lille.yaml",
        "badges/tableur-1/badge.yaml",
        "badges/tableur-1/image.svg",
        "issuers/cefo/issuer.yaml",
        "obit.yaml",
        "recipients.csv",
    ]


def test_the_order_of_the_disk_does_not_matter(root: Path, monkeypatch: pytest.MonkeyPatch):
    write(root, f"{AWARDS}/2025-01-01.yaml", "issued: 2025-01-01\nto: [7f3k9m2q]\n")
    write(root, "issuers/alpha/issuer.yaml", "name: Alpha\n")
    first, _ = load_repository(root)
    forwards = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: sorted(forwards(path), reverse=True))

    second, _ = load_repository(root)

    assert first == second
    assert list(first.files) == list(second.files)
    assert list(first.profiles) == ["alpha", "cefo"]


def test_a_line_says_more_than_its_file(root: Path):
    write(
        root,
        f"{AWARDS}/2026-03-14-lille.yaml",
        "issued: 2026-03-14\nexpires: 2028-01-01\nlanguage: fr\nevidence: [{url: 'https://example.org/group'}]\n"
        "to:\n  - 7f3k9m2q\n  - id: 2m8qa4xd\n    n: 2\n    expires: never\n"
        "    evidence: [{url: 'https://example.org/own'}]\n    revoked: 2026-05-01\n",
    )

    repository, _ = load_repository(root)

    assert repository is not None
    plain, special = repository.awards
    assert (plain.expires, plain.language, plain.revoked) == (datetime.date(2028, 1, 1), "fr", None)
    assert (special.expires, special.language, special.key.n) == ("never", "fr", 2)
    assert [e.url for e in special.evidence] == [
        "https://example.org/group",
        "https://example.org/own",
    ]
    assert special.revoked.date == datetime.date(2026, 5, 1)
    assert str(special.locations["expires"]) == f"{AWARDS}/2026-03-14-lille.yaml:9:14"
    assert str(special.locations["issued"]) == f"{AWARDS}/2026-03-14-lille.yaml:1:9"


def test_without_a_people_list_there_are_no_recipients(root: Path):
    (root / "recipients.csv").unlink()

    repository, problems = load_repository(root)

    assert (repository.recipients, problems) == ({}, [])


def test_a_folder_without_obit_yaml_says_where_to_run_obit(tmp_path: Path):
    repository, problems = load_repository(tmp_path)

    assert repository is None
    assert said(problems) == ["obit.yaml settings-are-there: there is no obit.yaml here; run obit in the folder that holds obit.yaml, or give it with -C"]  # fmt: skip


def test_a_folder_that_does_not_exist_is_one_problem(tmp_path: Path):
    repository, problems = load_repository(tmp_path / "nowhere")

    assert repository is None
    assert "obit.yaml file-is-readable: the folder can't be read: no such file or directory; check its permissions" in said(problems)  # fmt: skip


def test_all_mistakes_show_at_once(root: Path):
    write(root, "obit.yaml", "site: badges\nlanguages: [fr]\n")
    write(root, "issuers/cefo/issuer.yaml", "nom: Centre\n")
    write(root, "badges/tableur-1/badge.yaml", "name: [\n")
    write(root, f"{AWARDS}/2026-03-14-lille.yaml", "issued: hier\nto: [7f3k9m2q]\n")
    write(root, "recipients.csv", "code;name\n")

    repository, problems = load_repository(root)

    assert {p.location.path for p in problems} == set(repository.files) - {
        "badges/tableur-1/image.svg"
    }


def test_a_faulty_field_of_obit_yaml_does_not_hide_the_others(root: Path):
    write(root, "obit.yaml", "site: badges\nlanguages: [nl, fr]\ntitel: X\nspecimen: true\n")

    repository, problems = load_repository(root)

    assert sorted(p.check for p in problems) == ["address-is-absolute", "field-is-known"]
    assert repository.settings.site == NO_SITE_YET
    assert repository.settings.languages == ("nl", "fr")
    assert repository.settings.specimen is True
    assert repository.achievements["tableur-1"].name.languages() == ("nl",)


@pytest.mark.parametrize(
    "text", ["site: [\n", "languages: 7\nsite: https://badges.example.org/\n", "- a list\n"]
)
def test_without_a_default_language_nothing_else_is_read(root: Path, text: str):
    write(root, "obit.yaml", text)

    repository, problems = load_repository(root)

    assert problems
    assert list(repository.files) == ["obit.yaml"]
    assert repository.awards == ()


@pytest.mark.parametrize(
    "path",
    ["obit.yaml", "recipients.csv", "badges", "issuers", "issuers/cefo", "badges/tableur-1", AWARDS,
     "badges/tableur-1/badge.yaml", "badges/tableur-1/image.svg", f"{AWARDS}/2026-03-14-lille.yaml"],
)  # fmt: skip
def test_a_link_is_refused_wherever_it_stands(root: Path, path: str):
    elsewhere = root.parent / "elsewhere"
    (root / path).rename(elsewhere)
    (root / path).symlink_to(elsewhere)

    repository, problems = load_repository(root)

    assert f"{path} file-is-not-a-link: this is a link to another place; put a copy of the file or folder here" in said(problems)  # fmt: skip
    if repository is not None:
        assert not any(known == path or known.startswith(path + "/") for known in repository.files)


def test_a_link_to_a_secret_is_never_opened(root: Path, monkeypatch: pytest.MonkeyPatch):
    (root / "badges/tableur-1/image.svg").unlink()
    (root / "badges/tableur-1/image.svg").symlink_to("/proc/self/environ")
    opened: list[str] = []
    real = os.open
    monkeypatch.setattr(
        os, "open", lambda path, *rest: opened.append(str(path)) or real(path, *rest)
    )

    load_repository(root)

    assert not any(path.endswith("image.svg") for path in opened)


def test_a_folder_may_itself_be_reached_by_a_link(root: Path):
    door = root.parent / "door"
    door.symlink_to(root)

    repository, problems = load_repository(door)

    assert (len(repository.awards), problems) == (2, [])


def test_a_pipe_does_not_stop_the_reading(root: Path):
    os.mkfifo(root / AWARDS / "pipe.yaml")

    repository, problems = load_repository(root)

    assert said(problems) == [f"{AWARDS}/pipe.yaml file-is-a-regular-file: this is a pipe, a socket or a device; put a file in its place"]  # fmt: skip
    assert len(repository.awards) == 2


def test_a_folder_in_the_place_of_a_file_is_named(root: Path):
    (root / "recipients.csv").unlink()
    (root / "recipients.csv").mkdir()

    _, problems = load_repository(root)

    assert said(problems) == [
        "recipients.csv file-is-a-regular-file: this is not a file; put a file in its place"
    ]


def test_a_picture_is_read_up_to_its_cap(root: Path):
    (root / "badges/tableur-1/image.svg").write_bytes(b" " * (MAX_PICTURE_BYTES + 1))

    repository, problems = load_repository(root)

    assert said(problems) == [f"badges/tableur-1/image.svg file-is-small-enough: the file has more than {MAX_PICTURE_BYTES} bytes; make it smaller, or split it into several files"]  # fmt: skip
    assert "badges/tableur-1/image.svg" not in repository.files


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Tableur 1", "tableur-1"),
        ("été", "ete"),
        ("a--b", "a-b"),
        ("UPPER", "upper"),
        ("a.b", "a-b"),
        ("-x", "x"),
    ],
)
def test_a_folder_name_that_is_not_plain_gets_a_plain_suggestion(root: Path, name: str, plain: str):
    write(root, f"badges/{name}/badge.yaml", "name: X\n")

    _, problems = load_repository(root)

    assert said(problems) == [f'badges/{name} slug-is-plain: the folder\'s name "{name}" is not a plain name; rename it to "{plain}"']  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "a\nb.yaml",
        "a\x1b[31m.yaml",
        "aux.yaml",
        "LPT1.yaml",
        "a:b.yaml",
        "a?.yaml",
        "\udcff.yaml",
        "é" * 99 + ".yaml",
    ],
)
def test_an_award_file_with_a_hostile_name_is_refused(root: Path, name: str):
    (root / AWARDS / name).write_text("issued: 2026-03-14\nto: [7f3k9m2q]\n")

    repository, problems = load_repository(root)

    assert [p.check for p in problems] == ["file-name-is-plain"]
    assert len(repository.awards) == 2


@pytest.mark.parametrize("name", ["2026-06-30 Mons.yaml", "session été.yaml", "A.yaml"])
def test_an_award_files_name_is_free_otherwise(root: Path, name: str):
    write(root, f"{AWARDS}/{name}", "issued: 2026-06-30\nto: [7f3k9m2q]\n")

    repository, problems = load_repository(root)

    assert (len(repository.awards), problems) == (3, [])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("badges/x.yaml", "badges/x.yaml file-is-in-its-place: obit does not read files directly in badges/; move it to badges/x/badge.yaml"),
        ("issuers/x.yml", "issuers/x.yml file-is-in-its-place: obit does not read files directly in issuers/; move it to issuers/x/issuer.yaml"),
        ("badges/tableur-1/march.yaml", "badges/tableur-1/march.yaml file-is-in-its-place: obit reads only badge.yaml and pictures here; move it to badges/tableur-1/awards/"),
        (f"{AWARDS}/march.csv", f'{AWARDS}/march.csv file-is-in-its-place: obit reads only files that end in .yaml here; if it is an award file, rename it to "march.yaml"'),
        (f"{AWARDS}/2026/march.yaml", f"{AWARDS}/2026 file-is-in-its-place: obit does not look into folders here; move its files one level up"),
        ("badges/tableur-1/award/march.yaml", 'badges/tableur-1/award file-is-in-its-place: obit does not read a folder of this name; rename it to "awards"'),
        ("template/x.css", 'template file-is-in-its-place: obit does not read a file of this name; if it is meant for obit, rename it to "templates"'),
        ("badges/soudage/badge.yml", 'badges/soudage folder-has-its-file: the folder has no badge.yaml; rename "badge.yml" to badge.yaml'),
        ("issuers/autre/profile.yaml", "issuers/autre folder-has-its-file: the folder has no issuer.yaml; add issuer.yaml, or remove the folder"),
    ],
)  # fmt: skip
def test_a_file_out_of_its_place_is_pointed_out(root: Path, path: str, expected: str):
    write(root, path, "")

    _, problems = load_repository(root)

    assert said(problems) == [expected]


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        ".github/workflows/check.yml",
        "badges/README.md",
        "badges/.DS_Store",
        "badges/tableur-1/.notes.yaml",
        "docs/badge.yaml",
    ],
)
def test_other_files_are_left_alone(root: Path, path: str):
    write(root, path, "")

    assert load_repository(root)[1] == []


def test_templates_are_read_as_text_by_their_path(root: Path):
    write(root, "templates/award.html", "<p>{{ name }}</p>\n")
    write(root, "templates/locale/de.yaml", "home: Start\n")
    write(root, "templates/photo.jpg", "not text")

    repository, problems = load_repository(root)

    assert problems == []
    assert repository.templates == {
        "award.html": "<p>{{ name }}</p>\n",
        "locale/de.yaml": "home: Start\n",
    }


def test_an_unfinished_merge_is_recognised_in_every_file(root: Path):
    marks = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n"
    paths = [
        "badges/tableur-1/badge.yaml",
        "issuers/cefo/issuer.yaml",
        "obit.yaml",
        "recipients.csv",
    ]
    for path in paths[:2] + paths[3:]:
        write(root, path, marks)

    _, problems = load_repository(root)

    assert [(p.location.path, p.check) for p in problems] == [(p, "file-has-no-conflict-marks") for p in ("issuers/cefo/issuer.yaml", "badges/tableur-1/badge.yaml", "recipients.csv")]  # fmt: skip


def test_what_stands_where_a_code_belongs_is_not_repeated(root: Path):
    write(root, f"{AWARDS}/x.yaml", "issued: 2026-03-14\nto: [ada@example.org]\n")

    _, problems = load_repository(root)

    assert said(problems) == [f"{AWARDS}/x.yaml code-is-plain: this is not a recipient's code; use 3 to 64 letters, digits, dots, hyphens or underscores"]  # fmt: skip


FILES = {
    path.relative_to(BASE).as_posix(): path.read_bytes()
    for path in sorted(BASE.rglob("*"))
    if path.is_file()
}


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=80), st.integers(0, 120))
def test_any_damage_to_a_file_gives_problems_or_values(path: str, damage: bytes, at: int):
    data = FILES[path]

    repository, _ = read_sources({**FILES, path: data[:at] + damage + data[at + len(damage) :]})

    assert set(repository.files) <= set(FILES)


@given(st.text(max_size=90))
def test_a_suggested_name_is_plain_or_empty(name: str):
    suggested = slug_like(name)

    assert suggested == "" or to_slug(suggested) == suggested
