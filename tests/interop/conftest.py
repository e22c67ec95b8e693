"""What the interoperability tests share: two built sites, the judges, and the tally of verdicts."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from judging import HERE, REPOSITORY, Judge, Program, Site, built, node_judge, python_judge

TALLY = "OBIT_INTEROP_TALLY"
"""Names a folder into which each test writes what its judges found; see scripts/write_interoperability.py."""


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory) -> Site:
    return built(REPOSITORY, tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def everything_site(tmp_path_factory) -> Site:
    return built(HERE / "everything", tmp_path_factory.mktemp("everything"))


@pytest.fixture(scope="session", params=["sample", "everything"])
def site(request) -> Site:
    """Each of the two sites in turn."""
    found: Site = request.getfixturevalue(f"{request.param}_site")
    return found


@pytest.fixture(scope="session")
def judge() -> Judge:
    node = shutil.which("node")
    if node is None:
        pytest.fail("install Node.js 20 or newer, then run make test", pytrace=False)
    if not (HERE / "node_modules" / "@digitalbazaar" / "vc" / "package.json").is_file():
        pytest.fail("run make test once: it installs the Node packages", pytrace=False)
    return Judge(node)


@pytest.fixture(scope="session")
def judges() -> dict[str, Program]:
    """Everyone who judges whole credentials, beside Digital Bazaar: package name → program."""
    return {
        "@digitalcredentials/verifier-core": node_judge("judge_verifier_core.mjs"),
        "openbadgeslib": python_judge("judge_openbadgeslib.py"),
        "openvc-core": python_judge("judge_openvc.py"),
    }


Tally = Callable[..., None]


@pytest.fixture
def tally() -> Tally:
    """A function that notes what a judge said, for docs/reference/interoperability.md.

    ``tally(package, what, cases, explained={sentence: number of cases})``: of all cases, the
    explained ones differ, and all others agree; a difference that is not explained fails its test.
    """
    folder = os.environ.get(TALLY)

    def note(package: str, what: str, cases: int, explained: Mapping[str, int] = {}) -> None:
        line = {"package": package, "what": what, "cases": cases, "explained": dict(explained)}
        if folder:
            with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return note
