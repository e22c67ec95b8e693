"""openbadges_bakery bakes the older kinds of content, and what becomes of a newer badge then."""

import json

import explained
import pytest
from judging import python_judge

from obit_build.pictures.bake import take_out, unbake
from obit_build.pictures.png import NoCredentialError

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
    tally("openbadges-bakery", "bakes assertions, addresses and tokens that obit un-bakes", 1)


def test_the_bakery_bakes_over_the_credential_of_an_svg(bakery, everything_site, tmp_path, tally):
    folder = everything_site.build / "awards"
    award_id = next(i for i in everything_site.ledger.awards if (folder / i / "badge.svg").exists())
    baked, out = folder / award_id / "badge.svg", tmp_path / "again.svg"

    bakery(everything_site, {"it": {"bake": str(baked), "text": TEXTS["a JWS"], "out": str(out)}})

    assert unbake(baked.read_bytes()) == everything_site.credential_text(award_id)
    with pytest.raises(NoCredentialError):
        unbake(out.read_bytes())
    told = {explained.REBINDS_PREFIX: 1}
    tally("openbadges-bakery", "bakes into an SVG that holds a credential", 1, told)
