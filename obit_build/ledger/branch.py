"""A ledger in a branch of a Git repository, read and written without a work tree.

The branch is fetched whole into a bare repository in a temporary folder. What a run adds becomes
one commit whose author, date and message are functions of the inputs, so that its id is one, too.
The push says which commit it replaces (compare and swap); whoever comes second is told so and
plans again. A branch that was rewritten since this clone or this run saw it is refused, and so
is anything in it that is not a plain file (security reference, 3.5).
"""

import datetime
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from obit_build.errors import GitError, LedgerError
from obit_build.git.head import commit_at
from obit_build.harmless import shown
from obit_build.ledger.address import GitPlace
from obit_build.ledger.files import LedgerReader, Staged, in_turn
from obit_build.ledger.git_objects import ObjectReader, changes, commit_of, listing
from obit_build.ledger.git_runner import (
    FIX_DISK,
    REMOTE,
    REMOTE_SECONDS,
    Done,
    Git,
    address_of,
    reason,
    settings_of,
)

FIX_REMOTE = "check the address, the network and the access rights, then run the command again"
FIX_RESTORE = "bring the branch back from a clone or a backup, as docs/how-to/ledger-in-git.md says"
README = b"""# The ledger

Written by obit, and only by obit: never edit it by hand. It is the only record of what was issued.
Keep this branch private, protect it from force pushes and deletion, and keep a copy of it.
"""
_BUSY = re.compile(
    r"stale info|fetch first|failed to update ref|cannot lock ref|incorrect old value"
)
_REF = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)")


class OvertakenError(LedgerError):
    """Another run has written to the ledger meanwhile."""


class GitStore(LedgerReader):
    """Reads a ledger at one commit of its branch; adds to it by one commit and one push."""

    def __init__(
        self,
        git: Git,
        reader: ObjectReader,
        place: GitPlace,
        tip: str | None,
        *,
        cwd: Path,
        files: Mapping[str, str],
    ) -> None:
        self._git, self._reader, self._place, self._cwd = git, reader, place, cwd
        self.tip = tip
        """The commit that is read; None before there is any."""
        self._next: str | None = None
        self._files = files

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes, or None if there is no such file."""
        name = self._files.get(path)
        return None if name is None else self._reader.one(name)

    def events(self) -> Iterator[bytes]:
        """Yield the bytes of all events in order; raise LedgerError where one is missing."""
        found = (path[4:] for path in self._files if path.startswith("log/"))
        yield from self._reader.many(self._files[f"log/{name}"] for name in in_turn(found))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep nobody out: whoever pushes second is told so, and plans again."""
        yield

    def prepare(self, staged: Staged, at: datetime.datetime) -> LedgerReader:
        """Make the commit that holds what is staged; return the ledger as it is read from there.

        Raises LedgerError if the commit changes anything else.
        """
        if self.tip is None:
            staged.write("README.md", README)
        files = staged.files  # as it is: of a hundred thousand awards a copy is half a gigabyte
        commit = commit_of(self._git, self.tip, files, at, _message(files), gone=staged.gone)
        self._next = commit
        return GitStore(
            self._git,
            self._reader,
            self._place,
            commit,
            cwd=self._cwd,
            files=self._files_after(commit, files.keys() | set(staged.gone)),
        )

    def _files_after(self, commit: str, meant: set[str]) -> dict[str, str]:
        """Return the files of the next commit: those of this one, and what Git says has changed."""
        if self.tip is None:
            return listing(self._git, commit)
        changed = changes(self._git, self.tip, commit)
        if not changed.keys() <= meant:  # pragma: no cover - fast-import did as told
            raise LedgerError("the ledger's next commit changes too much", fix=FIX_DISK)
        after = {**self._files, **changed}
        return {path: name for path, name in after.items() if name.strip("0")}

    def publish(self) -> None:
        """Push the commit that was prepared: the moment at which what it holds exists.

        Raises OvertakenError if the branch has moved, GitError if it is refused or unreachable.
        A push of which only the answer was lost is found out, and counts.
        """
        if self._next is None:
            raise GitError("there is no commit to push", fix="report this as a bug")
        ref, former = self._place.ref, self.tip or ""
        done = self._remote(
            "push", "--porcelain", "--no-verify", "--no-signed", "--recurse-submodules=no",
            f"--force-with-lease={ref}:{former}", "--", REMOTE, f"{self._next}:{ref}",
        )  # fmt: skip
        if done.code == 0:
            return
        there = _tips(self._remote("ls-remote", "--", REMOTE, ref)).get(ref)
        if there == self._next:
            return
        if there != self.tip or _BUSY.search(done.out.decode("utf-8", "replace") + done.err):
            raise OvertakenError(
                "another run has written to the ledger meanwhile", fix="run the command again"
            )
        raise GitError(f"the ledger does not accept the entries: {_refusal(done)}", fix=FIX_REMOTE)

    def _remote(self, *arguments: str) -> Done:
        return self._git.run(*arguments, seconds=REMOTE_SECONDS, cwd=self._cwd)

    def descends_from(self, commit: str) -> bool:
        """Whether a commit that was read earlier is part of this branch's history."""
        done = self._git.run("merge-base", "--is-ancestor", commit, self.tip or "")
        return done.code == 0


def _message(files: Mapping[str, bytes]) -> str:
    numbers = sorted(int(path[4:12]) for path in files if path.startswith("log/"))
    if not numbers:
        return "Sign the status lists again\n"
    if len(numbers) == 1:
        return f"Event {numbers[0]}\n"
    return f"Events {numbers[0]} to {numbers[-1]}\n"


def _refusal(done: Done) -> str:
    """Return why a push was refused, as the remote's short answer says."""
    found = re.search(
        r"^!\t[^\t]*\t\[[a-z ]+\] \((.+)\)$", done.out.decode("utf-8", "replace"), re.MULTILINE
    )
    return shown(found[1], 200) if found else reason(done.err)


def _tips(done: Done) -> dict[str, str]:
    """Read the answer of ``git ls-remote``: ref → commit; raise GitError if there is none."""
    if done.code != 0:
        raise GitError(f"the ledger can't be reached: {reason(done.err)}", fix=FIX_REMOTE)
    lines = done.out.decode("utf-8", "replace").splitlines()
    return {found[2]: found[1] for line in lines if (found := _REF.fullmatch(line))}


@contextmanager
def open_git_store(
    place: GitPlace, root: Path, environment: Mapping[str, str], *, seen: str | None = None
) -> Iterator[GitStore]:
    """Fetch a ledger's branch and read it while the context lasts.

    ``seen`` is a commit of the branch that this run has read before. Raises GitError for a remote
    that can't be reached, LedgerError for a branch that is shallow, rewritten or not a ledger.
    """
    address = place.remote
    if place.is_name:
        found = address_of(root, place.remote, environment)
        if found is None:
            raise GitError(
                f'this clone has no remote called "{place.remote}"',
                fix="name one that `git remote` lists, or give the address: git:https://…",
            )
        address = found
    settings = (*settings_of(root, environment), (f"remote.{REMOTE}.url", address))
    known = [commit for commit in (seen, _tracked(place, root)) if commit]
    with tempfile.TemporaryDirectory(prefix="obit-ledger-", ignore_cleanup_errors=True) as folder:
        git = Git(Path(folder), environment, settings)
        tip = _fetched(git, place, root)
        reader = ObjectReader(git)
        try:
            files = listing(git, tip) if tip else {}
            store = GitStore(git, reader, place, tip, cwd=root, files=files)
            _refuse_rewritten(store, known)
            yield store
        finally:
            reader.close()


def _tracked(place: GitPlace, root: Path) -> str | None:
    """Return the branch's tip as this clone saw it last, if it ever did."""
    if not place.is_name:
        return None
    return commit_at(root, f"refs/remotes/{place.remote}/{place.branch}")


def _fetched(git: Git, place: GitPlace, root: Path) -> str | None:
    """Fetch the branch into an empty repository; return its tip, or None if there is no branch."""

    def remote(*arguments: str) -> Done:
        return git.run(*arguments, seconds=REMOTE_SECONDS, cwd=root)

    tips = _tips(remote("ls-remote", "--", REMOTE, "HEAD", place.ref))
    wide = any(len(commit) == 64 for commit in tips.values())
    form = "sha256" if wide else "sha1"
    git.ask("init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(git.folder))
    if place.ref not in tips:
        return None
    done = remote("fetch", "--quiet", "--no-tags", "--", REMOTE, f"{place.ref}:{place.ref}")
    shallow = git.ask("rev-parse", "--is-shallow-repository").strip() == b"true"
    if shallow or "shallow" in done.err:
        raise LedgerError(
            "the ledger's history is cut off (a shallow clone)",
            fix="use a remote with the whole branch, or fetch it with git fetch --unshallow",
        )
    if done.code != 0:
        raise GitError(f"the ledger can't be fetched: {reason(done.err)}", fix=FIX_REMOTE)
    return git.ask("rev-parse", "--verify", place.ref).decode().strip()


def _refuse_rewritten(store: GitStore, known: list[str]) -> None:
    for commit in known:
        if store.tip is None:
            raise LedgerError("the ledger's branch was there before and is gone", fix=FIX_RESTORE)
        if not store.descends_from(commit):
            raise LedgerError("the ledger's branch was rewritten (a force push)", fix=FIX_RESTORE)
