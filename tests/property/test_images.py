"""Baking and its reverse, for any text and any bytes."""

import contextlib
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pictures import png, svg

from obit_build.errors import BakingError
from obit_build.pictures import bake, picture

PNG = png()
SVG = svg('<g id="a" fill="url(#b)"><rect/></g><style>a{}</style><!-- é -->')
BAKED = tuple(bake.bake(image, '{"name": "é"}') for image in (PNG, SVG))
DOORS = (bake.bake, bake.unbake, bake.take_out, bake.prepare)

# Signing refuses lone surrogates, so no published text has them.
STRINGS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ['"', "\\", "\n", "é ü ß", "🛡️👩‍💻", "שלום مرحبا \u202e", "]]>", "]]]>>", "{", "}}", "\\{", '\\"{', "\ufffe", "\r\n", "<![CDATA["]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | STRINGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(STRINGS, VALUES, max_size=5)


def written(document, style):
    if style == "pretty":
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return json.dumps(document, ensure_ascii=style == "ascii", separators=(",", ":"))


@pytest.mark.parametrize("image", [PNG, SVG], ids=["png", "svg"])
@given(document=OBJECTS, style=st.sampled_from(["pretty", "compact", "ascii"]))
def test_unbaking_gives_the_published_bytes(image, document, style):
    """INV-19: unbaking every image yields exactly the ledger's bytes."""
    published = bake.embeddable(written(document, style))

    baked = bake.bake(image, published)

    assert bake.unbake(baked) == published
    assert json.loads(published) == document


@given(document=OBJECTS)
def test_a_reader_that_counts_braces_without_minding_strings_finds_the_end(document):
    published = bake.embeddable(written(document, "pretty"))

    depth = 0
    ends = []
    for at, character in enumerate(published):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "}" and depth == 0:
            ends.append(at)

    assert ends == [len(published) - 2]


@pytest.mark.parametrize("image", [PNG, SVG], ids=["png", "svg"])
@given(text=st.text())
def test_any_text_comes_out_as_it_went_in_or_is_refused(image, text):
    try:
        baked = bake.bake(image, text)
    except BakingError:
        return
    assert bake.unbake(baked) == text


def refuses_only_with_one_error(data):
    for door in DOORS:
        with contextlib.suppress(BakingError):
            door(data, "{}") if door is bake.bake else door(data)
    picture.inspect(data, "image.png")  # never raises


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_one_kind_of_error(data):
    refuses_only_with_one_error(data)


@pytest.mark.parametrize("begin", [b"\x89PNG\r\n\x1a\n", PNG[:33], b"<svg ", SVG[:60]])
@given(rest=st.binary(max_size=200))
def test_any_bytes_behind_a_true_beginning_are_refused_with_one_kind_of_error(begin, rest):
    refuses_only_with_one_error(begin + rest)


@pytest.mark.parametrize("image", [PNG, SVG, *BAKED], ids=["png", "svg", "baked-png", "baked-svg"])
@given(data=st.data())
@settings(max_examples=200)
def test_a_mutated_picture_is_refused_with_one_kind_of_error(image, data):
    mutated = bytearray(image)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutated)))
        cut = data.draw(st.integers(0, 20))
        mutated[at : at + cut] = data.draw(st.binary(max_size=20))

    refuses_only_with_one_error(bytes(mutated))


@given(st.text(st.sampled_from("<>/=\"' \\:;(){}#&[]!?-@*abegloprstuvx\n0é")))
@example("<style>@\\")
@example('<use href="#')
@example('<rect style="fill:url(\\110000 x)"/>')
def test_any_markup_inside_a_drawing_is_judged_without_failing(inner):
    refuses_only_with_one_error(svg(inner))


@pytest.mark.parametrize("image", [PNG, SVG], ids=["png", "svg"])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_the_rest_of_the_picture_is_untouched(image, text):
    published = bake.embeddable(written({"t": text}, "compact"))

    baked = bake.bake(image, published)

    blank = bake.prepare(image)
    assert baked.startswith(blank.before)
    assert baked.endswith(blank.after)
    assert bake.bake(baked, published) == baked
