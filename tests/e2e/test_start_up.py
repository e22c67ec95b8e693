"""What the program imports before it knows what is asked of it."""

import json
import subprocess
import sys

import click
import pytest
from sample import AT

from obit_build.cli.overview import COMMANDS, overview
from obit_build.cli.program import obit

HEAVY = {"PIL", "cryptography", "jinja2", "jsonschema", "markdown", "nh3", "pyld", "pyoxigraph", "resvg_py", "yaml"}  # fmt: skip
OBIT_AND_ITS_MODULES = """
import json, sys
from obit_build.cli import main
sys.argv = ["obit", *sys.argv[1:]]
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def modules_after(*arguments):
    done = subprocess.run(
        [sys.executable, "-c", OBIT_AND_ITS_MODULES, *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1])), done.stdout


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_help_imports_nothing_but_its_text(asked):
    modules, said = modules_after(asked)

    assert said == overview()
    assert modules & (HEAVY | {"click"}) == set()
    ours = {name for name in modules if name.startswith("obit_build.")}
    assert ours == {"obit_build.cli", "obit_build.cli.overview"}


@pytest.mark.parametrize("arguments", [["--version"], [], ["nonsense"]], ids=["version", "nothing", "nonsense"])  # fmt: skip
def test_a_short_answer_imports_no_library_that_takes_long(arguments):
    modules, _ = modules_after(*arguments)

    assert "click" in modules
    assert modules & HEAVY == set()


def test_a_build_that_has_nothing_to_do_imports_nothing_that_would_do_it(obit, small):
    assert obit(small, "build", "--at", AT).code == 0

    modules, _ = modules_after("-C", str(small), "build", "--at", AT)

    assert "obit_build.publishing.unchanged" in modules
    assert (
        modules & (HEAVY | {"obit_build.pipeline", "obit_build.checks", "multiprocessing"}) == set()
    )


def test_the_overview_is_what_the_program_would_say_of_itself():
    """Options and commands are told as click tells them, which knows them by itself."""
    context = obit.make_context("obit", [], resilient_parsing=True)
    told = click.HelpFormatter(width=80)
    obit.format_usage(context, told)
    obit.format_help_text(context, told)
    click.Command.format_options(obit, context, told)

    assert overview().startswith(told.getvalue())
    assert obit.list_commands(context) == list(COMMANDS)
    assert all(len(line) <= 80 for line in overview().splitlines())


def test_no_client_for_the_web_comes_with_json_ld():
    script = (
        "import sys; from obit_build.securing import canonical; canonical.dataset({'@context': "
        "'https://www.w3.org/ns/credentials/v2', 'id': 'urn:x:1'}); "
        "print(sorted({'pyld', 'requests', 'aiohttp', 'urllib3'} & sys.modules.keys()))"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )

    assert said.stdout == "['pyld']\n"
