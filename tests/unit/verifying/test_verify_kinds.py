"""What is told at a glance is what a close look finds."""

from hypothesis import given
from hypothesis import strategies as st

from obit_build.verifying.kinds import (
    Class,
    _is_of_one_type,
    _is_spelled_well,
    _spelling_flaws,
    _type_flaws,
)

NAMES = st.sampled_from(["id", "type", "@id", "@context", "ext:a", "a:b", "", "@", "name"])
VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1.5, "", "text"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
CLASSES = (
    Class(name="", fields={}),
    Class(name="Image", fields={}),
    Class(name="Image", fields={}, types=(("Image",),), plain_type=True),
    Class(name="Achievement", fields={}, types=(("Achievement", "Badge"),)),
    Class(name="Both", fields={}, types=(("One",), ("Other", "Third"))),
)
TYPES = st.sampled_from(["Image", "Achievement", "Badge", "One", "Other", "x:y", 1, None])


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_a_document_is_spelled_well_if_nothing_in_it_is_spelled_badly(document):
    assert _is_spelled_well(document) == (not list(_spelling_flaws(document)))


@given(st.sampled_from(CLASSES), st.none() | TYPES | st.lists(TYPES, max_size=3))
def test_an_object_that_names_its_type_at_a_glance_has_no_flaw_in_it(kind, given):
    value = {} if given is None else {"type": given}

    if _is_of_one_type(kind, value):
        assert list(_type_flaws(kind, value, "here")) == []
