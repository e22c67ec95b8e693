"""Looks at a played centre with eyes that are not those of the code that made it."""

import hashlib
import json
import re
import subprocess
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

from git_repository import git
from published_centre import CENTRE, CODES, NAMES, VAULT, Centre, address
from running import run

MAY_HAVE_THE_KEY = "issue: Issue"
MAY_READ_THE_VAULT = {
    "Plan",
    "Plan again, and compare with the plan that was shown",
    "Fetch what was reviewed",
    "Issue",
    "Build",
    "Look at the site from outside",
}


def verdicts(centre: Centre) -> dict[str, str]:
    """Verify every badge on the host: award's id → what all its forms are, valid or the reason why not."""
    site = str(centre.site)
    done = run(centre.folder, "verify", "--json", "--offline", "--site", site, site)
    found: dict[str, set[str]] = {}
    for report in json.loads(done.out)["reports"]:
        award = re.search(r"/awards/([a-z2-7]{32})/", report["source"])
        if award:
            failed = [step["reason"] for step in report["steps"] if step["outcome"] == "failed"]
            found.setdefault(award[1], set()).add(failed[0] if failed else report["verdict"])
    assert all(len(each) == 1 for each in found.values()), found
    return {award: each.pop() for award, each in sorted(found.items())}


def issued(centre: Centre) -> list[dict]:
    """Return the events that brought awards into being."""
    return [event for event in centre.ledger() if event["type"] == "issue"]


def the_ledger_is_sound(centre: Centre, before: list[str]) -> list[str]:
    """Check chain and branch by hand; ``before`` are the branch's commits at the last look."""
    former, seen = "0" * 64, set()
    for number, data in enumerate(centre.ledger_files("log/"), start=1):
        event = json.loads(data)
        assert (event["seq"], event["prev"]) == (number, former)
        former = hashlib.sha256(data).hexdigest()
        if event["type"] == "issue":
            place = (event["issuer"], event["list"], event["index"])
            assert place not in seen, "two awards share a place in a status list"
            seen.add(place)
    checkpoint = (centre.site / "log" / "checkpoint").read_text(encoding="utf-8").splitlines()
    assert checkpoint[1] == str(len(centre.ledger())), "the site shows another state of the ledger"
    assert (centre.site / "log" / "checkpoint").read_bytes() == centre.ledger_files(
        "state/checkpoint"
    )[0]
    commits = centre.ledger_commits()
    assert commits[len(commits) - len(before) :] == before, "the branch was rewritten"
    parents = git(centre.forge.repositories[VAULT], "log", "--format=%P", "obit-ledger")
    assert parents.split() == commits[1:], "the branch is no straight line"
    return commits


def the_key_was_in_one_step_only(centre: Centre) -> None:
    """Check the environment of every step that ever ran, and everything that was written."""
    keys = [path.read_text(encoding="utf-8") for path in sorted(centre.folder.glob("*.pem"))]
    bodies = [key.splitlines()[1] for key in keys]
    token = centre.forge.tokens[VAULT]
    for done in centre.forge.runs:
        for step in done.steps:
            given = "\n".join(f"{name}={value}" for name, value in step.env.items())
            name = f"{step.job}: {step.name}"
            if name != MAY_HAVE_THE_KEY:
                assert not any(body in given for body in bodies), name
            if step.name not in MAY_READ_THE_VAULT:
                assert token not in given, name
    for place, data in everything_public(centre):
        assert not any(body.encode() in data for body in [*bodies, token]), place


def nobody_is_named(centre: Centre) -> None:
    """Check that no name and no address of a person is anywhere where others read."""
    words = [*NAMES.values(), *(address(who) for who in CODES)]
    forms = {form for word in words for form in _forms(word)}
    for place, data in everything_public(centre):
        found = [form for form in forms if form in data.lower()]
        assert not found, f"{place} names somebody"


def _forms(word: str) -> Iterator[bytes]:
    """Yield how a word may be written: composed, decomposed, and in JSON."""
    for form in ("NFC", "NFD"):
        lower = unicodedata.normalize(form, word).lower()
        yield lower.encode()
        yield json.dumps(lower)[1:-1].encode()


def everything_public(centre: Centre) -> Iterator[tuple[str, bytes]]:
    """Yield what others can read: repository, ledger, sites, artifacts, logs, summaries, calls."""
    yield "repository", _all_objects(centre.forge.repositories[CENTRE])
    yield "ledger", b"".join(centre.ledger_files("."))
    for folder in (centre.forge.folder / "pages", centre.forge.artifacts):
        for path in sorted(folder.rglob("*")):
            yield "name of a file", path.name.encode()
            if path.is_file():
                yield f"{path}", b"".join(_unpacked(path))
    for done in centre.forge.runs:
        yield "log", done.log.encode()
        yield "summary", done.summary.encode()
        yield "outputs", repr([job.outputs for job in done.jobs.values()]).encode()
    for path in centre.forge.folder.glob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
    yield "terminal", "".join(centre.said).encode()


def _all_objects(bare: Path) -> bytes:
    command = ["cat-file", "--batch", "--batch-all-objects"]
    done = subprocess.run(["git", "-C", bare, *command], check=True, capture_output=True)
    return done.stdout


def _unpacked(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes, and what is compressed inside a picture's chunks of text or a PDF."""
    data = path.read_bytes()
    yield data
    for start in (found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data)):
        if path.suffix in (".pdf", ".png"):
            try:
                yield zlib.decompressobj().decompress(data[start:], 1 << 20)
            except zlib.error:
                continue


def text_of(page: Path) -> str:
    """Return a page's words without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.read_text(encoding="utf-8")))


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
