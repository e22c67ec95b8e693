"""What `obit schema` writes, and what it leaves alone."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from obit_build.cli.program import obit
from obit_build.reading.editor_schemas import FILES, editor_settings, schema

SETTINGS = json.dumps(editor_settings(".vscode/obit"), indent=2) + "\n"
WRITTEN = [f".vscode/obit/{name}.schema.json" for name in FILES]


def run(root: Path, *words: str) -> Result:
    done = CliRunner().invoke(obit, ["-C", str(root), *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done


def files(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_schemas_are_written_and_the_editor_is_told_of_them(tmp_path: Path):
    done = run(tmp_path, "schema")

    assert done.stdout == ""
    assert done.stderr == "".join(f"wrote {x}\n" for x in [*WRITTEN, ".vscode/settings.json"])
    made = files(tmp_path)
    assert sorted(made) == sorted([*WRITTEN, ".vscode/settings.json"])
    assert made[".vscode/settings.json"].decode() == SETTINGS
    assert [json.loads(made[path]) for path in WRITTEN] == [schema(name) for name in FILES]


def test_a_second_time_writes_the_same_and_asks_for_nothing(tmp_path: Path):
    run(tmp_path, "schema")
    before = files(tmp_path)

    done = run(tmp_path, "schema")

    assert done.stderr == "".join(f"wrote {x}\n" for x in WRITTEN)
    assert done.stdout == ""
    assert files(tmp_path) == before


def test_settings_that_are_there_stay_as_they_are_and_what_to_add_is_printed(tmp_path: Path):
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode" / "settings.json").write_text('{\n  // mine\n  "a": 1\n}\n')

    done = run(tmp_path, "-q", "schema")

    assert done.stderr == ".vscode/settings.json is there already; add to it:\n"
    assert done.stdout == SETTINGS
    assert (tmp_path / ".vscode" / "settings.json").read_text() == '{\n  // mine\n  "a": 1\n}\n'


def test_one_schema_is_printed_for_another_editor(tmp_path: Path):
    done = run(tmp_path, "schema", "badge")

    assert json.loads(done.stdout) == schema("badge")
    assert files(tmp_path) == {}
