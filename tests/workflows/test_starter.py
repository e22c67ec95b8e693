"""What a centre begins with: it is checked, it names the tool's bytes, and it runs what is tested here."""

import difflib
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from warm import program
from workflow_files import FORGEJO, GITHUB, GITLAB, PROJECT

FORGES = ("github", "gitlab", "forgejo")
SHIPPED = {
    "github": {f".github/workflows/{path.name}": path for path in GITHUB},
    "gitlab": {".gitlab-ci.yml": GITLAB},
    "forgejo": {f".forgejo/workflows/{path.name}": path for path in FORGEJO},
}
WHEEL = b"not really a wheel, but bytes with a digest"


@pytest.fixture(params=FORGES)
def starter(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    wheel = tmp_path / "obit_build-1.2.3-py3-none-any.whl"
    wheel.write_bytes(WHEEL)
    folder = tmp_path / "centre"
    done = write(request.param, wheel, folder)
    assert (done.returncode, done.stderr) == (0, "")
    return request.param, folder


def write(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, PROJECT / "scripts" / "write_starter.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def obit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program(), "-C", folder, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_its_files_have_no_mistakes_and_make_a_site(starter: tuple[str, Path]):
    _, folder = starter

    checked = obit(folder, "check", "--strict")
    built = obit(folder, "build", "--preview", "--out", "build/preview")

    assert checked.stdout == "no errors, no warnings in 6 files\n"
    assert built.returncode == 0, built.stderr
    assert (folder / "build/preview/badges/first-badge/index.html").is_file()


def test_it_holds_data_and_no_program(starter: tuple[str, Path]):
    forge, folder = starter

    files = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )

    assert files == sorted(
        [
            *(f".{forge}/CODEOWNERS", ".gitignore", "README.md", "obit.yaml", "recipients.csv"),
            *("badges/first-badge/badge.yaml", "badges/first-badge/image.svg"),
            *("issuers/our-centre/issuer.yaml", "requirements/run.lock"),
            *(path for path in SHIPPED[forge] if not path.endswith(("ci.yml", "release.yml"))),
            *([".gitlab-ci.yml"] if forge == "gitlab" else []),
        ]
    )


def test_its_workflows_are_the_shipped_ones_but_for_where_obit_comes_from(
    starter: tuple[str, Path],
):
    forge, folder = starter
    for name, shipped in SHIPPED[forge].items():
        if shipped.name in ("ci.yml", "release.yml"):
            continue
        written = (folder / name).read_text(encoding="utf-8").splitlines()

        changed = difflib.ndiff(shipped.read_text(encoding="utf-8").splitlines(), written)

        assert [line[2:] for line in changed if line.startswith("+ ")] == [
            '  OBIT_SOURCE: "" # the lock file names the released obit-build'
        ]


def test_doctor_finds_in_it_only_what_the_centre_has_to_fill_in(starter: tuple[str, Path]):
    forge, folder = starter

    done = obit(folder, "doctor", "--offline", "--format", "json")

    assert {symptom["name"] for symptom in json.loads(done.stdout)["symptoms"]} == {
        "folder-is-a-repository",
        "libraries-are-those-of-the-lock-file",  # its obit 1.2.3 does not exist
        "address-is-a-real-one",
        "weaknesses-can-be-reported",
        *(["environments-are-protected"] if forge == "github" else []),
    }


def test_its_lock_names_the_bytes_of_obit_and_of_all_that_it_needs(starter: tuple[str, Path]):
    _, folder = starter

    lock = (folder / "requirements/run.lock").read_text(encoding="utf-8")

    digest = hashlib.sha256(WHEEL).hexdigest()
    assert f"obit-build==1.2.3 \\\n    --hash=sha256:{digest}\n" in lock
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    names = [entry.partition("==")[0] for entry in entries]
    declared = re.findall(
        r'^    "([a-z0-9-]+)>=',
        (PROJECT / "pyproject.toml").read_text().partition("[project.opt")[0],
        re.MULTILINE,
    )
    assert set(declared) <= set(names)
    assert {"hatchling", "editables", "pluggy"} & set(names) == set()


def test_pip_accepts_the_lock(starter: tuple[str, Path]):
    """It reads every line and finds all of it installed already, but obit 1.2.3, which does not exist."""
    _, folder = starter

    strictly = ("--dry-run", "--no-index", "--require-hashes", "--only-binary", ":all:")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *strictly, "-r", folder / "requirements/run.lock"],
        capture_output=True,
        text=True,
        check=False,
        env={"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PATH": "/usr/bin:/bin"},
    )

    assert "obit-build==1.2.3" in done.stderr
    assert "Invalid requirement" not in done.stderr
    assert "hashes are required" not in done.stderr


def test_a_file_that_is_no_wheel_of_obit_is_refused(tmp_path: Path):
    wheel = tmp_path / "other-1.0-py3-none-any.whl"
    wheel.touch()

    done = write("github", wheel, tmp_path / "centre")

    assert done.returncode == 1
    assert done.stderr == (
        "other-1.0-py3-none-any.whl is not a wheel of obit; build one with: hatchling build\n"
    )


def test_an_unknown_forge_is_refused(tmp_path: Path):
    assert "usage: python scripts/write_starter.py" in write("svn", "x", tmp_path / "y").stderr


def owner_of(path: str, owners: str) -> tuple[str, str]:
    """Return the last rule that fits a path, as forges do, and whom it names."""
    found = ("", "")
    for line in owners.splitlines():
        rule, _, who = line.partition(" ")
        if not rule or rule.startswith("#"):
            continue
        below = rule.endswith("/") and f"/{path}".startswith(rule)
        if below or rule in ("*", f"/{path}"):
            found = (rule, who.strip())
    return found


def test_forgejo_is_told_the_owners_as_expressions_that_fit_whole_paths(tmp_path: Path):
    wheel = tmp_path / "obit_build-1.2.3-py3-none-any.whl"
    wheel.write_bytes(WHEEL)
    plain = (PROJECT / "docs/recipes/starter/CODEOWNERS").read_text(encoding="utf-8")

    write("forgejo", wheel, tmp_path / "forgejo")
    write("github", wheel, tmp_path / "github")

    assert (tmp_path / "github/.github/CODEOWNERS").read_text(encoding="utf-8") == plain
    rules = [
        line.split()
        for line in (tmp_path / "forgejo/.forgejo/CODEOWNERS").read_text().splitlines()
        if not line.startswith("#")
    ]
    assert rules == [
        [".*", "@our-organisation/badge-technicians"],
        [r"\\.forgejo/.*", "@our-organisation/badge-technicians"],
        [r"obit\\.yaml", "@our-organisation/badge-technicians"],
        ["requirements/.*", "@our-organisation/badge-technicians"],
        ["badges/.*", "@our-organisation/assessors"],
        ["issuers/our-centre/.*", "@our-organisation/management"],
        [r"recipients\\.csv", "@our-organisation/assessors"],
    ]


CONTENT = (
    "badges",
    "issuers",
    "pathways",
    "requirements",
    ".github",
    "obit.yaml",
    "recipients.csv",
)


@pytest.mark.parametrize("where", ["here", "starter"])
def test_every_file_of_the_content_has_an_owner_of_its_own(where: str):
    root = PROJECT if where == "here" else PROJECT / "docs/recipes/starter"
    owners = (root / (".github/CODEOWNERS" if where == "here" else "CODEOWNERS")).read_text()
    general = {"*"} if where == "here" else set()
    paths = [
        path.relative_to(root).as_posix()
        for name in CONTENT
        for path in [root / name, *(root / name).rglob("*")]
        if path.is_file()
    ]

    assert [path for path in paths if owner_of(path, owners)[0] in general] == []
    assert [path for path in paths if not owner_of(path, owners)[1].startswith("@")] == []


def test_content_and_what_runs_beside_the_key_have_different_owners():
    owners = (PROJECT / ".github/CODEOWNERS").read_text(encoding="utf-8")

    award = owner_of("badges/gestion-de-pare-feu/awards/2026.yaml", owners)
    workflow = owner_of(".github/workflows/publish.yml", owners)

    assert award == ("/badges/", "@open-badges-for-it/assessors")
    assert workflow == ("/.github/", "@open-badges-for-it/technicians")
    assert owner_of("obit_build/issuing/signing.py", owners) == (
        "*",
        "@open-badges-for-it/technicians",
    )


def policies() -> dict[str, dict]:
    page = (PROJECT / "docs/how-to/start-a-centre.md").read_text(encoding="utf-8")
    found = re.findall(r"^```json policy=(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return {name: json.loads(text) for name, text in found}


def test_the_clouds_policies_name_one_environment_two_actions_and_one_key():
    trust, key = (policies()[name]["Statement"] for name in ("trust", "key"))

    assert [list(each["Condition"]) for each in trust] == [["StringEquals"]]
    conditions = trust[0]["Condition"]["StringEquals"].values()
    assert sorted(conditions) == ["repo:ORG/REPO:environment:obit-signing", "sts.amazonaws.com"]
    assert [each["Action"] for each in key] == [["kms:GetPublicKey", "kms:Sign"]]
    assert "*" not in json.dumps(policies())
