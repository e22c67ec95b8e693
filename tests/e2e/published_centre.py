"""A centre on a forge: a public repository, a private vault, a key in a safe, people who change files.

It is begun as the documentation says: from the starter, with the settings of
docs/how-to/start-a-centre.md.
"""

import datetime
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from forge import Event, Forge, RunDone
from forge_actions import forge_with_actions
from git_repository import begin, commit, git
from running import Done, run
from sample import PROJECT
from ssh_people import a_person
from warm import program

from obit_build.hosting.hosts import HOSTS
from obit_build.hosting.serve import start

CENTRE, VAULT = "org/centre", "org/vault"
SITE = "https://badges.example.org/"
CODES = {"ada": "7f3k9m2q", "bob": "2m8qa4xd", "eve": "p0q9r8s7"}
NAMES = {"ada": "Zéphyrine Canari-Témoin", "bob": "Wout Voorbeeld", "eve": "Ève Exemplaire"}
HEAD = "code,name,email,language,show_name,consent_date\n"
FIRST = datetime.timedelta(days=6, hours=12)
"""How long ago the story begins: what is signed then is still fresh at its end."""
AWARDS = "badges/first-badge/awards"


def now() -> datetime.datetime:
    """Read the clock: obit refuses commits from the future, and lists from long ago have ended."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)  # noqa: TID251 - see above


def address(who: str) -> str:
    """Return somebody's e-mail address."""
    return f"{who}.canary-{CODES[who]}@private.example"


@dataclass
class Pull:
    """A pull request."""

    number: int
    branch: str
    merged: str
    """The commit that merging it would make."""


class Centre:
    """A centre, its forge and its clock: each change is dated a little later than the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.forge = forge_with_actions(folder / "forge", program())
        self.desk, self.vault = folder / "desk", folder / "vault"
        self.trainer, self.jury = (a_person(folder / "ssh", name) for name in ("trainer", "jury"))
        self.clock = now() - FIRST
        self.began = self.clock
        self.said: list[str] = []
        """What commands on the desk have printed."""
        self._pulls = 0

    # The centre's computers

    def obit(self, *arguments: str, **environment: str) -> Done:
        """Run obit on the desk, where the vault is a folder beside it."""
        people = {"OBIT_RECIPIENTS": str(self.vault / "recipients.csv")}
        done = run(self.desk, *arguments, **{**people, **environment})
        self.said += [done.out, done.err]
        return done

    def day(self, number: int) -> None:
        """Let it be ``number`` days after the story's beginning."""
        self.clock = max(self.clock, self.began + datetime.timedelta(days=number))

    @property
    def today(self) -> str:
        """The date."""
        return self.clock.date().isoformat()

    def commit(self, folder: Path, message: str) -> str:
        """Commit everything in a clone, a minute after the last commit."""
        self.clock += datetime.timedelta(minutes=1)
        return commit(folder, message, **self._dates())

    def _dates(self) -> dict[str, str]:
        stamp = self.clock.isoformat()
        return {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}

    def write(self, path: str, text: str) -> None:
        """Write a file of the public repository."""
        file = self.desk / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Edit a file of the public repository."""
        text = (self.desk / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, (old, text)
        self.write(path, text.replace(old, new))

    def keep_vault(self, message: str) -> None:
        """Commit and push what was changed in the vault."""
        self.commit(self.vault, message)
        git(self.vault, "push", "-q", "origin", "main")

    def approve(self, file: str) -> None:
        """Let the jury sign a file of awards."""
        done = self.obit("approve", "--yes", "--key", str(self.jury.path), file)
        assert done.code == 0, done.err

    # The forge

    def propose(self, branch: str, change: Callable[[], None]) -> Pull:
        """Make a change on a branch from main and open a pull request."""
        git(self.desk, "checkout", "-q", "-B", branch, "main")
        change()
        self._pulls += 1
        return self._pushed(self._pulls, branch, "Propose a change")

    def amend(self, pull: Pull, change: Callable[[], None]) -> Pull:
        """Add a commit to a pull request."""
        git(self.desk, "checkout", "-q", pull.branch)
        change()
        return self._pushed(pull.number, pull.branch, "Mend it")

    def _pushed(self, number: int, branch: str, message: str) -> Pull:
        self.commit(self.desk, message)
        git(self.desk, "push", "-q", "--force", "origin", branch)
        merged = self._merged(number, branch)
        git(self.desk, "push", "-q", "--force", "origin", f"{merged}:refs/pull/{number}/merge")
        return Pull(number, branch, merged)

    def _merged(self, number: int, branch: str) -> str:
        """Make the commit that merging would make, as the forge does for the checks."""
        tree = git(self.desk, "rev-parse", f"{branch}^{{tree}}")  # branches come from main's tip
        self.clock += datetime.timedelta(minutes=1)
        message = f"Merge pull request #{number}"
        parents = ["-p", "main", "-p", branch]
        return git(self.desk, "commit-tree", tree, *parents, "-m", message, **self._dates())

    def check(self, pull: Pull) -> RunDone:
        """Play the workflow that looks at a pull request."""
        payload = {
            "pull_request": {
                "number": str(pull.number),
                "head": {"repo": {"full_name": CENTRE}},
            }
        }
        ref = f"refs/pull/{pull.number}/merge"
        return self.forge.play(
            "check.yml", Event("pull_request", CENTRE, pull.merged, ref, payload)
        )

    def merge(self, pull: Pull) -> str:
        """Merge a pull request on the forge; return the commit."""
        git(self.desk, "push", "-q", "origin", f"{pull.merged}:refs/heads/main")
        git(self.desk, "checkout", "-q", "-B", "main", pull.merged)
        return pull.merged

    def change_main(self, change: Callable[[], None], *, approved: str = "") -> None:
        """Propose a change, have it checked, perhaps a file of awards approved, and merge it."""
        pull = self.propose(f"change-{self._pulls}", change)
        if approved:
            pull = self.amend(pull, lambda: self.approve(approved))
        checked = self.check(pull)
        assert checked.results == {"check": "success", "comment": "success"}, checked.log
        self.merge(pull)

    def publish(self, event: str = "push", watch: Callable[[str], None] | None = None) -> RunDone:
        """Play the workflow that issues and publishes what is on main."""
        sha = git(self.forge.repositories[CENTRE], "rev-parse", "refs/heads/main")
        happened = Event(event, CENTRE, sha, payload={"repository": {"visibility": "public"}})
        return self.forge.play("publish.yml", happened, *([watch] if watch else []))

    def audit(self) -> RunDone:
        """Play the workflow that looks at the site, as its schedule does four times a day."""
        sha = git(self.forge.repositories[CENTRE], "rev-parse", "refs/heads/main")
        return self.forge.play("audit.yml", Event("schedule", CENTRE, sha))

    def publish_twice_at_once(self, meet: str) -> list[RunDone]:
        """Publish in two runs at the same time, both of which begin the step ``meet`` together."""
        gate = threading.Barrier(2)
        done: list[RunDone] = []

        def play() -> None:
            done.append(self.publish(watch=lambda step: gate.wait(120) if step == meet else None))

        runs = [threading.Thread(target=play) for _ in range(2)]
        for each in runs:
            each.start()
        for each in runs:
            each.join()
        return done

    # What can be seen from outside

    @property
    def site(self) -> Path:
        """The folder that the host shows now."""
        return self.forge.live.resolve()

    def ledger(self) -> list[dict]:
        """Return all events of the ledger's branch."""
        return [json.loads(data) for data in self.ledger_files("log/")]

    def ledger_files(self, below: str) -> list[bytes]:
        """Return the files of the ledger's branch below a folder, by name."""
        bare = self.forge.repositories[VAULT]
        names = git(bare, "ls-tree", "-r", "--name-only", "obit-ledger", below).splitlines()
        return [
            subprocess.run(
                ["git", "-C", bare, "cat-file", "blob", f"obit-ledger:{name}"],
                check=True,
                capture_output=True,
            ).stdout
            for name in sorted(names)
        ]

    def ledger_commits(self) -> list[str]:
        """Return the commits of the ledger's branch, the newest first."""
        return git(self.forge.repositories[VAULT], "rev-list", "obit-ledger").splitlines()


@contextmanager
def a_centre(folder: Path) -> Iterator[Centre]:
    """Begin a centre from the starter, with everything but an award; serve its pages while it lasts."""
    centre = Centre(folder)
    _write_starter(folder, centre.desk)
    for name, clone in ((CENTRE, centre.desk), (VAULT, centre.vault)):
        bare = folder / "remotes" / f"{name}.git"
        git(folder, "init", "-q", "--bare", "-b", "main", str(bare))
        centre.forge.repositories[name] = bare
        clone.mkdir(exist_ok=True)
        begin(clone)
        git(clone, "remote", "add", "origin", str(bare))
    _fill_vault(centre)
    public = new_key(centre, "first")
    centre.write("recipients.csv", "code\n" + "".join(f"{code}\n" for code in CODES.values()))
    centre.write(
        "obit.yaml",
        f"site: {SITE}\nlanguages: [en]\ntitle: Badges of our centre\n"
        f"ledger:\n  at: git:{centre.forge.repositories[VAULT]}#obit-ledger\n"
        f"keys:\n  - issuer: our-centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n",
    )
    _ask_for_approvals(centre)
    centre.commit(centre.desk, "Begin")
    git(centre.desk, "push", "-q", "origin", "main")
    settle(centre.forge)
    server = start(centre.forge.live, None, 0, HOSTS["github-pages"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    centre.forge.variables["OBIT_SITE"] = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield centre
    finally:
        server.shutdown()
        server.server_close()


def _write_starter(folder: Path, desk: Path) -> None:
    wheel = folder / "obit_build-1.0.0-py3-none-any.whl"
    wheel.write_bytes(b"the wheel is not installed: the obit under test is")
    script = PROJECT / "scripts" / "write_starter.py"
    subprocess.run([sys.executable, script, "github", wheel, desk], check=True)


def _ask_for_approvals(centre: Centre) -> None:
    """Let a jury approve what trainers propose, whose commits are signed."""
    with (centre.desk / "issuers/our-centre/issuer.yaml").open("a", encoding="utf-8") as issuer:
        issuer.write(f"approvers:\n  - id: jury-a\n    ssh_keys: {centre.jury.public}\n")
        issuer.write(f"proposers:\n  - id: trainer\n    ssh_keys: {centre.trainer.public}\n")
    git(centre.desk, "config", "gpg.format", "ssh")
    git(centre.desk, "config", "user.signingkey", str(centre.trainer.path))
    git(centre.desk, "config", "commit.gpgsign", "true")


def _fill_vault(centre: Centre) -> None:
    rows = (f"{CODES[who]},{NAMES[who]},{address(who)},en,no,\n" for who in CODES)
    (centre.vault / "recipients.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    centre.keep_vault("People")


def settle(forge: Forge) -> None:
    """Make the settings that docs/how-to/start-a-centre.md asks for on GitHub, with a vault."""
    forge.tokens[VAULT] = "a token for the vault"
    reads = {"OBIT_VAULT_TOKEN": forge.tokens[VAULT]}
    forge.secrets["obit-vault"] = reads
    forge.secrets["obit-signing"] = {**reads, **forge.secrets.get("obit-signing", {})}
    forge.variables |= {"OBIT_PUBLISH": "yes", "OBIT_VAULT": VAULT}


def new_key(centre: Centre, name: str) -> str:
    """Make a key in the safe; return its public part."""
    path = centre.folder / f"{name}.pem"
    done = centre.obit("key", "new", str(path))
    assert done.code == 0, done.err
    if "OBIT_KEY" not in centre.forge.secrets.get("obit-signing", {}):
        use_key(centre, name)
    return done.out.strip()


def use_key(centre: Centre, name: str) -> None:
    """Give the forge the key with which it signs from now on."""
    text = (centre.folder / f"{name}.pem").read_text(encoding="utf-8")
    centre.forge.secrets.setdefault("obit-signing", {})["OBIT_KEY"] = text
