"""A centre in a public repository, its vault beside it, and four people nobody may find.

They differ in what they agreed to: to be listed or not, to be named or not. Everything that obit
says, writes or publishes can be looked through for them, and everything that Git keeps.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from git_repository import SETTINGS as GIT
from git_repository import begin, commit, git
from running import Done, run
from traces import Person, traces_of

UNLISTED = Person("7f3k9m2q", "Zebedee", "Quux", "zq-7f3a@example.org")
NAMED = Person("2m8qa4xd", "Yolandine", "Vexillar", "yv-81cc@example.org")
PUBLIC = Person("p0q9r8s7", "Xaverius", "Wummerich", "xw-5d2e@example.org")
PUBLIC_AND_NAMED = Person("h5n9v2ka", "Thessalia", "Pfiffikus", "tp-c03b@example.org")
PEOPLE = (UNLISTED, NAMED, PUBLIC, PUBLIC_AND_NAMED)
AGREED = (NAMED, PUBLIC_AND_NAMED)

BADGES = ("tableur-1", "pare-feu")
AWARDS = {badge: f"badges/{badge}/awards/session.yaml" for badge in BADGES}
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600">'
    '<circle cx="300" cy="300" r="280" fill="#0a5"/></svg>\n'
)


@dataclass
class Centre:
    """The public clone, the private vault, and all that was said so far."""

    root: Path
    vault: Path
    pem: str
    program: tuple[str, ...] = ()
    """Python to run before obit begins: how a leaking variant is made."""
    hour: int = 0
    said: dict[str, bytes] = field(default_factory=dict)
    _clean: set[bytes] = field(default_factory=set)

    @property
    def at(self) -> str:
        return f"2026-11-21T{self.hour:02d}:00:00Z"

    def obit(
        self, *words: str, private: bool = False, fails: bool = False, **environment: str
    ) -> Done:
        """Run obit as CI does; remember what it said, unless it is for one person's eyes only."""
        given = {**GIT, "CI": "true", "OBIT_KEY": self.pem, **environment}
        done = self._run(words, given)
        assert fails or done.code == 0, f"obit {' '.join(words)}\n{done.out}{done.err}"
        if not private:
            name = f"{len(self.said):03d} obit {' '.join(words)}"
            self.said[name] = f"{' '.join(words)}\n{done.out}\n{done.err}".encode()
        return done

    def _run(self, words: tuple[str, ...], environment: Mapping[str, str]) -> Done:
        if not self.program:
            return run(self.root, *words, **environment)
        code = "\n".join((*self.program, "from obit_build.cli import main", "main()"))
        command = [sys.executable, "-c", code, "-C", str(self.root), *words]
        path = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            env={**path, **environment},
            timeout=300,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def publish(self, message: str) -> None:
        """Commit, push, issue and build, an hour later than before."""
        self.hour += 1
        commit(self.root, message)
        git(self.root, "push", "-q", "origin", "main")
        self.obit("issue", "--live", "none", "--at", self.at)
        self.obit("build", "--out", "site", "--at", self.at)

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Yield everything that somebody else may see: name, and name and bytes together."""
        yield from self.said.items()
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if path.is_file() and not name.startswith(".git/"):
                yield name, name.encode() + b"\n" + path.read_bytes()
        for repository in (self.root, self.root.parent / "remote.git"):
            for kept in objects_of(repository):
                yield f"objects of {repository.name}", kept

    def found(self, *people: Person) -> dict[str, dict[str, list[str]]]:
        """Return person → place → ways, for all that is found anywhere; bytes once seen clean are skipped."""
        result: dict[str, dict[str, list[str]]] = {}
        for name, data in self.places():
            digest = hashlib.sha256(data).digest()
            if digest in self._clean:
                continue
            hits = traces_of(people or PEOPLE, data)
            for person, ways in hits.items():
                result.setdefault(person.name, {}).setdefault(name, []).extend(ways)
            if not hits and not people:
                self._clean.add(digest)
        return result

    def ids(self, person: Person) -> set[str]:
        """The ids of a person's awards, as the centre's own people look them up."""
        done = self.obit("people", "links", person.code, private=True, CI="")
        return {line.split("/")[-2] for line in done.out.split() if "/awards/" in line}

    def own_page(self, person: Person) -> str:
        """The path of a person's own page, or nothing."""
        done = self.obit("people", "links", person.code, private=True, CI="")
        first = done.out.split()[0].removeprefix("https://badges.example.org/")
        return first if first.startswith("holders/") else ""


def objects_of(repository: Path) -> Iterator[bytes]:
    """Yield everything that Git keeps: each object whole, and the names of refs."""
    every = subprocess.run(
        ["git", "-C", str(repository), "cat-file", "--batch-all-objects", "--batch", "--unordered"],
        check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", **GIT},
    ).stdout  # fmt: skip
    at = 0
    while at < len(every):
        begin = every.index(b"\n", at) + 1
        at = (
            begin + int(every[at:begin].split()[2]) + 1
        )  # an object's name, kind and length; its bytes
        yield every[begin : at - 1]
    yield git(repository, "for-each-ref").encode()


def a_centre(tmp_path: Path, *program: str) -> Centre:
    """Make the centre; nothing is issued yet. Two awards for each of the four."""
    root, vault, remote = (tmp_path / name for name in ("centre", "vault", "remote.git"))
    root.mkdir()
    vault.mkdir()
    git(tmp_path, "init", "-q", "--bare", "-b", "main", remote.name)
    key = tmp_path / "key.pem"
    public = run(root, "key", "new", str(key)).out.strip()
    for name, text in _files(public).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    rows = ["code,name,email,language,show_name,consent_date,holder_page"]
    for person in PEOPLE:
        agreed = "yes,2026-01-12,yes" if person in AGREED else "no,,"
        rows.append(f"{person.code},{person.name},{person.email},fr,{agreed}")
    (vault / "recipients.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    begin(root)
    git(root, "remote", "add", "origin", str(remote))
    commit(root, "Begin")
    return Centre(root, vault, key.read_text(), program)


def _files(public: str) -> dict[str, str]:
    awards = "".join(
        f"  - {person.code}\n"
        if person not in (PUBLIC, PUBLIC_AND_NAMED)
        else f"  - {{id: {person.code}, visibility: public, narrative: Did well.}}\n"
        for person in PEOPLE
    )
    badge = "description: Sait faire.\ncriteria: Réussir.\nimage: image.svg\n"
    files = {
        "obit.yaml": "site: https://badges.example.org/\nlanguages: [fr, en]\n"
        "recipients: ../vault/recipients.csv\nledger:\n  at: git:origin\n"
        "privacy: {retention: P5Y, contact: dpo@centre.example}\n"
        f"keys:\n  - issuer: centre\n    public_key_multibase: {public}\n    signer: env:OBIT_KEY\n",
        ".gitignore": ".obit/\nsite/\n",
        "issuers/centre/issuer.yaml": "name: Centre d'essai\nurl: https://centre.example/\n"
        "email: contact@centre.example\n",
    }
    for slug in BADGES:
        files |= {
            f"badges/{slug}/badge.yaml": f"name: {slug}\n{badge}",
            f"badges/{slug}/image.svg": PICTURE,
            AWARDS[slug]: f"issued: 2026-03-14\nto:\n{awards}",
        }
    return files
