"""Issue into a ledger in Git, build and deploy; kill everything, run again, compare.

    python kill_while_publishing.py FOLDER points [EVERY [FIRST]]
    python kill_while_publishing.py FOLDER random COUNT SEED
    python kill_while_publishing.py FOLDER wrong VARIANT [UNTIL]

``points``: a child process runs up to each point at which obit touches the disk or begins or ends
a Git command (with EVERY: each EVERYth of them, from FIRST), and sends SIGKILL to its whole process group.
``random``: it is killed COUNT times after a time drawn from SEED, wherever it and its Git commands
are. After each kill what is live must be a whole site, the former or the next, and no further than
the ledger; after one undisturbed run more, ledger commit and site must be those of a run that was
never killed. ``wrong`` does the same to a protocol that is wrong on purpose: the harness has to
notice (with UNTIL: it stops as soon as it has noticed that). Prints JSON. Product code knows nothing of this.
"""

import builtins
import contextlib
import dataclasses
import datetime
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from centre import fixed_entropy
from git_repository import begin, commit, git
from kill_at_every_write import TOUCHING, HalfWriter, writing_halves

from obit_build import pipeline
from obit_build.credentials.issuer_keys import encode_key
from obit_build.git import head as history
from obit_build.ledger.address import BRANCH
from obit_build.ledger.replay import Replay
from obit_build.securing.signed_note import read_checkpoint
from obit_build.signers.signer import from_pem, new_pem

SEED = bytes(range(32))
PEM = new_pem(SEED, None)
PUBLIC_KEY = encode_key("EdDSA", from_pem(PEM, None, "key").public_key)
NOW = datetime.datetime(2026, 3, 21, 9, tzinfo=datetime.UTC)
AWARDS = "badges/tableur-1/awards/2026-03-14.yaml"


class World:
    """A centre: its clone, its ledger's bare repository, its live site."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clone, self.remote, self.live = root / "clone", root / "ledger.git", root / "live"

    def copy(self, root: Path) -> "World":
        shutil.copytree(self.root, root, symlinks=True)
        other = World(root)
        other.point_to_ledger()
        return other

    def point_to_ledger(self) -> None:
        """The clone's remote is a path, which is another one in each copy."""
        git(self.clone, "remote", "set-url", "origin", str(self.remote))

    def tip(self) -> str:
        return git(self.remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}")

    def site(self) -> str:
        """A digest of the whole live site; empty if there is none."""
        if not self.live.exists():
            return ""
        total = hashlib.sha256()
        for path in sorted(p for p in self.live.rglob("*") if p.is_file()):
            total.update(f"{path.relative_to(self.live)}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def events(self) -> int:
        """How many events the ledger has."""
        if not self.tip():
            return 0
        return len(git(self.remote, "ls-tree", "--name-only", BRANCH, "log/").split())

    def shown_events(self) -> int:
        """How many events the live site says that the ledger has."""
        path = self.live / "log" / "checkpoint"
        return read_checkpoint(path.read_bytes()).size if path.is_file() else 0


def begun(root: Path) -> World:
    """A centre whose first two awards are live, and whose main branch has moved on since."""
    world = World(root)
    root.mkdir(parents=True)
    git(root, "init", "-q", "--bare", "-b", BRANCH, str(world.remote))
    write_centre(world.clone)
    begin(world.clone)
    git(world.clone, "remote", "add", "origin", str(world.remote))
    publish(world)
    (world.clone / AWARDS).write_text(
        "issued: 2026-03-14\nto:\n  - id: 7f3k9m2q\n    revoked: 2026-03-15\n  - 2m8qa4xd\n  - p0q9r8s7\n"
    )
    commit(world.clone, "second", GIT_COMMITTER_DATE="2026-03-16T10:00:00Z")
    return world


def write_centre(root: Path) -> None:
    """One issuer with a key, one badge, three recipients of whom two have it."""
    root.mkdir()
    (root.parent / "key.pem").write_bytes(PEM)
    files = {
        "obit.yaml": "site: https://badges.example.org/\nlanguages: [fr]\n"
        "ledger: {at: 'git:origin'}\n"
        "keys:\n  - issuer: centre\n    signer: file:../key.pem\n"
        f"    public_key_multibase: {PUBLIC_KEY}\n",
        "issuers/centre/issuer.yaml": "name: Centre d'essai\n",
        "badges/tableur-1/badge.yaml": "name: Tableur 1\ndescription: Sait compter.\n"
        "criteria: Réussir.\nimage: image.svg\n",
        "badges/tableur-1/image.svg": '<svg xmlns="http://www.w3.org/2000/svg" '
        'viewBox="0 0 600 600"><circle cx="300" cy="300" r="280" fill="#0a5"/></svg>\n',
        AWARDS: "issued: 2026-03-14\nto:\n  - 7f3k9m2q\n  - 2m8qa4xd\n",
        "recipients.csv": "code,name,email,language,show_name,consent_date\n"
        "7f3k9m2q,,,,,\n2m8qa4xd,,,,,\np0q9r8s7,,,,,\n",
        ".gitignore": ".obit/\nbuild/\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def setting_of(world: World) -> pipeline.Setting:
    head = history.head(world.clone)
    assert head is not None
    return pipeline.Setting(
        root=world.clone, now=NOW, at=head.at, commit=head.commit, entropy=fixed_entropy,
        live=str(world.live), environment=dict(os.environ),
    )  # fmt: skip


def issue(world: World, setting: pipeline.Setting) -> None:
    checked = pipeline.sound(setting)
    pipeline.issue(setting, pipeline.repository_of(checked))


def publish(world: World) -> None:
    """The protocol: issue, which ends with the push; then build, then deploy, which ends with a rename."""
    setting = setting_of(world)
    issue(world, setting)
    build(world, setting)
    deploy(world)


def build(world: World, setting: pipeline.Setting) -> None:
    """Bring the built site up to date; a kill may leave it half way, and the next build goes on."""
    pipeline.build(setting, world.clone / "build")


def deploy(world: World) -> None:
    """Do what a host does with a finished site: take all of it, then show it."""
    coming, former = world.root / "coming", world.root / "former"
    for leftover in (coming, former):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(world.clone / "build", coming)
    if world.live.exists():
        world.live.rename(former)
    coming.rename(world.live)


# Five protocols that are wrong on purpose -------------------------------------------------------


def with_the_wall_clock(world: World) -> None:
    clock = datetime.datetime.now(datetime.UTC)  # noqa: TID251 - that is what is wrong with it
    setting = dataclasses.replace(setting_of(world), at=clock, now=clock)
    issue(world, setting)
    build(world, setting)
    deploy(world)


def with_random_indexes(world: World) -> None:
    def anywhere(self: Replay, issuer: str, _award: str) -> tuple[int, int] | None:
        number = self._lists.get(issuer, 0)
        taken = self._taken.get((issuer, number))
        return None if taken is None else (number, int.from_bytes(os.urandom(2), "big"))

    Replay.allocate = anywhere  # type: ignore[method-assign]
    publish(world)


def with_the_deployment_before_the_push(world: World) -> None:
    setting = setting_of(world)
    rehearsal = world.root / "rehearsal.git"
    shutil.rmtree(rehearsal, ignore_errors=True)
    shutil.copytree(world.remote, rehearsal)
    early = dataclasses.replace(setting, ledger=f"git:{rehearsal}")
    issue(world, early)
    build(world, early)
    deploy(world)
    shutil.rmtree(rehearsal)
    issue(world, dataclasses.replace(setting, live="none"))


def with_a_deployment_in_place(world: World) -> None:
    setting = setting_of(world)
    issue(world, setting)
    build(world, setting)
    for path in sorted((world.clone / "build").rglob("*")):
        there = world.live / path.relative_to(world.clone / "build")
        if path.is_file():
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())


def without_a_ledger(world: World) -> None:
    shutil.rmtree(world.clone / ".obit", ignore_errors=True)
    git(world.remote, "update-ref", "-d", f"refs/heads/{BRANCH}")
    setting = dataclasses.replace(setting_of(world), entropy=os.urandom, live="none")
    issue(world, setting)
    build(world, setting)
    deploy(world)


WRONG = {
    "wall clock": with_the_wall_clock,
    "random index": with_random_indexes,
    "deployed before pushed": with_the_deployment_before_the_push,
    "deployed in place": with_a_deployment_in_place,
    "no ledger": without_a_ledger,
}


# The harness -----------------------------------------------------------------------------------


def count_points(kill_at: int | None) -> dict[str, int]:
    """Wrap what touches the disk and what runs Git; kill the process group at point ``kill_at``."""
    seen = {"points": 0}

    def point() -> None:
        if kill_at is not None and seen["points"] == kill_at:
            os.killpg(0, signal.SIGKILL)
        seen["points"] += 1

    def wrapped(function: Callable) -> Callable:
        def call(*arguments: object, **named: object) -> object:
            point()
            return function(*arguments, **named)

        return call

    def half(opening: Callable) -> Callable:
        def opened(file: object, mode: str = "r", *arguments: object, **named: object) -> object:
            found = opening(file, mode, *arguments, **named)
            return HalfWriter(found, point) if set(mode) & set("wxa") else found

        return opened

    class Watched(subprocess.Popen):
        def __init__(self, *arguments: object, **named: object) -> None:
            point()
            super().__init__(*arguments, **named)

        def wait(self, *arguments: object, **named: object) -> int:
            ended = super().wait(*arguments, **named)
            point()  # what it did is done, and nobody knows yet
            return ended

    for name in (*TOUCHING, "rename"):
        setattr(os, name, wrapped(getattr(os, name)))
    subprocess.Popen = Watched  # type: ignore[misc]
    os.write = writing_halves(point)
    io.open = builtins.open = half(io.open)
    return seen


@contextlib.contextmanager
def child(work: Callable[[], object]) -> Iterator[tuple[int, int]]:
    """Run ``work`` in a process group of its own; yield its id and where to read what it says."""
    reading, writing = os.pipe()
    started = os.fork()
    if started == 0:
        os.setpgid(0, 0)
        try:
            os.write(writing, f"{work()}".encode())
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
    os.close(writing)
    with contextlib.suppress(OSError):  # the child may have done it already
        os.setpgid(started, started)
    yield started, reading
    os.close(reading)


def ran(work: Callable[[], object], kill_after: float | None = None) -> tuple[int, str]:
    """Run in a child, killing its group after some seconds; return how it ended and what it said."""
    with child(work) as (started, reading):
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started, signal.SIGKILL)
        _, ended = os.waitpid(started, 0)
        os.set_blocking(reading, False)
        said = b""
        with contextlib.suppress(BlockingIOError):
            said = os.read(reading, 100)
    return os.waitstatus_to_exitcode(ended), said.decode()


class Trial:
    """Kills runs of one protocol and says what it found afterwards."""

    def __init__(self, folder: Path, run: Callable[[World], None]) -> None:
        os.sync = lambda: None
        os.fsync = lambda _: None  # a killed process loses nothing that it has written
        self.folder, self.run = folder, run
        self.start = begun(folder / "start")
        self.former = self.start.site()
        end = self.start.copy(folder / "end")
        code, _ = ran(lambda: run(end))
        self.wanted = (end.tip(), end.site())
        self.found: dict[str, list] = {
            "undisturbed run failed": [] if code == 0 else [code],
            "not killed": [], "live is not whole": [], "live is ahead of the ledger": [],
            "next run failed": [], "different after the next run": [],
        }  # fmt: skip
        shutil.rmtree(end.root)

    def points(self) -> int:
        world = self.start.copy(self.folder / "count")

        def counted() -> int:
            seen = count_points(None)
            self.run(world)
            return seen["points"]

        _, said = ran(counted)
        shutil.rmtree(world.root)
        return int(said)

    def kill(self, name: int, *, at: int | None = None, after: float | None = None) -> None:
        world = self.start.copy(self.folder / f"{name}")

        def run() -> None:
            if at is not None:
                count_points(at)
            self.run(world)

        ended, _ = ran(run, after)
        if ended != -signal.SIGKILL and after is None:
            self.found["not killed"].append(name)
        if world.site() not in ("", self.former, self.wanted[1]):
            self.found["live is not whole"].append(name)
        if world.shown_events() > world.events():
            self.found["live is ahead of the ledger"].append(name)
        code, _ = ran(lambda: self.run(world))
        if code:
            self.found["next run failed"].append(name)
        elif (world.tip(), world.site()) != self.wanted:
            self.found["different after the next run"].append(name)
        shutil.rmtree(world.root)


def main(folder: Path, what: str, *more: str) -> dict:
    if what == "wrong":
        trial = Trial(folder, WRONG[more[0]])
        points = trial.points()
        chosen = range(0, points, max(1, points // 12))
    else:
        trial = Trial(folder, publish)
    if what == "points":
        every, first = [*map(int, more), *(1, 0)[len(more) :]]
        points = trial.points()
        chosen = range(first, points, every)
    if what == "random":
        start = time.monotonic()
        ran(lambda: trial.run(trial.start.copy(folder / "timed")))
        longest = time.monotonic() - start
        draw = random.Random(int(more[1]))
        for number in range(int(more[0])):
            trial.kill(number, after=draw.uniform(0, longest))
        return {"kills": int(more[0]), **trial.found}
    until = more[1] if what == "wrong" and more[1:] else ""
    for number in chosen:
        trial.kill(number, at=number)
        if until and trial.found[until]:
            break
    return {"points": points, "kills": len(chosen), **trial.found}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), *sys.argv[2:])))
