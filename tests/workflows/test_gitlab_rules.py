"""The tests' own reader of GitLab's rules decides as GitLab does, for the kinds that the recipe uses."""

import pytest
from gitlab_rules import chosen, expanded, holds

VARIABLES = {"SOURCE": "push", "BRANCH": "main", "DEFAULT": "main", "EMPTY": ""}


@pytest.mark.parametrize(
    ("expression", "decided"),
    [
        ('$SOURCE == "push"', True),
        ('$SOURCE != "push"', False),
        ("$BRANCH == $DEFAULT", True),
        ("$NONE == $DEFAULT", False),
        ('$NONE == ""', False),
        ('$EMPTY == ""', True),
        ("$SOURCE =~ /^(push|web)$/", True),
        ("$SOURCE =~ /^pus$/", False),
        ("$NONE =~ /.*/", False),
        ("$NONE !~ /.*/", True),
        ('$BRANCH == $DEFAULT && $SOURCE == "web"', False),
        ('$SOURCE == "push" || $SOURCE == "x" && $SOURCE == "y"', True),
        ('$SOURCE == "x" && $SOURCE == "push" || $SOURCE == "y"', False),
    ],
)
def test_a_condition_is_decided(expression: str, decided: bool):
    assert holds(expression, VARIABLES) is decided


@pytest.mark.parametrize(
    "expression",
    [
        "$SOURCE",
        '$SOURCE == "push" &&',
        '$SOURCE == "push" $BRANCH == "main"',
        '($SOURCE == "push")',
        "$SOURCE == /push/",
        '$SOURCE =~ "push"',
        "$SOURCE == push",
        "$SOURCE == null",
    ],
)
def test_what_is_not_understood_is_an_error(expression: str):
    with pytest.raises(ValueError, match="not understood"):
        holds(expression, VARIABLES)


def test_the_first_rule_that_holds_counts():
    rules = [{"if": '$SOURCE == "web"'}, {"if": '$SOURCE == "push"'}, {"if": '$BRANCH == "main"'}]

    assert chosen(rules, VARIABLES) == rules[1]
    assert chosen(rules[:1], VARIABLES) is None


def test_variables_are_put_into_those_that_name_them():
    found = expanded({"A": "x", "B": "$A/${A}", "C": "$B-$NONE", "D": "$$A"})

    assert found == {"A": "x", "B": "x/x", "C": "x/x-", "D": "$A"}


def test_variables_in_a_circle_are_an_error():
    with pytest.raises(AssertionError, match="in a circle"):
        expanded({"A": "$B", "B": "$A"})
