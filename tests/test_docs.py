"""The documentation is true: its commands run, its links lead somewhere, its tables are current.

How a page is made runnable: a fence ``yaml file=badges/x/badge.yaml`` is a file to write, a fence
``console`` holds commands (``$ …``) and what they print, where ``…`` stands for anything: within a
line, or on a line of its own for any number of lines. ``<!-- run: … -->`` is a command that the
reader's hands do. A fence ``yaml as=award`` is one kind of file and must be readable as such.
"""

import ast
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import click
import pytest
from warm import program

from obit_build.checks import catalogue
from obit_build.cli.overview import COMMANDS
from obit_build.cli.program import obit
from obit_build.model.achievement import Achievement
from obit_build.model.award import AwardFile
from obit_build.model.pathway import Pathway
from obit_build.model.profile import Profile
from obit_build.model.settings import Settings
from obit_build.people.recipients import read_recipients
from obit_build.pipeline.past_names import RULES as OF_THE_PAST
from obit_build.planning.approvals import RULES as OF_APPROVALS
from obit_build.planning.plan import RULES as OF_PLANS
from obit_build.reading.nodes import compose
from obit_build.reading.reader import Reader

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorial" / "first-badge.md"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
HOW_TO = sorted(page for page in DOCS.glob("how-to/**/*.md") if "```console" in page.read_text())
KINDS = {
    "obit": Settings,
    "issuer": Profile,
    "badge": Achievement,
    "award": AwardFile,
    "pathway": Pathway,
}
GENERATED = {
    "cli.md": "write_cli_reference.py",
    "files.md": "write_file_reference.py",
    "checks.md": "write_check_reference.py",
}

_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(
    r"^```([^\n]*)\n(.*?)^```$|^<!-- run: (.*?) -->$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(
    r"`((?:obit_build|tests|scripts|docs|templates|requirements|benchmarks)/[^`\s]*)`"
)
_MARK = "\x1e"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a page does: write a file, or run a command and print something."""

    script: str
    expected: str | None = None


def steps_of(page: Path) -> Iterator[Step]:
    for info, body, hidden in _STEP.findall(page.read_text(encoding="utf-8")):
        path = re.search(r"\bfile=(\S+)", info)
        if hidden:
            yield Step(hidden)
        elif path:
            name = shlex.quote(path[1])
            yield Step(
                f"mkdir -p $(dirname {name}) && cat > {name} <<'END OF FILE'\n{body}END OF FILE"
            )
        elif info == "console":
            yield from _commands(body)


def _commands(body: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield Step(command, expected.rstrip("\n"))


def files_of(page: Path) -> list[Step]:
    """Return the steps that lay down a page's files, without its commands."""
    return [step for step in steps_of(page) if step.expected is None]


def perform(steps: list[Step], folder: Path) -> list[str]:
    """Run all steps in one shell; return what each printed."""
    script = "rc=0\n"
    for step in steps:
        script += f"printf '{_MARK}'; (exit $rc)\n{step.script}\nrc=$?\n"
    environment = {
        "PATH": f"{program().parent}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "GIT_CEILING_DIRECTORIES": str(folder),
    }
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    return done.stdout.decode().split(_MARK)[1:]


def pattern_of(expected: str) -> re.Pattern[str]:
    """Turn what a page says a command prints into a pattern; ``…`` is anything."""
    lines = []
    for line in expected.split("\n"):
        if line.strip() == "…":
            lines.append(r"(?:[^\n]*\n)*?")
        else:
            words = r"[^\n]*?".join(re.escape(part) for part in line.rstrip().split("…"))
            lines.append(words + r"[ ]*\n")
    return re.compile("".join(lines) if expected else r"\n*")


def compare(page: Path, steps: list[Step], folder: Path) -> None:
    outputs = perform(steps, folder)
    assert len(outputs) == len(steps), outputs
    for step, output in zip(steps, outputs, strict=True):
        said = output.rstrip("\n") + "\n" if output.strip() else "\n"
        expected = step.expected or ""
        assert pattern_of(expected).fullmatch(said), (
            f"{page.name}: $ {step.script}\nprints\n{output}\nbut the page says\n{expected}"
        )


def test_the_tutorial_does_what_it_says(tmp_path: Path):
    steps = list(steps_of(TUTORIAL))

    compare(TUTORIAL, steps, tmp_path)


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_a_how_to_does_what_it_says_in_the_tutorials_repository(page: Path, tmp_path: Path):
    folder = tmp_path / "my-badges"
    folder.mkdir()
    perform(files_of(TUTORIAL), folder)

    compare(page, list(steps_of(page)), folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path):
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    dead = []

    for one, other in _LINK.findall(text):
        target, _, anchor = (one or other).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors_of(path)):
            dead.append(one or other)

    assert dead == []


def anchors_of(page: Path) -> set[str]:
    """Return the anchors that forges give to a page's headings."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_exists(page: Path):
    text = page.read_text(encoding="utf-8")
    of_the_reader = set(re.findall(r"^```\w+ file=(\S+)$", text, re.MULTILINE))
    named = {name for name in _PATH.findall(text) if "<" not in name} - of_the_reader

    missing = [
        name
        for name in sorted(named)
        if not any(list(root.glob(name.rstrip("/"))) for root in (ROOT, page.parent))
    ]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_and_option_that_a_page_names_exists(page: Path):
    unknown = [line for line in _mentioned(page) if not is_known(line)]

    assert unknown == []


def _mentioned(page: Path) -> Iterator[str]:
    """Yield every ``obit …`` in code of a page."""
    text = page.read_text(encoding="utf-8")
    code = [body for info, body in _FENCE.findall(text) if info in ("console", "sh", "text")]
    code += re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
    for snippet in code:
        yield from re.findall(r"^(?:\$ )?(?:\w+=\S+ )?(obit [a-z-].*)$", snippet, re.MULTILINE)


def is_known(line: str) -> bool:
    plain = re.sub(r'"[^"]*"', "TEXT", line)
    words = re.split(r"\s+[|<>&#].*|\s+2>.*", plain)[0].split()[1:]
    command: click.Command = obit
    context = click.Context(obit)
    for word in words:
        if word.startswith("-") and word not in ("-", "--help", "-h"):
            known = [option for p in command.params for option in (*p.opts, *p.secondary_opts)]
            if word.partition("=")[0] not in known:
                return False
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None and word in ("COMMAND", "…"):
                return True
            if found is None:
                return command is obit and words[words.index(word) - 1] == "-C"
            command = found
    return True


def test_a_misspelt_command_or_option_would_be_noticed():
    assert is_known("obit check --format github")
    assert is_known("obit key new ../centre.pem")
    assert not is_known("obit chek")
    assert not is_known("obit build --fast")
    assert not is_known("obit key rotat")


def test_every_command_has_its_place_in_the_reference():
    reference = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"## obit {name}\n" not in reference] == []


@pytest.mark.parametrize("name", sorted({*catalogue(), *OF_APPROVALS, *OF_PLANS, *OF_THE_PAST}))
def test_every_finding_is_explained_somewhere(name: str):
    pages = ("checks.md", "messages-and-exit-codes.md")

    text = "".join((DOCS / "reference" / page).read_text(encoding="utf-8") for page in pages)

    assert f"### {name}\n" in text or f"`{name}`" in text


@pytest.mark.parametrize("page", sorted(GENERATED))
def test_a_generated_page_is_up_to_date(page: str):
    written = script(GENERATED[page]).page()

    kept = (DOCS / "reference" / page).read_text(encoding="utf-8")

    assert kept == written, "run make docs"


def script(name: str) -> ModuleType:
    """Import one of the programs in scripts/."""
    spec = importlib.util.spec_from_file_location(name.removesuffix(".py"), ROOT / "scripts" / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_short_files_of_the_reference_can_be_read():
    for file in script("write_file_reference.py").FILES:
        if file.language == "csv":
            assert read_recipients(file.example.encode(), file.path)[1] == []
        else:
            assert problems_in(file.example, file.kind) == []


def problems_in(text: str, kind: type) -> list[str]:
    node, problems = compose(text.encode(), "example.yaml")
    reader = Reader("example.yaml", "en")
    reader.read(node, kind)
    return [f"{problem.location}: {problem.message}" for problem in (*problems, *reader.problems)]


def _examples() -> Iterator[tuple[str, str, str]]:
    for page in PAGES:
        for info, body in _FENCE.findall(page.read_text(encoding="utf-8")):
            kind = re.search(r"\bas=(\w+)", info)
            if kind:
                yield page.relative_to(ROOT).as_posix(), kind[1], body


@pytest.mark.parametrize(("page", "kind", "text"), list(_examples()))
def test_a_file_that_a_page_shows_can_be_read(page: str, kind: str, text: str):
    assert problems_in(text, KINDS[kind]) == []


def test_make_targets_that_pages_name_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^|\$ )make ([a-z]+)", page.read_text(), re.MULTILINE)
    }

    assert {"site", "test"} <= named <= targets


def test_the_readme_begins_with_the_two_commands_and_stays_short():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()

    assert "make site" in " ".join(lines[:12])
    assert "make test" in " ".join(lines[:12])
    assert len(lines) <= 120


@pytest.mark.parametrize("decision", sorted(DOCS.glob("decisions/0*.md")), ids=lambda p: p.stem)
def test_a_decision_says_what_is_bad_about_it(decision: Path):
    text = decision.read_text(encoding="utf-8")

    assert re.match(rf"# {decision.name[:4]} ", text)
    assert "\n## Options\n" in text
    assert "\n## Decision\n" in text
    assert "\n## What is bad about it\n" in text


def _marked() -> dict[int, list[str]]:
    """Return invariant → the tests that say of themselves that they hold it."""
    found: dict[int, list[str]] = {}
    tests = ROOT / "tests"
    for path in sorted(tests.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body if "mark.invariant" in text else ():
            for mark in getattr(node, "decorator_list", []):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.invariant":
                    name = f"`{path.relative_to(tests).as_posix()}::{node.name}`"
                    for argument in mark.args:
                        found.setdefault(argument.value, []).append(name)
    return found


def test_every_invariant_is_held_by_the_tests_that_the_page_names():
    page = (DOCS / "reference" / "invariants.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| INV-(\d+) \| .+ \| (.+) \|$", page, re.MULTILINE)

    assert [int(number) for number, _ in rows] == list(range(1, 21))
    marked = _marked()
    for number, tests in rows:
        assert tests == ", ".join(marked[int(number)])
