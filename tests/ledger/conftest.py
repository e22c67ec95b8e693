"""A centre under Git: a clone, its bare remote on disk, a key, and obit as an installed command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from running import Done, run

AT = "2026-11-21T12:00:00Z"
COMMITTED = "2026-11-20T08:00:00Z"
IDENTITY = {
    "GIT_AUTHOR_NAME": "Centre", "GIT_AUTHOR_EMAIL": "centre@example.org",
    "GIT_COMMITTER_NAME": "Centre", "GIT_COMMITTER_EMAIL": "centre@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder: Path, *arguments: str, date: str = COMMITTED, **environment: str) -> str:
    """Run git as the centre's people do; return what it said."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, **IDENTITY, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def program(path: Path, text: str) -> Path:
    """Write a program."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)
    return path


class Centre:
    """One clone of a centre's repository."""

    def __init__(self, root: Path, remote: Path, pem: str) -> None:
        self.root, self.remote, self.pem = root, remote, pem

    def obit(self, *arguments: str, **environment: str) -> Done:
        """Run obit in the clone."""
        return run(self.root, *arguments, **{**IDENTITY, "OBIT_KEY": self.pem, **environment})

    def issue(self, *arguments: str, **environment: str) -> Done:
        """Issue without asking a live site."""
        return self.obit("issue", "--live", "none", "--at", AT, *arguments, **environment)

    def build(self, *arguments: str) -> Done:
        """Build without any key."""
        return run(self.root, "build", "--at", AT, *arguments, **IDENTITY)

    def git(self, *arguments: str, **named: str) -> str:
        """Run git in the clone."""
        return git(self.root, *arguments, **named)

    def award(self, *codes: str, day: str = "2026-05-02", date: str = COMMITTED) -> None:
        """Award the badge to some people, and commit it."""
        lines = "".join(f"  - {code}\n" for code in codes)
        file = self.root / f"badges/tableur-1/awards/{day}.yaml"
        file.write_text(f"issued: {day}\nto:\n{lines}")
        self.commit(f"Award {day}", date=date)

    def commit(self, message: str, *, date: str = COMMITTED) -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-qm", message, date=date)

    @property
    def tip(self) -> str:
        """The ledger's commit on the remote; empty if there is none."""
        return git(self.remote, "for-each-ref", "--format=%(objectname)", "refs/heads/obit-ledger")

    def events(self) -> list[str]:
        """The names of the ledger's events on the remote."""
        return git(self.remote, "ls-tree", "--name-only", "obit-ledger", "log/").split()

    def clone(self, root: Path) -> "Centre":
        """Make a further clone, as another runner has it."""
        git(root.parent, "clone", "-q", str(self.root), root.name)
        git(root, "remote", "set-url", "origin", str(self.remote))
        (root / ".obit").mkdir()
        return Centre(root, self.remote, self.pem)


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    """A centre whose ledger is the branch obit-ledger of its own remote."""
    return a_centre(tmp_path)


def a_centre(tmp_path: Path, *, object_format: str = "sha1") -> Centre:
    """Make a centre with one badge, two awards and a published key."""
    root, remote = tmp_path / "centre", tmp_path / "remote.git"
    root.mkdir()
    git(
        tmp_path,
        "init",
        "-q",
        "--bare",
        "-b",
        "main",
        f"--object-format={object_format}",
        remote.name,
    )
    key = tmp_path / "key.pem"
    public = run(root, "key", "new", str(key)).out.strip()
    _write_files(root, public)
    git(root, "init", "-q", "-b", "main", f"--object-format={object_format}")
    git(root, "remote", "add", "origin", str(remote))
    centre = Centre(root, remote, key.read_text())
    centre.commit("Begin")
    git(root, "push", "-q", "origin", "main")
    return centre


def _write_files(root: Path, public: str) -> None:
    files = {
        "obit.yaml": "site: https://badges.example.org/\nlanguages: [fr]\nledger:\n  at: git:origin\n"
        f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n",
        ".gitignore": ".obit/\nbuild/\n",
        "issuers/centre/issuer.yaml": "name: Centre d'essai\n",
        "badges/tableur-1/badge.yaml": "name: Tableur 1\ndescription: Sait construire un tableau.\n"
        "criteria: Réussir l'épreuve.\nimage: image.svg\n",
        "badges/tableur-1/image.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600">'
        '<circle cx="300" cy="300" r="280" fill="#0a5"/></svg>\n',
        "badges/tableur-1/awards/2026-03-14.yaml": "issued: 2026-03-14\nto:\n  - 7f3k9m2q\n  - 2m8qa4xd\n",
        "recipients.csv": "code,name,email,language,show_name,consent_date\n"
        "7f3k9m2q,Zebedee Quux,zq-7f3a@example.org,fr,no,\n2m8qa4xd,,,,,\np0q9r8s7,,,,,\n",
    }  # fmt: skip
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def copied(template: Centre, target: Path) -> Centre:
    """Copy a centre with its remote, so that each test has its own."""
    root, remote = target / template.root.name, target / template.remote.name
    shutil.copytree(template.root, root, symlinks=True)
    shutil.copytree(template.remote, remote, symlinks=True)
    git(root, "remote", "set-url", "origin", str(remote))
    return Centre(root, remote, template.pem)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Centre, Centre]:
    """A centre that has issued its first awards and pinned its ledger; the same with a site."""
    centre = a_centre(tmp_path_factory.mktemp("begun"))
    said = centre.issue()
    assert said.code == 0, said.err
    genesis = said.err.partition("genesis: ")[2].split()[0]
    settings = centre.root / "obit.yaml"
    settings.write_text(
        settings.read_text().replace("at: git:origin\n", f"at: git:origin\n  genesis: {genesis}\n")
    )
    centre.commit("Pin the ledger")
    built = copied(centre, tmp_path_factory.mktemp("built"))
    assert built.build().code == 0
    return centre, built


@pytest.fixture
def begun(templates: tuple[Centre, Centre], tmp_path: Path) -> Centre:
    """A centre that has issued its first awards and pinned its ledger."""
    return copied(templates[0], tmp_path)


@pytest.fixture
def built(templates: tuple[Centre, Centre], tmp_path: Path) -> Centre:
    """A centre whose site was built."""
    return copied(templates[1], tmp_path)


@pytest.fixture
def published(built: Centre) -> Centre:
    """A centre whose site was built; one more award waits."""
    built.award("p0q9r8s7")
    return built
