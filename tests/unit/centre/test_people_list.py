"""A people list that is kept apart from the repository: found, refused, or absent."""

import shutil
from pathlib import Path

import pytest

from obit_build.centre.load import load_repository
from obit_build.checks import run_checks
from obit_build.problems import Problem

BASE = Path(__file__).parents[2] / "examples" / "base"
LIST = (BASE / "recipients.csv").read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A centre without a people list beside obit.yaml, and a vault with it."""
    root = shutil.copytree(BASE, tmp_path / "centre")
    (tmp_path / "vault").mkdir()
    (root / "recipients.csv").rename(tmp_path / "vault" / "people.csv")
    return root


def name_it(root: Path, place: str) -> None:
    with (root / "obit.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"recipients: {place}\n")


def read(root: Path, elsewhere: str | None = None):
    repository, problems = load_repository(root, elsewhere)
    assert repository is not None
    return repository, problems


def said(problems: list[Problem]) -> list[str]:
    return [f"{p.location} {p.check}: {p.message}; {p.fix}" for p in problems]


@pytest.mark.parametrize("absolute", [False, True])
def test_a_list_that_obit_yaml_names_is_read(root: Path, *, absolute: bool):
    name_it(root, str(root.parent / "vault/people.csv") if absolute else "../vault/people.csv")

    repository, problems = read(root)

    assert problems == []
    assert list(repository.recipients) == ["7f3k9m2q", "2m8qa4xd"]
    assert not repository.people_absent
    assert repository.recipients["7f3k9m2q"].location.path == "recipients.csv"


def test_the_environment_wins_over_obit_yaml(root: Path, at):
    name_it(root, "../vault/people.csv")
    (root.parent / "other.csv").write_text("code,name\n9x0zd7wh,Cy Exemple\n")

    repository, problems = read(root, "../other.csv")

    assert problems == []
    assert list(repository.recipients) == ["9x0zd7wh"]
    assert [p.check for p in run_checks(repository, at=at)] == ["award-names-a-known-recipient"] * 2


def test_a_list_behind_a_link_of_its_owner_is_read(root: Path):
    (root.parent / "link.csv").symlink_to(root.parent / "vault" / "people.csv")

    repository, problems = read(root, str(root.parent / "link.csv"))

    assert problems == []
    assert list(repository.recipients) == ["7f3k9m2q", "2m8qa4xd"]


def test_without_the_list_codes_are_taken_as_they_are(root: Path, at):
    name_it(root, "../nowhere/people.csv")

    repository, problems = read(root)

    assert problems == []
    assert repository.people_absent
    assert run_checks(repository, at=at) == []


def test_without_the_list_codes_in_the_repository_are_looked_up(root: Path, at):
    name_it(root, "../nowhere/people.csv")
    (root / "recipients.csv").write_text("code\n7f3k9m2q\n")

    repository, problems = read(root)

    assert problems == []
    assert repository.people_absent
    assert [p.message for p in run_checks(repository, at=at)] == [
        'the code "2m8qa4xd" is not in recipients.csv'
    ]


def test_the_full_list_wins_over_codes_in_the_repository(root: Path):
    name_it(root, "../vault/people.csv")
    (root / "recipients.csv").write_text("code\n7f3k9m2q\n")

    repository, problems = read(root)

    assert problems == []
    assert repository.recipients["2m8qa4xd"].email == "bo@example.org"


@pytest.mark.parametrize("here", [True, False])
def test_a_second_list_in_the_repository_may_name_nobody(root: Path, *, here: bool):
    name_it(root, "../vault/people.csv" if here else "../nowhere/people.csv")
    (root / "recipients.csv").write_text(LIST, encoding="utf-8")

    _, problems = read(root)

    (one,) = said(problems)
    assert one == (
        "recipients.csv:1:1 public-people-list-has-codes-alone: the people list is kept elsewhere, and "
        'here is one that has more than codes; remove it, or leave it the column "code" alone'
    )


def test_a_list_that_the_environment_names_has_to_be_there(root: Path):
    _, problems = read(root, "../vault/peeple.csv")

    (one,) = said(problems)
    assert one == (
        "recipients.csv:1:1 file-is-readable: the file can't be read: no such file or directory; "
        "check its permissions"
    )


@pytest.mark.parametrize("place", ["https://vault.example.org/people.csv", "s3://vault/people.csv"])
def test_an_address_is_refused(root: Path, place: str):
    _, by_environment = read(root, place)
    name_it(root, place)
    _, by_settings = read(root)

    fix = "get the file first, then write its path, like ../vault/recipients.csv"
    assert said(by_environment) == [
        f"recipients.csv:1:1 people-list-is-a-file: the variable OBIT_RECIPIENTS holds an address; {fix}"
    ]
    assert said(by_settings) == [
        f"obit.yaml:4:13 people-list-is-a-file: the people list can't be read from an address; {fix}"
    ]


def test_a_folder_is_no_list(root: Path):
    _, problems = read(root, "../vault")

    assert [p.check for p in problems] in (["file-is-readable"], ["file-is-a-regular-file"])


def test_a_list_that_is_too_large_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("obit_build.centre.load.MAX_PEOPLE_BYTES", 20)

    _, problems = read(root, "../vault/people.csv")

    assert [p.check for p in problems] == ["file-is-small-enough"]


def test_naming_the_file_beside_obit_yaml_is_the_same_as_naming_none(root: Path):
    (root / "recipients.csv").write_text(LIST, encoding="utf-8")
    name_it(root, "recipients.csv")

    repository, problems = read(root)

    assert problems == []
    assert not repository.people_absent
    assert len(repository.recipients) == 2
