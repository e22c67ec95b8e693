"""What an editor is told of the files agrees with what obit takes."""

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from obit_build.reading.editor_schemas import FILES, editor_settings, schema
from obit_build.reading.nodes import compose
from obit_build.reading.reader import Reader, fields_of

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "tests" / "examples"
CENTRES = (
    ROOT,
    ROOT / "docs" / "recipes" / "starter",
    EXAMPLES / "base",
    *sorted(path / "repo" for path in (EXAMPLES / "invalid").iterdir()),
)
VALIDATORS = {name: Draft7Validator(schema(name)) for name in FILES}
LEAST = {
    "settings": "site: https://badges.example.org/",
    "issuer": "name: Centre",
    "badge": "name: Tableur\ndescription: Sait.\ncriteria: Réussir.\nimage: image.svg",
    "award": "issued: 2026-03-14\nto: [7f3k9m2q]",
    "pathway": "name: Bureautique\ndescription: Voie.\nmilestone: fin\nsteps: [{title: Un, badges: [a]}]",
    "framework": "name: e-CF\npublisher: CEN\nversion: '1'\nlicence: CC0\nentries: [{code: C.3, name: Un}]",
}
TYPED = (
    "", '""', "Été", "012", "NO", "1:30", "-5", "2.5", "TRUE", "'false'", "2026-03-14", "2026-3-14", "never", "P3Y",
    "P", "fr", "FR", "HTTPS://é.example/x", "https://a b", "a@b.example", "'#0b5563'", "0B5563", "image.svg",
    "../image.svg", "{fr: Un, nl: Een}", "{francais: Un}", "{}", "[]", "[a, b]", "[{id: a}]", "{id: a, name: b}",
    "ext:own", "Badge", "public", "Completed",
)  # fmt: skip
"""Values as people type them, after a field's name."""


class EditorLoader(yaml.SafeLoader):
    """Reads plain values as editors do, by YAML 1.2: no days, and two booleans."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def marked(name: str, text: str) -> list[str]:
    """What an editor underlines."""
    document = yaml.load(text, EditorLoader)  # noqa: S506 - a SafeLoader
    return [error.message for error in VALIDATORS[name].iter_errors(document)]


def refused(name: str, text: str) -> list[str] | None:
    """What obit says of the form of a file, or None if it isn't YAML as obit takes it."""
    node, problems = compose(text.encode(), "file.yaml")
    if problems:
        return None
    reader = Reader("file.yaml", "fr")
    reader.read(node, FILES[name][1])
    return [problem.message for problem in reader.problems]


@pytest.mark.parametrize("name", FILES)
def test_a_schema_is_one_by_the_standard(name: str):
    Draft7Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", FILES)
def test_every_field_is_offered_with_what_it_is_for(name: str):
    offered = schema(name)["properties"]

    assert {field: said["description"] for field, said in offered.items()} == {
        field: declared.metadata["about"].replace("``", "`")
        for field, declared in fields_of(FILES[name][1]).items()
    }


@pytest.mark.parametrize("name", FILES)
def test_an_editor_marks_the_files_that_obit_refuses_and_no_other(name: str):
    judged = {}
    for path in (path for centre in CENTRES for path in sorted(centre.glob(FILES[name][0]))):
        text = path.read_text("utf-8", "replace")
        if (said := refused(name, text)) is not None:
            judged[str(path.relative_to(ROOT))] = (bool(said), bool(marked(name, text)))

    assert len(judged) >= 1
    assert {path: pair for path, pair in judged.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("name", FILES)
def test_an_editor_never_marks_a_value_that_obit_takes(name: str):
    wrongly = {}
    for field in fields_of(FILES[name][1]):
        others = [x for x in LEAST[name].splitlines() if not x.startswith(f"{field}:")]
        for value in TYPED:
            text = "\n".join([*others, f"{field}: {value}"]) + "\n"
            if refused(name, text) == [] and marked(name, text):
                wrongly[f"{field}: {value}"] = marked(name, text)

    assert refused(name, LEAST[name]) == marked(name, LEAST[name]) == []
    assert wrongly == {}


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("award", "valid_from: 14/03/2026", "expected a date like 2026-03-14"),
        ("badge", "expires: three years", "expected a duration"),
        ("settings", "url: example.org", None),
    ],
)
def test_an_editor_says_what_was_expected(name: str, line: str, said: str | None):
    text = f"{LEAST[name]}\n{line}\n"

    (error,) = VALIDATORS[name].iter_errors(yaml.load(text, EditorLoader))  # noqa: S506 - a SafeLoader

    assert error.schema.get("patternErrorMessage") == said


def test_the_editors_settings_name_each_schema_and_where_its_files_lie():
    assert editor_settings(".vscode/obit") == {
        "yaml.schemas": {
            ".vscode/obit/settings.schema.json": "obit.yaml",
            ".vscode/obit/issuer.schema.json": "issuers/*/issuer.yaml",
            ".vscode/obit/badge.schema.json": "badges/*/badge.yaml",
            ".vscode/obit/award.schema.json": "badges/*/awards/*.yaml",
            ".vscode/obit/pathway.schema.json": "pathways/*.yaml",
            ".vscode/obit/framework.schema.json": "frameworks/*.yaml",
        }
    }
