"""The tests' own reader of expressions gives what a forge gives, for the kinds that the workflows use."""

import pytest
from forge_expressions import condition, evaluate, filled

CONTEXT = {
    "vars": {"A": "yes", "EMPTY": ""},
    "secrets": {"T": "token"},
    "github": {"event_name": "push", "token": "own", "event": {"repository": {"name": "r"}}},
    "needs": {"plan": {"outputs": {"digest": "abc"}, "result": "success"}},
}
WELL = {"success": True, "failure": False, "always": True, "cancelled": False}
BADLY = {**WELL, "success": False, "failure": True}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("vars.A == 'yes'", True),
        ("vars.NONE == 'yes'", False),
        ("vars.NONE != ''", False),
        ("vars.A && secrets.T || github.token", "token"),
        ("vars.EMPTY && secrets.T || github.token", "own"),
        ("github.event_name != 'push' && '--refresh' || ''", ""),
        ("needs.plan.outputs.digest", "abc"),
        ("needs.plan.outputs.none.deeper", ""),
        ("!(vars.A == 'no') && 'a' == 'a'", True),
        ("github.event.repository.name", "r"),
        ("''", ""),
        ("format('{0}/{1}', github.event_name, 'b')", "push/b"),
        ("vars.EMPTY || format('{0}', vars.A)", "yes"),
    ],
)
def test_an_expression_has_its_value(expression: str, value: str | bool):
    assert evaluate(expression, CONTEXT) == value


@pytest.mark.parametrize(
    ("text", "well", "badly"),
    [
        (None, True, False),
        ("vars.A == 'yes'", True, False),
        ("${{ failure() }}", False, True),
        ("${{ always() && vars.A == 'yes' }}", True, True),
        ("${{ !cancelled() && vars.A == 'no' }}", False, False),
        ("${{ !cancelled()\n  && vars.A == 'yes' }}", True, True),
    ],
)
def test_a_condition_knows_how_it_went(text: str | None, well: bool, badly: bool):
    assert (condition(text, CONTEXT, WELL), condition(text, CONTEXT, BADLY)) == (well, badly)


def test_values_are_filled_into_texts():
    assert filled("credential.${{ github.token }}.helper", CONTEXT) == "credential.own.helper"


@pytest.mark.parametrize(
    "expression",
    [
        "vars.A ==",
        "(vars.A",
        "vars.A vars.A",
        "fromJSON('1')",
        "format('{1}', 'a')",
        "format('{0}' 'a')",
        "a < b",
        "matrix.python",
        "github.event",
    ],
)
def test_what_is_not_understood_is_an_error(expression: str):
    with pytest.raises((ValueError, LookupError)):
        evaluate(expression, CONTEXT)
