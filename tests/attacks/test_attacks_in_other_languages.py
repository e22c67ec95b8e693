"""Every refusal can be said in French and Dutch, whole: no English word is left in it."""

import pytest
from signed_badges import a_world
from signed_tokens import a_token
from test_attacks import ATTACKS
from test_token_attacks import ATTACKS as TOKEN_ATTACKS

from obit_build.verifying.words import translated

MARKS = ("(en anglais)", "(in het Engels)")
# Words that only English sentences hold; foreign texts in the rows are French.
ENGLISH = (" the ", " is ", " not ", " of ", " it ", "badge's")
# What the world of these tests answers, in words of its own.
OF_THE_TESTS = ("is not on this web", "the site does not answer")


def refusals():
    for attack in ATTACKS:
        yield a_world(attack.before, attack.after).report().steps[attack.step]
    for attack in TOKEN_ATTACKS:
        token = a_token(attack.before, attack.after, algorithm=attack.algorithm)
        yield token.report().steps[attack.step]


def test_every_refusal_and_its_remedy_are_said_in_the_language() -> None:
    sentences = {text for step in refusals() for text in (step.message, step.fix)}
    ours = [s for s in sentences if s and not any(words in s for words in OF_THE_TESTS)]

    assert len(ours) > 120
    for language in ("fr", "nl"):
        for english in ours:
            said = translated(english, language)

            assert said != english
            assert not any(mark in said for mark in MARKS), said
            assert language == "nl" or not any(word in said for word in ENGLISH), said


@pytest.mark.parametrize("words", OF_THE_TESTS)
def test_foreign_words_are_marked_as_such(words: str) -> None:
    found = [s.message for s in refusals() if words in s.message]

    assert found
    assert all(MARKS[0] in translated(message, "fr") for message in found)
