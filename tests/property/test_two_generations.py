"""INV-19 for two generations in one picture: each un-bakes to exactly what was published."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import png, svg

from obit_build.pictures import bake

PNG = png()
SVG = svg('<g id="a"/><!-- é -->')
OLD = {
    "png": (PNG, bake.bake(PNG, "{}"), bake.bake_both(PNG, "{}", "{}")),
    "svg": (SVG, bake.bake(SVG, "{}"), bake.bake_both(SVG, "{}", "{}")),
}
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["]]>", "}{", '"', "\\", "</openbadges:assertion>", "openbadges\0", "https://example.org/é?a&b"]
)


def published(text):
    return bake.embeddable(json.dumps({"id": text, "t": [text]}, ensure_ascii=False))


@pytest.mark.invariant(19)
@pytest.mark.parametrize("kind", OLD)
@given(credential=TEXTS, assertion=TEXTS, before=st.integers(0, 2))
def test_each_generation_unbakes_to_its_published_bytes(kind, credential, assertion, before):
    texts = published(credential), published(assertion)

    baked = bake.bake_both(OLD[kind][before], *texts)

    assert (bake.unbake(baked), bake.unbake_assertion(baked)) == texts
    assert baked == bake.bake_both(OLD[kind][0], *texts)
