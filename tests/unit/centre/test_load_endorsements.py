"""Endorsements on the disk: the same care as for everything that people write."""

import shutil
from pathlib import Path

import pytest

from obit_build.centre.endorsements import MAX_BYTES
from obit_build.centre.load import load_repository

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDER = "badges/tableur-1/endorsements"
GOOD = EXAMPLES / "invalid" / "endorsement-counts-today" / "repo" / FOLDER / "cluster.json"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = shutil.copytree(EXAMPLES / "base", tmp_path / "centre")
    (root / FOLDER).mkdir()
    shutil.copy(GOOD, root / FOLDER / "cluster.json")
    return root


def said(root: Path) -> list[str]:
    _, problems = load_repository(root)
    return [f"{p.location.path} {p.check}: {p.message}; {p.fix}" for p in problems]


def test_endorsements_of_badges_and_issuers_are_read_with_their_bytes(root: Path):
    (root / "issuers/cefo/endorsements").mkdir()
    shutil.copy(GOOD, root / "issuers/cefo/endorsements/a.json")

    repository, problems = load_repository(root)

    assert problems == []
    assert repository is not None
    assert [x.path for x in repository.endorsements] == [
        f"{FOLDER}/cluster.json",
        "issuers/cefo/endorsements/a.json",
    ]
    assert {x.data for x in repository.endorsements} == {GOOD.read_bytes()}


def test_a_link_is_refused(root: Path):
    (root / FOLDER / "b.json").symlink_to(root / FOLDER / "cluster.json")

    assert said(root) == [
        (
            f"{FOLDER}/b.json file-is-not-a-link: this is a link to another place; "
            "put a copy of the file or folder here"
        )
    ]


def test_a_linked_folder_is_refused(root: Path):
    (root / "issuers/cefo/endorsements").symlink_to(root / FOLDER)

    repository, problems = load_repository(root)

    assert [p.check for p in problems] == ["file-is-not-a-link"]
    assert repository is not None
    assert len(repository.endorsements) == 1


def test_a_file_is_read_up_to_its_cap(root: Path):
    (root / FOLDER / "large.json").write_bytes(b" " * (MAX_BYTES + 1))

    assert said(root) == [
        (
            f"{FOLDER}/large.json file-is-small-enough: the file has more than {MAX_BYTES} bytes; "
            "make it smaller, or split it into several files"
        )
    ]


def test_a_file_of_another_kind_is_pointed_out(root: Path):
    (root / FOLDER / "b.yaml").write_text("name: x\n")

    assert said(root) == [
        (
            f"{FOLDER}/b.yaml file-is-in-its-place: obit reads only files that end in .json here; "
            'if it is an endorsement, rename it to "b.json"'
        )
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("badges/tableur-1/endorsement/a.json", 'rename it to "endorsements"'),
        ("issuers/cefo/Endorsements/a.json", 'rename it to "endorsements"'),
        ("badges/tableur-1/cluster.json", "move it to badges/tableur-1/endorsements/"),
        ("issuers/cefo/cluster.json", "move it to issuers/cefo/endorsements/"),
    ],
)
def test_an_endorsement_out_of_its_place_is_pointed_out(root: Path, path: str, expected: str):
    (root / path).parent.mkdir(exist_ok=True)
    shutil.copy(GOOD, root / path)

    (message,) = said(root)

    assert message.endswith(f"; {expected}")


def test_an_unfinished_merge_is_told_and_not_read_as_json(root: Path):
    (root / FOLDER / "cluster.json").write_text("<<<<<<< ours\n{}\n=======\n>>>>>>> theirs\n")

    assert [line.split(":")[0] for line in said(root)] == [
        f"{FOLDER}/cluster.json file-has-no-conflict-marks"
    ]
