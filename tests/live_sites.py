"""A published site in memory: a real ledger, its signed files, and a host that serves them."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from builders import files_of, site_inputs
from centre import (
    NOON,
    SITE,
    a_centre,
    an_award,
    decided,
    fixed_entropy,
    issue,
    ledger_files,
    signers_of,
)

from obit_build import addresses
from obit_build.auditing.audit import audit_site
from obit_build.auditing.report import AuditReport, Finding
from obit_build.auditing.subject import Known
from obit_build.errors import FetchError
from obit_build.hosting.hosts import HOSTS, headers_of, reply
from obit_build.issuing import checkpoints
from obit_build.issuing import issue as issuing
from obit_build.ledger.files import event_file
from obit_build.ledger.folder import FolderStore
from obit_build.ledger.ledger import Ledger
from obit_build.model.repository import Repository
from obit_build.network.http_answers import Answer

BASE = SITE.rstrip("/")
Change = Callable[[str, Answer], Answer]


@dataclasses.dataclass(slots=True)
class Published:
    """A site, the ledger that it was made from, and what the host does to it."""

    repository: Repository
    store: FolderStore
    ledger: Ledger
    files: dict[str, bytes]
    live: dict[str, bytes]
    """What is on the host: at first the same files."""
    change: Change = lambda _path, answer: answer
    host: str = "github-pages"
    asked: list[str] = dataclasses.field(default_factory=list)

    def get(self, url: str) -> Answer:
        """Answer as the host would."""
        self.asked.append(url)
        path = "/" + url.removeprefix(f"{BASE}/")
        host = HOSTS[self.host]
        found = reply(host, path, self.look)
        if found.location:
            headers = {"location": f"{BASE}{found.location}"}
            return self.change(path, Answer(status=found.status, headers=headers))
        sent = headers_of(host, found.file, path)
        headers = {name.lower(): value for name, value in sent.items()}
        body = self.live[found.file] if found.status == 200 else b""
        return self.change(path, Answer(status=found.status, headers=headers, body=body))

    def look(self, path: str) -> str:
        """Tell what the host has at a path."""
        if path in self.live:
            return "file"
        begin = f"{path}/" if path else ""
        return "folder" if any(name.startswith(begin) for name in self.live) else "nothing"

    def known(self, **fields: Any) -> Known:
        """Everything that the keeper of this site knows."""
        given: dict[str, Any] = {
            "ledger": self.ledger,
            "credential": lambda name: self.store.credential(name, self.ledger.awards[name].sha256),
            "status": self.store.status,
            "event": lambda number: self.store.read(event_file(number)),
            "built": tuple(sorted(self.files)),
            "read": self.files.get,
        }
        return Known(**{**given, **fields})

    def audit(self, known: Known | None = None, **fields: Any) -> AuditReport:
        """Audit the live site with all that is known."""
        given: dict[str, Any] = {"at": NOON, "get": self.get, "elsewhere": nobody}
        return audit_site(SITE, known=known or self.known(), **{**given, **fields})


def nobody(url: str) -> bytes:
    """There is no other site."""
    raise FetchError(f"{url} was asked for", fix="")


def published(folder: Path, repository: Repository | None = None, **fields: Any) -> Published:
    """Issue and build a centre's awards: one good, one revoked, one suspended."""
    repository = repository or a_centre(
        [
            an_award(visibility="public"),
            an_award("2m8qa4xd", revoked=decided()),
            an_award("p0q9r8s7", badge="reseaux", suspended=decided()),
        ]
    )
    store = FolderStore(folder / "ledger")
    return built(repository, store, issued(repository, store, **fields))


def issued(repository: Repository, store: FolderStore, **fields: Any) -> Ledger:
    """Issue and sign where the ledger stands."""
    signers = signers_of()
    ledger = issue(repository, store, signers, **fields)
    run = issuing.Circumstances(
        at=NOON, main="c0ffee", mode=ledger.mode, signers=signers, entropy=fixed_entropy
    )
    checkpoints.sign_checkpoint(store, ledger, run)
    return ledger


def built(repository: Repository, store: FolderStore, ledger: Ledger) -> Published:
    """Build the site of a ledger and put it on a host."""
    lists = {
        path.removeprefix("state/"): data
        for path, data in ledger_files(store).items()
        if path.startswith("state/status/")
    }
    inputs = site_inputs(
        repository,
        ledger=ledger,
        credential=lambda name: store.credential(name, ledger.awards[name].sha256),
        status_lists=lists,
        log={
            addresses.CHECKPOINT: store.checkpoint(),
            addresses.PROVENANCE: json.dumps(
                {
                    "main": "c0ffee",
                    "ledger": {"commit": None, "size": ledger.size, "head": ledger.head},
                    "obit": "0",
                    "mode": "live",
                }
            ).encode(),
        },
    )
    files = files_of(inputs)
    return Published(repository, store, ledger, files, dict(files))


def findings(report: AuditReport, *outcomes: str) -> list[tuple[str, str]]:
    """List step and message of the findings with these outcomes."""
    return [
        (step.name, finding.message)
        for step in report.steps
        for finding in step.findings
        if finding.outcome in outcomes
    ]


def wrong(report: AuditReport) -> list[tuple[str, str]]:
    """List what is wrong or not known."""
    return findings(report, "failed", "unknown")


def of_step(report: AuditReport, name: str) -> list[Finding]:
    """List the findings of one step."""
    return [f for step in report.steps if step.name == name for f in step.findings]


def replaced(answers: Mapping[str, Answer]) -> Change:
    """Answer some paths otherwise."""
    return lambda path, answer: answers.get(path.removeprefix("/"), answer)
