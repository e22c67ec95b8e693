"""openbadges_bakery un-bakes what obit bakes, and obit un-bakes what it bakes (Open Badges 2.0)."""

import json

import explained
import pytest
from judging import python_judge

from obit_build.bake import take_out, unbake
from obit_build.png import NoCredentialError

pytestmark = pytest.mark.node

TEXTS = {
    "an assertion": json.dumps({"@context": "https://w3id.org/openbadges/v2", "id": "é 🎓 ]]> {}"}),
    "an address": "https://badges.example/assertions/1.json",
    "a JWS": "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6IjEifQ.c2lnbmF0dXJl",
}


@pytest.fixture(scope="module")
def bakery():
    return python_judge("judge_openbadges2.py")


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_bakery_finds_the_assertion_beside_the_credential(ending, bakery, site, tally):
    assertions = {
        path.parent.name: path.read_text("utf-8")
        for path in sorted(site.build.glob("awards/*/assertion.json"))
        if (path.parent / f"badge.{ending}").exists()
    }
    folder = site.build / "awards"

    reports = bakery(site, {i: {"unbake": str(folder / i / f"badge.{ending}")} for i in assertions})

    assert assertions
    if ending == "svg":
        # Of an SVG it gives the address in the attribute, if there is one, and not the text.
        addresses = {i: json.loads(text)["id"] for i, text in assertions.items()}
        assert {i: r["text"] for i, r in reports.items()} == addresses
    else:
        assert {i: r["text"] for i, r in reports.items()} == assertions
    told = {explained.ADDRESS_OF_SVG: len(reports)} if ending == "svg" else {}
    tally("openbadges-bakery", f"un-baked by it: {ending.upper()}", len(reports), told)


@pytest.mark.parametrize("ending", ["png", "svg"])
@pytest.mark.parametrize("kind", TEXTS)
def test_obit_finds_what_the_bakery_baked(kind, ending, bakery, everything_site, tmp_path, tally):
    if (kind, ending) == ("an assertion", "svg"):
        text = TEXTS[kind].replace("]]>", "]]\\u003e")  # it would end the CDATA section
    else:
        text = TEXTS[kind]
    plain = everything_site.build / "badges" / "tout" / "v2.1" / f"image.{ending}"
    out = tmp_path / f"baked.{ending}"

    bakery(everything_site, {"it": {"bake": str(plain), "text": text, "out": str(out)}})

    found = take_out(out.read_bytes())
    assert (found.version, found.text) == ("2.0", text)
    tally("openbadges-bakery", f"baked by it, un-baked by obit: {ending.upper()}", 1)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_bakery_bakes_into_a_badge_of_obit(ending, bakery, everything_site, tmp_path, tally):
    folder = everything_site.build / "awards"
    award_id = next(i for i in everything_site.ledger.awards if (folder / i / "badge.png").exists())
    baked, out = folder / award_id / f"badge.{ending}", tmp_path / f"again.{ending}"

    bakery(everything_site, {"it": {"bake": str(baked), "text": TEXTS["a JWS"], "out": str(out)}})

    what = f"baked by it into a badge of obit: {ending.upper()}"
    if ending == "svg":
        with pytest.raises(NoCredentialError):
            unbake(out.read_bytes())
        tally("openbadges-bakery", what, 1, {explained.REBINDS_PREFIX: 1})
    else:
        assert unbake(out.read_bytes()) == everything_site.credential_text(award_id)
        tally("openbadges-bakery", what, 1)
