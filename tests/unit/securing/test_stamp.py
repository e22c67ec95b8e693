"""Stamping: the same text as the full way, or the full way itself."""

import copy
import json

import pytest
from builders import a_credential, a_ledger
from centre import a_centre, an_award
from hypothesis import given
from hypothesis import strategies as st

from obit_build.errors import CanonicalizationError
from obit_build.securing import canonical
from obit_build.securing.canonical import context, packaged_contexts
from obit_build.securing.stamp import MAX_FORMS, Stamper, form_of
from obit_build.securing.template import MARK


@pytest.fixture(scope="module")
def credential():
    centre = a_centre([an_award()])
    award = centre.awards[0]
    return json.loads(a_credential(centre, award, a_ledger(centre).award_id(award.key)))


def changed(credential, **members):
    return {**copy.deepcopy(credential), **members}


def stamper_that_knows(document):
    stamper = Stamper(after=1)
    stamper.canonicalize(document)
    return stamper


def test_the_second_of_a_form_is_stamped_with_the_bytes_of_the_full_way(credential):
    stamper = stamper_that_knows(credential)
    other = changed(
        credential, name='Pare-feu "2"\n', id="https://x.example/awards/2/credential.json"
    )

    text = stamper.canonicalize(other)

    assert text == canonical.canonicalize(other)
    assert stamper.stamped == 2


def test_a_form_is_worked_out_only_when_it_is_met_again(credential):
    stamper = Stamper()

    stamper.canonicalize(credential)
    assert stamper.stamped == 0
    stamper.canonicalize(changed(credential, name="other"))
    assert stamper.stamped == 1


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_text_gives_what_the_full_way_gives_even_its_refusal(credential, name, description):
    stamper = stamper_that_knows(credential)
    other = changed(credential, name=name, description=description)

    try:
        wanted = canonical.canonicalize(other)
    except CanonicalizationError as error:
        with pytest.raises(CanonicalizationError) as refused:
            stamper.canonicalize(other)
        assert refused.value.message == error.message
    else:
        assert stamper.canonicalize(other) == wanted


@pytest.mark.parametrize(
    "address",
    [
        "relative", "@id", "_:b0", "Profile", "schema:name", "xsd:date", "https:", "urn:", "https://x y/",
        "https://x/<", "https://[", "urn:x:\ue000", "HTTPS://x/", "http://x/%zz", "did:web:x", "mailto:a@b",
        "urn:uuid:é", "https://é.example/ü?a=b#c", "data:,x", "tag:x,2026:y",
    ],
)  # fmt: skip
def test_any_address_gives_what_the_full_way_gives_even_its_refusal(credential, address):
    stamper = stamper_that_knows(credential)
    other = changed(credential, evidence=[{"id": address, "type": ["Evidence"], "name": "x"}])
    known = changed(credential, evidence=[{"id": "https://x/", "type": ["Evidence"], "name": "x"}])
    stamper.canonicalize(known)

    try:
        wanted = canonical.canonicalize(other)
    except CanonicalizationError as error:
        with pytest.raises(CanonicalizationError) as refused:
            stamper.canonicalize(other)
        assert refused.value.message == error.message
    else:
        assert stamper.canonicalize(other) == wanted


def test_no_packaged_context_could_take_a_stamped_address_for_a_word_of_its_own():
    words = {word for url in packaged_contexts() for part in _dicts(context(url)) for word in part}

    assert {
        w for w in words if w in ("http", "https", "urn", "did", "mailto") or "://" in w
    } == set()


def _dicts(value):
    if isinstance(value, dict):
        yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _dicts(inner)


def test_a_number_a_truth_and_a_text_are_never_of_one_form(credential):
    forms = {form_of(changed(credential, x=value))[0] for value in (1, 1.0, True, "1", ["1"], [1])}

    assert len(forms) == 6


def test_two_nodes_that_fall_together_stay_right(credential):
    evidence = [{"id": f"https://x.example/{n}", "type": ["Evidence"], "name": "x"} for n in (1, 2)]
    stamper = stamper_that_knows(changed(credential, evidence=evidence))
    both = [{**evidence[0], "name": name} for name in ("one", "two")]
    other = changed(credential, evidence=both)

    assert stamper.canonicalize(other) == canonical.canonicalize(other)


def test_two_unnamed_parts_that_look_alike_go_the_full_way(credential):
    evidence = [{"type": ["Evidence"], "name": name} for name in ("one", "two")]
    stamper = stamper_that_knows(changed(credential, evidence=evidence))
    before = stamper.stamped
    other = changed(credential, evidence=[evidence[0], evidence[0]])

    assert stamper.canonicalize(other) == canonical.canonicalize(other)
    assert stamper.stamped == before


def test_a_text_that_imitates_our_marks_goes_the_full_way(credential):
    stamper = Stamper(after=1)
    other = changed(credential, name=f"{MARK}0:", description=f"{MARK}1:")

    assert stamper.canonicalize(other) == canonical.canonicalize(other)
    assert stamper.stamped == 0


def test_what_is_remembered_is_bounded(credential):
    stamper = Stamper()
    document = {"@context": credential["@context"], "type": ["VerifiableCredential"]}

    for number in range(MAX_FORMS + 10):
        stamper.canonicalize({**document, "id": "urn:x:1", "name": "x", "credentialSubject": {
            "id": "urn:x:2", "type": ["AchievementSubject"], "creditsEarned": number}})  # fmt: skip

    assert len(stamper._met) <= MAX_FORMS
