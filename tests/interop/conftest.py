"""What the interoperability tests share: the repository's own site, built once, and the judge."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from obit_build.ledger import Ledger
from obit_build.ledger_store import FolderStore

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
AT = "2026-11-21T12:00:00Z"
Report = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A built site and the folder that it was built from."""

    root: Path
    build: Path
    ledger: Ledger

    def credential_text(self, award_id: str) -> str:
        return (self.build / "awards" / award_id / "credential.json").read_text("utf-8")


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory) -> Site:
    root = tmp_path_factory.mktemp("sample")
    for name in ("obit.yaml", "recipients.csv"):
        shutil.copy2(REPOSITORY / name, root)
    for name in ("badges", "issuers"):
        shutil.copytree(REPOSITORY / name, root / name)
    obit = Path(sys.executable).with_name("obit")
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


@pytest.fixture(scope="session")
def judge() -> Judge:
    node = shutil.which("node")
    if node is None:
        pytest.fail("install Node.js 20 or newer, then run make test", pytrace=False)
    if not (HERE / "node_modules" / "@digitalbazaar" / "vc" / "package.json").is_file():
        pytest.fail("run make test once: it installs the Node packages", pytrace=False)
    return Judge(node)
