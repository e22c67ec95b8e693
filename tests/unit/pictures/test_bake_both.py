"""Two generations of Open Badges in one picture."""

import re

import pytest
from pictures import chunk, png, svg, text_chunk

from obit_build.errors import BakingError
from obit_build.pictures import bake

CREDENTIAL = '{"name": "é"}'
ADDRESS = "https://example.org/a.json?a=1&b=2"
ASSERTION = f'{{"id": "{ADDRESS}"}}'
JWS = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
PICTURES = {"png": png(), "svg": svg("<g/>")}
BOTH = pytest.mark.parametrize("kind", PICTURES)


@BOTH
@pytest.mark.parametrize("assertion", [ASSERTION, JWS, ADDRESS, '  {"id": 1}\n'])
def test_each_comes_out_as_it_went_in(kind, assertion):
    baked = bake.bake_both(PICTURES[kind], CREDENTIAL, assertion)

    assert bake.unbake(baked) == CREDENTIAL
    assert bake.unbake_assertion(baked) == assertion


@BOTH
def test_what_is_in_hand_is_the_newer_one(kind):
    baked = bake.bake_both(PICTURES[kind], CREDENTIAL, ASSERTION)

    assert bake.take_out(baked) == bake.Unbaked(kind, CREDENTIAL, "3.0")


@BOTH
def test_baking_anew_replaces_both(kind):
    once = bake.bake_both(PICTURES[kind], "{}", JWS)

    assert bake.bake_both(once, CREDENTIAL, ASSERTION) == bake.bake_both(
        PICTURES[kind], CREDENTIAL, ASSERTION
    )


@BOTH
def test_baking_a_credential_alone_leaves_the_assertion(kind):
    both = bake.bake_both(PICTURES[kind], "{}", ASSERTION)

    baked = bake.bake(both, CREDENTIAL)

    assert (bake.unbake(baked), bake.unbake_assertion(baked)) == (CREDENTIAL, ASSERTION)


def test_a_png_has_one_chunk_of_each_keyword_and_its_pixels():
    assert bake.bake_both(PICTURES["png"], CREDENTIAL, ASSERTION) == png(
        before=text_chunk(b"openbadgecredential", CREDENTIAL.encode())
        + text_chunk(b"openbadges", ASSERTION.encode())
    )


def test_a_legacy_chunk_with_an_address_goes_too():
    old = png(before=chunk(b"tEXt", b"openbadges\0https://example.org/old"))

    assert bake.bake_both(old, CREDENTIAL, ASSERTION) == bake.bake_both(
        png(), CREDENTIAL, ASSERTION
    )


def test_an_svg_has_one_element_of_each_namespace():
    baked = bake.bake_both(PICTURES["svg"], CREDENTIAL, ASSERTION).decode()

    assert baked == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"'
        ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">'
        f"<openbadges:credential><![CDATA[{CREDENTIAL}]]></openbadges:credential>"
        '<openbadges:assertion xmlns:openbadges="http://openbadges.org"'
        ' verify="https://example.org/a.json?a=1&amp;b=2">'
        f"<![CDATA[{ASSERTION}]]></openbadges:assertion><g/></svg>"
    )


def test_a_jws_stands_in_the_attribute_alone():
    baked = bake.bake_both(PICTURES["svg"], CREDENTIAL, JWS).decode()

    assert (
        f'<openbadges:assertion xmlns:openbadges="http://openbadges.org" verify="{JWS}"/>' in baked
    )


@pytest.mark.parametrize("assertion", ['{"id": "urn:uuid:1"}', '{"id": 1}', "{not JSON", "{}"])
def test_an_assertion_that_is_not_hosted_names_no_address(assertion):
    baked = bake.bake_both(PICTURES["svg"], CREDENTIAL, assertion).decode()

    assert '<openbadges:assertion xmlns:openbadges="http://openbadges.org"><![CDATA[' in baked


def test_an_svg_that_was_an_open_badge_2_0_becomes_both():
    old = svg(
        '<openbadges:assertion verify="https://example.org/old"><![CDATA[{"old": 1}]]></openbadges:assertion><g/>',
        'xmlns:openbadges="http://openbadges.org" viewBox="0 0 1 1"',
    )

    baked = bake.bake_both(old, CREDENTIAL, ASSERTION)

    assert (bake.unbake(baked), bake.unbake_assertion(baked)) == (CREDENTIAL, ASSERTION)
    assert b"old" not in baked


def test_an_assertion_inside_a_credential_is_taken_out_with_it():
    old = svg(
        '<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0">'
        '<p:assertion xmlns:p="http://openbadges.org"/></o:credential><g/>'
    )

    assert bake.bake_both(old, CREDENTIAL, ASSERTION).endswith(b"</openbadges:assertion><g/></svg>")


@pytest.mark.parametrize("assertion", ["", "two words", "é", "line\nbreak", "a" * 1_048_577])
def test_what_is_neither_json_nor_jws_nor_address_is_refused(assertion):
    with pytest.raises(BakingError) as refused:
        bake.bake_both(PICTURES["svg"], CREDENTIAL, assertion)

    assert (
        refused.value.message
        == "what is baked as Open Badges 2.0 is neither JSON nor a JWS nor an address"
    )


def test_an_assertion_that_would_end_its_place_in_an_svg_is_refused():
    with pytest.raises(BakingError, match=re.escape('the credential holds "]]>"')):
        bake.bake_both(PICTURES["svg"], CREDENTIAL, '{"a": "]]>"}')


@BOTH
def test_a_picture_that_was_not_made_ready_for_both_is_not_given_two(kind):
    with pytest.raises(ValueError, match="prepare the picture for both"):
        bake.prepare(PICTURES[kind]).with_both(CREDENTIAL, ASSERTION)
