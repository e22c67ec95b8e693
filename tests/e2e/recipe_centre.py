"""A small centre in one private repository on a host that asks for tokens, for the recipes to run on.

Its ledger is a branch of the same repository. Two people, one badge, no approvals: what approvals do,
the story of :mod:`test_published_story` tells.
"""

import datetime
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from git_host import GitHost, a_git_host
from git_repository import begin, commit, git
from sample import small_centre

from obit_build.credentials.issuer_keys import encode_key
from obit_build.hosting.hosts import HOSTS
from obit_build.hosting.serve import start
from obit_build.signers.signer import from_pem, new_pem

NAME = "org/centre"
PEOPLE = ("7f3k9m2q,Zebedee Quux,zq-7f3a@example.org,fr,no,", "2m8qa4xd,,,,,")
AWARDS = "badges/tableur-1/awards/2026-03-14.yaml"
PEM = new_pem(bytes(range(7, 39)), None)
BODY_OF_THE_KEY = PEM.decode().splitlines()[1]
SETTINGS = """\
ledger:
  at: git:origin#obit-ledger
keys:
  - issuer: centre
    public_key_multibase: {public}
    signer: env:OBIT_KEY
"""


class RecipeCentre:
    """The repository on the host, and the clone in which people change it."""

    def __init__(self, folder: Path, host: GitHost) -> None:
        self.folder, self.host = folder, host
        self.bare = host.add(NAME)
        self.desk, self.live = folder / "desk", folder / "live"
        self.site = ""
        """The address of the host of pages."""
        now = datetime.datetime.now(datetime.UTC)  # noqa: TID251 - obit refuses commits from the future
        self._clock = now - datetime.timedelta(days=1)

    def begin(self, files: Mapping[str, Path]) -> None:
        """Make the first commit: settings, a badge, people, and these files of a recipe; no award yet."""
        small_centre(self.desk, *PEOPLE)
        (self.desk / AWARDS).unlink()
        public = encode_key("EdDSA", from_pem(PEM, None, "the centre's key").public_key)
        with (self.desk / "obit.yaml").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS.format(public=public))
        for path, source in files.items():
            self.write(path, source.read_text(encoding="utf-8"))
        self.write("requirements/run.lock", "# the obit under test is installed already\n")
        begin(self.desk)
        self._commit("Begin")
        git(self.desk, "remote", "add", "origin", str(self.bare))
        git(self.desk, "push", "-q", "origin", "main")

    def write(self, path: str, text: str) -> None:
        """Write a file on the desk."""
        file = self.desk / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def propose(self, number: int, *codes: str) -> str:
        """Push a branch that awards the badge to these codes, as proposal ``number``; return its commit."""
        git(self.desk, "checkout", "-q", "-B", f"proposal-{number}", "main")
        self.write(AWARDS, "issued: 2026-03-14\nto:\n" + "".join(f"  - {code}\n" for code in codes))
        head = self._commit("Propose awards")
        git(self.desk, "push", "-q", "--force", "origin", f"HEAD:refs/heads/proposal-{number}")
        git(self.desk, "push", "-q", "--force", "origin", f"HEAD:refs/pull/{number}/head")
        return head

    def merge(self, head: str) -> str:
        """Merge a proposal; return the commit on main."""
        git(self.desk, "checkout", "-q", "main")
        self._clock += datetime.timedelta(minutes=1)
        dates = {f"GIT_{who}_DATE": self._clock.isoformat() for who in ("AUTHOR", "COMMITTER")}
        git(self.desk, "merge", "-q", "--no-ff", "-m", "Merge a proposal", head, **dates)
        git(self.desk, "push", "-q", "origin", "main")
        return self.main

    @property
    def main(self) -> str:
        """The commit at the tip of main."""
        return git(self.desk, "rev-parse", "main")

    def ledger_commits(self) -> list[str]:
        """List the commits of the ledger's branch, the newest first."""
        return git(self.bare, "rev-list", "obit-ledger").splitlines()

    def _commit(self, message: str) -> str:
        self._clock += datetime.timedelta(minutes=1)
        dates = {f"GIT_{who}_DATE": self._clock.isoformat() for who in ("AUTHOR", "COMMITTER")}
        return commit(self.desk, message, **dates)


@contextmanager
def a_recipe_centre(folder: Path, pages: str, files: Mapping[str, Path]) -> Iterator[RecipeCentre]:
    """Begin a centre; serve its repository, and its pages as that host of pages does."""
    with a_git_host(folder / "host") as host:
        centre = RecipeCentre(folder, host)
        centre.begin(files)
        server = start(centre.live, None, 0, HOSTS[pages])
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        centre.site = f"http://127.0.0.1:{server.server_address[1]}/"
        try:
            yield centre
        finally:
            server.shutdown()
            server.server_close()
