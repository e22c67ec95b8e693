"""Write a centre's first repository: data, workflows and a lock file, but no program.

usage: python scripts/write_starter.py github|gitlab|forgejo WHEEL FOLDER

WHEEL is the released wheel of obit: the lock file names it by its sha256, so that a centre's runners
install exactly these bytes. The folder must not exist. What is written depends on nothing else than this
repository and the wheel.
"""

import hashlib
import re
import shutil
import sys
from pathlib import Path

from obit_build.approving.codeowners import as_pattern

ROOT = Path(__file__).parent.parent
RECIPES = ROOT / "docs" / "recipes"
OF_THE_TOOL = ("ci.yml", "release.yml")
WORKFLOWS = {"github": "/.github/", "gitlab": "/.gitlab-ci.yml", "forgejo": "/.forgejo/"}
"""Forge → what it runs."""
_ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==", re.MULTILINE)
_WHEEL = re.compile(r"obit_build-(?P<version>[^-]+)-py3-none-any\.whl")
_SOURCE = re.compile(r"^  OBIT_SOURCE: .*$", re.MULTILINE)
_PATH = re.compile(r"^([^#\s]\S*) *(?= )", re.MULTILINE)
_FROM_THE_LOCK = '  OBIT_SOURCE: "" # the lock file names the released obit-build'


def write_starter(forge: str, wheel: Path, folder: Path) -> None:
    """Write the starter for one forge into a new folder."""
    shutil.copytree(RECIPES / "starter", folder)
    lock = folder / "requirements" / "run.lock"
    lock.parent.mkdir()
    lock.write_text(lock_with(wheel), encoding="utf-8")
    owners = folder / f".{forge}" / "CODEOWNERS"
    owners.parent.mkdir()
    rules = (folder / "CODEOWNERS").read_text(encoding="utf-8")
    (folder / "CODEOWNERS").unlink()
    rules = rules.replace(f"{WORKFLOWS['github']:<24}", f"{WORKFLOWS[forge]:<24}")
    owners.write_text(with_patterns(rules) if forge == "forgejo" else rules, encoding="utf-8")
    for target, text in workflows_of(forge).items():
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_SOURCE.sub(_FROM_THE_LOCK, text), encoding="utf-8")


def with_patterns(owners: str) -> str:
    """Write the paths of a CODEOWNERS file as the regular expressions that Forgejo reads."""
    return _PATH.sub(lambda found: f"{as_pattern(found[1]):<{len(found[0])}}", owners)


def workflows_of(forge: str) -> dict[str, str]:
    """Return what a forge runs: path in the repository → text as it is shipped."""
    if forge == "gitlab":
        return {".gitlab-ci.yml": (RECIPES / "gitlab-ci.yml").read_text(encoding="utf-8")}
    source = ROOT / ".github" / "workflows" if forge == "github" else RECIPES / "forgejo"
    return {
        f".{forge}/workflows/{path.name}": path.read_text(encoding="utf-8")
        for path in sorted(source.glob("*.yml"))
        if path.name not in OF_THE_TOOL
    }


def lock_with(wheel: Path) -> str:
    """Return the lock file of what obit needs, and of obit itself in this wheel."""
    found = _WHEEL.fullmatch(wheel.name)
    if not found:
        sys.exit(f"{wheel.name} is not a wheel of obit; build one with: hatchling build")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    tool = f"obit-build=={found['version']} \\\n    --hash=sha256:{digest}\n"
    needed = needed_at_run_time((ROOT / "requirements" / "run.lock").read_text(encoding="utf-8"))
    return "".join(sorted([tool, *needed]))


def needed_at_run_time(lock: str) -> list[str]:
    """Choose the entries that obit itself needs, directly or not; the build tools stay behind."""
    starts = [found.start() for found in _ENTRY.finditer(lock)]
    entries = [lock[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    wanted = {"obit-build"}
    while True:
        kept = [entry for entry in entries if wanted & _asked_for_by(entry)]
        found = {"obit-build", *(_name(entry) for entry in kept)}
        if found == wanted:
            return kept
        wanted = found


def _name(entry: str) -> str:
    return entry.partition("==")[0]


def _asked_for_by(entry: str) -> set[str]:
    return set(re.findall(r"^    #\s+(?:via )?([a-z0-9][a-z0-9._-]*)", entry, re.MULTILINE)) - {
        "via"
    }


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in WORKFLOWS:
        sys.exit(__doc__)
    write_starter(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
