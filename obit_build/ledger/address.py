"""Where a ledger is, as text: a folder, or ``git:REMOTE[#BRANCH]``.

REMOTE is the name of a remote of this clone, or an address (https, ssh) or a path. Refused: other
transports, addresses that hold a password, and whatever a program could take for an option.
"""

import re
from dataclasses import dataclass

from obit_build.errors import ArgumentError

BRANCH = "obit-ledger"
FORM = "write git:origin, git:https://host/ledger.git#branch, or the path of a folder"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", re.ASCII)
_URL = re.compile(
    r"(?:https://(?P<host>[A-Za-z0-9.-]+(?::[0-9]+)?)|ssh://(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?)"
    r"/[A-Za-z0-9._~/+%-]+",
    re.ASCII,
)
_SCP = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9._~/+][A-Za-z0-9._~/+-]*",
    re.ASCII,
)
_PATH = re.compile(r"(?:\.{0,2}/)[^\x00-\x1f\x7f]*")
_PART = r"[A-Za-z0-9_][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*"
_BRANCH = re.compile(rf"(?!.*\.lock(?:/|$)){_PART}(?:/{_PART})*", re.ASCII)
MAX = 500


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A ledger in a folder; relative paths count from the repository's folder."""

    path: str


@dataclass(frozen=True, slots=True)
class GitPlace:
    """A ledger in a branch of a Git repository."""

    remote: str
    """The name of a remote, an address, or a path (with a slash in it)."""
    branch: str = BRANCH

    @property
    def is_name(self) -> bool:
        """Whether ``remote`` is the name of a remote of this clone."""
        return _NAME.fullmatch(self.remote) is not None

    @property
    def ref(self) -> str:
        """The branch's full name."""
        return f"refs/heads/{self.branch}"


Place = FolderPlace | GitPlace


def flaw_of(text: str) -> tuple[str, str] | None:
    """Return what is wrong with an address and how to mend it; None if nothing is."""
    if not text.startswith("git:"):
        return None if text and text.isprintable() and len(text) <= MAX else _MALFORMED
    place = _git_place(text)
    if len(text) > MAX or not text.isprintable():
        return _MALFORMED
    if re.match(r"https?://[^/]*@", place.remote):
        return (
            "the ledger's address holds a user's name or a password",
            "take it out, and let Git find it: a credential helper, or a token in the environment",
        )
    if not any(form.fullmatch(place.remote) for form in (_NAME, _URL, _SCP, _PATH)):
        return _MALFORMED
    if not _BRANCH.fullmatch(place.branch) or len(place.branch) > 100:
        return (
            "the ledger's branch has a name that obit does not use",
            "choose one of plain letters, digits, hyphens, dots and single slashes",
        )
    return None


_MALFORMED = ("this is not a place where a ledger can be", FORM)


def _git_place(text: str) -> GitPlace:
    remote, _, branch = text.removeprefix("git:").partition("#")
    return GitPlace(remote, branch or BRANCH)


def read_place(text: str) -> Place:
    """Read an address; raise ArgumentError (exit code 2) for one that is malformed."""
    flaw = flaw_of(text)
    if flaw is not None:
        raise ArgumentError(flaw[0], fix=flaw[1])
    return _git_place(text) if text.startswith("git:") else FolderPlace(text)
