"""The report's sentences: whole in three languages, and recognised when other modules speak."""

import ast
import copy
import pickle

import pytest
from signed_badges import a_world

from obit_build.package import PACKAGE
from obit_build.phrases import PLACEHOLDER
from obit_build.verifying.words import (
    LANGUAGES,
    Sentence,
    detail,
    joined,
    say,
    sentences,
    translated,
)

SPEAKERS = (
    "network/fetch", "network/public_hosts", "pictures/pdf_attachments", "securing/canonical",
    "securing/jwk", "securing/jwt", "securing/keys", "securing/proof_jcs", "securing/status",
    "strict_json",
)  # fmt: skip
ERRORS = ("CanonicalizationError", "FetchError", "KeyFormatError", "BakingError", "StatusListError")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_sentence_exists_in_every_language_with_the_same_places_for_values(language):
    english, other = sentences("en"), sentences(language)

    assert set(other) == set(english)
    assert [
        key
        for key in english
        if sorted(PLACEHOLDER.findall(english[key])) != sorted(PLACEHOLDER.findall(other[key]))
    ] == []


def test_a_sentence_is_its_english_text_and_says_itself_in_other_languages():
    sentence = say("form.refused", what=say("what.badge"), flaw=say("flaw.null", name="id"))

    assert sentence == (
        'This is not an Open Badge as the standard describes it: "id" has no value.'
    )
    assert translated(sentence, "fr") == (
        "Ce n’est pas un Open Badge tel que la norme le décrit : « id » n’a pas de valeur."
    )
    assert translated(sentence, "nl") == (
        'Dit is niet een Open Badge zoals de norm die beschrijft: "id" heeft geen waarde.'
    )


def test_sentences_in_a_row_stay_sentences():
    whole = joined(say("size.empty"), say("proof.form"))

    assert whole == "The file is empty. The signature is malformed."
    assert translated(whole, "nl") == "Het bestand is leeg. De handtekening is slecht gevormd."


def test_a_plain_text_stays_as_it_is():
    assert translated("whatever", "fr") == "whatever"


def test_what_other_modules_say_is_recognised():
    assert translated(detail('the JSON gives "a" twice'), "fr") == "le JSON donne deux fois « a »"
    assert translated(detail("x.example sends more than 2 MiB"), "nl") == (
        "x.example stuurt meer dan 2 MiB"
    )


def test_what_nobody_knows_is_said_in_english_and_marked():
    assert translated(detail("nobody knows this"), "fr") == "« nobody knows this » (en anglais)"
    assert translated(detail("x" * 700), "nl") == "x" * 700


def test_a_value_that_looks_like_a_place_for_values_is_left_alone():
    assert say("says.id") == "id"
    assert say("flaw.null", name="{where}") == '"{where}" has no value'


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])  # noqa: S301
def test_a_copy_of_a_sentence_still_knows_other_languages(copied):
    sentence = copied(say("size.empty"))

    assert isinstance(sentence, Sentence)
    assert translated(sentence, "fr") == "Le fichier est vide."


def _calls(module):
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _sample(node):
    """Put a letter in place of each value of an f-string."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "X" for part in node.values
        )
    return None


@pytest.mark.parametrize("module", SPEAKERS)
def test_every_reason_that_another_module_gives_is_in_the_catalogues(module):
    said = [
        _sample(call.args[0])
        for call in _calls(module)
        if isinstance(call.func, ast.Name) and call.func.id in ERRORS and call.args
    ]
    said += [
        _sample(node.value)
        for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and [t.id for t in node.targets if isinstance(t, ast.Name)] == ["message"]
    ]  # fmt: skip

    unknown = [
        text for text in said if text and translated(detail(text), "fr").endswith("(en anglais)")
    ]

    assert any(said)
    assert unknown == []


def _keys_in(call):
    """Return the catalogue keys that a call names outright."""
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    named = [k.value.value for k in call.keywords if k.arg == "as_key" and isinstance(k.value, ast.Constant)]  # fmt: skip
    if call.func.id == "say":
        return texts[:1]
    dynamic = any(k.arg == "as_key" for k in call.keywords) and not named
    return [*(named or ([] if dynamic else texts[:1])), *texts[1:2]]


def test_every_key_that_the_verifier_uses_is_in_the_catalogue():
    modules = sorted(f"verifying/{path.stem}" for path in (PACKAGE / "verifying").glob("*.py"))
    asked = {
        key
        for module in modules
        for call in _calls(module)
        if isinstance(call.func, ast.Name) and call.func.id in ("say", "refusal")
        for key in _keys_in(call)
    }

    assert len(asked) > 120
    assert asked - set(sentences("en")) == set()


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_report_of_a_good_badge_is_whole_in_every_language(language):
    report = a_world().report()

    written = report.to_dict(language)

    english = report.to_dict()
    assert [step["reason"] for step in written["steps"]] == [s["reason"] for s in english["steps"]]
    assert all(
        one["message"] != other["message"]
        for one, other in zip(written["steps"], english["steps"], strict=True)
    )
