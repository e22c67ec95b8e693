"""Sites to judge, and the judges: programs of their own that are fed JSON lines.

The sites are the repository's own sample and ``everything/``, which uses every field. No judge can
reach a network.
"""

import datetime
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warm import program

from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import Ledger

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
PYTHON = REPOSITORY / ".venv-judges" / "bin" / "python"
AT = "2026-11-21T12:00:00Z"
NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
Report = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A built site and the folder that it was built from."""

    root: Path
    build: Path
    ledger: Ledger

    def credential_text(self, award_id: str) -> str:
        return (self.build / "awards" / award_id / "credential.json").read_text("utf-8")

    def credentials(self) -> dict[str, str]:
        """Return award id → the credential's JSON text."""
        return {award_id: self.credential_text(award_id) for award_id in self.ledger.awards}

    def tokens(self) -> dict[str, str]:
        """Return award id → the credential as a JWT, for the awards that have one."""
        return {
            path.parent.name: path.read_text("utf-8")
            for path in sorted(self.build.glob("awards/*/credential.jwt"))
        }

    def lists(self) -> dict[str, str]:
        """Return path → JSON text of every status list."""
        return {
            path.relative_to(self.build).as_posix(): path.read_text("utf-8")
            for path in sorted(self.build.glob("status/*/*.json"))
        }

    def endorsements(self) -> dict[str, str]:
        """Return path → JSON text of every published endorsement."""
        return {
            path.relative_to(self.build).as_posix(): path.read_text("utf-8")
            for path in sorted(self.build.glob("**/endorsements/*.json"))
        }


def built(source: Path, root: Path) -> Site:
    """Copy a repository's own files and build its site."""
    for name in ("obit.yaml", "recipients.csv"):
        shutil.copy2(source / name, root)
    for name in ("badges", "issuers", "pathways", "frameworks", "templates"):
        if (source / name).is_dir():
            shutil.copytree(source / name, root / name)
    obit = program()
    command = [obit, "-C", root, "build", "--out", root / "build", "--at", AT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"obit build failed:\n{done.stdout}{done.stderr}"
    ledger = FolderStore(root / ".obit" / "preview").replay().ledger()
    return Site(root=root, build=root / "build", ledger=ledger)


class Judge:
    """Runs judge.mjs: Digital Bazaar's verifier, without a network."""

    def __init__(self, node: str) -> None:
        self._node = node

    def site(self, site: Site) -> list[Report]:
        """Judge all credentials and status lists of a site."""
        return self._run(site, None)

    def these(self, site: Site, texts: Mapping[str, str]) -> dict[str, Report]:
        """Judge credentials given as ``{name: JSON text}``, as if the site had issued them."""
        lines = [{"name": name, "text": text} for name, text in texts.items()]
        reports = self._run(site, lines)
        assert [report["name"] for report in reports] == list(texts), "the judge lost a case"
        return {report["name"]: report for report in reports}

    def _run(self, site: Site, lines: Iterable[Any] | None) -> list[Report]:
        options = ["--now", AT, "--json", *(["--stdin"] if lines is not None else [])]
        done = subprocess.run(
            [self._node, HERE / "judge.mjs", site.build, site.ledger.site, *options],
            input="".join(json.dumps(line) + "\n" for line in lines or ()),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode in (0, 1), f"the judge stopped:\n{done.stderr}"
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        assert "summary" in reports.pop(), f"the judge stopped:\n{done.stderr}"
        return reports


class Program:
    """A judge that answers each JSON line with one of the same name."""

    def __init__(self, *command: str | Path) -> None:
        self._command = command

    def __call__(self, site: Site, cases: Mapping[str, Mapping[str, Any]]) -> dict[str, Report]:
        """Judge ``{name: case}`` as if the site were on the web."""
        return self._run([site.build, site.ledger.site, AT], cases)

    def texts(self, site: Site, texts: Mapping[str, str]) -> dict[str, Report]:
        """Judge credentials or status lists given as ``{name: JSON text or JWT}``."""
        return self(site, {name: {"text": text} for name, text in texts.items()})

    def without_site(self, cases: Mapping[str, Mapping[str, Any]]) -> dict[str, Report]:
        return self._run([], cases)

    def _run(self, more: list[Any], cases: Mapping[str, Mapping[str, Any]]) -> dict[str, Report]:
        lines = "".join(json.dumps({"name": name, **case}) + "\n" for name, case in cases.items())
        done = subprocess.run(
            [*self._command, *more],
            input=lines,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"the judge stopped:\n{done.stderr}"
        # Only at "\n": str.splitlines also breaks at characters that JSON allows in strings.
        reports = [json.loads(line) for line in done.stdout.split("\n") if line]
        found = {report["name"]: report for report in reports if report["name"] is not None}
        assert list(found) == list(cases), "the judge lost a case"
        return found


def node_judge(script: str) -> Program:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / ".done").is_file():
        pytest.fail("run make test once: it installs Node.js and its packages", pytrace=False)
    return Program(node, HERE / script)


def python_judge(script: str) -> Program:
    if not (PYTHON.parents[1] / ".done").is_file():
        pytest.fail("run make test once: it installs the judges' environment", pytrace=False)
    return Program(PYTHON, HERE / script)
