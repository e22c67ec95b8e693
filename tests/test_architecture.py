"""The shape of the package, as a test.

Read FLOORS from top to bottom: a package, or a module that stands alone, imports only from floors
below its own, so no import closes a loop, neither between packages nor inside one. EDGES are the only
modules that touch the world outside; what is pure never imports them.
A new module finds its floor with its package; a new package gets a floor here.
"""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "obit_build"

FLOORS = (
    {"cli"},
    {"pipeline"},
    {"publishing", "spread"},
    {"auditing", "website"},
    {"issuing"},
    {"checks", "planning", "signers"},
    {"keys"},
    {"centre", "translations"},
    {"verifying"},
    {"credentials", "doctor"},
    {"approving", "hosting", "ledger", "people", "phrases"},
    {"addresses", "durations", "git", "pictures", "reading"},
    {"findings", "model", "securing", "spool"},
    {"durable", "network", "problems", "setting", "strict_json", "theme", "tool"},
    {
        "counting",
        "errors",
        "fingerprint",
        "forge_editor",
        "harmless",
        "numbering",
        "package",
        "prose",
        "remembered",
    },
)
COMMANDS = "cli"
PIPELINE = "pipeline"
EDGES = {  # the only modules that touch files, the network, other programs or private keys
    "centre.census",
    "centre.folders",
    "centre.load",
    "centre.load_commit",
    "centre.people_list",
    "doctor.github_api",
    "doctor.surroundings",
    "durable",
    "git.head",
    "git.history",
    "git.past",
    "hosting.serve",
    "keys.ssh_keygen",
    "ledger.branch",
    "ledger.folder",
    "ledger.git_objects",
    "ledger.git_runner",
    "ledger.watch",
    "network.fetch",
    "network.web",
    "pictures.drawings",
    "pictures.raster",
    "pictures.typesetting",
    "pictures.typst_worker",
    "publishing.built_site",
    "publishing.inspect_site",
    "publishing.live",
    "publishing.manifest",
    "publishing.object_storage",
    "publishing.publish",
    "publishing.site_folder",
    "publishing.site_look",
    "publishing.unchanged",
    "signers",
    "spool",
    "spread.cluster",
    "spread.processes",
    "theme",
    "tool",
}

OUTSIDE_WORLD = {
    "asyncio", "ctypes", "fcntl", "http", "multiprocessing", "os", "random", "secrets",
    "shutil", "signal", "socket", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib.request", "webbrowser",
}  # fmt: skip
READS_PACKAGE_DATA = {
    "issuing.schemas",
    "phrases",
    "pictures.drawn_text",
    "securing.canonical",
    "verifying.words",
}
"""Pure modules that read files which lie inside the package and never change."""

MAX_LINES = 400
MAX_FUNCTION_LINES = 50


def name_of(path: Path) -> str:
    """A module's dotted name inside the package."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def house(name: str) -> str:
    """The package of a module, or its own name where it stands alone."""
    return name.partition(".")[0]


def is_pure(name: str) -> bool:
    """Tell whether a module has nothing to do with the world outside."""
    return house(name) not in {COMMANDS, PIPELINE} and not {name, house(name)} & EDGES


FILES = sorted(
    p for p in PACKAGE.rglob("*.py") if p not in (PACKAGE / "__init__.py", PACKAGE / "__main__.py")
)
TREES = {name_of(path): ast.parse(path.read_text("utf-8")) for path in FILES}
FLOOR = {name: depth for depth, floor in enumerate(FLOORS) for name in floor}


def imports(tree: ast.AST) -> set[str]:
    """Every module name that the code imports, wherever the import stands."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(names: set[str]) -> set[str]:
    """The modules of this package among ``names``."""
    return {
        n.removeprefix("obit_build.") for n in names if n.startswith("obit_build.")
    } & TREES.keys()


GRAPH = {name: own(imports(tree)) - {name} for name, tree in TREES.items()}


def test_every_package_has_a_floor_and_every_name_on_the_map_is_there():
    there = set(map(house, TREES))

    assert there - FLOOR.keys() == set()
    assert FLOOR.keys() - there == set()
    assert sum(map(len, FLOORS)) == len(FLOOR)
    assert EDGES - there - TREES.keys() == set()


def test_the_picture_for_contributors_shows_every_package_from_top_to_bottom():
    page = (PACKAGE.parent / "CONTRIBUTING.md").read_text("utf-8")
    picture = page.split("## The picture")[1].split("```")[1]

    shown = re.findall(r"(?:^ |  )([a-z]+)/", picture, re.MULTILINE)

    assert sorted(shown) == sorted(package for package in FLOOR if (PACKAGE / package).is_dir())
    assert [FLOOR[package] for package in shown] == sorted(FLOOR[package] for package in shown)


def test_packages_import_only_from_floors_below_their_own():
    upwards = [
        (a, b)
        for a, names in GRAPH.items()
        for b in names
        if house(a) != house(b) and FLOOR[house(b)] <= FLOOR[house(a)]
    ]

    assert upwards == []


def test_imports_never_close_a_loop():
    """A part does not count its package's own ``__init__`` as something that it imports."""
    inner = {name: names - {name.rpartition(".")[0]} for name, names in GRAPH.items()}

    list(TopologicalSorter(inner).static_order())


def test_what_is_pure_imports_no_edge():
    assert [
        (a, b) for a, names in GRAPH.items() for b in names if is_pure(a) and not is_pure(b)
    ] == []


def test_only_edges_touch_the_outside_world():
    touched = [
        (name, imported)
        for name, tree in TREES.items()
        if is_pure(name)
        for imported in imports(tree)
        if any(imported == banned or imported.startswith(banned + ".") for banned in OUTSIDE_WORLD)
    ]

    assert touched == []


def file_calls(tree: ast.AST) -> set[str]:
    """The names of calls that read or write files."""
    names = {
        "open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "glob",
        "unlink", "mkdir", "touch", "is_file", "is_dir", "exists", "stat",
    }  # fmt: skip
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    said = (f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls)
    return names & set(said)


def test_pure_modules_open_no_files_but_those_of_packages():
    opened = {name: file_calls(tree) for name, tree in TREES.items() if is_pure(name)}

    assert {name for name, calls in opened.items() if calls} <= READS_PACKAGE_DATA
    for name in READS_PACKAGE_DATA & opened.keys():
        assert not opened[name] & {"write_text", "write_bytes", "unlink", "mkdir", "touch"}
        text = (PACKAGE / f"{name.replace('.', '/')}.py").read_text("utf-8")
        uses_own_data = "from obit_build.package import PACKAGE" in text
        assert uses_own_data or "from importlib.resources import files" in text


def test_one_module_says_where_the_package_lies():
    """Any other would say it wrong once it is moved, and nobody might notice."""
    told = [name for name, tree in TREES.items() if "id='__file__'" in ast.dump(tree)]

    assert told == ["package"]


def test_only_the_signer_touches_private_keys():
    allowed = {PACKAGE / "signers" / "signer.py"}

    assert {p for p in FILES if "Ed25519PrivateKey" in p.read_text("utf-8")} <= allowed


def test_only_the_command_line_prints_or_ends_the_process():
    said = [
        (name, node.lineno)
        for name, tree in TREES.items()
        if house(name) != COMMANDS
        and name != "pictures.raster"  # its worker is a program of its own
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in ("print", "exit", "input"))
            or (isinstance(node.func, ast.Attribute) and node.func.attr in ("exit", "_exit"))
        )
    ]

    assert said == []


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_modules_of_our_own_are_imported_at_the_top():
    """Inside a function only heavy libraries are imported, and commands by the command line."""
    hidden = [
        (name, function.name)
        for name, tree in TREES.items()
        if house(name) != COMMANDS
        for function in functions(tree)
        if own(imports(function))
    ]
    by_name = [name for name, tree in TREES.items() if "importlib" in imports(tree)]

    assert hidden == []
    assert by_name == ["cli.program"]


def test_no_import_is_for_the_type_checker_only():
    """A loop that only the type checker sees is still a loop."""
    hidden = [
        (name, sorted(own(imports(node))))
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if own(imports(node))
    ]

    assert hidden == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_is_readable_in_one_sitting(path):
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES
    long = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions(TREES[name_of(path)])}
    assert {name: lines for name, lines in long.items() if lines > MAX_FUNCTION_LINES} == {}
    assert ast.get_docstring(TREES[name_of(path)])


def test_no_two_files_of_tests_have_one_name():
    """pytest imports them by their names alone, and refuses to run any of them otherwise."""
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))
