"""The shape of the package, as a test.

Read LAYERS from top to bottom: a module may import from its own layer or a lower one, never a
higher one, and no import closes a loop. A new module is placed on this map.
"""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "obit_build"

COMMANDS = {"cli"}
PIPELINE = {"deciding", "exporting", "key_keeping", "people_keeping", "pipeline", "unchanged"}
EDGES = {  # the only modules that touch files, the network, other programs or private keys
    "built_site",
    "census",
    "cluster",
    "drawings",
    "durable",
    "fetch",
    "folders",
    "git",
    "git_history",
    "git_ledger",
    "git_objects",
    "git_past",
    "git_runner",
    "github_api",
    "inspect_site",
    "ledger_store",
    "live",
    "load",
    "load_commit",
    "object_storage",
    "manifest",
    "people_list",
    "processes",
    "publish",
    "site_folder",
    "site_look",
    "raster",
    "serve",
    "signers",
    "spool",
    "surroundings",
    "ssh_keygen",
    "theme",
    "typesetting",
    "typst_worker",
    "tool",
    "web",
}
STEPS = {  # pure: a repository, a ledger or bytes in; values or bytes out
    "achievements",
    "award_edits",
    "auditing",
    "approval_files",
    "approval_policy",
    "approvals",
    "award_links",
    "bake",
    "checkpoints",
    "checks",
    "clr",
    "codeowners",
    "credential",
    "credential_jwt",
    "deployment",
    "doctor",
    "documents",
    "drafts",
    "endorsements",
    "endorsing",
    "findings",
    "forge_reviews",
    "frameworks",
    "issuing",
    "issuing_keys",
    "issuing_run",
    "key_edits",
    "key_moves",
    "key_plan",
    "ledger_documents",
    "ledger_guards",
    "linting",
    "naming",
    "openbadges2",
    "past_names",
    "people",
    "people_editing",
    "people_rows",
    "picture",
    "plan",
    "plan_approvals",
    "plan_base",
    "plan_document",
    "plan_pages",
    "plain_people",
    "plan_remarks",
    "press",
    "previews",
    "profiles",
    "public_hosts",
    "review",
    "schemas",
    "signing",
    "sources",
    "storage_address",
    "storage_errors",
    "status_lists",
    "translations",
    "trust",
    "twins",
    "verdicts",
    "verify",
    "website",
}
PARTS_OF_STEPS = ("verify_",)
"""A module whose name begins like this is a part of that step."""
FORMATS = {  # pure: spell and read one format each; know nothing of what a centre does
    "addresses",
    "awards",
    "canonical",
    "colours",
    "digests",
    "durations",
    "filling",
    "fingerprint",
    "forge_editor",
    "git_commit",
    "harmless",
    "host_settings",
    "hosting",
    "hosts",
    "http_answers",
    "icons",
    "issuer_keys",
    "jwk",
    "jwt",
    "keys",
    "kinds",
    "ledger",
    "ledger_address",
    "ledger_files",
    "ledger_keys",
    "ledger_replay",
    "drawn_text",
    "nodes",
    "own_texts",
    "pdf_attachments",
    "phrases",
    "places",
    "plain_reader",
    "plain_yaml",
    "pixels",
    "png",
    "poster",
    "proof",
    "proof_jcs",
    "proof_suites",
    "prose",
    "qr_codes",
    "reader",
    "security_txt",
    "signed_note",
    "signer_uris",
    "spacing",
    "sshsig",
    "stamp",
    "status",
    "strict_json",
    "svg",
    "svg_content",
    "svg_xml",
    "template",
}
WORDS = {"centre_files", "counting", "errors", "model", "problems", "setting", "summary"}
LAYERS = (COMMANDS, PIPELINE, EDGES, STEPS, FORMATS, WORDS)

OUTSIDE_WORLD = {
    "asyncio", "ctypes", "fcntl", "http", "multiprocessing", "os", "random", "secrets",
    "shutil", "signal", "socket", "ssl", "subprocess", "tempfile", "threading", "time",
    "urllib.request", "webbrowser",
}  # fmt: skip
READS_PACKAGE_DATA = {"canonical", "drawn_text", "phrases", "schemas", "verify_words"}
"""Pure modules that read files which lie inside the package and never change."""

MAX_LINES = 400
MAX_FUNCTION_LINES = 50


def unit(path: Path) -> str:
    """A module's name, or its subpackage's."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(
    p for p in PACKAGE.rglob("*.py") if p not in (PACKAGE / "__init__.py", PACKAGE / "__main__.py")
)
TREES = {path: ast.parse(path.read_text("utf-8")) for path in FILES}
STEPS |= {name for name in map(unit, FILES) if name.startswith(PARTS_OF_STEPS)}
PURE = STEPS | FORMATS | WORDS
LEVEL = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}


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
    return {n.split(".")[1] for n in names if n.startswith("obit_build.")}


GRAPH: dict[str, set[str]] = {unit(path): set() for path in FILES}
for _path, _tree in TREES.items():
    GRAPH[unit(_path)] |= own(imports(_tree)) & GRAPH.keys() - {unit(_path)}
MODULES: dict[str, set[str]] = {}
for _path, _tree in TREES.items():
    _name = ".".join(("obit_build", *_path.relative_to(PACKAGE).with_suffix("").parts))
    MODULES[_name.removesuffix(".__init__")] = imports(_tree)


def test_every_module_has_a_layer_and_every_name_on_the_map_a_module():
    assert GRAPH.keys() - LEVEL.keys() == set()
    assert LEVEL.keys() - GRAPH.keys() == set()
    assert sum(map(len, LAYERS)) == len(LEVEL)


def test_imports_never_point_up():
    assert [(a, b) for a, bs in GRAPH.items() for b in bs if LEVEL[b] < LEVEL[a]] == []


def test_imports_never_close_a_loop():
    list(TopologicalSorter(GRAPH).static_order())


def test_imports_inside_a_subpackage_never_close_a_loop():
    inner = {name: names & MODULES.keys() - {name} for name, names in MODULES.items()}
    for package in (
        "obit_build.auditing",
        "obit_build.checks",
        "obit_build.cli",
        "obit_build.doctor",
        "obit_build.model",
        "obit_build.pipeline",
        "obit_build.signers",
        "obit_build.website",
    ):
        inner[package].discard(package)
    for name, names in inner.items():
        if name.count(".") > 1:  # a part does not count its package's __init__ as its own import
            names.discard(name.rsplit(".", 1)[0])

    list(TopologicalSorter(inner).static_order())


def test_only_edges_touch_the_outside_world():
    touched = [
        (unit(path), name)
        for path, tree in TREES.items()
        if unit(path) in PURE
        for name in imports(tree)
        if any(name == banned or name.startswith(banned + ".") for banned in OUTSIDE_WORLD)
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
    opened = {unit(path): file_calls(tree) for path, tree in TREES.items() if unit(path) in PURE}

    assert {name for name, calls in opened.items() if calls} <= READS_PACKAGE_DATA
    for name in READS_PACKAGE_DATA & opened.keys():
        assert not opened[name] & {"write_text", "write_bytes", "unlink", "mkdir", "touch"}
        text = (PACKAGE / f"{name}.py").read_text("utf-8")
        assert "Path(__file__).parent" in text or "from importlib.resources import files" in text


def test_only_the_signer_touches_private_keys():
    allowed = {PACKAGE / "signers" / "signer.py"}

    assert {p for p in FILES if "Ed25519PrivateKey" in p.read_text("utf-8")} <= allowed


def test_only_the_command_line_prints_or_ends_the_process():
    said = [
        (path.name, node.lineno)
        for path, tree in TREES.items()
        if unit(path) not in COMMANDS | {"raster"}  # its worker is a program of its own
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
        (path.name, function.name)
        for path, tree in TREES.items()
        if unit(path) not in COMMANDS
        for function in functions(tree)
        if own(imports(function))
    ]
    by_name = [p.name for p, tree in TREES.items() if "importlib" in imports(tree)]

    assert hidden == []
    assert by_name == ["program.py"]


def test_no_import_is_for_the_type_checker_only():
    """A loop that only the type checker sees is still a loop."""
    hidden = [
        (path.name, sorted(own(imports(node))))
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if own(imports(node))
    ]

    assert hidden == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_is_readable_in_one_sitting(path):
    assert len(path.read_text("utf-8").splitlines()) <= MAX_LINES
    long = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions(TREES[path])}
    assert {name: lines for name, lines in long.items() if lines > MAX_FUNCTION_LINES} == {}
    assert ast.get_docstring(TREES[path])


def test_no_two_files_of_tests_have_one_name():
    """pytest imports them by their names alone, and refuses to run any of them otherwise."""
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))
